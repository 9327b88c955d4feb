"""The data dictionary in `docs/`."""

from __future__ import annotations

from pipelines.contract import TABLES
from warehouse.output.data_dictionary import PATH, render


def test_the_data_dictionary_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == render(), (
        "docs/data-dictionary.md is stale: run `python -m warehouse.dictionary`"
    )


def test_every_column_is_in_it() -> None:
    text = render()
    for table in TABLES:
        for column in table.columns:
            assert f"| `{column.name}` |" in text
            assert column.description in text
