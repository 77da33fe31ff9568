"""One sheet on the page: its picture, what there is to know of it, the switches of its layers, and the player."""

from __future__ import annotations

from camcore.nesting import measure
from camcore.program import Times
from camcore.report import tables
from camcore.report.figures import Figures, counted, duration, percent
from camcore.report.markup import Child, Markup, facts, join, tag
from camcore.report.model import JobRecord, SheetRecord
from camcore.report.sheet import HIDDEN_AT_FIRST, LAYERS, places, sheet_picture


def sheet_article(record: SheetRecord, job: JobRecord, key: str) -> Markup:
    """The article of one sheet; `key` begins the ids in it."""
    sheet = record.sheet
    often = f", cut {sheet.repeat} times" if sheet.repeat > 1 else ""
    title = tag("h3", sheet.id, tag("small", f" {sheet.stock.id}{often}"), id=f"{key}-title")
    view = tag(
        "div",
        sheet_picture(record, job, key),
        class_="view",
        tabindex=0,
        role="group",
        aria_label=f"Picture of {sheet.id}; plus, minus, arrows and 0 move it",
    )
    panel = tag("div", _sheet_facts(record, job), _layers(record, job, key), class_="panel")
    figure = tag("div", tag("div", view, _player(record, key), class_="stage"), panel, class_="figure")
    return tag("article", title, figure, aria_labelledby=f"{key}-title")


def _sheet_facts(record: SheetRecord, job: JobRecord) -> Markup:
    sheet, figures = record.sheet, Figures(job.units)
    rows: list[tuple[str, Child]] = [
        ("Program", tag("code", record.program) if record.program else "none saved"),
        ("Proof", tables.outcome(record.verdict.proven) if record.verdict else "not made"),
        ("Pieces", str(len(sheet.placements))),
        ("Yield", percent(measure.sheet_yield(sheet, job.nest.parts))),
        ("Crop line", figures.length(sheet.used_length)),
    ]
    if sheet.remnant is not None:
        within = "" if measure.is_rectangle(sheet.remnant) else "within "
        rows.append(("Remnant", within + figures.size(sheet.remnant.box.width, sheet.remnant.box.height)))
    if record.times:
        rows += _times(record.times, figures)
    return facts(rows)


def _times(times: Times, figures: Figures) -> list[tuple[str, Child]]:
    kinds = [
        ("cutting", times.cutting),
        ("rapids", times.rapid),
        ("dwell", times.dwell),
        ("tool changes", times.tool_change),
    ]
    shares = ", ".join(f"{name} {duration(value)}" for name, value in kinds if value)
    pierces = f", {counted(times.pierces, 'pierce')}" if times.pierces else ""
    return [
        ("Time", join(duration(times.total), tag("small", shares))),
        (
            "Length",
            join(
                figures.travel(times.cut_length),
                tag("small", f"{figures.travel(times.rapid_length)} of rapids{pierces}"),
            ),
        ),
    ]


def _layers(record: SheetRecord, job: JobRecord, key: str) -> Markup:
    """Switches of those layers that this picture has."""
    present = _present(record) | ({"places"} if places(record, job) else set())
    switches = [
        tag(
            "label",
            tag("input", type="checkbox", value=name, checked=name not in HIDDEN_AT_FIRST),
            tag("i", class_=f"swatch {name}"),
            title,
        )
        for name, title in LAYERS.items()
        if name in present
    ]
    hint = tag(
        "p", "Click it, then the wheel, a pinch or + and − zoom; drag or arrows move; 0 shows all.", class_="hint"
    )
    return tag("fieldset", tag("legend", "Layers"), switches, hint, class_="layers", data_for=key)


def _present(record: SheetRecord) -> set[str]:
    names = {"parts", "labels"}
    names |= {"crop"} if record.sheet.used_length < record.sheet.stock.outline.box.x1 else set()
    names |= {"cuts", "rapids"} if record.verdict else set()
    if record.plan:
        kinds = {cut.kind for cut in record.plan.cuts}
        names |= {"swath", "leads"} | ({"marks"} if "mark" in kinds else set())
        names |= {"tabs"} if any(cut.tabs for cut in record.plan.cuts) else set()
    return names


def _player(record: SheetRecord, key: str) -> Markup | None:
    """The slider that runs the program; nothing without a program."""
    if record.verdict is None or not record.verdict.moves:
        return None
    name = f"Run the program of {record.sheet.id}"
    return tag(
        "div",
        tag("button", "▶", type="button", class_="play", aria_label="Play"),
        tag("button", "‹", type="button", class_="back", aria_label="Previous cut"),
        tag("input", type="range", min=0, max=1000, value=1000, step="any", aria_label=name),
        tag("button", "›", type="button", class_="next", aria_label="Next cut"),
        tag("output", "", aria_live="off"),
        class_="player",
        data_for=key,
    )
