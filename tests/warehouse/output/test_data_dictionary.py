"""The data dictionary in `docs/`."""

from __future__ import annotations

from pipelines.contract import TABLES
from warehouse.output.data_dictionary import PATH, dictionary_text


def test_the_data_dictionary_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == dictionary_text(), (
        "docs/data-dictionary.md is stale: run `python -m warehouse.output.data_dictionary`"
    )


def test_every_column_is_in_it() -> None:
    text = dictionary_text()
    for table in TABLES:
        for column in table.columns:
            assert f"| `{column.name}` |" in text
            assert column.description in text
