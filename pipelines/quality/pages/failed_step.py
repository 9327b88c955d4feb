"""A step over the whole release failed on our side. Please report it.

The step's own flags or rates are missing. The release is published with all else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.errors import one_line
from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from pipelines.contract import QualityFlag

RULE = Rule("failed-step", ("error",), __doc__)


def failed_step_flag(release: str, page: str, step: str, error: Exception) -> QualityFlag:
    """Return the flag of a step that failed.

    Args:
        release: The release.
        page: A page of it, since every flag names one.
        step: What failed, such as `the rule latency-order`.
        error: How it failed.
    """
    observed = one_line(error)
    return page_flag(
        RULE,
        release,
        page,
        f"A step over all pages of {release} failed and found nothing: {step} ({observed}). "
        "Please report this.",
        observed=observed,
        expected=step,
    )
