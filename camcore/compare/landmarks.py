"""Places of a part that can be found again on a copy of it: middles of holes and arcs, corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camcore.compare.features import features
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.congruent import Spots
from camcore.geometry.curve import Curve
from camcore.geometry.forms import simple_rows
from camcore.part import Part

MOST = 1200
"""No more landmarks of a part than this are looked at."""
CORNER = np.radians(10.0)
"""An outline turns by at least so much at a corner."""
_KINDS = ("circle", "slot", "rectangle", "other", "corner", "round", "disc")


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Places (n,), complex, mm; kind (n,), a number; size (n,), mm (of corners the turn in rad); rarest first."""

    at: Spots
    kind: Ints
    size: Floats

    def __len__(self) -> int:
        return len(self.at)


def landmarks(part: Part) -> Landmarks:
    """The landmarks of a part."""
    rows: list[tuple[float, float, int, float]] = []
    for feature in features(part):
        form = feature.form
        if feature.kind == "hole":
            rows.append((form.x, form.y, _KINDS.index(form.name), form.length))
        elif feature.kind == "outline" and form.name == "circle":
            rows.append((form.x, form.y, _KINDS.index("disc"), form.length))
        if feature.curve is not None and feature.kind in ("outline", "hole") and form.name != "circle":
            rows += _of_contour(feature.curve)
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    order = np.lexsort((-_from_middle(table), _count(table)))[:MOST]
    table = table[order]
    return Landmarks(table[:, 0] + 1j * table[:, 1], table[:, 2].astype(np.int64), table[:, 3])


def _count(table: Floats) -> Ints:
    """How many landmarks (n,) are of the kind and size of each."""
    if len(table) == 0:
        return np.empty(0, dtype=np.int64)
    _, which, counts = np.unique(table[:, 2:].round(1), axis=0, return_inverse=True, return_counts=True)
    return np.asarray(counts[which.ravel()])


def _from_middle(table: Floats) -> Floats:
    middle = (table[:, :2].min(axis=0, initial=np.inf) + table[:, :2].max(axis=0, initial=-np.inf)) / 2
    return np.asarray(np.hypot(*(table[:, :2] - middle).T).round(3)) if len(table) else np.empty(0)


def _of_contour(curve: Curve) -> list[tuple[float, float, int, float]]:
    """Corners, and middles of arcs that are no needle's."""
    rows = simple_rows(curve)
    count = len(rows)
    out, into = arcs.directions_at(rows, np.ones(count)), arcs.directions_at(np.roll(rows, -1, 0), np.zeros(count))
    turn = np.abs(np.arctan2(out[:, 0] * into[:, 1] - out[:, 1] * into[:, 0], np.einsum("ij,ij->i", out, into)))
    form, bent = arcs.centre_form(rows), arcs.is_arc(rows)
    found = [
        (x, y, _KINDS.index("corner"), t) for (x, y), t in zip(rows[:, 2:4].tolist(), turn, strict=True) if t > CORNER
    ]
    wide = bent & (np.abs(form.sweep) > CORNER)
    centres = np.stack([form.cx, form.cy, form.radius], 1)[wide].tolist()
    return [*found, *((x, y, _KINDS.index("round"), r) for x, y, r in centres)]
