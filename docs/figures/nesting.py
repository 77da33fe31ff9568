"""Draws the pictures of docs/nesting.md: python docs/figures/nesting.py."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.nesting import nest
from camcore.nesting.model import Demand, Nest, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.part import Part

HERE = Path(__file__).parent
FRAME = Part("frame", Curve.polygon([(0, 0), (90, 0), (90, 18), (18, 18), (18, 62), (90, 62), (90, 80), (0, 80)]))
BAR = Part("bar", Curve.polygon([(0, 0), (44, 0), (44, 12), (26, 12), (26, 30), (18, 30), (18, 12), (0, 12)]))
WASHER = Part("washer", Curve.circle(0, 0, 14), (Curve.circle(0, 0, 6).cw(),))


def region() -> str:
    """A frame, the no-fit region of a tee around it, and the tee at three positions that touch."""
    problem = Problem(
        [Demand(FRAME, 1, (0.0,)), Demand(BAR, 1, (0.0,))], [Stock("s", Curve.rectangle(400, 400))], Rules(3, 0)
    )
    frame, bar = problem.stances
    edges = problem.nofit.region(bar, frame)
    corners = edges[:, 0:2]
    inside = min((p for p in corners if 18 < p[0] < 60 and 18 < p[1] < 60), key=lambda p: (p[1], p[0]))
    places = [inside, max(corners, key=lambda p: (p[1], p[0])), min(corners, key=lambda p: (p[0], p[1]))]
    parts = [
        f'<path d="{_rings(edges)}" fill="#f6c9b8" stroke="#b5482a" fill-rule="evenodd"/>',
        f'<path d="{_path(FRAME.outline.vertices[:, :2])}" fill="#7d8ea3"/>',
        *(f'<path d="{_path(BAR.outline.vertices[:, :2] + p)}" fill="#2f6f5e" opacity="0.55"/>' for p in places),
        *(f'<circle cx="{p[0]:.2f}" cy="{p[1]:.2f}" r="1.8" fill="#123"/>' for p in places),
        *(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.8" fill="#b5482a"/>' for x, y in corners),
    ]
    return _svg(parts, (-62, -48, 210, 180))


def sheet() -> str:
    """A nested sheet with its crop line."""
    demands = [Demand(FRAME, 10), Demand(BAR, 24), Demand(WASHER, 30)]
    found = nest(demands, [Stock("600x300", Curve.rectangle(600, 300))], Rules(3.0, 6.0, 200_000))
    return _svg(list(_placed(found)), (-5, -5, 610, 310))


def _placed(found: Nest) -> Iterable[str]:
    colours = {"frame": "#7d8ea3", "bar": "#2f6f5e", "washer": "#c79a3b"}
    layout = found.sheets[0]
    yield '<rect width="600" height="300" fill="none" stroke="#333"/>'
    for placement in layout.placements:
        part = found.parts[placement.part]
        rings = [curve.posed(placement.pose).flattened(0.05) for curve in (part.outline, *part.holes)]
        path = "".join(_path(ring) for ring in rings)
        yield f'<path d="{path}" fill="{colours[part.id]}" fill-rule="evenodd"/>'
    x = layout.used_length
    yield f'<path d="M{x:.2f} 0V300" stroke="#b5482a" stroke-dasharray="6 4" fill="none"/>'


def _rings(edges: Floats) -> str:
    """Path of directed edges that follow each other around rings."""
    words = []
    for k, (x0, y0, x1, y1) in enumerate(edges.tolist()):
        start = k == 0 or edges[k - 1, 2:].tolist() != [x0, y0]
        words.append((f"M{x0:.3f} {y0:.3f}" if start else "") + f"L{x1:.3f} {y1:.3f}")
    return "".join(words)


def _path(points: Floats) -> str:
    return "M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in points) + "Z"


def _svg(parts: list[str], box: tuple[float, float, float, float]) -> str:
    x, y, width, height = box
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {-y - height} {width} {height}" stroke-width="0.7">'
    return "\n".join([head, '<g transform="scale(1 -1)">', *parts, "</g>", "</svg>", ""])


if __name__ == "__main__":
    (HERE / "nofit.svg").write_text(region(), "utf-8")
    (HERE / "nest.svg").write_text(sheet(), "utf-8")
