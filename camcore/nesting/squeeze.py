"""Squeezing: a nest is made shorter, its pieces overlap, the overlap is separated, and so on.

The sheets stand in a row, and `length` is how far along the row parts may reach. The search explores with large
steps, restarting from failed arrangements with two large pieces swapped, and in the end compresses with ever smaller
steps (Gardeyn, Vanden Berghe and Wauters 2025, doi 10.48550/arXiv.2509.13329, algorithms 12 and 13).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.kernels import separate as kernels
from camcore.kernels.crowd import SNUG, Crowd
from camcore.kernels.wide import LANES
from camcore.nesting.row import Arrangement, Row
from camcore.nesting.separation import Model

BOLD_STEP = 0.03
"""Share of the length taken off at a time until that fails for the first time."""
STEP = 0.002
"""Share taken off at a time afterwards, while exploring."""
LAST_STEPS = (5e-4, 1e-5)
"""Shares taken off at a time at the start and the end of the compression."""
COMPRESSION = 0.2
"""Share of the budget kept for the compression."""
HARD = 60
"""A bold step that took more sweeps was the last one."""
PATIENCE = {"bold": (8, 1), "explore": (200, 3), "compress": (100, 3)}
"""Sweeps without progress that make a strike, and strikes that end an attempt."""
LARGE = 0.33
"""Share of the pieces, the largest ones, that are swapped to get out of a dead end."""
POOL_SPREAD = 0.25
"""Standard deviation of the rank, as a share of the pool, of the failed arrangement to restart from."""
TOLERANCE = 1e-9
"""Overlap in all, as a share of the sheets' height, that counts as none."""
SLICE = 200_000
"""Workers meet after this many moves over the count of pieces: about half a second."""
FIRST_SLICE = SLICE // 32
"""The first time they meet earlier, so that small budgets are kept; then each time after twice as many."""


class Worker:
    """One thread of the search. Mutable: a crowd under way, the best arrangement it knows, a pool of failed ones."""

    def __init__(self, model: Model, row: Row, seed: int) -> None:
        self.model, self.row = model, row
        start, kind = row.start, row.kind
        self.best = start
        self.length = start.length
        self.pool: list[Arrangement] = []
        self.phase = "bold"
        self.step = LAST_STEPS[0]
        self.done = False
        self.dice = np.random.default_rng(seed)
        n = len(kind)
        self.movable = kind >= 0
        hulls = np.array([shape.polygon.convex_hull.area for shape in model.problem.shapes])
        hull = np.where(self.movable, hulls[kind], hulls.max())
        scale = np.sqrt(np.sqrt(hull[:, None] * hull[None, :]))
        movable = np.flatnonzero(self.movable)
        self.large = movable[np.argsort(-hull[movable], kind="stable")][: max(2, int(len(movable) * LARGE))]
        weight, overlap, dice = np.ones((n, n)), np.zeros((n, n)), self.dice.integers(1, 1 << 62, 1, np.uint64)
        lie = start.stance.copy(), start.x.copy(), start.y.copy()
        self.crowd = Crowd(kind, *lie, weight, scale / scale.mean(), overlap, dice)
        zeros = np.zeros(n)
        self.record = kernels.Record(kind.copy(), zeros, zeros.copy(), np.zeros(3, np.int64), np.zeros(2))
        width, height = (row.bins[:, 2] - row.bins[:, 0]).max(), (row.bins[:, 3] - row.bins[:, 1]).max()
        step = model.lattice.step
        self.map = np.zeros((int(width / step) + 2 + LANES) * (int(height / step) + 2), np.float32)
        self.tolerance = TOLERANCE * float(height)
        self.narrowest = float(model.size.min())
        self._begin(self.row.shorter(self.length, BOLD_STEP, self.narrowest))

    def work(self, moves: int, share: float) -> int:
        """Make about so many moves; `share` of the whole budget is spent already. Returns how many were made.

        Fewer, and `done`, when the sheets are so short that some part would not fit at all.
        """
        if share > 1.0 - COMPRESSION and self.phase != "compress":
            self._compress()
        self.step = max(LAST_STEPS[1], LAST_STEPS[0] * (1.0 - (share - 1.0 + COMPRESSION) / COMPRESSION))
        made = 0
        while made < moves and not self.done:
            answer, count = kernels.separate(
                (self.model.depths, self.model.lattice, self.ground),
                self.crowd,
                self.record,
                kernels.Limits(self.tolerance, *PATIENCE[self.phase], moves - made),
                self.map,
            )
            made += count + 1
            if answer == kernels.SEPARATED:
                self._succeeded()
            elif answer == kernels.STUCK:
                self._failed()
        return made

    def adopt(self, best: Arrangement) -> None:
        """Go on from another worker's arrangement, where it is as short as what this one tries for."""
        if best.length <= self.length:
            self._take(best)
            self._next()

    # -- steps ----------------------------------------------------------------------------------------------------

    def _begin(self, length: float) -> None:
        """Try for `length` from how the crowd lies; pieces that stick out are pushed in."""
        self.length = length
        self.ground = self.model.ground(self.row.cut(length))
        self.done = not self._push_in()
        kernels.begin(self.model.depths, self.crowd, self.record)

    def _push_in(self) -> bool:
        """Move each piece into its bin or, where that is gone or too small, anywhere; False if it fits nowhere."""
        bins, crowd, extent = self.ground.bins, self.crowd, self.model.extent
        for i in np.flatnonzero(self.movable):
            box = extent[crowd.stance[i]]
            middle = crowd.x[i] + (box[0] + box[2]) / 2.0
            home = int(np.clip(np.searchsorted(bins[:, 0], middle, side="right") - 1, 0, len(bins) - 1))
            if middle > bins[home, 2] + (box[2] - box[0]) or not fits(box, bins[home]):
                choice = self._homes(int(crowd.kind[i]))
                if not choice:
                    return False
                crowd.stance[i], home = choice[self.dice.integers(len(choice))]
                box = extent[crowd.stance[i]]
                crowd.x[i], crowd.y[i] = bins[home, 0:2] + self.dice.random(2) * (bins[home, 2:4] - bins[home, 0:2])
            crowd.x[i] = max(min(crowd.x[i], bins[home, 2] - box[2]), bins[home, 0] - box[0])
            crowd.y[i] = max(min(crowd.y[i], bins[home, 3] - box[3]), bins[home, 1] - box[1])
        return True

    def _homes(self, kind: int) -> list[tuple[int, int]]:
        """Stances of a kind and bins that they fit into."""
        stances, bins = range(self.model.stances[kind], self.model.stances[kind + 1]), self.ground.bins
        return [(a, k) for a in stances for k in range(len(bins)) if fits(self.model.extent[a], bins[k])]

    def _succeeded(self) -> None:
        right = self.model.extent[self.crowd.stance[self.movable], 2]
        reach = float((self.crowd.x[self.movable] + right).max())
        self.best = self._arrangement(min(self.length, reach), 0.0)
        if self.phase == "bold" and self.record.counts[2] > HARD:
            self.phase = "explore"
        self._next()

    def _next(self) -> None:
        """Try for a shorter nest from the best."""
        self.pool.clear()
        self._begin(self.row.shorter(self.best.length, self._share(), self.narrowest))

    def _share(self) -> float:
        return {"bold": BOLD_STEP, "explore": STEP}.get(self.phase, self.step)

    def _failed(self) -> None:
        if self.phase == "explore":
            self._restart()
        else:
            self.phase = "explore" if self.phase == "bold" else self.phase
            self._take(self.best)
            self._next()

    def _restart(self) -> None:
        """Take a failed arrangement, the better ones more often, and swap two large pieces of different kinds."""
        self.pool.append(self._arrangement(self.length, float(self.record.totals[0])))
        self.pool.sort(key=lambda failed: failed.overlap)
        rank = int(abs(self.dice.normal(0.0, POOL_SPREAD)) * len(self.pool))
        self._take(self.pool[min(rank, len(self.pool) - 1)])
        one = int(self.dice.choice(self.large))
        others = self.large[self.crowd.kind[self.large] != self.crowd.kind[one]]
        if len(others):
            two = int(self.dice.choice(others))
            for column in (self.crowd.x, self.crowd.y):
                column[one], column[two] = column[two], column[one]
        self._begin(self.length)

    def _compress(self) -> None:
        self.phase = "compress"
        self.step = LAST_STEPS[0]
        self._take(self.best)
        self._next()

    def _take(self, arrangement: Arrangement) -> None:
        if arrangement.overlap == 0.0:
            self.best = arrangement
        self.crowd.stance[:], self.crowd.x[:], self.crowd.y[:] = arrangement.stance, arrangement.x, arrangement.y

    def _arrangement(self, length: float, overlap: float) -> Arrangement:
        crowd = self.crowd
        return Arrangement(crowd.stance.copy(), crowd.x.copy(), crowd.y.copy(), length, overlap)


def fits(box: Floats, bin_: Floats) -> bool:
    """Whether a part of this box goes into a bin at all."""
    return bool((bin_[2:4] - bin_[0:2] >= box[2:4] - box[0:2] - SNUG).all())


@dataclass(slots=True)
class Squeeze:
    """A search for the shortest arrangement by several workers that meet after equal shares of work."""

    workers: list[Worker]
    moves: int = 0
    best: Arrangement = field(init=False)

    def __post_init__(self) -> None:
        self.best = self.workers[0].best

    def run(self, spent: Callable[[int], float], told: Callable[[Arrangement], None]) -> None:
        """Work until `spent` (of the moves made) is 1; `told` hears of each better arrangement.

        Workers never see each other but when they meet, so that the result does not depend on their timing.
        """
        count = len(self.workers[0].row.kind)
        slice_ = max(1, FIRST_SLICE // count)
        with ThreadPoolExecutor(len(self.workers)) as pool:
            while (share := spent(self.moves)) < 1.0 and not all(worker.done for worker in self.workers):
                jobs = [pool.submit(worker.work, slice_, share) for worker in self.workers]
                self.moves += sum(job.result() for job in jobs)
                now = spent(self.moves)
                left = slice_ * (1.0 - now) / max(now - share, 1e-9)
                slice_ = max(1, int(min(2 * slice_, SLICE // count, left)))
                best = min((worker.best for worker in self.workers), key=lambda found: found.length)
                if best.length < self.best.length:
                    self.best = best
                    told(best)
                for worker in self.workers:
                    if worker.best is not self.best:
                        worker.adopt(self.best)
