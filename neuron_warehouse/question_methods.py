"""The questions that people bring, as functions of an opened dataset: each answers as its command.

This module turns arguments into the questions of `warehouse.questions` and `warehouse.packages`.
Comparisons and queries live in `opened`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuron_warehouse.frames import Rows, listed_names
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Questions:
    """What a dataset answers beside queries and comparisons."""

    __slots__ = ()
    root: str
    version: int | None

    def identify(
        self,
        packages: str | Iterable[str] | None = None,
        *,
        accelerator: str = "",
        python: str = "",
    ) -> Rows:
        """Return the SDK releases that installed packages are of: one row a package of the SDK.

        Args:
            packages: What `pip freeze`, `dpkg -l` and the like print, or lines of it; None for
                this environment.
            accelerator: Only what is listed for this accelerator counts.
            python: The Python to move on with: 3.10.

        Returns:
            The packages, with `answer`, the newest release that fits them best. `said` has the
            answer in sentences.

        Raises:
            UsageError: The text has no package of the SDK.
        """
        from warehouse.answers.declared_rows import records_table
        from warehouse.database.open_version import open_warehouse
        from warehouse.packages.identifying.asking import identify_text
        from warehouse.packages.identifying.this_environment import environment_text
        from warehouse.packages.identifying.wording import IDENTIFIED_COLUMNS

        where, text = "the text", packages
        if text is None:
            where, text = "this environment", environment_text()
        elif not isinstance(text, str):
            text = "\n".join(text)
        with open_warehouse(self.root, self.version) as connection:
            found = identify_text(connection, text, where, accelerator=accelerator, python=python)
        return Rows(records_table(found.records(), IDENTIFIED_COLUMNS), (*found.sentences(),))

    def support(
        self, accelerator: str = "all", *, framework: str = "", package: str = "", python: str = ""
    ) -> Rows:
        """Return the first and last SDK release of what one runs: one row each.

        Args:
            accelerator: An accelerator, or "all".
            framework: A framework, with or without a version: "pytorch 1.13"; or "all".
            package: A package, or "all".
            python: A version of Python: "3.8"; or "all".

        Raises:
            UsageError: A name is not known, or no page lists it.
        """
        from warehouse.answers.declared_rows import records_table
        from warehouse.database.open_version import open_warehouse
        from warehouse.packages.support_words import (
            SUPPORT_TYPES,
            support_records,
            support_sentence,
        )
        from warehouse.packages.supporting import asked_support, supported_ranges

        question = asked_support(accelerator, package, framework, python)
        with open_warehouse(self.root, self.version) as connection:
            answer = supported_ranges(connection, question)
        said = tuple(support_sentence(one, answer) for one in answer.ranges)
        return Rows(records_table(support_records(answer), SUPPORT_TYPES), said)

    def trends(  # noqa: PLR0913 - the options of `neuron-warehouse trends`
        self,
        since: str = "",
        until: str = "",
        *,
        model: str = "",
        instance: str = "",
        metric: str | Iterable[str] = (),
        accelerator: str = "",
        family: str = "",
        only: str | Iterable[str] = (),
        tolerance: float = DEFAULT_TOLERANCE,
    ) -> Rows:
        """Return what moved most over a span, by what was measured: one row a figure.

        Args:
            since: Only figures measured on this SDK release or later: "2.16".
            until: Only figures measured on this SDK release or earlier.
            model: As in `history`; so are `instance`, `metric`, `accelerator` and `family`.
            instance: See `history`.
            metric: See `history`.
            accelerator: See `history`.
            family: See `history`.
            only: Only these verdicts: "regressed", "improved", "unchanged".
            tolerance: What is called unchanged: 0.02 is 2 %.

        Returns:
            The figures. `said` has what they cover, and what was left out and why.

        Raises:
            UsageError: A name is not known, or nothing was measured in the span.
        """
        from pipelines.errors import refuse_unknown
        from warehouse.answers.declared_rows import records_table
        from warehouse.comparison.request import Filters
        from warehouse.database.open_version import open_warehouse
        from warehouse.questions.trends import told_moves
        from warehouse.questions.trends.figure_moves import moves_within
        from warehouse.questions.trends.span import Span

        span, verdicts = Span(since, until), listed_names(only)
        for verdict in verdicts:
            refuse_unknown("verdict", verdict, told_moves.VERDICTS_OF_MOVES)
        filters = Filters(model, instance, listed_names(metric), accelerator, family)
        with open_warehouse(self.root, self.version) as connection:
            found = moves_within(connection, filters, span, tolerance)
        rows = told_moves.move_rows(found.moves, verdicts)
        said = tuple(told_moves.sentences(found, span))
        return Rows(records_table(rows, told_moves.MOVE_COLUMNS), said)

    def advise(  # noqa: PLR0913 - the options of `neuron-warehouse advise`
        self,
        model: str = "",
        *,
        task: str = "",
        instance: str = "",
        accelerator: str = "",
        family: str = "",
        lengths: Mapping[str, int] | None = None,
        most_ms: Mapping[str, float] | None = None,
        percentile: str = "p50",
        min_throughput: float | None = None,
        per: str = "",
        usd_per_hour: Mapping[str, float] | None = None,
        price_book: str | Path | None = None,
    ) -> Rows:
        """Return the cheapest published ways to run a model or task: one row a run.

        Args:
            model: Only models whose name has this text; a model or a task must be named.
            task: Only tasks with this text: "text generation".
            instance: Only instance types starting with this.
            accelerator: Only this accelerator.
            family: Only this model family.
            lengths: Numbers that runs must have: {"sequence_length": 128, "batch_size": 1}; also
                "input_length" and "output_length".
            most_ms: The most that times may be: {"latency": 10, "ttft": 500}.
            percentile: Which percentile of a time is bounded: "p50" or "p99".
            min_throughput: The least throughput a second.
            per: What costs are to count: "inferences", "output tokens", ...
            usd_per_hour: Prices by instance type; others are left out.
            price_book: A CSV file of prices.

        Returns:
            The runs, with their `part` in the answer; those of `left-out` have the reason in
            `why`. `said` has the answer in sentences.

        Raises:
            UsageError: A name is not known, or neither a model nor a task is named.
        """
        from warehouse.answers.declared_rows import records_table
        from warehouse.comparison.prices.price_book import given_prices, read_price_book
        from warehouse.comparison.request import Filters
        from warehouse.database.open_version import open_warehouse
        from warehouse.questions.advice.advice_rows import ADVICE_COLUMNS
        from warehouse.questions.advice.answering import AdviceQuestion, bounds_of, give_advice
        from warehouse.questions.advice.runs import RunFilters

        question = AdviceQuestion(
            RunFilters(Filters(model, instance, (), accelerator, family), task, lengths),
            bounds_of(most_ms or {}, percentile, min_throughput),
            per,
            read_price_book(str(price_book)) if price_book is not None else (),
            given_prices(usd_per_hour or {}),
        )
        with open_warehouse(self.root, self.version) as connection:
            given = give_advice(connection, question)
        said = (sentence for answer in given.answers for sentence in given.sentences(answer))
        return Rows(records_table(given.rows(), ADVICE_COLUMNS), tuple(said))

    def reproduce(self, benchmark: str) -> Rows:
        """Return how one published figure was measured, as one row.

        Args:
            benchmark: The `benchmark_id` of a row, or its start.

        Raises:
            UsageError: No benchmark's name starts so, or several do.
        """
        from warehouse.database.open_version import open_warehouse
        from warehouse.questions.reproducing.recipe import read_recipe
        from warehouse.questions.reproducing.told_recipe import recipe_lines, recipe_table

        with open_warehouse(self.root, self.version) as connection:
            recipe = read_recipe(connection, benchmark)
        return Rows(recipe_table(recipe), tuple(filter(None, recipe_lines(recipe))))
