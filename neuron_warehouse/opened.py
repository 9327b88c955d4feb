"""A dataset that was opened, and the questions that it answers.

This module turns arguments into the questions of `warehouse.comparison` and `warehouse.database`;
the questions that people bring live in `question_methods`.
Nothing stays open between two questions: each sees the newest build, unless a version was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuron_warehouse.frames import Rows, listed_names
from neuron_warehouse.question_methods import Questions
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Warehouse(Questions):
    """A dataset to ask.

    Attributes:
        root: Its folder, or `s3://bucket/prefix`.
        version: The number of the version that is read; None for the newest at each question.
    """

    root: str
    version: int | None = None

    def sql(self, query: str) -> Rows:
        """Return the rows of one query, which can touch nothing but the dataset.

        Raises:
            UsageError: It is not one query, DuckDB refuses it, or its result is too large.
        """
        from warehouse.database.query import run_sql

        return Rows(run_sql(self.root, query, self.version))

    def history(
        self,
        model: str = "",
        *,
        instance: str = "",
        metric: str | Iterable[str] = (),
        accelerator: str = "",
        family: str = "",
    ) -> Rows:
        """Return rows of the view `history`: one for each series, release and figure.

        Args:
            model: Only models whose name has this text, however it is spaced: llama 2 13b.
            instance: Only instance types starting with this: inf2, inf2.xlarge.
            metric: Only these metrics: "throughput", or several.
            accelerator: Only this accelerator: inf1, inf2, trn1, ...
            family: Only this model family: encoder, decoder, ...

        Raises:
            UsageError: A name is not known; the error has the nearest that are.
        """
        from warehouse.comparison.request import Filters
        from warehouse.database.open_version import open_warehouse
        from warehouse.questions.series.series_rows import series_rows

        filters = Filters(model, instance, listed_names(metric), accelerator, family)
        with open_warehouse(self.root, self.version) as connection:
            return Rows(series_rows(connection, filters))

    def compare(  # noqa: PLR0913 - the options of `neuron-warehouse compare`
        self,
        base: str,
        target: str,
        *,
        axis: str = "published",
        model: str = "",
        instance: str = "",
        metric: str | Iterable[str] = (),
        accelerator: str = "",
        family: str = "",
        only: str | Iterable[str] = (),
        tolerance: float = DEFAULT_TOLERANCE,
        usd_per_hour: Mapping[str, float] | None = None,
        price_book: str | Path | None = None,
    ) -> Rows:
        """Return what changed between two releases: one row a pair and figure.

        Args:
            base: The release before: 2.19, 2.19.1, "latest", or "previous" for the minor before
                the other side.
            target: The release after.
            axis: "published" compares the pages of two releases, "measured" what was measured on
                two.
            model: As in `history`; so are `instance`, `metric`, `accelerator` and `family`.
            instance: See `history`.
            metric: See `history`.
            accelerator: See `history`.
            family: See `history`.
            only: Only these verdicts: "improved", "regressed", or several.
            tolerance: What is called unchanged: 0.02 is 2 %.
            usd_per_hour: Prices by instance type, with which every cost is calculated again.
            price_book: A CSV file of prices.

        Raises:
            UsageError: A name is not known; the error has the nearest that are.
        """
        from warehouse.comparison.prices.price_book import given_prices, read_price_book
        from warehouse.comparison.request import Comparison, Filters, Question
        from warehouse.database.open_version import open_warehouse

        question = Question(
            base,
            target,
            axis,
            tolerance,
            Filters(model, instance, listed_names(metric), accelerator, family, listed_names(only)),
            read_price_book(str(price_book)) if price_book is not None else (),
            given_prices(usd_per_hour or {}),
        )
        with open_warehouse(self.root, self.version) as connection:
            return Rows(Comparison(connection, question).arrow())

    def own_measurements(self) -> Rows:
        """Return what was imported with `measure import`: a row for each figure; none without any.

        Raises:
            SourceError: An import is damaged.
        """
        from warehouse.database.query import run_sql

        query = "FROM own_measurements ORDER BY import_number, run, metric, statistic, unit"
        return Rows(run_sql(self.root, query, self.version))

    def compare_own(
        self,
        release: str = "",
        *,
        model: str = "",
        instance: str = "",
        metric: str | Iterable[str] = (),
        accelerator: str = "",
    ) -> Rows:
        """Return what was imported beside what AWS published: one row a figure.

        Args:
            release: Only rows of this docs release; empty for those nearest to the set-up.
            model: As in `history`; so are `instance`, `metric` and `accelerator`.
            instance: See `history`.
            metric: See `history`.
            accelerator: See `history`.

        Raises:
            UsageError: Nothing was imported, or a name is not known.
        """
        from warehouse.database.open_version import open_warehouse
        from warehouse.questions.own.beside.own_comparison import OwnQuestion, compared_own
        from warehouse.questions.own.beside.told_beside import beside_table

        question = OwnQuestion(release, model, instance, listed_names(metric), accelerator)
        with open_warehouse(self.root, self.version) as connection:
            return Rows(beside_table(compared_own(self.root, connection, question)))
