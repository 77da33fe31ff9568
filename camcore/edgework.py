"""What a job has done to the edges of its parts: countersinks, counterbores, broken edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.intake import Intake, entry_of, one_sided, unpocketed
from camcore.job import Job
from camcore.jobtables import WorkEntry
from camcore.nesting.model import Demand
from camcore.part import Bevel, Part, Pocket

SAME_HOLE = 0.05
"""Holes whose diameters are this near, mm, are meant alike."""
Circle = tuple[float, float, float]


def worked(taken: Intake, job: Job, pockets: bool) -> Intake:
    """The intake with bevels and counterbores on its parts; E524 for those that find no hole, W123 for counterbores on
    a machine that makes no `pockets`.

    Such a part has an upper side, and is not turned over: W327 where it might have been.
    """
    found: list[Finding] = []
    demands = tuple(_worked(demand, job, found) for demand in taken.demands)
    if not pockets:
        found += _flat(taken.demands, demands)
    return replace(taken, demands=demands, findings=(*taken.findings, *found))


def _flat(before: Sequence[Demand], after: Sequence[Demand]) -> Iterator[Finding]:
    """W123 for parts that have come by a pocket."""
    for drawn, demand in zip(before, after, strict=True):
        if len(demand.part.pockets) > len(drawn.part.pockets):
            yield unpocketed(demand.part, demand.part.file or "")


def _worked(demand: Demand, job: Job, found: list[Finding]) -> Demand:
    entry = entry_of(job, demand.part)
    if entry is None or not entry.work:
        return demand
    part = demand.part
    for work in entry.work:
        bevels, pockets = tuple(_bevels(part, work)), tuple(_counterbores(part, work))
        if not bevels and not pockets:
            found.append(_nothing(part, work, entry.drawing))
        part = replace(part, bevels=(*part.bevels, *bevels), pockets=(*part.pockets, *pockets))
    if demand.mirror:
        found.append(one_sided(part, entry.drawing, "work on its upper side"))
    return replace(demand, part=part, mirror=False)


def _bevels(part: Part, work: WorkEntry) -> Iterator[Bevel]:
    if work.do == "countersink":
        for kind, index, (_, _, radius) in _round(part, work):
            if (width := (work.diameter or 0.0) / 2 - radius) > 0:
                yield Bevel(kind, index, width, work.angle)
    elif work.do == "break":
        yield from (Bevel(kind, index, work.width or 0.0, work.angle) for kind, index in _edges(part, work))


def _edges(part: Part, work: WorkEntry) -> Iterator[tuple[str, int]]:
    if work.holes is not None:
        yield from ((kind, index) for kind, index, _ in _round(part, work))
        return
    if work.edges != "outline":
        yield from (("hole", index) for index in range(len(part.holes)))
        yield from (("drill", index) for index, drill in enumerate(part.drills) if drill.diameter > 0)
    if work.edges != "holes":
        yield "outline", 0


def _counterbores(part: Part, work: WorkEntry) -> Iterator[Pocket]:
    if work.do == "counterbore":
        for _, _, (x, y, radius) in _round(part, work):
            if (work.diameter or 0.0) / 2 > radius:
                yield Pocket(Curve.circle(x, y, (work.diameter or 0.0) / 2).ccw(), (), work.depth or 0.0)


def _round(part: Part, work: WorkEntry) -> Iterator[tuple[str, int, Circle]]:
    """The round holes that are meant."""
    found: list[tuple[str, int, Circle | None]] = [
        ("hole", index, hole.as_circle()) for index, hole in enumerate(part.holes)
    ]
    found += [("drill", index, (drill.x, drill.y, drill.diameter / 2)) for index, drill in enumerate(part.drills)]
    for kind, index, circle in found:
        if circle and work.holes is not None and abs(2 * circle[2] - work.holes) <= SAME_HOLE:
            yield kind, index, circle


def _nothing(part: Part, work: WorkEntry, name: str) -> Finding:
    size = f" of {work.holes:.4g} mm" if work.holes else ""
    message = f"{part.id} has no round hole{size} for its {work.do}, or one as wide already"
    return Finding("E524", message, "give the diameter of the holes as drawn", name, {"part": part.id, "key": "work"})
