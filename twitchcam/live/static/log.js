// What happened, newest first: twitches that are certain, and what the person wrote down.

import { make, number, timeOfDay } from "./common/format.js";

const MOST_ROWS = 200;

/** What a note says, in a few words. */
export function noteWords({ kind, name, value, text }) {
  if (kind === "felt") return "felt one";
  const named = name ? `${name}${value ? ` = ${value}` : ""}` : "";
  return [named, text].filter(Boolean).join(": ");
}

function eventRow(event) {
  const sure = event.confidence === null ? "–" : `${Math.round(100 * event.confidence)} %`;
  return make(
    "tr",
    { "data-onset": event.onset, "data-kind": "event" },
    make("td", {}, timeOfDay(event.time)),
    make("td", {}, event.type),
    make("td", {}, event.place),
    make("td", { class: "number" }, number(event.amplitude_pct_iod, 1, " %")),
    make("td", { class: "number" }, sure),
  );
}

function noteRow(note) {
  return make(
    "tr",
    { "data-kind": note.kind },
    make("td", {}, timeOfDay(note.time)),
    make("td", {}, note.kind),
    make("td", { colspan: 3 }, noteWords(note)),
  );
}

/** @param {HTMLElement} body The table's body. */
export function logView(body) {
  let total = 0;

  function add(message, fresh) {
    const events = message.events.map((event) => [event.time, eventRow(event)]);
    const notes = message.notes.map((note) => [note.time ?? "", noteRow(note)]);
    const rows = [...events, ...notes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    total += rows.length;
    for (const row of rows) {
      if (fresh) row.className = "new";
      body.prepend(row);
    }
    while (body.rows.length > MOST_ROWS) body.lastElementChild.remove();
    document.getElementById("log-empty").hidden = body.rows.length > 0;
    document.getElementById("log-extent").textContent = total > MOST_ROWS ? `the last ${MOST_ROWS}` : "";
  }

  return {
    begin(message) {
      body.replaceChildren();
      total = 0;
      add(message, false);
    },
    add: (message) => add(message, true),
  };
}
