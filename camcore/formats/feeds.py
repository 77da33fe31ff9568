"""Feeds of a program in sheet-NN.cut.json, each number with its status and source."""

from __future__ import annotations

from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from camcore.formats.common import FileModel
from camcore.toolpath.model import Plan
from camcore.toolpath.setup import LaserSetup, MillSetup, Setup

_DIGITS = 6
_OF_JOB = "[process] of the job"


class FigureModel(FileModel):
    """A number with the status that the material library gives it, or ``job`` where the job states it; its source."""

    value: float
    status: str
    source: str


class FeedsModel(FileModel):
    """Feed, mm/min; of a mill's tool `plunge`, mm/min straight down, `rpm`, and `step`, what a pass takes at once, mm;
    of a beam `power`, 0 to 1, and of its cuts `pierce`, s."""

    feed: FigureModel
    plunge: FigureModel | None = None
    rpm: FigureModel | None = None
    power: FigureModel | None = None
    pierce: FigureModel | None = None
    step: FigureModel | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in whole(self).items() if value is not None}


def feeds(plan: Plan, setup: Setup) -> dict[str, FeedsModel]:
    """By number of each tool that the plan uses; for a laser by ``cut``, ``mark`` and ``score``."""
    if setup.mill:
        return {str(number): _of_tool(number, plan, setup.mill, setup) for number in sorted(plan.tools)}
    return _of_beam(setup.laser, setup) if setup.laser else {}


def _of_tool(number: int, plan: Plan, mill: MillSetup, setup: Setup) -> FeedsModel:
    return FeedsModel(
        feed=_figure(mill.feed[number], "feed", setup),
        plunge=_figure(mill.plunge[number], "plunge", setup),
        rpm=_figure(plan.tools[number].rpm, "rpm", setup),
        step=_figure(mill.pass_depth(number), "step_down", setup),
    )


def _of_beam(laser: LaserSetup, setup: Setup) -> dict[str, FeedsModel]:
    pairs = {
        "cut": (laser.feed, laser.power, ""),
        "mark": (laser.mark_feed, laser.mark_power, "mark_"),
        "score": (laser.score_feed, laser.score_power, "score_"),
    }
    found = {
        name: FeedsModel(feed=_figure(feed, f"{of}feed", setup), power=_figure(power, f"{of}power", setup))
        for name, (feed, power, of) in pairs.items()
    }
    if laser.pierce:
        found["cut"] = found["cut"].model_copy(update={"pierce": _figure(laser.pierce, "pierce", setup)})
    return found


def _figure(value: float, name: str, setup: Setup) -> FigureModel:
    status, _, source = setup.sources[name].partition(": ")
    return FigureModel(value=round(value, _DIGITS), status=status, source=source or _OF_JOB)
