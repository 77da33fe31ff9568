"""The review of manufacturability for the parts of a job: what its order leaves open, beside what its cuts say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from camcore import dfm
from camcore.dfm import Context
from camcore.dfm.limits import shipped
from camcore.findings import Finding
from camcore.nesting.model import Demand
from camcore.part import Part
from camcore.ready import Ready

ALONG_GRAIN = {0.0, 180.0}
"""Rotations that keep the grain: an order that allows no others has stated its direction."""
NEEDLESS = frozenset({"I807"})
"""Said of single parts, and answered by the nest."""
TOLD = {
    "E821": {"E331"},
    "W822": {"W332"},
    "E810": {"E501", "W502"},
    "W811": {"E501", "W502"},
    "E812": {"E501"},
    "W826": {"W504"},
    "I808": {"I227"},
}
"""Findings that say nothing new where one of these was told."""


def of_job(ready: Ready, told: Iterable[Finding]) -> tuple[Finding, ...]:
    """What the rules of `dfm` find in the job's parts, less what `told` says already; each thing once."""
    said = {finding.code for finding in told}
    base, seen, found = _context(ready), list[Part](), list[Finding]()
    for name, demands in _by_drawing(ready).items():
        parts = [demand.part for demand in demands]
        context = replace(base, others=tuple(seen), grain=all(_along_grain(demand) for demand in demands))
        here = dfm.of_drawing(context, ready.intake.drawings[parts[0].id])
        found += [replace(finding, file=name) for finding in dfm.review(parts, here)]
        seen += parts
    new = [finding for finding in found if finding.code not in NEEDLESS and not TOLD.get(finding.code, set()) & said]
    return tuple({(finding.code, finding.message): finding for finding in reversed(new)}.values())[::-1]


def _by_drawing(ready: Ready) -> dict[str, list[Demand]]:
    groups: dict[str, list[Demand]] = {}
    for demand in ready.intake.demands:
        groups.setdefault(ready.intake.drawings[demand.part.id].file, []).append(demand)
    return groups


def _along_grain(demand: Demand) -> bool:
    return demand.rotations is not None and set(demand.rotations) <= ALONG_GRAIN


def _context(ready: Ready) -> Context:
    """As the job is to be made: its sheets, and the smallest tool, or the kerf, that it has."""
    setup = ready.setup
    tools = [tool.diameter for tool in setup.mill.tools.values()] if setup.mill else []
    width = setup.laser.kerf if setup.laser else min(tools)
    boxes = [stock.outline.box for stock in ready.intake.stocks]
    return Context(
        material=ready.material,
        thickness=ready.job.thickness,
        process="laser" if setup.laser else "mill",
        width=width,
        limits=shipped(),
        sheets=tuple((box.width, box.height) for box in boxes),
        margin=ready.rules.margin,
        export=bool(ready.job.papers.export_control),
    )
