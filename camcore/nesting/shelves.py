"""A whole nest in no time: parts as boxes on shelves. What there is when there is no time for anything better."""

from __future__ import annotations

from camcore.nesting.layout import Draft, Filled, Piece
from camcore.nesting.problem import Problem


def shelved(problem: Problem) -> Draft:
    """Boxes of the parts in upright shelves, widest first, on sheet after sheet; irregular sheets are passed over."""
    left = [shape.demand.quantity for shape in problem.shapes]
    most = problem.rules.most_sheets
    sheets: list[Filled] = []
    for number, space in enumerate(problem.spaces):
        count = space.stock.quantity or None
        while space.forbidden is None and count != 0 and any(left):
            pieces = [] if most == sum(sheet.repeat for sheet in sheets) else _filled(problem, number, left)
            if not pieces:
                break
            if sheets and sheets[-1][:2] == (number, tuple(pieces)):
                sheets[-1] = sheets[-1]._replace(repeat=sheets[-1].repeat + 1)
            else:
                sheets.append(Filled(number, tuple(pieces), 1))
            count = None if count is None else count - 1
    return Draft(tuple(sheets), tuple(left))


def _filled(problem: Problem, number: int, left: list[int]) -> list[Piece]:
    """Pieces for one sheet; takes them from `left`."""
    space = problem.spaces[number]
    gap, pieces, x, y, width = problem.rules.spacing, [], space.box.x0, space.box.y0, 0.0
    for shape in _order(problem):
        stance = _upright(problem, shape, number)
        if stance is None:
            continue
        box = problem.stances[stance].box
        while left[shape]:
            if y + box.height > space.box.y1 and y > space.box.y0:
                x, y, width = x + width + gap, space.box.y0, 0.0
            if x + box.width > space.box.x1 or y + box.height > space.box.y1:
                break
            pieces.append(Piece(stance, x - box.x0, y - box.y0))
            left[shape] -= 1
            y, width = y + box.height + gap, max(width, box.width)
    return pieces


def _order(problem: Problem) -> list[int]:
    """Wanted shapes before fillers, urgent ones first, wide ones first."""
    wide = [max(problem.stances[k].box.width for k in stances) for stances in problem.of_shape]
    demands = [shape.demand for shape in problem.shapes]
    wanted = [k for k, demand in enumerate(demands) if not demand.fill]
    return sorted(wanted, key=lambda k: (-demands[k].priority, -wide[k], k))


def upright_stances(problem: Problem) -> list[list[int]]:
    """For each shape the stance that stands on shelves, on the first sheet that it fits."""
    spaces = range(len(problem.spaces))
    each = [[_upright(problem, shape, space) for space in spaces] for shape in range(len(problem.shapes))]
    return [[stance for stance in own if stance is not None][:1] for own in each]


def _upright(problem: Problem, shape: int, space: int) -> int | None:
    """The narrowest stance of a shape that fits the space, or None."""
    fitting = [k for k in problem.of_shape[shape] if problem.bounds(k, space) is not None]
    return min(fitting, key=lambda k: (problem.stances[k].box.width, k), default=None)
