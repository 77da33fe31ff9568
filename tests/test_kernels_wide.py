"""Wide instructions against numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcore.kernels import kernel, wide


@kernel
def added(to, at, factor, of, start):
    wide.add_scaled(to, at, factor, of, start)


@kernel
def below(of, start, limit):
    return wide.any_below(of, start, limit)


@pytest.fixture(scope="module")
def numbers():
    return np.random.default_rng(0).normal(size=64).astype(np.float32)


@given(st.integers(0, 56), st.integers(0, 56), st.floats(-10, 10, width=32))
def test_add_scaled_adds_to_so_many_and_no_more(numbers, at, start, factor):
    to, wanted = numbers[::-1].copy(), numbers[::-1].copy()
    added(to, at, np.float32(factor), numbers, start)
    wanted[at : at + wide.LANES] += np.float32(factor) * numbers[start : start + wide.LANES]
    np.testing.assert_allclose(to, wanted, rtol=1e-6, atol=1e-6)


@given(st.integers(0, 56), st.floats(-3, 3, width=32))
def test_any_below_looks_at_so_many_and_no_more(numbers, start, limit):
    assert below(numbers, start, np.float32(limit)) == (numbers[start : start + wide.LANES] < limit).any()
    assert not below(numbers, start, numbers[start : start + wide.LANES].min())
