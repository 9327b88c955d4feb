"""The notes of a page state two price bases.

The page's costs are published without a basis.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("contradictory-price-basis", ("warning",), __doc__)
