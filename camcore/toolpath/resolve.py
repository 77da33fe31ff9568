"""Material, machine and job to numbers: what the job says goes before what the library says."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from camcore.findings import CamError, Finding
from camcore.machine import Machine
from camcore.material.model import Figure, LaserFamily, Material, MillFamily, Sourced
from camcore.toolpath.joints import LEAST_JOINT
from camcore.toolpath.leads import SHAPES, SPOTS
from camcore.toolpath.model import Tool
from camcore.toolpath.setup import LaserSetup, MillSetup, Setup

Overrides = Mapping[str, float | str | bool]

LASER_KEYS = (
    "kerf", "feed", "power", "pierce", "soft_pierce", "lead", "lead_shape", "lead_spot", "overcut", "lead_out",
    "mark_feed", "mark_power", "mark_passes", "score_feed", "score_power", "score_passes", "passes", "focus_step",
    "joints", "joint_width", "joint_below", "heat_gap", "common_cut",
)  # fmt: skip
MILL_KEYS = (
    "tool", "feed", "plunge", "rpm", "step_down", "breakthrough", "ramp_angle", "tab_width", "tab_height", "tabs",
    "climb", "flute", "mark_depth", "step_over", "rest", "finish", "tool_life",
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
SAME_TOOL = 0.01
"""Diameters this near, mm, are one tool."""
SCORE = 0.3
"""A score takes this share of the energy of a cut, and so about this share of the thickness; uncalibrated."""
MARK_LIMIT = 0.5
"""More than this share of a cut's power per feed, all passes together, is no mark: the proof refuses it."""
MOST_PASSES = 50
TABS, TAB_EVERY = 2, 250.0
"""Unless the job says otherwise: at least so many tabs on a part, and one for each so many mm around it."""
STEP_OVER = 0.4
"""Distance of a pocket's passes in diameters of the tool, unless the job says otherwise; a tool that is wider engaged
runs hot and lifts the plies. From 0.5 on something could stay standing in corners."""


@dataclass(slots=True)
class Ledger:
    """Overrides as they are used up, and where each resolved number came from."""

    overrides: Overrides
    sources: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def number(self, key: str, default: float, source: str) -> float:
        """The job's value of `key`, else the default; noted with its source. Raises CamError E333 when not a number."""
        if key not in self.overrides:
            self.sources[key] = source
            return default
        value = self.overrides[key]
        if isinstance(value, str) or not math.isfinite(float(value)) or float(value) < 0:
            refuse(f"process setting {key} = {value!r} is not a number of 0 or more", "give a number", key)
        self.sources[key] = "job"
        return float(value)

    def choice(self, key: str, among: tuple[str, ...]) -> str:
        """The job's value of `key`, else the first of those that there are. Raises CamError E333 for another one."""
        value = self.overrides.get(key, among[0])
        if value not in among:
            refuse(f"process setting {key} = {value!r} is unknown", f"take one of {', '.join(among)}", key)
        self.sources[key] = "job" if key in self.overrides else "camcore's own rule"
        return str(value)


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
        return _laser(machine, material, thickness, ledger)
    return _mill(machine, material, thickness, ledger)


def refuse(message: str, advice: str, key: str) -> NoReturn:
    """Raise E333 at a key of [process]."""
    raise CamError(Finding("E333", message, advice, where={"key": f"process.{key}"}))


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


# -- laser ------------------------------------------------------------------------------------------------------------


def _laser(machine: Machine, material: Material, thickness: float, ledger: Ledger) -> Setup:
    family = _allowed(material, thickness, ledger)
    assert machine.beam
    assert family.kerf_base
    assert family.kerf_slope
    kerf_default = family.kerf_base.value + family.kerf_slope.value * thickness
    kerf = ledger.number("kerf", kerf_default, material.cited(family.kerf_base))
    if kerf == 0:
        refuse("kerf = 0 is no kerf", "measure a test cut and give its width", "kerf")
    passes = _passes(machine, material, family, thickness, ledger)
    feed, power = _laser_feed(machine, material, family, (thickness, passes), ledger)
    practice = f"uncalibrated default: {material.sources['practice']}"
    fastest = machine.rates.feed_max
    score_feed = ledger.number("score_feed", min(2 * feed, fastest), practice)
    scored = min(1.0, SCORE * passes * power * score_feed / feed)
    lead = ledger.number("lead", max(5 * kerf, thickness / 2, 0.5), practice)
    laser = LaserSetup(
        kerf=kerf,
        feed=feed,
        power=power,
        pierce=ledger.number("pierce", 0.0 if thickness < 1.0 else min(0.5, 0.1 * thickness), practice),
        lead=lead,
        overcut=ledger.number("overcut", kerf, practice),
        lead_out=ledger.number("lead_out", 0.0 if material.entry.form == "film" else lead / 2, practice),
        mark_feed=ledger.number("mark_feed", min(4 * feed, fastest), practice),
        mark_power=ledger.number("mark_power", 0.15 * power, practice),
        air=machine.beam.air,
        lead_shape=ledger.choice("lead_shape", SHAPES),
        lead_spot=ledger.choice("lead_spot", SPOTS),
        soft_pierce=bool(ledger.number("soft_pierce", *_figure(material, family.soft_pierce))),
        joints=round(ledger.number("joints", 1, practice)),
        joint_width=ledger.number("joint_width", max(0.3, thickness / 5), practice),
        joint_below=ledger.number("joint_below", *_figure(material, family.joint_below)),
        heat_gap=ledger.number("heat_gap", *_figure(material, family.heat_gap)),
        common_cut=bool(ledger.number("common_cut", 0.0, practice)),
        goes_round=not machine.beam.rapid_height_safe,
        passes=passes,
        focus_step=ledger.number("focus_step", 0.0, practice),
        mark_passes=_count("mark_passes", 1, practice, ledger),
        score_feed=score_feed,
        score_power=ledger.number("score_power", scored, practice),
        score_passes=_count("score_passes", 1, practice, ledger),
    )
    _check_passes(machine, laser)
    if laser.joints and laser.joint_width < LEAST_JOINT:
        message = f"micro-joints of {laser.joint_width:g} mm hold nothing"
        refuse(message, f"give {LEAST_JOINT:g} mm or more, or joints = 0", "joint_width")
    rule = material.spacing["laser-film" if material.entry.form == "film" else "laser-rigid"]
    spacing = kerf if laser.common_cut else rule.spacing(kerf, thickness)
    return Setup(
        "laser", thickness, kerf, spacing, rule.margin.value, laser=laser,
        sources=ledger.sources | {"spacing": material.cited(rule.least), "margin": material.cited(rule.margin)},
        findings=tuple(ledger.findings),
    )  # fmt: skip


def _passes(machine: Machine, material: Material, family: LaserFamily, thickness: float, ledger: Ledger) -> int:
    """How often each contour is cut: so often that no pass takes more than the library's `pass_depth`, else once."""
    practice = f"uncalibrated default: {material.sources['practice']}"
    deepest = family.pass_depth
    if deepest is None:
        return _count("passes", 1, practice, ledger)
    return _count("passes", math.ceil(thickness / deepest.value - 1e-9), material.cited(deepest), ledger)


def _count(key: str, default: int, source: str, ledger: Ledger) -> int:
    """A whole number of passes. Raises CamError E333 for any other."""
    count = ledger.number(key, default, source)
    if not 1 <= count <= MOST_PASSES or count != round(count):
        refuse(f"{key} = {count:g} is no number of passes", f"give a whole number from 1 to {MOST_PASSES}", key)
    return round(count)


def _check_passes(machine: Machine, laser: LaserSetup) -> None:
    """E333 for a focus lower than the machine's Z goes, and for marks that would go through."""
    low, lowest = -(laser.passes - 1) * laser.focus_step, machine.work_area.z[0]
    if low < lowest:
        message = f"focus_step = {laser.focus_step:g} mm lowers the head to Z{low:g}; its Z ends at {lowest:g}"
        refuse(message, "give less, fewer passes, or a machine whose work_area has Z", "focus_step")
    whole = laser.passes * laser.power / laser.feed
    for key, passes, power, feed in (
        ("mark_power", laser.mark_passes, laser.mark_power, laser.mark_feed),
        ("score_power", laser.score_passes, laser.score_power, laser.score_feed),
    ):
        if feed == 0 or not 0 < power <= 1:
            refuse(f"{key} = {power:g} at {feed:g} mm/min marks nothing", "give a power up to 1, and a feed", key)
        share = passes * power / feed / whole
        if share > MARK_LIMIT:
            message = f"{key} = {power:g} brings {share:.0%} of the energy of a cut, and could go through"
            refuse(message, f"stay below {MARK_LIMIT:.0%}: less power, fewer passes, or faster", key)


def _figure(material: Material, figure: Figure[float] | Figure[bool] | None) -> tuple[float, str]:
    """A figure that families need not have, with where it comes from; else 0."""
    return (float(figure.value), material.cited(figure)) if figure else (0.0, "the library asks for none")


def _allowed(material: Material, thickness: float, ledger: Ledger) -> LaserFamily:
    family = material.laser
    if family is None or family.policy.value == "ban":
        why = family.why if family else "the library knows no way"
        raise CamError(
            Finding("E331", f"{material.title} must not be cut by laser: {why}", "mill it, or take another material")
        )
    if family.policy.value == "warn":
        ledger.findings.append(
            Finding("W332", f"{material.title} by laser: {family.why}", "mill it, or have shop and customer agree")
        )
    limit = family.max_thickness
    if limit and thickness > limit.value:
        size = {"size": thickness, "limit": limit.value}
        message = f"{material.title} of {thickness:g} mm by laser is thicker than {limit.value:g} mm: {family.why}"
        ledger.findings.append(Finding("W332", message, "mill it, or cut a trial first", where=size))
    return family


def _laser_feed(
    machine: Machine, material: Material, family: LaserFamily, through: tuple[float, int], ledger: Ledger
) -> tuple[float, float]:
    """Feed at which the beam brings the severance energy to each mm² cut; less power where that is too fast.

    `through`: the thickness, mm, and the passes among which the energy is shared out.
    """
    assert machine.beam
    assert family.severance
    thickness, passes = through
    source = f"{material.cited(family.severance)}; beam of {machine.beam.watts:g} W"
    needed = family.severance.value * thickness / passes / 60
    power = ledger.number("power", min(1.0, machine.rates.feed_max * needed / machine.beam.watts), source)
    feed = ledger.number("feed", min(power * machine.beam.watts / needed, machine.rates.feed_max), source)
    if not 0 < power <= 1:
        refuse(f"power = {power:g} is not above 0 and up to 1", "1 is the machine's full power", "power")
    if feed == 0:
        refuse("feed = 0 never arrives", "give a feed above 0", "feed")
    if "feed" not in ledger.overrides and feed < _SLOWEST:
        message = f"{machine.beam.watts:g} W cut {material.title} of {thickness:g} mm at {feed:.0f} mm/min only"
        ledger.findings.append(Finding("W334", message, "cut in a trial, or take a stronger laser or a mill"))
    return feed, power


_SLOWEST = 60.0
"""A laser slower than this, mm/min, burns rather than cuts."""


# -- mill -------------------------------------------------------------------------------------------------------------


def _mill(machine: Machine, material: Material, thickness: float, ledger: Ledger) -> Setup:
    family = material.mill
    if family is None:
        message = f"{material.title} must not be milled: the library knows no way to hold and cut it"
        raise CamError(Finding("E331", message, "cut it by laser"))
    assert machine.heights
    tools, profile = _tools(machine, ledger)
    running = {number: _running(machine, family, tool, ledger) for number, tool in tools.items()}
    width = tools[profile].diameter
    said = {key: material.cited(value) for key, value in _mill_sources(family).items()}
    ledger.sources.update({key: said[key] for key in ("feed", "plunge", "rpm") if key not in ledger.overrides})
    practice = f"uncalibrated default: {material.sources['practice']}"
    height_default = thickness / 2 if thickness <= 1.5 else max(0.5, thickness / 3)
    mill = MillSetup(
        tools={number: tool for number, (tool, _, _) in running.items()},
        profile_tool=profile,
        feed={number: feed for number, (_, feed, _) in running.items()},
        plunge={number: plunge for number, (_, _, plunge) in running.items()},
        step_down=ledger.number("step_down", family.step_down.value * width, said["step_down"]),
        breakthrough=ledger.number("breakthrough", family.breakthrough.value, said["breakthrough"]),
        ramp_angle=ledger.number("ramp_angle", family.ramp_angle.value, said["ramp_angle"]),
        tab_width=ledger.number("tab_width", max(thickness, 1.524), practice),
        tab_height=ledger.number("tab_height", height_default, practice),
        tabs=round(ledger.number("tabs", TABS, practice)),
        climb=bool(ledger.number("climb", family.climb.value, said["climb"])),
        clearance=machine.heights.clearance,
        mark_depth=min(thickness, ledger.number("mark_depth", min(0.2, thickness / 4), practice)),
        air=machine.spindle.air if machine.spindle else False,
        step_ratio=family.step_down.value,
        peck_ratio=family.peck_from.value,
        tab_every=0.0 if "tabs" in ledger.overrides else TAB_EVERY,
        step_over=ledger.number("step_over", STEP_OVER, practice),
        rest=bool(ledger.number("rest", 1.0, practice)),
        finish=ledger.number("finish", 0.0, "camcore's own rule"),
        tool_life=ledger.number("tool_life", *_figure(material, family.tool_life)),
    )
    _check_mill(mill, thickness)
    _check_flutes(tools[profile], thickness + mill.breakthrough, ledger)
    rule = material.spacing["mill"]
    spacing = rule.spacing(width, thickness) + mill.finish
    return Setup(
        "mill", thickness, width + mill.finish, spacing, rule.margin.value, mill=mill,
        sources=ledger.sources | {"spacing": material.cited(rule.least), "margin": material.cited(rule.margin)},
        findings=tuple(ledger.findings),
    )  # fmt: skip


def _mill_sources(family: MillFamily) -> dict[str, Sourced]:
    names = ("step_down", "breakthrough", "ramp_angle", "climb")
    speeds = {"feed": family.feed_per_rev, "plunge": family.plunge_share, "rpm": family.surface_speed}
    return speeds | {name: getattr(family, name) for name in names}


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
    if mill.tabs and mill.tab_height > thickness:
        message = f"tab_height = {mill.tab_height:g} mm is more than the sheet of {thickness:g} mm"
        refuse(message, "give the sheet's thickness at most", "tab_height")
    if mill.tabs and (mill.tab_width == 0 or mill.tab_height == 0):
        refuse("tabs without width or height hold nothing", "give both, or tabs = 0", "tab_width")


def _tools(machine: Machine, ledger: Ledger) -> tuple[dict[int, Tool], int]:
    """Tools by number, and the number of the one for outlines."""
    named = machine.tools or DEFAULT_TOOLS
    if machine.tool_change == "none":
        named = dict(list(named.items())[:1])
    tools = {
        number: Tool(number, diameter, "drill" if "drill" in name.lower() else "endmill", name)
        for number, (name, diameter) in enumerate(named.items(), 1)
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
    if "rpm" not in ledger.overrides and rpm > 1.05 * ideal:
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
    return Tool(tool.number, tool.diameter, tool.kind, tool.name, rpm, tool.flutes), feed, plunge
