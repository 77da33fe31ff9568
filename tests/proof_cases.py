"""One plate, cut by hand-written programs on four machines: what the tests of the proof start from.

The plate is 40 × 24 mm with corners of 3 mm, a hole of 8 mm, and on lasers a scored line, on mills a drilled hole;
it lies at (10, 10) on a sheet of 60 × 44 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from machines_for_proof import GRBL_LASER, GRBL_MILL, LINUXCNC_LASER, LINUXCNC_MILL

from camcore.geometry import Curve
from camcore.machine import Machine, SpindleSpec
from camcore.nesting.model import Placement
from camcore.part import Bevel, Drill, Part, Pocket
from camcore.verify.model import Cone, IntendedCut, Running, Task

FOLDER = Path(__file__).parent / "programs"
_QUARTER = 2**0.5 - 1


def rounded(width: float, height: float, radius: float) -> Curve:
    """Counter-clockwise rectangle from (0, 0) with rounded corners."""
    w, h, r, q = width, height, radius, _QUARTER
    return Curve(
        [
            (r, 0, 0), (w - r, 0, q), (w, r, 0), (w, h - r, q),
            (w - r, h, 0), (r, h, q), (0, h - r, 0), (0, r, q),
        ]
    )  # fmt: skip


OUTLINE = rounded(40.0, 24.0, 3.0)
HOLE = Curve.circle(20.0, 12.0, 4.0).cw()
MARK = Curve([(5.0, 18.0, 0.0), (12.0, 18.0, 0.0)], closed=False)
TABS = ((30.0, 34.0, 7.0), (10.0, 22.0, 7.0))


@dataclass(frozen=True)
class Proof:
    """A program that is right, its machine and its task."""

    name: str
    machine: Machine
    task: Task

    @property
    def text(self) -> str:
        return (FOLDER / f"{self.name}.nc").read_text()


def _task(part: Part, process: str, kinds: list[tuple[str, int]], **more: object) -> Task:
    cuts = tuple(
        IntendedCut("plate", 0, kind, 0, tool, TABS if kind == "outline" and process == "mill" else ())
        for kind, tool in kinds
    )
    sheet = Curve.rectangle(60.0, 44.0)
    return Task("sheet-1", sheet, (Placement("plate", 10.0, 10.0, 0.0),), {"plate": part}, process, cuts, **more)  # type: ignore[arg-type]


LASER = _task(Part("plate", OUTLINE, (HOLE,), (MARK,)), "laser", [("mark", 0), ("hole", 0), ("outline", 0)], kerf=0.2)


def _mill(drill: float, tool: int) -> Task:
    part = Part("plate", OUTLINE, (HOLE,), (), (Drill(10.0, 6.0, drill),))
    kinds = [("drill", tool), ("hole", 1), ("outline", 1)]
    return _task(part, "mill", kinds, tools={1: 3.0} if tool == 1 else {1: 3.0, 2: 1.0}, bottom_z=-1.6)


def _pocketed() -> Task:
    """The plate for the mill with an obround pocket, 8 mm long over its middle."""
    plain = _mill(1.0, 2)
    pocket = Pocket(rounded(11.0, 6.0, 2.999999).moved(3.5, 16.0), (), 0.5)
    part = replace(plain.parts["plate"], pockets=(pocket,))
    drill, *others = plain.cuts
    return replace(plain, parts={"plate": part}, cuts=(drill, IntendedCut("plate", 0, "pocket", 0, 1), *others))


def _skinned() -> Task:
    """The plate for the mill held by a skin that stays."""
    plain = _mill(1.0, 2)
    *others, outline = plain.cuts
    return replace(plain, cuts=(*others, replace(outline, tabs=(), skin=0.1)))


def _sunk() -> Task:
    """The plate for the mill with its drilled hole countersunk to 2 mm."""
    plain = _mill(1.0, 2)
    sink = IntendedCut("plate", 0, "mark", 0, 3, bevel=Bevel("drill", 0, 0.5))
    return replace(plain, cuts=(sink, *plain.cuts), tools={**plain.tools, 3: 6.0}, cones={3: Cone(90.0)})


PROOFS = {
    proof.name: proof
    for proof in (
        Proof("grbl-laser", GRBL_LASER, LASER),
        Proof("linuxcnc-laser", LINUXCNC_LASER, LASER),
        Proof("grbl-mill", GRBL_MILL, _mill(3.0, 1)),
        Proof("linuxcnc-mill", LINUXCNC_MILL, _mill(1.0, 2)),
        Proof("linuxcnc-pocket", LINUXCNC_MILL, _pocketed()),
        Proof("linuxcnc-bevel", LINUXCNC_MILL, _sunk()),
        Proof("linuxcnc-skin", LINUXCNC_MILL, _skinned()),
    )
}


def _drilled() -> Proof:
    """The milled plate whose drilled hole is a circle of the drawing, as wide as the drill."""
    proof = PROOFS["linuxcnc-mill"]
    part = replace(proof.task.parts["plate"], holes=(HOLE, Curve.circle(10.0, 6.0, 0.5).cw()), drills=())
    cut, *others = proof.task.cuts
    task = replace(proof.task, parts={"plate": part}, cuts=(replace(cut, kind="hole", index=1), *others))
    return replace(proof, task=task)


DRILLED = _drilled()


def _declared(name: str, machine: Machine | None = None, **more: object) -> Proof:
    """The same program, held against a task that also says how tools and beams run."""
    proof = PROOFS[name]
    return replace(proof, machine=machine or proof.machine, task=replace(proof.task, **more))  # type: ignore[arg-type]


_TOOLS = {"1": Running(800.0, 200.0, 12000.0, step=0.9), "2": Running(200.0, 200.0, 20000.0)}
_SLOW = SpindleSpec(rpm_min=5000.0, rpm_max=24000.0, spin_up=3.0)
DECLARED = {
    "grbl-laser-declared": _declared(
        "grbl-laser",
        running={"cut": Running(1200.0, power=0.8, pierce=0.2), "mark": Running(3000.0, power=0.15)},
    ),
    "linuxcnc-mill-declared": _declared("linuxcnc-mill", running=_TOOLS, tab_height=0.6, milling="conventional"),
    "grbl-mill-declared": _declared("grbl-mill", GRBL_MILL.model_copy(update={"spindle": _SLOW}), air=True),
    "grbl-laser-crop": _declared("grbl-laser", crop=(Curve([(55.0, 0.0, 0.0), (55.0, 44.0, 0.0)], closed=False),)),
}
"""Tasks that say more; the last two's programs lack their air and their crop line."""
