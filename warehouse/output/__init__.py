"""The dataset written for other readers: printed results, Delta tables, the data dictionary.

This package writes forms. What is in a result lives in `warehouse.database` and
`warehouse.comparison`.
"""
