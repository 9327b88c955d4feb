"""An SDK version that lost its zero, restored where the page says that it did."""

from __future__ import annotations

import pytest

from pipelines.performance.measured_release import restore_release


@pytest.mark.parametrize(
    ("text", "page", "whole", "meant"),
    [
        # Every other row is of a minor of two digits: 2.2.0 would be years older than all of them.
        ("2.2", "2.20.0", {"2.18.0", "2.20.0"}, "2.20.0"),
        ("2.2", "2.32.0", {"2.25.0", "2.28.0"}, "2.20.0"),
        ("2.1", "2.12.0", {"2.12.0", "2.10.0"}, "2.10.0"),
        # The page says it where no row does.
        ("2.2", "2.20.2", set(), "2.20.0"),
        # 2.20.0 is newer than the page, or other rows are as old.
        ("2.2", "2.19.1", {"2.18.0"}, "2.2.0"),
        ("2.2", "2.20.0", {"2.20.0", "2.5.0"}, "2.2.0"),
        ("2.2", "2.2.0", set(), "2.2.0"),
        # Nothing is lost.
        ("2.20", "2.20.1", {"2.20.0"}, "2.20.0"),
        ("2.0", "2.20.1", {"2.20.0"}, "2.0.0"),
    ],
)
def test_a_short_version_is_restored_by_the_other_rows_of_its_page(
    text: str, page: str, whole: set[str], meant: str
) -> None:
    assert restore_release(text, page, whole) == meant


@pytest.mark.parametrize("text", ["", "2", "2.20.0", "2.x", "v2.2"])
def test_only_a_version_of_two_parts_is_restored(text: str) -> None:
    assert restore_release(text, "2.20.0", ()) is None
