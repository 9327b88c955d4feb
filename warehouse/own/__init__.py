"""Measurements of the user: read from load generators, kept beside the dataset, compared with it.

This package knows the files of load generators, their units, and how a run of one's own stands to
the published rows. Nothing of it is ever written into a published table.
"""
