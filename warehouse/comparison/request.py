"""A comparison as it is requested: which releases are meant, and which rows are wanted.

This module asks the warehouse. The rules live in `sql/pairing.sql`, `sql/figures.sql` and
`sql/judging.sql`; why an answer is empty in `dead_ends`; how it is printed in `report`. Rows are
fetched without Arrow, which takes longer to import than the comparison does to run.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.contract.metrics import METRIC_NAMES
from pipelines.errors import SourceError, UsageError, refuse_unknown
from pipelines.releases import latest_patches, minor_of, release_order, resolve_release
from warehouse.comparison import model_names as names
from warehouse.comparison.prices.chosen_prices import prices_here
from warehouse.comparison.prices.own_prices import at_own_prices
from warehouse.comparison.software import software_lines
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE, VERDICTS
from warehouse.schema.quoting import listed, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import duckdb
    import pyarrow as pa

    from warehouse.answers.answer import Answer
    from warehouse.comparison.prices.price_book import Price

AXES = {"published": "compare_releases", "measured": "compare_measured"}
PREVIOUS = "previous"
"""Stands for the minor before that of the other side."""

ROW_ORDER = "comparison_key, metric, statistic, base_benchmark_id, target_benchmark_id"
"""The order of rows that programs read, stated in docs/how-to/compare.md: all of it is data."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows are wanted; empty means all.

    `only` chooses what is listed. What is counted, summed up and checked is what the others leave.
    """

    model: str = ""
    instance: str = ""
    metrics: tuple[str, ...] = ()
    accelerator: str = ""
    family: str = ""
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Reject what can never match, with a `UsageError` that names what can."""
        for verdict in self.only:
            refuse_unknown("verdict", verdict, VERDICTS)
        for metric in self.metrics:
            refuse_unknown("metric", metric, METRIC_NAMES)
        if self.accelerator:
            refuse_unknown("accelerator", self.accelerator.lower(), ACCELERATOR_NAMES)

    def conditions(self, instances: str = "instance_types") -> Iterator[str]:
        """Yield SQL that every row fulfils that is counted; `only` is no part of it.

        Args:
            instances: SQL for the list of a row's instance types.
        """
        yield from self.row_conditions(instances)
        if self.metrics:
            yield f"metric IN {listed(self.metrics)}"

    def row_conditions(self, instances: str = "instance_types") -> Iterator[str]:
        """Yield SQL over the columns that rows of `benchmarks` have as well."""
        if self.model:
            yield names.model_condition(self.model)
        if self.instance:
            yield names.instance_condition(self.instance, instances)
        if self.accelerator:
            yield f"accelerator = lower({literal(self.accelerator)})"
        if self.family:
            yield f"model_family = lower({literal(self.family)})"


def require_known(connection: duckdb.DuckDBPyConnection, filters: Filters) -> None:
    """Reject names that a warehouse does not have, with a `UsageError` that has the nearest."""
    if filters.family:
        refuse_unknown("model family", filters.family.lower(), _families(connection))
    if filters.model and not _has(connection, names.model_condition(filters.model)):
        models = names.all_models(connection)
        hint = "; `neuron-warehouse models` lists all"
        raise names.unknown_name("model", filters.model, models, hint)
    if filters.instance and not _has(connection, names.instance_condition(filters.instance)):
        instances = names.all_instances(connection)
        raise names.unknown_name("instance type", filters.instance, instances)


def measured_releases(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Return the SDK releases that something was measured on, oldest first."""
    return _oldest_first(
        connection,
        "SELECT DISTINCT measured_release FROM benchmarks WHERE measured_release IS NOT NULL",
    )


def _oldest_first(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[str, ...]:
    rows = connection.execute(query).fetchall()
    return tuple(sorted((row[0] for row in rows), key=release_order))


def _has(connection: duckdb.DuckDBPyConnection, condition: str) -> bool:
    query = f"SELECT 1 FROM benchmarks WHERE {condition} LIMIT 1"  # noqa: S608 - quoted
    return bool(connection.execute(query).fetchall())


def _families(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT DISTINCT model_family FROM benchmarks WHERE model_family IS NOT NULL ORDER BY ALL"
    ).fetchall()
    return tuple(row[0] for row in rows)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; `base` and `target` as people write them."""

    base: str
    target: str
    axis: str = "published"
    tolerance: float = DEFAULT_TOLERANCE
    filters: Filters = field(default_factory=Filters)
    price_book: tuple[Price, ...] = ()
    given_prices: tuple[Price, ...] = ()

    def __post_init__(self) -> None:
        """Reject an unknown axis, a tolerance outside [0, 1), and two sides named by each other."""
        refuse_unknown("axis", self.axis, AXES)
        if not 0 <= self.tolerance < 1:
            raise UsageError(
                f"tolerance must be between 0 and 1 (0.02 = 2 %), got {self.tolerance:g}"
            )
        if self.base == self.target == PREVIOUS:
            raise UsageError("previous means the minor before the other side; name one of them")


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
        self.connection = connection
        self.question = question
        self.base, self.target = self._sides()
        require_known(connection, question.filters)
        self.prices: Mapping[str, Price] = prices_here(
            connection, question.price_book, question.given_prices
        )

    @property
    def unmeasured(self) -> tuple[Meant, ...]:
        """The sides on which nothing was measured: there is nothing to compare."""
        return tuple(side for side in (self.base, self.target) if not side.releases)

    @property
    def is_of_one_release(self) -> bool:
        """Whether both sides are the same releases, so that nothing can have changed."""
        return self.base.releases == self.target.releases

    def fetch(self, columns: Iterable[str]) -> list[tuple[Any, ...]]:
        """Return columns of the rows that the filters leave, whatever `only` lists."""
        if self.unmeasured:
            return []
        query = self._query(", ".join(columns), self.question.filters.conditions())
        return self._run(query).fetchall()

    def arrow(self) -> pa.Table:
        """Return all columns of the rows that are listed, in `ROW_ORDER`."""
        with _built_since_comparisons():
            # As a relation: a result that was executed makes a copy of its rows for Arrow.
            return self.connection.sql(self._listed_rows()).to_arrow_table()

    def answer(self) -> Answer:
        """Return what `arrow` does, as Python values."""
        from warehouse.answers.answer import answer_of, plain_answer

        plain = plain_answer(self._run(self._listed_rows()))
        return answer_of(self.arrow()) if plain is None else plain

    def _listed_rows(self) -> str:
        filters = self.question.filters
        conditions = [*filters.conditions()]
        if filters.only:
            conditions.append(f"verdict IN {listed(filters.only)}")
        limit = " LIMIT 0" if self.unmeasured else ""
        return self._query("*", conditions, f"ORDER BY {ROW_ORDER}{limit}")

    def software(self) -> tuple[str, ...]:
        """Name compiler, runtime and framework of both sides, where a page lists them."""
        lines = software_lines(self.connection, self.base.releases, self.target.releases)
        return tuple(lines)

    def count(self) -> int:
        """Count the figures of both sides before any filter."""
        ((total,),) = self.connection.execute(
            f"SELECT count(*) FROM {self._call()}"  # noqa: S608 - see _call
        ).fetchall()
        return int(total)

    def published(self) -> tuple[str, ...]:
        """Return the docs releases that the warehouse holds, oldest first."""
        return _oldest_first(self.connection, "SELECT release FROM releases")

    def measured(self) -> tuple[str, ...]:
        """Return the SDK releases that something was measured on, oldest first."""
        return measured_releases(self.connection)

    def _sides(self) -> tuple[Meant, Meant]:
        base, target = self.question.base, self.question.target
        if base == PREVIOUS:
            after = self._meant(target)
            return self._before(after), after
        before = self._meant(base)
        return before, self._before(before) if target == PREVIOUS else self._meant(target)

    def _meant(self, written: str) -> Meant:
        if self.question.axis == "published":
            return Meant(written, (resolve_release(written, self.published()),))
        measured = self.measured()
        bare = written.removeprefix("v")
        if written == "latest":
            return Meant(written, measured[-1:])
        found = tuple(one for one in measured if bare in (one, minor_of(one)))
        if not found:
            # Unknown to the documentation as well, it is a mistake and no answer.
            resolve_release(written, tuple({*measured, *self.published()}))
        return Meant(written, found)

    def _before(self, side: Meant) -> Meant:
        """Return the minor before a side's, of those that have rows on this axis."""
        known = self.published() if self.question.axis == "published" else self.measured()
        first = side.releases[0] if side.releases else f"{minor_of(f'{side.written}.0')}.0"
        minors = [
            one
            for one in sorted(latest_patches(frozenset(known)), key=release_order)
            if release_order(one) < release_order(first) and minor_of(one) != minor_of(first)
        ]
        if not minors:
            raise UsageError(f"there is no minor before {side.name} in this dataset")
        return Meant(PREVIOUS, self._meant(minor_of(minors[-1])).releases)

    def _call(self) -> str:
        """Return the macro's call. No query has parameters: with them DuckDB imports pandas."""
        # The macro resolves a measured minor by itself, as it stands for several releases.
        sides = (self._argument(side) for side in (self.base, self.target))
        arguments = ", ".join(map(literal, sides))
        tolerance = f"tolerance := {self.question.tolerance!r}"
        return f"{AXES[self.question.axis]}({arguments}, {tolerance})"

    def _argument(self, side: Meant) -> str:
        if self.question.axis == "published":
            return side.releases[0]
        return minor_of(side.releases[0]) if side.written == PREVIOUS else side.written

    def _query(self, columns: str, conditions: Iterable[str], rest: str = "") -> str:
        rows = at_own_prices(self._call(), self.prices) if self.prices else self._call()
        where = " AND ".join(conditions) or "true"
        return f"SELECT {columns} FROM {rows} WHERE {where} {rest}"  # noqa: S608 - quoted

    def _run(self, query: str) -> duckdb.DuckDBPyConnection:
        with _built_since_comparisons():
            return self.connection.execute(query)


@contextmanager
def _built_since_comparisons() -> Iterator[None]:
    from warehouse.schema.engine import duckdb

    try:
        yield
    except duckdb.CatalogException as error:
        raise SourceError(
            "this warehouse was built by software that did not compare yet; run "
            "`neuron-warehouse build`"
        ) from error
