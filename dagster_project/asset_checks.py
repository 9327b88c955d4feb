"""Asset checks: the contract's promises and the dataset's quality, asked of the newest version.

Here belong checks generated from the registry. They read the version's Parquet files, before the
warehouse file is built from them: a broken promise blocks that, a flag warns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import dagster as dg

from dagster_project.resources import Dataset
from warehouse.contract_checks import Check, contract_checks
from warehouse.database.query import open_newest
from warehouse.output.visible import markdown

_CONTRACT = "contract"
_NO_ERRORS = "no_error_flags"
_EXAMPLES = 5


def warehouse_checks() -> dg.AssetChecksDefinition:
    """Define one check a table, of all its promises, and one for error flags; one step runs all."""
    by_table = groupby(contract_checks(), key=lambda check: check.table)
    promises = {table: list(checks) for table, checks in by_table}
    specs = [_spec(table, checks) for table, checks in promises.items()]
    specs.append(
        dg.AssetCheckSpec(
            _NO_ERRORS,
            asset="quality_flags",
            description="No release carries a quality flag of severity error.",
        )
    )

    @dg.multi_asset_check(name="contract_and_quality", specs=specs)
    def contract_and_quality(dataset: Dataset) -> Iterator[dg.AssetCheckResult]:
        with open_newest(dataset.root) as warehouse:
            for table, checks in promises.items():
                broken = {
                    check.description: count
                    for check in checks
                    if (count := _count(warehouse, check.sql))
                }
                yield dg.AssetCheckResult(
                    check_name=_CONTRACT,
                    asset_key=table,
                    passed=not broken,
                    metadata={"promises": len(checks), **broken},
                )
            yield _error_flags(warehouse)

    return contract_and_quality


def _spec(table: str, checks: Sequence[Check]) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        _CONTRACT,
        asset=table,
        blocking=True,
        description=" ".join(check.description for check in checks),
    )


def _count(warehouse: Any, sql: str) -> int:
    return int(warehouse.execute(f"SELECT count(*) FROM ({sql})").fetchone()[0])  # noqa: S608


def _error_flags(warehouse: Any) -> dg.AssetCheckResult:
    found = warehouse.execute(
        "SELECT message FROM quality_flags WHERE severity = 'error' ORDER BY ALL"
    ).fetchall()
    return dg.AssetCheckResult(
        check_name=_NO_ERRORS,
        asset_key="quality_flags",
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "errors": len(found),
            "examples": dg.MetadataValue.md(
                "\n".join(f"- {markdown(m)}" for (m,) in found[:_EXAMPLES])
            ),
        },
    )
