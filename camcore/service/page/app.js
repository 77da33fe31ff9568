// The page: drawings and an order become an estimate at once, and a job when it is run.

import { call } from "./api.js";
import * as cards from "./cards.js";
import * as jobs from "./jobs.js";
import * as order from "./order.js";
import { clock, complain, counted, element, money, percent, say } from "./words.js";

const WAIT = 250;
const get = (id) => document.getElementById(id);
let timer = 0;
let asking = null;

// Ask again a moment after the last change.
function changed() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
  const ready = cards.usable().length > 0;
  get("run").disabled = !ready;
  get("estimate").hidden = !ready;
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const fault = order.fault();
  if (fault || !cards.usable().length) return;
  document.body.classList.add("busy");
  try {
    const json = order.job(cards.wanted());
    const [together] = await Promise.all([call("/estimate/job", { method: "POST", json, signal }), cards.askAll()]);
    tell(together.estimates[0]);
    complain(null);
  } catch (error) {
    if (error.name !== "AbortError") complain(error);
  }
  if (!signal.aborted) document.body.classList.remove("busy");
}

function tell(estimate) {
  const left = estimate.parts.reduce((sum, part) => sum + part.unplaced, 0);
  const cells = [
    ["Sheets", estimate.sheets ? (estimate.sheets - 1 + estimate.last_share).toFixed(2) : "0", `${estimate.sheets} to be cut, ${estimate.least_sheets} at least`],
    ["Yield", percent(estimate.yield), `at most ${percent(estimate.yield_bound)} possible`],
    ["Cutting", clock(estimate.seconds), `${estimate.seconds_each.toFixed(1)} s a piece`],
    ...(estimate.price === null ? [] : [["Sheets cost", money(estimate.price), ""]]),
  ];
  get("tiles").replaceChildren(...cells.map(([name, value, note]) => element("div", {}, element("dt", {}, name), element("dd", {}, element("b", {}, value), element("small", {}, note)))));
  const { level, sheets_low: low, sheets_high: high, reason } = estimate.confidence;
  const short = left ? ` ${counted(left, "piece")} go on no sheet.` : "";
  get("sure").textContent = `${level}: ${low.toFixed(2)} to ${high.toFixed(2)} sheets; ${reason}.${short}`;
  say(`Estimate: ${cells.map(([name, value]) => `${name} ${value}`).join(", ")}`);
}

async function take(files) {
  const drawn = [...files];
  if (!drawn.length) return;
  try {
    complain(null);
    await cards.add(drawn);
  } catch (error) {
    complain(error);
  }
}

function listenToFiles() {
  const drop = get("drop");
  get("files").addEventListener("change", async (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    await take(files);
  });
  for (const kind of ["dragenter", "dragover"]) {
    addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) addEventListener(kind, () => drop.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}

function listenToOrder() {
  const form = get("order");
  form.addEventListener("change", changed);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fault = order.fault();
    if (fault) return complain(new Error(fault));
    get("run").disabled = true;
    try {
      complain(null);
      await jobs.start(order.job(cards.wanted()));
    } catch (error) {
      complain(error);
    }
    get("run").disabled = false;
  });
}

try {
  await order.load();
  cards.whenChanged(changed);
  listenToFiles();
  listenToOrder();
  jobs.listen();
  await jobs.list();
  document.body.dataset.ready = "yes";
} catch (error) {
  complain(error);
}
