"""A page does not say which release it is of, and another page of the release does.

The page has no link to its source, no link to its release's sources and no announcement. It is
known by its address and its label only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.contract import QualityFlag
    from pipelines.extract import ExtractedPage

RULE = Rule("unclaimed-page", ("warning",), __doc__)


def unclaimed_page_flags(release: str, pages: Mapping[str, ExtractedPage]) -> Iterator[QualityFlag]:
    """Yield a flag for each page that says nothing of its release where another page does.

    Args:
        release: The release.
        pages: The release's pages, by our names for them.
    """
    saying = next((page for page, one in pages.items() if one.release_claims), None)
    for page, extracted in pages.items():
        if saying is not None and not extracted.release_claims:
            yield page_flag(
                RULE,
                release,
                page,
                f"Nothing on {page} says that it is a page of {release}, as {saying} does.",
                expected=release,
            )
