"""The page: one HTML file of its template, style, scripts and data.

This module joins the files of `assets` into a page that needs nothing else: no server, no request,
no eval. The same data gives the same bytes. What the page shows lives in `data`.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from importlib.metadata import version
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TITLE = "Neuron Warehouse: what each Neuron SDK release changed"
_ENTRY = "main"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


def page(data: Mapping[str, Any]) -> str:
    """Return the page as HTML.

    Args:
        data: What `warehouse.report.data.report_data` returns.
    """
    style = _asset("style.css")
    charts = _asset("vendor/charts.js")
    script = bundle()
    # Of several scripts, each is allowed by its own hash; nothing else may run or be loaded.
    policy = {
        "default-src": "'none'",
        "script-src": f"{_hash(charts)} {_hash(script)}",
        "style-src": _hash(style),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return Template(_asset("page.html")).substitute(
        policy="; ".join(f"{name} {value}" for name, value in policy.items()),
        software=version("neuron-warehouse"),
        title=TITLE,
        style=style,
        charts=charts,
        script=script,
        data=_embedded(data),
        licences=_asset("vendor/LICENCES").replace("</", "< /"),
    )


def _embedded(data: Mapping[str, Any]) -> str:
    """Return JSON that can stand inside a script element, whatever texts it holds."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Only `<` can end the element or begin a comment in it.
    return text.replace("<", "\\u003c")


def bundle() -> str:
    """Return the page's modules as one script: each a function that returns what it exports."""
    modules = "\n".join(_as_function(name) for name in _in_order(_ENTRY, set()))
    return f'"use strict";\nconst modules = {{}};\n{modules}\n'


def _in_order(name: str, seen: set[str]) -> Iterator[str]:
    """Yield a module after all that it imports, each once."""
    if name in seen:
        return
    seen.add(name)
    for _, imported in _IMPORT.findall(_asset(f"{name}.js")):
        yield from _in_order(imported, seen)
    yield name


def _as_function(name: str) -> str:
    source = _asset(f"{name}.js")
    exports = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub(_as_constant, source))
    return f"modules.{name} = (() => {{\n{body}\nreturn {{{exports}}};\n}})();"


def _as_constant(found: re.Match[str]) -> str:
    names, module = found.groups()
    return f"const {{{names.replace(' as ', ': ')}}} = modules.{module};\n"


def _asset(name: str) -> str:
    return files("warehouse").joinpath("report", "assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what allows an inline element in a content security policy."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
