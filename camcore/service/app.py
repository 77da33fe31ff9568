"""The application: routes, page, errors, and what every request passes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from camcore import __version__
from camcore.findings import CamError, Finding
from camcore.service import guard, problems
from camcore.service.problems import told
from camcore.service.requests import SessionRequest
from camcore.service.routes import drawings, estimates, jobs, listing
from camcore.service.service import Service
from camcore.service.settings import Settings

PAGE = Path(__file__).parent / "page"
BASE = "/api/v1"
WORDS = """Drawings of sheet parts to estimates, reviews, and jobs: nested, posted and proven programs.

Send a drawing to `/drawings`, or with the question to `/estimate` and `/dfm`. A job runs in the background: watch
`/jobs/{id}/events`. Errors are problem documents (RFC 9457) with `findings`: stable codes, places and advice."""


def create(service: Service) -> FastAPI:
    """The service as an ASGI application; the service is closed when the application ends."""
    settings = service.settings

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(service.close)

    app = FastAPI(
        title="camcore",
        version=__version__,
        description=WORDS,
        openapi_url=f"{BASE}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=alive,
        responses=told(401, 403) if settings.key else told(403),
    )
    app.state.service = service
    for each in (estimates, drawings, jobs, listing):
        app.include_router(each.router, prefix=BASE)
    _add_session(app, settings)
    _add_page(app)
    problems.add_to(app)
    app.add_middleware(guard.Guard, settings=settings)
    _document(app)
    return app


def _add_session(app: FastAPI, settings: Settings) -> None:
    @app.post(
        f"{BASE}/session",
        status_code=204,
        response_class=Response,
        tags=["installed"],
        responses=told(400, 401, 413, 422),
    )
    def session(asked: SessionRequest, response: Response) -> None:
        """Give the key once, for the page: the browser keeps a session in a cookie that scripts cannot read."""
        if settings.key is None or not guard.same_key(asked.key, settings.key):
            raise CamError(Finding("E947", "the key is wrong", "ask whoever runs the service"))
        proof = guard.session(settings.key)
        response.set_cookie(guard.COOKIE, proof, guard.SESSION, httponly=True, samesite="strict")


def _add_page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    @app.get(f"{BASE}/docs", include_in_schema=False)
    def docs() -> FileResponse:
        return FileResponse(PAGE / "docs.html", headers={"Cache-Control": "no-cache"})

    app.mount("/page", StaticFiles(directory=PAGE), name="page")


def _document(app: FastAPI) -> None:
    """Put the problem document into OpenAPI, and the key where one is wanted."""
    plain = app.openapi

    def documented() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            parts = schema.setdefault("components", {})
            models = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            parts.setdefault("schemas", {}).update({**models.pop("$defs", {}), "Problem": models})
            parts["securitySchemes"] = {
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            }
            schema["security"] = [{"key": []}, {"bearer": []}, {}]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = documented  # type: ignore[method-assign]
