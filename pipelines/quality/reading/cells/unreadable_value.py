"""A cell does not hold what its column is made of.

A number, an instance type, a version or a topology cannot be read from the text. The text is kept
in `attributes`, and every other cell of the row is read. A unit in the cell is read where it is the
unit of the header. A comma is read where it sets groups of three digits apart, so `$0,033` is not
read.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unreadable-value", ("error",), __doc__)
