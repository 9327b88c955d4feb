"""The DuckDB file: built from a dataset version, opened, queried."""
