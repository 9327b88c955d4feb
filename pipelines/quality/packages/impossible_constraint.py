"""No version meets a constraint.

`< 4.35 and >=4.37.2` is an example. The constraint is published unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.composition.framework_support import is_impossible
from pipelines.quality.context import PackagesRule
from pipelines.quality.flags import page_flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import PackagesView


def find(view: PackagesView) -> Iterator[QualityFlag]:
    """Yield a flag for each constraint that no version meets."""
    for row in view.support:
        if row.constraint and is_impossible(row.constraint):
            yield page_flag(
                RULE,
                row.release,
                row.page or "",
                f"{row.page}: {row.package} is said to support {row.subject} {row.text}; no "
                "version is both.",
                observed=row.text,
                expected="a constraint that some version meets",
            )


RULE = PackagesRule("impossible-constraint", ("error",), __doc__, find=find)
