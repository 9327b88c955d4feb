"""Descriptors that somebody forged or damaged: one line that names the file, for every command."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import NeuronWarehouseError, SourceError
from tests.warehouse.conftest import NOW, Publish, a_release, tree
from warehouse.storage.data_paths import is_data_path
from warehouse.versions import Descriptor, newest, numbers, publish, read_version
from warehouse.versions.stored_form.descriptor_json import from_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.calling import Call

FIRST = "versions/000001.json"


def _parsed(data: bytes, name: str) -> Descriptor:
    return from_documents(data, name, lambda _: pytest.fail("another document was opened"))


ODD: tuple[Any, ...] = (
    None, True, -1, 1.5, 10**30, "", "x", "\0", "\ud800", "../../etc/passwd", [], {}, [None],
    {"title": 1}, "parquet/pages/rel=v2.20.0/../../../x", "9" * 5000,
)  # fmt: skip


def _forged(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    raw = json.loads(data)
    change(raw)
    return json.dumps(raw).encode()


PLACES: Mapping[str, Callable[[dict[str, Any], Any], object]] = {
    "version": lambda raw, odd: raw.update(version=odd),
    "created": lambda raw, odd: raw.update(created=odd),
    "pipelineVersion": lambda raw, odd: raw.update(pipelineVersion=odd),
    "sources": lambda raw, odd: raw.update(sources=odd),
    "tables": lambda raw, odd: raw.update(tables=odd),
    "schema": lambda raw, odd: raw["tables"]["pages"].update(schema=odd),
    "fields": lambda raw, odd: raw["tables"]["pages"]["schema"].update(fields=odd),
    "resources": lambda raw, odd: raw.update(resources=odd),
    "changes": lambda raw, odd: raw.update(changes=odd),
    "change": lambda raw, odd: raw["changes"][0].update(added=odd),
    "changed release": lambda raw, odd: raw["changes"][0].update(release=odd),
    "path": lambda raw, odd: raw["resources"][0].update(path=odd),
    "hash": lambda raw, odd: raw["resources"][0].update(hash=odd),
    "bytes": lambda raw, odd: raw["resources"][0].update(bytes=odd),
    "rows": lambda raw, odd: raw["resources"][0].update(rows=odd),
    "release": lambda raw, odd: raw["resources"][0].update(release=odd),
    "table": lambda raw, odd: raw["resources"][0].update(table=odd),
}
# What these places may hold, among the odd values.
FINE = {("pipelineVersion", ""), ("pipelineVersion", "x"), ("fields", "[]"), ("tables", "{}"),
        ("pipelineVersion", "../../etc/passwd"), ("resources", "[]"), ("changes", "[]"),
        ("pipelineVersion", "parquet/pages/rel=v2.20.0/../../../x"), ("table", "x"),
        ("pipelineVersion", "9" * 5000), ("resources", "{}"), ("changes", "{}"), ("fields", "{}"),
        ("fields", ""), ("changes", ""), ("resources", "")}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_value_of_another_type_or_form_is_damage(put: Publish, root: Path, place: str) -> None:
    put(a_release())
    data = (root / FIRST).read_bytes()
    for odd in ODD:
        forged = _forged(data, lambda raw, odd=odd: PLACES[place](raw, odd))
        if (place, odd if isinstance(odd, str) else json.dumps(odd)) in FINE:
            continue
        with pytest.raises(SourceError, match="is damaged") as caught:
            _parsed(forged, "x.json")
        assert "\n" not in str(caught.value), odd


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"formatVersion":' * 50_000,
        b'{"formatVersion": NaN}',
        b'{"formatVersion": 1e999}',
        b"\xff\xfe",
        b'{"formatVersion": ' + b"9" * 6000 + b"}",
        b"",
    ],
)
def test_json_that_no_parser_likes_is_damage(data: bytes) -> None:
    with pytest.raises(SourceError, match="is damaged"):
        _parsed(data, "x.json")


@given(st.data())
def test_one_value_changed_anywhere_is_read_or_is_damage(
    put: Publish, root: Path, data: st.DataObject
) -> None:
    if newest(root) is None:
        put(a_release())
    raw = json.loads((root / FIRST).read_bytes())
    node: Any = raw
    while True:
        keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.booleans()):
            break
        node = node[key]
    node[key] = data.draw(st.sampled_from(ODD) | st.integers() | st.text(max_size=5))
    try:
        found = _parsed(json.dumps(raw).encode(), "x.json")
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert all(is_data_path(file.path) for file in found.files)


@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_bytes_put_anywhere_are_read_or_are_damage(
    put: Publish, root: Path, noise: bytes, place: int
) -> None:
    if newest(root) is None:
        put(a_release())
    whole = (root / FIRST).read_bytes()
    place %= len(whole)
    try:
        _parsed(whole[:place] + noise + whole[place + len(noise) :], "x.json")
    except SourceError as error:
        assert "is damaged" in str(error) or "newer" in str(error)  # noqa: PT017 - as above


def test_a_file_named_twice_for_one_table_and_release_is_damage(put: Publish, root: Path) -> None:
    put(a_release())
    forged = _forged((root / FIRST).read_bytes(), lambda raw: raw["resources"].append(
        raw["resources"][0]))  # fmt: skip
    with pytest.raises(SourceError, match="is damaged"):
        _parsed(forged, "x.json")


@pytest.mark.parametrize("name", ["9" * 5000 + ".json", "0000001.json", "٠٠٠٠٠٢.json"])
def test_a_name_that_is_not_written_so_is_no_version(put: Publish, root: Path, name: str) -> None:
    put(a_release())
    if len(name) < 200:
        (root / "versions" / name).write_text("{}")
    assert numbers(root) == (1,)


COMMANDS = (
    ("versions",),
    ("versions", "show", "1"),
    ("versions", "verify", "--all"),
    ("versions", "diff", "1", "2"),
    ("versions", "restore", "1"),
    ("sql", "SELECT 1", "--version", "1"),
    ("tables", "--version", "1"),
    ("compare", "2.9", "2.20", "--version", "1"),
    ("packages", "2.20", "--version", "1"),
    ("diff-tables", "2.9", "2.20", "--version", "1"),
)


CHANGES: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda raw: raw.update(resources=[1]),
    lambda raw: raw["resources"][0].update(path="\0"),
    lambda raw: raw["resources"][0].update(path="parquet/../../x"),
    lambda raw: raw["tables"]["benchmarks"]["schema"].update(fields=[{"name": {}}]),
    lambda raw: raw.update(created="yesterday"),
)


@pytest.fixture(scope="module", params=CHANGES, ids=range(len(CHANGES)))
def forged(
    request: pytest.FixtureRequest, built_once: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """Return a root of two versions, the first of them forged, and its files; never change it."""
    root = tmp_path_factory.mktemp("forged") / "data"
    shutil.copytree(built_once, root)
    publish(root, [a_release("2.21.0")], source="a test", now=NOW)
    (root / FIRST).write_bytes(_forged((root / FIRST).read_bytes(), request.param))
    return root, tree(root)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_names_the_damaged_version_in_one_line(
    forged: tuple[Path, dict[str, str]], call: Call, command: tuple[str, ...]
) -> None:
    root, before = forged
    done = call(*command, "--root", str(root))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "000001.json is damaged" in done.stderr
    assert tree(root) == before


def test_a_damaged_version_can_be_pruned(
    forged: tuple[Path, dict[str, str]], root: Path, call: Call
) -> None:
    shutil.copytree(forged[0], root)
    done = call("versions", "prune", "--keep", "1", "--yes", "--root", str(root))
    assert done.returncode == 0
    assert numbers(root) == (2,)


def test_a_schema_that_promises_columns_that_the_files_lack_is_damage(built: Path) -> None:
    from warehouse.database.query import run_sql

    path = built / FIRST
    raw = json.loads(path.read_bytes())
    raw["resources"] = [
        r | {"table": "pages"} if r["table"] == "benchmarks" else r
        for r in raw["resources"] if r["table"] != "pages"
    ]  # fmt: skip
    path.write_text(json.dumps(raw))
    with pytest.raises(SourceError, match="is damaged: its files do not match") as caught:
        run_sql(built, "SELECT 1", version=1)
    assert "\n" not in str(caught.value)


def test_what_could_not_be_read_back_is_not_published(root: Path) -> None:
    with pytest.raises(NeuronWarehouseError, match=r"could not be read back|damaged"):
        publish(root, [a_release()], source="a \0 b", now=NOW)
    assert numbers(root) == ()
    early = NOW.replace(year=1, month=1, day=1)
    publish(root, [a_release()], source="a test", now=early)
    assert read_version(root, 1).created.year == 1
