"""The one clock: what a capture and a dataset version are dated with.

This module reads the time, or the variable that makes a build reproducible. Code that waits or
measures uses the monotonic clock itself.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime

from pipelines.errors import UsageError

_LAST = 253402300799
"""The last second of the year 9999: a later one has no date that can be written."""
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
VARIABLE = "SOURCE_DATE_EPOCH"  # the name is a standard of reproducible-builds.org


def now() -> datetime:
    """Return the time in UTC, in whole seconds.

    `SOURCE_DATE_EPOCH` replaces the machine's time (https://reproducible-builds.org).

    Raises:
        UsageError: The variable does not hold seconds since 1970.
    """
    text = os.environ.get(VARIABLE)
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    if not _SECONDS.fullmatch(text) or int(text) > _LAST:
        raise UsageError(
            f"{VARIABLE} must be a number of seconds since 1970, up to {_LAST}, got {text!r}; "
            "correct or unset it"
        )
    return datetime.fromtimestamp(int(text), UTC)
