"""Everything that can go wrong with a live site as a whole, one test each, on a real server.

What can go wrong with one page of it is in `test_live_faults`.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from sphobjinv import Inventory, compress

from tests.end_to_end.live import OTHER, PAGE, RELEASE, Scene, heals, lose_a_column, lose_a_table
from tests.end_to_end.messages import messages_in
from tests.forms import some
from tests.loopback import write_sitemap
from warehouse.database.build_file import build_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STAYS = "last good data stays"


def test_a_refused_connection(scene: Scene) -> None:
    before = scene.answer()
    scene.web.address, alive = "http://127.0.0.1:9", scene.web.address
    exit_code, message = scene.told()
    scene.web.address = alive
    assert (exit_code, messages_in(exit_code, message)) == (3, {"no answer (…)"})
    assert "http://127.0.0.1:9/robots.txt: no answer" in message
    assert len(message.splitlines()) == 1
    assert scene.answer() == before
    heals(scene, before)


def _lose_rows(scene: Scene) -> None:
    path = scene.site.page(RELEASE, PAGE)
    before, table, after = re.split(
        r"(<tbody>.*?</tbody>)", path.read_text("utf-8"), maxsplit=1, flags=re.DOTALL
    )
    rows = table.split("<tr>")
    assert len(rows) > 5
    path.write_text(f"{before}{rows[0]}<tr>{rows[1]}</tbody>{after}", "utf-8")


def _lose_the_inventory(scene: Scene) -> None:
    _inventory(scene).unlink()


def _damage_the_inventory(scene: Scene) -> None:
    _inventory(scene).write_bytes(_inventory(scene).read_bytes()[:-20])


def _put_text_for_the_inventory(scene: Scene) -> None:
    _inventory(scene).write_bytes(b"# no inventory")


def _empty_the_inventory(scene: Scene) -> None:
    text = Inventory(str(_inventory(scene))).data_file()
    _inventory(scene).write_bytes(compress(text.replace(b" std:label ", b" std:doc ")))


def _rename_the_label(scene: Scene) -> None:
    text = Inventory(str(_inventory(scene))).data_file().decode()
    _inventory(scene).write_bytes(compress(text.replace("inf2-performance ", "x ").encode()))


def _inventory(scene: Scene) -> Path:
    return scene.site.folder / scene.inventory.lstrip("/")


def _serve_another_release(scene: Scene) -> None:
    shutil.copy(scene.site.page(OTHER, PAGE), scene.site.page(RELEASE, PAGE))


def _take_away_the_claims(scene: Scene) -> None:
    scene.site.edit(RELEASE, "whats-new", "announcement", "notice")
    scene.site.edit(RELEASE, "whats-new", f"/edit/v{RELEASE}/", "/other/")


def _link_to_another_release(scene: Scene) -> None:
    path = scene.site.page(RELEASE, PAGE)
    text = path.read_text("utf-8")
    text = text.replace(f"/edit/v{RELEASE}/", "/other/")
    path.write_text(text.replace(f"/blob/v{RELEASE}/", f"/blob/v{OTHER}/", 1), "utf-8")


def _add_a_column(scene: Scene) -> None:
    path = scene.site.page(RELEASE, PAGE)
    text = path.read_text("utf-8").replace("</th></tr>", "</th><th>Colour</th></tr>")
    path.write_text(text.replace("</td></tr>", "</td><td>blue</td></tr>"), "utf-8")


def _leave_an_old_banner(scene: Scene) -> None:
    scene.site.edit(RELEASE, PAGE, f"Neuron {RELEASE}", "Neuron 2.16.0")


def _spoil_the_sitemap(scene: Scene) -> None:
    (scene.site.folder / "sitemap.xml").write_bytes(b"<html")


# What is done to the site; the exit code; the message as documented, and what else is in it.
SITE_FAULTS: dict[str, tuple[Callable[[Scene], None], int, str, tuple[str, ...]]] = {
    "vanished table": (
        lambda scene: lose_a_table(scene.site),
        4,
        "lost table",
        ("--allow-lost-tables",),
    ),
    "vanished column": (
        lambda scene: lose_a_column(scene.site),
        4,
        "lost column",
        ("--allow-lost-tables",),
    ),
    "vanished rows": (_lose_rows, 4, "rows lost", ("--allow-lost-tables",)),
    "vanished label": (_rename_the_label, 4, "lost page", ("--allow-lost-tables",)),
    "missing inventory": (
        _lose_the_inventory,
        3,
        "answered 404 …, expected 200",
        ("objects.inv: answered 404 Not Found",),
    ),
    "corrupt inventory": (_damage_the_inventory, 3, "is a damaged inventory", ("objects.inv",)),
    "text for an inventory": (
        _put_text_for_the_inventory,
        3,
        "is no Sphinx inventory",
        ("objects.inv",),
    ),
    "inventory without labels": (_empty_the_inventory, 4, "no pages", ("objects.inv",)),
    "another release's page": (_serve_another_release, 4, "other release", (STAYS,)),
    "spoilt sitemap": (_spoil_the_sitemap, 3, "is not XML", ("sitemap.xml",)),
}
# What is done to a page, and the rule of the flag with which it is published.
ODDITIES: dict[str, tuple[Callable[[Scene], None], str]] = {
    "page without a claim": (_take_away_the_claims, "unclaimed-page"),
    "page of two releases": (_link_to_another_release, "mixed-release"),
    "stale banner": (_leave_an_old_banner, "stale-banner"),
}


@pytest.mark.stress
def test_a_site_that_goes_wrong_changes_no_row_and_heals(scene: Scene) -> None:
    before, whole = scene.answer(), scene.root.parent / "whole"
    files, rows = scene.live_files(), scene.rows_of("benchmarks", "measurements")
    shutil.copytree(scene.site.folder, whole)
    # One after another: a fault also comes after each kind of fault, and all heal at once.
    for name in some(tuple(SITE_FAULTS), 2):
        mutate, code, message_documented, said = SITE_FAULTS[name]
        mutate(scene)
        exit_code, message = scene.told(whole=False)
        assert exit_code == code, name
        assert message_documented in messages_in(exit_code, message), name
        for part in said:
            assert part in message, name
        assert scene.rows_of("benchmarks", "measurements") == rows, name
        shutil.copytree(whole, scene.site.folder, dirs_exist_ok=True)
    build_database(scene.root)
    assert scene.answer() == before
    heals(scene, before, files)


def test_a_page_that_is_only_odd_is_published_with_a_flag_and_heals(scene: Scene) -> None:
    before, files = scene.answer(), scene.live_files()
    whole = scene.root.parent / "whole"
    shutil.copytree(scene.site.folder, whole)
    for name, (mutate, rule) in ODDITIES.items():
        assert (RELEASE, rule) not in _flags(scene), name
        mutate(scene)
        assert scene.told(whole=False) == (0, ""), name
        assert (RELEASE, rule) in _flags(scene), name
        assert sum(map(len, scene.rows_of("benchmarks").values())) == len(before), name
        shutil.copytree(whole, scene.site.folder, dirs_exist_ok=True)
    build_database(scene.root)
    assert len(scene.answer()) == len(before)
    heals(scene, before, files if scene.answer("FROM capture_changes") == [] else None)


def _flags(scene: Scene) -> set[tuple[object, object]]:
    """Return the releases and the rules of all flags."""
    flags = (flag for file in scene.rows_of("quality_flags").values() for flag in file)
    return {(flag["release"], flag["rule"]) for flag in flags}


def test_a_column_that_is_not_read_is_published_with_a_flag(scene: Scene) -> None:
    before = scene.answer()
    _add_a_column(scene)
    assert scene.told() == (0, "")
    flags = scene.answer("FROM quality_flags WHERE rule = 'unread-column'")
    assert {(flag["release"], flag["page"], flag["observed"]) for flag in flags} == {
        (RELEASE, PAGE, "Colour")
    }
    assert len(scene.answer()) == len(before)


def test_a_changed_theme_is_no_change(scene: Scene) -> None:
    before, files = scene.answer(), scene.live_files()
    for page in scene.site.folder.rglob("*.html"):
        text = page.read_text("utf-8")
        text = text.replace("<body>", '<body class="dark"><script src="x.js?v=9"></script>')
        page.write_text(text, "utf-8")
    outcome = scene.publish()
    assert outcome.published is not None
    assert (outcome.exit_code, outcome.published.changed, outcome.published.written) == (
        0,
        False,
        (),
    )
    assert scene.live_files() == files
    heals(scene, before)


def test_a_changed_cell_is_a_new_version_and_a_listed_change(scene: Scene) -> None:
    scene.site.edit(RELEASE, PAGE, "5043.38", "5043.99")
    outcome = scene.build()
    assert outcome.published is not None
    assert (outcome.exit_code, outcome.published.altered) == (0, (RELEASE,))
    (change,) = scene.answer("FROM capture_changes")
    assert (change["release"], change["page"]) == (RELEASE, PAGE)
    assert (change["before"], change["after"], change["change"]) == (
        *("5043.38", "5043.99"),
        "altered",
    )
    assert change["noticed_at"] is not None
    assert change["record_before"] != change["record_after"]
    assert scene.told() == (0, "")
    assert scene.version() == 2
    assert len(scene.answer("FROM capture_changes")) == 1


def test_a_moved_page_is_found_by_its_label(scene: Scene) -> None:
    before = scene.answer()
    tree = scene.site.folder / "en" / f"v{RELEASE}"
    (tree / "archive").mkdir()
    old = scene.site.page(RELEASE, PAGE)
    place = "general/benchmarks/inf2/inf2-performance"
    scene.site.edit(RELEASE, PAGE, f"{place}.rst", "archive/inf2.rst")
    old.rename(tree / "archive" / "inf2.html")
    inventory = Inventory(str(tree / "objects.inv"))
    text = inventory.data_file().decode()
    moved = text.replace("general/benchmarks/inf2/inf2-performance.html", "archive/inf2.html")
    assert moved != text
    (tree / "objects.inv").write_bytes(compress(moved.encode()))
    heals(scene, before)


def test_labels_that_are_gone_are_named_in_a_warning(scene: Scene) -> None:
    tree = scene.site.folder / "en"
    shutil.copytree(tree / f"v{OTHER}", tree / "v2.21.0")
    for page in (tree / "v2.21.0").rglob("*.html"):
        page.write_text(page.read_text("utf-8").replace(OTHER, "2.21.0"), "utf-8")
    path = tree / "v2.21.0" / "objects.inv"
    text = Inventory(str(path)).data_file().decode()
    path.write_bytes(compress(re.sub("performance", "speed", text).encode()))
    write_sitemap(scene.site.folder)
    before = scene.answer()
    assert scene.told() == (0, "")
    assert scene.answer() == before
    flags = scene.answer(
        "SELECT expected FROM quality_flags WHERE release = '2.21.0' AND rule = 'missing-page'"
    )
    assert {"expected": "inf2-performance"} in flags
    assert len(flags) == 4


def test_a_sitemap_of_ten_thousand_entries(scene: Scene) -> None:
    before = scene.answer()
    write_sitemap(scene.site.folder, more=10_000)
    heals(scene, before)


def test_a_clock_that_goes_backwards(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scene.answer()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836800")
    exit_code, message = scene.told()
    assert exit_code == 3
    assert messages_in(exit_code, message) == {"the clock says"}
    assert "the clock says 2020-01-01 00:00:00 UTC, which is before the newest capture" in message
    assert not scene.web.asked
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    heals(scene, before)
