"""The service asked whatever its own OpenAPI document allows, and what it does not: it answers as it says it would."""

import os
import re
import warnings

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from benchmarks.serving import Server
from tests.serving import ended, send, washer_job

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

API = "/api/v1"
EXAMPLES = int(os.environ.get("CAMCORE_FUZZ", "20"))
CHECKS = [
    not_a_server_error,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
]


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("fuzz"), "--workers", "1") as server:
        http = httpx.Client(base_url=server.url, timeout=60.0)
        drawing = send(http)
        job = ended(http, http.post(f"{API}/jobs", json=washer_job(drawing)).json()["id"])["id"]
        yield schemathesis.openapi.from_url(f"{server.url}{API}/openapi.json"), {64: drawing, 32: job}


def known(value, ids):
    """The value, with ids that nobody has replaced by those of a drawing and a job that are there."""
    if isinstance(value, dict):
        return {key: known(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [known(each, ids) for each in value]
    if isinstance(value, str) and re.fullmatch("[0-9a-f]{32}|[0-9a-f]{64}", value):
        return ids[len(value)]
    return value


def asked(operation, ids):
    """Ask the service for one operation in many ways."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def ask(case):
        case.body, case.path_parameters = known(case.body, ids), known(case.path_parameters, ids)
        case.call_and_validate(checks=CHECKS, timeout=60.0)

    ask()


def test_it_never_stumbles_and_answers_as_documented(document):
    """No status of 500 or above; status, kind and shape of each answer as the document has them."""
    (document, ids), faults, seen = document, [], 0
    for found in document.get_all_operations():
        operation = found.ok()
        seen += 1
        try:
            asked(operation, ids)
        except BaseExceptionGroup as group:
            faults.append((operation.label, [str(each) for each in group.exceptions]))
    assert seen >= 20
    assert not faults, "\n\n".join(f"{label}:\n" + "\n".join(words) for label, words in faults)
