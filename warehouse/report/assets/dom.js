// Making elements. All text goes through text nodes, so that no text of a page becomes markup.

const SVG = "http://www.w3.org/2000/svg";

// Returns an element. `attributes` may hold listeners as functions (onclick: ...), and false or
// null for an attribute that is not there; children are nodes, texts or arrays of these.
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, String(value));
    }
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function replace(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

// Returns a link to a page of the documentation; any other address stays text.
export function outside(url, ...children) {
  if (!/^https?:\/\//.test(url)) return el("span", {}, ...children);
  return el("a", {href: url, target: "_blank", rel: "noopener noreferrer"}, ...children);
}

// Returns a select with its label. `options` is [[value, text], ...].
export function choice(id, label, options, chosen, onchoose) {
  return el(
    "label",
    {class: "field"},
    label,
    el(
      "select",
      {id, onchange: (event) => onchoose(event.target.value)},
      options.map(([value, text]) =>
        el("option", {value, selected: String(value) === String(chosen)}, text)
      )
    )
  );
}

// Returns a table. `columns` is [{title, cell: (row) => child, number, key, short}]: a column with `key`
// is a heading of its rows; one with `short` needs little room. `caption` says what the table is.
export function table(caption, columns, rows, attributes = {}) {
  return el(
    "div",
    {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
    el(
      "table",
      attributes,
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, columns.map(heading))),
      el(
        "tbody",
        {},
        rows.map((row) =>
          el(
            "tr",
            {},
            columns.map((column) => cell(column, row))
          )
        )
      )
    )
  );
}

function heading(column) {
  return el("th", {scope: "col", class: column.number ? "number" : null}, column.title);
}

function cell(column, row) {
  const attributes = {class: classOf(column), "data-title": column.title};
  if (column.key) attributes.scope = "row";
  if (column.key) return el("th", attributes, column.cell(row));
  return el("td", attributes, el("div", {}, column.cell(row)));
}

function classOf({number, short}) {
  return [number && "number", short && "short"].filter(Boolean).join(" ") || null;
}

// Returns the first rows of a list with a button for the others. `make` turns rows into a node.
export function inParts(rows, size, make) {
  const box = el("div", {});
  const show = (count) => {
    replace(box, make(rows.slice(0, count)));
    if (count < rows.length) {
      const more = `Show all ${rows.length.toLocaleString("en")}`;
      append(
        box,
        el("button", {type: "button", class: "more", onclick: showAll}, more)
      );
    }
  };
  // The button goes away: who pressed it by keyboard goes on at the first row that is new.
  const showAll = () => {
    show(rows.length);
    const row = box.querySelectorAll("tbody tr")[size];
    (row.querySelector("a") ?? box.querySelector("[tabindex]")).focus();
  };
  show(size);
  return box;
}
