"""Which of a table's columns, though not typed, tell its rows apart.

This module decides which of them become part of the rows' keys. Put nothing else here; what a
column is lives in `columns`, how a key is written in `keys`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

_FIGURE = re.compile(r"\$?\s*[\d,]*\.?\d+\s*(?:%|x)?", re.ASCII | re.IGNORECASE)
_MEASURED = re.compile(r"[.$%]|x$", re.IGNORECASE)


def columns_that_tell_rows_apart(
    keys: Sequence[Hashable],
    untyped: Sequence[Mapping[str, str]],
    dimensions: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the untyped columns without which two rows with equal keys would be one.

    The answer is as small as it can be: leaving out any of its columns would make two rows equal.
    Where one of several columns would do, a dimension is kept before other columns, then the
    column with fewer different texts, then the one further left. A column of measured figures is
    never part of a key: it would tell the same row apart in every release.

    Args:
        keys: For each row, what its typed columns say.
        untyped: For each row, the texts of its other columns by their header.
        dimensions: Headers among those that are known to be dimensions, figures or not.

    Returns:
        Headers, in the order of the table.
    """
    if len(set(keys)) == len(keys):
        return ()
    headers = tuple(dict.fromkeys(header for row in untyped for header in row))
    kept = [
        header for header in headers if header in dimensions or not _is_measured(header, untyped)
    ]
    wanted = _count_rows(keys, untyped, kept)
    for header in sorted(kept, key=lambda one: _dropped_first(one, headers, untyped, dimensions)):
        fewer = [other for other in kept if other != header]
        if _count_rows(keys, untyped, fewer) == wanted:
            kept = fewer
    return tuple(kept)


def _dropped_first(
    header: str,
    headers: Sequence[str],
    untyped: Iterable[Mapping[str, str]],
    dimensions: Collection[str],
) -> tuple[bool, int, int]:
    texts = {row.get(header, "") for row in untyped}
    return header in dimensions, -len(texts), -headers.index(header)


def _count_rows(
    keys: Sequence[Hashable], untyped: Sequence[Mapping[str, str]], headers: Sequence[str]
) -> int:
    """Count the rows that keys and these columns together tell apart."""
    found: dict[Hashable, set[tuple[str, ...]]] = defaultdict(set)
    for key, row in zip(keys, untyped, strict=True):
        found[key].add(tuple(row.get(header, "") for header in headers))
    return sum(map(len, found.values()))


def _is_measured(header: str, untyped: Iterable[Mapping[str, str]]) -> bool:
    """Return whether a column holds figures as they are measured: `41.2`, `$0.5`, `1.4x`, `38%`."""
    texts = [text for row in untyped if (text := row.get(header, ""))]
    figures = all(_FIGURE.fullmatch(text) for text in texts)
    return figures and any(_MEASURED.search(text) for text in texts)
