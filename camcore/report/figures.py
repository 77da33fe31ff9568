"""Numbers as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from camcore.units import MM_PER_INCH


@dataclass(frozen=True, slots=True)
class Figures:
    """Lengths in the units of the job; everything that comes in is mm, mm², mm/min."""

    units: Literal["mm", "in"] = "mm"

    def length(self, mm: float) -> str:
        """A length with its unit: three decimals of mm, four of inches, at most."""
        return f"{self.bare(mm)} {self.units}"

    def bare(self, mm: float) -> str:
        """A length without its unit."""
        return trimmed(mm, 3) if self.units == "mm" else trimmed(mm / MM_PER_INCH, 4)

    def size(self, width: float, height: float) -> str:
        """A rectangle, ``914.4 × 1219.2 mm``."""
        return f"{self.bare(width)} × {self.length(height)}"

    def travel(self, mm: float) -> str:
        """A long way: metres or feet."""
        return f"{mm / 1000:,.1f} m" if self.units == "mm" else f"{mm / MM_PER_INCH / 12:,.1f} ft"

    def area(self, mm2: float) -> str:
        """An area: cm² or in²."""
        return f"{mm2 / 100:,.1f} cm²" if self.units == "mm" else f"{mm2 / MM_PER_INCH**2:,.2f} in²"

    def feed(self, mm_per_min: float) -> str:
        """A feed."""
        value = mm_per_min if self.units == "mm" else mm_per_min / MM_PER_INCH
        return f"{value:,.0f} {self.units}/min" if value >= 10 else f"{value:.3g} {self.units}/min"


def trimmed(value: float, decimals: int) -> str:
    """A number without trailing zeros."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return "0" if text == "-0" else text


def duration(seconds: float) -> str:
    """``48 s``, ``12 min 05 s``, ``2 h 07 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if seconds >= 10 or not seconds else f"{seconds:.1f} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def percent(share: float) -> str:
    """``83.4 %``."""
    return f"{100 * share:.1f} %"


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 sheet``, ``3 sheets``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
