"""Whether bytes are the page that they should be: whole, readable, and of this release.

This module checks a page by itself, before and after it is extracted. Put a new reason to hold a
page back here, as a function that returns a `Problem`; what a page lost since its last capture is
found in `pipelines.ingest.losses`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bs4.dammit import EncodingDetector

from pipelines.errors import Problem, one_line
from pipelines.pages.catalog import PAGE_KINDS
from pipelines.quality.reading.losses import lost_page
from pipelines.quality.reading.responses import (
    binary_page,
    empty_page,
    not_the_page,
    other_release,
    truncated_page,
    unread_markup,
    unreadable_encoding,
)
from pipelines.quality.reading.responses import (
    no_pages as no_pages_rule,
)
from pipelines.quality.reading.responses import (
    too_large as too_large_rule,
)
from pipelines.quality.reading.responses import (
    unforeseen_error as unforeseen_error_rule,
)
from pipelines.quality.reading.responses import (
    unreachable_page as unreachable_page_rule,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipelines.extract import EditLink, ExtractedPage, ExtractError
    from pipelines.pages.catalog import PageKind
    from pipelines.pages.inventory import Location
    from pipelines.quality.rule import Rule

_END = re.compile(rb"</html\s*>(?:\s|<!--(?:(?!-->).)*-->)*", re.IGNORECASE | re.DOTALL)
_AGAIN = "the last good data stays; look at the address in a browser and build again"
LOST = "if upstream took it away for good, build with --allow-lost-tables"


def encoding_of(body: bytes) -> str:
    """Return the encoding that a page declares, or UTF-8."""
    return EncodingDetector.find_declared_encoding(body, is_html=True) or "utf-8"


def check_bytes(page: str, url: str, body: bytes) -> Problem | None:
    """Find why bytes cannot be a whole page of HTML."""

    def problem(rule: Rule, observed: str, expected: str) -> Problem:
        return Problem(rule, f"page {page} ({url})", observed, expected, _AGAIN)

    if not body.strip():
        return problem(empty_page.RULE, f"{len(body)} bytes", "a page of HTML")
    if b"\0" in body:
        return problem(binary_page.RULE, "NUL bytes", "a page of HTML")
    encoding = encoding_of(body)
    try:
        # Some codecs read halves of characters, which no text can hold.
        body.decode(encoding).encode()
    except (UnicodeError, LookupError) as error:
        return problem(unreadable_encoding.RULE, str(error), f"text in {encoding}")
    if not _reaches_its_end(body):
        return problem(truncated_page.RULE, "no </html> at the end", "a page that ends in </html>")
    return None


def _reaches_its_end(body: bytes) -> bool:
    """Return whether nothing but comments, such as those of caches, follows the last `</html>`."""
    if body.rstrip()[-7:].lower() == b"</html>":
        return True  # nearly always
    end = body.lower().rfind(b"</html")
    return end >= 0 and _END.fullmatch(body, end) is not None


def too_large(page: str, url: str, error: ExtractError) -> Problem:
    """Return the problem of a page that is larger than any real page could be."""
    return Problem(
        too_large_rule.RULE,
        f"page {page} ({url})",
        str(error),
        "a page within pipelines/extract/bounds.py",
        _AGAIN,
    )


def check_whole(page: str, url: str, extracted: ExtractedPage) -> Problem | None:
    """Find out whether part of a page was not read.

    Args:
        page: Our name for the page.
        url: The page's address, for the message.
        extracted: The page.

    Returns:
        The problem, or None where the parser reached the end and every table and row was read.
    """
    where = f"page {page} ({url})"
    if extracted.parse_errors:
        observed = extracted.parse_errors[0]
        return Problem(
            unread_markup.RULE, where, observed, "HTML that can be read to its end", _AGAIN
        )
    tags = extracted.tag_check
    if not tags.agrees:
        observed = f"{tags.tables_read} tables and {tags.rows_read} rows read"
        expected = f"the {tags.tables_in_bytes} tables and {tags.rows_in_bytes} rows in its bytes"
        return Problem(unread_markup.RULE, where, observed, expected, _AGAIN)
    return None


def check_identity(
    release: str, page: str, url: str, location: Location, extracted: ExtractedPage
) -> Problem | None:
    """Find why a page is not the one that the inventory names, or not of this release.

    The theme's link to the page's source names release and path, and decides where a page has it.
    Else the page must have the label's anchor or title, and links to sources of this release. The
    announcement decides nothing: a person types it.

    Args:
        release: The release that the page should be of.
        page: Our name for the page.
        url: The page's address, for the message.
        location: Where the inventory says that the page is.
        extracted: The page.

    Returns:
        The problem, or None where the page is the right one.
    """
    where = f"page {page} ({url})"
    if extracted.edit_link is not None:
        return _check_edit_link(release, where, location, extracted.edit_link)
    if location.anchor and location.anchor not in extracted.anchors:
        return _another_page(
            where,
            f"a page headed {extracted.title!r} without that label",
            f"the page with the label {location.anchor!r}",
        )
    if not location.anchor and location.title != extracted.title:
        return _another_page(
            where, f"a page headed {extracted.title!r}", f"the page headed {location.title!r}"
        )
    if extracted.linked_releases and release not in extracted.linked_releases:
        return _another_release(release, where, extracted.linked_releases)
    return None


def _check_edit_link(
    release: str, where: str, location: Location, link: EditLink
) -> Problem | None:
    if link.release != release:
        return _another_release(release, where, {link.release})
    path = unquote(location.path)
    if path.endswith(".html") and path != f"{unquote(link.path)}.html":
        return _another_page(where, f"the page {link.path}.html", f"the page {path}")
    return None


def _another_page(where: str, observed: str, expected: str) -> Problem:
    reason = "as objects.inv says; a challenge or error page may have been sent instead"
    return Problem(not_the_page.RULE, where, observed, f"{expected}, {reason}", _AGAIN)


def _another_release(release: str, where: str, named: Collection[str]) -> Problem:
    observed = f"a page of {', '.join(sorted(named))}"
    return Problem(other_release.RULE, where, observed, f"one of {release}", _AGAIN)


def unreachable(page: str, url: str, error: Exception) -> Problem:
    """Return the problem of a page that could not be fetched.

    How fetching it failed is no part of what was observed: a page that fails in another way each
    time would make a new dataset version each time.
    """
    return Problem(
        unreachable_page_rule.RULE,
        f"page {page} ({url})",
        observed="no page",
        expected="the page that objects.inv names",
        remedy=str(error),
    )


def unforeseen(page: str, url: str, error: Exception) -> Problem:
    """Return the problem of a page on which our own code failed."""
    return Problem(
        unforeseen_error_rule.RULE,
        f"page {page} ({url})",
        one_line(error),
        "a page that can be read",
        "please report this with the page; the last good data stays",
    )


def missing_from_inventory(kind: PageKind) -> Problem:
    """Return the problem of a page that the last capture had and the inventory no longer names."""
    return Problem(
        rule=lost_page.RULE,
        where=f"page {kind.page}",
        observed=f"no label {kind.label!r} in objects.inv",
        expected="the page, as in the last capture",
        remedy=LOST,
    )


def missing_from_site(kind: PageKind, path: str) -> Problem:
    """Return the problem of a page that the last capture had and the site no longer has."""
    return Problem(
        rule=lost_page.RULE,
        where=f"page {kind.page}",
        observed=f"no file {path}, which objects.inv names",
        expected="the page, as in the last capture",
        remedy=LOST,
    )


def no_pages(url: str) -> Problem:
    """Return the problem of an inventory that has no label at all."""
    return Problem(
        rule=no_pages_rule.RULE,
        where=url,
        observed="an inventory without a label",
        expected=f"at least one of {', '.join(kind.label for kind in PAGE_KINDS)}",
        remedy="leave the release out, or look at the address in a browser",
    )
