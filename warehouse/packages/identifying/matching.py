"""This module finds the SDK releases that installed packages are of.

Put here how an installation is matched with what lists say. How its text is read lives in
`read_lists`; what it can move to, in `moving_on`; how the answer is worded, in `wording`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.releases import release_order
from warehouse.packages.spelling import is_listed_as
from warehouse.packages.version_order import common_parts, version_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from warehouse.packages.identifying.read_lists import InstalledPackage

STANDINGS = ("fits", "older", "newer", "elsewhere", "unlisted", "unknown")
"""How a package stands to the answer, see `PlacedPackage`."""
_OURS = "neuron"
_THIS_PROGRAM = "neuron-warehouse"
_FEWEST_DOTS = 2
"""In the version of a package that is taken for one of the SDK by its name alone."""
_LISTED = """
    SELECT release, accelerator, package, version, package_key, version_key, bool_or(is_believed)
    FROM listed_versions
    GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """One version of a package that a list names for a release and an accelerator."""

    release: str
    accelerator: str
    package: str
    version: str
    package_key: str
    version_key: str
    is_believed: bool = True


@dataclass(frozen=True)
class Lists:
    """What all package lists say, for look-ups by package."""

    rows: tuple[ListedVersion, ...]

    @cached_property
    def by_package(self) -> Mapping[str, tuple[ListedVersion, ...]]:
        """The rows of each package, by its key."""
        found: dict[str, list[ListedVersion]] = defaultdict(list)
        for row in self.rows:
            found[row.package_key].append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def releases(self) -> tuple[str, ...]:
        """All releases with a list, oldest first."""
        return tuple(sorted({row.release for row in self.rows}, key=release_order))

    def naming(self, one: InstalledPackage) -> tuple[ListedVersion, ...]:
        """Return the rows that name a package in its version."""
        rows = self.by_package.get(one.key, ())
        return tuple(row for row in rows if is_listed_as(one.version_key, row.version_key))


@dataclass(frozen=True, slots=True)
class PlacedPackage:
    """One installed package, and how it stands to the answer.

    Attributes:
        installed: The package.
        standing: `fits`: the answer's release lists this version. `older`, `newer`: than the
            versions that it lists, or than all that any release lists. `elsewhere`: the answer's
            release does not list the package, another lists the version. `unlisted`: no release
            lists the version. `unknown`: no release lists the package.
        releases: The releases that list this version, oldest first.
        listed: The versions that the answer's release lists.
        after: For a version in no list, the last release with a lower one.
        before: For a version in no list, the first release with a higher one.
        is_disputed: True if only other docs releases list the version for the answer's release.
    """

    installed: InstalledPackage
    standing: str
    releases: tuple[str, ...]
    listed: tuple[str, ...] = ()
    after: str | None = None
    before: str | None = None
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Packages of an installation that are of the same releases."""

    releases: tuple[str, ...]
    packages: tuple[InstalledPackage, ...]


@dataclass(frozen=True, slots=True)
class Identification:
    """Which releases an installation is of.

    Attributes:
        releases: The releases that list every package whose version any list has, oldest first;
            empty where no release does.
        nearest: Without such a release, those that list most of the packages.
        parts: The packages by the releases that they are of, most packages first; one part where
            some release fits.
        accelerators: The accelerators whose lists of the answer's release name most of them.
        packages: Every package of the SDK in the text.
        others: The number of other packages.
    """

    releases: tuple[str, ...]
    nearest: tuple[str, ...]
    parts: tuple[Part, ...]
    accelerators: tuple[str, ...]
    packages: tuple[PlacedPackage, ...]
    others: int

    @property
    def answer(self) -> str | None:
        """The newest release that fits best; None if no version is of any."""
        best = self.releases or (self.parts[0].releases if self.parts else ())
        return best[-1] if best else None

    @property
    def is_empty(self) -> bool:
        """True if no list names any of the packages."""
        return all(one.standing == "unknown" for one in self.packages)

    @property
    def is_mixed(self) -> bool:
        """True if the packages are of several releases."""
        return len(self.parts) > 1


def load_lists(connection: duckdb.DuckDBPyConnection) -> Lists:
    """Return what all package lists of a warehouse say."""
    rows = connection.execute(_LISTED).fetchall()
    return Lists(tuple(ListedVersion(*row) for row in rows))


def match_installed(
    installed: Sequence[InstalledPackage], lists: Lists, accelerator: str = ""
) -> Identification:
    """Find the releases that installed packages are of.

    Args:
        installed: The packages, also those of others.
        lists: What lists say.
        accelerator: Only what is listed for this accelerator counts; empty for all.
    """
    rows = {one: _of(lists.naming(one), accelerator) for one in installed}
    listing = {one: _releases(named) for one, named in rows.items() if named}
    parts = _parts(listing)
    common = _common(listing)
    nearest = () if common or not listing else _most(listing)
    answer = parts[0].releases[-1] if parts else None
    ours = [one for one in installed if one.key in lists.by_package or _is_like_ours(one)]
    return Identification(
        releases=common,
        nearest=nearest,
        parts=parts,
        accelerators=_accelerators(rows.values(), answer),
        packages=tuple(_placed(one, lists, rows[one], answer, accelerator) for one in ours),
        others=len(installed) - len(ours),
    )


def _of(rows: Iterable[ListedVersion], accelerator: str) -> tuple[ListedVersion, ...]:
    return tuple(row for row in rows if accelerator in ("", row.accelerator))


def _releases(rows: Iterable[ListedVersion]) -> tuple[str, ...]:
    return tuple(sorted({row.release for row in rows}, key=release_order))


def _common(listing: Mapping[InstalledPackage, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the releases that list every package."""
    every = iter(listing.values())
    common = next(every, ())
    for releases in every:
        common = tuple(one for one in common if one in releases)
    return common


def _most(listing: Mapping[InstalledPackage, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the releases that list most of the packages, oldest first."""
    counts: dict[str, int] = defaultdict(int)
    for releases in listing.values():
        for release in releases:
            counts[release] += 1
    top = max(counts.values())
    return tuple(sorted((one for one in counts if counts[one] == top), key=release_order))


def _parts(listing: Mapping[InstalledPackage, tuple[str, ...]]) -> tuple[Part, ...]:
    """Divide packages by release: again and again, those of the release that lists most."""
    left, parts = dict(listing), []
    while left:
        newest = _most(left)[-1]
        members = tuple(one for one, releases in left.items() if newest in releases)
        parts.append(Part(_common({one: left[one] for one in members}), members))
        left = {one: releases for one, releases in left.items() if newest not in releases}
    return tuple(parts)


def _accelerators(
    found: Iterable[tuple[ListedVersion, ...]], answer: str | None
) -> tuple[str, ...]:
    """Return the accelerators whose lists of a release name most of the packages."""
    counts: dict[str, int] = defaultdict(int)
    for rows in found:
        for name in {row.accelerator for row in rows if row.release == answer}:
            counts[name] += 1
    return tuple(sorted(one for one in counts if counts[one] == max(counts.values())))


def _is_like_ours(one: InstalledPackage) -> bool:
    has_name = _OURS in one.key and one.key != _THIS_PROGRAM
    return has_name and one.version.count(".") >= _FEWEST_DOTS


def _placed(
    one: InstalledPackage,
    lists: Lists,
    rows: Sequence[ListedVersion],
    answer: str | None,
    accelerator: str,
) -> PlacedPackage:
    releases = _releases(rows)
    all_rows = _of(lists.by_package.get(one.key, ()), accelerator)
    if not all_rows:
        return PlacedPackage(one, "unknown", releases)
    there = [row for row in all_rows if row.release == answer]
    listed = tuple(sorted({row.version for row in there}, key=version_parts))
    if answer in releases:
        believed = any(row.is_believed for row in rows if row.release == answer)
        return PlacedPackage(one, "fits", releases, listed, is_disputed=not believed)
    after, before = (None, None) if releases else _neighbours(one, all_rows)
    if listed:
        standing = _against(one, there)
    elif releases:
        standing = "elsewhere"
    else:
        standing = "newer" if not before else "older" if not after else "unlisted"
    return PlacedPackage(one, standing, releases, listed, after=after, before=before)


def _against(one: InstalledPackage, rows: Sequence[ListedVersion]) -> str:
    """Return whether a package is older or newer than the most similar of some versions."""
    mine = version_parts(one.version_key)
    theirs = [version_parts(row.version_key) for row in rows]
    nearest = max(theirs, key=lambda parts: (common_parts(mine, parts), parts))
    return "newer" if mine > nearest else "older"


def _neighbours(
    one: InstalledPackage, rows: Sequence[ListedVersion]
) -> tuple[str | None, str | None]:
    """Return the last release with a lower version of a package, the first with a higher one."""
    mine = version_parts(one.version_key)
    lower = [row.release for row in rows if version_parts(row.version_key) < mine]
    higher = [row.release for row in rows if version_parts(row.version_key) > mine]
    return (
        max(lower, key=release_order, default=None),
        min(higher, key=release_order, default=None),
    )
