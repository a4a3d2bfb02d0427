// The live page: takes what the program says and hands it to the views.

import { announcer } from "./common/announce.js";
import { clock } from "./common/format.js";
import { controls } from "./controls.js";
import { follow } from "./feed.js";
import { logView } from "./log.js";
import { pictureView } from "./picture.js";
import { statusView } from "./status.js";
import { traceView } from "./traces.js";

/** From this many failures on the program has probably gone. */
const GONE_AFTER = 6;

const element = (id) => document.getElementById(id);
const announce = announcer(element("announcements"));
const picture = pictureView(element("picture"));
const traces = traceView(element("traces"));
const log = logView(element("log"));
const showStatus = statusView(announce);
const buttons = controls();

function begin(message) {
  element("title").textContent = message.title;
  if (message.title) document.title = `${message.title} – twitchcam live`;
  traces.begin(message);
  log.begin(message);
}

function add(message) {
  traces.add(message);
  log.add(message);
  for (const mark of message.marks) picture.ring(mark, false);
  for (const event of message.events) {
    picture.ring(event, true);
    announce(`${event.type === "spasm" ? "Spasm" : "Twitch"}, ${event.place}.`);
  }
}

function end(status) {
  buttons.end();
  const twitches = status.total === 1 ? "1 twitch" : `${status.total} twitches`;
  element("ended-words").textContent =
    `${twitches} in ${clock(status.valid_s)} of valid time. The log is kept in the session's folder. ` +
    "You can close this page.";
  element("ended").hidden = false;
}

follow({
  news(message) {
    if (message.kind === "all") begin(message);
    else add(message);
    if (!message.status) return;
    showStatus(message.status);
    buttons.setPaused(message.status.paused);
    if (message.status.ended) end(message.status);
  },
  picture: picture.show,
  lost(times) {
    element("connection").textContent =
      times < GONE_AFTER
        ? "The connection to twitchcam was lost. Trying again."
        : "twitchcam does not answer. Look at the terminal that it was started in; what it wrote so far is safe.";
    element("connection").hidden = false;
    element("state").dataset.state = "waiting";
    element("state").textContent = "Not connected";
  },
  back() {
    element("connection").hidden = true;
  },
});
