"""How we ask a live site: under which name, how often, and how long we wait.

This module holds the figures and the environment variables that set them. Put a new one here;
`live.client` keeps to them, and how much is read lives in `pipelines.sources.limits`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from pipelines.errors import UsageError

PRODUCT = "neuron-warehouse"
_AGENT = "{product}/0.2 (dataset of published benchmark tables; contact: {contact})"
PROJECT_CONTACT = ""
"""Where this project can be reached; a fork that has an address states it here. See SECURITY.md."""
_NO_CONTACT = "none given"
_PREFIX = "NEURON_WAREHOUSE_"


@dataclass(frozen=True, slots=True)
class Politeness:
    """The rules that a client keeps.

    Attributes:
        contact: How the site's owners reach us, as the User-Agent says it; empty for no way.
        interval: The least time between one answer and the next request, in seconds.
        patience: The most time that a run spends on waiting and failing, in seconds.
        timeout: For each step of an exchange, in seconds.
        deadline: For a whole exchange, head and body, in seconds.
        attempts: The most requests for one address.
        longest_wait: The most that a growing wait grows to, in seconds.
        most_redirects: How many redirects are followed for one address.
        recheck: After how many days the pages of a release are requested again, although the site
            says that it has not built the release since.
    """

    contact: str = PROJECT_CONTACT
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
        """The User-Agent header of every request."""
        return _AGENT.format(product=PRODUCT, contact=self.contact or _NO_CONTACT)


def contact_remark(rules: Politeness) -> tuple[str, ...]:
    """Return a remark that no contact is set, if so."""
    if rules.contact:
        return ()
    return (
        f"{_PREFIX}CONTACT is not set: the site's owners cannot write to you; set it to an address",
    )


def politeness_from_environment() -> Politeness:
    """Return the rules, with those that the environment sets.

    Raises:
        UsageError: A variable holds something else than a number from 0 up.
    """
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
        raise UsageError(
            f"{_PREFIX}{name} must be a number of {unit} such as {standard:g}, got {text!r}"
        )
    return value
