"""The charts of the page in a real browser: what they draw, and what their points and prices do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.warehouse.report.tabs import TWO, opened, texts_in
from warehouse.comparison.prices.price_book import Price
from warehouse.comparison.request import Filters
from warehouse.questions.advice.ranking import efficient
from warehouse.questions.advice.runs import RunFilters, at_prices, read_runs
from warehouse.report.page import page

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("browser_is_there")]
FLAGGED = "model=bert-base-cased&instance=inf2.xlarge&view=history"


def test_a_flagged_figure_is_no_collapse_and_says_why(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, FLAGGED) as tab:
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
    with opened(browser, page_file, f"{FLAGGED}&metric=throughput mean") as tab:
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
    with opened(browser, page_file, f"{series}&metric=cost mean") as tab:
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
        costs = texts_in(tab, "td[data-title='Cost at the newest rate'] > div")
        values = [float(text.split()[0]) for text in costs]
        assert max(values) < 1.3 * min(values)
        assert "calculated from the printed cost" in tab.locator(".detail.panel").inner_text()
        assert tab.locator("#rates").count() == 0


def test_a_metric_without_a_better_direction_is_judged_by_nobody(
    browser: Browser, data: dict[str, Any], tmp_path: Path
) -> None:
    columns = [
        {**column, "better": None, "kind": "compute"} if column["metric"] == "latency" else column
        for column in data["columns"]
    ]
    file = tmp_path / "neither.html"
    file.write_text(page(data | {"columns": columns}), encoding="utf-8")
    with opened(browser, file, f"{FLAGGED}&metric=latency p50") as tab:
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
    with opened(browser, page_file, FLAGGED) as tab:
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
    with opened(browser, page_file, "view=frontier&of=Model: bert-base-cased", **phone) as tab:
        point = tab.locator(".points a").first
        point.tap()
        assert "bert-base-cased on" in tab.locator("p.detail").inner_text()
        assert tab.locator("a[aria-current][data-view=frontier]").count() == 1
        point.tap()
        tab.locator("a[aria-current][data-view=history]").wait_for()


def test_every_run_of_the_frontier_is_drawn_and_the_efficient_ones_are_filled(
    browser: Browser, page_file: Path
) -> None:
    with opened(browser, page_file, "view=frontier&of=Model: bert-base-cased") as tab:
        rows = texts_in(tab, "#runs td[data-title=Efficient]")
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
        with opened(browser, page_file, where) as tab:
            title = "[data-title='USD per 1M inferences']"
            costs = [float(text) for text in texts_in(tab, f"#runs td{title}")]
            marks = texts_in(tab, "#runs td[data-title=Efficient]")
        front = efficient(known, "latency_p50_ms")
        assert costs == [float(f"{run.cost:.4g}") for run in sorted(known, key=lambda r: r.cost)]
        shown = [cost for cost, mark in zip(costs, marks, strict=True) if mark == "yes"]
        assert shown == sorted(float(f"{run.cost:.4g}") for run in front)


def test_my_price_moves_every_cost(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, "view=frontier&of=Model: bert-base-cased") as tab:
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
    with opened(browser, page_file, "view=frontier&of=Model: bert-base-cased") as tab:
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
    with opened(browser, page_file, "view=frontier&of=Model: bert-base-cased") as tab:
        tab.fill("#here-latency", "50")
        tab.fill("#here-throughput", "100")
        verdict = tab.locator("#verdict").inner_text()
        rate = float(tab.locator("[id='price-inf2.xlarge']").get_attribute("placeholder") or 0)
        assert f"Yours costs {rate / (100 * 3600) * 1e6:.4g}" in verdict
        assert "faster and cheaper, the cheapest bert-base-cased" in verdict
        assert "you are here" in tab.locator("figure").text_content()  # type: ignore[operator]


def test_the_chart_of_changes_has_its_figures_as_a_table(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, TWO) as tab:
        tab.click("text=The same as a table")
        rows = tab.locator("details tbody tr").count()
        assert rows == tab.locator(".points a").count() > 50
