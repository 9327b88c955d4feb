// The view "History": one series over all releases that printed it.

import {chart, explorable, legend} from "./charts.js";
import {NO_SERIES, passes, runOf} from "./data.js";
import {choice, el, outside, replace, table} from "./dom.js";
import {calculated, count, date, figure as published, sentenceCase} from "./format.js";
import {wordsOf} from "./verdicts.js";

// How a point looks, by where its figure comes from; a shape each, so that no colour is needed.
const LOOKS = {
  measured: ["●", "circle", "newly measured"],
  revised: ["◆", "diamond", "revised: same measurement, another figure"],
  relabelled: ["□", "square", "relabelled: another release is named, same figures"],
  carried: ["○", "circle", "carried over from the release before"],
  flagged: ["⚑", null, "flagged: not to be believed, drawn on the rail above"],
};

const COST = "cost mean";
const AT_ONE_RATE = "cost at one rate";
// Rates are divided out of rounded dollars; what differs by less is one rate.
const SAME_RATE = 0.05;
// The kinds of figures that people look at first, in their order.
const FIRST = ["speed", "time", "money"];

export function historyView(data, state, go) {
  const matching = data.series.filter((one) => passes(one, state));
  const chosen = data.series.find((one) => one.id === state.series);
  const series = chosen ?? longest(matching);
  if (!series)
    return [el("h1", {}, "History"), el("p", {class: "note"}, NO_SERIES)];
  const listed = matching.includes(series) ? matching : [series, ...matching];
  const slots = slotsOfSeries(series);
  const isPriced = eraStartsOf(series).length > 1;
  const slot = slots.has(state.metric) ? state.metric : [...slots.keys()][0];
  return [
    el("h1", {}, series.model),
    el("p", {class: "lead"}, `${series.instance_types} · ${runOf(series)}`),
    el(
      "div",
      {class: "controls"},
      choice(
        "series",
        `Series (${count(listed.length, "match", "matches")})`,
        listed.map((one) => [one.id, one.name]),
        series.id,
        (id) => go({series: id})
      ),
      choice(
        "metric",
        "Figure",
        [...slots].map(([name, label]) => [name, label]),
        slot,
        (metric) => go({metric})
      )
    ),
    printed(data, series),
    slot === COST && isPriced ? rateNote(series) : null,
    ...unitsOf(series, slot).map((unit) => unitSection(data, series, slot, unit)),
    allFigures(series, slot),
  ];
}

// Of several series, the one with most to see.
function longest(series) {
  return series.reduce(
    (best, one) => (!best || one.points.length > best.points.length ? one : best),
    null
  );
}

function slotsOfSeries(series) {
  const columns = series.points.flatMap((point) =>
    [...point.figures.values()].map(({column}) => column)
  );
  const rank = ({kind}) => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
  columns.sort((one, other) => rank(one) - rank(other) || one.number - other.number);
  const slots = columns.map((column) => [column.slot, column.label]);
  if (eraStartsOf(series).length > 1) {
    const at = slots.findIndex(([slot]) => slot === COST);
    slots.splice(at, 0, [AT_ONE_RATE, "Cost at the newest rate"]);
  }
  return new Map(slots);
}

// Returns the points at which the hourly rate behind the costs is another one than before.
function eraStartsOf(series) {
  const starts = [];
  for (const point of series.points) {
    if (!point.rate || !point.isBelievable || !point.figures.has(COST)) continue;
    const before = starts[starts.length - 1];
    if (!before || Math.abs(point.rate / before.rate - 1) > SAME_RATE) starts.push(point);
  }
  return starts;
}

function rateNote(series) {
  const starts = eraStartsOf(series);
  const eras = starts.map((point, place) => {
    const since = place ? `from ${point.release.release}` : "at first";
    return `${calculated(point.rate)} ${since}`;
  });
  return el(
    "p",
    {class: "note", id: "rates"},
    `The hourly rate behind these costs changed: ${eras.join(", ")} (USD/h). A step there is no ` +
      "change of speed, and no line crosses it. To look across, choose “Cost at the newest rate”."
  );
}

// Returns a figure of a point, or a cost at the newest hourly rate, which no page prints.
function figureOf(point, slot) {
  if (slot !== AT_ONE_RATE) return point.figures.get(slot);
  const cost = point.figures.get(COST);
  if (!cost || !point.rate) return undefined;
  const {rate} = eraStartsOf(point.series).at(-1);
  const column = {...cost.column, slot, label: "Cost at the newest rate", isCalculated: true};
  return {column, value: Number(((cost.value * rate) / point.rate).toPrecision(4))};
}

// A figure whose unit changed is two: they are never drawn as one line. The newest stands first.
function unitsOf(series, slot) {
  const units = series.points.map((point) => figureOf(point, slot)?.column.unit);
  return [...new Set(units.filter(Boolean).reverse())];
}

function printed(data, series) {
  const last = data.releases[data.releases.length - 1];
  const {release} = series.newest;
  const first = series.points[0].release.release;
  const day = date(release.published_on);
  const text =
    release.number === last.number
      ? `Printed since ${first}, and still in ${last.release}.`
      : `Last printed by ${release.release}${day ? ` (${day})` : ""}; not in ${last.release}.`;
  return el("p", {class: release.number === last.number ? "beside" : "beside warning"}, text);
}

function lookOf(point) {
  if (!point.isBelievable) return "flagged";
  if (point.origin === "first-printed" || point.origin === "remeasured") return "measured";
  return LOOKS[point.origin] ? point.origin : "carried";
}

function unitSection(data, series, slot, unit) {
  const points = series.points
    .filter((point) => figureOf(point, slot)?.column.unit === unit)
    .map((point) => ({point, look: lookOf(point), value: figureOf(point, slot).value}));
  const {column} = figureOf(points[0].point, slot);
  const detail = el("div", {class: "detail panel", "aria-live": "polite"});
  const tell = (one) => replace(detail, detailOf(one, column));
  tell(points[points.length - 1]);
  const heading = `${column.label}, ${unit}`;
  const looks = Object.keys(LOOKS).filter((look) => points.some((one) => one.look === look));
  return el(
    "section",
    {},
    el("h2", {}, heading),
    el(
      "p",
      {class: "beside"},
      `${directionOf(column)} Point at a point, or tab to the chart and use the ` +
        "arrow keys; Enter opens the page at AWS."
    ),
    drawing(data, points, column, tell),
    legend(looks.map((look) => [LOOKS[look][0], look, LOOKS[look][2]])),
    detail
  );
}

// Says which direction is better; of some figures, neither is.
function directionOf({better}) {
  return better ? `${sentenceCase(better)} is better.` : "Neither higher nor lower is better.";
}

function drawing(data, points, column, tell) {
  const releases = releasesBetween(data, points);
  const believed = points.filter((one) => one.look !== "flagged");
  // The scale is that of believable figures alone: a flagged one is never drawn as a collapse.
  const top = Math.max(...believed.map((one) => one.value), 0) || 1;
  const nameOf = (one) => one.point.release.release;
  const label = (one) => spoken(one, column);
  const line = {x: nameOf, y: "value", stroke: "var(--accent)"};
  const rail = top * 1.2;
  const starts = column.slot === COST ? eraStartsOf(points[0].point.series) : [];
  const {stretches, gaps} = joined(points, starts);
  const newest = believed.findLast((one) => one.look === "measured");
  const box = chart(`${column.label} by release`, (width) => ({
    height: 330,
    marginLeft: 64,
    marginTop: 40,
    marginBottom: width < 600 ? 56 : 40,
    x: {
      domain: releases,
      label: null,
      tickRotate: width / releases.length < 52 ? -40 : 0,
      tickSize: 0,
    },
    y: {
      domain: [0, rail],
      labelArrow: "none",
      grid: true,
      label: `↑ ${column.unit}`,
      labelAnchor: "top",
      tickFormat: tick,
      ticks: 5,
    },
    marks: [
      Plot.ruleY([0], {stroke: "var(--line-strong)"}),
      // Dashes where releases between two points printed nothing that can be believed.
      Plot.line(gaps, {
        ...line,
        x: ({one}) => nameOf(one),
        y: ({one}) => one.value,
        z: "gap",
        strokeWidth: 1.2,
        strokeDasharray: "3 4",
      }),
      Plot.line(believed, {...line, strokeWidth: 1.8, z: (one) => stretches.get(one)}),
      starts.length > 1
        ? Plot.text(starts, {
            x: (start) => start.release.release,
            text: (start) => `at ${calculated(start.rate)} USD/h`,
            frameAnchor: "bottom",
            textAnchor: "start",
            dx: -8,
            dy: -8,
            fill: "var(--soft)",
            stroke: "var(--paper)",
            strokeWidth: 4,
          })
        : null,
      Plot.dot(points, {
        x: nameOf,
        y: (one) => (one.look === "flagged" ? rail : one.value),
        className: "points",
        symbol: (one) => LOOKS[one.look][1] ?? "times",
        fill: (one) => `var(--point-${one.look})`,
        stroke: (one) => (one.look === "flagged" ? "var(--regressed)" : "var(--accent)"),
        strokeWidth: 1.8,
        r: 5.5,
      }),
      Plot.text(points, {
        // Where points are close, the labels of all would run into each other.
        filter: (one) =>
          width / releases.length > 80 ? isLabelled(one) : one === newest || one.look === "flagged",
        x: nameOf,
        y: (one) => (one.look === "flagged" ? rail : one.value),
        text: (one) => (one.look === "flagged" ? "⚑" : published(one.value)),
        dy: -14,
        fill: "var(--ink)",
      }),
    ],
  }));
  return explorable(box, "points", points, {label, href: (one) => one.point.url, tell});
}

// Returns the number of the unbroken stretch that each believable point is in, and both ends of each
// gap between two stretches. Where another hourly rate starts, stretches are apart without a gap.
function joined(points, starts) {
  const stretches = new Map();
  const gaps = [];
  let stretch = 0;
  let last = null;
  for (const [place, one] of points.entries()) {
    if (one.look === "flagged") continue;
    const isNext =
      last === points[place - 1] && last?.point.release.number === one.point.release.number - 1;
    const isAnotherRate = starts.indexOf(one.point) > 0;
    if (last && (!isNext || isAnotherRate)) stretch += 1;
    if (last && !isNext && !isAnotherRate) gaps.push({one: last, gap: stretch}, {one, gap: stretch});
    stretches.set(one, stretch);
    last = one;
  }
  return {stretches, gaps};
}

function isLabelled({look}) {
  return look === "measured" || look === "revised" || look === "flagged";
}

function releasesBetween(data, points) {
  const numbers = points.map((one) => one.point.release.number);
  return data.releases
    .slice(Math.min(...numbers), Math.max(...numbers) + 1)
    .map(({release}) => release);
}

function tick(value) {
  return published(value);
}

function spoken({point, value, look}, column) {
  const parts = [
    `${point.release.release}: ${published(value)} ${column.unit}`,
    LOOKS[look][2],
    column.isCalculated && "calculated from the printed cost",
    point.measured && `measured on ${point.measured}`,
    ...point.flags.map((flag) => `${flag.severity}: ${flag.message}`),
  ];
  return parts.filter(Boolean).join("; ");
}

function detailOf(one, column) {
  const {point, value, look} = one;
  return [
    el(
      "p",
      {},
      el("strong", {}, `${point.release.release}: ${published(value)} ${column.unit}`),
      `, ${LOOKS[look][0]} ${LOOKS[look][2]}${point.measured ? `, measured on ${point.measured}` : ""}` +
        `${column.isCalculated ? "; calculated from the printed cost" : ""}.`
    ),
    el(
      "p",
      {class: "sub"},
      outside(point.url, `${point.title} of ${point.release.release}`),
      ` › ${[point.place, `row ${point.row}`].filter(Boolean).join(" › ")}`
    ),
    setupText(point) ? el("p", {class: "sub"}, setupText(point)) : null,
    flagList(point),
  ];
}

function setupText(point) {
  return Object.entries(point.setup)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`)
    .join(" · ");
}

function flagList(point) {
  if (!point.flags.length) return null;
  return el("ul", {class: "flags"}, point.flags.map(flagLine));
}

function flagLine(flag) {
  return el("li", {class: flag.severity}, `⚑ ${flag.severity}: ${flag.message} (${flag.rule})`);
}

function allFigures(series, chosen) {
  // What no page prints is in the table while it is drawn.
  const shown = [...slotsOfSeries(series)].filter(
    ([slot]) => slot !== AT_ONE_RATE || slot === chosen
  );
  const columns = [
    {
      title: "Release",
      key: true,
      short: true,
      cell: ({release}) => [
        release.release,
        el("span", {class: "sub"}, date(release.published_on)),
      ],
    },
    {title: "Measured on", cell: (point) => point.measured || "–"},
    ...shown.map(([slot, label]) => ({
      title: label,
      number: true,
      cell: (point) => {
        const found = figureOf(point, slot);
        return found
          ? [published(found.value), el("span", {class: "sub"}, found.column.unit)]
          : "–";
      },
    })),
    {title: "Origin", cell: (point) => originOf(series, point)},
    {
      title: "Page",
      cell: (point) => [
        outside(point.url, point.title),
        el("span", {class: "sub"}, `row ${point.row}`),
      ],
    },
  ];
  const rows = [...series.points].reverse();
  return el(
    "section",
    {},
    el("h2", {}, "All figures"),
    el(
      "p",
      {class: "beside"},
      `Setup in ${series.newest.release.release}: ${setupText(series.newest) || "not printed"}.`
    ),
    table("All figures of this series, the newest release first", columns, rows, {
      class: "figures stack",
    })
  );
}

// Says where a row's figures come from, what its setup changed, and what is flagged.
function originOf(series, point) {
  const before = series.points[series.points.indexOf(point) - 1];
  const changes = before ? setupChanges(before.setup, point.setup) : [];
  const flags = new Set(point.flags.map((flag) => `⚑ ${flag.severity}: ${flag.rule}`));
  return [
    el("span", {title: point.originMeaning}, wordsOf(point.origin)),
    changes.map((change) => el("span", {class: "sub"}, change)),
    [...flags].map((flag) => el("span", {class: "sub"}, flag)),
  ];
}

function setupChanges(before, after) {
  return Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .map(
      (name) => `${name.replaceAll("_", " ")} ${before[name] ?? "none"} → ${after[name] ?? "none"}`
    );
}
