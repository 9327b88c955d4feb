"""Whether bytes are the page that they should be: whole, readable, and of this release.

This module has checks on a page as such, before and after it is extracted, and against the last
capture of its release. No switch publishes a page that fails them, but for tables that really are
gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bs4.dammit import EncodingDetector

from pipelines.errors import Problem
from pipelines.pages.catalog import PAGE_KINDS
from pipelines.performance.headers import UnknownHeaderError, read_header
from pipelines.quality.reading.losses import lost_column, lost_table
from pipelines.quality.reading.responses import (
    binary_page,
    empty_page,
    mixed_release,
    not_the_page,
    other_release,
    truncated_page,
    unclaimed_page,
    unread_markup,
    unreadable_encoding,
)
from pipelines.quality.reading.responses import (
    no_pages as no_pages_rule,
)
from pipelines.quality.reading.responses import (
    too_large as too_large_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.extract import ExtractedPage, ExtractError
    from pipelines.pages.inventory import Location
    from pipelines.quality.rule import Rule

_AGAIN = "the last good data stays; look at the address in a browser and build again"
_CLAIMS = "the last good data stays; if the page is right as it is, build with --allow-unknown"
_LOST = "if upstream took it away for good, build with --allow-lost-tables"


@dataclass(frozen=True, slots=True)
class LastCapture:
    """What the dataset holds of a release: the header of each table, by page and `table_id`."""

    tables: Mapping[str, Mapping[str, tuple[str, ...]]]


NOTHING_CAPTURED = LastCapture({})


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
        body.decode(encoding)
    except (UnicodeError, LookupError) as error:
        return problem(unreadable_encoding.RULE, str(error), f"text in {encoding}")
    if body.rstrip()[-7:].lower() != b"</html>":
        return problem(truncated_page.RULE, "no </html> at the end", "a page that ends in </html>")
    return None


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
    """Find why a page is not the one that the inventory promises, or not of this release."""
    where = f"page {page} ({url})"
    if location.anchor and location.anchor not in extracted.anchors:
        return Problem(
            not_the_page.RULE,
            where,
            f"a page headed {extracted.title!r} without that label",
            f"the page with the label {location.anchor!r}, as objects.inv says; a challenge or "
            "error page may stand in its place",
            _AGAIN,
        )
    if not location.anchor and location.title != extracted.title:
        return Problem(
            not_the_page.RULE,
            where,
            f"a page headed {extracted.title!r}",
            f"the page headed {location.title!r}, as objects.inv says; a challenge or error page "
            "may stand in its place",
            _AGAIN,
        )
    for claims in (extracted.announced, extracted.release_claims):
        if claims and release not in claims:
            named = ", ".join(sorted(claims))
            return Problem(
                other_release.RULE, where, f"a page of {named}", f"one of {release}", _AGAIN
            )
    return None


def check_claims(
    release: str, pages: Mapping[str, tuple[str, ExtractedPage]]
) -> Iterator[tuple[str, Problem]]:
    """Find pages, given with their addresses, whose claims are not those of their siblings."""
    announcing = [page for page, (_, extracted) in pages.items() if extracted.announced]
    for page, (url, extracted) in pages.items():
        where, claims = f"page {page} ({url})", extracted.release_claims
        if announcing and not claims:
            expected = f"a page that says so, as {announcing[0]} does"
            observed = f"nothing that says that it is a page of {release}"
            yield page, Problem(unclaimed_page.RULE, where, observed, expected, _CLAIMS)
        if len(claims) > 1:
            observed = f"a page of {', '.join(sorted(claims))}"
            yield page, Problem(mixed_release.RULE, where, observed, f"one of {release}", _CLAIMS)


def no_pages(url: str) -> Problem:
    """Return the problem of an inventory that has no label at all."""
    return Problem(
        rule=no_pages_rule.RULE,
        where=url,
        observed="an inventory without a label",
        expected=f"at least one of {', '.join(kind.label for kind in PAGE_KINDS)}",
        remedy="leave the release out, or look at the address in a browser",
    )


def check_against_last(
    page: str, last: LastCapture, tables: Mapping[str, tuple[str, ...]]
) -> tuple[Problem, ...]:
    """Find tables and columns that the release's last capture had and this one has not."""
    problems = []
    for table_id, header in last.tables.get(page, {}).items():
        if table_id not in tables:
            problems.append(
                Problem(
                    lost_table.RULE, f"page {page}", "no such table", f"table {table_id}", _LOST
                )
            )
            continue
        kept = {_slot(text) for text in tables[table_id]}
        gone = [text for text in header if _slot(text) not in kept]
        if gone:
            problems.append(
                Problem(
                    lost_column.RULE,
                    f"page {page}, table {table_id}",
                    ", ".join(tables[table_id]),
                    f"also {', '.join(repr(text) for text in gone)}, as in the last capture",
                    _LOST,
                )
            )
    return tuple(problems)


def _slot(header: str) -> str:
    try:
        return read_header(header).slot
    except UnknownHeaderError:
        return header
