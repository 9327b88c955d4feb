"""This module words what an installation is: sentences, rows, and one object for programs.

Put here how the answer is said. What is said is found in `matching` and `moving_on`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warehouse.packages.identifying.matching import Identification, Part, PlacedPackage
    from warehouse.packages.identifying.moving_on import NewestMove
    from warehouse.packages.identifying.read_lists import Installation, InstalledPackage

COLUMNS = ("package", "version", "standing", "releases", "listed", "newest")
IDENTIFIED_COLUMNS: Mapping[str, str] = {
    "package": "string",
    "version": "string",
    "standing": "string",
    "releases": "list of string",
    "after": "string",
    "before": "string",
    "listed": "list of string",
    "is_disputed": "bool",
    "newest": "list of string",
    "answer": "string",
}
"""The columns of rows for programs, with their types."""
_FEW = 4
"""So many names are listed; of more, the first ones and their number."""


@dataclass(frozen=True)
class IdentifiedSoftware:
    """Everything that is known of an installation.

    Attributes:
        installation: What its text says.
        found: The releases that it is of.
        moves: The newest releases that it can move to.
        known: All releases with a package list, oldest first.
        python: Its Python; empty if not known.
    """

    installation: Installation
    found: Identification
    moves: tuple[NewestMove, ...]
    known: tuple[str, ...]
    python: str = ""

    def sentences(self) -> list[str]:
        """Return the answer in sentences, the most important first."""
        return [
            *self._conclusion(),
            *self._left_out(),
            *(self._moving(move) for move in self.moves),
        ]

    def rows(self) -> list[tuple[str, ...]]:
        """Return a row of `COLUMNS` for each package of the SDK."""
        return [
            (
                one.installed.name,
                one.installed.version,
                one.standing,
                spans(one.releases, self.known) or _between(one),
                ", ".join(one.listed),
                ", ".join(self._newest(one)),
            )
            for one in self.found.packages
        ]

    def records(self) -> list[dict[str, Any]]:
        """Return a row of `IDENTIFIED_COLUMNS` for each package of the SDK."""
        return [{**one, "answer": self.found.answer} for one in self._packages()]

    def document(self) -> dict[str, Any]:
        """Return the answer as one object for JSON."""
        found = self.found
        return {
            "release": found.answer,
            "fits": list(found.releases),
            "nearest": list(found.nearest),
            "is_mixed": found.is_mixed,
            "accelerators": list(found.accelerators),
            "python": self.python or None,
            "parts": [
                {"releases": list(part.releases), "packages": [*map(_named, part.packages)]}
                for part in found.parts
            ],
            "packages": self._packages(),
            "newest": [
                {
                    "accelerators": list(move.accelerators),
                    "release": move.release,
                    "silent": list(move.silent),
                    "unsupported": list(move.unsupported),
                }
                for move in self.moves
            ],
            "other_packages": found.others,
            "unpinned": list(self._ours(self.installation.unpinned)),
            "not_installed": list(self._ours(self.installation.absent)),
            "summary": self.sentences(),
        }

    def _packages(self) -> list[dict[str, Any]]:
        return [
            {
                "package": one.installed.name,
                "version": one.installed.version,
                "standing": one.standing,
                "releases": list(one.releases),
                "after": one.after,
                "before": one.before,
                "listed": list(one.listed),
                "is_disputed": one.is_disputed,
                "newest": self._newest(one),
            }
            for one in self.found.packages
        ]

    def _conclusion(self) -> Iterator[str]:
        found = self.found
        if not found.parts:
            yield "No package list of any release has these versions."
            return
        many = sum(len(part.packages) for part in found.parts)
        if not found.is_mixed:
            what = "This version is" if many == 1 else f"All {many} versions are"
            if len(found.releases) == 1:
                yield f"{what} of Neuron SDK {found.releases[0]}{self._for_accelerators()}."
            else:
                names = _named_list(found.releases)
                yield f"{what} of each of these Neuron SDK releases: {names}."
            return
        first, *others = found.parts
        parts = "; ".join(f"{_packages(part.packages)} {_of(part)}" for part in others)
        yield (
            f"Mixed: {len(first.packages)} of {many} packages {_of(first)}"
            f"{self._for_accelerators()}; {parts}."
        )
        rivals = [one for one in found.nearest if one not in first.releases]
        if rivals:
            yield f"As many packages are of {_named_list(rivals)}, but not the same ones."

    def _for_accelerators(self) -> str:
        names = self.found.accelerators
        return f" (for {_named_list(names, 'or')})" if names else ""

    def _left_out(self) -> Iterator[str]:
        nowhere = [one for one in self.found.packages if not one.releases]
        listed = [one for one in nowhere if one.standing != "unknown"]
        if listed:
            named = (f"{_text(one.installed)} ({_between(one)})" for one in listed)
            yield f"In no list: {_first_of([*named])}."
        unknown = [_text(one.installed) for one in nowhere if one.standing == "unknown"]
        if unknown:
            yield f"No list names these packages: {_first_of(unknown)}."
        disputed = [_text(one.installed) for one in self.found.packages if one.is_disputed]
        if disputed:
            yield (
                f"{_first_of(disputed)}: {self.found.answer} itself lists another version; later "
                "docs releases list this one for it."
            )
        if unpinned := list(self._ours(self.installation.unpinned)):
            yield f"Without one version, so not used: {_first_of(unpinned)}."
        if absent := list(self._ours(self.installation.absent)):
            yield f"Named but not installed: {_first_of(absent)}."

    def _moving(self, move: NewestMove) -> str:
        names = _named_list(move.accelerators, "and")
        on_python = f" and Python {self.python}" if self.python else ""
        more = ""
        if move.unsupported:
            more += f" {spans(move.unsupported, self.known)}: other versions of Python only."
        if move.silent:
            more += f" {spans(move.silent, self.known)}: nothing clear is said of this Python."
        if move.release is None:
            return f"No release from {self.found.answer} on states {names}{on_python}.{more}"
        changes = self._changes(move)
        return f"Newest release for {names}{on_python}: {move.release}; {changes}.{more}"

    def _changes(self, move: NewestMove) -> str:
        known = [one for one in self.found.packages if one.standing != "unknown"]
        gone = [one for one in known if one.installed.key not in move.versions]
        same = [one for one in known if one.installed.version_key in _keys(move, one)]
        changed = len(known) - len(gone) - len(same)
        if len(same) == len(known):
            return "these versions are its own"
        parts = []
        if changed and len(known) == 1:
            parts.append("it lists another version")
        elif changed:
            parts.append(f"{changed} of {len(known)} packages change")
        if gone:
            parts.append(f"it no longer lists {_first_of([one.installed.name for one in gone])}")
        return ", ".join(parts)

    def _newest(self, one: PlacedPackage) -> list[str]:
        versions = (move.versions.get(one.installed.key, ()) for move in self.moves)
        return list(dict.fromkeys(version for some in versions for version in some))

    def _ours(self, names: Sequence[str]) -> Iterator[str]:
        return (name for name in names if "neuron" in name.lower())


def spans(releases: Sequence[str], known: Sequence[str]) -> str:
    """Return releases in words, with `to` where none of the known ones is missing between.

    Args:
        releases: The releases, oldest first.
        known: All releases, oldest first.
    """
    places = {release: place for place, release in enumerate(known)}
    runs: list[list[str]] = []
    for release in releases:
        if runs and places[release] == places[runs[-1][-1]] + 1:
            runs[-1].append(release)
        else:
            runs.append([release])
    return ", ".join(
        f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(run)  # noqa: PLR2004 - a pair
        for run in sorted(runs, key=lambda run: release_order(run[0]))
    )


def _keys(move: NewestMove, one: PlacedPackage) -> set[str]:
    from warehouse.packages.spelling import version_key

    return {version_key(version) for version in move.versions.get(one.installed.key, ())}


def _named(one: InstalledPackage) -> dict[str, str]:
    return {"package": one.name, "version": one.version}


def _text(one: InstalledPackage) -> str:
    return f"{one.name} {one.version}"


def _packages(packages: Sequence[InstalledPackage]) -> str:
    return _first_of([*map(_text, packages)])


def _of(part: Part) -> str:
    is_or_are = "is" if len(part.packages) == 1 else "are"
    return f"{is_or_are} of {_named_list(part.releases, 'or')}"


def _between(one: PlacedPackage) -> str:
    if one.after and one.before:
        first, last = sorted((one.after, one.before), key=release_order)
        return f"none, between {first} and {last}" if first != last else f"none, near {first}"
    if one.after:
        return f"none, newer than that of {one.after}"
    return f"none, older than that of {one.before}" if one.before else "none"


def _named_list(names: Sequence[str], last: str = "and") -> str:
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def _first_of(names: Sequence[str]) -> str:
    if len(names) <= _FEW + 1:
        return _named_list(names)
    return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more"
