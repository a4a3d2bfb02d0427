// Numbers and times as people read them.

/** Seconds as h:mm:ss, or m:ss under an hour. */
export function clock(seconds, decimals = 0) {
  const scale = 10 ** decimals;
  const all = Math.max(0, Math.floor(seconds * scale + 1e-6));
  const rest = (all / scale) % 60;
  const minutes = Math.floor(all / scale / 60);
  const width = decimals ? 3 + decimals : 2;
  const tail = rest.toFixed(decimals).padStart(width, "0");
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${tail}`;
}

/** Wall time of an ISO 8601 text, as it stands there: hh:mm:ss. */
export function timeOfDay(text) {
  return text ? text.slice(11, 19) : "";
}

/** A number, or a dash where it is missing. */
export function number(value, decimals, unit = "") {
  return value === null || value === undefined ? "–" : `${value.toFixed(decimals)}${unit}`;
}

/** Removes what an element holds and puts in these. */
export function fill(element, ...children) {
  element.replaceChildren(...children);
}

/** Makes an element. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
