"""A picture that stands for itself: where millimetres come to lie on it, with lines of words below."""

from __future__ import annotations

from importlib import resources

from camcore.geometry import Box
from camcore.report.markup import Markup, tag
from camcore.report.svg import number

WIDTH, HEIGHT = 960.0, 560.0
"""Room for what is drawn, px."""
PAD = 40.0
"""Room around it, px."""
LINE = 19.0
"""Height of a line of words, px."""


class Frame:
    """Where a box of millimetres comes to lie in the picture, as large as it can be; its y points up."""

    def __init__(self, box: Box) -> None:
        self.scale = min(WIDTH / max(box.width, 1e-9), HEIGHT / max(box.height, 1e-9))
        self.bottom = box.height * self.scale + 2 * PAD
        self._x0 = PAD + (WIDTH - box.width * self.scale) / 2 - box.x0 * self.scale
        self._y0 = PAD + box.y1 * self.scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point in mm."""
        return self._x0 + self.scale * x, self._y0 - self.scale * y

    @property
    def transform(self) -> str:
        """The same for a group that holds geometry."""
        scale = f"{self.scale:.6g}"
        return f"matrix({scale} 0 0 -{scale} {number(self._x0)} {number(self._y0)})"


def picture(name: str, label: str, height: float, *drawn: Markup) -> str:
    """The text of an SVG file, `height` px high, in the style of that name."""
    style = (resources.files("camcore.report") / f"{name}.css").read_text("utf-8")
    whole = tag(
        "svg",
        tag("style", Markup(style)),
        tag("rect", class_="paper", width=number(WIDTH + 2 * PAD), height=number(height)),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(WIDTH + 2 * PAD)} {number(height)}",
        class_=name,
        role="img",
        aria_label=label,
    )
    return f"{whole}\n"
