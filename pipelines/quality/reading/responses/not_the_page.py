"""A page is not the one that the release's inventory names.

The page lacks the anchor of its label, or has another title. A challenge or an error page often
answers under the address of a page.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("not-the-page", explanation=__doc__, published="never")
