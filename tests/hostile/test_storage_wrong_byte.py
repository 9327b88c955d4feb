"""A warehouse file with one wrong byte, and failures of DuckDB that have nothing to do with one.

Whatever byte is wrong, a command prints the right rows or one line that says what to do.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.errors import SourceError
from tests.forms import FULL, some
from tests.warehouse.conftest import NOW, a_release
from warehouse.database import connect, untrusted_query, version_tables
from warehouse.database.build_file import build_database
from warehouse.database.connect import open_file
from warehouse.database.open_version import open_newest, open_warehouse
from warehouse.database.query import run_sql
from warehouse.storage.data_paths import CHECKSUM, FILE
from warehouse.storage.roots import open_root
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.calling import Call, Called

HEADERS, BLOCK = 3 * 4096, 2**18
"""How DuckDB lays out a file: a main header and two database headers, then blocks."""
COMMANDS = (
    ("sql", "SELECT count(*) AS n, bit_xor(hash(t)) AS rows FROM benchmark_results AS t"),
    ("sql", "SELECT count(*) AS n, bit_xor(hash(t)) AS rows FROM history AS t"),
    ("tables",),
    ("compare", "2.18", "2.20", "--format", "json"),
    ("packages", "2.20"),
    ("diff-tables", "2.18", "2.20"),
)
# To count the rows of each view takes longer than all others: in full form only.
READING = COMMANDS if FULL else tuple(one for one in COMMANDS if one != ("tables",))


@pytest.fixture(scope="module")
def writable(
    bundled_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, bytes]]:
    """Return a root whose warehouse file a test may change, and the file's bytes."""
    root = tmp_path_factory.mktemp("wrong-byte")
    for name in (FILE, CHECKSUM):
        shutil.copy(bundled_root / name, root / name)
    (root / FILE).chmod(0o644)
    yield root, (root / FILE).read_bytes()
    shutil.rmtree(root)


@pytest.fixture
def answers(writable: tuple[Path, bytes], call: Call) -> dict[tuple[str, ...], Called]:
    """Return what each command prints of the whole file that reads its rows."""
    root, data = writable
    (root / FILE).write_bytes(data)
    found = {command: call(*command, "--root", str(root)) for command in READING}
    assert all(answer.returncode == 0 for answer in found.values()), found
    return found


@pytest.mark.stress
def test_one_wrong_byte_is_named_or_changes_no_answer(
    writable: tuple[Path, bytes], answers: dict[tuple[str, ...], Called], call: Call
) -> None:
    root, data = writable
    blocks = range(HEADERS, len(data) - 1, BLOCK)
    in_headers = [9, 4104, 8208]
    in_blocks = [block + (0, 100, 9_000)[block % 3] for block in some(blocks, 31)]
    refused = answered = 0
    for at in (*in_headers, *in_blocks):
        wrong = bytearray(data)
        wrong[at] ^= 0x41
        (root / FILE).write_bytes(wrong)
        for command in COMMANDS if at in in_headers else READING:
            found = call(*command, "--root", str(root))
            if found.returncode == 0:
                answered += 1
                assert found.output == answers[command].output, (at, command)
                continue
            refused += 1
            assert (found.returncode, found.output) == (3, b""), (at, command)
            assert found.stderr.count("\n") == 1, (at, command, found.stderr)
            assert f"{FILE} is damaged: DuckDB cannot read it; delete it" in found.stderr
    # A wrong byte in a header stops every command; one in a block, those that read the block.
    assert refused >= len(in_headers) * len(COMMANDS)
    assert answered


def test_what_the_message_says_repairs_a_wrong_byte(built: Path) -> None:
    query = "SELECT bit_xor(hash(t)) AS rows FROM benchmarks AS t"
    before = run_sql(built, query)
    wrong = bytearray((built / FILE).read_bytes())
    wrong[4096] ^= 1
    (built / FILE).chmod(0o644)
    (built / FILE).write_bytes(wrong)
    with pytest.raises(SourceError, match="delete it and run `neuron-warehouse build`"):
        run_sql(built, query)
    (built / FILE).unlink()
    publish(built, [a_release("2.21.0")], source="a test", now=NOW)
    assert build_database(built).rebuilt
    assert run_sql(built, f"{query} WHERE release <> '2.21.0'") == before


OWN_FAULTS = (
    (
        duckdb.InternalException("INTERNAL Error: Attempted to do x\nstack"),
        "by a fault of DuckDB itself",
    ),
    (
        duckdb.FatalException("FATAL Error: Failed: database has been invalidated"),
        "by a fault of DuckDB itself",
    ),
    (duckdb.OutOfMemoryException("Out of Memory Error: could not allocate"), "needs more memory"),
    (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), "was interrupted"),
    (duckdb.IOException("IO Error: Cannot open file: Too many open files"), "Too many open files"),
)


OPENINGS: dict[str, Callable[[Path], AbstractContextManager[object]]] = {
    "the file": lambda root: open_file(open_root(root)),
    "a version": lambda root: open_warehouse(root, 1),
    "the newest version": open_newest,
}


# A version is loaded again for each failure, which takes longer than to open the file.
@pytest.mark.stress
@pytest.mark.parametrize(
    ("opening", "error", "sentence"),
    [
        (opening, *fault)
        for opening in OPENINGS
        for fault in (OWN_FAULTS if opening == "the file" else some(OWN_FAULTS, 5))
    ],
)
def test_a_failure_of_duckdb_itself_is_not_called_damage(
    built_once: Path, opening: str, error: duckdb.Error, sentence: str
) -> None:
    with pytest.raises(SourceError, match=sentence) as caught, OPENINGS[opening](built_once):
        raise error
    assert "\n" not in str(caught.value)
    assert "damaged" not in str(caught.value)
    assert str(built_once) in str(caught.value)


def test_a_failure_on_a_file_of_other_bytes_is_damage(built: Path) -> None:
    (built / CHECKSUM).write_text(f"{'0' * 64}  {FILE}\n")
    with pytest.raises(SourceError, match="is damaged"), open_file(open_root(built)):
        raise duckdb.InternalException("INTERNAL Error: Attempted to do x")


def test_a_failure_while_a_version_is_loaded_is_not_called_damage(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate")

    monkeypatch.setattr(version_tables, "load_version", fail)
    for opened in (open_warehouse(built, 1), open_newest(built)):
        with pytest.raises(SourceError, match=r"loading version 1 of .* needs more memory"), opened:
            pass


def test_a_query_that_needs_too_much_memory_is_wrong_usage_in_one_line(
    built: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "_LOCKED", connect._LOCKED.replace("2GB", "20MB"))
    query = "SELECT count(DISTINCT range || 'x' || range) FROM range(2_000_000)"
    found = call("sql", query, "--root", str(built))
    assert found.returncode == 2
    assert found.stderr.count("\n") == 1
    assert "the query needs more memory than DuckDB may use (" in found.stderr


@pytest.mark.parametrize("version", [(), ("--version", "1")])
def test_ctrl_c_ends_a_query_in_one_line(
    built: Path, call: Call, monkeypatch: pytest.MonkeyPatch, version: tuple[str, ...]
) -> None:
    # Programs in the background ignore Ctrl-C, and a test run may be one.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    # From another process, as a terminal sends it: Python 3.13 never sees one of its own threads'.
    sending = ["sh", "-c", f"sleep 0.3; kill -INT {os.getpid()}"]
    senders: list[subprocess.Popen[bytes]] = []

    def lock_down_then_interrupt(connection: duckdb.DuckDBPyConnection) -> None:
        connect.lock_down(connection)
        # The query is next: earlier, the tests would be interrupted.
        senders.append(subprocess.Popen(sending))

    monkeypatch.setattr(untrusted_query, "lock_down", lock_down_then_interrupt)
    query = "SELECT sum(a.range * b.range) FROM range(10_000_000_000) AS a, range(1_000) AS b"
    try:
        found = call("sql", query, "--root", str(built), *version)
    finally:
        signal.signal(signal.SIGINT, before)
    (sender,) = senders
    assert sender.wait() == 0
    assert found.returncode == 130
    assert found.stderr == "neuron-warehouse: interrupted; the last good version stays\n"
