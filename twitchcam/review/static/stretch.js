// The traces around the present moment, one chart a lip site, as they sit in the picture: right is on the left.

import uPlot from "./common/vendor/uplot/uPlot.esm.js";
import { clock, make } from "./common/format.js";
import { sideColour, siteName, sitesOf } from "./common/places.js";

const HEIGHT = 105;
/** What is shown on either side of the middle, seconds, and how much is loaded around it. */
const HALF_S = 3;
const LOADED_S = 10;
const LEAST_TOP = 1;

/**
 * @param {HTMLElement} parent
 * @param {string[]} sites In the order of the traces.
 * @param {object} on Functions: chosen(seconds), failed(message).
 */
export function stretchView(parent, sites, on) {
  let loaded = { from: 0, to: 0, t: [], traces: [] };
  let loading = 0;
  let middle = 0;
  let moment = 0;
  let events = [];
  let current = null;
  let charts = [];

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const order = ["upper_right", "upper_left", "lower_right", "lower_left"].map((site) => sites.indexOf(site));

  function build() {
    charts.forEach(({ plot }) => plot.destroy());
    parent.replaceChildren();
    charts = order.map((row) => {
      const box = make("div", { role: "img", "aria-label": `Movement of the ${siteName(sites[row]).toLowerCase()}` });
      const figure = make("figure", { class: "panel", "data-site": sites[row] });
      figure.append(make("figcaption", {}, siteName(sites[row])), box);
      parent.append(figure);
      const plot = new uPlot(options(row, box.clientWidth), data(row), box);
      plot.over.addEventListener("click", (event) => on.chosen(plot.posToVal(event.offsetX, "x")));
      new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
      return { plot, row };
    });
  }

  function options(row, width) {
    const axis = { stroke: style("--soft"), grid: { stroke: style("--rule"), width: 0.5 }, ticks: { show: false } };
    return {
      width: Math.max(width, 100),
      height: HEIGHT,
      legend: { show: false },
      cursor: { x: true, y: false, points: { show: false }, drag: { x: false, y: false } },
      padding: [6, 8, 0, 0],
      scales: {
        x: { time: false, range: () => [middle - HALF_S, middle + HALF_S] },
        y: { range: () => [0, top()] },
      },
      axes: [
        { ...axis, size: 24, space: 60, values: (_, ticks) => ticks.map((t) => (t < 0 ? "" : clock(t))) },
        { ...axis, size: 34, space: 26 },
      ],
      series: [{}, { stroke: style("--trace"), width: 1.25, points: { show: false } }],
      hooks: { drawClear: [(plot) => drawEvents(plot, row)], draw: [drawMoment] },
    };
  }

  const data = (row) => [loaded.t, loaded.traces.map((values) => values[row])];

  function top() {
    let most = LEAST_TOP;
    loaded.t.forEach((t, i) => {
      if (Math.abs(t - middle) <= HALF_S) for (const value of loaded.traces[i]) if (value > most) most = value;
    });
    return 1.1 * most;
  }

  function drawEvents(plot, row) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const event of events) {
      if (Math.abs(event.onset - middle) > HALF_S + event.duration || !sitesOf(event).includes(sites[row])) continue;
      const from = plot.valToPos(event.onset, "x", true);
      const to = plot.valToPos(event.onset + event.duration, "x", true);
      ctx.globalAlpha = event.verdict === "rejected" ? 0.12 : event.key === current ? 0.5 : 0.28;
      ctx.fillStyle = sideColour(event.side);
      ctx.fillRect(from, bbox.top, Math.max(to - from, 3), bbox.height);
    }
    ctx.restore();
  }

  function drawMoment(plot) {
    const { ctx, bbox } = plot;
    const at = plot.valToPos(moment, "x", true);
    if (at < bbox.left || at > bbox.left + bbox.width) return;
    ctx.save();
    ctx.strokeStyle = style("--bad");
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  async function load() {
    if (middle - HALF_S >= loaded.from && middle + HALF_S <= loaded.to) return;
    const [from, to] = [middle - LOADED_S, middle + LOADED_S];
    const mine = ++loading;
    try {
      const answer = await fetch(`traces?from=${from}&to=${to}`);
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.error);
      if (mine !== loading) return;
      loaded = { from, to, ...told };
      charts.forEach(({ plot, row }) => plot.setData(data(row)));
    } catch (error) {
      on.failed(error.message);
    }
  }

  function redraw() {
    charts.forEach(({ plot }) => plot.redraw());
  }

  function shift(to) {
    middle = to;
    load();
    charts.forEach(({ plot, row }) => plot.setData(data(row)));
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", build);
  build();

  return {
    /** Puts a moment into the middle. */
    show: shift,
    /** The present moment of the video; the charts follow when it leaves them. */
    moment(seconds) {
      moment = seconds;
      if (Math.abs(seconds - middle) > HALF_S) shift(seconds);
      else redraw();
    },
    events(all, key) {
      events = all;
      current = key;
      redraw();
    },
  };
}
