"""Parts that are one shape, however they lie."""

from __future__ import annotations

from collections.abc import Iterator

from camcore.dfm.model import Context, Look
from camcore.findings import Finding
from camcore.geometry.congruent import pose_of_copy

_TURNED = 0.01
"""Copies that are turned by less, degrees, lie as their first does."""


def same_shape(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """I808: a part that is congruent with an earlier one, turned or turned over."""
    kinds: dict[tuple[float, ...], list[Look]] = {}
    for part in context.others:
        kinds.setdefault(_measure(plain := Look.plain(part)), []).append(plain)
    for look in looks:
        here = kinds.setdefault(_measure(look), [])
        copies = ((other, pose_of_copy(other.curves, look.curves)) for other in here)
        other, pose = next((pair for pair in copies if pair[1]), (look, None))
        if pose is None:
            here.append(look)
            continue
        turned = min(pose.rotation % 360, -pose.rotation % 360) > _TURNED
        way = "turned over" if pose.mirror else "turned" if turned else "as it lies"
        x, y = look.part.box.centre
        yield look.finding(
            "I808",
            f"the same shape as {other.part.id}, {way}",
            "make them as one item, unless revision or face differs",
            x=x,
            y=y,
            mirror=pose.mirror,
        )


def _measure(look: Look) -> tuple[float, ...]:
    """What congruent parts share, rounded so that noise does not part them often."""
    return (len(look.curves), *(round(abs(curve.area), 1) for curve in look.curves[:1]), round(look.part.area, 1))
