"""Promises that concern the whole house rather than one room."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from camcore.codes import CODES

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [path for top in ("camcore", "postprocessors") for path in sorted((ROOT / top).rglob("*.py"))]
LONG_FILE = 400


def in_a_fresh_process(code: str) -> str:
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return result.stdout.strip()


def test_import_contracts():
    result = subprocess.run(
        ["lint-imports", "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False, env=with_scripts()
    )
    assert result.returncode == 0, result.stdout


def with_scripts() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize(
    "module",
    [
        "camcore",
        "camcore.cli",
        "camcore.verify",
        "postprocessors",
        "camcore.program",
        "camcore.nesting",
        "camcore.formats.nest",
    ],
)
def test_numba_is_not_imported_before_it_is_needed(module):
    assert in_a_fresh_process(f"import sys, {module}; print('numba' in sys.modules)") == "False"


def test_importing_camcore_is_quick():
    code = "import time; s = time.perf_counter(); import camcore; print(time.perf_counter() - s)"
    assert min(float(in_a_fresh_process(code)) for _ in range(3)) < 0.15


def test_help_does_not_import_numba_or_ezdxf():
    code = (
        "import sys\nfrom camcore.cli import main\nsys.argv = ['camcore', '--help']\n"
        "try: main()\nexcept SystemExit: pass\nprint([m for m in ('numba', 'ezdxf', 'shapely') if m in sys.modules])"
    )
    assert in_a_fresh_process(code).splitlines()[-1] == "[]"


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_finding_code_is_raised_and_tested(code):
    raised = [path for path in SOURCES if code in path.read_text("utf-8") and path.name != "codes.py"]
    tests = [
        path
        for path in (ROOT / "tests").rglob("*")
        if path.suffix in {".py", ".nc", ".ngc"} and code in path.read_text("utf-8")
    ]
    assert raised, f"{code} is listed but nothing finds it"
    assert tests, f"{code} has no test"


def test_no_finding_code_is_made_up():
    used = {code for path in SOURCES for code in re.findall(r'"([EWI][1-9]\d\d)"', path.read_text("utf-8"))}
    assert used <= set(CODES)


def test_every_module_has_its_place_in_the_layers():
    """And in the description of the house, where it is more than a helper of one room."""
    layers = (ROOT / "pyproject.toml").read_text("utf-8")
    house = (ROOT / "docs" / "house.md").read_text("utf-8")
    names = {
        path.stem for path in (ROOT / "camcore").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    for name in names - {"__init__", "__main__"}:
        assert re.search(rf"camcore\.{name}\b", layers), name
        assert re.search(rf"\b{name}(\.py|/)`", house), name


def test_files_stay_small():
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text("utf-8").splitlines())) > LONG_FILE}
    assert not long


def test_no_address_of_a_registry_or_machine_is_kept():
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    hosts = re.compile("pypi" + r"\.org|python" + r"hosted\.org|debian" + r"\.org|/ro" + "ot/|/opt/" + "pypi")
    texts = [
        ROOT / name for name in tracked if Path(name).suffix in {".py", ".toml", ".md", ".txt", ".in", ".html", ""}
    ]
    assert [path.name for path in texts if path.is_file() and hosts.search(path.read_text("utf-8", "ignore"))] == []
