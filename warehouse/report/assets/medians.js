// The changes of many rows at once: their medians by group, and a chart with a dot for each row.

import {chart, explorable} from "./charts.js";
import {groupOf} from "./data.js";
import {el, replace, table} from "./dom.js";
import {count, median, percent} from "./format.js";
import {badge, markOf, wordsOf} from "./verdicts.js";

// What a median is taken of. Costs of two hourly rates have one in common only after the split.
function measureOf({column, speedChange, change}) {
  if (!column.is_typical) return null;
  if (column.kind === "money")
    return speedChange === null ? null : ["Cost at one rate", speedChange];
  if (change === null) return null;
  if (column.kind === "speed") return ["Throughput", change];
  return [column.label, change];
}

function measuresBy(figures) {
  const groups = new Map();
  for (const one of figures) {
    const measure = measureOf(one);
    if (!measure) continue;
    const group = groupOf(one.series);
    if (!groups.has(group)) groups.set(group, new Map());
    const measures = groups.get(group);
    if (!measures.has(measure[0]))
      measures.set(measure[0], {changes: [], better: one.column.better});
    measures.get(measure[0]).changes.push(measure[1]);
  }
  return new Map([...groups].sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function medianTable(data, figures) {
  const groups = measuresBy(figures);
  if (!groups.size) return null;
  const names = [...new Set([...groups.values()].flatMap((measures) => [...measures.keys()]))];
  const order = (name) => (name === "Throughput" ? 0 : name.startsWith("Cost") ? 2 : 1);
  names.sort((one, other) => order(one) - order(other) || (one < other ? -1 : 1));
  return el(
    "section",
    {},
    el("h2", {}, "Median change"),
    table(
      "Median change of the rows that were measured again, with their number",
      [
        {title: "Group", key: true, cell: ([group]) => group},
        ...names.map((name) => ({
          title: name,
          number: true,
          cell: ([, measures]) => medianCell(measures.get(name), data.tolerance),
        })),
      ],
      [...groups]
    )
  );
}

function medianCell(measure, tolerance) {
  if (!measure) return "–";
  const change = median(measure.changes);
  return [
    direction(change, measure.better, tolerance),
    percent(change),
    el("span", {class: "sub"}, count(measure.changes.length, "row")),
  ];
}

// A mark for better or worse; within the tolerance there is none, nor where neither is better.
function direction(change, better, tolerance) {
  if (!better || Math.abs(Math.log1p(change)) <= Math.log1p(tolerance)) return null;
  const verdict = change > 0 === (better === "higher") ? "improved" : "regressed";
  const word = verdict === "improved" ? "better" : "worse";
  return el(
    "span",
    {class: verdict, role: "img", "aria-label": word, title: word},
    `${markOf(verdict)} `
  );
}

// A shape beside each colour; all other verdicts have a circle.
const SHAPES = {improved: "triangle", regressed: "times"};

// One dot a row: how its throughput changed.
export function throughputChart(figures, {go}) {
  const rows = figures.filter((one) => one.column.kind === "speed" && one.change !== null);
  rows.sort(byGroup);
  if (rows.length < 2) return null;
  const groups = [...new Set(rows.map((one) => groupOf(one.series)))].sort();
  const detail = el(
    "p",
    {class: "detail", "aria-live": "polite"},
    "Point at a dot, or tab to the chart and use the arrow keys; Enter opens its history."
  );
  const label = (one) =>
    `${one.series.name}: throughput ${percent(one.change)}, ${wordsOf(one.verdict)}`;
  const box = chart("How the throughput of each row changed", (width) => ({
    height: 60 + 44 * groups.length,
    marginLeft: width < 600 ? 12 : 190,
    marginTop: width < 600 ? 26 : 14,
    marginBottom: 36,
    x: {
      percent: true,
      grid: true,
      label: "Change of throughput (%), better to the right",
      tickFormat: signed,
      insetLeft: 12,
      insetRight: 12,
    },
    y: {domain: groups, axis: null, padding: 0.4},
    marks: [
      Plot.ruleX([0], {stroke: "var(--line-strong)"}),
      Plot.text(groups, {
        y: (group) => group,
        text: (group) => group,
        frameAnchor: "left",
        textAnchor: width < 600 ? "start" : "end",
        dx: width < 600 ? 0 : -12,
        dy: width < 600 ? -16 : 0,
        fill: "var(--ink)",
      }),
      Plot.dot(rows, {
        x: "change",
        y: (one) => groupOf(one.series),
        className: "points",
        symbol: (one) => SHAPES[one.verdict] ?? "circle",
        stroke: (one) => (one.verdict in SHAPES ? `var(--${one.verdict})` : "var(--muted)"),
        strokeWidth: 1.6,
        r: 4.5,
      }),
    ],
  }));
  explorable(box, "points", rows, {
    label,
    href: (one) => go.href({view: "history", series: one.series.id}),
    tell: (one) => replace(detail, label(one)),
  });
  return el(
    "section",
    {},
    el("h2", {}, "Throughput, row by row"),
    box,
    detail,
    el("p", {class: "beside"}, "△ better, × worse, ○ within the tolerance."),
    el("details", {}, el("summary", {}, "The same as a table"), throughputTable(rows, go))
  );
}

function throughputTable(rows, go) {
  return table(
    "Change of throughput of each row that was measured again",
    [
      {
        title: "Model and run",
        key: true,
        cell: ({series}) =>
          el("a", {href: go.href({view: "history", series: series.id})}, series.name),
      },
      {title: "Group", cell: ({series}) => groupOf(series)},
      {title: "Change", number: true, cell: ({change}) => percent(change)},
      {title: "Verdict", cell: (one) => badge(one.verdict, one.meaning)},
    ],
    rows,
    {class: "stack"}
  );
}

function byGroup(one, other) {
  return groupOf(one.series).localeCompare(groupOf(other.series)) || one.change - other.change;
}

function signed(value) {
  return value > 0 ? `+${value}` : String(value).replace("-", "−");
}
