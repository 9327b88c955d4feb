"""The page in a tab of the browser: opened, watched, and read. Its tests are beside this module."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

TWO = "base=2.19.1&target=2.20.2"
_SETTINGS = {"viewport": {"width": 1200, "height": 900}, "offline": True}


@contextmanager
def opened(browser: Browser, file: Path, address: str = "", **options: Any) -> Iterator[Page]:
    """Open the page; end with no console message, no error and no request but for the file.

    Without options it opens in the tab of the test before: the page stores nothing, and a new tab
    costs twice as much as the page.
    """
    kept = None if options else next(iter(browser.contexts), None)
    context = kept or browser.new_context(**_SETTINGS | options)
    tab = context.pages[0] if kept else context.new_page()
    tab.set_default_timeout(20_000)
    # Another address than the page's: a new hash alone would not load it again.
    tab.goto("about:blank")
    said: list[str] = []
    listeners: dict[str, Callable[[Any], None]] = {
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
        "request": lambda request: said.append(request.url),
    }
    for event, listener in listeners.items():
        tab.on(event, listener)  # type: ignore[call-overload]
    tab.goto(f"{file.as_uri()}{f'#{address}' if address else ''}")
    yield tab
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)
    if options:
        context.close()
    assert [line for line in said if not line.startswith((file.as_uri(), "data:,"))] == []


def texts_in(tab: Page, selector: str) -> list[str]:
    """Return the texts of all elements that a selector finds."""
    return [text.strip() for text in tab.locator(selector).all_inner_texts()]
