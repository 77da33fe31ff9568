"""The picture of one sheet as PNG, for programs that show no SVG: stock, pieces, the cuts as the proof read them."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.moves import Arc, DrillHole, Line
from camcore.report.figures import Figures
from camcore.report.model import JobRecord, SheetRecord
from camcore.report.sheet import item_numbers, sheet_svg
from camcore.report.spots import label_spot
from camcore.verify.model import ReadMove

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

PIXELS = 1600
"""Pixels of the longer side."""
FINE = 2
"""It is drawn so many times larger, then reduced: edges come out smooth."""
RIM = 60.0
"""White around the sheet, px."""


def sheet_png(record: SheetRecord, job: JobRecord) -> bytes:
    """The picture as the content of a PNG file; the same record gives the same bytes."""
    from PIL import Image, ImageDraw, PngImagePlugin

    box = record.sheet.stock.outline.box
    scale = FINE * (PIXELS - 2 * RIM) / max(box.width, box.height)
    rim = FINE * RIM
    size = round(box.width * scale + 2 * rim), round(box.height * scale + 2 * rim)
    image = Image.new("RGB", size, "#ffffff")
    _Sheet(ImageDraw.Draw(image), record, job, scale).draw()
    file = io.BytesIO()
    small = image.resize((size[0] // FINE, size[1] // FINE), Image.Resampling.LANCZOS)
    notes = PngImagePlugin.PngInfo()
    if job.marking:
        notes.add_itxt("Export control", job.marking)
    small.save(file, "PNG", pnginfo=notes)
    return file.getvalue()


@cache
def _colours() -> dict[str, str]:
    """The colours of the pictures on a light page, by their names in sheet.css."""
    style = (resources.files("camcore.report") / "sheet.css").read_text("utf-8")
    light = style[style.index(":root") : style.index("}")]
    return dict(re.findall(r"--([\w-]+):\s*(#\w+)", light))


@cache
def _font(size: int) -> FreeTypeFont:
    import reportlab
    from PIL import ImageFont

    return ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"), size)


class _Sheet:
    """One sheet being drawn; `scale` in pixels a mm. The picture's y points down."""

    def __init__(self, pen: ImageDraw, record: SheetRecord, job: JobRecord, scale: float) -> None:
        self.pen, self.record, self.job, self.scale = pen, record, job, scale
        self.box, self.colours = record.sheet.stock.outline.box, _colours()

    def at(self, points: Floats) -> list[tuple[float, float]]:
        """Pixels of points (n, 2), mm."""
        rim = FINE * RIM
        x = rim + (points[:, 0] - self.box.x0) * self.scale
        y = rim + (self.box.y1 - points[:, 1]) * self.scale
        return list(zip(x.tolist(), y.tolist(), strict=True))

    def draw(self) -> None:
        """All of it, from the stock up."""
        stock = self.record.sheet.stock
        self._area(stock.outline.flattened(0.05), "stock", "stock-edge")
        for hole in stock.holes:
            self._area(hole.flattened(0.05), None, "stock-edge")
        self._pieces()
        if self.record.verdict is not None:
            self._cuts(self.record.verdict.moves)
        self._crop()
        self._labels()
        self._words()

    def _area(self, points: Floats, fill: str | None, edge: str) -> None:
        inside = self.colours[fill] if fill else "#ffffff"
        self.pen.polygon(self.at(points), fill=inside, outline=self.colours[edge], width=FINE)

    def _pieces(self) -> None:
        """The largest first, so that pieces in holes of others lie over them."""
        parts = self.job.nest.parts
        flat = {
            name: (parts[name].outline.flattened(0.05), [hole.flattened(0.05) for hole in parts[name].holes])
            for name in sorted({placement.part for placement in self.record.sheet.placements})
        }
        for placement in sorted(self.record.sheet.placements, key=lambda each: -abs(parts[each.part].outline.area)):
            outline, holes = flat[placement.part]
            self._area(placement.pose.points(outline), "face", "face-edge")
            for hole in holes:
                self._area(placement.pose.points(hole), "stock", "face-edge")

    def _cuts(self, moves: tuple[ReadMove, ...]) -> None:
        """What cuts, coloured by when."""
        laser = self.job.machine.process == "laser"
        lit = (read for read in moves if read.power > 0 or not laser)
        cutting = [(read, read.move) for read in lit if isinstance(read.move, Line | Arc)]
        ramp = [self.colours[name] for name in sorted(self.colours, key=_order) if re.fullmatch(r"k\d+", name)]
        for number, (read, move) in enumerate(cutting):
            colour = ramp[len(ramp) * number // len(cutting)]
            self.pen.line(self.at(_points(read, move)), fill=colour, width=FINE + 1)
        for read in moves:
            if isinstance(read.move, DrillHole):
                ((x, y),) = self.at(np.array([[read.move.x, read.move.y]]))
                self.pen.ellipse((x - FINE, y - FINE, x + FINE, y + FINE), fill=ramp[0])

    def _crop(self) -> None:
        used = self.record.sheet.used_length
        if self.box.x0 < used < self.box.x1:
            ends = np.array([[used, self.box.y0], [used, self.box.y1]])
            self.pen.line(self.at(ends), fill=self.colours["crop"], width=FINE)

    def _labels(self) -> None:
        numbers, parts = item_numbers(self.job.nest.parts), self.job.nest.parts
        spots = {name: label_spot(parts[name]) for name in {p.part for p in self.record.sheet.placements}}
        for placement in self.record.sheet.placements:
            spot, room = spots[placement.part]
            (place,) = self.at(placement.pose.points(spot))
            text = str(numbers[placement.part])
            size = min(18.0 * FINE, 1.4 * room * self.scale / max(1.0, 0.6 * len(text)))
            if size >= 5 * FINE:
                self.pen.text(place, text, font=_font(int(size)), fill=self.colours["label"], anchor="mm")

    def _words(self) -> None:
        """Marking above, sheet and size below."""
        figures, middle = Figures(self.job.units), FINE * RIM + self.scale * self.box.width / 2
        told = f"{self.record.sheet.id}  {figures.size(self.box.width, self.box.height)}"
        low = FINE * RIM * 1.5 + self.scale * self.box.height
        self._line(told, (middle, low), "muted")
        self._line(" ".join(self.job.marking.split()), (middle, FINE * RIM / 2), "ink")

    def _line(self, text: str, place: tuple[float, float], colour: str) -> None:
        room = self.scale * self.box.width + FINE * RIM
        size = max(FINE * 5, min(FINE * 20, int(1.6 * room / max(1, len(text)))))
        self.pen.text(place, text, font=_font(size), fill=self.colours[colour], anchor="mm")


def _order(name: str) -> int:
    return int(name[1:]) if name[1:].isdecimal() else -1


def _points(read: ReadMove, move: Line | Arc) -> Floats:
    """Points along a line or arc, mm, arcs within about 0.05 mm."""
    if isinstance(move, Line):
        return np.array([[read.x0, read.y0], [move.x, move.y]])
    start = math.atan2(read.y0 - move.cy, read.x0 - move.cx)
    end = math.atan2(move.y - move.cy, move.x - move.cx)
    sense = -1.0 if move.clockwise else 1.0
    turn = (sense * (end - start)) % math.tau or math.tau
    radius = math.hypot(read.x0 - move.cx, read.y0 - move.cy)
    steps = max(2, math.ceil(turn * math.sqrt(max(radius, 0.05) / 0.4)))
    angles = start + sense * np.linspace(0.0, turn, steps + 1)
    return np.column_stack([move.cx + radius * np.cos(angles), move.cy + radius * np.sin(angles)])


def pictures(job: JobRecord) -> Iterator[tuple[str, str | bytes]]:
    """Name and content of an SVG and a PNG of each sheet."""
    for number, record in enumerate(job.sheets, 1):
        yield f"sheet-{number:02d}.svg", sheet_svg(record, job)
        yield f"sheet-{number:02d}.png", sheet_png(record, job)
