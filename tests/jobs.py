"""Small whole jobs for tests: a folder with drawings and a job.toml."""

from __future__ import annotations

from pathlib import Path

import ezdxf

JOB = """version = 1
name = "little"
units = "mm"
machine = "{machine}"
material = "{material}"
thickness = {thickness}

[[parts]]
drawing = "plate.dxf"
quantity = 3

[[sheets]]
size = [300, 200]

[nesting]
effort = 200
"""


def drawing(path: Path, units: int | None = 4, gap: float = 0.0, hole: float = 3.0) -> None:
    """A plate of 60 × 40 mm with rounded corners and one hole of radius `hole`; the outline stays open by `gap`."""
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = units or 0
    space = document.modelspace()
    b = 0.4142135623730951
    corners = [(5, 0, 0), (55, 0, b), (60, 5, 0), (60, 35, b), (55, 40, 0), (5, 40, b), (0, 35, 0), (0, 5, b)]
    if gap:
        space.add_lwpolyline([*corners, (5 - gap, 0, 0)], format="xyb")
    else:
        space.add_lwpolyline(corners, format="xyb", close=True)
    space.add_circle((20, 20), hole)
    document.saveas(path)


def job(
    folder: Path, machine: str = "generic-grbl-laser", material: str = "pet", thickness: float = 0.25, more: str = ""
) -> Path:
    """The little job in `folder`; `more` is added to the end of job.toml."""
    drawing(folder / "plate.dxf")
    path = folder / "job.toml"
    path.write_text(JOB.format(machine=machine, material=material, thickness=thickness) + more)
    return path
