// The drawings of the order: each a card with its picture, findings, quantity and its own estimate.

import { call, send } from "./api.js";
import * as draw from "./draw.js";
import * as order from "./order.js";
import { breaks } from "./prices.js";
import { clock, counted, element, findingLists, percent, say, worstFirst } from "./words.js";

const BREAKS = [1, 10, 25, 50, 100, 250, 500, 1000];
const cards = new Set();
let changed = () => {};
let serial = 0;

export const whenChanged = (heard) => (changed = heard);
export const usable = () => [...cards].filter((card) => card.parts.length && !card.broken);
export const wanted = () => usable().map((card) => card.wanted());

class Card {
  constructor(info, file) {
    Object.assign(this, { id: info.id, name: file.name, parts: [], broken: false, asking: null, order: 0 });
    this.item = document.getElementById("card").content.firstElementChild.cloneNode(true);
    const find = (selector) => this.item.querySelector(selector);
    this.fields = { quantity: find(".quantity"), rotation: find(".rotation"), units: find(".units") };
    for (const field of Object.values(this.fields)) this.label(field);
    find("h3").textContent = this.name;
    find("h3").id = `drawing-${++serial}`;
    this.item.setAttribute("aria-labelledby", find("h3").id);
    find(".remove").setAttribute("aria-label", `Remove ${this.name}`);
    find(".remove").addEventListener("click", () => this.remove());
    find(".breaks").addEventListener("toggle", () => this.showBreaks());
    this.fields.units.addEventListener("change", () => this.look());
    for (const field of [this.fields.quantity, this.fields.rotation]) field.addEventListener("change", () => changed());
    this.find = find;
  }

  label(field) {
    field.id = `field-${++serial}`;
    field.previousElementSibling.htmlFor = field.id;
  }

  get quantity() {
    return Math.min(100000, Math.max(1, Math.round(Number(this.fields.quantity.value)) || 1));
  }

  get units() {
    return this.fields.units.value || undefined;
  }

  wanted() {
    return { drawing: this.id, name: this.name, quantity: this.quantity, rotation: this.fields.rotation.value, units: this.units };
  }

  remove() {
    const next = this.item.nextElementSibling?.querySelector("input") ?? document.getElementById("files");
    this.asking?.abort();
    cards.delete(this);
    this.item.remove();
    next.focus();
    say(`${this.name} removed`);
    changed();
  }

  // What the drawing holds: its parts to draw.
  async look() {
    const query = new URLSearchParams({ name: this.name, ...(this.units && { units: this.units }) });
    const { drawings } = await call(`/drawings/${this.id}/parts?${query}`);
    this.parts = drawings[0].parts;
    this.read = drawings[0].findings;
    const reach = this.parts.length ? draw.box(this.parts.map((part) => part.outline)) : null;
    const holes = this.parts.reduce((sum, part) => sum + part.holes.length, 0);
    this.find(".facts").textContent = reach
      ? `${this.parts.length > 1 ? `${counted(this.parts.length, "part")}, ` : ""}${reach.width.toFixed(1)} × ${reach.height.toFixed(1)} mm, ${counted(holes, "hole")}`
      : "no part to be made";
    this.show(this.read);
    changed();
  }

  // The findings, numbered as in the picture.
  show(findings) {
    const told = worstFirst(findings);
    this.broken = this.read.some((finding) => finding.severity === "error");
    this.item.classList.toggle("failed", this.broken || !this.parts.length);
    const spots = told.flatMap(({ where, severity }, index) => (Number.isFinite(where.x) && Number.isFinite(where.y) ? [{ x: where.x, y: where.y, severity, number: index + 1 }] : []));
    const label = `${this.name}: ${counted(this.parts.length, "part")}, ${counted(told.length, "finding")}`;
    const picture = this.parts.length ? draw.drawing(this.parts, spots, label) : element("p", { class: "lead" }, "no picture");
    this.find(".picture").replaceChildren(picture);
    this.find(".told").replaceChildren(...findingLists(told, (number) => this.pointer(picture, number)));
  }

  pointer(picture, number) {
    const ring = picture.querySelector?.(`[data-number="${number}"]`);
    return ring ? (here) => ring.classList.toggle("here", here) : undefined;
  }

  // Review and estimate of this drawing alone, for the order as it stands.
  async ask() {
    this.asking?.abort();
    const { signal } = (this.asking = new AbortController());
    const { material, thickness } = order.asked();
    const base = { drawing: this.id, name: this.name, material, thickness, units: this.units };
    const review = call("/dfm", { method: "POST", json: { ...base, process: order.processOf() }, signal });
    const estimate = call("/estimate", { method: "POST", json: this.estimateOf([this.quantity]), signal });
    const [reviewed, estimated] = await Promise.allSettled([review, estimate]);
    if (signal.aborted) return;
    if (reviewed.status === "fulfilled") this.show(reviewed.value.drawings[0].findings);
    this.find(".estimate").textContent = estimated.status === "fulfilled" ? brief(estimated.value.estimates[0]) : estimated.reason.message;
    this.showBreaks();
  }

  estimateOf(quantity) {
    const of = { drawing: this.id, name: this.name, units: this.units, rotation: this.fields.rotation.value };
    return { ...of, ...order.asked(), sheet: order.sheetWords(), cost: order.cost(), quantity };
  }

  async showBreaks() {
    if (!this.find(".breaks").open || this.broken) return;
    const quantities = [...new Set([...BREAKS, this.quantity])].sort((a, b) => a - b);
    try {
      const quote = await call("/quote", { method: "POST", json: this.estimateOf(quantities), signal: this.asking?.signal });
      this.find(".breaks .scroll").replaceChildren(...breaks(quote, this.quantity));
    } catch (error) {
      if (error.name !== "AbortError") this.find(".breaks .scroll").replaceChildren(element("p", { class: "bad" }, error.message));
    }
  }
}

function brief(estimate) {
  if (!estimate.sheets) return "goes on no sheet of this size";
  const full = estimate.per_sheet ? `, ${estimate.per_sheet} on a full one` : "";
  return `Alone: ${counted(estimate.sheets, "sheet")}${full} · yield ${percent(estimate.yield)} · ${clock(estimate.seconds)} of cutting`;
}

export async function add(files) {
  for (const file of files) {
    say(`reading ${file.name}`);
    const card = new Card(await send(file), file);
    cards.add(card);
    document.getElementById("cards").append(card.item);
    await card.look();
    say(`${file.name}: ${card.find(".facts").textContent}, ${counted(card.read.length, "finding")}`);
  }
}

export const askAll = () => Promise.all([...cards].filter((card) => card.parts.length).map((card) => card.ask()));
