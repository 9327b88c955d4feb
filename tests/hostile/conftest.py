"""What the hostile tests share: the warehouse's fixtures."""

from __future__ import annotations

from tests.warehouse.conftest import built, built_once, long, long_once, long_prepared, put, root

__all__ = ["built", "built_once", "long", "long_once", "long_prepared", "put", "root"]
