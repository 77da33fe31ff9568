"""One shape in quantity: full sheets that hold most of it, and the last sheet, on which it reaches least far."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from camcore.geometry import Pose
from camcore.geometry.arrays import Floats, Ints
from camcore.nesting.frontier import TOUCH
from camcore.nesting.lattice import Lattice, Regions, lattices
from camcore.nesting.layout import Draft, Filled, Layout, Piece
from camcore.nesting.nofit import region_edges
from camcore.nesting.problem import Problem
from camcore.nesting.shapes import Shape, Stance
from camcore.nesting.spaces import Space
from camcore.nesting.tiling import MANY, Tiler, Tiling, fitted_anywhere, gap_of, standing

SAME_ANGLE = 0.01
"""Angles nearer than this, degrees, are one."""
ALIGNED = 2
"""Of a part that may lie at any angle so many lattices are laid with their vectors along the sheet's sides."""
TOPPED_UP = 300
"""Sheets of more pieces are not searched for gaps at their edges: it would cost more than it gives."""


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """A shape with its regions, its lattices (densest first) and the ways it may stand; `stances` are numbered."""

    shape: Shape
    stances: tuple[Stance, ...]
    lattices: tuple[Lattice, ...]
    tiler: Tiler


def repeated(shape: Shape, spacing: float, regions: Regions | None = None, askew: bool = True) -> Repeated:
    """A shape made ready to be laid in quantity; with `askew`, if it may be, at angles that its stances do not have."""
    known = regions_of(shape) if regions is None else regions
    found = lattices(known)
    stances = list(shape.stances)
    if askew and shape.demand.rotations is None and len(stances) > 1:
        stances += _aligned(shape, found, stances)
    ways = [standing(known.own, known.pair, found, stances, at, to) for at, to in _couples(stances)]
    return Repeated(shape, tuple(stances), tuple(found), Tiler(ways, gap_of(spacing)))


def regions_of(shape: Shape) -> Regions:
    """No-fit regions of a shape against itself, also turned by 180 degrees where that is allowed and a difference."""
    turned = any(at != to for at, to in _couples(shape.stances))
    return Regions.of(shape.body, turned)


def _couples(stances: Sequence[Stance]) -> Iterator[tuple[int, int]]:
    """Stances none of which is another one turned by 180 degrees, each with its turned stance, or twice the same."""
    kept: list[Stance] = []
    for at, own in enumerate(stances):
        to = next((k for k, other in enumerate(stances) if _apart(own, other, 180.0)), at)
        if not any(_apart(own, other, 0.0) or _apart(own, other, 180.0) for other in kept):
            kept.append(own)
            yield at, to


def _apart(one: Stance, two: Stance, angle: float) -> bool:
    """Whether two stances differ by just this turn."""
    turn = (two.rotation - one.rotation - angle + 180.0) % 360.0 - 180.0
    return one.mirror == two.mirror and abs(turn) < SAME_ANGLE


def _aligned(shape: Shape, found: Sequence[Lattice], known: Sequence[Stance]) -> list[Stance]:
    """Stances at which short vectors of the best lattices lie along x or y, and those turned by 180 degrees."""
    added: list[Stance] = []
    for lattice in found[:ALIGNED]:
        (ux, uy), (vx, vy) = lattice.u, lattice.v
        for x, y in ((ux, uy), (vx, vy), (ux + vx, uy + vy), (vx - ux, vy - uy)):
            for quarter in range(4):
                angle = (90.0 * quarter - math.degrees(math.atan2(y, x))) % 360.0
                box = shape.part.outline.posed(Pose(0.0, 0.0, angle)).box
                stance = Stance(shape.stances[0].shape, angle, False, box)
                if not any(_apart(stance, other, 0.0) for other in (*known, *added)):
                    added.append(stance)
    return added


def full_sheet(ready: Repeated, space: Space, mixed: int = MANY) -> Tiling | None:
    """Most pieces on one sheet; None where none fits. Sheets of fewer than `mixed` pieces are also filled in blocks."""
    box = space.box
    if space.forbidden is None:
        return ready.tiler.full(box.width, box.height, mixed)
    return _on_odd_sheet(ready, space)


def last_sheet(ready: Repeated, space: Space, quantity: int, full: Tiling) -> Tiling:
    """`quantity` pieces, no more than `full` has, that reach least far in x."""
    box = space.box
    if space.forbidden is not None:
        return ready.tiler.shortened(full, quantity)
    found = ready.tiler.last(box.width, box.height, quantity, [full])
    assert found is not None
    return found


def _on_odd_sheet(ready: Repeated, space: Space) -> Tiling | None:
    """Most pieces of a lattice on a sheet that is no plain rectangle: those that lie on nothing forbidden."""
    from camcore.kernels.lattice import off

    corner, blocked = np.array([space.box.x0, space.box.y0]), dict[int, tuple[Floats, Floats]]()

    def free(stance: int, places: Floats) -> Ints:
        if stance not in blocked:
            blocked[stance] = _ground(ready, space, stance)
        return off(*blocked[stance], places + corner, TOUCH)

    found = (fitted_anywhere(way, space.box.width, space.box.height, free) for way in ready.tiler.ways)
    return max((tiling for tiling in found if tiling), key=lambda tiling: tiling.count, default=None)


def _ground(ready: Repeated, space: Space, stance: int) -> tuple[Floats, Floats]:
    """Region of a stance against what is forbidden, and its box."""
    assert space.forbidden is not None
    edges = region_edges(ready.shape.plain.turned(ready.stances[stance].matrix), space.forbidden)
    return edges, np.concatenate([edges[:, 0:2].min(axis=0), edges[:, 0:2].max(axis=0)])


def quantity_draft(problem: Problem, shape: int) -> Draft | None:
    """All pieces of a shape on sheets of their own, stock by stock; None where none fits.

    None also for fillers, kits, sheets that hold pieces already, and stocks whose grain runs in different directions.
    Full sheets are all alike; the last one is what remains, squeezed to one side.
    """
    own = problem.shapes[shape]
    apart = own.demand.fill or own.demand.kit is not None
    if apart or problem.mixed_grain or any(space.locked for space in problem.spaces):
        return None
    ready = repeated(own, problem.rules.spacing, askew=shape == len(problem.shapes) - 1)
    left, sheets = own.demand.quantity, list[Filled]()
    for number, space in enumerate(problem.spaces):
        full = full_sheet(ready, space) if left else None
        if full is None:
            continue
        pieces = _topped_up(problem, number, shape, _pieces(problem, shape, ready, full, space))
        times = min(left // len(pieces), space.stock.quantity or left)
        left -= times * len(pieces)
        sheets += [Filled(number, pieces, times)] if times else []
        if left and (space.stock.quantity == 0 or times < space.stock.quantity):
            rest = _first_reached(problem, pieces, left)
            if left <= full.count:
                last = _pieces(problem, shape, ready, last_sheet(ready, space, left, full), space)
                rest = min(rest, last, key=lambda pieces: _reach(problem, pieces))
            sheets.append(Filled(number, rest, 1))
            left = 0
    amounts = [s.demand.quantity if k != shape else left for k, s in enumerate(problem.shapes)]
    return Draft(tuple(sheets), tuple(amounts)) if sheets else None


def _pieces(problem: Problem, shape: int, ready: Repeated, tiling: Tiling, space: Space) -> tuple[Piece, ...]:
    """A tiling as pieces of the problem, which learns of stances that it does not have."""
    number = {
        int(k): problem.stance(shape, ready.stances[int(k)].rotation, ready.stances[int(k)].mirror)
        for k in np.unique(tiling.pieces[:, 0])
    }
    x0, y0 = space.box.x0, space.box.y0
    return tuple(Piece(number[int(k)], x + x0, y + y0) for k, x, y in tiling.pieces.tolist())


def _right(problem: Problem, piece: Piece) -> float:
    return piece.x + problem.stances[piece.stance].box.x1


def _reach(problem: Problem, pieces: Sequence[Piece]) -> float:
    return max(round(_right(problem, piece), 6) for piece in pieces)


def _first_reached(problem: Problem, pieces: Sequence[Piece], quantity: int) -> tuple[Piece, ...]:
    return tuple(sorted(pieces, key=lambda piece: (round(_right(problem, piece), 6), piece.y))[:quantity])


def _topped_up(problem: Problem, space: int, shape: int, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The sheet with what still fits between the pieces and its edges, in any stance."""
    if len(pieces) > TOPPED_UP:
        return pieces
    layout = Layout(problem, space)
    for piece in pieces:
        layout.place(piece)
    while len(layout.pieces) < 2 * TOPPED_UP:
        found = [(at, k) for k in problem.of_shape[shape] if (at := layout.best(k, 1.0, 1e-3)) is not None]
        if not found:
            break
        (x, y), stance = min(found)
        layout.place(Piece(stance, x, y))
    return tuple(layout.pieces)
