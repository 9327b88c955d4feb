"""The page in a real browser, offline: what it shows by clicks and keys, what it never does."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browsers import browser_program
from tests.warehouse.conftest import Publish, a_change, a_release
from tools.documents.found import documents
from tools.take_pictures import FOLDER, PICTURES, take_pictures
from warehouse.comparison.prices.price_book import Price
from warehouse.comparison.request import Filters
from warehouse.database.build_file import build_database
from warehouse.database.query import open_warehouse
from warehouse.questions.advice.ranking import efficient
from warehouse.questions.advice.runs import RunFilters, at_prices, read_runs
from warehouse.report.data import Opening, report_data
from warehouse.report.page import page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
VIEWS = ("changes", "find", "history", "frontier", "trust")
TWO = "base=2.19.1&target=2.20.2"
_SETTINGS = {"viewport": {"width": 1200, "height": 900}, "offline": True}
FLAGGED = "model=bert-base-cased&instance=inf2.xlarge&view=history"


@pytest.fixture(scope="session", autouse=True)
def _browser_is_there() -> None:
    """Look for a browser before the page is made, which takes long and needs none."""
    browser_program()


@contextmanager
def _opened(browser: Browser, file: Path, address: str = "", **options: Any) -> Iterator[Page]:
    """Open the page; end with no console message, no error and no request but for the file.

    Without options it opens in the tab of the test before: the page stores nothing, and a new tab
    costs twice as much as the page.
    """
    kept = None if options else next(iter(browser.contexts), None)
    context = kept or browser.new_context(**_SETTINGS | options)
    tab = context.pages[0] if kept else context.new_page()
    tab.set_default_timeout(20_000)
    # Another address than the page's: a new hash alone would not load it again.
    tab.goto("about:blank")
    said: list[str] = []
    listeners: dict[str, Callable[[Any], None]] = {
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
        "request": lambda request: said.append(request.url),
    }
    for event, listener in listeners.items():
        tab.on(event, listener)  # type: ignore[call-overload]
    tab.goto(f"{file.as_uri()}{f'#{address}' if address else ''}")
    yield tab
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)
    if options:
        context.close()
    assert [line for line in said if not line.startswith((file.as_uri(), "data:,"))] == []


def _lines(tab: Page, selector: str) -> list[str]:
    return [text.strip() for text in tab.locator(selector).all_inner_texts()]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (900, "light")])
def test_every_view_is_accessible_and_fits_its_window(
    browser: Browser, page_file: Path, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    with _opened(browser, page_file, color_scheme=scheme, viewport=size) as tab:
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
    with _opened(browser, page_file) as tab:
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
    with _opened(browser, page_file, TWO) as tab:
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
    with _opened(browser, page_file, address) as tab:
        shown = tab.locator("main").inner_text()
    told = re.findall(r": ([\u2212+]?[\d.]+)\s%\sfrom speed", shown)
    assert told
    for text in told:
        figure = float(text.replace("\u2212", "-"))
        assert any(abs(figure - change * 100) < 0.051 for change in changes), (figure, changes)


def test_search_by_keys_finds_a_model_and_enter_opens_its_history(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, "view=find") as tab:
        before = tab.locator("#found").inner_text()
        tab.keyboard.press("/")
        tab.keyboard.type("roberta inf2")
        names = _lines(tab, "tbody th a")
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
    with _opened(browser, page_file, "view=find") as tab:
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
    with _opened(browser, page_file, "view=find") as tab:
        tab.select_option("#instance", "inf2")
        tab.select_option("#family", "cnn")
        instances = _lines(tab, "tbody td[data-title=Instance]")
        assert instances
        assert all("inf2" in text and "Inf2 cnn" in text for text in instances)
        tab.click("#clear")
        assert tab.locator("#instance").input_value() == ""


def test_a_series_that_is_no_longer_printed_says_who_printed_it_last(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, "view=find&model=llama-2-13b inf2") as tab:
        assert "last printed by 2.19.1" in _lines(tab, "td[data-title=Trend] .sub")
        tab.locator("tbody th a").first.click()
        assert "Last printed by 2.19.1 (19 July 2024)" in tab.locator("main").inner_text()


def test_a_flagged_figure_is_no_collapse_and_says_why(browser: Browser, page_file: Path) -> None:
    with _opened(browser, page_file, FLAGGED) as tab:
        tab.locator("#series").select_option(
            label="bert-base-cased, inf2.xlarge, optimized for latency, Real Time, "
            "Raw Output (AutoModel), sequence length 128, Data Parallel"
        )
        points = tab.locator(".points a")
        tab.locator(".points a[aria-label*=flagged]").first.wait_for(state="attached")
        labels = [point.get_attribute("aria-label") or "" for point in points.all()]
        flagged = [label for label in labels if "flagged" in label]
        assert len(flagged) >= 3
        assert all("41.24" in label and "error:" in label for label in flagged)
        heights = [point.bounding_box()["y"] for point in points.all()]  # type: ignore[index]
        rail = [y for y, label in zip(heights, labels, strict=True) if label in flagged]
        others = [y for y, label in zip(heights, labels, strict=True) if label not in flagged]
        # Drawn on the rail above all others, and not at the foot of the chart.
        assert max(rail) < min(others)
        assert "97.9" not in tab.locator("main").inner_text()


def test_releases_without_a_believable_figure_are_bridged_by_dashes_alone(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, f"{FLAGGED}&metric=throughput mean") as tab:
        tab.locator(".points a[aria-label*=flagged]").first.wait_for(state="attached")
        dashes = tab.locator(".plot g[stroke-dasharray] path").bounding_box()
        lines = tab.locator(".plot g[stroke-width='1.8']:not(.points) path")
        widest = max((line.bounding_box() or {} for line in lines.all()), key=lambda b: b["width"])
        assert dashes is not None
        # No solid line runs below the points of the rail: only dashes do.
        assert widest["x"] + widest["width"] <= dashes["x"] + 2
        assert dashes["width"] > 100


def test_no_line_of_costs_crosses_a_change_of_the_hourly_rate(
    browser: Browser, page_file: Path
) -> None:
    """0.758 to 0.328 USD/h: a line would show a gain of 2.3 times that never happened."""
    series = "model=distilbert-base-uncased&instance=inf2.xlarge&view=history"
    with _opened(browser, page_file, f"{series}&metric=cost mean") as tab:
        note = tab.locator("#rates").inner_text()
        assert "0.758 at first, 0.328 from 2.20.0" in note
        tab.locator(".points a").first.wait_for(state="attached")
        lines = tab.locator(".plot g[stroke-width='1.8']:not(.points) path")
        heights = [box.bounding_box()["height"] for box in lines.all()]  # type: ignore[index]
        whole = tab.locator(".points").bounding_box()["height"]  # type: ignore[index]
        assert len(heights) == 2
        assert max(heights) < whole / 5
        assert tab.locator(".plot g[stroke-dasharray] path").count() == 0
        tab.select_option("#metric", label="Cost at the newest rate")
        # The page has the release and the figure in its table, and says whose figure it is.
        costs = _lines(tab, "td[data-title='Cost at the newest rate'] > div")
        values = [float(text.split()[0]) for text in costs]
        assert max(values) < 1.3 * min(values)
        assert "calculated from the printed cost" in tab.locator(".detail.panel").inner_text()
        assert tab.locator("#rates").count() == 0


def test_a_filter_that_leaves_rows_measured_long_ago_leads_to_their_measurement(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, "view=changes") as tab:
        tab.keyboard.press("/")
        tab.keyboard.type("llama-3.1")
        conclusion = tab.locator("#conclusion")
        assert "2.32.0 measured none of these rows again" in conclusion.inner_text()
        # What was carried over is listed, since there is nothing else.
        assert tab.locator("table.figures tbody tr").count() == 2
        conclusion.locator("a").click()
        assert tab.locator("h1").inner_text() == "What 2.24.0 changed"
        assert "measured again" in conclusion.inner_text()
        assert tab.locator("#model").input_value() == "llama-3.1"


def test_a_metric_without_a_better_direction_is_judged_by_nobody(
    browser: Browser, data: dict[str, Any], tmp_path: Path
) -> None:
    columns = [
        {**column, "better": None, "kind": "compute"} if column["metric"] == "latency" else column
        for column in data["columns"]
    ]
    file = tmp_path / "neither.html"
    file.write_text(page(data | {"columns": columns}), encoding="utf-8")
    with _opened(browser, file, f"{FLAGGED}&metric=latency p50") as tab:
        assert "Neither higher nor lower is better." in tab.locator("main").inner_text()
        figures = tab.locator("#metric option").all_inner_texts()
        assert figures[0] == "Mean throughput"
        assert figures[-1] == "99th percentile of latency"
        tab.evaluate(f"location.hash = '{TWO}'")
        tab.locator("a[aria-current][data-view=changes]").wait_for()
        median = tab.locator("td[data-title='Median latency']")
        assert median.count() > 3
        assert tab.locator("td[data-title='Median latency'] [role=img]").count() == 0
        assert tab.locator("td[data-title=Throughput] [role=img]").count() > 0


def test_points_are_walked_by_keyboard_and_link_to_their_page(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, FLAGGED) as tab:
        points = tab.locator(".points a")
        points.first.focus()
        detail = tab.locator(".detail.panel")
        releases = [(p.get_attribute("aria-label") or "").partition(":")[0] for p in points.all()]
        assert releases[0] in detail.inner_text()
        tab.keyboard.press("ArrowRight")
        assert releases[1] in detail.inner_text()
        tab.keyboard.press("End")
        assert releases[-1] in detail.inner_text()
        address = points.first.get_attribute("href") or ""
        assert address.startswith("https://")
        assert f"v{releases[0]}" in address
        assert detail.locator("a").get_attribute("href") is not None


def test_a_first_tap_tells_and_a_second_follows(browser: Browser, page_file: Path) -> None:
    phone = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 900}}
    with _opened(browser, page_file, "view=frontier&of=Model: bert-base-cased", **phone) as tab:
        point = tab.locator(".points a").first
        point.tap()
        assert "bert-base-cased on" in tab.locator("p.detail").inner_text()
        assert tab.locator("a[aria-current][data-view=frontier]").count() == 1
        point.tap()
        tab.locator("a[aria-current][data-view=history]").wait_for()


def test_two_releases_are_compared_as_chosen(browser: Browser, page_file: Path) -> None:
    with _opened(browser, page_file) as tab:
        tab.select_option("#base", "2.17.0")
        tab.select_option("#target", "2.18.0")
        assert tab.locator("h1").inner_text() == "What 2.18.0 changed"
        assert (
            "No row of 2.18.0 was measured on another SDK"
            in tab.locator("#conclusion").inner_text()
        )
        verdicts = {
            text.splitlines()[0] for text in _lines(tab, "table.figures td[data-title=Verdict]")
        }
        assert verdicts == {"~revised"}


def test_the_older_release_is_the_base_whichever_is_chosen_first(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, "base=2.20.0&target=2.17.0") as tab:
        assert tab.locator("h1").inner_text() == "What 2.20.0 changed"
        assert tab.locator("#base").input_value() == "2.17.0"


def test_a_release_that_measured_nothing_names_the_last_that_did(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, "base=2.18.2&target=2.19.0") as tab:
        conclusion = tab.locator("#conclusion")
        assert "No row of 2.19.0 was measured on another SDK" in conclusion.inner_text()
        conclusion.locator("a").click()
        assert tab.locator("h1").inner_text() == "What 2.18.2 changed"


def test_verdicts_are_chosen_by_keyboard_and_kept_in_the_address(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, TWO) as tab:
        for name in ("improved", "revised", "price-basis-changed"):
            tab.locator(f"#only-{name}").focus()
            tab.keyboard.press("Space")
        changes = _lines(tab, "table.figures td[data-title=Verdict] .verdict")
        assert set(changes) == {"▼regressed"}
        assert "only=regressed" in tab.url
        tab.reload()
        assert set(_lines(tab, "table.figures td[data-title=Verdict] .verdict")) == {"▼regressed"}


def test_money_is_split_into_speed_and_price(browser: Browser, page_file: Path) -> None:
    with _opened(browser, page_file, f"{TWO}&only=price-basis-changed") as tab:
        text = _lines(tab, "table.figures td[data-title=Verdict]")[0]
        assert "from speed" in text
        assert "from the hourly rate" in text


def test_every_run_of_the_frontier_is_drawn_and_the_efficient_ones_are_filled(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, "view=frontier&of=Model: bert-base-cased") as tab:
        rows = _lines(tab, "#runs td[data-title=Efficient]")
        points = tab.locator(".points a > *")
        points.first.wait_for()
        fills = points.evaluate_all("all => all.map((one) => getComputedStyle(one).fill)")
        paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert len(fills) == len(rows) > 4
        assert sum(fill != paper for fill in fills) == rows.count("yes") < len(rows)
        # All of them are reached by keyboard, in the order of the table of their series.
        tab.locator(".points a[tabindex='0']").focus()
        tab.keyboard.press("End")
        last = tab.evaluate("document.activeElement.getAttribute('aria-label')")
        assert last in tab.locator(".detail").inner_text()


def test_the_page_and_advise_find_the_same_runs_efficient(
    browser: Browser, page_file: Path, all_releases: duckdb.DuckDBPyConnection
) -> None:
    runs = read_runs(all_releases, RunFilters(Filters(model="bert-base-cased")))
    prices = {"inf2.xlarge": Price("inf2.xlarge", 0.9)}
    mine = [*at_prices([run for run in runs if run.instance_type in prices], prices)]
    priced = [*mine, *(run for run in runs if run.instance_type not in prices)]
    for address, known in (("", runs), ("&prices=inf2.xlarge:0.9", priced)):
        where = f"view=frontier&of=Model: bert-base-cased&time=latency p50{address}"
        with _opened(browser, page_file, where) as tab:
            title = "[data-title='USD per 1M inferences']"
            costs = [float(text) for text in _lines(tab, f"#runs td{title}")]
            marks = _lines(tab, "#runs td[data-title=Efficient]")
        front = efficient(known, "latency_p50_ms")
        assert costs == [float(f"{run.cost:.4g}") for run in sorted(known, key=lambda r: r.cost)]
        shown = [cost for cost, mark in zip(costs, marks, strict=True) if mark == "yes"]
        assert shown == sorted(float(f"{run.cost:.4g}") for run in front)


def test_my_price_moves_every_cost(browser: Browser, page_file: Path) -> None:
    with _opened(browser, page_file, "view=frontier&of=Model: bert-base-cased") as tab:
        before = _costs(tab)
        field = tab.locator("[id='price-inf2.xlarge']")
        usual = float(field.get_attribute("placeholder") or 0)
        field.focus()
        tab.keyboard.type(str(2 * usual))
        after = _costs(tab)
        assert "prices=inf2.xlarge" in tab.url
    assert after.keys() == before.keys()
    for row, cost in before.items():
        factor = 2 if "inf2.xlarge" in row else 1
        assert after[row] == pytest.approx(factor * cost, rel=1e-3), row


def test_my_price_is_kept_while_other_views_are_looked_at(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, "view=frontier&of=Model: bert-base-cased") as tab:
        tab.fill("[id='price-inf2.xlarge']", "0.25")
        tab.click("[data-view=find]")
        tab.click("[data-view=frontier]")
        tab.select_option("#of", "Model: bert-base-cased")
        assert tab.locator("[id='price-inf2.xlarge']").input_value() == "0.25"


def _costs(tab: Page) -> dict[str, float]:
    rows = tab.locator("#runs tbody tr").all()
    return {
        f"{row.locator('th').inner_text()} {row.locator('td').nth(0).inner_text()}": float(
            row.locator("td").nth(4).inner_text()
        )
        for row in rows
    }


def test_you_are_here_is_placed_by_latency_and_throughput(
    browser: Browser, page_file: Path
) -> None:
    with _opened(browser, page_file, "view=frontier&of=Model: bert-base-cased") as tab:
        tab.fill("#here-latency", "50")
        tab.fill("#here-throughput", "100")
        verdict = tab.locator("#verdict").inner_text()
        rate = float(tab.locator("[id='price-inf2.xlarge']").get_attribute("placeholder") or 0)
        assert f"Yours costs {rate / (100 * 3600) * 1e6:.4g}" in verdict
        assert "faster and cheaper, the cheapest bert-base-cased" in verdict
        assert "you are here" in tab.locator("figure").text_content()  # type: ignore[operator]


def test_packages_flags_and_licence_are_shown(browser: Browser, page_file: Path) -> None:
    with _opened(browser, page_file, "view=trust&release=2.20.2") as tab:
        text = tab.locator("main").inner_text()
        assert "neuronx-cc" in text
        assert "41.24" in text
        assert "CC-BY-SA-4.0" in text
        tab.select_option("#release", "2.18.0")
        assert "What 2.18.0 is made of" in tab.locator("main").inner_text()


def test_a_deep_link_opens_the_history_of_a_model(browser: Browser, page_file: Path) -> None:
    with _opened(browser, page_file, "model=llama-2-70b&instance=inf2.48xlarge") as tab:
        assert tab.locator("h1").inner_text().lower() == "llama-2-70b"
        assert tab.locator("#model").input_value() == "llama-2-70b"


def test_the_scheme_is_switched_by_a_button(browser: Browser, page_file: Path) -> None:
    with _opened(browser, page_file, color_scheme="light") as tab:
        shade = "getComputedStyle(document.body).backgroundColor"
        light = tab.evaluate(shade)
        tab.click("#theme")
        assert tab.evaluate(shade) != light
        assert tab.locator("#theme").inner_text() == "Light"


def test_a_dataset_of_one_release_opens_in_every_view(
    browser: Browser, root: Path, put: Publish, tmp_path: Path
) -> None:
    put(a_release("2.9.0"))
    build_database(root)
    file = tmp_path / "one.html"
    with open_warehouse(root) as connection:
        file.write_text(page(report_data(connection, Opening())), encoding="utf-8")
    with _opened(browser, file) as tab:
        assert "nothing to compare" in tab.locator("main").inner_text()
        for view in VIEWS:
            tab.evaluate(f"location.hash = 'view={view}'")
            tab.locator(f"a[aria-current][data-view={view}]").wait_for()
            assert tab.locator("h1").inner_text()
        # The feeds link here.
        edited = tab.locator("#edits td[data-title=After]")
        assert edited.all_inner_texts() == [a_change("2.9.0").after]


def test_the_chart_of_changes_has_its_figures_as_a_table(browser: Browser, page_file: Path) -> None:
    with _opened(browser, page_file, TWO) as tab:
        tab.click("text=The same as a table")
        rows = tab.locator("details tbody tr").count()
        assert rows == tab.locator(".points a").count() > 50


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
    with _opened(browser, file, "view=find") as tab:
        tab.on("dialog", lambda dialog: pytest.fail(dialog.message))
        assert bad in _lines(tab, "tbody th a")
        for view in VIEWS:
            tab.evaluate(f"location.hash = 'view={view}&series={data['series'][0]['id']}'")
            tab.locator(f"a[aria-current][data-view={view}]").wait_for()
            assert tab.locator("main img, main script").count() == 0
        assert bad in tab.locator("main").inner_text()
