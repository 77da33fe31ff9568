"""Tables of a job that say how its parts are made: the process, and work on edges."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from camcore.lengths import Length, PositiveLength
from camcore.tomlfile import Strict


class WorkEntry(Strict):
    """One ``[[parts.work]]`` table: what is done to edges on the upper side.

    do: "countersink" (to `diameter`, at `angle` degrees), "counterbore" (to `diameter`, `depth` deep) or "break" (of
    `width`, at `angle`); holes: the diameter of the round holes that it is done to; edges: of "break", else
    """

    do: Literal["countersink", "counterbore", "break"]
    holes: PositiveLength | None = None
    edges: Literal["outline", "holes", "all"] = "all"
    diameter: PositiveLength | None = None
    depth: PositiveLength | None = None
    width: PositiveLength | None = None
    angle: float = Field(default=90.0, gt=0, lt=180)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = {"countersink": ("holes", "diameter"), "counterbore": ("holes", "diameter", "depth")}
        for name in needed.get(self.do, ("width",)):
            if getattr(self, name) is None:
                raise ValueError(f"{self.do} needs {name}")
        return self


class ProcessTable(Strict):
    """The ``[process]`` table: overrides of the material library.

    Lengths as everywhere; feeds in job units per minute; `power`, `mark_power` and `score_power` 0 to 1; `pierce` s;
    `ramp_angle` in degrees; `joint_below`, `onion_skin_area` and `vacuum_area` mm²; `step_over` in
    diameters of the tool; `onion_skin_feed` in feeds; `tool_life` m.
    """

    kerf: PositiveLength | None = None
    tool: PositiveLength | None = None
    feed: PositiveLength | None = None
    plunge: PositiveLength | None = None
    rpm: float | None = Field(default=None, gt=0)
    power: float | None = Field(default=None, gt=0, le=1)
    pierce: float | None = Field(default=None, ge=0)
    soft_pierce: bool | None = None
    lead: Length | None = None
    lead_shape: str | None = None
    lead_spot: str | None = None
    overcut: Length | None = None
    lead_out: Length | None = None
    joints: int | None = Field(default=None, ge=0)
    joint_width: PositiveLength | None = None
    joint_below: float | None = Field(default=None, ge=0)
    heat_gap: Length | None = None
    common_cut: bool | None = None
    crop: bool | None = None
    passes: int | None = Field(default=None, ge=1)
    focus_step: Length | None = None
    corner_power: float | None = Field(default=None, gt=0, le=1)
    step_down: PositiveLength | None = None
    breakthrough: Length | None = None
    ramp_angle: float | None = Field(default=None, gt=0, le=45)
    tabs: int | None = Field(default=None, ge=0)
    tab_width: PositiveLength | None = None
    tab_height: PositiveLength | None = None
    flute: PositiveLength | None = None
    step_over: float | None = Field(default=None, gt=0, le=0.5)
    rest: bool | None = None
    finish: Length | None = None
    tool_life: float | None = Field(default=None, ge=0)
    climb: bool | None = None
    clearing: str | None = None
    tab_shape: str | None = None
    corner_feed: float | None = Field(default=None, gt=0, le=1)
    peck: PositiveLength | None = None
    chip_break: bool | None = None
    onion_skin: Length | None = None
    onion_skin_cut: bool | None = None
    onion_skin_feed: float | None = Field(default=None, gt=0, le=1)
    onion_skin_area: float | None = Field(default=None, ge=0)
    vacuum_area: float | None = Field(default=None, ge=0)
    mark_feed: PositiveLength | None = None
    mark_power: float | None = Field(default=None, gt=0, le=1)
    mark_passes: int | None = Field(default=None, ge=1)
    score_feed: PositiveLength | None = None
    score_power: float | None = Field(default=None, gt=0, le=1)
    score_passes: int | None = Field(default=None, ge=1)
    mark_depth: PositiveLength | None = None

    @property
    def overrides(self) -> dict[str, float | bool | str]:
        """Only what the job says."""
        return self.model_dump(exclude_none=True)
