"""Faults seen in what other open programs made of simple insulator drawings, each held against ours.

FreeCAD 0.20 Path, dxf2gcode 2019 and MeerK40t 0.9.91 were given a terminal strip, a comb, a gusset and a bobbin flange;
what went wrong there is the name of each test here.
"""

import math
from itertools import pairwise

import numpy as np
import pytest
from shop import PARTS, nest_of, part, plan_of, setup, worst_gouge, worst_uncut

import postprocessors
from camcore import machine, program
from camcore.geometry import Curve, arcs
from camcore.moves import Arc, Beam, Line
from camcore.nesting.model import Placement
from camcore.toolpath import plan
from camcore.toolpath.model import Kind, Role

LASER = machine.load("generic-grbl-laser")
ROUTER = machine.load("generic-grbl-router")
BOTH = [("laser", LASER), ("mill", machine.load("generic-linuxcnc-mill"))]
NAMES = ["terminal", "barrier", "gusset", "bobbin"]


def cuts(result, kind):
    return [cut for cut in result.cuts if cut.kind is kind]


def last_round(cut):
    return [stroke.curve for stroke in cut.strokes if stroke.role is Role.CUT][-1]


# -- FreeCAD ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("process", "chosen"), BOTH)
def test_circles_are_not_three_or_four_arcs_and_holes_not_undersized(process, chosen):
    result = plan_of(PARTS["terminal"], setup(process))
    for cut in cuts(result, Kind.HOLE):
        round_ = last_round(cut)
        radius = (result.tools[cut.tool].diameter if cut.tool else result.kerf) / 2
        form = arcs.centre_form(round_.segments)
        assert len(form.radius) <= 2
        assert np.abs(form.radius + radius - 0.1495 / 2 * 25.4).max() < 1e-4


@pytest.mark.parametrize(("process", "chosen"), BOTH)
def test_inside_comes_first_without_being_asked(process, chosen):
    placements = [Placement(name, 20 + 90 * k, 60 + 120 * (k % 2), 0) for k, name in enumerate(NAMES[1:])]
    (result,) = plan(nest_of(placements), setup(process))
    done = [(cut.placement, cut.kind) for cut in result.cuts]
    for number in range(len(placements)):
        kinds = [kind for placement, kind in done if placement == number]
        assert kinds[-1] is Kind.OUTLINE
        assert Kind.OUTLINE not in kinds[:-1]


def test_tabs_do_not_land_in_slots():
    """Slots of 8 mm between the teeth of a comb: a tab there holds what falls out."""
    (cut,) = plan_of(PARTS["barrier"], setup("mill")).cuts
    assert len(cut.tabs) >= 2
    for tab in cut.tabs:
        x, y = tab.x - 200, tab.y - 200
        assert not (8 < x < 108 and 5 <= y < 45), tab


def test_no_straight_plunge_on_the_contour():
    result = plan_of(PARTS["gusset"], setup("mill"))
    for cut in result.cuts:
        assert cut.hole or cut.strokes[0].role is Role.RAMP
    moves = program.build(result, BOTH[1][1]).moves
    feeding = [(a, b) for a, b in pairwise(moves) if isinstance(a, Line | Arc) and isinstance(b, Line | Arc)]
    assert not [b for a, b in feeding if b.z < min(a.z, 0.0) - 1e-9 and math.dist((a.x, a.y), (b.x, b.y)) < 1e-9]


def test_leads_of_2_mm_gouge_neither_small_holes_nor_window_corners():
    holes = [Curve.circle(8 * k, 0, 0.6 + 0.3 * k) for k in range(5)]
    made = part("holes", Curve.rectangle(60, 30, -10, -15), *holes, Curve.rectangle(3, 3, 40, -1))
    for shape in ("auto", "line", "arc", "hook"):
        assert worst_gouge(plan_of(made, setup("laser", lead=2.0, lead_shape=shape)), {"holes": made}) < 1e-4


def test_holes_and_outlines_are_both_climb_milled():
    for kind, sense in ((Kind.OUTLINE, -1), (Kind.HOLE, 1)):
        round_ = last_round(cuts(plan_of(PARTS["bobbin"], setup("mill", tabs=0)), kind)[0])
        assert np.sign(Curve(round_.vertices[:-1]).area) == sense


# -- dxf2gcode --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("process", "chosen"), BOTH)
def test_bulges_stay_on_their_own_segments(name, process, chosen):
    result = plan_of(PARTS[name], setup(process))
    corners = max((f.where["size"] for f in result.findings if f.code == "W502"), default=0.42 * result.kerf / 2)
    assert worst_gouge(result) < 1e-4
    assert worst_uncut(result) < max(corners + 1e-3, 0.01)  # a drill may be so much off


@pytest.mark.parametrize(("process", "chosen"), BOTH)
def test_no_cutter_compensation_of_the_control_is_relied_on(process, chosen):
    text = postprocessors.write(program.build(plan_of(PARTS["plate"], setup(process)), chosen), chosen)
    assert not any(word in text for word in ("G41", "G42"))


def test_inches_are_written_finely_enough():
    """Three decimals of an inch put holes 12 to 19 µm off."""
    assert all(found.step <= 0.003 for found in map(machine.load, machine.shipped()))


def test_parts_are_held_by_tabs():
    (cut,) = cuts(plan_of(PARTS["terminal"], setup("mill")), Kind.OUTLINE)
    assert len(cut.tabs) >= 2


# -- MeerK40t ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_arcs_are_not_lost_to_steps_and_the_beam_starts_once_a_contour(name):
    result = plan_of(PARTS[name], setup("laser"))
    moves = program.build(result, LASER).moves
    contours = 1 + len(PARTS[name].holes)
    wanted = sum(len(curve) for curve in (PARTS[name].outline, *PARTS[name].holes))
    assert sum(isinstance(move, Line | Arc) for move in moves) <= 2 * wanted + 5 * contours
    lit = [move.power > 0 for move in moves if isinstance(move, Beam)]
    starts = sum(after and not before for before, after in pairwise([False, *lit]))
    assert starts == contours


def test_the_kerf_is_what_was_asked_for_and_makes_holes_smaller():
    for kerf in (0.1, 0.2, 0.3):
        result = plan_of(PARTS["bobbin"], setup("laser", kerf=kerf))
        assert last_round(cuts(result, Kind.OUTLINE)[0]).box.width == pytest.approx(50 + kerf)
        assert last_round(cuts(result, Kind.HOLE)[1]).box.width == pytest.approx(3.2 - kerf)


def test_every_contour_has_a_lead_in():
    for name in NAMES:
        assert all(cut.strokes[0].role is Role.LEAD_IN for cut in plan_of(PARTS[name], setup("laser")).cuts)


@pytest.mark.parametrize("chosen", [LASER, ROUTER])
def test_programs_end_and_lines_end_with_a_newline(chosen):
    text = postprocessors.write(program.build(plan_of(PARTS["gusset"], setup(chosen.process)), chosen), chosen)
    assert "\r" not in text
    assert text.splitlines()[-1].split()[0] in ("M2", "M30")


def test_negative_coordinates_stay_where_the_nest_put_them():
    """The gusset reaches from (-40, -30) to (20, 30) in its drawing."""
    result = plan_of(PARTS["gusset"], setup("laser"))
    (outline,) = cuts(result, Kind.OUTLINE)
    assert last_round(outline).box.x0 == pytest.approx(160 - result.kerf / 2)
    assert last_round(outline).box.y0 == pytest.approx(170 - result.kerf / 2)
