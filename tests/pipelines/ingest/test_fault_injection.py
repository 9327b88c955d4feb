"""Every function of the read path fails once: all else is published, and a report is asked for.

The functions are found by walking the modules; each that reading two small releases calls is made
to raise at its first call. One that works on a page holds that page back. One that works on a whole
release costs its own flags or rates, or else leaves the release as it was. The other release is
always the same as without the fault.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

import pipelines
from dagster_project.build.prefetch import ReadResult, read_releases
from pipelines.policy import DEFAULT
from tests.forms import some
from tests.sites import MemorySite, memory_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.sources.site import Response

pytestmark = pytest.mark.slow
FIRST, SECOND = "2.20.1", "2.20.2"
PAGES = ("inf1-inference", "trn1-training", "whats-new", "trn1-architecture", "performance-index")
PACKAGES = ("extract", "performance", "composition", "pages", "quality", "pricing", "ingest")
OF_A_RELEASE = (
    "pipelines.pages.inventory",
    "pipelines.pages.catalog.PageKind.labels",
    "pipelines.ingest",
)
"""What works on a whole release: where it fails, the release stays as it was."""


class SurpriseError(Exception):
    """An exception that no code expects."""


@dataclass(frozen=True)
class TwoReleases:
    """Two releases in memory, as one site."""

    sites: tuple[MemorySite, ...]
    name: str = "two releases"

    def read(self, release: str, path: str) -> Response:
        """Return a file of one of them."""
        (site,) = (one for one in self.sites if one.release == release)
        return site.read(release, path)


@dataclass
class Trap:
    """A function that raises at its first call, and works at every other."""

    original: FunctionType
    calls: int = 0
    seen: list[str] = field(default_factory=list)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Raise, or do what the function does."""
        self.calls += 1
        if self.calls == 1:
            raise SurpriseError(self.original.__qualname__)
        return self.original(*args, **kwargs)


_TRAPS: dict[str, Trap] = {}


def sprung(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call the trap that was laid under this name."""
    return _TRAPS[name].call(*args, **kwargs)


@contextmanager
def laid(function: FunctionType) -> Iterator[Trap]:
    """Lay a trap in a function's own code, so that it works wherever the function was imported."""
    code = function.__code__
    name = f"{function.__module__}.{function.__qualname__}"
    trap = Trap(
        FunctionType(
            code,
            function.__globals__,
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
    )
    trap.original.__kwdefaults__ = function.__kwdefaults__
    trap.original.__qualname__ = function.__qualname__
    _TRAPS[name] = trap
    source = f"lambda *a, **k: __import__({__name__!r}, fromlist=['x']).sprung({name!r}, a, k)"
    function.__code__ = eval(source).__code__  # noqa: S307 - written just above
    try:
        yield trap
    finally:
        function.__code__ = code
        del _TRAPS[name]


def _modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(f"{pipelines.__name__}.{package}")
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        yield importlib.import_module(found.name)


def functions_of(package: str) -> dict[str, FunctionType]:
    """Return the functions and methods that are written in a package, by their full names."""
    found: dict[str, FunctionType] = {}
    for module in _modules(package):
        places = [module, *(one for one in vars(module).values() if inspect.isclass(one))]
        for place in places:
            if getattr(place, "__module__", module.__name__) != module.__name__:
                continue
            for value in vars(place).values():
                function = _plain(value)
                if function is not None and function.__module__ == module.__name__:
                    found[f"{module.__name__}.{function.__qualname__}"] = function
    return found


def _plain(value: Any) -> FunctionType | None:
    """Return the function behind a method, a property or a cache; None for anything else."""
    inner = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    inner = inspect.unwrap(inner) if callable(inner) else inner
    written = isinstance(inner, FunctionType) and inner.__code__.co_filename.endswith(".py")
    if not written or inner.__closure__ or inner.__name__.startswith("__"):
        return None
    return inner


@cache
def _site() -> TwoReleases:
    return TwoReleases(tuple(_shortened(memory_site(one, PAGES)) for one in (FIRST, SECOND)))


def _shortened(site: MemorySite) -> MemorySite:
    """Return a site whose tables have two rows: enough for every function, and quick to read."""
    return replace(site, bodies={at: _shorter(body) for at, body in site.bodies.items()})


def _shorter(body: bytes) -> bytes:
    heads = body.split(b"<tbody>")
    parts = [table.partition(b"</tbody>") for table in heads[1:]]
    short = [b"<tr>".join(rows.split(b"<tr>")[:3]) + end + rest for rows, end, rest in parts]
    return b"<tbody>".join([heads[0], *short])


def _read() -> ReadResult:
    """Read the two releases, as if nothing had been read before."""
    for package in PACKAGES:
        for module in _modules(package):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
    releases = (FIRST, SECOND)
    return read_releases(_site(), "nowhere", releases, DEFAULT, lambda _: None)  # type: ignore[arg-type]


@cache
def _codes_called() -> frozenset[CodeType]:
    """Return the code of every function that reading the two releases calls."""
    _whole()  # what is imported late, and what only an import calls, comes first
    called: set[CodeType] = set()
    sys.setprofile(lambda frame, event, _: called.add(frame.f_code))  # noqa: ARG005 - its form
    try:
        _read()
    finally:
        sys.setprofile(None)
    return frozenset(called)


@cache
def _whole() -> ReadResult:
    return _read()


@pytest.mark.stress
@pytest.mark.parametrize("package", PACKAGES)
def test_every_function_that_fails_once_is_reported_and_loses_nothing_else(package: str) -> None:
    called = {
        name: function
        for name, function in functions_of(package).items()
        if function.__code__ in _codes_called()
    }
    assert len(called) > 5
    for name, function in some(sorted(called.items()), 24):
        with laid(function) as trap:
            result = _read()
        assert trap.calls, name
        asked = [text for text in _messages(result) if "SurpriseError" in text]
        assert asked, name
        assert all("please report this" in text.casefold() for text in asked), name
        _check_that_all_else_is_there(name, result)


def _messages(result: ReadResult) -> list[str]:
    """Return what a person reads: refused releases, pages held back, and flags that name faults."""
    held = [
        str(problem)
        for pages in result.held_back.values()
        for page in pages
        for problem in page.problems
    ]
    flags = [
        flag["message"]
        for release in result.prepared
        for flag in _rows(result, release, "quality_flags")
        if flag["rule"] in {"failed-step", "page-held-back"}
    ]
    return [*(str(error) for error in result.refused.values()), *held, *flags]


def _check_that_all_else_is_there(name: str, result: ReadResult) -> None:
    """Check that at most one page, or one release, is missing, and all else is the same."""
    assert not result.refused or name.startswith(OF_A_RELEASE), name
    assert len(result.refused) + sum(map(len, result.held_back.values())) <= 1, name
    for release in (FIRST, SECOND):
        held = [page.page for page in result.held_back.get(release, ())]
        if release in result.refused:
            continue
        for table in ("pages", "published_cells", "benchmarks", "measurements"):
            before = [row for row in _rows(_whole(), release, table) if _page(row) not in held]
            assert _rows(result, release, table) == before, (name, table)


def _rows(result: ReadResult, release: str, table: str) -> list[Any]:
    encoded = result.prepared[release].encoded[table]
    return pq.read_table(BytesIO(encoded.data)).to_pylist()  # type: ignore[no-any-return]


def _page(row: dict[str, Any]) -> str:
    return str(row["page"] if "page" in row else row["table_id"].split("/")[1])
