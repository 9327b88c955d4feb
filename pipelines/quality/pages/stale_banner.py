"""The announcement on top of a page names another release.

A person types the announcement, and forgets it: the pages of 2.24.0 announce 2.23.0. It decides
nothing. A minor version, such as 2.10, means any of its patches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import PageRule
from pipelines.quality.flags import page_flag
from pipelines.releases import minor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import PageView


def find(view: PageView) -> Iterator[QualityFlag]:
    """Yield a flag where the announcement names releases and not the page's own."""
    announced = view.extracted.announced
    if announced and announced.isdisjoint({view.release, minor_of(view.release)}):
        named = ", ".join(sorted(announced))
        yield page_flag(
            RULE,
            view.release,
            view.page,
            f"The announcement on {view.page} of {view.release} names {named}.",
            observed=named,
            expected=view.release,
        )


RULE = PageRule("stale-banner", ("warning",), __doc__, find=find)
