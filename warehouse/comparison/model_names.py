"""Names as people type them: which models and instance types they mean, and which are near.

This module compares texts and reads the names that a warehouse has. Put how a typed name is
matched here; what a comparison does with it lives in `request`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.errors import UsageError
from warehouse.schema.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

MOST_NEAR = 5
"""Names that an answer to an unknown one lists."""

_LETTERS = "[^\\p{L}\\p{N}]"


def letters(name: str) -> str:
    """Return a name's letters and digits in lower case: `Llama-2-13b` is "llama213b"."""
    return "".join(character for character in name.lower() if character.isalnum())


def is_called(model: str, text: str) -> bool:
    """Return whether a model has just the name that was typed, whatever its owner."""
    return letters(model.rpartition("/")[2]) == letters(text.rpartition("/")[2])


def model_condition(text: str, column: str = "model") -> str:
    """Return SQL that is true of the models that a typed text names.

    Where some model's name has the text as it is typed, it means those; else those that have its
    letters and digits, so that `llama 2 13b` finds `Llama-2-13b`.

    Raises:
        UsageError: The text has no letter or digit, so that it would name every model.
    """
    wanted = letters(text)
    if not wanted:
        raise UsageError(f"{text!r} has no letter or digit; write a part of a model's name")
    as_typed = f"contains(lower({{}}), lower({literal(text)}))"
    by_letters = (
        f"contains(regexp_replace(lower({column}), '{_LETTERS}', '', 'g'), {literal(wanted)})"
    )
    is_typed = f"(SELECT bool_or({as_typed.format('model')}) FROM benchmarks)"  # noqa: S608 - quoted
    return f"CASE WHEN {is_typed} THEN {as_typed.format(column)} ELSE {by_letters} END"


def instance_condition(text: str, column: str = "instance_types") -> str:
    """Return SQL that is true of rows with an instance type that starts with a typed text."""
    # From its start, so that inf2 asks for every size.
    start = f"' ' || lower({literal(text)})"
    return f"contains(' ' || array_to_string({column}, ' '), {start})"


def all_models(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Return every model of a warehouse, by name."""
    return _column(connection, "SELECT DISTINCT model FROM benchmarks ORDER BY lower(model), model")


def all_instances(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Return every instance type of a warehouse, by name."""
    return _column(
        connection, "SELECT DISTINCT unnest(instance_types) AS one FROM benchmarks ORDER BY one"
    )


def _column(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(query).fetchall())


def nearest(text: str, names: Iterable[str], most: int = MOST_NEAR) -> tuple[str, ...]:
    """Return the names most like a text, the most alike first."""
    from difflib import SequenceMatcher

    wanted = letters(text)

    def likeness(name: str) -> float:
        other = letters(name)
        # A part of a long name is as near as a short name: people type what they remember.
        length = max(len(wanted), 1)
        parts = [other[at : at + length] for at in range(max(len(other) - length, 0) + 1)]
        return max(SequenceMatcher(None, wanted, part).ratio() for part in (other, *parts))

    ordered = sorted({*names}, key=lambda name: (-likeness(name), len(name), name))
    return tuple(ordered[:most])


def unknown_name(what: str, text: str, names: Iterable[str], hint: str = "") -> UsageError:
    """Return the error for a name that a warehouse does not have, with the nearest that it has."""
    near = ", ".join(nearest(text, names)) or "none"
    return UsageError(f"unknown {what} {text!r} (nearest: {near}){hint}")
