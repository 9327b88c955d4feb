"""A hook of MkDocs: links that leave `docs/` lead to a page of the site, or become plain text.

In the repository, documents link to files beside `docs/`. On the static site, the ones that readers
of the data need are pages too; of the others (code, examples) the text stays and the link goes.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
BESIDE: Mapping[str, str] = {
    "CHANGELOG.md": "project/changes.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "DATA-LICENSE.md": "project/data-license.md",
    "README.md": "index.md",
    "SECURITY.md": "project/security.md",
    "pipelines/bundled/README.md": "explanation/bundled-files.md",
}
"""Documents outside `docs/`, by their path in the repository, with their page on the site."""
LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^()\s]+)\)")
_CODE_OR_LINK = re.compile(rf"(?P<code>```.*?```|`[^`\n]+`)|{LINK.pattern}", re.DOTALL)


def on_config(config: Any) -> Any:
    """List the pages of generated folders, in the order of each folder's index."""
    config.nav = expanded(config.nav)
    return config


def expanded(nav: Any) -> Any:
    """Return the list of pages in which a folder, `reference/tables/`, is replaced by its pages."""
    if isinstance(nav, list):
        return [expanded(one) for one in nav]
    if isinstance(nav, dict):
        return {title: expanded(one) for title, one in nav.items()}
    return _pages_of(nav) if nav.endswith("/") else nav


def _pages_of(folder: str) -> list[Any]:
    index = (REPOSITORY / "docs" / folder / "index.md").read_text("utf-8")
    found = {match["target"]: match["text"].strip("`") for match in LINK.finditer(index)}
    pages = {
        target: title for target, title in found.items() if re.fullmatch(r"[\w-]+\.md", target)
    }
    return [f"{folder}index.md", *({title: folder + page} for page, title in pages.items())]


def on_files(files: Any, config: Any) -> Any:
    """Add the documents beside `docs/` as pages."""
    from mkdocs.structure.files import File

    for source, page in BESIDE.items():
        if files.get_file_from_path(page) is None and (REPOSITORY / source).exists():
            files.append(File.generated(config, page, abs_src_path=str(REPOSITORY / source)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Rewrite the links of one page."""
    del config
    sources = {target: source for source, target in BESIDE.items()}
    here = page.file.src_uri
    source = sources.get(here, f"docs/{here}") if here != "index.md" else "docs/index.md"
    known = {file.src_uri for file in files}
    return with_links_of_site(markdown, source, here, known)


def with_links_of_site(markdown: str, source: str, here: str, known: set[str]) -> str:
    """Return a document with its links as the site has them.

    Args:
        markdown: The document.
        source: Its path in the repository.
        here: Its path on the site.
        known: The paths of all files of the site.
    """

    def link(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        target, hash_sign, anchor = match["target"].partition("#")
        if not target or "://" in target or target.startswith("mailto:"):
            return match[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        found = BESIDE.get(path, path.removeprefix("docs/"))
        if path not in BESIDE and not path.startswith("docs/"):
            return match["text"]
        if found not in known:
            return match[0]
        relative = posixpath.relpath(found, posixpath.dirname(here) or ".")
        return f"{match['image']}[{match['text']}]({relative}{hash_sign}{anchor})"

    return _CODE_OR_LINK.sub(link, markdown)
