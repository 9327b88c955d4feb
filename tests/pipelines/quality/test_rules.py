"""Rules are found, not listed: what a new file needs, and what is refused when it is imported."""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines import quality
from pipelines.quality import speed
from pipelines.quality.context import view_release
from pipelines.quality.rule import RuleError
from pipelines.quality.rules import RULES, SUBJECTS, collect, row_flags
from tests.pipelines.quality.making import a_row, benchmarks_of, tables_of
from tests.trees import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PACKAGES = ("pipelines", "warehouse", "dagster_project")
REPOSITORY = Path(__file__).parents[3]
EVERY_ROW = '''"""A row is a row.

It is always true.
"""

from pipelines.quality.context import RowRule


def find(view):
    for row in view.rows:
        yield row.flag(RULE, "it is a row.", observed="a row", expected="no row")


RULE = RowRule("every-row", ("info",), __doc__, find=find)
'''
BARE = """from pipelines.quality.rule import Rule
RULE = Rule({arguments})
"""


@pytest.fixture
def forget() -> Iterator[None]:
    """Forget the modules that a test imports."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forget: None) -> Path:  # noqa: ARG001
    """Return a folder that is an importable package `a_house` with one folder of rules."""
    folder = tmp_path / "a_house" / "speed"
    folder.mkdir(parents=True)
    (tmp_path / "a_house" / "__init__.py").write_text('"""Rules."""\n')
    (folder / "__init__.py").write_text('"""Rules on speed."""\n')
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def collected(folder: Path, **files: str) -> list[tuple[str, list[str]]]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    package: ModuleType = import_module("a_house")
    return [(one.name, [rule.name for rule in one.rules]) for one in collect(package)]


def test_a_new_file_is_a_new_rule_without_any_other_edit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    forget: None,  # noqa: ARG001
) -> None:
    (tmp_path / "every_row.py").write_text(EVERY_ROW)
    monkeypatch.setattr(speed, "__path__", [*speed.__path__, str(tmp_path)])
    rules = [rule for subject in collect(quality) for rule in subject.rules]
    assert {rule.name for rule in rules} - {rule.name for rule in RULES} == {"every-row"}
    rows = [a_row(), a_row()]
    view = view_release("2.20.0", tables_of(rows), *benchmarks_of(rows))
    flags = [flag for flag in row_flags(view, rules) if flag.rule == "every-row"]
    assert [(flag.benchmark_id, flag.severity) for flag in flags] == [("0", "info"), ("1", "info")]


def test_rules_are_found_by_folder_and_name(house: Path) -> None:
    other = EVERY_ROW.replace("every-row", "any-row")
    assert collected(house, every_row=EVERY_ROW, any_row=other) == [
        ("speed", ["any-row", "every-row"])
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('severities=("error",), explanation="It is odd."', "rule 'It is odd.': needs a name"),
        ('"odd", explanation="It is odd."', "rule 'odd': needs a tuple of severities"),
        ('"odd", ("error",), __doc__', "rule 'odd': needs an explanation"),
    ],
)
def test_a_file_whose_rule_lacks_something_cannot_be_imported(
    house: Path, arguments: str, message: str
) -> None:
    with pytest.raises(RuleError, match=message):
        collected(house, odd=BARE.format(arguments=arguments))


def test_a_file_without_a_rule_is_refused(house: Path) -> None:
    with pytest.raises(RuleError, match=r"a_house\.speed\.helper: declares no rule"):
        collected(house, helper='"""No rule."""\n')


def test_a_rule_in_a_file_of_another_name_is_refused(house: Path) -> None:
    with pytest.raises(RuleError, match=r"a_house\.speed\.odd: the rule 'every-row' must be in"):
        collected(house, odd=EVERY_ROW)


def test_a_rule_whose_function_would_never_be_called_is_refused(house: Path) -> None:
    plain = BARE.format(arguments='"odd", ("error",), "It is odd."') + "def find(view): ...\n"
    with pytest.raises(RuleError, match=r"a_house\.speed\.odd: find is never called"):
        collected(house, odd=plain)


def test_a_folder_that_cannot_be_imported_is_not_skipped(house: Path) -> None:
    (house / "__init__.py").write_text("import a_module_that_does_not_exist\n")
    with pytest.raises(ModuleNotFoundError, match="a_module_that_does_not_exist"):
        collected(house, every_row=EVERY_ROW)


def test_two_rules_of_one_name_are_refused(house: Path) -> None:
    other = house.parent / "money"
    other.mkdir()
    (other / "__init__.py").write_text('"""Rules on money."""\n')
    (other / "every_row.py").write_text(EVERY_ROW)
    with pytest.raises(RuleError, match="rule 'every-row' is declared in money and in speed"):
        collected(house, every_row=EVERY_ROW)


def test_every_folder_of_rules_says_what_it_holds_and_is_small() -> None:
    for subject in SUBJECTS:
        assert subject.explanation, subject.name
        assert len(subject.rules) <= 15, subject.name


# A comparison looks for the flags of this rule in SQL. To import the rule takes 40 ms, a fifth of
# the whole command.
NAMED_IN_SQL = {("warehouse/comparison/statements.py", "unit-slip")}


def test_no_module_writes_the_name_of_a_rule_but_the_rule_itself() -> None:
    names = {rule.name for rule in RULES if "-" in rule.name}
    written = [
        (path.relative_to(REPOSITORY).as_posix(), node.value)
        for package in PACKAGES
        for path in (REPOSITORY / package).rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    elsewhere = {one for one in written if Path(one[0]).stem != one[1].replace("-", "_")}
    assert elsewhere == NAMED_IN_SQL
