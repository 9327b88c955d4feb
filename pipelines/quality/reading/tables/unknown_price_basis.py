"""A stated price basis is not known.

The page's costs are published without a basis, unless another note states one.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-price-basis", ("warning",), __doc__)
