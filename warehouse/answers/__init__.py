"""Answers to queries as Python values, whether Arrow or DuckDB itself read them.

This package turns results into rows. Queries live in `warehouse.database` and
`warehouse.comparison`; how rows are printed, in `warehouse.output`.
"""
