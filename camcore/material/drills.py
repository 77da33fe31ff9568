"""Standard drills by name: numbers, letters, fractions of an inch, metric."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple, Self

from pydantic import model_validator

from camcore import tomlfile
from camcore.material.model import Sourced
from camcore.units import MM_PER_UNIT


class Drill(NamedTuple):
    """Name and diameter, mm; `unit` is that of its table."""

    name: str
    size: float
    unit: str


class Table(Sourced):
    """Drills in `unit`: names with diameters, or steps (first, last, step)."""

    unit: Literal["mm", "in"]
    sizes: tuple[tuple[str, float], ...] = ()
    steps: tuple[tuple[float, float, float], ...] = ()

    def all(self) -> Iterator[Drill]:
        """Each drill of the table."""
        scale = MM_PER_UNIT[self.unit]
        yield from (Drill(name, size * scale, self.unit) for name, size in self.sizes)
        for first, last, step in self.steps:
            for k in range(round((last - first) / step) + 1):
                size = first + k * step
                name = f"{Fraction(size)} in" if self.unit == "in" else f"{size:.4g} mm"
                yield Drill(name, size * scale, self.unit)


class Tables(tomlfile.Strict):
    """The file of drills."""

    version: Literal[1]
    sources: dict[str, str]
    tables: dict[str, Table]

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        for table in self.tables.values():
            if table.source not in self.sources:
                raise ValueError(f"source {table.source!r} is not in [sources]")
        return self


@cache
def tables() -> Tables:
    """The tables that come with camcore."""
    entry = resources.files("camcore.material") / "drills.toml"
    return tomlfile.parse(entry.read_text("utf-8"), Tables, entry.name)


@cache
def drills() -> tuple[Drill, ...]:
    """All standard drills."""
    return tuple(drill for table in tables().tables.values() for drill in table.all())


def nearest(size: float, unit: str | None = None) -> Drill:
    """The standard drill nearest to a diameter, mm; of one unit's tables only, where it is named."""
    return min((drill for drill in drills() if unit in (None, drill.unit)), key=lambda drill: abs(drill.size - size))
