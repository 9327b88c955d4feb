"""The DuckDB file: built from a dataset version, opened, queried.

This package turns a version into a database and runs queries. Views live in `warehouse.views`, the
comparison's macro in `warehouse.comparison`.
"""
