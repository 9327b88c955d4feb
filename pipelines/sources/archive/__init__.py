"""The archive: every response kept, as received, in append-only web-archive (WARC) files.

Here belongs what is kept and how it is found again. Fetching stands in
`pipelines.sources.live`; what the bytes mean, in the rest of `pipelines`.
"""

from pipelines.sources.archive.records import Capture, Exchange, Stored
from pipelines.sources.archive.store import Archive

__all__ = ["Archive", "Capture", "Exchange", "Stored"]
