"""Klartext as LinuxCNC's interpreter reads it: each block by itself in G-code, all places counted from work zero.

An account of its own of what blocks mean (HEIDENHAIN, User's Manual: L, CC, C, CP, cycle 200 with M99, LBL), so that
rs274 vouches for the way that our reader goes. Words that bear on no motion are left out.
"""

from __future__ import annotations

import math
import re

_WORD = re.compile(r"(I?)([XYZ])([-+][\d.]+)")
_INCH_FEED = 0.1
"""F counts tenths of an inch per minute."""


class Klartext:
    """Block after block; mutable: where the tool and the centre are, the feed, the cycle."""

    def __init__(self, metric: bool) -> None:
        self.per_unit = 1.0 if metric else _INCH_FEED
        self.at = {"X": 0.0, "Y": 0.0, "Z": 0.0}
        self.centre = (0.0, 0.0)
        self.cycle: dict[int, float] = {}
        self.lines = ["G17 G90 G90.1 G40 G49 G80 G54", "G21" if metric else "G20"]

    def block(self, body: str) -> None:
        """One block without its number."""
        kind = body.split(maxsplit=1)[0]
        places = self._places(body)
        if kind == "CC":
            self.centre = places["X"], places["Y"]
        elif kind == "L":
            self._line(body, places)
        elif kind == "C":
            self._turn("G2" if "DR-" in body else "G3", places, body)
        elif kind == "CP":
            self._helix(body, places["Z"])
        elif body.startswith("CYCL DEF 200"):
            self.cycle = {int(n): float(value) for n, value in re.findall(r"Q(\d+)=([-+][\d.]+)", body)}

    def _places(self, body: str) -> dict[str, float]:
        """Where the axes are after the block's own words."""
        found = dict(self.at)
        for counted, axis, value in _WORD.findall(body):
            found[axis] = float(value) + (self.at[axis] if counted else 0.0)
        return found

    def _feed(self, body: str) -> str:
        said = re.search(r" F([\d.]+)", body)
        return f" F{float(said[1]) * self.per_unit:.6f}" if said else ""

    def _line(self, body: str, places: dict[str, float]) -> None:
        self._go("G0" if "FMAX" in body else "G1", places, self._feed(body))
        if "M99" in body:
            q = self.cycle
            top, back = q[203] + q[200], max(q[203] + q[200], q[203] + q[204])
            feed = f" F{q[206] * self.per_unit:.6f}"
            for code, z, more in (("G0", top, ""), ("G1", q[203] + q[201], feed), ("G0", back, "")):
                self._go(code, {**self.at, "Z": z}, more)

    def _helix(self, body: str, z: float) -> None:
        """IPA turns about the centre from where the tool is."""
        said = re.search(r"IPA([-+][\d.]+)", body)
        assert said
        angle, (cx, cy) = math.radians(float(said[1])), self.centre
        dx, dy = self.at["X"] - cx, self.at["Y"] - cy
        places = {
            "X": cx + dx * math.cos(angle) - dy * math.sin(angle),
            "Y": cy + dx * math.sin(angle) + dy * math.cos(angle),
            "Z": z,
        }
        self._turn("G2" if "DR-" in body else "G3", places, body)

    def _turn(self, code: str, places: dict[str, float], body: str) -> None:
        self._go(code, places, f" I{self.centre[0]:.7f} J{self.centre[1]:.7f}{self._feed(body)}")

    def _go(self, code: str, places: dict[str, float], more: str) -> None:
        self.at = places
        self.lines.append(f"{code} X{places['X']:.7f} Y{places['Y']:.7f} Z{places['Z']:.7f}{more}")


def for_linuxcnc(text: str) -> str:
    """The program for rs274: what is called is put where it is called."""
    blocks = re.sub(r"~\n\s*", "", text).splitlines()
    bodies = [re.sub(r"^\d+ ", "", block) for block in blocks]
    labels: dict[str, list[str]] = {}
    for start, body in enumerate(bodies):
        if label := re.fullmatch(r"LBL ([1-9]\d*)", body):
            labels[label[1]] = bodies[start + 1 : bodies.index("LBL 0", start)]
    control = Klartext(bodies[0].endswith(" MM"))
    for body in bodies[: bodies.index("M30")]:
        called = re.fullmatch(r"CALL LBL (\d+)", body)
        for each in labels[called[1]] if called else [body]:
            if not each.startswith(";"):
                control.block(each)
    return "\n".join([*control.lines, "M2"]) + "\n"
