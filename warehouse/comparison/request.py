"""Asking for a comparison: which releases are meant, which rows are wanted, and why none came.

This module puts the question. The rules live in `sql/pairing.sql`, `sql/figures.sql` and
`sql/judging.sql`; how an answer is told lives in `report`. Rows are fetched without Arrow, which
takes longer to import than the comparison does to run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.contract.metrics import METRIC_NAMES
from pipelines.errors import SourceError, UsageError, refuse_unknown
from pipelines.releases import minor_of, release_order, resolve_release
from warehouse.comparison.software import software_lines
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE, VERDICTS
from warehouse.schema.quoting import listed, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb
    import pyarrow as pa

AXES = {"published": "compare_releases", "measured": "compare_measured"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows are wanted; empty means all."""

    model: str = ""
    instance: str = ""
    metric: str = ""
    accelerator: str = ""
    family: str = ""
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what can never match, with a `UsageError` that names what can."""
        for verdict in self.only:
            refuse_unknown("verdict", verdict, VERDICTS)
        for what, said, known in (
            ("metric", self.metric, METRIC_NAMES),
            ("accelerator", self.accelerator.lower(), ACCELERATOR_NAMES),
        ):
            if said:
                refuse_unknown(what, said, known)

    def conditions(self) -> Iterator[str]:
        """Return SQL that a wanted row fulfils."""
        if self.model:
            yield f"contains(lower(model), lower({literal(self.model)}))"
        if self.instance:
            # From its start, so that inf2 asks for every size.
            start = f"' ' || lower({literal(self.instance)})"
            yield f"contains(' ' || array_to_string(instance_types, ' '), {start})"
        if self.metric:
            yield f"metric = {literal(self.metric)}"
        if self.accelerator:
            yield f"accelerator = lower({literal(self.accelerator)})"
        if self.family:
            yield f"model_family = lower({literal(self.family)})"
        if self.only:
            yield f"verdict IN {listed(self.only)}"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; `base` and `target` as people write them."""

    base: str
    target: str
    axis: str = "published"
    tolerance: float = DEFAULT_TOLERANCE
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        """Reject an unknown axis, or a tolerance outside [0, 1)."""
        refuse_unknown("axis", self.axis, AXES)
        if not 0 <= self.tolerance < 1:
            raise UsageError(f"a tolerance of {self.tolerance} is none; 0.02 means 2 %")


@dataclass(frozen=True, slots=True)
class Meant:
    """What one side of a question stands for; `releases` is empty where nothing was measured."""

    written: str
    releases: tuple[str, ...]

    @property
    def name(self) -> str:
        """The releases as a text."""
        return " and ".join(self.releases) or self.written


class Comparison:
    """One question put to one warehouse: what its releases stand for, and its rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, question: Question) -> None:
        self._connection = connection
        self.question = question
        self.base, self.target = self._meant(question.base), self._meant(question.target)
        if question.filters.family:
            refuse_unknown("model family", question.filters.family.lower(), self._families())

    @property
    def unmeasured(self) -> tuple[Meant, ...]:
        """The sides on which nothing was measured: there is nothing to compare."""
        return tuple(side for side in (self.base, self.target) if not side.releases)

    def fetch(self, columns: Iterable[str]) -> list[tuple[Any, ...]]:
        """Return the wanted rows' columns."""
        if self.unmeasured:
            return []
        return self._run(", ".join(columns)).fetchall()

    def arrow(self) -> pa.Table:
        """Return the wanted rows with all columns."""
        return self._run("*", "LIMIT 0" if self.unmeasured else "").to_arrow_table()

    def software(self) -> tuple[str, ...]:
        """Name compiler, runtime and framework of both sides, where a page lists them."""
        lines = software_lines(self._connection, self.base.releases, self.target.releases)
        return tuple(lines)

    def why_empty(self) -> str:
        """Return why no row came."""
        if self.unmeasured:
            return self._nothing_measured()
        ((total,),) = self._connection.execute(
            f"SELECT count(*) FROM {self._call()}"  # noqa: S608 - see _call
        ).fetchall()
        if not total:
            return f"No row of {self.base.name} or {self.target.name} has a figure."
        return f"None of {total:,} figures passes the filters; leave one out to see more."

    def _meant(self, written: str) -> Meant:
        if self.question.axis == "published":
            return Meant(written, (resolve_release(written, self._published()),))
        measured = self._measured()
        bare = written.removeprefix("v")
        if written == "latest":
            return Meant(written, measured[-1:])
        found = tuple(one for one in measured if bare in (one, minor_of(one)))
        if not found:
            # Unknown to the documentation as well, it is a mistake and no answer.
            resolve_release(written, tuple({*measured, *self._published()}))
        return Meant(written, found)

    def _published(self) -> tuple[str, ...]:
        return tuple(
            row[0] for row in self._connection.execute("SELECT release FROM releases").fetchall()
        )

    def _measured(self) -> tuple[str, ...]:
        rows = self._connection.execute(
            "SELECT DISTINCT measured_release FROM benchmarks WHERE measured_release IS NOT NULL"
        ).fetchall()
        return tuple(sorted((row[0] for row in rows), key=release_order))

    def _families(self) -> tuple[str, ...]:
        rows = self._connection.execute(
            "SELECT DISTINCT model_family FROM benchmarks ORDER BY ALL"
        ).fetchall()
        return tuple(row[0] for row in rows)

    def _nothing_measured(self) -> str:
        sides = " and ".join(side.written for side in self.unmeasured)
        measured = ", ".join(self._measured())
        return (
            f"Nothing was measured on {sides}: pages repeat older figures. There are rows measured "
            f"on {measured}."
        )

    def _call(self) -> str:
        """Return the macro's call. No query has parameters: with them DuckDB imports pandas."""
        # The macro resolves a measured minor by itself, as it stands for several releases.
        measured = self.question.axis == "measured"
        sides = (s.written if measured else s.releases[0] for s in (self.base, self.target))
        arguments = ", ".join(map(literal, sides))
        tolerance = f"tolerance := {self.question.tolerance!r}"
        return f"{AXES[self.question.axis]}({arguments}, {tolerance})"

    def _run(self, columns: str, limit: str = "") -> duckdb.DuckDBPyConnection:
        import duckdb

        where = " AND ".join(self.question.filters.conditions()) or "true"
        query = f"SELECT {columns} FROM {self._call()} WHERE {where} {limit}"  # noqa: S608 - quoted
        try:
            return self._connection.execute(query)
        except duckdb.CatalogException as error:
            raise SourceError(
                "this warehouse was built by software that did not compare yet; run "
                "`neuron-warehouse build`"
            ) from error
