"""`datapackage.json`: the site's tables as the Data Package standard describes them.

This module describes the CSV files, which every reader of the standard can check. How a column is
described lives in `warehouse.schema.types`; the descriptors of versions, in `warehouse.versions`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from warehouse.publication.documents import json_document
from warehouse.publication.sheets import FORMS
from warehouse.versions.descriptor import ATTRIBUTION, PROFILE, TITLE, package_credits, stored_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warehouse.publication.sheets import Sheet
    from warehouse.versions.descriptor import Descriptor


def data_package(descriptor: Descriptor, sheets: Sequence[Sheet], folder: str) -> bytes:
    """Return the Data Package of tables.

    Args:
        descriptor: The dataset version that the tables show.
        sheets: The tables.
        folder: The folder of their files, relative to the descriptor; empty, or with a slash at
            its end.
    """
    return json_document(
        {
            "$schema": PROFILE,
            "name": "neuron-warehouse",
            "title": TITLE,
            "description": f"{ATTRIBUTION}. An empty cell is a missing value or an empty text.",
            "version": str(descriptor.version),
            "created": stored_time(descriptor.created),
            **package_credits(descriptor.source),
            "resources": [_resource(sheet, folder) for sheet in sheets],
        }
    )


def _resource(sheet: Sheet, folder: str) -> dict[str, Any]:
    content = sheet.files["csv"]
    return {
        "name": sheet.name,
        "type": "table",
        "path": f"{folder}{sheet.name}.csv",
        "format": "csv",
        "mediatype": FORMS["csv"],
        "encoding": "utf-8",
        "description": sheet.description,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "otherForms": {form: f"{folder}{sheet.name}.{form}" for form in FORMS if form != "csv"},
        "schema": _schema_of_csv(sheet.schema),
    }


def _schema_of_csv(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema without the demand for texts that CSV cannot tell from missing ones."""
    key = schema.get("primaryKey", ())
    return {
        **schema,
        "fields": [
            field if field["name"] in key or field["type"] != "string" else _optional(field)
            for field in schema["fields"]
        ],
    }


def _optional(field: Mapping[str, Any]) -> dict[str, Any]:
    demands = {k: v for k, v in field.get("constraints", {}).items() if k != "required"}
    rest = {name: value for name, value in field.items() if name != "constraints"}
    return rest | ({"constraints": demands} if demands else {})
