"""What is counted while a drawing is read, and told at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from camcore.drawing.findings import shortened
from camcore.findings import Finding


@dataclass(slots=True)
class Ledger:
    """Counts and single findings (mutable: it grows while a drawing is read).

    ignored: by rule, kind and layer; hidden: by layer and reason; pockets without a depth, wide, fills: by layer
    heights: lowest and highest z of entities off z = 0, mm, and whether they slope; single: findings by code
    """

    ignored: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    hidden: Counter[tuple[str, str]] = field(default_factory=Counter)
    pockets: Counter[str] = field(default_factory=Counter)
    wide: Counter[str] = field(default_factory=Counter)
    fills: Counter[str] = field(default_factory=Counter)
    heights: list[tuple[float, float, bool]] = field(default_factory=list)
    single: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))

    def findings(self, file: str) -> list[Finding]:
        """All of it as findings: those of one entity first, then the counts."""
        found = [finding for findings in self.single.values() for finding in shortened(findings)]
        entries = [*self._left_out(), *self._read_otherwise(), *self._off_the_sheet()]
        return found + [Finding(code, message, advice, file, where) for code, message, advice, where in entries]

    def _left_out(self) -> list[Entry]:
        ignored: list[Entry] = [
            ("I120", f"{count} {kind} ignored by the rule {rule!r}", "", _at(layer, count))
            for (rule, kind, layer), count in self.ignored.items()
        ]
        advice = "show the layer in the CAD program if it belongs to the part"
        return ignored + [
            ("W121", f"{count} entities ignored: {why}", advice, _at(layer, count))
            for (layer, why), count in self.hidden.items()
        ]

    def _read_otherwise(self) -> list[Entry]:
        wide: list[Entry] = [
            (
                "I117",
                f"{count} polylines are drawn with a width; read along their middle",
                'if they are strips, have a rule read them so: width = "outline"',
                _at(layer, count),
            )
            for layer, count in self.wide.items()
        ]
        message = "hatches are cut along their edges, since nothing else is drawn"
        wide += [
            ("W124", f"{count} {message}", "draw the outline as lines", _at(layer, count))
            for layer, count in self.fills.items()
        ]
        advice = "name it in the layer, as POCKET_1.5, or in a rule"
        return wide + [
            ("W123", f"{count} pocket contours are not made: nothing says how deep", advice, _at(layer, count))
            for layer, count in self.pockets.items()
        ]

    def _off_the_sheet(self) -> list[Entry]:
        found: list[Entry] = []
        sloping = [high - low for low, high, slopes in self.heights if slopes]
        if sloping:
            message = f"{len(sloping)} entities slope in z, up to {max(sloping):.4g} mm; read as seen from above"
            found.append(("W114", message, "draw the part flat", {"size": max(sloping)}))
        offset = [low for low, _, slopes in self.heights if not slopes]
        if offset:
            reach = f"from {min(offset):.4g} to {max(offset):.4g} mm"
            message = f"{len(offset)} entities lie off z = 0, {reach}; z is left out"
            found.append(("I115", message, "", {"size": max(offset, key=abs)}))
        return found


Entry = tuple[str, str, str, dict[str, Any]]
"""Code, message, advice, where."""


def _at(layer: str, count: int) -> dict[str, Any]:
    return {"layer": layer, "size": count}
