"""A word differs by one character from a known one, or is one cut short, such as U2.

The word is published as printed. A known word is never a slip of another one, and neither is a word
that differs by one digit: `U26` is another system than `U24`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("slip", ("warning",), __doc__)
