"""Commands run as if numpy and pandas were not installed.

No command uses them, and a usual installation has neither. But where pyarrow and DuckDB find them,
they import them: a third of a second in each process. This module hides them from one call of the
command line; put nothing else here.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HIDDEN = ("numpy", "pandas")


class _Hiding:
    """A finder of modules that is asked before all others, and says that some are not there."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Leave a module to the other finders.

        Raises:
            ModuleNotFoundError: The module is hidden.
        """
        if name in _HIDDEN:
            raise ModuleNotFoundError(f"{name} is hidden: no command uses it", name=name)


@contextmanager
def numpy_and_pandas_hidden() -> Iterator[None]:
    """Hide both, where they are not imported already."""
    finder = _Hiding()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
