"""Who may use the service: hosts, origins, keys, sizes; where it refuses to stand open."""

import asyncio
import subprocess
import sys
import time

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from camcore.findings import CamError
from camcore.service import guard
from camcore.service.guard import Guard
from camcore.service.problems import add_to
from camcore.service.requests import JobRequest
from camcore.service.routes import common
from camcore.service.service import Service
from camcore.service.settings import Settings, checked, usual_data
from tests.serving import KEY, ROOT, washer_job


def behind(tmp_path, **settings):
    """A small application behind the guard."""
    app = FastAPI()

    @app.post("/api/v1/x")
    async def x(request: Request) -> int:
        return len(await request.body())

    @app.get("/")
    def page() -> str:
        return "page"

    add_to(app)
    app.add_middleware(Guard, settings=Settings(tmp_path, most_bytes=1000, **settings))
    return TestClient(app, base_url="http://127.0.0.1:8000")


def post(client, **headers):
    return client.post("/api/v1/x", headers={name.replace("_", "-"): value for name, value in headers.items()})


def code(answer):
    return (answer.status_code, answer.json()["findings"][0]["code"])


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000"])
def test_its_own_names_are_let_in(tmp_path, host):
    assert post(behind(tmp_path), host=host).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8000", "", "[::2]:80", "localhost.", "0.0.0.0"]
)
def test_a_name_that_resolves_to_it_does_not_make_it_its_own(tmp_path, host):
    assert code(post(behind(tmp_path), host=host)) == (403, "E950")


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1.evil.example", "http://localhost"]
)
def test_a_page_of_another_site_is_refused(tmp_path, origin):
    assert code(post(behind(tmp_path), origin=origin)) == (403, "E950")


def test_its_own_page_is_let_in(tmp_path):
    assert post(behind(tmp_path), origin="http://127.0.0.1:8000").status_code == 200
    named = behind(tmp_path, hosts=("cam.shop.example",))
    assert post(named, host="cam.shop.example", origin="https://cam.shop.example").status_code == 200


def test_open_to_the_network_with_a_key_any_name_will_do(tmp_path):
    client = behind(tmp_path, host="0.0.0.0", key=KEY)
    assert post(client, host="anything", x_api_key=KEY).status_code == 200
    assert code(post(behind(tmp_path, host="0.0.0.0", key=KEY, hosts=("a",)), host="b", x_api_key=KEY)) == (403, "E950")


def test_a_key_is_wanted_for_all_but_the_page(tmp_path):
    client = behind(tmp_path, key=KEY)
    assert client.get("/").status_code == 200
    refused = post(client)
    assert code(refused) == (401, "E947")
    assert refused.headers["www-authenticate"] == "Bearer"
    for headers in (
        {"x_api_key": "wrong"},
        {"authorization": "Bearer wrong"},
        {"x_api_key": "ü"},
        {"cookie": "a=b;;="},
    ):
        assert code(post(client, **{name: value.encode() for name, value in headers.items()})) == (401, "E947")
    assert post(client, x_api_key=KEY).status_code == 200
    assert post(client, authorization=f"bearer {KEY}").status_code == 200


def test_a_session_stands_for_the_key_for_a_while(tmp_path):
    client = behind(tmp_path, key=KEY)
    assert post(client, cookie=f"{guard.COOKIE}={guard.session(KEY)}").status_code == 200
    old = guard.session(KEY, time.time() - guard.SESSION - 1)
    until = guard.session(KEY).partition(".")[0]
    for proof in (old, guard.session("another-key-altogether"), f"{until}.", f"{until}.{'0' * 64}", "", "x.y", "٣.y"):
        assert code(post(client, cookie=f"{guard.COOKIE}={proof}".encode())) == (401, "E947")


def test_a_large_body_is_refused_whether_it_says_so_or_not(tmp_path):
    client, most = behind(tmp_path), 1000 + guard.BODY_SLACK
    assert client.post("/api/v1/x", content=b"0" * most).json() == most
    assert code(client.post("/api/v1/x", content=b"0" * (most + 1))) == (413, "E948")
    assert code(client.post("/api/v1/x", content=(b"0" * 1000 for _ in range(most // 1000 + 2)))) == (413, "E948")


def test_every_answer_has_the_headers_that_keep_a_browser_from_harm(tmp_path):
    for answer in (behind(tmp_path).get("/"), post(behind(tmp_path), host="evil"), behind(tmp_path).get("/none")):
        assert answer.headers.items() >= {name.lower(): value for name, value in guard.HEADERS.items()}.items()
    assert "unsafe" not in guard.CSP
    assert "http" not in guard.CSP


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "cam.shop.example"])
def test_without_a_key_it_stays_at_home(tmp_path, host):
    with pytest.raises(CamError, match="E952"):
        checked(Settings(tmp_path, host))
    with pytest.raises(CamError, match="E952"):
        checked(Settings(tmp_path, host, key="short"))
    assert checked(Settings(tmp_path, host, key=KEY))


def test_a_data_folder_is_one_services(tmp_path):
    first = Service(Settings(tmp_path, workers=0, runners=0))
    with pytest.raises(CamError, match="E953"):
        Service(Settings(tmp_path, workers=0, runners=0))
    first.close()
    Service(Settings(tmp_path, workers=0, runners=0)).close()
    (tmp_path / "file").write_text("")
    with pytest.raises(CamError, match="E953"):
        Service(Settings(tmp_path / "file"))


def test_no_more_waits_than_may(tmp_path):
    service = Service(Settings(tmp_path, workers=0, runners=0, most_waiting=0, most_queued=0))
    with pytest.raises(CamError, match="E954"):
        asyncio.run(service.answer(len, "abc"))
    with pytest.raises(CamError, match="E954"):
        service.jobs.lay_out(JobRequest.model_validate(washer_job("0" * 64)))
    service.close()


def test_the_usual_folder_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert usual_data() == tmp_path / "camcore"


def serve(*options):
    command = [sys.executable, "-m", "camcore", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def test_the_command_refuses_with_findings(tmp_path):
    import socket

    refused = serve("--host", "0.0.0.0", "--data", str(tmp_path))
    assert (refused.returncode, refused.stderr[:4]) == (2, "E952")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = serve("--port", str(taken.getsockname()[1]), "--data", str(tmp_path))
    assert (refused.returncode, refused.stderr[:4]) == (2, "E955")


def test_who_hangs_up_before_all_is_said_is_no_defect(tmp_path, caplog):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    head = {"http_version": "1.1", "method": "POST", "path": "/api/v1/x", "query_string": b"", "root_path": ""}
    scope = {"type": "http", **head, "headers": [(b"host", b"localhost"), (b"content-length", b"9")]}
    asyncio.run(behind(tmp_path).app(scope, receive, send))
    assert sent[0]["status"] == 400
    assert caplog.records == []


def test_an_answer_that_nobody_waits_for_is_not_worked_out(monkeypatch):
    monkeypatch.setattr(common, "LOOK", 0.01)
    ended = []

    class Gone:
        async def is_disconnected(self):
            return True

    async def answer():
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")

    async def ask():
        with pytest.raises(HTTPException):
            await common.unless_gone(Gone(), answer())
        await asyncio.sleep(0)

    asyncio.run(ask())
    assert ended == ["cancelled"]
