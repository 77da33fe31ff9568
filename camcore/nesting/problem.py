"""A nesting problem made ready: shapes, sheets' free spaces, and the no-fit regions between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from camcore.geometry import Pose
from camcore.geometry.arrays import Floats
from camcore.nesting.frontier import RegionTable
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.nets import Nets
from camcore.nesting.nofit import Name, NoFit, frames, region_edges
from camcore.nesting.shapes import SLACK, Shape, Stance, shapes
from camcore.nesting.spaces import nestable, spaces


class Problem:
    """Shapes, spaces and regions of one job; `stances` are numbered across all shapes."""

    def __init__(
        self,
        demands: Sequence[Demand],
        stocks: Sequence[Stock],
        rules: Rules,
        slack: float = SLACK,
        share: float | None = None,
    ) -> None:
        """`slack` and `share`: as `shapes` takes them."""
        self.rules = rules
        self.demands = tuple(demands)
        seen = [nestable(demand, stocks, rules.locked) for demand in demands]
        self.shapes: tuple[Shape, ...] = shapes(seen, rules.spacing, slack, share)
        self.spaces = spaces(demands, stocks, rules)
        self.stances: tuple[Stance, ...] = tuple(stance for shape in self.shapes for stance in shape.stances)
        self.of_shape = tuple(
            tuple(k for k, stance in enumerate(self.stances) if stance.shape == index)
            for index in range(len(self.shapes))
        )
        self.nofit = NoFit(self.shapes, slack / 100.0)
        self.nets = Nets(self)
        self._tables = [RegionTable() for _ in self.stances]

    def bounds(self, stance: int, space: int) -> Floats | None:
        """Positions x0, y0, x1, y1 that keep a stance inside a space's box; None where it is too large or turned as it
        must not be on this stock."""
        own, ground = self.stances[stance], self.spaces[space]
        turns = self.demands[own.shape].turns_on(ground.stock)
        if self.mixed_grain and turns is not None and own.rotation not in turns:
            return None
        return ground.bounds(own.box)

    @property
    def mixed_grain(self) -> bool:
        """Whether what may be turned how depends on the stock."""
        grains = {space.stock.grain for space in self.spaces}
        return len(grains) > 1 and any(demand.along_grain for demand in self.demands)

    def regions(self, stances: Sequence[Stance]) -> list[Name]:
        """The different regions between these stances."""
        return frames(stances).names

    def prepare(self, names: Sequence[Name], tick: Callable[[], None]) -> None:
        """Build regions now, on as many threads as the rules allow; `tick` is called now and then and may raise."""
        self.nofit.prepare(names, self.rules.threads, tick)

    def stance(self, shape: int, rotation: float, mirror: bool) -> int:
        """Number of a stance of a shape, which is new where the shape does not have it; only the last can get new ones.

        Raises ValueError for a new stance of another shape.
        """
        for k in self.of_shape[shape]:
            if self.stances[k].rotation == rotation and self.stances[k].mirror == mirror:
                return k
        if shape != len(self.shapes) - 1:
            raise ValueError("stances are numbered shape by shape: only the last shape can get a new one")
        own = self.shapes[shape]
        added = Stance(shape, rotation, mirror, own.part.outline.posed(Pose(0.0, 0.0, rotation, mirror)).box)
        self.shapes = (*self.shapes[:-1], replace(own, stances=(*own.stances, added)))
        self.of_shape = (*self.of_shape[:-1], (*self.of_shape[-1], len(self.stances)))
        self.stances = (*self.stances, added)
        self._tables.append(RegionTable())
        return len(self.stances) - 1

    @property
    def tried(self) -> tuple[Stance, ...]:
        """The stances that the search tries: all but those that `turned` added, which are numbered after them."""
        return self.stances[: sum(map(len, self.of_shape))]

    def turned(self, shape: int, rotation: float, mirror: bool) -> int:
        """Number of the stance of a shape at any rotation, degrees; it is added where there is none."""
        for k, known in enumerate(self.stances):
            if (known.shape, known.rotation, known.mirror) == (shape, rotation, mirror):
                return k
        outline = self.shapes[shape].part.outline
        box = outline.posed(Pose(0.0, 0.0, rotation, mirror)).box
        self.stances += (Stance(shape, rotation, mirror, box),)
        self._tables.append(RegionTable())
        return len(self.stances) - 1

    def table(self, stance: int, against: int) -> RegionTable:
        """The region table of `stance`, which knows its region against stance `against` from now on."""
        table = self._tables[stance]
        if against not in table.rows:
            table.add(against, self.nofit.region(self.stances[stance], self.stances[against]))
        return table

    def ground_table(self, stance: int, space: int) -> RegionTable:
        """The region table of `stance`, which knows the forbidden region of space number `space` as −1 − space."""
        table, forbidden = self._tables[stance], self.spaces[space].forbidden
        if forbidden is not None and -1 - space not in table.rows:
            table.add(-1 - space, self.ground_region(stance, space))
        return table

    def ground_region(self, stance: int, space: int) -> Floats:
        """Boundary of the region of a stance against the forbidden region of a space, as `NoFit.region`."""
        own, forbidden = self.stances[stance], self.spaces[space].forbidden
        assert forbidden is not None
        return region_edges(self.shapes[own.shape].plain.turned(own.matrix), forbidden)
