// The view "Packages and trust": what each release is made of, what looks wrong, whose data it is.

import {flagIn} from "./data.js";
import {choice, el, inParts, outside, table} from "./dom.js";
import {date} from "./format.js";

const SHOWN = 40;

export function trustView(data, state, go) {
  const release =
    data.releases.find((one) => one.release === state.release) ??
    data.releases[data.releases.length - 1];
  const before = [...data.releases]
    .reverse()
    .find((one) => one.number < release.number && one.minor !== release.minor);
  return [
    el("h1", {}, "Packages and trust"),
    el(
      "div",
      {class: "controls"},
      choice(
        "release",
        "Release",
        [...data.releases].reverse().map((one) => [one.release, one.release]),
        release.release,
        (name) => go({release: name})
      )
    ),
    packages(data, release, before),
    flags(data, release),
    edits(data, release),
    releases(data),
    source(data),
  ];
}

function packages(data, release, before) {
  const rows = data.packages.filter(([, , , versions]) => versions[release.number] !== null);
  const version = ([, , , versions], one) =>
    one && versions[one.number] !== null ? data.texts[versions[one.number]] : null;
  return el(
    "section",
    {},
    el("h2", {}, `What ${release.release} is made of`),
    rows.length
      ? inParts(rows, SHOWN, (shown) =>
          table(
            `Packages of ${release.release}`,
            [
              {
                title: "Package",
                key: true,
                cell: ([, component, name]) => [name, el("span", {class: "sub"}, component)],
              },
              {title: "For", cell: ([accelerator]) => accelerator},
              {title: release.release, cell: (row) => version(row, release)},
              {
                title: before ? before.release : "Before",
                cell: (row) => earlier(version(row, before), version(row, release)),
              },
            ],
            shown,
            {class: "stack"}
          )
        )
      : el("p", {class: "note"}, `No page lists the packages of ${release.release}.`)
  );
}

function earlier(before, now) {
  if (before === null) return el("span", {class: "of"}, "not listed");
  return before === now ? el("span", {class: "of"}, "the same") : before;
}

function flags(data, release) {
  const open = data.flags
    .filter((flag) => flag.releases.includes(release.number))
    .map((flag) => flagIn(flag, release));
  const counts = ["error", "warning", "info"].map((name) => [
    name,
    open.filter((flag) => flag.severity === name).length,
  ]);
  return el(
    "section",
    {},
    el("h2", {}, "Open quality flags"),
    el(
      "p",
      {class: "beside"},
      `${release.release}: `,
      counts.map(([name, number]) => `${number.toLocaleString("en")} ${name}`).join(", "),
      ". Figures are published as they are printed; what looks wrong is flagged and never repaired."
    ),
    open.length
      ? inParts(open, SHOWN, (shown) =>
          table(
            `Quality flags of ${release.release}, the gravest first`,
            [
              {
                title: "Severity",
                cell: (flag) =>
                  el("span", {class: `severity ${flag.severity}`}, `⚑ ${flag.severity}`),
              },
              {title: "What looks wrong", key: true, cell: (flag) => flag.message},
              {title: "Rule", cell: (flag) => flag.rule},
              {title: "Releases", cell: (flag) => spanOf(data, flag)},
            ],
            shown,
            {class: "stack"}
          )
        )
      : el("p", {class: "note"}, `Nothing looks wrong in ${release.release}.`)
  );
}

function spanOf(data, flag) {
  const names = flag.releases.map((number) => data.releases[number].release);
  return names.length > 2
    ? `${names[0]} to ${names[names.length - 1]} (${names.length})`
    : names.join(", ");
}

// Returns what was edited on the pages of a release after it came out; nothing where nothing was.
function edits(data, release) {
  const rows = data.edits.filter((edit) => edit.release === release.number);
  if (!rows.length) return null;
  const cellOf = (text) => text ?? el("span", {class: "of"}, "no cell");
  return el(
    "section",
    {id: "edits"},
    el("h2", {}, "Edited after its release"),
    inParts(rows, SHOWN, (shown) =>
      table(
        `Cells of pages of ${release.release} that were edited later`,
        [
          {title: "Page", key: true, cell: (edit) => edit.page},
          {title: "Column", cell: (edit) => edit.header},
          {title: "Before", cell: (edit) => cellOf(edit.before)},
          {title: "After", cell: (edit) => cellOf(edit.after)},
          {title: "Noticed", cell: (edit) => date(edit.noticed_on) || "–"},
        ],
        shown,
        {class: "stack"}
      )
    )
  );
}

function releases(data) {
  const shown = [...data.releases].reverse();
  return el(
    "section",
    {},
    el("h2", {}, "Releases in this dataset"),
    table(
      "Releases, the newest first",
      [
        {title: "Release", key: true, cell: (one) => one.release},
        {title: "Published", cell: (one) => date(one.published_on) || "–"},
        ...["pages", "tables", "benchmarks"].map((name) => ({
          title: name[0].toUpperCase() + name.slice(1),
          number: true,
          cell: (one) => one[name].toLocaleString("en"),
        })),
        {
          title: "Flags",
          number: true,
          cell: (one) =>
            data.flags
              .filter((flag) => flag.releases.includes(one.number))
              .length.toLocaleString("en"),
        },
      ],
      shown,
      {class: "stack"}
    )
  );
}

function source(data) {
  const facts = data.dataset;
  const lines = [
    ["Dataset version", String(facts.version)],
    ["Made", facts.created_at],
    ["Software", `Neuron Warehouse ${facts.pipeline_version}`],
    ["Source", outside(facts.source, facts.source)],
    ["Licence of the data", facts.licence],
    ["Attribution", facts.attribution],
  ];
  return el(
    "section",
    {},
    el("h2", {}, "Whose data this is"),
    el(
      "dl",
      {class: "facts"},
      lines.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])
    ),
    el(
      "details",
      {},
      el("summary", {}, "Licences of the software on this page"),
      el("pre", {class: "licences", tabindex: "0"}, document.getElementById("licences").textContent)
    )
  );
}
