"""What two drawings say: notes and dimensions, and which of them changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from camcore.compare.model import Said, Statement
from camcore.drawing.model import Drawing
from camcore.geometry import Pose

ALIKE = 0.6
"""Words that share so much of their letters are one statement that was changed ..."""
NEAR = 2.0
"""... and so are those that stand within this, mm, of each other."""
MOST = 60
"""With more statements left than this on a side, only their places are compared."""


def said(a: Drawing, b: Drawing, pose: Pose) -> tuple[Said, ...]:
    """Notes and dimensions that are not the same in both; places of the second drawing are carried by `pose`."""
    before, after = _statements(a, Pose()), _statements(b, pose)
    old, new = _only(before, after), _only(after, before)
    pairs = _pairs(old, new)
    gone = set(pairs.values())
    changed = [Said(one, new[pairs[i]] if i in pairs else None) for i, one in enumerate(old)]
    return (*changed, *(Said(None, one) for j, one in enumerate(new) if j not in gone))


def _statements(drawing: Drawing, pose: Pose) -> list[Statement]:
    notes = [("note", text.words, text.x, text.y, 0.0, 0.0) for text in drawing.texts if text.words.strip()]
    sizes = [("dimension", one.words, one.x, one.y, one.plus, one.minus) for one in drawing.dimensions]
    found = []
    for kind, words, x, y, plus, minus in (*notes, *sizes):
        ((x, y),) = pose.points(np.array([(x, y)])).tolist()
        found.append(Statement("note" if kind == "note" else "dimension", words, x, y, plus, minus))
    return found


def _only(some: Sequence[Statement], others: Sequence[Statement]) -> list[Statement]:
    """Those of `some` that are not among `others`, as often as they are more."""
    left, found = Counter(one.told for one in others), []
    for one in some:
        if left[one.told]:
            left[one.told] -= 1
        else:
            found.append(one)
    return found


def _pairs(old: Sequence[Statement], new: Sequence[Statement]) -> dict[int, int]:
    few = len(old) <= MOST and len(new) <= MOST
    offers = []
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            apart = float(np.hypot(one.x - other.x, one.y - other.y))
            share = SequenceMatcher(None, one.words, other.words, autojunk=False).ratio() if few else 0.0
            if one.kind == other.kind and (apart <= NEAR or share >= ALIKE):
                offers.append((apart > NEAR, -round(share, 6), round(apart, 6), i, j))
    pairs: dict[int, int] = {}
    for *_, i, j in sorted(offers):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs
