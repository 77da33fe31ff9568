"""How long one piece takes, before anybody knows where it lies: it is planned and timed alone on a sheet of its own.

So passes, tabs, pockets, finishing, drilled holes, smaller tools for narrow places, leads and micro-joints are those of
the program to come. Left out is what the neighbours do: leads that find no room, common lines, ways round loose parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from camcore.geometry import Curve
from camcore.machine import Machine
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock
from camcore.part import Part
from camcore.program.build import build
from camcore.program.clock import duration
from camcore.toolpath import plan
from camcore.toolpath.model import Plan
from camcore.toolpath.setup import Setup
from camcore.toolpath.wear import lengths

RIM = 20.0
"""Stock around the piece besides the spacing, mm: more than leads and tabs want."""


@dataclass(frozen=True, slots=True)
class PieceTime:
    """Seconds for each piece, without the way to the next; and length cut, mm.

    tools: numbers of those that it takes, the only one of a laser being 0; wear: path of each end mill in the stock, m
    """

    each: float
    cut_length: float
    tools: frozenset[int]
    wear: dict[int, float]


def piece_time(part: Part, setup: Setup, machine: Machine) -> PieceTime:
    """Time of one piece of a part on a machine; tool changes are apart, see `sheet_time`.

    Raises CamError as `program.build`: E602, E604, E605 for what the machine cannot carry out.
    """
    planned, low = _planned(part, _alone(setup)), _without_rises(machine)
    times = duration(build(planned, low), low)
    waits = times.dwell if setup.laser else 0.0
    return PieceTime(
        each=times.cutting + times.rapid + waits,
        cut_length=times.cut_length,
        tools=frozenset(cut.tool for cut in planned.cuts),
        wear=lengths(planned) if setup.mill else {},
    )


def sheet_time(pieces: Iterable[PieceTime], machine: Machine) -> float:
    """Seconds once for each sheet that holds such pieces: its tools change, and the spindle comes up to speed."""
    tools = frozenset[int]().union(*(piece.tools for piece in pieces))
    spindle = machine.spindle
    return max(0, len(tools) - 1) * spindle.change + len(tools) * spindle.spin_up if spindle else 0.0


def _alone(setup: Setup) -> Setup:
    """The set-up without what it says of neighbours."""
    return replace(setup, laser=replace(setup.laser, goes_round=False, heat_gap=0.0)) if setup.laser else setup


def _without_rises(machine: Machine) -> Machine:
    """The machine as if it changed tools at the height of its travel: it rises higher once for each sheet and tool."""
    if machine.heights is None:
        return machine
    low = machine.heights.model_copy(update={"safe": machine.heights.clearance})
    return machine.model_copy(update={"heights": low})


def _planned(part: Part, setup: Setup) -> Plan:
    box, rim = part.box, RIM + setup.spacing
    stock = Stock("piece", Curve.rectangle(box.width + 2 * rim, box.height + 2 * rim))
    sheet = NestedSheet("piece", stock, (Placement(part.id, rim - box.x0, rim - box.y0, 0.0),))
    rules = Rules(setup.spacing, setup.margin)
    return plan(Nest((Demand(part, 1),), (sheet,), (), rules, "done", parts={part.id: part}), setup)[0]
