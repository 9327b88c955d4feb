"""The views of packages and of what releases support: what each is called and says.

Put a view here that package lists, support statements or hardware pages answer. Its SQL lives in
`sql/`; how names and versions are compared, in `warehouse.packages.spelling`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.composition.vocabulary import FRAMEWORK_PACKAGES
from pipelines.contract import PACKAGE_VERSIONS
from pipelines.releases import PARTS
from warehouse.packages.spelling import package_key_sql, version_key_sql
from warehouse.schema.quoting import literal
from warehouse.schema.views import View, ViewColumn, columns_of, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterator


_LISTED = ("release", "accelerator", "package", "version", "product", "stage")


def package_views() -> Iterator[View]:
    """Yield the views, in the order in which they can be made."""
    yield View(
        "release_packages",
        "The packages of each SDK release by accelerator and product: one list for each, where "
        "docs releases print several.",
        tuple(_release_packages()),
        sql_text("release_packages", {}),
        ("release", "accelerator", "product", "line"),
    )
    yield View(
        "listed_versions",
        "Every version of a package that some list names for an SDK release and accelerator: "
        "where to look up which release an installed version is of.",
        tuple(_listed_versions()),
        sql_text(
            "listed_versions",
            {
                "release_order": _release_order("p.release"),
                "package_key": package_key_sql("p.package"),
                "version_key": version_key_sql("p.version"),
                "newest_page": "p.listed_on = p.release DESC, r.release_order DESC, p.page DESC",
            },
        ),
        _LISTED,
    )
    yield View(
        "release_support",
        "What each SDK release supports by accelerator: each listed version of a package, its "
        "framework, and each version of Python that a support table states for it.",
        tuple(_release_support()),
        sql_text(
            "release_support",
            {
                "frameworks": ", ".join(_framework_rows()),
                "package_key": package_key_sql("package"),
                "version_key": version_key_sql("package_version"),
            },
        ),
        (*_LISTED, "python"),
    )
    yield View(
        "support_ranges",
        "First and last SDK release of each accelerator, package, version of its framework and "
        "version of Python, with the pages that say so.",
        tuple(_support_ranges()),
        sql_text(
            "support_ranges",
            {
                "oldest": f"release_order, {_TIES}",
                "newest": f"release_order DESC, {_TIES}",
            },
        ),
        ("accelerator", "package", "framework", "framework_version", "python"),
    )


# Two spellings of a package on one page, or two lists of a release: the same one every time.
_TIES = "listed_on DESC, page, package, version, product, stage, contradictions"


def _framework_rows() -> Iterator[str]:
    for one in FRAMEWORK_PACKAGES:
        yield f"({literal(one.name)}, {literal(one.framework)}, {one.fewest_parts})"


def _release_order(release: str) -> str:
    """Return SQL that is `pipelines.releases.release_order` of a release."""
    major, minor, patch = (
        f"CAST(split_part({release}, '.', {place}) AS BIGINT)" for place in (1, 2, 3)
    )
    return f"({major} * {PARTS} + {minor}) * {PARTS} + {patch}"


def _release_packages() -> Iterator[ViewColumn]:
    names = ("release", "accelerator", "component", "package", "version", "text", "listed_on")
    yield from columns_of(PACKAGE_VERSIONS, *names, "page", "line", "product", "stage")


def _listed_versions() -> Iterator[ViewColumn]:
    yield from columns_of(PACKAGE_VERSIONS, "release")
    yield ViewColumn("release_order", "integer", "Order of that release.")
    names = ("accelerator", "component", "package", "version", "product", "stage")
    yield from columns_of(PACKAGE_VERSIONS, *names)
    yield ViewColumn(
        "package_key", "text", "The package's name in small letters, with hyphens alone."
    )
    yield ViewColumn(
        "version_key",
        "text",
        "The version without epoch, build, revision and zeros at its end; `14.09.x` means "
        "every version that starts so.",
    )
    yield ViewColumn(
        "is_believed",
        "boolean",
        "True if release_packages has it; false if only other docs releases list it so.",
    )
    yield ViewColumn("listed_by", "integer", "Docs releases that list it.", "docs releases")
    yield ViewColumn(
        "listed_on", "text", "The release's own docs, or else the newest that list it."
    )
    yield ViewColumn("page", "text", "Our name for the page of that docs release with the list.")


_FRAMEWORK = (
    ViewColumn(
        "framework",
        "text",
        "Framework whose version the package's begins with, such as PyTorch; null for other "
        "packages.",
    ),
    ViewColumn(
        "framework_version",
        "text",
        "Minor version of that framework, such as 1.13; null where the version does not say.",
    ),
)
_CONTRADICTIONS = (
    "What pages say against it, joined by `, `: lists-differ (other docs releases leave the "
    "version out), python-table-of-other-version (the release's own support table names the "
    "package in other versions), python-tables-differ, not-on-hardware-page (the release's "
    "hardware pages do not have the accelerator). Empty if nothing."
)


def _release_support() -> Iterator[ViewColumn]:
    yield from columns_of(PACKAGE_VERSIONS, "release")
    yield ViewColumn("release_order", "integer", "Order of that release.")
    yield from columns_of(PACKAGE_VERSIONS, "accelerator", "package")
    yield ViewColumn(
        "package_key", "text", "The package's name in small letters, with hyphens alone."
    )
    yield from columns_of(PACKAGE_VERSIONS, "version", "product", "stage")
    yield from _FRAMEWORK
    yield ViewColumn(
        "python", "text", "Version of Python, such as 3.8; null where no table states any."
    )
    yield ViewColumn(
        "python_basis",
        "text",
        "Why: stated (by the release's own support table), same version elsewhere (without an own "
        "table: by the nearest ones before and after that name this version of the package), "
        "disputed (by one of these two alone).",
        values=("stated", "same version elsewhere", "disputed"),
    )
    yield from columns_of(PACKAGE_VERSIONS, "listed_on", "page")
    yield ViewColumn("python_stated_on", "text", "Newest docs release whose table states it.")
    yield ViewColumn("python_page", "text", "Our name for the page with that table.")
    yield ViewColumn(
        "is_on_hardware_page",
        "boolean",
        "Whether the release's hardware pages have the accelerator; null where it has none here.",
    )
    yield ViewColumn("contradictions", "text", _CONTRADICTIONS)


def _support_ranges() -> Iterator[ViewColumn]:
    yield from columns_of(PACKAGE_VERSIONS, "accelerator", "package")
    yield from _FRAMEWORK
    yield ViewColumn(
        "python",
        "text",
        "Version of Python that is stated and not disputed; null for what no table speaks of.",
    )
    yield ViewColumn("first_release", "text", "First SDK release with it.")
    yield ViewColumn("last_release", "text", "Last SDK release with it.")
    yield ViewColumn("releases", "integer", "SDK releases with it.", "releases")
    yield ViewColumn(
        "is_current", "boolean", "True if the newest SDK release with any package list has it."
    )
    yield ViewColumn("first_listed_on", "text", "Docs release that lists it for the first release.")
    yield ViewColumn("first_page", "text", "Our name for the page with that list.")
    yield ViewColumn("last_listed_on", "text", "Docs release that lists it for the last release.")
    yield ViewColumn("last_page", "text", "Our name for the page with that list.")
    yield ViewColumn("contradictions", "text", f"For the last release. {_CONTRADICTIONS}")
