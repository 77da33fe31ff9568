"""Machines: how large, how fast, how strong, and which dialect they speak. One TOML file each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from camcore import tomlfile
from camcore.findings import CamError, Finding
from camcore.machinetables import BeamSpec, Format, Heights, Range, Rates, SpindleSpec, WorkArea
from camcore.tomlfile import Key, ModelT, Strict
from camcore.tooling import Diameter, ToolSpec
from camcore.units import MM_PER_UNIT

Status = Literal["documented", "simulator-checked", "machine-proven", "uncalibrated default"]
_BYTE = r"(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])"
"""A whole number from 1 to 255."""

_UNSOURCED = ("name", "title", "dialect", "words", "sources")
"""Fields that name the machine rather than state a fact about it."""


class Source(Strict):
    """Where facts come from, and how far they were tried."""

    status: Status
    source: str = Field(min_length=1)


class Sourced(Strict):
    """Facts with the sources of all of them: the key is a field's or table's dotted name, ``"*"`` is the rest."""

    sources: dict[str, Source]

    def provenance(self, key: str) -> Source:
        """Source of the field with dotted name `key`: the longest entry of `sources` that it starts with."""
        fits = [name for name in self.sources if key == name or key.startswith(f"{name}.")]
        return self.sources[max(fits, key=len)] if fits else self.sources["*"]

    def facts(self) -> dict[str, Any]:
        """Every stated or defaulted fact by its dotted name (``rates.rapid_xy``), in the order of the model."""
        return {tomlfile.spoken(key): value for key, value in _leaves((), self) if key[0] not in _UNSOURCED}


class Text(Strict):
    """How programs of a control are written: numbers and names. The order of words is its dialect class's.

    units: words for mm and for inches; modes: what makes every other mode what programs count on
    digits: of the program number, 0 where there is none; last: the word that ends a program
    comment: what opens and closes a comment; upper: only capitals; percent: ``%`` before and after the program
    numbers: whether blocks may, must or never have numbers; highest: the largest, after which they start anew
    decimals: most that lengths may have, in mm and in inches
    point: lengths and feeds always have a decimal point, as an integer counts least steps
    dwell: word of G4; dwell_second: how many of its units are a second; dwell_point: it always has a point
    cycle_dwell: drilling cycles that always have a P
    air: words that switch it on and off; fan: codes that switch a fan's output, which a machine's air may hang on
    home: blocks that take Z to its reference point
    blend: what stands before the length that corners may be rounded by
    subprogram: form of subprograms within the program (`postprocessors.subprograms`); empty where there is none that
    is known well enough; relative: words that lengths in them count from the tool by, and from work zero again
    """

    units: tuple[str, str] = ("G21", "G20")
    modes: tuple[str, ...] = ("G17", "G90", "G94", "G54")
    digits: int = Field(default=0, ge=0, le=8)
    last: str = "M30"
    comment: tuple[str, str] = ("(", ")")
    upper: bool = False
    percent: bool = False
    numbers: Literal["may", "must", "never"] = "may"
    highest: int = Field(default=99999, ge=999)
    decimals: tuple[int, int] = (6, 6)
    point: bool = False
    dwell: str = "P"
    dwell_second: float = Field(default=1.0, gt=0)
    dwell_point: bool = False
    cycle_dwell: tuple[str, ...] = ("G82",)
    air: tuple[str, str] = ("M8", "M9")
    fan: tuple[str, str] | None = None
    home: tuple[str, ...] = ()
    blend: str = ""
    subprogram: Literal["", "M98", "M98 Q", "M97", "CALL", "embedded", "O-word", "LBL", "CALL BLOCK", "SUB"] = ""
    relative: tuple[str, ...] = ("G91", "G90")


class Abilities(Sourced):
    """What the control behind a dialect understands; `program.build` adapts to it before anything is written.

    words: name of the class in `postprocessors.DIALECTS` that speaks to it
    line_length: longest block in bytes, without the line end
    arcs: whether it has G2 and G3; arc_sweep: their largest sweep, degrees; arc_radius: their radii, mm
    radius_tolerance, radius_ratio: start and end radius may differ by so many mm, or by this share of the radius
    cycles: whether it has drilling cycles; pecks: whether these peck, else pecked holes are taken apart
    tool_change: whether it has a tool change word; pause: whether it can wait for a person in mid-program
    arc_chord: it makes chords of arcs that leave them by so many mm, and slows down at their corners; 0: it does not
    planner_blocks: how many blocks its planner holds, within which it must be able to stop; 0: no limit that matters
    dynamic_beam: whether it scales beam power with the actual speed; rest_beam: whether the beam can be on at rest;
    live_power: whether a beam of constant power changes it between blocks of motion without a stop
    """

    title: str
    words: str
    line_length: int = Field(ge=40)
    arcs: bool = True
    arc_sweep: float = Field(default=180.0, gt=0, le=180)
    arc_radius: Range = (0.01, 1000.0)
    radius_tolerance: float = Field(gt=0)
    radius_ratio: float = Field(default=0.0, ge=0)
    cycles: bool = False
    pecks: bool = True
    tool_change: bool = False
    pause: bool = True
    arc_chord: float = Field(default=0.0, ge=0)
    planner_blocks: int = Field(default=0, ge=0)
    dynamic_beam: bool = False
    rest_beam: bool = True
    live_power: bool = False
    text: Text = Text()


class Machine(Sourced):
    """One machine. `sources` covers every other table."""

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
    tools: dict[str, Diameter | ToolSpec] = Field(default={})
    preamble: tuple[str, ...] = ()
    postamble: tuple[str, ...] = ()
    settings: dict[str, str] = Field(default={})

    @field_validator("dialect")
    @classmethod
    def _known_dialect(cls, name: str) -> str:
        if name not in dialects():
            raise ValueError(f"there is no dialect {name!r}; known are {', '.join(dialects())}")
        return name

    @field_validator("preamble", "postamble")
    @classmethod
    def _plain(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            if not line.isascii() or not line.isprintable():
                raise ValueError(f"{line!r} is not one line of printable ASCII")
        return lines

    @model_validator(mode="after")
    def _complete(self) -> Self:
        problems = [*_missing_tables(self), *_unreachable(self), *_unsayable(self), *_loose_sources(self)]
        if problems:
            raise ValidationError.from_exception_data(
                "Machine",
                [
                    InitErrorDetails(type=PydanticCustomError("value_error", text), loc=key, input=value)
                    for key, value, text in problems
                ],
            )
        return self

    @property
    def abilities(self) -> Abilities:
        """What the machine's control understands."""
        return abilities(self.dialect)

    @property
    def toolbox(self) -> dict[str, ToolSpec]:
        """The tools by name; those of which the file gives the diameter alone are as usual."""
        told = self.tools.items()
        return {name: tool if isinstance(tool, ToolSpec) else ToolSpec(diameter=tool) for name, tool in told}

    def diameter_of(self, number: int) -> float:
        """Diameter of the tool whose name is a number, mm; 0 where the file lists none."""
        tool = self.tools.get(str(number), 0.0)
        return tool.diameter if isinstance(tool, ToolSpec) else tool

    @property
    def air_words(self) -> tuple[str, str]:
        """What switches air on and off: the machine's own words, or those that are usual for its control."""
        return (self.beam and self.beam.air_words) or self.abilities.text.air

    @property
    def step(self) -> float:
        """Least step that the program's text can say, mm."""
        return float(10.0**-self.format.decimals * MM_PER_UNIT[self.format.units])


Problem = tuple[Key, Any, str]


def _missing_tables(machine: Machine) -> Iterator[Problem]:
    needed = ("beam",) if machine.process == "laser" else ("spindle", "heights")
    for name in needed:
        if getattr(machine, name) is None:
            yield (name,), None, f"a {machine.process} needs a [{name}] table"
    if machine.process == "mill":
        for name in ("rapid_z", "feed_z_max", "acceleration_z"):
            if not getattr(machine.rates, name):
                yield ("rates", name), 0.0, "a mill needs a rate greater than 0"


def _unreachable(machine: Machine) -> Iterator[Problem]:
    """Heights that are in the wrong order or beyond the Z axis."""
    heights, highest = machine.heights, machine.work_area.z[1]
    if heights is None:
        return
    if not heights.approach <= heights.clearance <= heights.safe:
        yield ("heights", "clearance"), heights.clearance, "must lie between approach and safe"
    if heights.safe > highest:
        yield ("heights", "safe"), heights.safe, f"is above the work area, which ends at Z{highest:g}"


def _unsayable(machine: Machine) -> Iterator[Problem]:
    """What the machine asks of its dialect and the dialect cannot say."""
    can = machine.abilities
    if machine.beam and machine.beam.mode == "dynamic" and not can.dynamic_beam:
        yield ("beam", "mode"), "dynamic", f"{can.title} does not scale power with speed; take 'constant'"
    if machine.beam and machine.beam.air_words:
        yield from _own_air(machine.beam, machine)
    if machine.tool_change == "auto" and not can.tool_change:
        yield ("tool_change",), "auto", f"{can.title} has no tool change; take 'manual' or 'none'"
    if machine.tool_change == "manual" and not can.pause:
        yield ("tool_change",), "manual", f"{can.title} cannot wait for a person; take 'none'"
    off = radius_mismatch(machine.step)
    if can.arcs and off > can.radius_tolerance:
        text = f"arcs could be {off:.4f} mm out of round; {can.title} refuses more than {can.radius_tolerance} mm"
        yield ("format", "decimals"), machine.format.decimals, text
    most = can.text.decimals[machine.format.units != "mm"]
    if machine.format.decimals > most:
        yield ("format", "decimals"), machine.format.decimals, f"{can.title} keeps {most} in {machine.format.units}"
    if machine.format.line_numbers and can.text.numbers == "never":
        yield ("format", "line_numbers"), True, f"{can.title} takes no numbers without a checksum"
    if machine.format.subprograms and not can.text.subprogram:
        yield ("format", "subprograms"), True, f"{can.title} has none that are known well enough"
    if machine.format.subprograms and machine.format.line_numbers:
        yield ("format", "subprograms"), True, "block numbers would name other blocks than subprograms do"
    for name in ("preamble", "postamble"):
        for line in getattr(machine, name):
            if len(line) > can.line_length:
                yield (name,), line, f"{can.title} takes {can.line_length} bytes a line"


def _own_air(beam: BeamSpec, machine: Machine) -> Iterator[Problem]:
    """Words for air that are the machine's own: on and off of one fan's output, and of use."""
    can, key, said = machine.abilities, ("beam", "air_words"), " and ".join(beam.air_words or ())
    if can.text.fan is None:
        yield key, said, f"{can.title} switches air by {' and '.join(can.text.air)} alone"
        return
    on, off = can.text.fan
    if not re.fullmatch(rf"{on}(| P\d) S{_BYTE} and {off}\1", said):
        yield key, said, f"has to be {on} P0 S255 and {off} P0: a fan's output, of one number, and its speed up to 255"
    elif not beam.air:
        yield key, said, "is not used while air = false"


def _loose_sources(machine: Machine) -> Iterator[Problem]:
    if "*" not in machine.sources:
        yield ("sources", "*"), None, "is needed for what no other entry covers"
    facts = machine.facts()
    for name in machine.sources:
        if name != "*" and not any(key == name or key.startswith(f"{name}.") for key in facts):
            yield ("sources", name), name, "names no field or table of a machine"


def _leaves(key: Key, value: Any) -> Iterator[tuple[Key, Any]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _leaves((*key, name), getattr(value, name))
    elif value is not None:
        yield key, value


def radius_mismatch(step: float) -> float:
    """Worst difference of an arc's start and end radius, mm, when its numbers are rounded to `step` mm.

    Start, end and centre are each off by half a step in x and y; the centre counts in both radii: 4 × √2 / 2 steps.
    """
    return float(2.0**0.5 * 2.0 * step)


def dialects() -> list[str]:
    """Names of the dialects that machines may speak."""
    return _names("dialects")


@cache
def abilities(dialect: str) -> Abilities:
    """Abilities of a dialect by name. Raises CamError as `tomlfile.parse`; KeyError for an unknown name."""
    if dialect not in dialects():
        raise KeyError(dialect)
    return _load("dialects", dialect, Abilities)


def shipped() -> list[str]:
    """Names of the machines that come with camcore."""
    return _names("machines")


@cache
def _names(folder: str) -> list[str]:
    return sorted(path.stem for path in _folder(folder).glob("*.toml"))


def _load(folder: str, name: str, model: type[ModelT]) -> ModelT:
    """Shipped file; findings name it without the folders around it."""
    path = _folder(folder) / f"{name}.toml"
    return tomlfile.parse(tomlfile.read_text(path), model, path.name)


_shipped = cache(lambda name: _load("machines", name, Machine))


def _folder(name: str) -> Path:
    """Folder of TOML files beside the post-processors; found without importing them."""
    spec = find_spec("postprocessors")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package postprocessors belongs to camcore and is not there")
    return Path(spec.origin).parent / name


def load(name_or_path: str | Path) -> Machine:
    """The shipped machine of that name, or the machine in that TOML file.

    Raises CamError: E310 for an unknown name, else as `tomlfile.load`.
    """
    text = str(name_or_path)
    if text in shipped():
        return _shipped(text)
    if text.endswith(".toml"):
        return tomlfile.load(Path(text), Machine)
    advice = f"take one of {', '.join(shipped())}, or a path to a machine TOML"
    raise CamError(Finding("E310", f"there is no machine {text!r}", advice))
