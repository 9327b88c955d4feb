"""What writes and checks the documents: pages from the code, pictures, the static site.

`python -m tools.documents` writes all of it again. Put a new generated document or picture into
`__main__`, and what makes it into a module of its own.
"""
