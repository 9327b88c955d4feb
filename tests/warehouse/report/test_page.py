"""The page as a file: a strict policy, the same bytes, and no text that becomes markup."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

from warehouse.report.page import bundle, page

ASSETS = files("warehouse").joinpath("report", "assets")
MODULES = sorted(asset.name for asset in ASSETS.iterdir() if asset.name.endswith(".js"))


class Elements(HTMLParser):
    """The elements of a page: their names, attributes and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.found.append((tag, dict(attrs), []))
        self._inside = True

    def handle_endtag(self, tag: str) -> None:
        """Note that what follows is no text of the last element."""
        del tag
        self._inside = False

    def handle_data(self, data: str) -> None:
        """Keep the text of the last element that began, until one ends."""
        if self._inside:
            self.found[-1][2].append(data)

    def texts(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        """Return the attributes and texts of all elements of a name."""
        return [(facts, "".join(text)) for name, facts, text in self.found if name == tag]


@pytest.fixture(scope="module")
def elements(page_file: Path) -> Elements:
    """Return the elements of the page."""
    return Elements(page_file.read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_the_page_s_own_script_and_style_and_nothing_else(
    elements: Elements,
) -> None:
    (policy,) = (
        facts["content"]
        for facts, _ in elements.texts("meta")
        if facts.get("http-equiv") == "Content-Security-Policy"
    )
    scripts = [text for facts, text in elements.texts("script") if "type" not in facts]
    ((_, style),) = elements.texts("style")
    assert policy == "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def test_the_policy_stands_before_all_that_it_judges(page_file: Path) -> None:
    text = page_file.read_text(encoding="utf-8")
    assert text.index("Content-Security-Policy") < text.index("<style>") < text.index("<script")


def test_the_page_names_no_address_to_load_from(elements: Elements) -> None:
    for tag, facts, _ in elements.found:
        assert "src" not in facts, tag
        assert facts.get("href", "#") in ("#main", "#", "data:,"), (tag, facts)
        assert not any(name.startswith("on") or name == "style" for name in facts), (tag, facts)


@pytest.mark.parametrize("name", [*MODULES, "vendor/charts.js"])
def test_no_script_evaluates_text_or_asks_a_server(name: str) -> None:
    text = ASSETS.joinpath(*name.split("/")).read_text(encoding="utf-8")
    for forbidden in (r"\beval\(", r"new Function\b", r"\bfetch\(", r"XMLHttpRequest", "</script"):
        assert not re.search(forbidden, text), forbidden
    if name in MODULES:
        for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
            assert forbidden not in text


def test_no_text_of_the_data_becomes_markup(data: dict[str, Any]) -> None:
    bad = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>"
    text = page(data | {"texts": [bad, *data["texts"][1:]]})
    assert "alert(1)</script>" not in text
    ((_, embedded),) = (
        (facts, body) for facts, body in Elements(text).texts("script") if facts.get("id") == "data"
    )
    assert json.loads(embedded)["texts"][0] == bad


def test_the_same_data_gives_the_same_bytes(data: dict[str, Any], page_file: Path) -> None:
    assert page(data).encode() == page_file.read_bytes()


def test_the_page_is_of_a_size_to_mail(page_file: Path) -> None:
    assert page_file.stat().st_size < 1_500_000


def test_every_module_is_in_the_script_once_and_after_what_it_imports() -> None:
    script = bundle()
    places = {name: script.index(f"modules.{name.removesuffix('.js')} = (") for name in MODULES}
    assert [script.count(f"modules.{name.removesuffix('.js')} = (") for name in MODULES] == [
        1
    ] * len(MODULES)
    for name in MODULES:
        text = ASSETS.joinpath(name).read_text(encoding="utf-8")
        for imported in re.findall(r'from "\./(\w+\.js)"', text):
            assert places[imported] < places[name], (imported, name)
    assert not re.search(r"^\s*(import|export) ", script, re.MULTILINE)


def test_the_page_carries_the_licences_of_its_charts(elements: Elements) -> None:
    (licences,) = (
        text for facts, text in elements.texts("script") if facts.get("id") == "licences"
    )
    assert "@observablehq/plot" in licences
    assert "Permission to use, copy, modify" in licences


def test_the_pins_of_what_is_vendored_hold_hashes_and_no_address() -> None:
    root = ASSETS.joinpath("..", "..", "..", "tools", "vendored")
    lock = json.loads(root.joinpath("package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads(root.joinpath("package.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert all("integrity" in facts for facts in packages.values())
    assert not any("resolved" in facts for facts in packages.values())
    for name, version in wanted["devDependencies"].items():
        assert packages[f"node_modules/{name}"]["version"] == version


def test_the_wheel_ships_the_page_s_files() -> None:
    repository = Path(__file__).resolve().parents[3]
    shipped = {
        file.distribution_path
        for file in WheelBuilder(str(repository)).recurse_included_files()
        if "/report/assets/" in file.distribution_path
    }
    assert {f"warehouse/report/assets/{name}" for name in MODULES} <= shipped
    others = ("page.html", "style.css", "vendor/charts.js", "vendor/LICENCES")
    assert {f"warehouse/report/assets/{name}" for name in others} <= shipped
