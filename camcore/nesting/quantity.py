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
RAGGED = 4
"""Lattices with ragged edges that are filled too, beside the edges of the best tiling."""
ROOM = 1.1
"""They are tried where the plane would hold so many times the pieces of the best tiling."""
WORSE = 0.88
"""They have no less than this share of its pieces."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Sheetful:
    """A stock full of one shape, as `pieces` of the problem; `tiling` holds most before edges are filled."""

    problem: Problem
    number: int
    shape: int
    ready: Repeated
    tiling: Tiling
    pieces: tuple[Piece, ...]

    @staticmethod
    def of(
        problem: Problem, number: int, shape: int, ready: Repeated, mixed: int = MANY, thorough: bool = True
    ) -> Sheetful | None:
        """Stock `number` full of `shape`; None where none fits.

        mixed: as in `full_sheet`; what is not `thorough` fills the edges of one lattice at most
        """
        space = problem.spaces[number]
        full = full_sheet(ready, space, mixed)
        if full is None:
            return None
        pieces = _pieces(problem, shape, ready, full, space)
        if full.count <= TOPPED_UP and space.forbidden is None:
            sides = space.box.width, space.box.height
            lattices = (
                ready.tiler.ragged(*sides, RAGGED if thorough else 1)
                if ready.tiler.at_most(*sides) > ROOM * full.count
                else []
            )
            laid = (_pieces(problem, shape, ready, each, space) for each in lattices if each.count > WORSE * full.count)
            tried = [_topped_up(problem, number, shape, each, edges=True) for each in laid]
            tried += [_topped_up(problem, number, shape, pieces)] if thorough else []
            pieces = max([pieces, *tried], key=len)
        return Sheetful(problem, number, shape, ready, full, pieces)

    @property
    def count(self) -> int:
        """How many pieces."""
        return len(self.pieces)

    def last(self, quantity: int) -> tuple[Piece, ...]:
        """So many pieces, no more than on a full sheet, that reach least far in x."""
        found = _first_reached(self.problem, self.pieces, quantity)
        if quantity > self.tiling.count:
            return found
        space = self.problem.spaces[self.number]
        tiling = last_sheet(self.ready, space, quantity, self.tiling)
        laid = _pieces(self.problem, self.shape, self.ready, tiling, space)
        return min(found, laid, key=lambda pieces: reach_of(self.problem, pieces))


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
        full = Sheetful.of(problem, number, shape, ready) if left else None
        if full is None:
            continue
        times = min(left // full.count, space.stock.quantity or left)
        left -= times * full.count
        sheets += [Filled(number, full.pieces, times)] if times else []
        if left and (space.stock.quantity == 0 or times < space.stock.quantity):
            sheets.append(Filled(number, full.last(left), 1))
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


def reach_of(problem: Problem, pieces: Sequence[Piece]) -> float:
    """How far right pieces reach, mm."""
    return max(round(_right(problem, piece), 6) for piece in pieces)


def _first_reached(problem: Problem, pieces: Sequence[Piece], quantity: int) -> tuple[Piece, ...]:
    return tuple(sorted(pieces, key=lambda piece: (round(_right(problem, piece), 6), piece.y))[:quantity])


def _topped_up(
    problem: Problem, space: int, shape: int, pieces: tuple[Piece, ...], edges: bool = False
) -> tuple[Piece, ...]:
    """The sheet with what still fits between the pieces, in any stance; with `edges`, near its edges alone."""
    if len(pieces) > TOPPED_UP:
        return pieces
    inner = [piece for piece in pieces if edges and _is_inner(problem, space, piece)]
    layout = Layout(problem, space, inner)
    for piece in sorted(set(pieces) - set(inner)):
        layout.place(piece)
    while len(layout.pieces) < 2 * TOPPED_UP:
        found = [(at, k) for k in problem.of_shape[shape] if (at := layout.best(k, 1.0, 1e-3)) is not None]
        if not found:
            break
        (x, y), stance = min(found)
        layout.place(Piece(stance, x, y))
    return tuple(layout.pieces)


def _is_inner(problem: Problem, space: int, piece: Piece) -> bool:
    """Whether a piece lies so far from all edges that others lie all around it."""
    box, room = problem.stances[piece.stance].box, problem.spaces[space].box
    x, y = piece.x + box.x0 - room.x0, piece.y + box.y0 - room.y0
    far = max(box.width, box.height)
    return far < x < room.width - box.width - far and far < y < room.height - box.height - far
