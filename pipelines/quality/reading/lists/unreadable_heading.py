"""The date in a release's heading cannot be read.

A year outside brackets counts where no other heading of the page dates the release.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unreadable-heading", ("warning",), __doc__)
