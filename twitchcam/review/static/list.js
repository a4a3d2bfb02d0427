// The events as a table; a row is only made anew when something in it changed.

import { clock, make, number } from "./common/format.js";
import { placeName } from "./common/places.js";

/**
 * @param {HTMLElement} body The table's body.
 * @param {(key: number, type: string) => void} choose
 */
export function listView(body, choose) {
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
    const shown = events.filter((event) => !openOnly || event.verdict === null || event === current);
    const kept = shown.map((event) => {
      const id = `${event.type} ${event.key}`;
      const text = JSON.stringify(event);
      let known = rows.get(id);
      if (known?.text !== text) rows.set(id, (known = { text, row: row(event) }));
      if (event === current) known.row.setAttribute("aria-current", "true");
      else known.row.removeAttribute("aria-current");
      return known.row;
    });
    if (kept.length !== body.rows.length || kept.some((made, i) => body.rows[i] !== made)) body.replaceChildren(...kept);
    const here = body.querySelector("[aria-current=true]");
    // Only the table moves, not the page.
    const frame = body.closest(".scroll");
    if (here) frame.scrollTop = here.offsetTop - frame.clientHeight / 2;
  };
}
