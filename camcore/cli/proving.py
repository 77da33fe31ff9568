"""The command that proves: `verify`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from camcore.cli.common import app, tell
from camcore.cli.options import AsJson, Quiet
from camcore.findings import short


@app.command(
    epilog="Example: camcore verify out/sheet-01.nc --machine generic-grbl-laser "
    "--nest out/nest.json --sheet 1 --process out/sheet-01.cut.json"
)
def verify(
    program: Annotated[Path, typer.Argument(help="A G-code file in the machine's dialect.", metavar="PROGRAM")],
    machine: Annotated[str, typer.Option(help="Name of a machine, or path to its TOML.", metavar="NAME")],
    nest: Annotated[Path | None, typer.Option(help="The nest that it cuts.", metavar="nest.json")] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Which of its sheets: a number from 1, or an id.", metavar="K")
    ] = None,
    process: Annotated[Path | None, typer.Option(help="What the program intends.", metavar="cut.json")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read any G-code as the machine would and prove it; with a nest, against the parts."""
    from camcore.prove import prove

    document, verdict = prove(program, machine, nest, sheet, process)
    if as_json:
        sys.stdout.write(document.text())
    elif not quiet:
        _print_checks(verdict)
    tell(verdict.findings, quiet)
    raise typer.Exit(0 if verdict.proven else 1)


def _print_checks(verdict: Any) -> None:
    for check in verdict.checks:
        figures = ", ".join(f"{name} {short(value)}" for name, value in check.figures.items())
        sys.stdout.write(f"{'ok  ' if check.passed else 'FAIL'} {check.name}: {figures}\n")
