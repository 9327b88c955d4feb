"""What a quality rule is: a value with a name, the severities of its flags, and an explanation.

This module imports nothing but the contract, so that every module can name a rule. Put the rules
themselves in the folders by subject; what a rule over rows or pages looks at lives in `context`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from pipelines.contract.benchmarks import SEVERITIES, Severity

# When what a rule found is published: always, with a switch of the build, or never. A page with a
# finding that is not published is held back.
Published = Literal["always", "--allow-lost-tables", "never"]
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class RuleError(Exception):
    """A rule that is declared without something that every rule must have."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A quality rule. Raises `RuleError` where its name, a severity or its explanation is missing.

    Attributes:
        name: The name in `quality_flags.rule` and in messages, such as `latency-order`.
        severities: The severities that its flags can have. Only a rule whose findings are never
            published has none.
        explanation: The docstring of the rule's file: one line, an empty line, and the details.
        published: When a finding is published as a flag.
    """

    name: str = ""
    severities: tuple[Severity, ...] = ()
    explanation: str | None = field(default=None, repr=False)
    published: Published = "always"

    def __post_init__(self) -> None:
        missing = self._missing()
        if missing:
            raise RuleError(f"{self._label()}: {missing}")

    def _label(self) -> str:
        if self.name:
            return f"rule {self.name!r}"
        return f"rule {self.explanation.splitlines()[0]!r}" if self.explanation else "a rule"

    def _missing(self) -> str | None:
        if not _NAME.fullmatch(self.name):
            return "needs a name of lower-case words joined by hyphens, such as 'latency-order'"
        if not (self.explanation or "").strip():
            return "needs an explanation; write it as the docstring of the rule's file"
        if self.published == "never":
            return "is never published, so it has no severity" if self.severities else None
        if not self.severities or not set(self.severities) <= set(SEVERITIES):
            return f"needs a tuple of severities, of {', '.join(SEVERITIES)}"
        if self.published != "always" and len(self.severities) > 1:
            return f"is published with {self.published}, so it needs a single severity"
        return None

    @property
    def title(self) -> str:
        """The first line of the explanation: what the rule finds."""
        return self._parts()[0]

    @property
    def details(self) -> str:
        """The explanation below its first line, as Markdown; empty where one line says it all."""
        return self._parts()[1]

    def _parts(self) -> tuple[str, str]:
        first, _, rest = (self.explanation or "").strip().partition("\n")
        return first, rest.strip()

    def severity(self, chosen: Severity | None = None) -> Severity:
        """Return the severity of a flag.

        Args:
            chosen: One of `severities`; may be left out where the rule has only one.

        Raises:
            ValueError: The rule has several severities and none is chosen, or not the chosen one.
        """
        if chosen is None and len(self.severities) == 1:
            return self.severities[0]
        if chosen in self.severities:
            return chosen
        known = ", ".join(self.severities) or "no severity"
        raise ValueError(f"rule {self.name!r} has {known}; its flag was given {chosen}")
