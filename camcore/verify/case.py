"""One program on one machine, with or without a task: what all checks look at, each part worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.index import SegmentIndex
from camcore.machine import Machine
from camcore.units import CUT_EDGE
from camcore.verify import basins, marks, passes, sweep, track
from camcore.verify.basins import Basin
from camcore.verify.coverage import Pieces, coverage
from camcore.verify.features import Circle, Edges, Feature, Key, declared, edges, features
from camcore.verify.finished import Finished, finished
from camcore.verify.model import Checked, ReadMove, Task
from camcore.verify.reach import pairs
from camcore.verify.reachable import leftover
from camcore.verify.reader import Reading
from camcore.verify.sweep import Sweep
from camcore.verify.track import Track

TAB_SLACK = 0.5
"""How much farther than half its declared width a tab may reach from its middle, mm."""


class Case:
    """A reading, its machine and its task. All figures are taken once, when a check first asks for them."""

    def __init__(self, text: str, reading: Reading, machine: Machine, task: Task | None) -> None:
        self.text, self.reading, self.machine, self._task = text, reading, machine, task
        self._checked: dict[str, Checked] = {}

    def once(self, check: Callable[[Case], Checked]) -> Checked:
        """The outcome of a check, worked out the first time only."""
        name = check.__name__
        if name not in self._checked:
            self._checked[name] = check(self)
        return self._checked[name]

    @property
    def moves(self) -> tuple[ReadMove, ...]:
        """Moves that were read."""
        return self.reading.moves

    @property
    def task(self) -> Task:
        """The task; asked for only by checks that need one."""
        assert self._task is not None
        return self._task

    @property
    def top_z(self) -> float:
        """Top of the stock, mm; work zero when there is no task."""
        return self._task.top_z if self._task else 0.0

    @property
    def tolerance(self) -> float:
        """How far a cut edge may be off, mm: CUT_EDGE and the half step that the text's numbers are rounded by."""
        return CUT_EDGE + self.machine.step * 2**0.5 / 2

    @cached_property
    def track(self) -> Track:
        """All motion."""
        return track.track(self.moves)

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """All features of the task."""
        return features(self.task)

    @cached_property
    def edges(self) -> Edges:
        """Segments of all edges that bound parts: outlines, holes, drilled holes."""
        return edges([feature for feature in self.features if feature.is_edge])

    @cached_property
    def round_holes(self) -> list[tuple[Feature, Circle]]:
        """The round ones among holes and drilled holes, with their circles."""
        holes = (feature for feature in self.edges.features if feature.kind != "outline")
        return [(feature, feature.circle) for feature in holes if feature.circle]

    @cached_property
    def edge_index(self) -> SegmentIndex:
        """Index of `edges`."""
        return SegmentIndex(self.edges.rows)

    @cached_property
    def all_cuts(self) -> Sweep:
        """Everything that takes material away, marks too."""
        return sweep.cutting(self.track, self.task)

    @cached_property
    def on_marks(self) -> Bools:
        """Which of `all_cuts` run on a mark."""
        return marks.on_marks(self)

    @cached_property
    def usual_energy(self) -> float:
        """Power per feed that a laser cuts outlines with."""
        return marks.usual_energy(self)

    @cached_property
    def marking(self) -> Bools:
        """Which of `all_cuts` follow a mark and do not go through."""
        return marks.marking(self)

    @cached_property
    def cuts(self) -> Sweep:
        """What takes material away, is no mark, and does more than clear a pocket."""
        return self.all_cuts.take(~self._aside)

    @cached_property
    def basins(self) -> tuple[Basin, ...]:
        """All pockets."""
        return basins.basins(self)

    @cached_property
    def in_basins(self) -> tuple[Ints, Ints]:
        """Pairs of one of `all_cuts` and one of `basins` beyond whose walls it does not reach."""
        return basins.within(self)

    @cached_property
    def pocketing(self) -> Bools:
        """Which of `all_cuts` stay within a pocket, and no deeper than its floor."""
        return basins.pocketing(self)

    @cached_property
    def beveling(self) -> Bools:
        """Which of `all_cuts` a cone makes that follows no mark."""
        return np.isin(self.all_cuts.track.tool, list(self.task.cones)) & ~self.on_marks

    @cached_property
    def _aside(self) -> Bools:
        return self.marking | self.pocketing | self.beveling

    @cached_property
    def through(self) -> Sweep:
        """What cuts through the stock."""
        return sweep.through(self.cuts, self.task)

    @cached_property
    def storeys(self) -> list[tuple[Edges, Sweep]]:
        """Edges by the skin that they keep, with what cuts them: all that goes through, but for that skin."""
        skins = np.array([feature.skin for feature in self.edges.features])[self.edges.owner]
        found = []
        for skin in np.unique(skins).tolist() or [0.0]:
            mine, deep = skins == skin, sweep.through(self.cuts, self.task, skin) if skin else self.through
            found.append((Edges(self.edges.features, self.edges.rows[mine], self.edges.owner[mine]), deep))
        return found

    @cached_property
    def coverage(self) -> Pieces:
        """How far each edge stays from the cuts that go through, or down to its skin."""
        each = [coverage(edges, deep, self.tolerance, self._excuse) for edges, deep in self.storeys]
        return Pieces(*(np.concatenate(column) for column in zip(*each, strict=True)))

    @cached_property
    def thin(self) -> passes.Thin:
        """Where edges are passed less often than declared."""
        return passes.thin(self)

    @cached_property
    def declared_passes(self) -> dict[Key, int]:
        """How often each feature is to be passed, where that is more than once."""
        declared_cuts = zip(declared(self.task), self.task.cuts, strict=True)
        return {at: cut.passes for at, cut in declared_cuts if cut.passes > 1}

    @cached_property
    def all_near(self) -> tuple[Ints, Ints, Floats]:
        """Stretches of `all_cuts` and rows of `edges` that may touch, and the distance of the path, mm."""
        return pairs(self.all_cuts, self.edge_index, self.tolerance)

    @cached_property
    def near_edges(self) -> tuple[Ints, Ints, Floats]:
        """As `all_near`, with stretches of `cuts`."""
        i, j, distance = self.all_near
        number = np.cumsum(~self._aside) - 1
        kept = ~self._aside[i]
        return number[i[kept]], j[kept], distance[kept]

    @cached_property
    def finished(self) -> Finished:
        """When each feature is finished."""
        return finished(self)

    @cached_property
    def regions(self) -> list[Any]:
        """The finished region of each placed part: its outline less its holes and drilled holes."""
        found = []
        for placement in range(len(self.task.placements)):
            mine = self._by_placement[placement]
            rings = [feature.ring for feature in mine]
            found.append(shapely.make_valid(shapely.Polygon(rings[-1], rings[:-1])))
        return found

    @cached_property
    def _by_placement(self) -> dict[int, list[Feature]]:
        found: dict[int, list[Feature]] = {}
        for feature in self.edges.features:
            found.setdefault(feature.placement, []).append(feature)
        return found

    # -- excuses ------------------------------------------------------------------------------------------------------

    def tool_radius(self, feature: Feature) -> float:
        """Radius of what should cut the feature, mm: of the smallest tool declared for it, else the largest at hand."""
        return self._declared_radii.get(feature.key, self._largest_radius)

    @cached_property
    def _declared_radii(self) -> dict[Key, float]:
        found: dict[Key, float] = {}
        for at, cut in zip(declared(self.task), self.task.cuts, strict=True):
            if diameter := self.task.tools.get(cut.tool):
                found[at] = min(found.get(at, np.inf), diameter / 2)
        return found

    @cached_property
    def _largest_radius(self) -> float:
        return max(self.task.tools.values(), default=self.task.kerf) / 2

    @cached_property
    def _tabbed(self) -> list[int]:
        return [number for number, feature in enumerate(self.edges.features) if feature.tabs]

    def in_tabs(self, owner: Ints, points: Floats) -> Bools:
        """Which points (n, 2) on edges `owner` (n,) lie where a tab of that edge is declared."""
        inside = np.zeros(len(points), dtype=np.bool_)
        for number in np.intersect1d(owner, self._tabbed):
            feature = self.edges.features[number]
            mine = owner == number
            for x, y, width in feature.tabs:
                zone = width / 2 + TAB_SLACK
                inside[mine] |= np.hypot(points[mine, 0] - x, points[mine, 1] - y) <= zone
        return inside

    def _excuse(self, owner: Ints, points: Floats) -> Floats:
        """What a cut may fall short by: all in tabs, elsewhere what the tool cannot reach. A hole that it does not get
        into at all has no excuse."""
        allowed, shape = np.where(self.in_tabs(owner, points), np.inf, 0.0), self._shape_of[owner]
        home = self._home(owner, points)
        for number in np.unique(shape):
            mine = (shape == number) & (allowed == 0.0)
            left = self._leftover(self.edges.features[number])(home[mine])
            allowed[mine] = np.where(np.isinf(left), 0.0, left)
        return allowed

    @cached_property
    def _shape_of(self) -> Ints:
        """For each edge the number of the first of the same shape that is cut by the same tool."""
        first: dict[tuple[str, str, int, float], int] = {}
        found = [
            first.setdefault((edge.part, edge.kind, edge.index, self.tool_radius(edge)), number)
            for number, edge in enumerate(self.edges.features)
        ]
        return np.array(found, dtype=np.int64)

    def _home(self, owner: Ints, points: Floats) -> Floats:
        """Points on edges carried back from the sheet to the parts' own coordinates."""
        matrices, places = self._poses
        home: Floats = np.einsum("ni,nij->nj", points - places[owner], matrices[owner])
        return home

    @cached_property
    def _poses(self) -> tuple[Floats, Floats]:
        """Matrix (n, 2, 2) and place (n, 2) of each edge's part."""
        poses = [self.task.placements[edge.placement].pose for edge in self.edges.features]
        matrices = np.array([pose.matrix for pose in poses]).reshape(-1, 2, 2)
        return matrices, np.array([(pose.x, pose.y) for pose in poses]).reshape(-1, 2)

    def _leftover(self, feature: Feature) -> Callable[[Floats], Floats]:
        at = (feature.part, feature.kind, feature.index, self.tool_radius(feature))
        if at not in self._leftovers:
            part = self.task.parts[feature.part]
            curve = (
                part.outline
                if feature.kind == "outline"
                else part.holes[feature.index]
                if feature.kind == "hole"
                else None
            )
            none: Callable[[Floats], Floats] = lambda points: np.zeros(len(points))  # noqa: E731
            self._leftovers[at] = none if curve is None else leftover(curve, at[3], feature.kind == "outline")
        return self._leftovers[at]

    @cached_property
    def _leftovers(self) -> dict[tuple[str, str, int, float], Callable[[Floats], Floats]]:
        return {}
