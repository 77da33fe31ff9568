"""Strip packing: all pieces on one strip of fixed height, as short as can be. The literature's measure of a nesting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from camcore.geometry import Curve
from camcore.nesting.merit import reach
from camcore.nesting.model import Demand, Placement, Progress, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.search import Search
from camcore.part import Part

HEIGHT = 1000.0
"""Strips are scaled to this height, mm, so that tolerances mean the same for all."""
SLACK = 1e-6
"""Parts are this much smaller, mm at that height, than true: exact fits stay possible, overlaps stay invisible."""
START = 0.3
"""A strip this full is long enough for any first construction."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A packed strip, in the units of the demands; density = area of the parts / area of the strip."""

    placements: tuple[Placement, ...]
    length: float
    density: float
    moves: int
    seconds: float


def pack(
    demands: Sequence[Demand], height: float, rules: Rules, progress: Callable[[Progress], None] | None = None
) -> Strip:
    """The shortest strip that the rules' budget finds; parts touch, and the rules' spacing and margin are not used.

    Raises CamError E403 for an outline that crosses itself, ValueError when a part is higher than the strip.
    """
    factor = HEIGHT / height
    scaled = [replace(demand, part=_scaled(demand, factor)) for demand in demands]
    area = sum(demand.part.area * demand.quantity for demand in scaled)
    longest = max(max(demand.part.box.width, demand.part.box.height) for demand in scaled)
    stock = Stock("strip", Curve.rectangle(area / HEIGHT / START + 2.0 * longest, HEIGHT), quantity=1)
    problem = Problem(scaled, [stock], replace(rules, spacing=0.0, margin=0.0), SLACK)
    search = Search(problem, progress or (lambda _: None))
    search.run()
    best = search.best
    if best is None or any(best.left):
        raise ValueError("a part is higher than the strip in all its rotations")
    length = reach(problem, best)
    placements = []
    for piece in best.sheets[0].pieces:
        stance = problem.stances[piece.stance]
        name, at = problem.shapes[stance.shape].part.id, (piece.x / factor, piece.y / factor)
        placements.append(Placement(name, *at, stance.rotation, stance.mirror))
    return Strip(tuple(placements), length / factor, area / HEIGHT / length, search.moves, search.elapsed)


def _scaled(demand: Demand, factor: float) -> Part:
    part = demand.part
    return replace(part, outline=part.outline.scaled(factor), holes=tuple(hole.scaled(factor) for hole in part.holes))
