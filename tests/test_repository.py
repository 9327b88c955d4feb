"""What the repository promises as a whole: its words, its pins, its shape."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from pipelines.sources.politeness import Politeness
from tests.browsers import REQUIRED
from tests.trees import tree_of
from tools.documents.found import documents, name_of
from tools.refresh_readme import DOCUMENTS, refreshed, run

REPOSITORY = Path(__file__).resolve().parent.parent
MOST_SIBLINGS = 15
PIN = re.compile(r"^([a-z0-9._\[\],-]+)==([^\\\n]*)", re.MULTILINE)
PRODUCT = ("pipelines", "warehouse", "dagster_project", "neuron_warehouse")
ROOMS = (*PRODUCT, "benchmarks", "tools", "tests")
CONSTRAINTS = sorted((REPOSITORY / "constraints").glob("*.txt"))
PINNED = [path for path in CONSTRAINTS if path.name != "pin.txt"]


def _modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (REPOSITORY / room).rglob("*.py"))


def _text(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def test_every_module_opens_with_what_belongs_in_it() -> None:
    for path in _modules():
        assert ast.get_docstring(tree_of(path)), path


def test_no_folder_of_tests_is_left_out(pytestconfig: pytest.Config) -> None:
    left_out = [
        folder.name
        for folder in (REPOSITORY / "tests").rglob("*")
        if any(fnmatch(folder.name, pattern) for pattern in pytestconfig.getini("norecursedirs"))
    ]
    assert set(left_out) <= {"__pycache__"}


def test_no_room_has_more_than_fifteen_siblings() -> None:
    crowded = {}
    for room in (one for root in PRODUCT for one in _packages(REPOSITORY / root)):
        modules = {path.stem for path in room.glob("*.py")} - {"__init__", "__main__"}
        siblings = modules | {path.name for path in _packages(room) if path.parent == room}
        if len(siblings) > MOST_SIBLINGS:
            crowded[str(room.relative_to(REPOSITORY))] = len(siblings)
    assert crowded == {}


def _packages(folder: Path) -> list[Path]:
    return sorted({path.parent for path in folder.rglob("*.py")})


def test_every_pin_carries_hashes_and_no_host() -> None:
    for path in PINNED:
        text = path.read_text(encoding="utf-8")
        for pin in re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
            assert "==" in pin.splitlines()[0], f"{path.name}: {pin}"
            assert "--hash=sha256:" in pin, f"{path.name}: {pin}"
        assert "://" not in text
        assert "-url" not in text


def test_all_constraints_agree_on_versions() -> None:
    versions: dict[str, dict[str, list[str]]] = {}
    for path in PINNED:
        for name, rest in PIN.findall(path.read_text(encoding="utf-8")):
            # On which system a package is needed differs from file to file; its version does not.
            version = rest.partition(";")[0].strip()
            versions.setdefault(name, {}).setdefault(path.name, []).append(version)
    for name, by_file in versions.items():
        assert len({tuple(found) for found in by_file.values()}) == 1, (name, by_file)


def test_every_dependency_says_why_it_is_there() -> None:
    text = _text("pyproject.toml")
    project = tomllib.loads(text)
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    for line in (entry for group in groups for entry in group):
        assert re.search(rf'"{re.escape(line)}",\s+#\s\S+', text), line


def test_ci_calls_the_test_command_of_the_readme() -> None:
    commands = [line for line in _text(".ci/run").splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "make test"
    assert "make test" in _text("README.md")
    assert re.search(r"^test:", _text("Makefile"), re.MULTILINE)


def test_ci_fails_where_tests_of_the_page_find_no_browser() -> None:
    assert f"export {REQUIRED}=1\nmake test" in _text(".ci/run")


def test_the_readme_opens_with_its_two_commands() -> None:
    head = _text("README.md").split("## ")[1]
    assert "make run" in head
    assert "make test" in head


def test_documents_show_what_their_commands_print(built_by_make_run: Path, tmp_path: Path) -> None:
    shutil.copytree(built_by_make_run, tmp_path, dirs_exist_ok=True)

    def output_of(command: str) -> str:
        if command == "make run":
            return (built_by_make_run / "printed").read_text("utf-8")
        return run(command, str(tmp_path))

    for name in DOCUMENTS:
        shown = _text(name)
        fresh = refreshed(shown, output_of)
        assert shown == fresh, f"{name}: run: python tools/refresh_readme.py"


def test_every_document_is_reachable_from_the_readme() -> None:
    found: set[str] = set()
    waiting = {"README.md"}
    while waiting:
        name = waiting.pop()
        found.add(name)
        folder = (REPOSITORY / name).parent
        for target in re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", _text(name)):
            path = (folder / target).resolve()
            assert path.exists(), f"{name} links to {target}"
            if path.suffix == ".md" and (link := str(path.relative_to(REPOSITORY))) not in found:
                waiting.add(link)
    assert {name_of(path) for path in documents()} <= found


def test_no_tracked_file_holds_a_path_of_a_machine() -> None:
    pattern = r"(^|[^A-Za-z0-9_./-])/(work|root|home|Users)/"
    done = subprocess.run(
        ["git", "grep", "-nIE", pattern, "--", ":!tests/test_repository.py"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if "not a git repository" in done.stderr:
        pytest.skip("not a git checkout")
    assert done.stdout == ""


# Names that several modules, or several functions, have on purpose; each with its reason.
SHARED_MODULES = {
    "vocabulary": "the words that a room of readers knows",
    "reader": "how a room of readers reads one page",
}
SHARED_ROOMS = {
    "pipelines/contract": "named after the subject of its tables",
    "dagster_project/cli": "named after its command",
    "dagster_project/cli/questions": "named after its command",
}
SHARED_FUNCTIONS = {
    "declare": "declares a command's options",
    "run": "runs a command",
    "find": "finds what a quality rule is about",
}


def test_no_two_modules_share_a_file_name() -> None:
    found: dict[str, list[str]] = {}
    for path, _ in _product():
        room = str(path.parent.relative_to(REPOSITORY))
        special = path.stem in {"__init__", "__main__", *SHARED_MODULES} or room in SHARED_ROOMS
        if not special:
            found.setdefault(path.stem, []).append(str(path.relative_to(REPOSITORY)))
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_no_two_public_classes_share_a_name() -> None:
    assert _shared(ast.ClassDef) == {}


def test_public_functions_share_a_name_only_by_convention() -> None:
    assert _shared(ast.FunctionDef).keys() <= SHARED_FUNCTIONS.keys()


def _shared(kind: type[ast.ClassDef | ast.FunctionDef]) -> dict[str, list[str]]:
    """Return public names that several modules define at their top, with those modules."""
    found: dict[str, list[str]] = {}
    for path, tree in _product():
        for node in tree.body:
            command = "cli" in path.parts and isinstance(node, ast.FunctionDef)
            if (
                isinstance(node, kind)
                and not node.name.startswith("_")
                and not (command and node.name not in SHARED_FUNCTIONS)
            ):
                found.setdefault(node.name, []).append(str(path.relative_to(REPOSITORY)))
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def _product() -> list[tuple[Path, ast.Module]]:
    return [
        (path, tree_of(path))
        for room in PRODUCT
        for path in sorted((REPOSITORY / room).rglob("*.py"))
    ]


def test_the_citation_and_the_changelog_have_the_version_of_the_package() -> None:
    facts = yaml.safe_load(_text("CITATION.cff"))
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    assert facts["version"] == project["version"]
    assert facts["license"] == project["license"]
    heading = f"## {facts['version']} - {facts['date-released']}"
    assert heading in _text("CHANGELOG.md").splitlines()


def test_the_user_agent_has_the_version_of_the_package() -> None:
    version = tomllib.loads(_text("pyproject.toml"))["project"]["version"]
    assert f"/{version.rpartition('.')[0]} " in Politeness().user_agent
