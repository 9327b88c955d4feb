"""Packages made up from the lists of each release lead back to it; an oracle counts as well."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.warehouse.packages.identifying.written import FORMS, pip_freeze
from warehouse.packages.identifying.matching import Lists, load_lists, match_installed
from warehouse.packages.identifying.moving_on import Supported, find_move, supports_python
from warehouse.packages.identifying.read_lists import InstalledPackage, read_installed
from warehouse.packages.identifying.wording import IdentifiedSoftware, spans
from warehouse.packages.spelling import package_key, version_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from pipelines.contract import ReleaseTables
    from warehouse.packages.identifying.matching import Identification

Pair = tuple[str, str]
NO_PACKAGE_MANAGER = "14.09.x"
"""A version that a list gives for a family of versions: no package manager prints it."""


@pytest.fixture(scope="module")
def lists(all_releases: duckdb.DuckDBPyConnection) -> Lists:
    return load_lists(all_releases)


@pytest.fixture(scope="module")
def oracle(bundled: Mapping[str, ReleaseTables]) -> Mapping[str, set[Pair]]:
    """Return, straight from the pages, what any list names for each release."""
    named: dict[str, set[Pair]] = defaultdict(set)
    for tables in bundled.values():
        for row in tables.rows["package_versions"]:
            if row.version and row.accelerator:
                named[row.release].add(_plain(row.package, row.version))
    return named


@pytest.fixture(scope="module")
def freezes(all_releases: duckdb.DuckDBPyConnection) -> Mapping[Pair, tuple[Pair, ...]]:
    """Return for each release and accelerator one version of each package, as one would install."""
    rows = all_releases.execute(
        "SELECT release, accelerator, package, version FROM release_packages "
        "WHERE version IS NOT NULL ORDER BY ALL"
    ).fetchall()
    chosen: dict[Pair, dict[str, Pair]] = defaultdict(dict)
    for release, accelerator, package, version in rows:
        if version != NO_PACKAGE_MANAGER:
            chosen[release, accelerator].setdefault(package_key(package), (package, version))
    return {key: tuple(found.values()) for key, found in chosen.items()}


@cache
def _plain(package: str, version: str) -> Pair:
    """Return a name and version as Python's own library normalizes them."""
    try:
        parsed = Version(version)
    except InvalidVersion:
        return canonicalize_name(package), version
    numbers = list(parsed.release)
    while numbers[-1] == 0:
        numbers.pop()
    return canonicalize_name(package), f"{numbers}{parsed.pre}"


def _fitting(oracle: Mapping[str, set[Pair]], freeze: Iterable[Pair]) -> set[str]:
    wanted = {_plain(*pair) for pair in freeze}
    return {release for release, named in oracle.items() if wanted <= named}


def _identified(lists: Lists, freeze: Iterable[Pair]) -> Identification:
    return match_installed([InstalledPackage(*pair) for pair in freeze], lists)


def test_the_lists_are_those_of_every_release_and_accelerator(
    freezes: Mapping[Pair, tuple[Pair, ...]],
) -> None:
    assert len({release for release, _ in freezes}) > 40
    assert {accelerator for _, accelerator in freezes} == {"inf1", "inf2", "trn1", "trn2", "trn3"}


def test_a_freeze_is_of_its_release_and_of_those_with_equal_packages(
    lists: Lists, oracle: Mapping[str, set[Pair]], freezes: Mapping[Pair, tuple[Pair, ...]]
) -> None:
    alone = 0
    for (release, accelerator), freeze in freezes.items():
        found = _identified(lists, freeze)
        assert set(found.releases) == _fitting(oracle, freeze), (release, accelerator)
        assert release in found.releases
        assert accelerator in found.accelerators or found.answer != release
        assert not found.is_mixed
        alone += found.releases == (release,)
    assert alone > len(freezes) / 2


def test_a_freeze_reads_alike_in_every_form(
    lists: Lists, freezes: Mapping[Pair, tuple[Pair, ...]]
) -> None:
    for freeze in list(freezes.values())[::14]:
        expected = _identified(lists, freeze)
        for form in FORMS:
            found = match_installed(read_installed(form(freeze)).packages, lists)
            assert found.releases == expected.releases, form
            assert found.accelerators == expected.accelerators, form


def test_with_one_package_exchanged_both_releases_are_named(
    lists: Lists, oracle: Mapping[str, set[Pair]], freezes: Mapping[Pair, tuple[Pair, ...]]
) -> None:
    chance = random.Random(18)  # noqa: S311 - a choice of examples
    mixed = 0
    for (release, accelerator), freeze in freezes.items():
        (other, _), others = chance.choice(
            [item for item in freezes.items() if item[0][1] == accelerator]
        )
        elsewhere = dict(others)
        names = [name for name, version in freeze if elsewhere.get(name, version) != version]
        if len(freeze) < 3 or not names:
            continue
        name = chance.choice(names)
        exchanged = [(name, elsewhere[name]) if pair[0] == name else pair for pair in freeze]
        found = _identified(lists, exchanged)
        assert set(found.releases) == _fitting(oracle, exchanged)
        (of_other,) = (one for one in found.packages if one.installed.name == name)
        assert other in of_other.releases
        if not found.releases:
            mixed += 1
            assert release in found.nearest
            text = str(IdentifiedSoftware(read_installed(""), found, (), ()).document())
            assert f"'{release}'" in text
            assert f"'{other}'" in text
    assert mixed > 30


@pytest.mark.parametrize("package", ["neuronx-cc", "aws-neuronx-dkms"])
def test_one_package_alone_is_of_exactly_the_releases_that_list_it(
    lists: Lists, oracle: Mapping[str, set[Pair]], package: str
) -> None:
    rows = lists.by_package[package]
    assert len({row.version for row in rows}) > 20
    for row in rows:
        found = _identified(lists, [(package, row.version)])
        assert set(found.releases) == _fitting(oracle, [(package, row.version)])


def test_some_packages_are_of_exactly_the_releases_that_list_them(
    lists: Lists, oracle: Mapping[str, set[Pair]], freezes: Mapping[Pair, tuple[Pair, ...]]
) -> None:
    chance = random.Random(2)  # noqa: S311 - a choice of examples
    for freeze in freezes.values():
        some = chance.sample(freeze, chance.randint(1, len(freeze)))
        assert set(_identified(lists, some).releases) == _fitting(oracle, some)


def test_keys_in_sql_are_those_in_python(all_releases: duckdb.DuckDBPyConnection) -> None:
    rows = all_releases.execute(
        "SELECT DISTINCT package, version, package_key, version_key FROM listed_versions"
    ).fetchall()
    assert rows
    for package, version, name, key in rows:
        assert (package_key(package), version_key(version)) == (name, key)


def test_the_view_answers_what_the_command_does(
    all_releases: duckdb.DuckDBPyConnection, lists: Lists
) -> None:
    rows = all_releases.execute(
        "SELECT DISTINCT release, release_order FROM listed_versions "
        "WHERE package_key = 'neuronx-cc' AND version_key = '2.15.128' ORDER BY release_order"
    ).fetchall()
    found = _identified(lists, [("neuronx-cc", "2.15.128.0")])
    assert tuple(release for release, _ in rows) == found.releases == ("2.20.0",)


def test_a_version_that_a_list_gives_by_its_start_is_found(lists: Lists) -> None:
    found = _identified(lists, [("aws-neuronx-gpsimd-tools", "14.09.1234.0-ab12")])
    assert found.releases == _identified(lists, [("aws-neuronx-gpsimd-tools", "14.09.x")]).releases
    assert found.releases


@pytest.mark.parametrize(
    ("pair", "standing", "after", "before"),
    [
        (("neuronx-cc", "99.1.0"), "newer", "2.32.0", None),
        (("neuronx-cc", "0.1.0"), "older", None, "2.7.0"),
        (("neuronx-cc", "2.15.140.0"), "unlisted", "2.20.0", "2.20.1"),
        (("neuronx-unheard-of", "1.2.3"), "unknown", None, None),
    ],
)
def test_a_version_in_no_list_is_placed_between_those_that_are(
    lists: Lists, pair: Pair, standing: str, after: str | None, before: str | None
) -> None:
    found = _identified(lists, [pair])
    (judged,) = found.packages
    assert (judged.standing, judged.after, judged.before) == (standing, after, before)
    assert not found.releases


def test_packages_of_others_are_counted_and_left_out(lists: Lists) -> None:
    text = pip_freeze([("neuronx-cc", "2.15.128.0"), ("scipy", "1.11.2")])
    found = match_installed(read_installed(text).packages, lists)
    assert [one.installed.name for one in found.packages] == ["neuronx-cc"]
    assert found.others == len(read_installed(text).packages) - 1


def test_only_lists_of_the_chosen_accelerator_count(lists: Lists) -> None:
    driver = [InstalledPackage("aws-neuronx-dkms", "2.30.2.0")]
    assert match_installed(driver, lists, "trn3").releases == ("2.32.0",)
    compiler = [InstalledPackage("neuron-cc", "1.24.0.0")]
    assert match_installed(compiler, lists, "trn1").releases == ()


def _row(release: str, package: str, python: str | None, basis: str = "stated") -> Supported:
    return Supported(release, "trn1", package, "1.0.0", python, basis if python else "")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("neuronx-cc", "3.8")], True),
        ([("neuronx-cc", "3.9")], False),
        ([("neuronx-cc", None)], None),
        ([("neuronx-cc", "3.8"), ("torch-neuronx", "3.9")], False),
        ([("neuronx-cc", "3.8"), ("other", "3.9")], True),
        ([("torch-neuronx", "3.8")], None),
        ([("neuronx-cc", "3.8", "disputed"), ("neuronx-cc", "3.9", "stated")], None),
        ([("neuronx-cc", "3.8", "disputed"), ("torch-neuronx", "3.9")], False),
    ],
)
def test_a_python_is_supported_if_the_compiler_and_all_installed_packages_say_so(
    rows: list[tuple[str, ...]],
    says: bool | None,  # noqa: FBT001 - an expected value
) -> None:
    supported = [_row("2.20.0", *row) for row in rows]
    assert supports_python(supported, frozenset({"torch-neuronx"}), "3.8", "neuronx-cc") is says


def test_the_newest_release_is_the_last_that_says_yes() -> None:
    rows = [
        _row("2.20.0", "neuronx-cc", "3.8"),
        _row("2.21.0", "neuronx-cc", "3.8"),
        _row("2.22.0", "neuronx-cc", None),
        _row("2.23.0", "neuronx-cc", "3.9"),
    ]
    move = find_move("trn1", rows, "2.20.0", frozenset({"neuronx-cc"}), "3.8")
    assert (move.release, move.silent, move.unsupported) == ("2.21.0", ("2.22.0",), ("2.23.0",))
    assert find_move("trn1", rows, "2.22.0", frozenset(), "3.8").release is None
    assert find_move("trn1", rows, "2.20.0", frozenset(), "").release == "2.23.0"


def test_releases_in_a_row_are_written_as_a_span() -> None:
    known = ("2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.10.0")
    assert spans(("2.1.0", "2.2.0", "2.3.0", "2.10.0"), known) == "2.1.0 to 2.3.0, 2.10.0"
    assert spans(("2.1.0", "2.2.0"), known) == "2.1.0, 2.2.0"
    assert spans((), known) == ""
