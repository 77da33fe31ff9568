"""What routes share: the service, answers that are text already, paths."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from pydantic import BaseModel

from camcore.service.problems import gone
from camcore.service.service import Service

LOOK = 0.5
"""How often, s, it is looked whether who asked is still there."""


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]
DrawingIdPath = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="sha256 of the drawing's bytes")]
JobIdPath = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="as the job was given it")]


async def unless_gone(request: Request, answer: Coroutine[Any, Any, str]) -> str:
    """The answer, unless who asked hangs up before its turn comes: then it is not worked out at all."""
    asked = asyncio.ensure_future(answer)
    while not (await asyncio.wait({asked}, timeout=LOOK))[0]:
        if await request.is_disconnected():
            asked.cancel()
            raise gone()
    return asked.result()


def json_text(text: str, status: int = 200) -> Response:
    """An answer that is a JSON text already."""
    return Response(text, status, media_type="application/json")


def media(kind: str, words: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route whose good answer is of that media type."""
    return {200: {"description": words, "content": {kind: {}}}}


def answers(model: type[BaseModel], words: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route whose good answer is a document of that model."""
    return {200: {"model": model, "description": words}}
