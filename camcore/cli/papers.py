"""The command that writes papers: `papers`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from camcore.cli.common import app, print_json, say, tell
from camcore.cli.options import AsJson, Quiet


@app.command(epilog="Example: camcore papers out/fr4-kit")
def papers(
    folder: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="DIR")],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write setup sheets, traveler and certificate of conformance of a run as PDF, from its documents alone."""
    from camcore import papering

    made = papering.write(folder)
    if as_json:
        findings = [finding.as_dict() for finding in made.findings]
        print_json({"out": str(made.out), "files": list(made.files), "findings": findings})
    tell(made.findings, quiet, notes=True)
    if not quiet:
        for name in made.files:
            say(f"written: {made.out / name}")
