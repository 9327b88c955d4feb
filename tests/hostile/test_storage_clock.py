"""`SOURCE_DATE_EPOCH`: what could not be read back is wrong usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.clock import VARIABLE, now
from pipelines.errors import UsageError
from tests.warehouse.conftest import a_release
from warehouse.versions import newest, publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text", ["-62135596800", "-1", "253402300800", "9" * 5000, "1e3", "1_0", " 5", "٣", "", "x"]
)
def test_a_time_that_no_version_can_carry_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(UsageError, match="must be a number of seconds since 1970"):
        now()


@pytest.mark.parametrize("text", ["0", "1577836800", "253402300799"])
def test_a_version_of_any_other_time_reads_back(
    monkeypatch: pytest.MonkeyPatch, root: Path, text: str
) -> None:
    monkeypatch.setenv(VARIABLE, text)
    publish(root, [a_release()], source="a test", now=now())
    assert newest(root).created == now()  # type: ignore[union-attr]
