"""Times of single pieces against the programs of whole sheets: what a quote rests on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jobs import drawing as draw_plate

from camcore import drawing, estimate, machine, material, part, program, ready, toolpath
from camcore.estimate import Process
from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.model import Demand, Rules, Stock
from camcore.part import Part, Pocket
from camcore.program.piece import piece_time, sheet_time
from camcore.toolpath import resolve

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*/job.toml"))
MILL = machine.load("generic-linuxcnc-mill")


def run_time(found, setup, on):
    """Seconds of the programs of all sheets."""
    plans = toolpath.plan(found, setup)
    return sum(
        sheet.repeat * program.duration(program.build(plan, on), on).total
        for sheet, plan in zip(found.sheets, plans, strict=True)
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_estimates_of_the_samples_are_near_their_runs(path):
    """Time within 5 %, sheets within 2 %: the finished nest is one of few moves, which keeps the test short."""
    job = ready.prepare(path, ready.Budget(effort="200"))
    taken, process = job.intake, Process(job.machine, job.material, job.setup, job.rules)
    got = estimate.of_kit(taken.demands, taken.stocks, process)
    found = nest(taken.demands, taken.stocks, job.rules)
    assert got.count == sum(sheet.repeat for sheet in found.sheets)
    assert got.seconds == pytest.approx(run_time(found, job.setup, job.machine), rel=0.05)


def board():
    """A part with what takes time: a pocket with an island, holes to drill and to mill, a sharp bay, a mark."""
    bay = [(0, 0), (90, 0), (90, 25), (70, 25), (70, 35), (90, 35), (90, 60), (0, 60)]
    return Part(
        "board",
        Curve.polygon(bay).ccw(),
        (Curve.circle(10, 10, 1.25).cw(), Curve.circle(10, 50, 4.0).cw()),
        marks=(Curve(np.array([[5.0, 30.0, 0.0], [15.0, 30.0, 0.0]]), closed=False),),
        pockets=(Pocket(Curve.rectangle(40, 30, 20, 15).ccw(), (Curve.rectangle(6, 6, 35, 25).cw(),), 1.0),),
    )


@pytest.mark.parametrize("words", [{}, {"finish": 0.15}, {"step_down": 0.8, "tabs": 4}], ids=str)
def test_pockets_drills_and_finish_passes_are_counted(words):
    setup = resolve(MILL, material.load("fr4"), 3.2, words)
    process = Process(MILL, material.load("fr4"), setup, Rules(setup.spacing, setup.margin, 100))
    stock = Stock.rectangle(700, 500)
    (got,) = estimate.of_part(Demand(board(), 1), [20], stock, process)
    found = nest([Demand(board(), 20)], [stock], process.rules)
    assert got.seconds == pytest.approx(run_time(found, setup, MILL), rel=0.05)


def test_each_pocket_adds_time_and_wear():
    setup = resolve(MILL, material.load("fr4"), 3.2)
    plain, cleared = (piece_time(each, setup, MILL) for each in (replace(board(), pockets=()), board()))
    assert cleared.each > plain.each + 10
    assert sum(cleared.wear.values()) > sum(plain.wear.values()) + 0.2


def test_a_sheet_changes_to_each_tool_once():
    setup = resolve(MILL, material.load("fr4"), 3.2)
    drilled, square = piece_time(board(), setup, MILL), piece_time(Part("p", Curve.rectangle(30, 30)), setup, MILL)
    assert len(square.tools) == 1 < len(drilled.tools)
    assert MILL.spindle
    change, spin_up = MILL.spindle.change, MILL.spindle.spin_up
    assert sheet_time([square, square], MILL) == spin_up
    count = len(drilled.tools | square.tools)
    assert sheet_time([square, drilled], MILL) == pytest.approx((count - 1) * change + count * spin_up)
    assert sheet_time([drilled], machine.load("generic-grbl-laser")) == 0.0


def test_a_laser_changes_nothing_and_wears_nothing(tmp_path):
    draw_plate(tmp_path / "plate.dxf")
    (plate,) = part.find(drawing.read(tmp_path / "plate.dxf")).parts
    laser = machine.load("generic-grbl-laser")
    got = piece_time(plate, resolve(laser, material.load("pet"), 0.25), laser)
    assert (got.tools, got.wear) == (frozenset({0}), {})
    assert got.cut_length == pytest.approx(plate.outline.length + plate.holes[0].length, rel=0.05)
