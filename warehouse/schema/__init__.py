"""How the contract looks in Arrow, Parquet and SQL.

This package derives types, files and statements from `pipelines.contract`, and imports the engine
that reads them. Put no table or column here; which views there are lives in `warehouse.views`.
"""
