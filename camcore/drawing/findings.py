"""Findings in numbers that a person can read, each with its place in the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from camcore.drawing.model import Shape
from camcore.findings import Finding

SHOWN = 12
"""Findings of one code that stand singly; more of them are counted in the last."""


def shortened(findings: list[Finding]) -> list[Finding]:
    """The findings, of which no more than SHOWN stand singly; the last one counts the rest."""
    if len(findings) <= SHOWN:
        return findings
    last = findings[SHOWN - 1]
    more = f"{last.message} (and {len(findings) - SHOWN} more like it)"
    return [*findings[: SHOWN - 1], Finding(last.code, more, last.advice, last.file, last.where)]


@dataclass(slots=True)
class Notes:
    """What healing has to say (mutable: it grows). `shapes` are those whose numbers chains and contours carry."""

    file: str
    shapes: Sequence[Shape] = ()
    found: list[Finding] = field(default_factory=list)

    def where(self, members: Iterable[int], place: tuple[float, float], **more: float) -> dict[str, Any]:
        """Place of a finding: layer and handle of the first member, x and y in mm, and what else is measured."""
        first = next((self.shapes[i] for i in members), None)
        entity = {"layer": first.layer, "handle": first.handle} if first else {}
        return {**entity, "x": round(place[0], 6) + 0.0, "y": round(place[1], 6) + 0.0, **more}

    def tell(self, code: str, message: str, advice: str, wheres: Iterable[dict[str, Any]]) -> None:
        """One finding at each place, shortened where there are many; `message` may name what `where` holds."""
        told = [Finding(code, message.format(**where), advice, self.file, where) for where in wheres]
        self.found += shortened(told)
