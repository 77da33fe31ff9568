"""The numbers that the cuts rest on, as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from camcore.report.figures import Figures, counted, percent, trimmed
from camcore.report.model import JobRecord
from camcore.toolpath import wear

Show = Callable[[Figures, Any], str]


def _seconds(figures: Figures, value: float) -> str:
    return f"{trimmed(value, 3)} s"


def _share(figures: Figures, value: float) -> str:
    return percent(value)


def _degrees(figures: Figures, value: float) -> str:
    return f"{trimmed(value, 2)}°"


def _plain(figures: Figures, value: float | str) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else trimmed(value, 3)


def _switch(figures: Figures, value: bool) -> str:
    return "on" if value else "off"


def _sense(figures: Figures, value: bool) -> str:
    return "climb" if value else "conventional"


LABELS: dict[str, tuple[str, Show]] = {
    "kerf": ("Kerf", Figures.length),
    "feed": ("Feed", Figures.feed),
    "power": ("Power", _share),
    "pierce": ("Pierce time", _seconds),
    "lead": ("Lead-in", Figures.length),
    "lead_out": ("Lead-out", Figures.length),
    "overcut": ("Overcut", Figures.length),
    "lead_shape": ("Shape of the leads", _plain),
    "lead_spot": ("Place of the leads", _plain),
    "soft_pierce": ("Soft pierce", _switch),
    "passes": ("Passes of a cut", _plain),
    "focus_step": ("Focus lowered each pass", Figures.length),
    "corner_power": ("Least power in corners", _share),
    "joints": ("Micro-joints of a small part", _plain),
    "joint_width": ("Micro-joint width", Figures.length),
    "joint_below": ("Micro-joints up to, mm²", _plain),
    "heat_gap": ("Distance to the cut before", Figures.length),
    "common_cut": ("Common lines", _switch),
    "goes_round": ("Travel around loose parts", _switch),
    "mark_feed": ("Marking feed", Figures.feed),
    "mark_power": ("Marking power", _share),
    "mark_passes": ("Passes of a mark", _plain),
    "score_feed": ("Scoring feed", Figures.feed),
    "score_power": ("Scoring power", _share),
    "score_passes": ("Passes of a score", _plain),
    "air": ("Air or extraction", _switch),
    "plunge": ("Plunge feed", Figures.feed),
    "step_down": ("Step-down", Figures.length),
    "breakthrough": ("Breakthrough", Figures.length),
    "ramp_angle": ("Ramp angle", _degrees),
    "tab_width": ("Tab width", Figures.length),
    "tab_height": ("Tab height", Figures.length),
    "tabs": ("Tabs of a part", _plain),
    "tab_every": ("Edge for each tab", Figures.length),
    "climb": ("Milling", _sense),
    "clearance": ("Clearance height", Figures.length),
    "mark_depth": ("Marking depth", Figures.length),
    "step_ratio": ("Step-down over diameter", _plain),
    "peck_ratio": ("Pecks from depth over diameter", _plain),
    "step_over": ("Step-over of pockets over diameter", _plain),
    "rest": ("Corners of pockets by a smaller tool", _switch),
    "finish": ("Stock for the finish pass", Figures.length),
    "tool_life": ("Tool life, m of path", _plain),
    "tab_shape": ("Shape of tabs", _plain),
    "constant_clearing": ("Pockets with constant engagement", _switch),
    "corner_feed": ("Least feed in corners over feed", _share),
    "peck_step": ("Peck over diameter", _plain),
    "peck": ("Peck asked for (0: over diameter)", Figures.length),
    "chip_break": ("Pecks stay in the hole (G73)", _switch),
    "onion_skin": ("Onion skin", Figures.length),
    "onion_skin_cut": ("Onion skin cut last", _switch),
    "onion_skin_feed": ("Feed in the skin over feed", _share),
    "onion_skin_area": ("Onion skin from, mm²", _plain),
    "vacuum_area": ("Vacuum alone from, mm²", _plain),
}
"""Name of each parameter of `LaserSetup` and `MillSetup`, and how its value is shown."""
APART = ("tools", "profile_tool", "feed", "plunge", "holding")
"""Fields that the table of tools shows, where a mill has them, and those that hold others."""
SHARED = {"step_ratio": "step_down", "constant_clearing": "clearing", "tab_every": "tabs"}
"""Parameters without a source of their own, and the one whose source they share."""
OF_MACHINE = ("clearance", "air")
"""Parameters that the machine's file states."""


def process_rows(job: JobRecord) -> Iterator[list[str]]:
    """Name, value, and status with source of each parameter."""
    figures, setup, rules = Figures(job.units), job.setup, job.nest.rules
    yield ["Spacing of parts", figures.length(rules.spacing), source(job, "spacing")]
    yield ["Margin of sheets", figures.length(rules.margin), source(job, "margin")]
    yield from _rates(job)
    process = setup.laser or setup.mill
    for stated in (process, setup.mill.holding if setup.mill else None):
        for field in fields(stated) if stated else ():
            if setup.laser or field.name not in APART:
                label, show = LABELS.get(field.name, (field.name.replace("_", " ").capitalize(), _plain))
                yield [label, show(figures, getattr(stated, field.name)), source(job, field.name)]


def _rates(job: JobRecord) -> Iterator[list[str]]:
    """Where a mill's speeds and feeds come from, which stand tool by tool in the table of tools."""
    rates = {
        "rpm": "Speed: 1000 v / π D",
        "feed": "Feed: rev/min × feed per rev",
        "plunge": "Plunge feed: share of feed",
    }
    for name, label in rates.items() if job.setup.mill else ():
        yield [label, "job" if source(job, name) == "job" else "by tool", source(job, name)]


def tool_rows(job: JobRecord) -> Iterator[list[str]]:
    """Number, name, diameter, speed, feed, plunge, count of cuts, path and wear of each tool that the plans use."""
    figures, mill = Figures(job.units), job.setup.mill
    cuts = [cut.tool for record in job.sheets if record.plan for cut in record.plan.cuts]
    metres = wear.totals(record.plan for record in job.sheets if record.plan)
    for tool in mill.tools.values() if mill else ():
        if mill and tool.number in cuts:
            feed, plunge = figures.feed(mill.feed[tool.number]), figures.feed(mill.plunge[tool.number])
            speed, width = f"{tool.rpm:,.0f} rpm", f"⌀ {figures.length(tool.diameter)}"
            way = metres.get(tool.number, 0.0)
            named, count = [str(tool.number), tool.name or tool.kind], f"{cuts.count(tool.number):,}"
            yield [*named, width, speed, feed, plunge, count, figures.travel(1000 * way), _wear(way, mill.tool_life)]


def _wear(metres: float, life: float) -> str:
    """How much of a tool's life a path takes, and how many fresh ones come after the first."""
    if not metres or not life:
        return "not known" if metres else "–"
    changes = int(metres / life)
    return f"{percent(metres / life)} of {life:g} m" + (f": {counted(changes, 'change')}" if changes else "")


def source(job: JobRecord, name: str) -> str:
    """Where the number of that name comes from: job, material library or machine."""
    if name in OF_MACHINE:
        return f"machine {job.machine.name}"
    return job.setup.sources.get(SHARED.get(name, name), "not stated")
