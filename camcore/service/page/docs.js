// The reference of the routes, from the service's own OpenAPI document.

import { call } from "./api.js";
import { element } from "./words.js";

const list = (rows) => (rows.length ? element("dl", {}, ...rows.flatMap(([name, words]) => [element("dt", {}, element("code", {}, name)), element("dd", {}, words)])) : null);
const document_ = await call("/openapi.json");
document.getElementById("about").textContent = document_.info.description;
const groups = new Map();
for (const [path, methods] of Object.entries(document_.paths)) {
  for (const [verb, operation] of Object.entries(methods)) {
    const tag = operation.tags?.[0] ?? "other";
    groups.set(tag, [...(groups.get(tag) ?? []), article(verb, path, operation)]);
  }
}
document.getElementById("operations").append(...[...groups].map(([tag, articles]) => element("section", {}, element("h2", {}, tag), ...articles)));

function article(verb, path, operation) {
  const head = element("h3", {}, element("code", { class: "verb" }, verb), element("code", {}, path));
  const rows = (operation.parameters ?? []).map((each) => [each.name, each.description ?? ""]);
  const codes = Object.entries(operation.responses).map(([status, response]) => [status, response.description]);
  const body = operation.requestBody?.content["application/json"];
  const example = body && (Object.values(body.examples ?? {})[0]?.value ?? null);
  return element("article", {}, head, element("p", {}, operation.description ?? ""), list(rows), example ? element("pre", { tabindex: "0" }, JSON.stringify(example, null, 1)) : null, list(codes));
}
