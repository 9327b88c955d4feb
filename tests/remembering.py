"""Pages that are read once a run: what reading the same bytes comes to is the same.

Put here what is remembered, and by what. Most tests of builds read the same few pages over and
over; reading is tested in `tests.pipelines`, which remembers nothing.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.extract import ExtractedPage, extract_page
from pipelines.ingest import page_result
from pipelines.performance.reader import read_performance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.extract import ExtractedTable
    from pipelines.performance.reader import PerformanceRows
    from pipelines.performance.table_facts import PageFacts

_MOST = 400
"""More pages than a release of each kind of test has; a page takes some hundred kilobytes."""

_extracted = lru_cache(_MOST)(extract_page)
_rows: dict[tuple[Any, ...], tuple[PerformanceRows, object]] = {}


def _read(page: PageFacts, tables: Sequence[tuple[str, ExtractedTable]]) -> PerformanceRows:
    """Return what these very tables came to; each is compared by being the same object."""
    facts = tuple(getattr(page, one.name) for one in fields(page) if one.name != "kind")
    key = (*facts, id(page.kind), *((name, id(table)) for name, table in tables))
    if key not in _rows:
        if len(_rows) >= _MOST:
            _rows.clear()
        # What is kept alive keeps its identity to itself.
        _rows[key] = (read_performance(page, tables), (page.kind, tables))
    return _rows[key][0]


@contextmanager
def extracted_pages_noted() -> Iterator[dict[str, ExtractedPage]]:
    """Yield the pages that are extracted in the block, by the digest of their bytes."""
    noted: dict[str, ExtractedPage] = {}

    def noting(body: bytes, encoding: str) -> ExtractedPage:
        noted[digest(body)] = page = extract_page(body, encoding)
        return page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_result, "extract_page", noting)
        yield noted


def digest(body: bytes) -> str:
    """Return the digest of a page's bytes."""
    return hashlib.sha256(body).hexdigest()


def remember_pages(patch: pytest.MonkeyPatch) -> None:
    """Let builds in this process read the same bytes once."""
    patch.setattr(page_result, "extract_page", _extracted)
    patch.setattr(page_result, "read_performance", _read)
