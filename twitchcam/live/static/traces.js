// Four scrolling traces, in the places that the lip sites have in a mirror.

import uPlot from "./common/vendor/uplot/uPlot.esm.js";
import { clock, make } from "./common/format.js";
import { sideColour, siteName, sitesOf } from "./common/places.js";

const HEIGHT = 118;
/** A longer hole between two frames is drawn as one. */
const GAP_S = 0.25;
/** The band of noise: this many robust standard deviations. */
const BAND_SD = 3;
/** Largest values of the scale to choose from, % of the distance of the eyes. */
const SCALES = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64];
/** A mark that became no event is gone after this time, seconds. */
const MARK_S = 2;

/** @param {HTMLElement} parent */
export function traceView(parent) {
  let charts = [];
  let sites = [];
  let shown = 12;
  let times = [];
  let values = [];
  let noise = [];
  let events = [];
  let marks = [];
  let waiting = false;

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function build() {
    charts.forEach(({ plot }) => plot.destroy());
    parent.replaceChildren();
    charts = sites.map((site, row) => {
      const figure = make("figure", { class: "panel chart", "data-side": site.split("_")[1], "data-site": site });
      figure.append(make("figcaption", {}, make("span", {}, siteName(site))));
      const box = make("div", { role: "img", "aria-label": `Movement of the ${siteName(site).toLowerCase()}` });
      figure.append(box);
      parent.append(figure);
      const chart = { plot: new uPlot(options(row, box.clientWidth), data(row), box), box };
      new ResizeObserver(() => chart.plot.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
      return chart;
    });
  }

  function options(row, width) {
    const axis = { stroke: style("--soft"), grid: { stroke: style("--rule"), width: 0.5 }, ticks: { show: false } };
    return {
      width: Math.max(width, 100),
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      padding: [6, 8, 0, 0],
      scales: { x: { time: false, range: () => [latest() - shown, latest()] }, y: { range: () => [0, top()] } },
      axes: [
        { ...axis, size: 24, space: 70, values: (_, ticks) => ticks.map((t) => (t < 0 ? "" : clock(t))) },
        { ...axis, size: 34, space: 26 },
      ],
      series: [
        {},
        { stroke: style("--trace"), width: 1.25, points: { show: false }, spanGaps: false },
        { stroke: "transparent", points: { show: false } },
        { stroke: "transparent", points: { show: false } },
      ],
      bands: [{ series: [2, 3], fill: style("--band") }],
      hooks: { drawClear: [(plot) => drawEvents(plot, row)] },
    };
  }

  const latest = () => times.at(-1) ?? 0;

  function top() {
    let most = 0;
    for (const row of values) for (const value of row) if (value > most) most = value;
    for (const level of noise) most = Math.max(most, 1.2 * BAND_SD * (level ?? 0));
    return SCALES.find((scale) => scale >= most) ?? most;
  }

  function data(row) {
    const level = noise[row] === null || noise[row] === undefined ? null : BAND_SD * noise[row];
    return [
      times,
      values.map((value) => value[row]),
      times.map(() => level),
      times.map(() => (level === null ? null : 0)),
    ];
  }

  function drawEvents(plot, row) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const event of events.filter((e) => sitesOf(e).includes(sites[row]))) {
      const from = plot.valToPos(event.onset, "x", true);
      const to = plot.valToPos(event.onset + event.duration, "x", true);
      ctx.globalAlpha = 0.45;
      ctx.fillStyle = sideColour(event.side);
      ctx.fillRect(from, bbox.top, Math.max(to - from, 4), bbox.height);
    }
    ctx.globalAlpha = 1;
    ctx.setLineDash([4, 4]);
    ctx.lineWidth = 2;
    for (const mark of marks.filter((m) => sitesOf(m).includes(sites[row]))) {
      const at = plot.valToPos(mark.peak, "x", true);
      ctx.strokeStyle = sideColour(mark.side);
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  function forget() {
    const from = latest() - shown;
    while (times.length && times[0] < from) {
      times.shift();
      values.shift();
    }
    events = events.filter((event) => event.onset + event.duration > from);
    const decided = (mark) => events.some((e) => mark.peak >= e.onset - 0.1 && mark.peak <= e.onset + e.duration + 0.1);
    marks = marks.filter((mark) => mark.peak > latest() - MARK_S && !decided(mark));
  }

  function redraw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      charts.forEach(({ plot }, row) => plot.setData(data(row)));
      parent.dataset.latest = latest().toFixed(3);
    });
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", build);

  return {
    /** Begins anew with what a tab is told first. */
    begin(message) {
      shown = message.shown_s;
      times = [];
      values = [];
      events = [];
      marks = [];
      if (message.sites.join() !== sites.join()) {
        sites = message.sites;
        build();
      }
      this.add(message);
    },
    /** Adds every frame's values, the events and the marks of a message. */
    add(message) {
      // The log goes on in a new folder, and its time begins anew.
      if (message.t.length && message.t[0] < latest()) [times, values, events, marks] = [[], [], [], []];
      message.t.forEach((t, i) => {
        if (times.length && t - latest() > GAP_S) {
          times.push(latest() + 0.001);
          values.push(sites.map(() => null));
        }
        times.push(t);
        values.push(message.traces[i]);
      });
      noise = message.noise;
      events.push(...message.events);
      marks.push(...message.marks);
      forget();
      redraw();
    },
  };
}
