"""Rows of an answer, as the library that a person works with holds them.

This module converts an Arrow table. Put another library here; what is asked lives in `opened`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import polars as pl
    import pyarrow as pa


@dataclass(frozen=True, slots=True, repr=False)
class Rows:
    """The rows of an answer. Libraries that read Arrow take them: `polars.DataFrame(rows)`.

    Attributes:
        said: The answer in sentences, where it has some.
    """

    _table: pa.Table
    said: tuple[str, ...] = ()

    def arrow(self) -> pa.Table:
        """Return the rows as a pyarrow table."""
        return self._table

    def pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas table; whole numbers stay whole where values are missing.

        Raises:
            UsageError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise _not_installed("pandas") from None
        import pyarrow as pa

        kinds = {
            pa.bool_(): pd.BooleanDtype(),
            pa.int32(): pd.Int32Dtype(),
            pa.int64(): pd.Int64Dtype(),
        }
        frame: pd.DataFrame = self._table.to_pandas(types_mapper=kinds.get, date_as_object=False)
        return frame

    def polars(self) -> pl.DataFrame:
        """Return the rows as a Polars table.

        Raises:
            UsageError: Polars is not installed.
        """
        try:
            import polars as pl
        except ImportError:
            raise _not_installed("polars") from None
        return pl.DataFrame(pl.from_arrow(self._table))

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._table.num_rows)

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """Return the rows to another library, by Arrow's own protocol."""
        return self._table.__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        names = ", ".join(self._table.column_names)
        return f"<{len(self):,} rows: {names}; see .arrow(), .pandas(), .polars()>"


def listed_names(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return names that are given as one text or several."""
    return tuple(names.replace(",", " ").split()) if isinstance(names, str) else tuple(names)


def _not_installed(library: str) -> UsageError:
    return UsageError(f"{library} is not installed; run `pip install {library}`, or use .arrow()")
