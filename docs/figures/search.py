"""Draws how the search works, for docs/nesting.md: python docs/figures/search.py."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from camcore.geometry import Curve, Pose
from camcore.kernels import penalties
from camcore.kernels.crowd import Crowd, allowed
from camcore.kernels.wide import LANES
from camcore.nesting.construct import STRATEGIES, Construction
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.row import row_of
from camcore.nesting.separation import model
from camcore.nesting.squeeze import Worker
from camcore.part import Part

HERE = Path(__file__).parent
SIDE, WIDE, APART = 200.0, 330.0, 350.0
TEE = Part("tee", Curve.polygon([(0, 0), (60, 0), (60, 16), (38, 16), (38, 44), (22, 44), (22, 16), (0, 16)]))
ELL = Part("ell", Curve.polygon([(0, 0), (70, 0), (70, 14), (14, 14), (14, 52), (0, 52)]))
WEDGE = Part("wedge", Curve.polygon([(0, 0), (54, 0), (40, 30), (10, 34)]))
COLOURS = {"tee": "#2f6f5e", "ell": "#7d8ea3", "wedge": "#c79a3b"}
SHADES = 12


def panels() -> str:
    """A sheet made shorter, so that pieces overlap; the map of one piece; the pieces apart again."""
    demands = [Demand(TEE, 8), Demand(ELL, 8), Demand(WEDGE, 8)]
    problem = Problem(demands, [Stock("s", Curve.rectangle(WIDE, SIDE))], Rules(2.0, 4.0))
    construction = Construction(problem, STRATEGIES[0])
    construction.run(lambda: None)
    row = row_of(problem, construction.draft)
    assert row is not None
    ready = model(problem, sum(problem.shapes[k].area for k in row.kind), len(row.kind))
    worker = Worker(ready, row, 1)
    worker.work(3000, 0.1)
    lie, piece = worker.crowd, int(worker.crowd.overlap.sum(axis=1).argmax())
    overlapping = [*_pieces(problem, lie), _line(worker.length)]
    mapped = [*_map(worker, piece), *_pieces(problem, lie, but=piece), _line(worker.length)]
    lie.stance[:], lie.x[:], lie.y[:] = worker.best.stance, worker.best.x, worker.best.y
    apart = [*_pieces(problem, lie), _line(worker.best.length)]
    drawn = [
        f'<g transform="translate({k * APART} 0)"><rect width="{WIDE}" height="{SIDE}" fill="none" stroke="#333"/>'
        + "\n".join(parts)
        + "</g>"
        for k, parts in enumerate((overlapping, mapped, apart))
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 {-SIDE - 4} {2 * APART + WIDE + 8} {SIDE + 8}">'
    return "\n".join([head, '<g transform="scale(1 -1)">', *drawn, "</g>", "</svg>", ""])


def _pieces(problem: Problem, lie: Crowd, but: int = -1) -> Iterable[str]:
    for k in range(len(lie.x)):
        stance = problem.stances[lie.stance[k]]
        part = problem.shapes[stance.shape].part
        pose = Pose(float(lie.x[k]), float(lie.y[k]), stance.rotation, stance.mirror)
        path = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in part.outline.posed(pose).flattened(0.05)) + "Z"
        look = 'fill="none" stroke="#b5482a" stroke-width="2"' if k == but else f'fill="{COLOURS[part.id]}"'
        yield f'<path d="{path}" {look} opacity="0.6"/>'


def _map(worker: Worker, piece: int) -> Iterable[str]:
    """Weighted depths of a piece at the lattice's nodes, dark where it would overlap most, and its best nodes.

    Drawn where the middle of the piece would lie.
    """
    lattice, lie, ground = worker.model.lattice, worker.crowd, worker.ground
    stance, step = int(lie.stance[piece]), lattice.step
    x0, y0, x1, y1 = allowed(ground, 0, stance)
    u0, columns = penalties.nodes_between(x0, x1, step)
    v0, rows = penalties.nodes_between(y0, y1, step)
    penalties.add_to_map(lattice, lie, piece, stance, (u0, v0, columns, rows), worker.map)
    field = worker.map[: rows * (columns + LANES)].reshape(rows, -1)[:, :columns]
    shade = np.minimum(SHADES, np.ceil(SHADES * field / np.quantile(field, 0.95))).astype(int)
    box = ground.extent[stance]
    middle = (box[:2] + box[2:]) / 2.0
    for dark in range(1, SHADES + 1):
        corners = (np.argwhere(shade == dark)[:, ::-1] + (u0 - 0.5, v0 - 0.5)) * step + middle
        path = "".join(f"M{x:.1f} {y:.1f}h{step:.1f}v{step:.1f}h{-step:.1f}z" for x, y in corners)
        yield f'<path d="{path}" fill="#b5482a" opacity="{0.6 * dark / SHADES:.2f}"/>'
    best = penalties.new_starts(penalties.STARTS)
    penalties.minima_of_map(worker.map, lie.dice, (stance, u0, v0, columns, rows), step, best)
    for x, y in np.column_stack([best.x, best.y]) + middle:
        yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="4" fill="#123"/>'


def _line(x: float) -> str:
    return f'<path d="M{x:.2f} 0V{SIDE}" stroke="#b5482a" stroke-dasharray="6 4" fill="none"/>'


if __name__ == "__main__":
    (HERE / "search.svg").write_text(panels(), "utf-8")
