"""The commands: each is a few lines that call the library and say what came of it.

One file a family of commands; a file registers its commands with `common.app` when it is imported, so a new one is
a file, a word in the imports and one in the order. Heavy imports stand inside the functions.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from camcore import __version__
from camcore.cli import (
    article,
    asking,
    batching,
    comparing,
    listing,
    papers,
    proving,
    quoting,
    searching,
    serve,
    stock,
    stock_views,
)
from camcore.cli.common import app, print_json, tell
from camcore.findings import CamError, Finding

__all__ = [
    "app",
    "article",
    "asking",
    "batching",
    "comparing",
    "listing",
    "main",
    "papers",
    "proving",
    "quoting",
    "searching",
    "serve",
    "stock",
    "stock_views",
]

ORDER = (
    "run",
    "nest",
    "estimate",
    "quote",
    "batch",
    "read",
    "dfm",
    "compare",
    "verify",
    "papers",
    "article",
    "stock",
    "serve",
    "machines",
    "materials",
    "schema",
)
"""The commands as `--help` lists them."""
app.registered_commands.sort(key=lambda each: ORDER.index(each.name or getattr(each.callback, "__name__", "")))


def main() -> None:
    """Run the command line; exit 2 with findings where the input or the call is wrong, never with a traceback."""
    try:
        app()
    except CamError as error:
        _fail(error)
    except OSError as error:
        reason = f"cannot write it: {error.strerror}"
        _fail(CamError(Finding("E307", reason, "name a place that can be written", error.filename)))
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("CAMCORE_DEBUG"):
            raise
        text = f"{type(error).__name__}: {error}"
        _fail(
            CamError(
                Finding(
                    "E399",
                    f"a defect of camcore: {text}",
                    "set CAMCORE_DEBUG=1, run it again and report what it prints",
                )
            )
        )


def _fail(error: CamError) -> None:
    if "--json" in sys.argv:
        print_json({"findings": [finding.as_dict() for finding in error.findings]})
    tell(error.findings)
    sys.exit(2)


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        sys.stdout.write(f"camcore {__version__}\n")
        raise typer.Exit
