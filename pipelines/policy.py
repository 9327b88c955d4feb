"""What a person has decided to publish although it is doubtful.

Here belongs that decision as a value; what is doubtful is told where it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.quality.rule import Rule


@dataclass(frozen=True, slots=True)
class Policy:
    """What is published all the same; each becomes a flag."""

    unknown: bool = False
    lost_tables: bool = False

    def allows(self, rule: Rule) -> bool:
        """Return whether what a rule found is published as a flag."""
        return {
            "always": True,
            "--allow-unknown": self.unknown,
            "--allow-lost-tables": self.lost_tables,
            "never": False,
        }[rule.published]


STRICT = Policy()
