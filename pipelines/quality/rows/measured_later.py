"""A row was measured on an SDK newer than the release of its page.

The pages of a release are not written before its SDK exists. So this is an error: of the version,
or of the address, which may serve the page of another release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import RowRule
from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each row measured on an SDK newer than the release of its page."""
    for row in view.rows:
        measured = row.benchmark.measured_release
        if measured and release_order(measured) > release_order(view.release):
            yield row.flag(
                RULE,
                f"it was measured on {measured}, which is newer than its page of {view.release}.",
                observed=measured,
                expected=f"{view.release} or older",
            )


RULE = RowRule("measured-later", ("error",), __doc__, find=find)
