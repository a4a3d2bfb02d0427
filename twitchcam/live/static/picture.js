// The picture as in a mirror, the lips outlined, a ring where something twitches.

import { sideColour, sitesOf } from "./common/places.js";

const RING_MS = 1200;
const RING_RADIUS = 0.035;

/** @param {HTMLCanvasElement} canvas */
export function pictureView(canvas) {
  const context = canvas.getContext("2d");
  let rings = [];
  let drawing = false;
  let next = null;

  async function draw(head, blob) {
    const bitmap = await createImageBitmap(blob).catch(() => null);
    if (!bitmap) return;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    if (head.lips) outline(head.lips);
    drawRings(head.sites);
  }

  function outline(points) {
    context.beginPath();
    points.forEach(([x, y]) => context.lineTo(x * canvas.width, y * canvas.height));
    context.closePath();
    context.lineWidth = Math.max(1, canvas.width / 480);
    context.strokeStyle = "#56b4e9";
    context.stroke();
  }

  function drawRings(sites) {
    const now = performance.now();
    rings = rings.filter((ring) => now - ring.at < RING_MS);
    if (!sites) return;
    for (const { event, certain } of rings) {
      for (const site of sitesOf(event)) {
        const [x, y] = sites[site];
        context.beginPath();
        context.arc(x * canvas.width, y * canvas.height, RING_RADIUS * canvas.width, 0, 2 * Math.PI);
        context.setLineDash(certain ? [] : [5, 5]);
        context.lineWidth = canvas.width / 200;
        context.strokeStyle = sideColour(event.side);
        context.stroke();
        context.setLineDash([]);
      }
    }
    const label = rings.findLast((ring) => ring.certain) ?? rings.at(-1);
    if (label) write(label.certain ? label.event.place : `${label.event.place}?`);
  }

  function write(text) {
    context.font = `600 ${Math.round(canvas.width / 24)}px system-ui, sans-serif`;
    const width = context.measureText(text).width;
    context.fillStyle = "rgb(0 0 0 / 65%)";
    context.fillRect(0, 0, width + canvas.width / 24, canvas.width / 15);
    context.fillStyle = "#fff";
    context.fillText(text, canvas.width / 48, canvas.width / 21);
  }

  return {
    /** Shows a picture; while one is being made only the newest other waits. */
    async show(head, blob) {
      next = { head, blob };
      if (drawing) return;
      drawing = true;
      while (next) {
        const { head: h, blob: b } = next;
        next = null;
        await draw(h, b);
      }
      drawing = false;
    },
    /** A ring for a while: broken where it is not certain yet. */
    ring(event, certain) {
      rings.push({ event, certain, at: performance.now() });
    },
  };
}
