"""The pages of a release: which there are, and what each is read for.

Put what concerns a page as a whole here; tables and cells are read elsewhere.
"""
