"""What rounding leaves open in a printed figure, as SQL, and how far a rate must be known.

This module writes the arithmetic of `pipelines.pricing.intervals` as SQL expressions. Put bounds on
rates and the expressions that need a cell's text here; the rules that use them live in `sql/`.
"""

from __future__ import annotations

PRICE_MARGIN = 1.01
"""Two hourly rates are two prices where their ranges are further apart than this factor."""

RATE_PRECISION = 1.05
"""A range whose ends are further apart than this factor is too wide to calculate with."""

HOURS_PER_MILLION = "(3600 / 1e6)"
"""Cost of a million times throughput a second times this is a rate in USD/h."""


def half_step(text: str) -> str:
    """Return SQL for half of a printed figure's last digit: `0.07 USD` stands for 0.07 +- 0.005.

    Args:
        text: SQL for the cell's text.
    """
    # Few cells have their unit, and a regular expression takes twice the time of a whole look.
    decimals = (
        f"CASE WHEN {text}[-1] BETWEEN '0' AND '9' THEN strlen(split_part({text}, '.', 2)) "
        f"ELSE strlen(regexp_extract({text}, '[.]([0-9]*)', 1)) END"
    )
    return f"0.5 * pow(10, -({decimals}))"


def is_precise(value: str, half: str) -> str:
    """Return SQL that is true of a printed figure that is precise enough to calculate with.

    Args:
        value: SQL for the figure.
        half: SQL for half of its last digit.
    """
    return f"{value} + {half} <= {RATE_PRECISION} * ({value} - {half})"


def usd_per_1m(throughput: str, usd_per_hour: str) -> str:
    """Return SQL for what a million costs.

    Args:
        throughput: SQL for what is done a second; nothing costs anything where it is 0.
        usd_per_hour: SQL for the price of the run's instances.
    """
    return f"({usd_per_hour}) / (nullif({throughput}, 0) * {HOURS_PER_MILLION})"
