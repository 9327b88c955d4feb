"""The table of the hourly rates behind the published costs.

This module declares what is derived about money from a release's own figures. How it is derived
lives in `pipelines.pricing.hourly_rates`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.contract.column import Table, described
from pipelines.contract.metrics import PRICE_BASES
from pipelines.contract.published import RELEASE


@dataclass(frozen=True, slots=True)
class HourlyRate:
    """The hourly rate behind the costs of one instance type in a release."""

    release: str = described(RELEASE)
    instance_type: str = described("EC2 instance type, in lower case.")
    stated_basis: str | None = described(
        "Price basis that the page's notes state for its costs.",
        values=PRICE_BASES,
    )
    implied_usd_per_hour: float = described(
        "Rate at which most rows' cost and throughput agree, allowing for how both are rounded.",
        unit="USD/h",
    )
    low_usd_per_hour: float | None = described(
        "Lowest rate at which these rows agree: cost and throughput are rounded.", unit="USD/h"
    )
    high_usd_per_hour: float | None = described(
        "Highest rate at which these rows agree; far from the lowest, the rate is poorly known.",
        unit="USD/h",
    )
    row_count: int = described("Rows with cost and throughput that imply the rate.", unit="rows")
    agrees: bool | None = described(
        "Whether the implied rate is the one known for the stated basis; null if none is known."
    )


HOURLY_RATES = Table(
    "hourly_rates",
    HourlyRate,
    "Hourly rates that the published costs imply, by instance type and stated price basis.",
    key=("release", "instance_type", "stated_basis"),
    sort=("release", "instance_type", "stated_basis"),
    group="measured",
    made_from=("measurements",),
)
