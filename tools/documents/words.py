"""`python -m tools.documents.words`: write the own list of words from the documents.

Look at what is new in it before you commit: a slip looks like a word. A test reads the documents
with the same rules.
"""

from __future__ import annotations

import re
from functools import cache

from spellchecker import SpellChecker

from tools.documents.found import PARTS, documents, prose

OWN = PARTS / "words.txt"
_WORD = re.compile(r"(?<![\w./@#%-])[A-Za-z]+(?:['\u2019][a-z]+)?(?![\w@/]|\.\w)")


@cache
def english() -> SpellChecker:
    """Return what knows English words; it is asked for no corrections, which would take minutes."""
    return SpellChecker(language="en", distance=1)


def words(text: str) -> set[str]:
    """Return the words of a document in lower case, without `'s`."""
    found = {word.lower().replace("\u2019", "'") for word in _WORD.findall(prose(text))}
    return {word.removesuffix("'s") for word in found}


def unknown(text: str) -> set[str]:
    """Return the words of a document that are not English."""
    return {*english().unknown(words(text))}


def main() -> None:
    """Write the list."""
    found: set[str] = set().union(*(unknown(path.read_text("utf-8")) for path in documents()))
    OWN.write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
