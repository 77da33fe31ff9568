"""Any angle: a finished sheet's pieces as rigid bodies that make room for each other, turning as they are pushed.

The sheet's length is shortened by a small step, the pieces that now stick out push the others, contact by contact, and
those that may turn do so; no no-fit regions are needed, so that any angle costs the same. A step that fails is halved.
When no step succeeds any more the pieces are shaken: some are moved and turned a little, or one is thrown somewhere
else, and if all find room again, on a length a trifle less, the shortening starts anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.kernels import rigid
from camcore.nesting.bodies import Sheet
from camcore.nesting.layout import Filled
from camcore.nesting.problem import Problem

FIRST_STEP, LAST_STEP = 1e-2, 1e-5
"""Shares of the length taken off at a time: at first, and where halving ends."""
SHAKEN_STEP = 1e-4
"""Share of the length taken off when the pieces are shaken: what is not clearly better is not worth a new start."""
ROUNDS = 200
"""Rounds of pushing after which a step counts as failed."""
THROWN = 0.5
"""Share of the shakes that throw one piece; the others shake neighbours."""
SHAKE_LEAST, SHAKE_MOST = 0.01, 0.3
"""Neighbours are moved by so many times their radius (normally distributed), and turned by as many radians."""
GAP = 1e-5
"""Bodies are pushed this far apart, mm: far less than their slack on sheets, far more than rounding."""
AROUND = 0.2
"""Bodies nearer than this share of the largest radius are watched while they are pushed."""
ROUND_COST = 1.0 / 32.0
"""Pushing one body for one round takes as long as this share of a move of the separation."""
SLICE = 5000
"""Workers meet after this many moves: about half a second."""


def turns_freely(problem: Problem, sheet: Filled) -> bool:
    """Whether some piece of a sheet may lie at any angle, and is no disc."""
    shapes = {problem.stances[piece.stance].shape for piece in sheet.pieces}
    return any(problem.shapes[k].demand.rotations is None and len(problem.of_shape[k]) > 1 for k in shapes)


class Worker:
    """One thread of the refinement. Mutable: bodies under way, the best poses it knows, and the step to try next."""

    def __init__(self, problem: Problem, filled: Filled, seed: int) -> None:
        self.sheet = sheet = Sheet(problem, filled)
        self.dice = np.random.default_rng(seed)
        self.box = np.array(problem.spaces[filled.space].box)
        self.narrowest = self.box[0] + max(sheet.narrowest())
        self.around = AROUND * max(body.radius for body in sheet.bodies)
        self.best = sheet.lie.pose.copy()
        self.length = self._reach()
        self.step = FIRST_STEP

    @property
    def done(self) -> bool:
        """Whether no step can succeed: some part would not fit at all."""
        return bool(self.length * (1.0 - SHAKEN_STEP) < self.narrowest)

    def work(self, moves: float) -> float:
        """Make about so many moves; returns how many were made."""
        made = 0.0
        while made < moves and not self.done:
            shaking = self.step < LAST_STEP
            if shaking:
                self._shake()
            done, rounds = self._settle(self.length * (1.0 - (SHAKEN_STEP if shaking else self.step)))
            made += max(1.0, rounds * len(self.sheet.bodies) * ROUND_COST)
            if done and np.isfinite(self.sheet.lie.pose).all():
                self.best, self.length = self.sheet.lie.pose.copy(), self._reach()
                self.step = FIRST_STEP if shaking else self.step
            else:
                self.sheet.lie.pose[:] = self.best
                self.step = self.step if shaking else self.step / 2.0
        return made

    def adopt(self, best: Floats, length: float) -> None:
        """Go on from another worker's poses where they are better."""
        if length < self.length:
            self.best, self.length, self.step = best.copy(), length, LAST_STEP
            self.sheet.lie.pose[:] = best

    def _settle(self, length: float) -> tuple[bool, int]:
        limits = rigid.Limits(np.append(self.box[:2], (length, self.box[3])), GAP, self.around, ROUNDS)
        return rigid.settle(self.sheet.scene, self.sheet.lie, limits)

    def _reach(self) -> float:
        """How far right the parts reach, mm."""
        sheet = self.sheet
        return max(rigid.reach(sheet.scene.rims, sheet.lie, i, 0.0)[0] for i in range(len(sheet.bodies)))

    def _shake(self) -> None:
        """Throw one piece somewhere else, or move and turn some neighbours a little."""
        pose, dice, count = self.sheet.lie.pose, self.dice, len(self.sheet.bodies)
        one = int(dice.integers(count))
        turning = self.sheet.lie.inverse[:, 1] > 0.0
        if dice.random() < THROWN:
            low, high = self.box[:2], np.array([self.length, self.box[3]])
            pose[one] = *(low + dice.random(2) * (high - low)), pose[one, 2] + turning[one] * dice.random() * math.tau
            return
        away = np.hypot(*(pose[:count, :2] - pose[one, :2]).T)
        some = np.argsort(away, kind="stable")[: dice.integers(1, count + 1)]
        by = SHAKE_LEAST * (SHAKE_MOST / SHAKE_LEAST) ** dice.random()
        kick = by * dice.normal(size=(len(some), 3))
        radius = self.sheet.scene.radius[some]
        pose[some] += kick * np.column_stack([radius, radius, turning[some]])


def refine(workers: Sequence[Worker], spent: Callable[[int], float], told: Callable[[Filled], None]) -> None:
    """Shorten and shake until `spent` (of the moves made) is 1, or no less will do; `told` hears of each better sheet.

    Workers never see each other but when they meet, so that the result does not depend on their timing.
    """
    moves, length = 0.0, workers[0].length
    with ThreadPoolExecutor(len(workers)) as pool:
        while spent(int(moves)) < 1.0 and not workers[0].done:
            moves += sum(pool.map(lambda worker: worker.work(SLICE / len(workers)), workers))
            best = min(workers, key=lambda worker: worker.length)
            if best.length < length:
                length = best.length
                told(best.sheet.filled(best.best))
            for worker in workers:
                worker.adopt(best.best, best.length)
