"""Machines: how large, how fast, how strong, and which dialect they speak. One TOML file each."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from camcore import tomlfile
from camcore.findings import CamError, Finding
from camcore.tomlfile import Strict

Status = Literal["documented", "simulator-checked", "machine-proven", "uncalibrated default"]
Range = tuple[float, float]


class WorkArea(Strict):
    """Travel in work coordinates, mm: lowest and highest position of each axis."""

    x: Range
    y: Range
    z: Range = (0.0, 0.0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for low, high in (self.x, self.y, self.z):
            if low > high:
                raise ValueError(f"[{low}, {high}] runs from the higher to the lower end")
        return self


class Rates(Strict):
    """Speeds, mm/min, and accelerations, mm/s²; junction is the corner deviation in mm that junction speed rests on."""

    rapid_xy: float = Field(gt=0)
    rapid_z: float = Field(default=0.0, ge=0)
    feed_max: float = Field(gt=0)
    feed_z_max: float = Field(default=0.0, ge=0)
    acceleration_xy: float = Field(gt=0)
    acceleration_z: float = Field(default=0.0, ge=0)
    junction: float = Field(default=0.01, gt=0)


class BeamSpec(Strict):
    """Laser: power in W, S word at full power, and whether the control scales power with speed."""

    watts: float = Field(gt=0)
    word_max: float = Field(gt=0)
    mode: Literal["dynamic", "constant"] = "dynamic"
    air: bool = False


class SpindleSpec(Strict):
    """Spindle: speeds in rpm, time to come up to speed in s."""

    rpm_min: float = Field(ge=0)
    rpm_max: float = Field(gt=0)
    spin_up: float = Field(default=0.0, ge=0)
    air: bool = False


class Heights(Strict):
    """Mills: Z of travel over the stock (`clearance`) and of tool change and program end (`safe`), mm over work zero."""

    clearance: float = Field(gt=0)
    safe: float = Field(gt=0)


class Format(Strict):
    """Text of programs."""

    decimals: int = Field(default=3, ge=2, le=6)
    units: Literal["mm", "in"] = "mm"
    line_numbers: bool = False


class Source(Strict):
    """Where facts come from, and how far they were tried."""

    status: Status
    source: str


class Machine(Strict):
    """One machine. `sources` covers every other table: the key is a table's or field's name, ``"*"`` is the rest."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    title: str
    dialect: str
    process: Literal["laser", "mill"]
    extension: str = Field(default="nc", pattern=r"^[A-Za-z0-9]{1,5}$")
    tool_change: Literal["none", "manual", "auto"] = "none"
    work_area: WorkArea
    rates: Rates
    beam: BeamSpec | None = None
    spindle: SpindleSpec | None = None
    heights: Heights | None = None
    format: Format = Format()
    tools: dict[str, float] = {}
    preamble: tuple[str, ...] = ()
    postamble: tuple[str, ...] = ()
    settings: dict[str, str] = {}
    sources: dict[str, Source]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.process == "laser" and self.beam is None:
            raise ValueError("a laser needs a [beam] table")
        if self.process == "mill" and (self.spindle is None or self.heights is None):
            raise ValueError("a mill needs [spindle] and [heights] tables")
        if "*" not in self.sources:
            raise ValueError('[sources] needs an entry "*" for what no other entry covers')
        return self

    def provenance(self, key: str) -> Source:
        """Source of the field with dotted name `key`: the longest entry of `sources` that it starts with."""
        fits = [name for name in self.sources if key == name or key.startswith(f"{name}.")]
        return self.sources[max(fits, key=len)] if fits else self.sources["*"]


def shipped() -> list[str]:
    """Names of the machines that come with camcore."""
    folder = resources.files("postprocessors") / "machines"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load(name_or_path: str | Path) -> Machine:
    """The shipped machine of that name, or the machine in that TOML file.

    Raises CamError: E310 for an unknown name, else as `tomlfile.load`.
    """
    text = str(name_or_path)
    if text in shipped():
        entry = resources.files("postprocessors") / "machines" / f"{text}.toml"
        return tomlfile.parse(entry.read_text("utf-8"), Machine, entry.name)
    if text.endswith(".toml"):
        return tomlfile.load(Path(text), Machine)
    names = ", ".join(shipped())
    raise CamError(Finding("E310", f"there is no machine {text!r}", f"take one of {names}, or a path to a machine TOML"))
