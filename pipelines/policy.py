"""What a person has decided: what is published although doubtful, and what links are judged by.

This module holds the decision as a value. Each rule says what it needs; `pipelines.ingest` applies
the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.quality.rule import Rule


@dataclass(frozen=True, slots=True)
class Policy:
    """What is published.

    Attributes:
        strict: Hold a page back for anything that could not be read, for maintainers and CI.
        lost_tables: Publish a page although tables, columns or rows of its last capture are gone.
        file_lists: A folder with lists of the repository's files, by which links to scripts are
            judged; empty for none.
    """

    strict: bool = False
    lost_tables: bool = False
    file_lists: str = ""

    def allows(self, rule: Rule) -> bool:
        """Return whether what a rule found on a page is published as a flag."""
        if rule.published == "never":
            return False
        if rule.published == "--allow-lost-tables":
            return self.lost_tables
        return not (self.strict and "error" in rule.severities)


DEFAULT = Policy()
