"""Rigid bodies of convex pieces that are pushed apart and turned by their contacts, at any angle.

Contacts are projected one after the other, as in position based dynamics (Müller et al., 2007, doi
10.1016/j.jvcir.2007.01.005): each moves both bodies along its normal and turns those that may turn, by inverse mass and
inertia, so far that they no longer meet there.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import kernel

Flags = Any
"""Boolean arrays."""
APART = -1.0
"""Depth of what does not meet."""
SNUG = 5e-7
"""A body may stick out of its bin by this, mm: half of what the search allows itself."""
PUSH_MORE = 1.85
"""Contacts are projected by this many times their depth: over-relaxed, a jam loosens in a tenth of the rounds."""
PATIENCE, PROGRESS = 20, 0.7
"""Pushing is given up after so many rounds in which the overlap did not fall to this share."""


class Lie(NamedTuple):
    """How n bodies lie, and how easily each gives way.

    pose: (n, 3) x, y of the centre of gravity, mm, and angle, radians
    inverse: (n, 2) 1 / mass and 1 / moment of inertia, 1/mm²; 0 for what does not move or turn
    """

    pose: Floats
    inverse: Floats


class Bodies(NamedTuple):
    """Convex counter-clockwise pieces of n bodies.

    first: (n + 1,) pieces of body i are ``first[i] .. first[i + 1]``
    start: (P + 1,) points of piece p are ``start[p] .. start[p + 1]``
    own: (N, 4) each point from the body's centre, and the outward normal of the edge that starts at it
    outer: (N,) whether that edge is on the body's boundary; others are seams between its pieces
    placed: (N, 4) the same as the bodies lie
    box: (P, 4) boxes of the pieces as they lie
    whole: (n, 4) boxes of the bodies as they lie
    seen: (n, 3) the poses for which the three above hold
    """

    first: Ints
    start: Ints
    own: Floats
    outer: Flags
    placed: Floats
    box: Floats
    whole: Floats
    seen: Floats


class Rims(NamedTuple):
    """What of n bodies may reach an edge of the bin: corners (radius 0) and outward arcs.

    first: (n + 1,) rows of body i
    rows: (R, 5) centre x, y from the body's centre, radius, start angle, sweep (positive), radians
    """

    first: Ints
    rows: Floats


class Scene(NamedTuple):
    """What n bodies and, last, one that never moves are; how they lie is a `Lie`.

    bodies: what must not overlap each other; the last has no pieces
    plain: what must not overlap the last body, and it
    rims: of the n that move
    radius: (n + 1,) of the circle around each centre that holds the body, mm; −inf for none
    """

    bodies: Bodies
    plain: Bodies
    rims: Rims
    radius: Floats


class Limits(NamedTuple):
    """How bodies are pushed.

    bin: (4,) rectangle for the rims, mm
    gap: bodies are pushed so far apart, mm, that rounding cannot make them overlap
    around: only bodies are watched that are nearer than this, mm; a last look is at all
    rounds: contacts are projected so often at most
    """

    bin: Floats
    gap: float
    around: float
    rounds: int


@kernel
def place(bodies: Bodies, lie: Lie, i: int) -> None:
    """Bring the points and boxes of body i up to date with its pose."""
    x, y, angle = lie.pose[i]
    seen = bodies.seen[i]
    if seen[0] == x and seen[1] == y and seen[2] == angle:
        return
    seen[:] = lie.pose[i]
    c, s = math.cos(angle), math.sin(angle)
    whole = bodies.whole[i]
    whole[0], whole[1], whole[2], whole[3] = np.inf, np.inf, -np.inf, -np.inf
    for p in range(bodies.first[i], bodies.first[i + 1]):
        x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
        for k in range(bodies.start[p], bodies.start[p + 1]):
            own, placed = bodies.own[k], bodies.placed[k]
            px, py = x + c * own[0] - s * own[1], y + s * own[0] + c * own[1]
            placed[0], placed[1] = px, py
            placed[2], placed[3] = c * own[2] - s * own[3], s * own[2] + c * own[3]
            x0, y0, x1, y1 = min(x0, px), min(y0, py), max(x1, px), max(y1, py)
        box = bodies.box[p]
        box[0], box[1], box[2], box[3] = x0, y0, x1, y1
        whole[0], whole[1] = min(whole[0], x0), min(whole[1], y0)
        whole[2], whole[3] = max(whole[2], x1), max(whole[3], y1)


@kernel
def _apart(a: Floats, b: Floats, gap: float) -> bool:
    """Whether two boxes are `gap` apart or more."""
    return bool(a[0] >= b[2] + gap or b[0] >= a[2] + gap or a[1] >= b[3] + gap or b[1] >= a[3] + gap)


@kernel
def _gap(p: Floats, k: int, q: Floats) -> float:
    """How far q stays off the line of edge k of p; negative where it crosses it."""
    least = np.inf
    for m in range(len(q)):
        least = min(least, (q[m, 0] - p[k, 0]) * p[k, 2] + (q[m, 1] - p[k, 1]) * p[k, 3])
    return float(least)


@kernel
def widest_gap(p: Floats, outer: Flags, q: Floats, enough: float) -> tuple[float, float, int]:
    """Widest gap that any edge of p leaves to q, widest of an outer edge, and its number (−1: there is none).

    Ends at the first gap of `enough`.
    """
    widest, chosen, edge = -np.inf, -np.inf, -1
    for k in range(len(p)):
        gap = _gap(p, k, q)
        widest = max(widest, gap)
        if gap >= enough:
            break
        if outer[k] and gap > chosen:
            chosen, edge = gap, k
    return widest, chosen, edge


@kernel
def touch(p: Floats, k: int, q: Floats, gap: float) -> tuple[float, float]:
    """Where q presses on edge k of p: the mean of its points nearer than `gap`, the deeper the more, moved onto it."""
    after = p[(k + 1) % len(p)]
    tx, ty = -p[k, 3], p[k, 2]
    length = (after[0] - p[k, 0]) * tx + (after[1] - p[k, 1]) * ty
    total, along = 0.0, 0.0
    for m in range(len(q)):
        rx, ry = q[m, 0] - p[k, 0], q[m, 1] - p[k, 1]
        weight = gap - (rx * p[k, 2] + ry * p[k, 3])
        if weight > 0.0:
            total += weight
            along += weight * min(length, max(0.0, rx * tx + ry * ty))
    t = along / total
    return p[k, 0] + t * tx, p[k, 1] + t * ty


@kernel
def contact(p: Floats, p_outer: Flags, q: Floats, q_outer: Flags, gap: float) -> tuple[float, float, Any]:
    """How two convex pieces meet that ought to be `gap` apart.

    Returns their depth (negative: the gap between them; at least `gap`: they do not meet), how far they have to move,
    and normal (pushes q) and point of the contact. Depth and way are those of the separating axis theorem, the way
    along outer edges only, where there are any: nothing is pushed out through a seam.
    """
    w1, c1, k1 = widest_gap(p, p_outer, q, gap)
    if w1 >= gap:
        return -w1, 0.0, (0.0, 0.0, 0.0, 0.0)
    w2, c2, k2 = widest_gap(q, q_outer, p, gap)
    if w2 >= gap or (k1 < 0 and k2 < 0):
        return -w2, 0.0, (0.0, 0.0, 0.0, 0.0)
    depth = -max(w1, w2)
    if k2 < 0 or (k1 >= 0 and c1 >= c2):
        x, y = touch(p, k1, q, gap)
        return depth, gap - c1, (p[k1, 2], p[k1, 3], x, y)
    x, y = touch(q, k2, p, gap)
    return depth, gap - c2, (-q[k2, 2], -q[k2, 3], x, y)


@kernel
def _ease(lie: Lie, i: int, contact: Any) -> float:
    """How far body i gives way at a contact to a unit push."""
    nx, ny, x, y = contact
    arm = (x - lie.pose[i, 0]) * ny - (y - lie.pose[i, 1]) * nx
    return float(lie.inverse[i, 0] + lie.inverse[i, 1] * arm * arm)


@kernel
def _push(lie: Lie, i: int, contact: Any, push: float) -> None:
    """Move and turn body i by a push along a contact's normal."""
    nx, ny, x, y = contact
    arm = (x - lie.pose[i, 0]) * ny - (y - lie.pose[i, 1]) * nx
    lie.pose[i, 0] += push * lie.inverse[i, 0] * nx
    lie.pose[i, 1] += push * lie.inverse[i, 0] * ny
    lie.pose[i, 2] += push * lie.inverse[i, 1] * arm


@kernel
def push_pair(bodies: Bodies, lie: Lie, i: int, j: int, gap: float, share: float) -> float:
    """Push bodies i and j apart at all their contacts, by `share` of what is asked; returns the sum of depths."""
    place(bodies, lie, i)
    place(bodies, lie, j)
    total = 0.0
    if _apart(bodies.whole[i], bodies.whole[j], gap):
        return total
    for a in range(bodies.first[i], bodies.first[i + 1]):
        if _apart(bodies.box[a], bodies.whole[j], gap):
            continue
        for b in range(bodies.first[j], bodies.first[j + 1]):
            if _apart(bodies.box[a], bodies.box[b], gap):
                continue
            one, two = slice(bodies.start[a], bodies.start[a + 1]), slice(bodies.start[b], bodies.start[b + 1])
            depth, way, where = contact(
                bodies.placed[one], bodies.outer[one], bodies.placed[two], bodies.outer[two], gap
            )
            total += max(0.0, depth)
            if way > 0.0 and share > 0.0:
                push = share * way / (_ease(lie, i, where) + _ease(lie, j, where))
                _push(lie, j, where, push)
                _push(lie, i, where, -push)
                place(bodies, lie, i)
                place(bodies, lie, j)
    return total


@kernel
def reach(rims: Rims, lie: Lie, i: int, heading: float) -> tuple[float, float, float]:
    """How far body i reaches in a direction, radians, and where it does so."""
    c, s = math.cos(lie.pose[i, 2]), math.sin(lie.pose[i, 2])
    nx, ny = math.cos(heading), math.sin(heading)
    best, at_x, at_y = -np.inf, 0.0, 0.0
    for k in range(rims.first[i], rims.first[i + 1]):
        row = rims.rows[k]
        if row[2] > 0.0 and (heading - lie.pose[i, 2] - row[3]) % (2.0 * math.pi) > row[4]:
            continue
        x = lie.pose[i, 0] + c * row[0] - s * row[1] + row[2] * nx
        y = lie.pose[i, 1] + s * row[0] + c * row[1] + row[2] * ny
        if x * nx + y * ny > best:
            best, at_x, at_y = x * nx + y * ny, x, y
    return best, at_x, at_y


@kernel
def push_in(rims: Rims, lie: Lie, i: int, bin_: Floats, share: float) -> float:
    """Push body i into the bin x0, y0, x1, y1; returns the sum of how far it sticks out."""
    total = 0.0
    for side in range(4):
        heading = side * 0.5 * math.pi
        limit = -bin_[side - 2] if side >= 2 else bin_[side + 2]
        far, x, y = reach(rims, lie, i, heading)
        out = far - limit
        total += max(0.0, out - SNUG)
        if out > 0.0 and share > 0.0:
            where = (-math.cos(heading), -math.sin(heading), x, y)
            _push(lie, i, where, share * out / _ease(lie, i, where))
    return total


@kernel
def near_pairs(lie: Lie, radius: Floats, around: float) -> Ints:
    """Pairs (m, 2) of bodies, not both immovable, whose circles are less than `around` apart."""
    pairs = np.empty((16 * len(radius), 2), np.int64)
    count = 0
    for i in range(len(radius)):
        for j in range(i + 1, len(radius)):
            if lie.inverse[i, 0] == 0.0 and lie.inverse[j, 0] == 0.0:
                continue
            far = radius[i] + radius[j] + around
            dx, dy = lie.pose[i, 0] - lie.pose[j, 0], lie.pose[i, 1] - lie.pose[j, 1]
            if far > 0.0 and dx * dx + dy * dy < far * far:
                if count == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[count, 0], pairs[count, 1] = i, j
                count += 1
    return pairs[:count]


@kernel
def one_round(scene: Scene, lie: Lie, limits: Limits, pairs: Ints, share: float) -> float:
    """Project every contact once, by `share` of what is asked (0 only measures); returns the sum of all depths met."""
    total, last = 0.0, len(lie.pose) - 1
    for k in range(len(pairs)):
        i, j = pairs[k]
        total += push_pair(scene.plain if j == last else scene.bodies, lie, i, j, limits.gap, share)
    for i in range(last):
        total += push_in(scene.rims, lie, i, limits.bin, share)
    return total


@kernel
def settle(scene: Scene, lie: Lie, limits: Limits) -> tuple[bool, int]:
    """Push all bodies apart and into the bin until nothing overlaps or sticks out; also how many rounds it took."""
    pairs = near_pairs(lie, scene.radius, limits.around)
    least, since = np.inf, 0
    for k in range(limits.rounds):
        total = one_round(scene, lie, limits, pairs, PUSH_MORE)
        if total == 0.0 and one_round(scene, lie, limits, near_pairs(lie, scene.radius, limits.gap), 0.0) == 0.0:
            return True, k + 1
        since += 1
        if total < PROGRESS * least:
            least, since = total, 0
        if since > PATIENCE:
            return False, k + 1
    return False, limits.rounds
