"""Tabs on round parts: the width along the edge is what is declared, the discs' distance is what holds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from machines_for_proof import GRBL_MILL

from camcore.geometry import Curve
from camcore.nesting.model import Placement
from camcore.part import Part
from camcore.verify import inspect
from camcore.verify.model import IntendedCut, Task, Verdict

TOOL = 3.0


def disc(radius: float, left: float, declared: float, cut_again: float | None = None) -> Verdict:
    """A disc about (50, 50) with one tab at its right, `left` mm of edge wide; on request plunged at an angle in it."""
    path, half = radius + TOOL / 2, left / radius / 2

    def at(angle: float) -> str:
        return f"X{50 + path * math.cos(angle):.4f} Y{50 + path * math.sin(angle):.4f}"

    start, end = at(-half), at(half)
    x, y = (50 + path * trig(-half) for trig in (math.cos, math.sin))
    once_more = "" if cut_again is None else f"G0 Z20\nG0 {at(cut_again)}\nG0 Z1\nG1 Z-1.8 F200\n"
    text = (
        f"G21 G17 G90 G94 G54\nG0 Z20\nT1\nM3 S12000\nG4 P3\nG0 {start}\nG0 Z1\nG1 Z-1.8 F200\n"
        f"G2 {end} I{50 - x:.4f} J{50 - y:.4f} F500\n{once_more}G0 Z20\nM5\nG0 X0 Y0\nM30\n"
    )
    part = Part("disc", Curve.circle(0, 0, radius))
    tabs = ((50 + radius, 50.0, declared),)
    cut = IntendedCut("disc", 0, "outline", 0, 1, tabs)
    sheet, placed = Curve.rectangle(100, 100), (Placement("disc", 50.0, 50.0, 0.0),)
    task = Task("s", sheet, placed, {"disc": part}, "mill", (cut,), tools={1: TOOL}, bottom_z=-1.6)
    return inspect(text, GRBL_MILL, task)


def neck(verdict: Verdict) -> float:
    return float(next(checked for checked in verdict.checks if checked.name == "tabs").figures["narrowest"])


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings if finding.severity == "error"}


@given(st.floats(4.0, 40.0), st.floats(4.0, 7.0))
def test_the_width_is_taken_along_the_edge(radius: float, left: float) -> None:
    """Declared as it is left it is proven; declared as long as the tool's way over it, on small discs, it is not."""
    found = disc(radius, left, left)
    path = radius + TOOL / 2
    assert codes(found) == set()
    assert neck(found) == pytest.approx(2 * path * math.sin(left / radius / 2) - TOOL, abs=0.01)
    if path / radius > 1.2:
        assert "E758" in codes(disc(radius, left, left * path / radius))


def test_a_tab_cut_in_two_does_not_hold() -> None:
    """One plunge touches the edge in a point only, but takes the neck away."""
    found = disc(10.0, 6.0, 6.0, cut_again=0.0)
    assert codes(found) == {"E758"}


def test_a_narrow_neck_is_found_even_when_its_width_is_declared() -> None:
    assert codes(disc(10.0, 2.5, 2.5)) == {"E758"}
