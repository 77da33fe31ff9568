"""What a job makes of drill points: holes and marks, so that nest.json and cut.json tell of everything."""

import json
from pathlib import Path

import ezdxf
import jobs
import pytest

from camcore import job as jobs_file
from camcore.formats.task import task
from camcore.intake import gather
from camcore.machine import load
from camcore.ready import Budget
from camcore.run import run
from camcore.verify import inspect

PROCESSES = {"laser": ("generic-grbl-laser", "pet", 0.25), "mill": ("generic-linuxcnc-mill", "fr4", 1.57)}


def drilled(path: Path, *points: tuple[str, float, float]) -> None:
    """The little plate with points on drill layers."""
    jobs.drawing(path)
    document = ezdxf.readfile(path)
    for layer, x, y in points:
        document.modelspace().add_point((x, y), dxfattribs={"layer": layer})
    document.saveas(path)


def part_of(folder: Path, *points: tuple[str, float, float]):
    path = jobs.job(folder)
    drilled(folder / "plate.dxf", *points)
    taken = gather(jobs_file.load(path), path)
    return taken, taken.demands[0].part if taken.demands else None


def test_drill_points_with_a_diameter_become_round_holes(tmp_path):
    _, part = part_of(tmp_path, ("DRILL_3.2", 40, 20), ("DRILL_2", 50, 10))
    assert part.drills == ()
    assert [pytest.approx(hole.as_circle(), abs=1e-6) for hole in part.holes] == [
        (20, 20, 3), (40, 20, 1.6), (50, 10, 1)
    ]  # fmt: skip
    assert all(hole.area < 0 for hole in part.holes)


def test_drill_points_without_a_diameter_become_centre_marks(tmp_path):
    _, part = part_of(tmp_path, ("DRILL", 40, 20), ("DRILL", 59.5, 20))
    assert part.drills == ()
    assert len(part.holes) == 1
    wide, small = (mark.box for mark in part.marks)
    assert (wide.centre, wide.width, wide.height) == (pytest.approx((40, 20)), 2.0, 2.0)
    assert small.x1 < 60


@pytest.mark.parametrize("process", PROCESSES)
def test_every_drill_point_is_cut_and_told_in_the_files(process, tmp_path):
    path = jobs.job(tmp_path, *PROCESSES[process])
    drilled(tmp_path / "plate.dxf", ("DRILL_3.2", 40, 20), ("DRILL_2", 50, 10), ("DRILL", 30, 30))
    outcome = run(path, tmp_path / "out", Budget())
    assert outcome.exit_code == 0
    nest, cut = (json.loads((tmp_path / "out" / name).read_text()) for name in ("nest.json", "sheet-01.cut.json"))
    assert len(nest["parts"][0]["holes"]) == 3
    made = sorted((row["kind"], row["index"]) for row in cut["cuts"] if row["placement"] == 0)
    assert made == [("hole", 0), ("hole", 1), ("hole", 2), ("mark", 0), ("outline", 0)]
    text = (tmp_path / "out" / outcome.programs[0]).read_text()
    verdict = inspect(text, load(PROCESSES[process][0]), task(nest, cut))
    assert [str(finding) for finding in verdict.findings if finding.code[0] == "E"] == []


@pytest.mark.parametrize(
    "points",
    [
        [("DRILL_3", 59, 20)],
        [("DRILL_3", 24, 20)],
        [("DRILL_20", 20, 28)],
        [("DRILL_4", 40, 20), ("DRILL_3", 43, 20)],
        [("DRILL_6", 40, 20), ("DRILL_1", 40, 20)],
    ],
)
def test_drilled_holes_that_reach_over_an_edge_are_errors(points, tmp_path):
    taken, part = part_of(tmp_path, *points)
    found = [finding for finding in taken.findings if finding.severity == "error"]
    assert {(f.code, f.file, f.where["part"]) for f in found} == {("E325", "plate.dxf", "plate")}
    assert (found[0].where["x"], found[0].where["y"]) in [(x, y) for _, x, y in points]
    assert part is None
    assert [row.part for row in taken.refused] == ["plate"]


def test_drilled_holes_side_by_side_are_none(tmp_path):
    taken, part = part_of(tmp_path, ("DRILL_4", 40, 20), ("DRILL_3", 43.6, 20), ("DRILL_2", 58.9, 20))
    assert [finding for finding in taken.findings if finding.severity == "error"] == []
    assert len(part.holes) == 4


def test_a_drill_point_on_no_part_is_told(tmp_path):
    taken, _ = part_of(tmp_path, ("DRILL_3", 20, 20), ("DRILL_3", 100, 100))
    (told,) = [finding for finding in taken.findings if finding.code == "W217"]
    assert told.where["size"] == 2


RULES = """version = 1
then = "shipped"
quantities = ['qty (?P<count>\\d+)']
[[rules]]
name = "red is marked"
colour = [1]
operation = "mark"
"""


def ruled(folder: Path, quantity: str, more: str = "", of_part: str = "") -> Path:
    """A job whose drawing says QTY 7, has a red line and an outline that is open by 0.2 mm."""
    path = jobs.job(folder, more=more)
    jobs.drawing(folder / "plate.dxf", gap=0.2)
    document = ezdxf.readfile(folder / "plate.dxf")
    document.modelspace().add_text("QTY 7", height=3, dxfattribs={"insert": (30, 30)})
    document.modelspace().add_line((30, 10), (50, 10), dxfattribs={"color": 1})
    document.saveas(folder / "plate.dxf")
    path.write_text(path.read_text().replace("quantity = 3\n", f"{quantity}\n{of_part}\n"))
    (folder / "shop.toml").write_text(RULES)
    return path


def test_rules_and_join_of_the_job_reach_its_drawings(tmp_path):
    path = ruled(tmp_path, "", '[drawing]\nrules = "shop.toml"\njoin = 0.3\n')
    taken = gather(jobs_file.load(path), path)
    assert [(row.quantity, len(row.part.marks)) for row in taken.demands] == [(7, 1)]
    assert taken.inputs["shop.toml"] == tmp_path / "shop.toml"


def test_those_of_a_part_come_first_and_a_quantity_of_the_job_too(tmp_path):
    (tmp_path / "none.toml").write_text("version = 1\nrules = []\n")
    more = '[drawing]\nrules = "none.toml"\njoin = 0.1\n'
    path = ruled(tmp_path, "quantity = 2", more, 'rules = "shop.toml"\njoin = 0.3')
    taken = gather(jobs_file.load(path), path)
    assert [(row.quantity, len(row.part.marks)) for row in taken.demands] == [(2, 1)]


def test_without_them_the_gap_stays(tmp_path):
    path = ruled(tmp_path, "")
    taken = gather(jobs_file.load(path), path)
    assert taken.demands == ()
    assert "E201" in {finding.code for finding in taken.findings}


def test_pockets_that_no_program_cuts_are_told(tmp_path):
    path = jobs.job(tmp_path)
    document = ezdxf.readfile(tmp_path / "plate.dxf")
    document.modelspace().add_circle((45, 20), 4, dxfattribs={"layer": "POCKET_0.1"})
    document.saveas(tmp_path / "plate.dxf")
    taken = gather(jobs_file.load(path), path)
    (told,) = [finding for finding in taken.findings if finding.code == "W123"]
    assert (told.file, told.where["part"], told.where["size"]) == ("plate.dxf", "plate", 1)
    assert gather(jobs_file.load(path), path, pockets=True).findings == tuple(
        finding for finding in taken.findings if finding.code != "W123"
    )


def test_parts_with_pockets_are_not_turned_over(tmp_path):
    path = jobs.job(tmp_path)
    path.write_text(path.read_text().replace("quantity = 3", "quantity = 3\nmirror = true"))
    document = ezdxf.readfile(tmp_path / "plate.dxf")
    document.modelspace().add_circle((45, 20), 4, dxfattribs={"layer": "POCKET_0.1"})
    document.saveas(tmp_path / "plate.dxf")
    taken = gather(jobs_file.load(path), path, pockets=True)
    assert "W327" in [finding.code for finding in taken.findings]
    assert not taken.demands[0].mirror
