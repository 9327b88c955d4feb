"""Two pages of a docs release give an SDK release two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import PackagesRule
from pipelines.quality.flags import page_flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag, ReleaseDate
    from pipelines.quality.context import PackagesView


def find(view: PackagesView) -> Iterator[QualityFlag]:
    """Yield a flag for each date that differs from the first one of the same release."""
    first: dict[str, ReleaseDate] = {}
    for one in view.dates:
        known = first.setdefault(one.release, one)
        if known.published_on != one.published_on:
            yield page_flag(
                RULE,
                one.listed_on,
                one.page,
                f"{one.page} says that {one.release} was published on {one.published_on}; "
                f"{known.page} says {known.published_on}.",
                observed=str(one.published_on),
                expected=str(known.published_on),
            )


RULE = PackagesRule("release-dates-differ", ("warning",), __doc__, find=find)
