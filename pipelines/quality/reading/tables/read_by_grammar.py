"""A header is new, and the grammar of headers reads it.

The column is typed. A maintainer looks at the reading once, and adds the header to the vocabulary.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("read-by-grammar", ("info",), __doc__)
