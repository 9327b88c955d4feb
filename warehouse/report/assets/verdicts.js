// How verdicts look: a mark and a word for each, so that no colour says what no word says.

import {el} from "./dom.js";
import {percent} from "./format.js";

const MARKS = {
  improved: "▲",
  regressed: "▼",
  unchanged: "=",
  "carried-over": "·",
  relabelled: "·",
  revised: "~",
  corrected: "~",
  added: "+",
  removed: "−",
  "not-comparable": "≠",
  "price-basis-changed": "$",
};
// Listed from the start: something was measured or written otherwise in them.
const TOLD = ["improved", "regressed", "revised", "price-basis-changed"];

export function isTold(verdict) {
  return TOLD.includes(verdict);
}

export function wordsOf(verdict) {
  return verdict.replaceAll("-", " ");
}

export function markOf(verdict) {
  return MARKS[verdict] ?? "•";
}

export function badge(verdict, meaning) {
  return el(
    "span",
    {class: `verdict ${verdict}`, title: meaning ?? null},
    el("span", {class: "mark", "aria-hidden": "true"}, markOf(verdict)),
    wordsOf(verdict)
  );
}

// Returns the change of a figure as it should be judged: a cost's at one hourly rate. Of a row with
// an error flag it says nothing, since one of its figures is wrong.
export function effectOf(figure) {
  if (!figure.isBelievable) return null;
  return figure.verdict === "price-basis-changed" ? figure.speedChange : figure.change;
}

export function changeOf(figure) {
  const change = effectOf(figure);
  return change === null ? "" : percent(change);
}

// Returns how big a change is, the same in both directions.
export function sizeOf(figure) {
  const change = effectOf(figure);
  return change === null || change <= -1 ? 0 : Math.abs(Math.log1p(change));
}
