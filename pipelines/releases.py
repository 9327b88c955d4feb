"""Release names: how they are read and how they sort. The list of known ones is `releases.txt`.

This module needs nothing but a release's name. A name has one spelling: three numbers from 0 to 999
without leading zeros. So two releases never share an order, and one never has two names. Which
releases a source has lives in `pipelines.sources`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pipelines.errors import UsageError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

PARTS = 1_000
"""Each of a release's three numbers is below this, so that its order holds them side by side."""
_NUMBER = r"(?:0|[1-9]\d{0,2})"
MINOR_PATTERN = rf"{_NUMBER}\.{_NUMBER}"
"""A regular expression for a minor's name, for use inside others."""
RELEASE_PATTERN = rf"{MINOR_PATTERN}\.{_NUMBER}"
"""A regular expression for a release's one spelling, for use inside others."""
_NAME = re.compile(RELEASE_PATTERN, re.ASCII)
_RELEASE = re.compile(rf"v?({_NUMBER})\.({_NUMBER})\.({_NUMBER})", re.ASCII)
_MINOR = re.compile(rf"v?{MINOR_PATTERN}", re.ASCII)
_MINOR_OR_RELEASE = re.compile(rf"{RELEASE_PATTERN}|{MINOR_PATTERN}", re.ASCII)
_LIKE_A_RELEASE = re.compile(r"\d+\.\d.*", re.ASCII | re.DOTALL)
_SHOWN = 60
_MANY = 10_000
"""More releases than one process sorts: it sorts the same ones thousands of times."""


@lru_cache(maxsize=_MANY)
def release_order(release: str) -> int:
    """Return the integer by which releases sort: `2.20.1` is 2020001.

    Raises:
        UsageError: The text is not a release.
    """
    match = _RELEASE.fullmatch(release)
    if match is None:
        raise UsageError(f"{_clipped(release)} is not a release; write it like 2.20.0")
    major, minor, patch = (int(part) for part in match.groups())
    return (major * PARTS + minor) * PARTS + patch


def minor_of(release: str) -> str:
    """Return the minor version of a release: `2.20` of `2.20.1`."""
    return release.rpartition(".")[0]


def latest_patches(releases: frozenset[str]) -> frozenset[str]:
    """Return the release that each minor stands for: its newest patch among these.

    This is the one place that decides it. The column `is_latest_patch` of the table `releases`
    holds the answer, and SQL reads it there.
    """
    newest: dict[str, str] = {}
    for release in sorted(releases, key=release_order):
        newest[minor_of(release)] = release
    return frozenset(newest.values())


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return the releases among these names, oldest first, each once.

    A name must have its one spelling: `v2.20.0`, `02.20.0` and `2.20.1000` are left out.
    """
    return tuple(sorted({name for name in names if _NAME.fullmatch(name)}, key=release_order))


def misspelt(names: Iterable[str]) -> str | None:
    """Return a warning of names that look like releases and are none; None without such.

    So a release `2.33`, `2.33.0.post1` or `2.33.0rc1` is not passed over in silence.
    """
    found = sorted({n for n in names if _LIKE_A_RELEASE.fullmatch(n) and not _NAME.fullmatch(n)})
    if not found:
        return None
    more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
    return (
        f"{_clipped(found[0])}{more}: not read as a release, which is three numbers from 0 to "
        f"{PARTS - 1} without leading zeros"
    )


def _clipped(text: str) -> str:
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"


def select_releases(wanted: tuple[str, ...], available: tuple[str, ...]) -> tuple[str, ...]:
    """Return the releases that a person chose, in release order.

    Args:
        wanted: Texts as `matching_releases` reads them; none means all releases.
        available: The releases to choose from.

    Raises:
        UsageError: A text matches none of the available releases.
    """
    ordered = tuple(sorted(available, key=release_order))
    if not wanted:
        return ordered
    chosen = {release for text in wanted for release in matching_releases(text, ordered)}
    return tuple(release for release in ordered if release in chosen)


def matching_releases(text: str, available: tuple[str, ...]) -> tuple[str, ...]:
    """Return the releases that a text names, in release order.

    A minor stands for its latest patch; a range for every patch in it.

    Args:
        text: Such as `2.20.1`, `2.20`, `latest`, `all`, `2.17..2.20` or `>=2.17,<2.20`.
        available: The releases to choose from.

    Raises:
        UsageError: None matches; the text lists the available ones.
    """
    ordered = tuple(sorted(available, key=release_order))
    if text == "all":
        return ordered
    if ".." in text:
        matching = _between(text, ordered)
    elif text.startswith(("<", ">", "=", "!", "~")):
        matching = _specified(text, ordered)
    else:
        return (resolve_release(text, ordered),)
    if not matching:
        raise _unmatched(text, ordered)
    return matching


def resolve_release(text: str, available: tuple[str, ...]) -> str:
    """Return the one release that a text names.

    Args:
        text: Such as `2.20.1`, `v2.20.1`, `2.20` (its latest patch) or `latest`.
        available: The releases to choose from.

    Raises:
        UsageError: None matches; the text lists the available ones, the nearest first.
    """
    ordered = tuple(sorted(available, key=release_order))
    bare = text.removeprefix("v")
    if text == "latest":
        matching = ordered
    elif _MINOR.fullmatch(text):
        meant = latest_patches(frozenset(ordered))
        matching = tuple(
            release for release in ordered if release in meant and minor_of(release) == bare
        )
    else:
        matching = tuple(release for release in ordered if release == bare)
    if not matching:
        raise _unmatched(text, ordered)
    return matching[-1]


def _between(text: str, ordered: tuple[str, ...]) -> tuple[str, ...]:
    """Return the releases from one end to the other, both included; a minor is all its patches."""
    ends = [end.strip().removeprefix("v") for end in text.split("..")]
    if len(ends) != len(("first", "last")) or not all(_MINOR_OR_RELEASE.fullmatch(e) for e in ends):
        raise UsageError(
            f"{text!r} is not a range of releases; write it like 2.17..2.20 or 2.17..2.20.1"
        )
    first, last = (tuple(int(part) for part in end.split(".")) for end in ends)
    if first[: len(last)] > last:
        raise UsageError(f"{text!r} runs backwards; write the older release first")
    return tuple(
        release
        for release in ordered
        if first <= (parts := tuple(int(part) for part in release.split(".")))
        and parts[: len(last)] <= last
    )


def _specified(text: str, ordered: tuple[str, ...]) -> tuple[str, ...]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        specifiers = SpecifierSet(text)
    except InvalidSpecifier as error:
        raise UsageError(
            f"{text!r} is not a range of releases; write it like '>=2.17' or '>=2.17,<2.20'"
        ) from error
    return tuple(release for release in ordered if release in specifiers)


def _unmatched(text: str, ordered: tuple[str, ...]) -> UsageError:
    nearest = _nearest_first(text.removeprefix("v"), ordered)
    if not nearest:
        return UsageError(f"unknown release {text!r}: there are no releases")
    return UsageError(unknown("release", text, nearest))


def _nearest_first(text: str, ordered: tuple[str, ...]) -> list[str]:
    """Sort releases by how near they are to a text: as numbers, or else as texts."""
    if _MINOR.fullmatch(text) or _RELEASE.fullmatch(text):
        asked = release_order(text if _RELEASE.fullmatch(text) else f"{text}.0")
        return sorted(ordered, key=lambda release: abs(release_order(release) - asked))
    from difflib import SequenceMatcher

    likeness = {release: SequenceMatcher(None, text, release).ratio() for release in ordered}
    return sorted(ordered, key=lambda release: (-likeness[release], -release_order(release)))


@cache
def known_releases() -> tuple[str, ...]:
    """Return the checked-in list of releases, oldest first: Dagster's static partitions."""
    from importlib.resources import files

    lines = files("pipelines").joinpath("releases.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
