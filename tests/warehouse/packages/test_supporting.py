"""What is supported from when to when: against a count over all rows, and on made-up pages."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.composition.vocabulary import FRAMEWORK_PACKAGES
from pipelines.errors import UsageError
from pipelines.releases import release_order
from warehouse.packages.spelling import package_key, version_key
from warehouse.packages.support_words import support_document, support_rows, support_sentence
from warehouse.packages.supporting import (
    ALL,
    SupportQuestion,
    read_framework,
    supported_ranges,
)
from warehouse.views.package_views import package_views

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.contract import ReleaseTables

Versions = dict[str, set[str]]
"""For each docs release that states something of a version, the Pythons that it states."""


@pytest.fixture(scope="module")
def stated(bundled: Mapping[str, ReleaseTables]) -> Mapping[tuple[str, ...], Versions]:
    """Return the Pythons that each docs release states for each accelerator and version."""
    found: dict[tuple[str, ...], Versions] = defaultdict(dict)
    for release, tables in bundled.items():
        for row in tables.rows["framework_support"]:
            if row.subject == "python" and row.package_version:
                for accelerator in row.accelerators:
                    key = (accelerator, package_key(row.package), version_key(row.package_version))
                    found[key].setdefault(release, set()).update(row.versions)
    return found


def _pythons(release: str, by_docs: Versions) -> set[str]:
    """Return what the rule of `support` takes as stated for a release, counted by hand."""
    if release in by_docs:
        return by_docs[release]
    order = release_order(release)
    before = [one for one in by_docs if release_order(one) < order]
    after = [one for one in by_docs if release_order(one) > order]
    sides = [max(before, key=release_order)] if before else []
    sides += [min(after, key=release_order)] if after else []
    return set.intersection(*(by_docs[side] for side in sides)) if sides else set()


@pytest.fixture(scope="module")
def counted(
    all_releases: duckdb.DuckDBPyConnection, stated: Mapping[tuple[str, ...], Versions]
) -> Mapping[tuple[str, ...], list[str]]:
    """Return the releases with each accelerator, package and Python, without any of our SQL."""
    rows = all_releases.execute(
        "SELECT release, accelerator, package, version FROM release_packages "
        "WHERE version IS NOT NULL"
    ).fetchall()
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for release, accelerator, package, version in rows:
        key = (accelerator, package_key(package), version_key(version))
        for python in _pythons(release, stated.get(key, {})):
            found[*key[:2], python].append(release)
    return found


def test_first_and_last_release_are_those_that_a_count_finds(
    all_releases: duckdb.DuckDBPyConnection, counted: Mapping[tuple[str, ...], list[str]]
) -> None:
    question = SupportQuestion(accelerator=ALL, package=ALL, python=ALL)
    found = {
        (one.accelerator, package_key(one.package), one.python): (one.first, one.last)
        for one in supported_ranges(all_releases, question).ranges
    }
    ordered = {key: sorted(releases, key=release_order) for key, releases in counted.items()}
    assert found == {key: (releases[0], releases[-1]) for key, releases in ordered.items()}
    assert len(found) > 100


def test_the_view_of_ranges_says_the_same(all_releases: duckdb.DuckDBPyConnection) -> None:
    question = SupportQuestion(framework=ALL, python=ALL)
    answers = {
        (one.accelerator, one.framework, package_key(one.package), one.python): (
            one.first,
            one.last,
        )
        for one in supported_ranges(all_releases, question).ranges
    }
    rows = all_releases.execute(
        "SELECT accelerator, framework, framework_version, package, python, first_release, "
        "last_release FROM support_ranges WHERE framework_version IS NOT NULL "
        "AND python IS NOT NULL"
    ).fetchall()
    assert rows
    assert answers == {
        (accelerator, f"{framework} {version}", package_key(package), python): tuple(ends)
        for accelerator, framework, version, package, python, *ends in rows
    }


def test_the_last_release_for_inf1_with_an_old_framework_is_one_line(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    question = SupportQuestion("inf1", "", "PyTorch", "1.13", "3.8")
    answer = supported_ranges(all_releases, question)
    (one,) = answer.ranges
    assert support_sentence(one, answer) == (
        "The last release for inf1 with PyTorch 1.13 (torch-neuron) on Python 3.8 is 2.21.0; the "
        "first is 2.16.0. After it 2.22.0, 2.23.0 say nothing clear of Python 3.8; after it 2.24.0 "
        "to 2.32.0 state other Pythons."
    )
    assert "whats-new of 2.21.0" in one.evidence


def test_every_page_of_evidence_lists_or_states_what_it_is_named_for(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    pages = {
        f"{page} of {release}"
        for page, release in all_releases.execute(
            "SELECT page, listed_on FROM package_versions UNION "
            "SELECT page, release FROM framework_support"
        ).fetchall()
    }
    question = SupportQuestion(package=ALL, python=ALL)
    for one in supported_ranges(all_releases, question).ranges:
        assert one.evidence
        assert set(one.evidence) <= pages


def test_every_package_with_the_version_of_a_framework_in_front_is_declared(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    rows = all_releases.execute(
        "SELECT DISTINCT package_key FROM listed_versions "
        "WHERE len(string_split(version, '.')) >= 6"
    ).fetchall()
    assert {key for (key,) in rows} <= {one.name for one in FRAMEWORK_PACKAGES}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pytorch", ("PyTorch", "")),
        ("PyTorch 1.13", ("PyTorch", "1.13")),
        ("torch==1.13.1", ("PyTorch", "1.13")),
        ("tensorflow 2.10", ("TensorFlow", "2.10")),
        ("vLLM=0.24.0", ("vLLM", "0.24")),
        ("all", ("all", "")),
    ],
)
def test_a_framework_is_read_as_people_write_it(text: str, expected: tuple[str, str]) -> None:
    assert read_framework(text) == expected


@pytest.mark.parametrize("text", ["", "caffe", "pytorch x", "1.13", "pytorch 1"])
def test_what_is_no_framework_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="framework"):
        read_framework(text)


# Pages made up for one thing each: releases 2.1.0 to 2.5.0 all list one compiler.
LISTED = {"2.1.0": "1.0", "2.2.0": "1.0", "2.3.0": "1.0", "2.4.0": "1.0", "2.5.0": "2.0"}


@pytest.fixture
def pages() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return tables of made-up pages, without statements."""
    with duckdb.connect() as made:
        made.execute("""
            CREATE TABLE releases (release VARCHAR, release_order BIGINT);
            CREATE TABLE package_versions (
                release VARCHAR, listed_on VARCHAR, accelerator VARCHAR, component VARCHAR,
                package VARCHAR, version VARCHAR, text VARCHAR, page VARCHAR, list_number BIGINT,
                line BIGINT, heading VARCHAR, product VARCHAR, stage VARCHAR
            );
            CREATE TABLE framework_support (
                release VARCHAR, subject VARCHAR, accelerators VARCHAR[], package VARCHAR,
                package_version VARCHAR, versions VARCHAR[], page VARCHAR
            );
            CREATE TABLE instances (release VARCHAR, accelerator VARCHAR);
        """)
        for release, version in LISTED.items():
            made.execute("INSERT INTO releases VALUES (?, ?)", [release, release_order(release)])
            _list(made, release, release, version)
        for view in package_views():
            made.execute(view.select)
        yield made


def _list(made: duckdb.DuckDBPyConnection, release: str, listed_on: str, version: str) -> None:
    made.execute(
        "INSERT INTO package_versions VALUES (?, ?, 'trn1', 'Compiler', 'neuronx-cc', ?, '', "
        "'news', 0, 0, 'Trn1 packages', NULL, NULL)",
        [release, listed_on, version],
    )


def _state(made: duckdb.DuckDBPyConnection, release: str, version: str, *pythons: str) -> None:
    made.execute(
        "INSERT INTO framework_support VALUES (?, 'python', ['trn1'], 'neuronx_cc', ?, ?, 'news')",
        [release, version, list(pythons)],
    )


def _basis(made: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    rows = made.execute(
        "SELECT release, python, python_basis FROM release_support WHERE python IS NOT NULL"
    ).fetchall()
    return {(release, python): basis for release, python, basis in rows}


def test_a_release_without_a_table_takes_what_tables_on_both_sides_agree_on(
    pages: duckdb.DuckDBPyConnection,
) -> None:
    _state(pages, "2.1.0", "1.0.0+build", "3.8", "3.9")
    _state(pages, "2.3.0", "1.0", "3.9")
    assert _basis(pages) == {
        ("2.1.0", "3.8"): "stated",
        ("2.1.0", "3.9"): "stated",
        ("2.2.0", "3.8"): "disputed",
        ("2.2.0", "3.9"): "same version elsewhere",
        ("2.3.0", "3.9"): "stated",
        ("2.4.0", "3.9"): "same version elsewhere",
    }


def test_a_disputed_python_ends_no_range_and_is_named(pages: duckdb.DuckDBPyConnection) -> None:
    _state(pages, "2.1.0", "1.0", "3.8")
    _state(pages, "2.3.0", "1.0", "3.9")
    answer = supported_ranges(pages, SupportQuestion(package="neuronx_cc", python="3.8"))
    (one,) = answer.ranges
    assert (one.first, one.last) == ("2.1.0", "2.1.0")
    assert one.silent == ("2.2.0", "2.5.0")
    assert one.against == ("2.3.0", "2.4.0")


def test_what_pages_say_against_it_is_named_with_its_release(
    pages: duckdb.DuckDBPyConnection,
) -> None:
    _list(pages, "2.1.0", "2.5.0", "1.9")
    _state(pages, "2.4.0", "0.9", "3.8")
    pages.execute("INSERT INTO instances VALUES ('2.3.0', 'inf1'), ('2.2.0', 'trn1')")
    (one,) = supported_ranges(pages, SupportQuestion(package="neuronx-cc")).ranges
    assert one.contradictions == {
        "lists-differ": ("2.1.0",),
        "not-on-hardware-page": ("2.3.0",),
        "python-table-of-other-version": ("2.4.0",),
    }
    assert one.hardware == ("2.2.0",)


def test_releases_without_it_are_named_between_and_after(pages: duckdb.DuckDBPyConnection) -> None:
    pages.execute(
        "UPDATE package_versions SET package = 'other' WHERE release IN ('2.2.0', '2.5.0')"
    )
    answer = supported_ranges(pages, SupportQuestion(package="neuronx-cc"))
    (one,) = answer.ranges
    assert (one.gaps, one.unlisted) == (("2.2.0",), ("2.5.0",))
    assert support_sentence(one, answer) == (
        "The last release for trn1 with neuronx-cc is 2.4.0; the first is 2.1.0. Between them "
        "2.2.0 is without it; after it 2.5.0 does not list it."
    )
    ((*_, notes, _, _, _),) = support_rows(answer)
    assert notes == "between them 2.2.0 is without it; after it 2.5.0 does not list it"
    (document,) = support_document(answer)
    assert document["gaps"] == ["2.2.0"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (SupportQuestion(package="neuronx"), "no page lists neuronx; listed are neuronx-cc"),
        (SupportQuestion("trn9"), "no page lists trn9; listed are trn1"),
        (SupportQuestion(framework="JAX", framework_version="1.1"), "no page lists JAX 1.1"),
        (SupportQuestion("trn1", python="3.8"), "no page states Python 3.8 for it; none is stated"),
    ],
)
def test_what_was_never_listed_is_refused_with_what_was(
    pages: duckdb.DuckDBPyConnection, question: SupportQuestion, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        supported_ranges(pages, question)
