"""This module reads what a heading says: a release, the accelerators of a list, a subject.

Put the reading of headings here; their words live in `vocabulary`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pipelines.composition import vocabulary as words
from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.performance.vocabulary import plain
from pipelines.remembered import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.extract import Block


@dataclass(frozen=True, slots=True)
class ReleaseHeading:
    """What the heading of a release's part of a page says.

    Attributes:
        release: The SDK release.
        product: What the part adds to the release, such as `vLLM Neuron`; None for the SDK itself.
        stage: Its stage, such as `Beta`; None for a release.
        day: The date as published, such as `08/17/2026`.
    """

    release: str
    product: str | None
    stage: str | None
    day: str

    @property
    def is_of_the_release(self) -> bool:
        """Whether the heading is that of the release itself, so that its date is the release's."""
        return self.product is None and self.stage is None


@remembered
def release_heading(text: str) -> ReleaseHeading | None:
    """Return what a heading says of a release, or None where it is no such heading."""
    match = words.RELEASE_HEADING.fullmatch(text)
    if match is None:
        return None
    product, stage = _product_and_stage(match["rest"].strip())
    return ReleaseHeading(match["release"], product, stage, match["day"])


def release_above(section: Sequence[str]) -> ReleaseHeading | None:
    """Return the nearest heading of a release among those above a text, or None."""
    found = (release_heading(text) for text in reversed(section))
    return next((one for one in found if one), None)


@remembered
def list_accelerators(heading: str) -> tuple[str, ...]:
    """Return the accelerators that a heading of package lists names; () for any other heading."""
    match = words.PACKAGES_HEADING.fullmatch(plain(heading))
    return _named(match["accelerators"]) if match else ()


def support_subject(heading: str) -> tuple[str | None, tuple[str, ...]] | None:
    """Return the subject and the accelerators of a heading above statements of support.

    Returns:
        None for a heading of anything else. The subject is None where the heading looks like one
        of support, and its subject is unknown.
    """
    text = plain(heading)
    python = words.PYTHON_HEADING.fullmatch(text)
    if python:
        return "python", _named(python["accelerators"])
    if text in words.SUPPORT_SUBJECTS:
        return words.SUPPORT_SUBJECTS[text], ()
    return (None, ()) if words.LIKE_SUPPORT_HEADING.fullmatch(text) else None


def with_headings(blocks: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    """Yield the blocks of a page, each with the heading that it belongs to.

    That is the last heading above it, or a later paragraph that names the accelerators of a list
    as a heading does: up to 2.15 one heading has a list for each accelerator.
    """
    heading = ""
    section: Sequence[str] | None = None
    for block in blocks:
        if block.kind == "heading" or block.section != section:
            section = block.section
            heading = section[-1] if section else ""
        elif block.kind == "paragraph" and list_accelerators(block.text):
            heading = block.text
        yield block, heading


@remembered
def read_day(text: str) -> date | None:
    """Return the day that a text is, or None where it is no date in a known form."""
    for form in words.DATE_FORMATS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _named(text: str) -> tuple[str, ...]:
    listed = text.split("/")
    return tuple(name for name in ACCELERATOR_NAMES if name in listed)


def _product_and_stage(rest: str) -> tuple[str | None, str | None]:
    if not rest or rest[0] not in words.DASHES:
        return None, rest or None
    product = rest.lstrip(words.DASHES + " ")
    stage = next((one for one in words.STAGES if product.split()[-1:] == [one]), None)
    return product.removesuffix(stage or "").strip() or None, stage
