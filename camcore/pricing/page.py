"""A quote as one self-contained HTML page; each line of a break opens to its formula and its figures."""

from __future__ import annotations

from importlib import resources

from camcore.formats.quote import BreakModel, LineModel, QuoteFile
from camcore.pricing.tell import figures, source, table
from camcore.report.markup import Markup, facts, join, tag


def page(quote: QuoteFile) -> str:
    """The whole page; it loads nothing."""
    style = Markup((resources.files("camcore.pricing") / "quote.css").read_text("utf-8"))
    head = join(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"Quote {quote.name}"),
        tag("style", style),
    )
    body = tag("main", _top(quote), _breaks(quote), *(_opened(quote, each) for each in quote.breaks), _findings(quote))
    return "<!doctype html>\n" + tag("html", tag("head", head), tag("body", body), lang="en") + "\n"


def _top(quote: QuoteFile) -> Markup:
    rows = [
        ("Material", f"{quote.material}, {quote.thickness:g} mm"),
        ("Machine", quote.machine),
        ("Rates", join(quote.rates, " ", tag("small", f"sha256 {quote.rates_sha256[:12]}…"))),
        ("Prices in", f"{quote.currency} a {quote.each}"),
    ]
    warning = tag("p", tag("b", "Example rates."), " Not prices of anybody: see the findings.", class_="example")
    return join(
        tag("p", "Quote", class_="kind"), tag("h1", quote.name), warning if quote.example else None, facts(rows)
    )


def _breaks(quote: QuoteFile) -> Markup:
    heads, *rows = table(quote)
    body = [
        tag("tr", tag("th", tag("a", row[0], href=f"#q{row[0]}"), scope="row"), [tag("td", cell) for cell in row[1:]])
        for row in rows
    ]
    named = tag("thead", tag("tr", [tag("th", head, scope="col") for head in heads]))
    return tag("div", tag("table", named, tag("tbody", body), class_="breaks"), class_="wide")


def _opened(quote: QuoteFile, each: BreakModel) -> Markup:
    made = ", ".join(f"{part.made} × {part.id}" for part in each.parts)
    sure = f"{made} made; {each.confidence.level}: {each.confidence.reason}"
    why = tag("p", f"Each costs more than in the quantity before: {each.why}", class_="why") if each.why else None
    total = tag("p", tag("span", "Total"), tag("b", f"{each.total} {quote.currency}"), class_="total")
    title = tag(
        "h2", f"{each.quantity} ", tag("small", f"{each.unit_price} {quote.currency} each"), id=f"q{each.quantity}"
    )
    return tag("section", title, tag("p", sure, class_="lead"), why, [_line(line) for line in each.lines], total)


def _line(line: LineModel) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", figure.name, scope="row"),
            tag("td", f"{figure.value} {figure.unit}"),
            tag("td", source(figure)),
        )
        for figure in figures(line)
    ]
    title = tag("summary", tag("span", f"{line.group}"), tag("span", line.name), tag("b", str(line.amount)))
    return tag("details", title, tag("p", "= ", line.formula, class_="formula"), tag("table", tag("tbody", rows)))


def _findings(quote: QuoteFile) -> Markup | None:
    told = [each for each in quote.findings if each.severity != "info"]
    if not told:
        return None
    rows = [tag("li", tag("code", each.code), f" {each.message}", tag("small", f" {each.advice}")) for each in told]
    return tag("section", tag("h2", "Findings"), tag("ul", rows))
