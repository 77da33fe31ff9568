"""The commands that look at the stock: `camcore stock list`, `show`, `history`, `trace`, `export` and `audit`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from camcore.cli.common import say
from camcore.cli.options import AsJson, Database, Quiet
from camcore.cli.stock_common import Certificate, Id, Ids, Lot, Place, opened, show, stock
from camcore.findings import CamError, Finding

if TYPE_CHECKING:
    from camcore.stockroom import Kind, Query

Everything = Annotated[bool, typer.Option("--all", help="Consumed and scrapped ones too.")]


@stock.command("list", epilog="Example: camcore stock list --material fr4 --json")
def list_(
    material: Annotated[str | None, typer.Option(help="Only this one.", metavar="M")] = None,
    thickness: Annotated[str | None, typer.Option(help="Only this one, within 0.05 mm.", metavar="T")] = None,
    kind: Annotated[str | None, typer.Option(help="sheet or remnant.", metavar="KIND")] = None,
    lot: Lot = None,
    certificate: Certificate = None,
    place: Place = None,
    job: Annotated[str | None, typer.Option(help="Reserved for, or consumed by, this one.", metavar="JOB")] = None,
    everything: Everything = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """List the stock."""
    from dataclasses import replace

    found = replace(_query(everything), material=material, lot=lot, certificate=certificate, place=place, job=job)
    found = replace(found, thickness=_around(thickness), kind=_kind(kind))
    show(opened(db).pieces(found), as_json, quiet=False)


@stock.command("show", epilog="Example: camcore stock show R-000124 --json")
def show_(ids: Ids, db: Database = None, as_json: AsJson = False) -> None:
    """Show pieces whole."""
    room = opened(db)
    show([room.piece(each) for each in ids], as_json, quiet=False)


@stock.command(epilog="Example: camcore stock history R-000124")
def history(piece: Id, db: Database = None, as_json: AsJson = False) -> None:
    """Tell all that happened to a piece."""
    room = opened(db)
    show([room.piece(piece)], as_json, quiet=False, movements=room.history(piece))


@stock.command(epilog="Example: camcore stock trace R-000124")
def trace(
    piece: Annotated[str | None, typer.Argument(help="A piece.", metavar="ID")] = None,
    lot: Lot = None,
    certificate: Certificate = None,
    program: Annotated[Path | None, typer.Option(help="A program's file.", metavar="FILE")] = None,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Tell which programs a piece, a lot or a certificate went into, or what a program was cut of."""
    from camcore.files import sha256
    from camcore.stockroom import Query

    if sum(each is not None for each in (piece, lot, certificate, program)) != 1:
        raise typer.BadParameter("name a piece, or --lot, --certificate or --program", param_hint="ID")
    room = opened(db)
    if piece is not None:
        pieces = room.family(piece)
    elif program is not None:
        pieces = room.pieces(Query(program_sha256=sha256(program)))
    else:
        pieces = room.pieces(Query(lot=lot, certificate=certificate))
    show(pieces, as_json, quiet=False)


@stock.command(epilog="Example: camcore stock export stock.csv --all")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; stdout without it.", metavar="FILE.csv")] = None,
    everything: Everything = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write the stock as a CSV list."""
    from camcore import stocktaking

    pieces = opened(db).pieces(_query(everything))
    if as_json:
        show(pieces, as_json, quiet=True)
    elif file is None:
        sys.stdout.write(stocktaking.write_list(pieces))
    else:
        stocktaking.save_list(pieces, file)


@stock.command(epilog="Example: camcore stock audit")
def audit(db: Database = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Go through the whole ledger and say whether states agree with it."""
    from camcore.stockroom.audit import disagreements

    pieces, movements = opened(db).ledger()
    found = disagreements(pieces, movements)
    show([], as_json, quiet, found)
    if not (quiet or as_json):
        say(f"{len(pieces)} pieces, {len(movements)} movements, {len(found)} disagreements")
    raise typer.Exit(1 if found else 0)


def _query(everything: bool) -> Query:
    from camcore.stockroom import Query, State

    return Query(states=None if everything else (State.AVAILABLE, State.RESERVED))


def _around(text: str | None) -> tuple[float, float] | None:
    from camcore.units import parse_length

    try:
        return None if text is None else (parse_length(text) - 0.05, parse_length(text) + 0.05)
    except ValueError as error:
        raise CamError(Finding("E927", f"thickness: {error}", "correct it", where={"key": "thickness"})) from None


def _kind(text: str | None) -> Kind | None:
    from camcore.stockroom import Kind

    if text is not None and text not in set(Kind):
        raise CamError(Finding("E927", f"kind: {text!r} is not sheet or remnant", "correct it", where={"key": "kind"}))
    return None if text is None else Kind(text)
