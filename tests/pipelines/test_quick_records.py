"""Records are frozen dataclasses in all but the time that making one takes."""

from __future__ import annotations

import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace

import pytest

from pipelines.quick_records import record


@record(frozen=True, slots=True)
class Quick:
    """A record with all that a class of ours has."""

    name: str
    number: int = 0
    others: tuple[str, ...] = field(default=(), metadata={"facts": "some"})

    @property
    def first(self) -> str:
        """The first letter."""
        return self.name[:1]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The same as a usual dataclass."""

    name: str
    number: int = 0
    others: tuple[str, ...] = field(default=(), metadata={"facts": "some"})


def test_a_record_is_equal_hashed_copied_and_shown_as_a_frozen_dataclass() -> None:
    quick, frozen = Quick("a", number=1), Frozen("a", number=1)
    assert quick == Quick("a", 1) != Quick("a")
    assert quick != frozen
    assert hash(quick) == hash(frozen)
    assert asdict(quick) == asdict(frozen)
    assert replace(quick, number=0) == Quick("a")
    assert repr(quick) == repr(frozen).replace("Frozen", "Quick")
    assert pickle.loads(pickle.dumps(quick)) == quick  # noqa: S301 - made here
    assert (type(quick), quick.first, quick.others) == (Quick, "a", ())
    assert not hasattr(quick, "__dict__")


def test_a_record_is_declared_as_a_frozen_dataclass_is() -> None:
    assert inspect.signature(Quick) == inspect.signature(Frozen)
    assert [(f.name, f.type, f.metadata) for f in fields(Quick)] == [
        (f.name, f.type, f.metadata) for f in fields(Frozen)
    ]
    assert Quick.__doc__ == "A record with all that a class of ours has."
    assert Quick.__match_args__ == ("name", "number", "others")


def test_nothing_can_be_assigned_to_a_field() -> None:
    quick = Quick("a")
    with pytest.raises(FrozenInstanceError):
        quick.name = "b"  # type: ignore[misc] # what is tested
    with pytest.raises(FrozenInstanceError):
        del quick.name  # type: ignore[misc] # what is tested
    assert quick == Quick("a")


def test_a_wrong_call_is_refused() -> None:
    with pytest.raises(TypeError):
        Quick()  # type: ignore[call-arg] # what is tested
    with pytest.raises(TypeError):
        Quick("a", unknown=1)  # type: ignore[call-arg] # what is tested


def test_a_class_that_does_more_than_set_its_fields_is_refused() -> None:
    class WithFactory:
        names: list[str] = field(default_factory=list)

    class WithMore:
        name: str

        def __post_init__(self) -> None:
            """Do more."""

    for declared in (WithFactory, WithMore):
        with pytest.raises(TypeError, match="must be a usual dataclass"):
            record(frozen=True, slots=True)(declared)
