"""DuckDB's engine: the compiled module of the package `duckdb`.

What runs a query imports `duckdb` from here. The package around it asks `importlib.metadata` for
its own version as soon as it is imported, which imports `email` and more: a fifth of the time that
the package takes. Its classes and functions are those of the engine, so errors are the same ones.
Annotations name `duckdb` itself. Put nothing else here; connections live in `connect`.
"""

from __future__ import annotations

try:
    import _duckdb as duckdb
except ImportError:  # a DuckDB that has its engine elsewhere
    import duckdb  # type: ignore[no-redef]

__all__ = ["duckdb"]
