"""The links of a page lead to the sources of more than one release.

The page has no link to its own source that would decide which release it is of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import PageRule
from pipelines.quality.flags import page_flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import PageView


def find(view: PageView) -> Iterator[QualityFlag]:
    """Yield a flag where the page links to the sources of several releases."""
    linked = sorted(view.extracted.linked_releases)
    if len(linked) > 1 and view.extracted.edit_link is None:
        yield page_flag(
            RULE,
            view.release,
            view.page,
            f"The links of {view.page} lead to the sources of {' and '.join(linked)}.",
            observed=", ".join(linked),
            expected=view.release,
        )


RULE = PageRule("mixed-release", ("warning",), __doc__, find=find)
