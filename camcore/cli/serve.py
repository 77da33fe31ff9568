"""The command that serves: `serve`."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Annotated

import typer

from camcore.cli.common import app, say
from camcore.findings import CamError, Finding


@app.command(epilog="Example: camcore serve --port 8000 --data /srv/camcore")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; others than loopback want a key.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)] = 8000,
    data: Annotated[
        Path | None, typer.Option(help="Folder for drawings, jobs and results; the user's own unless told.")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(help="Key that callers must send.", envvar="CAMCORE_API_KEY", show_envvar=True)
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Further name by which callers reach the service.", metavar="NAME")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes for answers at once.", min=1, max=64)] = 2,
    runners: Annotated[int, typer.Option(help="Jobs that run at a time.", min=1, max=64)] = 1,
) -> None:
    """Serve estimates, reviews and jobs over HTTP, and a page for people at /."""
    import uvicorn

    from camcore.service.app import create
    from camcore.service.service import Service
    from camcore.service.settings import Settings, checked, usual_data

    folder = data or usual_data()
    settings = checked(Settings(folder, host, port, api_key or None, tuple(allow_host or ()), workers, runners))
    listening = _listening(host, port)
    application = create(Service(settings))
    say(f"camcore at http://{f'[{host}]' if ':' in host else host}:{port}/ · data in {folder}")
    config = uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=3, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there, told to be TCP: only then does asyncio send answers at once (TCP_NODELAY).

    Raises CamError E955 where that cannot be.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(200)
    except OSError as error:
        message = f"cannot listen at {host}, port {port}: {error.strerror}"
        raise CamError(Finding("E955", message, "stop what listens there, or take another --port")) from None
    return listening
