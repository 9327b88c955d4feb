"""Parts of a document that come from elsewhere: a file that is shown, a table of results.

A mark says what comes below it: `<!-- file: PATH -->` before a fenced block, and before a table
`<!-- results: NAME -->`; that ends at `<!-- end -->`. Text around such parts is written by hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.documents.found import REPOSITORY, documents, name_of
from tools.documents.results import table

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = re.compile(
    r"(?P<mark><!-- file: (?P<path>\S+) -->\n```(?P<kind>\w*)\n).*?(?=^```$)",
    re.MULTILINE | re.DOTALL,
)
_RESULTS = re.compile(
    r"(?P<mark><!-- results: (?P<name>\S+) -->\n).*?(?=^<!-- end -->)", re.MULTILINE | re.DOTALL
)


def with_parts(text: str) -> str:
    """Return a document with its marked parts as they are now."""

    def shown(match: re.Match[str]) -> str:
        return match["mark"] + (REPOSITORY / match["path"]).read_text("utf-8")

    def tabled(match: re.Match[str]) -> str:
        return match["mark"] + table(match["name"])

    return _RESULTS.sub(tabled, _FILE.sub(shown, text))


def marked() -> Mapping[str, str]:
    """Return the path and the text of each document that has such a part."""
    texts = {name_of(path): path.read_text("utf-8") for path in documents()}
    return {
        name: with_parts(text)
        for name, text in texts.items()
        if "<!-- file: " in text or "<!-- results: " in text
    }
