"""How a flag is made of a rule and a finding: on a page, on a row, or of a problem.

Every `QualityFlag` is made here, and takes its name and severity from its rule. Put the finding
itself in the rule's file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import QualityFlag

if TYPE_CHECKING:
    from pipelines.contract import Severity
    from pipelines.errors import Problem
    from pipelines.quality.rule import Rule


def page_flag(  # noqa: PLR0913 - each is one column of the flag
    rule: Rule,
    release: str,
    page: str,
    message: str,
    *,
    observed: str | None = None,
    expected: str | None = None,
    severity: Severity | None = None,
    benchmark_id: str | None = None,
) -> QualityFlag:
    """Return a flag on a page.

    Args:
        rule: The rule that found it.
        release: The release that the page is of.
        page: Our name for the page.
        message: A whole sentence, with the page's name and the figures.
        observed: What the page says; an empty text is nothing.
        expected: What the rule expected.
        severity: Needed only where the rule has several.
        benchmark_id: The row concerned, where there is one.
    """
    return QualityFlag(
        release=release,
        benchmark_id=benchmark_id,
        page=page,
        rule=rule.name,
        severity=rule.severity(severity),
        message=message,
        observed=observed or None,
        expected=expected,
    )


def problem_flag(release: str, page: str, problem: Problem) -> QualityFlag:
    """Return the flag of a problem of a page, or of a row, that is published in spite of it."""
    return page_flag(
        problem.rule,
        release,
        page,
        f"{problem.where}: met {problem.observed!r}, expected {problem.expected}.",
        observed=problem.observed,
        expected=problem.expected,
        benchmark_id=problem.benchmark_id,
    )
