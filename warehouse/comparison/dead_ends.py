"""What to say where a comparison has no answer: what ended, when, and what to ask instead.

This module asks the warehouse about what is not on both sides. How it is printed lives in `report`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.releases import minor_of, release_order
from warehouse.comparison.conclusion import number_of
from warehouse.schema.quoting import listed, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from warehouse.comparison.request import Comparison
    from warehouse.comparison.results import ComparedRow

MOST_MODELS = 5
"""Models of which an answer says when they ended."""

_ENDED = """
    SELECT
        model,
        list(DISTINCT b.release) AS printed,
        list(DISTINCT b.measured_release) FILTER (b.measured_release IS NOT NULL) AS measured,
        list(DISTINCT b.model_family) FILTER (b.model_family IS NOT NULL) AS families
    FROM benchmarks AS b
    WHERE {wanted}
    GROUP BY model
    ORDER BY model
"""
_PLACES = """
    SELECT
        workload,
        coalesce(model_family, 'other') AS family,
        coalesce(optimized_for, '') AS tab,
        accelerator,
        release,
        count(*) AS rows
    FROM benchmarks
    WHERE release IN ({base}, {target}) AND {wanted}
    GROUP BY ALL
"""

_LAST = """
    SELECT max_by(b.release, r.release_order)
    FROM benchmarks AS b
    JOIN releases AS r ON r.release = b.release
    WHERE {wanted}
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A section or tab that the target's pages do not have any more.

    Attributes:
        what: Workload and model family, with the tab where the section itself is still there.
        accelerators: Whose pages had it.
        rows: How many rows of the base stood there.
        last_release: The newest docs release that has it.
    """

    what: str
    accelerators: tuple[str, ...]
    rows: int
    last_release: str

    def __str__(self) -> str:
        where = " and ".join(self.accelerators)
        rows = number_of(self.rows, "row")
        return f"section-gone: {self.what} on {where} ({rows}), last printed by {self.last_release}"


def why_empty(comparison: Comparison) -> str:
    """Return why no figure passed the filters."""
    if comparison.unmeasured:
        sides = " and ".join(side.written for side in comparison.unmeasured)
        measured = ", ".join(comparison.measured())
        return (
            f"Nothing was measured on {sides}: pages repeat older figures. There are rows measured "
            f"on {measured}."
        )
    total = comparison.count()
    if not total:
        return f"No row of {comparison.base.name} or {comparison.target.name} has a figure."
    reasons = " ".join(_where(comparison, _wanted(comparison)))
    return f"None of {total:,} figures passes the filters. {reasons}".rstrip()


def where_they_ended(comparison: Comparison, rows: Sequence[ComparedRow]) -> Iterator[str]:
    """Yield when models that one side alone has were printed and measured last.

    Only where that is the answer: the filters name a model or instance, or nothing has a partner.
    """
    paired = {row.model for row in rows if row.is_paired}
    alone = {row.model for row in rows if not row.is_paired} - paired
    filters = comparison.question.filters
    if alone and (filters.model or filters.instance or not paired):
        models = listed(sorted(alone))
        yield from _where(comparison, f"{_wanted(comparison)} AND model IN {models}")


def _where(comparison: Comparison, wanted: str) -> Iterator[str]:
    rows = _ask(comparison, _ENDED.format(wanted=wanted))
    for model, printed, measured, families in rows[:MOST_MODELS]:
        yield _ended(comparison, model, printed, measured, families)
    if len(rows) > MOST_MODELS:
        yield f"{len(rows) - MOST_MODELS} more models: `neuron-warehouse models` lists them."


def _ended(
    comparison: Comparison,
    model: str,
    printed: Iterable[str],
    measured: Iterable[str] | None,
    families: Iterable[str] | None,
) -> str:
    releases = sorted(printed, key=release_order)
    parts = [f"last printed by {releases[-1]}"]
    if measured:
        parts.append(f"last measured on {max(measured, key=release_order)}")
    parts += _lost_families(comparison, families or ())
    hint = _other_pair(comparison, releases)
    return f"{model}: {', '.join(parts)}{f'; try `{hint}`' if hint else ''}."


def _lost_families(comparison: Comparison, families: Iterable[str]) -> Iterator[str]:
    """Yield which sides have no row of a model's family at all."""
    if comparison.question.axis != "published":
        return
    for side in (comparison.base, comparison.target):
        for family in sorted(families):
            rows = _ask(
                comparison,
                f"SELECT 1 FROM benchmarks WHERE release = {literal(side.releases[-1])} "  # noqa: S608
                f"AND model_family = {literal(family)} AND workload = 'inference' LIMIT 1",
            )
            if not rows:
                yield f"{side.name} has no {family} section"


def _other_pair(comparison: Comparison, releases: list[str]) -> str | None:
    """Return the command that compares a model's rows in two minors that both have them."""
    minors = list(dict.fromkeys(minor_of(release) for release in releases))
    asked = [minor_of(side.releases[-1]) for side in (comparison.base, comparison.target)]
    kept = [minor for minor in minors if minor in asked]
    others = [minor for minor in minors if minor not in asked]
    if not others or comparison.question.axis != "published":
        return None
    pair = sorted(
        (kept[-1], others[-1]) if kept else others[-2:],
        key=lambda minor: release_order(f"{minor}.0"),
    )
    if len(pair) < len(asked):
        return None
    return f"compare {' '.join(pair)}{_options(comparison)}"


def _options(comparison: Comparison) -> str:
    filters = comparison.question.filters
    model = filters.model if filters.model.replace("-", "").isalnum() else f'"{filters.model}"'
    return "".join(
        f" --{name} {text}"
        for name, text in (("model", model), ("instance", filters.instance))
        if text and text != '""'
    )


def sections_gone(comparison: Comparison) -> tuple[Ended, ...]:
    """Return the sections and tabs of the base's pages that the target's pages do not have.

    What is measured has no sections, and one model or instance is no section: there are none.
    """
    question = comparison.question
    if question.axis != "published" or question.filters.model or question.filters.instance:
        return ()
    base, target = (side.releases[-1] for side in (comparison.base, comparison.target))
    if release_order(base) >= release_order(target):
        return ()
    query = _PLACES.format(base=literal(base), target=literal(target), wanted=_wanted(comparison))
    places: dict[tuple[str, str, str, str], dict[str, int]] = defaultdict(dict)
    for *place, release, rows in _ask(comparison, query):
        places[tuple(place)][release] = rows
    gone = {place: of[base] for place, of in places.items() if base in of and target not in of}
    sections = {
        (workload, family, accelerator)
        for (workload, family, _, accelerator), of in places.items()
        if target in of
    }
    return tuple(_grouped(comparison, gone, sections))


def _grouped(
    comparison: Comparison,
    gone: dict[tuple[str, str, str, str], int],
    sections: set[tuple[str, str, str]],
) -> Iterator[Ended]:
    """Yield what ended, accelerators together; a tab only where its section is still there."""
    found: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (workload, family, tab, accelerator), rows in gone.items():
        still = (workload, family, accelerator) in sections
        found[workload, family, tab if still else ""][accelerator] += rows
    for (workload, family, tab), of in sorted(found.items()):
        what = f"{workload} of {family} models"
        yield Ended(
            f"{what} for {tab}" if tab else what,
            tuple(sorted(of)),
            sum(of.values()),
            _last_release(comparison, workload, family, tab, of),
        )


def _last_release(
    comparison: Comparison, workload: str, family: str, tab: str, accelerators: Iterable[str]
) -> str:
    target = literal(comparison.target.releases[-1])
    conditions = [
        f"b.workload = {literal(workload)}",
        f"coalesce(b.model_family, 'other') = {literal(family)}",
        f"b.accelerator IN {listed(accelerators)}",
        f"r.release_order < (SELECT release_order FROM releases WHERE release = {target})",  # noqa: S608
        f"b.optimized_for = {literal(tab)}" if tab else "true",
    ]
    ((release,),) = _ask(comparison, _LAST.format(wanted=" AND ".join(conditions)))
    return str(release)


def _wanted(comparison: Comparison) -> str:
    """Return SQL for the rows of `benchmarks` that the filters mean."""
    return " AND ".join(comparison.question.filters.row_conditions()) or "true"


def _ask(comparison: Comparison, query: str) -> list[tuple[Any, ...]]:
    return comparison.connection.execute(query).fetchall()
