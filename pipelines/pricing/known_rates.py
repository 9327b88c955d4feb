"""The hourly rates of instance types that the pages imply.

This module is data alone; the NeuronCores of instance types live in `contract.accelerators`. The
rates are no price list: each is the range that is left when the roundings of all rows of the
bundled releases with that instance type and stated price basis are taken together, rounded outward
to four decimals. A test derives them again from the capture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.pricing.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

# In USD/h, by instance type and stated basis.
KNOWN_RATES: Mapping[tuple[str, str], Interval] = {
    # From the inf1 pages of 2.17.0 to 2.19.1.
    ("inf1.xlarge", "on-demand"): Interval(0.2278, 0.2282),
    ("inf1.2xlarge", "on-demand"): Interval(0.3615, 0.3641),
    ("inf1.6xlarge", "on-demand"): Interval(1.1793, 1.1812),
    # From the inf2 and trn1 pages of 2.17.0 to 2.19.1. Of two of them the decoder tables of 2.18.2
    # to 2.19.1 print the rate: $12.981 for inf2.48xlarge, $21.500 for trn1.32xlarge. All rows of
    # inf2.24xlarge give tokens: that these cost half an inf2.48xlarge, which has twice its chips,
    # shows that their costs are per token.
    ("inf2.xlarge", "on-demand"): Interval(0.7579, 0.7581),
    ("inf2.8xlarge", "on-demand"): Interval(1.8942, 1.9701),
    ("inf2.24xlarge", "on-demand"): Interval(6.4896, 6.4904),
    ("inf2.48xlarge", "on-demand"): Interval(12.9809, 12.9813),
    ("trn1.2xlarge", "on-demand"): Interval(1.3399, 1.3402),
    ("trn1.32xlarge", "on-demand"): Interval(21.4997, 21.5001),
    # From the pages of 2.20.0 to 2.20.2; inf1 has tables in 2.20.1 and 2.20.2 only.
    ("inf1.xlarge", "ri-effective"): Interval(0.1098, 0.1101),
    ("inf1.2xlarge", "ri-effective"): Interval(0.1728, 0.1745),
    ("inf1.6xlarge", "ri-effective"): Interval(0.5616, 0.5679),
    ("inf2.xlarge", "ri-effective"): Interval(0.3279, 0.3281),
    ("inf2.8xlarge", "ri-effective"): Interval(0.7768, 0.8683),
    ("inf2.24xlarge", "ri-effective"): Interval(2.8038, 2.8042),
    ("inf2.48xlarge", "ri-effective"): Interval(5.6071, 5.6081),
    ("trn1.2xlarge", "ri-effective"): Interval(0.5117, 0.5127),
    ("trn1.32xlarge", "ri-effective"): Interval(8.1965, 8.1975),
}
