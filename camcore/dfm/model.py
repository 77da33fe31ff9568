"""What a review looks at, and what a rule is. Value types only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from camcore.dfm.limits import Book
from camcore.drawing.model import Dimension, Text
from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.geometry.necks import Neck
from camcore.material.model import Material
from camcore.part import Part

Process = Literal["laser", "mill"]


@dataclass(frozen=True, slots=True)
class Context:
    """How the parts are to be made: lengths mm.

    width: diameter of the tool, or of the beam's cut (kerf); sheets: sizes that the part may be cut from
    texts, dimensions: what the drawing says; scale: mm per unit of the drawing
    others: parts of the order that were seen before
    grain: the order states the direction; export: it states how export is controlled
    fai: it asks for first-article inspection
    """

    material: Material
    thickness: float
    process: Process
    width: float
    limits: Book
    sheets: tuple[tuple[float, float], ...] = ()
    margin: float = 0.0
    texts: tuple[Text, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    scale: float = 1.0
    others: tuple[Part, ...] = ()
    grain: bool = False
    export: bool = False
    fai: bool = False

    def limit(self, name: str) -> float | None:
        """The limit of that name for this process, material, thickness and tool; None where the shop has none."""
        return self.limits.value(name, self)

    @property
    def words(self) -> tuple[Text, ...]:
        """All words of the drawing, those of its dimensions too."""
        return (*self.texts, *(Text(one.words, one.x, one.y, one.layer) for one in self.dimensions))

    @property
    def tool(self) -> str:
        """The tool or beam in words."""
        return f"tool of {self.width:.4g} mm" if self.process == "mill" else f"kerf of {self.width:.3g} mm"


@dataclass(frozen=True, slots=True)
class Round:
    """A round hole: number among the part's curves (outline 0, then holes, then drill points), centre, diameter, mm."""

    number: int
    x: float
    y: float
    diameter: float


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A part made ready for rules: its curves (outline first, material on the left), round holes, necks."""

    part: Part
    curves: tuple[Curve, ...]
    rounds: tuple[Round, ...] = ()
    necks: tuple[Neck, ...] = ()

    @staticmethod
    def plain(part: Part) -> Look:
        """The part's curves alone; drilled holes are contours too."""
        bores = [drill for drill in part.drills if drill.diameter > 0]
        drilled = [Curve.circle(bore.x, bore.y, bore.diameter / 2).cw() for bore in bores]
        return Look(part, (part.outline.ccw(), *(hole.cw() for hole in part.holes), *drilled))

    def name(self, number: int) -> str:
        """A curve's name in findings."""
        holes = len(self.part.holes)
        if number == 0:
            return "the outline"
        return f"hole {number - 1}" if number <= holes else f"drilled hole {number - 1 - holes}"

    def finding(self, code: str, message: str, advice: str, **where: object) -> Finding:
        """A finding on this part; numbers of `where` are rounded to 1e-4."""
        clean = {key: round(value, 4) if isinstance(value, float) else value for key, value in where.items()}
        return Finding(code, f"{self.part.id}: {message}", advice, self.part.file, {"part": self.part.id, **clean})


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One thing that is looked at. `codes` it may find; `limits` by name; `measures` in words, for the docs.

    Either `part` looks at each part by itself, or `whole` at all of them.
    """

    codes: tuple[str, ...]
    measures: str
    part: Callable[[Look, Context], Iterable[Finding]] | None = None
    whole: Callable[[tuple[Look, ...], Context], Iterable[Finding]] | None = None
    limits: tuple[str, ...] = ()
    source: str = ""

    def check(self, looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
        """What the rule finds."""
        if self.whole:
            yield from self.whole(looks, context)
        if self.part:
            for look in looks:
                yield from self.part(look, context)
