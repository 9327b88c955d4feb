"""The assets that people open: the warehouse file, and each of its views.

This module builds `warehouse.duckdb` from the newest version and reports what is in it. Put a new
view into `warehouse.views`: it becomes an asset from there. Reading pages lives in `assets`.
Dagster reads annotations when it loads the module, so they are not postponed here.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from dagster_project.assets import OWNERS
from dagster_project.build.build_report import report_versions
from dagster_project.build.publish_releases import BuildSession
from dagster_project.build.summary import attention_lines, counted
from dagster_project.metadata import version_metadata, view_metadata, view_schema
from dagster_project.resources import Dataset
from dagster_project.triggers import WHEN_CHANGED
from pipelines.contract import TABLES
from warehouse.database.build_file import Built, build_database
from warehouse.database.open_version import open_warehouse
from warehouse.schema.quoting import quoted
from warehouse.schema.views import View
from warehouse.views.all_views import views
from warehouse.visible import visible

WAREHOUSE = dg.AssetKey("warehouse")
GROUP = "serving"
SERVED = (WAREHOUSE.to_user_string(), *(view.name for view in views()))
"""Names of all assets of this module."""
_SAMPLE = 5


def _view_spec(view: View) -> dg.AssetSpec:
    return dg.AssetSpec(
        view.name,
        deps=[WAREHOUSE],
        description=view.description,
        group_name=GROUP,
        kinds={"duckdb", "view"},
        owners=OWNERS,
        metadata={"dagster/column_schema": view_schema(view)},
        automation_condition=WHEN_CHANGED,
    )


def warehouse_file_asset(*, with_views: bool = True) -> dg.AssetsDefinition:
    """Define the warehouse file and its views: one step for all.

    Args:
        with_views: Whether the views are assets, for people to look at.
    """
    names = served(with_views=with_views)

    @dg.multi_asset(
        name="warehouse_file",
        description="Builds warehouse.duckdb from the newest version and replaces it in one "
        "rename.",
        specs=[_file_spec(), *(map(_view_spec, views()) if with_views else ())],
        # It has no partitions; without this, no range of releases can be launched in one run.
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def warehouse_file(
        context: dg.AssetExecutionContext,
        dataset: Dataset,
        session: dg.ResourceParam[BuildSession],
    ) -> Iterator[dg.MaterializeResult[Any]]:
        # Without a history there are no asset checks; with one, the file can be asked for alone.
        built = build_database(dataset.root, checking=True)
        session.rebuilt = built.rebuilt
        # An instance that keeps nothing shows no metadata.
        facts = {} if context.instance.is_ephemeral else _metadata(context, dataset.root, built)
        for name in names:
            yield dg.MaterializeResult(asset_key=name, metadata=facts.get(name, {}))
        if session.site is None:
            # The command line opened no site, so it prints no summary either: this is `dg launch`,
            # which prints nothing of its own, or a server.
            print(_success(dataset.root, built), file=sys.stderr)  # noqa: T201

    return warehouse_file


def served(*, with_views: bool) -> tuple[str, ...]:
    """Return the names of the assets that `warehouse_file_asset` makes."""
    return SERVED if with_views else SERVED[:1]


def _file_spec() -> dg.AssetSpec:
    return dg.AssetSpec(
        WAREHOUSE,
        deps=[table.name for table in TABLES],
        description="warehouse.duckdb: every table with its description, for any SQL client.",
        group_name=GROUP,
        kinds={"duckdb"},
        owners=OWNERS,
        automation_condition=WHEN_CHANGED,
    )


def _success(root: str, built: Built) -> str:
    with open_warehouse(root) as warehouse:
        ((count,),) = warehouse.execute("SELECT count(*) FROM releases").fetchall()
    releases = counted(int(count), "release")
    return visible(f"Done: dataset version {built.version}, {releases}, in {built.path}")


def _metadata(
    context: dg.AssetExecutionContext, root: str, built: Built
) -> Mapping[str, Mapping[str, Any]]:
    """Return the metadata of the file and of each view, and log what to look at."""
    report = report_versions(root)
    for line in attention_lines(report):
        if line:
            context.log.warning(visible(line))
    facts: dict[str, Mapping[str, Any]] = {SERVED[0]: version_metadata(built, report)}
    with open_warehouse(root) as warehouse:
        for view in views():
            facts[view.name] = view_metadata(view, *_sample(warehouse, view))
    return facts


def _sample(warehouse: Any, view: View) -> tuple[int, list[tuple[Any, ...]]]:
    """Return how many rows a view has, and a few rows of its newest release."""
    name = quoted(view.name)
    ((rows,),) = warehouse.execute(f"SELECT count(*) FROM {name}").fetchall()  # noqa: S608
    order = ""
    if any(column.name == "release_order" for column in view.columns):
        order = "ORDER BY release_order DESC"
    found = warehouse.execute(
        f"SELECT * FROM {name} {order} LIMIT {_SAMPLE}"  # noqa: S608 - a name of the registry
    ).fetchall()
    return int(rows), found
