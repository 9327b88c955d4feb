"""Measurements of the user: read from load generators, checked, and compared with published rows.

This package knows the files of load generators, their units, and how a run of one's own stands to
the published rows. Where imports are kept lives in `warehouse.database.own_imports`.
"""
