"""Made-up imports of one figure each. Put here what several tests import."""

from __future__ import annotations

from typing import Any

from warehouse.database.own_imports.import_records import OwnImport


def an_import(name: str, **changes: Any) -> OwnImport:
    """Return the import of a file with this name, and one figure."""
    row: dict[str, Any] = {
        "run": 0,
        "workload": "inference",
        "accelerator": "inf2",
        "model": 'it\'s a "model"',
        "instance_types": ["inf2.xlarge"],
        "attributes": {"a'b": "c'd"},
        "metric": "throughput",
        "statistic": "mean",
        "value": 41.5,
        "unit": "inferences/s",
        "text": "41.5",
    }
    return OwnImport("plain-csv", name, name * 8, "", ({**row, **changes},))
