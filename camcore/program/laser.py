"""How a laser cuts a plan."""

from __future__ import annotations

from itertools import groupby

from camcore.moves import Air, Beam, Dwell
from camcore.program.path import chains
from camcore.program.pen import Pen
from camcore.toolpath.model import Cut, Plan, Role, Stroke

SOFT = (0.25, 0.5, 0.75, 1.0)
"""Shares of the power that a soft pierce dwells at, equally long."""


def run(plan: Plan, pen: Pen, air: bool) -> None:
    """All cuts of the plan: rapid to each with the beam off, by the way that the plan says; pierce, cut, beam off.

    The head stays over the last cut: a way home could cross freed parts.
    """
    pen.add(*([Air(True)] if air else []))
    for cut in plan.all_cuts:
        pen.say(cut)
        for x, y in cut.via:
            pen.travel(x, y, 0.0)
        for z, level in groupby(cut.strokes, key=lambda stroke: stroke.z0):
            for chain in chains(list(level)):
                pen.travel(*chain[0].curve.start, z)
                _burn(cut, chain, pen)
        if pen.z:
            pen.travel(pen.x, pen.y, 0.0)
    pen.add(*([Air(False)] if air else []))


def _burn(cut: Cut, chain: list[Stroke], pen: Pen) -> None:
    """One unbroken chain of strokes. While the head stands and pierces, power must not follow the speed.

    A beam that cannot be on at rest does not pierce; a further pass finds the sheet pierced.
    """
    beam = pen.machine.beam
    dynamic = beam is not None and beam.mode == "dynamic"
    pierces = cut.pierce > 0 and pen.machine.abilities.rest_beam and chain[0].role is not Role.AGAIN
    if pierces:
        steps = SOFT if cut.soft else (1.0,)
        for share in steps:
            pen.add(Beam(share * cut.power), Dwell(cut.pierce / len(steps)))
    if dynamic or not pierces:
        pen.add(Beam(cut.power, dynamic))
    pen.follow(chain)
    pen.add(Beam(0.0))
