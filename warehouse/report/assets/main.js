// The page: its state in the address, its filters, and the view that they choose.

import {changesView} from "./changes.js";
import {unpack} from "./data.js";
import {el, replace} from "./dom.js";
import {findView} from "./find.js";
import {sentenceCase} from "./format.js";
import {frontierView} from "./frontier.js";
import {historyView} from "./history.js";
import {trustView} from "./trust.js";

const VIEWS = {
  changes: ["What changed", changesView],
  find: ["Find", findView],
  history: ["History", historyView],
  frontier: ["Frontier", frontierView],
  trust: ["Packages and trust", trustView],
};
const FILTERS = ["model", "instance", "family"];
// What belongs to all views; the rest of the state is one view's, and is left behind with it.
const SHARED = [...FILTERS, "prices"];

const data = unpack(JSON.parse(document.getElementById("data").textContent));
const main = document.getElementById("main");

function read() {
  const state = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (!location.hash && data.opening.model) state.model = data.opening.model;
  // A link that names a model alone asks how it went.
  const meant =
    location.hash && state.model && !state.base && !state.target ? "history" : "changes";
  return {...state, view: state.view in VIEWS ? state.view : meant};
}

function hashOf(state) {
  const filled = Object.entries(state).filter(
    ([, value]) => value !== "" && value !== null && value !== undefined
  );
  return `#${new URLSearchParams(filled)}`;
}

// Returns the state after a change; another view takes over what is shared.
function changed(change) {
  const state = read();
  if (!change.view || change.view === state.view) return {...state, ...change};
  const shared = Object.fromEntries(SHARED.map((name) => [name, state[name]]));
  return {...shared, ...change};
}

function go(change) {
  location.hash = hashOf(changed(change));
}
go.href = (change) => hashOf(changed(change));
// Keeps the address of what is shown without drawing it again.
go.quietly = (change) => {
  history.replaceState(null, "", hashOf(changed(change)));
  markViews(read());
};

let last = "";

function show() {
  const state = read();
  const focused = document.activeElement?.id;
  for (const name of FILTERS) {
    const field = document.getElementById(name);
    if (field !== document.activeElement) field.value = state[name] ?? "";
  }
  const [title, view] = VIEWS[state.view];
  document.title = `${title} · Neuron Warehouse`;
  markViews(state);
  replace(main, view(data, state, go));
  document.getElementById("filters").hidden = state.view === "trust";
  if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
  else if (last && last !== state.view) {
    main.focus({preventScroll: true});
    window.scrollTo(0, 0);
  }
  last = state.view;
}

// Marks the view that is shown, and lets the links to the others carry what they share.
function markViews(state) {
  for (const link of document.querySelectorAll("#views a")) {
    const isShown = link.dataset.view === state.view;
    link.setAttribute("href", go.href({view: link.dataset.view}));
    if (isShown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function options(id, values, all) {
  replace(
    document.getElementById(id),
    el("option", {value: ""}, all),
    values.map((value) => el("option", {value}, value))
  );
}

// Returns instance types with their families before them: inf2, inf2.xlarge, ...
function instanceNames() {
  const names = new Set(data.series.flatMap((one) => one.instances));
  for (const name of [...names]) names.add(name.split(".")[0]);
  const size = (name) => name.split(".")[1] ?? "";
  return [...names].sort(
    (one, other) =>
      one.split(".")[0].localeCompare(other.split(".")[0]) ||
      size(one).localeCompare(size(other), "en", {numeric: true})
  );
}

function setUp() {
  replace(
    document.getElementById("views"),
    Object.entries(VIEWS).map(([name, [title]]) =>
      el("a", {href: `#view=${name}`, "data-view": name}, title)
    )
  );
  options("instance", instanceNames().filter(Boolean), "All instances");
  const families = new Set(data.series.map((one) => one.model_family).filter(Boolean));
  options("family", [...families].sort(), "All families");
  const {version, created_at: made, attribution, licence} = data.dataset;
  replace(document.getElementById("origin"), `Dataset version ${version}, ${made}`);
  replace(
    document.getElementById("footer"),
    `${attribution}. Licence of the data: ${licence}. Dataset version ${version}, ${made}.`
  );
  for (const name of FILTERS) {
    document
      .getElementById(name)
      .addEventListener("input", (event) => filter({[name]: event.target.value}));
  }
  document.getElementById("clear").addEventListener("click", () => {
    for (const name of FILTERS) document.getElementById(name).value = "";
    filter(Object.fromEntries(FILTERS.map((name) => [name, ""])));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
    event.preventDefault();
    document.getElementById("model").focus();
  });
  setUpTheme();
  window.addEventListener("hashchange", show);
  show();
}

// Typing makes no entries in the browser's history: the address follows.
function filter(change) {
  const {view} = read();
  go.quietly({view, series: null, ...change});
  show();
}

function setUpTheme() {
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const now = () => document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light");
  const label = () => replace(button, sentenceCase(now() === "dark" ? "light" : "dark"));
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = now() === "dark" ? "light" : "dark";
    label();
  });
  system.addEventListener("change", label);
  label();
}

setUp();
