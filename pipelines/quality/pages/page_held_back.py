"""A page was read and not published; its last good rows stay.

The message says why. All other pages of the release are published. Where our own code failed, the
message asks for a report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.flags import page_flag
from pipelines.quality.reading.responses import unforeseen_error
from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.contract import QualityFlag
    from pipelines.errors import Problem

RULE = Rule("page-held-back", ("error",), __doc__)


def page_held_back_flag(
    release: str, page: str, problems: Sequence[Problem], *, has_last_rows: bool
) -> QualityFlag:
    """Return the flag of a page that is held back.

    Args:
        release: The release.
        page: Our name for the page.
        problems: Why it is held back, at least one.
        has_last_rows: Whether rows of an earlier capture are published in its place.
    """
    first, more = problems[0], len(problems) - 1
    others = f" ({more} more problems)" if more > 1 else " (1 more problem)" if more else ""
    kept = "Its last good rows stay" if has_last_rows else "Nothing of it is published"
    report = any(one.rule is unforeseen_error.RULE for one in problems)
    ask = " Please report this with the page." if report else ""
    return page_flag(
        RULE,
        release,
        page,
        f"{page} of {release} is held back for {first.rule.name}: {first.where}: met "
        f"{first.observed!r}, expected {first.expected}{others}. {kept}.{ask}",
        observed=first.observed,
        expected=first.expected,
    )
