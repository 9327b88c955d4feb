"""What a dataset version looks like in a root: its descriptor, and the manifests of a long history.

Put here how a version becomes bytes, how bytes become a version, and what is checked in bytes that
others may have written. What a version is lives in `warehouse.versions.descriptor`; which versions
there are, in `warehouse.versions.listing`.
"""
