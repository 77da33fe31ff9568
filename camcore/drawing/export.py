"""Curves as a DXF drawing, for programs of others: lasers whose control takes no G-code, and any other CAM."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import ezdxf
from ezdxf import units

from camcore.geometry import Curve

VERSION = "R2000"
"""AC1015: the oldest one with LWPOLYLINE and units, which every program of the last twenty years reads."""

MARKING_LAYER = "EXPORT_CONTROL"
MOST_WORDS = 255
"""Letters that a string of extended data may have (AutoCAD DXF Reference, extended data, group 1000)."""


def dxf(shapes: Iterable[tuple[str, Curve]], layers: Mapping[str, int], marking: str = "") -> str:
    """The text of a DXF drawing in mm: full circles as CIRCLE, all else as LWPOLYLINE with arcs as bulges.

    shapes: layer and curve of each; layers: AutoCAD colour index of every layer. The same shapes give the same text.
    marking: stands in a comment at the head (group 999) and describes the empty layer `MARKING_LAYER`, which outlives
    the comment when others save the drawing; it is no entity, so that nobody cuts it
    """
    options = ezdxf.options  # type: ignore[attr-defined]
    fixed, options.write_fixed_meta_data_for_testing = options.write_fixed_meta_data_for_testing, True
    try:
        document = ezdxf.new(VERSION, units=units.MM)  # type: ignore[attr-defined]
        for name, colour in layers.items():
            document.layers.add(name, color=colour)
        if marking:
            document.layers.add(MARKING_LAYER).description = " ".join(marking.split())[:MOST_WORDS]
        space = document.modelspace()
        for layer, curve in shapes:
            circle = curve.as_circle() if curve.closed else None
            if circle:
                space.add_circle(circle[:2], circle[2], dxfattribs={"layer": layer})
            else:
                vertices = [(x, y, bulge) for x, y, bulge in curve.vertices.tolist()]
                space.add_lwpolyline(vertices, "xyb", close=curve.closed, dxfattribs={"layer": layer})
        text = io.StringIO()
        document.write(text)
        return "".join(f"999\n{line}\n" for line in marking.splitlines()) + text.getvalue()
    finally:
        options.write_fixed_meta_data_for_testing = fixed
