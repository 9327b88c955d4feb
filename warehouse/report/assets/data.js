// Reads the page's data into objects. warehouse/report/data.py describes the packed shape.

import {sentenceCase} from "./format.js";

// Returns the data with numbers replaced by what they stand for.
export function unpack(packed) {
  const text = (number) => (number === null ? null : packed.texts[number]);
  const named = (kind) => packed.dimensions.filter((dimension) => dimension.kind === kind);
  const identity = named("identity");
  const setup = named("setup");
  const data = {
    ...packed,
    identity,
    setup,
    releases: packed.releases.map((release, number) => ({...release, number})),
    columns: packed.columns.map((column, number) => ({
      ...column,
      number,
      slot: `${column.metric} ${column.statistic}`,
    })),
    prices: new Map(packed.prices),
  };
  const setups = packed.setups.map((values) => valuesOf(setup, values, text));
  data.series = packed.series.map((one, number) => {
    const series = {number, id: one.id, name: one.name, ...valuesOf(identity, one.values, text)};
    series.points = one.points.map((point) => pointOf(data, packed, series, setups, text, point));
    series.at = new Map(series.points.map((point) => [point.release.number, point]));
    series.newest = series.points[series.points.length - 1];
    series.instances = (series.instance_types ?? "").split(", ");
    series.haystack = haystack(series);
    return series;
  });
  data.runs = packed.runs.map(([series, release, counted, usd, hours]) => ({
    series: data.series[series],
    point: data.series[series].at.get(release),
    counted: text(counted),
    usd,
    hours,
  }));
  return data;
}

function valuesOf(dimensions, values, text) {
  return Object.fromEntries(dimensions.map(({name}, place) => [name, text(values[place])]));
}

function pointOf(data, packed, series, setups, text, point) {
  const [release, measured, page, place, row, flags, setup, origin, figures, rate] = point;
  const [url, title] = packed.pages[page];
  const [name, meaning] = packed.origins[origin];
  const flagged = packed.flag_sets[flags].map((number) =>
    flagIn(packed.flags[number], data.releases[release])
  );
  return {
    series,
    release: data.releases[release],
    measured: text(measured),
    url,
    title,
    place: text(place),
    row,
    flags: flagged,
    isBelievable: flagged.every((flag) => flag.severity !== "error"),
    setup: setups[setup],
    origin: name,
    originMeaning: meaning,
    figures: figuresOf(data, packed.figures[figures]),
    rate,
  };
}

// Returns a flag as one release has it: a NUL stands for the release in its message.
export function flagIn(flag, {release}) {
  return {...flag, message: flag.message.replaceAll("\0", release)};
}

// Returns the figures of a row by their metric and statistic.
function figuresOf(data, flat) {
  const found = new Map();
  for (let place = 0; place < flat.length; place += 2) {
    const column = data.columns[flat[place]];
    found.set(column.slot, {column, value: flat[place + 1]});
  }
  return found;
}

function haystack(series) {
  const words = [series.name, series.accelerator, series.workload, series.model_family];
  return words.filter(Boolean).join(" ").toLowerCase();
}

export const NO_SERIES = "No series passes the filters. Try fewer words, or press Clear.";

// Returns whether a series is what the filters of the page leave: its name has every word.
export function passes(series, {model = "", instance = "", family = ""}) {
  if (family && series.model_family !== family) return false;
  // From its start, so that inf2 means every size.
  if (instance && !series.instances.some((name) => name.startsWith(instance))) return false;
  return model
    .toLowerCase()
    .split(/\s+/)
    .every((word) => series.haystack.includes(word));
}

// Returns the figures of all pairs of two releases, or null where they are not compared.
export function comparisonOf(data, base, target) {
  const packed = data.comparisons.find((one) => one.base === base && one.target === target);
  return packed ? packed.groups.flatMap((group) => figuresOfGroup(data, packed, group)) : null;
}

function figuresOfGroup(data, {base, target}, group) {
  const [match, changed, letters, remeasured, hasRates, bases, targets] = group;
  const others = targets ?? bases;
  return Array.from({length: Math.max(bases.length, others.length)}, (_, place) => {
    const from = data.series[bases[place]]?.at.get(base) ?? null;
    const to = data.series[others[place]]?.at.get(target) ?? null;
    const series = (to ?? from).series;
    const pair = {series, from, to, match, changed: data.texts[changed], remeasured};
    pair.baseRate = hasRates ? from.rate : null;
    pair.targetRate = hasRates ? to.rate : null;
    pair.isBelievable = [from, to].every((point) => !point || point.isBelievable);
    return slotsOf(from, to).map((slot, at) =>
      figureOf(data, pair, slot, letters.charCodeAt(at) - 97)
    );
  }).flat();
}

function slotsOf(from, to) {
  const slots = new Map();
  for (const point of [from, to]) {
    for (const [slot, {column}] of point?.figures ?? []) {
      if (!slots.has(slot)) slots.set(slot, column.number);
    }
  }
  return [...slots].sort((one, other) => one[1] - other[1]).map(([slot]) => slot);
}

function figureOf(data, pair, slot, verdict) {
  const from = pair.from?.figures.get(slot);
  const to = pair.to?.figures.get(slot);
  const [name, meaning] = data.verdicts[verdict];
  const figure = {
    ...pair,
    pair,
    slot,
    column: (to ?? from).column,
    from: from?.value ?? null,
    to: to?.value ?? null,
    verdict: name,
    meaning,
    change: null,
    speedChange: null,
    priceChange: null,
  };
  if (from && to && name !== "not-comparable" && from.value !== 0) {
    figure.change = to.value / from.value - 1;
    if (figure.column.kind === "money" && pair.baseRate && pair.targetRate) {
      // Costs are rounded more coarsely than the speed that they were calculated from.
      const bySpeed =
        costBySpeed(pair) ?? ((1 + figure.change) * pair.baseRate) / pair.targetRate;
      figure.speedChange = bySpeed - 1;
      figure.priceChange = (1 + figure.change) / bySpeed - 1;
    }
  }
  return figure;
}

// Returns what the speed of two rows makes of a cost, or null where they have no common throughput.
function costBySpeed({from, to}) {
  for (const [slot, {column, value}] of from.figures) {
    const other = to.figures.get(slot);
    if (column.metric !== "throughput" || other?.column.unit !== column.unit) continue;
    if (value > 0 && other.value > 0) return value / other.value;
  }
  return null;
}

// Returns the name of a group of rows that are judged together: Inf2 encoder.
export function groupOf(series) {
  const training = series.workload === "inference" ? "" : ` ${series.workload}`;
  return `${sentenceCase(series.accelerator)} ${series.model_family ?? ""}${training}`.trim();
}

// Returns what tells a series from others of its model, in words.
export function runOf(series) {
  const worded = {
    sequence_length: "sequence length",
    input_length: "input",
    output_length: "output",
    nodes: "nodes",
  };
  const parts = [
    series.model_details,
    series.task,
    series.application_type,
    series.optimized_for && `optimized for ${series.optimized_for}`,
    ...Object.entries(worded).map(([name, word]) => series[name] && `${word} ${series[name]}`),
    series.image_size,
    series.run_mode,
  ];
  return parts.filter(Boolean).join(" · ");
}

// Returns the figure that stands for a row: its speed, or else the first that it has.
export function headline(point) {
  const figures = [...point.figures.values()];
  return figures.find(({column}) => column.kind === "speed") ?? figures[0];
}
