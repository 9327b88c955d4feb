"""The registry does not know a stated price basis."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-price-basis", ("warning",), __doc__, published="--allow-unknown")
