"""A line of a package list is not a package and a version.

The whole text is in `package_versions.package`, and the version is null.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unreadable-package", ("warning",), __doc__)
