"""A real browser for tests: the Chromium, Chrome or Edge that is installed, driven by Playwright.

This module finds and starts one. What the page must do in it is tested in
`tests/warehouse/report`. Playwright brings a driver and no browser of its own.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

REQUIRED = "REQUIRE_BROWSER"
"""Environment variable with which a missing browser fails the tests that need one."""
CHOSEN = "BROWSER_PATH"
"""Environment variable that names a browser's program."""
MISSING = (
    "no Chromium, Chrome or Edge found; install one (Debian and Ubuntu: apt install chromium; "
    f"macOS: brew install --cask google-chrome), or name its program in {CHOSEN}"
)
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# Nothing but our page may be asked for, and no graphics card is needed.
_OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find_browser() -> str | None:
    """Return the program of an installed browser; None if no browser is installed."""
    named = os.environ.get(CHOSEN)
    if named:
        return named
    found = (shutil.which(name) for name in _NAMES)
    return next((path for path in (*found, *_PLACES) if path and Path(path).exists()), None)


def browser_program() -> str:
    """Return a browser's program; without one, skip the test, or fail it where one is required."""
    program = find_browser()
    if program is None:
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(MISSING)
    return program


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start a browser, as `browser_program` finds it."""
    program = browser_program()
    # Chromium's sandbox does not work for root, as which containers run.
    root = ("--no-sandbox",) if os.name == "posix" and os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[*_OPTIONS, *root], timeout=120_000
        )
        yield browser
        browser.close()
