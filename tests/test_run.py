import json
import re
import shutil
from pathlib import Path

import ezdxf
import jobs
import jsonschema
import pytest

import postprocessors
from camcore.findings import CamError
from camcore.formats import schema
from camcore.nesting.model import Effort
from camcore.ready import Budget, prepare
from camcore.run import nest_only, run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def codes(outcome) -> set[str]:
    return {finding.code for finding in outcome.findings}


@pytest.mark.parametrize(
    ("machine", "material", "thickness", "extension"),
    [("generic-grbl-laser", "pet", 0.25, "nc"), ("generic-linuxcnc-mill", "fr4", 1.57, "ngc")],
)
def test_a_run_leaves_all_that_the_contract_names(tmp_path, machine, material, thickness, extension):
    outcome = run(jobs.job(tmp_path, machine, material, thickness), tmp_path / "out", Budget())
    assert outcome.exit_code == 0
    papers = [
        "findings.json",
        "history.json",
        "manifest.json",
        "nest.json",
        "papers.json",
        "report.html",
        "verify.json",
    ]
    assert names(tmp_path / "out") == sorted([*papers, f"sheet-01.{extension}", "sheet-01.cut.json"])


def test_every_file_is_what_its_schema_says(tmp_path):
    run(jobs.job(tmp_path), tmp_path / "out", Budget())
    forms = ("nest", "verify", "findings", "manifest", "papers", "history")
    for name, form in ({f"{form}.json": form for form in forms} | {"sheet-01.cut.json": "cut"}).items():
        document = json.loads((tmp_path / "out" / name).read_text())
        jsonschema.Draft202012Validator(schema(form)).validate(document)


def test_the_same_job_gives_the_same_bytes_wherever_it_lies(tmp_path):
    folders = [tmp_path / "here", tmp_path / "elsewhere" / "deeper"]
    folders[0].mkdir()
    jobs.job(folders[0])
    shutil.copytree(folders[0], folders[1])
    for folder in folders:
        run(folder / "job.toml", folder / "out", Budget())
    first, second = ({p.name: p.read_bytes() for p in (folder / "out").iterdir()} for folder in folders)
    assert first == second


def test_the_manifest_has_the_hash_of_every_file(tmp_path):
    from camcore.files import sha256

    run(jobs.job(tmp_path), tmp_path / "out", Budget())
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    told = {row["file"]: row["sha256"] for row in manifest["outputs"]}
    assert told == {n: sha256(tmp_path / "out" / n) for n in names(tmp_path / "out") if n != "manifest.json"}
    assert {row["file"] for row in manifest["inputs"]} == {"job.toml", "plate.dxf"}


def test_what_an_earlier_run_left_is_taken_away_and_nothing_else(tmp_path):
    out = tmp_path / "out"
    run(jobs.job(tmp_path), out, Budget())
    (out / "notes.txt").write_text("mine")
    run(jobs.job(tmp_path, "generic-linuxcnc-mill", "fr4", 1.57), out, Budget())
    assert "sheet-01.nc" not in names(out)
    assert {"sheet-01.ngc", "notes.txt"} <= set(names(out))


def test_a_run_that_fails_or_is_stopped_leaves_no_program_of_an_earlier_one(tmp_path, monkeypatch):
    path, out = jobs.job(tmp_path), tmp_path / "out"
    run(path, out, Budget())
    (tmp_path / "plate.dxf").write_text("this is no drawing")
    with pytest.raises(CamError):
        run(path, out, Budget())
    assert names(out) == ["findings.json"]

    (tmp_path / "again").mkdir()
    path, out = jobs.job(tmp_path / "again"), tmp_path / "again" / "out"
    run(path, out, Budget())
    monkeypatch.setattr("camcore.run.prepare", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(path, out, Budget())
    assert names(out) == []


def test_a_manifest_cannot_name_files_outside_the_folder(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious.txt").write_text("keep")
    (out / "manifest.json").write_text(json.dumps({"outputs": [{"file": "../precious.txt", "sha256": ""}]}))
    run(jobs.job(tmp_path), out, Budget())
    assert (tmp_path / "precious.txt").exists()


def test_a_program_that_is_not_proven_is_not_written(tmp_path, monkeypatch):
    written = postprocessors.write
    monkeypatch.setattr(postprocessors, "write", lambda built, machine: shifted(written(built, machine)))
    outcome = run(jobs.job(tmp_path), tmp_path / "out", Budget())
    assert outcome.exit_code == 1
    assert outcome.programs == ()
    assert "sheet-01.nc" not in names(tmp_path / "out")
    proof = json.loads((tmp_path / "out" / "verify.json").read_text())
    assert [row["proven"] for row in proof["programs"]] == [False]


def shifted(text: str) -> str:
    """The program with every straight cut's end moved by 0.05 mm."""
    return re.sub(r"(?m)^G1 X(\S+)", lambda word: f"G1 X{float(word[1]) + 0.05:.3f}", text)


def test_a_drawing_with_errors_is_refused_and_the_rest_is_made(tmp_path):
    path = jobs.job(tmp_path, more='\n[[parts]]\ndrawing = "open.dxf"\nquantity = 2\n')
    jobs.drawing(tmp_path / "open.dxf", gap=2.0)
    outcome = run(path, tmp_path / "out", Budget())
    assert outcome.exit_code == 1
    assert [(row.part, row.quantity) for row in outcome.nest.unplaced] == [("open", 2)]
    assert outcome.programs == ("sheet-01.nc",)


def test_a_part_that_no_tool_can_make_is_refused_and_the_rest_is_made(tmp_path):
    more = '\n[[parts]]\ndrawing = "pinhole.dxf"\nquantity = 2\n'
    path = jobs.job(tmp_path, "generic-linuxcnc-mill", "fr4", 1.57, more)
    jobs.drawing(tmp_path / "pinhole.dxf", hole=0.3)
    outcome = run(path, tmp_path / "out", Budget())
    assert outcome.exit_code == 1
    assert outcome.programs == ("sheet-01.ngc",)
    document = json.loads((tmp_path / "out" / "nest.json").read_text())
    (row,) = document["unplaced"]
    assert (row["part"], row["quantity"]) == ("pinhole", 2)
    assert row["why"].startswith("cannot be made: hole 0 of pinhole is too narrow for the tool")
    assert [part["id"] for part in document["parts"]] == ["plate"]
    (told,) = [finding for finding in outcome.findings if finding.severity == "error"]
    assert (told.code, told.file, told.where["part"], told.where["index"]) == ("E501", "pinhole.dxf", "pinhole", 0)


def test_a_job_of_parts_that_no_tool_can_make_is_wrong(tmp_path):
    path = jobs.job(tmp_path, "generic-linuxcnc-mill", "fr4", 1.57)
    jobs.drawing(tmp_path / "plate.dxf", hole=0.3)
    with pytest.raises(CamError, match="E501"):
        run(path, tmp_path / "out", Budget())
    told = json.loads((tmp_path / "out" / "findings.json").read_text())["findings"]
    assert [row["code"] for row in told] == ["E501"]


def test_a_job_of_which_nothing_can_be_made_says_why_in_the_folder_too(tmp_path):
    path = jobs.job(tmp_path)
    (tmp_path / "plate.dxf").write_text("this is no drawing")
    with pytest.raises(CamError) as caught:
        run(path, tmp_path / "out", Budget())
    told = json.loads((tmp_path / "out" / "findings.json").read_text())["findings"]
    assert [row["code"] for row in told] == [finding.code for finding in caught.value.findings]
    assert told[0]["file"] == "plate.dxf"


def test_a_part_too_large_for_the_sheet_is_told_with_its_size(tmp_path):
    path = jobs.job(tmp_path)
    path.write_text(path.read_text().replace("[300, 200]", "[50, 30]"))
    outcome = run(path, tmp_path / "out", Budget())
    assert outcome.exit_code == 1
    assert "does not fit" in outcome.nest.unplaced[0].why


def test_a_sheet_that_the_machine_does_not_reach_all_of_is_told(tmp_path):
    path = jobs.job(tmp_path, "grbl-router-3018", "fr4", 1.57)
    (told,) = [finding for finding in prepare(path, Budget()).findings if finding.code == "W326"]
    assert "300x200mm" in told.message
    assert "X299 Y179" in told.message
    path = jobs.job(tmp_path, "generic-grbl-router", "fr4", 1.57)
    assert "W326" not in {finding.code for finding in prepare(path, Budget()).findings}


def test_fillers_may_stay_unplaced(tmp_path):
    path = jobs.job(tmp_path)
    jobs.drawing(tmp_path / "filler.dxf")
    path.write_text(path.read_text() + '\n[[parts]]\ndrawing = "filler.dxf"\nquantity = 500\nfill = true\n')
    path.write_text(path.read_text().replace("size = [300, 200]", "size = [300, 200]\nquantity = 1"))
    outcome = run(path, tmp_path / "out", Budget())
    assert outcome.nest.unplaced
    assert outcome.exit_code == 0


def test_units_come_from_the_job_where_the_drawing_has_none(tmp_path):
    path = jobs.job(tmp_path)
    jobs.drawing(tmp_path / "plate.dxf", units=None)
    outcome = nest_only(path, tmp_path / "nest.json", Budget())
    assert outcome.exit_code == 0
    assert "W322" in codes(outcome)


def test_units_that_nobody_states_are_an_error(tmp_path):
    path = jobs.job(tmp_path)
    jobs.drawing(tmp_path / "plate.dxf", units=None)
    path.write_text(path.read_text().replace('units = "mm"\n', ""))
    with pytest.raises(CamError, match="E103"):
        prepare(path, Budget())


def test_one_part_of_a_drawing_can_be_chosen(tmp_path):
    path = jobs.job(tmp_path)
    path.write_text(path.read_text().replace("quantity = 3", 'part = "plate#7"'))
    with pytest.raises(CamError, match="E320"):
        prepare(path, Budget())


def test_a_part_asked_for_twice_is_an_error(tmp_path):
    path = jobs.job(tmp_path, more='\n[[parts]]\ndrawing = "plate.dxf"\n')
    assert "E321" in {finding.code for finding in prepare(path, Budget()).findings}


def test_a_remnant_drawing_becomes_a_sheet_at_work_zero(tmp_path):
    path = jobs.job(tmp_path)
    path.write_text(path.read_text().replace("size = [300, 200]", 'drawing = "remnant.dxf"'))
    jobs.drawing(tmp_path / "remnant.dxf")
    stock = prepare(path, Budget()).intake.stocks[0]
    assert (stock.id, stock.outline.box.x0, stock.outline.box.y0, len(stock.holes)) == ("remnant", 0.0, 0.0, 1)


def test_a_sheet_is_one_outline(tmp_path):
    path = jobs.job(tmp_path)
    path.write_text(path.read_text().replace("size = [300, 200]", 'drawing = "two.dxf"'))
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = 4
    for x in (0, 500):
        document.modelspace().add_circle((x, 0), 100)
    document.saveas(tmp_path / "two.dxf")
    with pytest.raises(CamError, match="E323"):
        prepare(path, Budget())


def test_spacing_less_than_the_process_needs_is_refused(tmp_path):
    path = jobs.job(tmp_path)
    path.write_text(path.read_text().replace("effort = 200", "effort = 200\nspacing = 0.01"))
    with pytest.raises(CamError, match="E324"):
        prepare(path, Budget())


@pytest.mark.parametrize(
    ("machine", "material", "more", "code", "line"),
    [
        ("generic-linuxcnc-mill", "fr4", "[process]\nclimb = true\nlead = 2", "E333", 19),
        ("generic-grbl-laser", "pet", "spacing = 0.01", "E324", 17),
    ],
)
def test_settings_that_do_not_fit_are_told_with_their_line(tmp_path, machine, material, more, code, line):
    path = jobs.job(tmp_path, machine, material, 1.57, more)
    with pytest.raises(CamError) as caught:
        prepare(path, Budget())
    (found,) = caught.value.findings
    assert (found.code, found.file, found.where["line"]) == (code, "job.toml", line)


@pytest.mark.parametrize(("said", "meant"), [("quick", Effort.QUICK), ("123", 123)])
def test_a_call_may_set_the_effort(tmp_path, said, meant):
    assert prepare(jobs.job(tmp_path), Budget(effort=said)).rules.effort == meant


@pytest.mark.parametrize("said", ["fast", "0", "-3", "1.5"])
def test_an_effort_that_is_none_is_refused(tmp_path, said):
    with pytest.raises(CamError, match="E306"):
        prepare(jobs.job(tmp_path), Budget(effort=said))


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CamError, match="E307"):
        run(jobs.job(tmp_path), tmp_path / "file" / "out", Budget())


def test_a_laser_does_not_cut_what_must_not_be_cut(tmp_path):
    with pytest.raises(CamError, match="E331"):
        run(jobs.job(tmp_path, material="pvc"), tmp_path / "out", Budget())


def test_a_tab_near_a_corner_is_not_broken_up_by_the_next_edge(tmp_path: Path) -> None:
    """Half-inch G-10: tabs are as long as the arms of the part, and the next edge's tab lies beside."""
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = 4
    corners = [(0, 0), (40, 0), (40, 12), (12, 12), (12, 30), (0, 30)]
    document.modelspace().add_lwpolyline(corners, close=True)
    path = jobs.job(tmp_path, "generic-grbl-router", "fr4", 12.7)
    document.saveas(tmp_path / "plate.dxf")
    outcome = run(path, tmp_path / "out", Budget())
    assert [str(finding) for finding in outcome.findings if finding.code[0] == "E"] == []


def test_a_notch_that_the_tool_cannot_make_stops_no_other_part(tmp_path: Path) -> None:
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = 4
    teeth = [(0, 0), (60, 0), (60, 20), (32, 20), (30, 2), (28, 20), (0, 20)]
    document.modelspace().add_lwpolyline(teeth, close=True)
    document.saveas(tmp_path / "saw.dxf")
    path = jobs.job(tmp_path, "generic-grbl-router", "fr4", 1.57, more='\n[[parts]]\ndrawing = "saw.dxf"\n')
    outcome = run(path, tmp_path / "out", Budget())
    assert [row.part for row in outcome.nest.unplaced] == ["saw"]
    assert "E501" in codes(outcome)
    assert outcome.programs == ("sheet-01.nc",)
