"""This module words how own runs stand to published rows, and gives the same as rows of data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.contract.metrics import METRICS_BY_NAME
from warehouse.questions.own.beside.beside_published import shown
from warehouse.questions.own.beside.published_runs import SIZES, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from warehouse.questions.own.beside.beside_published import Beside, ComparedRun

FIGURE_COLUMNS = ("figure", "yours", "published", "unit", "reached")
_MOST_OTHERS = 3
_LABELS = {"measured_release": "SDK", "os": "OS"}


def beside_opening(one: ComparedRun) -> str:
    """Return the sentence of conclusion about a run."""
    result, published = one.result, one.published
    batch, at_once = result.settings.get("batch_size"), result.settings.get("concurrency")
    at = f", batch {batch}" if batch else f", {at_once} at once" if at_once else ""
    where = f"{result.model} ({result.name})"
    if published is None:
        there = ", ".join(one.elsewhere)
        also = f"; the model was published on {there}" if there else ""
        return f"{where}: AWS published nothing that compares with it on {result.instance}{also}."
    best = headline(one)
    place = f"{published.release} on {result.instance}{at}"
    if best is None:
        return f"{where}: nothing is concluded against {place}; see what is flagged."
    label = METRICS_BY_NAME[best.row["metric"]].label_of(best.row["statistic"])
    sizes = [label_of(name) for name, _, _ in one.differs if name in SIZES]
    but = f", with another {' and '.join(sizes)}" if sizes else ""
    return (
        f"{where}: you reach {in_percent(best.reached)} of what AWS published for {place} "
        f"({label}{but})."
    )


def headline(one: ComparedRun) -> Beside | None:
    """Return the figure that a run is judged by: its throughput, or else its first time."""
    judged = [figure for figure in one.figures if figure.reached is not None]
    speeds = [figure for figure in judged if METRICS_BY_NAME[figure.row["metric"]].kind == "speed"]
    return next(iter((*speeds, *judged)), None)


def in_percent(share: float | None) -> str:
    """Return a share in percent, such as `71 %`."""
    return (
        "" if share is None else f"{share * 100:,.3g} %" if share < 1 else f"{share * 100:,.0f} %"
    )


def beside_remarks(one: ComparedRun) -> Iterator[str]:
    """Yield what a reader must know before the figures are believed."""
    for figure in one.figures:
        if figure.flag:
            yield f"Flagged, and not judged: {_label(figure)}, {figure.flag}."
    if one.published is None:
        return
    if one.differs:
        listed = "; ".join(
            f"{label_of(name)} {mine} (published {theirs})" for name, mine, theirs in one.differs
        )
        yield f"What differs: {listed}."
    if one.unsaid:
        listed = ", ".join(f"{label_of(name)} {theirs}" for name, theirs in one.unsaid)
        yield f"What you do not say (published): {listed}."
    if not one.differs and not one.unsaid:
        yield "Nothing that both state differs in the set-up."
    if one.published.is_flagged:
        yield "The published row has an error flag; see quality_flags."
    if one.others:
        listed = "; ".join(_other(other, one) for other in one.others[:_MOST_OTHERS])
        more = len(one.others) - _MOST_OTHERS
        rest = f"; and {more} more" if more > 0 else ""
        yield f"As near, with other figures: {listed}{rest}; state more settings to choose."
    paired = {_slot_name(figure) for figure in one.figures if figure.published is not None}
    missing = dict.fromkeys(_slot_name(figure) for figure in one.figures)
    alone = [name for name in missing if name not in paired]
    if alone:
        yield f"Without a published counterpart: {', '.join(alone)}."


def _other(other: Any, one: ComparedRun) -> str:
    mine = one.published.settings if one.published else {}
    unlike = [
        f"{label_of(name)} {shown(value)}"
        for name, value in other.settings.items()
        if value not in (None, "", []) and value != mine.get(name)
    ]
    return ", ".join(unlike) or f"benchmark {other.benchmark_id[:12]}"


def label_of(name: str) -> str:
    """Return the name of a setting for people."""
    return _LABELS.get(name, name.replace("_", " "))


def _label(figure: Beside) -> str:
    named = METRICS_BY_NAME[figure.row["metric"]].label_of(figure.row["statistic"])
    is_rate = METRICS_BY_NAME[figure.row["metric"]].kind == "speed"
    return f"{named} in {figure.unit}" if is_rate else named


def _slot_name(figure: Beside) -> str:
    """Return the name of a figure's metric, with the unit where it says what is counted."""
    metric = METRICS_BY_NAME[figure.row["metric"]]
    return f"{metric.label} in {figure.unit}" if metric.kind == "speed" else metric.label


def figure_rows(one: ComparedRun) -> list[tuple[Any, ...]]:
    """Return a row of `FIGURE_COLUMNS` for each figure that has a counterpart."""
    return [
        (
            METRICS_BY_NAME[figure.row["metric"]].label_of(figure.row["statistic"]),
            _rounded(figure.own),
            _rounded(figure.published),
            figure.unit,
            in_percent(figure.reached) if figure.reached else "flagged" if figure.flag else "",
        )
        for figure in one.figures
        if figure.published is not None
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")


def beside_table(runs: Sequence[ComparedRun]) -> pa.Table:
    """Return a row for each figure of each run, with all that is known of its counterpart."""
    import pyarrow as pa

    kinds = {"n": pa.int64(), "x": pa.float64(), "t": pa.string(), "b": pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in _DATA])
    rows = [_data_row(one, figure) for one in runs for figure in one.figures]
    return pa.Table.from_pylist(rows, schema=schema)


_DATA = (
    ("import_number", "n"),
    ("run", "n"),
    ("file_name", "t"),
    ("model", "t"),
    ("instance_type", "t"),
    ("batch_size", "n"),
    ("concurrency", "n"),
    ("measured_release", "t"),
    ("metric", "t"),
    ("statistic", "t"),
    ("unit", "t"),
    ("own_value", "x"),
    ("published_value", "x"),
    ("ratio", "x"),
    ("reached", "x"),
    ("flag", "t"),
    ("published_release", "t"),
    ("published_measured_release", "t"),
    ("published_batch_size", "n"),
    ("benchmark_id", "t"),
    ("differs", "t"),
    ("unsaid", "t"),
    ("as_near", "n"),
)


def _data_row(one: ComparedRun, figure: Beside) -> dict[str, Any]:
    result, published = one.result, one.published
    return {
        "import_number": result.number,
        "run": figure.row["run"],
        "file_name": result.file_name,
        "model": result.model,
        "instance_type": result.instance,
        "batch_size": result.settings.get("batch_size"),
        "concurrency": result.settings.get("concurrency"),
        "measured_release": result.settings.get("measured_release"),
        "metric": figure.row["metric"],
        "statistic": figure.row["statistic"],
        "unit": figure.unit,
        "own_value": figure.own,
        "published_value": figure.published,
        "ratio": figure.ratio,
        "reached": figure.reached,
        "flag": figure.flag,
        "published_release": published.release if published else None,
        "published_measured_release": published.measured_release if published else None,
        "published_batch_size": size_of(published.settings, "batch_size") if published else None,
        "benchmark_id": published.benchmark_id if published else None,
        "differs": "; ".join(f"{name} {mine} → {theirs}" for name, mine, theirs in one.differs)
        or None,
        "unsaid": "; ".join(f"{name} {theirs}" for name, theirs in one.unsaid) or None,
        "as_near": len(one.others),
    }
