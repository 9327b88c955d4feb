"""Release names: they sort as versions, and a minor stands for its latest patch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UsageError
from pipelines.releases import (
    in_order,
    known_releases,
    latest_patches,
    matching_releases,
    minor_of,
    misspelt,
    release_order,
    resolve_release,
    select_releases,
)
from pipelines.sources.live.sitemap import read_sitemap
from pipelines.sources.site import bundled_site

AVAILABLE = ("2.9.0", "2.20.0", "2.18.2", "2.18.0", "2.20.1")
PARTS = st.tuples(*[st.integers(0, 999)] * 3)


@given(PARTS, PARTS)
def test_releases_sort_by_their_numbers(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    first, second = (release_order(".".join(map(str, parts))) for parts in (one, other))
    assert (first < second) == (one < other)
    assert (first == second) == (one == other)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2.20",
            "latest",
            "2.20.0rc1",
            "v2.20.0.1",
            "",
            "2.20.0\n",
            "٢.0.0",
            "02.20.0",
            "2.020.0",
        ),
        *("2.20.00", "2.20.1000", "1000.0.0", "vv2.20.0", "-2.20.0", "9" * 5_000 + ".0.0"),
    ],
)
def test_what_is_no_release_is_told(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not a release; write it like 2\.20\.0"):
        release_order(text)


@given(st.lists(st.from_regex(r"v?0?[0-9]{1,4}\.0?[0-9]{1,4}\.0?[0-9]{1,4}", fullmatch=True)))
def test_no_two_releases_share_an_order(names: list[str]) -> None:
    releases = in_order(names)
    orders = [release_order(release) for release in releases]
    assert orders == sorted(set(orders))
    assert set(releases) <= set(names)


def test_names_of_another_spelling_are_named_in_a_warning() -> None:
    assert misspelt(["2.20.0", "latest", "v2.20.0"]) is None
    warning = misspelt(["2.20.0", "02.20.0", "2.20.1000"])
    assert warning is not None
    assert warning.startswith("'02.20.0' and 1 more: not read as a release")


@pytest.mark.parametrize("name", ["2.33", "2.33.0.post1", "2.33.0rc1", "2.33-beta", "2.33.0.1"])
def test_a_release_of_another_form_is_named_in_a_warning(name: str) -> None:
    assert (misspelt([name]) or "").startswith(f"{name!r}: not read as a release")
    sitemap = f"<urlset><url><loc>https://site/en/v{name}/</loc></url></urlset>"
    assert list(read_sitemap("sitemap.xml", sitemap.encode())) == [name]


def test_an_empty_text_names_no_release() -> None:
    with pytest.raises(UsageError, match="unknown release ''"):
        select_releases(("",), AVAILABLE)


def test_a_minor_is_written_without_its_patch() -> None:
    assert minor_of("2.20.1") == "2.20"
    assert latest_patches(frozenset(AVAILABLE)) == {"2.9.0", "2.18.2", "2.20.1"}


@given(st.sets(PARTS.map(lambda parts: ".".join(map(str, parts))), min_size=1))
def test_a_minor_stands_for_what_the_one_rule_says(releases: set[str]) -> None:
    for release in releases:
        meant = resolve_release(minor_of(release), tuple(releases))
        assert meant in latest_patches(frozenset(releases))
        assert minor_of(meant) == minor_of(release)


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("2.20", "2.20.1"),
        ("v2.18", "2.18.2"),
        ("2.18.0", "2.18.0"),
        ("v2.20.0", "2.20.0"),
        ("latest", "2.20.1"),
        ("2.9", "2.9.0"),
    ],
)
def test_a_release_is_found_as_people_write_it(text: str, release: str) -> None:
    assert resolve_release(text, AVAILABLE) == release


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("2.2", "2.9.0"),
        ("2.19", "2.18.2"),
        ("v2.20.9", "2.20.1"),
        ("2.18.1", "2.18.0"),
        ("2.20.x", "2.20.1"),
        ("", "2.20.1"),
        ("nonsense", "2.20.1"),
    ],
)
def test_a_release_that_is_not_there_is_answered_with_all_that_are_nearest_first(
    text: str, nearest: str
) -> None:
    with pytest.raises(UsageError, match=rf"choose from {nearest}, ") as refused:
        resolve_release(text, AVAILABLE)
    assert all(release in str(refused.value) for release in AVAILABLE)
    with pytest.raises(UsageError, match="there are no releases"):
        resolve_release(text, ())


@pytest.mark.parametrize(
    ("text", "releases"),
    [
        ("2.18..2.20", ("2.18.0", "2.18.2", "2.20.0", "2.20.1")),
        ("v2.18.1..v2.20.0", ("2.18.2", "2.20.0")),
        ("2.9..2.9", ("2.9.0",)),
        (">=2.18", ("2.18.0", "2.18.2", "2.20.0", "2.20.1")),
        (">=2.9,<2.20", ("2.9.0", "2.18.0", "2.18.2")),
        ("==2.18.*", ("2.18.0", "2.18.2")),
        ("latest", ("2.20.1",)),
        ("2.18", ("2.18.2",)),
        ("all", ("2.9.0", "2.18.0", "2.18.2", "2.20.0", "2.20.1")),
    ],
)
def test_a_range_is_every_release_in_it(text: str, releases: tuple[str, ...]) -> None:
    assert matching_releases(text, AVAILABLE) == releases
    assert select_releases((text,), AVAILABLE) == releases


@pytest.mark.parametrize("text", ["2.18..", "..", "2..3", "2.1..2.2..2.3", "a..b", ">=", "<<2"])
def test_a_range_that_is_none_says_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="is not a range of releases; write it like"):
        matching_releases(text, AVAILABLE)


@pytest.mark.parametrize("text", ["2.21..2.30", ">=3"])
def test_a_range_without_a_release_names_those_there_are(text: str) -> None:
    with pytest.raises(UsageError, match=r"choose from .*2\.20\.1"):
        matching_releases(text, AVAILABLE)


def test_a_selection_is_in_release_order_without_doubles() -> None:
    chosen = select_releases(("2.20", "2.9.0", "v2.20.1"), AVAILABLE)
    assert chosen == ("2.9.0", "2.20.1")
    everything = ("2.9.0", "2.18.0", "2.18.2", "2.20.0", "2.20.1")
    assert select_releases((), AVAILABLE) == everything
    assert select_releases(("2.9", "all"), AVAILABLE) == everything


def test_the_checked_in_list_names_what_the_capture_holds() -> None:
    assert set(bundled_site().releases()) <= set(known_releases())
    assert list(known_releases()) == sorted(known_releases(), key=release_order)
