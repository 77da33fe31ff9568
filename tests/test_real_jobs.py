"""Three real drawings that are parts, from DXF to proven programs for a laser and a mill."""

import shutil

import pytest

from camcore.ready import Budget
from camcore.run import run

DRAWINGS = {
    "gasket": "JamesBremner__DXF_Viewer__HFP1JZ.dxf",
    "plate": "landrs-toolkit__LANDRs-Science-Drone__BatPlateBtFlyNut.dxf",
    "link": "6238__PenguinCAM__test_part.dxf",
}
PROCESSES = {
    "laser": ("generic-grbl-laser", "nomex", 0.5),
    "mill": ("generic-linuxcnc-mill", "fr4", 1.57),
}
JOB = """version = 1
name = "real"
units = "mm"
machine = "{}"
material = "{}"
thickness = {}
{parts}
[[sheets]]
size = [914.4, 1219.2]
[nesting]
effort = "quick"
"""
PART = '[[parts]]\ndrawing = "{}.dxf"\nquantity = 4\n'


@pytest.mark.parametrize("process", PROCESSES)
def test_real_parts_become_proven_programs(process, data, tmp_path):
    for name, source in DRAWINGS.items():
        shutil.copy(data / "dxf" / source, tmp_path / f"{name}.dxf")
    job = tmp_path / "job.toml"
    job.write_text(JOB.format(*PROCESSES[process], parts="".join(PART.format(name) for name in DRAWINGS)))
    outcome = run(job, tmp_path / "out", Budget())
    assert [str(finding) for finding in outcome.findings if finding.code[0] == "E"] == []
    assert outcome.exit_code == 0
    assert len(outcome.programs) >= 1
