"""`croissant.json`: the site's tables as machine-learning tools read them (Croissant 1.0).

This module describes the Parquet files of one dataset version, which never change their address.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from warehouse.publication.documents import SOURCE_URL, json_document
from warehouse.versions.descriptor import ATTRIBUTION, LICENCE_URL, TITLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warehouse.publication.sheets import Sheet
    from warehouse.versions.descriptor import Descriptor

_CROISSANT = "http://mlcommons.org/croissant/"
_TERMS = (
    "citeAs column conformsTo equivalentProperty extract field fileObject fileProperty fileSet "
    "format includes isLiveDataset jsonPath key md5 parentField path recordSet references regex "
    "repeated replace samplingRate separator source subField transform"
)
_TYPES = {
    "string": "sc:Text",
    "array": "sc:Text",
    "object": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:Date",
}
"""What a type of Table Schema is called; a list of texts is a repeated text."""


def croissant(descriptor: Descriptor, sheets: Sequence[Sheet], folder: str, address: str) -> bytes:
    """Return the Croissant description of tables.

    Args:
        descriptor: The dataset version that the tables show.
        sheets: The tables.
        folder: The folder of their files in the site, with a slash at its end.
        address: The address of the site, with a slash at its end; empty if it is unknown.
    """
    return json_document(
        {
            "@context": _context(),
            "@type": "sc:Dataset",
            "conformsTo": f"{_CROISSANT}1.0",
            "name": "neuron-warehouse",
            "alternateName": TITLE,
            "description": f"{TITLE}. {ATTRIBUTION}.",
            "url": address or SOURCE_URL,
            "license": LICENCE_URL,
            "version": f"{descriptor.version}.0.0",
            "datePublished": descriptor.created.date().isoformat(),
            "creator": {"@type": "sc:Organization", "name": "Amazon.com, Inc. or its affiliates"},
            "publisher": {"@type": "sc:Organization", "name": "The Neuron Warehouse authors"},
            "citeAs": f"{ATTRIBUTION}. Neuron Warehouse, dataset version {descriptor.version}.",
            "distribution": [_file(sheet, address + folder) for sheet in sheets],
            "recordSet": [_records(sheet) for sheet in sheets],
        }
    )


def _context() -> dict[str, Any]:
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": _CROISSANT,
        "rai": f"{_CROISSANT}RAI/",
        "dct": "http://purl.org/dc/terms/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        **{term: f"cr:{term}" for term in _TERMS.split()},
        "conformsTo": "dct:conformsTo",
    }


def _file(sheet: Sheet, folder: str) -> dict[str, Any]:
    content = sheet.files["parquet"]
    return {
        "@type": "cr:FileObject",
        "@id": f"{sheet.name}.parquet",
        "name": f"{sheet.name}.parquet",
        "description": sheet.description,
        "contentUrl": f"{folder}{sheet.name}.parquet",
        "contentSize": f"{len(content)} B",
        "encodingFormat": "application/x-parquet",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _records(sheet: Sheet) -> dict[str, Any]:
    key = sheet.schema.get("primaryKey", ())
    keys = {"key": [{"@id": f"{sheet.name}/{name}"} for name in key]} if key else {}
    return {
        "@type": "cr:RecordSet",
        "@id": sheet.name,
        "name": sheet.name,
        "description": sheet.description,
        **keys,
        "field": [_field(sheet.name, field) for field in sheet.schema["fields"]],
    }


def _field(sheet: str, field: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{sheet}/{field['name']}",
        "name": field["name"],
        "description": field["description"],
        "dataType": _TYPES[field["type"]],
        **({"repeated": True} if field["type"] == "array" else {}),
        "source": {
            "fileObject": {"@id": f"{sheet}.parquet"},
            "extract": {"column": field["name"]},
        },
    }
