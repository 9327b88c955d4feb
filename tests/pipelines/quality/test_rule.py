"""A rule's declaration: what it must have, and what its flags take from it."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from pipelines.quality.reading.responses import empty_page
from pipelines.quality.reading.tables import unread_column
from pipelines.quality.rule import Rule, RuleError
from pipelines.quality.speed import concurrency, latency_order

WHOLE: dict[str, Any] = {
    "name": "a-rule",
    "severities": ("warning", "info"),
    "explanation": "A row is odd.\n\nIt is odd because\nof its figures.\n",
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "rule 'A row is odd.': needs a name"),
        ({"name": "A Rule"}, "rule 'A Rule': needs a name"),
        ({"severities": ()}, "rule 'a-rule': needs a tuple of severities, of error, warning, info"),
        ({"severities": ("grave",)}, "rule 'a-rule': needs a tuple of severities"),
        ({"severities": "error"}, "rule 'a-rule': needs a tuple of severities"),
        ({"explanation": None}, "rule 'a-rule': needs an explanation"),
        ({"explanation": " \n"}, "rule 'a-rule': needs an explanation"),
        (
            {"published": "--allow-lost-tables"},
            "rule 'a-rule': is published with --allow-lost-tables, so",
        ),
        ({"published": "never"}, "rule 'a-rule': is never published, so it has no severity"),
    ],
)
def test_a_rule_that_lacks_something_says_in_one_line_what(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(RuleError) as refused:
        Rule(**WHOLE | changes)
    assert str(refused.value).startswith(message)
    assert len(str(refused.value).splitlines()) == 1


def test_a_rule_without_anything_says_that_it_needs_a_name() -> None:
    with pytest.raises(RuleError, match=r"^a rule: needs a name"):
        Rule()


def test_the_first_line_of_the_explanation_is_the_title_and_the_rest_the_details() -> None:
    rule = Rule(**WHOLE)
    assert rule.title == "A row is odd."
    assert rule.details == "It is odd because\nof its figures."
    assert "kept in `attributes`" in unread_column.RULE.details


def test_a_flag_has_the_only_severity_of_its_rule_or_the_chosen_one() -> None:
    assert latency_order.RULE.severity() == "error"
    assert concurrency.RULE.severity("warning") == "warning"


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [(concurrency.RULE, None), (concurrency.RULE, "info"), (empty_page.RULE, None)],
)
def test_a_severity_that_the_rule_does_not_have_is_refused(rule: Rule, chosen: Any) -> None:
    with pytest.raises(ValueError, match=rule.name):
        rule.severity(chosen)


def test_a_rule_can_be_sent_to_another_process() -> None:
    for rule in (unread_column.RULE, latency_order.RULE):
        assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301 - our own bytes
