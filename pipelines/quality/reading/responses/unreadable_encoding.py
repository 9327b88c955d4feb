"""A page's bytes are not text in the encoding that it declares."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unreadable-encoding", explanation=__doc__, published="never")
