"""This module walks lxml trees with a stack of its own.

A page may nest elements deeper than Python nests calls. Put ways through a tree here; what is
done on the way lives with those who walk.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Event(Enum):
    """What a walk meets: the start of an element, its end, or one that is not walked into."""

    START = "start"
    END = "end"
    LEAF = "leaf"


def walk(element: Any, is_leaf: Callable[[Any], bool]) -> Iterator[tuple[Event, Any]]:
    """Walk through the descendants of an lxml element in document order.

    Args:
        element: Where the walk begins; it is not part of the walk.
        is_leaf: Whether a node is met as a whole, without what is in it.

    Yields:
        Each event with its node. Comments are nodes too.
    """
    parents: list[Any] = []
    children = [iter(element)]
    while children:
        node = next(children[-1], None)
        if node is None:
            children.pop()
            if parents:
                yield Event.END, parents.pop()
        elif is_leaf(node):
            yield Event.LEAF, node
        else:
            yield Event.START, node
            parents.append(node)
            children.append(iter(node))
