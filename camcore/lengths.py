"""Lengths as people write them into TOML files and calls; mm once read."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from camcore.findings import CamError, Finding
from camcore.units import MAX_SHEET, MAX_THICKNESS, parse_length, parse_size


def length_of(name: str, text: str, code: str) -> float:
    """The length, mm, that a call gives as `name`. Raises CamError with that code where it is none."""
    try:
        return parse_length(text)
    except ValueError as error:
        raise CamError(Finding(code, f"{name}: {error}", "give it in mm, or with a unit")) from None


def length_above_0(name: str, text: str, code: str) -> float:
    """As `length_of`; raises it for what is 0 or less, or without end, too."""
    length = length_of(name, text, code)
    if not 0.0 < length < math.inf:
        raise CamError(Finding(code, f"a {name} of {text} is none", "give a length above 0"))
    return length


def thickness_of(text: str, code: str) -> float:
    """As `length_above_0`, of a sheet's thickness; raises it for what no sheet is thick, too."""
    thickness = length_above_0("thickness", text, code)
    if thickness > MAX_THICKNESS:
        message = f"no sheet is {text} thick: {MAX_THICKNESS:g} mm at most"
        raise CamError(Finding(code, message, "is its unit right?"))
    return thickness


def size_of(name: str, text: str, code: str) -> tuple[float, float]:
    """The length and width, mm, that a call gives as `name` (``36x48in``). Raises CamError with that code where it is
    none, or larger than any sheet."""
    try:
        size = parse_size(text)
    except ValueError as error:
        advice = "give length and width, as 36x48in or 914x1219mm"
        raise CamError(Finding(code, f"{name}: {error}", advice)) from None
    if not 0.0 < min(size) <= max(size) <= MAX_SHEET:
        message = f"a {name} of {text.strip()} is none: its sides are above 0 and at most {MAX_SHEET / 1000:g} m"
        raise CamError(Finding(code, message, "is its unit right?"))
    return size


def _length(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("give a length: a number, or a text such as '2.5mm' or '1/8in'")
    return parse_length(value, (info.context or {}).get("unit", "mm"))


def _not_negative(value: float) -> float:
    if value < 0:
        raise ValueError("must not be negative")
    return value


def _positive(value: float) -> float:
    if value <= 0:
        raise ValueError("must be greater than 0")
    return value


_LENGTH_SCHEMA = WithJsonSchema(
    {"type": ["number", "string"], "description": "length: number in units, or text such as '1/8in'"}
)
Length = Annotated[float, BeforeValidator(_length), AfterValidator(_not_negative), _LENGTH_SCHEMA]
Place = Annotated[float, BeforeValidator(_length), _LENGTH_SCHEMA]
PositiveLength = Annotated[float, BeforeValidator(_length), AfterValidator(_positive), _LENGTH_SCHEMA]
