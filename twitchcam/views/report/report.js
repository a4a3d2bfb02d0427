"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  // The table: a click on a heading sorts, the form above filters.
  const table = document.getElementById("events");
  if (table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const column = new Map([...table.tHead.rows[0].cells].map((cell, index) => [cell, index]));
    const value = (row, key, index) => {
      if (!(key in row.dataset)) return row.cells[index].textContent.trim();
      const text = row.dataset[key];
      return text === "" ? NaN : Number.isNaN(Number(text)) ? text : Number(text);
    };
    const compare = (a, b) => {
      if (typeof a === "number" && typeof b === "number") {
        // What is missing stands last, whichever way it is sorted.
        return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : Infinity) : Number.isNaN(b) ? -Infinity : a - b;
      }
      return String(a).localeCompare(String(b));
    };
    for (const [head, index] of column) {
      const key = head.dataset.key;
      if (!key) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of column.keys()) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = rows.map((row) => [value(row, key, index), row]);
        keyed.sort(([a, left], [b, right]) => {
          const order = compare(a, b);
          const tie = left.dataset.number - right.dataset.number;
          return order === 0 ? tie : Number.isFinite(order) && down ? -order : order;
        });
        body.append(...keyed.map(([, row]) => row));
      });
    }
    const form = document.querySelector(".filters");
    const filter = () => {
      const { lip, side, least, text } = form.elements;
      let shown = 0;
      for (const row of rows) {
        const fits =
          (!lip.value || row.dataset.lip === lip.value) &&
          (!side.value || row.dataset.side === side.value) &&
          (!least.value || Number(row.dataset.size) >= Number(least.value)) &&
          (!text.value || row.textContent.toLowerCase().includes(text.value.toLowerCase()));
        row.hidden = !fits;
        shown += fits;
      }
      form.querySelector("output").textContent = `${shown} of ${rows.length} shown`;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }

  const choose = (number) => {
    const row = document.getElementById(`event-${number}`);
    for (const other of document.querySelectorAll("#events tr.chosen")) other.classList.remove("chosen");
    row.hidden = false;
    row.classList.add("chosen");
    row.scrollIntoView({ block: "center" });
  };

  // The timeline: its drawing has seconds as its horizontal unit, so a zoom is another viewBox.
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
  const clock = (second, step) => {
    const whole = Math.floor(second + 1e-6);
    const rest = step < 1 ? `.${Math.round((second - whole) * 10)}` : "";
    const two = (number) => String(number).padStart(2, "0");
    const minutes = Math.floor(whole / 60);
    const tail = `${two(whole % 60)}${rest}`;
    return minutes < 60 ? `${minutes}:${tail}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${tail}`;
  };
  for (const timeline of document.querySelectorAll(".timeline")) {
    const begin = Number(timeline.dataset.begin);
    const end = Number(timeline.dataset.end);
    const drawing = timeline.querySelector("svg");
    const ticks = timeline.querySelector(".ticks");
    const height = drawing.viewBox.baseVal.height;
    let from = begin;
    let to = end;
    const show = (a, b) => {
      const length = Math.min(Math.max(b - a, 2), end - begin);
      from = Math.min(Math.max(a, begin), end - length);
      to = from + length;
      drawing.setAttribute("viewBox", `${from} 0 ${length} ${height}`);
      const step = steps.find((one) => length / one <= 10) ?? steps.at(-1);
      ticks.replaceChildren();
      for (let at = Math.ceil(from / step - 1e-9) * step; at <= to + 1e-9; at += step) {
        const tick = document.createElement("span");
        tick.style.left = `${(100 * (at - from)) / length}%`;
        tick.textContent = clock(at, step);
        ticks.append(tick);
      }
    };
    const zoom = (factor, share = 0.5) => {
      const length = Math.min(Math.max((to - from) * factor, 2), end - begin);
      const fixed = from + share * (to - from);
      show(fixed - share * length, fixed + (1 - share) * length);
    };
    const share = (event) => {
      const box = drawing.getBoundingClientRect();
      return (event.clientX - box.left) / box.width;
    };
    drawing.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        zoom(event.deltaY < 0 ? 0.8 : 1.25, share(event));
      },
      { passive: false },
    );
    let held = null;
    drawing.addEventListener("pointerdown", (event) => {
      held = { x: event.clientX, from, to, moved: false };
    });
    drawing.addEventListener("pointermove", (event) => {
      if (!held || !(event.buttons & 1)) return;
      const by = ((held.x - event.clientX) / drawing.getBoundingClientRect().width) * (held.to - held.from);
      if (Math.abs(held.x - event.clientX) > 3) held.moved = true;
      if (held.moved) show(held.from + by, held.to + by);
    });
    drawing.addEventListener("click", (event) => {
      const moved = held && held.moved;
      held = null;
      if (moved) return;
      const at = from + share(event) * (to - from);
      const near = [...drawing.querySelectorAll("[data-event]")]
        .map((line) => [Math.abs(line.x1.baseVal.value - at), line.dataset.event])
        .sort((a, b) => a[0] - b[0])[0];
      if (near && near[0] < (to - from) / 60) choose(near[1]);
    });
    timeline.addEventListener("keydown", (event) => {
      const length = to - from;
      const act = {
        ArrowLeft: () => show(from - length / 4, to - length / 4),
        ArrowRight: () => show(from + length / 4, to + length / 4),
        "+": () => zoom(0.5),
        "-": () => zoom(2),
        0: () => show(begin, end),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    timeline.addEventListener("click", (event) => {
      const how = event.target.dataset.zoom;
      if (how === "all") show(begin, end);
      else if (how) zoom(how === "in" ? 0.5 : 2);
    });
  }

  // Clips play while they are seen, so that a page with many stays light.
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) target.play().catch(() => {});
      else target.pause();
    }
  });
  for (const video of document.querySelectorAll("video")) watch.observe(video);
})();
