"""Requests about one drawing: a form with the drawing and fields, or JSON that names one sent before."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from camcore.findings import CamError, Finding
from camcore.service.drawings import Stored
from camcore.service.examples import BY_ID
from camcore.service.problems import of_errors
from camcore.service.requests import EstimateRequest, QuoteRequest, ReviewRequest
from camcore.service.service import Service

AskedT = TypeVar("AskedT", EstimateRequest, QuoteRequest, ReviewRequest)
FILE = "file"
MOST_FIELDS = 30


async def asked(request: Request, model: type[AskedT], service: Service) -> tuple[AskedT, Stored]:
    """What the body asks for, and its drawing. Raises CamError E945, E946, E948, HTTPException 400, 415."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        said = _checked(_json(await request.body()), model)
        return said, service.drawings.find(said.drawing or "", said.name)
    if kind == "multipart/form-data":
        return await _form(request, model, service)
    raise HTTPException(415, "send application/json, or a multipart/form-data with the drawing as `file`")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is no JSON") from None


async def _form(request: Request, model: type[AskedT], service: Service) -> tuple[AskedT, Stored]:
    async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=10_000) as form:
        file = form.get(FILE)
        fields = {name: value for name, value in form.multi_items() if name != FILE and value != ""}
        said = _checked(fields, model)
        if isinstance(file, UploadFile):
            return said, await service.keep(await file.read(), said.name or file.filename or "drawing.dxf")
    if said.drawing is None:
        raise CamError(Finding("E945", "the drawing is missing", "send it as `file`, or its id as `drawing`"))
    return said, service.drawings.find(said.drawing, said.name)


def _checked(said: Any, model: type[AskedT]) -> AskedT:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise CamError(of_errors(error.errors(include_url=False, include_context=False))) from None


def documented(model: type[Any]) -> dict[str, Any]:
    """The two bodies, for OpenAPI."""
    json_schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    form = {**json_schema["properties"], FILE: {"type": "string", "format": "binary", "description": "the drawing"}}
    name, required = model.__name__, json_schema.get("required", [])
    of_form = {"type": "object", "properties": form, "required": [FILE, *required], "additionalProperties": False}
    by_id = {**json_schema, "required": ["drawing", *required]}
    examples = {"by id": {"summary": f"{name} of a drawing that was sent", "value": BY_ID[name]}}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": by_id, "examples": examples},
                "multipart/form-data": {"schema": of_form},
            },
        }
    }
