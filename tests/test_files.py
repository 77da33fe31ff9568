import pytest

from camcore import files


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
