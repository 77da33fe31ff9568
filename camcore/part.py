"""Parts: what is to be made, as outlines, holes, marks and drill points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from camcore.findings import Finding, errors
from camcore.geometry import Box, Curve, Pose, arcs, many
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.congruent import pose_of_copy
from camcore.geometry.contain import contains
from camcore.units import CUT_EDGE, JOIN_GAP

if TYPE_CHECKING:
    from camcore.drawing.contours import Contour
    from camcore.drawing.heal import Healed
    from camcore.drawing.model import Drawing


@dataclass(frozen=True, slots=True)
class Drill:
    """A point to be drilled: centre and diameter in mm; diameter 0 is a centre mark."""

    x: float
    y: float
    diameter: float


@dataclass(frozen=True, slots=True, eq=False)
class Pocket:
    """Material taken away to `depth` mm below the top inside `curve`, but for its islands `holes`.

    As in parts, `curve` runs counter-clockwise and `holes` clockwise. It may reach over the part's edge, or around a
    hole of the part.
    """

    curve: Curve
    holes: tuple[Curve, ...]
    depth: float


@dataclass(frozen=True, slots=True)
class Bevel:
    """The upper edge of the outline, a hole or a drilled hole ("outline", "hole", "drill") is broken.

    `width` is what the bevel takes at the top, mm; `angle` that between opposite sides, degrees, as countersinks have
    it: 45° to the sheet is 90.
    """

    kind: str
    index: int
    width: float
    angle: float = 90.0


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One flat part in its drawing's own coordinates, mm.

    `outline` runs counter-clockwise, `holes` clockwise; `marks` are scored or engraved, open or closed, and do not
    go through; `pockets` neither. `id` is the drawing file's stem, with ``#2``, ``#3`` … where a drawing holds several.
    `quantity` is what words in the drawing ask for, 0 where nothing does; the first `scores` of the marks are scored,
    to be folded or broken along, the others only to be seen. `bevels` are on the upper side.
    """

    id: str
    outline: Curve
    holes: tuple[Curve, ...] = ()
    marks: tuple[Curve, ...] = ()
    drills: tuple[Drill, ...] = ()
    file: str | None = None
    quantity: int = 0
    pockets: tuple[Pocket, ...] = ()
    scores: int = 0
    bevels: tuple[Bevel, ...] = ()

    @property
    def box(self) -> Box:
        """Smallest axis-parallel rectangle around the outline."""
        return self.outline.box

    @property
    def area(self) -> float:
        """Net area, mm²: outline less holes."""
        return abs(self.outline.area) - sum(abs(hole.area) for hole in self.holes)

    @property
    def pocket_edges(self) -> list[Curve]:
        """Contours and islands of all pockets."""
        return [curve for pocket in self.pockets for curve in (pocket.curve, *pocket.holes)]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one drawing, with what was found on the way."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()


LETTER = 8.0
"""Outlines smaller than this, mm, ..."""
LETTERS = 4
"""... at least so many of them ..."""
LETTER_SCALE = 5.0
"""... beside a part so many times wider are taken for lettering, and told."""

_LENGTH_STEP = 8 * CUT_EDGE
"""Outlines of congruent parts differ in length by less, mm."""

Nested = tuple[Curve, list[Curve]]
"""An outline and its holes."""


def find(drawing: Drawing, tolerance: float = JOIN_GAP) -> Parts:
    """The parts that a drawing shows, with the drawing's findings and its own.

    Loose ends up to `tolerance` mm apart are joined. By parity, contours at even depth are outlines, those inside them
    holes, and what lies in a hole is a part again. Parts come largest outline first, then from left to right and from
    below: the first has the file's stem as its id, the others ``stem#2``, ``stem#3`` …
    """
    from camcore.drawing.heal import heal

    healed = heal(drawing, tolerance)
    parts, lost = _dressed(_nested(healed.contours), healed, drawing.file)
    parts, counted = _counted(parts, drawing)
    found = [*drawing.findings, *healed.findings, *lost, *counted]
    told = (*_frames(parts, drawing), *_words_on_cuts(parts, drawing))
    return Parts(tuple(parts), (*found, *told, *_summary(parts, found, drawing.file)))


def _nested(contours: Sequence[Contour]) -> list[Nested]:
    """Outlines with their holes, by parity; largest first, then from left to right, then from below.

    Outlines run counter-clockwise, as contours do, and holes clockwise.
    """
    from camcore.drawing.contours import depths, parents

    parent = parents(contours)
    holes: dict[int, list[int]] = {i: [] for i, depth in enumerate(depths(parent)) if depth % 2 == 0}
    for i, around in enumerate(parent):
        if i not in holes:
            holes[around].append(i)
    # Rounded, so that float noise cannot change the order.
    corner = many.boxes([contour.curve for contour in contours])[:, :2].round(2).tolist()
    rank = {i: (-round(contours[i].area, 2), corner[i]) for i in holes}
    return [
        (contours[i].curve, [contours[k].curve.reversed() for k in sorted(holes[i], key=corner.__getitem__)])
        for i in sorted(holes, key=rank.__getitem__)
    ]


def _dressed(nested: Sequence[Nested], healed: Healed, file: str) -> tuple[list[Part], list[Finding]]:
    """Parts with their marks and drill points; what lies on no part is left out with a finding."""
    marks, drills, pockets = healed.marks, [Drill(*drill) for drill in healed.drills], _pockets(healed)
    spots = np.array([_middle(mark) for mark in marks] + [(drill.x, drill.y) for drill in drills]).reshape(-1, 2)
    free = np.ones(len(spots), dtype=np.bool_)
    parts = []
    for number, (outline, holes) in enumerate(nested, 1):
        here = free & _on(outline, holes, spots)
        free &= ~here
        own = [pocket for pocket in pockets if _on(outline, holes, _rim(pocket.curve)).any()]
        pockets = [pocket for pocket in pockets if pocket not in own]
        parts.append(
            Part(
                id=Path(file).stem + (f"#{number}" if number > 1 else ""),
                outline=outline,
                holes=tuple(holes),
                marks=tuple(mark for mark, mine in zip(marks, here[: len(marks)], strict=True) if mine),
                drills=tuple(drill for drill, mine in zip(drills, here[len(marks) :], strict=True) if mine),
                file=file,
                pockets=tuple(own),
                scores=int(here[: healed.scores].sum()),
            )
        )
    lost = np.concatenate([spots[free], *(_rim(pocket.curve)[:1] for pocket in pockets)])
    return parts, [*_lost(lost, file), *_deep(parts, file)]


def _pockets(healed: Healed) -> list[Pocket]:
    """Pockets with their islands, shallow ones first."""
    depths = sorted({depth for _, depth in healed.pockets})
    return [
        Pocket(curve, tuple(holes), depth)
        for depth in depths
        for curve, holes in _nested([contour for contour, own in healed.pockets if own == depth])
    ]


def _rim(curve: Curve) -> Floats:
    """Points (n, 2) on a curve, the middle of each segment."""
    return np.asarray(arcs.points_at(curve.segments, np.full(len(curve.segments), 0.5)))


def _deep(parts: Sequence[Part], file: str) -> list[Finding]:
    """How deep the pockets of each part are, so that a number in a layer's name that is no depth is seen."""
    found = []
    for part in [part for part in parts if part.pockets]:
        depths = ", ".join(f"{depth:g}" for depth in sorted({pocket.depth for pocket in part.pockets}))
        x, y = part.pockets[0].curve.start
        where = {"part": part.id, "x": x, "y": y, "size": max(pocket.depth for pocket in part.pockets)}
        count = len(part.pockets)
        found.append(Finding("I230", f"{count} pocket{'s' if count > 1 else ''}, {depths} mm deep", "", file, where))
    return found


def _middle(curve: Curve) -> tuple[float, float]:
    """A point on the curve, half way along its middle segment."""
    rows = curve.segments
    x, y = arcs.points_at(rows[len(rows) // 2 :][:1], np.array([0.5]))[0]
    return float(x), float(y)


def _on(outline: Curve, holes: Sequence[Curve], spots: Floats) -> Bools:
    """Which points lie on the material."""
    inside = contains(outline, spots)
    for hole in holes if inside.any() else ():
        inside[inside] &= ~contains(hole, spots[inside])
    return inside


def _counted(parts: list[Part], drawing: Drawing) -> tuple[list[Part], list[Finding]]:
    """The parts with the quantities that words in the drawing ask for: those inside a part's box, or of a lone part."""
    found = []
    for text in drawing.texts:
        if not text.quantity:
            continue
        spot = Box(text.x, text.y, text.x, text.y)
        near = [i for i, part in enumerate(parts) if len(parts) == 1 or part.box.holds(spot)]
        said = f"{' '.join(text.words.split())!r} asks for {text.quantity} pieces"
        where = {"x": text.x, "y": text.y, "size": text.quantity}
        if len(near) == 1 and not parts[near[0]].quantity:
            part = parts[near[0]] = replace(parts[near[0]], quantity=text.quantity)
            found.append(Finding("I228", f"{said} of {part.id}", "", drawing.file, {"part": part.id, **where}))
        else:
            advice = "put one such text inside each part's outline"
            found.append(Finding("W229", f"{said}, but of which part is not clear", advice, drawing.file, where))
    return parts, found


def _lost(spots: Floats, file: str) -> list[Finding]:
    if len(spots) == 0:
        return []
    where = {"x": float(spots[0, 0]), "y": float(spots[0, 1]), "size": len(spots)}
    message = f"{len(spots)} marks, drill points or pockets lie on no part; left out"
    return [Finding("W217", message, "put them on a part if they belong to one", file, where)]


def _frames(parts: Sequence[Part], drawing: Drawing) -> list[Finding]:
    """Outlines of the size of a drawing frame, with words inside and more than one contour."""
    from camcore.drawing.frames import SAME_SIZE, SMALLEST, is_paper

    found = []
    boxes = many.boxes([part.outline for part in parts])
    large = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0.0) >= SMALLEST
    for part in [part for part, may in zip(parts, large, strict=True) if may and part.holes]:
        box = part.box
        x, y = box.centre
        if abs(part.outline.area - box.width * box.height) < SAME_SIZE and is_paper(box):
            words = [text for text in drawing.texts if box.holds(Box(text.x, text.y, text.x, text.y))]
            where = {"part": part.id, "x": x, "y": y, "size": len(words)}
            message = f"the outline, {box.width:.5g} × {box.height:.5g} mm, has the size of a drawing frame: is it one?"
            advice = "put the frame on a layer of its own, such as BORDER"
            found += [Finding("W221", message, advice, drawing.file, where)] if words else []
    return found


def _words_on_cuts(parts: Sequence[Part], drawing: Drawing) -> list[Finding]:
    """W232 for words within a part, on a layer that is cut, which are neither engraved nor a quantity."""
    cut = {shape.layer for shape in drawing.shapes if shape.curve and shape.operation == "cut"}
    marked = {shape.layer for shape in drawing.shapes if shape.curve and shape.operation == "mark"}
    words = [text for text in drawing.texts if text.layer in cut - marked and not text.quantity and text.words.strip()]
    spots = np.array([(text.x, text.y) for text in words]).reshape(-1, 2)
    found = []
    for part in parts if words else ():
        here = np.flatnonzero(_on(part.outline, part.holes, spots)).tolist()
        if here:
            first = words[here[0]]
            said = " ".join(first.words.split())[:40]
            more = f" and {len(here) - 1} more" if len(here) > 1 else ""
            message = f"words stand on {part.id}, on a layer that is cut: {said!r}{more}; they are not made"
            where = {"part": part.id, "layer": first.layer, "x": first.x, "y": first.y, "size": len(here)}
            advice = "if they are to be engraved, put them on a layer ENGRAVE; else on one for notes"
            found.append(Finding("W232", message, advice, drawing.file, where))
    return found


def _congruent(parts: Sequence[Part], file: str) -> list[Finding]:
    """One finding for each set of parts that are one shape, moved, turned or turned over."""
    found = []
    for group in same_shapes(parts):
        if len(group.poses) > 1:
            first = parts[group.members[0]]
            turned = sum(not pose.mirror and min(pose.rotation, 360 - pose.rotation) > 0.01 for pose in group.poses)
            over = sum(pose.mirror for pose in group.poses)
            ids = ", ".join(parts[i].id for i in group.members[:3]) + (" …" if len(group.members) > 3 else "")
            message = f"{len(group.members)} parts have one shape: {ids}; {turned} of them turned, {over} turned over"
            advice = "the job may name one of them, with a quantity"
            found.append(Finding("I227", message, advice, file, {"part": first.id, "size": len(group.members)}))
    return found


class Group(NamedTuple):
    """Numbers of congruent parts, and the pose of each as a copy of the first."""

    members: list[int]
    poses: list[Pose]


def same_shapes(parts: Sequence[Part]) -> list[Group]:
    """The parts in groups of one shape each (outline and holes), in the order of their first.

    Copies that were only moved are known by their numbers; others are compared with those of nearly their length,
    but for parts with pockets, which are not the same when turned over.
    """
    groups: list[Group] = []
    known: dict[bytes, tuple[int, Pose, Floats]] = {}
    near: dict[tuple[int, int, int], list[int]] = {}
    steps = np.floor(many.lengths([part.outline for part in parts]) / _LENGTH_STEP).astype(np.int64).tolist()
    for i, (part, step) in enumerate(zip(parts, steps, strict=True)):
        drawn, corner = _as_drawn(part)
        if drawn in known:
            g, pose, other = known[drawn]
            pose = replace(pose, x=pose.x + float(corner[0] - other[0]), y=pose.y + float(corner[1] - other[1]))
        else:
            kind = (len(part.outline), len(part.holes))
            rivals = [g for k in (step - 1, step, step + 1) for g in near.get((*kind, k), []) if not part.pockets]
            g, pose = _group_of(part, rivals, groups, parts)
            if g == len(groups):
                groups.append(Group([], []))
                near.setdefault((*kind, step), []).extend([g] if not part.pockets else [])
            known[drawn] = g, pose, corner
        groups[g].members.append(i)
        groups[g].poses.append(pose)
    return groups


def _group_of(part: Part, rivals: Sequence[int], groups: Sequence[Group], parts: Sequence[Part]) -> tuple[int, Pose]:
    """Number of the group whose first the part is a copy of, and its pose; the next free number where there is none."""
    for g in rivals:
        first = parts[groups[g].members[0]]
        pose = pose_of_copy([first.outline, *first.holes], [part.outline, *part.holes])
        if pose:
            return g, pose
    return len(groups), Pose()


def _as_drawn(part: Part) -> tuple[bytes, Floats]:
    """Its contours from their lowest left vertices on, as numbers that do not change with its place; that of the first.

    Rounded to 1e-5 mm: two parts with the same numbers are the same.
    """
    tables = []
    for curve in (part.outline, *part.holes, *part.pocket_edges):
        rounded = curve.vertices.round(5)
        lowest = int(np.lexsort(rounded.T[1::-1])[0])
        tables.append(np.concatenate([rounded[lowest:], rounded[:lowest]]))
    corner = tables[0][0, :2].copy()
    for table in tables:
        table[:, :2] -= corner
    depths = np.array([pocket.depth for pocket in part.pockets])
    return b"".join((table.round(5) + 0.0).tobytes() for table in [*tables, depths]), corner


def _lettering(parts: Sequence[Part], file: str) -> list[Finding]:
    """Several tiny outlines beside a far larger one are letters or drawn dimensions more often than parts."""
    boxes = many.boxes([part.outline for part in parts])
    size = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    tiny = boxes[size < LETTER]
    if len(tiny) < LETTERS or size.max() < LETTER_SCALE * LETTER:
        return []
    where = {"x": float(tiny[0, 0]), "y": float(tiny[0, 1]), "size": len(tiny), "limit": LETTER}
    guess = "letters, drawn dimensions, or holes without their outline?"
    message = f"{len(tiny)} of the parts are smaller than {LETTER} mm: {guess}"
    return [Finding("W220", message, "if they are no parts, put them on a layer for marks or dimensions", file, where)]


def _summary(parts: Sequence[Part], found: Sequence[Finding], file: str) -> list[Finding]:
    if len(parts) > 1:
        message = f"the drawing holds {len(parts)} parts"
        several = Finding("I218", message, "the job may name one of them", file, {"size": len(parts)})
        return [several, *_congruent(parts, file), *_lettering(parts, file)]
    if not parts and not errors(found):
        message = "no closed contour that could be a part"
        return [Finding("E205", message, "draw the outline as a closed contour on a layer that is cut", file)]
    return []
