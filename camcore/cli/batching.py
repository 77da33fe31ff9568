"""The command that prices lists: `batch`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from camcore.cli.common import app, print_json, say, tell
from camcore.cli.options import AsJson, Quiet, RatesFile, With

if TYPE_CHECKING:
    from camcore.batch.model import Runner
    from camcore.batch.results import Format
    from camcore.batch.run import Done, Summary
    from camcore.workers import Limits

Breaks = Annotated[
    str | None, typer.Option(help="Price breaks of rows that name none; 1,10,… unless told.", metavar="N,N,...")
]
Processes = Annotated[
    int | None, typer.Option(help="Processes of this machine; as many as it has cores.", metavar="N", min=1, max=256)
]
Seconds = Annotated[float, typer.Option(help="Most wall time for a row.", metavar="S", min=1.0)]
Memory = Annotated[int, typer.Option(help="Most memory of a process, MiB.", metavar="MIB", min=256)]
Scheduler = Annotated[str | None, typer.Option(help="A Dask cluster that runs: tcp://host:8786.", metavar="ADDRESS")]
Formats = Annotated[str, typer.Option("--format", help="Of the table: csv, parquet, or both.", metavar="F,F")]


def _of_rows(metavar: str) -> Any:
    return typer.Option(help="Of rows that name none.", metavar=metavar)


@app.command(epilog="Example: camcore batch rfq.csv --out quotes --rates shop.toml")
def batch(
    file: Annotated[Path, typer.Argument(help="The list: a CSV file, one row a drawing.", metavar="RFQ.csv")],
    out: Annotated[Path, typer.Option(help="Folder for quotes and results; made when missing.", metavar="DIR")],
    quantity: Breaks = None,
    material: Annotated[str | None, _of_rows("M")] = None,
    thickness: Annotated[str | None, _of_rows("T")] = None,
    sheet: Annotated[str | None, _of_rows("LxW")] = None,
    machine: Annotated[str | None, _of_rows("NAME")] = None,
    rates: RatesFile = None,
    operations: With = "",
    processes: Processes = None,
    seconds: Seconds = 600.0,
    memory: Memory = 4096,
    scheduler: Scheduler = None,
    formats: Formats = "csv",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Price a list of drawings; stopped in any way, the same command goes on with what is left."""
    from camcore import pricing, quoting
    from camcore.batch import rows, run
    from camcore.estimating import Order
    from camcore.workers import Limits

    wish = quoting.wish(quantity, rates, operations)
    pricing.load(rates)
    order = Order(material=material, thickness=thickness, sheet=sheet, machine=machine)
    shop = str(rates) if str(rates) == "example" else str(rates.absolute()) if rates else ""
    listed = rows.read(file, rows.Defaults(order, wish.quantities, wish.operations, shop))
    runner = _runner(scheduler, processes, Limits(seconds, memory << 20))
    with _shown(len(listed.rows), quiet or as_json) as done:
        summary = run.run(listed, file, out, runner, _formats(formats), done)
    tell(summary.findings, quiet)
    if as_json:
        print_json(summary.as_dict())
    elif not quiet:
        _say(summary, out)
    raise typer.Exit(summary.exit_code)


def _runner(scheduler: str | None, processes: int | None, limits: Limits) -> Runner:
    """The cluster that was named, else processes of this machine."""
    from camcore.batch import runners

    return runners.cluster(scheduler) if scheduler else runners.pool(processes or os.cpu_count() or 1, limits)


def _formats(text: str) -> list[Format]:
    from camcore.batch.results import FORMATS

    words = [word.strip() for word in text.split(",")]
    known = [each for each in FORMATS if each in words]
    if not known or len(known) != len(set(words)):
        raise typer.BadParameter(f"{text} is not made of {', '.join(FORMATS)}", param_hint="--format")
    return known


@contextmanager
def _shown(rows: int, quiet: bool) -> Iterator[Done | None]:
    """What to call after each row: a bar at a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("pricing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=rows)
        yield lambda count, row, _: bar.update(task, completed=count, description=row.drawing)


def _say(summary: Summary, out: Path) -> None:
    kept = f", {summary.kept} of them before" if summary.kept else ""
    left = f", {summary.left} left" if summary.left else ""
    done = f"{summary.priced} priced, {summary.failed} failed"
    say(f"{summary.rows} rows: {done}{left}{kept}; {summary.cpu:.1f} s of processors")
    for name in summary.files:
        say(f"look at: {out / name}")
