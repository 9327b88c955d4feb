"""Take the picture of Dagster's lineage with all groups open, from Dagster's own web page.

    python -m tools.take_lineage

Needs a browser, and starts Dagster's web page for half a minute. Run it by hand after a change of
the asset groups, then look at the picture. The address is that of
`docs/how-to/operate/dagster.md`, of which a test says that it opens every group.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.browsers import a_browser

REPOSITORY = Path(__file__).resolve().parent.parent
GUIDE = REPOSITORY / "docs" / "how-to" / "operate" / "dagster.md"
PICTURE = REPOSITORY / "docs" / "images" / "lineage.png"
SECONDS = 120
"""How long the page may take to start, and to draw the graph."""
SIZE = (1500, 1900)
LEFT, TOP = 545, 112
"""Where the graph begins on the page, right of the lists and below the buttons."""
_ADDRESS = re.compile(r"http://localhost:3000(/asset-groups\?[^)\s]+)")


def main() -> None:
    """Start the web page, take the picture, and stop the page."""
    match = _ADDRESS.search(GUIDE.read_text("utf-8"))
    if match is None:
        raise SystemExit(f"{GUIDE} holds no address of the lineage")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "dagster.yaml").write_bytes((REPOSITORY / "dagster.yaml").read_bytes())
        server = subprocess.Popen(  # noqa: S603 - our own server
            [str(Path(sys.executable).parent / "dg"), "dev", "--port", str(port)],
            cwd=REPOSITORY,
            env={**os.environ, "DAGSTER_HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/server_info")
            _take(f"http://127.0.0.1:{port}{match[1]}")
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def _wait_for(address: str) -> None:
    until = time.monotonic() + SECONDS
    while True:
        try:
            with urlopen(address):  # noqa: S310 - our own server
                return
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _take(address: str) -> None:
    with a_browser() as browser:
        tab = browser.new_page(viewport=dict(zip(("width", "height"), SIZE, strict=True)))
        tab.goto(address)
        tab.get_by_text("support_ranges").first.wait_for(timeout=SECONDS * 1000)
        tab.wait_for_timeout(3000)  # until the boxes have come to rest
        size = {"width": SIZE[0] - LEFT, "height": SIZE[1] - TOP}
        tab.screenshot(path=PICTURE, clip={"x": LEFT, "y": TOP, **size})


if __name__ == "__main__":
    main()
