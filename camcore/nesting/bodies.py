"""A sheet's pieces as rigid bodies: convex pieces, edges that may reach the bin, mass and inertia."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from camcore.geometry import Curve, Pose, arcs
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.pose import exact_cos_sin
from camcore.kernels.rigid import Bodies, Lie, Rims, Scene
from camcore.nesting.convex import Pieces, pack
from camcore.nesting.layout import Filled, Piece
from camcore.nesting.problem import Problem

SHORTEST = 1e-9
"""Edges no longer than this, mm, are left out."""
NO_PIECES = Pieces(np.empty((0, 2)), np.zeros(1, np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One shape, mirrored or not, unturned.

    body, plain: as of `Shape`, from the centre of gravity of `body`
    centre: that centre in the part's own coordinates, mm
    gyration: square of the radius of gyration, mm²; radius: of the circle around the centre that holds it, mm
    rim: rows of `Rims`
    free: whether it may turn
    """

    body: Pieces
    plain: Pieces
    centre: Floats
    gyration: float
    radius: float
    rim: Floats
    free: bool


def body_of(problem: Problem, stance: int) -> Body:
    """The body of the shape that lies in a stance."""
    lying = problem.stances[stance]
    shape, mirror = problem.shapes[lying.shape], Pose(mirror=lying.mirror)
    body, plain = shape.body.turned(mirror.matrix), shape.plain.turned(mirror.matrix)
    centre, gyration = balance(body)
    radius = float(np.hypot(*(body.points - centre).T).max())
    rim = rim_of(shape.part.outline.posed(mirror).ccw(), centre)
    free = shape.demand.rotations is None
    return Body(_moved(body, centre), _moved(plain, centre), centre, gyration, radius, rim, free)


def _moved(pieces: Pieces, centre: Floats) -> Pieces:
    """The pieces from another origin, without edges that are too short to have a direction."""
    kept = [ring[np.hypot(*(np.roll(ring, -1, axis=0) - ring).T) > SHORTEST] - centre for ring in rings(pieces)]
    return pack([ring for ring in kept if len(ring) > 2])


def balance(pieces: Pieces) -> tuple[Floats, float]:
    """Centre of gravity, mm, and square of the radius of gyration about it, mm²; from the moments of triangles."""
    moments = np.zeros(4)
    origin = pieces.points[0]
    for ring in rings(pieces):
        p = ring - origin
        q = np.roll(p, -1, axis=0)
        twice = p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
        first = (twice[:, None] * (p + q)).sum(axis=0) / 6.0
        second = (twice * ((p * p).sum(axis=1) + (p * q).sum(axis=1) + (q * q).sum(axis=1))).sum() / 12.0
        moments += [twice.sum() / 2.0, *first, second]
    centre = moments[1:3] / moments[0]
    return centre + origin, float(moments[3] / moments[0] - centre @ centre)


def rings(pieces: Pieces) -> list[Floats]:
    """The convex pieces one by one."""
    return [pieces.points[a:b] for a, b in zip(pieces.first[:-1], pieces.first[1:], strict=True)]


def least_width(hull: Floats) -> float:
    """Width of a closed convex ring (n, 2) in the direction in which it is narrowest, that of a normal of an edge."""
    ways = np.diff(hull, axis=0)
    normals = np.column_stack([ways[:, 1], -ways[:, 0]]) / np.hypot(*ways.T)[:, None]
    return float(np.ptp(hull @ normals.T, axis=0).min())


def rim_of(outline: Curve, centre: Floats) -> Floats:
    """Rows of `Rims` of a counter-clockwise outline: its corners, and the arcs that bulge outwards."""
    rows = outline.segments
    form, corners = arcs.centre_form(rows), rows[:, 0:2] - centre
    out = form.sweep > 0.0
    round_ = [form.cx[out] - centre[0], form.cy[out] - centre[1], form.radius[out], form.start[out], form.sweep[out]]
    return np.vstack([np.hstack([corners, np.zeros((len(rows), 3))]), np.column_stack(round_)])


def outer_edges(pieces: Pieces) -> Bools:
    """Which edges are no seam: no other piece has the same edge the other way round."""
    ends = [np.hstack([ring, np.roll(ring, -1, axis=0)]) for ring in rings(pieces)]
    edges = [tuple(edge) for edge in np.concatenate(ends).tolist()]
    known = set(edges)
    return np.array([(c, d, a, b) not in known for a, b, c, d in edges])


def bodies_of(groups: Sequence[Pieces]) -> Bodies:
    """The kernel's table of bodies, one for each group of pieces; none is placed yet."""
    count, edges = len(groups), [len(group.first) - 1 for group in groups]
    offsets = np.cumsum([0, *(len(group.points) for group in groups)])
    starts = [group.first[1:] + offset for group, offset in zip(groups, offsets[:-1], strict=True)]
    own = np.concatenate([np.empty((0, 4)), *(_own(group) for group in groups if len(group.points))])
    outer = np.concatenate([np.empty(0, np.bool_), *(outer_edges(group) for group in groups if len(group.points))])
    nowhere = np.tile([np.inf, np.inf, -np.inf, -np.inf], (count, 1))
    return Bodies(
        np.cumsum([0, *edges]),
        np.concatenate([[0], *starts]).astype(np.int64),
        own,
        outer,
        own.copy(),
        np.zeros((sum(edges), 4)),
        nowhere,
        np.full((count, 3), np.nan),
    )


def _own(pieces: Pieces) -> Floats:
    """Points, and the unit normal that looks out of the edge that starts at each."""
    ways = np.concatenate([np.roll(ring, -1, axis=0) - ring for ring in rings(pieces)])
    normals = np.column_stack([ways[:, 1], -ways[:, 0]]) / np.hypot(*ways.T)[:, None]
    return np.ascontiguousarray(np.hstack([pieces.points, normals]))


class Sheet:
    """One sheet's pieces as rigid bodies. Mutable: `lie` moves.

    The last body is what the sheet forbids; it never moves, and only the plain pieces meet it.
    """

    def __init__(self, problem: Problem, sheet: Filled) -> None:
        self.problem, self.sheet = problem, sheet
        kinds: dict[tuple[int, bool], Body] = {}
        for stance in (problem.stances[piece.stance] for piece in sheet.pieces):
            key = stance.shape, stance.mirror
            kinds[key] = kinds.get(key) or body_of(problem, problem.stances.index(stance))
        stances = [problem.stances[piece.stance] for piece in sheet.pieces]
        self.bodies = [kinds[stance.shape, stance.mirror] for stance in stances]
        forbidden = problem.spaces[sheet.space].forbidden
        plain = [body.plain if forbidden else NO_PIECES for body in self.bodies]
        rims = [body.rim for body in self.bodies]
        self.scene = Scene(
            bodies_of([*(body.body for body in self.bodies), NO_PIECES]),
            bodies_of([*plain, _moved(forbidden, np.zeros(2)) if forbidden else NO_PIECES]),
            Rims(np.cumsum([0, *map(len, rims)]), np.concatenate(rims)),
            np.array([*(body.radius for body in self.bodies), np.inf if forbidden else -np.inf]),
        )
        self.lie = Lie(np.array([*self._poses(), (0.0, 0.0, 0.0)]), np.array([*self._ease(), (0.0, 0.0)]))
        self._start = self.lie.pose[:, 2].copy()

    def _poses(self) -> Iterable[tuple[float, float, float]]:
        for piece, body in zip(self.sheet.pieces, self.bodies, strict=True):
            rotation = self.problem.stances[piece.stance].rotation
            x, y = _turned(body.centre, rotation)
            yield piece.x + x, piece.y + y, math.radians(rotation)

    def _ease(self) -> Iterable[tuple[float, float]]:
        """All masses are equal: heavy pieces that hardly give way make jams (0.5 points on swim)."""
        return [(1.0, 1.0 / body.gyration if body.free else 0.0) for body in self.bodies]

    def narrowest(self) -> Iterable[float]:
        """The least length that each piece takes, mm: its least width where it may turn."""
        for piece, body in zip(self.sheet.pieces, self.bodies, strict=True):
            stance = self.problem.stances[piece.stance]
            part = self.problem.shapes[stance.shape]
            yield least_width(np.asarray(part.polygon.convex_hull.exterior.coords)) if body.free else stance.box.width

    def filled(self, pose: Floats) -> Filled:
        """The sheet with its pieces in these poses; what has not turned keeps its stance."""
        pieces = []
        for piece, body, start, (x, y, angle) in zip(self.sheet.pieces, self.bodies, self._start, pose, strict=False):
            stance = piece.stance
            if angle != start:
                lying = self.problem.stances[stance]
                stance = self.problem.turned(lying.shape, math.degrees(angle) % 360.0, lying.mirror)
            dx, dy = _turned(body.centre, self.problem.stances[stance].rotation)
            pieces.append(Piece(stance, float(x - dx), float(y - dy)))
        return self.sheet._replace(pieces=tuple(pieces))


def _turned(point: Floats, degrees: float) -> tuple[float, float]:
    c, s = exact_cos_sin(degrees)
    return c * point[0] - s * point[1], s * point[0] + c * point[1]
