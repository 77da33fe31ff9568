"""The commands that ask before anything is made: `read`, `dfm` and `estimate`."""

from __future__ import annotations

import sys
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
    Materials,
    NeededMaterialId,
    NeededThickness,
    Quiet,
    Rotation,
    SheetCost,
    SheetSize,
    Thickness,
    Units,
    UnitsOfOne,
)
from camcore.findings import errors


@app.command(epilog="Example: camcore read bracket.dxf --json")
def read(
    drawings: Annotated[list[Path], typer.Argument(help="DXF drawings.", metavar="DRAWING...")],
    units: Units = None,
    rules: Annotated[
        Path | None, typer.Option(help="What layers, colours and kinds mean, a TOML file.", metavar="FILE")
    ] = None,
    join: Annotated[
        str, typer.Option(help="Loose ends this near are joined: 0.05, 1.5mm, 1/16in.", metavar="LENGTH")
    ] = "0.05mm",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show what drawings hold: parts, holes, marks, and what is wrong with them."""
    from camcore.drawing import rules as layer_rules
    from camcore.formats.read import read_drawings

    said = layer_rules.load(rules) if rules else None
    document, findings = read_drawings(drawings, units, said, _gap(join))
    if as_json:
        sys.stdout.write(document.text())
    else:
        for drawing in document.drawings:
            holes = sum(len(part.holes) for part in drawing.parts)
            sys.stdout.write(f"{drawing.file}: {len(drawing.parts)} part(s), {holes} hole(s), units {drawing.units}\n")
    tell(findings, quiet, notes=True)
    raise typer.Exit(1 if errors(findings) else 0)


def _gap(text: str) -> float:
    """Length, mm, of --join. Raises BadParameter for what is no length of 0 to 10 mm."""
    from camcore.units import parse_length

    try:
        gap = parse_length(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--join") from None
    if not 0 <= gap <= 10:
        raise typer.BadParameter(f"{text} is not between 0 and 10 mm", param_hint="--join")
    return gap


@app.command(epilog="Example: camcore dfm bracket.dxf --material fr4 --thickness 1.57 --process mill --tool 1/8in")
def dfm(
    drawings: Annotated[list[Path], typer.Argument(help="DXF drawings.", metavar="PART.dxf...")],
    material: NeededMaterialId,
    thickness: NeededThickness,
    process: Annotated[str, typer.Option(help="laser or mill.", metavar="P")],
    tool: Annotated[str | None, typer.Option(help="Diameter of the end mill; 1/8in unless told.", metavar="D")] = None,
    units: Units = None,
    grain: Annotated[bool, typer.Option("--grain", help="The order states the direction of the grain.")] = False,
    export: Annotated[bool, typer.Option("--export", help="The order states how export is controlled.")] = False,
    fai: Annotated[bool, typer.Option("--fai", help="The order asks for first-article inspection.")] = False,
    limits: Annotated[
        Path | None, typer.Option(help="The shop's own limits, before those of camcore.", metavar="FILE.toml")
    ] = None,
    materials: Materials = None,
    picture: Annotated[
        Path | None, typer.Option(help="Folder for an SVG of each part with the places marked.", metavar="DIR")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say what stands against making parts as drawn, before they are quoted."""
    from camcore import reviewing

    order = reviewing.Order(material, thickness, process, tool, grain, export, limits, materials, fai)
    outcome = reviewing.review(drawings, order, units)
    if picture:
        reviewing.draw(outcome, picture)
    print_document(outcome.document, partial(reviewing.text, outcome), as_json, quiet)
    tell([finding for each in outcome.reviews if as_json or quiet for finding in each.findings], quiet=True)
    raise typer.Exit(outcome.exit_code)


@app.command(
    epilog="Example: camcore estimate bracket.dxf --quantity 10,100,1000 --sheet 36x48in "
    "--material fr4 --thickness 1.57mm"
)
def estimate(
    file: JobOrDrawing,
    quantity: Annotated[str, typer.Option(help="How many of each part; several by commas.", metavar="N,N,...")] = "1",
    sheet: SheetSize = None,
    material: MaterialId = None,
    thickness: Thickness = None,
    machine: MachineName = None,
    rotation: Rotation = "ortho",
    units: UnitsOfOne = None,
    cost: SheetCost = None,
    rates: Annotated[
        Path | None, typer.Option(help="The shop's rates, for the whole price; see quote.", metavar="FILE.toml|example")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say how many sheets, how long and what price, without a full nest, and how sure that is."""
    from camcore import estimating, quoting

    order = estimating.Order(material, thickness, quantity, sheet, machine, rotation, units, cost)
    outcome = quoting.priced(file, order, rates) if rates else estimating.of_file(file, order)
    print_document(outcome.document, partial(estimating.text, outcome), as_json, quiet)
    tell(outcome.findings, quiet)
    raise typer.Exit(outcome.exit_code)
