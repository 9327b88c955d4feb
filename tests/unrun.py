"""The last line of a test run: which tests did not run, and why.

This module collects the reasons of skipped tests; `tests/conftest.py` makes pytest call it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_SKIPPED: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count a skipped test by its file and reason."""
    if report.skipped and isinstance(report.longrepr, tuple):
        file = report.nodeid.partition("::")[0]
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        _SKIPPED[f"of {file}: {reason}"] += 1


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print one line for all that did not run, after pytest's own last line."""
    # Of several processes, the one that starts the others hears of all tests.
    if _SKIPPED and not hasattr(config, "workerinput"):
        told = "; ".join(f"{count} {what}" for what, count in sorted(_SKIPPED.items()))
        print(f"Not run: {told}.")  # noqa: T201 - for the person who runs the tests
