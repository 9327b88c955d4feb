"""Asset checks: what the contract promises, and the quality of the newest dataset version.

This module has one check for each table and kind of promise, and a few for quality. Each reads the
version's Parquet files and can be run by hand, alone. A broken promise blocks the warehouse file:
after a change, only the releases that the file lacks are checked; by hand, all are. A quality check
warns. Put a new promise into `warehouse.contract_checks`, a new quality rule into
`pipelines.quality`.
Dagster reads annotations when it loads the module, so they are not postponed here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

import dagster as dg

from dagster_project.build.fingerprint import is_live, last_answer
from dagster_project.build.new_flags import flags_of, grouped, new_flags, previous_version
from dagster_project.resources import Dataset, Documentation
from pipelines.clock import now
from pipelines.contract import PAGES, QUALITY_FLAGS, TABLES, QualityFlag
from pipelines.contract.column import SOURCE
from pipelines.quality.pages import page_held_back
from pipelines.releases import in_order
from warehouse.contract_checks import Check, Kind, breaches, contract_checks
from warehouse.database.open_version import open_unchecked
from warehouse.versions import require_newest
from warehouse.visible import markdown

_KINDS: Mapping[Kind, tuple[str, str]] = {
    "not-null": ("no_missing_values", "Columns that must have a value have one."),
    "values": ("known_values", "Columns with a closed set of values hold no other value."),
    "unique": ("unique_key", "No two rows have the same key."),
    "reference": ("references_exist", "Every row that another row refers to is there."),
}
"""The name and description of the check of each kind of promise."""
_NO_NEW_ERRORS = "no_error_flags"
_NONE_HELD = "no_page_held_back"
_FRESH = "looked_at_lately"
_EXAMPLES = 5
_DAILY: dg.AutomationCondition[dg.AssetCheckKey] = dg.AutomationCondition.cron_tick_passed(
    "31 11 * * *"
)
_MOST_DAYS = 8
"""All releases are looked at once a week; a day is left for a run that is tried again."""

_Promises = Mapping[tuple[str, Kind], Sequence[Check]]


def all_checks() -> list[dg.AssetChecksDefinition]:
    """Return every asset check."""
    return [contract_check(), quality_check(), freshness_check()]


def contract_check() -> dg.AssetChecksDefinition:
    """Define one check for each table and kind of promise; one step runs those that are wanted."""
    promises = _promises()

    @dg.multi_asset_check(
        name="contract",
        specs=[_promise_spec(*subject) for subject in promises],
        can_subset=True,
    )
    def contract(
        context: dg.AssetCheckExecutionContext, dataset: Dataset
    ) -> Iterator[dg.AssetCheckResult]:
        with open_unchecked(dataset.root) as (warehouse, changed):
            for (table, kind), checks in promises.items():
                if _is_wanted(context, table, _KINDS[kind][0]):
                    found = breaches(warehouse, checks, beside_others=bool(changed))
                    yield _promise_result(table, kind, found, changed)

    return contract


def quality_check() -> dg.AssetChecksDefinition:
    """Define the checks of the flags: no new errors, and no page held back."""

    @dg.multi_asset_check(
        name="quality",
        specs=[
            dg.AssetCheckSpec(
                _NO_NEW_ERRORS,
                asset=QUALITY_FLAGS.name,
                description="The newest version has no flag of severity error that the version "
                "before did not have. Known errors of the documentation do not count.",
            ),
            dg.AssetCheckSpec(
                _NONE_HELD,
                asset=PAGES.name,
                description="No page was held back: the rows of every page are its newest.",
            ),
        ],
        can_subset=True,
    )
    def quality(
        context: dg.AssetCheckExecutionContext, dataset: Dataset
    ) -> Iterator[dg.AssetCheckResult]:
        if _is_wanted(context, QUALITY_FLAGS.name, _NO_NEW_ERRORS):
            yield _new_errors(dataset.root)
        if _is_wanted(context, PAGES.name, _NONE_HELD):
            yield _held_pages(dataset.root)

    return quality


def freshness_check() -> dg.AssetChecksDefinition:
    """Define the check that a live site has been looked at lately."""

    @dg.asset_check(
        name=_FRESH,
        asset=dg.AssetKey(SOURCE),
        description="A live site was looked at in the last eight days. Passes for a folder.",
        automation_condition=_DAILY,
    )
    def looked_at_lately(documentation: Documentation, dataset: Dataset) -> dg.AssetCheckResult:
        if not is_live(documentation.source):
            return dg.AssetCheckResult(passed=True, metadata={"source": documentation.source})
        last = last_answer(documentation.source, dataset.root)
        if last is None:
            return _stale({"last_answer": "never"})
        days = (now() - last) / timedelta(days=1)
        metadata: dict[str, Any] = {
            "last_answer": f"{last:%Y-%m-%d %H:%M} UTC",
            "age_in_days": round(days, 2),
        }
        if days > _MOST_DAYS:
            return _stale(metadata)
        return dg.AssetCheckResult(passed=True, metadata=metadata)

    return looked_at_lately


def _stale(metadata: Mapping[str, Any]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, metadata=metadata)


def _promises() -> _Promises:
    position = {table.name: index for index, table in enumerate(TABLES)}
    ordered = sorted(contract_checks(), key=lambda check: (position[check.table], check.kind))
    groups = groupby(ordered, key=lambda check: (check.table, check.kind))
    return {subject: tuple(checks) for subject, checks in groups}


def _promise_spec(table: str, kind: Kind) -> dg.AssetCheckSpec:
    name, description = _KINDS[kind]
    return dg.AssetCheckSpec(name, asset=table, blocking=True, description=description)


def _is_wanted(context: dg.AssetCheckExecutionContext, table: str, name: str) -> bool:
    key = dg.AssetCheckKey(dg.AssetKey(table), name)
    return key in context.selected_asset_check_keys


def _promise_result(
    table: str, kind: Kind, found: Mapping[Check, Mapping[str, int]], changed: Sequence[str]
) -> dg.AssetCheckResult:
    """Return how many rows break each promise, by release.

    Args:
        table: The table.
        kind: The kind of promise.
        found: How many rows of each release break each check.
        changed: The releases that were looked at; none are named where all were.
    """
    broken = {check.description: counts for check, counts in found.items() if counts}
    return dg.AssetCheckResult(
        check_name=_KINDS[kind][0],
        asset_key=table,
        passed=not broken,
        metadata={
            "promises": len(found),
            "releases": ", ".join(changed) or "all",
            **{promise: _listed(counts) for promise, counts in broken.items()},
        },
    )


def _listed(counts: Mapping[str, int]) -> dg.MarkdownMetadataValue:
    lines = "\n".join(f"- {release}: {counts[release]}" for release in in_order(counts))
    return dg.MetadataValue.md(lines or "None.")


def _new_errors(root: str) -> dg.AssetCheckResult:
    """Compare the newest version's errors with those of the version before."""
    version = require_newest(root)
    found = new_flags(root, version, previous_version(root, version))
    errors = tuple(flag for flag in found if flag.severity == "error")
    return dg.AssetCheckResult(
        check_name=_NO_NEW_ERRORS,
        asset_key=QUALITY_FLAGS.name,
        passed=not errors,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "new_errors": len(errors),
            "by_rule": dg.MetadataValue.md(
                "\n".join(f"- {group.rule}: {group.count}" for group in grouped(errors)) or "None."
            ),
            **_by_release(errors),
        },
    )


def _held_pages(root: str) -> dg.AssetCheckResult:
    version = require_newest(root)
    found = flags_of(root, version, version.releases)
    flags = [flag for flag in found if flag.rule == page_held_back.RULE.name]
    return dg.AssetCheckResult(
        check_name=_NONE_HELD,
        asset_key=PAGES.name,
        passed=not flags,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"pages_held_back": len(flags), **_by_release(flags)},
    )


def _by_release(flags: Sequence[QualityFlag]) -> Mapping[str, Any]:
    """Return how many flags each release has, and the first messages."""
    counts = Counter(flag.release for flag in flags)
    examples = "\n".join(f"- {markdown(flag.message)}" for flag in flags[:_EXAMPLES])
    return {
        "by_release": _listed(counts),
        "examples": dg.MetadataValue.md(examples or "None."),
    }
