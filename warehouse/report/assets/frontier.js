// The view "Frontier": cost against time for one model or task, at the prices that people pay.

import {chart, explorable, marksOf} from "./charts.js";
import {headline, passes, runOf} from "./data.js";
import {choice, el, replace, table} from "./dom.js";
import {calculated, count, figure as published} from "./format.js";

const SECONDS = 3600;
const MILLION = 1e6;

export function frontierView(data, state, go) {
  const runs = data.runs.filter((one) => passes(one.series, state)).flatMap(timesOf);
  const subjects = subjectsOf(runs);
  if (!subjects.size) {
    return [
      el("h1", {}, "Frontier"),
      el(
        "p",
        {class: "note"},
        "No series that the filters leave has a cost and a time. Try fewer words, or press Clear."
      ),
    ];
  }
  const subject = subjects.has(state.of) ? state.of : richest(subjects);
  const slots = slotsOf(subjects.get(subject));
  const slot = slots.has(state.time)
    ? state.time
    : mostOf(subjects.get(subject), (run) => run.time.column.slot);
  const timed = subjects.get(subject).filter((run) => run.time.column.slot === slot);
  const unit = mostOf(timed, (run) => run.unit);
  const timeUnit = mostOf(timed, (run) => run.time.column.unit);
  const shown = timed.filter((run) => run.unit === unit && run.time.column.unit === timeUnit);
  return [
    el("h1", {}, `Cost against time: ${subject.replace(/^\w+: /, "")}`),
    el(
      "div",
      {class: "controls"},
      choice(
        "of",
        "Model or task",
        [...subjects].map(([name, of]) => [
          name,
          `${name} (${new Set(of.map((run) => run.series)).size})`,
        ]),
        subject,
        (of) => go({of})
      ),
      choice("time", "Time", [...slots], slot, (time) => go({time}))
    ),
    ...board(data, shown, state, go),
  ];
}

// Returns a run once for each median time that it has. Which rows are runs, and what their costs
// count, the dataset says: its view `priced_runs`.
function timesOf({series, point, counted, usd, hours}) {
  const figures = [...point.figures.values()];
  const common = {series, point, usd, hours, speed: headline(point), unit: `USD per 1M ${counted}`};
  return figures
    .filter(({column}) => column.kind === "time" && column.is_typical)
    .map((time) => ({...common, time, instance: series.instances[0]}));
}

function subjectsOf(runs) {
  const found = new Map();
  const add = (name, run) => found.set(name, [...(found.get(name) ?? []), run]);
  for (const run of runs) add(`Model: ${run.series.model}`, run);
  for (const run of runs) if (run.series.task) add(`Task: ${run.series.task}`, run);
  return new Map(
    [...found].sort(([one], [other]) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
  );
}

// The model that opens the view: one that is printed still, on many instance types, in many runs.
function richest(subjects) {
  const models = [...subjects].filter(([name]) => name.startsWith("Model"));
  const newest = Math.max(
    ...models.flatMap(([, runs]) => runs.map((run) => run.point.release.number))
  );
  const score = ([, runs]) => {
    const printed = runs.filter((run) => run.point.release.number === newest);
    return 1000 * new Set(printed.map((run) => run.instance)).size + runs.length;
  };
  return models.reduce((best, one) => (score(one) > score(best) ? one : best))[0];
}

function slotsOf(runs) {
  return new Map(runs.map((run) => [run.time.column.slot, run.time.column.label]));
}

function mostOf(runs, key) {
  const counts = new Map();
  for (const run of runs) counts.set(key(run), (counts.get(key(run)) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function board(data, runs, state, go) {
  const instances = [...new Set(runs.map((run) => run.instance))].sort();
  const typed = numbersOf(state.prices);
  const here = {
    latency: Number(state.latency) || null,
    throughput: Number(state.throughput) || null,
    instance: instances.includes(state.on) ? state.on : instances[0],
  };
  const output = el("div", {});
  const draw = () => replace(output, picture(runs, typed, data.prices, here, go));
  const keep = () => {
    const prices = [...typed].map(([name, price]) => `${name}:${price}`).join(",");
    go.quietly({prices, latency: here.latency, throughput: here.throughput, on: here.instance});
    draw();
  };
  draw();
  return [
    el(
      "div",
      {class: "typed"},
      el(
        "fieldset",
        {},
        el("legend", {}, "My price, USD per hour"),
        instances.map((name) => priceField(name, typed, data.prices.get(name), keep))
      ),
      el(
        "fieldset",
        {},
        el("legend", {}, "You are here"),
        hereField(
          "here-latency",
          `${runs[0].time.column.label}, ${runs[0].time.column.unit}`,
          here,
          "latency",
          keep
        ),
        hereField(
          "here-throughput",
          `Throughput, ${runs[0].speed.column.unit}`,
          here,
          "throughput",
          keep
        ),
        choice(
          "here-instance",
          "On",
          instances.map((name) => [name, name]),
          here.instance,
          (name) => {
            here.instance = name;
            keep();
          }
        )
      )
    ),
    output,
  ];
}

function numbersOf(text) {
  const pairs = (text ?? "").split(",").map((pair) => pair.split(":"));
  return new Map(
    pairs.map(([name, price]) => [name, Number(price)]).filter(([, price]) => price > 0)
  );
}

function priceField(name, typed, published, keep) {
  return numberField(`price-${name}`, name, typed.get(name), calculated(published), (value) => {
    if (value) typed.set(name, value);
    else typed.delete(name);
    keep();
  });
}

function hereField(id, label, here, name, keep) {
  return numberField(id, label, here[name], "", (value) => {
    here[name] = value;
    keep();
  });
}

function numberField(id, label, value, placeholder, ontype) {
  return el(
    "label",
    {class: "field"},
    label,
    el("input", {
      id,
      type: "number",
      min: "0",
      step: "any",
      inputmode: "decimal",
      value: value ?? null,
      placeholder,
      oninput: (event) => ontype(event.target.value > 0 ? Number(event.target.value) : null),
    })
  );
}

function picture(runs, typed, prices, here, go) {
  const priced = runs.map((run) => ({...run, x: run.time.value, y: costOf(run, typed)}));
  const known = priced.filter((run) => run.y !== null);
  if (!known.length) {
    const text = "No run is left: their throughput is printed with too few digits for your price.";
    return el("p", {class: "note"}, text);
  }
  const efficient = frontOf(known);
  const you = placeOf(here, (name) => typed.get(name) ?? prices.get(name));
  return [
    el("p", {class: "lead", id: "verdict"}, sentence(known, efficient, you)),
    scatter(known, efficient, you, go),
    runsTable(known, efficient, go),
  ];
}

// Returns what a million costs; null where the throughput is known too poorly for another price.
function costOf(run, typed) {
  if (!typed.has(run.instance)) return run.usd;
  return run.hours === null ? null : run.hours * typed.get(run.instance);
}

// Returns the runs of which no other is both faster and cheaper, the fastest first.
export function frontOf(runs) {
  const ordered = [...runs].sort((one, other) => one.x - other.x || one.y - other.y);
  const front = [];
  for (const run of ordered) {
    if (!front.length || run.y < front[front.length - 1].y) front.push(run);
  }
  return front;
}

function placeOf(here, priceOf) {
  if (!here.latency || !here.throughput) return null;
  return {x: here.latency, y: (priceOf(here.instance) / (here.throughput * SECONDS)) * MILLION};
}

function sentence(runs, efficient, you) {
  const are = efficient.length === 1 ? "is" : "are";
  const known =
    `${efficient.length} of ${count(runs.length, "run")} ${are} efficient: ` +
    "no other is both faster and cheaper.";
  if (!you) return known;
  const ahead = runs.filter((run) => run.x <= you.x && run.y <= you.y);
  const cost = `${calculated(you.y)} ${runs[0].unit}`;
  if (!ahead.length) {
    return `${known} No published run is both faster and cheaper than yours, at ${cost}.`;
  }
  const cheapest = ahead.reduce((best, run) => (run.y < best.y ? run : best));
  return (
    `${known} Yours costs ${cost}; ${count(ahead.length, "published run")} ` +
    `${ahead.length === 1 ? "is" : "are"} faster and cheaper, the cheapest ${spoken(cheapest)}.`
  );
}

function spoken(run) {
  const batch = run.point.setup.batch_size;
  return (
    `${run.series.model} on ${run.instance}${batch ? `, batch size ${batch}` : ""}: ` +
    `${published(run.x)} ${run.time.column.unit}, ${calculated(run.y)} ${run.unit}`
  );
}

function scatter(runs, efficient, you, go) {
  const instances = [...new Set(runs.map((run) => run.instance))].sort();
  const marks = marksOf(instances);
  const all = you ? [...runs, you] : runs;
  const {column} = runs[0].time;
  const look = {className: "points", symbol: "instance", stroke: "instance", strokeWidth: 1.6};
  const dots = (options) => Plot.dot(runs, {x: "x", y: "y", r: 5.5, ...look, ...options});
  const detail = el(
    "p",
    {class: "detail", "aria-live": "polite"},
    "Filled points are efficient. Point at a run, or tab to the chart and use the arrow keys; Enter opens its history."
  );
  const box = chart(`Cost against ${column.label.toLowerCase()}`, (width) => ({
    height: width < 600 ? 360 : 420,
    marginLeft: 62,
    marginTop: 34,
    marginRight: 24,
    marginBottom: 44,
    x: scaleOf(
      all.map((run) => run.x),
      `${column.label} (${column.unit}), faster to the left`,
      width / 110
    ),
    y: scaleOf(
      all.map((run) => run.y),
      `↑ ${runs[0].unit}`,
      6
    ),
    symbol: marks.symbol,
    color: marks.color,
    marks: [
      Plot.line(efficient, {
        x: "x",
        y: "y",
        stroke: "var(--muted)",
        strokeWidth: 1.4,
        strokeDasharray: "4 3",
      }),
      // Two marks of the same rows: a dot whose colour is nothing would not be drawn at all.
      dots({filter: (run) => !efficient.includes(run), fill: "var(--paper)"}),
      dots({filter: (run) => efficient.includes(run), fill: "instance"}),
      Plot.text(labelled(efficient, all), {
        x: "x",
        y: "y",
        text: (run) => (run.point.setup.batch_size ? `batch ${run.point.setup.batch_size}` : ""),
        dy: 15,
        fill: "var(--ink)",
        stroke: "var(--paper)",
        strokeWidth: 4,
      }),
      you
        ? Plot.dot([you], {
            x: "x",
            y: "y",
            symbol: "times",
            stroke: "var(--regressed)",
            strokeWidth: 3,
            r: 8,
          })
        : null,
      you
        ? Plot.text([you], {
            x: "x",
            y: "y",
            text: () => "you are here",
            dy: -16,
            fontWeight: "bold",
            fill: "var(--ink)",
            stroke: "var(--paper)",
            strokeWidth: 4,
          })
        : null,
    ],
  }));
  explorable(box, "points", runs, {
    label: spoken,
    href: (run) => go.href({view: "history", series: run.series.id}),
    tell: (run) =>
      replace(detail, `${spoken(run)} · ${runOf(run.series)} · ${run.point.release.release}`),
  });
  return el("section", {}, marks.legend, box, detail);
}

// Returns a scale around its values, logarithmic where they are far apart.
function scaleOf(values, label, ticks) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isWide = low > 0 && high / low > 20;
  const room = (high - low || high) * 0.12;
  return {
    type: isWide ? "log" : "linear",
    domain: isWide ? [low / 1.3, high * 1.3] : [Math.max(low - room, 0), high + room],
    grid: true,
    labelArrow: "none",
    label,
    ticks,
    tickFormat: calculated,
  };
}

// Returns those of the runs that are far enough apart for a label each.
function labelled(runs, all) {
  const kept = [];
  const extent = (axis) => Math.max(...all.map(axis)) - Math.min(...all.map(axis)) || 1;
  const [wide, high] = [extent((run) => run.x), extent((run) => run.y)];
  for (const run of runs) {
    const isFree = (other) =>
      Math.abs(run.x - other.x) > 0.08 * wide || Math.abs(run.y - other.y) > 0.08 * high;
    if (kept.every(isFree)) kept.push(run);
  }
  return kept;
}

function runsTable(runs, efficient, go) {
  const {column} = runs[0].time;
  const ordered = [...runs].sort((one, other) => one.y - other.y);
  return el(
    "section",
    {},
    el("h2", {}, "The same runs as a table"),
    table(
      "Runs, the cheapest first; costs are ours, at the prices above",
      [
        {
          title: "Model and run",
          key: true,
          cell: (run) => [
            el("a", {href: go.href({view: "history", series: run.series.id})}, run.series.model),
            el("span", {class: "sub"}, runOf(run.series)),
          ],
        },
        {title: "Instance", cell: (run) => run.instance},
        {title: "Batch size", number: true, cell: (run) => run.point.setup.batch_size ?? "–"},
        {title: `${column.label} (${column.unit})`, number: true, cell: (run) => published(run.x)},
        {
          title: `Throughput (${runs[0].speed.column.unit})`,
          number: true,
          cell: (run) => published(run.speed.value),
        },
        {title: runs[0].unit, number: true, cell: (run) => calculated(run.y)},
        {title: "Efficient", cell: (run) => (efficient.includes(run) ? "yes" : "–")},
        {title: "Printed by", cell: (run) => run.point.release.release},
      ],
      ordered,
      {class: "stack", id: "runs"}
    )
  );
}
