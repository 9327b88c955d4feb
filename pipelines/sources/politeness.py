"""How we ask: who we say that we are, how often, and how long we wait.

This module holds the figures and the variables that set them; `client` keeps to them. How much is
read lives in `pipelines.sources.limits`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from pipelines.errors import UsageError

PRODUCT = "neuron-warehouse"
_AGENT = "{product}/0.1 (dataset of published benchmark tables; contact: {contact})"
_CONTACT = "see the README of neuron-warehouse"
_PREFIX = "NEURON_WAREHOUSE_"


@dataclass(frozen=True, slots=True)
class Politeness:
    """The rules that a client keeps.

    `interval` is the least time between one answer and the next question, in seconds; `patience`
    bounds all waiting and failing of a run, in seconds; `timeout` is for each step of an exchange
    and `deadline` for the whole of it, head and body. `recheck` is after how many days the
    pages of a release are asked for again though the site says that it has not built it since.
    """

    contact: str = _CONTACT
    interval: float = 1.0
    patience: float = 600.0
    timeout: float = 30.0
    deadline: float = 120.0
    attempts: int = 5
    longest_wait: float = 60.0
    most_redirects: int = 5
    recheck: float = 7.0

    @property
    def user_agent(self) -> str:
        """What every request says of us."""
        return _AGENT.format(product=PRODUCT, contact=self.contact)


def politeness_from_environment() -> Politeness:
    """Return the rules, with what the environment sets; `UsageError` for what is no number."""
    standard = Politeness()
    timeout = _seconds("TIMEOUT", standard.timeout)
    return Politeness(
        contact=os.environ.get(f"{_PREFIX}CONTACT", "").strip() or standard.contact,
        interval=_seconds("INTERVAL", standard.interval),
        patience=_seconds("PATIENCE", standard.patience),
        timeout=timeout,
        deadline=4 * timeout,
        recheck=_number("RECHECK", standard.recheck, "days"),
    )


def _seconds(name: str, standard: float) -> float:
    return _number(name, standard, "seconds")


def _number(name: str, standard: float, unit: str) -> float:
    text = os.environ.get(_PREFIX + name)
    if text is None:
        return standard
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise UsageError(f"{_PREFIX}{name} is {text!r}; it holds {unit}, such as {standard:g}")
    return value
