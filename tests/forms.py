"""The two forms of tests that try a thing many times: short in `make test`, full in `make stress`.

Put here how much a test does; which tests have a full form, their mark `stress` says.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
FULL = os.environ.get("STRESS") == "full"


def some(items: Sequence[T], one_in: int) -> Sequence[T]:
    """Return one item in so many, from the first on; all of them in full form."""
    return items if FULL else items[::one_in]


only_in_full = pytest.mark.skipif(not FULL, reason="in full form only: make stress")
"""Mark for a test whose kind a cheaper test covers in short form; mark it `stress` too."""
