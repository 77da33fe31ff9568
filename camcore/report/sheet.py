"""The picture of one sheet: stock, parts, and the cuts as the proof read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources

from camcore.findings import Finding
from camcore.geometry import Box, Curve
from camcore.nesting.model import NestedSheet, Placement
from camcore.part import Part
from camcore.report.figures import Figures
from camcore.report.markup import Markup, join, tag
from camcore.report.model import JobRecord, SheetRecord
from camcore.report.motion import Leg, cut_of_each, legs
from camcore.report.spots import label_spot
from camcore.report.svg import matrix, number, path_data
from camcore.toolpath.model import Cut, Plan, Role

RAMP = 12
"""Colours that tell the cutting order."""

LAYERS: dict[str, str] = {
    "parts": "Parts",
    "labels": "Item numbers",
    "marks": "Engraved marks",
    "cuts": "Cut path, first to last",
    "swath": "Width of cut",
    "leads": "Lead-ins and lead-outs",
    "tabs": "Tabs",
    "rapids": "Rapids",
    "crop": "Crop line and remnant",
    "places": "Findings",
}
"""Layers of a picture that can be switched, by the class of their group."""
HIDDEN_AT_FIRST = frozenset({"swath"})


def sheet_svg(record: SheetRecord, job: JobRecord) -> str:
    """A picture of one sheet that stands for itself, as the text of an SVG file."""
    style = (resources.files("camcore.report") / "sheet.css").read_text("utf-8")
    picture = sheet_picture(record, job, "s")
    head, body = picture.removesuffix("</svg>").split(">", 1)
    first = tag("style", Markup(style))
    return f'{head} xmlns="http://www.w3.org/2000/svg">{first}{body}{_marked(record.sheet, job.marking)}</svg>\n'


def _marked(sheet: NestedSheet, marking: str) -> Markup:
    """The marking over the sheet, as large as it fits."""
    box = sheet.stock.outline.box
    longest = max(box.width, box.height)
    size = min(0.022 * longest, 1.6 * box.width / max(1, len(marking)))
    place = {"x": number(box.centre[0]), "y": number(box.y0 - 0.015 * longest), "font_size": number(size)}
    return tag("g", tag("text", marking, **place), class_="rulers marking") if marking else Markup("")


def sheet_picture(record: SheetRecord, job: JobRecord, key: str) -> Markup:
    """SVG element of one sheet; `key` begins the ids in it. The group that holds the geometry has y pointing up, mm."""
    sheet = record.sheet
    box = sheet.stock.outline.box
    pad = 0.05 * max(box.width, box.height)
    view = box.grown(pad)
    window = " ".join(number(value) for value in (view.x0, view.y0, view.width, view.height))
    upright = f"matrix(1 0 0 -1 0 {number(box.y0 + box.y1)})"
    return tag(
        "svg",
        _definitions(sheet, job.nest.parts, key),
        tag("g", *_drawn(record, job, key), transform=upright),
        tag("g", *_labels(sheet, job), class_="labels"),
        _rulers(box, pad, Figures(job.units)),
        class_=" ".join(["sheet", *(f"no-{layer}" for layer in sorted(HIDDEN_AT_FIRST))]),
        viewBox=window,
        role="img",
        aria_label=f"{sheet.id}: {len(sheet.placements)} parts on {sheet.stock.id}",
        id=key,
    )


def _drawn(record: SheetRecord, job: JobRecord, key: str) -> Iterator[Markup]:
    sheet, plan = record.sheet, record.plan
    yield tag("path", class_="stock", d=path_data([sheet.stock.outline, *sheet.stock.holes]), fill_rule="evenodd")
    yield tag("g", *_crop(sheet, key), class_="crop")
    yield tag("g", *_pieces(sheet.placements, job.nest.parts, key), class_="parts")
    if plan is not None:
        yield tag("use", href=f"#{key}-motion", class_="swath", style=f"--width:{number(_width(plan))}")
    if record.verdict is not None:
        found = legs(record.verdict.moves, job.machine)
        motion = tag("g", *_motion(found, plan.cuts if plan else ()), id=f"{key}-motion")
        yield tag("g", motion, class_="lines")
    if plan is not None:
        yield tag("g", *_leads(plan.cuts), class_="leads")
        yield tag("g", *_tabs(plan.cuts), class_="tabs")
    yield tag("g", *_places(places(record, job)), class_="places")
    yield tag("g", class_="head")


def _definitions(sheet: NestedSheet, parts: Mapping[str, Part], key: str) -> Markup:
    """One shape for each part on the sheet, used once for each piece; and the hatch of what is left over."""
    stripe = tag("path", d="M0 0V10", class_="stripe")
    hatch = tag(
        "pattern",
        stripe,
        id=f"{key}-hatch",
        width=10,
        height=10,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    shapes = [
        tag("g", part_shape(parts[name]), id=f"{key}-{index}")
        for name, index in _numbers(sheet.placements, parts).items()
    ]
    return tag("defs", hatch, shapes)


def part_shape(part: Part) -> Markup:
    """A part's face with its holes and marks, in its own coordinates."""
    drills = [Curve.circle(drill.x, drill.y, drill.diameter / 2) for drill in part.drills if drill.diameter]
    face = tag("path", d=path_data([part.outline, *part.holes, *drills]), fill_rule="evenodd", class_="face")
    marks = tag("path", d=path_data(part.marks), class_="mark") if part.marks else None
    return join(face, marks)


def _numbers(placements: Iterable[Placement], parts: Mapping[str, Part]) -> dict[str, int]:
    used = {placement.part for placement in placements}
    return {name: number_ for name, number_ in item_numbers(parts).items() if name in used}


def item_numbers(parts: Mapping[str, Part]) -> dict[str, int]:
    """Item number of each part, from 1, as part list and pictures show it."""
    return {name: index for index, name in enumerate(parts, 1)}


def _pieces(placements: Iterable[Placement], parts: Mapping[str, Part], key: str) -> Iterator[Markup]:
    numbers = item_numbers(parts)
    for index, placement in enumerate(placements):
        words = tag("title", f"{placement.part} (placement {index})")
        yield tag("use", words, href=f"#{key}-{numbers[placement.part]}", transform=matrix(placement.pose))


# -- cuts -------------------------------------------------------------------------------------------------------------


def _motion(found: list[Leg], cuts: tuple[Cut, ...]) -> Iterator[Markup]:
    """Legs in program order; of what is cut, the colour says when."""
    total = max(1, sum(leg.cuts for leg in found))
    done = 0
    for leg, index in zip(found, cut_of_each(found, cuts), strict=True):
        words = f"lines {leg.lines[0]}–{leg.lines[1]}"
        if not leg.cuts:
            kind, words = "rapid", f"rapid, {words}"
        else:
            kind = f"cut k{RAMP * done // total}"
            done += 1
        if index is not None:
            cut = cuts[index]
            kind += " engraved" if cut.kind == "mark" else ""
            words = f"{cut.kind} of {cut.part} (placement {cut.placement}), cut {index + 1} of {len(cuts)}, {words}"
        yield tag("path", tag("title", words), class_=kind, d=leg.data, data_s=f"{leg.seconds:.2f}")


def _leads(cuts: Iterable[Cut]) -> Iterator[Markup]:
    rows = list(cuts)
    for name, roles in (("lead-in", (Role.LEAD_IN,)), ("lead-out", (Role.LEAD_OUT, Role.OVERCUT))):
        curves = [stroke.curve for cut in rows for stroke in cut.strokes if stroke.role in roles]
        yield tag("path", class_=name, d=path_data(curves))
    starts = "".join(f"M{number(x)} {number(y)}h0" for x, y in (cut.start for cut in rows))
    yield tag("path", class_="pierce", d=starts)


def _tabs(cuts: Iterable[Cut]) -> Iterator[Markup]:
    for tab in (tab for cut in cuts for tab in cut.tabs):
        yield tag("circle", cx=number(tab.x), cy=number(tab.y), r=number(tab.width / 2))


def _width(plan: Plan) -> float:
    """Width that the usual cut takes away, mm."""
    outlines = [cut.tool for cut in plan.cuts if cut.kind == "outline"] or [cut.tool for cut in plan.cuts]
    return plan.kerf or (plan.tools[outlines[0]].diameter if outlines and outlines[0] in plan.tools else 0.0)


# -- what stands around ----------------------------------------------------------------------------------------------


def _crop(sheet: NestedSheet, key: str) -> Iterator[Markup]:
    box = sheet.stock.outline.box
    if sheet.remnant is not None:
        yield tag("path", d=path_data([sheet.remnant]), style=f"fill:url(#{key}-hatch)", class_="remnant")
    if sheet.remnant is not None and sheet.remnant.box.x0 < sheet.used_length:
        yield tag("path", d=path_data([sheet.remnant]), class_="crop-line")
    elif box.x0 < sheet.used_length < box.x1:
        yield tag("path", d=f"M{number(sheet.used_length)} {number(box.y0)}V{number(box.y1)}", class_="crop-line")


def _labels(sheet: NestedSheet, job: JobRecord) -> Iterator[Markup]:
    """Item numbers, upright and inside the material of each piece."""
    parts = job.nest.parts
    box = sheet.stock.outline.box
    largest = 0.022 * max(box.width, box.height)
    spots = {name: label_spot(parts[name]) for name in {p.part for p in sheet.placements}}
    numbers = item_numbers(parts)
    for placement in sheet.placements:
        spot, room = spots[placement.part]
        ((x, y),) = placement.pose.points(spot).tolist()
        text = str(numbers[placement.part])
        size = min(largest, 1.6 * room / max(1.0, 0.6 * len(text)))
        yield tag("text", text, x=number(x), y=number(box.y0 + box.y1 - y), style=f"--size:{number(size)}px")


def places(record: SheetRecord, job: JobRecord) -> list[Finding]:
    """Findings that have a place on this sheet, each once."""
    own = [finding for finding in job.findings if finding.where.get("sheet") == record.sheet.id]
    own += record.verdict.findings if record.verdict else ()
    return list({str(finding): finding for finding in own if {"x", "y"} <= finding.where.keys()}.values())


def _places(findings: Iterable[Finding]) -> Iterator[Markup]:
    for finding in findings:
        spot = f"M{number(finding.where['x'])} {number(finding.where['y'])}h0"
        yield tag("path", tag("title", str(finding)), d=spot, class_=f"place {finding.severity}")


def _rulers(box: Box, pad: float, figures: Figures) -> Markup:
    """Sheet size along two edges, and the work zero."""
    size = number(0.36 * pad)
    (x, y), (left, low) = box.centre, (box.x0 - 0.35 * pad, box.y1 + 0.7 * pad)
    turned = f"translate({number(left)} {number(y)}) rotate(-90)"
    zero = Curve.circle(0.0, box.y0 + box.y1, 0.16 * pad)
    return tag(
        "g",
        tag("text", figures.length(box.width), x=number(x), y=number(low), font_size=size),
        tag("text", figures.length(box.height), transform=turned, font_size=size),
        tag("path", d=path_data([zero]), class_="zero"),
        class_="rulers",
    )
