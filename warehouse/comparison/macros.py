"""The warehouse's macros: views with arguments, and a function, in the warehouse file itself.

This module has their names, arguments and descriptions. Put a new macro here; the SQL of the tables
lives in `sql/`, their columns in `statements`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from warehouse.comparison.ranges import usd_per_1m
from warehouse.comparison.statements import NEEDS, comparison_columns, comparison_parts
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE
from warehouse.schema.quoting import quoted
from warehouse.schema.types import comment
from warehouse.schema.views import ViewColumn, sql_text


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro; it returns a table of `columns`, or one value where it has none."""

    name: str
    arguments: str
    description: str
    columns: tuple[ViewColumn, ...]
    create: str

    @property
    def comment(self) -> str:
        """The statement that describes the macro; its columns can carry no comment."""
        kind = "MACRO TABLE" if self.columns else "MACRO"
        return comment(kind, quoted(self.name), self.description)


_SIDES = ("base", "target")


def _stands_for(side: str) -> str:
    """Return SQL that is true of each release that an argument can stand for.

    Which release a minor stands for is decided by `pipelines.releases.latest_patches`.
    """
    written = f"ltrim({side}, 'v')"
    return f"({written} = release OR (is_latest_patch AND {written} IN (minor, 'latest')))"


@cache
def macros() -> tuple[Macro, ...]:
    """Return every macro."""
    return (
        _comparing(
            "compare_releases",
            "The pages of two docs releases compared, one row a pair and figure. A minor means "
            "its latest patch, and `latest` the newest release.",
            f"SEMI JOIN (FROM releases WHERE {' OR '.join(map(_stands_for, _SIDES))}) "
            "USING (release)",
        ),
        _comparing(
            "compare_measured",
            "The rows measured on two SDK releases, from the newest page that publishes each, one "
            "row a pair and figure. A minor means all its patches, newest first.",
            "WHERE measured_release IS NOT NULL",
        ),
        Macro(
            "usd_per_1m",
            "throughput, usd_per_hour",
            "What a million of what a throughput counts costs at an hourly price, in USD.",
            (),
            "CREATE MACRO usd_per_1m(throughput, usd_per_hour) AS "
            + usd_per_1m("throughput", "usd_per_hour"),
        ),
    )


def _comparing(name: str, description: str, concerned: str) -> Macro:
    parts = comparison_parts("tolerance", concerned)
    meant = (
        sql_text("meant_release", {"side": side, "stands_for": _stands_for(side)})
        for side in _SIDES
    )
    return Macro(
        name,
        f"base, target, tolerance := {DEFAULT_TOLERANCE}",
        f"{description} {NEEDS}",
        tuple(comparison_columns()),
        sql_text(
            name,
            {
                **parts,
                "meant": "UNION ALL\n".join(meant).rstrip(),
                "default_tolerance": str(DEFAULT_TOLERANCE),
            },
        ),
    )
