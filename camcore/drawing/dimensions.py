"""Dimensions as data: what they say, what they measure, and their tolerances."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from ezdxf.tools.text import plain_mtext

from camcore.drawing.model import Dimension
from camcore.drawing.tolerances import Tolerance, fit, stated
from camcore.drawing.walk import Item
from camcore.findings import Finding
from camcore.units import MM_PER_INCH

KINDS = ("DIMENSION", "ARC_DIMENSION", "LARGE_RADIAL_DIMENSION")
FRAME = "TOLERANCE"
"""A feature control frame."""

_MEASURES = {0: "length", 1: "length", 2: "angle", 3: "diameter", 4: "radius", 5: "angle", 6: "ordinate"}
"""DIMENSION group code 70, low bits (AutoCAD DXF Reference)."""
_ORDINATE_X = 64
_STACKED = re.compile(r"\\S([^;]*?)[\^/#]([^;]*?);")
_CELL_CODES = re.compile(r"\{\\F[^;]*;(.)\}|[{}]", re.IGNORECASE)
_SAYS = re.compile(
    r"^(?:\d+\s*[x×]\s+)?(?:[r⌀ø∅]\s*|dia\.?\s*)?(?P<value>\d+(?:[.,]\d*)?|[.,]\d+)\s*(?:mm|in|\"|″)?"
    r"(?:\s*(?:±|\+|typ|ref|thk|dia|[dfghkn]\d+\b).*)?$",
    re.IGNORECASE,
)
"""An override that is a plain size, with what may stand before and after it."""


def dimension(item: Item, scale: float) -> Dimension | None:
    """A DIMENSION, or a feature control frame; None where there is nothing to be had. `scale`: mm per drawing unit.

    Raises what ezdxf raises over an entity whose data make no sense.
    """
    entity: Any = item.entity
    if item.kind == FRAME:
        return _frame(entity, item, scale)
    kind = _MEASURES.get(entity.dxf.get("dimtype", 0) & 7, "length") if item.kind == "DIMENSION" else "length"
    style = entity.override()
    factor = abs(float(style.get("dimlfac") or 1.0)) or 1.0
    size = _measured(entity)
    said = str(entity.dxf.get("text", "") or "")
    shown = size * (1.0 if kind == "angle" else factor)
    words = _plain(said).replace("<>", f"{shown:.6g}") if said.strip() else f"{shown:.6g}"
    own = 1.0 if kind == "angle" else item.plane.scale
    unit = _unit(factor, scale)
    of_style = _of_style(style, 1.0 if kind == "angle" else unit) if not said.strip() or "<>" in said else None
    give = of_style or _of_words(words, unit, size * own, kind)
    place = item.plane.carried([tuple(entity.dxf.get("text_midpoint", entity.dxf.get("defpoint", (0, 0, 0))))])[0]
    return Dimension(
        kind=kind,
        words=words,
        measured=size * own,
        shown=shown,
        says=_says(words) if said.strip() and "<>" not in said and kind not in ("angle", "ordinate") else 0.0,
        plus=give.plus,
        minus=give.minus,
        x=float(place[0]),
        y=float(place[1]),
        layer=item.look.layer,
        points=_points(item, kind),
        angle=_direction(item, kind),
        decimals=_decimals(said, style, shown, kind),
        basic=float(style.get("dimgap") or 0.0) < 0,
    )


def _measured(entity: Any) -> float:
    """What the dimension measures, in drawing units or degrees."""
    size = entity.get_measurement()
    if hasattr(size, "x"):
        size = size.x if entity.dxf.dimtype & _ORDINATE_X else size.y
    return abs(float(size))


def _points(item: Item, kind: str) -> tuple[tuple[float, float], ...]:
    """What it measures between, mm; none of angles, of arcs' lengths, and where the entity does not say."""
    names = {"length": ("defpoint2", "defpoint3"), "ordinate": ("defpoint", "defpoint2")}
    names |= {"diameter": ("defpoint", "defpoint4"), "radius": ("defpoint", "defpoint4")}
    dxf = item.entity.dxf
    if item.kind != "DIMENSION" or kind not in names or not all(dxf.hasattr(name) for name in names[kind]):
        return ()
    a, b = item.plane.carried([tuple(dxf.get(name)) for name in names[kind]])[:, :2].tolist()
    first = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) if kind == "diameter" else (a[0], a[1])
    return first, (b[0], b[1])


def _direction(item: Item, kind: str) -> float:
    """Direction of a length or an ordinate, degrees from 0 to below 180; 0 of all others."""
    dxf = item.entity.dxf
    if kind == "ordinate":
        along = 0.0 if dxf.get("dimtype", 0) & _ORDINATE_X else 90.0
    elif kind == "length" and dxf.get("dimtype", 0) & 7 == 1 and (ends := _points(item, kind)):
        return math.degrees(math.atan2(ends[1][1] - ends[0][1], ends[1][0] - ends[0][0])) % 180.0
    else:
        along = float(dxf.get("angle", 0.0)) if kind == "length" else 0.0
    turn = math.radians(along)
    (x0, y0, _), (x1, y1, _) = item.plane.carried([(0.0, 0.0, 0.0), (math.cos(turn), math.sin(turn), 0.0)]).tolist()
    return math.degrees(math.atan2(y1 - y0, x1 - x0)) % 180.0 if kind in ("length", "ordinate") else 0.0


def _decimals(said: str, style: Any, shown: float, kind: str) -> int:
    """Decimals that it shows: those of its own words, else of its style, less the zeros that the style leaves out."""
    if said.strip() and "<>" not in said:
        found = re.search(r"\d*[.,](\d+)", _plain(said))
        return len(found[1]) if found else 0
    angle = kind == "angle"
    decimals = int(style.get("dimadec" if angle else "dimdec") or 0)
    zeros = int(style.get("dimazin" if angle else "dimzin") or 0)
    text = f"{shown:.{min(max(decimals, 0), 8)}f}"
    text = text.rstrip("0") if zeros & (2 if angle else 8) and "." in text else text
    return len(text.partition(".")[2])


def _unit(factor: float, scale: float) -> float:
    """mm for one unit of what the dimension shows: its factor may turn mm into inches; other factors are of views."""
    for turned in (MM_PER_INCH, 1 / MM_PER_INCH):
        if abs(factor / turned - 1) < 1e-3:
            return scale / turned
    return scale


def unit_of(one: Dimension, scale: float) -> float:
    """mm for one unit of what a dimension of a drawing of `scale` mm per unit shows."""
    return _unit(one.shown * scale / one.measured, scale) if one.measured else scale


def _of_style(style: Any, unit: float) -> Tolerance | None:
    """Deviations or limits that the dimension's style, or its overrides, add to the measured size."""
    if not (style.get("dimtol") or style.get("dimlim")):
        return None
    give = Tolerance(float(style.get("dimtp") or 0.0) * unit, float(style.get("dimtm") or 0.0) * unit)
    return give if give.half > 0 else None


def _of_words(words: str, unit: float, size: float, kind: str) -> Tolerance:
    none = Tolerance(0.0, 0.0)
    if kind == "angle":
        return none
    return min(stated(words, unit), key=lambda give: give.half, default=fit(words, size) or none)


def _plain(text: str) -> str:
    """Words without what formats them; a stacked tolerance on one line."""
    return " ".join(str(plain_mtext(_STACKED.sub(r" \1/\2", text))).split())


def _says(words: str) -> float:
    found = _SAYS.match(words)
    return float(found["value"].replace(",", ".")) if found else 0.0


def _frame(entity: Any, item: Item, scale: float) -> Dimension | None:
    """A feature control frame: its zone as half to either side."""
    cells = [_CELL_CODES.sub("", cell).strip() for cell in str(entity.dxf.get("content", "")).split("%%v")]
    value = next((found[0] for cell in cells if (found := re.search(r"\d*[.,]?\d+", cell))), None)
    if value is None:
        return None
    zone = float(value.replace(",", ".")) * scale
    x, y, _ = item.plane.carried([tuple(entity.dxf.insert)])[0]
    words = " | ".join(cell for cell in cells if cell)
    return Dimension("geometric", words, 0.0, 0.0, 0.0, zone / 2, zone / 2, float(x), float(y), item.look.layer)


def contradictions(dimensions: Sequence[Dimension], file: str) -> list[Finding]:
    """W132 for each dimension whose words give another size than it measures, beyond how they are rounded."""
    return [
        Finding(
            "W132",
            f"a dimension says {one.words!r} where {one.shown:.6g} is drawn",
            "ask which of the two holds: the part is cut as drawn",
            file,
            {"layer": one.layer, "x": one.x, "y": one.y, "size": one.measured},
        )
        for one in dimensions
        if one.says and not any(_rounds_to(one.shown * turned, one) for turned in (1.0, MM_PER_INCH, 1 / MM_PER_INCH))
    ]


def _rounds_to(shown: float, one: Dimension) -> bool:
    found = _SAYS.match(one.words)
    digits = len(re.split(r"[.,]", found["value"])[1]) if found and re.search(r"[.,]", found["value"]) else 0
    return abs(shown - one.says) <= 0.5000001 * 10.0**-digits + 1e-9
