"""The family of a model below a heading that names none.

This module finds it: from the model's other rows of the release, or else from the table of known
models, or else from words in the model's name. Put a new word of names into `_KEYWORDS`. The table
`known_models` is generated; headings that name a family are in the vocabulary.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.performance.keys import with_family
from pipelines.performance.known_models import FAMILY_OF_MODEL
from pipelines.performance.names import model_as_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipelines.contract import Benchmark

# The first that fits decides: T5 is an encoder-decoder although its name may have "bert" in it.
_KEYWORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (family, re.compile(pattern))
    for family, pattern in (
        ("diffusion-transformer", r"pixart|\bdit\b|flux"),
        ("stable-diffusion", r"stable.?diffusion|\bsdxl?\b"),
        ("encoder-decoder", r"\bt5\b|flan|\bbart\b|\bwhisper\b"),
        (
            "vision-transformer",
            r"\bvit\b|\bclip\b|perc?ei?ver|perveriver|\bswin\b|\bdeit\b",
        ),
        (
            "cnn",
            r"resnet|\bvgg|\bunet\b|yolo|openpose|efficientnet|mobilenet|inception",
        ),
        (
            "decoder",
            r"\bgpt|\bopt\b|llama|mistral|mixtral|\bbloom\b|\bneox\b|qwen|falcon|gemma|\bphi\b",
        ),
        ("encoder", r"bert|electra|\bxlm\b"),
    )
)


def fill_families(benchmarks: Sequence[Benchmark]) -> tuple[Benchmark, ...]:
    """Return the rows of a release, each with a model family where one is found.

    Args:
        benchmarks: All rows of the release; those below a heading that is not known have none.
    """
    elsewhere = families_of_models(benchmarks)
    return tuple(
        with_family(one, family_of(one.model, elsewhere)) if one.model_family is None else one
        for one in benchmarks
    )


def families_of_models(benchmarks: Iterable[Benchmark]) -> dict[str, str]:
    """Return the family of each model that has only one, by its name as people read it."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in benchmarks:
        if one.model and one.model_family is not None:
            found[model_as_read(one.model)].add(one.model_family)
    return {model: families.pop() for model, families in found.items() if len(families) == 1}


def family_of(model: str, elsewhere: Mapping[str, str]) -> str | None:
    """Return the family of a model; None where nothing says it.

    Args:
        model: Its name, as printed.
        elsewhere: The families that the release itself says, by names as people read them.
    """
    name = model_as_read(model)
    return elsewhere.get(name) or FAMILY_OF_MODEL.get(name) or _by_words(name)


def _by_words(name: str) -> str | None:
    return next((family for family, words in _KEYWORDS if words.search(name)), None)
