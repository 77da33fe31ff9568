"""The state a control carries from block to block."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter


@dataclass(slots=True)
class Modal:
    """Modal state; one of the few mutable types. Lengths mm, feed mm/min; None is what the text has not yet said.

    old_z: height before the current run of drilling cycles. sticky: a cycle's words that hold until it is cancelled.
    gate, level: LinuxCNC's synchronised output bit 0 and value 0, once used; waiting: such changes that start with
    the next motion. air: what of air and coolant is on. firing: whether the block in hand cuts, where the beam's power
    stands in it. stopped: the program paused (M0) and has not moved since. blend: how far the control may leave the
    path, mm.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    unit: float | None = None
    absolute: bool | None = None
    centre_absolute: bool = False
    motion: str | None = None
    feed: float | None = None
    spindle: str = "M5"
    s: float = 0.0
    chosen: int = 0
    tool: int = 0
    length: int | None = None
    air: frozenset[str] = frozenset()
    firing: bool = False
    retract: str | None = None
    offset: str | None = None
    old_z: float = 0.0
    sticky: dict[str, float] = field(default_factory=dict)
    gate: bool | None = None
    level: float | None = None
    waiting: dict[str, bool | float] = field(default_factory=dict)
    stopped: bool = False
    blend: float = 0.0
    ended: bool = False

    def copy(self) -> Modal:
        """A state of its own with the same values."""
        other = Modal(*_ALL(self))
        other.sticky, other.waiting = dict(self.sticky), dict(self.waiting)
        return other


_ALL = attrgetter(*(field.name for field in fields(Modal)))
