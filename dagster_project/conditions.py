"""When an asset runs by itself, and the names by which runs are told apart and held back.

Here belong declarative conditions and constants. What asks and requests stands in `automation`.
"""

from __future__ import annotations

import dagster as dg

SITE_POOL = "documentation_site"
"""The pool of all steps that ask the site: dagster.yaml allows one of them at a time."""
OBSERVE_TAG = "neuron-warehouse/observe"
NEWEST = "newest"
DATA_VERSION_TAG = "dagster/data_version"

_changed = dg.AutomationCondition.any_deps_match(dg.AutomationCondition.data_version_changed())
_first = (
    dg.AutomationCondition.missing() & ~dg.AutomationCondition.any_deps_missing()
).newly_true()
WHEN_CHANGED = (
    (_changed | _first).since_last_handled()
    & ~dg.AutomationCondition.any_deps_in_progress()
    & ~dg.AutomationCondition.in_progress()
).with_label("what it is made from changed")
"""Identical bytes start nothing: what counts is the data version, not that something ran."""
