"""Parquet and DuckDB: schemas, versions, SQL, reports. Knows no HTML and no Dagster."""
