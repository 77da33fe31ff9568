"""Strip-packing instances in the JSON of jagua-rs, and sheet jobs, as demands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from camcore.geometry import Curve
from camcore.nesting.model import Demand, Stock
from camcore.part import Part


def read_strip(path: Path) -> tuple[str, float, list[Demand]]:
    """Name, strip height, and demands whose part ids are the items' ids; no orientations listed means any."""
    tree = json.loads(path.read_text("utf-8"))
    return tree["name"], float(tree["strip_height"]), [_item(item) for item in tree["items"]]


def read_sheets(path: Path) -> tuple[dict[str, Any], list[Demand], Stock]:
    """The whole tree, its demands, and its sheet."""
    tree = json.loads(path.read_text("utf-8"))
    demands = [
        Demand(
            _part(part["name"], part["exterior"], part["holes"]), int(part["qty"]), tuple(map(float, part["rotations"]))
        )
        for part in tree["parts"]
    ]
    width, height = tree["sheet"]
    return tree, demands, Stock(f"{width:g}x{height:g}", Curve.rectangle(width, height))


def _item(item: dict[str, Any]) -> Demand:
    shape = item["shape"]
    kind, data = shape["type"], shape["data"]
    if kind == "simple_polygon":
        outer, holes = data, []
    elif kind == "polygon":
        outer, holes = data["outer"], data["inner"]
    elif kind == "rectangle":
        x0, y0 = data["x_min"], data["y_min"]
        x1, y1 = x0 + data["width"], y0 + data["height"]
        outer, holes = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], []
    else:
        raise ValueError(f"shape type {kind!r} is not known")
    turns = item.get("allowed_orientations")
    return Demand(
        _part(str(item["id"]), outer, holes), int(item["demand"]), None if turns is None else tuple(map(float, turns))
    )


def _part(name: str, outer: list[Any], holes: list[Any]) -> Part:
    return Part(name, _curve(outer).ccw(), tuple(_curve(hole).cw() for hole in holes))


def _curve(points: list[Any]) -> Curve:
    """Closed curve through points, of which the last may repeat the first."""
    ring = [tuple(map(float, point)) for point in points]
    return Curve.polygon(ring[:-1] if ring[0] == ring[-1] else ring)
