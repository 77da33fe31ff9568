"""The command of first articles: `article`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from camcore.cli.common import app, print_document, say, tell
from camcore.cli.options import AsJson, MaterialId, Materials, Quiet, Thickness, Units


@app.command(
    epilog="Example: camcore article bracket.dxf --material fr4 --thickness 1.57mm --general iso2768-m --out first"
)
def article(
    files: Annotated[list[Path], typer.Argument(help="DXF drawings, or one job.", metavar="PART.dxf...|JOB.toml")],
    out: Annotated[Path, typer.Option(help="Folder for the papers.", metavar="DIR")],
    material: MaterialId = None,
    thickness: Thickness = None,
    general: Annotated[
        str | None, typer.Option(help="What holds where the drawing says nothing: iso2768-f, -m, -c, -v.", metavar="G")
    ] = None,
    facts: Annotated[
        Path | None, typer.Option(help="Part number, name, order and other fields of the forms.", metavar="FILE.toml")
    ] = None,
    letter: Annotated[bool | None, typer.Option("--letter/--a4", help="Size of the pages.")] = None,
    units: Units = None,
    materials: Materials = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write AS9102 forms with results left blank, and a ballooned picture, of the first article of each part."""
    from camcore import articling

    page: articling.PageSize | None = None if letter is None else "letter" if letter else "A4"
    ask = articling.Ask(material, thickness, general, units, facts, page, materials)
    made = articling.write(files, out, ask)
    print_document(made.document, partial(articling.text, made), as_json, quiet)
    if not (as_json or quiet):
        for name in made.document.files:
            say(f"written: {out / name}")
    tell(made.findings, quiet)
    raise typer.Exit(made.exit_code)
