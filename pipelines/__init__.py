"""From a documentation site to typed rows: pure Python, knows neither Dagster nor DuckDB."""
