"""A section's heading names no known model family.

The rows are published. Their family is that of the same model elsewhere in the release, or else of
the same model in other releases, or else what the model's name says, or else null.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-section", ("warning",), __doc__)
