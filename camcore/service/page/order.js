// The form of the order: what is installed to choose from, and what was chosen as the service wants it.

import { call } from "./api.js";
import { element } from "./words.js";

const form = () => document.getElementById("order").elements;
let materials = new Map();
let machines = new Map();
let sheetIsOurs = true;

const inches = (size) => size.map((side) => side / 25.4);
const said = (size) => (inches(size).every((side) => Math.abs(side - Math.round(side)) < 1e-6) ? `${inches(size).map(Math.round).join("x")}in` : `${size.join("x")}mm`);

export async function load() {
  const [stuffs, tools] = await Promise.all([call("/materials"), call("/machines")]);
  materials = new Map(stuffs.map((row) => [row.id, row]));
  machines = new Map(tools.map((row) => [row.name, row]));
  form().material.append(...stuffs.map((row) => element("option", { value: row.id }, row.title)));
  for (const process of ["mill", "laser"]) {
    const rows = tools.filter((row) => row.process === process);
    const options = rows.map((row) => element("option", { value: row.name }, `${row.title} · ${row.work_area} mm`));
    form().machine.append(element("optgroup", { label: process === "mill" ? "Mills" : "Lasers" }, ...options));
  }
  form().material.value = materials.has("fr4") ? "fr4" : stuffs[0].id;
  form().sheet.addEventListener("input", () => {
    sheetIsOurs = false;
    judgeSize();
  });
  form().material.addEventListener("change", suit);
  suit();
}

// A machine and a sheet that suit the material; a sheet that somebody typed stays.
function suit() {
  const stuff = materials.get(form().material.value);
  const wanted = stuff.laser === "allow" ? "generic-grbl-laser" : "generic-grbl-router";
  const fits = machines.get(form().machine.value)?.process === (stuff.laser === "allow" ? "laser" : "mill");
  if (machines.has(wanted) && (!fits || !form().machine.dataset.chosen)) form().machine.value = wanted;
  form().machine.dataset.chosen = "yes";
  const sizes = stuff.sheets.sizes.length ? stuff.sheets.sizes : [[914.4, 1219.2]];
  document.getElementById("sheets").replaceChildren(...sizes.map((size) => element("option", { value: said(size) })));
  if (sheetIsOurs) form().sheet.value = said(sizes[0]);
  judgeSize();
}

// With every change: the browser lets no form go whose field it still takes for wrong.
function judgeSize() {
  form().sheet.setCustomValidity(size() ? "" : "length × width, as 36x48in or 600x400mm");
}

export const processOf = () => machines.get(form().machine.value)?.process ?? "mill";

// Length and width of the sheet with their unit, undefined where the words are no size.
function size() {
  const match = /^\s*([\d.]+)\s*[x×*]\s*([\d.]+)\s*(mm|cm|m|in|ft|mil|")?\s*$/i.exec(form().sheet.value);
  return match ? [match[1], match[2]].map((side) => `${side}${match[3] ?? "mm"}`) : undefined;
}

export const sheetWords = () => size() && `${size().map((side) => parseFloat(side)).join("x")}${size()[0].replace(/[\d.]/g, "")}`;
export const cost = () => (form().cost.value === "" ? undefined : Number(form().cost.value));
export const asked = () => ({ material: form().material.value, thickness: form().thickness.value.trim(), machine: form().machine.value });

// What is wrong with the form, in its own fields; null when nothing is.
export function fault() {
  const bad = [...form()].find((field) => field.willValidate && !field.checkValidity());
  return bad ? `${bad.labels?.[0]?.textContent ?? bad.name}: ${bad.validationMessage}` : null;
}

export function job(parts) {
  const stock = { size: size(), quantity: Number(form().there.value || 0), cost: cost() };
  return { name: form().name.value.trim() || "job", ...asked(), parts, sheets: [stock], nesting: { effort: form().effort.value } };
}
