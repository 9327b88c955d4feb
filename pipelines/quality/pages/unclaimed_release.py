"""No page of a release says which release it is of.

No page announces its release or links to its sources, as all did up to 2.20.2. The pages are known
by their addresses and labels only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from pipelines.contract import QualityFlag

RULE = Rule("unclaimed-release", ("warning",), __doc__)


def unclaimed_release_flag(release: str, page: str) -> QualityFlag:
    """Return the flag of such a release, on one of its pages."""
    return page_flag(
        RULE,
        release,
        page,
        f"No page of {release} says which release it is of; only their addresses do.",
        expected=release,
    )
