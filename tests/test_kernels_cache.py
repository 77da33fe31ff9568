"""Where compiled code is kept, and what becomes of that of other versions."""

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from camcore import kernels

OLD, OTHER, NEW = (f"kernels-{digit * 16}" for digit in "0a9")


def made(place, name, days=0.0):
    """A folder as Numba fills it, used so many days ago."""
    folder = place / name
    (folder / "kernels_1234").mkdir(parents=True)
    (folder / "kernels_1234" / "push-1.py311.1.nbc").write_bytes(b"code")
    return aged(folder, days)


def aged(path, days):
    then = time.time() - days * 86400
    os.utime(path, (then, then), follow_symlinks=False)
    return path


def test_the_name_is_the_one_that_is_looked_for():
    assert kernels._NAME.fullmatch(kernels._FOLDER.name)


def test_what_other_versions_left_goes_a_week_after_its_last_use(tmp_path):
    folder, old, other = made(tmp_path, NEW), made(tmp_path, OLD, 7.1), made(tmp_path, OTHER, 6.9)
    assert kernels._in_use(folder) == folder
    assert not old.exists()
    assert (other / "kernels_1234" / "push-1.py311.1.nbc").read_bytes() == b"code"


def test_a_folder_that_is_used_stays_however_old_its_code_is(tmp_path):
    folder = made(tmp_path, NEW, 400)
    kernels._in_use(folder)
    assert time.time() - folder.stat().st_mtime < 60
    kernels._in_use(made(tmp_path, OTHER))
    assert (folder / "kernels_1234").is_dir()


@pytest.mark.parametrize(
    "name", ["kernels", "kernels-", f"{OLD}0", f"my-{OLD}", OLD.upper(), "kernels-000000000000000g"]
)
def test_what_bears_another_name_is_not_touched(tmp_path, name):
    other = made(tmp_path, name, 400)
    kernels._in_use(made(tmp_path, NEW))
    assert (other / "kernels_1234" / "push-1.py311.1.nbc").is_file()


def test_links_are_not_followed_and_files_are_not_removed(tmp_path):
    elsewhere, place = made(tmp_path / "elsewhere", "data", 400), tmp_path / "cache"
    folder, old = made(place, NEW), made(place, OLD)
    (old / "link").symlink_to(elsewhere, target_is_directory=True)
    aged(old, 400)
    (place / OTHER).symlink_to(elsewhere, target_is_directory=True)
    file = place / f"kernels-{'b' * 16}"
    file.write_bytes(b"")
    for path in (place / OTHER, file):
        aged(path, 400)
    kernels._in_use(folder)
    assert not old.exists()
    assert (place / OTHER).is_symlink()
    assert file.is_file()
    assert (elsewhere / "kernels_1234").is_dir()


def test_what_cannot_be_removed_or_is_gone_meanwhile_is_passed_over(tmp_path, monkeypatch):
    folder, old = made(tmp_path, NEW), made(tmp_path, OLD, 400)
    gone = tmp_path / OTHER
    monkeypatch.setattr(kernels, "_unused", lambda _: iter([gone, old]))
    kernels._in_use(folder)
    assert not old.exists()
    assert kernels._in_use(tmp_path / "never" / NEW) == tmp_path / "never" / NEW


def test_importing_the_kernels_clears_away_where_the_user_wants_them(tmp_path):
    old, recent = made(tmp_path, OLD, 30), made(tmp_path, OTHER)
    call = "from camcore import kernels; print(kernels._FOLDER)"
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True, env=environment)
    assert set(tmp_path.iterdir()) == {recent, Path(told.stdout.strip())}
    assert not old.exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="temporary folders are each user's own there")
def test_in_a_temporary_folder_code_is_kept_where_nobody_else_can_write(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(kernels.tempfile, "mkdtemp", lambda prefix: f"{tmp_path}/{prefix}new")
    mine = tmp_path / f"camcore-{os.getuid()}"
    assert kernels._temporary() == mine
    assert mine.stat().st_mode & 0o777 == 0o700
    assert kernels._temporary() == mine
    mine.chmod(0o777)
    assert kernels._temporary() == tmp_path / "camcore-new"
    mine.rmdir()
    (tmp_path / "trap").mkdir()
    mine.symlink_to(tmp_path / "trap")
    assert kernels._temporary() == tmp_path / "camcore-new"


# -- files of code ----------------------------------------------------------------------------------------------------


@pytest.fixture
def total(tmp_path, monkeypatch):
    """Makes a kernel, its code in a folder of its own, as each new process makes it."""
    monkeypatch.setattr(kernels, "_FOLDER", tmp_path / NEW)
    source = tmp_path / "sums.py"
    source.write_text(
        "def total(row):\n    both = row[0]\n    for one in row[1:]:\n        both += one\n    return both\n"
    )

    def made():
        spec = importlib.util.spec_from_file_location("sums", source)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "sums", module)
        spec.loader.exec_module(module)
        return kernels.kernel(module.total)

    return made


WHOLE, HALF = np.array([1, 2, 3]), np.array([0.5, 0.5])


def code(tmp_path):
    return sorted((tmp_path / NEW).rglob("*.nbc"))


def loaded(kernel):
    return sum(kernel.stats.cache_hits.values())


def test_code_is_kept_for_the_next_process(tmp_path, total):
    first, second = total(), total()
    assert (first(WHOLE), first(HALF)) == (6, 1.0)
    assert len(code(tmp_path)) == 2
    assert (second(WHOLE), second(HALF)) == (6, 1.0)
    assert (loaded(first), loaded(second)) == (0, 2)


def test_code_for_other_arguments_is_never_run(tmp_path, total):
    """As two processes could leave it that shared Numba's own files: each one's code under the other's name."""
    first = total()
    first(WHOLE), first(HALF)
    one, other = code(tmp_path)
    before = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(before)
    second = total()
    assert (second(WHOLE), second(HALF)) == (6, 1.0)
    assert loaded(second) == 0


@pytest.mark.parametrize("damage", [lambda raw: b"", lambda raw: raw[:-1], lambda raw: raw[:200] + b"x" + raw[201:]])
def test_damaged_code_is_compiled_anew(tmp_path, total, damage):
    total()(WHOLE)
    (file,) = code(tmp_path)
    raw = file.read_bytes()
    file.write_bytes(damage(raw))
    again = total()
    assert again(WHOLE) == 6
    assert loaded(again) == 0
    assert loaded_by_the_next(total) == 1


def loaded_by_the_next(total):
    kernel = total()
    kernel(WHOLE)
    return loaded(kernel)


def test_code_of_another_state_of_its_source_is_compiled_anew(tmp_path, total):
    total()(WHOLE)
    with (tmp_path / "sums.py").open("a") as source:
        source.write("# changed\n")
    assert loaded_by_the_next(total) == 0
    assert loaded_by_the_next(total) == 1
    assert len(code(tmp_path)) == 1


def test_code_that_the_disk_does_not_take_runs_all_the_same(total, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kernels.kept, "write_whole", full)
    assert total()(HALF) == 1.0


def test_code_can_be_forgotten(tmp_path, total):
    kernel = total()
    kernel(WHOLE)
    kernel._cache.flush()
    assert code(tmp_path) == []
