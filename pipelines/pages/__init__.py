"""Which pages a release has, where they are, and whether a page is whole and its own."""
