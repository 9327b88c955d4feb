"""The root's `datapackage.json`: always of the newest version, and readable by others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import frictionless

from tests.warehouse.conftest import NOW, Publish, a_release
from warehouse.storage.data_paths import PACKAGE
from warehouse.storage.roots import open_root
from warehouse.versions import newest, restore
from warehouse.versions.root_package import describe_root, root_package

if TYPE_CHECKING:
    from pathlib import Path


def _package(root: Path) -> dict[str, object]:
    return json.loads((root / PACKAGE).read_bytes())  # type: ignore[no-any-return]


def test_frictionless_validates_the_root(put: Publish, root: Path) -> None:
    put(a_release("2.19.0"), a_release("2.20.0"))
    report = frictionless.validate(str(root / PACKAGE))
    assert report.valid, report.to_summary()
    assert report.tasks


def test_a_table_is_one_resource_with_its_schema_and_the_files_of_the_version(
    put: Publish, root: Path
) -> None:
    put(a_release("2.19.0"), a_release("2.20.0"))
    descriptor = newest(root)
    assert descriptor is not None
    package = frictionless.Package(str(root / PACKAGE))
    assert {one.name for one in package.resources} == set(descriptor.schemas)
    for raw in _package(root)["resources"]:  # type: ignore[attr-defined]
        assert raw["path"] == [file.path for file in descriptor.files_of(raw["name"])]
        assert all((root / path).is_file() for path in raw["path"])
    schema = package.get_resource("releases").schema
    assert schema.get_field("minor").type == "string"
    assert schema.primary_key == ["release"]


def test_it_follows_each_version(put: Publish, root: Path) -> None:
    put(a_release())
    put(a_release(rows=5))
    assert _package(root)["version"] == "2"
    restore(root, 1, now=NOW)
    assert _package(root)["version"] == "3"


def test_a_lost_or_damaged_one_is_written_again_and_nothing_else(put: Publish, root: Path) -> None:
    put(a_release())
    whole = (root / PACKAGE).read_bytes()
    for damage in (b"", b"{}", whole[:-1] + b" "):
        (root / PACKAGE).write_bytes(damage)
        assert not put(a_release()).changed
        assert (root / PACKAGE).read_bytes() == whole
    (root / PACKAGE).unlink()
    put(a_release())
    assert (root / PACKAGE).read_bytes() == whole


def test_an_older_run_does_not_describe_over_a_newer_one(put: Publish, root: Path) -> None:
    older = put(a_release()).descriptor
    newer = put(a_release(rows=5)).descriptor
    describe_root(open_root(root), older)
    assert (root / PACKAGE).read_bytes() == root_package(newer)
