"""Formulas of price lines: names, numbers, + − × / and brackets, worked out in decimals."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from decimal import Decimal

_SIGNS = str.maketrans({"×": "*", "−": "-"})
_OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def value(formula: str, figures: Mapping[str, Decimal]) -> Decimal:
    """What a formula comes to, unrounded; names are those of `figures` and may hold spaces.

    Raises ValueError for anything but names, numbers and the four operations.
    """
    text = formula.translate(_SIGNS)
    names = sorted(figures, key=len, reverse=True)
    for number, name in enumerate(names):
        text = text.replace(name, f"_{number}_")
    return _worked_out(ast.parse(text, mode="eval").body, [figures[name] for name in names])


def _worked_out(node: ast.expr, values: list[Decimal]) -> Decimal:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            found: Decimal = _OPERATIONS[type(op)](_worked_out(left, values), _worked_out(right, values))
            return found
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_worked_out(inner, values)
        case ast.Name(id=name) if name.strip("_").isdecimal():
            return values[int(name.strip("_"))]
        case ast.Constant(value=int(number)):
            return Decimal(number)
    raise ValueError(f"{ast.unparse(node)} is no part of a formula")
