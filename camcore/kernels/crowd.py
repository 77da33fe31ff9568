"""Guided separation of a crowd: pieces that overlap are moved, one at a time, to where they overlap least by weight.

Weights of pairs that go on overlapping rise, so that a crowd which is stuck is pushed out of its rut: guided local
search (Voudouris and Tsang 1999) as used for nesting by Egeblad, Nielsen and Odgaard 2007, Umetani et al. 2009, and
Gardeyn, Vanden Berghe and Wauters 2025 (doi 10.48550/arXiv.2509.13329). What is measured here is the exact depth.
"""

from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import kernel
from camcore.kernels.depth import Depths, Lattice, Map, cell_at, depth, depth_in_cell, way_out
from camcore.kernels.dice import Dice, rolled, rolled_to, shuffled

STARTS = 2
"""Best nodes of the map that are tried, and best positions that a descent starts from."""
BLUR = 0.1
"""Values of the map's nodes are disturbed by up to this share, so that ties and near ties take turns."""
LOCAL_SAMPLES = 4
"""Random positions tried around where the piece lies."""
FIRST_STEP, LAST_STEP = 0.25, 0.02
"""Step of the descents at their start and end, in sizes of the piece."""
FINE_STEP, FINEST_STEP = 0.01, 0.001
"""The same for the second descent, of the best position only."""
STEP_UP, STEP_DOWN = 1.1, 0.5
"""A step grows by the one after a success, and shrinks to the other after a failure."""
NEIGHBOURHOOD = 0.5
"""A descent knows the pieces this far around, in sizes of the piece, before it looks again."""
WEIGHT_LEAST, WEIGHT_MOST, WEIGHT_DECAY = 1.2, 2.0, 0.95
"""Weights of pairs that overlap grow by the first (shallow) to the second (deepest); the others decay to 1."""
PROGRESS = 0.98
"""Less than this share of the overlap before is progress worth more patience."""

SNUG = 1e-6
"""A bin that is narrower than a part by less, mm, still holds it."""

PUSH_MORE = 1.8
"""Overlapping pairs are pushed apart by this many times their depth: over-relaxed, a long row gives way in 100 rounds
instead of 1,000."""
PUSH_NEAR = 3.0
"""Pushing is tried after a sweep that leaves less than this many times the least overlap so far."""
PUSH_AROUND = 0.2
"""While pieces are pushed, only pairs are looked at that lie within this share of the largest size."""
PUSHES, PUSH_PATIENCE, PUSH_PROGRESS = 400, 20, 0.5
"""Rounds of pushing at most; it is given up after so many rounds in which the overlap did not fall to this share."""

PAUSED, SEPARATED, STUCK = 0, 1, 2
"""Answers of `separate`."""


class Crowd(NamedTuple):
    """n pieces that may overlap, in a row of bins.

    kind: (n,) the piece may lie in stances ``stances[kind] .. stances[kind + 1]``; −1 for one that never moves
    stance, x, y: (n,) where it lies now, mm
    weight, scale, overlap: (n, n) guide's weight, size factor, and depth × size factor of each pair
    dice: state of the random numbers
    """

    kind: Ints
    stance: Ints
    x: Floats
    y: Floats
    weight: Floats
    scale: Floats
    overlap: Floats
    dice: Dice


class Ground(NamedTuple):
    """What the pieces lie on, and what they are.

    bins: (B, 4) rectangles within which true parts have to lie: sheets side by side, mm
    stances: (T + 1,) first stance of each kind
    extent: (K, 4) box of the true part in each stance
    size: (T,) least extent of each kind, mm: the measure of its steps
    """

    bins: Floats
    stances: Ints
    extent: Floats
    size: Floats


class Record(NamedTuple):
    """Best arrangement of the attempt under way, and its counters; lets an attempt be paused and taken up again.

    counts: (3,) sweeps without progress, strikes, sweeps in all
    totals: (2,) least overlap so far, least overlap when the strike began
    """

    stance: Ints
    x: Floats
    y: Floats
    counts: Ints
    totals: Floats


class Starts(NamedTuple):
    """Positions worth a try, best first: value, x, y and stance of each; value inf where there is none."""

    value: Floats
    x: Floats
    y: Floats
    stance: Ints


@kernel
def new_starts(count: int) -> Starts:
    """Room for so many starts, all empty."""
    return Starts(np.full(count, np.inf), np.zeros(count), np.zeros(count), np.zeros(count, np.int64))


@kernel
def insert(starts: Starts, value: float, x: float, y: float, stance: int, apart: float) -> None:
    """Take a position into the list when it is good enough; of two nearer than `apart` only the better stays."""
    last = len(starts.value) - 1
    place = last
    for k in range(last + 1):
        near = abs(starts.x[k] - x) < apart and abs(starts.y[k] - y) < apart
        if starts.value[k] < np.inf and starts.stance[k] == stance and near:
            place = k
            break
    if value >= starts.value[place]:
        return
    while place > 0 and starts.value[place - 1] > value:
        starts.value[place], starts.x[place] = starts.value[place - 1], starts.x[place - 1]
        starts.y[place], starts.stance[place] = starts.y[place - 1], starts.stance[place - 1]
        place -= 1
    starts.value[place], starts.x[place], starts.y[place], starts.stance[place] = value, x, y, stance


@kernel
def start(starts: Starts, k: int) -> tuple[int, float, float, float]:
    """Stance, x, y and value of one of them."""
    return starts.stance[k], starts.x[k], starts.y[k], starts.value[k]


@kernel
def allowed(ground: Ground, bin_: int, stance: int) -> tuple[float, float, float, float]:
    """Positions x0, y0, x1, y1 at which a stance lies within a bin; empty when x1 < x0 or y1 < y0."""
    b, e = ground.bins[bin_], ground.extent[stance]
    return b[0] - e[0], b[1] - e[1], b[2] - e[2], b[3] - e[3]


@kernel
def bin_at(ground: Ground, stance: int, x: float) -> int:
    """The bin in which (or nearest to which) the middle of a stance at x lies."""
    middle = x + 0.5 * (ground.extent[stance, 0] + ground.extent[stance, 2])
    best, least = 0, np.inf
    for k in range(len(ground.bins)):
        away = max(0.0, max(ground.bins[k, 0] - middle, middle - ground.bins[k, 2]))
        if away < least:
            best, least = k, away
    return best


@kernel
def gather(table: Depths, crowd: Crowd, i: int, at: tuple[int, float, float], around: float) -> Floats:
    """What piece i in stance `at[0]` may meet within `around` of (at[1], at[2]), one compact row for each other piece.

    Columns: position (2), weight × scale, box (4), turn (4), grid (4), number of the region.
    """
    a, x, y = at
    rows = np.empty((len(crowd.x), 16))
    count = 0
    for j in range(len(crowd.x)):
        b = crowd.stance[j]
        box = table.box[a, b]
        bx, by = crowd.x[j], crowd.y[j]
        if x + around <= bx + box[0] or x - around >= bx + box[2]:
            continue
        if y + around <= by + box[1] or y - around >= by + box[3] or j == i:
            continue
        row = rows[count]
        r = table.region[a, b]
        row[0], row[1], row[2] = bx, by, crowd.weight[i, j] * crowd.scale[i, j]
        row[3], row[4], row[5], row[6] = bx + box[0], by + box[1], bx + box[2], by + box[3]
        row[7:11] = table.turn[a, b]
        row[11:15] = table.grid[r]
        row[15] = r
        count += 1
    return rows[:count]


@kernel
def penalty(table: Depths, rows: Floats, x: float, y: float, limit: float) -> float:
    """Weighted depth of a piece at (x, y) in the gathered others; may stop early once it is `limit` or more."""
    total = 0.0
    for k in range(len(rows)):
        if x <= rows[k, 3] or y <= rows[k, 4] or x >= rows[k, 5] or y >= rows[k, 6]:
            continue
        dx, dy = x - rows[k, 0], y - rows[k, 1]
        px, py = rows[k, 7] * dx + rows[k, 8] * dy, rows[k, 9] * dx + rows[k, 10] * dy
        cell = cell_at(rows[k, 11:15], int(rows[k, 15]), px, py)
        found = depth_in_cell(table.edges, table.near[table.first[cell] : table.first[cell + 1]], px, py)
        if found > 0.0:
            total += rows[k, 2] * found
            if total >= limit:
                return float(total)
    return float(total)


@kernel
def add_to_map(lattice: Lattice, crowd: Crowd, i: int, a: int, window: tuple[int, int, int, int], field: Map) -> None:
    """Fill `field` with the weighted depths of piece i in stance a at the lattice's nodes, row by row.

    `window` = column and row of its first node, counts of columns and rows. Unsigned indices in the innermost loop let
    the compiler use wide instructions: three times as fast.
    """
    u0, v0, columns, rows = window
    field[: rows * columns] = np.float32(0.0)
    for j in range(len(crowd.x)):
        if j == i:
            continue
        pair = lattice.pairs[a, crowd.stance[j]]
        width, height = pair[3], pair[4]
        left = int(np.floor(crowd.x[j] / lattice.step + 0.5)) + pair[1] - u0
        low = int(np.floor(crowd.y[j] / lattice.step + 0.5)) + pair[2] - v0
        if left >= columns or left + width <= 0 or low >= rows or low + height <= 0:
            continue
        weight = np.float32(crowd.weight[i, j] * crowd.scale[i, j])
        for v in range(max(0, -low), min(height, rows - low)):
            first = max(lattice.spans[pair[5] + v, 0], -left)
            count = min(lattice.spans[pair[5] + v, 1], columns - left) - first
            if count > 0:
                to, of = np.uint64((low + v) * columns + left + first), np.uint64(pair[0] + v * width + first)
                for u in range(np.uint64(count)):
                    field[to + u] += weight * lattice.values[of + u]


@kernel
def minima_of_map(field: Map, dice: Dice, at: tuple[int, int, int, int, int], step: float, starts: Starts) -> None:
    """Insert the nodes of a map that are no worse than their four neighbours; equals are told apart by chance.

    `at` = stance, and the map's window as in `add_to_map`.
    """
    a, u0, v0, columns, rows = at
    worst = starts.value[-1]
    for v in range(rows):
        for u in range(columns):
            k = v * columns + u
            value = field[k]
            if value >= worst:
                continue
            if (u > 0 and field[k - 1] < value) or (u < columns - 1 and field[k + 1] < value):
                continue
            if (v > 0 and field[k - columns] < value) or (v < rows - 1 and field[k + columns] < value):
                continue
            blurred = value * (1.0 + BLUR * (2.0 * rolled(dice) - 1.0)) + 1e-6 * step * rolled(dice)
            insert(starts, blurred, (u0 + u) * step, (v0 + v) * step, a, 2.0 * step)
            worst = starts.value[-1]


@kernel
def nodes_between(low: float, high: float, step: float) -> tuple[int, int]:
    """First lattice node from low to high, and their count; the one nearest where there is none between."""
    first = int(np.ceil(low / step))
    count = int(np.floor(high / step)) - first + 1
    return (first, count) if count > 0 else (int(np.floor((low + high) / (2.0 * step) + 0.5)), 1)


@kernel
def starts_on_map(lattice: Lattice, crowd: Crowd, ground: Ground, i: int, field: Map) -> Starts:
    """Best nodes for piece i over all its stances and all bins."""
    starts = new_starts(STARTS)
    step, kind = lattice.step, crowd.kind[i]
    for a in range(ground.stances[kind], ground.stances[kind + 1]):
        for k in range(len(ground.bins)):
            x0, y0, x1, y1 = allowed(ground, k, a)
            if x1 < x0 - SNUG or y1 < y0 - SNUG:
                continue
            u0, columns = nodes_between(x0, x1, step)
            v0, rows = nodes_between(y0, y1, step)
            add_to_map(lattice, crowd, i, a, (u0, v0, columns, rows), field)
            minima_of_map(field, crowd.dice, (a, u0, v0, columns, rows), step, starts)
    return starts


@kernel
def descend(
    table: Depths, crowd: Crowd, ground: Ground, i: int, at: tuple[int, float, float, float], steps: tuple[float, float]
) -> tuple[float, float, float]:
    """Coordinate descent of piece i from stance, x, y, value `at`, along the axes and diagonals; gives x, y, value."""
    a, x, y, value = at
    x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, x), a)
    around = NEIGHBOURHOOD * ground.size[crowd.kind[i]]
    rows, cx, cy = gather(table, crowd, i, (a, x, y), around), x, y
    sx = sy = steps[0]
    axis = rolled_to(crowd.dice, 4)
    while max(sx, sy) > steps[1] and value > 0.0:
        dx, dy = (0.0 if axis == 1 else sx), (0.0 if axis == 0 else (-sy if axis == 3 else sy))
        if max(abs(x - cx), abs(y - cy)) + max(sx, sy) > around:
            rows, cx, cy = gather(table, crowd, i, (a, x, y), around + max(sx, sy)), x, y
        px, py = min(max(x + dx, x0), x1), min(max(y + dy, y0), y1)
        qx, qy = min(max(x - dx, x0), x1), min(max(y - dy, y0), y1)
        p = penalty(table, rows, px, py, value)
        q = penalty(table, rows, qx, qy, min(value, p))
        if p < value or q < value:
            x, y, value = (qx, qy, q) if q < p else (px, py, p)
            factor = STEP_UP
        else:
            factor = STEP_DOWN
        sx *= factor if axis == 0 else (1.0 if axis == 1 else np.sqrt(factor))
        sy *= factor if axis == 1 else (1.0 if axis == 0 else np.sqrt(factor))
        if factor < 1.0:
            axis = rolled_to(crowd.dice, 4)
    return x, y, value


@kernel
def _consider(table: Depths, crowd: Crowd, i: int, at: tuple[int, float, float], starts: Starts, apart: float) -> None:
    """Measure a position exactly and take it into the list."""
    rows = gather(table, crowd, i, at, 0.0)
    value = penalty(table, rows, at[1], at[2], starts.value[-1])
    insert(starts, value, at[1], at[2], at[0], apart)


@kernel
def relocate(table: Depths, lattice: Lattice, crowd: Crowd, ground: Ground, i: int, field: Map) -> None:
    """Move piece i to the best position found: from the map, around where it lies, or where it lies."""
    size, a = ground.size[crowd.kind[i]], crowd.stance[i]
    starts, apart = new_starts(STARTS), 0.05 * size
    _consider(table, crowd, i, (a, crowd.x[i], crowd.y[i]), starts, apart)
    x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, crowd.x[i]), a)
    for _ in range(LOCAL_SAMPLES):
        x = min(max(crowd.x[i] + (rolled(crowd.dice) - 0.5) * size, x0), x1)
        y = min(max(crowd.y[i] + (rolled(crowd.dice) - 0.5) * size, y0), y1)
        _consider(table, crowd, i, (a, x, y), starts, apart)
    nodes = starts_on_map(lattice, crowd, ground, i, field)
    for k in range(STARTS):
        if nodes.value[k] < np.inf:
            a = nodes.stance[k]
            x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, nodes.x[k]), a)
            at = (a, min(max(nodes.x[k], x0), x1), min(max(nodes.y[k], y0), y1))
            _consider(table, crowd, i, at, starts, apart)
    best = 0
    for k in range(STARTS):
        if starts.value[k] < np.inf:
            steps = (FIRST_STEP * size, LAST_STEP * size)
            starts.x[k], starts.y[k], starts.value[k] = descend(table, crowd, ground, i, start(starts, k), steps)
            if starts.value[k] < starts.value[best]:
                best = k
    steps = (FINE_STEP * size, FINEST_STEP * size)
    x, y, _ = descend(table, crowd, ground, i, start(starts, best), steps)
    crowd.stance[i], crowd.x[i], crowd.y[i] = starts.stance[best], x, y


@kernel
def measure(table: Depths, crowd: Crowd, i: int) -> None:
    """Bring the overlaps of piece i with all others up to date."""
    for j in range(len(crowd.x)):
        if j != i and (crowd.kind[i] >= 0 or crowd.kind[j] >= 0):
            a, b = (i, j) if crowd.kind[i] >= 0 else (j, i)
            found = depth(table, crowd.stance[a], crowd.stance[b], crowd.x[a] - crowd.x[b], crowd.y[a] - crowd.y[b])
            found *= crowd.scale[i, j]
            crowd.overlap[i, j] = found
            crowd.overlap[j, i] = found


@kernel
def measure_all(table: Depths, crowd: Crowd) -> float:
    """Bring all overlaps up to date; returns their sum."""
    for i in range(len(crowd.x)):
        measure(table, crowd, i)
    return float(crowd.overlap.sum())


@kernel
def reweigh(crowd: Crowd) -> None:
    """Raise the weights of pairs that overlap, the deeper the more; let the others decay."""
    most = crowd.overlap.max()
    n = len(crowd.x)
    for i in range(n):
        for j in range(n):
            if crowd.overlap[i, j] > 0.0:
                crowd.weight[i, j] *= WEIGHT_LEAST + (WEIGHT_MOST - WEIGHT_LEAST) * crowd.overlap[i, j] / most
            else:
                crowd.weight[i, j] = max(1.0, crowd.weight[i, j] * WEIGHT_DECAY)


@kernel
def close_pairs(table: Depths, crowd: Crowd, around: float) -> Ints:
    """Pairs (m, 2) of pieces that overlap or may once each moved by `around`; the first of each can move."""
    pairs = np.empty((16 * len(crowd.x), 2), np.int64)
    count = 0
    for i in range(len(crowd.x)):
        for j in range(len(crowd.x)):
            if crowd.kind[i] < 0 or i == j or (j < i and crowd.kind[j] >= 0):
                continue
            box = table.box[crowd.stance[i], crowd.stance[j]]
            dx, dy = crowd.x[i] - crowd.x[j], crowd.y[i] - crowd.y[j]
            if dx + around <= box[0] or dx - around >= box[2] or dy + around <= box[1] or dy - around >= box[3]:
                continue
            if count == len(pairs):
                pairs = np.concatenate((pairs, np.empty_like(pairs)))
            pairs[count, 0], pairs[count, 1] = i, j
            count += 1
    return pairs[:count]


@kernel
def push(crowd: Crowd, ground: Ground, i: int, dx: float, dy: float) -> None:
    """Move piece i, but not out of its bin."""
    a = crowd.stance[i]
    x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, crowd.x[i]), a)
    crowd.x[i] = min(max(crowd.x[i] + dx, x0), x1)
    crowd.y[i] = min(max(crowd.y[i] + dy, y0), y1)


@kernel
def push_apart(table: Depths, crowd: Crowd, ground: Ground, tolerance: float) -> bool:
    """Push overlapping pairs apart, all of them again and again, until none overlaps.

    Where that does not come, the pieces lie as before, and the answer is False.

    What one-at-a-time relocation cannot do: a whole column of tight pieces makes room together. Each pair shares its
    way out, as constraints are projected in position based dynamics (Müller et al., 2007, doi
    10.1016/j.jvcir.2007.01.005).
    """
    x, y = crowd.x.copy(), crowd.y.copy()
    around = PUSH_AROUND * ground.size.max()
    pairs = close_pairs(table, crowd, around)
    least, since, total = np.inf, 0, np.inf
    for _ in range(PUSHES):
        total = 0.0
        for k in range(len(pairs)):
            i, j = pairs[k]
            ox, oy = way_out(table, crowd.stance[i], crowd.stance[j], crowd.x[i] - crowd.x[j], crowd.y[i] - crowd.y[j])
            if ox != 0.0 or oy != 0.0:
                total += np.sqrt(ox * ox + oy * oy)
                share = PUSH_MORE if crowd.kind[j] < 0 else 0.5 * PUSH_MORE
                push(crowd, ground, i, share * ox, share * oy)
                if crowd.kind[j] >= 0:
                    push(crowd, ground, j, -share * ox, -share * oy)
        if total <= tolerance:
            break
        since += 1
        if total < PUSH_PROGRESS * least:
            least, since = total, 0
        if since > PUSH_PATIENCE:
            break
    if total <= tolerance and measure_all(table, crowd) <= tolerance:
        return True
    crowd.x[:], crowd.y[:] = x, y
    if total <= tolerance:
        measure_all(table, crowd)
    return False


@kernel
def sweep(table: Depths, lattice: Lattice, crowd: Crowd, ground: Ground, field: Map, tolerance: float) -> int:
    """Relocate once, in random order, every piece that overlaps by more than `tolerance`; returns how many were."""
    moves = 0
    for i in shuffled(crowd.dice, len(crowd.x)):
        if crowd.kind[i] >= 0 and crowd.overlap[i].sum() > tolerance:
            relocate(table, lattice, crowd, ground, i, field)
            measure(table, crowd, i)
            moves += 1
    return moves


@kernel
def restore(table: Depths, crowd: Crowd, record: Record) -> None:
    """Put all pieces back to where the record has them."""
    crowd.stance[:], crowd.x[:], crowd.y[:] = record.stance, record.x, record.y
    measure_all(table, crowd)


@kernel
def begin(table: Depths, crowd: Crowd, record: Record) -> None:
    """Start an attempt from how the crowd lies now, with all weights 1."""
    crowd.weight[:] = 1.0
    total = measure_all(table, crowd)
    record.stance[:], record.x[:], record.y[:] = crowd.stance, crowd.x, crowd.y
    record.counts[:] = 0
    record.totals[:] = total


class Limits(NamedTuple):
    """When an attempt ends.

    tolerance: sum of overlaps that counts as none, mm
    patience: sweeps without progress that make a strike
    strikes: strikes in a row that end the attempt
    moves: the attempt pauses when about so many were made
    """

    tolerance: float
    patience: int
    strikes: int
    moves: int


@kernel
def separate(
    model: tuple[Depths, Lattice, Ground], crowd: Crowd, record: Record, limits: Limits, field: Map
) -> tuple[int, int]:
    """Carry an attempt on until it is SEPARATED, STUCK (it then lies as it was best) or PAUSED; also moves made."""
    table, lattice, ground = model
    moves = 0
    while True:
        if record.counts[0] >= limits.patience:
            record.counts[0] = 0
            record.counts[1] = 0 if record.totals[0] < PROGRESS * record.totals[1] else record.counts[1] + 1
            record.totals[1] = record.totals[0]
            restore(table, crowd, record)
            if record.counts[1] >= limits.strikes:
                return STUCK, moves
        if moves >= limits.moves:
            return PAUSED, moves
        moves += sweep(table, lattice, crowd, ground, field, limits.tolerance)
        total = crowd.overlap.sum()
        record.counts[2] += 1
        if total <= limits.tolerance:
            return SEPARATED, moves
        if total < record.totals[0]:
            if total < PROGRESS * record.totals[0]:
                record.counts[0] = 0
            record.totals[0] = total
            record.stance[:], record.x[:], record.y[:] = crowd.stance, crowd.x, crowd.y
        else:
            record.counts[0] += 1
        if total < PUSH_NEAR * record.totals[0] and push_apart(table, crowd, ground, limits.tolerance):
            return SEPARATED, moves
        reweigh(crowd)
