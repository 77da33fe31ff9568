"""What the material library holds: figures with status and source, families of process data, materials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Literal, Self, TypeVar

from pydantic import Field, model_validator

from camcore.tomlfile import Strict

Status = Literal["documented", "derived", "shop-calibrated", "uncalibrated default"]
Policy = Literal["allow", "warn", "ban"]
ValueT = TypeVar("ValueT", float, bool, str, Policy)


class Sourced(Strict):
    """Anything that says how far it can be trusted: `status`, and a key of the library's sources."""

    status: Status
    source: str


class Figure(Sourced, Generic[ValueT]):
    """One value."""

    value: ValueT


class Table(Sourced):
    """A function of tool diameter, mm, given by points of increasing diameter; straight between them, flat outside."""

    points: tuple[tuple[float, float], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        if any(a[0] >= b[0] for a, b in zip(self.points, self.points[1:], strict=False)):
            raise ValueError("points must stand in order of increasing diameter")
        return self

    def at(self, diameter: float) -> float:
        """Value at a diameter; below the first point in proportion to the diameter."""
        first, last = self.points[0], self.points[-1]
        if diameter <= first[0]:
            return first[1] * diameter / first[0]
        for (d0, v0), (d1, v1) in zip(self.points, self.points[1:], strict=False):
            if diameter <= d1:
                return v0 + (v1 - v0) * (diameter - d0) / (d1 - d0)
        return last[1]


class SheetSizes(Sourced):
    """Usual sheets, mm."""

    sizes: tuple[tuple[float, float], ...]


class Thicknesses(Sourced):
    """Usual thicknesses, mm."""

    values: tuple[float, ...]


class MillFamily(Strict):
    """How mills cut a family of materials.

    Speeds m/min; feeds mm per revolution over tool diameter; `step_down`, `peck_from` and `peck_depth` in diameters;
    chip_break: whether pecks stay in the hole (G73) instead of clearing it (G83);
    `plunge_share` of the feed; `ramp_angle` in degrees; `breakthrough` mm below the sheet; `tool_life` m of path.
    """

    tool: str
    surface_speed: Figure[float]
    feed_per_rev: Table
    step_down: Figure[float]
    climb: Figure[bool]
    drill_speed: Figure[float]
    drill_feed_per_rev: Table
    peck_from: Figure[float]
    peck_depth: Figure[float]
    chip_break: Figure[bool]
    plunge_share: Figure[float]
    ramp_angle: Figure[float]
    breakthrough: Figure[float]
    tool_life: Figure[float] | None = None


class LaserFamily(Strict):
    """How a CO2 laser cuts a family of materials: kerf = base + slope × thickness, mm; severance energy J/mm².

    soft_pierce: whether it is pierced with rising power; joint_below: parts of less area, mm², get micro-joints;
    heat_gap: parts nearer than this, mm, are not cut one right after the other; pass_depth: a pass cuts no deeper, mm.
    """

    policy: Figure[Policy]
    why: str
    max_thickness: Figure[float] | None = None
    kerf_base: Figure[float] | None = None
    kerf_slope: Figure[float] | None = None
    severance: Figure[float] | None = None
    soft_pierce: Figure[bool] | None = None
    joint_below: Figure[float] | None = None
    heat_gap: Figure[float] | None = None
    pass_depth: Figure[float] | None = None

    @model_validator(mode="after")
    def _cuttable(self) -> Self:
        if self.policy.value != "ban" and not (self.kerf_base and self.kerf_slope and self.severance):
            raise ValueError("what may be cut needs kerf_base, kerf_slope and severance")
        return self


class SpacingRule(Strict):
    """Spacing = widths × (kerf or tool) + max(least, share × thickness); margin to the sheet's edge; mm."""

    widths: Figure[float]
    least: Figure[float]
    share: Figure[float]
    margin: Figure[float]

    def spacing(self, width: float, thickness: float) -> float:
        """Least distance between finished edges, mm, for a kerf or tool of `width` mm."""
        return self.widths.value * width + max(self.least.value, self.share.value * thickness)


class MaterialEntry(Strict):
    """One material as the file has it; `mill` and `laser` name families."""

    title: str
    nema: str = ""
    mil: Figure[str] | None = None
    grain: bool
    form: Literal["rigid", "film"]
    density: Figure[float]
    sheets: SheetSizes | None = None
    thicknesses: Thicknesses | None = None
    mill: str | None = None
    laser: str | None = None
    substitutes_for: tuple[str, ...] = ()


class Material(Strict):
    """One material with everything that is known about cutting it."""

    id: str
    entry: MaterialEntry
    mill: MillFamily | None
    laser: LaserFamily | None
    spacing: dict[str, SpacingRule]
    sources: dict[str, str]

    @property
    def title(self) -> str:
        """Name for people."""
        return self.entry.title

    def cited(self, figure: Sourced) -> str:
        """Status and source of a figure in words."""
        return f"{figure.status}: {self.sources[figure.source]}"


class Library(Strict):
    """A library file."""

    version: Literal[1]
    sources: dict[str, str]
    mill: dict[str, MillFamily]
    laser: dict[str, LaserFamily]
    spacing: dict[str, SpacingRule]
    materials: dict[str, MaterialEntry]

    @model_validator(mode="after")
    def _all_named(self) -> Self:
        for key, entry in self.materials.items():
            if entry.mill is not None and entry.mill not in self.mill:
                raise ValueError(f"materials.{key}: there is no [mill.{entry.mill}]")
            if entry.laser is not None and entry.laser not in self.laser:
                raise ValueError(f"materials.{key}: there is no [laser.{entry.laser}]")
        for figure in figures(self):
            if figure.source not in self.sources:
                raise ValueError(f"source {figure.source!r} is not in [sources]")
        return self


def figures(value: object) -> Iterator[Sourced]:
    """All figures anywhere inside a model."""
    if isinstance(value, Sourced):
        yield value
    elif isinstance(value, Strict):
        for name in type(value).model_fields:
            yield from figures(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from figures(inner)
