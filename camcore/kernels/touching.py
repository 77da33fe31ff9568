"""Touching positions: where a shape may lie so that it touches what lies already.

They are the vertices of no-fit regions and the crossings of their boundaries, as far as they are inside no region.
Regions are directed edges (n, 4) ``x0, y0, x1, y1`` with the region on their left; region r of a list is
``edges[first[r]:first[r + 1]]`` with box ``boxes[r]`` = x0, y0, x1, y1. A piece that lies at (x, y) is a row
``r, x, y`` of `placed`: its region, moved there.
"""

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import kernel


@kernel
def deep_inside(edges: Floats, x: float, y: float, slack: float) -> bool:
    """Whether (x, y) lies in the region, by parity of a ray, and farther than `slack` from all its edges."""
    inside = False
    for k in range(len(edges)):
        y0, y1 = edges[k, 1], edges[k, 3]
        if (y < y0) != (y < y1) and x - edges[k, 0] < (edges[k, 2] - edges[k, 0]) * (y - y0) / (y1 - y0):
            inside = not inside
    if not inside:
        return False
    for k in range(len(edges)):
        x0, y0, x1, y1 = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
        if min(x0, x1) - x > slack or x - max(x0, x1) > slack or min(y0, y1) - y > slack or y - max(y0, y1) > slack:
            continue
        rx, ry, dx, dy = x - x0, y - y0, x1 - x0, y1 - y0
        t = min(1.0, max(0.0, (rx * dx + ry * dy) / (dx * dx + dy * dy)))
        ax, ay = rx - t * dx, ry - t * dy
        if ax * ax + ay * ay <= slack * slack:
            return False
    return True


@kernel
def _boxes_meet(boxes: Floats, p: Floats, q: Floats) -> bool:
    """Whether the regions of two placed rows can meet."""
    a, b = boxes[int(p[0])], boxes[int(q[0])]
    return bool(
        a[0] + p[1] <= b[2] + q[1]
        and b[0] + q[1] <= a[2] + p[1]
        and a[1] + p[2] <= b[3] + q[2]
        and b[1] + q[2] <= a[3] + p[2]
    )


@kernel
def _blocked(edges: Floats, first: Ints, boxes: Floats, piece: Floats, x: float, y: float, slack: float) -> bool:
    """Whether (x, y) lies deep in the region of one placed piece."""
    r = int(piece[0])
    px, py = x - piece[1], y - piece[2]
    box = boxes[r]
    if px <= box[0] or px >= box[2] or py <= box[1] or py >= box[3]:
        return False
    deep: bool = deep_inside(edges[first[r] : first[r + 1]], px, py, slack)
    return deep


@kernel
def kept(edges: Floats, first: Ints, boxes: Floats, piece: Floats, candidates: Floats, slack: float) -> Floats:
    """Those candidates (n, 2) that one more placed piece leaves free."""
    out = np.empty_like(candidates)
    count = 0
    for k in range(len(candidates)):
        if not _blocked(edges, first, boxes, piece, candidates[k, 0], candidates[k, 1], slack):
            out[count] = candidates[k]
            count += 1
    return out[:count]


@kernel
def kept_by_all(edges: Floats, first: Ints, boxes: Floats, placed: Floats, candidates: Floats, slack: float) -> Floats:
    """Those candidates (n, 2) that all placed pieces leave free."""
    for k in range(len(placed)):
        candidates = kept(edges, first, boxes, placed[k], candidates, slack)
    return candidates


@kernel
def _appended(rows: Floats, count: int, x: float, y: float) -> Floats:
    """`rows` with (x, y) at `count`; twice as large where it was full."""
    if count == len(rows):
        larger = np.empty((2 * count, 2))
        larger[:count] = rows
        rows = larger
    rows[count, 0], rows[count, 1] = x, y
    return rows


@kernel
def _with_bounds(own: Floats, bounds: Floats, rows: Floats, count: int) -> tuple[Floats, int]:
    """Add the vertices of edges `own`, and where they cross the lines of the rectangle `bounds`."""
    for k in range(len(own)):
        x, y = own[k, 0], own[k, 1]
        dx, dy = own[k, 2] - x, own[k, 3] - y
        rows = _appended(rows, count, x, y)
        count += 1
        for side in range(4):
            wall = bounds[side]
            along, across = (x, y) if side % 2 == 0 else (y, x)
            way, slope = (dx, dy) if side % 2 == 0 else (dy, dx)
            if (along < wall) != (along + way < wall):
                other = across + slope * (wall - along) / way
                rows = _appended(rows, count, wall if side % 2 == 0 else other, other if side % 2 == 0 else wall)
                count += 1
    return rows, count


@kernel
def _with_crossings(own: Floats, other: Floats, rows: Floats, count: int) -> tuple[Floats, int]:
    """Add the points where edges `own` cross edges `other`."""
    for j in range(len(other)):
        ax, ay, bx, by = other[j, 0], other[j, 1], other[j, 2], other[j, 3]
        x0, y0, x1, y1 = min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
        dx, dy = bx - ax, by - ay
        for k in range(len(own)):
            px, py, qx, qy = own[k, 0], own[k, 1], own[k, 2], own[k, 3]
            if (px < x0 and qx < x0) or (px > x1 and qx > x1) or (py < y0 and qy < y0) or (py > y1 and qy > y1):
                continue
            ux, uy = qx - px, qy - py
            turn = ux * dy - uy * dx
            if turn == 0.0:
                continue
            gx, gy = ax - px, ay - py
            t = (gx * dy - gy * dx) / turn
            s = (gx * uy - gy * ux) / turn
            if 0.0 <= t <= 1.0 and 0.0 <= s <= 1.0:
                rows = _appended(rows, count, px + t * ux, py + t * uy)
                count += 1
    return rows, count


@kernel
def _moved(edges: Floats, first: Ints, piece: Floats, box: Floats) -> Floats:
    """Edges of a placed piece's region, moved there, as far as they can reach into `box`."""
    r = int(piece[0])
    out = np.empty((first[r + 1] - first[r], 4))
    count = 0
    for k in range(first[r], first[r + 1]):
        x0, y0, x1, y1 = edges[k, 0] + piece[1], edges[k, 1] + piece[2], edges[k, 2] + piece[1], edges[k, 3] + piece[2]
        if max(x0, x1) < box[0] or min(x0, x1) > box[2] or max(y0, y1) < box[1] or min(y0, y1) > box[3]:
            continue
        out[count, 0], out[count, 1], out[count, 2], out[count, 3] = x0, y0, x1, y1
        count += 1
    return out[:count]


@kernel
def _moved_box(boxes: Floats, piece: Floats) -> Floats:
    box: Floats = boxes[int(piece[0])].copy()
    box[0] += piece[1]
    box[1] += piece[2]
    box[2] += piece[1]
    box[3] += piece[2]
    return box


@kernel
def _covers(edges: Floats, first: Ints, boxes: Floats, piece: Floats, edge: Floats, slack: float) -> bool:
    """Whether all of an edge lies in the region of a placed piece, and farther than `slack` from its boundary.

    It may be denied where it is so by a hair.
    """
    r = int(piece[0])
    ax, ay, bx, by = edge[0] - piece[1], edge[1] - piece[2], edge[2] - piece[1], edge[3] - piece[2]
    x0, y0, x1, y1 = min(ax, bx) - slack, min(ay, by) - slack, max(ax, bx) + slack, max(ay, by) + slack
    if x0 <= boxes[r, 0] or y0 <= boxes[r, 1] or x1 >= boxes[r, 2] or y1 >= boxes[r, 3]:
        return False
    ux, uy = bx - ax, by - ay
    near = slack * (abs(ux) + abs(uy))
    inside = False
    for k in range(first[r], first[r + 1]):
        px, py, qx, qy = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
        if (ay < py) != (ay < qy) and ax - px < (qx - px) * (ay - py) / (qy - py):
            inside = not inside
        if (px < x0 and qx < x0) or (px > x1 and qx > x1) or (py < y0 and qy < y0) or (py > y1 and qy > y1):
            continue
        left, right = ux * (py - ay) - uy * (px - ax), ux * (qy - ay) - uy * (qx - ax)
        if (left > near and right > near) or (left < -near and right < -near):
            continue
        vx, vy = qx - px, qy - py
        far = slack * (abs(vx) + abs(vy))
        left, right = vx * (ay - py) - vy * (ax - px), vx * (by - py) - vy * (bx - px)
        if not ((left > far and right > far) or (left < -far and right < -far)):
            return False
    return inside


@kernel
def _open(edges: Floats, first: Ints, boxes: Floats, placed: Floats, near: Ints, own: Floats, slack: float) -> Floats:
    """Those of the edges `own` that no region of the pieces `near` covers; `near` gets another order."""
    count = 0
    for k in range(len(own)):
        covered = False
        for n in range(len(near)):
            if _covers(edges, first, boxes, placed[near[n]], own[k], slack):
                covered = True
                near[0], near[n] = near[n], near[0]
                break
        if not covered:
            own[count] = own[k]
            count += 1
    return own[:count]


@kernel
def added(edges: Floats, first: Ints, boxes: Floats, placed: Floats, bounds: Floats, slack: float) -> Floats:
    """Free touching positions (n, 2) that the last row of `placed` brings: on its region's boundary, within `bounds`.

    `bounds` = x0, y0, x1, y1 of allowed positions. Free means inside no placed region by more than `slack`.
    """
    last = len(placed) - 1
    near = np.empty(last, np.int64)
    count = 0
    for k in range(last):
        if _boxes_meet(boxes, placed[last], placed[k]):
            near[count] = k
            count += 1
    near = near[:count]
    own = _open(edges, first, boxes, placed, near, _moved(edges, first, placed[last], bounds), slack)
    rows, count = _with_bounds(own, bounds, np.empty((256, 2)), 0)
    for k in range(len(near) if len(own) else 0):
        other = _moved(edges, first, placed[near[k]], _moved_box(boxes, placed[last]))
        rows, count = _with_crossings(own, other, rows, count)
    free = 0
    for c in range(count):
        x, y = min(max(rows[c, 0], bounds[0]), bounds[2]), min(max(rows[c, 1], bounds[1]), bounds[3])
        if abs(x - rows[c, 0]) > slack or abs(y - rows[c, 1]) > slack:
            continue
        clear = True
        for k in range(len(near)):
            if _blocked(edges, first, boxes, placed[near[k]], x, y, slack):
                clear = False
                near[0], near[k] = near[k], near[0]
                break
        if clear:
            rows[free, 0], rows[free, 1] = x, y
            free += 1
    return rows[:free]


@kernel
def settled(
    edges: Floats,
    first: Ints,
    boxes: Floats,
    placed: Floats,
    known: int,
    mute: int,
    candidates: Floats,
    bounds: Floats,
    slack: float,
) -> Floats:
    """Candidates (n, 2) after all pieces of `placed` but the first `known`, one after the other: `kept` and `added`.

    The first `mute` of these bring no candidates of their own.
    """
    for k in range(known, len(placed)):
        candidates = kept(edges, first, boxes, placed[k], candidates, slack)
        if k >= known + mute:
            fresh = added(edges, first, boxes, placed[: k + 1], bounds, slack)
            candidates = np.concatenate((candidates, fresh))
    return candidates


@kernel
def first_by(candidates: Floats, wx: float, wy: float, tie: float) -> int:
    """Index of the candidate of least wx·x + wy·y, of those less than `tie` apart the lowest; −1 for none."""
    best, least = -1, np.inf
    for k in range(len(candidates)):
        value = wx * candidates[k, 0] + wy * candidates[k, 1]
        if value < least - tie or (value < least + tie and candidates[k, 1] < candidates[best, 1]):
            best, least = k, min(value, least)
    return best
