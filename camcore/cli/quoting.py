"""The commands that price: `quote`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from camcore.cli.common import AsJson, Quiet, app, tell

RatesFile = Annotated[
    Path | None,
    typer.Option(
        help="The shop's rates; else those that CAMCORE_RATES names, else examples.", metavar="FILE.toml|example"
    ),
]
With = Annotated[
    str, typer.Option("--with", help="Operations that are done only where asked for.", metavar="NAME,NAME")
]


@app.command(epilog="Example: camcore quote bracket.dxf --material fr4 --thickness 1.57mm --rates shop.toml")
def quote(
    file: Annotated[Path, typer.Argument(help="A job, or a drawing.", metavar="JOB.toml|PART.dxf")],
    quantity: Annotated[
        str | None, typer.Option(help="Price breaks; 1,10,25,50,100,250,500,1000 unless told.", metavar="N,N,...")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Size of the sheets: 36x48in, 914x1219mm.", metavar="LxW")] = None,
    material: Annotated[str | None, typer.Option(help="An id from `camcore materials`.", metavar="M")] = None,
    thickness: Annotated[
        str | None, typer.Option(help="Of the sheet: mm, or with a unit as 1/16in.", metavar="T")
    ] = None,
    machine: Annotated[str | None, typer.Option(help="A name from `camcore machines`.", metavar="NAME")] = None,
    rotation: Annotated[str, typer.Option(help="fixed, grain, ortho or free.", metavar="R")] = "ortho",
    units: Annotated[str | None, typer.Option(help="Units of the drawing, whatever it says: mm, in, ...")] = None,
    cost: Annotated[float | None, typer.Option(help="Of a sheet.", metavar="C", min=0.0)] = None,
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
    if as_json:
        sys.stdout.write(outcome.document.text())
    elif not quiet:
        sys.stdout.write(text(outcome.document, explain))
    tell(outcome.findings, quiet)
    raise typer.Exit(outcome.exit_code)
