// Numbers and findings as people read them.

export const percent = (share) => `${(100 * share).toFixed(1)} %`;
export const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
export const money = (sum) => Number(sum).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export function clock(seconds) {
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

export function bytes(count) {
  return count < 1000 ? `${count} B` : count < 1e6 ? `${(count / 1000).toFixed(0)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) value === undefined || made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined && child !== null));
  return made;
}

const WORST = ["error", "warning", "info"];
export const worstFirst = (findings) => [...findings].sort((a, b) => WORST.indexOf(a.severity) - WORST.indexOf(b.severity));

// A finding as an item of a list; `point` is called when somebody wants to see its place, undefined where it has none.
export function findingItem(finding, number, point) {
  const name = `${finding.severity} ${number}${point ? ": show its place" : ""}`;
  const mark = point
    ? element("button", { type: "button", class: `n ${finding.severity}`, "aria-label": name }, String(number))
    : element("span", { class: `n ${finding.severity}`, role: "img", "aria-label": name }, String(number));
  if (point) {
    for (const kind of ["mouseenter", "focus"]) mark.addEventListener(kind, () => point(true));
    for (const kind of ["mouseleave", "blur"]) mark.addEventListener(kind, () => point(false));
  }
  const advice = finding.advice ? element("small", {}, finding.advice) : null;
  return element("li", {}, mark, element("p", {}, element("b", {}, finding.code), ` ${finding.message}`, advice));
}

// Findings as lists: errors and warnings open, notes folded; `pointer` gives what shows the place of a number.
export function findingLists(findings, pointer = () => undefined) {
  const items = findings.map((finding, index) => findingItem(finding, index + 1, pointer(index + 1)));
  const grave = items.filter((_, index) => findings[index].severity !== "info");
  const notes = items.filter((_, index) => findings[index].severity === "info");
  const lists = grave.length ? [element("ol", { class: "findings", "aria-label": "Findings" }, ...grave)] : [];
  if (!notes.length) return lists;
  const head = element("summary", {}, counted(notes.length, "note"));
  return [...lists, element("details", { class: "notes" }, head, element("ol", { class: "findings", "aria-label": "Notes" }, ...notes))];
}

export function say(text) {
  document.getElementById("say").textContent = text;
}

export function complain(error) {
  const alert = document.getElementById("alert");
  alert.hidden = !error;
  alert.textContent = error ? error.message : "";
}
