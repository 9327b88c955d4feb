"""How package managers and people write down the same packages, for tests that read them back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def pip_freeze(packages: Sequence[tuple[str, str]]) -> str:
    lines = [f"{name}=={version}" for name, version in packages]
    return "\n".join(["-e git+https://example.org/x.git@1.2.3#egg=mine", *lines, "numpy==1.25.2"])


def pip_list(packages: Sequence[tuple[str, str]]) -> str:
    lines = [f"{name.replace('-', '_'):<40} {version}" for name, version in packages]
    return "\n".join(["Package    Version   Editable project location", "-" * 60, *lines])


def pip_json(packages: Sequence[tuple[str, str]]) -> str:
    return json.dumps([{"name": name, "version": version} for name, version in packages])


def conda_list(packages: Sequence[tuple[str, str]]) -> str:
    lines = [f"{name:<30} {version:<20} pypi_0    pypi" for name, version in packages]
    head = ["# packages in environment at /opt/conda:", "#", "# Name  Version  Build  Channel"]
    return "\n".join([*head, *lines])


def conda_environment(packages: Sequence[tuple[str, str]]) -> str:
    lines = [f"  - {name}={version}=py310_0" for name, version in packages]
    return "\n".join(["name: neuron", "dependencies:", *lines])


def dpkg_list(packages: Sequence[tuple[str, str]]) -> str:
    lines = [f"ii  {name}  1:{version}-6e27b8d5b  amd64  of AWS" for name, version in packages]
    gone = "rc  aws-neuronx-removed  9.9.9.0  amd64  settings are left"
    return "\n".join(["||/ Name  Version  Architecture  Description", "+++-====", *lines, gone])


def apt_list(packages: Sequence[tuple[str, str]]) -> str:
    states = ("installed", "installed,upgradable to: 99.0.0.0", "installed,automatic")
    lines = [
        f"{name}/unknown,now {version}-1 amd64 [{states[place % 3]}]"
        for place, (name, version) in enumerate(packages)
    ]
    return "\n".join(["Listing... Done", *lines, "aws-neuronx-offered/unknown 9.9.9.0 amd64"])


def rpm_query(packages: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name}-{version}_44b6b9a-1.x86_64" for name, version in packages)


def requirements(packages: Sequence[tuple[str, str]]) -> str:
    lines = [
        f'{name}[all]=={version} ; python_version < "3.12" \\\n    --hash=sha256:{"0a" * 32}\n'
        "    # via something==9.9.9"
        for name, version in packages
    ]
    return "\n".join(["--find-links ${WHEELS}", *lines, "neuron-loose>=9.9.9"])


def lock_file(packages: Sequence[tuple[str, str]]) -> str:
    lines = [f'[[package]]\nname = "{name}"\nversion = "{version}"\n' for name, version in packages]
    return "\n".join(["version = 1", *lines])


def pipfile_lock(packages: Sequence[tuple[str, str]]) -> str:
    named = {name: {"hashes": ["sha256:0a"], "version": f"=={v}"} for name, v in packages}
    return json.dumps({"_meta": {"requires": {"python_version": "3.10"}}, "default": named})


def traceback(packages: Sequence[tuple[str, str]]) -> str:
    forms = (
        "RuntimeError: {name} version {version}+56dc5a86 failed (exit code 70)",
        "  {name}: {version}",
        "  found /opt/lib/python3.10/site-packages/{name}-{version}.dist-info/RECORD",
        "other-thing 1.2.3 requires {name}==9.9.9, but you have {name} {version} which differs.",
        "| `{name}` | v{version} |",
    )
    lines = [
        forms[place % len(forms)].format(name=name, version=version)
        for place, (name, version) in enumerate(packages)
    ]
    head = "Traceback (most recent call last):"
    return "\n".join([head, '  File "/opt/torch_neuronx/trace.py", line 555, in trace', *lines])


FORMS: tuple[Callable[[Sequence[tuple[str, str]]], str], ...] = (
    pip_freeze,
    pip_list,
    pip_json,
    conda_list,
    conda_environment,
    dpkg_list,
    apt_list,
    rpm_query,
    requirements,
    lock_file,
    pipfile_lock,
    traceback,
)
