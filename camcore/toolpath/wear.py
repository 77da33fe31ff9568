"""How far tools cut, and when they will be worn: glass wears carbide by the metre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from camcore.findings import Finding
from camcore.toolpath.model import Plan, Tool

MM_PER_M = 1000.0


def lengths(plan: Plan) -> dict[int, float]:
    """Path of each end mill in the stock on one sheet, by its number, m: every pass counts."""
    found: dict[int, float] = defaultdict(float)
    for cut in plan.cuts:
        found[cut.tool] += sum(stroke.curve.length for stroke in cut.strokes) / MM_PER_M
    return {number: length for number, length in found.items() if length}


def totals(plans: Iterable[Plan]) -> dict[int, float]:
    """Path of each end mill on all sheets and their repeats, m."""
    found: dict[int, float] = defaultdict(float)
    for plan in plans:
        for number, length in lengths(plan).items():
            found[number] += length * plan.sheet.repeat
    return dict(found)


def forecast(plans: Sequence[Plan], life: float) -> tuple[Plan, ...]:
    """The plans, with an I508 where a tool that began the job new reaches its `life`, m, on a sheet or its repeats.

    Nothing is said where nothing is known (0).
    """
    if not life:
        return tuple(plans)
    done: dict[int, float] = defaultdict(float)
    made = []
    for plan in plans:
        worn = []
        for number, length in lengths(plan).items():
            before, done[number] = done[number], done[number] + length * plan.sheet.repeat
            changes = int(done[number] / life) - int(before / life)
            if changes:
                worn.append(_worn(plan, plan.tools[number], (before, done[number]), life, changes))
        made.append(replace(plan, findings=(*plan.findings, *worn)) if worn else plan)
    return tuple(made)


def _worn(plan: Plan, tool: Tool, way: tuple[float, float], life: float, changes: int) -> Finding:
    before, after = way
    often = f"{changes} changes" if changes > 1 else "a change"
    message = (
        f"{tool.name or tool.kind}, new at the start of the job, has cut {before:.0f} m before {plan.sheet.id} and "
        f"{after:.0f} m after it; it lasts about {life:g} m: {often} there"
    )
    where = {"sheet": plan.sheet.id, "tool": tool.number, "size": round(after, 3), "limit": life}
    return Finding("I508", message, "have new ones at hand; tool_life sets what you have measured", where=where)
