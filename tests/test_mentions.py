"""What docstrings and docs name in back-ticks exists: modules, their names, and files.

Put here how such a mention is read. A mention is looked up, not listed, so that it is found again
wherever a module moves to.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.contract import TABLES
from tests.trees import tree_of
from tools.documents.found import documents, name_of
from warehouse.views.all_views import views

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

REPOSITORY = Path(__file__).resolve().parent.parent
ROOMS = ("pipelines", "warehouse", "dagster_project")
OURS = (*ROOMS, "benchmarks", "tools", "tests")
DOCS = [name for name in map(name_of, documents()) if name != "CHANGELOG.md"]
TICKED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
NAME = re.compile(r"[a-z_][a-z0-9_]*")
DOTTED = re.compile(r"[a-z_]\w*(\.\w+)+")
FILE = re.compile(rf"({'|'.join((*OURS, 'docs'))})/[\w./-]+\.\w+")
WORD = re.compile(r"\w+")
_NAMING = frozenset(("id", "attr", "arg", "name", "asname", "module"))
PROGRAMS = {"pywb"}
"""Programs of others that docs name."""


@dataclass(frozen=True, slots=True)
class Names:
    """What can be mentioned: modules by each end of their dotted path, and names in the code."""

    modules: Mapping[str, Sequence[str]]
    names: frozenset[str]

    def holds(self, mention: str) -> bool:
        """Return whether what stands in back-ticks exists; True for what names nothing of ours."""
        if FILE.fullmatch(mention):
            return (REPOSITORY / mention).exists()
        if NAME.fullmatch(mention):
            return mention in self.names or bool(self._ending_in(mention))
        if DOTTED.fullmatch(mention) and self._ending_in(mention.partition(".")[0]):
            return mention in self.names or self._holds_dotted(mention)
        return True

    def _holds_dotted(self, mention: str) -> bool:
        """Return whether some module is called so, or has a name that is."""
        module, _, name = mention.rpartition(".")
        return bool(self._ending_in(mention)) or (
            any(name in _read(_path_of(found))[0] for found in self._ending_in(module))
        )

    def _ending_in(self, dotted: str) -> Sequence[str]:
        return self.modules.get(dotted, ())


@pytest.fixture(scope="module")
def known() -> Names:
    paths = [path for room in OURS for path in (REPOSITORY / room).rglob("*.py")]
    modules = {_dotted(path) for path in paths} | {_dotted(path.parent) for path in paths}
    names = {name for path in paths for name in _read(path)[0]}
    names |= {column.name for thing in (*TABLES, *views()) for column in thing.columns}
    for path in (REPOSITORY / "pyproject.toml", *REPOSITORY.glob("warehouse/**/*.sql")):
        names |= set(WORD.findall(path.read_text("utf-8")))
    return Names(_by_end(modules), frozenset(names | sys.stdlib_module_names | PROGRAMS))


def _by_end(modules: Iterable[str]) -> Mapping[str, Sequence[str]]:
    found = defaultdict(list)
    for module in modules:
        parts = module.split(".")
        for first in range(len(parts)):
            found[".".join(parts[first:])].append(module)
    return found


def _dotted(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _path_of(module: str) -> Path:
    path = REPOSITORY / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def _read(path: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return what a module's code names, and its strings that stand for themselves.

    Named is every name, and every string that is a whole constant. Docstrings stand for themselves,
    of attributes too.
    """
    texts: dict[ast.AST, str] = {}
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):  # a parent comes before what is in it
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and node not in texts:
                found.add(node.value)
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            if isinstance(node.value.value, str):
                texts[node.value] = node.value.value
            continue
        for field, name in vars(node).items():
            if field in _NAMING and isinstance(name, str):
                found |= {name, *name.split(".")}
    return frozenset(found), tuple(texts.values())


def _mentions(path: Path) -> list[str]:
    if path.suffix == ".py":
        text = "\n".join(_read(path)[1])
    else:
        text = path.read_text("utf-8") if path.exists() else ""
    return TICKED.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL))


@pytest.mark.parametrize("room", OURS)
def test_what_docstrings_name_in_back_ticks_exists(known: Names, room: str) -> None:
    paths = sorted((REPOSITORY / room).rglob("*.py"))
    assert paths
    lost = [
        f"{path.relative_to(REPOSITORY)}: `{mention}`"
        for path in paths
        for mention in _mentions(path)
        if not known.holds(mention)
    ]
    assert lost == []


@pytest.mark.parametrize("name", DOCS)
def test_what_docs_name_in_back_ticks_exists(known: Names, name: str) -> None:
    assert [one for one in _mentions(REPOSITORY / name) if not known.holds(one)] == []


@pytest.mark.parametrize(
    ("mention", "holds"),
    [
        ("hourly_rates", True),
        ("pipelines.contract", True),
        ("contract.measured", True),
        ("pipelines.releases.known_releases", True),
        ("known_releases", True),
        ("benchmark_results", True),
        ("tests/test_mentions.py", True),
        ("objects.inv", True),
        ("warehouse.duckdb", True),
        ("SELECT 1", True),
        ("no" + "_such_module", False),
        ("pipelines.no" + "_such_module", False),
        ("contract.no" + "_such_module", False),
        ("pipelines/no" + "_such_module.py", False),
    ],
)
def test_a_mention_is_looked_up_as_a_module_a_name_or_a_file(
    known: Names, mention: str, *, holds: bool
) -> None:
    assert known.holds(mention) is holds
