"""The one clock: what a capture and a dataset version are dated with.

Here belongs asking the time, and the variable by which a build is made reproducible. Waiting and
measuring use the monotonic clock where they wait and measure.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime

from pipelines.errors import UsageError

_LAST = 253402300799
"""The last second of the year 9999: a later one has no date that can be written."""
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
VARIABLE = "SOURCE_DATE_EPOCH"  # the name that reproducible-builds.org gave it


def now() -> datetime:
    """Return the time in whole seconds, UTC; `SOURCE_DATE_EPOCH` stands in for the machine's."""
    text = os.environ.get(VARIABLE)
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    if not _SECONDS.fullmatch(text) or int(text) > _LAST:
        raise UsageError(
            f"{VARIABLE} is {text!r}; it must be a number of seconds since 1970, up to {_LAST}; "
            "correct or unset it"
        )
    return datetime.fromtimestamp(int(text), UTC)
