"""One run at a time in a folder."""

import json
import os
import signal
import subprocess
import sys

import jobs
import pytest

from camcore.files import held
from camcore.findings import CamError
from camcore.folder import LOCK, opened
from camcore.ready import Budget
from camcore.run import run

HOLD = """
import sys, time
from pathlib import Path
from camcore.folder import opened
with opened(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the folder `out`."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "out")], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_second_run_is_refused_and_touches_nothing(tmp_path):
    path, out = jobs.job(tmp_path), tmp_path / "out"
    run(path, out, Budget())
    before = contents(out)
    with held(out / LOCK):
        with pytest.raises(CamError, match="E311") as refused:
            run(path, out, Budget())
        assert {name: data for name, data in contents(out).items() if name != LOCK} == before
    assert f"process {os.getpid()} on " in refused.value.findings[0].message
    assert refused.value.findings[0].file == str(out)
    assert contents(out) == before


def test_the_command_names_the_process_that_is_at_work(tmp_path, other):
    call = [sys.executable, "-m", "camcore", "run", str(jobs.job(tmp_path)), "--out", str(tmp_path / "out"), "--json"]
    told = subprocess.run(call, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    finding = json.loads(told.stdout)["findings"][0]
    assert finding["code"] == "E311"
    assert f"process {other.pid} on " in finding["message"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [LOCK]


def test_what_a_killed_run_left_keeps_nobody_out(tmp_path, other):
    other.kill()
    other.wait()
    assert (tmp_path / "out" / LOCK).is_file()
    assert run(jobs.job(tmp_path), tmp_path / "out", Budget()).exit_code == 0
    assert not (tmp_path / "out" / LOCK).exists()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_run_that_is_stopped_leaves_no_lock(tmp_path, other):
    other.send_signal(signal.SIGINT)
    other.wait()
    assert contents(tmp_path / "out") == {}


def test_a_folder_is_let_go_after_an_error(tmp_path):
    with pytest.raises(ValueError, match="within"), opened(tmp_path / "out"):
        raise ValueError("within")
    with opened(tmp_path / "out"):
        assert [path.name for path in (tmp_path / "out").iterdir()] == [LOCK]
    assert contents(tmp_path / "out") == {}


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_in_the_place_of_the_lock_is_refused(tmp_path):
    precious = tmp_path / "precious.txt"
    precious.write_text("keep")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOCK).symlink_to(precious)
    with pytest.raises(CamError, match="E307"):
        run(jobs.job(tmp_path), tmp_path / "out", Budget())
    assert precious.read_text() == "keep"
