"""The dataset's root: a folder or a bucket, with one protocol for both.

This package reads, writes, claims, lists and deletes files. What the files mean lives in
`warehouse.versions` and above it. Open a root with `roots.open_root`.
"""
