"""A cut before it is known where it begins: the order of cuts decides, for it knows where the head comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.toolpath.model import Cut, Kind


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """One feature's cut with the places, equally good, at which it may begin: `make(k)` is the cut from the k-th.

    starts, ends (n, 2): where the tool or beam meets the sheet, and about where it leaves it, mm. frees: whether the
    piece is loose afterwards; late: whether all else comes first.
    """

    placement: int
    kind: Kind
    index: int
    tool: int
    starts: Floats
    ends: Floats
    make: Callable[[int], Cut]
    frees: bool = False
    late: bool = False

    @classmethod
    def of(cls, cut: Cut) -> Offer:
        """An offer of this cut alone."""
        frees = cut.kind is Kind.OUTLINE and not cut.tabs and cut.placement >= 0
        start, end = np.array([cut.start]), np.array([cut.end])
        return cls(cut.placement, cut.kind, cut.index, cut.tool, start, end, lambda _: cut, frees)
