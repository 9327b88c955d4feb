r"""Text of a page on its way to a person: nothing in it may act, or be invisible.

This module escapes it. Text for a terminal or an error line goes through `visible`, text for
Markdown through `markdown`, a cell for a spreadsheet through `spreadsheet_cell`. CSV, JSON and
Parquet are data and keep every character; they are written in `render`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

UNSEEN: Final = (
    # Control characters, but for the line feed.
    r"\x00-\x09\x0b-\x1f\x7f-\x9f"
    # Format characters: bidirectional overrides, joiners, tags, marks without a width.
    r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    # Line and paragraph separators, halves of surrogate pairs.
    r"\u2028\u2029\ud800-\udfff"
)
"""Characters that a person does not see but a terminal or browser obeys, for a regular expression.

They are written out: a look-up of every character in `unicodedata` takes longer than a command.
"""

_DOUBTFUL: Final = "\ufff0"
"""The first of the characters of `UNSEEN` of which a newer Unicode may say that they print."""
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# An underscore between letters is not markup, and names of models have many.
_MARKUP = re.compile(r"[&<>\\`*\[\]|~!#]|(?<![^\W_])_|_(?![^\W_])")
# The first characters that make a spreadsheet read a text as a formula.
_FORMULA: Final = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # full-width forms too


def visible(text: str) -> str:
    r"""Return a text with control and bidirectional characters written as `\x1b` or `\u202e`.

    Line feeds stay.
    """
    return text if _is_plain(text) else _unseen().sub(_escape, text)


def visible_line(text: str) -> str:
    """Return a text as `visible` does, on one line."""
    return text if _is_plain(text) else _unseen("\n").sub(_escape, text)


def _is_plain(text: str) -> bool:
    """Return whether it is sure, at one look, that a text has nothing to escape."""
    return text.isprintable() and (text.isascii() or max(text) < _DOUBTFUL)


@cache
def _unseen(more: str = "") -> re.Pattern[str]:
    # Compiled when it is needed: that takes as long as reading the arguments of a command.
    return re.compile(f"[{UNSEEN}{more}]")


def markdown(text: str) -> str:
    """Return a text for one place in Markdown: no markup, no HTML, no link, no second line."""
    return _MARKUP.sub(_escape_markup, visible(text.replace("\n", " ")))


def spreadsheet_cell(text: str) -> str:
    """Return a text that a spreadsheet shows unchanged instead of reading it as a formula.

    It gets a quotation mark in front, as spreadsheets themselves mark a text.
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in _SHORT:
        return _SHORT[match[0]]
    if code <= 0xFF:  # noqa: PLR2004 - what two digits can write
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - four digits


_SHORT: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def _escape_markup(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0]) or f"\\{match[0]}"
