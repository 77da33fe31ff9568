"""Check: no move leaves the machine's travel."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked


def envelope(case: Case) -> Checked:
    """E730 for a move beyond `work_area`; figure: the least distance left to its limits, mm."""
    area, track = case.machine.work_area, case.track
    boxes = arcs.boxes(track.rows)
    boxes[:, 0:2], boxes[:, 2:4] = _reached(case, boxes)
    low = np.column_stack([boxes[:, 0], boxes[:, 1], track.z1])
    high = np.column_stack([boxes[:, 2], boxes[:, 3], track.z1])
    limits = np.array([area.x, area.y, area.z])
    left = np.minimum(low - limits[:, 0], limits[:, 1] - high)
    found = []
    for row, axis in np.argwhere(left < -SAME_POINT):
        by, line = -float(left[row, axis]), int(track.line[row])
        where = {"line": line, "axis": "XYZ"[axis], "size": by}
        message = f"{'XYZ'[axis]} goes {by:.3f} mm beyond the machine's travel of {limits[axis].tolist()}"
        found.append(Finding("E730", message, "move the nest, or take a larger machine", where=where))
    room = {f"room_{axis}": float(left[:, k].min()) for k, axis in enumerate("xyz")} if len(left) else {}
    return Checked("envelope", room, few(found))


def _reached(case: Case, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Boxes without the starts of moves: where the first move starts from is not the program's doing."""
    track = case.track
    ends, straight = track.rows[:, 2:4], ~arcs.is_arc(track.rows)[:, None]
    return np.where(straight, ends, boxes[:, 0:2]), np.where(straight, ends, boxes[:, 2:4])
