"""The picture of a sheet on paper: stock, pieces with their item numbers, tabs, clamps, work zero and sizes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject
from reportlab.platypus import Flowable

from camcore.formats.common import curve
from camcore.geometry import Curve, Pose, arcs
from camcore.geometry.box import Box
from camcore.papers.documents import Documents, Laid
from camcore.papers.pdf import BOLD, INK, MUTED, REGULAR
from camcore.part import Part
from camcore.report.figures import Figures
from camcore.report.spots import label_spot

STOCK, FACE, EDGE = HexColor("#f6f5f1"), HexColor("#e2e7eb"), HexColor("#5d6973")
TAB, CLAMP, CROP, ZERO = HexColor("#b0487f"), HexColor("#d55e00"), HexColor("#b3261e"), HexColor("#0f5c8c")
RIM = 9 * mm
"""White around the sheet for sizes and axes, points."""


class SheetPicture(Flowable):  # type: ignore[misc]
    """One layout, as large as `width` and `height` (points) allow."""

    def __init__(self, documents: Documents, laid: Laid, width: float, height: float) -> None:
        super().__init__()
        self.documents, self.laid = documents, laid
        self.outline = curve(laid.layout.outline)
        box = self.outline.box
        self.scale = min((width - 2 * RIM) / box.width, (height - 2 * RIM) / box.height)
        self.size = width, box.height * self.scale + 2 * RIM

    def wrap(self, *_room: float) -> tuple[float, float]:
        """Width and height, points."""
        return self.size

    def draw(self) -> None:
        """Draw it; inside, one unit is one mm of the sheet."""
        canvas, box = self.canv, self.outline.box
        canvas.saveState()
        canvas.translate(self.size[0] / 2 - self.scale * box.centre[0], RIM - self.scale * box.y0)
        canvas.scale(self.scale, self.scale)
        self._stock(canvas)
        self._pieces(canvas)
        self._marks(canvas)
        _axes(canvas, box, Figures(self.documents.papers.units), self.scale)
        canvas.restoreState()

    def _stock(self, canvas: Canvas) -> None:
        holes = [curve(hole) for hole in self.laid.layout.holes]
        self._pen(canvas, EDGE, 0.8, STOCK)
        _fill(canvas, [self.outline, *holes])
        self._pen(canvas, CROP, 0.7)
        used, box = self.laid.layout.used_length, self.outline.box
        if box.x0 < used < box.x1:
            canvas.setDash([5 / self.scale, 2.5 / self.scale])
            canvas.line(used, box.y0, used, box.y1)
            canvas.setDash()

    def _pieces(self, canvas: Canvas) -> None:
        """Each part is drawn once, as a form, and used for every piece."""
        parts = {part.id: part for part in self.documents.nest.parts}
        used, forms = self.laid.counts, {}
        for number, name in enumerate(used):
            model = parts[name]
            shape = Part(name, curve(model.outline).ccw(), tuple(curve(hole).cw() for hole in model.holes))
            forms[name] = f"part{number}", label_spot(shape)
            canvas.beginForm(forms[name][0], *_square(shape.box))
            self._pen(canvas, EDGE, 0.45, FACE)
            _fill(canvas, [shape.outline, *shape.holes])
            canvas.endForm()
        items, largest = self.documents.items, 8.5 / self.scale
        for placement in self.laid.layout.placements:
            pose = Pose(placement.x, placement.y, placement.rotation, placement.mirror)
            form, (spot, room) = forms[placement.part]
            (a, c), (b, d) = pose.matrix.tolist()
            canvas.saveState()
            canvas.transform(a, b, c, d, pose.x, pose.y)
            canvas.doForm(form)
            canvas.restoreState()
            ((x, y),) = pose.points(spot).tolist()
            self._label(canvas, str(items[placement.part].item), (x, y), min(largest, 1.5 * room))

    def _label(self, canvas: Canvas, text: str, at: tuple[float, float], size: float) -> None:
        size /= max(1.0, 0.55 * len(text))
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, size)
        canvas.drawCentredString(at[0], at[1] - 0.36 * size, text)

    def _marks(self, canvas: Canvas) -> None:
        """Tabs as dots, clamps and other zones as outlines with their names."""
        self._pen(canvas, TAB, 0.3, TAB)
        for tab in (tab for cut in (self.laid.cut.cuts if self.laid.cut else ()) for tab in cut.tabs):
            canvas.circle(tab[0], tab[1], max(tab[2] / 2, 0.9 / self.scale), stroke=0, fill=1)
        for zone in self.laid.paper.zones:
            outline = curve(zone.outline)
            self._pen(canvas, CLAMP, 0.9)
            _fill(canvas, [outline], fill=0)
            self._label(canvas, zone.name, outline.box.centre, 7 / self.scale)

    def _pen(self, canvas: Canvas, stroke: Color, width: float, fill: Color | None = None) -> None:
        canvas.setStrokeColor(stroke)
        canvas.setLineWidth(width / self.scale)
        if fill is not None:
            canvas.setFillColor(fill)


def _square(box: Box) -> tuple[float, float, float, float]:
    """What a form may draw in: the part with its line."""
    grown = box.grown(1.0 + 0.01 * max(box.width, box.height))
    return grown.x0, grown.y0, grown.x1, grown.y1


def _axes(canvas: Canvas, box: Box, figures: Figures, scale: float) -> None:
    """Sizes along two edges, and the work zero with its axes."""
    one = mm / scale
    canvas.setFillColor(MUTED)
    canvas.setFont(REGULAR, 7 / scale)
    canvas.drawCentredString(box.centre[0], box.y1 + 2 * one, f"X {figures.length(box.width)}")
    canvas.saveState()
    canvas.translate(box.x1 + 4 * one, box.centre[1])
    canvas.rotate(90)
    canvas.drawCentredString(0, 0, f"Y {figures.length(box.height)}")
    canvas.restoreState()
    canvas.setStrokeColor(ZERO)
    canvas.setFillColor(ZERO)
    canvas.setLineWidth(1.1 / scale)
    reach = 7 * one
    for dx, dy in ((1.0, 0.0), (0.0, 1.0)):
        canvas.line(0, 0, dx * reach, dy * reach)
        head = canvas.beginPath()
        head.moveTo((dx * (reach + 2 * one)), dy * (reach + 2 * one))
        head.lineTo(dx * reach + dy * 0.8 * one, dy * reach + dx * 0.8 * one)
        head.lineTo(dx * reach - dy * 0.8 * one, dy * reach - dx * 0.8 * one)
        head.close()
        canvas.drawPath(head, stroke=0, fill=1)
    canvas.circle(0, 0, 1.1 * one, stroke=1, fill=0)
    canvas.setFont(BOLD, 7 / scale)
    canvas.drawString(2 * one, -5 * one, "X0 Y0")


def _fill(canvas: Canvas, curves: Iterable[Curve], fill: int = 1) -> None:
    path = canvas.beginPath()
    for each in curves:
        trace(path, each)
    canvas.drawPath(path, stroke=1, fill=fill, fillMode=0)


def trace(path: PDFPathObject, line: Curve) -> None:
    """Add a curve to a path of reportlab, arcs as such."""
    rows = line.segments
    bent = arcs.is_arc(rows).tolist()
    form = arcs.centre_form(rows)
    path.moveTo(*line.start)
    centres = zip(form.cx.tolist(), form.cy.tolist(), form.radius.tolist(), strict=True)
    turns = zip(form.start.tolist(), form.sweep.tolist(), strict=True)
    for row, arc, (cx, cy, radius), (start, sweep) in zip(rows.tolist(), bent, centres, turns, strict=True):
        if arc:
            box = (cx - radius, cy - radius, cx + radius, cy + radius)
            path.arcTo(*box, startAng=math.degrees(start), extent=math.degrees(sweep))
        else:
            path.lineTo(row[2], row[3])
    if line.closed:
        path.close()
