"""Setup sheet, traveler, certificate: what stands on them, from the documents of a run alone."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import jobs as little
import plans
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

import postprocessors
from camcore import job as jobs
from camcore import machine as machines
from camcore import papering
from camcore.cli import app
from camcore.findings import CamError
from camcore.formats.manifest import ManifestFile, StockModel
from camcore.papers import Documents, job_papers, setup_sheets, written
from camcore.program import build
from camcore.ready import Budget
from camcore.report.figures import duration
from camcore.run import run
from camcore.verify import inspect

ROOT = Path(__file__).parent.parent
MARKING = "EXPORT CONTROLLED, ITAR 22 CFR 120-130"
SAID = f"""
[output]
papers = true
pictures = true
dxf = "contours"

[papers]
company = "Example Insulators Inc."
address = "1 Mill Road, Springfield"
customer = "Example Switchgear"
order = "PO 4500123, line 3"
date = "2026-11-20"
export_control = "{MARKING}"
"""


MACHINES = {"mill": ("generic-linuxcnc-mill", "fr4", 1.57), "laser": ("generic-grbl-laser", "pet", 0.25)}


def made_job(folder: Path, kind: str, said: str = SAID) -> Path:
    """A little job on several sheets, with what its papers say."""
    folder.mkdir()
    path = little.job(folder, *MACHINES[kind], said)
    text = path.read_text("utf-8").replace("quantity = 3", "quantity = 7").replace("[300, 200]", "[150, 200]")
    text = text.replace("[[parts]]", '[[parts]]\nnumber = "7731-200"\nrevision = "C"\ntitle = "Barrier"', 1)
    path.write_text(text.replace("[[sheets]]", '[[sheets]]\nlot = "L-0817"\ncertificate = "MC-551"'), "utf-8")
    return path


@pytest.fixture(scope="module", params=list(MACHINES))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run, on a mill and on a laser."""
    root = tmp_path_factory.mktemp("papers")
    assert run(made_job(root / "job", request.param), root / "out", Budget()).exit_code == 0
    return root / "out"


def documents(folder: Path) -> Documents:
    return papering.read(folder, ManifestFile.model_validate_json((folder / "manifest.json").read_text("utf-8")))


def words(pdf: bytes) -> str:
    """All words of a PDF, each white space one blank."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_run_writes_a_setup_sheet_for_each_program_traveler_and_certificate(made: Path) -> None:
    programs = {sheet.program for sheet in documents(made).papers.sheets}
    names = {f"{str(program).rpartition('.')[0]}.setup.pdf" for program in programs}
    assert {path.name for path in made.glob("*.pdf")} == {*names, "traveler.pdf", "certificate.pdf"}


def test_papers_made_again_from_the_folder_are_the_same_bytes(made: Path) -> None:
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    for path in made.glob("*.pdf"):
        path.unlink()
    papered = papering.write(made)
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before
    assert set(papered.files) == {name for name in before if name.endswith(".pdf")}


def test_a_setup_sheet_tells_what_the_documents_tell(made: Path) -> None:
    told = documents(made)
    pdfs = dict(setup_sheets(told))
    for laid, pdf in zip(told.sheets(), pdfs.values(), strict=True):
        text = words(pdf)
        paper, proof = laid.paper, laid.proof
        assert paper.program
        assert paper.times
        assert proof
        assert paper.program in text
        assert told.hashes[paper.program] in text
        assert told.papers.machine.name in text
        assert "X0 Y0" in text
        assert f"{len(proof.checks)} of {len(proof.checks)} checks" in text
        assert duration(paper.times.total) in text
        assert "L-0817" in text
        assert "MC-551" in text
        assert "7731-200" in text
        assert "Before the start" in text
        assert "Set up by" in text
        for fact in told.papers.machine.control:
            assert fact.value.split()[0] in text
        for tool in paper.tools:
            assert f"T{tool.number} " in text


def test_the_control_settings_that_programs_count_on_are_told(made: Path) -> None:
    machine = documents(made).papers.machine
    facts = {fact.name: fact.value for fact in machine.control}
    assert facts["Dwell"] == "P of G4 counts seconds"
    assert facts["Work offset"].startswith("G54")
    assert "at most 180°" in facts["Arcs"]
    assert facts["Units"].startswith("G21 (mm)")
    if machine.process == "laser":
        assert facts["$32"] == "1"


def test_steps_add_up_to_the_time_of_the_program(made: Path) -> None:
    for sheet in documents(made).papers.sheets:
        assert sheet.times
        assert sum(step.seconds for step in sheet.steps) == pytest.approx(sheet.times.total, rel=0.02)


def test_steps_and_tools_are_those_of_the_program(made: Path) -> None:
    told = documents(made)
    for laid in told.sheets():
        assert laid.cut
        counts: dict[str, int] = {}
        for step in laid.paper.steps:
            for kind, count in step.cuts.items():
                counts[kind] = counts.get(kind, 0) + count
        assert counts == {kind: sum(cut.kind == kind for cut in laid.cut.cuts) for kind in counts}
        assert sum(counts.values()) == len(laid.cut.cuts)
        assert {use.number for use in laid.paper.tools} == {cut.tool for cut in laid.cut.cuts} - {0}
        deepest = max((use.depth for use in laid.paper.tools), default=0.0)
        assert deepest == 0.0 or deepest > told.papers.material.thickness


def test_traveler_and_certificate_trace_the_lots(made: Path) -> None:
    told = documents(made)
    for pdf in dict(job_papers(told)).values():
        text = words(pdf)
        assert "L-0817" in text
        assert "MC-551" in text
        assert "Example Switchgear" in text
        assert "PO 4500123, line 3" in text
        assert "2026-11-20" in text
        for part in told.nest.parts:
            assert str(part.quantity) in text
        assert "7731-200 rev. C" in text


def test_many_sheets_of_one_program_have_a_row_for_each_lot(made: Path) -> None:
    told = documents(made)
    sheet = told.nest.sheets[0].id
    rows = tuple(
        StockModel(
            sheet=sheet, id=f"S-{n}", material="fr4", lot=f"LOT-{n}", certificate=None, thickness=1.0, parent=None
        )
        for n in range(60)
    )
    layout = told.nest.sheets[0].model_copy(update={"repeat": 60})
    nest = told.nest.model_copy(update={"sheets": [layout, *told.nest.sheets[1:]]})
    many = Documents(told.papers, nest, told.verify, told.findings, told.cuts, told.hashes, rows)
    traveler, certificate = (words(pdf) for pdf in dict(job_papers(many)).values())
    assert all(f"LOT-{n} " in traveler for n in range(60))
    assert [n for n in range(60) if f"LOT-{n} " not in certificate] == []
    assert "(60 of 60)" in traveler


def test_a_certificate_is_never_signed_or_dated_by_itself(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(made_job(tmp_path / "job", "mill", "\n[output]\npapers = true\n"), out, Budget())
    text = words((out / "certificate.pdf").read_bytes())
    assert "Date of the paper ____" in text
    assert "Customer ____" in text
    assert "Authorized by (name and title)" in text
    left = papering.blanks(documents(out))
    assert [finding.code for finding in left] == ["I972"]
    assert "company, customer, order, date" in left[0].message


def test_a_sheet_without_a_proven_program_has_no_setup_sheet_and_is_told(made: Path) -> None:
    told = documents(made)
    sheets = [sheet.model_copy(update={"program": None, "times": None, "steps": []}) for sheet in told.papers.sheets]
    papers = told.papers.model_copy(update={"sheets": sheets})
    none = Documents(papers, told.nest, told.verify, told.findings, {}, told.hashes, told.stock)
    assert list(written(none)) == ["traveler.pdf", "certificate.pdf"]
    text = words(written(none)["traveler.pdf"])
    assert text.count("NO PROVEN PROGRAM") == len(sheets)
    assert not any(str(sheet.program) in text for sheet in told.papers.sheets)


def test_sheets_whose_lot_nobody_stated_are_told(made: Path) -> None:
    told = documents(made)
    lost = Documents(told.papers, told.nest, told.verify, told.findings, told.cuts, told.hashes)
    found = {finding.code: finding for finding in papering.blanks(lost)}
    assert "W973" not in {finding.code for finding in papering.blanks(told)}
    assert told.nest.sheets[0].id in found["W973"].message


def test_the_marking_is_in_every_output(made: Path) -> None:
    marking = MARKING.replace(",", " ")  # commas mean something to LinuxCNC
    for path in made.iterdir():
        data = path.read_bytes()
        if path.suffix == ".pdf":
            pages = PdfReader(io.BytesIO(data)).pages
            assert all(page.extract_text().count(MARKING) == 2 for page in pages), path.name
        else:
            text = data.decode("latin-1")
            assert MARKING in text or marking in text, path.name


@pytest.mark.parametrize("name", ["manifest.json", "papers.json", "nest.json", "verify.json", "sheet-01.cut.json"])
def test_a_document_that_is_missing_or_of_another_shape_is_a_finding(made: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    shutil.copytree(made, folder)
    (folder / name).unlink()
    with pytest.raises(CamError) as error:
        papering.write(folder)
    assert error.value.findings[0].code in ("E970", "E971")
    manifest = json.loads((made / "manifest.json").read_text("utf-8"))
    manifest["outputs"] = [row for row in manifest["outputs"] if row["file"] != name]
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / name).write_text('{"version": 7}', "utf-8")
    with pytest.raises(CamError) as error:
        papering.write(folder)
    assert error.value.findings[0].code == "E970"


def test_nothing_is_stated_of_a_program_that_was_changed(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(made, folder)
    program = next(sheet.program for sheet in documents(made).papers.sheets if sheet.program)
    with (folder / program).open("a", encoding="utf-8") as file:
        file.write("(harmless)\n")
    answer = CliRunner().invoke(app, ["papers", str(folder)])
    assert isinstance(answer.exception, CamError)
    assert [finding.code for finding in answer.exception.findings] == ["E971"]
    assert program in answer.exception.findings[0].message


def test_the_command_writes_them_and_says_what_is_blank(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(made, folder)
    answer = CliRunner().invoke(app, ["papers", str(folder), "--json"])
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["files"] == list(written(documents(made)))


def test_unusual_names_do_not_break_the_layout(made: Path) -> None:
    told = documents(made)
    names = ["日本語の部品" * 10, "<b>&amp;</b>", "x" * 200, "Łódź \u202e reversed", ""]
    items = [
        item.model_copy(update={"number": names[n % 5], "revision": names[(n + 1) % 5], "title": names[(n + 2) % 5]})
        for n, item in enumerate(told.papers.items)
    ]
    heading = told.papers.heading.model_copy(update={"customer": names[2], "order": names[0], "page": "letter"})
    papers = told.papers.model_copy(update={"items": items, "heading": heading, "job": names[0]})
    odd = Documents(papers, told.nest, told.verify, told.findings, told.cuts, told.hashes, told.stock)
    for pdf in written(odd).values():
        text = words(pdf)
        assert "x" * 20 in text
        assert "Page 1 of" in text


def test_the_example_of_the_page_is_a_job(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "papers.md").read_text("utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    head = 'version = 1\nname = "x"\nmachine = "generic-grbl-router"\nmaterial = "fr4"\nthickness = 1.57\n'
    (tmp_path / "job.toml").write_text(head + example, "utf-8")
    (tmp_path / "barrier.dxf").touch()
    said = jobs.load(tmp_path / "job.toml")
    assert said.output.papers
    assert said.papers.page == "letter"
    assert said.parts[0].revision == "C"


@pytest.mark.parametrize("name", machines.shipped())
def test_every_dialect_writes_the_marking_and_its_control_reads_it(name: str) -> None:
    machine = machines.load(name)
    built = build(plans.plan_for(machine), machine, "ITAR controlled by 22 CFR 120-130")
    text = postprocessors.write(built, machine)
    assert "itar controlled by 22 cfr 120-130" in text.lower()
    reading = next(check for check in inspect(text, machine, None).checks if check.name == "reading")
    assert reading.passed
