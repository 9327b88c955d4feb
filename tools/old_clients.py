"""Try the warehouse file with the oldest DuckDB versions that its comments promise.

    python -m tools.old_clients data/warehouse.duckdb

Every version is installed into an environment of its own below `.venv-compat`, so it needs a
package registry. `make compat` calls this; what a comparison needs is stated in
`warehouse.comparison.statements`.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from warehouse.comparison.macros import macros
from warehouse.comparison.statements import NEEDS

OLDEST, OLDEST_FOR_COMPARISONS = "1.1.0", "1.4.2"
SECONDS = 60
_HERE = Path(__file__).resolve().parent.parent
# Runs in the old environment, which has none of our code.
_ASK = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
relations = connection.execute(
    "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'main' UNION ALL "
    "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
).fetchall()
filters = {"release_comparisons": "WHERE base_release = '2.19.1' AND target_release = '2.20.2'"}
asked = [
    f"{name} {filters.get(name, '')}"
    for name, comment in relations if sys.argv[2] == "all" or sys.argv[3] not in (comment or "")
]
if sys.argv[2] == "all":
    asked += [f"{macro}('2.19', '2.20')" for macro in sys.argv[4:]]
for what in asked:
    (count,) = connection.execute(f"SELECT count(*) FROM (SELECT * FROM {what})").fetchone()
    print(f"   {what.split()[0]}: {count:,} rows", flush=True)
    assert count or what.split()[0] in ("cell_changes", "capture_changes"), what
"""


def main(file: str) -> int:
    """Ask both versions; return the exit code."""
    failed = False
    for version, which in ((OLDEST, "all but comparisons"), (OLDEST_FOR_COMPARISONS, "all")):
        print(f"== DuckDB {version}: {which}", flush=True)
        tables = (macro.name for macro in macros() if macro.columns)
        command = [_python(version), "-c", _ASK, file, which, NEEDS, *tables]
        try:
            done = subprocess.run(command, check=False, timeout=SECONDS)  # noqa: S603 - our own words
            failed |= done.returncode != 0
        except subprocess.TimeoutExpired:
            print(f"   does not answer within {SECONDS} s", flush=True)
            failed = True
    return int(failed)


def _python(version: str) -> str:
    """Install a version of DuckDB, once, and return the interpreter that has it."""
    folder = _HERE / ".venv-compat" / f"duckdb-{version}"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        # DuckDB reads a TIMESTAMPTZ with pytz, and does not ask for it.
        packages = [f"duckdb=={version}", "pytz"]
        install = [python, "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(install, check=True)  # noqa: S603 - our own words
    return str(python)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
