"""The release's inventory lacks the label of a page.

The release is published without the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from pipelines.contract import QualityFlag

RULE = Rule("missing-page", ("warning",), __doc__)


def missing_page_flag(release: str, page: str, label: str) -> QualityFlag:
    """Return the flag of a page whose label the release's inventory lacks."""
    return page_flag(
        RULE,
        release,
        page,
        f"The inventory of {release} has no label {label!r}; the release is published without the "
        f"page {page}.",
        expected=label,
    )
