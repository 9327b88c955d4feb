"""What describes the site's tables, checked by readers of each standard where one is at hand."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import frictionless
import pyarrow.parquet as pq
import pytest
import yaml

from pipelines.contract import TABLES
from tests.forms import only_in_full
from warehouse.publication.sheets import FORMS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_frictionless_validates_the_data_package(bundled_publication: Path) -> None:
    report = frictionless.validate(str(bundled_publication / "datapackage.json"))
    assert report.valid, report.to_summary()
    assert len(report.tasks) == len(TABLES) + 2


def test_a_reader_of_the_data_package_gets_releases_as_text(bundled_publication: Path) -> None:
    package = frictionless.Package(str(bundled_publication / "datapackage.json"))
    rows = package.get_resource("releases").read_rows()
    assert ("2.20.2", "2.20") in {(row["release"], row["minor"]) for row in rows}


def test_a_kept_version_has_a_descriptor_of_its_own(bundled_publication: Path) -> None:
    folder = bundled_publication / "data" / "v1"
    package = json.loads((folder / "datapackage.json").read_bytes())
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert all((folder / other).is_file() for other in resource["otherForms"].values())


def test_every_form_of_a_table_has_the_same_rows(bundled_publication: Path) -> None:
    latest = bundled_publication / "data" / "latest"
    for table in TABLES:
        rows = pq.read_table(io.BytesIO((latest / f"{table.name}.parquet").read_bytes()))
        as_json = json.loads((latest / f"{table.name}.json").read_bytes())
        assert len(as_json) == rows.num_rows
        assert (
            (latest / f"{table.name}.csv")
            .read_bytes()
            .startswith(",".join(column.name for column in table.columns).encode())
        )
    assert len(list(latest.iterdir())) == (len(TABLES) + 2) * len(FORMS)


# In short form: `test_croissant_names_hashes_and_columns_of_files_that_exist` reads the metadata.
@only_in_full
@pytest.mark.stress
@pytest.mark.slow
def test_mlcroissant_validates_the_croissant_metadata_and_reads_rows(
    bundled_publication: Path, tmp_path: Path
) -> None:
    """Its own process: it changes how the whole interpreter logs and warns."""
    # Without an address its files are relative: it reads them from the folder, and no network.
    raw = json.loads((bundled_publication / "croissant.json").read_bytes())
    for file in raw["distribution"]:
        path = file["contentUrl"].removeprefix("https://neuron.example/site/")
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).symlink_to(bundled_publication / path)
        file["contentUrl"] = path
    (tmp_path / "croissant.json").write_text(json.dumps(raw), encoding="utf-8")
    script = """
import itertools, sys
import mlcroissant
for jsonld in sys.argv[1:]:
    dataset = mlcroissant.Dataset(jsonld=jsonld)
    found = dataset.metadata.ctx.issues
    assert not found.errors and not found.warnings, found.report()
for name in ("releases", "measurements", "history"):
    (row,) = itertools.islice(dataset.records(record_set=name), 1)
    print(row[f"{name}/release"].decode())
"""
    both = [str(folder / "croissant.json") for folder in (bundled_publication, tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", script, *both], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 3


def test_croissant_names_hashes_and_columns_of_files_that_exist(bundled_publication: Path) -> None:
    raw = json.loads((bundled_publication / "croissant.json").read_bytes())
    schemas = {}
    for file in raw["distribution"]:
        path = file["contentUrl"].removeprefix("https://neuron.example/site/")
        content = (bundled_publication / path).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        schemas[file["@id"]] = pq.read_schema(io.BytesIO(content)).names
    for records in raw["recordSet"]:
        ids = {field["@id"] for field in records["field"]}
        assert {key["@id"] for key in records.get("key", ())} <= ids
        columns = [field["source"]["extract"]["column"] for field in records["field"]]
        (file,) = {field["source"]["fileObject"]["@id"] for field in records["field"]}
        assert columns == schemas[file]


def test_the_citation_is_yaml_with_what_its_standard_demands(bundled_publication: Path) -> None:
    raw = yaml.safe_load((bundled_publication / "CITATION.cff").read_text(encoding="utf-8"))
    assert raw["cff-version"] == "1.2.0"
    assert raw["authors"][0]["name"].startswith("Amazon.com")
    assert (raw["license"], raw["version"], raw["type"]) == ("CC-BY-SA-4.0", "1", "dataset")
    assert str(raw["date-released"]) == "2026-01-02"
    assert "CC BY-SA 4.0" in raw["message"]


def test_the_licence_names_source_and_changes(bundled_publication: Path) -> None:
    text = (bundled_publication / "LICENSE.txt").read_text(encoding="utf-8")
    assert "CC-BY-SA-4.0" in text
    assert "Amazon.com" in text
    assert "What was changed here" in text
