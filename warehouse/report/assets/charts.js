// What all charts share: Observable Plot, drawn to the width that there is, and points to focus.

/* global Plot */

import {append, el, svg} from "./dom.js";

const SYMBOLS = [
  ["circle", "●"],
  ["triangle", "▲"],
  ["square", "■"],
  ["diamond", "◆"],
  ["star", "★"],
  ["cross", "✚"],
  ["wye", "⅄"],
];
const COLORS = 8;

// Returns a chart. `make` returns Plot's options for a width in pixels.
export function chart(label, make) {
  const box = el("figure", {class: "chart", role: "group", "aria-label": label});
  let drawn = 0;
  const draw = () => {
    const width = Math.round(box.clientWidth);
    if (!width || width === drawn) return;
    drawn = width;
    const plotted = Plot.plot({className: "plot", width, ...make(width)});
    // Our own style sheet says the same; the page's policy forbids styles that come later.
    for (const style of plotted.querySelectorAll("style")) style.remove();
    plotted.removeAttribute("viewBox");
    // Its points have names of their own; the table beside the chart has what is drawn around them.
    for (const group of plotted.querySelectorAll("g[aria-label]")) {
      group.removeAttribute("aria-label");
      if (!group.matches(".points")) group.setAttribute("aria-hidden", "true");
    }
    box.replaceChildren(plotted);
    box.dispatchEvent(new CustomEvent("drawn"));
  };
  new ResizeObserver(draw).observe(box);
  return box;
}

// Lets every mark of a class be reached by pointer and keyboard: `tell` hears of the row it is of.
// The chart is one stop of the tab key; the arrow keys go from mark to mark in the rows' order. A finger
// cannot point: its first tap tells, and the second follows the link.
export function explorable(box, className, rows, {label, href, tell}) {
  let tapped = null;
  const ontap = (event, row) => {
    if (event.pointerType !== "touch") return;
    if (tapped !== row) event.preventDefault();
    tapped = row;
  };
  box.addEventListener("drawn", () => {
    const marks = [...box.querySelectorAll(`.${className} > *`)];
    marks.sort((one, other) => one.__data__ - other.__data__);
    const links = marks.map((mark) => {
      const row = rows[mark.__data__];
      const link = svg("a", {
        ...addressOf(href(row)),
        "aria-label": label(row),
        onfocus: () => tell(row),
        onpointerenter: () => tell(row),
        onclick: (event) => ontap(event, row),
      });
      mark.replaceWith(link);
      link.append(mark);
      return link;
    });
    walkable(links);
  });
  return box;
}

// Returns the attributes of a link into the page or to the web; none for any other address.
function addressOf(href) {
  if (href.startsWith("#")) return {href};
  return /^https?:/.test(href) ? {href, target: "_blank", rel: "noopener noreferrer"} : {};
}

const STEPS = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  Home: -Infinity,
  End: Infinity,
};

function walkable(links) {
  links.forEach((link, place) => {
    link.setAttribute("tabindex", place ? "-1" : "0");
    link.addEventListener("keydown", (event) => {
      if (!(event.key in STEPS)) return;
      event.preventDefault();
      const next = links[Math.min(Math.max(place + STEPS[event.key], 0), links.length - 1)];
      for (const other of links) other.setAttribute("tabindex", other === next ? "0" : "-1");
      next.focus();
    });
  });
}

// Returns which symbol and colour each name gets, for Plot's scales and for a legend.
export function marksOf(names) {
  const symbol = (place) => SYMBOLS[place % SYMBOLS.length];
  return {
    symbol: {domain: names, range: names.map((_, place) => symbol(place)[0])},
    color: {domain: names, range: names.map((_, place) => `var(--series-${place % COLORS})`)},
    legend: el(
      "ul",
      {class: "legend"},
      names.map((name, place) =>
        el(
          "li",
          {},
          el(
            "span",
            {class: `glyph series-${place % COLORS}`, "aria-hidden": "true"},
            symbol(place)[1]
          ),
          ` ${name}`
        )
      )
    ),
  };
}

// Returns a legend of glyphs that are told apart by shape: [[glyph, class, text], ...].
export function legend(entries) {
  const list = el("ul", {class: "legend"});
  for (const [glyph, name, text] of entries) {
    append(
      list,
      el("li", {}, el("span", {class: `glyph ${name}`, "aria-hidden": "true"}, glyph), ` ${text}`)
    );
  }
  return list;
}
