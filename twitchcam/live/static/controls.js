// Buttons, keys and the note: what the person asks of the program.

import { make } from "./common/format.js";
import { send } from "./common/send.js";

const TRIGGERS = ["caffeine", "stress", "poor sleep", "alcohol", "cold", "long talking", "medicine"];

const element = (id) => document.getElementById(id);

export function controls() {
  let paused = false;

  function tell(text, failed = false) {
    const told = element("told");
    told.toggleAttribute("data-failed", failed);
    told.textContent = text;
  }

  async function ask(path, body, done) {
    try {
      await send(path, body);
      tell(done);
      return true;
    } catch (error) {
      tell(error.message, true);
      return false;
    }
  }

  const clockNow = () => new Date().toTimeString().slice(0, 8);
  const felt = () => ask("felt", {}, `Written down at ${clockNow()}: felt one`);
  const pause = () => ask("control", { command: paused ? "resume" : "pause" }, paused ? "Going on" : "Paused");

  async function quit() {
    const dialog = element("quit-dialog");
    dialog.returnValue = "stay";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    if (dialog.returnValue === "quit") await ask("control", { command: "quit" }, "Ending the session");
  }

  function adjustForm() {
    const named = element("note-kind").value !== "note";
    document.querySelectorAll(".named").forEach((label) => (label.hidden = !named));
  }

  async function write(submitted) {
    submitted.preventDefault();
    const kind = element("note-kind").value;
    const [name, value] = kind === "note" ? ["", ""] : ["note-name", "note-value"].map((id) => element(id).value.trim());
    const text = element("note-text").value.trim();
    if (!name && !text) return tell(kind === "note" ? "Write a text first." : "Write a name first.", true);
    if (await ask("note", { kind, name, value, text }, `Written down at ${clockNow()}: ${name || text}`)) {
      ["note-name", "note-value", "note-text"].forEach((id) => (element(id).value = ""));
    }
  }

  function onKey(event) {
    if (!element("keys").checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    const action = { f: felt, p: pause, q: quit, n: () => element("note-text").focus() }[event.key.toLowerCase()];
    if (!action || element("felt").disabled) return;
    event.preventDefault();
    action();
  }

  for (const name of TRIGGERS) {
    const button = make("button", { type: "button" }, name);
    button.onclick = () => ask("note", { kind: "trigger", name }, `Written down at ${clockNow()}: ${name}`);
    element("triggers").append(button);
    element("known-names").append(make("option", { value: name }));
  }
  element("felt").onclick = felt;
  element("pause").onclick = pause;
  element("quit").onclick = quit;
  element("note-kind").onchange = adjustForm;
  element("note-form").onsubmit = write;
  document.addEventListener("keydown", onKey);
  adjustForm();

  return {
    /** Shows whether measuring is paused. */
    setPaused(now) {
      if (now === paused) return;
      paused = now;
      element("pause").replaceChildren(now ? "Go on " : "Pause ", make("kbd", {}, "P"));
    },
    /** Nothing can be asked any more. */
    end() {
      document.querySelectorAll("#actions button, #actions input, #actions select").forEach((e) => (e.disabled = true));
      element("quit-dialog").close();
    },
  };
}
