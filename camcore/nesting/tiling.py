"""One shape in quantity on a rectangle: courses along either side, lattices cut off at the edges, blocks of both."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.nesting.courses import EXACT, Couple, Courses, courses
from camcore.nesting.lattice import Lattice, Vector
from camcore.nesting.nofit import turned_edges
from camcore.nesting.shapes import SLACK, Stance

OFFSETS = 12
"""A lattice's cell is moved over the rectangle in so many steps each way."""
_STARTS = (np.indices((OFFSETS, OFFSETS)).reshape(2, -1).T[:, ::-1] + 0.5) / OFFSETS
"""Those steps (n, 2), as shares of its vectors."""
ODD_OFFSETS = 6
"""The same on a sheet that is no plain rectangle."""
FOLLOWED = 4
"""Lattices that are fitted, best first, for each way that a shape stands."""
MANY = 1000
"""Of so many pieces on a sheet a second block would add too few to be worth its time."""
DEEP = 60
"""Of fewer pieces on a sheet three blocks are tried too."""
SHORT = 2
"""Two blocks that have so many pieces less than the best tiling may become better with a third."""
MIXED = 4
"""Best ways to stand that two blocks are made of."""
MOST_CUTS = 16
"""Courses are cut off after so many different rows at most, to fill the rest with another block."""


Free = Callable[[int, Floats], Ints]
"""Numbers of those of the places (n, 2), mm, of parts in a stance that are free."""


class Standing(NamedTuple):
    """One way that a shape stands, and how it repeats.

    stance, turned: numbers of its stance and of the one turned by 180 degrees, or twice the same
    couple, upright: as it repeats along x and, with x and y exchanged, along y
    corners: (2, 2) takes box corners, which the couples and `lattices` are about, to the parts' origins
    """

    stance: int
    turned: int
    couple: Couple
    upright: Couple
    corners: Floats
    lattices: tuple[Lattice, ...]


def standing(
    own: Floats, pair: Floats, found: Sequence[Lattice], stances: Sequence[Stance], at: int, to: int
) -> Standing:
    """A shape as stance number `at` of `stances` has it, and `to` where it may be turned by 180 degrees (else `at`).

    own, pair, found: regions and lattices in the part's own coordinates.
    """
    one, two = stances[at], stances[to]
    matrix = one.matrix
    corner = np.array([[one.box.x0, one.box.y0], [two.box.x0, two.box.y0]])
    pair = turned_edges(pair, matrix) if at != to else np.empty((0, 4))
    couple = Couple.of(turned_edges(own, matrix), pair, one.box, two.box)
    usable = [lattice for lattice in found if lattice.turned is None or at != to]
    lattices = tuple(_turned(lattice, matrix, corner[1] - corner[0]) for lattice in usable[:FOLLOWED])
    return Standing(at, to, couple, couple.swapped(), -corner, lattices)


def _turned(lattice: Lattice, matrix: Floats, shift: Floats) -> Lattice:
    """The lattice between box corners, under a 2 × 2 map."""

    def mapped(vector: Vector, by: Floats) -> Vector:
        x, y = matrix @ vector + by
        return float(x), float(y)

    none = np.zeros(2)
    turned = None if lattice.turned is None else mapped(lattice.turned, shift)
    return Lattice(mapped(lattice.u, none), mapped(lattice.v, none), turned, lattice.area)


@dataclass(frozen=True, slots=True, eq=False)
class Tiling:
    """Pieces of a shape on a rectangle from (0, 0): rows (n, 3) of stance, x, y of the part's origin; their reach."""

    pieces: Floats
    reach: float

    @property
    def count(self) -> int:
        """How many pieces."""
        return len(self.pieces)


Laid = tuple[int, int, Callable[[], Tiling]]
"""How many pieces, in which of the ways that the shape stands, and what makes the tiling."""


def _tiling(way: Standing, laid: Floats, swapped: bool = False) -> Tiling:
    """From rows turned, x, y of box corners; `swapped` where x and y are exchanged."""
    kind = laid[:, 0].astype(int)
    corners = laid[:, [2, 1]] if swapped else laid[:, 1:3]
    pieces = np.column_stack([np.array([way.stance, way.turned])[kind], corners + way.corners[kind]])
    return Tiling(pieces, float(corners[:, 0].max(initial=0.0)) + way.couple.width)


def _joined(one: Tiling, two: Tiling, start: float, swapped: bool) -> Tiling:
    """Two blocks, the second moved up, or if `swapped` to the right, by `start`, mm."""
    moved = two.pieces + np.array([0.0, start, 0.0] if swapped else [0.0, 0.0, start])
    return Tiling(np.concatenate([one.pieces, moved]), max(one.reach, two.reach + (start if swapped else 0.0)))


def _worth(tiling: Tiling) -> tuple[int, float]:
    return tiling.count, -round(tiling.reach, 6)


class Tiler:
    """Tilings of rectangles by one shape that may stand in several ways."""

    def __init__(self, ways: Sequence[Standing], gap: float) -> None:
        """`gap`: least distance between boxes of pieces of different blocks, mm."""
        self.ways = ways
        self.gap = gap
        self._laid: dict[tuple[float, float], list[Laid]] = {}

    def ragged(self, width: float, height: float, count: int) -> list[Tiling]:
        """So many lattices cut off at the edges, which leave gaps there; those of most pieces first."""
        laid = self._lattices(width, height)
        return [make() for _, _, make in sorted(laid, key=lambda each: -each[0])[:count]]

    def _lattices(self, width: float, height: float) -> list[Laid]:
        """All lattices on the whole rectangle, kept for who asks again."""
        if (width, height) not in self._laid:
            self._laid[width, height] = [
                (count, k, cache(make))
                for k, way in enumerate(self.ways)
                for count, make in _cut_off(way, width, height)
            ]
        return self._laid[width, height]

    def full(self, width: float, height: float, mixed: int = MANY) -> Tiling | None:
        """Most pieces on the rectangle, of equal ones those that reach least far in x; None where none fits.

        Where that are fewer than `mixed`, rectangles of two blocks are tried too.
        """
        laid = [(count, k, make) for k, way in enumerate(self.ways) for count, make in _courses(way, width, height)]
        laid = sorted([*laid, *self._lattices(width, height)], key=lambda each: each[1])
        most = max((count for count, _, _ in laid), default=0)
        best = max((make() for count, _, make in laid if count == most > 0), key=_worth, default=None)
        if best is not None and best.count < mixed:
            ranked = dict.fromkeys(k for _, k, _ in sorted(laid, key=lambda each: -each[0]))
            few = Tiler([self.ways[k] for k in list(ranked)[:MIXED]], self.gap)
            best = few._in_blocks((width, height), best, deep=best.count < DEEP)
        return best

    def last(self, width: float, height: float, quantity: int, also: Sequence[Tiling] = ()) -> Tiling | None:
        """So many pieces that reach least far in x, by courses along y or from other tilings; None where too many."""
        found = []
        for way in self.ways:
            upright = courses(way.upright, height, width, quantity)
            laid = upright.fewest(quantity, width - way.couple.width) if upright else None
            if laid is not None:
                found.append(_tiling(way, laid, swapped=True))
        found += [self.shortened(tiling, quantity) for tiling in also if tiling.count >= quantity]
        return min(found, key=lambda tiling: round(tiling.reach, 6), default=None)

    def shortened(self, tiling: Tiling, quantity: int) -> Tiling:
        """The `quantity` pieces of a tiling that reach least far."""
        width = {k: way.couple.width for way in self.ways for k in (way.stance, way.turned)}
        corner = {k: way.corners[n][0] for way in self.ways for n, k in ((1, way.turned), (0, way.stance))}
        right = [x - corner[int(k)] + width[int(k)] for k, x, _ in tiling.pieces]
        order = np.argsort(right, kind="stable")[:quantity]
        return Tiling(tiling.pieces[order], float(right[order[-1]]))

    def _cuts(self, width: float, height: float) -> Iterator[tuple[Standing, bool, Floats]]:
        """The best courses along each side, to be cut off after some of their rows."""
        for side in (False, True):
            best: tuple[int, Standing, Floats] | None = None
            for way in self.ways:
                for swapped, found, room in _both_courses(way, width, height):
                    if swapped == side and (best is None or found.count(room) > best[0]):
                        best = found.count(room), way, found.filled(room)
            if best:
                yield best[1], side, best[2]

    def _in_blocks(self, sides: tuple[float, float], best: Tiling, deep: bool) -> Tiling:
        """The best of a tiling of the rectangle, those of two blocks and, if `deep`, of three.

        One block are the first rows of courses, the other lies on the rest.
        """
        for way, swapped, laid in self._cuts(*sides):
            levels = np.unique(laid[:, 2])
            for level in levels[:: -max(1, len(levels) // MOST_CUTS)].tolist():
                below = laid[laid[:, 2] <= level + EXACT]
                start = level + self.gap + (way.couple.width if swapped else way.couple.height)
                rest = (sides[0] - start, sides[1]) if swapped else (sides[0], sides[1] - start)
                other = self._on_rest(rest, best.count - len(below), deep)
                if other is not None:
                    best = max(best, _joined(_tiling(way, below, swapped), other, start, swapped), key=_worth)
        return best

    def _on_rest(self, sides: tuple[float, float], enough: int, deep: bool) -> Tiling | None:
        """The best courses on what one block leaves, or blocks of them; None where that is less than enough."""
        if self.at_most(*sides) <= enough:
            return None
        courses = [each for way in self.ways for each in _courses(way, *sides)]
        count, make = max(courses, key=lambda each: each[0], default=(0, None))
        if make is None or count + (SHORT if deep else 0) < enough:
            return None
        return self._in_blocks(sides, make(), deep=False) if deep else make()

    def at_most(self, width: float, height: float) -> int:
        """Pieces that the densest lattice would have on so much area."""
        each = min(lattice.each for way in self.ways for lattice in way.lattices)
        return int(max(0.0, width + self.gap) * max(0.0, height + self.gap) / each)


def _cut_off(way: Standing, width: float, height: float) -> Iterator[tuple[int, Callable[[], Tiling]]]:
    """Lattices on the rectangle: how many pieces, and what makes the tiling."""
    for lattice in way.lattices:
        laid = fitted(lattice, width - way.couple.width, height - way.couple.height)
        if laid.count:
            yield laid.count, partial(_pointed, way, laid)


def _courses(way: Standing, width: float, height: float) -> Iterator[tuple[int, Callable[[], Tiling]]]:
    """The same of courses."""
    for swapped, found, room in _both_courses(way, width, height):
        yield found.count(room), partial(_filled, way, found, room, swapped)


def _filled(way: Standing, found: Courses, room: float, swapped: bool) -> Tiling:
    return _tiling(way, found.filled(room), swapped)


def _pointed(way: Standing, laid: Fitted) -> Tiling:
    return _tiling(way, laid.points())


def _both_courses(way: Standing, width: float, height: float) -> Iterator[tuple[bool, Courses, float]]:
    """Best courses along x and along y: whether x and y are exchanged, the courses, the room for their rows."""
    for swapped in (False, True):
        couple = way.upright if swapped else way.couple
        sides = (height, width) if swapped else (width, height)
        found = courses(couple, *sides)
        if found is not None:
            yield swapped, found, sides[1] - couple.height


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A lattice on the rectangle 0 … width, 0 … height, moved so that most of its points lie there: `count` of them."""

    lattice: Lattice
    start: Floats
    width: float
    height: float
    count: int

    def points(self) -> Floats:
        """Rows (n, 3) turned, x, y of the points, at least `count`."""
        laid = _points(self.lattice, self.start, self.width, self.height)
        snug = _points(self.lattice, self.start - laid[:, 1:3].min(axis=0), self.width, self.height)
        return max(laid, snug, key=len)


def fitted(lattice: Lattice, width: float, height: float) -> Fitted:
    """Most points of the lattice in the rectangle 0 … width, 0 … height."""
    from camcore.kernels.lattice import counted

    starts = _STARTS[:, :1] * lattice.u + _STARTS[:, 1:] * lattice.v
    if width < -EXACT or height < -EXACT:
        return Fitted(lattice, starts[0], width, height, 0)
    counts = sum(counted(_cell(lattice), starts + base, width, height, EXACT) for base in _bases(lattice))
    k = int(np.argmax(counts))
    return Fitted(lattice, starts[k], width, height, int(np.asarray(counts)[k]))


def fitted_anywhere(way: Standing, width: float, height: float, free: Free) -> Tiling | None:
    """Most pieces of a lattice where not all of the rectangle is free; None where none fits."""
    best: Tiling | None = None
    steps = (np.arange(ODD_OFFSETS) + 0.5) / ODD_OFFSETS
    for lattice in way.lattices:
        for s, t in product(steps.tolist(), steps.tolist()):
            start = s * np.array(lattice.u) + t * np.array(lattice.v)
            rows = _points(lattice, start, width - way.couple.width, height - way.couple.height)
            pieces = _tiling(way, rows).pieces
            kept = [
                own[free(stance, own[:, 1:3])]
                for stance in sorted({way.stance, way.turned})
                for own in [pieces[pieces[:, 0] == stance]]
            ]
            found = np.concatenate(kept)
            if len(found) > (best.count if best else 0):
                corners = found[:, 1] - np.where(found[:, 0] == way.stance, way.corners[0, 0], way.corners[1, 0])
                best = Tiling(found, float(corners.max()) + way.couple.width)
    return best


def _cell(lattice: Lattice) -> Floats:
    return np.array([*lattice.u, *lattice.v])


def _bases(lattice: Lattice) -> list[Floats]:
    return [np.zeros(2)] if lattice.turned is None else [np.zeros(2), np.array(lattice.turned)]


def _points(lattice: Lattice, start: Floats, width: float, height: float) -> Floats:
    """Rows (n, 3) turned, x, y of the points in the rectangle."""
    from camcore.kernels.lattice import interval

    (ux, uy), (vx, vy) = lattice.u, lattice.v
    rows, det = [], ux * vy - uy * vx
    for kind, base in enumerate(_bases(lattice)):
        at = start + base
        corners = [(ux * (y - at[1]) - uy * (x - at[0])) / det for x in (0.0, width) for y in (0.0, height)]
        for j in range(math.floor(min(corners)), math.ceil(max(corners)) + 1):
            a, b = interval(_cell(lattice), at[0] + j * vx, at[1] + j * vy, width, height, EXACT)
            if b >= a:
                i = np.arange(a, b + 1)
                rows.append(np.column_stack([np.full(len(i), kind), at[0] + j * vx + i * ux, at[1] + j * vy + i * uy]))
    laid = np.concatenate(rows) if rows else np.empty((0, 3))
    laid[:, 1:3] = np.clip(laid[:, 1:3], 0.0, [max(0.0, width), max(0.0, height)])
    return laid


def gap_of(spacing: float) -> float:
    """Least distance, mm, between the boxes of pieces that keep the spacing as shapes do."""
    return max(0.0, spacing - 2.0 * SLACK)
