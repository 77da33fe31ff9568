"""Limits of manufacturability: by process, material, thickness and tool, each with source and status."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from camcore import tomlfile
from camcore.material.model import Material, Sourced
from camcore.units import MM_PER_UNIT

if TYPE_CHECKING:
    from camcore.dfm.model import Context


def belongs(material: Material, families: Sequence[str]) -> bool:
    """Whether a material is one of these: by id, form, or family of the library under [mill] or [laser]."""
    entry = material.entry
    return not {material.id, entry.form, entry.mill, entry.laser}.isdisjoint(families)


class Case(Sourced):
    """A limit for what it names: max(`least`, `share` × thickness, tool or kerf).

    process, and families: a material's id, its form or a family of the library under [mill] or [laser]; without them
    it holds for all.
    """

    process: Literal["laser", "mill"] | None = None
    families: tuple[str, ...] = ()
    least: float = 0.0
    share: float = 0.0
    of: Literal["thickness", "width"] = "thickness"

    def holds(self, context: Context) -> bool:
        """Whether this case is about that process and material."""
        return self.process in (None, context.process) and (
            not self.families or belongs(context.material, self.families)
        )

    def value(self, context: Context) -> float:
        """The limit itself."""
        return max(self.least, self.share * (context.thickness if self.of == "thickness" else context.width))


class Limit(tomlfile.Strict):
    """A limit: what it says, in which unit, and its cases, of which the first that holds counts."""

    says: str
    unit: str
    cases: tuple[Case, ...] = Field(min_length=1)


class Thickness(Sourced):
    """Usual thicknesses of some materials with their ± tolerance, both in `unit`."""

    unit: Literal["mm", "in"]
    families: tuple[str, ...]
    rows: tuple[tuple[float, float], ...] = Field(min_length=1)


class Words(Sourced):
    """Words in a drawing that mean something: a regular expression, whatever the case."""

    pattern: str


class Book(tomlfile.Strict):
    """A file of limits."""

    version: Literal[1]
    sources: dict[str, str]
    limits: dict[str, Limit]
    thickness: tuple[Thickness, ...]
    words: dict[str, Words]

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        cited = [case for limit in self.limits.values() for case in limit.cases]
        for figure in [*cited, *self.thickness, *self.words.values()]:
            if figure.source not in self.sources:
                raise ValueError(f"source {figure.source!r} is not in [sources]")
        return self

    def case(self, name: str, context: Context) -> Case | None:
        """The case of a limit that holds; None where none does. Raises KeyError for an unknown name."""
        return next((case for case in self.limits[name].cases if case.holds(context)), None)

    def thickness_rows(self, material: Material) -> tuple[tuple[float, float], ...]:
        """Usual thicknesses of a laminate and their ± tolerance, mm; none where no table is known."""
        tables = [table for table in self.thickness if belongs(material, table.families)]
        scaled = [(MM_PER_UNIT[table.unit], row) for table in tables for row in table.rows]
        return tuple(sorted((nominal * scale, give * scale) for scale, (nominal, give) in scaled))

    def value(self, name: str, context: Context) -> float | None:
        """The limit, or None where no case holds."""
        case = self.case(name, context)
        return case.value(context) if case else None


class Override(tomlfile.Strict):
    """A shop's own file: its cases go before those that are shipped."""

    version: Literal[1]
    sources: dict[str, str] = Field(default_factory=dict)
    limits: dict[str, tuple[Case, ...]]

    @model_validator(mode="after")
    def _known(self, info: ValidationInfo) -> Self:
        book: Book = (info.context or {})["book"]
        for name, cases in self.limits.items():
            if name not in book.limits:
                raise ValueError(f"there is no limit {name!r}; they are {', '.join(book.limits)}")
            if wrong := {case.source for case in cases} - self.sources.keys() - book.sources.keys():
                raise ValueError(f"source {min(wrong)!r} of {name} is not in [sources]")
        return self


@cache
def shipped() -> Book:
    """The limits that come with camcore."""
    entry = resources.files("camcore.dfm") / "limits.toml"
    return tomlfile.parse(entry.read_text("utf-8"), Book, entry.name)


def load(path: Path | None = None) -> Book:
    """The shipped limits, a shop's own before them. Raises CamError E301, E302, E303 for a file that is wrong."""
    book = shipped()
    if path is None:
        return book
    own = tomlfile.load(path, Override, book=book)
    limits = {
        name: limit.model_copy(update={"cases": (*own.limits.get(name, ()), *limit.cases)})
        for name, limit in book.limits.items()
    }
    return book.model_copy(update={"limits": limits, "sources": book.sources | own.sources})
