// Numbers, changes and dates as text, in full.

const FIGURE = new Intl.NumberFormat("en", {maximumSignificantDigits: 15});
const MONEY = new Intl.NumberFormat("en", {maximumSignificantDigits: 4});
const DATE = new Intl.DateTimeFormat("en-GB", {dateStyle: "long", timeZone: "UTC"});
const HUGE = 10;

// Returns a figure as it was published, to its last digit.
export function figure(value) {
  return value === null || value === undefined ? "" : FIGURE.format(value);
}

// Returns a figure that we calculated, to four digits.
export function calculated(value) {
  return value === null || value === undefined ? "" : MONEY.format(value);
}

// Returns a relative change: 0.1 is +10.0 %.
export function percent(change) {
  if (change === null || change === undefined || !Number.isFinite(change)) return "";
  const size = Math.abs(change) * 100;
  // A change that rounds to nothing is one all the same.
  const digits = size >= 100 * HUGE ? 0 : size !== 0 && size < 0.05 ? 2 : 1;
  const text = size.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const sign = change === 0 ? "" : change < 0 ? "−" : "+";
  return `${sign}${text}\u00a0%`;
}

export function date(text) {
  return text ? DATE.format(new Date(`${text}T00:00:00Z`)) : "";
}

// Returns a count with its noun: 1 row, 2,000 rows.
export function count(number, noun, plural = `${noun}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;
}

export function sentenceCase(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : "";
}

export function median(values) {
  const ordered = [...values].sort((one, other) => one - other);
  const middle = Math.floor(ordered.length / 2);
  return ordered.length % 2 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}
