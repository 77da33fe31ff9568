"""Healing: a drawing's shapes as sound contours, marks and drill points; every repair is a finding with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from camcore.drawing.artwork import artwork
from camcore.drawing.chain import TOUCH, Chain, paths
from camcore.drawing.checks import CHECKS, POCKET_CHECKS
from camcore.drawing.closing import Chained, close, on_others
from camcore.drawing.contours import Contour, gathered
from camcore.drawing.findings import Notes
from camcore.drawing.frames import without_frames
from camcore.drawing.micro import without_micro
from camcore.drawing.model import Drawing, Operation, Shape
from camcore.drawing.same import repeated
from camcore.findings import Finding
from camcore.geometry import Curve, many
from camcore.geometry.recover import ON_CIRCLE, recovered
from camcore.units import JOIN_GAP

Bore = tuple[float, float, float]
"""Drill point: x, y, diameter; mm."""
SCORES = "scoring"
"""Name of the rule for lines that are scored."""
Floor = tuple[Contour, float]
"""Contour of a pocket, or of an island in one, and the pocket's depth, mm."""


@dataclass(frozen=True, slots=True)
class Healed:
    """What is left to make parts of: sound contours that overlap nowhere in part, marks, drill points, pockets.

    The first `scores` of the marks are scored.
    """

    contours: tuple[Contour, ...]
    marks: tuple[Curve, ...]
    drills: tuple[Bore, ...]
    pockets: tuple[Floor, ...]
    findings: tuple[Finding, ...]
    scores: int = 0


def heal(drawing: Drawing, tolerance: float = JOIN_GAP) -> Healed:
    """Contours, marks and drill points of a drawing; loose ends up to `tolerance` mm apart are joined."""
    notes = Notes(drawing.file)
    drills, slots = _drills(drawing)
    notes.shapes = without_frames(_single([*drawing.of(Operation.CUT), *slots], notes), drawing.texts, notes)
    contours, filled = artwork(_contours(notes, tolerance), drawing.fills, notes)
    for check in CHECKS:
        contours = check(contours, notes)
    lines = drawing.of(Operation.MARK)
    scores = _marks([line for line in lines if line.rule == SCORES], notes)
    seen = _marks([line for line in lines if line.rule != SCORES], notes)
    marks = (*scores, *seen, *(contour.curve for contour in filled))
    floors = _pockets(drawing.of(Operation.POCKET), notes, tolerance)
    return Healed(tuple(contours), marks, tuple(drills), tuple(floors), tuple(notes.found), len(scores))


def _pockets(shapes: Sequence[Shape], notes: Notes, tolerance: float) -> list[Floor]:
    """Closed contours of the pockets that have a depth; those of one depth overlap nowhere in part."""
    floors: list[Floor] = []
    for depth in sorted({shape.depth for shape in shapes if shape.depth}):
        notes.shapes = _single([shape for shape in shapes if shape.depth == depth], notes)
        contours = _contours(notes, tolerance)
        for check in POCKET_CHECKS:
            contours = check(contours, notes)
        floors += [(contour, depth) for contour in contours]
    return floors


def _drills(drawing: Drawing) -> tuple[list[Bore], list[Shape]]:
    """Drill points, circles on drill layers among them; and what else is on those layers, to be cut."""
    drills, rest = [], []
    for shape in drawing.of(Operation.DRILL):
        circle = shape.curve.as_circle() if shape.curve else None
        if shape.point:
            drills.append((*shape.point, shape.diameter))
        elif circle:
            drills.append((round(circle[0], 9), round(circle[1], 9), round(2 * circle[2], 9)))
        else:
            rest.append(shape)
    return list(dict.fromkeys(drills)), rest


def _single(shapes: Iterable[Shape], notes: Notes) -> list[Shape]:
    """The shapes that are curves, without those that have no length and without repetitions."""
    drawn = [shape for shape in shapes if shape.curve is not None]
    long = many.lengths(_curves(drawn)) > TOUCH
    _tell_by_kind("W210", [shape for shape, ok in zip(drawn, long, strict=True) if not ok], "without length", notes)
    drawn = [shape for shape, ok in zip(drawn, long, strict=True) if ok]
    twin = repeated(_curves(drawn))
    _tell_by_kind("W211", [drawn[i] for i in sorted(twin)], "drawn twice", notes)
    return [shape for i, shape in enumerate(drawn) if i not in twin]


def _curves(shapes: Iterable[Shape]) -> list[Curve]:
    return [shape.curve for shape in shapes if shape.curve is not None]


def _tell_by_kind(code: str, shapes: Sequence[Shape], words: str, notes: Notes) -> None:
    """One finding for all shapes of a layer and kind, at the place of the first."""
    groups: dict[tuple[str, str], list[Shape]] = {}
    for shape in shapes:
        groups.setdefault((shape.layer, shape.kind), []).append(shape)
    for (layer, kind), group in groups.items():
        x, y = _curves(group)[0].start
        where = {"layer": layer, "handle": group[0].handle, "x": x, "y": y, "size": len(group)}
        notes.tell(code, f"{len(group)} {kind} {words}; left out", "", [where])


def _contours(notes: Notes, tolerance: float) -> list[Contour]:
    """All closed contours of the shapes in `notes`."""
    curves = _curves(notes.shapes)
    loose = [i for i, curve in enumerate(curves) if not curve.closed]
    whole = [i for i, curve in enumerate(curves) if curve.closed]
    chained = close([curves[i] for i in loose], tolerance)
    chained.doubles += on_others(chained, [curves[i] for i in whole])
    _tell_chained(chained, loose, tolerance, notes)
    made = [tuple(loose[i] for i in chain.members) for chain in chained.closed]
    closed = [curves[i] for i in whole] + [chain.curve for chain in chained.closed]
    return gathered(_with_arcs(closed, notes), [*((i,) for i in whole), *made])


def _with_arcs(curves: Sequence[Curve], notes: Notes) -> list[Curve]:
    """The curves with arcs for chains of chords and without micro segments; both told."""
    tried = [recovered(curve) for curve in without_micro(curves, notes)]
    bent = [one for one in tried if one.arcs]
    if bent:
        arcs, chords = sum(one.arcs for one in bent), sum(one.chords for one in bent)
        circles = sum(one.curve.as_circle() is not None for one in bent)
        message = f"{chords} chords were read as {arcs} arcs, {circles} of them full circles"
        notes.tell("I222", message, "", [notes.where((), bent[0].curve.start, size=chords, limit=ON_CIRCLE)])
    return [one.curve for one in tried]


def _tell_chained(chained: Chained, loose: Sequence[int], tolerance: float, notes: Notes) -> None:
    def named(members: Iterable[int]) -> list[int]:
        return [loose[i] for i in members]

    gaps = (notes.where(named(g.members), (g.x, g.y), size=g.size, limit=tolerance) for g in chained.gaps)
    notes.tell("W212", "ends {size:.4g} mm apart were joined", "", gaps)
    landings = (notes.where(named(p.members), (p.x, p.y), size=p.size, limit=tolerance) for p in chained.landings)
    message = "a line ends on the middle of another one, {size:.4g} mm off; joined there"
    notes.tell("W223", message, "end lines in each other's ends", landings)
    doubles = (notes.where(named(p.members), (p.x, p.y), size=p.size) for p in chained.doubles)
    notes.tell("W224", "two lines lie on each other for {size:.4g} mm; kept once there", "draw it once", doubles)
    strays = (notes.where(named(chain.members), chain.curve.start, size=chain.length) for chain in chained.strays)
    message = "a line of {size:.4g} mm hangs off a contour and bounds nothing; left out"
    notes.tell("W213", message, "delete it, or put it on a layer for marks", strays)
    tangles = (notes.where(named(t.members), (t.x, t.y), size=len(t.members)) for t in chained.tangles)
    message = "{size} lines meet in one point: contours share an edge; only the outermost was read"
    notes.tell("E202", message, "draw each contour closed by itself", tangles)
    ends = _nearest_ends(chained.open)
    opened = (
        notes.where(named(chain.members), place, size=size, limit=tolerance)
        for chain, (size, place) in zip(chained.open, ends, strict=True)
    )
    message = "an open contour: the end that is nearest to its own is {size:.4g} mm away"
    advice = "close it in the drawing; up to 10 mm may be joined on request (join in the job, --join)"
    notes.tell("E201", message, advice, opened)


def _nearest_ends(chains: Sequence[Chain]) -> list[tuple[float, tuple[float, float]]]:
    """For each chain the least gap, mm, from one of its ends to another loose end, and the place of its own."""
    if not chains:
        return []
    ends = np.array([end for chain in chains for end in (chain.rows[0, 0:2], chain.rows[-1, 2:4])])
    spots = shapely.points(ends)
    tree = shapely.STRtree(spots)
    (own, _), away = tree.query_nearest(spots, exclusive=True, return_distance=True, all_matches=False)
    gap = dict(zip(own.tolist(), away.tolist(), strict=True))
    nearest = [min((gap[k], k), (gap[k + 1], k + 1)) for k in range(0, len(ends), 2)]
    return [(size, (float(ends[k, 0]), float(ends[k, 1]))) for size, k in nearest]


def _marks(shapes: Sequence[Shape], notes: Notes) -> list[Curve]:
    """Marks: loose pieces chained where that is plain; nothing has to close."""
    curves = _curves(_single(shapes, notes))
    chained = [chain.curve for chain in paths([curve for curve in curves if not curve.closed])]
    return _with_arcs([curve for curve in curves if curve.closed] + chained, notes)
