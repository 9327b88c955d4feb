"""The files of the archive's folder: their names, their indexes, and what to do with a torn one.

Here belong the steps that touch a file as a whole. Which records are kept stands in `store`.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.files.fsync import sync
from pipelines.sources.archive.records import Stored
from pipelines.sources.archive.warc import read_records, stored_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TORN = "torn"
"""The folder in the archive where whole copies of torn files are set aside."""
_NAME = re.compile(r"(\d{6,})\.warc\.gz", re.ASCII)
_KEPT = ("response", "revisit", "metadata")


@dataclass(frozen=True, slots=True)
class Mended:
    """A file that was torn, and how many bytes at its end were no whole record."""

    file: str
    lost: int


def names(folder: Path) -> tuple[str, ...]:
    """Return the names of the WARC files, oldest first; none where there is no folder."""
    with archive_errors_named("read", folder):
        try:
            found = os.listdir(folder)  # noqa: PTH208 - names alone
        except FileNotFoundError:
            return ()
    return tuple(sorted(name for name in found if _NAME.fullmatch(name)))


def next_name(folder: Path) -> str:
    """Return the name of the next file: one that no file has had, torn ones included."""
    taken = (*names(folder), *names(folder / TORN))
    number = max((int(name.partition(".")[0]) for name in taken), default=0) + 1
    return f"{number:06}.warc.gz"


def is_sealed(folder: Path, name: str) -> bool:
    """Return whether the session that wrote a file came to its end."""
    return _index_of(folder, name).is_file()


def records_of(folder: Path, name: str) -> list[Stored]:
    """Return a file's records from its index, or from itself where the index does not fit it."""
    with archive_errors_named("read", folder / name):
        try:
            head, *lines = _index_of(folder, name).read_text(encoding="utf-8").splitlines()
            size = (folder / name).stat().st_size
            if json.loads(head) == {"bytes": size, "records": len(lines)}:
                return [Stored(**json.loads(line), file=name) for line in lines]
        except (FileNotFoundError, ValueError, TypeError):
            pass
        return _scan(folder, name)[0]


def part_of(record: Stored, folder: Path) -> bytes:
    """Return the bytes of one record."""
    path = folder / record.file
    with archive_errors_named("read", path), path.open("rb") as file:
        file.seek(record.offset)
        return file.read(record.length)


def mend(folder: Path, name: str) -> Mended | None:
    """Seal a file that was not; where it is torn, set it aside and keep its whole records."""
    if is_sealed(folder, name):
        return None
    path = folder / name
    records, end = _scan(folder, name)
    lost = path.stat().st_size - end
    if lost:
        (folder / TORN).mkdir(exist_ok=True)
        aside = folder / TORN / name
        aside.unlink(missing_ok=True)
        aside.hardlink_to(path)
        whole = folder / f"{name}.whole"
        whole.write_bytes(path.read_bytes()[:end])
        sync(whole)
        whole.replace(path)
    seal(folder, name, records, end)
    return Mended(name, lost) if lost else None


def seal(folder: Path, name: str, records: Sequence[Stored], size: int) -> None:
    """Write a file's index, which says that the file is complete."""
    lines = [json.dumps({"bytes": size, "records": len(records)})]
    for record in records:
        facts = asdict(record)
        del facts["file"]
        lines.append(json.dumps(facts))
    aside = folder / f"{name}.indexing"
    aside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sync(aside)
    aside.replace(_index_of(folder, name))
    sync(folder)


@contextmanager
def archive_errors_named(action: str, path: Path) -> Iterator[None]:
    """Turn an operating system's error into a sentence that names the file."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"cannot {action} {path}: {error.strerror or error}; mend that and build again"
        ) from error


def _index_of(folder: Path, name: str) -> Path:
    return folder / name.replace(".warc.gz", ".index")


def _scan(folder: Path, name: str) -> tuple[list[Stored], int]:
    """Read a file record by record: those that are whole, and where they end."""
    found, end = [], 0
    for read in read_records((folder / name).read_bytes()):
        end = read.offset + read.length
        if read.record.rec_type in _KEPT:
            found.append(stored_from(read, name))
    return found, end
