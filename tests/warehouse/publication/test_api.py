"""The JSON API as a client finds it: on a server, by its own description."""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.loopback import running
from tests.warehouse.publication.conftest import PUBLISHED
from warehouse.publication.api import slug

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Write no line a request."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback, as any web server would."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}/"


def _read(folder: Path, path: str) -> Any:
    return json.loads((folder / path).read_bytes())


@pytest.fixture(scope="module")
def described(bundled_publication: Path) -> Any:
    return _read(bundled_publication, "api/v1/openapi.json")


def test_every_documented_path_exists_on_a_server(bundled_publication: Path) -> None:
    with _served(bundled_publication) as address, httpx.Client(base_url=address) as client:
        start = f"{address}api/v1/openapi.json"
        document = client.get(start).json()
        server = urljoin(start, document["servers"][0]["url"] + "/")
        assert server == address
        for path, item in document["paths"].items():
            values = {one["name"]: one["example"] for one in item.get("parameters", ())}
            answer = client.get(urljoin(server, path.lstrip("/").format(**values)))
            assert answer.status_code == 200, path
        assert client.get("/").text.startswith("<!DOCTYPE html>")
        assert client.get("/api/v1/releases/0.0.0.json").status_code == 404


def test_every_answer_is_as_described(bundled_publication: Path, described: Any) -> None:
    seen = set()
    for path, item in described["paths"].items():
        content = item["get"]["responses"]["200"]["content"]
        schema = content.get("application/json", {}).get("schema")
        if schema:
            values = {one["name"]: one["example"] for one in item.get("parameters", ())}
            rule = {**schema, "components": described["components"]}
            document = _read(bundled_publication, path.lstrip("/").format(**values))
            Draft202012Validator(rule).validate(document)
            seen.add(schema["$ref"].rpartition("/")[2])
    assert seen == set(described["components"]["schemas"])


def test_every_path_that_a_list_names_exists_and_every_file_is_named(
    bundled_publication: Path,
) -> None:
    lists = {"releases": "releases", "models": "models", "compare": "comparisons"}
    for name, key in lists.items():
        named = {one["path"] for one in _read(bundled_publication, f"api/v1/{name}.json")[key]}
        there = {
            path.relative_to(bundled_publication).as_posix()
            for path in (bundled_publication / "api/v1" / name).rglob("*.json")
        }
        assert named == there


def test_neighbouring_releases_and_minors_are_compared(bundled_publication: Path) -> None:
    listed = _read(bundled_publication, "api/v1/compare.json")["comparisons"]
    pairs = {(one["base"], one["target"]) for one in listed}
    assert {("2.20.1", "2.20.2"), ("2.19.1", "2.20.0"), ("2.19.1", "2.20.2")} <= pairs
    assert ("2.19.1", "2.24.0") not in pairs
    one = _read(bundled_publication, "api/v1/compare/2.19.1/2.20.2.json")
    assert one["conclusion"].startswith("2.19.1 → 2.20.2: ")
    assert sum(count["figures"] for count in one["counts"]) == len(one["rows"])


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("pages", "pages"),
        ("hourly_rates", "hourly_rates"),
        ("quality_flags", "quality_flags"),
        ("results", "benchmark_results"),
    ],
)
def test_a_release_has_the_rows_of_its_own_and_no_others(
    bundled_publication: Path, name: str, table: str
) -> None:
    of_release: dict[str, list[Any]] = {release: [] for release in PUBLISHED}
    for row in _read(bundled_publication, f"data/latest/{table}.json"):
        of_release[row.pop("release")].append(row)
    for release, rows in of_release.items():
        found = _read(bundled_publication, f"api/v1/releases/{release}.json")[name]
        assert sorted(map(_printed, found)) == sorted(map(_printed, rows))
        assert found or name == "quality_flags"


def _printed(row: dict[str, Any]) -> str:
    """Return a row without its empty columns as a text; lists are joined in one of the forms."""
    texts = {
        column: ", ".join(value) if isinstance(value, list) else value
        for column, value in row.items()
        if value not in (None, [], "")
    }
    return json.dumps(texts, sort_keys=True)


def test_a_model_has_every_figure_that_was_printed_of_it(bundled_publication: Path) -> None:
    history = _read(bundled_publication, "data/latest/history.json")
    model = _read(bundled_publication, f"api/v1/models/{slug('google/flan-t5-xl')}.json")
    printed = [row for row in history if row["model"] in model["names"]]
    figures = [figure for series in model["series"] for figure in series["figures"]]
    assert len(figures) == len(printed) > 0
    assert {figure["value"] for figure in figures} == {row["value"] for row in printed}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("google/flan-t5-xl", "google-flan-t5-xl"),
        ("Llama-2-7b", "llama-2-7b"),
        ("llama 2 7B", "llama-2-7b"),
        ("Stable Diffusion 2.1", "stable-diffusion-2.1"),
        ("../../etc/passwd", "etc-passwd"),
        ("BERT base (bert-base-cased)", "bert-base-bert-base-cased"),
    ],
)
def test_a_models_address_is_made_of_its_name(name: str, address: str) -> None:
    assert slug(name) == address


def test_a_name_without_letters_has_an_address_too() -> None:
    assert slug("模型").startswith("model-")
    assert slug("模型") != slug("模")
