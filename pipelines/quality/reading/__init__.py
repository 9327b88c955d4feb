"""What is found while a page is read."""
