"""Performance tables: what their headers and cells mean."""
