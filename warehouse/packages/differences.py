"""This module compares the packages of two releases, and writes those of one release as pins.

Put comparing versions and writing pins here. Which list is believed for a release is decided in
`sql/release_packages.sql`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.composition.vocabulary import APT_PACKAGES, NO_PACKAGES
from pipelines.releases import resolve_release
from warehouse.packages.version_order import common_parts, version_parts
from warehouse.schema.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb

CHANGES = ("upgraded", "downgraded", "added", "removed", "unchanged")
PINS = ("requirements", "constraints", "apt")
_LISTED = """
    SELECT accelerator, coalesce(component, ''), package, coalesce(version, '')
    FROM release_packages WHERE release = {release} AND accelerator LIKE {accelerator}
    ORDER BY accelerator DESC, line
"""


@dataclass(frozen=True, slots=True)
class Package:
    """One listed package; component and version are empty where the list prints none."""

    accelerator: str
    component: str
    package: str
    version: str


@dataclass(frozen=True, slots=True)
class PackageChange:
    """One package of two releases; a version is None on the side that lacks it."""

    change: str
    accelerator: str
    component: str
    package: str
    base_version: str | None
    target_version: str | None


def described_release(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return the SDK release that a text stands for, among those whose packages are listed."""
    rows = connection.execute("SELECT DISTINCT release FROM package_versions").fetchall()
    return resolve_release(text, tuple(release for (release,) in rows))


def packages_of(
    connection: duckdb.DuckDBPyConnection, release: str, accelerator: str = ""
) -> tuple[Package, ...]:
    """Return the packages of a release, with those of products that add to it.

    Args:
        connection: An open warehouse.
        release: The SDK release, such as 2.20.0.
        accelerator: Only the packages of this accelerator; empty for all.
    """
    # No parameters: with them DuckDB imports pandas and pyarrow where they are installed.
    query = _LISTED.format(release=literal(release), accelerator=literal(accelerator or "%"))
    rows = connection.execute(query).fetchall()
    return tuple(Package(*row) for row in rows)


def compare_packages(
    base: Sequence[Package], target: Sequence[Package]
) -> tuple[PackageChange, ...]:
    """Compare what two releases list, by accelerator and package.

    A package may be listed in several versions: those that share most of their leading parts are
    one line of versions, and are compared.

    Args:
        base: The packages of the release before.
        target: The packages of the release after.

    Returns:
        The changes, unchanged packages included: by accelerator, then in the order of `CHANGES`.
    """
    before, after = _by_name(base), _by_name(target)
    changes = []
    for accelerator, name in dict.fromkeys((*before, *after)):
        old, new = before.get((accelerator, name), []), after.get((accelerator, name), [])
        component = (new or old)[0].component
        versions = ([one.version for one in old], [one.version for one in new])
        changes += [
            PackageChange(_change(left, right), accelerator, component, name, left, right)
            for left, right in _pairs(*versions)
        ]
    accelerators = list(dict.fromkeys(one.accelerator for one in (*base, *target)))
    return tuple(
        sorted(
            changes,
            key=lambda one: (
                accelerators.index(one.accelerator),
                CHANGES.index(one.change),
                one.package,
                version_parts(one.target_version or one.base_version or ""),
            ),
        )
    )


def pins(packages: Sequence[Package], form: str) -> str:
    """Write packages as pins: `requirements`, `constraints` or `apt`.

    Of a package listed in several versions the newest is pinned; a comment names the others.

    Args:
        packages: The packages of one release.
        form: One of `PINS`.
    """
    wanted = [one for one in packages if one.version and one.package not in NO_PACKAGES]
    wanted = [one for one in wanted if bool(APT_PACKAGES.fullmatch(one.package)) == (form == "apt")]
    newest: dict[str, Package] = {}
    for one in sorted(wanted, key=lambda one: version_parts(one.version)):
        newest[one.package] = one
    chosen = [newest[name] for name in sorted(newest)]
    notes = list(_others(wanted, newest))
    if form == "apt":
        # The repository's versions end in the hash of a build, which the lists do not give.
        names = " ".join(f"'{one.package}={one.version}*'" for one in chosen)
        return "\n".join([*notes, f"apt-get install {names}", ""])
    return "\n".join([*notes, *(f"{one.package}=={one.version}" for one in chosen), ""])


def _others(wanted: Sequence[Package], newest: Mapping[str, Package]) -> Iterator[str]:
    """Name, in comments, the versions that are not pinned and whose they are."""
    others: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in wanted:
        if one.version != newest[one.package].version:
            others[one.package, one.version].append(one.accelerator)
    for (name, version), accelerators in sorted(others.items()):
        listed = ", ".join(dict.fromkeys(accelerators))
        yield f"# {name} {version} is listed as well ({listed})"


def _by_name(packages: Iterable[Package]) -> dict[tuple[str, str], list[Package]]:
    named: dict[tuple[str, str], list[Package]] = defaultdict(list)
    for one in packages:
        named[one.accelerator, one.package].append(one)
    return named


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Pair versions, those most alike first; what is left over has no partner."""
    left, right = sorted(set(old), key=version_parts), sorted(set(new), key=version_parts)
    candidates = [(_alike(a, b), a, b) for a in left for b in right]
    lone = len(left) == len(right) == 1
    for alike, a, b in sorted(candidates, key=lambda one: -one[0]):
        if a in left and b in right and (alike or lone):
            left.remove(a)
            right.remove(b)
            yield a, b
    yield from ((a, None) for a in left)
    yield from ((None, b) for b in right)


def _alike(one: str, other: str) -> int:
    """Count the leading parts that two versions share; equal ones share all and more."""
    if one == other:
        return 1_000
    return common_parts(version_parts(one), version_parts(other))


def _change(old: str | None, new: str | None) -> str:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    if old == new:
        return "unchanged"
    return "upgraded" if version_parts(new) > version_parts(old) else "downgraded"
