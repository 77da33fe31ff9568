"""Draws all samples: ``python samples/draw.py [FOLDER]`` writes every DXF below FOLDER (default: beside this script).

The parts are of our own design, as an insulator shop meets them; the same script gives the same bytes each time.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

from pen import Pen, Vertex, box, filleted, slot

SCREW_6, SCREW_8, SCREW_10 = 0.1495, 0.177, 0.201
"""Free-fit clearance drills of #6, #8 and #10 screws, inch: #25, #16, #7."""


# -- terminal-board: paper phenolic XX, inch -----------------------------------------------------------------------


def terminal_board_12(pen: Pen) -> None:
    """Board of 12 terminals, two rows of #6 screws, eyelets between, one round and one slotted mounting hole."""
    pen.chain(box(7.0, 2.0, 0.125))
    pen.circle(0.3125, 1.0, SCREW_10)
    pen.centre(0.3125, 1.0, 0.2)
    pen.chain(slot(6.6875, 1.0, 0.375, SCREW_10))
    for index in range(12):
        x = 0.75 + 0.5 * index
        for y, label in ((0.6, 0.3), (1.4, 1.7)):
            pen.circle(x, y, SCREW_6)
            pen.figures(str(index + 1), x, label, 0.16)
        if index:
            pen.circle(x - 0.25, 1.0, 0.125)
            pen.line(x - 0.25, 0.2, x - 0.25, 0.75, "MARK")
            pen.line(x - 0.25, 1.25, x - 0.25, 1.8, "MARK")
    pen.dimension((0.0, 0.0), (7.0, 0.0), -0.4, "7.000")
    pen.dimension((0.75, 0.6), (1.25, 0.6), -1.4, ".500 TYP 11X")
    pen.dimension((7.0, 0.0), (7.0, 2.0), -0.4, "2.000")
    words = [
        "TERMINAL BOARD, 12 POSITION",
        "MATL: PHENOLIC XX .125 THK",
        "24X DIA .1495  11X DIA .125",
        "TOL .XXX +/-.005",
    ]
    pen.title(0.0, -1.2, 0.1, words)


def terminal_board_6(pen: Pen) -> None:
    """Board of 6 terminals with lead notches in both long edges; drawn as loose lines and arcs."""
    lower: list[tuple[float, float, float]] = [(0.0, 0.0, 0.125)]
    for index in range(6):
        x = 0.75 + 0.5 * index
        lower += [(x - 0.09375, 0, 0.03), (x - 0.09375, 0.2, 0.09), (x + 0.09375, 0.2, 0.09), (x + 0.09375, 0, 0.03)]
    lower.append((4.0, 0.0, 0.125))
    upper = [(4.0 - x, 1.75 - y, radius) for x, y, radius in lower]
    pen.loose(filleted(lower + upper))
    for index in range(6):
        for y in (0.45, 1.3):
            pen.circle(0.75 + 0.5 * index, y, SCREW_8)
        pen.figures(str(index + 1), 0.75 + 0.5 * index, 0.875, 0.2)
    for x in (0.25, 3.75):
        pen.circle(x, 0.875, SCREW_10)
        pen.centre(x, 0.875, 0.18)
    pen.dimension((0.0, 0.0), (4.0, 0.0), -0.4, "4.000")
    pen.title(0.0, -1.0, 0.1, ["TERMINAL BOARD, 6 POSITION", "MATL: PHENOLIC XX .125 THK"])


def fanning_strip(pen: Pen) -> None:
    """Strip with a row of round-ended wire slots open to its upper edge."""
    corners: list[tuple[float, float, float]] = [(0.0, 0.0, 0.125), (7.0, 0.0, 0.125), (7.0, 1.0, 0.125)]
    for index in reversed(range(12)):
        x = 0.75 + 0.5 * index
        corners += [(x + 0.1, 1.0, 0.05), (x + 0.1, 0.5, 0.0999), (x - 0.1, 0.5, 0.0999), (x - 0.1, 1.0, 0.05)]
        pen.figures(str(index + 1), x, 0.26, 0.16)
    pen.chain(filleted([*corners, (0.0, 1.0, 0.125)]))
    for x in (0.25, 6.75):
        pen.circle(x, 0.5, SCREW_8)
    pen.dimension((0.0, 0.0), (7.0, 0.0), -0.35, "7.000")
    pen.note("BREAK ALL EDGES", 0.0, -0.8, 0.1)


# -- fr4-kit: switchgear barriers and supports, mm -----------------------------------------------------------------


def phase_barrier(pen: Pen) -> None:
    """Barrier between phases with a bus-bar notch, two adjusting slots and its phase engraved."""
    notch = [(95.0, 0.0, 3.0), (95.0, 22.0, 4.0), (155.0, 22.0, 4.0), (155.0, 0.0, 3.0)]
    pen.chain(filleted([(0, 0, 3), *notch, (250, 0, 3), (250, 160, 20), (0, 160, 20)]))
    for x in (15.0, 235.0):
        pen.circle(x, 15.0, 5.5)
        pen.chain(slot(x, 125.0, 20.0, 5.5, upright=True))
    pen.figures("L1", 125.0, 80.0, 14.0)
    pen.dimension((0.0, 0.0), (250.0, 0.0), -16.0, "250")
    pen.dimension((250.0, 0.0), (250.0, 160.0), -16.0, "160")
    pen.note("GRAIN --->", 20.0, 60.0, 6.0)
    pen.title(0.0, -40.0, 5.0, ["PHASE BARRIER", "FR-4 1.57 MM, GRAIN ALONG 250", "ALL UNMARKED RADII 3"])


def c_frame(pen: Pen) -> None:
    """C-frame; the holes are references to one block."""
    hole = pen.block("HOLE_4_5")
    hole.circle(0.0, 0.0, 4.5)
    hole.centre(0.0, 0.0, 4.0)
    mouth = [(110.0, 22.0, 6.0), (26.0, 22.0, 4.0), (26.0, 58.0, 4.0), (110.0, 58.0, 6.0)]
    pen.chain(filleted([(0, 0, 6), (110, 0, 6), *mouth, (110, 80, 6), (0, 80, 6)]))
    for x, y in ((13, 13), (13, 67), (97, 11), (97, 69)):
        pen.insert("HOLE_4_5", x, y)
    pen.dimension((0.0, 0.0), (110.0, 0.0), -12.0, "110")
    pen.dimension((26.0, 22.0), (26.0, 58.0), -30.0, "36")


def busbar_comb(pen: Pen) -> None:
    """Comb that keeps seven bus bars apart."""
    corners: list[tuple[float, float, float]] = [(0, 0, 4), (260, 0, 4), (260, 60, 2)]
    for index in reversed(range(6)):
        left = 20.0 + 40.0 * index
        corners += [(left + 20, 60, 2), (left + 20, 22, 3), (left, 22, 3), (left, 60, 2)]
    pen.chain(filleted([*corners, (0, 60, 2)]))
    for x in (30.0, 130.0, 230.0):
        pen.chain(slot(x, 11.0, 12.0, 5.5))
    pen.dimension((0.0, 0.0), (260.0, 0.0), -12.0, "260")
    pen.dimension((20.0, 60.0), (40.0, 60.0), 12.0, "20 TYP")


def gusset(pen: Pen) -> None:
    """Gusset with an arc for its long edge and a relief at the corner; loose segments, one stops 0.02 short."""
    quarter = math.tan(math.pi / 8)
    outline: list[Vertex] = [(15, 0, 0), (90, 0, 0), (90, 12, -quarter), (12, 90, 0), (0, 90, 0), (0, 15, -quarter)]
    pen.loose(outline, gap=0.02)
    pen.circle(24.0, 24.0, 8.5)
    pen.circle(72.0, 7.0, 5.5)
    pen.circle(7.0, 72.0, 5.5)
    pen.dimension((15.0, 0.0), (90.0, 0.0), -10.0, "75")
    pen.note("R78", 50.0, 55.0, 5.0, "DIM")


def spacers(pen: Pen) -> None:
    """Three lengths of spacer bar in one drawing; the longest has an adjusting slot."""
    y = 0.0
    for length in (40.0, 60.0, 80.0):
        pen.chain(box(length, 18.0, 4.0, at=(0.0, y)))
        pen.circle(9.0, y + 9.0, 6.5)
        if length == 80.0:
            pen.chain(slot(length - 14.0, y + 9.0, 16.0, 6.5))
        else:
            pen.circle(length - 9.0, y + 9.0, 6.5)
        pen.dimension((0.0, y), (length, y), -6.0, f"{length:g}")
        y += 40.0


def support_ring(pen: Pen) -> None:
    """Ring with six bolt holes, a block turned about the centre, and its bolt circle as a centre line."""
    pen.circle(0.0, 0.0, 100.0)
    pen.circle(0.0, 0.0, 64.0)
    pen.circle(0.0, 0.0, 82.0, "CENTER")
    pen.block("BOLT").circle(41.0, 0.0, 5.5)
    for index in range(6):
        pen.insert("BOLT", 0.0, 0.0, rotation=60.0 * index)
    pen.note("6X 5.5 ON 82 BC", 55.0, 45.0, 4.0)


def hub_disc(pen: Pen) -> None:
    """Disc with a keyed bore; fits with room to spare into the ring."""
    pen.circle(0.0, 0.0, 44.0)
    half = math.sqrt(8.0**2 - 2.5**2)
    turn = 2 * math.pi - 2 * math.asin(2.5 / 8.0)
    key = [(2.5, half + 3.0, 0.0), (-2.5, half + 3.0, 0.0), (-2.5, half, math.tan(turn / 4)), (2.5, half, 0.0)]
    pen.chain(key_rounded(key, 1.75))
    pen.dimension((-22.0, 0.0), (22.0, 0.0), -30.0, "DIA 44")


def key_rounded(key: list[Vertex], radius: float) -> list[Vertex]:
    """Keyed bore with its two outer corners rounded so that a cutter can make them."""
    (x0, y0, _), (x1, y1, _), *bore = key
    bulge = math.tan(math.pi / 8)
    return [(x0, y0 - radius, bulge), (x0 - radius, y0, 0.0), (x1 + radius, y1, bulge), (x1, y1 - radius, 0.0), *bore]


# -- nomex-gaskets: aramid paper, mm -------------------------------------------------------------------------------


def bushing_gasket(pen: Pen) -> None:
    """Oval flange gasket: elliptic outline, round bore, two bolts and a circle of weep holes."""
    pen.ellipse(0.0, 0.0, (70.0, 0.0), 48.0 / 70.0)
    pen.circle(0.0, 0.0, 52.0)
    for x in (-55.0, 55.0):
        pen.circle(x, 0.0, 9.0)
    for index in range(24):
        angle = math.tau * (index + 0.5) / 24
        pen.circle(34.0 * math.cos(angle), 34.0 * math.sin(angle), 2.5)
    pen.dimension((-70.0, 0.0), (70.0, 0.0), -60.0, "140")
    pen.title(-70.0, -80.0, 4.0, ["BUSHING GASKET", "NOMEX 410 0.25 MM"])


def box_gasket(pen: Pen) -> None:
    """Terminal-box gasket with a flowing spline edge, an elliptic window and ten screw holes."""
    swell = [(math.tau * k / 24, 1.0 + 0.05 * math.cos(math.tau * k / 6)) for k in range(24)]
    pen.spline([(78 * r * math.cos(a), 57 * r * math.sin(a)) for a, r in swell], tangent=(0.0, 1.0))
    pen.ellipse(0.0, 0.0, (40.0, 0.0), 0.6)
    for index in range(10):
        angle = math.tau * index / 10
        pen.circle(62.0 * math.cos(angle), 42.0 * math.sin(angle), 4.2)


def duct_liner(pen: Pen) -> None:
    """Perforated duct liner with rounded notches and two score lines to fold along; the holes are blocks in blocks."""
    lower = [(0, 8, 1), (8, 8, 0.5), (8, 0, 1), (142, 0, 1), (142, 8, 0.5), (150, 8, 1)]
    pen.chain(filleted(lower + [(150 - x, 60 - y, r) for x, y, r in lower]))
    pen.line(8.0, 8.0, 142.0, 8.0, "MARK")
    pen.line(8.0, 52.0, 142.0, 52.0, "MARK")
    row = pen.block("ROW")
    pen.block("HOLE").circle(0.0, 0.0, 3.0)
    for column in range(13):
        row.insert("HOLE", 10.0 * column, 0.0)
    for y in (14.0, 22.0, 30.0, 38.0, 46.0):
        pen.insert("ROW", 15.0, y)
    pen.dimension((0.0, 8.0), (0.0, 52.0), 12.0, "44")


def slot_wedge(pen: Pen) -> None:
    """Slot-end insulator: straight sides, one end half an ellipse, loose entities."""
    pen.line(0.0, 0.0, 46.0, 0.0)
    pen.line(46.0, 24.0, 0.0, 24.0)
    pen.line(0.0, 24.0, 0.0, 0.0)
    pen.ellipse(46.0, 12.0, (0.0, 12.0), 0.75, math.pi)
    pen.circle(46.0, 12.0, 6.0)
    pen.line(12.0, 3.0, 12.0, 21.0, "MARK")


# -- pet-washers: polyester film, inch -----------------------------------------------------------------------------


def rings(pen: Pen) -> None:
    """Two large rings in one drawing; washers fit into their holes."""
    for x, outer, inner in ((0.0, 2.5, 1.75), (3.0, 2.0, 1.375)):
        pen.circle(x, 0.0, outer)
        pen.circle(x, 0.0, inner)
        pen.centre(x, 0.0, outer / 2 + 0.1)
    pen.title(-1.25, -1.5, 0.1, ["SHIELD RINGS", "PET FILM .014 THK"])


def washers(pen: Pen) -> None:
    """Shoulder washers for 1/2 in and 1/4 in studs."""
    for x, outer, inner in ((0.0, 1.25, 0.531), (1.5, 0.75, 0.281)):
        pen.circle(x, 0.0, outer)
        pen.circle(x, 0.0, inner)


def d_washer(pen: Pen) -> None:
    """Washer with a D-shaped hole that keeps it from turning."""
    pen.circle(0.0, 0.0, 1.0)
    angle = math.acos(0.19 / 0.25)
    x, y = 0.19, 0.25 * math.sin(angle)
    pen.chain([(x, y, math.tan((math.tau - 2 * angle) / 4)), (x, -y, 0.0)])


def lug_cover(pen: Pen) -> None:
    """Teardrop cover of a cable lug: two arcs with their common tangents, a bore and a relief slit; loose entities."""
    big, small, distance = 0.75, 0.3, 1.8
    lean = math.acos((big - small) / distance)
    c, s = math.cos(lean), math.sin(lean)
    outline = [
        (big * c, -big * s, 0.0),
        (distance + small * c, -small * s, math.tan(lean / 2)),
        (distance + small * c, small * s, 0.0),
        (big * c, big * s, math.tan((math.pi - lean) / 2)),
    ]
    pen.loose(outline)
    pen.circle(0.0, 0.0, 0.406)
    pen.chain(slot(1.1, 0.0, 0.8, 0.06))


# -- remnant: canvas phenolic CE on what is left of a sheet, mm ----------------------------------------------------


def remnant_0417(pen: Pen) -> None:
    """Remnant of a sheet: a sawn slant, a rounded step, one window already cut out and one delamination."""
    step = [(640, 210, 0), (430, 300, 0), (430, 430, 25), (300, 430, 25), (300, 520, 0)]
    pen.chain(filleted([(0, 0, 0), (640, 0, 0), *step, (0, 520, 0)]))
    pen.circle(210.0, 300.0, 46.0)
    pen.chain(box(90.0, 60.0, 8.0, at=(470.0, 40.0)))
    pen.note("DELAMINATION", 180.0, 330.0, 8.0)
    pen.note("LOT CE-0417 3.18 MM GRAIN X", 20.0, 540.0, 10.0)


def bracket_hand(pen: Pen) -> None:
    """Both hands of a bracket and its half-size brother: one block mirrored and scaled, with a block inside; R12."""
    holes = pen.block("PATTERN")
    for x, y in ((16.0, 16.0), (84.0, 16.0), (16.0, 56.0)):
        holes.circle(x, y, 8.0)
    bracket = pen.block("BRACKET")
    bracket.chain(filleted([(0, 0, 8), (110, 0, 14), (110, 32, 14), (48, 32, 10), (34, 72, 8), (0, 72, 8)]))
    bracket.insert("PATTERN", 0.0, 0.0)
    bracket.chain(slot(50.0, 16.0, 24.0, 9.0))
    pen.insert("BRACKET", 10.0, 0.0)
    pen.insert("BRACKET", -10.0, 0.0, scale=(-1, 1))
    pen.insert("BRACKET", 10.0, 90.0, scale=(0.5, 0.5))
    pen.note("BRACKET LH / RH / HALF SIZE, CE 3.18 MM", -100.0, -20.0, 6.0)


def stop_block(pen: Pen) -> None:
    """Stop block with one long slot; R12."""
    pen.chain(box(70.0, 40.0, 5.0))
    pen.chain(slot(35.0, 20.0, 44.0, 10.0))
    pen.figures("2", 10.0, 32.0, 6.0)


Drawing = tuple[str, str, Callable[[Pen], None]]
DRAWINGS: dict[str, Drawing] = {
    "terminal-board/terminal-board-12.dxf": ("in", "R2010", terminal_board_12),
    "terminal-board/terminal-board-6.dxf": ("in", "R2000", terminal_board_6),
    "terminal-board/fanning-strip.dxf": ("in", "R2013", fanning_strip),
    "fr4-kit/phase-barrier.dxf": ("mm", "R2010", phase_barrier),
    "fr4-kit/c-frame.dxf": ("mm", "R2010", c_frame),
    "fr4-kit/busbar-comb.dxf": ("mm", "R2018", busbar_comb),
    "fr4-kit/gusset.dxf": ("mm", "R2000", gusset),
    "fr4-kit/spacers.dxf": ("mm", "R2010", spacers),
    "fr4-kit/support-ring.dxf": ("mm", "R2010", support_ring),
    "fr4-kit/hub-disc.dxf": ("mm", "R2007", hub_disc),
    "nomex-gaskets/bushing-gasket.dxf": ("mm", "R2010", bushing_gasket),
    "nomex-gaskets/box-gasket.dxf": ("mm", "R2010", box_gasket),
    "nomex-gaskets/duct-liner.dxf": ("mm", "R2010", duct_liner),
    "nomex-gaskets/slot-wedge.dxf": ("mm", "R2004", slot_wedge),
    "pet-washers/rings.dxf": ("in", "R2010", rings),
    "pet-washers/washers.dxf": ("in", "R2010", washers),
    "pet-washers/d-washer.dxf": ("in", "R2010", d_washer),
    "pet-washers/lug-cover.dxf": ("in", "R2000", lug_cover),
    "remnant/remnant-0417.dxf": ("mm", "R2000", remnant_0417),
    "remnant/bracket-hand.dxf": ("mm", "R12", bracket_hand),
    "remnant/stop-block.dxf": ("mm", "R12", stop_block),
}


def draw(folder: Path) -> None:
    """Write every drawing below `folder`, making folders where needed."""
    for name, (unit, version, make) in DRAWINGS.items():
        pen = Pen(unit, version)
        make(pen)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pen.save(path)


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
