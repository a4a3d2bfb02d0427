// All events of the session on one line for each side, what the face was doing below, zoomed as one likes.

import { clock } from "./common/format.js";
import { sideColour } from "./common/places.js";

const LANES = ["right", "both", "left"];
const MARGIN = { left: 52, right: 12, top: 6, bottom: 22 };
const BAND = 14;
const LEAST_S = 2;
const STEPS_S = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200];
const REST = new Set(["rest", "blink", "eye_closed", "gaze_shift"]);
const REACH_PX = 8;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{duration_s: number, events: object[], segments: object[], felt: number[]}} session
 * @param {object} on Functions: chosen(event), moved(seconds).
 */
export function timelineView(canvas, session, on) {
  const last = session.events.at(-1);
  const whole = Math.max(session.duration_s, last ? last.onset + last.duration : 0, LEAST_S);
  let view = { from: 0, to: whole };
  let events = [];
  let current = null;
  let moment = 0;
  let waiting = false;
  let stale = true;
  const layer = document.createElement("canvas");
  let drag = null;

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const width = () => canvas.clientWidth - MARGIN.left - MARGIN.right;
  const x = (t) => MARGIN.left + ((t - view.from) / (view.to - view.from)) * width();
  const time = (px) => view.from + ((px - MARGIN.left) / width()) * (view.to - view.from);

  function lane(side) {
    const height = canvas.clientHeight - MARGIN.top - MARGIN.bottom - BAND;
    return MARGIN.top + (height * (LANES.indexOf(side) + 0.5)) / LANES.length;
  }

  /** Everything but the present moment; made anew only when it changed. */
  function drawLayer() {
    const ratio = devicePixelRatio;
    layer.width = Math.round(canvas.clientWidth * ratio);
    layer.height = Math.round(canvas.clientHeight * ratio);
    const ctx = layer.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.font = "12px system-ui, sans-serif";
    drawAxis(ctx);
    clipped(ctx, () => {
      drawSegments(ctx);
      drawFelt(ctx);
      for (const event of events) if (event.onset >= view.from - 1 && event.onset <= view.to + 1) drawEvent(ctx, event);
    });
  }

  function clipped(ctx, action) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(MARGIN.left - 6, 0, width() + 12, canvas.clientHeight);
    ctx.clip();
    action();
    ctx.restore();
  }

  function draw() {
    waiting = false;
    if (stale) drawLayer();
    stale = false;
    canvas.width = layer.width;
    canvas.height = layer.height;
    const ctx = canvas.getContext("2d");
    ctx.drawImage(layer, 0, 0);
    ctx.scale(devicePixelRatio, devicePixelRatio);
    ctx.fillStyle = style("--bad");
    clipped(ctx, () => ctx.fillRect(x(moment) - 1, 0, 2, canvas.clientHeight - MARGIN.bottom));
  }

  function drawAxis(ctx) {
    ctx.fillStyle = style("--soft");
    ctx.strokeStyle = style("--rule");
    ctx.textBaseline = "middle";
    for (const side of LANES) {
      ctx.fillText(side, 6, lane(side));
      ctx.beginPath();
      ctx.moveTo(MARGIN.left, lane(side));
      ctx.lineTo(canvas.clientWidth - MARGIN.right, lane(side));
      ctx.stroke();
    }
    const step = STEPS_S.find((s) => (s / (view.to - view.from)) * width() >= 70) ?? 14400;
    for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) {
      const text = clock(t, step < 1 ? 1 : 0);
      ctx.fillText(text, Math.min(x(t), canvas.clientWidth - ctx.measureText(text).width - 2), canvas.clientHeight - 10);
      ctx.fillRect(x(t), canvas.clientHeight - MARGIN.bottom, 1, 4);
    }
  }

  function drawSegments(ctx) {
    const y = canvas.clientHeight - MARGIN.bottom - BAND;
    for (const segment of session.segments) {
      const end = segment.onset + segment.duration;
      if (REST.has(segment.kind) || end < view.from || segment.onset > view.to) continue;
      const [from, to] = [Math.max(x(segment.onset), MARGIN.left), x(Math.min(end, view.to))];
      ctx.fillStyle = style("--band");
      ctx.fillRect(from, MARGIN.top, Math.max(to - from, 1), y + BAND - MARGIN.top);
      const words = segment.kind.replace("_", " ");
      if (to - from < ctx.measureText(words).width + 6) continue;
      ctx.fillStyle = style("--soft");
      ctx.fillText(words, from + 3, y + BAND / 2);
    }
  }

  function drawFelt(ctx) {
    ctx.fillStyle = style("--ink");
    for (const t of session.felt) {
      const at = x(t);
      ctx.fillRect(at - 0.5, MARGIN.top, 1, canvas.clientHeight - MARGIN.bottom - MARGIN.top);
      ctx.beginPath();
      ctx.arc(at, MARGIN.top + 3, 3, 0, 2 * Math.PI);
      ctx.fill();
    }
  }

  function drawEvent(ctx, event) {
    const [at, y, r] = [x(event.onset), lane(event.side), event.key === current ? 8 : 5.5];
    ctx.beginPath();
    if (event.lip === "upper") [[0, -1], [1, 0.8], [-1, 0.8]].forEach(([a, b]) => ctx.lineTo(at + a * r, y + b * r));
    else if (event.lip === "lower") [[0, 1], [1, -0.8], [-1, -0.8]].forEach(([a, b]) => ctx.lineTo(at + a * r, y + b * r));
    else [[0, -1], [1, 0], [0, 1], [-1, 0]].forEach(([a, b]) => ctx.lineTo(at + a * r, y + b * r));
    ctx.closePath();
    ctx.lineWidth = event.key === current ? 2.5 : 1.5;
    ctx.strokeStyle = event.verdict === "rejected" ? style("--soft") : sideColour(event.side);
    ctx.fillStyle = event.verdict === null ? style("--panel") : ctx.strokeStyle;
    if (event.verdict !== "rejected") ctx.fill();
    ctx.stroke();
    if (event.verdict === "rejected") {
      ctx.beginPath();
      ctx.moveTo(at - r, y + r);
      ctx.lineTo(at + r, y - r);
      ctx.stroke();
    }
  }

  function redraw({ all = true } = {}) {
    stale = stale || all;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(draw);
  }

  function look(from, to) {
    const length = Math.min(Math.max(to - from, LEAST_S), whole);
    const begin = Math.min(Math.max(from, 0), whole - length);
    view = { from: begin, to: begin + length };
    redraw();
  }

  function zoom(factor, around = (view.from + view.to) / 2) {
    look(around - (around - view.from) * factor, around + (view.to - around) * factor);
  }

  function pan(share) {
    const by = share * (view.to - view.from);
    look(view.from + by, view.to + by);
  }

  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.shiftKey && Math.abs(event.deltaX) < Math.abs(event.deltaY)) {
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, time(event.offsetX));
    } else if (event.deltaX) {
      event.preventDefault();
      pan(event.deltaX / width());
    }
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    drag = { at: event.offsetX, moved: false, ...view };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const by = ((drag.at - event.offsetX) / width()) * (drag.to - drag.from);
    drag.moved = drag.moved || Math.abs(event.offsetX - drag.at) > 3;
    if (drag.moved) look(drag.from + by, drag.to + by);
  });
  canvas.addEventListener("pointerup", (event) => {
    const moved = drag?.moved;
    drag = null;
    if (moved) return;
    const near = events.filter((e) => Math.abs(x(e.onset) - event.offsetX) < REACH_PX);
    const distance = (e) => Math.hypot(x(e.onset) - event.offsetX, lane(e.side) - event.offsetY);
    near.sort((a, b) => distance(a) - distance(b));
    if (near.length) on.chosen(near[0]);
    else on.moved(Math.min(Math.max(time(event.offsetX), 0), whole));
  });
  canvas.addEventListener("keydown", (event) => {
    const action = { ArrowLeft: () => pan(-0.2), ArrowRight: () => pan(0.2), "+": () => zoom(0.6), "-": () => zoom(1.6) }[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  new ResizeObserver(() => redraw()).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw());

  return {
    zoom,
    whole: () => look(0, whole),
    moment(seconds) {
      moment = seconds;
      redraw({ all: false });
    },
    /** Shows these events; the chosen one comes into view. */
    events(all, key) {
      events = all;
      current = key;
      const chosen = all.find((event) => event.key === key);
      if (chosen && (chosen.onset < view.from || chosen.onset > view.to)) {
        const half = (view.to - view.from) / 2;
        look(chosen.onset - half, chosen.onset + half);
      }
      redraw();
    },
  };
}
