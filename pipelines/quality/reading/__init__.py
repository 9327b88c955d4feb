"""What is found while a page is read. Most of it refuses the release."""
