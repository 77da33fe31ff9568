"""Requests as the words of the library's orders, as plain values: the library is imported where the work is done."""

from __future__ import annotations

from typing import Any

from camcore.service.requests import EstimateRequest, ReviewRequest


def words(length: float | str) -> str:
    """A length as a person says it."""
    return length if isinstance(length, str) else f"{length!r}mm"


def estimate_order(asked: EstimateRequest) -> dict[str, Any]:
    """Fields of `estimating.Order`."""
    return {
        "material": asked.material,
        "thickness": words(asked.thickness),
        "quantity": ",".join(map(str, asked.quantity)),
        "sheet": asked.sheet,
        "machine": asked.machine,
        "rotation": asked.rotation,
        "units": asked.units,
        "cost": asked.cost,
    }


def review_order(asked: ReviewRequest) -> dict[str, Any]:
    """Fields of `reviewing.Order`."""
    return {
        "material": asked.material,
        "thickness": words(asked.thickness),
        "process": asked.process,
        "tool": None if asked.tool is None else words(asked.tool),
        "grain": asked.grain,
        "export": asked.export,
        "fai": asked.fai,
    }
