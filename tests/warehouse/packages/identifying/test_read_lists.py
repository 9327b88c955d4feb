"""Names and versions are read alike from all that people have of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forms import FULL
from tests.warehouse.packages.identifying.written import FORMS, pip_freeze, traceback
from warehouse.packages.identifying.read_lists import decoded, read_installed
from warehouse.packages.identifying.this_environment import environment_text
from warehouse.packages.spelling import package_key, version_key

NAMES = st.from_regex(r"(aws-neuronx|neuronx|torch)(-[a-z][a-z0-9]{0,5}){0,3}", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,5}){1,6}", fullmatch=True)
PACKAGES = st.dictionaries(NAMES, VERSIONS, min_size=1, max_size=12)
YUM = """Installed Packages
aws-neuronx-dkms.noarch   2.18.12.0-dkms  @neuron
Available Packages
aws-neuronx-tools.x86_64  2.20.0.0-1      neuron
"""
OURS = ("neuron", "torch")


def _read(text: str) -> set[tuple[str, str]]:
    found = {(one.key, one.version_key) for one in read_installed(text).packages}
    return {one for one in found if any(word in one[0] for word in OURS)}


@given(PACKAGES)
@settings(max_examples=60 if FULL else 20)
@pytest.mark.stress
def test_every_form_gives_the_same_packages(packages: dict[str, str]) -> None:
    expected = {(package_key(name), version_key(one)) for name, one in packages.items()}
    for form in FORMS:
        assert _read(form(list(packages.items()))) == expected, form


@given(st.text())
def test_no_text_raises(text: str) -> None:
    read_installed(text)


@given(st.binary())
def test_no_file_raises(content: bytes) -> None:
    read_installed(decoded(content))


@given(PACKAGES, st.data())
@settings(max_examples=60 if FULL else 20)
@pytest.mark.stress
def test_no_damaged_list_raises(packages: dict[str, str], data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(FORMS))
    text = form(list(packages.items()))
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    read_installed(text[:start] + data.draw(st.text(max_size=20)) + text[end:])


@given(VERSIONS, st.sampled_from(["+56dc5a86", "-6e27b8d5b", "_44b6b9a-1", ".0", ".0.0"]))
def test_builds_revisions_epochs_and_last_zeros_count_for_nothing(version: str, end: str) -> None:
    assert version_key(f"2:{version}{end}") == version_key(version)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un  aws-neuronx-tools  <none>  <none>  (no description)", set()),
        ("rc  aws-neuronx-tools  2.1.1.0  amd64  removed", set()),
        ("aws-neuronx-tools/unknown 2.20.1.0 amd64", set()),
        (
            "aws-neuronx-tools/unknown 2.20.1.0 amd64 [upgradable from: 2.18.3.0]",
            {("aws-neuronx-tools", "2.18.3")},
        ),
        ("# neuronx-cc==2.15.128.0", set()),
        ("neuronx-cc==2.*", set()),
        ("neuronx-cc>=2.15.128.0", set()),
        ("neuronx-cc: 3 errors", set()),
        ("neuronx_cc/driver.py:1.5", set()),
        ("Found existing installation: neuronx-cc 2.12.54.0", set()),
        ("Successfully uninstalled neuronx-cc-2.12.54.0", set()),
        ("torch-xla 2.1.2 depends on neuronx-cc==2.15.1", {("torch-xla", "2.1.2")}),
        ("NeuronX Compiler version 2.15.128.0+56dc5a86", {("neuronx-cc", "2.15.128")}),
        ("aws-neuronx, 2.18.12.0, 5.15.0-1052-aws: installed", {("aws-neuronx-dkms", "2.18.12")}),
        ("Name: neuronx-cc\nVersion: 2.15.128.0\nSummary: x 1.1", {("neuronx-cc", "2.15.128")}),
        (YUM, {("aws-neuronx-dkms", "2.18.12")}),
        (
            "libneuronxla @ file:///tmp/libneuronxla-2.0.4115.0-py3-none-linux_x86_64.whl",
            {("libneuronxla", "2.0.4115")},
        ),
    ],
)
def test_what_is_installed_is_told_from_what_is_wanted_gone_or_offered(
    text: str, expected: set[tuple[str, str]]
) -> None:
    assert _read(text) == expected


@pytest.mark.parametrize(
    ("text", "pythons"),
    [
        ("Python 3.10.12", ("3.10",)),
        ("python                    3.8.18          h955ad1f_0", ("3.8",)),
        ("  - python=3.9.7=h12_0", ("3.9",)),
        ('File "/opt/venv/lib/python3.11/site-packages/x.py"', ("3.11",)),
        ('neuronx-cc==2.1.1 ; python_version < "3.9"', ()),
        ('requires-python = ">=3.9"', ()),
    ],
)
def test_the_python_is_read_where_a_text_names_it(text: str, pythons: tuple[str, ...]) -> None:
    assert read_installed(text).pythons == pythons


def test_a_file_written_by_powershell_is_read() -> None:
    text = pip_freeze([("neuronx-cc", "2.15.128.0")])
    assert _read(decoded(text.encode("utf-16"))) == {("neuronx-cc", "2.15.128")}


def test_each_version_of_a_package_is_kept() -> None:
    text = traceback([("torch-neuronx", "1.13.1"), ("torch_neuronx", "2.1.2")])
    assert _read(text) == {("torch-neuronx", "1.13.1"), ("torch-neuronx", "2.1.2")}


def test_the_environment_lists_what_this_python_has() -> None:
    names = {one.key for one in read_installed(environment_text()).packages}
    assert {"duckdb", "pyarrow", "hypothesis"} <= names
