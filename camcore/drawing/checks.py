"""What a contour has to be before it can bound a part: one function each in the list CHECKS.

Each takes contours and gives back those that may stay; what it leaves out it tells.
"""

from __future__ import annotations

from collections.abc import Callable

import shapely

from camcore.drawing.chain import TOUCH
from camcore.drawing.contours import THIN, Contour, conflicts, crossing_place, depths, parents, rims
from camcore.drawing.findings import Notes
from camcore.drawing.notches import notched
from camcore.drawing.same import repeated
from camcore.units import JOIN_GAP


def encloses(contours: list[Contour], notes: Notes) -> list[Contour]:
    """It does not run out and back on the same line (a bow tie is no such thing, though its area is 0)."""
    few = [i for i, contour in enumerate(contours) if contour.area <= TOUCH * contour.length]
    hulls = shapely.area(shapely.convex_hull([contours[i].polygon for i in few]))
    flat = {i for i, hull in zip(few, hulls, strict=True) if hull <= TOUCH * contours[i].length}
    return _without(contours, flat, notes, "W219", "a closed contour that encloses nothing; left out", "draw one line")


def once(contours: list[Contour], notes: Notes) -> list[Contour]:
    """It is drawn once; a second one may be shifted by less than a gap."""
    twin = repeated([contour.curve for contour in contours], JOIN_GAP)
    message = f"a contour drawn twice, within {JOIN_GAP} mm; left out once"
    return _without(contours, set(twin), notes, "W211", message, "")


def simple(contours: list[Contour], notes: Notes) -> list[Contour]:
    """It does not cross itself."""
    places = {i: place for i, contour in enumerate(contours) if (place := crossing_place(contour))}
    wheres = (notes.where(contours[i].members, place) for i, place in places.items())
    notes.tell("E203", "a contour crosses or touches itself", "redraw it there; it was left out", wheres)
    return [contour for i, contour in enumerate(contours) if i not in places]


def apart(contours: list[Contour], notes: Notes) -> list[Contour]:
    """It crosses no greater one. What only touches from inside may stay, but is an error too."""
    found = conflicts(contours)
    crossed = {conflict.smaller: conflict.place for conflict in reversed(found) if not conflict.inside}
    touching = {conflict.smaller: conflict.place for conflict in reversed(found) if conflict.inside}
    for code, message, places in (
        ("E204", "a contour crosses another one; the smaller one was left out", crossed),
        ("E206", "a contour touches another one from inside: nothing is left between them", touching),
    ):
        wheres = (notes.where(contours[i].members, places[i]) for i in sorted(places))
        notes.tell(code, message, "trim the two to one contour, or move them apart", wheres)
    return [contour for i, contour in enumerate(contours) if i not in crossed]


def outer_sides(contours: list[Contour], notes: Notes) -> list[Contour]:
    """It is not the inner side of a drawn line."""
    inner = rims(contours, parents(contours))
    message = "two contours are the sides of a drawn line; the outer one was taken"
    advice = f"draw the edge itself: the line is narrower than {THIN} mm"
    return _without(contours, inner, notes, "W215", message, advice)


def wide(contours: list[Contour], notes: Notes) -> list[Contour]:
    """It is no strip that is too thin for a part; thin slits in a part stay."""
    depth = depths(parents(contours))
    strips = {i for i, contour in enumerate(contours) if depth[i] % 2 == 0 and contour.width < THIN}
    message = f"a contour narrower than {THIN} mm is no part: taken for a drawn line and left out"
    return _without(contours, strips, notes, "W214", message, "put it on a layer for dimensions")


def _without(
    contours: list[Contour], out: set[int], notes: Notes, code: str, message: str, advice: str
) -> list[Contour]:
    notes.tell(code, message, advice, (notes.where(contours[i].members, contours[i].curve.start) for i in sorted(out)))
    return [contour for i, contour in enumerate(contours) if i not in out]


CHECKS: tuple[Callable[[list[Contour], Notes], list[Contour]], ...] = (
    encloses,
    once,
    simple,
    notched,
    apart,
    outer_sides,
    wide,
)
"""In this order: what is left after one is what the next one may rely on."""
POCKET_CHECKS = (encloses, once, simple, apart)
"""The same for contours of pockets of one depth."""
