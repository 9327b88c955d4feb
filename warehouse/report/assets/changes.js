// The view "What changed": two releases against each other, as people read it.

import {comparisonOf, NO_SERIES, passes} from "./data.js";
import {choice, el} from "./dom.js";
import {figuresListing} from "./figures.js";
import {count} from "./format.js";
import {medianTable, throughputChart} from "./medians.js";

export function changesView(data, state, go) {
  if (data.opening.base === null) {
    return [
      el("h1", {}, "One release"),
      el("p", {}, "This dataset holds one release: nothing to compare."),
    ];
  }
  const asked = [
    numberOf(data, state.base) ?? data.opening.base,
    numberOf(data, state.target) ?? data.opening.target,
  ];
  // The older release is the base, whichever was chosen first.
  const sides = comparisonOf(data, ...asked) ? asked : [...asked].sort((one, other) => one - other);
  const figures = comparisonOf(data, ...sides);
  const [from, to] = sides.map((number) => data.releases[number]);
  const controls = pickers(data, from, to, go);
  if (!figures) {
    return [
      el("h1", {}, "What changed"),
      controls,
      el("p", {class: "note"}, "Choose two releases."),
    ];
  }
  const left = figures.filter((one) => passes(one.series, state));
  return [
    el("h1", {}, `What ${to.release} changed`),
    controls,
    left.length ? answer(data, left, {from, to, state, go}) : nothing(data, state, to),
  ];
}

function numberOf(data, name) {
  const found = data.releases.find((release) => release.release === name);
  return found ? found.number : null;
}

function pickers(data, from, to, go) {
  const options = [...data.releases]
    .reverse()
    .map(({release, published_on: day}) => [release, day ? `${release} (${day})` : release]);
  return el(
    "div",
    {class: "controls"},
    choice("base", "From release", options, from.release, (base) => go({base, target: to.release})),
    choice("target", "To release", options, to.release, (target) =>
      go({base: from.release, target})
    )
  );
}

// Says why no row is left; of a model that is no longer printed, which release printed it last.
function nothing(data, state, to) {
  const series = data.series.filter((one) => passes(one, state));
  if (!series.length) return el("p", {class: "note"}, NO_SERIES);
  const last = series
    .map((one) => one.newest.release)
    .reduce((a, b) => (a.number > b.number ? a : b));
  const text =
    last.number < to.number
      ? `${to.release} does not print these rows; ${last.release} printed them last.`
      : "Neither of these releases prints these rows.";
  return el("p", {class: "note"}, text);
}

function answer(data, figures, about) {
  const measured = figures.filter((one) => one.remeasured && one.isBelievable);
  return [
    conclusion(data, figures, about),
    medianTable(data, measured),
    throughputChart(measured, about),
    figuresListing(data, figures, about),
  ];
}

function conclusion(data, figures, {from, to, state, go}) {
  const rows = new Set(figures.filter((one) => one.remeasured).map((one) => one.pair));
  const tally = (name) => figures.filter((one) => one.verdict === name && one.isBelievable).length;
  const tolerance = `${+(100 * data.tolerance).toPrecision(3)} %`;
  const [better, worse, same] = ["improved", "regressed", "unchanged"].map(tally);
  const sentence = rows.size
    ? [
        el("strong", {}, count(rows.size, "row")),
        ` of ${to.release} ${rows.size === 1 ? "was" : "were"} measured again. ` +
          `${rows.size === 1 ? "Its" : "Their"} figures against ${from.release}: `,
        el("strong", {class: "improved"}, `▲ ${better.toLocaleString("en")} better`),
        ", ",
        el("strong", {class: "regressed"}, `▼ ${worse.toLocaleString("en")} worse`),
        `, ${same.toLocaleString("en")} within ${tolerance}.`,
      ]
    : quiet(data, figures, {from, to, state, go});
  const beside = asides(figures, tally, to);
  return el(
    "div",
    {class: "conclusion"},
    el("p", {class: "lead", id: "conclusion"}, sentence),
    beside.length ? el("p", {class: "beside"}, beside.join(" ")) : null
  );
}

// What is said of a release that measured nothing again, with a link to the last that did.
function quiet(data, figures, {from, to, state, go}) {
  const isSame = figures.every((one) => one.verdict === "carried-over");
  const isFiltered = Boolean(state.model || state.instance || state.family);
  const text = isSame
    ? isFiltered
      ? `${to.release} measured none of these rows again: their figures are those of ${from.release}.`
      : `${to.release} measured nothing again: its figures are those of ${from.release}.`
    : `${isFiltered ? "None of these rows" : "No row"} of ${to.release} was measured on another SDK ` +
      `than in ${from.release}.`;
  const last = lastMeasured(data, state, from, to);
  if (!last) return text;
  const [base, target] = [last.base, last.target].map((number) => data.releases[number].release);
  const link = el(
    "a",
    {href: go.href({view: "changes", base, target})},
    `${target} against ${base}`
  );
  return [text, " The newest measurements before: ", link, "."];
}

// Returns the newest other comparison of neighbouring minors, up to a release, in which rows that the
// filters leave were measured.
function lastMeasured(data, state, from, to) {
  const isLeft = (number) => passes(data.series[number], state);
  const minors = data.releases.filter((one) => one.is_latest_patch && one.number <= to.number);
  for (let place = minors.length - 1; place > 0; place -= 1) {
    const [base, target] = [minors[place - 1].number, minors[place].number];
    if (base === from.number && target === to.number) continue;
    const found = data.comparisons.find((one) => one.base === base && one.target === target);
    const isMeasured = ([, , , remeasured, , bases, targets]) =>
      remeasured && (targets ?? bases).some(isLeft);
    if (found.groups.some(isMeasured)) return found;
  }
  return null;
}

function asides(figures, tally, to) {
  const prices = tally("price-basis-changed");
  const flagged = new Set(figures.filter((one) => !one.isBelievable).map((one) => one.pair)).size;
  const [added, removed] = ["added", "removed"].map(
    (name) => new Set(figures.filter((one) => one.verdict === name).map((one) => one.pair)).size
  );
  return [
    prices
      ? `${count(prices, "cost")} calculated with another hourly rate: below, price and speed apart.`
      : "",
    added || removed
      ? `${count(added, "row")} new, ${count(removed, "row")} no longer printed by ${to.release}.`
      : "",
    flagged ? `${count(flagged, "row")} with an error flag left out of all counts.` : "",
  ].filter(Boolean);
}
