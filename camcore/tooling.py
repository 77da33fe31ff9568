"""Tools as a machine's file lists them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from camcore.tomlfile import Strict

Diameter = Annotated[float, Field(gt=0, le=200)]
"""Diameter of a tool, mm."""


class ToolSpec(Strict):
    """A tool that a mill holds: lengths mm, angles degrees.

    kind: without it a name with "drill" in it is a drill, one with an angle a countersink, any other an end mill
    plunges: whether it cuts to its centre, so that it may go straight down
    angle: between the sides of a cone that ends in a flat of diameter `tip`; flutes: how many it has
    """

    diameter: Diameter
    kind: Literal["endmill", "drill", "v-bit", "countersink"] | None = None
    flutes: int = Field(default=2, ge=1, le=60)
    plunges: bool = True
    angle: float = Field(default=0.0, ge=0, lt=180)
    tip: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _cone(self) -> Self:
        if (self.kind in ("v-bit", "countersink")) > (self.angle > 0):
            raise ValueError(f"a {self.kind} needs the angle between its sides")
        if self.tip >= self.diameter:
            raise ValueError("the tip is no narrower than the tool")
        return self

    def called(self, name: str) -> str:
        """Its kind, by its name where nothing else says so."""
        return self.kind or ("drill" if "drill" in name.lower() else "countersink" if self.angle else "endmill")
