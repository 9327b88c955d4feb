"""A release that the site has not built since it was read: not one page of it is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.policy import Policy
from tests.end_to_end.live import OTHER, PAGE, RELEASE, Scene
from tests.loopback import write_sitemap

LATER = "2026-02-02T00:00:00+00:00"
TREE, OTHER_TREE = f"v{RELEASE}", f"v{OTHER}"


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """Return a site whose dates were seen to move: it has built something else since."""
    write_sitemap(scene.site.folder, latest=LATER)
    return scene


def _pages(scene: Scene) -> set[str]:
    """Return the releases whose pages were asked for."""
    return {path.split("/")[2] for path in scene.web.counts() if path.endswith(".html")}


def _days_later(patch: pytest.MonkeyPatch, days: float) -> None:
    moment = datetime.now(UTC) + timedelta(days=days)
    patch.setenv("SOURCE_DATE_EPOCH", str(int(moment.timestamp())))


def test_only_inventories_are_asked_for_and_the_build_says_so(scene: Scene) -> None:
    files = scene.live_files()
    outcome = scene.publish()
    assert outcome.published is not None
    assert not outcome.published.changed
    assert set(scene.web.counts()) == {
        "/robots.txt",
        "/sitemap.xml",
        *(f"/en/{tree}/objects.inv" for tree in (TREE, OTHER_TREE)),
    }
    assert scene.live_files() == files
    asked, unasked, _ = scene.remarks
    assert asked == f"Asked {scene.web.address} 4 times; files sent: 1."
    assert unasked == (
        f"Not requested: 6 pages of {RELEASE} to {OTHER}, which the site has not built since "
        "they were read; they are requested every 7 days all the same."
    )


def test_only_a_release_that_was_built_again_is_asked_for(scene: Scene) -> None:
    write_sitemap(scene.site.folder, **{TREE: LATER})
    scene.site.edit(RELEASE, PAGE, "5043.38", "5043.99")
    outcome = scene.publish()
    assert outcome.published is not None
    assert outcome.published.altered == (RELEASE,)
    assert _pages(scene) == {TREE}


def test_dates_that_never_moved_prove_nothing(scene: Scene) -> None:
    write_sitemap(scene.site.folder)
    scene.publish()
    assert _pages(scene) == {TREE, OTHER_TREE}
    assert scene.web.bodies() == []


def test_a_release_without_a_date_is_asked_for(scene: Scene) -> None:
    write_sitemap(scene.site.folder, **{TREE: "", "latest": LATER})
    for _ in range(2):
        scene.web.forget()
        scene.publish()
        assert _pages(scene) == {TREE}


def test_another_inventory_is_a_reason_to_ask(scene: Scene) -> None:
    path = scene.site.folder / scene.inventory.lstrip("/")
    path.write_bytes(path.read_bytes().replace(b"# Project: ", b"# Project: The "))
    scene.publish()
    assert _pages(scene) == {TREE}


def test_an_edit_under_an_old_date_is_found_within_days_and_then_at_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.site.edit(RELEASE, PAGE, "5043.38", "5043.99")
    for days, asked in ((6, set()), (8, {TREE, OTHER_TREE}), (9, {TREE})):
        _days_later(monkeypatch, days)
        scene.web.forget()
        scene.publish()
        assert _pages(scene) == asked
    scene.site.edit(RELEASE, PAGE, "5043.99", "5044.00")
    scene.build()
    changes = scene.answer("SELECT before, after FROM capture_changes ORDER BY change_number")
    assert [tuple(change.values()) for change in changes] == [
        ("5043.38", "5043.99"),
        ("5043.99", "5044.00"),
    ]


def test_a_person_can_have_all_asked_for_each_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURON_WAREHOUSE_RECHECK", "0")
    scene.publish()
    assert _pages(scene) == {TREE, OTHER_TREE}


def test_a_release_that_was_refused_is_asked_for_until_it_is_fit(scene: Scene) -> None:
    write_sitemap(scene.site.folder, **{TREE: LATER})
    page = scene.site.page(RELEASE, PAGE)
    whole = page.read_bytes()
    page.write_bytes(whole[:20_000])
    assert scene.told(whole=False)[0] == 4
    page.write_bytes(whole)
    for asked in ({TREE}, set()):
        scene.web.forget()
        assert scene.told(whole=False) == (0, "")
        assert _pages(scene) == asked


def test_a_page_that_the_site_does_not_have_is_not_asked_for_either(scene: Scene) -> None:
    write_sitemap(scene.site.folder, **{TREE: LATER})
    page = scene.site.page(RELEASE, "whats-new")
    page.unlink()
    for asked in ({TREE}, set()):
        scene.web.forget()
        assert scene.publish(policy=Policy(lost_tables=True)).exit_code == 0
        assert _pages(scene) == asked


def test_what_another_site_answered_stands_for_nothing(scene: Scene) -> None:
    address = scene.web.address.replace("127.0.0.1", "localhost")
    for _ in range(2):
        scene.web.forget()
        scene.publish(address)
        assert _pages(scene) == {TREE, OTHER_TREE}
