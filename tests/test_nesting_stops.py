"""The cap on seconds and Ctrl-C, whatever the search is at: pieces, patterns, drafts of them, the squeeze."""

import itertools
import threading
import time

import pytest

from camcore.geometry import Curve
from camcore.nesting import nest, search, solve, squeeze
from camcore.nesting.check import faults
from camcore.nesting.layout import Layout
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.stock import Pool
from camcore.nesting.work import each
from camcore.part import Part

SHEET = Stock("300x200", Curve.rectangle(300.0, 200.0))
LOOK, PIECE = 0.02, 0.02
"""Seconds that the clock of these tests moves on when it is looked at, and for each place looked for."""


def c_frame(size):
    t = size / 5
    corners = [(0, 0), (size, 0), (size, t), (t, t), (t, size - t), (size, size - t), (size, size), (0, size)]
    return Part("c", Curve.polygon(corners))


def kit():
    """Some four sheets."""
    return [
        Demand(c_frame(60.0), 36, (0.0, 180.0)),
        Demand(Part("bar", Curve.rectangle(120, 12)), 40, (0.0, 180.0)),
        Demand(Part("plate", Curve.rectangle(80, 50)), 16, (0.0, 90.0)),
    ]


class Clock:
    """Seconds as work has it: they pass only while places are looked for, and a little at each look."""

    def __init__(self, stop_at=None):
        self.now = 0.0
        self.looks = itertools.count(1)
        self.stop_at = stop_at

    def monotonic(self):
        self.now += LOOK
        if next(self.looks) == self.stop_at:
            raise KeyboardInterrupt
        return self.now


def under(clock, monkeypatch):
    """Let the search live by this clock."""
    best = Layout.best

    def worked(layout, stance, wx, wy):
        clock.now += PIECE
        return best(layout, stance, wx, wy)

    monkeypatch.setattr(Layout, "best", worked)
    monkeypatch.setattr(search, "time", clock)
    monkeypatch.setattr(solve, "time", clock)
    monkeypatch.setattr(squeeze, "SLICE", 2000)


@pytest.mark.parametrize("seconds", [0.5, 20.0, 80.0, 115.0])
def test_a_cap_is_kept_in_the_midst_of_patterns(monkeypatch, seconds):
    clock = Clock()
    under(clock, monkeypatch)
    found = nest(kit(), [SHEET], Rules(2.0, 5.0, 10**9, seconds, threads=2))
    assert found.stopped_by == "seconds"
    assert clock.now <= seconds + 0.5
    assert found.unplaced == ()
    assert faults(found) == []


@pytest.mark.parametrize("look", [3, 60, 500, 1500, 2500])
def test_an_interrupt_anywhere_leaves_a_whole_nest(monkeypatch, look):
    clock = Clock(look)
    under(clock, monkeypatch)
    found = nest(kit(), [SHEET], Rules(2.0, 5.0, 10**9, 200.0, threads=2))
    assert found.stopped_by == "interrupt"
    assert found.unplaced == ()
    assert faults(found) == []


@pytest.mark.parametrize("phase", ["make", "_draft"])
def test_an_interrupt_of_the_main_thread_ends_the_workers(monkeypatch, phase):
    """As the terminal's signal does, it comes while the main thread waits for the others."""
    before, threads = getattr(Pool, phase), threading.active_count()

    def interrupted(pool, *more):
        look = pool._tick

        def tick():
            look()
            raise KeyboardInterrupt

        pool._tick = tick
        return before(pool, *more)

    monkeypatch.setattr(Pool, phase, interrupted)
    found = nest(kit(), [SHEET], Rules(2.0, 5.0, 4000, threads=2))
    assert found.stopped_by == "interrupt"
    assert found.unplaced == ()
    assert threading.active_count() == threads


def test_work_in_threads_comes_back_in_order():
    assert each(lambda item, tick: tick() or 2 * item, range(20), 3, lambda: None) == [2 * k for k in range(20)]


def test_when_one_thread_stops_the_others_do():
    halted = []

    def until_halted(item, tick):
        if item == 0:
            raise KeyboardInterrupt
        try:
            for _ in range(10_000):
                tick()
                time.sleep(1e-3)
        except Exception as reason:
            halted.append(type(reason).__name__)
            raise

    with pytest.raises(KeyboardInterrupt):
        each(until_halted, range(2), 2, lambda: None)
    assert halted in ([], ["_Halted"])
