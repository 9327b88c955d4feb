"""Serve the dashboard of `examples/superset`, draw it in a real browser, and say what is wrong.

    python -m tools.dashboard

This module starts the server as a user would, compares the type of every column with the dataset's
own, waits until every chart is drawn, and takes the picture that docs/how-to/bi/superset.md shows.
`make clients` calls it. The form of the YAML files is tested in `tests/tools/test_superset.py`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from tests.browsers import a_browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page, Response

REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLE = REPOSITORY / "examples" / "superset"
PICTURE = REPOSITORY / "docs" / "images" / "superset.png"
HOME = REPOSITORY / ".venv-superset"
SIZE = {"width": 1400, "height": 1900}
PATIENCE = 900
"""Seconds that installing, importing and starting may take together."""
_GENERIC = {"BIGINT": 0, "DOUBLE": 0, "VARCHAR": 1, "DATE": 2, "TIMESTAMPTZ": 2, "BOOLEAN": 3}
"""Superset's number for what a column is in a chart. It has None for a type that it cannot read."""
DRAWN = 120_000
"""Milliseconds that drawing may take."""


def chart_names() -> frozenset[str]:
    """Return the titles of the dashboard's charts."""
    charts = (EXAMPLE / "dashboard" / "charts").glob("*.yaml")
    return frozenset(yaml.safe_load(path.read_text("utf-8"))["slice_name"] for path in charts)


def try_dashboard(warehouse: Path) -> str:
    """Import the dashboard, look at every column and chart, and take the picture.

    Args:
        warehouse: The file to show.

    Returns:
        What the charts were given, as text: it holds the figures that they draw.

    Raises:
        RuntimeError: The server does not start, a column has no type, or a chart shows an error.
    """
    with _served(warehouse) as address, a_browser() as browser:
        # Superset's service worker would hide the requests from us.
        context = browser.new_context(viewport=SIZE, service_workers="block")
        page = context.new_page()
        answers: list[Response] = []
        page.on("response", lambda one: "/chart/data" in one.url and answers.append(one))
        _log_in(page, address)
        _compare_types(context, address)
        return _draw(page, answers)


@contextmanager
def _served(warehouse: Path) -> Iterator[str]:
    """Start the example as a user would, newly imported; yield its address once it answers."""
    (HOME / "imported").unlink(missing_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "PORT": str(port),
        "PYTHON": os.environ.get("SUPERSET_PYTHON", sys.executable),
        "SUPERSET_HOME": str(HOME),
        "NEURON_WAREHOUSE_FILE": str(warehouse),
    }
    server = subprocess.Popen(  # noqa: S603 - our own script
        [EXAMPLE / "start"], env={**os.environ, **settings}, start_new_session=True
    )
    try:
        yield _awaited(server, f"http://127.0.0.1:{port}")
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait()


def _awaited(server: subprocess.Popen[bytes], address: str) -> str:
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            with urlopen(f"{address}/health") as answer:  # noqa: S310 - our own server
                answer.read()
        except URLError:
            time.sleep(1)
        else:
            return address
    raise RuntimeError(f"Superset did not answer; see {HOME / 'superset.log'}")


def _log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login/?next=/superset/dashboard/neuron/")
    page.fill("#username", "admin")
    page.fill("#password", (HOME / "password").read_text("utf-8").strip())
    page.keyboard.press("Enter")
    page.wait_for_selector(".chart-slice", timeout=DRAWN)


def _compare_types(context: BrowserContext, address: str) -> None:
    """Compare each dataset's columns with its YAML file, as imported, and as read from the file."""
    api = f"{address}/api/v1"
    token = context.request.get(f"{api}/security/csrf_token/").json()["result"]
    headers = {"X-CSRFToken": token, "Referer": address}
    for path in sorted((EXAMPLE / "dashboard" / "datasets").rglob("*.yaml")):
        name = path.stem
        found = context.request.get(
            f"{api}/dataset/?q=(filters:!((col:table_name,opr:eq,value:{name})))"
        ).json()
        dataset = f"{api}/dataset/{found['ids'][0]}"
        declared = yaml.safe_load(path.read_text("utf-8"))["columns"]
        _compare(name, declared, context.request.get(dataset).json()["result"]["columns"])
        done = context.request.put(f"{dataset}/refresh", headers=headers, timeout=DRAWN)
        if not done.ok:
            raise RuntimeError(f"{name}: Superset cannot read its columns: {done.text()}")
        _compare(name, declared, context.request.get(dataset).json()["result"]["columns"])


def _compare(name: str, declared: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    """Raise unless Superset knows these columns, and of each whether it is text, a number, …."""
    expected = {(one["column_name"], _GENERIC[one["type"]]) for one in declared}
    if differing := expected ^ {(one["column_name"], one["type_generic"]) for one in found}:
        raise RuntimeError(
            f"{name}: columns of another type than declared: {sorted(differing, key=str)}"
        )


def _draw(page: Page, answers: list[Response]) -> str:
    """Wait for every chart, raise on an error, take the picture and return the charts' data."""
    names = chart_names()
    drawn = ".chart-slice:has(canvas, table)"
    page.wait_for_function(
        "([drawn, count]) => document.querySelectorAll(drawn).length === count"
        " && !document.querySelector('.chart-slice .loading')",
        arg=[drawn, len(names)],
        timeout=DRAWN,
    )
    page.wait_for_load_state("networkidle")
    errors = page.locator("[role=alert]").all_inner_texts()
    titles = frozenset(page.locator(".chart-slice .header-title").all_inner_texts())
    empty = [one.url for one in answers if not one.ok or not _rows(one)]
    if errors or empty or not names <= titles:
        raise RuntimeError(f"errors: {errors}; empty: {empty}; missing: {sorted(names - titles)}")
    page.screenshot(path=PICTURE)
    return "\n".join(one.text() for one in answers)


def _rows(answer: Response) -> int:
    return min(one["rowcount"] for one in answer.json()["result"])


def main() -> int:
    """Build a dataset and try the dashboard on it; return the exit code."""
    with tempfile.TemporaryDirectory() as root:
        command = [sys.executable, "-m", "dagster_project", "build", "--root", root]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        try_dashboard(Path(root, "warehouse.duckdb"))
    print(f"{len(chart_names())} charts drawn; {PICTURE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
