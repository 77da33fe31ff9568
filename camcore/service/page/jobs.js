// A job that runs: its stages, the nest as it grows, what came of it; and the jobs before.

import { call, fileHref, watch, zipHref } from "./api.js";
import * as draw from "./draw.js";
import { bytes, clock, complain, counted, element, findingLists, percent, say, worstFirst } from "./words.js";

const STAGES = { read: "reading the drawings", nest: "nesting", cuts: "planning the cuts", post: "writing the programs", proof: "proving the programs", review: "reviewing", report: "writing the report" };
const get = (id) => document.getElementById(id);
let source = null;
let shown = null;

export async function start(asked) {
  const key = crypto.randomUUID?.() ?? String(Math.random());
  const job = await call("/jobs", { method: "POST", json: asked, headers: { "Idempotency-Key": key } });
  history.replaceState(null, "", `#job=${job.id}`);
  show(job.id);
  get("job").focus();
  get("job").scrollIntoView({ block: "start" });
  list();
}

// Watch a job; one that is over ends at once.
export function show(id) {
  source?.close();
  shown = id;
  for (const name of ["results", "verdict"]) get(name).hidden = true;
  get("job").hidden = false;
  for (const name of ["sheets-drawn", "files-made", "job-findings"]) get(name).replaceChildren();
  let kinds = new Map();
  let stage = "";
  step("waiting for its turn", 0);
  source = watch(id, {
    state: (job) => title(job),
    stage: (name) => {
      if (STAGES[name] === stage) return;
      stage = STAGES[name] ?? name;
      step(stage, name === "nest" ? 0 : undefined);
      say(stage);
    },
    progress: (at) => step(`nesting: ${figures(at)}`, at.share),
    parts: (parts) => (kinds = draw.shapes(parts)),
    layout: (sheets) => drawSheets(sheets, kinds),
    end: (job) => finish(job),
  });
}

const figures = (at) => `${counted(at.sheets, "sheet")}, the last to ${at.used_length.toFixed(0)} mm${at.unplaced ? `, ${at.unplaced} not placed` : ""}`;

function title(job) {
  get("job-title").replaceChildren(`Job “${job.name}” `, element("small", {}, job.state));
  get("stop").hidden = !["queued", "running"].includes(job.state);
}

function step(words, share) {
  get("stage").textContent = words;
  if (share === undefined) get("progress").removeAttribute("value");
  else get("progress").value = share;
}

function drawSheets(sheets, kinds) {
  const made = sheets.map((each, index) => {
    const often = each.repeat > 1 ? `, cut ${each.repeat} times` : "";
    const words = `Sheet ${index + 1} of ${sheets.length}: ${counted(each.placements.length, "piece")} on ${each.stock}${often}`;
    return element("figure", {}, draw.sheet(each, kinds, words), element("figcaption", {}, words));
  });
  get("sheets-drawn").replaceChildren(...made);
}

async function finish(job) {
  title(job);
  get("progress").value = 1;
  const spent = Object.values(job.seconds).reduce((sum, each) => sum + each, 0);
  get("stage").textContent = job.state === "done" ? `took ${clock(spent)}` : "";
  verdict(job);
  const told = worstFirst(job.findings);
  if (told.length) get("job-findings").replaceChildren(element("h3", {}, "Findings"), ...findingLists(told));
  list();
  if (job.state === "done") await results(job);
}

const ENDS = {
  failed: ["not", "Nothing could be made of it", ": see the findings."],
  cancelled: ["not", "Stopped", ": nothing of it is kept."],
  done: ["not", "Not complete", ": see the findings; what could be done is there."],
};

function verdict(job) {
  const left = job.unplaced.reduce((sum, row) => sum + row.quantity, 0);
  let [kind, head, rest] = ENDS[job.state];
  if (job.state === "done" && job.exit === 0) {
    const { sheets, yield: share, yield_to_crop_line: cropped } = job.summary;
    const proven = job.programs.length ? ` ${counted(job.programs.length, "program")} read back and proven.` : "";
    [kind, head, rest] = ["good", "Complete", `: ${counted(sheets, "sheet")}, yield ${percent(share)}, ${percent(cropped)} to the crop line.${proven}`];
  } else if (left) rest = `: ${counted(left, "piece")} not placed; see the findings.`;
  get("verdict").className = `verdict ${kind}`;
  get("verdict").replaceChildren(element("b", {}, head), rest);
  get("verdict").hidden = false;
  say(get("verdict").textContent);
}

async function results(job) {
  const { files } = await call(`/jobs/${job.id}/files`);
  if (shown !== job.id) return;
  const names = files.map((file) => file.name);
  const report = names.includes("report.html") ? [link(fileHref(job.id, "report.html", true), "Report", "main", { target: "_blank", rel: "noopener" })] : [];
  const all = link(zipHref(job.id), "All files (zip)", report.length ? "" : "main", { download: "" });
  const programs = files.filter((file) => job.programs.includes(file.name));
  const papers = files.filter((file) => !job.programs.includes(file.name) && file.name !== "report.html");
  const each = [...programs, ...papers].map((file) => link(fileHref(job.id, file.name), file.name, "", { download: file.name }, bytes(file.size)));
  get("files-made").replaceChildren(...[...report, all, ...each].map((one) => element("li", {}, one)));
  get("results").hidden = false;
  if (names.includes("nest.json")) await drawNest(job.id);
}

const link = (href, text, kind, more, size) => element("a", { href, class: kind, ...more }, text, size ? element("small", {}, size) : null);

async function drawNest(id) {
  const nest = await call(`/jobs/${id}/files/nest.json`);
  const sheets = nest.sheets.map((each) => ({ ...each, placements: each.placements.map((p) => [p.part, p.x, p.y, p.rotation, p.mirror]) }));
  if (shown === id) drawSheets(sheets, draw.shapes(nest.parts));
}

export async function list() {
  const { jobs } = await call("/jobs?most=20");
  get("no-jobs").hidden = jobs.length > 0;
  get("jobs").replaceChildren(...jobs.map(row));
}

function row(job) {
  const when = new Date(job.created);
  return element("li", {}, element("a", { href: `#job=${job.id}` }, job.name), element("span", { class: job.state === "failed" ? "bad" : "lead" }, job.state), element("time", { class: "lead", datetime: job.created }, when.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })));
}

export function listen() {
  get("stop").addEventListener("click", async () => {
    try {
      await call(`/jobs/${shown}`, { method: "DELETE" });
    } catch (error) {
      if (error.status !== 409) complain(error);
    }
  });
  const follow = () => {
    const id = /^#job=([0-9a-f]{32})$/.exec(location.hash)?.[1];
    if (id && id !== shown) show(id);
  };
  addEventListener("hashchange", follow);
  follow();
}
