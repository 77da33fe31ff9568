import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import camcore.nesting.solve as solve_module
from camcore.findings import CamError
from camcore.geometry import Curve, Pose
from camcore.nesting import nest
from camcore.nesting.check import faults
from camcore.nesting.measure import summary
from camcore.nesting.model import Demand, Effort, Rules, Stock
from camcore.part import Part

ORTHO = (0.0, 90.0, 180.0, 270.0)
SHEET = Stock("300x200", Curve.rectangle(300.0, 200.0), quantity=0)


def rectangle(name, width, height):
    return Part(name, Curve.rectangle(width, height))


def ring(name, outer, inner):
    return Part(name, Curve.circle(0, 0, outer), (Curve.circle(0, 0, inner).cw(),))


def c_frame(name, size):
    t = size / 5
    corners = [(0, 0), (size, 0), (size, t), (t, t), (t, size - t), (size, size - t), (size, size), (0, size)]
    return Part(name, Curve.polygon(corners))


def quick(demands, stocks=(SHEET,), spacing=2.0, margin=5.0, effort=200, **more):
    found = nest(demands, stocks, Rules(spacing, margin, effort, **more))
    assert faults(found) == []
    return found


def count(found, part):
    return sum(sheet.repeat * sum(p.part == part for p in sheet.placements) for sheet in found.sheets)


def test_rectangles_fill_a_sheet_exactly_to_its_margin():
    """Four by two rectangles whose widths, spacings and margins add up to the sheet, to the last bit and no further."""
    part = rectangle("plate", (300 - 2 * 5 - 3 * 2) / 4, (200 - 2 * 5 - 2) / 2)
    found = quick([Demand(part, 8, (0.0,))])
    assert len(found.sheets) == 1
    assert found.unplaced == ()
    assert found.sheets[0].used_length == pytest.approx(300, abs=1e-3)


def test_a_part_as_large_as_the_sheet_fits():
    found = quick([Demand(rectangle("whole", 300, 200), 2)], margin=0.0)
    assert [len(sheet.placements) for sheet in found.sheets] == [1]
    assert found.sheets[0].repeat == 2


def test_washers_go_into_rings():
    found = quick([Demand(ring("ring", 80, 60), 1), Demand(ring("washer", 12, 5), 10)])
    big = next(p for p in found.sheets[0].placements if p.part == "ring")
    inside = [p for p in found.sheets[0].placements if math.hypot(p.x - big.x, p.y - big.y) < 60]
    assert len(inside) > 5


def test_exact_fit_slot_in_another_part_is_found():
    """A bar as wide as the notch less two spacings lies in it, though the region's slit has no width."""
    frame = Part(
        "frame", Curve.polygon([(0, 0), (190, 0), (190, 290), (120, 290), (120, 50), (70, 50), (70, 290), (0, 290)])
    )
    bar = rectangle("bar", 46, 238)
    sheet = Stock("tight", Curve.rectangle(200, 300), quantity=1)
    found = quick([Demand(frame, 1, (0.0,)), Demand(bar, 1, (0.0,))], [sheet])
    assert found.unplaced == ()


def test_grain_and_mirror_are_kept():
    tee = Part("tee", Curve.polygon([(0, 0), (60, 0), (60, 12), (36, 12), (36, 40), (24, 40), (24, 12), (0, 12)]))
    found = quick([Demand(tee, 12, (0.0, 180.0), mirror=True), Demand(c_frame("c", 50), 5, (90.0,), mirror=False)])
    turns = {(p.part, p.rotation, p.mirror) for sheet in found.sheets for p in sheet.placements}
    assert {rotation for part, rotation, _ in turns if part == "tee"} <= {0.0, 180.0}
    assert {(rotation, mirror) for part, rotation, mirror in turns if part == "c"} == {(90.0, False)}


def test_free_rotation_places_a_bar_that_fits_only_askew():
    sheet = Stock("square", Curve.rectangle(100, 100), quantity=1)
    found = quick([Demand(rectangle("bar", 118, 6), 1, None)], [sheet], margin=2.0)
    assert found.unplaced == ()


def test_free_part_drawn_askew_is_laid_square():
    """A plate drawn at 13 degrees fills a sheet that holds it square only."""
    askew = Part("askew", Curve.rectangle(80, 50).posed(Pose(3.0, 4.0, 13.0)))
    sheet = Stock("just", Curve.rectangle(90 + 0.01, 60 + 0.01), quantity=1)
    assert quick([Demand(askew, 1, None)], [sheet], margin=5.0).unplaced == ()


def test_identical_sheets_become_one_with_repeat():
    found = quick([Demand(ring("washer", 20, 8), 300)])
    per_sheet = len(found.sheets[0].placements)
    assert found.sheets[0].repeat == 300 // per_sheet
    assert count(found, "washer") == 300
    assert len(found.sheets) <= 2


def test_sheets_are_used_in_order_and_within_their_quantities():
    remnant = Stock("remnant", Curve.polygon([(0, 0), (150, 0), (150, 80), (80, 80), (80, 150), (0, 150)]), quantity=2)
    found = quick([Demand(rectangle("plate", 60, 40), 25)], [remnant, SHEET])
    assert found.sheets[0].stock.id == "remnant"
    assert sum(sheet.repeat for sheet in found.sheets if sheet.stock.id == "remnant") <= 2
    assert found.unplaced == ()


def test_holes_and_defects_of_a_sheet_keep_the_margin():
    sheet = Stock("holed", Curve.rectangle(300, 200), (Curve.circle(150, 100, 40), Curve.rectangle(30, 30, 20, 150)), 1)
    found = quick([Demand(rectangle("plate", 40, 30), 60)], [sheet])
    assert len(found.sheets[0].placements) > 12
    assert found.unplaced[0].why == "no room left on 1 sheet"


def test_ring_may_lie_around_a_hole_of_the_sheet():
    """A sheet that has room for the ring only where its defect lies in the ring's hole."""
    sheet = Stock("defect", Curve.rectangle(100, 100), (Curve.circle(50, 50, 10),), 1)
    found = quick([Demand(ring("ring", 45, 30), 1), Demand(ring("washer", 4, 2), 3)], [sheet])
    assert count(found, "ring") == 1


def test_round_sheet_holds_only_what_lies_inside_it():
    disc = Stock("disc", Curve.circle(100, 100, 100), quantity=1)
    found = quick([Demand(rectangle("plate", 30, 20), 60)], [disc], margin=3.0)
    for placement in found.sheets[0].placements:
        corners = Curve.rectangle(30, 20).posed(placement.pose).vertices[:, :2]
        assert np.hypot(*(corners - 100).T).max() < 97.0 + 1e-3


def test_what_does_not_fit_is_told_with_sizes():
    found = quick([Demand(rectangle("long", 310, 95), 3), Demand(rectangle("ok", 50, 50), 1)])
    assert [(row.part, row.quantity) for row in found.unplaced] == [("long", 3)]
    assert found.unplaced[0].why == (
        "does not fit on any sheet in any allowed rotation: 310.0 x 95.0 on 300.0 x 200.0 less margin"
    )


def test_no_room_is_told_with_the_count_of_sheets():
    stock = Stock("two", Curve.rectangle(100, 100), quantity=2)
    found = quick([Demand(rectangle("plate", 60, 60), 5)], [stock])
    assert found.unplaced[0].quantity == 3
    assert found.unplaced[0].why == "no room left on 2 sheets"


def test_priority_goes_first_and_fillers_take_no_sheet():
    stock = Stock("one", Curve.rectangle(100, 100), quantity=0)
    urgent, filler = rectangle("urgent", 30, 30), rectangle("filler", 60, 60)
    found = quick(
        [Demand(filler, 3, fill=True), Demand(urgent, 2, priority=1), Demand(rectangle("big", 80, 50), 1)], [stock]
    )
    assert count(found, "urgent") == 2
    assert all(
        "big" in {p.part for p in s.placements} or "urgent" in {p.part for p in s.placements} for s in found.sheets
    )
    only = quick(
        [Demand(rectangle("low", 80, 80), 1), Demand(rectangle("high", 81, 81), 1, priority=5)],
        [Stock("single", Curve.rectangle(100, 100), quantity=1)],
    )
    assert [row.part for row in only.unplaced] == ["low"]


def mixed():
    return [Demand(c_frame("c", 60), 9), Demand(ring("ring", 25, 15), 9), Demand(rectangle("bar", 70, 9), 14)]


def test_same_effort_and_seed_give_the_same_nest():
    one, two = quick(mixed(), effort=500, seed=7), quick(mixed(), effort=500, seed=7)
    assert one.stopped_by == two.stopped_by == "effort"
    assert [s.placements for s in one.sheets] == [s.placements for s in two.sheets]


def test_more_effort_is_never_worse():
    def merit(found):
        return len(found.sheets), found.sheets[-1].used_length

    merits = [merit(quick(mixed(), effort=effort)) for effort in (50, 500, 3000)]
    assert merits == sorted(merits, reverse=True)


def test_seconds_are_a_cap_and_are_told():
    found = quick(mixed(), effort=10**9, seconds=0.3)
    assert found.stopped_by == "seconds"
    assert found.seconds < 3.0


def test_interrupt_keeps_the_best_whole_nest():
    calls = itertools.count()

    def break_off(_):
        if next(calls) == 2:
            raise KeyboardInterrupt

    found = nest(mixed(), [SHEET], Rules(2.0, 5.0, 10**9), progress=break_off)
    assert found.stopped_by == "interrupt"
    assert found.unplaced == ()
    assert faults(found) == []


def test_progress_tells_of_the_best_so_far():
    seen = []
    nest(mixed(), [SHEET], Rules(2.0, 5.0, 400), progress=seen.append)
    assert [p.share for p in seen] == sorted(p.share for p in seen)
    assert seen[-1].sheets >= 1
    assert seen[-1].unplaced == 0


def test_summary_yields_are_ordered_and_bounded():
    found = quick(mixed())
    figures = summary(found)
    net = sum(d.part.area * d.quantity for d in mixed())
    assert figures.yield_ == pytest.approx(net / (figures.sheets * 300 * 200))
    assert figures.yield_ <= figures.yield_to_crop_line <= figures.yield_bound <= 1.0


def test_remnant_is_what_lies_beyond_the_crop_line():
    found = quick([Demand(rectangle("plate", 100, 100), 1)])
    sheet = found.sheets[0]
    assert sheet.used_length == pytest.approx(105 + 5, abs=1e-3)
    assert sheet.remnant.box.x0 == sheet.used_length
    assert sheet.remnant.area == pytest.approx((300 - sheet.used_length) * 200)


@pytest.mark.parametrize(
    ("code", "demands", "stocks", "rules"),
    [
        ("E401", [], [SHEET], Rules(2, 5)),
        ("E401", [Demand(rectangle("a", 5, 5), 1)], [], Rules(2, 5)),
        ("E402", [Demand(rectangle("a", 5, 5), 0)], [SHEET], Rules(2, 5)),
        ("E402", [Demand(rectangle("a", 5, 5), 1)], [SHEET], Rules(-2, 5)),
        ("E402", [Demand(rectangle("a", 5, 5), 1)], [SHEET], Rules(2, math.nan)),
        ("E403", [Demand(Part("bow", Curve.polygon([(0, 0), (9, 9), (9, 0), (0, 9)])), 1)], [SHEET], Rules(2, 5)),
        ("E404", [Demand(rectangle("a", 5, 5), 1), Demand(rectangle("a", 5, 5), 1)], [SHEET], Rules(2, 5)),
    ],
)
def test_what_cannot_be_nested_is_a_finding(code, demands, stocks, rules):
    with pytest.raises(CamError) as caught:
        nest(demands, stocks, rules)
    assert {finding.code for finding in caught.value.findings} == {code}


def test_a_nest_that_fails_its_check_never_leaves(monkeypatch):
    monkeypatch.setattr(solve_module, "faults", lambda _: ["parts overlap"])
    with pytest.raises(RuntimeError, match="defect of camcore"):
        nest([Demand(rectangle("a", 5, 5), 1)], [SHEET], Rules(2, 5, Effort.QUICK))


sizes = st.floats(4.0, 90.0)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(sizes, sizes, st.sampled_from(["rectangle", "ring", "c"]), st.integers(1, 6)), min_size=1, max_size=4
    ),
    st.sampled_from([0.0, 0.5, 3.0]),
    st.sampled_from([0.0, 1.0, 7.0]),
    st.sampled_from([ORTHO, (0.0,), (0.0, 180.0), (17.0, 33.0), None]),
    st.booleans(),
)
def test_every_nest_passes_the_independent_check(kinds, spacing, margin, rotations, mirror):
    make = {
        "rectangle": lambda name, a, b: rectangle(name, a, b),
        "ring": lambda name, a, b: ring(name, max(a, b) / 2 + 1, min(a, b) / 2),
        "c": lambda name, a, b: c_frame(name, a),
    }
    demands = [Demand(make[kind](f"p{k}", a, b), n, rotations, mirror) for k, (a, b, kind, n) in enumerate(kinds)]
    notched = Stock("notched", Curve.polygon([(0, 0), (140, 0), (140, 60), (90, 90), (90, 140), (0, 140)]), quantity=1)
    quick(demands, [notched, SHEET], spacing=spacing, margin=margin, effort=1)
