"""The page in a real browser, offline: what it shows by clicks and keys, what it never does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.warehouse.conftest import a_change
from tests.warehouse.report.tabs import TWO, opened, texts_in
from tools.documents.found import documents
from tools.take_pictures import FOLDER, PICTURES, take_pictures
from warehouse.database.open_version import open_warehouse
from warehouse.report.data import Opening, report_data
from warehouse.report.page import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("browser_is_there")]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
VIEWS = ("changes", "find", "history", "frontier", "trust")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (900, "light")])
def test_every_view_is_accessible_and_fits_its_window(
    browser: Browser, page_file: Path, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    with opened(browser, page_file, color_scheme=scheme, viewport=size) as tab:
        for view in VIEWS:
            tab.evaluate(f"location.hash = 'view={view}&model=bert'")
            tab.locator(f"a[aria-current][data-view={view}]").wait_for()
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, view
            assert _violations(tab) == [], view


def _violations(tab: Page) -> list[str]:
    """Return what axe-core finds wrong. It is run by the driver, beside the page's policy."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
        for one in found["violations"]
    ]


def test_it_opens_with_what_the_newest_minor_changed(
    browser: Browser, page_file: Path, data: dict[str, Any]
) -> None:
    base, target = (data["releases"][data["opening"][side]] for side in ("base", "target"))
    with opened(browser, page_file) as tab:
        assert tab.locator("h1").inner_text() == f"What {target['release']} changed"
        assert tab.locator("#base").input_value() == base["release"]
        assert target["release"] in tab.locator("#conclusion").inner_text()


def test_the_conclusion_counts_what_the_data_says(
    browser: Browser, page_file: Path, all_releases: Any
) -> None:
    counts = dict(
        all_releases.execute(
            "SELECT verdict, count(*) FROM compare_releases('2.19.1', '2.20.2') "
            "WHERE error_flags = 0 GROUP BY ALL"
        ).fetchall()
    )
    with opened(browser, page_file, TWO) as tab:
        conclusion = tab.locator("#conclusion").inner_text()
    assert "against 2.19.1" in conclusion
    assert f"{counts['improved']} better" in conclusion
    assert f"{counts['regressed']} worse" in conclusion
    assert f"{counts['unchanged']} within" in conclusion


def test_the_part_of_a_cost_that_speed_made_is_that_of_the_command(
    browser: Browser, page_file: Path, all_releases: Any
) -> None:
    asked = """
        SELECT speed_change FROM compare_releases('2.18.2', '2.20.2')
        WHERE model ILIKE '%bert-base-cased%' AND verdict = 'price-basis-changed'
        AND error_flags = 0 AND list_contains(instance_types, 'inf2.xlarge')
    """
    changes = [change for (change,) in all_releases.execute(asked).fetchall()]
    assert changes
    address = "base=2.18.2&target=2.20.2&model=bert-base-cased&instance=inf2.xlarge"
    with opened(browser, page_file, address) as tab:
        shown = tab.locator("main").inner_text()
    told = re.findall(r": ([\u2212+]?[\d.]+)\s%\sfrom speed", shown)
    assert told
    for text in told:
        figure = float(text.replace("\u2212", "-"))
        assert any(abs(figure - change * 100) < 0.051 for change in changes), (figure, changes)


def test_search_by_keys_finds_a_model_and_enter_opens_its_history(
    browser: Browser, page_file: Path
) -> None:
    with opened(browser, page_file, "view=find") as tab:
        before = tab.locator("#found").inner_text()
        tab.keyboard.press("/")
        tab.keyboard.type("roberta inf2")
        names = texts_in(tab, "tbody th a")
        assert names
        assert all("roberta" in name.lower() for name in names)
        assert tab.locator("#found").inner_text() != before
        assert "model=roberta" in tab.url
        tab.locator("tbody th a").first.focus()
        tab.keyboard.press("Enter")
        tab.locator("a[aria-current][data-view=history]").wait_for()
        assert "roberta" in tab.locator("h1").inner_text().lower()


def test_showing_all_rows_by_keyboard_goes_on_where_they_were_cut(
    browser: Browser, page_file: Path
) -> None:
    with opened(browser, page_file, "view=find") as tab:
        shown = tab.locator("tbody tr").count()
        tab.locator("button.more").focus()
        tab.keyboard.press("Enter")
        rows = tab.locator("tbody tr")
        assert rows.count() > shown
        assert tab.locator("button.more").count() == 0
        here = tab.evaluate("document.activeElement.closest('tr').sectionRowIndex")
        assert here == shown
        tab.evaluate("location.hash = 'view=trust&release=2.20.2'")
        tab.locator("a[aria-current][data-view=trust]").wait_for()
        tab.locator("button.more").first.focus()
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.className") == "scroll"


def test_search_by_instance_and_family_leaves_only_these(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, "view=find") as tab:
        tab.select_option("#instance", "inf2")
        tab.select_option("#family", "cnn")
        instances = texts_in(tab, "tbody td[data-title=Instance]")
        assert instances
        assert all("inf2" in text and "Inf2 cnn" in text for text in instances)
        tab.click("#clear")
        assert tab.locator("#instance").input_value() == ""


def test_a_series_that_is_no_longer_printed_says_who_printed_it_last(
    browser: Browser, page_file: Path
) -> None:
    with opened(browser, page_file, "view=find&model=llama-2-13b inf2") as tab:
        assert "last printed by 2.19.1" in texts_in(tab, "td[data-title=Trend] .sub")
        tab.locator("tbody th a").first.click()
        tab.locator("main", has_text="Last printed by 2.19.1 (19 July 2024)").wait_for()


def test_a_filter_that_leaves_rows_measured_long_ago_leads_to_their_measurement(
    browser: Browser, page_file: Path
) -> None:
    with opened(browser, page_file, "view=changes") as tab:
        tab.keyboard.press("/")
        tab.keyboard.type("llama-3.1")
        conclusion = tab.locator("#conclusion")
        assert "2.32.0 measured none of these rows again" in conclusion.inner_text()
        # What was carried over is listed, since there is nothing else.
        assert tab.locator("table.figures tbody tr").count() == 2
        conclusion.locator("a").click()
        tab.get_by_role("heading", name="What 2.24.0 changed", exact=True).wait_for()
        assert "measured again" in conclusion.inner_text()
        assert tab.locator("#model").input_value() == "llama-3.1"


def test_two_releases_are_compared_as_chosen(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file) as tab:
        tab.select_option("#base", "2.17.0")
        tab.select_option("#target", "2.18.0")
        assert tab.locator("h1").inner_text() == "What 2.18.0 changed"
        assert (
            "No row of 2.18.0 was measured on another SDK"
            in tab.locator("#conclusion").inner_text()
        )
        verdicts = {
            text.splitlines()[0] for text in texts_in(tab, "table.figures td[data-title=Verdict]")
        }
        assert verdicts == {"~revised"}


def test_the_older_release_is_the_base_whichever_is_chosen_first(
    browser: Browser, page_file: Path
) -> None:
    with opened(browser, page_file, "base=2.20.0&target=2.17.0") as tab:
        assert tab.locator("h1").inner_text() == "What 2.20.0 changed"
        assert tab.locator("#base").input_value() == "2.17.0"


def test_a_release_that_measured_nothing_names_the_last_that_did(
    browser: Browser, page_file: Path
) -> None:
    with opened(browser, page_file, "base=2.18.2&target=2.19.0") as tab:
        conclusion = tab.locator("#conclusion")
        assert "No row of 2.19.0 was measured on another SDK" in conclusion.inner_text()
        conclusion.locator("a").click()
        tab.get_by_role("heading", name="What 2.18.2 changed", exact=True).wait_for()


def test_verdicts_are_chosen_by_keyboard_and_kept_in_the_address(
    browser: Browser, page_file: Path
) -> None:
    with opened(browser, page_file, TWO) as tab:
        for name in ("improved", "revised", "price-basis-changed"):
            tab.locator(f"#only-{name}").focus()
            tab.keyboard.press("Space")
        changes = texts_in(tab, "table.figures td[data-title=Verdict] .verdict")
        assert set(changes) == {"▼regressed"}
        assert "only=regressed" in tab.url
        tab.reload()
        assert set(texts_in(tab, "table.figures td[data-title=Verdict] .verdict")) == {"▼regressed"}


def test_money_is_split_into_speed_and_price(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, f"{TWO}&only=price-basis-changed") as tab:
        text = texts_in(tab, "table.figures td[data-title=Verdict]")[0]
        assert "from speed" in text
        assert "from the hourly rate" in text


def test_packages_flags_and_licence_are_shown(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, "view=trust&release=2.20.2") as tab:
        text = tab.locator("main").inner_text()
        assert "neuronx-cc" in text
        assert "41.24" in text
        assert "CC-BY-SA-4.0" in text
        tab.select_option("#release", "2.18.0")
        assert "What 2.18.0 is made of" in tab.locator("main").inner_text()


def test_a_deep_link_opens_the_history_of_a_model(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, "model=llama-2-70b&instance=inf2.48xlarge") as tab:
        assert tab.locator("h1").inner_text().lower() == "llama-2-70b"
        assert tab.locator("#model").input_value() == "llama-2-70b"


def test_the_scheme_is_switched_by_a_button(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, color_scheme="light") as tab:
        shade = "getComputedStyle(document.body).backgroundColor"
        light = tab.evaluate(shade)
        tab.click("#theme")
        assert tab.evaluate(shade) != light
        assert tab.locator("#theme").inner_text() == "Light"


def test_a_dataset_of_one_release_opens_in_every_view(
    browser: Browser, one_release: Path, tmp_path: Path
) -> None:
    file = tmp_path / "one.html"
    with open_warehouse(one_release) as connection:
        file.write_text(page(report_data(connection, Opening())), encoding="utf-8")
    with opened(browser, file) as tab:
        assert "nothing to compare" in tab.locator("main").inner_text()
        for view in VIEWS:
            tab.evaluate(f"location.hash = 'view={view}'")
            tab.locator(f"a[aria-current][data-view={view}]").wait_for()
            assert tab.locator("h1").inner_text()
        # The feeds link here.
        edited = tab.locator("#edits td[data-title=After]")
        assert edited.all_inner_texts() == [a_change("2.9.0").after]


def test_documents_show_pictures_that_are_taken_of_the_page(
    browser: Browser, page_file: Path, tmp_path: Path
) -> None:
    take_pictures(browser, page_file, tmp_path)
    readme = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
    texts = "".join(path.read_text(encoding="utf-8") for path in documents())
    names = [picture.name for picture in PICTURES]
    assert [name for name in names if f"images/{name}" not in texts] == []
    # It opens with the first: before the first heading of a section.
    assert readme.index(names[0]) < readme.index("\n## ")
    for name in names:
        kept, taken = (folder / name for folder in (FOLDER, tmp_path))
        # The size is in the first chunk. Fonts differ between machines, and with them the bytes.
        assert kept.read_bytes()[:24] == taken.read_bytes()[:24]
        assert kept.stat().st_size < 150_000


def test_markup_in_a_name_stays_text(
    browser: Browser, data: dict[str, Any], tmp_path: Path
) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    model = data["series"][0]["values"][5]
    texts = [bad if number == model else text for number, text in enumerate(data["texts"])]
    flags = [{**flag, "message": bad} for flag in data["flags"]]
    file = tmp_path / "bad.html"
    file.write_text(page(data | {"texts": texts, "flags": flags}), encoding="utf-8")
    with opened(browser, file, "view=find") as tab:
        tab.on("dialog", lambda dialog: pytest.fail(dialog.message))
        assert bad in texts_in(tab, "tbody th a")
        for view in VIEWS:
            tab.evaluate(f"location.hash = 'view={view}&series={data['series'][0]['id']}'")
            tab.locator(f"a[aria-current][data-view={view}]").wait_for()
            assert tab.locator("main img, main script").count() == 0
        assert bad in tab.locator("main").inner_text()
