"""When an asset runs by itself, and the names by which runs are distinguished and limited.

This module has declarative conditions and constants. Schedules live in `automation`, sensors in
`sensors`.
"""

from __future__ import annotations

import dagster as dg

SITE_POOL = "documentation_site"
"""The pool of all steps that ask the site: dagster.yaml allows one of them at a time."""
OBSERVE_TAG = "neuron-warehouse/observe"
NEWEST = "newest"
RETRY_AT = "17 11 * * *"
"""When what failed or is missing is tried again, once a day, until it succeeds: in UTC."""
DATA_VERSION_TAG = "dagster/data_version"
RETRIES = {"dagster/max_retries": "2"}

_changed = dg.AutomationCondition.any_deps_match(dg.AutomationCondition.data_version_changed())
_first = (
    dg.AutomationCondition.missing() & ~dg.AutomationCondition.any_deps_missing()
).newly_true()
# A run that failed, or that fell due while no daemon ran, would otherwise wait for the next edit.
_left_over = (
    dg.AutomationCondition.execution_failed()
    | (dg.AutomationCondition.missing() & ~dg.AutomationCondition.any_deps_missing())
) & dg.AutomationCondition.cron_tick_passed(RETRY_AT)
WHEN_CHANGED = (
    ((_changed | _first).since_last_handled() | _left_over)
    & ~dg.AutomationCondition.any_deps_in_progress()
    & ~dg.AutomationCondition.in_progress()
).with_label("what it is made from changed")
"""Identical bytes start nothing: what counts is the data version, not that something ran."""
