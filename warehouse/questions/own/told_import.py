"""This module words what an import did, and lists the imports of a root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.database.own_imports.import_records import current_imports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warehouse.database.own_imports.import_records import OwnImport
    from warehouse.questions.own.import_results import ImportDone

LIST_COLUMNS: Mapping[str, str] = {
    "number": "int64",
    "tool": "string",
    "file": "string",
    "runs": "int64",
    "figures": "int64",
    "flagged": "int64",
    "model": "string",
    "sdk": "string",
    "counts": "bool",
}
"""The columns of the list of imports, with their types."""


def import_sentences(done: ImportDone) -> Iterator[str]:
    """Yield what was imported, the most important first."""
    record = done.record
    runs = len({row["run"] for row in record.rows})
    what = f"{how_many(len(record.rows), 'figure')} of {how_many(runs, 'run')}"
    if done.is_new:
        yield f"Import {record.number}: {record.file_name} ({done.reader.title}), {what}."
    else:
        yield f"No changes: import {record.number} already holds {record.file_name}, {what}."
    for row in {row["run"]: row for row in record.rows}.values():
        yield _run(row)
    yield from done.remarks
    for flag in done.flags:
        yield f"Flagged and kept as it is: {flag.metric}{_of(flag.unit)} {flag.message}."


def _of(unit: str | None) -> str:
    return f" in {unit}" if unit else ""


def _run(row: Any) -> str:
    known = [
        f"{label} {row[name]:,}"
        for name, label in (
            ("batch_size", "batch"),
            ("concurrency", "concurrency"),
            ("input_length", "input"),
            ("output_length", "output"),
            ("sequence_length", "length"),
        )
        if row.get(name)
    ]
    where = f"{row['model']} on {', '.join(row['instance_types'])}"
    sdk = f", SDK {row['measured_release']}" if row.get("measured_release") else ""
    return f"  {where}{''.join(f', {one}' for one in known)}{sdk}"


def import_document(done: ImportDone) -> dict[str, Any]:
    """Return the same as one object for JSON."""
    return {
        "import_number": done.record.number,
        "is_new": done.is_new,
        "tool": done.reader.tool,
        "file_name": done.record.file_name,
        "file_sha256": done.record.file_sha256,
        "release": done.release,
        "remarks": list(done.remarks),
        "flags": [
            {"metric": one.metric, "unit": one.unit, "rule": one.rule, "message": one.message}
            for one in done.flags
        ],
        "rows": [dict(row) for row in done.record.rows],
    }


def import_list(imports: Sequence[OwnImport]) -> Iterator[tuple[Any, ...]]:
    """Yield a row of `LIST_COLUMNS` for each import, oldest first."""
    counting = {one.number for one in current_imports(imports)}
    for one in imports:
        yield (
            one.number,
            one.tool,
            one.file_name,
            len({row.get("run") for row in one.rows}),
            len(one.rows),
            sum("flag" in row for row in one.rows),
            ", ".join(dict.fromkeys(str(row.get("model")) for row in one.rows)),
            ", ".join(dict.fromkeys(str(row.get("measured_release") or "") for row in one.rows)),
            one.number in counting,
        )


def how_many(count: int, word: str) -> str:
    """Return a number of things, such as `2 runs`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
