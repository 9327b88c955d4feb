"""This module identifies a text: its packages, the releases that they are of, and what is newer.

Put here what the command and Python share of the question. The text is read in `read_lists`; the
answer is worded in `wording`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.errors import UsageError, refuse_unknown
from warehouse.packages.identifying.matching import load_lists, match_installed
from warehouse.packages.identifying.moving_on import newest_moves
from warehouse.packages.identifying.read_lists import read_installed
from warehouse.packages.identifying.wording import IdentifiedSoftware

if TYPE_CHECKING:
    import duckdb


def identify_text(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    where: str,
    *,
    accelerator: str = "",
    python: str = "",
) -> IdentifiedSoftware:
    """Return which releases the packages of a text are of.

    Args:
        connection: The warehouse.
        text: What names packages and versions.
        where: What the text is called in an error.
        accelerator: Only what is listed for it counts; empty for all.
        python: The Python to move on with; empty for the one that the text names.

    Raises:
        UsageError: The accelerator is not known, or the text has no package of the SDK.
    """
    if accelerator:
        refuse_unknown("accelerator", accelerator, ACCELERATOR_NAMES)
    installation = read_installed(text)
    python = python or (installation.pythons[0] if len(installation.pythons) == 1 else "")
    lists = load_lists(connection)
    found = match_installed(installation.packages, lists, accelerator)
    if found.is_empty:
        raise UsageError(
            f"{where} names no package of the Neuron SDK with its version (and "
            f"{len(installation.packages):,} others); write `pip freeze` or `dpkg -l` of the "
            "machine in question to a file"
        )
    moves = newest_moves(connection, found, python)
    return IdentifiedSoftware(installation, found, moves, lists.releases, python)
