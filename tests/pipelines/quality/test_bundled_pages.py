"""What the rules find on the bundled pages of nine releases: every error and warning is listed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pipelines.quality.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.contract import QualityFlag, ReleaseTables

# Page, model, what it shows: each a true fault of the page, by its figures alone.
BERT = {
    ("concurrency", "inf2-inference", "bert-base-cased", "0.0421 batches in flight"),
    ("repeated-value", "inf2-inference", "bert-base-cased", "41.24"),
}
ELECTRA = {
    (
        "latency-order",
        "trn1-inference",
        "google/electra-base-discriminator",
        "P50 10.39 ms",
    )
}
LLAMA_3 = {("latency-order", "trn1-inference", "Llama-3-70B", "P50 26.48 ms")}
IMPOSSIBLE = {("impossible-constraint", "whats-new", None, "< 4.35 and >=4.37.2")}
ERRORS: Mapping[str, set[tuple[str, str, str | None, str]]] = {
    "2.17.0": {
        ("degrees", "trn1-training", "Llama2-7B pre-training", "128 NeuronCores"),
        ("degrees", "trn1-training", "Llama2-13B pre-training", "128 NeuronCores"),
    },
    "2.18.0": IMPOSSIBLE,
    "2.18.1": IMPOSSIBLE,
    "2.18.2": IMPOSSIBLE,
    "2.19.0": LLAMA_3 | IMPOSSIBLE,
    "2.19.1": LLAMA_3 | IMPOSSIBLE,
    "2.20.0": {
        *BERT,
        *ELECTRA,
        *IMPOSSIBLE,
        ("degrees", "trn1-training", "Llama2-13B pre-training", "2048 NeuronCores"),
        ("degrees", "trn1-training", "Llama2-70B pre-training", "2048 NeuronCores"),
        ("page-without-tables", "inf1-inference", None, "0 tables"),
    },
    "2.20.1": BERT | ELECTRA | IMPOSSIBLE,
    "2.20.2": BERT | ELECTRA | IMPOSSIBLE,
}
# The batch size that they print is half or twice that of their figures.
BATCH_SIZES = {
    ("concurrency", "trn1-inference", "bert-large-uncased", "4 batches in flight"),
    ("concurrency", "trn1-inference", "distilbert-base-cased", "0.999 batches in flight"),
    ("concurrency", "trn1-inference", "xlm-roberta-base", "4.07 batches in flight"),
}
SLOW_DECODERS = {
    ("token-rate", "inf2-inference", "Mistral-7B-Instruct-v0.2", "81.7 output tokens/s"),
    ("token-rate", "trn1-inference", "Mistral-7B-Instruct-v0.2", "49.56 output tokens/s"),
    ("token-rate", "trn1-inference", "CodeLlama-13b-hf", "60.22 output tokens/s"),
    ("token-rate", "trn1-inference", "CodeLlama-13b-hf", "31.38 output tokens/s"),
    ("token-rate", "trn1-inference", "Llama-2-13b", "60.43 output tokens/s"),
    ("token-rate", "trn1-inference", "Llama-2-13b", "31.4 output tokens/s"),
}
# Two histories that disagree on the date of 2.12.2, in every release.
DATES = {("release-dates-differ", "release-content-history", None, "2023-08-20")}
# With them a page that still lists 2.9.1; of 2.19.1 another lists 2.19.0 too.
STALE = {*DATES, ("stale-package-list", "release-content", None, "2.9.1")}
# The other warnings are `cost-unit` and `malformed-version`, counted below.
WARNINGS: Mapping[str, set[tuple[str, str, str | None, str]]] = {
    "2.17.0": STALE,
    "2.18.0": STALE,
    "2.18.1": STALE,
    "2.18.2": SLOW_DECODERS | STALE,
    "2.19.0": SLOW_DECODERS | STALE,
    "2.19.1": SLOW_DECODERS | DATES,
    "2.20.0": BATCH_SIZES | STALE,
    "2.20.1": BATCH_SIZES | STALE,
    "2.20.2": BATCH_SIZES | STALE,
}
COUNTED = {
    "2.17.0": {"cost-unit": 28, "same-row-in-both-tabs": 10},
    "2.18.0": {"cost-unit": 20, "same-row-in-both-tabs": 7},
    "2.18.1": {"cost-unit": 20, "same-row-in-both-tabs": 7},
    "2.18.2": {"cost-unit": 8, "same-row-in-both-tabs": 10},
    "2.19.0": {"cost-unit": 8, "same-row-in-both-tabs": 10},
    "2.19.1": {"cost-unit": 8, "same-row-in-both-tabs": 10, "stale-package-list": 3},
    "2.20.0": {"cost-unit": 8, "malformed-version": 8, "same-row-in-both-tabs": 14},
    "2.20.1": {"cost-unit": 8, "malformed-version": 8, "same-row-in-both-tabs": 14},
    "2.20.2": {"cost-unit": 8, "malformed-version": 8, "same-row-in-both-tabs": 14},
}


def of_severity(
    tables: ReleaseTables, severity: str
) -> set[tuple[str, str, str | None, str | None]]:
    models = {one.benchmark_id: one.model for one in tables.rows["benchmarks"]}
    return {
        (flag.rule, flag.page, models.get(flag.benchmark_id), flag.observed)
        for flag in tables.rows["quality_flags"]
        if flag.severity == severity
    }


@pytest.mark.parametrize("release", ERRORS)
def test_every_error_is_a_true_fault(bundled: Mapping[str, ReleaseTables], release: str) -> None:
    assert of_severity(bundled[release], "error") == ERRORS[release]


@pytest.mark.parametrize("release", WARNINGS)
def test_every_warning_is_known(bundled: Mapping[str, ReleaseTables], release: str) -> None:
    found = of_severity(bundled[release], "warning")
    assert {flag for flag in found if flag[0] not in COUNTED[release]} == WARNINGS[release]


@pytest.mark.parametrize("release", COUNTED)
def test_rules_that_find_the_same_in_many_rows(
    bundled: Mapping[str, ReleaseTables], release: str
) -> None:
    rules = Counter(flag.rule for flag in bundled[release].rows["quality_flags"])
    # The radar has tests of its own, in `test_radar`.
    del rules["unread-page"]
    listed = Counter(rule for rule, *_ in (*ERRORS[release], *WARNINGS[release]))
    assert rules - listed == COUNTED[release]


def test_what_a_later_release_corrects_is_flagged_only_before(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    def flagged(release: str) -> list[QualityFlag]:
        return [f for f in bundled[release].rows["quality_flags"] if f.rule == "degrees"]

    corrected = ["TP=8 DP=16 PP=8", "TP=32 DP=4 PP=8"]
    assert [flag.expected for flag in flagged("2.20.0")] == ["1024 NeuronCores"] * 2
    assert flagged("2.20.1") == []
    topologies = [one.topology for one in bundled["2.20.1"].rows["benchmarks"]]
    assert set(corrected) <= set(topologies)


def test_flags_have_a_listed_rule_a_listed_severity_and_no_twin(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    severities = {rule.name: rule.severities for rule in RULES}
    for tables in bundled.values():
        flags = tables.rows["quality_flags"]
        assert all(flag.severity in severities[flag.rule] for flag in flags)
        keys = [(f.page, f.rule, f.benchmark_id, f.message) for f in flags]
        assert len(set(keys)) == len(keys)


def test_a_flag_is_a_sentence_that_names_its_page(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    for tables in bundled.values():
        for flag in tables.rows["quality_flags"]:
            assert flag.message.endswith((".", "html)."))
            assert flag.page in flag.message
