"""A hardware table has a property or a figure that is not read.

Also found: a table that counts no known device, and a hardware page with tables of which none is a
hardware table. The texts are in `published_cells`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unread-hardware", ("warning",), __doc__)
