"""This room turns the HTML of a page into values: its tables, its blocks, what it claims to be.

`extract_page` is the one entry. One walk over one parse reads everything. Nothing is interpreted
and nothing is lost. Put reading of HTML here; what a header, a heading or a figure means is read
by the rooms that import this one.
"""

from pipelines.extract.blocks import Block
from pipelines.extract.bounds import ExtractError
from pipelines.extract.cells import Cell
from pipelines.extract.extracted_page import EditLink, ExtractedPage, ExtractedTable, extract_page
from pipelines.extract.grids import STACKED

__all__ = [
    "STACKED",
    "Block",
    "Cell",
    "EditLink",
    "ExtractError",
    "ExtractedPage",
    "ExtractedTable",
    "extract_page",
]
