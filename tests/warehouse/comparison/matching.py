"""How the oracle names rows and matches them off by name, from docs/explanation/pairing.md."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipelines.contract import Benchmark

IDENTITY = (
    "accelerator",
    "workload",
    "model_family",
    "optimized_for",
    "application_type",
    "model",
    "model_details",
    "task",
    "instance_types",
    "sequence_length",
    "input_length",
    "output_length",
    "image_size",
    "run_mode",
    "nodes",
)
TUNED = (
    "batch_size",
    "tp_degree",
    "dp_degree",
    "pp_degree",
    "topology",
    "model_data_types",
    "autocast_data_type",
    "weight_storage_data_type",
    "optimizer",
    "scaling",
    "microbatch",
    "global_batch",
)
TOLD_CHANGES = (*IDENTITY, *TUNED, "framework", "framework_version", "os", "measured_release")
ONLY_NAMES = {
    "model",
    "model_details",
    "task",
    "application_type",
    "run_mode",
    "optimized_for",
    "model_family",
}

Pair = tuple["Benchmark", "Benchmark", str]


def alone_together(
    left: list[Benchmark], right: list[Benchmark], name: Callable[[Any], Any], match: str
) -> list[Pair]:
    """Take out the rows that have a name to themselves on both sides."""
    olds, news = Counter(map(name, left)), Counter(map(name, right))
    alone = {key for key in olds if olds[key] == news[key] == 1}
    partners = {name(row): row for row in right if name(row) in alone}
    found = [(row, partners[name(row)], match) for row in left if name(row) in alone]
    left[:] = [row for row in left if name(row) not in alone]
    right[:] = [row for row in right if name(row) not in alone]
    return found


def one_name_apart(
    gone: list[Benchmark], come: list[Benchmark], printed: tuple[set[str], set[str]]
) -> list[Pair]:
    """Pair the rows whose keys differ in one name, where neither has another such partner.

    Args:
        gone: Rows left over in the base.
        come: Rows left over in the target.
        printed: The models of all rows of the base and of the target, in lower case.
    """
    near = [(one, other) for one in gone for other in come if _is_renamed(one, other, printed)]
    bases = Counter(id_of(one) for one, _ in near)
    targets = Counter(id_of(other) for _, other in near)
    return [
        (one, other, "renamed")
        for one, other in near
        if bases[id_of(one)] == targets[id_of(other)] == 1
    ]


def _is_renamed(base: Benchmark, target: Benchmark, printed: tuple[set[str], set[str]]) -> bool:
    differing = set(_parts(base)) ^ set(_parts(target))
    names = {part.partition("=")[0] for part in differing}
    if len(names) != 1 or not names <= ONLY_NAMES:
        return False
    if names != {"model"}:
        return True
    old, new = base.model.lower(), target.model.lower()
    return old not in printed[1] and new not in printed[0] and is_same_spelling(old, new)


def _parts(row: Benchmark) -> list[str]:
    return row.comparison_key.split(" | ")


def is_same_spelling(old: str, new: str) -> bool:
    """Return whether two names have the same letters, or one long word with a slip in it."""
    olds, news = _words(old), _words(new)
    if "".join(olds) == "".join(news):
        return True
    if len(olds) != len(news):
        return False
    differing = [(one, other) for one, other in zip(olds, news, strict=True) if one != other]
    if len(differing) != 1:
        return False
    ((one, other),) = differing
    return (
        min(len(one), len(other)) >= 8
        and one[0] == other[0]
        and re.sub(r"[^0-9]", "", one) == re.sub(r"[^0-9]", "", other)
        and slips(one, other) <= 2
    )


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name)


def slips(one: str, other: str) -> int:
    """Count the letters to add, leave out, replace or exchange with their neighbour."""
    counts: dict[tuple[int, int], int] = {}
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            counts[i, j] = min(_ways(one, other, counts, i, j), default=0)
    return counts[len(one), len(other)]


def _ways(
    one: str, other: str, counts: dict[tuple[int, int], int], i: int, j: int
) -> Iterable[int]:
    if i:
        yield counts[i - 1, j] + 1
    if j:
        yield counts[i, j - 1] + 1
    if i and j:
        yield counts[i - 1, j - 1] + (one[i - 1] != other[j - 1])
    if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
        yield counts[i - 2, j - 2] + 1


def id_of(row: Benchmark) -> str:
    return row.benchmark_id


def key_of(row: Benchmark) -> str:
    return row.comparison_key


def tuned_of(row: Benchmark) -> tuple[object, ...]:
    return row.comparison_key, *(getattr(row, name) for name in TUNED)


def version(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))
