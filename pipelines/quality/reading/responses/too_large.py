"""A page is larger than any real page could be.

The bounds are in `pipelines.extract.bounds`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("too-large", explanation=__doc__, published="never")
