"""Run the recipes of docs/how-to/using-the-data.md as a user would; write what came of it there.

    python -m tools.recipes

This module reads the recipes and runs them in a folder with a dataset. `make clients` calls it
where every client is installed; a test runs those that need nothing more than the tests do.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from tools.dashboard import try_dashboard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REPOSITORY = Path(__file__).resolve().parent.parent
GUIDE = REPOSITORY / "docs" / "how-to" / "using-the-data.md"
ANSWER = re.compile(r"2,?674\.19")
"""The figure of 2.32.0, which the output of every recipe holds."""
_RECIPE = re.compile(
    r"^## (?P<name>.+?)\n.*?^```(?P<kind>python|sh)\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL
)
_MARK = "<!-- clients -->\n"
PACKAGES: Mapping[str, str] = {
    "Python": "neuron-warehouse",
    "pandas": "pandas",
    "Polars": "polars",
    "Delta Lake": "deltalake",
    "DuckDB's shell": "duckdb-cli",
    "SQLAlchemy": "duckdb-sqlalchemy",
    "Ibis": "ibis-framework",
    "ADBC": "adbc-driver-manager",
    "PySpark": "pyspark",
    "Datasette": "datasette",
    "dbt": "dbt-duckdb",
}
"""The package of each recipe's client."""
DASHBOARD, DASHBOARD_PACKAGE = "Superset", "apache-superset"
"""The client whose recipe ends with a server: `tools.dashboard` tries it."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One recipe: the client's name, and its code, Python or shell."""

    name: str
    kind: str
    code: str


def recipes() -> tuple[Recipe, ...]:
    """Return the recipes in the order of the guide."""
    found = (
        section for section in re.split(r"^(?=## )", GUIDE.read_text("utf-8"), flags=re.MULTILINE)
    )
    return tuple(Recipe(*match.groups()) for one in found if (match := _RECIPE.search(one)))


def pinned_dashboard() -> tuple[str, str]:
    """Return Superset's package and the version that its example installs."""
    pins = (REPOSITORY / "examples" / "superset" / "requirements.in").read_text("utf-8")
    (found,) = re.findall(rf"^{DASHBOARD_PACKAGE}==(\S+)", pins, re.MULTILINE)
    return DASHBOARD_PACKAGE, found


def prepare(folder: Path, root: Path) -> None:
    """Make a folder look like a checkout with a dataset."""
    (folder / "data").symlink_to(root)
    # Not what the dashboard has installed beside itself: 1 GB.
    leave = shutil.ignore_patterns(".superset")
    shutil.copytree(REPOSITORY / "examples", folder / "examples", ignore=leave)


def run_recipe(recipe: Recipe, folder: Path) -> str:
    """Return what a recipe prints on both outputs.

    Raises:
        RuntimeError: It fails, or its output lacks the answer.
    """
    program = [sys.executable, "-"] if recipe.kind == "python" else ["bash", "-e"]
    own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(  # noqa: S603 - our own recipes
        program,
        input=recipe.code,
        cwd=folder,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode or not ANSWER.search(done.stdout):
        raise RuntimeError(f"{recipe.name}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def main() -> int:
    """Run all recipes, write their results into the guide, and return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = folder / "built"
        command = [sys.executable, "-m", "dagster_project", "build", "--root", str(root)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        prepare(folder, root)
        results = {one.name: _result(partial(run_recipe, one, folder)) for one in recipes()}
        results[DASHBOARD] = _result(partial(_draw_dashboard, root))
    text = GUIDE.read_text("utf-8").partition(_MARK)[0]
    GUIDE.write_text(f"{text}{_MARK}{_sentences(results)}\n", "utf-8")
    print(_sentences(results))
    return int("fails" in results.values())


def _sentences(results: Mapping[str, str]) -> str:
    """Return which clients were tried, when, and which fail."""
    tried = ", ".join(f"{name} ({_version(name)})" for name in results)
    failing = ", ".join(name for name, said in results.items() if said == "fails")
    when = f"Tried on {datetime.now(UTC):%Y-%m-%d} with Python {sys.version.split()[0]}: {tried}."
    said = f"These fail: {failing}." if failing else "All work."
    return fill(f"{when} {said}", 100, break_on_hyphens=False)


def _draw_dashboard(root: Path) -> str:
    drawn = try_dashboard(root / "warehouse.duckdb")
    if not ANSWER.search(drawn):
        raise RuntimeError(f"{DASHBOARD}: its charts lack the figure of 2.32.0")
    return drawn


def _result(tried: Callable[[], str]) -> str:
    try:
        tried()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return "fails"
    return "works"


def _version(name: str) -> str:
    if name == DASHBOARD:
        return " ".join(pinned_dashboard())
    package = PACKAGES[name]
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        # dbt has an environment of its own.
        program = shutil.which("dbt")
        python = Path(program).resolve().parent / "python" if program else None
        code = f"from importlib.metadata import version; print(version({package!r}))"
        command = [str(python), "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return f"{package} {done.stdout.strip()}"


if __name__ == "__main__":
    sys.exit(main())
