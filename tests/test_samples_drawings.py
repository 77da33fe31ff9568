"""The samples are what their script draws, and what their job files ask for is there."""

import subprocess
import sys
from pathlib import Path

import ezdxf
import pytest

from camcore import job

SAMPLES = Path(__file__).parent.parent / "samples"
JOBS = sorted(SAMPLES.glob("*/job.toml"))
ISSUE_ENTITIES = {"LINE", "ARC", "CIRCLE", "LWPOLYLINE", "POLYLINE", "ELLIPSE", "SPLINE", "INSERT", "DIMENSION", "TEXT"}


def drawings(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("*/*.dxf"))}


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_script_draws_the_committed_bytes(tmp_path, hash_seed):
    command = [sys.executable, str(SAMPLES / "draw.py"), str(tmp_path)]
    subprocess.run(command, check=True, env={"PYTHONHASHSEED": hash_seed, "PATH": "", "HOME": str(tmp_path)})
    drawn, committed = drawings(tmp_path), drawings(SAMPLES)
    assert drawn.keys() == committed.keys()
    assert [name for name in drawn if drawn[name] != committed[name]] == []


@pytest.mark.parametrize("path", JOBS, ids=lambda path: path.parent.name)
def test_each_sample_is_whole(path):
    wanted = job.load(path)
    named = {entry.drawing for entry in (*wanted.parts, *wanted.sheets) if entry.drawing}
    assert named == {drawing.name for drawing in path.parent.glob("*.dxf")}
    assert wanted.name == path.parent.name
    assert (path.parent / "README.md").read_text("utf-8").count(".\n") == 1


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*/*.dxf")), ids=lambda path: path.stem)
def test_drawings_are_sound(path):
    document = ezdxf.readfile(path)
    audit = document.audit()
    assert audit.errors == []
    assert audit.fixes == []
    used = {entity.dxf.layer for entity in document.modelspace()}
    assert used <= {"CUT", "MARK", "CENTER", "DIM", "TITLE"}


def test_samples_show_every_entity_and_both_units():
    documents = [ezdxf.readfile(path) for path in SAMPLES.glob("*/*.dxf")]
    kinds = {entity.dxftype() for document in documents for entity in document.entitydb.values()}
    assert kinds >= ISSUE_ENTITIES
    assert {document.units for document in documents if document.dxfversion != "AC1009"} == {1, 4}
    assert "AC1009" in {document.dxfversion for document in documents}
