"""The commands that change the stock: `camcore stock add`, `reserve`, `consume`, `return` and the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from camcore.cli.options import AsJson, Database, Materials, Quiet
from camcore.cli.stock_common import (
    By,
    Certificate,
    CertificateFile,
    Cost,
    Drawing,
    Grade,
    Id,
    Ids,
    Lot,
    Maker,
    Place,
    Received,
    RuleFile,
    Size,
    Units,
    opened,
    person,
    show,
    stock,
    text_of,
)
from camcore.findings import Finding


@stock.command(epilog="Example: camcore stock add --material fr4 --thickness 1.57 --size 36x48in --count 5 --lot L-77")
def add(
    material: Annotated[str, typer.Option(help="An id from `camcore materials`.", metavar="M")],
    thickness: Annotated[str, typer.Option(help="mm, or with a unit as 1/16in.", metavar="T")],
    size: Size = None,
    drawing: Drawing = None,
    units: Units = None,
    count: Annotated[int, typer.Option(help="So many alike.", metavar="N", min=1)] = 1,
    remnant: Annotated[bool, typer.Option("--remnant", help="It is no whole sheet.")] = False,
    grade: Grade = None,
    manufacturer: Maker = None,
    lot: Lot = None,
    certificate: Certificate = None,
    certificate_file: CertificateFile = None,
    grain: Annotated[str | None, typer.Option(help="Direction of the grain: x or y.", metavar="x|y")] = None,
    place: Place = None,
    cost: Cost = None,
    received: Received = None,
    materials: Materials = None,
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Receive sheets, or remnants, into the stock; the database is made where there is none."""
    from camcore import stocktaking

    words = {
        **{"material": material, "thickness": thickness, "size": size, "drawing": text_of(drawing), "units": units},
        **{"count": str(count), "kind": "remnant" if remnant else "sheet", "grade": grade, "lot": lot},
        **{"manufacturer": manufacturer, "certificate": certificate, "certificate_file": text_of(certificate_file)},
        **{"grain": grain, "place": place, "cost": cost, "received": received},
    }
    pieces = stocktaking.arrivals(words, Path(), materials)
    told = [] if lot or certificate else [_no_papers()]
    show(opened(db, create=True).add(pieces, person(by)), as_json, quiet, told)


@stock.command("import", epilog="Example: camcore stock import rack-3.csv")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with a header row; see the documentation.", metavar="FILE.csv")],
    materials: Materials = None,
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Receive the pieces of a list: all of them, or none where a row is wrong."""
    from camcore import stocktaking

    pieces = stocktaking.read_list(file, materials)
    show(opened(db, create=True).add(pieces, person(by)), as_json, quiet)


@stock.command(epilog="Example: camcore stock reserve R-000124 S-000007 --job kit-4711 --until 2026-12-01")
def reserve(
    ids: Ids,
    job: Annotated[str, typer.Option(help="For which job.", metavar="JOB")],
    until: Annotated[str | None, typer.Option(help="Last day, as 2026-12-01; no end without.", metavar="DATE")] = None,
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Reserve pieces for a job: all of them, or none where somebody has one."""
    from camcore.stockroom import Holder

    show(opened(db).reserve(ids, Holder(job, person(by)), until), as_json, quiet)


@stock.command(epilog="Example: camcore stock release --job kit-4711")
def release(
    ids: Annotated[list[str] | None, typer.Argument(help="Pieces.", metavar="ID...")] = None,
    job: Annotated[str | None, typer.Option(help="All that are reserved for it.", metavar="JOB")] = None,
    lapsed: Annotated[bool, typer.Option("--lapsed", help="All whose last day is over.")] = False,
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Let go reserved pieces, by id, by job, or those that have lapsed."""
    if bool(ids) + (job is not None) + lapsed != 1:
        raise typer.BadParameter("name pieces, or a --job, or --lapsed", param_hint="ID...")
    room, who = opened(db), person(by)
    freed = room.release(ids, who) if ids else room.release_of(job, who) if job else room.release_lapsed(who)
    show(freed, as_json, quiet)


@stock.command(epilog="Example: camcore stock consume --run out/kit-4711 --place B-3")
def consume(
    ids: Annotated[list[str] | None, typer.Argument(help="Pieces, cut by hand.", metavar="ID...")] = None,
    run: Annotated[Path | None, typer.Option(help="Folder of the run that was cut.", metavar="DIR")] = None,
    sheet: Annotated[
        list[str] | None, typer.Option(help="Only this sheet of it, by number or id; may be repeated.", metavar="K")
    ] = None,
    job: Annotated[str | None, typer.Option(help="With ID: for which job.", metavar="JOB")] = None,
    program: Annotated[Path | None, typer.Option(help="With ID: what cut it.", metavar="FILE")] = None,
    rule: RuleFile = None,
    place: Place = None,
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Book what was cut: a whole run with its programs and remnants, or pieces by hand."""
    from camcore import consuming

    if (run is None) != bool(ids) or (run is None) != bool(job and program):
        raise typer.BadParameter("name --run DIR, or pieces with --job and --program", param_hint="--run")
    room, who = opened(db), person(by)
    if run is not None:
        booked = consuming.book(room, run, who, consuming.rule_of(rule), sheet or [], place)
    else:
        booked = consuming.by_hand(room, ids or [], who, job or "", program or Path())
    show((*booked.consumed, *booked.remnants), as_json, quiet, booked.findings)


@stock.command("return", epilog="Example: camcore stock return S-000007 --size 400x914mm --place B-3")
def return_(
    piece: Id,
    size: Size = None,
    drawing: Drawing = None,
    units: Units = None,
    rule: RuleFile = None,
    place: Place = None,
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Return a remnant of a piece that was consumed; its lot and certificate go on."""
    from camcore import consuming, stocktaking

    words = {"size": size, "drawing": text_of(drawing), "units": units}
    shape = stocktaking.shape(words, Path())
    booked = consuming.give_back(opened(db), piece, shape, consuming.rule_of(rule), person(by), place)
    show(booked.remnants, as_json, quiet, booked.findings)


@stock.command(epilog='Example: camcore stock scrap R-000124 --why "delaminated"')
def scrap(
    ids: Ids,
    why: Annotated[str | None, typer.Option(help="For the ledger.", metavar="TEXT")] = None,
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Throw away pieces that nobody has."""
    show(opened(db).scrap(ids, person(by), why), as_json, quiet)


@stock.command(epilog="Example: camcore stock move R-000124 --place B-3")
def move(
    ids: Ids,
    place: Annotated[str, typer.Option(help="Rack or bin.", metavar="PLACE")],
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Put pieces in another place."""
    show(opened(db).move(ids, place, person(by)), as_json, quiet)


@stock.command(epilog="Example: camcore stock amend S-000007 --certificate C-12 --certificate-file C-12.pdf")
def amend(
    ids: Ids,
    grade: Grade = None,
    manufacturer: Maker = None,
    lot: Lot = None,
    certificate: Certificate = None,
    certificate_file: CertificateFile = None,
    cost: Cost = None,
    received: Received = None,
    by: By = None,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Correct or complete papers and cost; the ledger keeps what was said before."""
    from camcore import stocktaking

    words = {
        **{"grade": grade, "manufacturer": manufacturer, "lot": lot, "certificate": certificate},
        **{"certificate_file": text_of(certificate_file), "cost": cost, "received": received},
    }
    show(opened(db).amend(ids, stocktaking.papers(words, Path()), person(by)), as_json, quiet)


def _no_papers() -> Finding:
    return Finding(
        "W934", "the material has no lot and no certificate", "give --lot, or `camcore stock amend` it later"
    )
