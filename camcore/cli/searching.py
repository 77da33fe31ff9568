"""The commands that search: `run` and `nest`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from camcore.cli.common import app, print_json, say, tell
from camcore.cli.options import AsJson, Database, Quiet

if TYPE_CHECKING:
    from camcore.progress import Show
    from camcore.run import Outcome

JobFile = Annotated[Path, typer.Argument(help="The job, a TOML file.", metavar="JOB.toml")]
Effort = Annotated[str | None, typer.Option(help="quick, normal, best, or a number of moves.", metavar="E")]
Seconds = Annotated[float | None, typer.Option(help="Cap on the search's wall time.", metavar="S", min=0.01)]
Seed = Annotated[int | None, typer.Option(help="Seed of the search.", metavar="N", min=0)]
Threads = Annotated[
    int,
    typer.Option(help="Threads of the search; the nest does not depend on their timing.", metavar="N", min=1, max=64),
]


@app.command(epilog="Example: camcore run samples/pet-washers/job.toml --out out/pet-washers")
def run(
    job: JobFile,
    out: Annotated[
        Path, typer.Option(help="Folder for programs, report and papers; made when missing.", metavar="DIR")
    ],
    effort: Effort = None,
    seconds: Seconds = None,
    seed: Seed = None,
    threads: Threads = 1,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read, check, nest, cut, post, prove and report a job."""
    from camcore import run as runs
    from camcore.ready import Budget

    outcome = _carried_out(partial(runs.run, job, out, Budget(effort, seconds, seed, threads, db)), as_json, quiet)
    if not quiet:
        for name in ("report.html", "findings.json", "verify.json"):
            say(f"look at: {out / name}")
    raise typer.Exit(outcome.exit_code)


def _carried_out(work: Callable[[Show | None], Outcome], as_json: bool, quiet: bool) -> Outcome:
    """What came of the work, which gets a progress bar where somebody looks at one; it is told before it returns."""
    from camcore.progress import shown

    with shown(quiet or as_json) as progress:
        outcome = work(progress)
    tell((*outcome.findings, *outcome.review), quiet)
    if as_json:
        print_json(outcome.as_dict())
    if not quiet:
        for line in outcome.lines():
            say(line)
    return outcome


@app.command(epilog="Example: camcore nest samples/fr4-kit/job.toml --out nest.json --seconds 10")
def nest(
    job: JobFile,
    out: Annotated[Path, typer.Option(help="The nest, a JSON file.", metavar="nest.json")],
    start: Annotated[
        Path | None, typer.Option(help="A nest to go on from; the answer is never worse.", metavar="nest.json")
    ] = None,
    effort: Effort = None,
    seconds: Seconds = None,
    seed: Seed = None,
    threads: Threads = 1,
    db: Database = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Nest a job and nothing more; Ctrl-C keeps the best whole nest so far."""
    from camcore import run as runs
    from camcore.ready import Budget

    work = partial(runs.nest_only, job, out, Budget(effort, seconds, seed, threads, db), start=start)
    outcome = _carried_out(work, as_json, quiet)
    raise typer.Exit(outcome.exit_code)
