"""A page does not end in `</html>`, so a part of it is missing. Comments may follow."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("truncated-page", explanation=__doc__, published="never")
