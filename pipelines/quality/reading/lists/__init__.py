"""What is found in package lists, statements of support, hardware tables and dated headings."""
