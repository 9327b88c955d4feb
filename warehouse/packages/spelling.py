"""This module decides when two spellings name the same package, or the same version.

Put here what counts for nothing in a name or a version: in Python for what people bring, in SQL for
what lists print. How versions sort lives in `version_order`.
"""

from __future__ import annotations

import re

_BETWEEN_WORDS = re.compile(r"[-_.]+")
_EPOCH = re.compile(r"^\d+:", re.ASCII)
# What a build adds: `+56dc5a86` in Python, `-6e27b8d5b` in Debian, `_44b6b9a-1` in RPM.
_BUILD = re.compile(r"[-+_~].*$", re.DOTALL)
_LAST_ZEROS = re.compile(r"(?:\.0)+$")
_ANY_END = ".x"


def package_key(name: str) -> str:
    """Return what all spellings of a package's name share, as Python's package index has it."""
    return _BETWEEN_WORDS.sub("-", name.lower())


def version_key(version: str) -> str:
    """Return what all spellings of a version share: no epoch, build, revision or zeros at its end.

    Args:
        version: Such as `2.15.128.0+56dc5a86` or `1:2.22.14.0-6e27b8d5b`.
    """
    return _LAST_ZEROS.sub("", _BUILD.sub("", _EPOCH.sub("", version.lower())))


def package_key_sql(column: str) -> str:
    """Return SQL that is `package_key` of a column."""
    return f"regexp_replace(lower({column}), '[-_.]+', '-', 'g')"


def version_key_sql(column: str) -> str:
    """Return SQL that is `version_key` of a column."""
    bare = f"regexp_replace(lower({column}), '^[0-9]+:', '')"
    return f"regexp_replace(regexp_replace({bare}, '[-+_~].*$', '', 's'), '(\\.0)+$', '')"


def is_listed_as(installed_key: str, listed_key: str) -> bool:
    """Return whether a list names a version: by its key, or by its start, as `14.09.x` does."""
    if listed_key.endswith(_ANY_END):
        return installed_key.startswith(listed_key.removesuffix("x"))
    return installed_key == listed_key
