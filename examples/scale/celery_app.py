# mypy: allow-untyped-calls
"""What the workers run: Dagster's steps, through a broker.

    python -m celery --app examples.scale.celery_app worker --pool solo

This module is what Celery's command line loads; its settings live in `celery_settings`.
"""

from __future__ import annotations

from dagster_celery.config import dict_wrapper
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from examples.scale.celery_settings import settings

_given = settings()
app = make_app({**_given, "config_source": dict_wrapper(_given["config_source"])})
# A worker takes a step off the queue when it has done it, not when it begins: if it dies, another
# one does it again. That is safe, because a release is published whole or not at all.
execute_plan = create_task(app, acks_late=True)
