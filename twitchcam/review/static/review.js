// The review page: which event is looked at, and what the person says of it.

import { announcer } from "./common/announce.js";
import { clock, make, number } from "./common/format.js";
import { placeName, sideColour } from "./common/places.js";
import { send } from "./common/send.js";
import { listView } from "./list.js";
import { player } from "./player.js";
import { stretchView } from "./stretch.js";
import { timelineView } from "./timeline.js";

/** Places as they sit in the picture and on the number pad. */
const PLACES = [
  ["7", "upper", "right"], ["8", "upper", "both"], ["9", "upper", "left"],
  ["4", "both", "right"], ["5", "both", "both"], ["6", "both", "left"],
  ["1", "lower", "right"], ["2", "lower", "both"], ["3", "lower", "left"],
];
const LABELLED_S = 0.3;

const element = (id) => document.getElementById(id);
const announce = announcer(element("announcements"));

const session = await fetch("session").then((answer) => answer.json());
let { events, counts, can_undo: canUndo } = session;
let current = events.find((event) => event.verdict === null) ?? events[0] ?? null;
let adding = false;
let addedAt = 0;
let busy = false;

const video = player(element("video"), session.video, { moved, failed: cannotPlay });
const stretch = stretchView(element("stretch"), session.sites, { chosen: goTo, failed: problem });
const timeline = timelineView(element("timeline"), session, { chosen: choose, moved: goTo });
const showList = listView(element("events"), element("list-extent"), choose);

function problem(text) {
  element("problem").textContent = text;
  element("problem").hidden = !text;
}

function withoutVideo(text) {
  element("stage").hidden = true;
  element("no-video").textContent = text;
  element("no-video").hidden = false;
  document.querySelector("main").toggleAttribute("data-no-video", true);
  for (const id of ["play", "replay", "speed", "around"]) element(id).disabled = true;
}

function cannotPlay() {
  withoutVideo(
    `This browser cannot play this kind of video (${session.video.kind}). The traces show each event all the same. ` +
    "A copy that it plays: ffmpeg -i VIDEO -c:v libx264 -pix_fmt yuv420p copy.mp4, then name it with --video copy.mp4.",
  );
}

function moved(seconds) {
  element("time").textContent = clock(seconds, 2);
  stretch.moment(seconds);
  timeline.moment(seconds);
  const here = events.find(
    (event) =>
      event.verdict !== "rejected" && seconds >= event.onset && seconds <= event.onset + Math.max(event.duration, LABELLED_S),
  );
  element("label").hidden = !here;
  if (here) element("label").textContent = placeName(here);
  element("play").firstChild.textContent = video.paused ? "Play " : "Stop ";
}

function goTo(seconds) {
  video.free();
  video.go(seconds);
}

function choose(event, { play = true } = {}) {
  current = event;
  setAdding(false);
  show();
  if (!event) return;
  stretch.show(event.onset);
  video.around(event, { play, circling: element("around").checked });
}

function show() {
  element("judged").textContent = `${counts.judged} of ${counts.all}`;
  element("progress").max = counts.all || 1;
  element("progress").value = counts.judged;
  element("tally").textContent =
    `${counts.confirmed} confirmed, ${counts.rejected} rejected, ${counts.relabelled} relabelled, ${counts.added} added; ` +
    `${counts.left} twitches left`;
  element("undo").disabled = !canUndo;
  for (const id of ["confirm", "reject"]) element(id).disabled = !current;
  showCurrent();
  showList(events, current, element("open-only").checked);
  timeline.events(events, current?.key);
  stretch.events(events, current?.key);
}

function showCurrent() {
  const place = current ? events.indexOf(current) + 1 : 0;
  element("event-heading").textContent = current ? `Event ${place} of ${events.length}` : "No event";
  element("event-label").textContent = current ? placeName(current) : "";
  element("event-facts").textContent = current ? facts(current) : "";
  const verdict = element("event-verdict");
  verdict.dataset.verdict = current?.verdict ?? "";
  const relabelled = current?.verdict === "relabelled" && current.found;
  verdict.textContent = !current ? "" : (current.verdict ?? "not judged yet") + (relabelled ? `, was ${placeName(current.found)}` : "");
  for (const button of element("labels").children) {
    const same = current && !adding && button.dataset.lip === current.lip && button.dataset.side === current.side;
    button.setAttribute("aria-pressed", String(Boolean(same)));
    button.disabled = !current && !adding;
  }
}

function facts(event) {
  return [
    `at ${clock(event.onset, 2)}${event.time ? ` (${event.time.slice(11, 19)})` : ""}`,
    `${Math.round(1000 * event.duration)} ms`,
    number(event.amplitude_pct_iod, 1, " %"),
    event.confidence === null ? "" : `${Math.round(100 * event.confidence)} % sure`,
    event.context ?? "",
    event.spread ? `with ${event.spread}` : "",
  ].filter(Boolean).join(", ");
}

/** Sends something and takes what came of it; null where it was refused. */
async function ask(path, body) {
  if (busy) return null;
  busy = true;
  try {
    const told = await send(path, body);
    ({ events, counts, can_undo: canUndo } = told);
    problem("");
    return told;
  } catch (error) {
    problem(error.message);
    return null;
  } finally {
    busy = false;
  }
}

const byKey = (key, type) => events.find((event) => event.key === key && event.type === type) ?? null;

async function judge(verdict, label = {}) {
  if (!current) return;
  const { key, type } = current;
  if (!(await ask("verdict", { event: key, trial_type: type, verdict, ...label }))) return;
  current = byKey(key, type);
  announce(`${verdict}, ${placeName(current)}. ${counts.judged} of ${counts.all} judged.`);
  const place = events.indexOf(current);
  const next = [...events.slice(place + 1), ...events.slice(0, place)].find((event) => event.verdict === null);
  if (next) choose(next);
  else {
    show();
    announce("Every event is judged.");
  }
}

async function place(lip, side) {
  if (!adding) {
    if (current && lip === current.lip && side === current.side) return judge("confirmed");
    return judge("relabelled", { lip, side });
  }
  const told = await ask("add", { t: addedAt, lip, side });
  if (!told) return setAdding(false);
  announce(`Added, ${placeName({ lip, side })}.`);
  choose(byKey(told.added, "twitch"), { play: false });
}

async function undo() {
  const told = await ask("undo", {});
  if (!told) return;
  announce("The last verdict was taken back.");
  choose(events.find((event) => event.key === told.undone) ?? events[0] ?? null, { play: false });
}

function setAdding(now) {
  adding = now;
  if (now) {
    // The moment stays while one thinks about the place.
    video.pause();
    addedAt = video.now();
  }
  element("labels").classList.toggle("adding", now);
  element("labels-legend").textContent = now ? `Which place moved at ${clock(addedAt, 2)}?` : "A twitch, but elsewhere";
  element("add").setAttribute("aria-pressed", String(now));
  if (now) announce(element("labels-legend").textContent);
  showCurrent();
}

function step(direction) {
  const place = current ? events.indexOf(current) + direction : 0;
  if (events[place]) choose(events[place]);
}

function replay() {
  if (current) video.around(current, { play: true, circling: element("around").checked });
}

async function finish() {
  try {
    await send("done");
    video.free();
    element("video").pause();
    problem("The review is closed; every verdict is in review.tsv. You can close this page.");
    document.querySelectorAll("button, select, input").forEach((control) => (control.disabled = true));
  } catch (error) {
    problem(error.message);
  }
}

const KEYS = {
  c: () => judge("confirmed"), x: () => judge("rejected"), z: undo, n: () => setAdding(!adding), r: replay,
  " ": () => video.toggle(), ",": () => video.step(-1), ".": () => video.step(1),
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), Escape: () => setAdding(false),
  ...Object.fromEntries(PLACES.map(([key, lip, side]) => [key, () => place(lip, side)])),
};

document.addEventListener("keydown", (event) => {
  if (!element("keys").checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("select, input:not([type=checkbox])")) return;
  if (event.key === " " && event.target.closest("button, input")) return;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action || element("done").disabled) return;
  event.preventDefault();
  action();
});

for (const [key, lip, side] of PLACES) {
  const words = `${lip === "both" ? "both lips" : lip}, ${side === "both" ? "both sides" : side}`;
  const button = make("button", { type: "button", "data-lip": lip, "data-side": side, "aria-label": placeName({ lip, side }) }, `${words} `, make("kbd", {}, key));
  button.onclick = () => place(lip, side);
  element("labels").append(button);
}

element("confirm").onclick = KEYS.c;
element("reject").onclick = KEYS.x;
element("undo").onclick = undo;
element("add").onclick = KEYS.n;
element("play").onclick = () => video.toggle();
element("replay").onclick = replay;
element("back").onclick = () => video.step(-1);
element("forth").onclick = () => video.step(1);
element("previous").onclick = () => step(-1);
element("next").onclick = () => step(1);
element("done").onclick = finish;
element("closer").onclick = () => timeline.zoom(0.5);
element("farther").onclick = () => timeline.zoom(2);
element("whole").onclick = () => timeline.whole();
element("open-only").onchange = show;
element("speed").onchange = () => video.speed(Number(element("speed").value));
element("around").onchange = () => (element("around").checked ? replay() : video.free());
element("video").addEventListener("pause", () => moved(video.now()));

element("name").textContent = session.name;
document.title = `${session.name} – twitchcam review`;
if (!session.video) withoutVideo(`The page goes without the video. ${session.missing}`);
const legend = [["left", "left"], ["right", "right"], ["both", "both sides"]].map(([side, words]) => {
  const sample = make("span", {}, `■ ${words}`);
  sample.style.color = sideColour(side);
  return sample;
});
element("legend").append(...legend, make("span", {}, "▲ upper lip ▼ lower lip ◆ both; hollow: not judged; struck: rejected"), make("span", {}, "● felt"));
video.speed(Number(element("speed").value));
choose(current, { play: false });
