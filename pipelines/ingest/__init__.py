"""One release, from its site to its rows.

`release` has the order of the steps, `page_result` reads one page into a value, `last_capture` is
what the dataset holds of the release, `losses` and `edits` compare a page with it, and `whole`
finds what only all pages together show. Put here what decides whether a page is published; what a
page says is read in `pipelines.performance` and `pipelines.composition`.
"""

from pipelines.ingest.held_page import HeldPage
from pipelines.ingest.last_capture import NOTHING_CAPTURED, LastCapture
from pipelines.ingest.release import IngestedRelease, ingest_release

__all__ = ["NOTHING_CAPTURED", "HeldPage", "IngestedRelease", "LastCapture", "ingest_release"]
