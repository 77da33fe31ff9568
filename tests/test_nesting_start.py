"""Going on from a given nest, and nests so far while the search works."""

import json
from dataclasses import replace

import jobs
import pytest

from camcore.findings import CamError
from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.check import faults
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock
from camcore.part import Part
from camcore.ready import Budget
from camcore.run import nest_only

SHEET = Stock("sheet", Curve.rectangle(300.0, 200.0), quantity=0)
PLATE = Part("plate", Curve.rectangle(60, 40))
TEE = Part("tee", Curve.polygon([(0, 0), (60, 0), (60, 12), (36, 12), (36, 40), (24, 40), (24, 12), (0, 12)]))
RULES = Rules(2.0, 5.0, 300)
SURPLUS = "more than are demanded, or on more sheets than there are"


def laid(placements, demands, stock=SHEET, repeat=1):
    """A nest of one layout, as a file or a person might give it."""
    sheet = NestedSheet("sheet-1", stock, tuple(placements), repeat)
    return Nest(tuple(demands), (sheet,), (), RULES, "done", parts={d.part.id: d.part for d in demands})


def gone_on(demands, start, rules=RULES, stocks=(SHEET,)):
    found = nest(demands, stocks, rules, start=start)
    assert faults(found) == []
    return found


def reasons(found):
    return [(finding.code, finding.message) for finding in found.findings]


def merit(found):
    return (
        sum(row.quantity for row in found.unplaced),
        sum(s.repeat for s in found.sheets),
        found.sheets[-1].used_length,
    )


def test_a_nest_without_a_budget_comes_back_as_it_is():
    demands = [Demand(PLATE, 3), Demand(TEE, 4)]
    start = nest(demands, [SHEET], replace(RULES, effort=3000))
    again = gone_on(demands, start, replace(RULES, effort=1))
    assert sorted(map(repr, again.sheets[0].placements)) == sorted(map(repr, start.sheets[0].placements))
    assert again.findings == ()


def test_the_answer_is_never_worse_than_the_start():
    demands = [Demand(PLATE, 5), Demand(TEE, 9, (0.0, 180.0), mirror=True)]
    start = nest(demands, [SHEET], replace(RULES, effort=4000))
    for effort in (1, 50, 2000):
        assert merit(gone_on(demands, start, replace(RULES, effort=effort, seed=3))) <= merit(start)


def test_new_pieces_are_placed_around_those_that_lie():
    lying = [Placement("plate", 120.0, 80.0, 0.0), Placement("plate", 200.0, 6.0, 90.0)]
    found = gone_on([Demand(PLATE, 2), Demand(TEE, 6)], laid(lying, [Demand(PLATE, 2)]), replace(RULES, effort=1))
    assert set(lying) <= set(found.sheets[0].placements)
    assert found.unplaced == ()
    assert len(found.sheets) == 1


def test_pieces_at_any_angle_are_taken_over():
    """A free piece stays at its angle, others are placed around it, and the squeeze may start from there."""
    lying = [Placement("tee", 80.0, 40.0, 33.3)]
    demands = [Demand(TEE, 1, None), Demand(PLATE, 4)]
    found = gone_on(demands, laid(lying, [demands[0]]), replace(RULES, effort=1))
    assert lying[0] in found.sheets[0].placements
    assert gone_on(demands, found, replace(RULES, effort=3000)).sheets[0].used_length < found.sheets[0].used_length


@pytest.mark.parametrize(
    ("lying", "demand", "why"),
    [
        (Placement("plate", 10, 10, 45.0), Demand(PLATE, 2), "turned or mirrored as they must not be"),
        (Placement("plate", 70, 10, 0.0, True), Demand(PLATE, 2), "turned or mirrored as they must not be"),
        (Placement("plate", 250, 10, 0.0), Demand(PLATE, 2), "overlapping, too near each other or the sheet's edge"),
        (Placement("plate", 2, 10, 0.0), Demand(PLATE, 2), "overlapping, too near each other or the sheet's edge"),
        (Placement("plate", 61, 100, 0.0), Demand(PLATE, 2), "overlapping, too near each other or the sheet's edge"),
        (Placement("plate", 100, 50, 0.0), Demand(PLATE, 1), SURPLUS),
        (Placement("old", 100, 50, 0.0), Demand(PLATE, 2), "no longer demanded"),
    ],
)
def test_what_does_not_hold_is_left_out_and_told(lying, demand, why):
    good = Placement("plate", 10.0, 100.0, 0.0)
    found = gone_on([demand], laid([good, lying], [demand]), replace(RULES, effort=1))
    assert reasons(found) == [("W405", f"1 of {lying.part!r}: {why}")]
    assert good in found.sheets[0].placements or why == SURPLUS
    assert found.unplaced == ()


def test_sheets_that_are_not_there_are_left_out():
    start = laid([Placement("plate", 10, 10, 0.0)], [Demand(PLATE, 1)], Stock("other", Curve.rectangle(500, 500)), 2)
    found = gone_on([Demand(PLATE, 2)], start)
    assert reasons(found) == [("W405", "2 of 'plate': there is no sheet like theirs, or none more")]
    assert found.unplaced == ()


def test_repeats_are_cut_down_to_demand_and_stock():
    lying = [Placement("plate", 10.0, 10.0 + 50 * k, 0.0) for k in range(3)]
    found = gone_on([Demand(PLATE, 7)], laid(lying, [Demand(PLATE, 30)], repeat=10), replace(RULES, effort=1))
    assert reasons(found)[0][1].startswith("24 of 'plate': more than are demanded")
    assert found.unplaced == ()
    one = Stock("sheet", Curve.rectangle(300.0, 200.0), quantity=1)
    found = gone_on([Demand(PLATE, 30)], laid(lying, [Demand(PLATE, 30)], repeat=10), replace(RULES, effort=1), (one,))
    assert sum(sheet.repeat for sheet in found.sheets) == 1


def test_rules_that_became_stricter_leave_the_later_of_two_out():
    lying = [
        Placement("plate", 10.0, 10.0, 0.0),
        Placement("plate", 72.0, 10.0, 0.0),
        Placement("plate", 134.0, 10.0, 0.0),
    ]
    found = gone_on([Demand(PLATE, 3)], laid(lying, [Demand(PLATE, 3)]), replace(RULES, spacing=4.0, effort=1))
    assert {lying[0], lying[2]} <= set(found.sheets[0].placements)
    assert "1 of 'plate'" in found.findings[0].message


def test_progress_carries_the_nest_so_far():
    seen = []
    demands = [Demand(PLATE, 5), Demand(TEE, 9)]
    last = nest(demands, [SHEET], replace(RULES, effort=3000), progress=seen.append)
    merits = []
    for state in seen:
        so_far = state.nest()
        assert faults(so_far) == []
        assert so_far.sheets[-1].used_length == pytest.approx(state.used_length)
        merits.append(merit(so_far))
    assert merits == sorted(merits, reverse=True)
    assert merits[-1] == merit(last)


@pytest.mark.parametrize("rotations", [(0.0, 90.0), None])
def test_a_nest_so_far_survives_the_interrupt(rotations):
    """Whenever the callback breaks off, the answer is the nest that it saw last."""
    for call in (1, 3, 6):
        seen = []

        def break_off(state, seen=seen, call=call):
            seen.append(state)
            if len(seen) == call:
                raise KeyboardInterrupt

        found = nest([Demand(PLATE, 5, rotations), Demand(TEE, 9, rotations)], [SHEET], RULES, progress=break_off)
        assert faults(found) == []
        if found.stopped_by == "interrupt":
            assert merit(found) == merit(seen[-1].nest())


def test_a_job_goes_on_from_its_nest_file(tmp_path):
    """More pieces of the same part are ordered: those that lie stay in the first draft; what went too far is told."""
    path, file = jobs.job(tmp_path), tmp_path / "nest.json"
    nest_only(path, file, Budget())
    path.write_text(path.read_text().replace("quantity = 3", "quantity = 5"))
    outcome = nest_only(path, tmp_path / "more.json", Budget(), start=file)
    assert outcome.exit_code == 0
    assert outcome.nest.unplaced == ()
    path.write_text(path.read_text().replace("quantity = 5", "quantity = 2"))
    outcome = nest_only(path, file, Budget(), start=tmp_path / "more.json")
    told = [finding for finding in outcome.findings if finding.code == "W405"]
    assert [(finding.file, finding.where["part"]) for finding in told] == [(str(tmp_path / "more.json"), "plate")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "E308"),
        ("[]", "E770"),
        ('{"version": 1}', "E770"),
        (None, "E301"),
        ("no outline", "E770"),
        ("no part", "E770"),
    ],
)
def test_what_is_no_nest_is_a_finding(tmp_path, text, code):
    path, file = jobs.job(tmp_path), tmp_path / "start.json"
    if text in ("no outline", "no part"):
        nest_only(path, file, Budget())
        tree = json.loads(file.read_text())
        tree["parts"] = [] if text == "no part" else [{**tree["parts"][0], "outline": [[0, 0, 0]]}]
        text = json.dumps(tree)
    if text is not None:
        file.write_text(text)
    with pytest.raises(CamError) as caught:
        nest_only(path, tmp_path / "out.json", Budget(), start=file)
    assert [finding.code for finding in caught.value.findings] == [code]
    assert caught.value.findings[0].file == str(file)
