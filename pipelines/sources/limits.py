"""How much of a source is read: one bound for each thing that could be too large.

This module holds the bounds on what sites and archives may make us read. Put a new bound here, and
a row for it in `docs/reference/limits.md`. How often a site is asked, and how long we wait
for it, lives in `sources.politeness`.
"""

from __future__ import annotations

_MEBIBYTE = 1024 * 1024

MOST_FILE_BYTES = 16 * _MEBIBYTE
"""One file of a source, as received and unpacked. The largest real page has 0.7 MB."""
MOST_UNPACKING = 100
"""How many times its own size a body over 1 MiB may unpack to. Real pages reach 12."""
MOST_GZIP_MEMBERS = 1_000
"""The gzip members of one body; servers send one."""
MOST_INVENTORY_ENTRIES = 200_000
"""The lines of an inventory. That of 2.32.0 has 16,773."""
MOST_CAPTURE_NOTE_BYTES = 64 * 1024
"""The file `capture.json` of a folder."""
MOST_RELEASES = 1_000
"""The releases of one source. The public site has about fifty."""
MOST_ADDRESS_LENGTH = 2_000
"""One address, in characters. Real ones have up to 130."""
MOST_ROBOTS_BYTES = 512 * 1024
"""How much of `robots.txt` counts. RFC 9309 asks readers for 500 KiB at least."""
MOST_ROBOTS_LINE = 2_000
"""One line of `robots.txt`; a longer line is not read as a rule."""
MOST_SILENT_ADDRESSES = 5
"""How many addresses in a row may give no answer before a run stops asking."""
MOST_RECORD_BYTES = MOST_FILE_BYTES + _MEBIBYTE
"""One record of the archive, unpacked: a body as received, and its heads."""
MOST_INDEX_BYTES = 64 * _MEBIBYTE
"""The index of one archive file: about 150,000 records, where a first run makes 200."""
MOST_RESYNC_WORK = 8
"""How many times its own size is read of a damaged archive file to find its next whole records."""
