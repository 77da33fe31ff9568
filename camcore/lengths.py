"""Lengths as people write them into TOML files; mm once read."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from camcore.units import parse_length


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
