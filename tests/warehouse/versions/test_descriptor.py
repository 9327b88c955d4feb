"""A version's descriptor: to JSON and back, and what others make of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import frictionless
import pytest

from pipelines.contract import TABLES
from pipelines.errors import SourceError, UsageError
from tests.warehouse.conftest import NOW, Publish, a_release
from warehouse.versions import newest, numbers, read_version
from warehouse.versions.stored_form.descriptor_json import FORMAT

if TYPE_CHECKING:
    from pathlib import Path


def test_a_descriptor_is_a_valid_data_package(put: Publish, root: Path) -> None:
    put(a_release("2.19.0"), a_release("2.20.0"))
    raw = json.loads((root / "versions/000001.json").read_bytes())
    assert not list(frictionless.Package.metadata_validate(raw))
    package = frictionless.Package(raw, basepath=str(root))
    assert len(package.resources) == len(TABLES) * 2
    for resource in package.resources:
        data = (root / str(resource.path)).read_bytes()
        assert resource.bytes == len(data)
        assert resource.hash == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert raw["licenses"][0]["name"] == "CC-BY-SA-4.0"
    assert "Amazon" in raw["description"]


def test_a_tables_schema_is_valid_and_stands_once(put: Publish, root: Path) -> None:
    put(a_release("2.19.0"), a_release("2.20.0"))
    tables = json.loads((root / "versions/000001.json").read_bytes())["tables"]
    assert list(tables) == [table.name for table in TABLES]
    for table in TABLES:
        schema = tables[table.name]["schema"]
        assert not list(frictionless.Schema.metadata_validate(schema))
        assert [f["description"] for f in schema["fields"]] == [
            column.description for column in table.columns
        ]


def test_a_descriptor_reads_back_as_it_was(put: Publish, root: Path) -> None:
    published = put(a_release("2.19.0"), a_release("2.20.0")).descriptor
    assert newest(root) == published
    assert published.created == NOW
    assert published.releases == ("2.19.0", "2.20.0")


def test_a_descriptor_of_a_newer_form_is_refused_in_one_line(put: Publish, root: Path) -> None:
    put(a_release())
    path = root / "versions/000001.json"
    raw = json.loads(path.read_bytes()) | {"formatVersion": FORMAT + 1}
    path.write_text(json.dumps(raw))
    with pytest.raises(SourceError, match="written by a newer Neuron Warehouse") as caught:
        newest(root)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"formatVersion": 1}', "null", "\x00"])
def test_a_damaged_descriptor_is_named(root: Path, content: str) -> None:
    (root / "versions").mkdir(parents=True)
    (root / "versions/000001.json").write_text(content)
    with pytest.raises(SourceError, match=r"versions/000001\.json is damaged"):
        newest(root)


def test_other_names_in_the_folder_are_no_versions(put: Publish, root: Path) -> None:
    put(a_release())
    for name in ("000002.json.tmp", "2.json", ".000003.json", "notes.txt"):
        (root / "versions" / name).write_text("{}")
    assert numbers(root) == (1,)


def test_a_version_that_is_not_there_is_wrong_usage(put: Publish, root: Path) -> None:
    with pytest.raises(UsageError, match="no dataset version 7; there are none yet"):
        read_version(root, 7)
    put(a_release())
    with pytest.raises(UsageError, match="no dataset version 7; there are 1 to 1"):
        read_version(root, 7)
