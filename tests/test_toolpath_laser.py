"""What a laser's programmer sees to: loose parts, heat, joints, leads by rule, soft pierces."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from curves import rounded
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import PARTS, nest_of, part, plan_of, setup, worst_gouge, worst_uncut

import postprocessors
from camcore import machine, material, program
from camcore.formats.task import task_of
from camcore.geometry import Curve, arcs
from camcore.moves import Beam, Dwell, Rapid
from camcore.nesting.model import Placement
from camcore.toolpath import heat, plan, resolve
from camcore.toolpath.leads import SHAPES
from camcore.toolpath.model import Kind, Role
from camcore.verify import inspect

LASER = machine.load("generic-grbl-laser")
SQUARE = part("square", Curve.rectangle(12, 12))
SMALL = part("small", rounded(7, 6, 1))


def grid(made, columns, rows, pitch):
    return [Placement(made.id, 5 + pitch * i, 5 + pitch * j, 0) for j in range(rows) for i in range(columns)]


def ways(result):
    """Each way from cut to cut, with what is loose by then."""
    loose, found = [], []
    for before, after in pairwise(result.cuts):
        if before.kind is Kind.OUTLINE and not before.tabs:
            placed = result.sheet.placements[before.placement]
            loose.append(shapely.Polygon(PARTS_BY_ID[placed.part].outline.posed(placed.pose).flattened()))
        found.append((shapely.LineString([before.end, *after.via, after.start]), list(loose)))
    return found


PARTS_BY_ID = {**PARTS, "square": SQUARE, "small": SMALL}


def crossed(result):
    """How deep any way goes into what is loose, mm."""
    return max((way.intersection(piece).length for way, there in ways(result) for piece in there), default=0.0)


def proven(nest, result, chosen=LASER):
    known = replace(nest, parts={demand.part.id: demand.part for demand in nest.demands})
    return inspect(postprocessors.write(program.build(result, chosen), chosen), chosen, task_of(known, result))


# -- loose parts ------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_no_way_leads_over_a_loose_part(seed):
    """Combs, rings, frames and boards at random places on a raster, turned by any angle."""
    rng = np.random.default_rng(seed)
    names = ["barrier", "frame", "washer", "gusset", "bobbin", "square"]
    placements = []
    for k in range(9):
        made = PARTS_BY_ID[names[rng.integers(len(names))]]
        x, y = 130 * (k % 3) + 100, 130 * (k // 3) + 100
        placed = Placement(made.id, 0, 0, float(rng.uniform(0, 360)))
        cx, cy = made.outline.posed(placed.pose).box.centre
        placements.append(Placement(made.id, x - cx, y - cy, placed.rotation))
    (result,) = plan(nest_of(placements, PARTS_BY_ID, (500, 500)), setup("laser", heat_gap=200.0))
    assert crossed(result) < 1e-6


def test_ways_round_are_short_and_taken_only_where_they_must_be():
    nest = nest_of(grid(SQUARE, 7, 7, 12.6), {"square": SQUARE}, (100, 100))
    (result,) = plan(nest, setup("laser", heat_gap=20.0))
    assert crossed(result) < 1e-6
    assert any(cut.via for cut in result.cuts)
    for way, loose in ways(result):
        straight = shapely.LineString([way.coords[0], way.coords[-1]])
        assert way.length <= 1.6 * straight.length + 12
        if not any(shapely.dwithin(straight, piece, 0.1) for piece in loose):  # nearer than half a kerf counts as over
            assert len(way.coords) == 2


@pytest.mark.parametrize(("gap", "most"), [(3.0, 9.0), (0.3, 40.0)])
def test_ways_round_discs_take_few_places_where_there_is_room(gap, most):
    """Each place is a block, and a corner to slow down for; close to a disc, half a turn would take a hundred."""
    nest = nest_of(grid(PARTS["washer"], 5, 5, 44 + gap), {"washer": PARTS["washer"]}, (300, 300))
    shifted = [replace(p, x=p.x + 22, y=p.y + 22) for p in nest.sheets[0].placements]
    (result,) = plan(nest_of(shifted, PARTS_BY_ID, (300, 300)), setup("laser", heat_gap=60.0, lead=0.1, kerf=0.15))
    assert crossed(result) < 1e-6
    places = [len(cut.via) for cut in result.cuts if cut.via]
    assert len(places) > 5
    assert np.mean(places) <= most


def test_the_proof_agrees_and_without_the_ways_round_it_does_not():
    nest = nest_of(grid(SQUARE, 5, 5, 13), {"square": SQUARE}, (80, 80))
    kept, straight = (plan(nest, s)[0] for s in (setup("laser", heat_gap=20.0), over_all(heat_gap=20.0)))
    assert not [f for f in proven(nest, kept).findings if f.code == "E769"]
    assert {f.code for f in proven(nest, straight).findings} == {"E769"}
    assert proven(nest, straight, high()).proven


def high():
    beam = LASER.beam.model_copy(update={"rapid_height_safe": True})
    return LASER.model_copy(update={"beam": beam})


def over_all(**overrides):
    return resolve(high(), material.load("pet"), 1.5, overrides)


def test_a_head_that_clears_loose_parts_goes_straight():
    (result,) = plan(nest_of(grid(SQUARE, 5, 5, 13), {"square": SQUARE}, (80, 80)), over_all(heat_gap=20.0))
    assert not any(cut.via for cut in result.cuts)


def test_ways_round_are_rapids_with_the_beam_off():
    (result,) = plan(nest_of(grid(SQUARE, 5, 5, 13), {"square": SQUARE}, (80, 80)), setup("laser", heat_gap=20.0))
    moves = program.build(result, LASER).moves
    places = [(move.x, move.y) for move in moves if isinstance(move, Rapid)]
    for cut in result.cuts:
        first = places.index(cut.via[0]) if cut.via else 0
        assert tuple(places[first : first + len(cut.via)]) == cut.via


# -- heat -------------------------------------------------------------------------------------------------------------


def test_neighbours_are_not_cut_one_right_after_the_other():
    (result,) = plan(nest_of(grid(SQUARE, 6, 5, 13), {"square": SQUARE}, (90, 90)), setup("laser", heat_gap=3.0))
    places = [np.array([p.x, p.y]) for p in result.sheet.placements]
    order = [cut.placement for cut in result.cuts if cut.kind is Kind.OUTLINE]
    assert sorted(order) == list(range(30))
    together = [(a, b) for a, b in pairwise(order) if np.abs(places[a] - places[b]).max() < 14]
    assert len(together) <= 1  # the last one left over may have no choice


def test_the_way_from_part_to_part_is_short_all_the_same():
    """A column and then what was left of it on the way back: two pitches from part to part, and little more."""
    (result,) = plan(nest_of(grid(SQUARE, 2, 30, 13), {"square": SQUARE}, (60, 420)), over_all(heat_gap=3.0))
    cuts = [cut for cut in result.cuts if cut.kind is Kind.OUTLINE]
    way = sum(math.dist(a.end, b.start) for a, b in pairwise(cuts))
    assert way < 2 * 13 * len(cuts)


def test_of_thousands_of_parts_none_follows_its_neighbour_either(monkeypatch):
    monkeypatch.setattr(heat, "MOST", 10)
    test_neighbours_are_not_cut_one_right_after_the_other()


@settings(max_examples=30)
@given(st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_moving_runs_never_makes_the_way_longer_and_loses_none(count, seed):
    places = np.random.default_rng(seed).uniform(0, 100, (count, 2))
    ways = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    after = heat._shortened(np.arange(count), ways).tolist()
    assert sorted(after) == list(range(count))
    first, last = (sum(ways[a, b] for a, b in pairwise(order)) for order in (range(count), after))
    assert last <= first + 1e-9


def test_heat_keeps_what_must_come_first():
    placements = [Placement("washer", 60, 60, 0), Placement("disc", 60, 60, 0), Placement("plate", 100, 40, 0)]
    (result,) = plan(nest_of(placements), setup("laser", heat_gap=50.0))
    place = {(cut.placement, cut.kind, cut.index): k for k, cut in enumerate(result.cuts)}
    assert place[1, Kind.HOLE, 0] < place[1, Kind.OUTLINE, 0] < place[0, Kind.HOLE, 0] < place[0, Kind.OUTLINE, 0]
    assert place[2, Kind.MARK, 0] == 0


def test_papers_and_films_ask_for_it_and_boards_do_not():
    gaps = {name: resolve(LASER, material.load(name), 0.3).laser.heat_gap for name in ("pet", "nomex", "fr4")}
    assert gaps == {"pet": 3.0, "nomex": 3.0, "fr4": 0.0}


# -- micro-joints -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made", [SMALL, part("disc", Curve.circle(0, 0, 3.5)), part("tri", Curve([(0, 0), (9, 0), (0, 9)]))]
)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_small_parts_are_held_by_joints(made, count):
    nest = nest_of([Placement(made.id, 50, 50, 33)], {made.id: made})
    (result,) = plan(nest, setup("laser", joints=count, joint_width=0.4))
    (cut,) = result.cuts
    assert len(cut.tabs) == count
    verdict = proven(nest, result)
    assert not [f for f in verdict.findings if f.severity == "error"], verdict.findings
    (tabs,) = (c for c in verdict.checks if c.name == "tabs")
    assert tabs.figures["tabs"] == count
    assert tabs.figures["narrowest"] == pytest.approx(0.4, abs=0.01)
    assert worst_gouge(result, {made.id: made}) < 1e-4
    assert worst_uncut(result, {made.id: made}) < 0.05


def test_joints_stand_on_straights_or_on_the_gentlest_arc():
    (cut,) = plan_of(SMALL, setup("laser", joints=2)).cuts
    for tab in cut.tabs:
        x, y = tab.x - 200, tab.y - 200
        assert min(abs(y), abs(y - 6), abs(x), abs(x - 7)) < 1e-9
    bean = part("bean", Curve([(0, 0, 1), (1.5, 0, 0.35), (1.2, 5, 1), (0.3, 5, 0.35)]))
    (cut,) = plan_of(bean, setup("laser", joints=2)).cuts
    assert all(0 < tab.y - 200 < 5 for tab in cut.tabs)


def test_large_parts_and_holes_get_no_joints_and_none_can_be_asked_for():
    assert not any(cut.tabs for cut in plan_of(PARTS["washer"], setup("laser")).cuts)
    assert not any(cut.tabs for cut in plan_of(SMALL, setup("laser", joints=0)).cuts)
    assert not any(cut.tabs for cut in plan_of(SMALL, setup("laser", joint_below=10.0)).cuts)
    ring = part("ring", rounded(7, 6, 1), Curve.circle(3.5, 3, 1))
    assert [len(cut.tabs) for cut in plan_of(ring, setup("laser")).cuts] == [0, 1]


def test_too_little_room_for_joints_is_said():
    crumb = part("crumb", Curve.circle(0, 0, 0.4))
    (found,) = [f for f in plan_of(crumb, setup("laser", joints=3, joint_width=0.5)).findings if f.code == "W504"]
    assert found.where["part"] == "crumb"


# -- leads and pierces ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("spot", ["corner", "straight"])
def test_leads_have_the_shape_and_the_spot_that_are_asked_for(shape, spot):
    made = part("board", Curve.rectangle(40, 30), Curve.circle(10, 10, 4))
    nest = nest_of([Placement("board", 50, 50, 0)], {"board": made})
    (result,) = plan(nest, setup("laser", lead_shape=shape, lead_spot=spot, lead=2.0))
    hole, outline = result.cuts
    assert proven(nest, result).proven
    rows = outline.strokes[0].curve.segments
    assert outline.strokes[0].role is Role.LEAD_IN
    if shape != "auto":
        bent = arcs.is_arc(rows).tolist()
        assert bent == {"line": [False], "arc": [True], "hook": [False, True]}[shape]
    x, y = outline.strokes[0].curve.end
    corner = min(math.dist((x, y), c) for c in ((50, 50), (90, 50), (90, 80), (50, 80)))
    assert (corner < 0.2) == (spot == "corner")
    assert math.dist(hole.start, (60, 60)) < 4 - 0.2


@pytest.mark.parametrize("shape", SHAPES)
def test_leads_of_every_shape_stay_clear(shape):
    placements = [Placement("frame", 60, 60, 10), Placement("gusset", 160, 80, 0), Placement("plate", 60, 180, 45)]
    (result,) = plan(nest_of(placements), setup("laser", lead_shape=shape, lead=3.0, lead_out=2.0))
    assert worst_gouge(result) < 1e-4


def test_unknown_shapes_and_thin_joints_are_refused():
    from camcore.findings import CamError

    for key, value in (("lead_shape", "spiral"), ("lead_spot", "anywhere"), ("joint_width", 0.1)):
        with pytest.raises(CamError) as caught:
            setup("laser", **{key: value})
        assert [(f.code, f.where["key"]) for f in caught.value.findings] == [("E333", f"process.{key}")]


def test_a_soft_pierce_rises_to_full_power():
    for soft, shares in ((False, [1.0]), (True, [0.25, 0.5, 0.75, 1.0])):
        result = plan_of(SQUARE, setup("laser", pierce=0.4, soft_pierce=soft, power=0.8))
        moves = program.build(result, LASER).moves
        first = next(k for k, move in enumerate(moves) if isinstance(move, Beam) and move.power > 0)
        steps = moves[first : first + 2 * len(shares)]
        assert [move.power for move in steps[::2]] == pytest.approx([0.8 * share for share in shares])
        assert sum(move.seconds for move in steps if isinstance(move, Dwell)) == pytest.approx(0.4)
        assert inspect(postprocessors.write(program.build(result, LASER), LASER), LASER).proven
