"""Tables of the reference: messages that tests have seen, exit codes, variables, rules."""

from __future__ import annotations

import re
from pathlib import Path

from dagster_project.cli import EXIT_CODES
from pipelines.quality.rules import RULES
from tests.end_to_end.messages import documented
from tests.end_to_end.test_live_faults import PAGE_FAULTS
from tests.end_to_end.test_live_site_faults import SITE_FAULTS

# Messages that need another scene than a fault of the site, with the test that has it.
ELSEWHERE = {
    "is not an address": "pipelines/sources/live/test_urls.py",
    "unknown release": "dagster_project/test_cli_live.py",
    "its certificate cannot be trusted": "pipelines/sources/live/test_live_site.py",
    "not requested, because … answered 429": "end_to_end/test_live_faults.py",
    "so what is allowed is unknown": "end_to_end/test_politeness.py",
    "robots.txt forbids it": "pipelines/sources/live/test_live_site.py",
    "s between requests, more than": "end_to_end/test_politeness.py",
    "The inventory of … has no label …": "dagster_project/test_cli_live.py",
    "says which release it is of": "pipelines/ingest/test_ingest.py",
    "was torn when a build was killed": "end_to_end/test_archive.py",
    "is damaged at byte": "end_to_end/test_archive.py",
    "another build is reading a site into it": "end_to_end/test_archive.py",
    "holds no capture": "pipelines/sources/test_site.py",
    "bytes were skipped": "hostile/test_archive_damage.py",
    "leads out of the release's folder": "hostile/test_live_answers.py",
    "is not a regular file": "hostile/test_sources_folder.py",
    "addresses gave no answer": "hostile/test_live_answers.py",
    "not read as a release": "hostile/test_live_answers.py",
    "please report this": "dagster_project/build/test_prefetch.py",
    "versions/….json is damaged": "warehouse/versions/test_descriptor.py",
    "was left by another": "hostile/test_storage_untrusted.py",
    "warehouse.duckdb is damaged": "warehouse/database/test_query.py",
    "by a fault of DuckDB itself": "hostile/test_storage_wrong_byte.py",
    "needs more memory than DuckDB may use": "hostile/test_storage_wrong_byte.py",
    "is missing or damaged, and the pages of … are not those that it was made from": (
        "hostile/test_storage_held_back.py"
    ),
    "is not a Neuron Warehouse": "hostile/test_storage_untrusted.py",
    "the credentials have expired": "hostile/test_storage_bucket_errors.py",
    "no valid credentials": "hostile/test_storage_bucket_errors.py",
    "the bucket is in another region": "hostile/test_storage_bucket_errors.py",
    "of --on-change failed": "dagster_project/build/test_announce.py",
}


def test_every_documented_message_is_tested() -> None:
    faults = {fault.documented for fault in PAGE_FAULTS.values()}
    faults |= {message for _, _, message, _ in SITE_FAULTS.values()}
    assert faults | set(ELSEWHERE) | {"the clock says"} == set(documented())
    tests = Path(__file__).parents[1]
    for message, file in ELSEWHERE.items():
        text = re.sub(r'[\\]|"\n\s+"', "", (tests / file).read_text("utf-8"))
        assert re.search(".*".join(map(re.escape, message.split("…"))), text), message


REPOSITORY = Path(__file__).parents[2]
PRODUCT = ("pipelines", "warehouse", "dagster_project", "neuron_warehouse")


REFERENCE = REPOSITORY / "docs" / "reference"


def page(name: str) -> str:
    """Return a page of the reference."""
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def section(heading: str) -> str:
    """Return the text below a heading of the page of messages."""
    return page("messages").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_rule_that_holds_a_page_back_has_a_row() -> None:
    rows = re.findall(r"^\| (`.*?) \|", section("Rules that hold a page back"), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    holding = {rule.name for rule in RULES if rule.published != "always"}
    among_messages = {name for name in holding if name.replace("-", " ") in documented()}
    assert listed == holding - among_messages


def test_every_file_that_the_guide_names_exists() -> None:
    text = page("messages")
    named = re.findall(r"`((?:pipelines|warehouse|dagster_project)/[\w/]+\.py)`", text)
    assert named
    assert [name for name in named if not (REPOSITORY / name).is_file()] == []


def test_the_exit_codes_are_those_of_the_help() -> None:
    rows = re.findall(r"^\| (\d) \| (.+) \|$", page("exit-codes"), re.MULTILINE)
    assert rows == re.findall(r"^  (\d)  (.+)$", EXIT_CODES, re.MULTILINE)


def variables() -> set[str]:
    """Return the names of the environment variables that the code reads."""
    files = (path for room in PRODUCT for path in (REPOSITORY / room).rglob("*.py"))
    code = "\n".join(path.read_text("utf-8") for path in files)
    constants = dict(re.findall(r'^(\w*VARIABLE) = "(\w+)"', code, re.MULTILINE))
    asked = set(re.findall(r"environ(?:\.get\(|\[)(\w*VARIABLE)", code))
    names = {constants[name] for name in asked}
    names |= set(re.findall(r'environ(?:\.get\(|\[)"(\w+)"', code))
    names |= set(re.findall(r'"(\w+)" in os\.environ', code))
    own = re.findall(r'(?:_seconds|_number)\("(\w+)"|\{_PREFIX\}(\w+)"', code)
    return names | {f"NEURON_WAREHOUSE_{one or other}" for one, other in own}


def test_the_environment_variables_are_those_that_the_code_reads() -> None:
    cells = re.findall(r"^\| (`.+?`) \|", page("environment"), re.MULTILINE)
    names = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(names) == sorted(variables())
