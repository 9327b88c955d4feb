"""A row's instance type is not of the accelerator of its page.

An example is an inf2 row on a trn1 page. The bundled releases have no such row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import RowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each row with an instance type of another accelerator."""
    for row in view.rows:
        accelerator = row.benchmark.accelerator
        others = [t for t in row.benchmark.instance_types if not t.startswith(accelerator)]
        if others:
            yield row.flag(
                RULE,
                f"it ran on {'/'.join(others)} and stands on a page of {accelerator}.",
                observed="/".join(others),
                expected=f"an instance type of {accelerator}",
            )


RULE = RowRule("other-accelerator", ("warning",), __doc__, find=find)
