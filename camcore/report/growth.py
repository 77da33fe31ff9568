"""How the nest grew: yield of the best nest over the work of the search, as a plot and in words."""

from __future__ import annotations

from collections.abc import Sequence

from camcore.nesting import measure
from camcore.report.figures import percent
from camcore.report.markup import Markup, tag
from camcore.report.model import JobRecord, State
from camcore.report.svg import number

WIDE, HIGH, PAD = 640.0, 150.0, 34.0
"""Size of the plot and the room for its words, px."""


def growth(job: JobRecord) -> Markup | None:
    """The plot; None where there is nothing to see: one state, or a nest that leaves pieces out."""
    points = yields(job)
    if len(points) < 2:
        return None
    words = (
        f"Yield to the crop line of the best whole nest, over the pieces that the search placed or moved: "
        f"{percent(points[0][1])} first, {percent(points[-1][1])} after {points[-1][0]:,} moves."
    )
    return tag("figure", _plot(points), tag("figcaption", words), class_="growth")


def yields(job: JobRecord) -> list[tuple[int, float]]:
    """Moves and yield to the crop line of each whole nest that was better than the one before.

    The parts are the same in all, so that the yield goes as one over the sheets used, the last as far as its crop line.
    """
    sheets = job.nest.sheets
    whole = [state for state in job.history if state.unplaced == 0 and state.sheets]
    if not sheets or job.nest.unplaced or len({sheet.stock.id for sheet in sheets}) > 1:
        return []
    length = sheets[-1].stock.outline.box.width
    final = measure.summary(job.nest)
    found: list[tuple[int, float]] = []
    for state in whole:
        share = final.yield_to_crop_line * _sheets(whole[-1], length) / _sheets(state, length)
        if not found or share > found[-1][1] + 1e-9:
            found.append((state.moves, share))
    return found


def _sheets(state: State, length: float) -> float:
    """Sheets used, the last as far as its crop line."""
    return state.sheets - 1 + state.used_length / length


def _plot(points: Sequence[tuple[int, float]]) -> Markup:
    """Steps from left to right, moves on a scale of square roots: most happens early."""
    most, low, high = max(1, points[-1][0]), points[0][1], points[-1][1]
    across = [PAD + (WIDE - 2 * PAD) * (moves / most) ** 0.5 for moves, _ in points]
    up = [HIGH - PAD / 2 - (HIGH - PAD) * (share - low) / max(high - low, 1e-9) for _, share in points]
    steps = f"M{number(across[0])} {number(up[0])}"
    steps += "".join(f"H{number(x)}V{number(y)}" for x, y in zip(across[1:], up[1:], strict=True))
    marks = [(percent(low), PAD - 6, up[0]), (percent(high), PAD - 6, up[-1])]
    return tag(
        "svg",
        tag("path", d=f"M{PAD} {number(HIGH - PAD / 2)}H{WIDE - PAD}", class_="axis"),
        tag("path", d=f"{steps}H{WIDE - PAD}", class_="curve"),
        [tag("text", text, x=number(x), y=number(y + 4), text_anchor="end") for text, x, y in marks],
        tag("text", "0 moves", x=PAD, y=HIGH, text_anchor="start"),
        tag("text", f"{most:,}", x=WIDE - PAD, y=HIGH, text_anchor="end"),
        viewBox=f"-30 -6 {WIDE + 30} {HIGH + 12}",
        role="img",
        aria_label="Yield over the work of the search",
    )
