"""The pages of a release beside the four of its performance: what it is made of, and its hardware.

Here belongs data alone: our names for these pages and their Sphinx labels. A release that has not
one of them is no worse for it; what is typed of their tables and lists is read in the modules that
import the names below.
"""

from __future__ import annotations

from pipelines.pages.inventory import PAGE_KINDS, PageKind

FILE = "pipelines/pages/catalog.py"

WHATS_NEW = "whats-new"
WHATS_NEW_HISTORY = "whats-new-history"
RELEASE_CONTENT = "release-content"
RELEASE_CONTENT_HISTORY = "release-content-history"
INF1_ARCHITECTURE = "inf1-architecture"
INF2_ARCHITECTURE = "inf2-architecture"
TRN1_ARCHITECTURE = "trn1-architecture"


def _other(page: str, label: str, former_label: str | None = None) -> PageKind:
    return PageKind(page, label, "other", "", former_label)


OTHER_PAGES: tuple[PageKind, ...] = (
    _other(WHATS_NEW, "latest-neuron-release-artifacts", "neuron-whatsnew"),
    _other(WHATS_NEW_HISTORY, "prev-rn"),
    _other(RELEASE_CONTENT, "latest-neuron-release-content"),
    _other(RELEASE_CONTENT_HISTORY, "pre-release-content"),
    _other(INF1_ARCHITECTURE, "aws-inf1-arch"),
    _other(INF2_ARCHITECTURE, "aws-inf2-arch"),
    _other(TRN1_ARCHITECTURE, "aws-trn1-arch"),
    _other("inferentia", "inferentia-arch"),
    _other("inferentia2", "inferentia2-arch"),
    _other("trainium", "trainium-arch"),
    _other("neuroncores", "neuroncores-arch"),
    _other("neuroncore-v1", "neuroncores-v1-arch"),
    _other("neuroncore-v2", "neuroncores-v2-arch"),
    _other("performance-index", "benchmark"),
    # Before 2.20 these two have no label of their own, but the one that Sphinx makes of the path.
    _other("containers", "locate-neuron-dlc-image", "/containers/locate-neuron-dlc-image.rst"),
    _other("maintenance-policy", "/general/maintenance-policy.rst"),
    _other("sdk-policy", "sdk-maintenance-policy"),
    _other("model-architecture-fit", "model_architecture_fit"),
)
ALL_PAGES: tuple[PageKind, ...] = (*PAGE_KINDS, *OTHER_PAGES)
