"""Words on parts: clear of every edge, of a size that reads, proven as marks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobs import job
from shop import PARTS, part, plan_of, setup

from camcore import fonts
from camcore import job as jobs
from camcore.findings import CamError
from camcore.formats.common import read_json
from camcore.geometry import Curve
from camcore.geometry.contain import contains
from camcore.geometry.distance import distance
from camcore.part import Drill
from camcore.ready import Budget, prepare
from camcore.run import run
from camcore.toolpath.lettering import CLEAR, HEIGHT, LEAST, STROKES, lettered, line_width
from camcore.toolpath.model import Kind

LINE = 0.2


def letters(made, words="PN 4711", height=0.0, line=LINE):
    """The strokes that are added."""
    found = lettered(made, words, height, line)
    return found and found.marks[len(made.marks) :]


def capitals(strokes):
    """Height of the first letter, an upright one."""
    box = strokes[0].box
    return max(box.width, box.height)


@given(
    st.sampled_from([name for name in PARTS if name != "disc"]),
    st.text("ABXyg047 ", min_size=1, max_size=12).filter(str.strip),
    st.sampled_from([0.0, 2.0, 3.5]),
)
def test_words_lie_on_the_part_clear_of_every_edge_and_mark(name, words, height):
    made = PARTS[name]
    for curve in letters(made, words, height) or ():
        assert contains(made.outline, curve.vertices[:, :2]).all()
        assert not any(contains(hole, curve.vertices[:1, :2])[0] for hole in made.holes)
        others = [made.outline, *made.holes, *made.marks]
        assert min(distance(curve, other) for other in others) >= CLEAR + LINE / 2 - 2e-3


def test_letters_are_as_large_as_usual_then_smaller_and_never_too_small():
    assert capitals(letters(PARTS["terminal"])) == pytest.approx(HEIGHT)
    small = capitals(letters(part("s", Curve.rectangle(10, 6))))
    assert LEAST - 1e-9 <= small < HEIGHT
    assert letters(part("s", Curve.rectangle(5, 5))) is None
    assert capitals(letters(PARTS["terminal"], line=1.0)) == pytest.approx(STROKES)


def test_a_height_that_is_asked_for_is_kept_or_refused():
    assert capitals(letters(PARTS["plate"], height=4.0)) == pytest.approx(4.0)
    assert letters(PARTS["plate"], height=12.0) is None


def test_words_stand_upright_or_in_lines_where_that_has_more_room():
    tall = letters(part("tall", Curve.rectangle(8, 60)))
    assert max(c.box.y1 for c in tall) - min(c.box.y0 for c in tall) > 8
    square = letters(part("square", Curve.rectangle(16, 16)), "LOT 4711 PN 12")
    assert capitals(square) == pytest.approx(HEIGHT)


def test_pockets_and_drill_points_are_no_place_for_words():
    plain = part("plain", Curve.rectangle(30, 8))
    drilled = part("drilled", Curve.rectangle(30, 8), drills=tuple(Drill(x, 4, 2.0) for x in (5, 10, 15, 20, 25)))
    assert letters(plain)
    assert letters(drilled) is None


def test_descenders_are_part_of_the_words():
    low = min(curve.box.y0 for curve in letters(part("low", Curve.rectangle(40, 6.5)), "gyp"))
    assert low >= CLEAR + LINE / 2 - 1e-9


def test_the_lines_width_is_that_of_the_kerf_or_the_finest_tool():
    assert line_width(setup("laser", kerf=0.17)) == 0.17
    assert line_width(setup("mill")) == min(
        t.diameter for t in setup("mill").mill.tools.values() if t.kind == "endmill"
    )


@pytest.mark.parametrize("process", ["laser", "mill"])
def test_words_are_marked_before_everything_else(process):
    made = lettered(PARTS["plate"], "PN 1", 0.0, line_width(setup(process)))
    kinds = [cut.kind for cut in plan_of(made, setup(process)).cuts]
    marks = len(made.marks)
    assert marks > 4
    assert [kind for kind in kinds if kind is Kind.MARK] == kinds[:marks]


# -- jobs -------------------------------------------------------------------------------------------------------------


def marked_job(folder, lines, **more):
    path = job(folder, **more)
    path.write_text(path.read_text().replace("quantity = 3\n", f"quantity = 3\n{lines}\n"))
    return path


@pytest.mark.parametrize(
    ("name", "material", "thickness"), [("generic-grbl-laser", "pet", 0.25), ("generic-linuxcnc-mill", "fr4", 1.57)]
)
def test_a_job_marks_its_parts_and_is_proven(tmp_path, name, material, thickness):
    lines = 'mark = "PN {part} LOT {lot}"\nlot = "A7"'
    path = marked_job(tmp_path, lines, machine=name, material=material, thickness=thickness)
    outcome = run(path, tmp_path / "out", Budget())
    assert outcome.exit_code == 0, [f.message for f in outcome.findings]
    cuts = read_json(tmp_path / "out" / "sheet-01.cut.json")["cuts"]
    strokes = len(fonts.strokes().written("PN plate LOT A7", 1.0))
    assert sum(cut["kind"] == "mark" for cut in cuts) == 3 * strokes


def test_what_marks_may_name(tmp_path):
    path = marked_job(tmp_path, 'mark = "{part}/{lot}/{job}/{material}/{thickness}"')
    (demand,) = prepare(path, Budget()).intake.demands
    written = fonts.strokes().written("plate/little/little/pet/0.25", 1.0)
    assert len(demand.part.marks) == len(written)


@pytest.mark.parametrize(("text", "word"), [("{who}", "who"), ("{part", "expected"), ("}", "Single")])
def test_what_marks_may_not_name_is_told_with_its_line(tmp_path, text, word):
    path = marked_job(tmp_path, f'mark = "{text}"')
    with pytest.raises(CamError) as caught:
        jobs.load(path)
    (finding,) = caught.value.findings
    assert word in finding.message
    assert path.read_text().splitlines()[finding.where["line"] - 1].startswith("mark")


@pytest.mark.parametrize(
    ("lines", "why"),
    [('mark = "PN {part} with many words"\nmark_height = 20', "place"), ('mark = "漢"', "font")],
)
def test_a_part_that_cannot_be_marked_is_made_without_and_told(tmp_path, lines, why):
    ready = prepare(marked_job(tmp_path, lines), Budget())
    (finding,) = [f for f in ready.findings if f.code == "W510"]
    assert why in finding.message
    assert finding.advice
    assert not ready.intake.demands[0].part.marks


def test_a_marked_part_is_not_turned_over(tmp_path):
    ready = prepare(marked_job(tmp_path, 'mark = "L"\nmirror = true'), Budget())
    assert [f.code for f in ready.findings if f.code.startswith("W327")] == ["W327"]
    assert not ready.intake.demands[0].mirror


def test_the_same_part_gets_the_same_words():
    once, again = (np.vstack([c.vertices for c in letters(PARTS["gusset"])]) for _ in range(2))
    assert np.array_equal(once, again)
