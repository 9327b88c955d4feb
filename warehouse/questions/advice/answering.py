"""A question about costs as it is put to a warehouse, and what comes of it.

This module reads and ranks in one call, for the command and for Python. The arithmetic lives in
`ranking`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract.metrics import METRICS_BY_NAME, THROUGHPUT
from pipelines.errors import UsageError, refuse_unknown
from warehouse.comparison.prices.chosen_prices import prices_here
from warehouse.questions.advice import advice_rows, told
from warehouse.questions.advice.ranking import advise
from warehouse.questions.advice.run_bounds import PERCENTILES, TIMES, Bound, time_figure
from warehouse.questions.advice.runs import at_prices, read_runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from typing import Any

    import duckdb

    from warehouse.comparison.prices.price_book import Price
    from warehouse.questions.advice.ranking import Advice
    from warehouse.questions.advice.runs import RunFilters


@dataclass(frozen=True, slots=True)
class AdviceQuestion:
    """What is asked.

    Attributes:
        wanted: The runs that are meant.
        bounds: What they have to keep.
        per: What costs are to count, such as `output tokens`; empty for an answer each.
        price_book: Prices from a file.
        given_prices: Prices that come before those.
    """

    wanted: RunFilters
    bounds: tuple[Bound, ...] = ()
    per: str = ""
    price_book: tuple[Price, ...] = ()
    given_prices: tuple[Price, ...] = ()


@dataclass(frozen=True, slots=True)
class AdviceGiven:
    """The answers, one for each thing that costs count, and what they rest on.

    Attributes:
        bounds: What runs had to keep.
        answers: The answers, those with a run that keeps all bounds first.
        prices: The prices of the person who asks; empty for those that published costs imply.
        newest: The newest release, and when it was published.
    """

    bounds: tuple[Bound, ...]
    answers: tuple[Advice, ...]
    prices: Mapping[str, Price]
    newest: tuple[str, date | None]

    def sentences(self, answer: Advice) -> Iterator[str]:
        """Yield an answer in sentences, the most important first."""
        yield told.opening(answer, self.bounds, self.newest)
        yield from told.remarks(answer, self.prices)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of all answers, for programs."""
        return (row for answer in self.answers for row in advice_rows.data_rows(answer))


def bounds_of(
    times: Mapping[str, float | None], percentile: str, min_throughput: float | None
) -> tuple[Bound, ...]:
    """Return the bounds that are set.

    Args:
        times: The most milliseconds that each time may take, by its metric; None for any.
        percentile: Which percentile of a time is bounded.
        min_throughput: The least throughput a second; None for any.

    Raises:
        UsageError: A bound is not above 0, or of no time.
    """
    refuse_unknown("percentile", percentile, PERCENTILES)
    found = []
    for name, value in times.items():
        refuse_unknown("time", name, [metric.name for metric in TIMES])
        if value is not None:
            option = f"{METRICS_BY_NAME[name].label_of(percentile)} of at most {value:g} ms"
            found.append(Bound(time_figure(name, percentile), value, option))
    if min_throughput is not None:
        option = f"throughput of at least {min_throughput:g}/s"
        found.append(Bound(THROUGHPUT.name, min_throughput, option))
    for bound in found:
        if not bound.value > 0:
            raise UsageError(f"a bound must be above 0, got {bound.value:g}")
    return tuple(found)


def give_advice(connection: duckdb.DuckDBPyConnection, question: AdviceQuestion) -> AdviceGiven:
    """Return the cheapest runs that keep the bounds, the frontier, and what each bound costs.

    Raises:
        UsageError: A name is not known, or a throughput could count several things.
    """
    runs = read_runs(connection, question.wanted)
    prices = prices_here(connection, question.price_book, question.given_prices)
    ((newest, published_on),) = connection.execute(
        "SELECT release, published_on FROM releases ORDER BY release_order DESC LIMIT 1"
    ).fetchall()
    answers = advise(at_prices(runs, prices), question.bounds)
    return AdviceGiven(
        question.bounds, _of_one_unit(answers, question), prices, (newest, published_on)
    )


def _of_one_unit(answers: tuple[Advice, ...], question: AdviceQuestion) -> tuple[Advice, ...]:
    """Return the answers that are meant; refuse a throughput that could count several things."""
    known = [answer.counted for answer in answers]
    wanted = question.per.lower()
    if wanted:
        if wanted not in known:
            listed = ", ".join(known) or "nothing"
            raise UsageError(f"no cost of these runs counts {question.per!r}; they count {listed}")
        return tuple(answer for answer in answers if answer.counted == wanted)
    if len(known) > 1 and any(bound.figure == THROUGHPUT.name for bound in question.bounds):
        raise UsageError(
            f"the least throughput could count {' or '.join(known)}; choose one with --per"
        )
    return answers
