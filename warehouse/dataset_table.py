"""The table `dataset`, which tells what a warehouse file stands on.

Here belong its name and columns. It is no table of the contract: no release brings it, and who
makes the file fills it.
"""

from __future__ import annotations

DATASET = "dataset"
DATASET_DESCRIPTION = "One row: which version of the dataset this is, and where it comes from."
DATASET_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("version", "BIGINT", "Number of the dataset version that this file was built from."),
    ("created_at", "TIMESTAMPTZ", "When that version was published. Unit: UTC."),
    ("pipeline_version", "VARCHAR", "Version of the software that published it."),
    ("source", "VARCHAR", "Where its rows were read from."),
    ("licence", "VARCHAR", "Licence of the data."),
    ("attribution", "VARCHAR", "Whom to name when the data are used."),
    ("layout", "VARCHAR", "Fingerprint of this file's tables and views."),
)
