"use strict";
// Switches layers, moves the pictures, and runs the programs. The page is whole without it.
(() => {
  const within = (value, low, high) => Math.min(high, Math.max(low, value));
  const make = (name, attributes, parent) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return parent.appendChild(node);
  };

  // -- layers ------------------------------------------------------------------------------------------------------
  for (const set of document.querySelectorAll(".layers")) {
    const picture = document.getElementById(set.dataset.for);
    set.addEventListener("change", (event) => {
      picture.classList.toggle(`no-${event.target.value}`, !event.target.checked);
    });
    for (const box of set.querySelectorAll("input")) picture.classList.toggle(`no-${box.value}`, !box.checked);
  }

  // -- looking closer ----------------------------------------------------------------------------------------------
  for (const view of document.querySelectorAll(".view")) {
    const picture = view.querySelector("svg");
    const { x, y, width, height } = picture.viewBox.baseVal;
    const whole = [x, y, width, height];
    let frame = [...whole];
    const show = () => {
      picture.setAttribute("viewBox", frame.map((value) => +value.toFixed(4)).join(" "));
      picture.style.setProperty("--zoom", Math.sqrt(frame[2] / whole[2]));
    };
    const spot = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    const zoom = (factor, at = { x: frame[0] + frame[2] / 2, y: frame[1] + frame[3] / 2 }) => {
      const scale = within(frame[2] * factor, whole[2] / 200, whole[2]) / frame[2];
      frame = [at.x - (at.x - frame[0]) * scale, at.y - (at.y - frame[1]) * scale, frame[2] * scale, frame[3] * scale];
      move(0, 0);
    };
    const move = (dx, dy) => {
      frame[0] = within(frame[0] + dx, whole[0], whole[0] + whole[2] - frame[2]);
      frame[1] = within(frame[1] + dy, whole[1], whole[1] + whole[3] - frame[3]);
      show();
    };
    const fit = () => { frame = [...whole]; show(); };

    picture.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== view) return;
      event.preventDefault();
      zoom(Math.exp(within(event.deltaY, -60, 60) / 150), spot(event));
    }, { passive: false });
    picture.addEventListener("dblclick", (event) => zoom(0.5, spot(event)));
    const fingers = new Map();
    let held = null, wide = 0;
    const spread = () => {
      const [a, b] = [...fingers.values()];
      const apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      return { apart, clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
    };
    picture.addEventListener("pointerdown", (event) => {
      if (event.button || fingers.size > 1) return;
      fingers.set(event.pointerId, event);
      picture.setPointerCapture(event.pointerId);
      wide = fingers.size === 2 ? spread().apart : 0;
      held = fingers.size === 1 && frame[2] < whole[2] ? spot(event) : null;
      picture.classList.toggle("held", held !== null);
    });
    picture.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, event);
      if (fingers.size === 2) {
        const now = spread();
        if (wide > 0 && now.apart > 0) zoom(wide / now.apart, spot(now));
        wide = now.apart;
      } else if (held) {
        const now = spot(event);
        move(held.x - now.x, held.y - now.y);
      }
    });
    for (const end of ["pointerup", "pointercancel"]) {
      picture.addEventListener(end, (event) => {
        fingers.delete(event.pointerId);
        held = null;
        picture.classList.remove("held");
      });
    }
    const step = () => frame[2] / 8;
    const keys = {
      "+": () => zoom(0.7), "=": () => zoom(0.7), "-": () => zoom(1 / 0.7), "0": fit,
      ArrowLeft: () => move(-step(), 0), ArrowRight: () => move(step(), 0), ArrowUp: () => move(0, -step()), ArrowDown: () => move(0, step()),
    };
    view.addEventListener("keydown", (event) => {
      if (event.target !== view || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    const bar = view.appendChild(document.createElement("div"));
    bar.className = "zoom";
    for (const [sign, name, action] of [["+", "Zoom in", keys["+"]], ["−", "Zoom out", keys["-"]], ["⤢", "Whole sheet", fit]]) {
      const button = bar.appendChild(document.createElement("button"));
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", name);
      button.title = name;
      button.addEventListener("click", action);
    }
  }

  // -- running the program ------------------------------------------------------------------------------------------
  const PLAY_SECONDS = 30;
  for (const player of document.querySelectorAll(".player")) {
    const picture = document.getElementById(player.dataset.for);
    const legs = [...picture.querySelectorAll(".lines path")];
    const ends = [];
    let total = 0;
    for (const leg of legs) ends.push(total += Math.max(+leg.dataset.s, 1e-3));
    const slider = player.querySelector("input");
    const words = player.querySelector("output");
    const play = player.querySelector(".play");
    const head = picture.querySelector(".head");
    const trail = make("path", { d: "" }, head);
    const dot = make("path", { class: "spot", d: "" }, head);
    let shown = legs.length;

    const index = (time) => {
      let low = 0, high = legs.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ends[middle] <= time) low = middle + 1; else high = middle;
      }
      return low;
    };
    const draw = () => {
      const time = slider.value / 1000 * total;
      const at = slider.value >= 1000 ? legs.length : index(time);
      for (let i = Math.min(at, shown); i < Math.max(at, shown); i++) legs[i].classList.toggle("todo", i >= at);
      shown = at;
      if (at === legs.length) {
        trail.setAttribute("d", "");
        dot.setAttribute("d", "");
        words.textContent = "";
        slider.setAttribute("aria-valuetext", "whole program");
        return;
      }
      const leg = legs[at];
      const begin = at ? ends[at - 1] : 0;
      const reach = leg.getTotalLength() * within((time - begin) / (ends[at] - begin), 0, 1);
      const points = Array.from({ length: 33 }, (_, i) => leg.getPointAtLength(reach * i / 32)).map((p) => `${p.x} ${p.y}`);
      trail.setAttribute("d", `M${points.join("L")}`);
      dot.setAttribute("d", `M${points[32]}h0`);
      words.textContent = leg.querySelector("title").textContent;
      slider.setAttribute("aria-valuetext", words.textContent);
    };
    const jump = (by) => {
      const cuts = legs.map((leg, i) => i).filter((i) => legs[i].classList.contains("cut"));
      const here = shown;
      const next = by > 0 ? cuts.find((i) => i > here) : cuts.filter((i) => i < here).pop();
      slider.value = next === undefined ? (by > 0 ? 1000 : 0) : 1000 * ((next ? ends[next - 1] : 0) + (ends[next] - (next ? ends[next - 1] : 0)) / 2) / total;
      draw();
    };
    let running = 0;
    const stop = () => { cancelAnimationFrame(running); running = 0; play.textContent = "▶"; play.setAttribute("aria-label", "Play"); };
    const start = () => {
      if (slider.value >= 1000) slider.value = 0;
      let last = performance.now();
      const tick = (now) => {
        slider.value = +slider.value + (now - last) / PLAY_SECONDS;
        last = now;
        draw();
        if (slider.value >= 1000) stop(); else running = requestAnimationFrame(tick);
      };
      running = requestAnimationFrame(tick);
      play.textContent = "❚❚";
      play.setAttribute("aria-label", "Pause");
    };
    play.addEventListener("click", () => (running ? stop() : start()));
    slider.addEventListener("input", () => { stop(); draw(); });
    player.querySelector(".back").addEventListener("click", () => { stop(); jump(-1); });
    player.querySelector(".next").addEventListener("click", () => { stop(); jump(1); });
  }

  // -- paper: what is folded away is printed too ----------------------------------------------------------------------
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of folded) details.open = false; });

  document.documentElement.classList.add("js");
  document.documentElement.dataset.ready = "true";
})();
