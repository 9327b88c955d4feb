"""The one clock: what a capture and a dataset version are dated with.

Here belongs asking the time, and the variable by which a build is made reproducible. Waiting and
measuring use the monotonic clock where they wait and measure.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from pipelines.errors import UsageError

VARIABLE = "SOURCE_DATE_EPOCH"  # the name that reproducible-builds.org gave it


def now() -> datetime:
    """Return the time in whole seconds, UTC; `SOURCE_DATE_EPOCH` stands in for the machine's."""
    text = os.environ.get(VARIABLE)
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{VARIABLE} is {text!r}; it holds seconds since 1970, or unset it"
        ) from error
