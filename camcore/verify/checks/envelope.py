"""Check: no move leaves the machine's travel."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.model import Checked


def envelope(case: Case) -> Checked:
    """E730 for moves beyond `work_area`, one for each axis; figure: the least distance left to its limits, mm."""
    area, track = case.machine.work_area, case.track
    boxes = arcs.boxes(track.rows)
    boxes[:, 0:2], boxes[:, 2:4] = _reached(case, boxes)
    low = np.column_stack([boxes[:, 0], boxes[:, 1], track.z1])
    high = np.column_stack([boxes[:, 2], boxes[:, 3], track.z1])
    limits = np.array([area.x, area.y, area.z])
    left = np.minimum(low - limits[:, 0], limits[:, 1] - high)
    found = [_beyond(case, left[:, axis], axis) for axis in range(3) if left[:, axis].min(initial=0.0) < -SAME_POINT]
    room = {f"room_{axis}": float(left[:, k].min()) for k, axis in enumerate("xyz")} if len(left) else {}
    return Checked("envelope", room, tuple(found))


def _beyond(case: Case, left: Floats, axis: int) -> Finding:
    """The worst move beyond an axis' travel, and how many there are."""
    row, name = int(left.argmin()), "XYZ"[axis]
    by, limits = -float(left[row]), list(getattr(case.machine.work_area, name.lower()))
    lines = np.unique(case.track.line[left < -SAME_POINT])
    message = f"{name} goes {by:.3f} mm beyond the machine's travel of {limits}, and leaves it in {len(lines)} blocks"
    where = {"line": int(lines[0]), "axis": name, "size": by}
    return Finding("E730", message, "move the nest, or take a larger machine", where=where)


def _reached(case: Case, boxes: Floats) -> tuple[Floats, Floats]:
    """Boxes without the starts of moves: where the first move starts from is not the program's doing."""
    track = case.track
    ends, straight = track.rows[:, 2:4], ~arcs.is_arc(track.rows)[:, None]
    return np.where(straight, ends, boxes[:, 0:2]), np.where(straight, ends, boxes[:, 2:4])
