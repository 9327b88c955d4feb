"""The assets that are read: the documentation, and the tables of each release.

This module has asset definitions, which are thin: fetch the inputs, call one function, return
metadata. The tables of a release come from one step, because they change together or not at all.
What people open lives in `serving`; metadata, in `metadata`.
Dagster reads annotations when it loads the module, so they are not postponed here.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import dagster as dg

from dagster_project.build.publish_releases import BuildSession, Outcome, publish_read
from dagster_project.metadata import column_schema, table_metadata
from dagster_project.partitions import add_partitions
from dagster_project.resources import Dataset, Documentation
from dagster_project.triggers import DATA_VERSION_TAG, OBSERVE_TAG, SITE_POOL, WHEN_CHANGED
from pipelines.contract import QUALITY_FLAGS, RELEASES, TABLES_IN_ORDER, Table
from pipelines.contract.column import SOURCE
from pipelines.releases import known_releases
from warehouse.visible import visible

OWNERS = ["team:neuron-warehouse"]
DOCUMENTATION = dg.AssetKey(SOURCE)


def documentation_asset(partitions: dg.PartitionsDefinition) -> dg.SourceAsset:
    """Define the source: AWS's documentation, one tree for each release, which can be observed."""
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
        from dagster_project.build.fingerprint import (
            observe,
            observed_releases,
            releases_held_back,
        )

        known = partitions.get_partition_keys(dynamic_partitions_store=context.instance)
        wanted = context.run.tags.get(OBSERVE_TAG, "")
        with closing(documentation.open(dataset.root)) as site:
            releases = observed_releases(wanted, site.releases(), known)
            seen = observe(
                site,
                releases,
                report=lambda text: context.log.warning(visible(text)),
                held_back=releases_held_back(dataset.root),
            )
        return dg.DataVersionsByPartition({name: dg.DataVersion(v) for name, v in seen.items()})

    return neuron_documentation


def release_tables_asset(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Define the tables of a release: one step for all, one partition for each release."""

    @dg.multi_asset(
        name="release_tables",
        description="Reads the pages of releases and publishes all their tables as one version.",
        specs=[_table_spec(table) for table in TABLES_IN_ORDER],
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
        add_partitions(context.instance, (*known_releases(), *context.partition_keys))
        outcome = _publish(context, documentation, dataset, session)
        _report_revised(context, outcome)
        for message in outcome.messages:
            context.log.warning(visible(message))
        if outcome.errors:
            _report_in_order(context, outcome)
            raise _failure(outcome)
        yield from _results(context, outcome)

    return release_tables


def _report_revised(context: dg.AssetExecutionContext, outcome: Outcome) -> None:
    """Report the flags of releases outside this run that the run changed."""
    for table in (QUALITY_FLAGS, RELEASES):
        for release in outcome.revised:
            version = outcome.data_version(table.name, release)
            context.log_event(
                dg.AssetMaterialization(
                    table.name, partition=release, tags={DATA_VERSION_TAG: version}
                )
            )


def _table_spec(table: Table) -> dg.AssetSpec:
    return dg.AssetSpec(
        table.name,
        deps=list(table.made_from),
        description=table.description,
        group_name=table.group,
        kinds={"python", "parquet"},
        owners=OWNERS,
        metadata={"dagster/column_schema": column_schema(table)},
        automation_condition=WHEN_CHANGED,
    )


def _publish(
    context: dg.AssetExecutionContext,
    documentation: Documentation,
    dataset: Dataset,
    session: BuildSession,
) -> Outcome:
    """Read the run's releases, or take what another process has read, and publish them."""
    releases = session.releases or context.partition_keys
    site = session.site or documentation.open(dataset.root)
    try:
        result = session.read(site, dataset.root, releases, documentation.policy)
        outcome = publish_read(site, dataset.root, releases, result)
    finally:
        if site is not session.site:
            site.close()
    session.outcomes.append(outcome)
    return outcome


def _results(
    context: dg.AssetExecutionContext, outcome: Outcome
) -> Iterator[dg.MaterializeResult[Any]]:
    """Yield one result for each table; Dagster makes an event of it for each partition."""
    # An instance that keeps nothing shows no metadata.
    shown = () if context.instance.is_ephemeral else tuple(outcome.prepared)
    for table in TABLES_IN_ORDER:
        for release in shown:
            context.add_asset_metadata(
                table_metadata(outcome, table, release),
                asset_key=dg.AssetKey(table.name),
                partition_key=release,
            )
        yield dg.MaterializeResult(
            asset_key=table.name,
            data_version=dg.DataVersion(outcome.data_version(table.name)),
        )
    if len(shown) > 1:
        # Dagster reports the releases of a range in no order, and the web page shows the one
        # reported last at an asset's top.
        _report(context, outcome, shown[-1])


def _report_in_order(context: dg.AssetExecutionContext, outcome: Outcome) -> None:
    """Report the releases that were published, one by one, the newest last."""
    for release in outcome.prepared:
        _report(context, outcome, release)


def _report(context: dg.AssetExecutionContext, outcome: Outcome, release: str) -> None:
    for table in TABLES_IN_ORDER:
        context.log_event(
            dg.AssetMaterialization(
                table.name,
                partition=release,
                metadata=_metadata(context, outcome, table, release),
                tags={DATA_VERSION_TAG: outcome.data_version(table.name, release)},
            )
        )


def _metadata(
    context: dg.AssetExecutionContext, outcome: Outcome, table: Table, release: str
) -> Mapping[str, Any]:
    """Return a table's metadata; an instance that keeps nothing shows none."""
    return {} if context.instance.is_ephemeral else table_metadata(outcome, table, release)


def _failure(outcome: Outcome) -> dg.Failure:
    return dg.Failure(
        description="\n".join(visible(str(error)) for error in outcome.errors),
        metadata={release: visible(str(error)) for release, error in outcome.refused.items()},
        allow_retries=False,
    )
