"""The verbs of the proof, and what the plate's programs cannot show: nested parts, empty sheets, foreign programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from machines_for_proof import GRBL_LASER, GRBL_MILL, LINUXCNC_MILL
from posted import SPINDLES, posted
from proof_cases import HOLE, PROOFS

from camcore.findings import CamError
from camcore.geometry import Curve
from camcore.machine import Source
from camcore.machinetables import BeamSpec
from camcore.nesting.model import Placement
from camcore.part import Drill, Part
from camcore.verify import CHECKS, inspect, verify
from camcore.verify.controls import READERS
from camcore.verify.model import IntendedCut, Task, Verdict, Verified

KERF = 0.2
SHEET = Curve.rectangle(100, 100)


def figures(verdict: Verdict, name: str) -> dict[str, object]:
    return next(checked.figures for checked in verdict.checks if checked.name == name)


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def test_only_a_proven_program_is_verified_and_saved(tmp_path: Path) -> None:
    proof = PROOFS["grbl-laser"]
    verified = verify(proof.text, proof.machine, proof.task)
    assert verified.save(tmp_path / "a.nc").read_text() == proof.text
    bad = inspect(proof.text.replace("M5\n; outline", "; outline"), proof.machine, proof.task)
    with pytest.raises(ValueError, match="not verified"):
        Verified(bad)


def test_verify_tells_all_errors() -> None:
    proof = PROOFS["grbl-laser"]
    with pytest.raises(CamError) as caught:
        verify(proof.text.replace("J3.1\n", "J3.11\n").replace("F3000", "F-1"), proof.machine, proof.task)
    assert {finding.code for finding in caught.value.findings} >= {"E711", "E712"}


def test_a_program_that_cannot_be_read_is_not_held_against_its_task() -> None:
    proof = PROOFS["grbl-laser"]
    verdict = inspect(proof.text.replace("G1 X47\n", "G1 X47 Q\n"), proof.machine, proof.task)
    assert [checked.name for checked in verdict.checks] == [
        check.run.__name__ for check in CHECKS if not check.needs_task
    ]
    assert codes(verdict) == ["E703"]


def test_foreign_programs_are_checked_against_the_machine() -> None:
    proof = PROOFS["linuxcnc-mill"]
    verdict = inspect(proof.text, proof.machine)
    assert verdict.proven
    assert figures(verdict, "reading")["box"] == [8.5, 8.5, 51.5, 35.5]
    assert figures(verdict, "envelope")["room_z"] == pytest.approx(28.0)


def test_a_program_without_cuts_misses_every_edge() -> None:
    for proof, text in ((PROOFS["grbl-laser"], "G21 G90\nG0 X1\nM2\n"), (PROOFS["grbl-mill"], "G21 G90\nG0 Z20\nM2\n")):
        verdict = inspect(text, proof.machine, proof.task)
        assert set(codes(verdict)) >= {"E752"}
        assert not verdict.proven


def test_an_empty_sheet_needs_nothing() -> None:
    task = Task("s", SHEET, (), {}, "laser", (), kerf=KERF)
    assert inspect("G21 G90\nG0 X1\nM2\n", GRBL_LASER, task).proven


# -- parts in parts -------------------------------------------------------------------------------------------------

FRAME = Part("frame", Curve.rectangle(60, 60), (Curve.circle(30, 30, 20).cw(),))
DISC = Part("disc", Curve.circle(0, 0, 10), (Curve.circle(0, 0, 4).cw(),))
NESTED = (Placement("frame", 10, 10, 0), Placement("disc", 40, 40, 0))
CONTOURS = {
    "disc hole": ("disc", 1, "hole"),
    "disc": ("disc", 1, "outline"),
    "frame hole": ("frame", 0, "hole"),
    "frame": ("frame", 0, "outline"),
}


def cut(name: str) -> str:
    r = KERF / 2
    radii = {"disc hole": 4 - r, "disc": 10 + r, "frame hole": 20 - r}
    if name in radii:
        path, lead = radii[name], 1.5 if name == "disc" else -1.5
        return f"G0 X{40 + path + lead:.3f} Y40\nM3 S500\nG1 X{40 + path:.3f} F900\nG3 I{-path:.3f} J0\nM5\n"
    a, b = 10 - r, 70 + r
    side = f"G1 X70 Y{a}\nG3 X{b} Y10 I0 J{r}\nG1 Y70\nG3 X70 Y{b} I{-r} J0\nG1 X10\nG3 X{a} Y70 I0 J{-r}\n"
    return f"G0 X40 Y8\nM3 S500\nG1 Y{a} F900\n{side}G1 Y10\nG3 X10 Y{a} I{r} J0\nG1 X40\nM5\n"


def nested(order: list[str], declared: list[str] | None = None) -> Verdict:
    cuts = tuple(IntendedCut(*CONTOURS[name]) for name in (order if declared is None else declared))
    task = Task("s", SHEET, NESTED, {"frame": FRAME, "disc": DISC}, "laser", cuts, kerf=KERF)
    return inspect("G21 G17 G90 G94 G54\n" + "".join(cut(name) for name in order) + "G0 X0 Y0\nM2\n", GRBL_LASER, task)


def test_parts_in_parts_from_the_inside_out_are_proven() -> None:
    verdict = nested(list(CONTOURS))
    assert verdict.proven, [str(finding) for finding in verdict.findings]
    assert figures(verdict, "order") == {"finished": 4, "features": 4}


@pytest.mark.parametrize(
    "order",
    [
        ["disc", "disc hole", "frame hole", "frame"],
        ["frame hole", "disc hole", "disc", "frame"],
        ["disc hole", "frame hole", "disc", "frame"],
        ["disc hole", "disc", "frame", "frame hole"],
        ["frame", "frame hole", "disc", "disc hole"],
    ],
)
def test_nothing_is_cut_in_what_has_come_loose(order: list[str]) -> None:
    assert "E756" in codes(nested(order))


def test_another_order_than_declared_is_found() -> None:
    order = ["disc hole", "disc", "frame hole", "frame"]
    assert codes(nested(order, ["disc hole", "frame hole", "disc", "frame"])) == ["E757"]
    assert codes(nested(order, order[:3])) == ["E757"]


def test_every_cut_that_is_not_declared_is_told() -> None:
    order = ["disc hole", "disc", "frame hole", "frame"]
    assert codes(nested(order, order[:1])) == ["E757"] * 3
    assert codes(nested(order, [])) == ["E757"] * 4


def test_a_missing_contour_is_named() -> None:
    verdict = nested(["disc hole", "frame hole", "frame"], list(CONTOURS))
    (finding,) = [finding for finding in verdict.findings if finding.code == "E752"]
    assert (finding.where["part"], finding.where["placement"], finding.where["kind"]) == ("disc", 1, "outline")


# -- beams ----------------------------------------------------------------------------------------------------------

DYNAMIC = GRBL_LASER.model_copy(update={"beam": BeamSpec(watts=60.0, word_max=1000.0, mode="dynamic")})


def test_a_dynamic_beam_is_off_where_it_stands() -> None:
    proof = PROOFS["grbl-laser"]
    standing = proof.text.replace("G1 Y31\n", "G1 Y31\nG4 P5\n")
    assert codes(inspect(standing, GRBL_LASER, proof.task)) == ["E742"]
    switched = standing.replace("M3 S800\nG4 P0.2\n", "M3 S800\nG4 P0.2\nM4\n")
    assert codes(inspect(switched, GRBL_LASER, proof.task)) == []


def test_a_beam_off_and_on_again_in_a_cut_is_no_pierce() -> None:
    """The spot stays in the cut until the beam, switched off, has been moved elsewhere."""
    proof = PROOFS["grbl-laser"]
    again = proof.text.replace("G1 Y31\n", "G1 Y31\nM5\nM3 S800\nG4 P5\n")
    assert codes(inspect(again, GRBL_LASER, proof.task)) == ["E742"]


def test_a_constant_beam_on_a_machine_with_a_dynamic_one_is_told() -> None:
    """W743; a pierce with M3 is none, for there the beam has to stand."""
    proof = PROOFS["grbl-laser"]
    (found,) = inspect(proof.text, DYNAMIC, proof.task).findings
    assert (found.code, found.where["line"]) == ("W743", 7)
    right = proof.text.replace("G4 P0.2\n", "G4 P0.2\nM4\n").replace("M3 S150", "M4 S150")
    assert codes(inspect(right, DYNAMIC, proof.task)) == []


# -- mills ----------------------------------------------------------------------------------------------------------


def spot_and_outline(tool: int) -> tuple[IntendedCut, ...]:
    return tuple(IntendedCut("p", 0, kind, 0, tool) for kind in ("drill", "outline"))


def test_a_centre_mark_may_be_a_cross() -> None:
    part = Part("p", Curve.rectangle(40, 30), (), (), (Drill(10, 10, 0.0),))
    task = Task("s", SHEET, (Placement("p", 20, 20, 0),), {"p": part}, "laser", spot_and_outline(0), kerf=KERF)
    cross = "G0 X29 Y30\nM3 S50\nG1 X31 F900\nX30\nY29\nY31\nM5\n"
    outline = "G0 X40 Y18\nM3 S500\nG1 Y19.9 F900\nX60\nG3 X60.1 Y20 I0 J0.1\nG1 Y50\nG3 X60 Y50.1 I-0.1 J0\nG1 X20\n"
    outline += "G3 X19.9 Y50 I0 J-0.1\nG1 Y20\nG3 X20 Y19.9 I0.1 J0\nG1 X40\nM5\nM2\n"
    good = inspect("G21 G90\n" + cross + outline, GRBL_LASER, task)
    assert good.proven, [str(finding) for finding in good.findings]
    far = cross.replace("X30\nY29\nY31", "X30\nY29\nY33")
    assert "E750" in codes(inspect("G21 G90\n" + far + outline, GRBL_LASER, task))


def test_centre_marks_are_marks() -> None:
    part = Part("p", Curve.rectangle(40, 30), (), (), (Drill(10, 10, 0.0),))
    where, cuts = (Placement("p", 20, 20, 0),), spot_and_outline(1)
    task = Task("s", SHEET, where, {"p": part}, "mill", cuts, tools={1: 3.0}, bottom_z=-1.6)
    outline = (
        "G0 X40 Y18.5\nG0 Z1\nG1 Z0 F200\nG1 X60 Z-1.8\nG3 X61.5 Y20 I0 J1.5\nG1 Y50\nG3 X60 Y51.5 I-1.5 J0\nG1 X20\n"
    )
    outline += "G3 X18.5 Y50 I0 J-1.5\nG1 Y20\nG3 X20 Y18.5 I1.5 J0\nG1 X61\nG0 Z20\nM5\nM2\n"
    head = "G21 G90\nG0 Z20\nT1\nM3 S9000\nG0 X30 Y30\nG0 Z1\n"
    good = inspect(head + "G1 Z-0.3 F100\nG0 Z5\n" + outline, GRBL_MILL, task)
    assert good.proven, [str(finding) for finding in good.findings]
    deep = inspect(head + "G1 Z-1.8 F100\nG0 Z5\n" + outline, GRBL_MILL, task)
    assert "E761" in codes(deep)
    missing = inspect("G21 G90\nG0 Z20\nT1\nM3 S9000\n" + outline, GRBL_MILL, task)
    assert "E760" in codes(missing)


def test_a_stock_top_below_zero_moves_all_heights() -> None:
    proof = PROOFS["linuxcnc-mill"]
    lower = Task(
        "s", proof.task.outline, proof.task.placements, proof.task.parts, "mill", proof.task.cuts,
        tools=proof.task.tools, top_z=-10.0, bottom_z=-11.6,
    )  # fmt: skip
    verdict = inspect(proof.text, LINUXCNC_MILL, lower)
    assert "E752" in codes(verdict)


@pytest.mark.parametrize("off", [0.02, 0.05, 0.3])
@pytest.mark.parametrize("name", PROOFS)
def test_every_fault_of_a_fiftieth_is_seen(name: str, off: float) -> None:
    """The whole program shifted by `off` mm; on mills, which have no marks, the figures say by how much."""
    proof = PROOFS[name]
    where = (Placement("plate", 10.0 + off, 10.0, 0.0),)
    verdict = inspect(proof.text, proof.machine, replace(proof.task, placements=where))
    assert {"E750", "E753", "E755"} <= set(codes(verdict))
    if proof.task.process == "mill" and off < 0.1:
        assert figures(verdict, "gouge")["largest_gouge"] == pytest.approx(off, abs=0.001)
        assert figures(verdict, "uncut")["largest_uncut"] == pytest.approx(off, abs=0.003)


@pytest.mark.parametrize("dialect", SPINDLES)
def test_corners_that_no_word_bounds_are_told_until_they_are_measured(dialect):
    """By servos' lag or a setting: with G61 in the program, or a figure that was measured, nothing is left to tell."""
    proof = posted(dialect, "mill")
    guessed = {"*": Source(status="uncalibrated default", source="made up")}
    unsure = proof.machine.model_copy(update={"sources": guessed})
    told = {finding.code for finding in inspect(proof.text, unsure).findings}
    assert ("W744" in told) is READERS[dialect].lags
    assert "W744" not in {finding.code for finding in inspect(proof.text, proof.machine).findings}
    if "G61" in READERS[dialect].groups:
        text = proof.text.replace("G17 ", "G17 G61 ", 1)
        assert "W744" not in {finding.code for finding in inspect(text, unsure).findings}


@pytest.mark.parametrize("diameter", [1.0, 1.5, 2.0, 3.0, 3.175])
@pytest.mark.parametrize("kind", ["drill", "hole"])
def test_a_hole_as_wide_as_its_drill_must_not_be_missing(diameter: float, kind: str) -> None:
    """What a drawing has as a circle is a hole, drilled or not: a tool that fits it exactly reaches all of its edge."""
    proof = PROOFS["linuxcnc-mill"]
    part = replace(proof.task.parts["plate"], holes=(HOLE, Curve.circle(10.0, 6.0, diameter / 2).cw()), drills=())
    drilled, *others = proof.task.cuts
    cuts = (replace(drilled, kind=kind, index=1), *others)
    task = replace(proof.task, parts={"plate": part}, cuts=cuts, tools={1: 3.0, 2: diameter})
    assert codes(inspect(proof.text, proof.machine, task)) == []
    missing = proof.text.replace("N80 G98 G83 X20 Y16 Z-2 R1 Q1.2 F200\n", "")
    assert missing != proof.text
    assert "E752" in codes(inspect(missing, proof.machine, task))
    wide = replace(task, tools={1: 3.0, 2: diameter + 0.2})
    assert "E752" in codes(inspect(missing, proof.machine, wide))
