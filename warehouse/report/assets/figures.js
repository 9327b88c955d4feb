// The figures of a comparison one by one, the biggest change first; the flagged ones apart.

import {runOf} from "./data.js";
import {el, inParts, outside, replace, table} from "./dom.js";
import {calculated, figure as published, percent} from "./format.js";
import {badge, changeOf, isTold, markOf, sizeOf, wordsOf} from "./verdicts.js";

const SHOWN = 60;

export function figuresListing(data, figures, about) {
  // As in the conclusion, figures of rows with an error flag are counted apart.
  const counts = new Map(data.verdicts.map(([name]) => [name, {believed: 0, flagged: 0}]));
  for (const one of figures) {
    counts.get(one.verdict)[one.isBelievable ? "believed" : "flagged"] += 1;
  }
  const present = data.verdicts.filter(([name]) => {
    const {believed, flagged} = counts.get(name);
    return believed + flagged;
  });
  const asked = (about.state.only ?? "").split(",").filter(Boolean);
  const names = present.map(([name]) => name);
  const told = names.filter(isTold);
  // Where nothing is told, all is shown: an empty list would look like a lack of rows.
  const chosen = new Set(asked.length ? asked : told.length ? told : names);
  const box = el("div", {});
  const draw = () =>
    replace(
      box,
      lists(
        figures.filter((one) => chosen.has(one.verdict)),
        about
      )
    );
  draw();
  return el(
    "section",
    {},
    el("h2", {}, "Figure by figure"),
    el(
      "fieldset",
      {class: "chips"},
      el("legend", {}, "Show"),
      present.map(([name, meaning]) =>
        chip(name, meaning, counts.get(name), chosen.has(name), (on) => {
          if (on) chosen.add(name);
          else chosen.delete(name);
          about.go.quietly({only: [...chosen].join(",")});
          draw();
        })
      )
    ),
    box
  );
}

function chip(name, meaning, {believed, flagged}, on, ontoggle) {
  return el(
    "label",
    {class: `chip ${name}`, title: meaning},
    el("input", {
      type: "checkbox",
      id: `only-${name}`,
      checked: on,
      onchange: (event) => ontoggle(event.target.checked),
    }),
    el("span", {class: "mark", "aria-hidden": "true"}, markOf(name)),
    `${wordsOf(name)} `,
    el("span", {class: "of"}, believed.toLocaleString("en")),
    flagged
      ? el(
          "span",
          {class: "of", title: `${flagged.toLocaleString("en")} more with an error flag`},
          `+ ${flagged.toLocaleString("en")} ⚑`
        )
      : null
  );
}

function lists(figures, about) {
  const ordered = [...figures].sort(
    (one, other) => sizeOf(other) - sizeOf(one) || (one.series.name < other.series.name ? -1 : 1)
  );
  const believed = ordered.filter((one) => one.isBelievable);
  const flagged = ordered.filter((one) => !one.isBelievable);
  return [
    believed.length
      ? inParts(believed, SHOWN, (rows) =>
          figuresTable("Figures by the size of their change", rows, about)
        )
      : el("p", {class: "note"}, "No figure has one of the chosen verdicts."),
    flagged.length
      ? [
          el("h3", {}, "Not to be believed"),
          el(
            "p",
            {class: "beside"},
            "Rows with an error flag: their figures are as published, and no change is drawn from them."
          ),
          inParts(flagged, SHOWN, (rows) =>
            figuresTable("Figures of rows with an error flag", rows, about)
          ),
        ]
      : null,
  ];
}

function figuresTable(caption, rows, {from, to, go}) {
  return table(
    caption,
    [
      {title: "Model and run", key: true, cell: (one) => nameOf(one.series, go)},
      {
        title: "Figure",
        cell: (one) => [one.column.label, el("span", {class: "sub"}, one.column.unit)],
      },
      {title: from.release, number: true, cell: (one) => published(one.from)},
      {title: to.release, number: true, cell: (one) => published(one.to)},
      {
        title: "Change",
        number: true,
        cell: (one) => (one.isBelievable ? changeOf(one) : "⚑ flagged"),
      },
      {title: "Verdict", cell: (one) => [badge(one.verdict, one.meaning), notes(one)]},
    ],
    rows,
    {class: "figures stack"}
  );
}

function nameOf(series, go) {
  return [
    el("a", {href: go.href({view: "history", series: series.id})}, series.model),
    el("span", {class: "sub"}, `${series.instance_types} · ${runOf(series)}`),
  ];
}

function notes(one) {
  const lines = [];
  if (one.verdict === "price-basis-changed" && one.priceChange !== null && one.isBelievable) {
    lines.push(
      `published ${percent(one.change)}: ${percent(one.speedChange)} from speed, ` +
        `${percent(one.priceChange)} from the hourly rate ` +
        `(${calculated(one.baseRate)} → ${calculated(one.targetRate)} USD/h)`
    );
  }
  if (one.match && one.match !== "exact") lines.push(`${one.match}: ${one.changed}`);
  const flags = [one.pair.from, one.pair.to].flatMap((point) => point?.flags ?? []);
  const errors = new Set(
    flags.filter((flag) => flag.severity === "error").map((flag) => flag.message)
  );
  lines.push(...[...errors].map((message) => `⚑ ${message}`));
  const box = lines.map((line) => el("span", {class: "sub"}, line));
  const point = one.pair.to ?? one.pair.from;
  return [
    ...box,
    el("span", {class: "sub"}, outside(point.url, `${point.title}, ${point.release.release}`)),
  ];
}
