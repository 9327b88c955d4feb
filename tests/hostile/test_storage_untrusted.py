"""What somebody else put into a root: forged notes, pipes, files of other programs, odd names."""

from __future__ import annotations

import os
import re
import shutil
import socket
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import SourceError
from pipelines.files.regular_files import open_regular
from tests.forms import some
from tests.warehouse.conftest import NOW, Publish, a_release, contents, tree
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_newest
from warehouse.database.query import run_sql
from warehouse.storage.data_paths import FILE, SIDE_FILES, data_path, is_data_path
from warehouse.storage.local import LocalFolder
from warehouse.storage.local_locks import FOLDER
from warehouse.versions import newest, prune, publish
from warehouse.versions.verify import verify_versions

RELIABILITY = Path(__file__).parents[2] / "docs/explanation/trust.md"
WRITER = "0" * 32
FOREIGN = "parquet/pages/rel=v2.20.0/0123456789abcdef.parquet"


def _note(root: Path, *paths: str, writer: str = WRITER) -> None:
    (root / FOLDER).mkdir(exist_ok=True)
    (root / FOLDER / f"{writer}.lock").write_text("".join(f"{path}\n" for path in paths))


FORGED = (
    "versions/000001.json",
    "warehouse.duckdb",
    "archive/x.warc.gz",
    "{outside}",
    "../outside.txt",
    "parquet/../../outside.txt",
    "parquet/pages/rel=v2.20.0/../../../versions/000001.json",
    "parquet/pages/rel=v2.20.0/0123456789ABCDEF.parquet",
    "parquet/pages/rel=v2.20/0123456789abcdef.parquet",
    "./parquet/pages/rel=v2.20.0/0123456789abcdef.parquet",
    "parquet//pages/rel=v2.20.0/0123456789abcdef.parquet",
    "\0",
)


def test_forged_notes_delete_nothing(built: Path) -> None:
    outside = built.parent / "outside.txt"
    outside.write_text("precious")
    before = tree(built)
    for number, path in enumerate(FORGED):
        # Each in a note of its own: one that is refused may spoil no other.
        _note(built, path.replace("{outside}", str(outside)), writer=f"{number:032x}")
    publish(built, [a_release("2.20.0")], source="a test", now=NOW)
    assert tree(built) == before
    assert outside.read_text() == "precious"


def test_a_note_deletes_what_no_version_needs_and_nothing_else(put: Publish, root: Path) -> None:
    put(a_release("2.20.0"))
    needed = newest(root).files[0].path  # type: ignore[union-attr]
    left = root / FOREIGN
    left.write_bytes(b"PAR1")
    _note(root, needed, FOREIGN)
    put(a_release("2.20.0"))
    assert not left.exists()
    assert (root / needed).exists()
    assert not (root / FOLDER).exists()


def test_a_note_waits_while_a_version_cannot_be_read(put: Publish, root: Path) -> None:
    put(a_release("2.20.0"))
    put(a_release("2.20.0", rows=3))
    (root / "versions/000001.json").write_text("{}")
    (root / FOREIGN).write_bytes(b"PAR1")
    _note(root, FOREIGN)
    assert put(a_release("2.20.0", rows=4)).version == 3
    assert (root / FOREIGN).exists()
    assert (root / FOLDER / f"{WRITER}.lock").exists()


@pytest.mark.parametrize("name", ["*" * 32, "[0-9]" + "x" * 27, "?" * 32, "notes.txt"])
def test_names_aside_that_no_writer_has_are_left(built: Path, name: str) -> None:
    _note(built, "x", writer=name)
    precious = built / FOLDER / f"{'a' * 31}b-0.txt"
    kept = built / FOLDER / "keep.txt"
    for path in (precious, kept):
        path.write_text("x")
    LocalFolder(built).tidy(frozenset)
    assert kept.exists()
    assert (built / FOLDER / f"{name}.lock").exists()


@pytest.mark.parametrize("where", [f".aside/{WRITER}.lock", f".aside/{WRITER}-0"])
def test_a_pipe_or_link_aside_hangs_nobody(put: Publish, root: Path, where: str) -> None:
    put(a_release("2.20.0"))
    (root / FOLDER).mkdir()
    os.mkfifo(root / where)
    assert put(a_release("2.20.0", rows=3)).version == 2
    shutil.rmtree(root / FOLDER, ignore_errors=True)
    (root / FOLDER).mkdir()
    (root / where).symlink_to("/dev/zero")
    assert put(a_release("2.20.0", rows=4)).version == 3


@given(st.text(max_size=80) | st.from_regex(r"parquet/[a-z.]*/[a-z=0-9./]*", fullmatch=True))
def test_only_a_path_of_our_own_form_is_a_data_path(path: str) -> None:
    if is_data_path(path):
        _, table, release, name = path.split("/")
        assert path == data_path(table, release.removeprefix("rel=v"), name[:16])


def _pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def test_a_pipe_in_the_place_of_a_file_hangs_nobody(built: Path) -> None:
    data = newest(built).files[0].path  # type: ignore[union-attr]
    for name, ask in (
        (FILE, lambda: run_sql(built, "SELECT 1")),
        (FILE, lambda: build_database(built)),
        (data, lambda: verify_versions(built)),
        (data, lambda: publish(built, [a_release("2.21.0")], source="a test", now=NOW)),
        ("versions/000001.json", lambda: newest(built)),
    ):
        kept = (built / name).read_bytes()
        _pipe(built / name)
        with pytest.raises(SourceError, match="not a regular file") as caught:
            ask()
        assert "\n" not in str(caught.value)
        (built / name).unlink()
        (built / name).write_bytes(kept)


def test_a_folder_a_socket_and_a_circle_of_links_are_no_files(tmp_path: Path) -> None:
    folder, circle, door = tmp_path / "folder", tmp_path / "circle", tmp_path / "door"
    folder.mkdir()
    circle.symlink_to(circle)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(door))
        for path in (folder, circle, door):
            with pytest.raises(OSError, match=r"regular|links|No such device"):
                open_regular(path)
            with pytest.raises(SourceError):
                LocalFolder(tmp_path).size(path.name)


def _leave_a_wal(path: Path) -> None:
    """Delete flags as another client does that dies before it has written the file itself."""
    path.chmod(0o644)
    copy = path.with_name("client.duckdb")
    shutil.copy(path, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("SET wal_autocheckpoint = '1TB'; PRAGMA disable_checkpoint_on_shutdown")
        connection.execute("DELETE FROM quality_flags")
    copy.with_name("client.duckdb.wal").rename(path.with_name(f"{FILE}.wal"))
    copy.unlink()


@pytest.mark.parametrize("delete", [False, True])
def test_what_another_client_left_is_refused_told_and_moved_away(
    built: Path, *, delete: bool
) -> None:
    flags = "SELECT count(*) AS n FROM quality_flags"
    before = run_sql(built, flags)
    _leave_a_wal(built / FILE)
    with duckdb.connect(str(built / FILE), read_only=True) as client:
        assert client.execute(flags).fetchone() == (0,)  # what any other reader would see
    with pytest.raises(SourceError, match=r"warehouse\.duckdb\.wal was left by another") as caught:
        run_sql(built, flags)
    assert "\n" not in str(caught.value)
    assert ("left over", f"{FILE}.wal") in verify_versions(built).database
    if delete:
        (built / FILE).unlink()
    assert build_database(built).rebuilt
    assert not (built / f"{FILE}.wal").exists()
    assert run_sql(built, flags) == before
    assert verify_versions(built).clean


@pytest.mark.parametrize("side", SIDE_FILES)
def test_every_side_file_goes_when_the_file_is_replaced(built: Path, side: str) -> None:
    (built / side).write_bytes(b"x")
    assert build_database(built).rebuilt
    assert not (built / side).exists()


@pytest.mark.parametrize("side", SIDE_FILES)
@pytest.mark.parametrize("options", ["FORMAT csv", "FORMAT csv, PARTITION_BY a, OVERWRITE"])
def test_what_a_client_copies_beside_the_file_goes(built: Path, side: str, options: str) -> None:
    settings = re.search(r"```sql\n(.*?)```", RELIABILITY.read_text(), re.DOTALL)
    assert settings
    with duckdb.connect(str(built / FILE), read_only=True) as client:
        client.execute(settings[1])
        copy = f"COPY (SELECT 'x' AS a, 1 AS b) TO '{built / side}' ({options})"
        with suppress(duckdb.PermissionException):  # of a folder, the empty folder stays
            try:
                client.execute(copy)
            except duckdb.BinderException as refused:
                # DuckDB 2 refuses this itself; an older client has left a file.
                assert "belongs to an attached database" in str(refused)  # noqa: PT017
                (built / side).write_bytes(b"a,b")
    assert (built / side).exists()
    with pytest.raises(SourceError, match=r"warehouse\.duckdb\.wal\S* was left by") as caught:
        run_sql(built, "FROM dataset")
    assert "\n" not in str(caught.value)
    assert verify_versions(built).database == (("left over", side),)
    assert build_database(built).rebuilt
    assert verify_versions(built).clean
    assert run_sql(built, "FROM dataset").num_rows == 1


@pytest.mark.parametrize("kind", ["a folder with a file", "a pipe", "a link", "a dead link"])
def test_whatever_is_beside_the_file_is_refused_and_goes_or_is_named(
    built: Path, kind: str
) -> None:
    side, target = built / f"{FILE}.wal", built / "versions/000001.json"
    if kind == "a folder with a file":
        side.mkdir()
        (side / "mine").write_text("mine")
    elif kind == "a pipe":
        os.mkfifo(side)
    else:
        side.symlink_to(target if kind == "a link" else built / "nothing")
    with pytest.raises(SourceError, match="was left by another program"):
        run_sql(built, "FROM dataset")
    assert verify_versions(built).database == (("left over", f"{FILE}.wal"),)
    if kind == "a folder with a file":
        with pytest.raises(SourceError, match=r"\.wal: a folder is there that is not empty"):
            build_database(built)
        assert (side / "mine").read_text() == "mine"
        return
    assert build_database(built).rebuilt
    assert not side.is_symlink()
    assert not side.exists()
    assert target.exists()


def test_a_side_file_that_comes_while_the_file_is_built_goes_too(root: Path) -> None:
    def make(path: Path) -> None:
        path.write_bytes(b"new")
        (root / "one.wal").write_bytes(b"x")

    with LocalFolder(root).writing() as writer:
        writer.replace("one", make, beside=["one.wal"])
    assert contents(root) == {"one": b"new"}


def test_the_published_file_is_read_only(built: Path) -> None:
    assert (built / FILE).stat().st_mode & 0o777 == 0o444
    publish(built, [a_release("2.21.0")], source="a test", now=NOW)
    assert build_database(built).rebuilt
    assert (built / FILE).stat().st_mode & 0o777 == 0o444


def test_a_changed_warehouse_file_is_told_by_verify(built: Path) -> None:
    assert verify_versions(built).clean
    (built / FILE).chmod(0o644)
    with duckdb.connect(str(built / FILE)) as connection:
        connection.execute("DELETE FROM quality_flags")
    verified = verify_versions(built)
    assert verified.database == (("damaged", FILE),)
    assert "1 missing or damaged" in verified.sentence


def test_a_database_of_something_else_is_neither_read_nor_replaced(built: Path) -> None:
    (built / FILE).unlink()
    with duckdb.connect(str(built / FILE)) as connection:
        connection.execute("CREATE TABLE precious AS SELECT 1 AS a")
    before = (built / FILE).read_bytes()
    for act in (lambda: run_sql(built, "FROM precious"), lambda: build_database(built)):
        with pytest.raises(SourceError, match="is not a Neuron Warehouse") as caught:
            act()
        assert "\n" not in str(caught.value)
    assert (built / FILE).read_bytes() == before


def test_an_empty_database_is_replaced(built: Path) -> None:
    (built / FILE).unlink()
    duckdb.connect(str(built / FILE)).close()
    assert build_database(built).rebuilt


def test_a_corrupt_block_is_damage_and_no_lock(built: Path) -> None:
    path = built / FILE
    data = bytearray(path.read_bytes())
    data[12_288:] = b"\xff" * (len(data) - 12_288)
    path.unlink()
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match="is damaged") as caught:
        run_sql(built, "FROM benchmark_results")
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def siblings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two roots, whose names the patterns below match."""
    folder = tmp_path_factory.mktemp("siblings")
    publish(folder / "data", [a_release("2.20.0", rows=7)], source="a sibling", now=NOW)
    shutil.copytree(folder / "data", folder / "dbta")
    return folder


@pytest.mark.stress
@pytest.mark.parametrize("name", some(["d?ta", "d*ta", "[a-z]*", "d[ab]ta", "data{1,2}"], 3))
def test_a_root_named_like_a_pattern_reads_its_own_files_alone(siblings: Path, name: str) -> None:
    root = siblings / name
    publish(root, [a_release("2.20.0", rows=2)], source="a test", now=NOW)
    build_database(root)
    assert run_sql(root, "SELECT count(*) AS n FROM benchmarks").to_pylist() == [{"n": 2}]
    with open_newest(root) as connection:
        assert connection.execute("SELECT count(*) FROM benchmarks").fetchone() == (2,)
    assert run_sql(root, "SELECT count(*) AS n FROM benchmarks", 1).to_pylist() == [{"n": 2}]


def test_pruning_leaves_what_is_no_data_file(put: Publish, root: Path) -> None:
    put(a_release("2.20.0"))
    (root / "parquet/notes.txt").write_text("mine")
    (root / FOREIGN).write_bytes(b"PAR1")
    assert prune(root, 1).files == (FOREIGN,)
    assert (root / "parquet/notes.txt").exists()
