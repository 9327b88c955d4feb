"""This module reads names and versions of packages from whatever text people have of them.

It knows `pip freeze`, `pip list`, `pip show`, `conda list`, `dpkg -l`, `apt list`, `rpm -qa`,
`yum list`, requirements and lock files, and finds versions in any other text, such as a traceback.
Put a new form here. Which of the packages are of the SDK is decided in `matching`.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from warehouse.packages.spelling import package_key, version_key

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARCHITECTURES = r"(?:x86_64|amd64|aarch64|arm64|noarch|all|i386|i686|any)"
# Every word of a name starts with a letter, so that a name ends where `-2.15` follows.
_NAME = rf"[A-Za-z][A-Za-z0-9]*+(?:[-_.]++(?!{_ARCHITECTURES}\b)[A-Za-z][A-Za-z0-9]*+)*+"
_NUMBER = r"\d{1,9}(?:\.\d{1,9})+(?:(?:a|b|rc)\d{1,9}|\.(?:dev|post)\d{1,9}|\.x)?"
# A file's or folder's name goes on behind the version: `neuronx_cc-2.15.128.0+56dc5a86.dist-info`.
_ENDINGS = rf"(?:dist-info|egg-info|egg|data|tar|zip|whl|{_ARCHITECTURES})\b"
_VERSION = (
    rf"(?:\d{{1,4}}:)?(?>{_NUMBER})(?![A-Za-z0-9]|\.(?!{_ENDINGS})[*A-Za-z0-9])"
    rf"(?:\+\w++(?:\.(?!{_ENDINGS})\w++)*+)?"
)
_BETWEEN = (
    rf"(?:[.:]{_ARCHITECTURES})?(?:\[[\w ,.-]{{0,80}}\])?[\"'`*\])]{{0,3}}"
    r"(?:\s*+(?:={1,3}|:|\||,|@|/)\s*+|\s++|-(?=\d))"
    r"[\"'`*(\[]{0,3}(?:[Vv]ersion\b\s*+[:=]?\s*+|v(?=\d))?[\"'`(]{0,2}(?:={2,3})?"
)
_NAMED = re.compile(rf"(?<![\w.-])(?P<name>{_NAME}){_BETWEEN}(?P<version>{_VERSION})", re.ASCII)
_UNPINNED = re.compile(
    rf"^\s*(?:-\s+)?[\"']?(?P<name>{_NAME})(?:\[[\w ,.-]{{0,80}}\])?\s*"
    r"(?:[<>~!]=?|={2,3}\s*[\d.]+\*)",
    re.ASCII,
)
_DPKG = re.compile(
    r"(?P<want>[uihrp])(?P<state>[ncHUFWti])(?:R |  )\s*(?P<name>[a-z0-9][\w.+-]*)(?::\w+)?\s+"
    rf"(?P<version>\S+)\s+(?:{_ARCHITECTURES}|<none>)(?:\s|$)",
    re.ASCII,
)
_APT = re.compile(
    r"(?P<name>[a-z0-9][\w.+-]*)/[\w.,:-]+ (?P<version>\S+) (?P<arch>\w+)"
    r"(?: \[(?P<state>[^\]]*)\])?",
    re.ASCII,
)
_UPGRADABLE = re.compile(r"upgradable from: (?P<version>\S+)", re.ASCII)
_SHOWN_NAME = re.compile(rf"(?:Name|Package)\s*:\s*(?P<name>{_NAME})", re.ASCII)
_SHOWN_VERSION = re.compile(rf"Version\s*:\s*(?P<version>{_VERSION})", re.ASCII)
# What another package wants is not what is installed.
_WANTED = re.compile(
    r"\b(?:requires?|required|requirement|depends on|requires-dist)\b.*?(?=, but\b|$)",
    re.ASCII | re.IGNORECASE,
)
_GONE = re.compile(r"\buninstall|\bexisting installation\b", re.ASCII | re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_COLOR = re.compile(r"\x1b\[[0-9;]{0,20}m", re.ASCII)
_OFFERED = re.compile(r"available packages\b", re.ASCII | re.IGNORECASE)
_INSTALLED = re.compile(r"installed packages\b", re.ASCII | re.IGNORECASE)
_PYTHONS = (
    re.compile(
        r"(?<![\w.-])C?python(?:[ \t]+version)?[ \t:='\"]{1,80}v?(?P<minor>3\.\d{1,2})(?!\d)",
        re.ASCII | re.IGNORECASE,
    ),
    re.compile(r"(?<![\w.-])python(?P<minor>3\.\d{1,2})(?=[/\\])", re.ASCII | re.IGNORECASE),
)
# Programs name what they are of in words of their own.
_OTHER_NAMES = (
    (re.compile(rf"NeuronX Compiler version (?P<version>{_VERSION})", re.ASCII), "neuronx-cc"),
    (re.compile(rf"Neuron Compiler version (?P<version>{_VERSION})", re.ASCII), "neuron-cc"),
    # `dkms status` prints the module.
    (re.compile(rf"^aws-neuronx[,/]\s*(?P<version>{_VERSION})", re.ASCII), "aws-neuronx-dkms"),
)
_TOML_LOCK = re.compile(r"^\[\[packages?\]\]", re.MULTILINE)
_LONGEST_LINE = 4_000
_NOT_THERE = "nc"
"""States of `dpkg -l`: not installed, and removed with its settings left."""


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """One package with its version, both as they were written."""

    name: str
    version: str

    @property
    def key(self) -> str:
        """What all spellings of its name share."""
        return package_key(self.name)

    @property
    def version_key(self) -> str:
        """What all spellings of its version share."""
        return version_key(self.version)


@dataclass(frozen=True, slots=True)
class Installation:
    """What a text says is installed.

    Attributes:
        packages: The packages, each version once, in the order of the text.
        pythons: The minor versions of Python that it names: `3.10`.
        unpinned: Names of packages that it gives no one version.
        absent: Names of packages that it lists as not installed.
    """

    packages: tuple[InstalledPackage, ...] = ()
    pythons: tuple[str, ...] = ()
    unpinned: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    packages: dict[tuple[str, str], InstalledPackage] = field(default_factory=dict)
    pythons: dict[str, None] = field(default_factory=dict)
    unpinned: dict[str, None] = field(default_factory=dict)
    absent: dict[str, None] = field(default_factory=dict)

    def add(self, name: str, version: str) -> None:
        one = InstalledPackage(name, version)
        self.packages.setdefault((one.key, one.version_key), one)


def decoded(content: bytes) -> str:
    """Return the text of a file; what is no text becomes replacement characters."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # PowerShell redirects output so
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="replace")


def read_installed(text: str) -> Installation:
    """Return what a text says is installed; a text without any package says nothing.

    Args:
        text: The output of a package manager, a requirements or lock file, or any other text.
    """
    found = _Found()
    pairs = _of_document(text)
    if pairs is None:
        _read_lines(text, found)
    else:
        for name, version in pairs:
            found.add(name, version)
    for pattern in _PYTHONS:
        for match in pattern.finditer(text):
            found.pythons.setdefault(match["minor"])
    return Installation(
        tuple(found.packages.values()),
        tuple(found.pythons),
        tuple(found.unpinned),
        tuple(found.absent),
    )


def _of_document(text: str) -> list[tuple[str, str]] | None:
    """Return names and versions of a JSON document or a TOML lock file; None for other texts."""
    try:
        if text.lstrip()[:1] in ("{", "["):
            return list(_pairs(json.loads(text)))
        if _TOML_LOCK.search(text):
            return list(_pairs(tomllib.loads(text)))
    except (ValueError, RecursionError):
        return None
    return None


def _pairs(document: Any) -> Iterator[tuple[str, str]]:
    """Yield each name with its version, wherever in a document they are."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            yield from _pair(value.get("name"), value.get("version"))
            for name, inner in value.items():
                # A Pipfile's lock has packages by their names.
                if isinstance(inner, dict) and "name" not in inner:
                    yield from _pair(name, inner.get("version"))
            waiting.extend(reversed(value.values()))


def _pair(name: object, version: object) -> Iterator[tuple[str, str]]:
    if isinstance(name, str) and isinstance(version, str):
        bare = version.strip().removeprefix("==")
        if re.fullmatch(_NAME, name) and re.fullmatch(_VERSION, bare, re.ASCII):
            yield name, bare


def _read_lines(text: str, found: _Found) -> None:
    shown, offered = "", False
    for whole in text.splitlines():
        line = _COMMENT.sub("", _COLOR.sub("", whole[:_LONGEST_LINE])).strip()
        if _OFFERED.match(line) or _INSTALLED.match(line):
            offered = bool(_OFFERED.match(line))
        elif (named := _SHOWN_NAME.fullmatch(line)) is not None:
            shown = named["name"]
        elif shown and (version := _SHOWN_VERSION.fullmatch(line)) is not None:
            found.add(shown, version["version"])
            shown = ""
        elif not offered:
            _read_line(line, found)


def _read_line(line: str, found: _Found) -> None:
    if (dpkg := _DPKG.match(line)) is not None:
        _read_state(dpkg, found, installed=dpkg["state"] not in _NOT_THERE)
    elif (apt := _APT.fullmatch(line)) is not None:
        state = apt["state"] or ""
        older = _UPGRADABLE.search(state)
        if older and not state.startswith("installed"):
            found.add(apt["name"], older["version"])
        else:
            _read_state(apt, found, installed=state.startswith("installed"))
    elif not _GONE.search(line):
        _search(line, found)


def _read_state(match: re.Match[str], found: _Found, *, installed: bool) -> None:
    if installed:
        found.add(match["name"], match["version"])
    else:
        found.absent.setdefault(match["name"])


def _search(line: str, found: _Found) -> None:
    text = _WANTED.sub("", line)
    for pattern, name in _OTHER_NAMES:
        for match in pattern.finditer(text):
            found.add(name, match["version"])
        text = pattern.sub("", text)
    if (loose := _UNPINNED.match(text)) is not None:
        found.unpinned.setdefault(loose["name"])
        return
    for match in _NAMED.finditer(text):
        found.add(match["name"], match["version"])
