// The view "Find": every series with its newest figure, its trend and what changed last.

import {comparisonOf, groupOf, headline, NO_SERIES, passes, runOf} from "./data.js";
import {el, inParts, svg, table} from "./dom.js";
import {count, figure as published} from "./format.js";
import {badge, changeOf} from "./verdicts.js";

const SHOWN = 80;

export function findView(data, state, go) {
  const series = data.series.filter((one) => passes(one, state)).sort(inOrder);
  const {base, target} = data.opening;
  const changes = base === null ? new Map() : lastChanges(data, base, target);
  const last = data.releases[data.releases.length - 1];
  const about = {data, changes, last, go, target: data.releases[target ?? last.number]};
  return [
    el("h1", {}, "Find a series"),
    el(
      "p",
      {class: "lead", id: "found", "aria-live": "polite"},
      `${count(series.length, "series", "series")} of ${data.series.length.toLocaleString("en")}, `,
      `each one workload over ${count(data.releases.length, "release")}; those still printed first.`
    ),
    series.length
      ? inParts(series, SHOWN, (rows) => results(rows, about))
      : el("p", {class: "note"}, NO_SERIES),
  ];
}

// What is printed still stands first; then by name, whatever its letter case.
function inOrder(one, other) {
  return (
    other.newest.release.number - one.newest.release.number ||
    one.name.localeCompare(other.name, "en", {numeric: true})
  );
}

// Returns the figure of each series' headline in the comparison that the page opens on.
function lastChanges(data, base, target) {
  const found = new Map();
  for (const one of comparisonOf(data, base, target) ?? []) {
    const point = one.pair.to ?? one.pair.from;
    if (headline(point)?.column.slot === one.slot) found.set(one.series.number, one);
  }
  return found;
}

function results(rows, {data, changes, last, go, target}) {
  return table(
    "Series with their newest figure",
    [
      {
        title: "Model and run",
        key: true,
        cell: (one) => [
          el("a", {href: go.href({view: "history", series: one.id})}, one.model),
          el("span", {class: "sub"}, runOf(one)),
        ],
      },
      {
        title: "Instance",
        cell: (one) => [one.instance_types, el("span", {class: "sub"}, groupOf(one))],
      },
      {title: "Newest figure", number: true, cell: newest},
      {title: "Trend", cell: (one) => [sparkline(data, one), printedBy(one, last)]},
      {title: `In ${target.release}`, cell: (one) => lastChange(changes.get(one.number))},
    ],
    rows,
    {class: "stack"}
  );
}

function newest(series) {
  const point = [...series.points].reverse().find((one) => one.isBelievable) ?? series.newest;
  const {column, value} = headline(point);
  const flag = point.isBelievable ? null : "⚑ ";
  return [flag, published(value), el("span", {class: "sub"}, column.unit)];
}

function lastChange(change) {
  if (!change) return "–";
  return [
    badge(change.verdict, change.meaning),
    change.isBelievable ? change.change !== 0 && ` ${changeOf(change)}` : " ⚑ flagged",
  ];
}

function printedBy(series, last) {
  const {release} = series.newest;
  const isPrinted = release.number === last.number;
  const text = isPrinted
    ? `${series.points[0].release.release} to ${last.release}`
    : `last printed by ${release.release}`;
  return el("span", {class: isPrinted ? "sub" : "sub warning"}, text);
}

const WIDE = 120;
const HIGH = 28;

// A line over all releases; a flagged figure is a cross at the top, and bends no line.
function sparkline(data, series) {
  const {column} = headline(series.newest);
  const points = series.points.filter((one) => one.figures.get(column.slot)?.column === column);
  const believed = points.filter((one) => one.isBelievable);
  const value = (one) => one.figures.get(column.slot).value;
  const top = Math.max(...believed.map(value), 0) || 1;
  const x = (one) => 4 + ((WIDE - 8) * one.release.number) / Math.max(data.releases.length - 1, 1);
  const y = (one) => HIGH - 4 - ((HIGH - 10) * value(one)) / top;
  const path = believed.map((one) => `${x(one).toFixed(1)},${y(one).toFixed(1)}`).join(" ");
  const end = believed[believed.length - 1];
  return svg(
    "svg",
    {
      class: "spark",
      width: WIDE,
      height: HIGH,
      role: "img",
      "aria-label": spokenTrend(believed, value, column),
    },
    svg("line", {class: "ground", x1: 0, x2: WIDE, y1: HIGH - 3.5, y2: HIGH - 3.5}),
    svg("polyline", {points: path}),
    end ? svg("circle", {cx: x(end).toFixed(1), cy: y(end).toFixed(1), r: 2.6}) : null,
    points
      .filter((one) => !one.isBelievable)
      .map((one) => svg("path", {class: "cross", d: `M${(x(one) - 3).toFixed(1)} 1l6 6m0 -6l-6 6`}))
  );
}

function spokenTrend(points, value, column) {
  if (!points.length) return "no believable figure";
  const [first, last] = [points[0], points[points.length - 1]];
  return (
    `${published(value(first))} in ${first.release.release}, ` +
    `${published(value(last))} ${column.unit} in ${last.release.release}`
  );
}
