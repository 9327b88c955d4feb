"""The contract's checks: missing values, sets of values, empty texts, unique keys, references.

This package checks every table, once in Python, for rows that will be published, and once in SQL,
for the tables of the warehouse. Both derive from the contract. What merely looks odd in a figure is
a quality flag and lives in `pipelines.quality`.
"""

from warehouse.contract_checks.breaches import (
    breaches,
    broken_promises,
    make_others,
    require_promises,
)
from warehouse.contract_checks.declared import (
    OTHERS,
    Check,
    Kind,
    contract_checks,
    is_named_alone,
)
from warehouse.contract_checks.problems import problems_of

__all__ = [
    "OTHERS",
    "Check",
    "Kind",
    "breaches",
    "broken_promises",
    "contract_checks",
    "is_named_alone",
    "make_others",
    "problems_of",
    "require_promises",
]
