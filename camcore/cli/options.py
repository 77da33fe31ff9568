"""Options that several commands share, each with its words; those of the stock are in `stock_common`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Materials = Annotated[
    Path | None,
    typer.Option(
        help="The shop's own materials, over those of camcore; else those that CAMCORE_MATERIALS names.",
        metavar="FILE.toml",
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="The stock database: a path or URL; else CAMCORE_STOCK, else the user's own file.",
        metavar="URL",
        show_default=False,
    ),
]

_MATERIAL = typer.Option(help="An id from `camcore materials`.", metavar="M")
MaterialId = Annotated[str | None, _MATERIAL]
NeededMaterialId = Annotated[str, _MATERIAL]
_THICKNESS = typer.Option(help="Of the sheet: mm, or with a unit as 1/16in.", metavar="T")
Thickness = Annotated[str | None, _THICKNESS]
NeededThickness = Annotated[str, _THICKNESS]
Units = Annotated[str | None, typer.Option(help="Units of the drawings, whatever they say: mm, cm, m, in, ft, mil.")]

JobOrDrawing = Annotated[Path, typer.Argument(help="A job, or a drawing.", metavar="JOB.toml|PART.dxf")]
SheetSize = Annotated[str | None, typer.Option(help="Size of the sheets: 36x48in, 914x1219mm.", metavar="LxW")]
MachineName = Annotated[str | None, typer.Option(help="A name from `camcore machines`.", metavar="NAME")]
Rotation = Annotated[str, typer.Option(help="fixed, grain, ortho or free.", metavar="R")]
UnitsOfOne = Annotated[str | None, typer.Option(help="Units of the drawing, whatever it says: mm, in, ...")]
SheetCost = Annotated[float | None, typer.Option(help="Of a sheet.", metavar="C", min=0.0)]
RatesFile = Annotated[
    Path | None,
    typer.Option(
        help="The shop's rates; else those that CAMCORE_RATES names, else examples.", metavar="FILE.toml|example"
    ),
]
With = Annotated[
    str, typer.Option("--with", help="Operations that are done only where asked for.", metavar="NAME,NAME")
]
