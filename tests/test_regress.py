"""The comparison with the baseline: it fails on a real regression and not on noise, and its quality is reproducible."""

import json
import random
import time

import pytest

from benchmarks.reference import reference
from benchmarks.regress import BASELINE, SLOWER, paces, slower, worse


def report(**least):
    return {"benchmarks": [{"name": f"test_{name}", "stats": {"min": value}} for name, value in least.items()]}


BEFORE = paces(report(reference=0.010, plan=0.080, proof=0.500))


def test_a_machine_half_as_fast_is_no_regression():
    assert slower(paces(report(reference=0.020, plan=0.160, proof=1.0)), BEFORE) == []


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_no_regression(seed):
    dice = random.Random(seed)
    noisy = report(reference=0.010 * dice.uniform(0.85, 1.2), plan=0.080 * dice.uniform(0.85, 1.2), proof=0.5)
    assert slower(paces(noisy), BEFORE) == []


def test_twice_the_time_is_a_regression():
    faults = slower(paces(report(reference=0.010, plan=0.160, proof=0.500)), BEFORE)
    assert faults == ["test_plan takes 2.00 times as long as in the baseline"]


def test_a_benchmark_that_is_gone_is_told():
    assert slower(paces(report(reference=0.010, plan=0.080)), BEFORE) == [
        "test_proof is in the baseline but was not measured"
    ]


def test_a_slow_down_is_seen_in_real_times():
    """The same work twice in a row is a regression, once more it is not; each the least of several rounds."""

    def least(work):
        rounds = []
        for _ in range(9):
            begun = time.process_time()
            work()
            rounds.append(time.process_time() - begun)
        return min(rounds)

    def work():
        return sorted((k * 7919) % 100003 for k in range(60_000))

    def twice():
        return work(), work()

    before = paces(report(reference=least(reference), plan=least(work)))
    assert slower(paces(report(reference=least(reference), plan=least(work))), before) == []
    assert len(slower(paces(report(reference=least(reference), plan=least(twice))), before)) == 1


def test_a_thinner_nest_is_a_regression_and_a_denser_one_is_none():
    before = {"strip": 0.85, "sheets": -3.4}
    assert worse({"strip": 0.851, "sheets": -3.39}, before) == []
    assert worse({"strip": 0.84, "sheets": -3.4}, before) == ["strip: 0.8400, in the baseline 0.8500"]
    assert worse({"strip": 0.85, "sheets": -3.5}, before) == ["sheets: -3.5000, in the baseline -3.4000"]


def test_the_baseline_is_whole():
    baseline = json.loads(BASELINE.read_text("utf-8"))
    assert set(baseline) == {"pace", "quality"}
    assert all(value > 0 for value in baseline["pace"].values())
    assert 1.0 < SLOWER < 2.0
