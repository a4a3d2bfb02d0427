// The video in the session's time: plays around an event, again and again, and as slowly as one likes.

const BEFORE_S = 0.7;
const AFTER_S = 1.0;
/** Steps of one picture; the browser does not tell the frame rate. */
const STEP_S = 1 / 30;

/**
 * @param {HTMLVideoElement} video
 * @param {{offset_s: number, mirrored: boolean}|null} source
 * @param {object} on Functions: moved(seconds), failed().
 */
export function player(video, source, on) {
  const offset = source?.offset_s ?? 0;
  let loop = null;
  let still = 0;

  if (source) {
    video.src = "video";
    video.toggleAttribute("data-mirrored", source.mirrored);
    video.muted = true;
    video.addEventListener("error", () => on.failed());
  }

  const now = () => (source ? video.currentTime - offset : still);

  function watch() {
    if (loop && !video.paused && now() > loop.to) video.currentTime = loop.from + offset;
    on.moved(now());
    if (!video.paused) requestAnimationFrame(watch);
  }

  video.addEventListener("play", watch);
  video.addEventListener("seeked", watch);

  function go(seconds) {
    still = Math.max(0, seconds);
    if (source) video.currentTime = still + offset;
    else on.moved(still);
  }

  return {
    now,
    go,
    /** Plays round and round an event; without `play` only goes there. */
    around(event, { play, circling }) {
      loop = circling ? { from: Math.max(0, event.onset - BEFORE_S), to: event.onset + event.duration + AFTER_S } : null;
      go(source && play && circling ? loop.from : event.onset);
      if (play && source) video.play().catch(() => {});
    },
    free() {
      loop = null;
    },
    toggle() {
      if (!source) return;
      if (video.paused) video.play().catch(() => {});
      else video.pause();
    },
    pause() {
      video.pause();
    },
    step(direction) {
      video.pause();
      go(now() + direction * STEP_S);
    },
    speed(rate) {
      video.playbackRate = rate;
      video.defaultPlaybackRate = rate;
    },
    get paused() {
      return video.paused;
    },
  };
}
