// The events as a table; a row is only made anew when something in it changed.

import { clock, make, number } from "./common/format.js";
import { placeName } from "./common/places.js";

/** A table of thousands would make the page slow; so many rows around the chosen one are shown. */
const MOST_ROWS = 200;

/**
 * @param {HTMLElement} body The table's body.
 * @param {HTMLElement} extent Says which of them are shown.
 * @param {(event: object) => void} choose
 */
export function listView(body, extent, choose) {
  const rows = new Map();

  function row(event) {
    const button = make("button", { type: "button" }, clock(event.onset, 1));
    button.onclick = () => choose(event);
    const was = event.found && (event.found.lip !== event.lip || event.found.side !== event.side);
    const verdict = event.verdict === "relabelled" && was ? `relabelled, was ${placeName(event.found)}` : event.verdict;
    return make(
      "tr",
      { "data-key": event.key },
      make("td", {}, button),
      make("td", {}, event.type),
      make("td", {}, placeName(event)),
      make("td", { class: "number" }, number(event.amplitude_pct_iod, 1, " %")),
      make("td", { class: "number" }, event.confidence === null ? "–" : `${Math.round(100 * event.confidence)} %`),
      make("td", { "data-verdict": event.verdict ?? "" }, verdict ?? ""),
    );
  }

  return (events, current, openOnly) => {
    const wanted = events.filter((event) => !openOnly || event.verdict === null || event === current);
    const middle = Math.max(wanted.indexOf(current), 0);
    const first = Math.max(0, Math.min(middle - MOST_ROWS / 2, wanted.length - MOST_ROWS));
    const shown = wanted.slice(first, first + MOST_ROWS);
    extent.textContent =
      shown.length < wanted.length ? `${first + 1} to ${first + shown.length} of ${wanted.length}; the timeline has all` : "";
    const kept = shown.map((event) => {
      const id = `${event.type} ${event.key}`;
      const text = JSON.stringify(event);
      let known = rows.get(id);
      if (known?.text !== text) rows.set(id, (known = { text, row: row(event) }));
      if (event === current) known.row.setAttribute("aria-current", "true");
      else known.row.removeAttribute("aria-current");
      return known.row;
    });
    const before = [...body.children];
    if (kept.length !== before.length || kept.some((made, i) => before[i] !== made)) body.replaceChildren(...kept);
    const here = body.querySelector("[aria-current=true]");
    // Only the table moves, not the page.
    const frame = body.closest(".scroll");
    if (here) frame.scrollTop = here.offsetTop - frame.clientHeight / 2;
  };
}
