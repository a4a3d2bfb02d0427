// The numbers of the session, and plain words about what limits it now.

import { clock, fill, make, number } from "./common/format.js";

const PLACES = ["upper", "both", "lower"].flatMap((lip) => ["left", "both", "right"].map((side) => `${lip}_${side}`));
/** What limits for a shorter time is not read out. */
const LASTING_MS = 2000;

const element = (id) => document.getElementById(id);

function write(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

/** @param {(text: string) => void} announce */
export function statusView(announce) {
  let limitsShown = null;
  let reading = 0;
  let step = null;

  function showLimits(limits, paused) {
    const key = `${paused} ${limits.map((limit) => limit.name).join()}`;
    if (key === limitsShown) return;
    limitsShown = key;
    const words = limits.map((limit) => limit.words);
    const items = words.map((text) => make("li", {}, text));
    const nothing = paused ? "Paused. Nothing is measured." : "Nothing limits the measurement.";
    fill(element("limits"), ...(items.length ? items : [make("li", { class: paused ? "" : "none" }, nothing)]));
    clearTimeout(reading);
    if (items.length || paused) reading = setTimeout(() => announce([paused ? nothing : "", ...words].join(" ")), LASTING_MS);
  }

  function showState(status) {
    const limited = status.limits.length > 0;
    const name = status.ended ? "ended" : status.paused ? "paused" : limited ? "limited" : "counting";
    const context = status.context && status.context !== "at rest" ? `: ${status.context}` : "";
    const words = { ended: "Ended", paused: "Paused", limited: `Limited${context}`, counting: "Measuring" };
    element("state").dataset.state = name;
    write("state", words[name]);
  }

  function showProtocol(part) {
    element("protocol").hidden = part === null;
    if (part === null) return;
    write("protocol-number", `${part.number} of ${part.total}`);
    write("protocol-instruction", part.instruction);
    write("protocol-left", `${Math.ceil(part.left_s)} s`);
    if (step?.number !== part.number) {
      step = { number: part.number, length: part.left_s };
      announce(part.instruction);
    }
    const bar = element("protocol-progress");
    bar.max = step.length || 1;
    bar.value = step.length - part.left_s;
  }

  return (status) => {
    write("clock", clock(status.t));
    write("total", String(status.total));
    write("rate", number(status.per_min, 1));
    write("valid", clock(status.valid_s));
    for (const place of PLACES) {
      const count = status.counts[place] ?? 0;
      write(place, String(count));
      element(place).classList.toggle("zero", count === 0);
    }
    const dropped = status.dropped ? `, ${status.dropped} left out` : "";
    write("pictures-a-second", status.rate_hz === null ? "" : `${number(status.rate_hz, 0)} pictures a second${dropped}`);
    const nothing = status.keeps_images === "nothing";
    write("images", nothing ? "No picture is kept." : `● Pictures are kept: ${status.keeps_images}.`);
    element("images").dataset.kept = nothing ? "none" : "some";
    showState(status);
    showLimits(status.limits, status.paused);
    showProtocol(status.ended ? null : status.protocol);
  };
}
