"""A draft, in the search's own terms, as the nest that it comes to."""

from __future__ import annotations

from camcore.nesting import measure
from camcore.nesting.layout import Draft, Filled, Layout
from camcore.nesting.model import Nest, NestedSheet, Placement, Unplaced
from camcore.nesting.problem import Problem
from camcore.nesting.remnants import remnant
from camcore.nesting.shapes import Shape
from camcore.part import Part


def assembled(problem: Problem, best: Draft, stopped_by: str, job: str) -> Nest:
    """The nest that a draft comes to."""
    parts = {demand.part.id: demand.part for demand in problem.demands}
    sheets = tuple(_sheet(problem, sheet, k + 1, parts) for k, sheet in enumerate(_with_locked(problem, best)))
    unplaced = tuple(
        Unplaced(shape.part.id, n, _why(problem, index, best, stopped_by))
        for index, (shape, n) in enumerate(zip(problem.shapes, best.left, strict=True))
        if n
    )
    return Nest(problem.demands, sheets, unplaced, problem.rules, stopped_by, 0.0, job, parts)


def _with_locked(problem: Problem, best: Draft) -> list[Filled]:
    """The sheets on which locked pieces lie, whether others do or not, and then the rest."""
    filled = {sheet.space: sheet for sheet in best.sheets}
    locked = [filled.get(k, Filled(k, (), 1)) for k, space in enumerate(problem.spaces) if space.locked]
    return [*locked, *(sheet for sheet in best.sheets if not problem.spaces[sheet.space].locked)]


def _sheet(problem: Problem, sheet: Filled, number: int, parts: dict[str, Part]) -> NestedSheet:
    stock = problem.spaces[sheet.space].stock
    placements = list(problem.spaces[sheet.space].locked)
    for piece in sheet.pieces:
        stance = problem.stances[piece.stance]
        part = problem.shapes[stance.shape].part.id
        placements.append(Placement(part, piece.x, piece.y, stance.rotation, stance.mirror))
    boxes, sides = measure.boxes(placements, parts), problem.rules.sides
    length = measure.used_length(boxes, stock, sides.right)
    left = remnant(stock, length, boxes, sides)
    return NestedSheet(f"sheet-{number}", stock, tuple(placements), sheet.repeat, length, left)


def _why(problem: Problem, index: int, best: Draft, stopped_by: str) -> str:
    """Why pieces of a shape lie on no sheet."""
    shape = problem.shapes[index]
    if not _fits_somewhere(problem, index):
        return f"does not fit on any sheet in any allowed rotation: {_size(shape)} on {_sizes(problem)} less margin"
    if stopped_by == "interrupt":
        return "the search was interrupted before it was placed"
    if shape.demand.fill:
        return "a filler, and no room was left to spare"
    if shape.demand.kit is not None:
        return f"no sheet has room for the whole kit {shape.demand.kit!r}"
    sheets = sum(sheet.repeat for sheet in best.sheets)
    if sheets == problem.rules.most_sheets:
        return f"no room left on {sheets} sheet{'s' if sheets != 1 else ''}, the most that are allowed"
    return f"no room left on {sheets} sheet{'s' if sheets != 1 else ''}"


def _fits_somewhere(problem: Problem, shape: int) -> bool:
    return any(
        Layout(problem, space).best(stance, 1.0, 0.0) is not None
        for space in range(len(problem.spaces))
        for stance in problem.of_shape[shape]
    )


def _size(shape: Shape) -> str:
    box = shape.part.box
    return f"{box.width:.1f} x {box.height:.1f}"


def _sizes(problem: Problem) -> str:
    boxes = [space.stock.outline.box for space in problem.spaces]
    return ", ".join(dict.fromkeys(f"{box.width:.1f} x {box.height:.1f}" for box in boxes))
