"""Characteristics of the part that its drawing gives no dimension for, so that nothing of it goes unaccounted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from camcore.compare.model import Feature
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.forms import simple_rows
from camcore.papers.characteristic import NOTHING, Draft, Given, Kind, Scale
from camcore.papers.drawn import key, radius_key
from camcore.papers.tolerancing import Table, general
from camcore.part import Part

SAME = 0.005
"""Sizes that differ by less, mm, are one size."""
RIGHT = 0.05
"""Angles that differ by less, degrees, are one angle."""
CHAMFER = 0.25
"""A straight edge at 45° between square ones is a chamfer up to this share of the part's shorter side."""

FREE_FORM = 12
"""An outline with more radii, or more angles, than this is a free form: its profile says all of them."""

Spot = tuple[float, float]
Size = float | tuple[str, float, float, float]
ItemT = TypeVar("ItemT")


class Modeller:
    """Makes the drafts of one part's features that `covered` does not name; positions are taken from `datum`."""

    def __init__(self, part: Part, features: Sequence[Feature], scale: Scale, datum: Spot, covered: set[str]) -> None:
        self.part, self.scale, self.datum, self.covered = part, scale, datum, covered
        self.outline = next(feature for feature in features if feature.kind == "outline")
        self.holes = [feature for feature in features if feature.kind == "hole"]
        self.others = [feature for feature in features if feature.kind not in ("outline", "hole")]

    def drafts(self) -> Iterator[Draft]:
        """All that is left: overall sizes, holes with their places, edges of the outline, pockets and marks."""
        yield from self._overall()
        yield from self._round_holes()
        yield from self._cutouts()
        yield from self._places()
        yield from self._edges()
        yield from self._pockets()
        yield from self._marks()

    def _size(
        self,
        kind: Kind,
        label: str,
        mm: float,
        at: Spot,
        features: tuple[str, ...] = (),
        count: int = 1,
        group: str = "",
    ) -> Draft:
        decimals = self.scale.decimals_of(mm)
        table: Table = "edge" if kind in ("radius", "chamfer") else "length"
        given = general(table, abs(mm), decimals, self.scale, model=True)
        return Draft(kind, "model", label, mm, decimals, given, count, "", False, at, features, group)

    def _overall(self) -> Iterator[Draft]:
        box, form = self.part.box, self.outline.form
        if form.name == "circle":
            if "outline 0 size" not in self.covered:
                yield self._size(
                    "diameter", "Outside diameter", form.length, (form.x + form.length / 2, form.y), ("outline 0 size",)
                )
            return
        for axis, size, at in (("x", box.width, (box.centre[0], box.y0)), ("y", box.height, (box.x0, box.centre[1]))):
            if f"overall {axis}" not in self.covered:
                label = "Overall in X" if axis == "x" else "Overall in Y"
                yield self._size("length", label, size, at, (f"overall {axis}",))

    def _round_holes(self) -> Iterator[Draft]:
        """Diameters of holes, those of one size together."""
        left = [hole for hole in self.holes if hole.form.name == "circle" and f"{key(hole)} size" not in self.covered]
        for group in _alike(left, [hole.form.length for hole in left]):
            first = group[0].form
            names = tuple(f"{key(hole)} size" for hole in group)
            rim = first.x + first.length / 2 * np.sqrt(0.5), first.y + first.length / 2 * np.sqrt(0.5)
            yield self._size("diameter", "Diameter", first.length, (float(rim[0]), float(rim[1])), names, len(group))

    def _cutouts(self) -> Iterator[Draft]:
        """Slots and rectangles by their sizes, those of one size together; other shapes by their profile."""
        left = [hole for hole in self.holes if hole.form.name in ("slot", "rectangle")]
        sizes = [(hole.form.name, hole.form.length, hole.form.width, hole.form.corner) for hole in left]
        for group in _alike(left, sizes):
            form, names = group[0].form, tuple(f"{key(hole)} size" for hole in group)
            at, name, count = (form.x, form.y), form.name.capitalize(), len(group)
            yield self._size("length", f"{name} length", form.length, at, names, count, names[0])
            yield self._size("width", f"{name} width", form.width, at, (), count, names[0])
            if form.corner:
                yield self._size("radius", f"{name} corner radius", form.corner, at, (), 4 * count, names[0])
        for hole in self.holes:
            if hole.form.name == "other" and hole.curve:
                yield self._profile(f"Cutout {hole.form.length:.4g} × {hole.form.width:.4g} mm", hole)

    def _profile(self, what: str, feature: Feature) -> Draft:
        """All of an edge as it is drawn; it is held by the general tolerance of its size."""
        assert feature.curve is not None
        form = feature.form
        given = general("length", max(form.length, form.width), self.scale.decimals, self.scale, model=True)
        words = f"{what}: profile as the drawing's geometry, all around"
        return Draft(
            "profile",
            "model",
            "Profile",
            None,
            0,
            given,
            1,
            words,
            False,
            feature.curve.start,
            (f"{key(feature)} size",),
        )

    def _places(self) -> Iterator[Draft]:
        """X and Y of each hole's middle from the datum; of slots and rectangles that stand askew, their angle."""
        for hole in [*self.holes, *(other for other in self.others if other.kind == "centre mark")]:
            if hole.form.name == "other" and hole.kind == "hole":
                continue
            at, group = (hole.form.x, hole.form.y), f"{key(hole)} place"
            for axis, mm in (("x", hole.form.x - self.datum[0]), ("y", hole.form.y - self.datum[1])):
                name = f"{key(hole)} {axis}"
                if name not in self.covered:
                    yield self._size("position", f"Position {axis.upper()}", mm, at, (name,), 1, group)
            if hole.form.angle % 90.0 > RIGHT and hole.form.angle % 90.0 < 90.0 - RIGHT:
                yield self._angle("Angle to X", hole.form.angle, hole.form.width, at, 1, group)

    def _angle(self, label: str, degrees: float, side: float, at: Spot, count: int = 1, group: str = "") -> Draft:
        decimals = 0 if abs(degrees - round(degrees)) < RIGHT else 2
        given = general("angle", side, decimals, self.scale, model=True)
        return Draft("angle", "model", label, degrees, decimals, given, count, "", False, at, (), group)

    # -- the outline's edges ------------------------------------------------------------------------------------------

    def _edges(self) -> Iterator[Draft]:
        """Radii, chamfers and angles of the outline, and its profile unless sizes tell all of it."""
        assert self.outline.curve is not None
        if self.outline.form.name == "circle":
            return
        rows = simple_rows(self.outline.curve)
        yield from self._radii(rows)
        chamfers = _chamfers(rows, CHAMFER * min(self.part.box.width, self.part.box.height))
        for group in _alike(chamfers, [leg for leg, _ in chamfers]):
            yield self._size("chamfer", "Chamfer at 45°", group[0][0], group[0][1], (), len(group))
        corners = _corners(rows, {at for _, at in chamfers})
        kinds = _alike(corners, [float(round(angle / RIGHT)) for angle, _, _ in corners])
        for angles in kinds if len(kinds) <= FREE_FORM else ():
            angle, side, at = angles[0]
            yield self._angle("Angle between edges", angle, side, at, len(angles))
        if self.outline.form.name != "rectangle":
            yield self._profile("Outline", self.outline)

    def _radii(self, rows: Floats) -> Iterator[Draft]:
        bent = rows[arcs.is_arc(rows)]
        middles = arcs.points_at(bent, np.full(len(bent), 0.5)).tolist()
        radii = list(zip(arcs.centre_form(bent).radius.tolist(), middles, strict=True))
        groups = _alike(radii, [radius for radius, _ in radii])
        for group in groups if len(groups) <= FREE_FORM else ():
            radius, (x, y) = group[0]
            if {radius_key(radius, 0), radius_key(radius, len(group))} & self.covered:
                continue
            yield self._size("radius", "Radius", radius, (x, y), (), len(group))

    def _pockets(self) -> Iterator[Draft]:
        for pocket in [other for other in self.others if other.kind == "pocket"]:
            at, group = (pocket.form.x, pocket.form.y), f"{key(pocket)} place"
            yield self._size("depth", "Pocket depth", pocket.depth, at, (f"{key(pocket)} size",), 1, group)
            yield self._size("length", "Pocket length", pocket.form.length, at, (), 1, group)
            yield self._size("width", "Pocket width", pocket.form.width, at, (), 1, group)

    def _marks(self) -> Iterator[Draft]:
        for kind, words in (
            ("score", "scored lines as the drawing has them"),
            ("mark", "engraving as the drawing has it"),
        ):
            own = [other for other in self.others if other.kind == kind]
            if own:
                given = NOTHING if kind == "score" else Given(0.0, 0.0, "reference", "verify by sight")
                names, at = tuple(f"{key(each)} size" for each in own), (own[0].form.x, own[0].form.y)
                text = f"{words} ({len(own)} strokes)"
                yield Draft("note", "model", "Marks", None, 0, given, 1, text, True, at, names)


def _chamfers(rows: Floats, most: float) -> list[tuple[float, Spot]]:
    """Legs, mm, and middles of straight edges at 45° between two that are square to each other."""
    straight = ~arcs.is_arc(rows)
    half = np.full(len(rows), 0.5)
    way, middle, length = arcs.directions_at(rows, half), arcs.points_at(rows, half), arcs.lengths(rows)
    before, after = np.roll(way, 1, axis=0), np.roll(way, -1, axis=0)
    diagonal = np.sqrt(0.5)
    turns = [np.abs(np.einsum("ij,ij->i", a, b)) for a, b in ((before, way), (way, after), (before, after))]
    square = (np.abs(turns[0] - diagonal) < 1e-3) & (np.abs(turns[1] - diagonal) < 1e-3) & (turns[2] < 1e-3)
    found = straight & np.roll(straight, 1) & np.roll(straight, -1) & square & (length * diagonal <= most)
    return [
        (leg, (x, y)) for leg, (x, y) in zip((length * diagonal)[found].tolist(), middle[found].tolist(), strict=True)
    ]


def _corners(rows: Floats, chamfers: set[Spot]) -> list[tuple[float, float, Spot]]:
    """Inside angles, degrees, but 90 and 270, between straight edges that are no chamfers; shorter edge; place."""
    half = np.full(len(rows), 0.5)
    way, length = arcs.directions_at(rows, half), arcs.lengths(rows)
    middle = [(x, y) for x, y in arcs.points_at(rows, half).tolist()]
    bent = arcs.is_arc(rows).tolist()
    found = []
    for i, row in enumerate(rows):
        k = (i + 1) % len(rows)
        if bent[i] or bent[k] or middle[i] in chamfers or middle[k] in chamfers:
            continue
        turn = np.degrees(np.arctan2(way[i, 0] * way[k, 1] - way[i, 1] * way[k, 0], float(way[i] @ way[k])))
        angle = 180.0 - float(turn)
        if min(abs(angle - 90.0), abs(angle - 270.0)) > RIGHT:
            found.append((angle, float(min(length[i], length[k])), (float(row[2]), float(row[3]))))
    return found


def _alike(items: Sequence[ItemT], sizes: Sequence[Size]) -> list[list[ItemT]]:
    """The items in groups of one size each, in the order of the first of each."""
    groups: list[tuple[Size, list[ItemT]]] = []
    for item, size in zip(items, sizes, strict=True):
        mate = next((group for other, group in groups if _same(size, other)), None)
        if mate is None:
            groups.append((size, [item]))
        else:
            mate.append(item)
    return [group for _, group in groups]


def _same(a: Size, b: Size) -> bool:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return a[0] == b[0] and all(abs(p - q) < SAME for p, q in zip(a[1:], b[1:], strict=True))
    return not isinstance(a, tuple) and not isinstance(b, tuple) and abs(a - b) < SAME
