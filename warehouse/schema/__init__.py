"""How the contract looks in Arrow, Parquet and SQL."""
