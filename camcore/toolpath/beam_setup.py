"""Material, machine and job to a laser's numbers."""

from __future__ import annotations

import math
from dataclasses import replace

from camcore.findings import CamError, Finding
from camcore.machine import Machine
from camcore.material.model import LaserFamily, Material
from camcore.toolpath.joints import LEAST_JOINT
from camcore.toolpath.leads import SHAPES, SPOTS
from camcore.toolpath.ledger import Ledger, cropped, figure, practice, refuse
from camcore.toolpath.setup import LaserSetup, Look, Setup

LASER_KEYS = (
    "kerf", "feed", "power", "pierce", "soft_pierce", "lead", "lead_shape", "lead_spot", "overcut", "lead_out",
    "mark_feed", "mark_power", "mark_passes", "score_feed", "score_power", "score_passes", "passes", "focus_step",
    "corner_power", "joints", "joint_width", "joint_below", "heat_gap", "common_cut", "crop",
)  # fmt: skip
SCORE = 0.3
"""A score takes this share of the energy of a cut, and so about this share of the thickness; uncalibrated."""
MARK_LIMIT = 0.5
"""More than this share of a cut's power per feed, all passes together, is no mark: the proof refuses it."""
LEAST_MARKED, LEAST_SCORED = 0.01, 0.1
"""With less of the energy of a cut, all passes together, a mark is hardly seen, and a score too shallow to fold or
break along; uncalibrated."""
MOST_PASSES = 50
CORNER_POWER = 0.25
"""Least share of a cut's power in corners: below, beams are not steady; uncalibrated."""


def laser(machine: Machine, material: Material, thickness: float, ledger: Ledger) -> Setup:
    """As `resolve.resolve`, of a laser."""
    family = _allowed(material, thickness, ledger)
    kerf = _kerf(material, family, thickness, ledger)
    passes = _passes(material, family, thickness, ledger)
    feed, power = _laser_feed(machine, material, family, (thickness, passes), ledger)
    cut = Look(feed, power, passes)
    beam = _jointed(_beam(machine, material, (thickness, kerf), cut, ledger), material, thickness, ledger)
    _check_passes(machine, beam, ledger)
    _check_joints(beam)
    rule = material.spacing["laser-film" if material.entry.form == "film" else "laser-rigid"]
    spacing = kerf if beam.common_cut else rule.spacing(kerf, thickness)
    return Setup(
        "laser", thickness, kerf, spacing, rule.margin.value, laser=beam,
        sources=ledger.sources | {"spacing": material.cited(rule.least), "margin": material.cited(rule.margin)},
        findings=tuple(ledger.findings), crop=cropped(ledger),
    )  # fmt: skip


def _kerf(material: Material, family: LaserFamily, thickness: float, ledger: Ledger) -> float:
    """Width of the cut, mm. Raises CamError E333 where the job says that it has none."""
    assert family.kerf_base
    assert family.kerf_slope
    usual = family.kerf_base.value + family.kerf_slope.value * thickness
    kerf = ledger.number("kerf", usual, material.cited(family.kerf_base))
    if kerf == 0:
        refuse("kerf = 0 is no kerf", "measure a test cut and give its width", "kerf")
    return kerf


def _beam(machine: Machine, material: Material, across: tuple[float, float], cut: Look, ledger: Ledger) -> LaserSetup:
    """How contours and marks are made; `across`: thickness and kerf, mm; micro-joints and neighbours follow."""
    assert machine.beam
    assert material.laser
    thickness, kerf = across
    usual = practice(material)
    fastest = machine.rates.feed_max
    mark = _look("mark", Look(min(4 * cut.feed, fastest), 0.15 * cut.power, 1), cut, usual, ledger)
    score = _look("score", Look(min(2 * cut.feed, fastest), 1.0, 1), cut, usual, ledger)
    lead = ledger.number("lead", max(5 * kerf, thickness / 2, 0.5), usual)
    return LaserSetup(
        kerf=kerf,
        feed=cut.feed,
        power=cut.power,
        pierce=ledger.number("pierce", 0.0 if thickness < 1.0 else min(0.5, 0.1 * thickness), usual),
        lead=lead,
        overcut=ledger.number("overcut", kerf, usual),
        lead_out=ledger.number("lead_out", 0.0 if material.entry.form == "film" else lead / 2, usual),
        mark_feed=mark.feed,
        mark_power=mark.power,
        air=machine.beam.air,
        lead_shape=ledger.choice("lead_shape", SHAPES),
        lead_spot=ledger.choice("lead_spot", SPOTS),
        soft_pierce=bool(ledger.number("soft_pierce", *figure(material, material.laser.soft_pierce))),
        goes_round=not machine.beam.rapid_height_safe,
        passes=cut.passes,
        focus_step=ledger.number("focus_step", 0.0, usual),
        mark_passes=mark.passes,
        score_feed=score.feed,
        score_power=score.power,
        score_passes=score.passes,
        corner_power=_corner_power(machine, usual, ledger),
    )


def _look(kind: str, usual: Look, cut: Look, source: str, ledger: Ledger) -> Look:
    """How a "mark" or a "score" is made: as `usual` unless the job says otherwise, with no more power than it needs."""
    feed = ledger.number(f"{kind}_feed", usual.feed, source)
    power = min(SCORE * cut.passes * cut.power * feed / cut.feed, usual.power)
    passes = _count(f"{kind}_passes", usual.passes, source, ledger)
    return Look(feed, ledger.number(f"{kind}_power", power, source), passes)


def _jointed(beam: LaserSetup, material: Material, thickness: float, ledger: Ledger) -> LaserSetup:
    """With micro-joints, and what is kept of neighbours."""
    assert material.laser
    usual = practice(material)
    return replace(
        beam,
        joints=round(ledger.number("joints", 1, usual)),
        joint_width=ledger.number("joint_width", max(0.3, thickness / 5), usual),
        joint_below=ledger.number("joint_below", *figure(material, material.laser.joint_below)),
        heat_gap=ledger.number("heat_gap", *figure(material, material.laser.heat_gap)),
        common_cut=bool(ledger.number("common_cut", 0.0, usual)),
    )


def _passes(material: Material, family: LaserFamily, thickness: float, ledger: Ledger) -> int:
    """How often each contour is cut: so often that no pass takes more than the library's `pass_depth`, else once."""
    deepest = family.pass_depth
    if deepest is None:
        return _count("passes", 1, practice(material), ledger)
    return _count("passes", math.ceil(thickness / deepest.value - 1e-9), material.cited(deepest), ledger)


def _corner_power(machine: Machine, source: str, ledger: Ledger) -> float:
    """Least share of the power in corners; 1 where the beam follows the speed, or cannot change while it moves."""
    assert machine.beam
    lowers = machine.beam.mode == "constant" and machine.abilities.live_power
    share = ledger.number("corner_power", CORNER_POWER if lowers else 1.0, source)
    if not 0 < share <= 1:
        refuse(f"corner_power = {share:g} is not above 0 and up to 1", "1 is the power of the cut", "corner_power")
    if share < 1 and not lowers:
        message = f"{machine.abilities.title} does not change a beam of constant power while it moves"
        why = "its beam follows the speed by itself" if machine.beam.mode == "dynamic" else message
        refuse(f"corner_power = {share:g} changes nothing: {why}", "leave it out", "corner_power")
    return share


def _count(key: str, default: int, source: str, ledger: Ledger) -> int:
    """A whole number of passes. Raises CamError E333 for any other."""
    count = ledger.number(key, default, source)
    if not 1 <= count <= MOST_PASSES or count != round(count):
        refuse(f"{key} = {count:g} is no number of passes", f"give a whole number from 1 to {MOST_PASSES}", key)
    return round(count)


def _check_passes(machine: Machine, laser: LaserSetup, ledger: Ledger) -> None:
    """E333 for a focus lower than the machine's Z goes, and for marks that would go through; W511 for too weak ones."""
    low, lowest = -(laser.passes - 1) * laser.focus_step, machine.work_area.z[0]
    if low < lowest:
        message = f"focus_step = {laser.focus_step:g} mm lowers the head to Z{low:g}; its Z ends at {lowest:g}"
        refuse(message, "give less, fewer passes, or a machine whose work_area has Z", "focus_step")
    whole = laser.passes * laser.power / laser.feed
    for key, passes, power, feed, least in (
        ("mark_power", laser.mark_passes, laser.mark_power, laser.mark_feed, LEAST_MARKED),
        ("score_power", laser.score_passes, laser.score_power, laser.score_feed, LEAST_SCORED),
    ):
        if feed == 0 or not 0 < power <= 1:
            refuse(f"{key} = {power:g} at {feed:g} mm/min marks nothing", "give a power up to 1, and a feed", key)
        share = passes * power / feed / whole
        if share > MARK_LIMIT:
            message = f"{key} = {power:g} brings {share:.0%} of the energy of a cut, and could go through"
            refuse(message, f"stay below {MARK_LIMIT:.0%}: less power, fewer passes, or faster", key)
        if share < least * (1 - 1e-9):
            message = (
                f"{key} = {power:g}, {passes} times, brings {share:.1%} of the energy of a cut: too weak to be seen"
            )
            if key == "score_power":
                message = message.replace("to be seen", "to fold or break along")
            where = {"key": f"process.{key}", "size": share, "limit": least}
            ledger.findings.append(Finding("W511", message, "more passes, more power, or slower", where=where))


def _check_joints(laser: LaserSetup) -> None:
    """E333 for micro-joints that are too narrow to hold."""
    if laser.joints and laser.joint_width < LEAST_JOINT:
        message = f"micro-joints of {laser.joint_width:g} mm hold nothing"
        refuse(message, f"give {LEAST_JOINT:g} mm or more, or joints = 0", "joint_width")


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
