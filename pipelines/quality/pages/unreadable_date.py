"""The last update that a page states is not a date.

The column `last_update` is None.
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
    """Yield a flag where the page states a last update and it could not be read."""
    stated = view.extracted.last_update
    if stated is not None and not view.last_update_read:
        yield page_flag(
            RULE,
            view.release,
            view.page,
            f"The last update of {view.page}, {stated!r}, is no date.",
            observed=stated,
        )


RULE = PageRule("unreadable-date", ("warning",), __doc__, find=find)
