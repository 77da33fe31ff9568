// Price breaks of a quote, and each line of a price opened to where its figures come from.

import { clock, element, money, percent } from "./words.js";

const HEADS = ["Quantity", "Sheets", "Yield", "Machine", "Price each", "Price"];

export function breaks(quote, quantity) {
  if (!quote.breaks.length) return [element("p", { class: "bad" }, quote.findings.map((finding) => finding.message).join("; "))];
  const chosen = quote.breaks.find((each) => each.quantity === quantity) ?? quote.breaks[0];
  const words = `${quote.currency}, ${quote.example ? "by the example rates that come with camcore: nobody's own" : `by the rates of ${quote.shop}`}`;
  return [table(quote), element("p", { class: "hint" }, words), lines(chosen, quote)];
}

function table(quote) {
  const head = element("tr", {}, ...HEADS.map((word) => element("th", { scope: "col" }, word)));
  const rows = quote.breaks.map((each) => {
    const sheets = each.stocks.reduce((sum, stock) => sum + stock.count, 0);
    const cells = [sheets ? (sheets - 1 + each.last_share).toFixed(2) : "0", percent(each.yield), clock(each.seconds), money(each.unit_price), money(each.total)];
    return element("tr", {}, element("th", { scope: "row" }, each.quantity.toLocaleString("en")), ...cells.map((cell) => element("td", {}, cell)));
  });
  const caption = element("caption", { class: "unseen" }, `${quote.name}: price breaks`);
  return element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...rows));
}

function lines(chosen, quote) {
  const items = chosen.lines.map((line) => {
    const inputs = [...line.inputs, ...line.about].flatMap((input) => [element("dt", {}, `${input.name} = ${input.value} ${input.unit}`), element("dd", {}, origin(input.origin))]);
    const head = element("summary", {}, `${line.name} `, element("b", {}, money(line.amount)));
    return element("details", {}, head, element("p", {}, element("code", {}, line.formula)), element("dl", { class: "inputs" }, ...inputs));
  });
  const head = element("summary", {}, `Where ${money(chosen.total)} ${quote.currency} for ${chosen.quantity.toLocaleString("en")} comes from`);
  return element("details", { class: "lines" }, head, ...items);
}

function origin({ kind, status, file, key, line }) {
  const place = file ? `${file}${line ? `, line ${line}` : ""}${key ? `, ${key}` : ""}` : (key ?? "");
  return [kind, place, status].filter(Boolean).join(" · ");
}
