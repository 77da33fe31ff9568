"""The list of cutting strategies; the first that suits a feature takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from camcore.findings import Finding
from camcore.toolpath import bevels, laser, mill, pocket
from camcore.toolpath.features import Course, Feature, Prepared
from camcore.toolpath.offer import Offer
from camcore.toolpath.scene import Scene
from camcore.toolpath.setup import Setup


class Strategy(NamedTuple):
    """One way of cutting.

    suits: whether it takes a feature; prepare: what can be done once for all copies, in the part's coordinates;
    cuts: the cuts of all its courses on a sheet, each given with the number of its placement, as they may begin.
    """

    name: str
    suits: Callable[[Feature, Setup], bool]
    prepare: Callable[[Feature, Setup], Prepared]
    cuts: Callable[[list[tuple[int, Course]], Scene, Setup], tuple[list[Offer], list[Finding]]]


STRATEGIES: tuple[Strategy, ...] = (
    Strategy("mill bevel", bevels.suits_mill, bevels.prepare, pocket.cuts),
    Strategy("laser bevel", bevels.suits_laser, bevels.none, pocket.no_cuts),
    Strategy("mill pocket", pocket.suits_mill, pocket.prepare, pocket.cuts),
    Strategy("laser pocket", pocket.suits_laser, pocket.none, pocket.no_cuts),
    Strategy("laser mark", laser.suits_mark, laser.prepare_mark, laser.cut_marks),
    Strategy("laser contour", laser.suits_contour, laser.prepare_contour, laser.cut_contours),
    Strategy("mill mark", mill.suits_mark, mill.prepare_mark, mill.cut_marks),
    Strategy("drill", mill.suits_drill, mill.prepare_drill, mill.cut_drills),
    Strategy("mill profile", mill.suits_profile, mill.prepare_profile, mill.cut_profiles),
)


def strategy_for(feature: Feature, setup: Setup) -> Strategy:
    """The first strategy that suits. Every feature has one."""
    return next(strategy for strategy in STRATEGIES if strategy.suits(feature, setup))
