"""Lattices: the densest way to repeat a shape by two vectors, alone or together with itself turned by 180 degrees.

Regions are directed edges (n, 4) ``x0, y0, x1, y1`` with the region on their left and boxes x0, y0, x1, y1, as in
`touching`. `own` is the no-fit region of a shape against itself, `pair` that of the turned shape against the shape;
both may have holes. The lattice of u and v is free when no i u + j v but 0 lies in `own`; with the turned shape at c,
when no c + i u + j v lies in `pair`.
"""

import math

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import kernel
from camcore.kernels.touching import deep_inside

FARTHEST = 8
"""A first vector so short that more repeats of it lie in one region is not tried: another is shorter across."""
MOST_PLACES = 128
"""Free places of the turned shape that are looked at for one first vector."""


@kernel
def _deep(edges: Floats, box: Floats, x: float, y: float, slack: float) -> bool:
    """Whether (x, y) lies in the region and farther than `slack` from its boundary."""
    if x <= box[0] or y <= box[1] or x >= box[2] or y >= box[3]:
        return False
    deep: bool = deep_inside(edges, x, y, slack)
    return deep


@kernel
def clear(edges: Floats, box: Floats, cell: Floats, x: float, y: float, slack: float) -> bool:
    """Whether no (x, y) + i u + j v, but (0, 0) itself, lies deep in the region; `cell` = ux, uy, vx, vy."""
    det = cell[0] * cell[3] - cell[1] * cell[2]
    low_i, high_i, low_j, high_j = np.inf, -np.inf, np.inf, -np.inf
    for corner in range(4):
        qx, qy = box[2 * (corner % 2)] - x, box[1 + 2 * (corner // 2)] - y
        i, j = (qx * cell[3] - qy * cell[2]) / det, (cell[0] * qy - cell[1] * qx) / det
        low_i, high_i, low_j, high_j = min(low_i, i), max(high_i, i), min(low_j, j), max(high_j, j)
    for j in range(math.ceil(low_j), math.floor(high_j) + 1):
        for i in range(math.ceil(low_i), math.floor(high_i) + 1):
            px, py = x + i * cell[0] + j * cell[2], y + i * cell[1] + j * cell[3]
            if abs(px) <= slack and abs(py) <= slack:
                continue
            if _deep(edges, box, px, py, slack):
                return False
    return True


@kernel
def _in_row(edges: Floats, box: Floats, ux: float, uy: float, x: float, y: float, slack: float) -> bool:
    """Whether (x, y) lies deep in one of the regions repeated by u in both directions."""
    square = ux * ux + uy * uy
    low, high = np.inf, -np.inf
    for corner in range(4):
        k = ((box[2 * (corner % 2)] - x) * ux + (box[1 + 2 * (corner // 2)] - y) * uy) / square
        low, high = min(low, k), max(high, k)
    for k in range(math.floor(low), math.ceil(high) + 1):  # noqa: SIM110  (compiled)
        if _deep(edges, box, x + k * ux, y + k * uy, slack):
            return True
    return False


@kernel
def _kept(
    edges: Floats, box: Floats, u: Floats, x: float, y: float, heights: Floats, rows: Floats, count: int, slack: float
) -> int:
    """Write (x, y) to `rows` as number `count` when its height is within `heights` and it is free; the new count.

    Heights are det(u, ·); places are brought to the middle repeat.
    """
    det = u[0] * y - u[1] * x
    if count == len(rows) or not heights[0] <= det <= heights[1]:
        return count
    shift = math.floor((x * u[0] + y * u[1]) / (u[0] * u[0] + u[1] * u[1]) + 0.5)
    x, y = x - shift * u[0], y - shift * u[1]
    for k in range(count):
        if abs(rows[k, 0] - x) <= 100.0 * slack and abs(rows[k, 1] - y) <= 100.0 * slack:
            return count
    if _in_row(edges, box, u[0], u[1], x, y, slack):
        return count
    rows[count, 0], rows[count, 1] = x, y
    return count + 1


@kernel
def free_places(edges: Floats, box: Floats, u: Floats, heights: Floats, slack: float) -> Floats:
    """Places (n, 2) at which a shape touches a row of others, as far as det(u, place) is within `heights`.

    They are the vertices of the region, and the crossings of its boundary with itself moved by k u, that lie in no
    region of the row; MOST_PLACES at most.
    """
    rows = np.empty((MOST_PLACES, 2))
    count = 0
    for k in range(len(edges)):
        count = _kept(edges, box, u, edges[k, 0], edges[k, 1], heights, rows, count, slack)
    square = u[0] * u[0] + u[1] * u[1]
    reach = (abs(u[0]) * (box[2] - box[0]) + abs(u[1]) * (box[3] - box[1])) / square
    for k in range(1, math.floor(reach) + 1):
        kx, ky = k * u[0], k * u[1]
        x0, y0 = max(box[0], box[0] + kx), max(box[1], box[1] + ky)
        x1, y1 = min(box[2], box[2] + kx), min(box[3], box[3] + ky)
        for i in range(len(edges)):
            ax, ay, bx, by = edges[i, 0], edges[i, 1], edges[i, 2], edges[i, 3]
            if max(ax, bx) < x0 or min(ax, bx) > x1 or max(ay, by) < y0 or min(ay, by) > y1:
                continue
            dx, dy = bx - ax, by - ay
            low_x, high_x, low_y, high_y = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            for j in range(len(edges)):
                cx, cy, ex, ey = edges[j, 0] + kx, edges[j, 1] + ky, edges[j, 2] + kx, edges[j, 3] + ky
                if max(cx, ex) < low_x or min(cx, ex) > high_x or max(cy, ey) < low_y or min(cy, ey) > high_y:
                    continue
                turn = dx * (ey - cy) - dy * (ex - cx)
                if turn == 0.0:
                    continue
                t = ((cx - ax) * (ey - cy) - (cy - ay) * (ex - cx)) / turn
                s = ((cx - ax) * dy - (cy - ay) * dx) / turn
                if 0.0 <= t <= 1.0 and 0.0 <= s <= 1.0:
                    count = _kept(edges, box, u, ax + t * dx, ay + t * dy, heights, rows, count, slack)
    return rows[:count]


@kernel
def _first_free(own: Floats, box: Floats, u: Floats, slack: float) -> bool:
    """Whether no multiple of u lies in the region, and few are short enough to."""
    square = u[0] * u[0] + u[1] * u[1]
    reach = 0.5 * (abs(u[0]) * (box[2] - box[0]) + abs(u[1]) * (box[3] - box[1])) / square
    if reach > FARTHEST:
        return False
    for k in range(1, math.floor(reach) + 1):  # noqa: SIM110  (compiled)
        if _deep(own, box, k * u[0], k * u[1], slack):
            return False
    return True


@kernel
def single(own: Floats, box: Floats, u: Floats, least: float, most: float, slack: float) -> Floats:
    """Best second vector for `u`: vx, vy, 0, 0, and the area of the cell; inf where none is less than `most`.

    No cell is smaller than `least`, the area of the shape.
    """
    best = np.array([0.0, 0.0, 0.0, 0.0, np.inf])
    if not _first_free(own, box, u, slack):
        return best
    cell = np.array([u[0], u[1], 0.0, 0.0])
    places = free_places(own, box, u, np.array([least * (1.0 - 1e-9), most]), slack)
    for k in range(len(places)):
        cell[2], cell[3] = places[k, 0], places[k, 1]
        det = u[0] * cell[3] - u[1] * cell[2]
        if det < best[4] and clear(own, box, cell, 0.0, 0.0, slack):
            best[0], best[1], best[4] = cell[2], cell[3], det
    return best


@kernel
def double(
    own: Floats, own_box: Floats, pair: Floats, pair_box: Floats, u: Floats, least: float, most: float, slack: float
) -> Floats:
    """Best second vector and place of the turned shape for `u`: vx, vy, cx, cy, and the area of the cell, as `single`.

    The turned shapes stand in rows between the rows of the others, and touch the row below at c and the row above at
    c': v = c − c'. Where those rows would then overlap each other, v is where they touch.
    """
    best = np.array([0.0, 0.0, 0.0, 0.0, np.inf])
    if not _first_free(own, own_box, u, slack):
        return best
    cell = np.array([u[0], u[1], 0.0, 0.0])
    places = free_places(pair, pair_box, u, np.array([-np.inf, np.inf]), slack)
    least *= 1.0 - 1e-9
    square = u[0] * u[0] + u[1] * u[1]
    for a in range(len(places)):
        for b in range(len(places)):
            vx, vy = places[a, 0] - places[b, 0], places[a, 1] - places[b, 1]
            det = u[0] * vy - u[1] * vx
            if not least <= det < min(best[4], most):
                continue
            shift = math.floor((vx * u[0] + vy * u[1]) / square + 0.5)
            cell[2], cell[3] = vx - shift * u[0], vy - shift * u[1]
            if clear(own, own_box, cell, 0.0, 0.0, slack) and clear(
                pair, pair_box, cell, places[a, 0], places[a, 1], slack
            ):
                best[:] = cell[2], cell[3], places[a, 0], places[a, 1], det
    second = free_places(own, own_box, u, np.array([least, min(best[4], most)]), slack)
    for k in range(len(second)):
        cell[2], cell[3] = second[k, 0], second[k, 1]
        det = u[0] * cell[3] - u[1] * cell[2]
        if det >= best[4] or not clear(own, own_box, cell, 0.0, 0.0, slack):
            continue
        for a in range(len(places)):
            if clear(pair, pair_box, cell, places[a, 0], places[a, 1], slack):
                best[:] = cell[2], cell[3], places[a, 0], places[a, 1], det
                break
    return best


@kernel
def scan(
    own: Floats,
    own_box: Floats,
    pair: Floats,
    pair_box: Floats,
    firsts: Floats,
    least: float,
    worse: float,
    slack: float,
) -> Floats:
    """Answers (n, 5) of `double`, or of `single` where `pair` is empty, for many first vectors (n, 2).

    What is worse than the best so far by more than the factor `worse` is not looked for.
    """
    out = np.empty((len(firsts), 5))
    most = np.inf
    for k in range(len(firsts)):
        if len(pair):
            out[k] = double(own, own_box, pair, pair_box, firsts[k], least, most, slack)
        else:
            out[k] = single(own, own_box, firsts[k], least, most, slack)
        most = min(most, worse * out[k, 4])
    return out


@kernel
def along(edges: Floats, ends: Floats, places: Floats) -> Floats:
    """Points (n, 2) at places (n,) along the edges, one after the other; `ends` are the ways to their ends.

    Places may run over the ends.
    """
    out = np.empty((len(places), 2))
    length = ends[len(ends) - 1]
    for p in range(len(places)):
        place = places[p] - math.floor(places[p] / length) * length
        k = min(np.searchsorted(ends, place, side="right"), len(edges) - 1)
        for axis in range(2):
            out[p, axis] = edges[k, 2 + axis] - edges[k, axis]
        share = 1.0 - (ends[k] - place) / math.hypot(out[p, 0], out[p, 1])
        for axis in range(2):
            out[p, axis] = edges[k, axis] + share * out[p, axis]
    return out


@kernel
def refined(
    own: Floats,
    own_box: Floats,
    pair: Floats,
    pair_box: Floats,
    ends: Floats,
    start: tuple[float, float, int],
    least: float,
    worse: float,
    slack: float,
) -> Floats:
    """First vector and the answer of `scan` for it, (7,), at the best place near a first one on the region's boundary.

    start: that place and the step, as `along` has them, and how often the step is halved where none is better
    """
    place, step, halvings = start
    best = np.empty(7)
    near = np.array([place])
    best[0:2] = along(own, ends, near)[0]
    best[2:] = scan(own, own_box, pair, pair_box, best[0:2].copy().reshape(1, 2), least, worse, slack)[0]
    near = np.empty(2)
    for _ in range(halvings):
        near[0], near[1] = place - step, place + step
        firsts = along(own, ends, near)
        rows = scan(own, own_box, pair, pair_box, firsts, least, worse, slack)
        k = 0 if rows[0, 4] <= rows[1, 4] else 1
        if rows[k, 4] < best[6]:
            place = near[k]
            best[0:2], best[2:] = firsts[k], rows[k]
        else:
            step /= 2.0
    return best


@kernel
def top(edges: Floats, pitches: Floats, phases: Floats) -> Floats:
    """Least heights (n,) from which on a shape is clear of a row of others, repeated in x by a pitch, at a phase each.

    That is the upper envelope of the region and its repeats; −inf where nothing is in the way. A pitch of inf is a row
    of one.
    """
    heights = np.full(len(phases), -np.inf)
    for p in range(len(phases)):
        pitch, phase = pitches[p], phases[p]
        for k in range(len(edges)):
            x0, y0, x1, y1 = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
            if max(y0, y1) <= heights[p]:
                continue
            low, high = min(x0, x1), max(x0, x1)
            first = math.ceil((low - phase) / pitch) if pitch < np.inf else 0
            last = math.floor((high - phase) / pitch) if pitch < np.inf else 0
            for n in range(first, last + 1):
                x = phase + n * pitch if n != 0 else phase
                if low <= x <= high:
                    y = max(y0, y1) if x0 == x1 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
                    heights[p] = max(heights[p], y)
    return heights


@kernel
def rises(own: Floats, pair: Floats, back: Floats, pitches: Floats, shifts: Floats) -> Floats:
    """Columns (3, n) for rows by `pitches`, every second one shifted: how much higher a second row lies than the first
    row below it, a first row than the second below it, and a first than a first right below it.

    pair: region of the second row's shape against the first row's, back: of the first row's against the second row's.
    The rises of two rows are no less than what two first rows need.
    """
    out = np.empty((3, len(pitches)))
    out[0], out[1] = top(pair, pitches, shifts), top(back, pitches, -shifts)
    alike = 1 if pitches[0] == pitches[len(pitches) - 1] else len(pitches)
    out[2] = top(own, pitches[:alike], np.zeros(alike))
    for p in range(len(pitches)):
        out[0, p], out[1, p] = max(0.0, out[0, p]), max(0.0, out[1, p])
        out[1, p] += max(0.0, out[2, p] - out[0, p] - out[1, p])
    return out


@kernel
def off(edges: Floats, box: Floats, places: Floats, slack: float) -> Ints:
    """Numbers of those places (n, 2) that do not lie deep in the region."""
    found = np.empty(len(places), np.int64)
    count = 0
    for k in range(len(places)):
        if not _deep(edges, box, places[k, 0], places[k, 1], slack):
            found[count] = k
            count += 1
    return found[:count]


@kernel
def interval(cell: Floats, x: float, y: float, width: float, height: float, slack: float) -> tuple[int, int]:
    """Least and greatest i for which (x, y) + i u lies in the rectangle 0 … width, 0 … height; (0, −1) for none."""
    low, high = -np.inf, np.inf
    for axis in range(2):
        step, here, room = cell[axis], (x if axis == 0 else y), (width if axis == 0 else height)
        if abs(step) < 1e-12:
            if here < -slack or here > room + slack:
                return 0, -1
            continue
        a, b = (-slack - here) / step, (room + slack - here) / step
        low, high = max(low, min(a, b)), min(high, max(a, b))
    if not low <= high:
        return 0, -1
    return math.ceil(low), math.floor(high)


@kernel
def counted(cell: Floats, starts: Floats, width: float, height: float, slack: float) -> Ints:
    """How many points start + i u + j v lie in the rectangle 0 … width, 0 … height, for each start (n, 2)."""
    det = cell[0] * cell[3] - cell[1] * cell[2]
    counts = np.zeros(len(starts), np.int64)
    for n in range(len(starts)):
        low, high = np.inf, -np.inf
        for corner in range(4):
            qx, qy = width * (corner % 2) - starts[n, 0], height * (corner // 2) - starts[n, 1]
            j = (cell[0] * qy - cell[1] * qx) / det
            low, high = min(low, j), max(high, j)
        for j in range(math.floor(low), math.ceil(high) + 1):
            a, b = interval(cell, starts[n, 0] + j * cell[2], starts[n, 1] + j * cell[3], width, height, slack)
            counts[n] += max(0, b - a + 1)
    return counts


@kernel
def piled(rises: Floats, first: int, second: int, room: float) -> Ints:
    """Most pieces in rows whose heights lie within 0 … room, for each column of `rises` (3, n).

    Rows of `first` and of `second` pieces alternate; the rises are from a first row to a second, from a second to a
    first, and from a first to a first, which may stand below all others as often as that helps.
    """
    best = np.zeros(rises.shape[1], np.int64)
    for p in range(rises.shape[1]):
        up, down, straight = rises[0, p], rises[1, p], rises[2, p]
        most = math.floor(room / straight) if second < first and straight > 0.0 else 0
        for times in range(most + 1):
            rest = room - times * straight
            cycles = math.floor(rest / (up + down))
            rest -= cycles * (up + down)
            count = (1 + times + cycles) * first + cycles * second + (second if rest >= up else 0)
            if times == 0:
                count = max(count, (1 + cycles) * second + cycles * first + (first if rest >= down else 0))
            best[p] = max(best[p], count)
    return best
