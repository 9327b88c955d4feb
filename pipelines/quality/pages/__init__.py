"""Rules on a page as a whole. The release is published."""
