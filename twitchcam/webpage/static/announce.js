// Tells a screen reader what changed, one sentence at a time, so that none pushes out the one before.

const PAUSE_MS = 700;
const MOST_WAITING = 4;

/** @param {HTMLElement} region An element with aria-live. */
export function announcer(region) {
  const waiting = [];
  let busy = false;

  function next() {
    const text = waiting.shift();
    busy = text !== undefined;
    if (!busy) return;
    region.textContent = text;
    setTimeout(next, PAUSE_MS);
  }

  return (text) => {
    // In a burst only the newest are worth hearing.
    if (waiting.length >= MOST_WAITING) waiting.shift();
    waiting.push(text);
    if (!busy) next();
  };
}
