import errno
import os
import subprocess
import sys

import pytest

from camcore import files

COUNT = """
import sys
from pathlib import Path
from camcore.files import held
folder, done = Path(sys.argv[1]), 0
while done < 100:
    try:
        with held(folder / "lock"):
            count = int((folder / "count").read_text())
            (folder / "count").write_text(str(count + 1))
            done += 1
    except BlockingIOError:
        pass
"""


def test_a_file_is_written_whole(tmp_path):
    path = tmp_path / "a.txt"
    files.write_whole(path, "Ø 3 mm\n")
    assert path.read_bytes() == "Ø 3 mm\n".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="disk full"):
        files.write_whole(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_hash_is_sha256(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    assert files.sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_json_refuses_what_is_no_json():
    with pytest.raises(ValueError, match="nan"):
        files.dump_json({"x": float("nan")})


def test_a_file_that_cannot_be_written_is_called_by_its_own_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        files.write_whole(tmp_path / "none" / "sheet-01.nc", "M30")
    assert caught.value.filename == str(tmp_path / "none" / "sheet-01.nc")


def test_a_file_is_held_by_one_process_at_a_time(tmp_path):
    """The file comes and goes all the time here: who waits for it must not be let in by one that was removed."""
    (tmp_path / "count").write_text("0")
    workers = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)]) for _ in range(3)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert (tmp_path / "count").read_text() == "300"
    assert [entry.name for entry in tmp_path.iterdir()] == ["count"]


def test_who_is_refused_is_told_who_holds_the_file(tmp_path):
    path = tmp_path / "lock"
    path.write_text("what a killed process left, which is longer than what comes now: 0123456789 0123456789 0123456789")
    with files.held(path):
        assert path.read_text().startswith(f"process {os.getpid()} on ")
        with pytest.raises(BlockingIOError) as refused, files.held(path):
            pass
        assert refused.value.strerror == path.read_text()
    with files.held(path):
        assert path.is_file()
    assert not path.exists()


def test_a_file_system_without_locks_keeps_nobody_out(tmp_path, monkeypatch):
    def none(_):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(files, "lock", none)
    with files.held(tmp_path / "lock"), files.held(tmp_path / "lock"):
        pass
    assert list(tmp_path.iterdir()) == []
