"""Sheets in a row: how a draft becomes one crowd of pieces, and a crowd a draft again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.nesting.layout import Draft, Filled, Piece
from camcore.nesting.problem import Problem
from camcore.nesting.separation import ground_stance

MOST_PIECES = 400
"""Pieces that are separated at a time; of more only the last sheets are taken up again."""
MOST_ALONE = 1500
"""Pieces of the last sheet that are separated if it is taken up alone; tables of pairs grow with their square."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Stances and positions of all pieces; `length` is how far they may reach, `overlap` what is left of it."""

    stance: Ints
    x: Floats
    y: Floats
    length: float
    overlap: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Sheets `first` and following of a draft, side by side in x.

    bins: (B, 4) rectangles for the true parts, mm; of the last one the search cuts off what it can
    kind: (n,) shape of each piece, −1 for a sheet's forbidden region
    """

    draft: Draft
    first: int
    bins: Floats
    kind: Ints
    start: Arrangement

    def cut(self, length: float) -> Floats:
        """The bins as far as `length` along the row."""
        kept: Floats = self.bins[self.bins[:, 0] < length].copy()
        kept[-1, 2] = min(kept[-1, 2], length)
        return kept

    def shorter(self, length: float, share: float, narrowest: float) -> float:
        """`length` less a share of what the bins hold; the end of the bin before where nothing fits in the rest."""
        bins = self.cut(length)
        shorter = length - share * float((bins[:, 2] - bins[:, 0]).sum())
        if len(bins) > 1 and shorter < bins[-1, 0] + narrowest:
            return float(bins[-2, 2])
        return shorter


def row_of(problem: Problem, draft: Draft) -> Row | None:
    """The last sheets of a draft that are not repeated, with MOST_PIECES at most in all; None for none.

    Where kits are kept together, or not every sheet allows the same rotations, it is the last sheet alone.
    """
    alone = problem.mixed_grain or any(shape.demand.kit is not None for shape in problem.shapes)
    first, pieces = len(draft.sheets), 0
    while first > 0 and draft.sheets[first - 1].repeat == 1:
        pieces += len(draft.sheets[first - 1].pieces)
        if pieces > (MOST_ALONE if first == len(draft.sheets) else MOST_PIECES):
            break
        first -= 1
        if alone:
            break
    sheets = draft.sheets[first:]
    if not sheets:
        return None
    at = _starts(problem, sheets)
    boxes = [problem.spaces[sheet.space].box for sheet in sheets]
    bins = np.array([(x + box.x0, box.y0, x + box.x1, box.y1) for x, box in zip(at, boxes, strict=True)])
    rows = [(piece.stance, piece.x + x, piece.y) for x, sheet in zip(at, sheets, strict=True) for piece in sheet.pieces]
    kind = [problem.stances[stance].shape for stance, *_ in rows]
    reach = max(x + problem.stances[stance].box.x1 for stance, x, _ in rows)
    rows = [tried(problem, Piece(*row)) for row in rows]
    for x, sheet in zip(at, sheets, strict=True):
        if problem.spaces[sheet.space].forbidden is not None:
            rows.append((ground_stance(problem, sheet.space), x, 0.0))
            kind.append(-1)
    stance, x_, y_ = zip(*rows, strict=True)
    start = Arrangement(np.array(stance), np.array(x_), np.array(y_), min(reach, float(bins[-1, 2])))
    return Row(draft, first, bins, np.array(kind), start)


def tried(problem: Problem, piece: Piece) -> Piece:
    """The piece in the nearest stance that the search tries, its box's middle where it was.

    A piece at another angle may overlap others then, which the separation mends.
    """
    stances, old = problem.stances, problem.stances[piece.stance]
    if piece.stance < len(problem.tried):
        return piece
    own = [k for k in problem.of_shape[old.shape] if stances[k].mirror == old.mirror] or problem.of_shape[old.shape]
    near = min(own, key=lambda k: abs((stances[k].rotation - old.rotation + 180.0) % 360.0 - 180.0))
    (x0, y0), (x1, y1) = old.box.centre, stances[near].box.centre
    return Piece(near, piece.x + x0 - x1, piece.y + y0 - y1)


def draft_of(problem: Problem, row: Row, arrangement: Arrangement) -> Draft:
    """The row's draft with its last sheets as arranged; sheets that came out empty are dropped."""
    sheets = row.draft.sheets[row.first :]
    held: list[list[Piece]] = [[] for _ in sheets]
    at = _starts(problem, sheets)
    for kind, stance, x, y in zip(row.kind, arrangement.stance, arrangement.x, arrangement.y, strict=True):
        if kind >= 0:
            box = problem.stances[stance].box
            k = int(np.searchsorted(row.bins[:, 0], x + (box.x0 + box.x1) / 2.0, side="right")) - 1
            held[k].append(Piece(int(stance), float(x) - at[k], float(y)))
    filled = [Filled(s.space, tuple(pieces), 1) for s, pieces in zip(sheets, held, strict=True) if pieces]
    return Draft((*row.draft.sheets[: row.first], *filled), row.draft.left)


def _starts(problem: Problem, sheets: tuple[Filled, ...]) -> list[float]:
    """Where each sheet's x = 0 lies in the row; outlines that start elsewhere are no trouble."""
    widths = [problem.spaces[sheet.space].stock.outline.box.x1 for sheet in sheets]
    return [float(x) for x in np.cumsum([0.0, *widths[:-1]])]
