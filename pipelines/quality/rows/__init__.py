"""Rules on a row's own run, and on rows beside each other."""
