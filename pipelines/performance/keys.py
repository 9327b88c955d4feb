"""What names a row within its release, and what names its workload over all releases.

This module writes both keys. Which columns are the identity of a workload is declared in
`contract.benchmarks`; which unread columns join them is decided in `unread_columns`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from pipelines.contract.benchmarks import IDENTITY
from pipelines.performance.names import as_read, model_as_read

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from pipelines.contract import Benchmark

_identity_of = attrgetter(*IDENTITY)


def benchmark_name(table_id: str, cells: Mapping[str, str]) -> str:
    """Return what tells a row from the others of its release: its table, and what it says.

    Args:
        table_id: The row's table.
        cells: The texts of all cells that are no figures, by what their column is.
    """
    return json.dumps([table_id, cells], sort_keys=True, ensure_ascii=False)


def benchmark_id(name: str, count: int) -> str:
    """Return the hash of a row's name; `count` tells the rows apart that are printed twice."""
    return hashlib.sha256(f"{name}#{count}".encode()).hexdigest()[:16]


def comparison_key(benchmark: Benchmark, more: Mapping[str, str]) -> str:
    """Return the identity of a workload, as `name=value` in a fixed order.

    Names are compared as people read them, so the key holds them in that form.

    Args:
        benchmark: The row.
        more: What belongs to its identity and has no column of `benchmarks`.
    """
    return key_of(_identity_of(benchmark), tuple(more.items()))


# Most rows are printed again by the next release.
@lru_cache(maxsize=10_000)
def key_of(identity: tuple[Hashable, ...], more: tuple[tuple[str, str], ...]) -> str:
    """Return the same key, of the values of the columns of identity, in their order."""
    stated = {name: _text(name, value) for name, value in zip(IDENTITY, identity, strict=True)}
    return _joined({**stated, **{as_read(name): as_read(text) for name, text in more}})


def with_family(benchmark: Benchmark, family: str | None) -> Benchmark:
    """Return a row with another model family, in its key as well."""
    more = benchmark.comparison_key.removeprefix(comparison_key(benchmark, {}))
    changed = replace(benchmark, model_family=family)
    return replace(changed, comparison_key=comparison_key(changed, {}) + more)


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "+".join(value)
    return model_as_read(str(value)) if name == "model" else as_read(str(value))


def _joined(parts: Mapping[str, str]) -> str:
    return " | ".join(f"{name}={text}" for name, text in parts.items() if text)
