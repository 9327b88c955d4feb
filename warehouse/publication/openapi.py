"""`api/v1/openapi.json`: the JSON API, described for programs (OpenAPI 3.1).

This module describes addresses and answers; `api` writes the answers. Columns come from the
dataset's own declarations, so that a new column needs no edit here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.contract import BENCHMARKS, HOURLY_RATES, PAGES, QUALITY_FLAGS, RELEASES
from warehouse.comparison.results import ComparedRow
from warehouse.comparison.verdicts import VERDICTS
from warehouse.publication.documents import json_document
from warehouse.publication.sheets import FORMS
from warehouse.schema.types import table_schema
from warehouse.schema.views import table_schema_of_view
from warehouse.versions.descriptor import ATTRIBUTION, LICENCE, LICENCE_URL, TITLE
from warehouse.views.all_views import views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warehouse.publication.neighbours import Compared

_TYPES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {"type": "string"}},
    "object": {"type": "object", "additionalProperties": {"type": "string"}},
}
_TEXT, _COUNT = {"type": "string"}, {"type": "integer"}
_PATH = {"type": "string", "description": "Address of the file, relative to the site."}


def openapi(compared: Sequence[Compared], examples: Mapping[str, str]) -> bytes:
    """Return the description of the API.

    Args:
        compared: The comparisons of the site, for an example.
        examples: A value that exists for each of the parameters `release`, `model` and `table`.
    """
    sides = {"base": compared[-1].base, "target": compared[-1].target} if compared else {}
    known = {**examples, **sides}
    return json_document(
        {
            "openapi": "3.1.0",
            "info": {
                "title": f"Neuron Warehouse: {TITLE}",
                "version": "1",
                "description": f"Files, each at an address that stays. {ATTRIBUTION}.",
                "license": {"name": LICENCE, "url": LICENCE_URL},
            },
            # Relative to this file: the API works wherever the site is copied to.
            "servers": [{"url": "../.."}],
            "paths": {
                one.path: _item(one, known) for one in _OPERATIONS if one.parameters <= {*known}
            },
            "components": {"schemas": _schemas()},
        }
    )


@dataclass(frozen=True, slots=True)
class _Operation:
    """One address, or kind of address; `answer` is a schema's name, or a media type."""

    path: str
    name: str
    summary: str
    answer: str

    @property
    def parameters(self) -> set[str]:
        """The names that stand in braces in the address."""
        return set(re.findall(r"\{(\w+)\}", self.path))

    @property
    def content(self) -> dict[str, Any]:
        """The answer, by media type."""
        if "/" in self.answer:
            return {self.answer: {}}
        return {"application/json": {"schema": _ref(self.answer)}}


_OPERATIONS = (
    _Operation("/api/v1/releases.json", "listReleases", "List the releases.", "ReleaseList"),
    _Operation("/api/v1/releases/{release}.json", "getRelease", "Return one release.", "Release"),
    _Operation("/api/v1/models.json", "listModels", "List the models.", "ModelList"),
    _Operation("/api/v1/models/{model}.json", "getModel", "Return all figures of one.", "Model"),
    _Operation("/api/v1/compare.json", "listComparisons", "List comparisons.", "ComparisonList"),
    _Operation(
        "/api/v1/compare/{base}/{target}.json",
        "getComparison",
        "Return what a release changed.",
        "Comparison",
    ),
    *(
        _Operation(
            f"/data/latest/{{table}}.{form}",
            f"getTableAs{form.title()}",
            "Return a whole table of the newest dataset version.",
            media_type,
        )
        for form, media_type in FORMS.items()
    ),
    _Operation("/feed.json", "getJsonFeed", "Return the newest events.", "application/json"),
    _Operation("/feed.atom", "getAtomFeed", "Return the newest events.", "application/atom+xml"),
)


def _item(one: _Operation, known: Mapping[str, str]) -> dict[str, Any]:
    operation = {
        "operationId": one.name,
        "summary": one.summary,
        "responses": {
            "200": {"description": "The file.", "content": one.content},
            "404": {"description": "There is no such file; the lists name all."},
        },
    }
    parameters = [_parameter(name, known[name]) for name in known if name in one.parameters]
    return {"get": operation} | ({"parameters": parameters} if parameters else {})


def _parameter(name: str, example: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT, "example": example}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@cache
def _schemas() -> dict[str, Any]:
    by_name = {view.name: table_schema_of_view(view) for view in views()}
    release = _properties(table_schema(RELEASES))
    return {
        "ReleaseList": _object(
            {
                "version": {"type": "integer", "description": "The dataset version."},
                "created": _TYPES["datetime"],
                "licence": _TEXT,
                "attribution": _TEXT,
                "releases": _list(_object({**release, "path": _PATH}, optional=_NULLABLE)),
            }
        ),
        "Release": _object(
            {
                **release,
                "pages": _rows(table_schema(PAGES)),
                "hourly_rates": _rows(table_schema(HOURLY_RATES)),
                "quality_flags": _rows(table_schema(QUALITY_FLAGS)),
                "results": _rows(by_name["benchmark_results"]),
            },
            optional=_NULLABLE,
        ),
        "ModelList": _object({"models": _list(_object(_LISTED_MODEL))}),
        "Model": _object(
            {"slug": _TEXT, "names": _list(_TEXT), "series": _list(_series(by_name["history"]))}
        ),
        "ComparisonList": _object({"comparisons": _list(_object(_LISTED_COMPARISON))}),
        "Comparison": _object(
            {
                **_SIDES,
                "coverage": _TEXT,
                "counts": _list(_object({"verdict": _VERDICT, "figures": _COUNT, "rows": _COUNT})),
                "medians": _medians(),
                "medians_by_group": {"type": "object", "additionalProperties": _medians()},
                "rows": _list(_compared_row(by_name["release_comparisons"])),
            }
        ),
    }


_NULLABLE = ("published_on",)
_VERDICT = {"type": "string", "enum": list(VERDICTS)}
_SIDES = {"base": _TEXT, "target": _TEXT, "conclusion": _TEXT}
_LISTED_COMPARISON = {**_SIDES, "path": _PATH}
_LISTED_MODEL = {
    "slug": _TEXT,
    "names": {"type": "array", "items": _TEXT},
    "series_count": _COUNT,
    "path": _PATH,
}


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a Table Schema as properties."""
    return {field["name"]: _property(field) for field in schema["fields"]}


def _property(field: Mapping[str, Any]) -> dict[str, Any]:
    unit = {"x-unit": field["unit"]} if "unit" in field else {}
    return {**_TYPES[field["type"]], "description": field["description"], **unit}


def _object(properties: Mapping[str, Any], optional: Sequence[str] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    shown = {n: _or_null(p) if n in optional else p for n, p in properties.items()}
    return {"type": "object", "properties": shown, "required": required}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _rows(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return rows without their empty columns: no column is required."""
    return _list({"type": "object", "properties": _properties(schema)})


def _series(history: Mapping[str, Any]) -> dict[str, Any]:
    """Return one series; its columns stand in it or in its figures, as `api` divides them."""
    figures = {"figures": _rows(history)}
    return {
        "type": "object",
        "properties": {**_properties(history), **figures},
        "required": ["series_id", "series", "figures"],
    }


def _compared_row(columns: Mapping[str, Any]) -> dict[str, Any]:
    known = _properties(columns) | {"instance_types": _property_of_benchmark("instance_types")}
    lists = dict.fromkeys(("changed", "base_flags", "target_flags"), _TYPES["array"])
    properties = known | lists | {"verdict": _VERDICT}
    return {
        "type": "object",
        "properties": {name: properties[name] for name in ComparedRow._fields},
    }


def _property_of_benchmark(name: str) -> Any:
    return _properties(table_schema(BENCHMARKS))[name]


def _medians() -> dict[str, Any]:
    median = _object({"change": {"type": "number"}, "figures": _COUNT})
    return {"type": "object", "additionalProperties": median}
