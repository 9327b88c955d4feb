"""A word is new in its column, such as a task that no page had before.

Nothing is calculated with such words. The word is published as printed. A maintainer adds it to
`WORDS` in `pipelines/performance/vocabulary.py`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("new-category", ("info",), __doc__)
