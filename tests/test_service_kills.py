"""What a kill at any moment may cost: time, and nothing else."""

import time

import httpx
import pytest

from benchmarks.kills import Told, kills, whole
from benchmarks.serving import Server
from tests.serving import ended, send, washer_job

API = "/api/v1"


@pytest.mark.slow
def test_no_job_is_lost_or_made_twice_when_processes_are_killed(tmp_path):
    told = kills(tmp_path, 8, seed=1, most=1.5)
    assert isinstance(told, Told)
    assert (told.lost, told.double, told.broken) == (0, 0, 0)
    assert told.jobs >= 2
    assert set(told.states) == {"done"}


def test_a_running_and_a_queued_job_outlive_the_service(tmp_path):
    with Server(tmp_path, "--workers", "1") as server:
        http = httpx.Client(base_url=server.url, timeout=60.0)
        drawing = send(http)
        many = [{"drawing": drawing, "quantity": 30, "rotation": "free"}]
        long = washer_job(drawing, parts=many, nesting={"effort": 10_000_000, "seconds": 4.0})
        ids = [http.post(f"{API}/jobs", json=long).json()["id"] for _ in range(2)]
        while http.get(f"{API}/jobs/{ids[0]}").json()["state"] != "running":
            time.sleep(0.05)
        time.sleep(0.5)
        server.kill()
        server.start()
        jobs = [ended(http, id) for id in ids]
    assert [job["state"] for job in jobs] == ["done", "done"]
    assert [job["attempt"] for job in jobs] == [2, 1]
    for id in ids:
        folders = list((tmp_path / "jobs" / id).glob("attempt-*"))
        assert len(folders) == 1
        assert whole(folders[0])
