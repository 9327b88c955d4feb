"""Modules that our libraries import wherever they find them, and that no command uses.

numpy and pandas are hidden: commands run as if they were not installed, as they are not in a usual
installation. Where pyarrow and DuckDB find them, they import them: a third of a second in each
process. What BeautifulSoup imports for CSS selectors and to guess encodings is put off: it is
there, and is read when something of it is used. So are Dagster's databases in a build whose history
is not kept. This module does both for one call of the command line; put nothing else here.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib.machinery import PathFinder
from importlib.util import LazyLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec

NEVER_USED = ("numpy", "pandas")
PROGRESS = ("rich", "pygments")
"""What shows progress. Dagster's log would use it too, to show errors in colours."""
DATABASES = tuple(f"alembic.ddl.{name}" for name in ("mssql", "mysql", "oracle", "postgresql"))
"""Databases in which Dagster's history could be kept, beside SQLite: a tenth of a second."""
_PUT_OFF = ("soupsieve", "chardet", "charset_normalizer")


class _Finder:
    """A finder of modules that is asked before all others."""

    def __init__(self, hide: Sequence[str], put_off: Sequence[str]) -> None:
        self._hidden, self._put_off = frozenset(hide), frozenset(put_off)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Find a module that is put off; leave others to the other finders.

        Raises:
            ModuleNotFoundError: The module is hidden.
        """
        del target
        if name in self._hidden:
            raise ModuleNotFoundError(f"{name} is hidden: no command uses it", name=name)
        spec = PathFinder.find_spec(name, path) if name in self._put_off else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def left_alone(hide: Sequence[str] = (), put_off: Sequence[str] = _PUT_OFF) -> Iterator[None]:
    """Hide modules that are not imported already, and put others off."""
    finder = _Finder(hide, put_off)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
