"""Parallel degrees do not fit the NeuronCores of the instances.

Training: tensor x data x pipeline degree must be nodes x NeuronCores of the instance type; a degree
that is not stated is 1. Inference: the product may be smaller, because some cores may run other
copies of the model. Rows that state no degree or no nodes, and instance types of unknown size, are
not judged.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import NEURON_CORES
from pipelines.quality.context import RowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import Benchmark, QualityFlag
    from pipelines.quality.context import ReleaseView


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each row whose degrees multiply to another number of NeuronCores."""
    for row in view.rows:
        run = row.benchmark
        product, cores = _product(run), _cores(run)
        if product is None or not cores or product in cores:
            continue
        if run.workload != "training" and product < max(cores):
            continue
        names = "/".join(run.instance_types)
        available = " or ".join(str(count) for count in sorted(cores))
        topology = f" ({run.topology})" if run.topology else ""
        yield row.flag(
            RULE,
            f"its parallel degrees{topology} multiply to {product} NeuronCores; "
            f"{run.nodes or 1} x {names} has {available}.",
            observed=f"{product} NeuronCores",
            expected=f"{available} NeuronCores",
        )


def _product(run: Benchmark) -> int | None:
    """Return the product of the stated degrees; None where no degree is stated."""
    stated = [n for n in (run.tp_degree, run.dp_degree, run.pp_degree) if n is not None]
    return prod(stated) if stated else None


def _cores(run: Benchmark) -> set[int]:
    """Return the NeuronCores that a run can have, one number for each different instance size.

    Empty where the size of an instance type or the number of nodes of a training run is unknown.
    """
    if run.workload == "training" and run.nodes is None:
        return set()
    cores = {(run.nodes or 1) * NEURON_CORES.get(name, 0) for name in run.instance_types}
    return set() if 0 in cores else cores


RULE = RowRule("degrees", ("error",), __doc__, find=find, doubts_row=True)
