"""The SDK version that a row was measured on, restored where the page lost a part of it.

A spreadsheet turns 2.20 into 2.2. This module decides which of the two is meant, from the other
rows of the page, or from the same row where it is printed with the whole version. Put no other
reading of cells here; it lives in `cell_values`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS
from pipelines.quality.reading.cells import malformed_version
from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    from pipelines.contract import Benchmark
    from pipelines.errors import Problem

_SHORT = re.compile(r"(?P<major>\d{1,4})\.(?P<minor>\d{1,4})", re.ASCII)
_FIRST_WITH_TWO_DIGITS = 10
_ONE_DIGIT = frozenset("123456789")


def restore_release(text: str, page_release: str, whole: Collection[str]) -> str | None:
    """Return the whole version that a version of two parts stands for.

    A minor of one digit has lost its zero where every row with a whole version was measured on a
    minor of two digits, so that it would be years older than all of them, and where the release
    with the zero is not newer than the page. Without such rows, the page's own release decides.

    Args:
        text: The version as printed, such as `2.2`.
        page_release: The release of the page.
        whole: The versions that other rows of the page print in full.

    Returns:
        The version with three parts; None where `text` is no version of two parts.
    """
    short = _SHORT.fullmatch(text)
    if short is None:
        return None
    longer = f"{text}0.0"
    lost = (
        short["minor"] in _ONE_DIGIT
        and all(_minor(one) >= _FIRST_WITH_TWO_DIGITS for one in whole or (page_release,))
        and release_order(longer) <= release_order(page_release)
    )
    return longer if lost else f"{text}.0"


def _minor(release: str) -> int:
    return int(release.split(".")[1])


def restore_by_same_rows(
    benchmarks: Sequence[Benchmark], findings: Sequence[Problem]
) -> tuple[tuple[Benchmark, ...], tuple[Problem, ...]]:
    """Restore what is still short from the same row elsewhere, such as in the other tab.

    Args:
        benchmarks: The rows of a page, or of a release.
        findings: What was found while they were read; `malformed-version` names the short ones.

    Returns:
        The rows, and the findings with the version that each row now has.
    """
    short = {one.benchmark_id: one for one in findings if _is_short(one)}
    if not short:  # nearly always
        return tuple(benchmarks), tuple(findings)
    whole = {
        (_run(one), one.measured_release) for one in benchmarks if one.benchmark_id not in short
    }
    restored = {
        one.benchmark_id: longer
        for one in benchmarks
        if one.benchmark_id in short
        and (_run(one), longer := f"{short[one.benchmark_id].observed}0.0") in whole
    }
    return tuple(
        replace(one, measured_release=restored[one.benchmark_id])
        if one.benchmark_id in restored
        else one
        for one in benchmarks
    ), tuple(
        replace(one, expected=restored[one.benchmark_id])
        if one.benchmark_id in restored and _is_short(one)
        else one
        for one in findings
    )


def _is_short(finding: Problem) -> bool:
    is_one = finding.rule == malformed_version.RULE
    return is_one and finding.expected == f"{finding.observed}.0"


def _run(benchmark: Benchmark) -> Hashable:
    """Return what a row says of its run, but for the tab that it is in."""
    names = (*BENCHMARKS.with_role("identity"), *BENCHMARKS.with_role("tuned"))
    return tuple(getattr(benchmark, name) for name in names if name != "optimized_for")
