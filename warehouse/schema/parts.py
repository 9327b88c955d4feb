"""Parts of the warehouse file that views read: rows kept by release, and views below the views.

This module holds the mechanism. Which parts there are lives in `warehouse.views.release_parts`.
They are in a schema of their own, so that a list of tables has the documented ones alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from warehouse.schema.quoting import literal
from warehouse.schema.types import comment

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA = "release_parts"
"""The schema of all parts: `release_parts.results`."""
ALL = "true"
"""SQL that chooses every release."""


def of_releases(releases: Iterable[str]) -> str:
    """Return SQL that chooses some releases: the column `release` of the table that it filters."""
    # Not a list: of a tuple DuckDB knows the bounds, and passes over the rows of other releases.
    return f"release IN ({', '.join(map(literal, releases))})"


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """A relation of `SCHEMA`.

    Attributes:
        name: Its name, without the schema.
        description: What it is for. Its columns are those of the views that read it.
        select: The query of its rows.
    """

    name: str
    description: str
    select: str

    def made(self, kind: Literal["TABLE", "VIEW"]) -> str:
        """Return the statement that makes it: a table without rows, or a view with all of them."""
        start = f"CREATE {kind} {SCHEMA}.{self.name} AS\n"
        return (
            f"{start}FROM (\n{self.select}\n) LIMIT 0" if kind == "TABLE" else start + self.select
        )

    def comment(self, kind: Literal["TABLE", "VIEW"]) -> str:
        """Return the statement that describes it."""
        return comment(kind, f"{SCHEMA}.{self.name}", self.description)
