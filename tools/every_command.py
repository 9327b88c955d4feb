"""Call every command of the command line once, where a warning counts as a failure.

    python -m tools.every_command

This module is for `make compat`: what the commands answer is tested elsewhere. A command fails here
if its exit code is not 0, or if it writes a warning.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

LINES = (
    "build --release 2.19.1 --release 2.20.2",
    "build --release 2.19.1 --release 2.20.2 --format json",
    *(
        f"{line} --format {form}"
        for line in ("sql 'FROM releases'", "compare 2.19 2.20", "sql 'FROM benchmarks'")
        for form in ("table", "csv", "json", "markdown", "csv-spreadsheet", "parquet")
    ),
    "sql 'FROM package_versions' --format csv",
    "tables",
    "models bert",
    "history bert-base-cased",
    "trends --since 2.18 --format csv",
    "advise --model bert --format json",
    "support --accelerator inf1",
    "completion zsh",
    "packages 2.20",
    "packages 2.19 2.20 --format json",
    "packages 2.20 --accelerator trn1 --pin requirements",
    "pages --release 2.20",
    "pages --unread",
    "diff-tables 2.19 2.20 --format csv",
    "report -o report.html",
    "publish site",
    "captures --format json",
    "measure list",
    "export --format delta lake",
    "export --format sqlite neuron.sqlite",
    "versions",
    "versions show 1",
    "versions diff 1 1",
    "versions verify",
    "versions restore 1",
    "versions prune",
)
_COMMAND = """
import sys, warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", message=".*is currently in beta")
warnings.filterwarnings("ignore", message=".*OpDefinition.version", category=DeprecationWarning)
sys.argv[0] = "neuron-warehouse"
from dagster_project.cli import main
main()
"""


def main() -> int:
    """Call every command; return 1 if one failed or warned."""
    names = ("duckdb", "pyarrow", "dagster", "rich", "deltalake")
    print("  ", ", ".join(f"{name} {version(name)}" for name in names))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for line in LINES:
            done = subprocess.run(  # noqa: S603 - our own program
                [sys.executable, "-c", _COMMAND, *shlex.split(line)],
                cwd=folder,
                env={**os.environ, "NEURON_WAREHOUSE_ROOT": str(Path(folder, "data"))},
                capture_output=True,
                check=False,
            )
            said = done.stderr.decode()
            if done.returncode or "Warning" in said or "Traceback" in said:
                failed += 1
                print(f"   FAILS ({done.returncode}): {line}\n{said}")
    print(f"   {len(LINES) - failed} of {len(LINES)} commands work without a warning")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
