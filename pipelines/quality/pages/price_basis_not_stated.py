"""A page has costs, and no note says which hourly rate they are calculated with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import PageRule
from pipelines.quality.flags import page_flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import PageView


def find(view: PageView) -> Iterator[QualityFlag]:
    """Yield a flag where the page has costs and its notes state no price basis."""
    if view.has_costs and not view.notes.price_bases:
        yield page_flag(
            RULE,
            view.release,
            view.page,
            f"No note of {view.page} says which hourly rate its costs are calculated with.",
        )


RULE = PageRule("price-basis-not-stated", ("warning",), __doc__, find=find)
