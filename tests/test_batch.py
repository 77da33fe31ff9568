"""Lists to results: reading them, going on after any stop, and the same results whichever way they are run."""

import csv
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from jobs import drawing as draw_plate
from typer.testing import CliRunner

from camcore.batch import results, rows, run, runners
from camcore.batch.journal import Journal
from camcore.batch.model import Answer, Task
from camcore.batch.work import answered
from camcore.cli import app
from camcore.findings import CamError
from camcore.workers import Limits

HEAD = "drawing,material,thickness,quantity\n"


def listed(folder: Path, text: str | bytes, **words: object) -> rows.Listed:
    path = folder / "rfq.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return rows.read(path, rows.Defaults(**words))


def plates(folder: Path, count: int, more: str = "") -> Path:
    """A list of so many little plates with holes of different size."""
    for k in range(count):
        draw_plate(folder / f"plate-{k}.dxf", hole=2.0 + k / 10)
    text = HEAD + "".join(f'plate-{k}.dxf,pet,0.25,"1,{10 + k}"\n' for k in range(count)) + more
    (folder / "rfq.csv").write_text(text)
    return folder / "rfq.csv"


def here(tasks):
    """The runner that is obvious: one task after the other, in this process."""
    for task in tasks:
        yield task, answered(task)


def carried_out(path: Path, out: Path, runner=here, formats=("csv",), done=None) -> run.Summary:
    return run.run(rows.read(path, rows.Defaults()), path, out, runner, list(formats), done)


def table(out: Path) -> list[dict[str, str]]:
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# -- lists ------------------------------------------------------------------------------------------------------------


def test_a_list_of_a_spreadsheet(tmp_path):
    text = "\ufeffDrawing ; Material; Thickness ;QTY;Description\n"
    text += ' a.dxf;fr4;1,57;10/ 100;"x; y"\n\n# note\nb.dxf; pet ;0.014in;;\n'
    found = listed(tmp_path, text)
    assert [(row.line, row.drawing, row.order.material, row.order.thickness, row.quantities) for row in found.rows] == [
        (2, "a.dxf", "fr4", "1.57", (10, 100)),
        (5, "b.dxf", "pet", "0.014in", rows.Defaults().quantities),
    ]
    assert [(finding.code, finding.where["key"]) for finding in found.findings] == [("W962", "Description")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path, encoding):
    found = listed(tmp_path, (HEAD + "stück.dxf,pet,0.25,1\r\n").encode(encoding))
    assert found.rows[0].drawing == "stück.dxf"


def test_a_row_that_spans_lines_keeps_its_line(tmp_path):
    found = listed(tmp_path, 'drawing,material,thickness,note\na.dxf,pet,0.25,"one\ntwo"\nb.dxf,pet,x,\n')
    assert [row.line for row in found.rows] == [2]
    assert found.wrong[0][2].where == {"line": 4, "key": "thickness"}


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (",pet,0.25,1,,,", "drawing"),
        ("a.dxf,,0.25,1,,,", "material"),
        ("a.dxf,pet,,1,,,", "thickness"),
        ("a.dxf,pet,thick,1,,,", "thickness"),
        ("a.dxf,pet,0.25,some,,,", "quantity"),
        ("a.dxf,pet,0.25,0,,,", "quantity"),
        ("a.dxf,pet,0.25,1,any,,", "rotation"),
        ("a.dxf,pet,0.25,1,,furlong,", "units"),
        ("a.dxf,pet,0.25,1,,,-5", "cost"),
    ],
)
def test_a_wrong_row_is_told_and_stops_no_other(tmp_path, row, key):
    head = "drawing,material,thickness,quantity,rotation,units,cost\n"
    found = listed(tmp_path, f"{head}{row}\ngood.dxf,pet,0.25,1,Grain,in,85.5\n")
    assert [(line, finding.code, finding.where["key"]) for line, _, finding in found.wrong] == [(2, "E961", key)]
    assert (found.rows[0].order.rotation, found.rows[0].order.cost) == ("grain", 85.5)


@pytest.mark.parametrize("text", ["", "\n\n", "name,size\nx,y\n"])
def test_no_list_is_e960(tmp_path, text):
    with pytest.raises(CamError) as caught:
        listed(tmp_path, text)
    assert caught.value.findings[0].code == "E960"


def test_what_a_row_leaves_open_the_call_says(tmp_path):
    order = rows.Order(material="pet", thickness="0.25")
    found = listed(tmp_path, "drawing\na.dxf\n", order=order, quantities=(7,), operations=("wash",), rates="shop.toml")
    (row,) = found.rows
    assert (row.order, row.quantities, row.operations, row.rates) == (order, (7,), ("wash",), "shop.toml")


# -- journal ----------------------------------------------------------------------------------------------------------


def test_a_torn_line_is_cut_off(tmp_path):
    with Journal(tmp_path) as journal:
        journal.note("a", {"n": 1})
        journal.note("b", {"n": 2})
    path = tmp_path / "journal.jsonl"
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        kept = whole[:end].count(b"\n")
        with Journal(tmp_path) as journal:
            assert [key in journal for key in "ab"] == [kept > 0, kept > 1]
            journal.note("c", {"n": 3})
            assert journal.entry("c")["n"] == 3
            assert not kept or journal.entry("a")["n"] == 1
        assert path.read_bytes().count(b"\n") == kept + 1


def test_two_batches_do_not_share_a_folder(tmp_path):
    with Journal(tmp_path), pytest.raises(CamError) as caught:
        Journal(tmp_path)
    assert caught.value.findings[0].code == "E965"


# -- going on ---------------------------------------------------------------------------------------------------------


def test_a_batch_from_list_to_results(tmp_path):
    summary = carried_out(plates(tmp_path, 3, "none.dxf,pet,0.25,1\nplate-0.dxf,tin,1,1\n"), tmp_path / "out")
    assert (summary.rows, summary.priced, summary.failed, summary.left, summary.exit_code) == (5, 3, 2, 0, 1)
    found = table(tmp_path / "out")
    assert [(row["line"], row["quantity"]) for row in found[:4]] == [("2", "1"), ("2", "10"), ("3", "1"), ("3", "11")]
    quote = json.loads((tmp_path / "out" / found[0]["quote"]).read_text())
    assert [each["total"] for each in quote["breaks"]] == [row["total"] for row in found[:2]]
    assert [row["codes"] for row in found if row["status"] == "failed"] == ["E961", "E330"]
    assert [finding.where["line"] for finding in summary.findings] == [5, 6]
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["failed"] == 2


def test_what_is_done_is_not_done_again(tmp_path):
    path, out, seen = plates(tmp_path, 3), tmp_path / "out", list[str]()

    def note(_count, row, _answer):
        seen.append(row.drawing)

    carried_out(path, out, done=note)
    first = (out / "results.csv").read_bytes()
    assert carried_out(path, out, done=note).kept == 3
    assert len(seen) == 3
    draw_plate(tmp_path / "plate-1.dxf", hole=9.0)  # changed: done anew
    next((out / "quotes").glob("plate-2-*.json")).write_text("{}")  # damaged: done anew
    summary = carried_out(path, out, done=note)
    assert (summary.kept, seen[3:]) == (1, ["plate-1.dxf", "plate-2.dxf"])
    assert (out / "results.csv").read_bytes() != first


def test_rates_of_a_row_and_their_change(tmp_path):
    from test_pricing import SHIPPED

    draw_plate(tmp_path / "plate.dxf")
    (tmp_path / "rfq.csv").write_text("drawing,material,thickness,quantity,rates\nplate.dxf,pet,0.25,5,shop.toml\n")
    totals = []
    for minimum in ("70.0", "80.0"):
        (tmp_path / "shop.toml").write_text(SHIPPED.replace("minimum = 50.0", f"minimum = {minimum}"))
        carried_out(tmp_path / "rfq.csv", tmp_path / "out")
        totals += [row["total"] for row in table(tmp_path / "out")]
    assert totals == ["70.00", "80.00"]
    (tmp_path / "shop.toml").unlink()
    assert carried_out(tmp_path / "rfq.csv", tmp_path / "out").failed == 1


def test_rows_of_one_key_are_worked_out_once(tmp_path):
    path, seen = plates(tmp_path, 1, 'plate-0.dxf,pet,0.25,"1,10"\n'), list[int]()
    summary = carried_out(path, tmp_path / "out", done=lambda count, *_: seen.append(count))
    assert (summary.priced, len(seen)) == (2, 1)


def test_the_keyboard_stops_it_and_keeps_what_is_done(tmp_path):
    path = plates(tmp_path, 4)

    def stop(count, *_):
        if count == 2:
            raise KeyboardInterrupt

    summary = carried_out(path, tmp_path / "out", done=stop)
    assert (summary.priced, summary.left, summary.exit_code) == (2, 2, 1)
    assert "E943" in [finding.code for finding in summary.findings]
    again = carried_out(path, tmp_path / "out")
    assert (again.priced, again.kept, again.left) == (4, 2, 0)


def test_what_passes_is_tried_again(tmp_path):
    path = plates(tmp_path, 1)

    def killed(tasks):
        for task in tasks:
            yield task, Answer(findings=({"code": "E942", "message": "died", "advice": "", "file": None, "where": {}},))

    assert carried_out(path, tmp_path / "out", killed).failed == 1
    assert carried_out(path, tmp_path / "out").priced == 1


def test_a_formula_in_a_name_is_none_in_the_table(tmp_path):
    draw_plate(tmp_path / "=1+2.dxf")
    (tmp_path / "rfq.csv").write_text(HEAD + "=1+2.dxf,pet,0.25,1\n")
    carried_out(tmp_path / "rfq.csv", tmp_path / "out")
    assert table(tmp_path / "out")[0]["drawing"] == "'=1+2.dxf"


def test_parquet_holds_what_csv_holds(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    carried_out(plates(tmp_path, 2, "none.dxf,pet,0.25,1\n"), tmp_path / "out", formats=("csv", "parquet"))
    found = parquet.read_table(tmp_path / "out" / "results.parquet").to_pylist()
    plain = table(tmp_path / "out")
    assert [row["line"] for row in found] == [int(row["line"]) for row in plain]
    assert [row["total"] for row in found] == [Decimal(row["total"]) if row["total"] else None for row in plain]
    assert list(found[0]) == list(results.COLUMNS)


def test_packages_that_are_not_there_are_e963(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    for call in (lambda: results.check(["parquet"]), lambda: runners.cluster("tcp://127.0.0.1:1")):
        with pytest.raises(CamError) as caught:
            call()
        assert caught.value.findings[0].code == "E963"


# -- processes --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dozen(tmp_path_factory):
    """Twelve plates and what comes of them the obvious way."""
    folder = tmp_path_factory.mktemp("dozen")
    path = plates(folder, 12, "broken.dxf,pet,0.25,1\n")
    (folder / "broken.dxf").write_bytes(b"\x00\xffno drawing")
    carried_out(path, folder / "obvious")
    return path, (folder / "obvious" / "results.csv").read_bytes()


def test_processes_give_the_same_results_though_one_is_killed(dozen, tmp_path):
    path, expected = dozen

    def kill_one(count: int, *_: object) -> None:
        if count == 3:
            multiprocessing.active_children()[0].kill()

    summary = carried_out(path, tmp_path, runners.pool(2, Limits(120.0, 4 << 30)), done=kill_one)
    assert (summary.priced, summary.failed) == (12, 1)
    assert (tmp_path / "results.csv").read_bytes() == expected


def test_a_killed_batch_goes_on(dozen, tmp_path):
    """SIGKILL as soon as there is a row, twice; the third call finishes. Nothing is lost, nothing done twice."""
    path, expected = dozen
    call = [sys.executable, "-m", "camcore", "batch", str(path), "--out", str(tmp_path), "--processes", "1", "--quiet"]
    journal = tmp_path / "journal.jsonl"
    for _ in range(2):
        before = journal.read_bytes().count(b"\n") if journal.exists() else 0
        with subprocess.Popen(call, stderr=subprocess.DEVNULL) as process:
            until = time.monotonic() + 120
            while time.monotonic() < until and process.poll() is None:
                if journal.exists() and journal.read_bytes().count(b"\n") > before + 1:
                    break
                time.sleep(0.02)
            os.kill(process.pid, signal.SIGKILL)
    kept = journal.read_bytes().count(b"\n")
    done = subprocess.run([*call, "--json"], capture_output=True, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["kept"], told["priced"], told["failed"]) == (1, kept, 12, 1)
    assert (tmp_path / "results.csv").read_bytes() == expected
    keys = [json.loads(row)["key"] for row in journal.read_text().splitlines()]
    assert len(keys) == len(set(keys)) == 13


# -- a cluster --------------------------------------------------------------------------------------------------------


@contextmanager
def two_workers():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as cluster:
        yield cluster


def test_a_cluster_loses_nothing_when_a_worker_is_killed(dozen, tmp_path):
    path, expected = dozen
    with two_workers() as cluster:
        killed: list[int] = []

        def kill_one(count: int, *_: object) -> None:
            if count == 3:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        summary = carried_out(path, tmp_path, runners.cluster(cluster.scheduler_address), done=kill_one)
    assert killed
    assert (summary.priced, summary.failed, summary.left) == (12, 1, 0)
    assert (tmp_path / "results.csv").read_bytes() == expected


def test_a_cluster_that_is_not_there_is_e964(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(runners, "WAIT", 0.5)
    with pytest.raises(CamError) as caught:
        runners.cluster("tcp://127.0.0.1:9")
    assert caught.value.findings[0].code == "E964"


@pytest.mark.parametrize("error", [CancelledError(), RuntimeError("it went away")], ids=repr)
def test_a_task_that_the_cluster_gives_up_is_told(error):
    class Lost:
        def result(self) -> Answer:
            raise error

    if isinstance(error, CancelledError):
        with pytest.raises(CamError) as caught:
            runners._answer(Lost())
        assert caught.value.findings[0].code == "E964"
    else:
        assert runners._answer(Lost()).findings[0]["code"] == "E942"


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command(tmp_path):
    path = plates(tmp_path, 1)
    words = ["batch", str(path), "--out", str(tmp_path / "out"), "--processes", "1", "--json"]
    told = CliRunner().invoke(app, words)
    assert (told.exit_code, json.loads(told.stdout)["priced"]) == (0, 1)
    assert CliRunner().invoke(app, [*words, "--format", "xlsx"]).exit_code == 2


def test_rates_that_do_not_hold_stop_it_at_once(tmp_path):
    (tmp_path / "shop.toml").write_text("version = 1\n")
    with pytest.raises(CamError) as caught:
        CliRunner().invoke(
            app,
            ["batch", str(plates(tmp_path, 1)), "--out", str(tmp_path / "out"), "--rates", str(tmp_path / "shop.toml")],
            catch_exceptions=False,
        )
    assert {finding.code for finding in caught.value.findings} == {"E303"}


def test_a_task_can_travel():
    import pickle

    row = rows.Row(2, "a.dxf", rows.Order(material="pet"), (1,))
    task = Task("key", row, b"0", ("text", "rates.toml"))
    assert pickle.loads(pickle.dumps(task)) == task
