"""This module declares the pages of a release that are read, by label, and what each is read for.

Put a new page here, or a label that need not be reported as unread. A page of benchmarks is a
`Family` with its accelerator, its workload and the columns that its tables have had; every other
page is an `OtherPage` with what is typed of it. Hardware pages derive from the accelerators.
Finding a label in a release's `objects.inv` lives in `pipelines.pages.inventory`, and finding
pages that are not read in `pipelines.pages.radar`.
"""

# ruff: noqa: RUF009 - `must_state` returns a dataclass field

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from pipelines.contract.accelerators import ACCELERATOR_NAMES, ACCELERATORS
from pipelines.contract.declaration import DeclarationError, check_stated, must_state

FILE = "pipelines/pages/catalog.py"

Columns = Mapping[str, tuple[frozenset[str], ...]]
"""By model family, the sets of columns of which a table has had one, as slots of its headers."""
ReadFor = Literal["packages", "own packages", "support", "dates", "hardware"]
"""What is typed of a page: its package lists, those of its own release among them; supported
versions; the days on which releases were published; instance types."""
Workload = Literal["inference", "training"]


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page that is read.

    Attributes:
        page: Our name for it.
        label: Its Sphinx label, which stays when the page moves.
        former_labels: Labels that it had before, newest first.
    """

    page: str
    label: str = must_state("its Sphinx label: label='inf2-performance'")
    former_labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("page", self.page, self)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels under which it is found, the present one first."""
        return (self.label, *self.former_labels)


@dataclass(frozen=True, slots=True)
class Family(PageKind):
    """A page of benchmarks.

    Attributes:
        accelerator: The accelerator that its rows ran on.
        workload: What was run; None where each table's columns tell it.
        columns: The columns that its tables have had, by model family.
        replaced_by: The pages that have its tables in later releases. A release that has this page
            does not miss them, and none misses this page.
    """

    accelerator: str = must_state("its accelerator: accelerator='inf2'")
    workload: Workload | None = must_state(
        "its workload: workload='inference', or None where the columns tell it", may_be_empty=True
    )
    columns: Columns = must_state(
        "the columns that its tables have had: columns={...}", may_be_empty=True
    )
    replaced_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("page family", self.page, self)
        if self.accelerator not in ACCELERATOR_NAMES:
            raise DeclarationError(
                f"page family {self.page!r} names the accelerator {self.accelerator!r}, which "
                "ACCELERATORS lacks"
            )
        least = (LEAST_COLUMNS - one for sets in self.columns.values() for one in sets)
        if lacking := next(filter(None, least), None):
            raise DeclarationError(
                f"page family {self.page!r} lacks the column {min(lacking)!r} in a set of columns"
            )

    def workload_of(self, columns: Collection[str]) -> Workload:
        """Return what was run, by the columns of a table where the page does not say it."""
        if self.workload is not None:
            return self.workload
        return "inference" if TRAINING_COLUMNS.isdisjoint(columns) else "training"

    def columns_of(self, model_family: str) -> tuple[frozenset[str], ...]:
        """Return the sets of columns of which a table of a model family has one.

        For a model family that the page has not had before, that is the least that a row needs.
        """
        return self.columns.get(model_family, (LEAST_COLUMNS,))


@dataclass(frozen=True, slots=True)
class OtherPage(PageKind):
    """A page beside the benchmarks; a release that does not have it is no worse for it.

    Attributes:
        read_for: What is typed of it; its tables are kept as text in any case.
    """

    read_for: tuple[ReadFor, ...] = must_state(
        "what it is read for: read_for=('dates',), or () for its tables alone", may_be_empty=True
    )

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("page", self.page, self)


LEAST_COLUMNS = frozenset({"model", "instance_types", "measured_release"})
TRAINING_COLUMNS = frozenset({"topology", "optimizer", "global_batch"})
"""Columns that tables of training runs have, and no table of inference."""
_RUN = frozenset(
    [
        "model",
        "scripts",
        "framework",
        "instance_types",
        "application_type",
        "measured_release",
        "run_mode",
        "batch_size",
        "throughput",
        "cost",
    ]
)
_DATA_TYPES = {"task", "model_data_types", "autocast_data_type"}
_LATENCY = {"latency p50", "latency p99"}
_LENGTHS = {"sequence_length", "input_length", "output_length", "tp_degree"}
_PER_TOKEN = {"latency_per_token p50", "latency_per_token p99", "dp_degree"}
_TTFT_TPOT = {"ttft p50", "ttft p99", "tpot p50", "tpot p99", "hourly_rate"}
_SENTENCES = _RUN | _LATENCY | _DATA_TYPES | {"sequence_length", "os"}
_IMAGES = _RUN | _LATENCY | _DATA_TYPES | {"image_size"}
_ALL_TOKENS = _RUN | _DATA_TYPES | _LENGTHS | _PER_TOKEN
_OUTPUT_TOKENS = _RUN | _DATA_TYPES | _LENGTHS | _TTFT_TPOT
_INF1 = _RUN | _LATENCY | {"model_details"}
_TRAINING = frozenset(
    [
        "model",
        "instance_types",
        "training_data_types",
        "nodes",
        "topology",
        "microbatch",
        "global_batch",
        "optimizer",
        "throughput",
        "scaling",
        "measured_release",
        "scripts",
        "framework_version",
        "os",
    ]
)
_INF2_AND_TRN1: Columns = {
    "encoder": (_SENTENCES,),
    "decoder": (_OUTPUT_TOKENS, _ALL_TOKENS),
    "encoder-decoder": (_ALL_TOKENS,),
    "vision-transformer": (_IMAGES,),
    "cnn": (_IMAGES,),
    "stable-diffusion": (_IMAGES,),
    "diffusion-transformer": (_IMAGES,),
}

PAGE_KINDS: tuple[Family, ...] = (
    Family(
        "inf1-inference",
        label="appnote-performance-benchmark",
        accelerator="inf1",
        workload="inference",
        columns={"encoder": (_INF1,), "cnn": (_INF1,)},
    ),
    Family(
        "inf2-inference",
        label="inf2-performance",
        accelerator="inf2",
        workload="inference",
        columns=_INF2_AND_TRN1,
    ),
    Family(
        "trn1-inference",
        label="trn1-inference-performance",
        accelerator="trn1",
        workload="inference",
        columns=_INF2_AND_TRN1,
    ),
    Family(
        "trn1-training",
        label="trn1-training-performance",
        accelerator="trn1",
        workload="training",
        columns={
            "encoder": (_TRAINING | {"sequence_length"},),
            "decoder": (_TRAINING | {"sequence_length"},),
            "vision-transformer": (_TRAINING,),
        },
    ),
    # To 2.16.0. Its sections name no family, so nothing is known of what each must have.
    Family(
        "trn1-performance",
        label="trn1-performance",
        accelerator="trn1",
        workload=None,
        columns={},
        replaced_by=("trn1-inference", "trn1-training"),
    ),
)


def missing_pages(found: Collection[str]) -> tuple[Family, ...]:
    """Return the pages of benchmarks that a release should have and does not have.

    Args:
        found: The pages that it has, by our names.
    """
    replaced = {page for one in PAGE_KINDS if one.page in found for page in one.replaced_by}
    return tuple(
        one
        for one in PAGE_KINDS
        if not one.replaced_by and one.page not in found and one.page not in replaced
    )


def _tables_alone(page: str, label: str, *former_labels: str) -> OtherPage:
    return OtherPage(page, label, former_labels, read_for=())


OTHER_PAGES: tuple[OtherPage, ...] = (
    OtherPage(
        "whats-new",
        "latest-neuron-release-artifacts",
        ("neuron-whatsnew",),
        read_for=("packages", "own packages", "support", "dates"),
    ),
    OtherPage("whats-new-history", "prev-rn", read_for=("dates",)),
    OtherPage(
        "release-content",
        "latest-neuron-release-content",
        read_for=("packages", "own packages", "dates"),
    ),
    OtherPage("release-content-history", "pre-release-content", read_for=("packages", "dates")),
    OtherPage("news", "main_whats-new", read_for=("dates",)),
    # The page of release notes, where it no longer has the label by which `whats-new` is found.
    _tables_alone("release-notes", "neuron_release_notes", "/release-notes/index.rst"),
    *(
        OtherPage(one.hardware_page, one.hardware_label, read_for=("hardware",))
        for one in ACCELERATORS
    ),
    _tables_alone("inferentia", "inferentia-arch"),
    _tables_alone("inferentia2", "inferentia2-arch"),
    _tables_alone("trainium", "trainium-arch"),
    _tables_alone("trainium2", "trainium2-arch"),
    _tables_alone("trainium3", "trainium3-arch"),
    _tables_alone("neuroncores", "neuroncores-arch"),
    _tables_alone("neuroncore-v1", "neuroncores-v1-arch"),
    _tables_alone("neuroncore-v2", "neuroncores-v2-arch"),
    _tables_alone("neuroncore-v3", "neuroncores-v3-arch"),
    _tables_alone("neuroncore-v4", "neuroncores-v4-arch"),
    _tables_alone("performance-index", "benchmark"),
    # Before 2.20 these two have no label of their own, but the one that Sphinx makes of the path.
    _tables_alone(
        "containers", "locate-neuron-dlc-image", "/containers/locate-neuron-dlc-image.rst"
    ),
    _tables_alone("maintenance-policy", "/general/maintenance-policy.rst"),
    _tables_alone("sdk-policy", "sdk-maintenance-policy"),
    _tables_alone("model-architecture-fit", "model_architecture_fit"),
)
ALL_PAGES: tuple[Family | OtherPage, ...] = (*PAGE_KINDS, *OTHER_PAGES)

# The words of the pages with figures in the releases up to 2.32.0: of each such page, a label, a
# heading or the path has one. `perf` alone is a mode, a folder or a tool as often as a measurement.
PERFORMANCE_WORDS = re.compile(r"performance|benchmark|throughput|latency", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IgnoredLabels:
    """Labels that make no page suspect, and why: a maintainer has looked at the pages.

    Attributes:
        form: What the labels look like; found anywhere in a label.
        reason: Why their pages need not be read.
    """

    form: re.Pattern[str]
    reason: str = must_state("the reason: reason='a manual without figures'")

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("ignored label", self.form.pattern, self)


IGNORED_LABELS: tuple[IgnoredLabels, ...] = (
    IgnoredLabels(
        re.compile(r"neuronperf"),
        reason="the manual of a tool: its figures are examples of what the tool prints",
    ),
    IgnoredLabels(
        re.compile(r"#performance-is-not-what-i-expect"),
        reason="a question with advice and no figures",
    ),
    IgnoredLabels(
        re.compile(r"#see-performance-summary"),
        reason="a step in the manual of a plug-in, with a picture",
    ),
)

_READ_FOR: Mapping[str, tuple[ReadFor, ...]] = {one.page: one.read_for for one in OTHER_PAGES}


def check_distinct(pages: tuple[PageKind, ...]) -> None:
    """Check that no two pages share a name or a label.

    Raises:
        DeclarationError: Two do.
    """
    names = Counter(name for one in pages for name in {one.page, *one.labels})
    for name, count in names.items():
        if count > 1:
            raise DeclarationError(f"{name!r} is the name or label of {count} pages")


check_distinct(ALL_PAGES)


def read_for(page: str) -> tuple[ReadFor, ...]:
    """Return what is typed of a page beside the benchmarks."""
    return _READ_FOR.get(page, ())


def pages_read_for(what: ReadFor) -> tuple[str, ...]:
    """Return the pages of which something is typed, in the order in which they are read."""
    return tuple(one.page for one in OTHER_PAGES if what in one.read_for)
