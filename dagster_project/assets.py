"""The asset graph: the documentation, the tables of each release, and the warehouse file.

This module has asset definitions, thin: fetch the inputs, call one function, return metadata. The
tables of a release come from one step because they change together or not at all.
Dagster reads annotations when it loads the module, so they are not postponed here.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import dagster as dg

from dagster_project.build.publish_releases import BuildSession, Outcome, publish_read
from dagster_project.metadata import column_schema, table_metadata, version_metadata
from dagster_project.resources import Dataset, Documentation
from dagster_project.triggers import DATA_VERSION_TAG, OBSERVE_TAG, SITE_POOL, WHEN_CHANGED
from pipelines.contract import TABLES, TABLES_IN_ORDER
from pipelines.contract.column import SOURCE
from warehouse.database.bring_up import build_database
from warehouse.output.visible import visible

OWNERS = ["team:neuron-warehouse"]
DOCUMENTATION = dg.AssetKey(SOURCE)
WAREHOUSE = dg.AssetKey("warehouse")


def documentation_asset(partitions: dg.StaticPartitionsDefinition) -> dg.SourceAsset:
    """Describe the source: AWS's documentation, one tree a release, which can be observed."""
    with warnings.catch_warnings():
        # Dagster calls observable sources beta; a person who builds need not read that.
        warnings.simplefilter("ignore", dg.BetaWarning)
        decorate = dg.observable_source_asset(
            key=DOCUMENTATION,
            description="AWS Neuron documentation, one tree of pages for each SDK release. Its "
            "data version is made of the pages' validators and the text of their tables.",
            group_name="source",
            tags={"dagster/kind/html": ""},
            partitions_def=partitions,
            op_tags={"dagster/concurrency_key": SITE_POOL},
        )

    @decorate
    def neuron_documentation(
        context: dg.OpExecutionContext, documentation: Documentation, dataset: Dataset
    ) -> dg.DataVersionsByPartition:
        from dagster_project.build.fingerprint import observe, observed_releases

        with closing(documentation.open(dataset.root)) as site:
            wanted = observed_releases(
                context.run.tags.get(OBSERVE_TAG, ""), site.releases(), known
            )
            seen = observe(site, wanted, tell=lambda text: context.log.warning(visible(text)))
        return dg.DataVersionsByPartition({name: dg.DataVersion(v) for name, v in seen.items()})

    known = partitions.get_partition_keys()
    return neuron_documentation


def release_tables_asset(partitions: dg.StaticPartitionsDefinition) -> dg.AssetsDefinition:
    """Define the tables of a release: one step for all, one partition a release."""
    specs = [
        dg.AssetSpec(
            table.name,
            deps=list(table.made_from),
            description=table.description,
            group_name=table.group,
            kinds={"python", "parquet"},
            owners=OWNERS,
            metadata={"dagster/column_schema": column_schema(table)},
            automation_condition=WHEN_CHANGED,
        )
        for table in TABLES_IN_ORDER
    ]

    @dg.multi_asset(
        name="release_tables",
        description="Reads the pages of releases and publishes all their tables as one version.",
        specs=specs,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=SITE_POOL,
    )
    def release_tables(
        context: dg.AssetExecutionContext,
        documentation: Documentation,
        dataset: Dataset,
        session: dg.ResourceParam[BuildSession],
    ) -> Iterator[dg.MaterializeResult[Any]]:
        site = session.site or documentation.open(dataset.root)
        try:
            releases = context.partition_keys
            came = session.read(site, dataset.root, releases, documentation.policy)
            outcome = publish_read(site, dataset.root, releases, came)
        finally:
            if site is not session.site:
                site.close()
        session.outcomes.append(outcome)
        for message in outcome.messages:
            context.log.warning(message)
        if outcome.errors:
            _report_part(context, outcome)
        for table in TABLES_IN_ORDER:
            for release in outcome.prepared:
                context.add_asset_metadata(
                    table_metadata(outcome, table, release),
                    asset_key=dg.AssetKey(table.name),
                    partition_key=release,
                )
            yield dg.MaterializeResult(
                asset_key=table.name,
                data_version=dg.DataVersion(outcome.data_version(table.name)),
            )

    return release_tables


def _report_part(context: dg.AssetExecutionContext, outcome: Outcome) -> None:
    """Report the releases that were published one by one, then fail for what was not read."""
    for table in TABLES_IN_ORDER:
        for release in outcome.prepared:
            context.log_event(
                dg.AssetMaterialization(
                    table.name,
                    partition=release,
                    metadata=table_metadata(outcome, table, release),
                    tags={DATA_VERSION_TAG: outcome.data_version(table.name, release)},
                )
            )
    raise dg.Failure(
        description="\n".join(visible(str(error)) for error in outcome.errors),
        metadata={release: visible(str(error)) for release, error in outcome.refused.items()},
        allow_retries=False,
    )


@dg.multi_asset(
    name="warehouse_file",
    description="Builds warehouse.duckdb from the newest version and replaces it in one rename.",
    specs=[
        dg.AssetSpec(
            WAREHOUSE,
            deps=[table.name for table in TABLES],
            description="warehouse.duckdb: every table with its description, for any SQL client.",
            group_name="serving",
            kinds={"duckdb"},
            owners=OWNERS,
            automation_condition=WHEN_CHANGED,
        ),
        dg.AssetSpec(
            "benchmark_results",
            deps=[WAREHOUSE],
            description="One row a benchmark, one column a metric: what a BI tool opens first.",
            group_name="serving",
            kinds={"duckdb", "view"},
            owners=OWNERS,
            automation_condition=WHEN_CHANGED,
        ),
    ],
    # It has no partitions; without this, no range of releases can be launched in one run.
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def warehouse_file(
    dataset: Dataset, session: dg.ResourceParam[BuildSession]
) -> Iterator[dg.MaterializeResult[Any]]:
    """Build the warehouse file; a file that holds the newest version already is left alone."""
    built = build_database(dataset.root)
    session.rebuilt = built.rebuilt
    yield dg.MaterializeResult(asset_key=WAREHOUSE, metadata=version_metadata(built))
    yield dg.MaterializeResult(asset_key="benchmark_results")


def all_assets(releases: Sequence[str]) -> list[dg.SourceAsset | dg.AssetsDefinition]:
    """Return the asset graph over these releases."""
    partitions = dg.StaticPartitionsDefinition(list(releases))
    return [documentation_asset(partitions), release_tables_asset(partitions), warehouse_file]
