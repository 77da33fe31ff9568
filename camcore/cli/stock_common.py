"""What the commands of the stock share: the group, options, and how pieces are told."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from camcore.cli.common import app, tell
from camcore.findings import Finding

if TYPE_CHECKING:
    from camcore.stockroom import Movement, Piece, Stockroom

stock = typer.Typer(
    help="Sheets and remnants: receive, reserve, consume, return; lots and certificates to each program.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(stock, name="stock")

Ids = Annotated[list[str], typer.Argument(help="Pieces, as S-000123 or R-000124.", metavar="ID...")]
Id = Annotated[str, typer.Argument(help="A piece, as S-000123 or R-000124.", metavar="ID")]
By = Annotated[
    str | None, typer.Option("--by", help="Who does it; user@host unless told.", metavar="NAME", show_default=False)
]
Place = Annotated[str | None, typer.Option(help="Rack or bin.", metavar="PLACE")]
Size = Annotated[str | None, typer.Option(help="Length and width: 36x48in, 914x1219mm.", metavar="LxW")]
Drawing = Annotated[Path | None, typer.Option(help="DXF of its outline, holes and defects.", metavar="FILE.dxf")]
Units = Annotated[str | None, typer.Option(help="Units of the drawing, or of bare numbers: mm, in, ...")]
Grade = Annotated[str | None, typer.Option(help="Grade or type.", metavar="TEXT")]
Maker = Annotated[str | None, typer.Option(help="Who made the material.", metavar="TEXT")]
Lot = Annotated[str | None, typer.Option(help="Number of the lot.", metavar="TEXT")]
Certificate = Annotated[str | None, typer.Option(help="Number of the certificate.", metavar="TEXT")]
CertificateFile = Annotated[
    Path | None, typer.Option(help="The certificate itself; its SHA-256 is kept.", metavar="FILE")
]
Cost = Annotated[str | None, typer.Option(help="Of the piece.", metavar="C")]
Received = Annotated[str | None, typer.Option(help="Date, as 2026-11-22.", metavar="DATE")]
RuleFile = Annotated[
    Path | None,
    typer.Option("--rule", help="Least remnant: a TOML file with [remnants].", metavar="FILE.toml"),
]


def opened(db: str | None, create: bool = False) -> Stockroom:
    """The stock of a call."""
    from camcore.stockroom import open_room

    return open_room(db, create)


def person(by: str | None) -> str:
    """Who does it."""
    from camcore.booking import person as here

    return by or here()


def text_of(path: Path | None) -> str | None:
    """A path as a word."""
    return None if path is None else str(path)


def show(
    pieces: Iterable[Piece],
    as_json: bool,
    quiet: bool,
    findings: Sequence[Finding] = (),
    movements: Sequence[Movement] = (),
) -> None:
    """Pieces and movements to stdout, as one document or a line each; findings to stderr."""
    from camcore.formats.stock import StockFile

    if as_json:
        sys.stdout.write(StockFile.of(pieces, movements, findings).text())
    elif not quiet:
        sys.stdout.writelines(f"{_line(piece)}\n" for piece in pieces)
        sys.stdout.writelines(f"{_moved(movement)}\n" for movement in movements)
    tell(findings, quiet, notes=True)


def _line(piece: Piece) -> str:
    what, box = piece.what, piece.outline.box
    size = f"{box.width:.6g} × {box.height:.6g}"
    words = [piece.id, f"{piece.state:<9}", f"{what.material} {what.thickness:g} mm", size, *_papers(piece)]
    words += [f"from {what.parent}"] if what.parent else []
    words += [f"in {what.place}"] if what.place else []
    words += [f"for {piece.holder.job} by {piece.holder.by}"] if piece.holder else []
    words += [f"until {piece.until}"] if piece.until else []
    words += [f"{piece.cut.program} {piece.cut.program_sha256[:12]}"] if piece.cut else []
    return "  ".join(words)


def _papers(piece: Piece) -> list[str]:
    named = (("lot", piece.what.lot), ("certificate", piece.what.certificate))
    return [f"{name} {value}" for name, value in named if value]


def _moved(movement: Movement) -> str:
    words = [f"{movement.number:>6}", movement.at, movement.piece, f"{movement.change:<10}", f"by {movement.by}"]
    words += [f"for {movement.job}"] if movement.job else []
    words += [f"until {movement.until}"] if movement.until else []
    words += [f"in {movement.place}"] if movement.place else []
    words += [f"{movement.program} {movement.program_sha256}"] if movement.program else []
    words += [movement.note] if movement.note else []
    return "  ".join(words)
