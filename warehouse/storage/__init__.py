"""The dataset's root: what every root promises, and what keeps it on a folder and a bucket.

Here belongs reading, writing once, claiming, listing and deleting files; nothing here knows what
the files mean. `roots` is the way in.
"""
