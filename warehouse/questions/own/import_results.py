"""This module imports a result file: it reads, settles and checks its runs, and stores them.

Put here what an import does, step by step. How it is told lives in `told_import`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.errors import UsageError
from pipelines.releases import known_releases, resolve_release
from warehouse.comparison.model_names import all_instances, all_models
from warehouse.comparison.request import measured_releases
from warehouse.database.own_imports.import_records import OwnImport, add_import
from warehouse.packages.identifying.matching import load_lists, match_installed
from warehouse.packages.identifying.read_lists import decoded, read_installed
from warehouse.packages.identifying.wording import spans
from warehouse.questions.own.known_tools import runs_of
from warehouse.questions.own.settled_runs import PublishedNames, settled
from warehouse.questions.own.unit_slips import slip_flags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import duckdb

    from warehouse.questions.own.own_runs import OwnFigure
    from warehouse.questions.own.reader import Reader
    from warehouse.questions.own.result_file import ResultFile
    from warehouse.questions.own.settled_runs import SettledRun
    from warehouse.questions.own.unit_slips import SlipFlag
    from warehouse.storage.roots import Storage


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the user says beside the file.

    Attributes:
        settings: Values of settings, by column, as texts.
        tool: The load generator; empty to tell by the file.
        release: The SDK release; empty if it is not said.
        packages: What is installed, as `identify` reads it; None if it is not said.
    """

    settings: Mapping[str, str]
    tool: str = ""
    release: str = ""
    packages: bytes | None = None


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What an import did.

    Attributes:
        record: The import that counts now.
        is_new: Whether this call made it.
        reader: Which tool's reader read the file.
        release: The SDK release of the runs, if it is known.
        remarks: What was decided on the way, in sentences.
        flags: What looks wrong with units, each said once.
    """

    record: OwnImport
    is_new: bool
    reader: Reader
    release: str | None
    remarks: tuple[str, ...]
    flags: tuple[SlipFlag, ...]


def import_results(
    root: str | Path | Storage,
    connection: duckdb.DuckDBPyConnection,
    file: ResultFile,
    supplied: Supplied,
) -> ImportDone:
    """Import a file into a root whose warehouse is open.

    Raises:
        UsageError: The file cannot be read as results, or something is missing or unknown.
        SourceError: The root cannot be written.
    """
    reader, runs = runs_of(file, supplied.tool)
    names = PublishedNames(all_models(connection), all_instances(connection))
    known = tuple(settled(run, supplied.settings, names, file.name) for run in runs)
    release, source, said = _release(connection, supplied)
    rows: list[dict[str, Any]] = []
    flags: dict[str, SlipFlag] = {}
    for number, one in enumerate(known):
        found = slip_flags(one.run)
        flags |= {f"{flag.metric} {flag.unit} {flag.message}": flag for flag in found}
        common = _common(number, one, release, source)
        rows += (_row(common, figure, found) for figure in _distinct(one.run.figures))
    record = OwnImport(reader.tool, file.name, file.sha256, "", tuple(rows))
    added, is_new = add_import(root, record, datetime.now(UTC))
    remarks = dict.fromkeys((*said, *(text for one in known for text in one.remarks)))
    return ImportDone(added, is_new, reader, release, tuple(remarks), tuple(flags.values()))


def _release(
    connection: duckdb.DuckDBPyConnection, supplied: Supplied
) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return the SDK release of the runs, how it is known, and what is to be said of it."""
    if supplied.release and supplied.packages is not None:
        raise UsageError("--release and --packages both say the SDK release; use one of them")
    if supplied.release:
        published = (row[0] for row in connection.execute(_PUBLISHED).fetchall())
        every = {*published, *measured_releases(connection), *known_releases()}
        return resolve_release(supplied.release, tuple(every)), "option", ()
    if supplied.packages is None:
        said = "The SDK release is not known; say it with --release, or --packages with pip freeze."
        return None, None, (said,)
    installed = read_installed(decoded(supplied.packages)).packages
    lists = load_lists(connection)
    found = match_installed(installed, lists)
    if found.is_empty or found.answer is None:
        raise UsageError(
            f"the packages name no package of the Neuron SDK in a version that any release lists "
            f"(and {found.others:,} others); say the SDK release with --release"
        )
    if found.is_mixed:
        parts = ", ".join(part.releases[-1] for part in found.parts)
        return (
            found.answer,
            "packages",
            (f"The packages are of several releases ({parts}); {found.answer} has most of them.",),
        )
    said = f"The packages are of SDK {spans(found.releases, lists.releases)}"
    newest = f"; {found.answer} was kept" if len(found.releases) > 1 else ""
    return found.answer, "packages", (f"{said}{newest}.",)


_PUBLISHED = "SELECT release FROM releases"


def _common(
    number: int, one: SettledRun, release: str | None, source: str | None
) -> dict[str, Any]:
    """Return what all figures of a run have in common."""
    return {
        "run": number,
        **one.run.settings,
        "measured_release": release,
        "release_from": source,
        "model_in_file": one.model_in_file,
        "attributes": dict(one.run.attributes),
    }


def _distinct(figures: tuple[OwnFigure, ...]) -> Iterator[OwnFigure]:
    """Yield the figures, each slot once: some tools print one twice."""
    seen = set()
    for one in figures:
        slot = (one.metric, one.statistic, one.unit)
        if slot not in seen:
            seen.add(slot)
            yield one


def _row(
    common: Mapping[str, Any], figure: OwnFigure, flags: tuple[SlipFlag, ...]
) -> dict[str, Any]:
    found = [flag for flag in flags if flag.concerns(figure)]
    row = {
        **common,
        "metric": figure.metric,
        "statistic": figure.statistic,
        "value": figure.value,
        "unit": figure.unit,
        "basis": figure.basis,
        "text": figure.text,
        "flag": found[0].rule if found else None,
        "flag_message": "; ".join(flag.message for flag in found) or None,
    }
    return {name: value for name, value in row.items() if value is not None}
