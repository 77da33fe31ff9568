"""The service over HTTP: answers, drawings, jobs and their events and files, and what it says to bad input."""

import hashlib
import io
import json
import sys
import zipfile

import jsonschema
import pytest

from camcore.formats import schema
from tests.serving import GASKET, WASHER, client, ended, send, washer_job

API = "/api/v1"


@pytest.fixture(scope="module")
def http(tmp_path_factory):
    with client(tmp_path_factory.mktemp("service"), most_bytes=1_000_000) as http:
        yield http


@pytest.fixture(scope="module")
def washer(http):
    return send(http)


@pytest.fixture(scope="module")
def done(http, washer):
    """A job that was run, with the events that told of it."""
    id = http.post(f"{API}/jobs", json=washer_job(washer)).json()["id"]
    with http.stream("GET", f"{API}/jobs/{id}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = "".join(stream.iter_text())
    return id, text


def codes(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"urn:camcore:{body['findings'][0]['code']}"
    return [finding["code"] for finding in body["findings"]]


# -- answers at once --------------------------------------------------------------------------------------------------


def test_a_drawing_sent_along_is_estimated_as_on_the_command_line(http):
    form = {"material": "pet", "thickness": "0.25", "quantity": "10,100", "sheet": "600x400mm", "cost": "12.5"}
    answer = http.post(f"{API}/estimate", data=form, files={"file": ("d-washer.dxf", WASHER.read_bytes())})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    jsonschema.validate(body, schema("estimate"))
    from camcore.estimating import Order, of_file

    order = Order("pet", "0.25mm", "10,100", "600x400mm", cost=12.5)
    assert body == json.loads(of_file(WASHER, order).document.text())
    assert body["estimates"][0]["parts"] == [{"id": "d-washer", "quantity": 10, "unplaced": 0}]


def test_a_drawing_sent_before_is_estimated_by_its_id_again_and_again(http, washer):
    asked = {"drawing": washer, "material": "pet", "thickness": "0.25mm", "quantity": [10, 100]}
    first = http.post(f"{API}/estimate", json=asked).json()
    assert http.post(f"{API}/estimate", json=asked).json() == first
    smaller = http.post(f"{API}/estimate", json={**asked, "sheet": "100x100mm", "cost": 2}).json()
    dearer = http.post(f"{API}/estimate", json={**asked, "sheet": "100x100mm", "cost": 3}).json()
    assert smaller["estimates"][1]["sheets"] > first["estimates"][1]["sheets"]
    assert dearer["estimates"][1]["price"] == 1.5 * smaller["estimates"][1]["price"]


def test_price_breaks_are_those_of_the_command_line(http, washer):
    asked = {"drawing": washer, "material": "pet", "thickness": "0.25mm", "sheet": "600x400mm", "cost": 12.5}
    body = http.post(f"{API}/quote", json={**asked, "quantity": [1, 100]}).json()
    jsonschema.validate(body, schema("quote"))
    from camcore import quoting
    from camcore.estimating import Order

    order = Order("pet", "0.25mm", "1", "600x400mm", cost=12.5)
    assert body == json.loads(quoting.of_file(WASHER, order, quoting.wish("1,100")).document.text())
    again = http.post(f"{API}/quote", json={**asked, "quantity": [1, 100]}).json()
    assert again == body
    sets = http.post(f"{API}/quote/job", json={"job": washer_job(washer), "quantity": [1, 5]}).json()
    jsonschema.validate(sets, schema("quote"))
    assert [each["quantity"] for each in sets["breaks"]] == [1, 5]


def test_all_drawings_of_a_job_are_estimated_together(http, washer):
    other = send(http, GASKET)
    asked = washer_job(washer, parts=[{"drawing": washer, "quantity": 5}, {"drawing": other, "quantity": 2}])
    body = http.post(f"{API}/estimate/job", json={**asked, "sheets": [{"size": [600, 400]}]}).json()
    jsonschema.validate(body, schema("estimate"))
    assert {row["id"] for row in body["estimates"][0]["parts"]} == {"d-washer", "box-gasket"}


def test_a_review_tells_what_stands_against_it(http, washer):
    asked = {"drawing": washer, "material": "fr4", "thickness": "1/16in", "process": "mill", "tool": 3.175}
    body = http.post(f"{API}/dfm", json=asked).json()
    jsonschema.validate(body, schema("dfm"))
    assert body["drawings"][0]["file"] == "d-washer.dxf"
    assert body["drawings"][0]["findings"]
    form = {"material": "fr4", "thickness": "1.57", "process": "mill"}
    answer = http.post(f"{API}/dfm", data=form, files={"file": ("x.dxf", WASHER.read_bytes())})
    assert answer.json()["drawings"][0]["parts"][0]["id"] == "x"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"material": "unobtainium"}, "E330"),
        ({"thickness": "thick"}, "E336"),
        ({"thickness": -1}, "E336"),
        ({"machine": "no-such-machine"}, "E310"),
        ({"machine": "/etc/passwd"}, "E945"),
        ({"machine": "../x.toml"}, "E945"),
        ({"quantity": [0]}, "E945"),
        ({"quantity": "many"}, "E945"),
        ({"quantity": [10_000_000]}, "E945"),
        ({"sheet": "big"}, "E336"),
        ({"sheet": "300x200m"}, "E336"),
        ({"thickness": "3m"}, "E336"),
        ({"colour": "red"}, "E945"),
        ({"material": None}, "E945"),
        ({"thickness": float("inf")}, None),
    ],
)
def test_words_that_make_no_sense_are_findings(http, washer, change, code):
    asked = {"drawing": washer, "material": "pet", "thickness": 0.25, **change}
    answer = http.post(f"{API}/estimate", content=json.dumps(asked), headers={"content-type": "application/json"})
    assert set(codes(answer, 422)) == {code or "E945"}


def test_bodies_that_are_none(http):
    kind = {"content-type": "application/json"}
    assert codes(http.post(f"{API}/estimate", content=b"{", headers=kind), 400) == ["E945"]
    assert codes(http.post(f"{API}/estimate", content=b"[" * 100_000, headers=kind), 400) == ["E945"]
    assert set(codes(http.post(f"{API}/estimate", content=b"[1]", headers=kind), 422)) == {"E945"}
    assert codes(http.post(f"{API}/estimate", content=b"x", headers={"content-type": "text/plain"}), 415) == ["E945"]
    assert codes(http.post(f"{API}/estimate", data={"material": "pet", "thickness": "1"}, files={"x": b""}), 422)
    assert codes(http.put(f"{API}/estimate"), 405) == ["E945"]
    assert codes(http.get(f"{API}/nothing"), 404) == ["E946"]


# -- drawings ---------------------------------------------------------------------------------------------------------


def test_a_drawing_is_kept_by_its_content_and_comes_back_as_it_was(http, washer):
    assert washer == hashlib.sha256(WASHER.read_bytes()).hexdigest()
    assert http.get(f"{API}/drawings/{washer}").json() == {
        "id": washer,
        "name": "d-washer.dxf",
        "size": WASHER.stat().st_size,
    }
    answer = http.get(f"{API}/drawings/{washer}/file")
    assert answer.content == WASHER.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")


def test_parts_and_their_picture(http, washer):
    body = http.get(f"{API}/drawings/{washer}/parts").json()
    jsonschema.validate(body, schema("read"))
    assert [part["id"] for part in body["drawings"][0]["parts"]] == ["d-washer"]
    answer = http.get(f"{API}/drawings/{washer}/picture.svg", params={"part": "d-washer"})
    assert answer.text.startswith("<svg")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert codes(http.get(f"{API}/drawings/{washer}/picture.svg", params={"part": "x"}), 404) == ["E946"]


def test_a_name_leads_nowhere_else(http):
    id = send(http, GASKET, "..\\..\\etc/../CON.dxf")
    assert http.get(f"{API}/drawings/{id}").json()["name"] in ("drawing.dxf", "box-gasket.dxf")
    other = http.post(f"{API}/drawings", files={"file": ("ü" * 300 + ".DXF", b"0\nSECTION\n")}).json()
    assert other["name"] == "ü" * 60 + ".dxf"


def test_a_drawing_that_is_none_is_told_so_and_costs_nothing_else(http, washer):
    for data in (b"", b"\x00" * 5000, b"hello", b"0\nSECTION\n" * 1000, WASHER.read_bytes()[:3000]):
        id = http.post(f"{API}/drawings", files={"file": ("bad.dxf", data)}).json()["id"]
        answer = http.post(f"{API}/estimate", json={"drawing": id, "material": "pet", "thickness": 1})
        assert answer.status_code == 422
        assert all("/" not in (finding["file"] or "") for finding in answer.json()["findings"])
        assert http.get(f"{API}/drawings/{id}/parts").status_code == 200
    assert http.post(f"{API}/estimate", json={"drawing": washer, "material": "pet", "thickness": 1}).status_code == 200


def test_drawings_that_were_never_sent(http):
    asked = {"drawing": "0" * 64, "material": "pet", "thickness": 1}
    assert codes(http.post(f"{API}/estimate", json=asked), 404) == ["E946"]
    assert codes(http.get(f"{API}/drawings/{'0' * 64}"), 404) == ["E946"]
    assert codes(http.get(f"{API}/drawings/..%2f..%2fservice.db"), 404)
    assert codes(http.post(f"{API}/jobs", json=washer_job("0" * 64)), 404) == ["E946"]


def test_what_is_too_large_is_refused(http):
    big = b"0" * 1_000_001
    assert codes(http.post(f"{API}/drawings", files={"file": ("a.dxf", big)}), 413) == ["E948"]
    assert codes(http.post(f"{API}/drawings", files={"file": ("a.dxf", big * 2)}), 413) == ["E948"]


# -- jobs -------------------------------------------------------------------------------------------------------------


def test_a_job_runs_to_proven_programs(http, done):
    id, _ = done
    job = ended(http, id)
    assert (job["state"], job["exit"], job["attempt"]) == ("done", 0, 1)
    assert job["programs"] == ["sheet-01.gcode"] or job["programs"] == ["sheet-01.nc"]
    names = {row["name"] for row in http.get(f"{API}/jobs/{id}/files").json()["files"]}
    fixed = {"nest.json", "sheet-01.cut.json", "verify.json", "findings.json", "report.html", "manifest.json"}
    assert fixed | set(job["programs"]) | {"job.toml"} <= names
    nest = http.get(f"{API}/jobs/{id}/files/nest.json").json()
    jsonschema.validate(nest, schema("nest"))
    assert len(nest["sheets"][0]["placements"]) == 6
    with zipfile.ZipFile(io.BytesIO(http.get(f"{API}/jobs/{id}/files.zip").content)) as zipped:
        assert set(zipped.namelist()) == names


def test_events_tell_of_stages_and_the_growing_nest(done):
    _, text = done
    events = [block.split("\n") for block in text.strip().split("\n\n") if not block.startswith(":")]
    kinds = [next(line[7:] for line in lines if line.startswith("event: ")) for lines in events]
    assert kinds[-1] == "end"
    assert kinds.count("end") == 1
    last = json.loads(events[-1][-1].removeprefix("data: "))
    assert last["state"] == "done"
    stages = [json.loads(lines[-1][6:]) for lines, kind in zip(events, kinds, strict=True) if kind == "stage"]
    assert set(stages) <= {"read", "nest", "cuts", "post", "proof", "review", "report"}


def test_a_report_is_shown_in_a_box_of_its_own(http, done):
    answer = http.get(f"{API}/jobs/{done[0]}/files/report.html", params={"look": "true"})
    assert answer.headers["content-disposition"].startswith("inline")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert http.get(f"{API}/jobs/{done[0]}/files/job.toml").headers["content-disposition"].startswith("attachment")


def test_a_job_that_only_nests(http, washer):
    id = http.post(f"{API}/jobs", json=washer_job(washer, work="nest")).json()["id"]
    assert ended(http, id)["state"] == "done"
    assert {row["name"] for row in http.get(f"{API}/jobs/{id}/files").json()["files"]} == {"nest.json", "job.toml"}


def test_a_job_whose_drawing_is_bad_fails_with_its_findings(http):
    bad = http.post(f"{API}/drawings", files={"file": ("bad.dxf", b"hello")}).json()["id"]
    job = ended(http, http.post(f"{API}/jobs", json=washer_job(bad)).json()["id"])
    assert (job["state"], job["exit"]) == ("failed", 2)
    assert "E101" in [finding["code"] for finding in job["findings"]]
    assert all(finding["file"] in (None, "bad.dxf", "job.toml") for finding in job["findings"])


def test_the_same_key_never_makes_a_second_job(http, washer):
    key = {"Idempotency-Key": "order-4711"}
    first = http.post(f"{API}/jobs", json=washer_job(washer), headers=key)
    again = http.post(f"{API}/jobs", json=washer_job(washer), headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = http.post(f"{API}/jobs", json=washer_job(washer, name="another"), headers=key)
    assert codes(other, 422) == ["E949"]


def test_a_job_is_stopped_whether_it_runs_or_waits(http, washer):
    long = washer_job(washer, parts=[{"drawing": washer, "quantity": 60, "rotation": "free"}])
    long = {**long, "nesting": {"effort": 10_000_000}}
    running, waiting = (http.post(f"{API}/jobs", json=long).json()["id"] for _ in range(2))
    for id in (waiting, running):
        assert http.delete(f"{API}/jobs/{id}").json()["state"] == "cancelled"
        assert codes(http.delete(f"{API}/jobs/{id}"), 409) == ["E951"]
        assert http.get(f"{API}/jobs/{id}/files").json()["files"][0]["name"] == "job.toml"
    assert ended(http, http.post(f"{API}/jobs", json=washer_job(washer)).json()["id"])["state"] == "done"


def test_a_running_job_has_no_files_yet(http, washer):
    long = {**washer_job(washer), "nesting": {"effort": 10_000_000}, "name": "long"}
    id = http.post(f"{API}/jobs", json=long).json()["id"]
    assert codes(http.get(f"{API}/jobs/{id}/files"), 409) == ["E951"]
    http.delete(f"{API}/jobs/{id}")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"material": "unobtainium"}, "E330"),
        ({"machine": "no-such-machine"}, "E310"),
        ({"process": {"kerff": 0.2}}, "E303"),
        ({"process": {"kerf": "wide"}}, "E303"),
        ({"thickness": "thick"}, "E303"),
        ({"sheets": [{"quantity": 2}]}, "E303"),
        ({"sheets": [{"size": [1e9, 10]}]}, "E303"),
        ({"parts": []}, "E945"),
        ({"sheets": []}, "E945"),
        ({"name": "a/b"}, "E945"),
        ({"materials": "/etc/passwd"}, "E945"),
    ],
)
def test_a_job_that_cannot_be_is_refused_before_it_is_one(http, washer, change, code):
    before = http.get(f"{API}/jobs", params={"most": 200}).json()["jobs"]
    assert code in codes(http.post(f"{API}/jobs", json=washer_job(washer, **change)), 422)
    assert http.get(f"{API}/jobs", params={"most": 200}).json()["jobs"] == before


def test_words_of_a_job_cannot_break_out_of_its_toml(http, washer):
    name = 'x"\n[process]\nkerf = 9 \u2028 \\'
    assert set(codes(http.post(f"{API}/jobs", json=washer_job(washer, name=name)), 422)) == {"E945"}
    odd = washer_job(washer, name="x\" 'y' # ü", sheets=[{"size": ["200mm", "6in"], "name": 'A "B" \\ \n c'}])
    job = ended(http, http.post(f"{API}/jobs", json=odd).json()["id"])
    assert job["state"] == "done"
    assert job["name"] == odd["name"]


def test_two_drawings_of_one_name_keep_apart(http, washer):
    other = send(http, GASKET, "d-washer.dxf")
    parts = [{"drawing": washer, "quantity": 2}, {"drawing": other, "name": "d-washer.dxf", "quantity": 1}]
    asked = washer_job(washer, work="nest", parts=parts, sheets=[{"size": [600, 400]}])
    id = http.post(f"{API}/jobs", json=asked).json()["id"]
    ended(http, id)
    nest = http.get(f"{API}/jobs/{id}/files/nest.json").json()
    assert {part["id"] for part in nest["parts"]} == {"d-washer", "d-washer-2"}


def test_jobs_are_listed_newest_first_page_by_page(http, done):
    whole = http.get(f"{API}/jobs", params={"most": 200}).json()["jobs"]
    first = http.get(f"{API}/jobs", params={"most": 2}).json()
    second = http.get(f"{API}/jobs", params={"most": 2, "before": first["before"]}).json()
    assert [job["id"] for job in first["jobs"] + second["jobs"]] == [job["id"] for job in whole[:4]]


def test_jobs_and_files_that_are_none(http, done):
    assert codes(http.get(f"{API}/jobs/{'0' * 32}"), 404) == ["E946"]
    assert codes(http.delete(f"{API}/jobs/{'0' * 32}"), 404) == ["E946"]
    assert codes(http.get(f"{API}/jobs/{'0' * 32}/events"), 404) == ["E946"]
    assert codes(http.get(f"{API}/jobs/{done[0]}/files/none.nc"), 404) == ["E946"]
    assert http.get(f"{API}/jobs/{done[0]}/files/..%2f..%2f..%2fservice.db").status_code == 404


# -- what is installed ------------------------------------------------------------------------------------------------


def test_machines_materials_formats(http):
    names = [row["name"] for row in http.get(f"{API}/machines").json()]
    assert "generic-grbl-laser" in names
    assert http.get(f"{API}/machines/generic-grbl-laser").json()[0]["source"] is not None
    materials = {row["id"]: row for row in http.get(f"{API}/materials").json()}
    assert materials["fr4"]["sheets"]["sizes"]
    assert http.get(f"{API}/materials/fr4").json()
    assert http.get(f"{API}/schema/nest").json() == schema("nest")
    assert "nest" in http.get(f"{API}/schema").json()
    for noun in ("machines", "materials", "schema"):
        assert codes(http.get(f"{API}/{noun}/nothing"), 404) == ["E946"]


def test_the_service_tells_of_itself(http):
    health = http.get(f"{API}/health").json()
    assert health["status"] == "up"
    assert health["key"] is False


def test_openapi_documents_answers_errors_and_examples(http):
    document = http.get(f"{API}/openapi.json").json()
    estimate = document["paths"][f"{API}/estimate"]["post"]
    assert set(estimate["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    assert estimate["requestBody"]["content"]["application/json"]["examples"]
    assert "application/problem+json" in estimate["responses"]["422"]["content"]
    assert "findings" in document["components"]["schemas"]["Problem"]["properties"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], f"{method} {path}"
            assert "HTTPValidationError" not in json.dumps(operation), f"{method} {path}"


def test_the_process_that_speaks_http_stays_light():
    import subprocess

    code = "import sys, camcore.service.app; print([m for m in ('numba', 'ezdxf', 'llvmlite') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
