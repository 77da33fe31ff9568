"""Material, machine and job to numbers: what the job says goes before what the library says."""

from __future__ import annotations

import difflib
import math
from dataclasses import replace

from camcore.findings import CamError, Finding
from camcore.machine import Machine
from camcore.material.model import Material, MillFamily
from camcore.tooling import ToolSpec
from camcore.toolpath.beam_setup import LASER_KEYS, laser
from camcore.toolpath.ledger import Ledger, Overrides, cropped, figure, practice, refuse
from camcore.toolpath.model import Tool
from camcore.toolpath.setup import Holding, MillSetup, Setup

MILL_KEYS = (
    "tool", "feed", "plunge", "rpm", "step_down", "breakthrough", "ramp_angle", "tab_width", "tab_height", "tabs",
    "climb", "flute", "mark_depth", "crop", "step_over", "rest", "finish", "tool_life",
    "clearing", "tab_shape", "corner_feed", "peck", "chip_break",
    "onion_skin", "onion_skin_cut", "onion_skin_feed", "onion_skin_area", "vacuum_area",
)  # fmt: skip
INSTEAD = {
    ("mill", "lead"): "a mill goes down on a ramp along the contour, which lies in the cut anyway: set ramp_angle",
    ("mill", "lead_out"): "a mill lifts off where its last round ends, and leaves the contour nowhere else",
    ("mill", "overcut"): "a mill's last pass is a whole round from where its ramp ends",
    ("mill", "kerf"): "a mill cuts as wide as its tool: set tool",
    ("laser", "tool"): "a laser cuts as wide as its kerf: set kerf",
}
"""What to do where a setting of the other process is asked for."""
DEFAULT_TOOLS: dict[str, float] = {
    "endmill 1/8 in": 3.175,
    "endmill 2 mm": 2.0,
    "endmill 1 mm": 1.0,
    "drill 1 mm": 1.0,
    "drill 1.5 mm": 1.5,
    "drill 2 mm": 2.0,
    "drill 2.5 mm": 2.5,
    "drill 3 mm": 3.0,
}
"""Tools of a mill whose file names none; a router with no tool change has the first alone."""
DEFAULT_SINKS = {f"countersink {angle} deg": ToolSpec(diameter=12.7, angle=angle, tip=0.2) for angle in (90, 82)}
"""Countersinks of such a mill: 82 degrees are usual for flat heads in inches, 90 for metric ones and broken edges."""
SAME_TOOL = 0.01
"""Diameters this near, mm, are one tool."""
TABS, TAB_EVERY = 2, 250.0
"""Unless the job says otherwise: at least so many tabs on a part, and one for each so many mm around it."""
STEP_OVER = 0.4
"""Distance of a pocket's passes in diameters of the tool, unless the job says otherwise; a tool that is wider engaged
runs hot and lifts the plies. From 0.5 on something could stay standing in corners."""

TAB_SHAPES = ("trapezoid", "triangle")
"""Tabs seen along the edge: with a flat top, or ending in an edge, which parts by hand and leaves less to file."""
CLEARINGS = ("offset", "constant")
"""Ways of clearing pockets."""
CORNER_FEED = 0.3
"""Least share of the feed in inside corners, unless the job says otherwise: slower, a tool rubs rather than cuts."""
SKIN_FEED = 0.5
"""Share of the feed at which onion skins are cut, unless the job says otherwise: the part is held by little then."""
OWN_RULE = "camcore's own rule"


def resolve(machine: Machine, material: Material, thickness: float, overrides: Overrides | None = None) -> Setup:
    """How `material` of `thickness` mm is cut on `machine`; `overrides` are the keys of the job's [process].

    Raises CamError: E331 a material that this process must not cut, E333 an override that is unknown or does not fit.
    Figures that the library marks uncalibrated are marked so in `sources`.
    """
    if not thickness > 0:
        refuse(f"thickness {thickness:g} mm is not above 0", "give the sheet's thickness", "thickness")
    ledger = Ledger(overrides or {})
    _refuse_unknown(ledger.overrides, LASER_KEYS if machine.process == "laser" else MILL_KEYS, machine.process)
    if machine.process == "laser":
        return laser(machine, material, thickness, ledger)
    return _mill(machine, material, thickness, ledger)


def _refuse_unknown(overrides: Overrides, known: tuple[str, ...], process: str) -> None:
    wrong = []
    for key in overrides:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            guess = f"did you mean {close[0]!r}?" if close else f"a {process} knows {', '.join(known)}"
            advice = INSTEAD.get((process, key), guess)
            where = {"key": f"process.{key}"}
            wrong.append(Finding("E333", f"a {process} has no process setting {key!r}", advice, where=where))
    if wrong:
        raise CamError(wrong)


def _mill(machine: Machine, material: Material, thickness: float, ledger: Ledger) -> Setup:
    family = material.mill
    if family is None:
        message = f"{material.title} must not be milled: the library knows no way to hold and cut it"
        raise CamError(Finding("E331", message, "cut it by laser"))
    tools, profile = _tools(machine, ledger)
    mill = _profiling(machine, material, (tools, profile), thickness, ledger)
    mill = _clearing(_pecking(mill, material, family, ledger), material, family, ledger)
    _check_mill(mill, thickness)
    _check_flutes(tools[profile], thickness + mill.breakthrough, ledger)
    rule = material.spacing["mill"]
    width = tools[profile].diameter
    spacing = rule.spacing(width, thickness) + mill.finish
    return Setup(
        "mill", thickness, width + mill.finish, spacing, rule.margin.value, mill=mill,
        sources=ledger.sources | {"spacing": material.cited(rule.least), "margin": material.cited(rule.margin)},
        findings=tuple(ledger.findings), crop=cropped(ledger),
    )  # fmt: skip


def _profiling(
    machine: Machine, material: Material, given: tuple[dict[int, Tool], int], thickness: float, ledger: Ledger
) -> MillSetup:
    """How outlines, tabs and marks are cut; `given`: the tools, and the number of the one for outlines."""
    assert machine.heights
    assert material.mill
    family, (tools, profile) = material.mill, given
    running = {number: _running(machine, family, tool, ledger) for number, tool in tools.items()}
    said, usual = _cited(material, family), practice(material)
    ledger.sources.update({key: said[key] for key in ("feed", "plunge", "rpm") if key not in ledger.overrides})
    height = thickness / 2 if thickness <= 1.5 else max(0.5, thickness / 3)
    return MillSetup(
        tools={number: tool for number, (tool, _, _) in running.items()},
        profile_tool=profile,
        feed={number: feed for number, (_, feed, _) in running.items()},
        plunge={number: plunge for number, (_, _, plunge) in running.items()},
        step_down=ledger.number("step_down", family.step_down.value * tools[profile].diameter, said["step_down"]),
        step_ratio=family.step_down.value,
        breakthrough=ledger.number("breakthrough", family.breakthrough.value, said["breakthrough"]),
        ramp_angle=ledger.number("ramp_angle", family.ramp_angle.value, said["ramp_angle"]),
        tab_width=ledger.number("tab_width", max(thickness, 1.524), usual),
        tab_height=ledger.number("tab_height", height, usual),
        tabs=round(ledger.number("tabs", TABS, usual)),
        tab_every=0.0 if "tabs" in ledger.overrides else TAB_EVERY,
        tab_shape=ledger.choice("tab_shape", TAB_SHAPES),
        climb=bool(ledger.number("climb", family.climb.value, said["climb"])),
        clearance=machine.heights.clearance,
        mark_depth=min(thickness, ledger.number("mark_depth", min(0.2, thickness / 4), usual)),
        air=machine.spindle.air if machine.spindle else False,
    )


def _pecking(mill: MillSetup, material: Material, family: MillFamily, ledger: Ledger) -> MillSetup:
    """With how deep holes are drilled."""
    said = _cited(material, family)
    ledger.sources.update(peck_ratio=said["peck_from"], peck_step=said["peck_depth"])
    return replace(
        mill,
        peck_ratio=family.peck_from.value,
        peck_step=family.peck_depth.value,
        peck=ledger.number("peck", 0.0, said["peck_depth"]),
        chip_break=bool(ledger.number("chip_break", family.chip_break.value, said["chip_break"])),
    )


def _clearing(mill: MillSetup, material: Material, family: MillFamily, ledger: Ledger) -> MillSetup:
    """With how pockets and corners are cut, what the last pass leaves, and what holds the part besides tabs."""
    usual = practice(material)
    return replace(
        mill,
        step_over=ledger.number("step_over", STEP_OVER, usual),
        rest=bool(ledger.number("rest", 1.0, usual)),
        finish=ledger.number("finish", 0.0, OWN_RULE),
        tool_life=ledger.number("tool_life", *figure(material, family.tool_life)),
        constant_clearing=ledger.choice("clearing", CLEARINGS) == "constant",
        corner_feed=ledger.number("corner_feed", CORNER_FEED, usual),
        holding=_holding(ledger, usual),
    )


def _holding(ledger: Ledger, source: str) -> Holding:
    return Holding(
        onion_skin=ledger.number("onion_skin", 0.0, OWN_RULE),
        onion_skin_cut=bool(ledger.number("onion_skin_cut", 1.0, OWN_RULE)),
        onion_skin_feed=ledger.number("onion_skin_feed", SKIN_FEED, source),
        onion_skin_area=ledger.number("onion_skin_area", 0.0, OWN_RULE),
        vacuum_area=ledger.number("vacuum_area", 0.0, OWN_RULE),
    )


def _cited(material: Material, family: MillFamily) -> dict[str, str]:
    """Where each number of the family comes from, by the setting that it is for."""
    names = ("step_down", "breakthrough", "ramp_angle", "climb", "peck_from", "peck_depth", "chip_break")
    speeds = {"feed": family.feed_per_rev, "plunge": family.plunge_share, "rpm": family.surface_speed}
    return {
        **{key: material.cited(value) for key, value in speeds.items()},
        **{name: material.cited(getattr(family, name)) for name in names},
    }


def _check_flutes(tool: Tool, depth: float, ledger: Ledger) -> None:
    """W507 where the job says how long the tool's flutes are, and the cut is deeper: its shank rubs on the edge."""
    flute = ledger.number("flute", 0.0, "") if "flute" in ledger.overrides else depth
    if depth > flute:
        message = f"{tool.name} cuts {depth:g} mm deep, its flutes are {flute:g} mm long"
        where = {"key": "process.flute", "size": depth, "limit": flute}
        ledger.findings.append(Finding("W507", message, "take a longer tool, or thinner stock", where=where))


def _check_mill(mill: MillSetup, thickness: float) -> None:
    if mill.step_down == 0:
        refuse("step_down = 0 never gets through", "give a depth above 0", "step_down")
    if not 0 < mill.ramp_angle <= 45:
        refuse(f"ramp_angle = {mill.ramp_angle:g} is not above 0 and up to 45 degrees", "3 is usual", "ramp_angle")
    if not 0 < mill.step_over <= 0.5:
        refuse(f"step_over = {mill.step_over:g} is not above 0 and up to 0.5", "0.4 is usual", "step_over")
    thinnest = min(tool.diameter for tool in mill.tools.values() if tool.kind == "endmill")
    if mill.finish >= thinnest / 4:
        message = f"finish = {mill.finish:g} mm is a quarter of the thinnest end mill's diameter or more"
        refuse(message, "0.1 to 0.2 mm is usual", "finish")
    if not 0 < mill.corner_feed <= 1:
        refuse(f"corner_feed = {mill.corner_feed:g} is not above 0 and up to 1", "0.3 is usual", "corner_feed")
    if mill.holding.onion_skin >= thickness / 2:
        message = f"onion_skin = {mill.holding.onion_skin:g} mm is half the sheet of {thickness:g} mm or more"
        refuse(message, "0.1 to 0.3 mm is usual", "onion_skin")
    if not 0 < mill.holding.onion_skin_feed <= 1:
        text = f"onion_skin_feed = {mill.holding.onion_skin_feed:g} is not above 0 and up to 1"
        refuse(text, "0.5 is usual", "onion_skin_feed")
    if mill.tabs and mill.tab_height > thickness:
        message = f"tab_height = {mill.tab_height:g} mm is more than the sheet of {thickness:g} mm"
        refuse(message, "give the sheet's thickness at most", "tab_height")
    if mill.tabs and (mill.tab_width == 0 or mill.tab_height == 0):
        refuse("tabs without width or height hold nothing", "give both, or tabs = 0", "tab_width")


def _tools(machine: Machine, ledger: Ledger) -> tuple[dict[int, Tool], int]:
    """Tools by number, and the number of the one for outlines."""
    usual = {name: ToolSpec(diameter=diameter) for name, diameter in DEFAULT_TOOLS.items()} | DEFAULT_SINKS
    named = machine.toolbox or usual
    if machine.tool_change == "none":
        named = dict(list(named.items())[:1])
    tools = {
        number: Tool(
            number, spec.diameter, spec.called(name), name, 0.0, spec.flutes, spec.plunges, spec.angle, spec.tip
        )
        for number, (name, spec) in enumerate(named.items(), 1)
    }
    mills = [tool for tool in tools.values() if tool.kind == "endmill"]
    wanted = ledger.number("tool", max((tool.diameter for tool in mills), default=0.0), "machine's largest end mill")
    if wanted == 0:
        refuse("there is no end mill to cut outlines with", "name one in the machine's [tools], or give tool", "tool")
    fitting = [tool for tool in mills if abs(tool.diameter - wanted) <= SAME_TOOL]
    if fitting:
        return tools, fitting[0].number
    number = 1 if machine.tool_change == "none" else max(tools) + 1
    return tools | {number: Tool(number, wanted, "endmill", f"endmill {wanted:g} mm")}, number


def _running(machine: Machine, family: MillFamily, tool: Tool, ledger: Ledger) -> tuple[Tool, float, float]:
    """The tool with its speed; feed and plunge, mm/min: n = 1000 v / (π D), feed = n × feed per revolution."""
    assert machine.spindle
    drill = tool.kind == "drill"
    speed = family.drill_speed.value if drill else family.surface_speed.value
    ideal = 1000 * speed / (math.pi * tool.diameter)
    rpm = ledger.number("rpm", min(max(ideal, machine.spindle.rpm_min), machine.spindle.rpm_max), "")
    if not machine.spindle.rpm_min <= rpm <= machine.spindle.rpm_max or rpm == 0:
        refuse(f"the spindle does not run {rpm:g} rpm", "stay within the machine's range", "rpm")
    if "rpm" not in ledger.overrides and rpm > 1.05 * ideal and not tool.angle:
        message = (
            f"{tool.name}: the spindle's lowest {rpm:.0f} rpm is above the {ideal:.0f} rpm that the material wants"
        )
        ledger.findings.append(Finding("W335", message, "take a smaller tool or a slower spindle"))
    per_rev = (family.drill_feed_per_rev if drill else family.feed_per_rev).at(tool.diameter)
    fastest = machine.rates.feed_max
    deepest = machine.rates.feed_z_max or fastest
    along = rpm * per_rev if drill else ledger.number("feed", rpm * per_rev, "")
    down = rpm * per_rev if drill else ledger.number("plunge", family.plunge_share.value * along, "")
    feed, plunge = min(along, fastest), min(down, deepest)
    if feed == 0 or plunge == 0:
        refuse("a feed of 0 never arrives", "give a feed above 0", "feed" if feed == 0 else "plunge")
    return replace(tool, rpm=rpm), feed, plunge
