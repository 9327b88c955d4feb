"""The real pages: which of their releases are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.real_pages import RealPages

if TYPE_CHECKING:
    from pathlib import Path


def test_only_releases_of_the_checked_in_list_are_read_oldest_first(tmp_path: Path) -> None:
    for name in ("v2.20.0", "v2.9.0", "v2.18.0", "v99.0.0", "latest"):
        (tmp_path / "en" / name).mkdir(parents=True)
    assert RealPages(tmp_path).releases() == ("2.18.0", "2.20.0")
