"""What first-article inspection holds a part to: characteristics with requirement and tolerance. Value types only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from camcore.drawing.callouts import General
from camcore.units import MM_PER_INCH

Kind = Literal[
    "diameter",
    "length",
    "width",
    "position",
    "radius",
    "angle",
    "chamfer",
    "thickness",
    "depth",
    "profile",
    "geometric",
    "note",
]
Origin = Literal["dimension", "callout", "note", "model", "order"]
By = Literal["dimension", "callout", "title block", "ISO 2768", "material", "reference", "none"]


@dataclass(frozen=True, slots=True)
class Given:
    """How far above and below is allowed, mm (of angles degrees), by what, and the words for it."""

    plus: float
    minus: float
    by: By
    source: str


NOTHING = Given(0.0, 0.0, "none", "")
REFERENCE = Given(0.0, 0.0, "reference", "reference only")
BASIC = Given(0.0, 0.0, "reference", "basic: theoretically exact")


@dataclass(frozen=True, slots=True)
class Draft:
    """A characteristic that is not numbered yet.

    label: what it is, with its count; nominal: mm or degrees, None of notes and profiles; decimals as drawn
    words: the requirement as the drawing words it, else empty; tells: whether these words hold the tolerance
    at: where its balloon points, mm; features: what of the part it covers; group: drafts of one balloon share it
    """

    kind: Kind
    origin: Origin
    label: str
    nominal: float | None
    decimals: int
    given: Given
    count: int = 1
    words: str = ""
    tells: bool = False
    at: tuple[float, float] | None = None
    features: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One row of Form 3. `balloon` is its number in the picture; several rows of one place are 7.1, 7.2.

    lower, upper: limits in the drawing's units (angles: degrees), None where no tolerance is known or none applies
    """

    number: str
    balloon: int
    zone: str
    requirement: str
    lower: float | None
    upper: float | None
    draft: Draft


@dataclass(frozen=True, slots=True)
class Scale:
    """Units of the requirements, mm per unit, and how many decimals a size of the model gets at least."""

    unit: Literal["mm", "in"]
    decimals: int
    general: General = field(default_factory=General)
    iso: str | None = None

    @property
    def mm(self) -> float:
        """mm per unit."""
        return MM_PER_INCH if self.unit == "in" else 1.0

    def number(self, mm: float, decimals: int) -> str:
        """A length as drawings write it: inches without the zero before the point (ASME Y14.5), mm with it."""
        return self.plain(mm / self.mm, decimals)

    def plain(self, value: float, decimals: int) -> str:
        """A number of the units, with so many decimals."""
        text = f"{value:.{decimals}f}"
        text = text.lstrip("-") if float(text) == 0 else text
        return text.replace("0.", ".", 1) if self.unit == "in" and text.lstrip("-").startswith("0.") else text

    def decimals_of(self, mm: float) -> int:
        """How many decimals a size of the model needs, one more than usual where it would be off by 5 % of the last."""
        value = mm / self.mm
        fits = abs(round(value, self.decimals) - value) <= 0.05 * 10.0**-self.decimals
        return self.decimals if fits else self.decimals + 1
