"""Tables of a machine file: travel, speeds, beam, spindle, heights, and the text of its programs."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from camcore.tomlfile import Strict

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
    """Speeds, mm/min, and accelerations, mm/s².

    junction: the corner deviation, mm, that corner speeds rest on; blend: how far a control that rounds corners may
    leave the path, mm.
    """

    rapid_xy: float = Field(gt=0)
    rapid_z: float = Field(default=0.0, ge=0)
    feed_max: float = Field(gt=0)
    feed_z_max: float = Field(default=0.0, ge=0)
    acceleration_xy: float = Field(gt=0)
    acceleration_z: float = Field(default=0.0, ge=0)
    junction: float = Field(default=0.01, gt=0)
    blend: float = Field(default=0.01, gt=0)


class BeamSpec(Strict):
    """Laser: power in W, power word (S or Q) at full power, and whether the control scales power with speed.

    enable: S word that arms the laser where power is said by another word.
    air: whether air assist is switched; air_words: what switches it on and off where that is a fan's output.
    rapid_height_safe: whether the head travels so high that a part which has come loose and stands up is no danger.
    """

    watts: float = Field(gt=0)
    word_max: float = Field(gt=0)
    enable: float = Field(default=1.0, gt=0)
    mode: Literal["dynamic", "constant"] = "dynamic"
    air: bool = False
    air_words: tuple[str, str] | None = None
    rapid_height_safe: bool = False


class SpindleSpec(Strict):
    """Spindle: speeds in rpm, times to come up to speed and to change a tool in s."""

    rpm_min: float = Field(ge=0)
    rpm_max: float = Field(gt=0)
    spin_up: float = Field(default=0.0, ge=0)
    change: float = Field(default=60.0, ge=0)
    air: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.rpm_min > self.rpm_max:
            raise ValueError(f"rpm_min = {self.rpm_min:g} is more than rpm_max = {self.rpm_max:g}")
        return self


class Heights(Strict):
    """Mills: Z in mm over work zero of travel over the stock (`clearance`), tool change and end (`safe`).

    Rapids go down to `approach`; below it the tool is fed.
    """

    clearance: float = Field(gt=0)
    safe: float = Field(gt=0)
    approach: float = Field(default=1.0, gt=0)


class Format(Strict):
    """Text of programs. subprograms: what repeats is said once and called."""

    decimals: int = Field(default=3, ge=2, le=6)
    units: Literal["mm", "in"] = "mm"
    line_numbers: bool = False
    subprograms: bool = False
