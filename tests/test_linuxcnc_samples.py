"""LinuxCNC's own sample programs: read as its interpreter reads them, or refused by the name of what is not read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from machines_for_proof import LINUXCNC_MILL
from rs274 import difference, interpret, needs_rs274, ours

from camcore.findings import errors
from camcore.verify.reader import Reading, read

FOLDERS = ("/usr/share/linuxcnc/ncfiles", "/usr/share/doc/linuxcnc/examples")
PROGRAMS = sorted(path for folder in FOLDERS for path in Path(folder).rglob("*.ngc"))
PRINTED = 0.0023
"""How near two readings have to be, mm: rs274 prints inches to 2.54 µm, and many samples are in inches."""

pytestmark = [needs_rs274, pytest.mark.skipif(not PROGRAMS, reason="no sample programs (Debian linuxcnc-uspace)")]


def reading(path: Path) -> Reading:
    return read(path.read_text("latin-1"), LINUXCNC_MILL)


def test_each_sample_is_read_or_refused_by_name() -> None:
    whole = 0
    for path in PROGRAMS:
        wrong = errors(reading(path).findings)
        whole += not wrong
        for finding in wrong:
            assert re.fullmatch(r"E7[01]\d", finding.code)
            assert finding.where["line"] >= 1
            assert finding.message
    assert whole >= 5


def test_samples_that_are_read_go_where_linuxcnc_goes(tmp_path: Path) -> None:
    compared = 0
    for path in PROGRAMS:
        mine = reading(path)
        if errors(mine.findings) or not mine.moves:
            continue
        theirs = interpret(path.read_text("latin-1"), tmp_path)
        assert (path.name, theirs.error) == (path.name, "")
        assert difference(theirs.moves, ours(mine.moves), PRINTED) is None, path.name
        compared += len(mine.moves)
    assert compared > 1000
