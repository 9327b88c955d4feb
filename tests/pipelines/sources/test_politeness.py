"""The rules by which a site is asked, and what sets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pipelines.errors import UsageError
from pipelines.sources.archive import Exchange
from pipelines.sources.live.client import _asked_wait
from pipelines.sources.politeness import Politeness, contact_remark, politeness_from_environment


def test_by_default_a_site_is_asked_at_most_once_a_second_and_never_for_ever() -> None:
    rules = Politeness()
    assert rules.interval >= 1
    assert rules.attempts <= 5
    assert rules.patience <= 600
    assert rules.user_agent.startswith("neuron-warehouse/")
    assert "contact: " in rules.user_agent


def test_that_no_contact_is_set_is_said_in_one_line() -> None:
    (remark,) = contact_remark(Politeness(contact=""))
    assert remark.startswith("NEURON_WAREHOUSE_CONTACT is not set")
    assert Politeness(contact="").user_agent.endswith("contact: none given)")
    assert contact_remark(Politeness(contact="ops@example.org")) == ()


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("CONTACT", "ops@example.org"), ("INTERVAL", "2.5"), ("RECHECK", "0")):
        monkeypatch.setenv(f"NEURON_WAREHOUSE_{name}", value)
    rules = politeness_from_environment()
    assert (rules.contact, rules.interval, rules.recheck) == ("ops@example.org", 2.5, 0)


@pytest.mark.parametrize("name", ["INTERVAL", "PATIENCE", "TIMEOUT", "RECHECK"])
@pytest.mark.parametrize("value", ["-1", "soon", "inf", "nan", ""])
def test_what_is_no_number_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"NEURON_WAREHOUSE_{name}", value)
    with pytest.raises(UsageError, match=f"NEURON_WAREHOUSE_{name} must be .* got '{value}'"):
        politeness_from_environment()


def _waits(text: str) -> float:
    headers = (("retry-after", text),)
    return _asked_wait(Exchange("url", datetime.now(UTC), (), 429, "", headers, b""))


def test_retry_after_is_read_in_seconds_and_as_a_date() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    assert _waits("120") == 120
    assert 3500 < _waits(format_datetime(later, usegmt=True)) <= 3600
    assert _waits(format_datetime(later - timedelta(hours=2), usegmt=True)) == 0
    assert _waits("soon") == 0
