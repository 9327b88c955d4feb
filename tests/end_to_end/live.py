"""What the end-to-end tests of live sites share: a site on loopback, a root built from it.

Put here what sets the scene; no test.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from dagster_project.build.publish_releases import Outcome, publish_releases
from pipelines.errors import NeuronWarehouseError
from pipelines.policy import DEFAULT, Policy
from pipelines.sources.choose import open_site
from pipelines.sources.site import INVENTORY_PATH
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.storage.data_paths import FILE
from warehouse.versions import newest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.loopback import Loopback
    from tests.sites import CopiedSite

RELEASE = "2.20.1"
OTHER = "2.20.2"
PAGE = "inf2-inference"
PAGES = (PAGE, "trn1-training", "whats-new")
"""What the site of these tests has of a release: enough for every fault, and quick to read."""
ANSWER = "SELECT * FROM benchmark_results ORDER BY benchmark_id"


@dataclass
class Scene:
    """A site of two releases, its server, and a dataset's root."""

    site: CopiedSite
    web: Loopback
    root: Path
    remarks: tuple[str, ...] = ()
    answers: dict[tuple[str, str], list[dict[str, object]]] = field(default_factory=dict)

    @property
    def page(self) -> str:
        """The path of the page that the tests are about."""
        return "/" + str(self.site.page(RELEASE, PAGE).relative_to(self.site.folder))

    @property
    def inventory(self) -> str:
        """The path of its release's inventory."""
        return f"/en/v{RELEASE}/{INVENTORY_PATH}"

    @property
    def files(self) -> int:
        """How many files a build asks for: all pages, inventories, the sitemap, robots.txt."""
        pages = list(self.site.folder.rglob("*.html"))
        return len(pages) + len(list(self.site.folder.rglob(INVENTORY_PATH))) + 2

    def build(self, source: str | None = None, *releases: str, policy: Policy = DEFAULT) -> Outcome:
        """Build as the command does, in this process; all releases unless some are named."""
        outcome = self.publish(source, *releases, policy=policy)
        build_database(self.root)
        return outcome

    def publish(
        self, source: str | None = None, *releases: str, policy: Policy = DEFAULT
    ) -> Outcome:
        """Build all but the warehouse file, which is half of the time of a small build."""
        with closing(open_site(source or self.web.address, self.root)) as site:
            wanted = releases or site.releases()
            outcome = publish_releases(site, str(self.root), wanted, policy=policy)
            self.remarks = tuple(site.remarks)
        return outcome

    def told(self, *releases: str, whole: bool = True) -> tuple[int, str]:
        """Build, the warehouse file too if `whole`; return the exit code and what is said of it."""
        try:
            outcome = (self.build if whole else self.publish)(None, *releases)
        except NeuronWarehouseError as error:
            return error.exit_code, str(error)
        return outcome.exit_code, "\n".join(outcome.messages)

    def answer(self, sql: str = ANSWER) -> list[dict[str, object]]:
        """Ask the warehouse; a file with the same bytes has the same answer, and is asked once."""
        digest = hashlib.sha256((self.root / FILE).read_bytes()).hexdigest()
        key = digest, sql
        if key not in self.answers:
            self.answers[key] = run_sql(self.root, sql).to_pylist()
        return self.answers[key]

    def version(self) -> int:
        """Return the number of the newest version."""
        found = newest(self.root)
        return found.version if found else 0

    def live_files(self) -> dict[str, bytes]:
        """Return every Parquet file of the newest version, with its bytes."""
        descriptor = json.loads((self.root / f"versions/{self.version():06}.json").read_bytes())
        paths = [resource["path"] for resource in descriptor["resources"]]
        return {path: (self.root / path).read_bytes() for path in paths}

    def rows_of(self, *tables: str) -> dict[str, list[dict[str, object]]]:
        """Return the rows of tables as the newest version's Parquet files have them, by file."""
        found = {}
        for path, data in self.live_files().items():
            if path.split("/")[1] in tables:
                found[path] = pq.read_table(io.BytesIO(data)).to_pylist()
        return found


def lose_a_table(site: CopiedSite) -> None:
    """Take the first table off the page."""
    path = site.page(RELEASE, PAGE)
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"<table>.*?</table>", "", text, count=1, flags=re.DOTALL), "utf-8")


def lose_a_column(site: CopiedSite) -> None:
    """Take the last column off the tables of the page."""
    path = site.page(RELEASE, PAGE)
    text = path.read_text("utf-8").replace("<th>OS Type</th></tr>", "</tr>")
    path.write_text(text.replace("<td>U22</td></tr>", "</tr>"), "utf-8")


def heals(
    scene: Scene, before: list[dict[str, object]], files: Mapping[str, bytes] | None = None
) -> None:
    """Check that a clean run answers as before, from the same files where these are given."""
    scene.web.faults.clear()
    assert scene.told(RELEASE) == (0, "")
    assert scene.answer() == before
    assert files is None or scene.live_files() == files
