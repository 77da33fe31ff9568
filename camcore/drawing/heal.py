"""Healing: a drawing's shapes as sound contours, marks and drill points; every repair is a finding with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from camcore.drawing.chain import TOUCH, Chain, paths
from camcore.drawing.closing import Chained, Place, close
from camcore.drawing.contours import THIN, Contour, conflicts, crossing_place, depths, parents, polygons, rims, rounded
from camcore.drawing.findings import shortened
from camcore.drawing.model import Drawing, Operation, Shape
from camcore.drawing.same import repeated
from camcore.findings import Finding
from camcore.geometry import many
from camcore.units import FLATTEN, JOIN_GAP

FILL_SLACK = 0.1
"""Sides of the boxes of a fill and of its contour differ by less, mm."""


@dataclass(frozen=True, slots=True)
class Healed:
    """What is left to make parts of: sound contours that overlap nowhere in part, marks, drills (x, y, diameter)."""

    contours: tuple[Contour, ...]
    marks: tuple[Contour, ...]
    drills: tuple[tuple[float, float, float], ...]
    findings: tuple[Finding, ...]


def heal(drawing: Drawing, tolerance: float = JOIN_GAP) -> Healed:
    """Contours, marks and drill points of a drawing; loose ends up to `tolerance` mm apart are joined."""
    work = _Work(drawing, tolerance)
    drills, bored = _drills(drawing)
    work.shapes = work.single([*drawing.of(Operation.CUT), *bored])
    contours = work.contours()
    marks = work.marks(drawing.of(Operation.MARK))
    contours, artwork = work.artwork(contours)
    contours = work.simple(contours)
    contours = work.apart(contours)
    contours = work.strokes(contours)
    return Healed(tuple(contours), (*marks, *artwork), tuple(drills), tuple(work.found))


def _drills(drawing: Drawing) -> tuple[list[tuple[float, float, float]], list[Shape]]:
    """Drill points, circles on drill layers among them; and what else is on those layers, to be cut."""
    drills, rest = [], []
    for shape in drawing.of(Operation.DRILL):
        circle = shape.curve.as_circle() if shape.curve else None
        if shape.point:
            drills.append((*shape.point, shape.diameter))
        elif circle:
            drills.append((circle[0], circle[1], 2 * circle[2]))
        else:
            rest.append(shape)
    return list(dict.fromkeys(drills)), rest


@dataclass(slots=True)
class _Work:
    """The drawing while it is healed (mutable: findings gather in it). Members of chains are numbers in `shapes`."""

    drawing: Drawing
    tolerance: float
    shapes: list[Shape] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)

    # -- before chaining -----------------------------------------------------------------------------------------------

    def single(self, shapes: Sequence[Shape]) -> list[Shape]:
        """The shapes without those that have no length, and without repetitions."""
        drawn = [(shape, shape.curve) for shape in shapes if shape.curve is not None]
        lengths = many.lengths([curve for _, curve in drawn]).tolist()
        real = [shape for (shape, _), length in zip(drawn, lengths, strict=True) if length > TOUCH]
        points = [shape for (shape, _), length in zip(drawn, lengths, strict=True) if length <= TOUCH]
        self._tell_all("W210", points, "{} without length, left out")
        twin = repeated([shape.curve for shape in real if shape.curve is not None])
        self._tell_all("W211", [real[i] for i in sorted(twin)], "{} drawn twice, left out once")
        return [shape for i, shape in enumerate(real) if i not in twin]

    def _tell_all(self, code: str, shapes: Sequence[Shape], words: str) -> None:
        """One finding for all shapes of a layer and kind, at the place of the first."""
        by_kind: dict[tuple[str, str], list[Shape]] = {}
        for shape in shapes:
            by_kind.setdefault((shape.layer, shape.kind), []).append(shape)
        for (layer, kind), group in by_kind.items():
            curve = group[0].curve
            x, y = curve.start if curve is not None else (0.0, 0.0)
            where = {"layer": layer, "handle": group[0].handle, "x": x, "y": y, "size": len(group)}
            self._tell(code, words.format(f"{len(group)} {kind}"), "", where)

    # -- chaining ------------------------------------------------------------------------------------------------------

    def contours(self) -> list[Contour]:
        """All closed contours, circles as circles, each once."""
        curves = [shape.curve for shape in self.shapes if shape.curve is not None]
        loose = [i for i, curve in enumerate(curves) if not curve.closed]
        chained = close([curves[i] for i in loose], self.tolerance)
        self._tell_chained(chained, loose)
        whole = [Contour(curve, (i,)) for i, curve in enumerate(curves) if curve.closed]
        made = [Contour(chain.curve, _named(chain.members, loose)) for chain in chained.closed]
        found = [Contour(rounded(contour.curve), contour.members) for contour in (*whole, *made)]
        return self._once(self._solid(found))

    def _once(self, contours: list[Contour]) -> list[Contour]:
        """The contours without repetitions; a contour may be drawn twice with a shift that is less than a gap."""
        twin = repeated([contour.curve for contour in contours], JOIN_GAP)
        message = f"a contour drawn twice, within {JOIN_GAP} mm; left out once"
        self.found += shortened([self._finding("W211", message, "", self._at(contours[i])) for i in sorted(twin)])
        return [contour for i, contour in enumerate(contours) if i not in twin]

    def _solid(self, contours: list[Contour]) -> list[Contour]:
        """The contours without those that run out and back on the same line; a bow tie is no such thing."""
        spots = [shapely.multipoints(contour.curve.flattened(FLATTEN)) for contour in contours]
        hulls = shapely.area(shapely.convex_hull(spots))
        flat = {contour for contour, hull in zip(contours, hulls, strict=True) if hull <= TOUCH * contour.curve.length}
        message = "a closed contour that encloses nothing; left out"
        told = [self._finding("W219", message, "draw it as one line", self._at(c)) for c in contours if c in flat]
        self.found += shortened(told)
        return [contour for contour in contours if contour not in flat]

    def _tell_chained(self, chained: Chained, loose: Sequence[int]) -> None:
        joined = [self._gap(gap, loose) for gap in chained.gaps]
        strays = [self._stray(chain, loose) for chain in chained.strays]
        tangles = [self._tangle(place, loose) for place in chained.tangles]
        opened = [self._open(i, chained.open, loose) for i in range(len(chained.open))]
        for findings in (joined, strays, tangles, opened):
            self.found += shortened(findings)

    def _gap(self, gap: Place, loose: Sequence[int]) -> Finding:
        where = self._where(_named(gap.members, loose), gap.x, gap.y) | {"size": gap.size, "limit": self.tolerance}
        return self._finding("W212", f"ends {gap.size:.4g} mm apart were joined", "", where)

    def _stray(self, chain: Chain, loose: Sequence[int]) -> Finding:
        x, y = chain.curve.start
        where = self._where(_named(chain.members, loose), x, y) | {"size": chain.length}
        message = f"a line of {chain.length:.4g} mm hangs off a contour and bounds nothing; left out"
        return self._finding("W213", message, "delete it, or put it on a layer for marks", where)

    def _tangle(self, place: Place, loose: Sequence[int]) -> Finding:
        where = self._where(_named(place.members, loose), place.x, place.y)
        message = f"{len(place.members)} lines meet in one point: contours share an edge"
        return self._finding("E202", message, "draw each contour closed by itself; only the outermost was read", where)

    def _open(self, number: int, chains: Sequence[Chain], loose: Sequence[int]) -> Finding:
        chain, (size, x, y) = chains[number], _nearest_end(number, chains)
        where = self._where(_named(chain.members, loose), x, y) | {"size": size, "limit": self.tolerance}
        message = f"open contour of {chain.length:.4g} mm: from its end the nearest other one is {size:.4g} mm away"
        return self._finding("E201", message, "close it in the drawing", where)

    # -- after chaining ------------------------------------------------------------------------------------------------

    def artwork(self, contours: list[Contour]) -> tuple[list[Contour], list[Contour]]:
        """Contours to be cut, and those to be marked because they are the edges of solid fills.

        A fill that covers the largest contour, or more, says nothing: somebody has coloured the part.
        """
        filled = self._filled(contours)
        limit = max((abs(contour.curve.area) for contour in contours if contour not in filled), default=0.0)
        art = [contour for contour in contours if contour in filled and abs(contour.curve.area) < limit]
        if art:
            message = f"{len(art)} contours are the edges of solid fills: taken for artwork and marked, not cut"
            where = self._at(art[0]) | {"size": len(art)}
            self._tell("W216", message, "delete the fills if these contours are to be cut", where)
        return [contour for contour in contours if contour not in art], art

    def _filled(self, contours: list[Contour]) -> set[Contour]:
        """Those contours that have the box and the area of a fill."""
        if not self.drawing.fills:
            return set()
        boxes = np.array([fill.box for fill in self.drawing.fills])
        areas = np.abs([fill.area for fill in self.drawing.fills])
        found = set()
        for contour in contours:
            near = np.abs(boxes - contour.curve.box).max(axis=1) < FILL_SLACK
            alike = np.abs(areas - abs(contour.curve.area)) <= FILL_SLACK * contour.curve.length
            if (near & alike).any():
                found.add(contour)
        return found

    def simple(self, contours: list[Contour]) -> list[Contour]:
        """The contours that do not cross themselves."""
        places = [crossing_place(polygon) for polygon in polygons([contour.curve for contour in contours])]
        crossed = []
        for contour, place in zip(contours, places, strict=True):
            if place:
                where = self._where(contour.members, *place)
                advice = "redraw it there; it was left out"
                crossed.append(self._finding("E203", "a contour crosses or touches itself", advice, where))
        self.found += shortened(crossed)
        return [contour for contour, place in zip(contours, places, strict=True) if place is None]

    def apart(self, contours: list[Contour]) -> list[Contour]:
        """The contours without those that cross a greater one."""
        shapes = polygons([contour.curve for contour in contours])
        crossed, told = set(), []
        for _, small, x, y in conflicts(shapes):
            where = self._where(contours[small].members, x, y)
            message = "a contour crosses another one, or touches it from inside; the smaller one was left out"
            told.append(self._finding("E204", message, "trim the two to one contour, or move them apart", where))
            crossed.add(small)
        self.found += shortened(told)
        return [contour for i, contour in enumerate(contours) if i not in crossed]

    def strokes(self, contours: list[Contour]) -> list[Contour]:
        """The contours without drawn lines: of a line's two sides the outer one stays, of thin strips nothing."""
        inner = rims(contours, parents(polygons([contour.curve for contour in contours])))
        message = "two contours are the sides of a drawn line; the outer one was taken"
        advice = f"draw the edge itself: the line is narrower than {THIN} mm"
        self.found += shortened([self._finding("W215", message, advice, self._at(contours[i])) for i in sorted(inner)])
        kept = [contour for i, contour in enumerate(contours) if i not in inner]
        depth = depths(parents(polygons([contour.curve for contour in kept])))
        strips = {i for i, contour in enumerate(kept) if depth[i] % 2 == 0 and contour.width < THIN}
        message = f"a contour narrower than {THIN} mm is no part: taken for a drawn line and left out"
        advice = "put it on a layer for dimensions"
        self.found += shortened([self._finding("W214", message, advice, self._at(kept[i])) for i in sorted(strips)])
        return [contour for i, contour in enumerate(kept) if i not in strips]

    def marks(self, shapes: Sequence[Shape]) -> list[Contour]:
        """Marks: loose pieces chained where that is plain; nothing has to close."""
        real = self.single(shapes)
        curves = [shape.curve for shape in real if shape.curve is not None]
        loose = [curve for curve in curves if not curve.closed]
        chained = [Contour(chain.curve, ()) for chain in paths(loose)]
        return [Contour(curve, ()) for curve in curves if curve.closed] + chained

    # -- findings ------------------------------------------------------------------------------------------------------

    def _where(self, members: Iterable[int], x: float, y: float) -> dict[str, Any]:
        first = next((self.shapes[i] for i in members), None)
        place = {"layer": first.layer, "handle": first.handle} if first else {}
        return place | {"x": x, "y": y}

    def _at(self, contour: Contour) -> dict[str, Any]:
        return self._where(contour.members, *contour.curve.start)

    def _finding(self, code: str, message: str, advice: str, where: dict[str, Any]) -> Finding:
        return Finding(code, message, advice, self.drawing.file, where)

    def _tell(self, code: str, message: str, advice: str, where: dict[str, Any]) -> None:
        self.found.append(self._finding(code, message, advice, where))


def _named(members: Iterable[int], numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(numbers[i] for i in members)


def _nearest_end(number: int, chains: Sequence[Chain]) -> tuple[float, float, float]:
    """Least gap, mm, from an end of chain `number` to any other loose end, and the place (x, y) of its own end."""
    ends = np.array([end for chain in chains for end in (chain.rows[0, 0:2], chain.rows[-1, 2:4])])
    best = []
    for own in (2 * number, 2 * number + 1):
        away = np.hypot(*(ends - ends[own]).T)
        away[own] = np.inf
        best.append((float(away.min()), float(ends[own, 0]), float(ends[own, 1])))
    return min(best)
