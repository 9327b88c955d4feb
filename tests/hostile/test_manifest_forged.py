"""Manifests that somebody forged, damaged or lost: one line that names the version."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import SourceError
from tests.warehouse.conftest import LONG
from tests.warehouse.versions.long_histories import a_long_version, documents_of, read_back
from warehouse.storage.data_paths import MANIFESTS
from warehouse.versions import newest, numbers
from warehouse.versions.listing import forget
from warehouse.versions.stored_form.descriptor_json import Documents, documents, from_documents
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.calling import Call

DAMAGE: Mapping[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[:-9],
    "another": lambda _: b"{}",
    "empty": lambda _: b"",
    "one digit": lambda data: data.replace(b"1", b"2", 1),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_manifest_is_one_line_for_every_command(
    long: Path, call: Call, kind: str
) -> None:
    for document in sorted(documents_of(long))[::4]:
        path = long / document
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(DAMAGE[kind](data))
        forget()
        for command in (("versions",), ("versions", "verify"), ("versions", "show", "1")):
            done = call(*command, "--root", str(long))
            assert (done.returncode, done.stderr.count("\n")) == (3, 1), document
            assert "versions/000001.json" in done.stderr
            assert "is damaged" in done.stderr
        path.write_bytes(data)
    forget()
    assert verify_versions(long).clean


def test_a_lost_manifest_is_named(long: Path) -> None:
    lost = sorted(documents_of(long))[3]
    (long / lost).unlink()
    forget()
    with pytest.raises(SourceError, match=lost):
        newest(long)
    assert numbers(long) == (1,)


ZEROS = "0" * 64
ODD_FILES: tuple[Any, ...] = (
    None, [], {}, "x", [ZEROS, 1], [ZEROS, -1, 1], [ZEROS, 1, True], [ZEROS, 1.5, 1],
    ["0" * 63 + "g", 1, 1], ["0" * 128, 1, 1], ["", 1, 1], [None, 1, 1], [ZEROS, "1", 1],
    [ZEROS, 1, 1, "../../etc/passwd"], [ZEROS, 1, 1, 5], [ZEROS, 1, 1, "", ""],
    [ZEROS, 1, 1, f"parquet/x/rel=v2.0.0/{'1' * 16}.parquet"],
    [ZEROS, 1, 1, f"parquet/x/rel=v2.0.1/{'0' * 16}.parquet"],
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD_FILES, ids=repr)
def test_a_forged_manifest_is_damage(odd: object) -> None:
    _damaged(lambda raw: raw["benchmarks"].update({"2.0.0": odd}))


@pytest.mark.parametrize("name", ["../../x", "2.20", "2.20.0.1", "", "2.9999999999.0", "\ud800"])
def test_a_manifest_of_a_forged_release_is_damage(name: str) -> None:
    _damaged(lambda raw: raw["benchmarks"].update({name: ["0" * 64, 1, 1]}))


@pytest.mark.parametrize("name", ["../x", "Pages", "", "a b", "\ud800"])
def test_a_manifest_of_a_forged_table_is_damage(name: str) -> None:
    _damaged(lambda raw: raw.update({name: {"2.0.0": ["0" * 64, 1, 1]}}))


def test_one_release_in_two_manifests_is_damage() -> None:
    _damaged(lambda raw: raw["benchmarks"].update({LONG[-1]: ["0" * 64, 1, 1]}))


def _damaged(change: Callable[[dict[str, Any]], object]) -> None:
    """Put a forged manifest in the place of the first, with its right hash in the descriptor."""
    stored = documents(a_long_version(LONG))
    raw = json.loads(stored.descriptor)
    first = raw["resources"][0]
    forged = json.loads(stored.others[first["path"]])
    change(forged)
    data = json.dumps(forged).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"{MANIFESTS}/{sha256[:16]}.json"
    raw["resources"][0] = first | {"path": path, "hash": f"sha256:{sha256}"}
    others = {**stored.others, path: data}
    with pytest.raises(SourceError, match=r"x\.json is damaged") as caught:
        read_back(Documents(json.dumps(raw).encode(), others))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["../../etc/passwd", "versions/000001.json", "x", None, 5])
def test_a_descriptor_opens_nothing_but_manifests(path: object) -> None:
    stored = documents(a_long_version(LONG))
    for place in ("schemas", "resources"):
        raw = json.loads(stored.descriptor)
        (raw["resources"][0] if place == "resources" else raw["schemas"]).update(path=path)

        def read(_: object) -> dict[str, bytes]:
            pytest.fail("it was opened")

        with pytest.raises(SourceError, match="is damaged"):
            from_documents(json.dumps(raw).encode(), "x.json", read)
