"""The commands that price: `quote`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from camcore.cli.common import app, print_document, tell
from camcore.cli.options import (
    AsJson,
    JobOrDrawing,
    MachineName,
    MaterialId,
    Quiet,
    RatesFile,
    Rotation,
    SheetCost,
    SheetSize,
    Thickness,
    UnitsOfOne,
    With,
)


@app.command(epilog="Example: camcore quote bracket.dxf --material fr4 --thickness 1.57mm --rates shop.toml")
def quote(
    file: JobOrDrawing,
    quantity: Annotated[
        str | None, typer.Option(help="Price breaks; 1,10,25,50,100,250,500,1000 unless told.", metavar="N,N,...")
    ] = None,
    sheet: SheetSize = None,
    material: MaterialId = None,
    thickness: Thickness = None,
    machine: MachineName = None,
    rotation: Rotation = "ortho",
    units: UnitsOfOne = None,
    cost: SheetCost = None,
    rates: RatesFile = None,
    operations: With = "",
    explain: Annotated[bool, typer.Option("--explain", help="Open every line to where its figures come from.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the quote as a page too.", metavar="FILE.html")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Price a drawing or a job in several quantities, each nested by itself; every figure says where it comes from."""
    from camcore import quoting
    from camcore.estimating import Order
    from camcore.files import write_whole
    from camcore.pricing.page import page
    from camcore.pricing.tell import text

    order = Order(material, thickness, "1", sheet, machine, rotation, units, cost)
    outcome = quoting.of_file(file, order, quoting.wish(quantity, rates, operations))
    if html:
        write_whole(html, page(outcome.document))
    print_document(outcome.document, partial(text, outcome.document, explain), as_json, quiet)
    tell(outcome.findings, quiet)
    raise typer.Exit(outcome.exit_code)
