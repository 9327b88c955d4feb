"""The notebook in examples/: its cells run one after another, and lead to a table and a chart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.ipynb"


def _cells() -> Iterator[dict[str, Any]]:
    yield from json.loads(NOTEBOOK.read_text("utf-8"))["cells"]


def test_the_notebook_leads_to_tables_and_a_chart(
    bundled_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(bundled_root))
    names: dict[str, Any] = {}
    for cell in (cell for cell in _cells() if cell["cell_type"] == "code"):
        code = compile("".join(cell["source"]), cell["id"], "exec")
        exec(code, names)  # noqa: S102 - our own notebook
    assert {"inf1", "inf2", "trn1"} == set(names["counts"]["accelerator"])
    assert len(names["newly_measured"]) > 0
    drawn = names["chart"].to_dict()
    (points,) = drawn["datasets"].values()
    assert len(points) == len(names["series"]) > 10
    assert len(names["flags"]) > 10


def test_the_notebook_is_kept_without_outputs() -> None:
    # Outputs would hold figures that no test compares.
    assert all(not cell.get("outputs") for cell in _cells())
