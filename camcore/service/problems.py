"""Errors as problem documents (RFC 9457) that carry findings."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from camcore.codes import CODES
from camcore.findings import CamError, Finding
from camcore.formats.common import FindingModel

MEDIA = "application/problem+json"
STATUS = {
    "E399": 500,
    "E943": 409,
    "E944": 503,
    "E946": 404,
    "E947": 401,
    "E948": 413,
    "E950": 403,
    "E951": 409,
    "E954": 503,
}
"""HTTP status of the findings that mean another than 422."""
log = logging.getLogger("camcore.service")


class Problem(BaseModel):
    """What went wrong: a problem document with the findings that say so."""

    type: str = Field(description="urn of the first finding's code", examples=["urn:camcore:E336"])
    title: str = Field(description="title of that code")
    status: int = Field(examples=[422])
    detail: str = Field(description="all findings in words")
    findings: list[FindingModel]


def problem(findings: Iterable[Finding], status: int | None = None, headers: dict[str, str] | None = None) -> Response:
    """The answer that tells of findings; its status is that of the first unless another is given."""
    told = list(findings)
    first = told[0]
    number = status or STATUS.get(first.code, 422)
    body = {
        "type": f"urn:camcore:{first.code}",
        "title": CODES[first.code],
        "status": number,
        "detail": "; ".join(map(str, told)),
        "findings": [finding.as_dict() for finding in told],
    }
    extra = {"Retry-After": "5"} if number == 503 else {"WWW-Authenticate": "Bearer"} if number == 401 else {}
    return JSONResponse(body, number, {**extra, **(headers or {})}, MEDIA)


def told(*numbers: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that may answer with these statuses, for OpenAPI."""
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {number: {"description": _WORDS[number], "content": content} for number in numbers}


_WORDS = {
    400: "the request cannot be read",
    401: "the key is missing or wrong",
    403: "the request comes from another site or to another host",
    404: "there is no such thing",
    405: "this cannot be done with it",
    409: "not in the state it is in",
    413: "larger than the service takes",
    415: "a kind of body that is not read here",
    422: "findings say what is wrong with the input",
    503: "too much waits already; try again",
}
_CODES = {404: "E946", 405: "E945", 413: "E948"}


def add_to(app: FastAPI) -> None:
    """Make every error of the application a problem document."""
    app.add_exception_handler(CamError, _of_findings)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(ClientDisconnect, _of_gone)
    app.add_exception_handler(Exception, _of_defect)


def _of_findings(_: Request, error: Exception) -> Response:
    assert isinstance(error, CamError)
    return problem(error.findings)


def _of_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem(of_errors(error.errors()))


def of_errors(errors: Iterable[Any]) -> list[Finding]:
    """E945 for each error of pydantic, with the key it is about."""
    return [_of_error(each) for each in errors]


def _of_error(error: Any) -> Finding:
    place = [str(word) for word in error["loc"] if word not in ("body", "query", "path", "header")]
    key = ".".join(place) or "request"
    message = str(error["msg"]).removeprefix("Value error, ")
    return Finding("E945", f"{key}: {message}", "see /api/v1/docs", None, {"key": key})


def _of_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    finding = Finding(_CODES.get(error.status_code, "E945"), str(error.detail), "see /api/v1/docs")
    return problem([finding], error.status_code, dict(error.headers or {}))


def gone() -> HTTPException:
    """The answer to who hung up: it reaches nobody, and is no defect."""
    return HTTPException(400, "nobody waits for the answer any more")


def _of_gone(request: Request, _: Exception) -> Response:
    return _of_http(request, gone())


def _of_defect(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem([Finding("E399", "a defect of camcore", "look into the log of the service and report it")])
