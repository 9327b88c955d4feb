"""What is found in a table's headings, header and shape, and in the notes below it."""
