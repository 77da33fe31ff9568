"""The commands, run as a user runs them: in a process of their own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import jobs
import pytest

from camcore import machine as machines

COMMANDS = ("run", "nest", "read", "dfm", "verify", "machines", "materials", "schema")


GRBL = ("--machine", "generic-grbl-laser")


def camcore(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "camcore", *map(str, words)]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, env=environment)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Folder with a little job, run once."""
    folder = tmp_path_factory.mktemp("made")
    result = camcore("run", jobs.job(folder), "--out", folder / "out")
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command):
    assert "Example: camcore" in camcore(command, "--help").stdout


def test_version():
    assert re.fullmatch(r"camcore \d+\.\d+\.\d+\n", camcore("--version").stdout)


def test_a_run_says_where_to_look(made):
    told = camcore("run", made / "job.toml", "--out", made / "again").stderr
    assert "report.html" in told
    assert "3 pieces on 1 sheet(s)" in told


def test_json_is_one_document_and_nothing_else(made):
    result = camcore("run", made / "job.toml", "--out", made / "json", "--json")
    document = json.loads(result.stdout)
    assert document["programs"] == ["sheet-01.nc"]
    assert document["exit"] == 0


def test_quiet_says_nothing(made):
    result = camcore("run", made / "job.toml", "--out", made / "quiet", "--quiet")
    assert (result.stdout, result.stderr) == ("", "")


def test_nest_writes_a_nest(made):
    out = made / "nest.json"
    result = camcore("nest", made / "job.toml", "--out", out, "--effort", 100, "--seed", 3, "--threads", 2)
    document = json.loads(out.read_text())
    assert result.returncode == 0
    assert (document["seed"], document["version"], len(document["sheets"])) == (3, 1, 1)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT to send on Windows")
def test_ctrl_c_keeps_the_best_whole_nest(tmp_path):
    path = jobs.job(tmp_path)
    jobs.drawing(tmp_path / "other.dxf", hole=9.0)
    more = '\n[[parts]]\ndrawing = "other.dxf"\nquantity = 60\n'
    path.write_text(path.read_text().replace("quantity = 3", "quantity = 60") + more)
    words = ["nest", str(path), "--out", str(tmp_path / "nest.json"), "--effort", "1000000000"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # also where the tests run in the background
    command = [sys.executable, "-m", "camcore", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, preexec_fn=heard) as process:
        time.sleep(12)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            process.kill()
    document = json.loads((tmp_path / "nest.json").read_text())
    assert document["stopped_by"] == "interrupt"
    placed = sum(sheet["repeat"] * len(sheet["placements"]) for sheet in document["sheets"])
    assert placed + sum(row["quantity"] for row in document["unplaced"]) == 120


def test_two_threads_give_the_same_nest_twice(made):
    for name in ("one.json", "two.json"):
        camcore("nest", made / "job.toml", "--out", made / name, "--threads", 2)
    first, second = (json.loads((made / name).read_text())["sheets"] for name in ("one.json", "two.json"))
    assert first == second


def test_a_place_that_cannot_be_written_is_a_finding(made):
    result = camcore("nest", made / "job.toml", "--out", made / "none" / "nest.json")
    assert (result.returncode, result.stderr[:4]) == (2, "E307")


def test_read_is_the_contract(made):
    document = json.loads(camcore("read", made / "plate.dxf", "--json").stdout)
    (drawing,) = document["drawings"]
    (part,) = drawing["parts"]
    assert (drawing["units"], part["id"], len(part["outline"]), len(part["holes"])) == ("mm", "plate", 8, 1)
    assert set(part) == {"id", "outline", "holes", "marks", "drills"}


def test_read_exits_1_where_a_drawing_has_an_error(made):
    jobs.drawing(made / "open.dxf", gap=3.0)
    result = camcore("read", made / "plate.dxf", made / "open.dxf", "--json")
    assert result.returncode == 1
    assert [len(drawing["findings"]) > 0 for drawing in json.loads(result.stdout)["drawings"]] == [False, True]


def test_verify_proves_what_run_made(made):
    out = made / "out"
    words = ("--machine", "generic-grbl-laser", "--nest", out / "nest.json", "--sheet", 1, "--process")
    result = camcore("verify", out / "sheet-01.nc", *words, out / "sheet-01.cut.json", "--json")
    assert result.returncode == 0, result.stdout
    assert json.loads(result.stdout)["programs"][0]["proven"] is True


def test_verify_tells_that_the_cuts_were_planned_for_another_machine(made):
    out = made / "out"
    files = ("--nest", out / "nest.json", "--process", out / "sheet-01.cut.json")
    other = camcore("verify", out / "sheet-01.nc", "--machine", "ortur-laser-master-2", *files)
    assert "W772" in other.stderr
    assert "'generic-grbl-laser'" in other.stderr
    assert "W772" not in camcore("verify", out / "sheet-01.nc", "--machine", "generic-grbl-laser", *files).stderr


def test_verify_refuses_cuts_of_another_process(made):
    out = made / "out"
    files = ("--nest", out / "nest.json", "--process", out / "sheet-01.cut.json")
    other = camcore("verify", out / "sheet-01.nc", "--machine", "generic-grbl-router", *files)
    assert other.returncode == 2
    assert "E771" in other.stderr


def test_verify_finds_what_was_changed(made):
    text = (made / "out" / "sheet-01.nc").read_text()
    (made / "bad.nc").write_text(re.sub(r"(?m)^M4 S\d+", "M4 S0", text))
    out = made / "out"
    words = ("--machine", "generic-grbl-laser", "--nest", out / "nest.json", "--process", out / "sheet-01.cut.json")
    result = camcore("verify", made / "bad.nc", *words)
    assert result.returncode == 1
    assert "FAIL" in result.stdout


def test_read_joins_ends_as_far_as_asked(tmp_path):
    from drawn import save

    path = save(tmp_path / "c.dxf", lambda msp: msp.add_lwpolyline([(0, 0), (50, 0), (50, 30), (0, 30), (0, 1)]))
    assert camcore("read", path).returncode == 1
    assert "W212" in camcore("read", path, "--join", "1/16in").stderr
    assert camcore("read", path, "--join", "banana").returncode == 2
    assert camcore("read", path, "--join", "1m").returncode == 2


def test_read_takes_rules_of_ones_own(tmp_path):
    from drawn import save

    path = save(tmp_path / "c.dxf", lambda msp: msp.add_circle((0, 0), 5))
    rules = tmp_path / "rules.toml"
    rules.write_text('version = 1\n[[rules]]\nname = "no circles"\ntype = ["CIRCLE"]\noperation = "ignore"\n')
    assert camcore("read", path).returncode == 0
    assert "no circles" in camcore("read", path, "--rules", rules).stderr
    assert camcore("read", path, "--rules", path).returncode == 2


def test_verify_reads_any_program_without_a_nest(made):
    assert camcore("verify", made / "out" / "sheet-01.nc", "--machine", "generic-grbl-laser").returncode == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "none.toml", "--out", "o"), "E301"),
        (("run", "broken.toml", "--out", "o"), "E302"),
        (("verify", "none.nc", "--machine", "generic-grbl-laser"), "E301"),
        (("verify", "broken.toml", "--machine", "made-up"), "E310"),
        (("verify", "broken.toml", *GRBL, "--nest", "broken.toml"), "E309"),
        (
            (
                "verify",
                "broken.toml",
                "--machine",
                "generic-grbl-laser",
                "--nest",
                "broken.toml",
                "--process",
                "broken.toml",
            ),
            "E308",
        ),
        (("machines", "made-up"), "E310"),
        (("materials", "made-up"), "E330"),
        (("schema", "made-up"), "E305"),
    ],
)
def test_a_wrong_call_is_a_finding_and_exit_2(tmp_path, words, code):
    (tmp_path / "broken.toml").write_text("a = = 1\n")
    result = camcore(*words, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith(code)
    assert "Traceback" not in result.stderr


def test_a_finding_of_a_wrong_call_is_json_too(tmp_path):
    result = camcore("run", "none.toml", "--out", "o", "--json", cwd=tmp_path)
    assert [row["code"] for row in json.loads(result.stdout)["findings"]] == ["E301"]


def test_a_defect_is_told_without_a_traceback(tmp_path):
    code = (
        "import sys, camcore.cli as cli, camcore.listing as l\n"
        "def broken(): raise RuntimeError('oh')\n"
        "l.machines = broken; sys.argv = ['camcore', 'machines']; cli.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr.startswith("E399")


@pytest.mark.parametrize("command", ["machines", "materials"])
def test_lists_state_source_and_status(command):
    table = json.loads(camcore(command, "--json").stdout)
    assert len(table) >= 6
    assert all(row["status"] and row["source"] for row in table)


def test_a_machine_file_is_checked(tmp_path):
    ours = Path(machines.__file__).parent.parent / "postprocessors" / "machines" / "haas-vf-2.toml"
    good = camcore("machines", "--check", ours, "--json")
    (row,) = json.loads(good.stdout)
    assert (good.returncode, row["name"], row["dialect"], row["holds"]) == (0, "haas-vf-2", "haas", True)
    assert "rates.feed_max" in row["uncalibrated"]
    bad = tmp_path / "bad.toml"
    bad.write_text(ours.read_text().replace("rapid_xy =", "rapit_xy =").replace('"auto"', '"sometimes"'))
    result = camcore("machines", "--check", bad)
    assert result.returncode == 2
    assert "rapit_xy" in result.stderr
    assert "tool_change" in result.stderr
    assert re.search(r"E303 \S*bad.toml: line \d+, key", result.stderr)
    assert camcore("machines", "--check", tmp_path / "none.toml").returncode == 2


def test_a_machine_files_own_lines_are_read_as_its_control_would(tmp_path):
    ours = Path(machines.__file__).parent.parent / "postprocessors" / "machines" / "generic-grbl-router.toml"
    own = tmp_path / "own.toml"
    lines = 'preamble = ["G28", "G61"]\npostamble = ["G0 Z25", "M30"]\n\n[work_area]'
    own.write_text(ours.read_text().replace("[work_area]", lines, 1))
    result = camcore("machines", "--check", own)
    assert result.returncode == 2
    assert re.search(r"E705 \S*own.toml: key preamble: 'G28': G28 is refused", result.stderr)
    assert re.search(r"E715 \S*own.toml: key postamble: 'M30'", result.stderr)
    own.write_text(own.read_text().replace('"G28", ', "").replace(', "M30"', ""))
    assert camcore("machines", "--check", own).returncode == 0


def test_one_machine_field_by_field():
    table = json.loads(camcore("machines", "generic-grbl-laser", "--json").stdout)
    assert {"field", "value", "status", "source"} == set(table[0])


def test_tables_are_aligned_text():
    lines = camcore("materials", "fr4").stdout.splitlines()
    assert lines[0].split() == ["field", "value", "status", "source"]


def test_every_format_has_a_schema():
    import jsonschema

    for name in camcore("schema").stdout.split():
        jsonschema.Draft202012Validator.check_schema(json.loads(camcore("schema", name).stdout))
