"""This module declares how large a page may be, and the error for one that is larger.

Put every bound of this room here, with the reason. The largest of 700 real pages has 0.7 MB,
30 tables, 621 cells in one table and 2,470 in all: each bound is at least ten times what is real.
"""

from __future__ import annotations

from typing import Final

from pipelines.errors import NeuronWarehouseError

MOST_BYTES: Final = 64 * 1024 * 1024
"""Bytes of a page, encoded in UTF-8."""

MOST_TAGS: Final = 100_000
"""Start tags of a page. BeautifulSoup takes about 1.5 kB for each that it keeps."""

MOST_ATTRIBUTES: Final = 64
"""Attributes of one tag. The parser's time grows with the square of their number."""

MOST_TABLES: Final = 500
"""Tables of a page, nested ones included."""

MOST_NOTES: Final = 2_000
"""Notes of a page. A note below tabs belongs to every table in them."""

MOST_NESTED_TABLES: Final = 8
"""Tables within each other. The text of an inner table is also text of every outer one."""

MOST_CELLS_OF_TABLE: Final = 50_000
"""Cells of a table. A cell counts once for each place that it spans."""

MOST_CELLS_OF_PAGE: Final = 200_000
"""Cells of all tables of a page, counted in the same way."""

MOST_TEXT_OF_TABLE: Final = 4_000_000
"""Characters of a table. A cell's text counts once for each place that the cell spans."""

MOST_COLUMN_SPAN: Final = 1_000
"""Columns that one cell can span; HTML's own bound. A larger number counts as this one."""

MOST_ROW_SPAN: Final = 65_534
"""Rows that one cell can span; HTML's own bound. A larger number counts as this one."""


class ExtractError(NeuronWarehouseError):
    """A page is larger than this room reads. The text says what is too large, and the bound."""

    exit_code = 4


def check_at_most(most: int, number: int, things: str, where: str) -> None:
    """Check a number against its bound.

    Args:
        most: The largest number allowed.
        number: The number met.
        things: What is counted, in the plural.
        where: The place, for the message.

    Raises:
        ExtractError: The number is larger than the bound.
    """
    if number > most:
        raise ExtractError(f"{where}: more than {most:,} {things}")
