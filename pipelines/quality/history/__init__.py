"""Rules on a row beside the same row in older releases.

They are applied before releases are published, over all releases that the dataset then holds.
"""
