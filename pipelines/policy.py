"""What a person has decided to publish although it is doubtful.

Here belongs that decision as a value; what is doubtful is told where it is read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """What is published all the same; each becomes a flag."""

    unknown: bool = False
    lost_tables: bool = False


STRICT = Policy()
