"""Every rule of the review: what must trigger it, and a near miss that must not."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from curves import obround, rounded

from camcore import dfm
from camcore.dfm import RULES, edges
from camcore.dfm.model import Look
from camcore.drawing import Text
from camcore.findings import Finding
from camcore.geometry import Curve, Pose
from camcore.jobtables import WorkEntry
from camcore.part import Drill, Part, Pocket

POSES = [Pose(100, -50, 0.0), Pose(0, 0, 37.0), Pose(5, 5, 90.0, True)]


@dataclass(frozen=True)
class Case:
    """Parts and how they are to be made; keys of `more` go into the context."""

    parts: tuple[Part, ...]
    material: str = "fr4"
    thickness: float = 1.57
    process: Any = "mill"
    tool: float | None = None
    words: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)

    def found(self) -> list[Finding]:
        context = dfm.context(self.material, self.thickness, self.process, self.tool)
        texts = tuple(Text(words, 1.0, 2.0, "NOTES") for words in self.words)
        return list(dfm.review(self.parts, replace(context, texts=texts, **self.more)))

    def codes(self) -> set[str]:
        return {finding.code for finding in self.found()}


def made(outline: Curve, *holes: Curve, drills: tuple[Drill, ...] = (), **keys: Any) -> Case:
    return Case((Part("plate", outline.ccw(), tuple(hole.cw() for hole in holes), drills=drills),), **keys)


def plate(*holes: Curve, **keys: Any) -> Case:
    return made(Curve.rectangle(120, 80), *holes, **keys)


def hole(diameter: float, x: float = 30.0, y: float = 30.0) -> Curve:
    return Curve.circle(x, y, diameter / 2)


def said(*words: str, **keys: Any) -> Case:
    return plate(words=words, **keys)


def film(outline: Curve, *holes: Curve, **keys: Any) -> Case:
    return made(outline, *holes, **{"material": "pet", "thickness": 0.25, "process": "laser"} | keys)


def finger(length: float, root: float, tip: float) -> Curve:
    a, b = root / 2, tip / 2
    return Curve.polygon([(-40, -40), (40, -40), (40, 0), (a, 0), (b, length), (-b, length), (-a, 0), (-40, 0)])


def bay(radius: float) -> Curve:
    """A plate with a wide bay whose inner corners have this radius."""
    if radius == 0:
        points = [(0, 0), (120, 0), (120, 80), (90, 80), (90, 40), (30, 40), (30, 80), (0, 80)]
        return Curve.polygon(points)
    r, quarter = radius, -0.41421356237
    rows = [[0, 0, 0], [120, 0, 0], [120, 80, 0], [90, 80, 0], [90, 40 + r, quarter], [90 - r, 40, 0]]
    return Curve([*rows, [30 + r, 40, quarter], [30, 40 + r, 0], [30, 80, 0], [0, 80, 0]])


def slotted(width: float) -> Curve:
    """A plate with a slot of round end open to its edge."""
    a = width / 2
    rows = [[0, 0, 0], [120, 0, 0], [120, 80, 0], [60 + a, 80, 0], [60 + a, 40, -1], [60 - a, 40, 0], [60 - a, 80, 0]]
    return Curve([*rows, [0, 80, 0]])


def wedge(degrees: float) -> Curve:
    x, y = 80 * math.cos(math.radians(degrees / 2)), 80 * math.sin(math.radians(degrees / 2))
    return Curve.polygon([(0, 0), (x, -y), (x, y)])


def hand(pose: Pose, hole_x: float = 15.0) -> Part:
    outline = Curve.polygon([(0, 0), (90, 0), (90, 30), (40, 30), (40, 70), (0, 70)]).posed(pose)
    return Part("hand", outline.ccw(), (hole(8, hole_x, 15).posed(pose).cw(),))


def zigzag(step: float) -> Curve:
    """A disc whose rim is a polygon with edges of about this length."""
    count = round(2 * math.pi * 30 / step)
    angles = [k * 2 * math.pi / count for k in range(count)]
    return Curve.polygon([(30 * math.cos(angle), 30 * math.sin(angle)) for angle in angles])


def grid(count: int) -> list[Curve]:
    return [hole(1.0, 3.0 * (k % 25) + 5, 3.0 * (k // 25) + 5) for k in range(count)]


def pocketed(depth: float, radius: float = 5.0, **keys: Any) -> Case:
    case = plate(**keys)
    pocket = Pocket(Curve.circle(40, 40, radius), (), depth)
    return replace(case, parts=(replace(case.parts[0], pockets=(pocket,)),))


NOMEX: dict[str, Any] = {"material": "nomex", "thickness": 0.254}

SAMPLES: dict[str, tuple[Case, Case]] = {
    "E801": (made(Curve.rectangle(2500, 100)), made(Curve.rectangle(2400, 1180))),
    "W803": (made(Curve.rectangle(30, 6)), made(Curve.rectangle(30, 6.4))),
    "W804": (made(Curve.rectangle(420, 20)), made(Curve.rectangle(399, 20))),
    "W805": (plate(thickness=1.8), plate(thickness=1.6)),
    "W806": (plate(), said("GRAIN DIRECTION →")),
    "I807": (
        made(Curve.polygon([(0, 0), (90, 0), (90, 20), (20, 20), (20, 90), (0, 90)])),
        made(Curve.polygon([(0, 0), (90, 0), (90, 40), (40, 40), (40, 90), (0, 90)])),
    ),
    "I808": (
        Case((hand(Pose()), hand(Pose(200, 10, 33.0, True)))),
        Case((hand(Pose()), hand(Pose(200, 10, 33.0, True), 16.0))),
    ),
    "E810": (made(bay(1.0), tool=3.175), made(bay(1.45), tool=3.175)),
    "W811": (made(bay(0.0), tool=3.175), made(bay(1.6), tool=3.175)),
    "E812": (made(slotted(3.0)), made(slotted(3.2))),
    "W813": (plate(hole(2.0), thickness=6.0, material="g10"), plate(hole(3.0), thickness=6.0, material="g10")),
    "W814": (plate(hole(0.9), thickness=6.0, material="g10"), plate(hole(1.05), thickness=6.0, material="g10")),
    "I815": (plate(hole(6.57)), plate(hole(6.6))),
    "W816": (plate(hole(8, 30), hole(8, 39.5)), plate(hole(8, 30), hole(8, 39.6))),
    "E817": (plate(hole(8, 30), hole(8, 38.3)), plate(hole(8, 30), hole(8, 38.5))),
    "W818": (made(wedge(28)), made(wedge(31))),
    "W819": (made(finger(62, 6, 6)), made(finger(58, 6, 6))),
    "E820": (plate(hole(0.45)), plate(hole(0.52))),
    "E821": (film(Curve.rectangle(120, 80), material="pvc", thickness=1.0), plate(material="pvc", thickness=1.0)),
    "W822": (plate(process="laser"), plate()),
    "I823": (film(Curve.rectangle(120, 80), **NOMEX), film(Curve.rectangle(120, 80))),
    "W824": (film(Curve.rectangle(120, 80), *grid(500)), film(Curve.rectangle(120, 80), *grid(499))),
    "I825": (made(Curve.rectangle(50, 50)), made(Curve.rectangle(51, 51))),
    "W826": (made(zigzag(2.0)), made(zigzag(4.0))),
    "E827": (pocketed(1.57), pocketed(1.0)),
    "W828": (pocketed(1.1), pocketed(1.05)),
    "E835": (
        said("P/N 4711", "REVIEWED BY: KS", more={"fai": True}),
        said("PART NO. 4711", "REV. B", more={"fai": True}),
    ),
    "W830": (said("HOLES ±.002 in"), said("HOLES ±.005 in", "ANGLES ±0.5°")),
    "W831": (said("1.57 ±0.05 THK"), said("1.57 ±0.2 THK")),
    "W832": (
        film(Curve.rectangle(220, 40), hole(5, 10, 20), hole(5, 170, 20), **NOMEX, words=("±.2",)),
        film(Curve.rectangle(220, 40), hole(5, 10, 20), hole(5, 160, 20), **NOMEX, words=("±.2",)),
    ),
    "W833": (said("4X TAP M4x0.7"), said("TAPE SIDE UP, THREE HOLES, BENDIX P/N 4711")),
    "W834": (said("EXPORT CONTROL: ITAR"), said("EXPORT CONTROL: ITAR", more={"export": True})),
}
"""Of each code a sample that must trigger it, and one just this side that must not."""

ALSO_TRIGGER: list[tuple[str, Case]] = [
    ("E801", made(Curve.rectangle(1200, 1200), material="phenolic-xx")),
    ("W803", film(Curve.circle(0, 0, 1.4))),
    ("W806", plate(material="phenolic-ce", thickness=3.175)),
    ("W811", plate(Curve.rectangle(30, 20, 40, 30))),
    ("E812", plate(Curve.rectangle(30, 2, 40, 30))),
    ("E812", plate(Curve.polygon([(40, 40), (43, 40), (41.5, 42.6)]))),
    ("E812", film(Curve.rectangle(40, 40), hole(0.15))),
    ("E812", film(Curve.rectangle(40, 40), obround(20, 0.15).posed(Pose(20, 20)))),
    ("W813", plate(hole(1.4), process="laser", thickness=3.2)),
    ("W816", plate(hole(8, 5.0))),
    ("W816", plate(drills=(Drill(30, 5, 8.0),))),
    ("W816", made(finger(5, 1.2, 1.2))),
    ("E817", film(Curve.rectangle(40, 40), hole(5, 10, 10), hole(5, 15.05, 10))),
    ("W818", made(finger(20, 8, 0.4))),
    ("E821", plate(material="kapton", thickness=0.05)),
    ("E821", film(Curve.rectangle(120, 80), material="polycarbonate", thickness=1.0)),
    ("E827", pocketed(0.5, process="laser")),
    ("E827", pocketed(0.5, 1.4)),
    ("E835", said("REV B", more={"fai": True})),
    ("W830", said("10 +0.1/-0.05", "25 ±1")),
    ("W830", said("+/-.002", more={"scale": 25.4})),
    ("W830", said("%%p0.1 mm", process="laser")),
    ("W833", said("∅5.5 ⌵ 90°")),
    ("W833", said("C'SINK 82 DEG")),
    ("W834", said("This document contains technical data whose export is restricted")),
]

ALSO_PASS: list[tuple[str, Case]] = [
    ("E801", made(Curve.rectangle(1250, 10), material="polycarbonate")),
    ("W805", plate(thickness=25.4)),
    ("W806", plate(more={"grain": True})),
    ("W806", made(Curve.circle(0, 0, 40))),
    ("W806", plate(material="gpo3", thickness=3.175)),
    ("I807", made(Curve.circle(0, 0, 40))),
    ("W811", plate(Curve.rectangle(30, 20, 40, 30), process="laser")),
    ("E812", plate(hole(1.0))),
    ("I815", plate(hole(20.03))),
    ("I815", plate(hole(6.57), process="laser")),
    ("W816", made(Curve.polygon([(0, 0), (80, 0), (80, 60), (0.5, 60), (0, 59.5)]))),
    ("W816", made(rounded(80, 60, 0.5))),
    ("W818", made(Curve.polygon([(0, 0), (80, 0), (80, 60), (0.5, 60), (0, 59.5)]))),
    ("W819", made(Curve.rectangle(320, 20))),
    ("I823", plate()),
    ("I825", film(Curve.rectangle(20, 20))),
    ("W826", made(Curve.circle(0, 0, 10))),
    ("E827", pocketed(0.5, 1.6)),
    ("E835", said("NO WORDS")),
    ("W830", said("±1/64 UNLESS NOTED", "±0.010 in")),
    ("W830", said("10 +0.2/-0.1")),
    ("W833", said("GRAIN ACROSS", "THREE PLACES", "STAPLE")),
]


def test_every_code_of_every_rule_has_both_samples():
    assert set(SAMPLES) == {code for rule in RULES for code in rule.codes}


@pytest.mark.parametrize("code", SAMPLES)
def test_the_sample_triggers_the_rule(code):
    assert code in SAMPLES[code][0].codes()


@pytest.mark.parametrize("code", SAMPLES)
def test_the_near_miss_does_not(code):
    assert code not in SAMPLES[code][1].codes()


@pytest.mark.parametrize(("code", "case"), ALSO_TRIGGER)
def test_more_that_triggers(code, case):
    assert code in case.codes()


@pytest.mark.parametrize(("code", "case"), ALSO_PASS)
def test_more_that_does_not(code, case):
    assert code not in case.codes()


@pytest.mark.parametrize("pose", POSES, ids=str)
@pytest.mark.parametrize("code", [code for rule in RULES if rule.part for code in rule.codes if code != "E801"])
def test_a_part_is_judged_the_same_however_it_is_drawn(code, pose):
    """Turned, turned over, moved, and with its contours begun elsewhere."""
    case = SAMPLES[code][0]
    (part,) = case.parts
    outline, holes = _begun(part.outline.posed(pose)).ccw(), (hole.posed(pose).cw() for hole in part.holes)
    moved = replace(part, outline=outline, holes=tuple(holes))
    before, after = _figures(case, code), _figures(replace(case, parts=(moved,)), code)
    assert before
    assert after == pytest.approx(before, rel=1e-3, abs=2e-3)


def _begun(curve: Curve) -> Curve:
    return Curve(np.roll(curve.vertices, -(len(curve) // 2), axis=0))


def _figures(case: Case, code: str) -> list[float]:
    return [finding.where["size"] for finding in case.found() if finding.code == code]


def the(case: Case, code: str) -> dict[str, Any]:
    return next(finding.where for finding in case.found() if finding.code == code)


def test_a_web_says_where_how_wide_and_how_wide_it_should_be():
    where = the(SAMPLES["W816"][0], "W816")
    assert (where["x"], where["y"], where["size"], where["limit"]) == pytest.approx((34.75, 30, 1.5, 1.57))
    assert where["part"] == "plate"


def test_a_sharp_corner_comes_with_the_places_of_its_reliefs():
    """At (30, 40), open to the upper right: R along the bisector, and R along the longer edge."""
    corners = the(made(bay(0.0), tool=4.0), "W811")
    x, y = corners["x"], corners["y"]
    assert (abs(x - 60), y) == pytest.approx((30, 40))
    side = 1 if x < 60 else -1
    assert corners["dogbone"] == pytest.approx([x + side * 2**0.5, y + 2**0.5], abs=1e-3)
    assert corners["tbone"] == pytest.approx([x + side * 2.0, y], abs=1e-3)
    assert corners["left"] == pytest.approx(2 * (2**0.5 - 1), abs=1e-3)


def test_a_drawn_radius_is_told_with_the_tool_that_it_needs():
    found = [finding for finding in made(bay(1.0), tool=6.0).found() if finding.code == "E810"]
    assert found[0].where["size"] == pytest.approx(1.0)
    assert "tool of 2 mm" in found[0].advice


def test_the_nearest_drill_is_named():
    (found,) = [finding for finding in SAMPLES["I815"][0].found() if finding.code == "I815"]
    assert "6.6 mm" in found.message
    assert found.where["limit"] == pytest.approx(6.6)


def test_congruence_says_whether_a_part_is_turned_over():
    assert the(SAMPLES["I808"][0], "I808")["mirror"] is True
    straight = Case((hand(Pose()), hand(Pose(200, 10, 33.0))))
    assert the(straight, "I808")["mirror"] is False


@pytest.mark.parametrize(
    ("words", "table"),
    [
        ("4X CSK 90° Ø.375", 'do = "countersink", holes = "4 mm", diameter = "9.525 mm", angle = 90'),
        ("C'BORE Ø.375 X .06 DP", 'do = "counterbore", holes = "4 mm", diameter = "9.525 mm", depth = "1.524 mm"'),
        ("2X Ø.1575 THRU CSK Ø.375 X 82°", 'do = "countersink", holes = "4 mm", diameter = "9.525 mm", angle = 82'),
        ("CSK 90°", None),
        ("CSK Ø.375", None),
        ("Ø.200 THRU CSK Ø.375 X 82°", None),
        ("C'BORE Ø.100 X .06 DP", None),
    ],
)
def test_a_callout_that_is_clear_is_told_as_the_table_that_makes_it(words, table):
    """W833 used to say only that there was work; two sizes of holes leave it open which one is meant."""
    text = (Text(words, 0.0, 0.0, "0"),)
    one, other = (Curve.circle(x, 20, d / 2).cw() for x, d in ((20, 4.0), (60, 6.0)))
    base = Part("plate", Curve.rectangle(80, 60), (one,))
    told = edges.tables(text, [Look.plain(base)], 25.4)
    assert told == ([f"{{{table}}}"] if table else [])
    if "THRU" not in words:
        assert edges.tables(text, [Look.plain(replace(base, holes=(one, other)))], 25.4) == []
    if table:
        entry = tomllib.loads(f"work = [{told[0]}]")["work"][0]
        assert WorkEntry.model_validate(entry).do == entry["do"]
