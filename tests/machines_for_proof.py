"""Machines that the tests of the proof run on; independent of the shipped machine and dialect files."""

from __future__ import annotations

from typing import Any

from camcore.machine import Machine, Source
from camcore.machinetables import BeamSpec, Format, Heights, Rates, SpindleSpec, WorkArea

_RATES = Rates(
    rapid_xy=6000.0, rapid_z=1000.0, feed_max=5000.0, feed_z_max=800.0, acceleration_xy=500.0, acceleration_z=100.0
)
_MEASURED = {"*": Source(status="machine-proven", source="made up")}


def _machine(dialect: str, **more: Any) -> Machine:
    names = {"name": f"test-{dialect}", "title": f"Test {dialect}", "dialect": dialect}
    return Machine.model_construct(**names, rates=_RATES, sources=_MEASURED, format=Format(), **more)


def laser(dialect: str) -> Machine:
    """A laser of 1300 × 2600 mm whose power word runs to 1000."""
    beam = BeamSpec(watts=60.0, word_max=1000.0, mode="constant")
    return _machine(dialect, process="laser", work_area=WorkArea(x=(0.0, 1300.0), y=(0.0, 2600.0)), beam=beam)


def mill(dialect: str) -> Machine:
    """A mill of 1300 × 2600 mm, 5 mm clearance, 20 mm safe height."""
    area = WorkArea(x=(0.0, 1300.0), y=(0.0, 2600.0), z=(-30.0, 60.0))
    spindle, heights = SpindleSpec(rpm_min=5000.0, rpm_max=24000.0), Heights(clearance=5.0, safe=20.0)
    return _machine(dialect, process="mill", work_area=area, spindle=spindle, heights=heights)


GRBL_LASER = laser("grbl")
GRBL_MILL = mill("grbl")
LINUXCNC_LASER = laser("linuxcnc")
LINUXCNC_MILL = mill("linuxcnc")
