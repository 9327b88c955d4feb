"""Package lists compared: between releases, and between the pages that print them."""
