"""What is found in package lists, lists of supported versions and headings with dates."""
