"""How Celery hands out steps, for the workers and the runs alike; the environment names the broker.

This module has settings alone: it can be imported where no broker is.
"""

from __future__ import annotations

import os
from typing import Any

BROKER_VARIABLE = "SCALE_BROKER"
PATIENCE_VARIABLE = "SCALE_PATIENCE"
"""Seconds after which the step of a worker that does not answer goes to another one. A step that
takes longer is run twice at once: at a live site, keep it above the longest reading."""


def settings() -> dict[str, Any]:
    """Return how to reach the broker, and when a step goes to another worker."""
    from dagster_celery.config import DEFAULT_CONFIG

    broker = os.environ[BROKER_VARIABLE]
    patience = int(os.environ[PATIENCE_VARIABLE])
    source = DEFAULT_CONFIG | {
        "broker_transport_options": {"visibility_timeout": patience},
        "broker_connection_retry_on_startup": True,
    }
    return {"broker": broker, "backend": broker, "config_source": source}
