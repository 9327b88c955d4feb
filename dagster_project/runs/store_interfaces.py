"""The interfaces of Dagster's stores, without the databases behind them.

Each package of Dagster's stores brings SQLAlchemy and Alembic, which a build that keeps no history
does not need: importing them takes 0.35 s of processor time, half as long as Dagster's own import.
Import this before anything that wants those packages. Nothing else changes: a package runs whole
as soon as something asks it for another name than its interface.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_STORES = {"event_log": "EventLogStorage", "runs": "RunStorage", "schedules": "ScheduleStorage"}
"""Each package, and the interface that its module `base` declares."""
_HOME = "dagster._core.storage"


class _RunLater(ModuleType):
    """A module whose code runs when it is asked for a name that it does not have yet."""

    def __getattr__(self, name: str) -> Any:
        spec = self.__spec__
        if name.startswith("__") or spec is None or spec.loader is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        self.__class__ = ModuleType  # type: ignore[assignment] # from now on, a usual module
        spec.loader.exec_module(self)
        return getattr(self, name)


class _NoStore:
    """No store is one of these."""


def _interfaces() -> tuple[Any, ...]:
    # The interfaces want this one name of it, in annotations.
    _put_off(f"{_HOME}.sql", AlembicVersion=Any)
    # Dagster's telemetry, which is off, asks whether a store is one of these.
    _put_off(f"{_HOME}.runs", SqlRunStorage=_NoStore)
    # They want the heartbeat of daemons, and not the daemons, whose import takes as long.
    _put_off("dagster._daemon")
    return tuple(_interface(f"{_HOME}.{package}", name) for package, name in _STORES.items())


def _interface(package: str, name: str) -> Any:
    _put_off(package)
    interface = getattr(import_module(f"{package}.base"), name)
    setattr(sys.modules[package], name, interface)
    return interface


def _put_off(name: str, **known: object) -> None:
    """Let a module run later, unless it has run."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        return
    module = module_from_spec(spec)
    module.__class__ = _RunLater
    vars(module).update(known)
    parent, _, last = name.rpartition(".")
    sys.modules[name] = module
    setattr(sys.modules[parent], last, module)


EventLogStorage, RunStorage, _ = _interfaces()
