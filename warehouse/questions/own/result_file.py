"""A result file as readers see it: its name, and its content as JSON or as CSV.

This module decodes. It refuses what is neither; which tool wrote it is decided in `known_tools`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipelines.errors import UsageError

LARGEST = 256 * 2**20
"""How many bytes of a file are read: some tools write every single request into it."""


@dataclass(frozen=True)
class ResultFile:
    """The bytes of a file of results, and its name for messages."""

    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """The checksum of its bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def text(self) -> str:
        """Its text; raises `UsageError` where it is not UTF-8."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UsageError(
                f"{self.name} is not a text in UTF-8, so no result file that is known"
            ) from None

    @cached_property
    def documents(self) -> tuple[Any, ...]:
        """The JSON values in it, one, or one a line; none where it is not JSON."""
        text = self.text.strip()
        if not text.startswith(("{", "[")):
            return ()
        try:
            return (json.loads(text),)
        except (ValueError, RecursionError) as whole:
            try:
                return tuple(json.loads(line) for line in text.splitlines() if line.strip())
            except (ValueError, RecursionError):
                raise UsageError(f"{self.name} is not valid JSON: {whole}") from None

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON object in it; an empty one where it has none or several."""
        only = self.documents[0] if len(self.documents) == 1 else None
        return only if isinstance(only, dict) else {}

    @cached_property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows of its CSV, white space around cells removed; none where it is JSON."""
        if self.text.lstrip().startswith(("{", "[")):
            return ()
        lines = csv.reader(io.StringIO(self.text, newline=""))
        try:
            return tuple(tuple(cell.strip() for cell in row) for row in lines)
        except csv.Error as error:
            raise UsageError(f"{self.name} is not valid CSV: {error}") from None

    @cached_property
    def records(self) -> tuple[dict[str, str], ...]:
        """The rows of its CSV by the names of its first row."""
        filled = [row for row in self.rows if any(row)]
        if not filled:
            return ()
        header, *rest = filled
        for row in rest:
            if len(row) != len(header):
                raise UsageError(
                    f"{self.name}: a row has {len(row)} cells where the header has {len(header)}: "
                    f"{','.join(row)[:60]}"
                )
        return tuple(dict(zip(header, row, strict=True)) for row in rest)

    @property
    def header(self) -> tuple[str, ...]:
        """The first row of its CSV."""
        return next((row for row in self.rows if any(row)), ())
