"""Cuts of the samples in figures, on each generic machine of their process: `python -m benchmarks.blocks [sample ...]`.

deviation: greatest of any cut edge from the finished edge, mm, as the proof measures it on the program's text
blocks: feed blocks over segments of the ideal path: each edge's exact offset (a circle is two half turns), once for
each round, and the segments of leads, overcuts, ramps and tabs
lines: all lines of the text but comments over the same: rapids, power and tool words count as well
arcs: most arcs that a round of a circle has, and how far their radius is off, mm
time: the time model over the motion followed in steps of 0.1 ms (`tests/naive.py`) on the first cuts, on GRBL
plan: CPU seconds from nest to plan, the second of two runs in one process
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

import postprocessors
from camcore import machine, program, toolpath
from camcore.formats.task import task_of
from camcore.geometry import Curve, arcs
from camcore.machine import Machine
from camcore.moves import Arc, Line
from camcore.nesting.model import Nest
from camcore.program.track import expanded
from camcore.ready import Budget, Ready, prepare
from camcore.run import _nested
from camcore.toolpath.model import Cut, Kind, Plan, Role
from camcore.toolpath.reach import reach
from camcore.verify import inspect

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
MACHINES = {
    "laser": ("generic-grbl-laser", "generic-linuxcnc-laser"),
    "mill": ("generic-grbl-router", "generic-linuxcnc-mill"),
}
FOLLOWED = 12
"""So many cuts are followed in time steps."""
HEADS = "| sample | machine | deviation mm | blocks | lines | arcs a circle | radius off mm | time | plan s |"


def rows(sample: str) -> Iterator[str]:
    """Lines of the table."""
    path = SAMPLES / sample / "job.toml"
    ready = prepare(path, Budget(effort="quick"))
    nest = _nested(ready, None)
    for name in MACHINES[ready.machine.process]:
        yield row(sample, ready, nest, machine.load(name))


def row(sample: str, ready: Ready, nest: Nest, chosen: Machine) -> str:
    """One line: the sample's nest on a machine."""
    setup = toolpath.resolve(chosen, ready.material, ready.job.thickness, ready.job.process.overrides)
    toolpath.plan(nest, setup)
    start = time.process_time()
    plans = toolpath.plan(nest, setup)
    spent = time.process_time() - start
    worst, feeding, lines, ideal = 0.0, 0, 0, 0
    for plan in plans:
        built = program.build(plan, chosen)
        text = postprocessors.write(built, chosen)
        checks = {check.name: check for check in inspect(text, chosen, task_of(nest, plan)).checks}
        worst = max(worst, checks["edge"].figures["deviation"])
        feeding += sum(isinstance(move, Line | Arc) for move in built.moves)
        lines += sum(not line.startswith(("(", ";", "%")) for line in text.splitlines())
        ideal += sum(ideal_of(cut, plan, nest) for cut in plan.cuts)
    most, off = circles(plans, nest)
    return (
        f"| {sample} | {chosen.name} | {worst:.4f} | {feeding / ideal:.2f} | {lines / ideal:.2f} | {most} | "
        f"{off:.0e} | {followed(plans[0], chosen)} | {spent:.2f} |"
    )


def edge_of(cut: Cut, plan: Plan, nest: Nest) -> Curve | None:
    """The finished edge that a cut makes; None for marks, pockets and drilled holes."""
    part = nest.parts.get(cut.part) or next(d.part for d in nest.demands if d.part.id == cut.part)
    if cut.hole or cut.kind not in (Kind.HOLE, Kind.OUTLINE):
        return None
    return part.outline if cut.kind is Kind.OUTLINE else part.holes[cut.index]


def ideal_of(cut: Cut, plan: Plan, nest: Nest) -> int:
    """Segments of the ideal path of one cut."""
    edge = edge_of(cut, plan, nest)
    segments = sum(len(stroke.curve.segments) for stroke in cut.strokes) or 1
    if edge is None:
        return segments
    radius = plan.tools[cut.tool].diameter / 2 if cut.tool else plan.kerf / 2
    paths = reach(edge, radius, cut.kind is Kind.OUTLINE).paths
    round_, length = sum(len(path.segments) for path in paths), sum(path.length for path in paths)
    cutting = [stroke for stroke in cut.strokes if stroke.role in (Role.CUT, Role.AGAIN)]
    rounds = sum(stroke.curve.length for stroke in cutting) / length
    gaps = sum(len(stroke.curve.segments) for stroke in cut.strokes if stroke not in cutting)
    return math.floor(rounds * round_ + 1e-9) + gaps + 2 * len(cut.tabs)


def circles(plans: tuple[Plan, ...], nest: Nest) -> tuple[int, float]:
    """Most arcs of a circle's whole round, and how far any of their radii is off, mm."""
    most, off = 0, 0.0
    for plan in plans:
        for cut in plan.cuts:
            edge = edge_of(cut, plan, nest)
            circle = edge.as_circle() if edge else None
            if circle is None:
                continue
            shift = plan.tools[cut.tool].diameter / 2 if cut.tool else plan.kerf / 2
            wanted = circle[2] + (shift if cut.kind is Kind.OUTLINE else -shift)
            for stroke in (stroke for stroke in cut.strokes if stroke.role is Role.CUT):
                table = stroke.curve.segments
                off = max(off, float(np.abs(arcs.centre_form(table).radius - wanted).max()))
                if stroke.curve.length >= math.tau * wanted - 1e-6:
                    most = max(most, len(table))
    return most, off


def followed(plan: Plan, chosen: Machine) -> str:
    """The time model over a motion followed step by step, on a plan's first cuts."""
    if not chosen.abilities.arc_chord:
        return "–"
    from tests import naive

    built = program.build(replace(plan, cuts=plan.cuts[:FOLLOWED]), chosen)
    runs = naive.blocks(expanded(built.moves, chosen), chosen.rates, chosen.abilities.arc_chord)
    there = sum(naive.motion_seconds(run, chosen.rates, chosen.abilities.planner_blocks - 1) for run in runs)
    times = program.duration(built, chosen)
    return f"{(times.cutting + times.rapid) / there:.4f}"


def main() -> None:
    """Print the table."""
    print(HEADS)
    print("|" + "---|" * (HEADS.count("|") - 1))
    for sample in sys.argv[1:] or sorted(path.parent.name for path in SAMPLES.glob("*/job.toml")):
        for line in rows(sample):
            print(line, flush=True)


if __name__ == "__main__":
    main()
