"""The archive: every response kept, as received, in append-only web-archive (WARC) files.

This package keeps responses and finds them again. Requests live in `pipelines.sources.live`; what
the bytes mean, in the rest of `pipelines`.
"""

from pipelines.sources.archive.records import Capture, Exchange, Stored
from pipelines.sources.archive.store import Archive

__all__ = ["Archive", "Capture", "Exchange", "Stored"]
