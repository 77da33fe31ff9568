// Contours of the service's documents as SVG: vertices [x, y, bulge] in mm, y up; bulge = tan(sweep / 4).

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const short = (number) => +number.toFixed(4);

function segment([x0, y0, bulge], [x1, y1]) {
  if (!bulge) return `L${short(x1)} ${short(y1)}`;
  const radius = (Math.hypot(x1 - x0, y1 - y0) * (1 + bulge * bulge)) / (4 * Math.abs(bulge));
  return `A${short(radius)} ${short(radius)} 0 ${Math.abs(bulge) > 1 ? 1 : 0} ${bulge > 0 ? 1 : 0} ${short(x1)} ${short(y1)}`;
}

function path(contour, closed = true) {
  const [first, ...rest] = contour;
  const ends = closed ? [...rest, first] : rest;
  return `M${short(first[0])} ${short(first[1])}${ends.map((to, index) => segment(contour[index], to)).join("")}${closed ? "Z" : ""}`;
}

export const outlines = (contours) => contours.map((contour) => path(contour)).join("");

// Box of contours; of arcs the middle counts too, which is as far as they reach but for little.
export function box(contours) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (x, y) => {
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  };
  for (const contour of contours) {
    contour.forEach(([x, y, bulge], index) => {
      take(x, y);
      const [to, up] = contour[(index + 1) % contour.length];
      if (bulge) for (const part of [0.25, 0.5, 0.75]) take(...along(x, y, to, up, bulge, part));
    });
  }
  return { x0, y0, x1, y1, width: x1 - x0, height: y1 - y0 };
}

function along(x0, y0, x1, y1, bulge, part) {
  const sweep = 4 * Math.atan(bulge);
  const half = (1 - bulge * bulge) / (4 * bulge);
  const [cx, cy] = [(x0 + x1) / 2 - half * (y1 - y0), (y0 + y1) / 2 + half * (x1 - x0)];
  const [cos, sin] = [Math.cos(sweep * part), Math.sin(sweep * part)];
  return [cx + (x0 - cx) * cos - (y0 - cy) * sin, cy + (x0 - cx) * sin + (y0 - cy) * cos];
}

function frame(reach, pad, label, ...children) {
  const view = `${short(reach.x0 - pad)} ${short(-reach.y1 - pad)} ${short(reach.width + 2 * pad)} ${short(reach.height + 2 * pad)}`;
  return svg("svg", { viewBox: view, role: "img", "aria-label": label }, ...children);
}

// The parts of a drawing, with rings at the places of findings; `spots`: {x, y, severity, number}.
export function drawing(parts, spots, label) {
  const reach = box(parts.map((part) => part.outline));
  const size = Math.max(reach.width, reach.height);
  const upright = svg("g", { transform: "scale(1 -1)" });
  for (const part of parts) {
    upright.append(svg("path", { class: "part", d: outlines([part.outline, ...part.holes]) }));
    for (const mark of part.marks) upright.append(svg("path", { class: "line", d: path(mark, false) }));
    for (const drill of part.drills) {
      upright.append(svg("circle", { class: "line", cx: drill.x, cy: drill.y, r: drill.diameter / 2 || size / 150 }));
    }
  }
  const marks = spots.flatMap((spot) => ring(spot, size));
  return frame(reach, size * 0.06, label, upright, ...marks);
}

function ring({ x, y, severity, number }, size) {
  const radius = size * 0.022;
  const number_ = svg("text", { class: `number ${severity}`, x: short(x + radius), y: short(-y - radius), "font-size": short(size * 0.045) }, String(number));
  number_.style.fontSize = `${size * 0.045}px`;
  const circle = svg("circle", { class: `spot ${severity}`, cx: short(x), cy: short(-y), r: short(radius), "data-number": number });
  return [circle, number_];
}

// One sheet of a nest; `kinds`: id of a part → {d, shade}.
export function sheet(each, kinds, label) {
  const upright = svg("g", { transform: "scale(1 -1)" });
  upright.append(svg("path", { class: "stock", d: outlines([each.outline, ...each.holes]) }));
  for (const [part, x, y, turn, mirror] of each.placements) {
    const { d, shade } = kinds.get(part);
    const transform = `translate(${x} ${y}) rotate(${turn})${mirror ? " scale(-1 1)" : ""}`;
    upright.append(svg("path", { class: `piece k${shade}`, d, transform }));
  }
  return frame(box([each.outline]), 1, label, upright);
}

export const shapes = (parts) => new Map(parts.map((part, index) => [part.id, { d: outlines([part.outline, ...part.holes]), shade: index % 8 }]));
