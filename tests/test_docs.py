"""The documentation's examples run as they stand, its pages are all in the site, and its links lead somewhere."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
SITE = (ROOT / "mkdocs.yml").read_text("utf-8")


def blocks(page: Path, kind: str) -> list[str]:
    """Fenced blocks of a kind, their indentation taken away."""
    found = re.findall(rf"^([ ]*)```{kind}\n(.*?)^\1```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [re.sub(rf"(?m)^{space}", "", text) for space, text in found]


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A folder with what the examples name: the samples and the machines."""
    folder = tmp_path_factory.mktemp("docs")
    for name in ("samples", "postprocessors"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


COMMANDS = [page for page in PAGES if blocks(page, "console")]


@pytest.mark.parametrize("page", COMMANDS, ids=lambda page: page.stem)
def test_the_commands_of_a_page_run_as_they_stand(page, clone):
    for line in "".join(blocks(page, "console")).splitlines():
        if line.startswith("$ camcore "):
            call = [sys.executable, "-m", *shlex.split(line[2:])]
            done = subprocess.run(call, cwd=clone, capture_output=True, text=True, check=False, env=_environment())
            assert done.returncode in (0, 1), f"{line}\n{done.stderr}"
            assert "Traceback" not in done.stderr
            assert done.returncode == 0 or " dfm " in line, f"{line}\n{done.stdout}{done.stderr}"


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def test_there_are_commands_to_run():
    assert {page.stem for page in COMMANDS} >= {"index", "programmer", "quoting-developer"}


def test_the_python_of_the_quoting_page_runs(clone, monkeypatch, capsys):
    monkeypatch.chdir(clone)
    for code in blocks(DOCS / "quoting-developer.md", "python"):
        exec(compile(code, "quoting-developer.md", "exec"), {})
    assert capsys.readouterr().out.count("sheets") == 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_a_page_is_in_the_site_and_its_links_lead_somewhere(page):
    assert f": {page.relative_to(DOCS).as_posix()}\n" in SITE
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target
