"""Where an entity's own coordinates lie on the sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from ezdxf.math import OCS

from camcore.geometry.arrays import Floats, Points

if TYPE_CHECKING:
    from ezdxf.entities.dxfentity import DXFEntity

_CONFORMAL = 1e-9
"""Scales in x and y that differ by less, relatively, keep circles round."""
_UPRIGHT = 1e-6
"""A plane whose area on the sheet is a smaller share of its own stands upright."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Affine map (4, 4) from an entity's own coordinates to the sheet, mm; what is left of z is dropped and told.

    keeps_circles: a circle stays a circle; mirrors: left becomes right; tilted: z changes along the plane
    """

    matrix: Floats
    keeps_circles: bool = field(init=False)
    mirrors: bool = field(init=False)
    tilted: bool = field(init=False)
    _rows: list[list[float]] = field(init=False)

    def __post_init__(self) -> None:
        (a, b), (c, d) = self.matrix[:2, :2].tolist()
        size, turned = abs(a * d - b * c), a * d - b * c < 0
        off = max(abs(a * a + c * c - size), abs(b * b + d * d - size), abs(a * b + c * d))
        z = max(abs(self.matrix[2, 0]), abs(self.matrix[2, 1]))
        object.__setattr__(self, "keeps_circles", bool(off <= _CONFORMAL * size))
        object.__setattr__(self, "mirrors", turned)
        object.__setattr__(self, "_rows", self.matrix.tolist())
        object.__setattr__(self, "tilted", bool(z > _CONFORMAL * max(abs(a), abs(b), abs(c), abs(d))))

    @staticmethod
    def scaled(factor: float) -> Plane:
        """World coordinates of a drawing with `factor` mm a unit."""
        return Plane(np.diag([factor, factor, factor, 1.0]))

    @property
    def scale(self) -> float:
        """mm for one unit, in the mean of x and y."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:2, :2]))))

    def within(self, matrix: Floats) -> Plane:
        """The plane of what lies in this one by `matrix` (4, 4)."""
        with np.errstate(all="ignore"):  # absurd scales come out as entities that make no sense
            return Plane(self.matrix @ matrix)

    def of(self, entity: DXFEntity) -> Plane:
        """The plane of an entity that lives in object coordinates. Raises ValueError when it stands upright."""
        if tuple(entity.dxf.get("extrusion", (0.0, 0.0, 1.0))) == (0.0, 0.0, 1.0):
            return self
        own = self.within(ocs_matrix(entity))
        size = np.abs(own.matrix[:3, :3]).max()
        if not abs(np.linalg.det(own.matrix[:2, :2])) > _UPRIGHT * size**2:
            raise ValueError("it stands upright on the sheet")
        return own

    def carried(self, points: Points) -> Floats:
        """Points (n, 3), mm, of points (n, 3)."""
        table = np.asarray(points, dtype=np.float64).reshape(-1, 3)
        return np.asarray(table @ self.matrix[:3, :3].T + self.matrix[:3, 3])

    def point(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """The point carried, mm: as `carried`, and much faster for one."""
        a, b, c, _ = self._rows
        return (
            a[0] * x + a[1] * y + a[2] * z + a[3],
            b[0] * x + b[1] * y + b[2] * z + b[3],
            c[0] * x + c[1] * y + c[2] * z + c[3],
        )

    def vector(self, direction: Points) -> tuple[float, float]:
        """Direction (3,) on the sheet."""
        x, y = self.matrix[:2, :3] @ np.asarray(direction, dtype=np.float64)
        return float(x), float(y)


def ocs_matrix(entity: DXFEntity) -> Floats:
    """Matrix (4, 4) from the entity's object coordinates to world coordinates.

    The DXF Reference's arbitrary axis algorithm. Raises ValueError for an extrusion without direction.
    """
    ocs = OCS(entity.dxf.get("extrusion", (0.0, 0.0, 1.0)))
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([tuple(ocs.ux), tuple(ocs.uy), tuple(ocs.uz)])
    if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 0.5:
        raise ValueError("its extrusion has no direction")
    return matrix
