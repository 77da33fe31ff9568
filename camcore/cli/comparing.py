"""The command that compares: `compare`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from camcore.cli.common import app, print_document, tell
from camcore.cli.options import AsJson, Quiet, Units


@app.command(epilog="Example: camcore compare bracket-A.dxf bracket-B.dxf --picture changes.svg")
def compare(
    a: Annotated[Path, typer.Argument(help="The drawing as it was.", metavar="A.dxf")],
    b: Annotated[Path, typer.Argument(help="The drawing as it is, or the part as measured.", metavar="B.dxf")],
    tolerance: Annotated[
        str, typer.Option(help="What differs by no more is the same: mm, or with a unit as .002in.", metavar="LENGTH")
    ] = "0.05mm",
    fit: Annotated[
        bool, typer.Option("--fit", help="Lay B on A as well as it goes: moved, turned, turned over.")
    ] = False,
    corner: Annotated[bool, typer.Option("--corner", help="Lay the lower left corners on each other.")] = False,
    shapes: Annotated[bool, typer.Option("--shapes", help="Leave out notes and dimensions.")] = False,
    units: Units = None,
    units_b: Annotated[str | None, typer.Option(help="Units of B, where they are others.")] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Both laid on each other, the changes marked.", metavar="FILE.svg")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say what changed between two drawings, and by how much: exit 0 the same, 1 not, 2 unreadable."""
    from camcore import comparing

    if fit and corner:
        raise typer.BadParameter("say --fit or --corner, not both", param_hint="--corner")
    alignment: comparing.Alignment = "fit" if fit else "corner" if corner else "drawn"
    outcome = comparing.compare_files(a, b, comparing.Order(alignment, tolerance, units, units_b, shapes))
    if picture:
        comparing.draw(outcome, picture)
    print_document(outcome.document, partial(comparing.text, outcome), as_json, quiet)
    tell([finding for finding in outcome.findings if finding.code[0] != "I"], quiet)
    tell([finding for finding in outcome.findings if finding.code == "I992"], quiet, notes=True)
    raise typer.Exit(outcome.exit_code)
