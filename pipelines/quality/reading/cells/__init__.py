"""What is found in a single cell."""
