"""The messages of docs/reference/messages.md, to hold what a build says against them.

Put here the reading of that table; no test.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_GUIDE = Path(__file__).parents[2] / "docs" / "reference" / "messages.md"
_ROW = re.compile(r"\| (`.*`(?: and the like)?) \| (\d(?:, \d)?) \| (.+) \|")


@cache
def documented() -> dict[str, tuple[int, ...]]:
    """Return each message of the table with its exit codes; every row says what to do."""
    text = _GUIDE.read_text("utf-8").partition("\n## Messages\n")[2]
    rows = [row for line in text.splitlines() if (row := _ROW.fullmatch(line))]
    assert len(rows) == text.count("\n| ") - 1, "a row of the table has another form"
    return {
        fragment: tuple(map(int, row[2].split(", ")))
        for row in rows
        for fragment in re.findall(r"`([^`]+)`", row[1])
    }


def messages_in(exit_code: int, text: str) -> set[str]:
    """Return the documented messages with that exit code that a text holds."""
    return {
        fragment
        for fragment, codes in documented().items()
        if exit_code in codes and _pattern(fragment).search(text)
    }


def _pattern(fragment: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in fragment.split("…")))
