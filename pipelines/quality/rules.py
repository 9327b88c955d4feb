"""The list of all quality rules, and how those over a release's rows are applied.

Here belongs what a reader sees of a rule: its name, how grave it can be, and one line. A new rule
is listed here, and explained in `docs/quality-rules.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quality import money, rows, speed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `find` is None where it is found while a page or a cell is read."""

    name: str
    severities: tuple[Severity, ...]
    description: str
    find: Callable[[ReleaseView], Iterable[QualityFlag]] | None = None


_OVER_ROWS = (
    Rule(
        "concurrency",
        ("error", "warning"),
        "Throughput x P50 / batch size is far from what the table's other rows give.",
        speed.concurrency,
    ),
    Rule(
        "token-rate",
        ("error", "warning"),
        "Throughput in tokens is far from what the row's times per token come to.",
        speed.token_rate,
    ),
    Rule("latency-order", ("error",), "A P50 is above its P99.", speed.latency_order),
    Rule(
        "repeated-value",
        ("error",),
        "A figure is also that of another row of its column, and fits only that row.",
        rows.repeated_value,
    ),
    Rule(
        "cost-rate",
        ("error", "warning"),
        "Cost x throughput is not the hourly rate of the instance type.",
        money.cost_rate,
    ),
    Rule(
        "cost-unit",
        ("warning",),
        "A cost under another header is per 1M tokens, by its figures.",
        money.cost_unit,
    ),
    Rule(
        "stated-basis",
        ("error",),
        "The price basis that a page states is not the one that its figures imply.",
        money.stated_basis,
    ),
    Rule(
        "degrees",
        ("error",),
        "Parallel degrees do not fit the NeuronCores of the instances.",
        rows.degrees,
    ),
    Rule(
        "measured-later",
        ("error",),
        "A row was measured on an SDK newer than the release of its page.",
        rows.measured_later,
    ),
    Rule(
        "other-accelerator",
        ("warning",),
        "A row's instance type is not of the accelerator of its page.",
        rows.other_accelerator,
    ),
    Rule(
        "duplicate-row",
        ("warning",),
        "The same run stands twice in one table.",
        rows.duplicate_row,
    ),
    Rule(
        "same-row-in-both-tabs",
        ("info",),
        "The same run with the same figures stands in both tabs; the second is flagged.",
        rows.same_row_in_both_tabs,
    ),
)
_WHILE_READING = (
    Rule("page-without-tables", ("error",), "A page has its headings and not one table."),
    Rule("missing-page", ("warning",), "The release's inventory lacks the label of a page."),
    Rule("unclaimed-release", ("warning",), "No page of a release says which release it is of."),
    Rule("price-basis-not-stated", ("warning",), "A page has costs, and no note states a basis."),
    Rule("unreadable-date", ("warning",), "The last update that a page gives is no date."),
    Rule("malformed-version", ("warning",), "An SDK version lacks a part, such as 2.2 for 2.20."),
    Rule("unknown-category", ("warning",), "A value is outside its closed set, such as U2."),
    Rule("stale-package-list", ("warning",), "A page lists the packages of an older release."),
    Rule(
        "package-lists-differ",
        ("warning",),
        "Packages of a release are not those that an earlier docs release lists of it.",
    ),
    Rule("release-dates-differ", ("warning",), "Two pages give a release two dates."),
    Rule("impossible-constraint", ("error",), "No version meets a constraint."),
)
_WHEN_ALLOWED = (
    Rule("unknown-header", ("warning",), "The registry does not know a column's header."),
    Rule("unknown-unit", ("warning",), "The registry does not know the unit in a header."),
    Rule("unknown-section", ("warning",), "The registry does not know a section's heading."),
    Rule("unknown-tab", ("warning",), "The registry does not know a tab's label."),
    Rule("unknown-price-basis", ("warning",), "The registry does not know a stated price basis."),
    Rule("contradictory-price-basis", ("warning",), "The notes of a page state two price bases."),
    Rule("unreadable-value", ("warning",), "A cell does not hold what its column is made of."),
    Rule("unreadable-heading", ("warning",), "The date in a release's heading is none."),
    Rule("unreadable-package", ("warning",), "A line of a package list is no package-version."),
    Rule("unknown-list", ("warning",), "The title of a package list names no release."),
    Rule("unknown-table-form", ("warning",), "A table of supported versions has another form."),
    Rule("duplicate-column", ("warning",), "A table has two columns for one thing."),
    Rule("missing-column", ("warning",), "A table lacks a column that its family has."),
    Rule("ragged-row", ("warning",), "A row has more or fewer cells than its header."),
    Rule("unclaimed-page", ("warning",), "A page does not say its release; its siblings do."),
    Rule("mixed-release", ("warning",), "A page speaks of two releases as its own."),
    Rule("lost-page", ("warning",), "A page of the last capture is gone."),
    Rule("lost-table", ("warning",), "A table of the last capture is gone."),
    Rule("lost-column", ("warning",), "A column of the last capture is gone."),
)
RULES: tuple[Rule, ...] = (*_OVER_ROWS, *_WHILE_READING, *_WHEN_ALLOWED)


def row_flags(view: ReleaseView) -> tuple[QualityFlag, ...]:
    """Apply every rule over rows, in the order of the list."""
    return tuple(flag for rule in _OVER_ROWS if rule.find for flag in rule.find(view))
