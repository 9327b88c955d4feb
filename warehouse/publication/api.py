"""The JSON API: files that programs read, each at an address that stays.

This module writes the answers, and the lists that name all of them. Only the list of releases
names the dataset version, so that a new version changes no file whose content it did not change.
What the answers hold is described for programs in `openapi`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipelines.contract.benchmarks import IDENTITY
from warehouse.comparison.results import counts, medians, overall_medians
from warehouse.publication.documents import filled, json_document, rows_of
from warehouse.versions.descriptor import ATTRIBUTION, LICENCE, stored_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from warehouse.comparison.results import Median
    from warehouse.publication.neighbours import Compared
    from warehouse.versions.descriptor import Descriptor

ROOT = "api/v1"
LISTS = tuple(f"{ROOT}/{name}.json" for name in ("releases", "models", "compare"))
"""The files that name all others."""
_NOT_OF_A_SERIES = ("release_order", "minor", "is_latest_patch")
_SERIES = ("series_id", "series", *IDENTITY)


def api(
    connection: duckdb.DuckDBPyConnection,
    descriptor: Descriptor,
    releases: Sequence[Mapping[str, Any]],
    compared: Sequence[Compared],
) -> dict[str, bytes]:
    """Return all files of the API by path, without their description.

    Args:
        connection: The dataset version, opened for reading.
        descriptor: The same version.
        releases: The rows of the table `releases`, oldest first.
        compared: The comparisons to publish.
    """
    models = dict(_models(connection))
    documents: dict[str, Any] = {
        "releases": _release_list(descriptor, releases),
        "models": {"models": [_listed_model(slug, model) for slug, model in models.items()]},
        "compare": {"comparisons": [_listed(one) for one in compared]},
    }
    documents |= _releases(connection, releases)
    documents |= {f"models/{slug}": model for slug, model in models.items()}
    documents |= {f"compare/{one.base}/{one.target}": _comparison(one) for one in compared}
    return {f"{ROOT}/{name}.json": json_document(document) for name, document in documents.items()}


def release_path(release: str) -> str:
    """Return the path of a release's file in the site."""
    return f"{ROOT}/releases/{release}.json"


def slug(model: str) -> str:
    """Return a model's name as its address has it: `google-flan-t5-xl` of `google/flan-t5-xl`.

    Names that differ in letter case and punctuation alone share an address.
    """
    text = re.sub(r"[^a-z0-9.]+", "-", model.lower()).strip("-.")
    return text or f"model-{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def _release_list(descriptor: Descriptor, releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "version": descriptor.version,
        "created": stored_time(descriptor.created),
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "releases": [{**row, "path": release_path(row["release"])} for row in releases],
    }


_OF_A_RELEASE = {
    "pages": ("pages", "page"),
    "hourly_rates": ("hourly_rates", "ALL"),
    "quality_flags": ("quality_flags", "ALL"),
    "results": ("benchmark_results", 'table_id, "row", benchmark_id'),
}
"""What a release's file lists: the table of each list, and the order of its rows."""


def _releases(
    connection: duckdb.DuckDBPyConnection, releases: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return each release by its file: its facts, and the rows of `_OF_A_RELEASE`."""
    found: dict[str, dict[str, Any]] = {
        release["release"]: {**release, **{name: [] for name in _OF_A_RELEASE}}
        for release in releases
    }
    # One query for all releases: to plan it takes longer than to read the rows.
    for name, (table, order) in _OF_A_RELEASE.items():
        query = f"SELECT release, * EXCLUDE (release) FROM {table} ORDER BY {order}"  # noqa: S608
        for row in rows_of(connection, query):
            found[row.pop("release")][name].append(filled(row))
    return {f"releases/{release}": document for release, document in found.items()}


def _models(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each model with its address: its series, and every figure that was printed."""
    rows = rows_of(
        connection,
        "FROM history ORDER BY series, series_id, release_order, metric, statistic, unit",
    )
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[slug(row["model"])].append(row)
    for name in sorted(found):
        series = groupby(found[name], key=lambda row: row["series_id"])
        yield (
            name,
            {
                "slug": name,
                "names": sorted({row["model"] for row in found[name]}),
                "series": [_series(list(figures)) for _, figures in series],
            },
        )


def _series(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    hidden = {*_SERIES, *_NOT_OF_A_SERIES}
    return {
        **filled({name: rows[-1][name] for name in _SERIES}),
        "figures": [
            filled({name: value for name, value in row.items() if name not in hidden})
            for row in rows
        ],
    }


def _listed_model(name: str, model: Mapping[str, Any]) -> dict[str, Any]:
    count = len(model["series"])
    path = f"{ROOT}/models/{name}.json"
    return {"slug": name, "names": model["names"], "series_count": count, "path": path}


def _listed(compared: Compared) -> dict[str, Any]:
    return {
        "base": compared.base,
        "target": compared.target,
        "conclusion": compared.conclusion,
        "path": f"{ROOT}/compare/{compared.base}/{compared.target}.json",
    }


def _comparison(compared: Compared) -> dict[str, Any]:
    return {
        "base": compared.base,
        "target": compared.target,
        "conclusion": compared.conclusion,
        "coverage": compared.coverage,
        "counts": [
            {"verdict": one.verdict, "figures": one.figures, "rows": one.rows}
            for one in counts(compared.rows)
        ],
        "medians": _plain(overall_medians(compared.rows)),
        "medians_by_group": {
            group: _plain(found) for group, found in medians(compared.rows).items()
        },
        "rows": [filled(row._asdict()) for row in compared.rows],
    }


def _plain(found: Mapping[str, Median]) -> dict[str, Any]:
    return {name: {"change": one.change, "figures": one.count} for name, one in found.items()}
