"""The commands: each is a few lines that call the library and say what came of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from camcore import __version__
from camcore.findings import CamError, Finding, errors

if TYPE_CHECKING:
    from camcore.progress import Show
    from camcore.run import Outcome

app = typer.Typer(
    help="Drawings of sheet parts to nested, posted and proven laser and mill programs.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Materials = Annotated[
    Path | None,
    typer.Option(
        help="The shop's own materials, over those of camcore; else those that CAMCORE_MATERIALS names.",
        metavar="FILE.toml",
    ),
]
JobFile = Annotated[Path, typer.Argument(help="The job, a TOML file.", metavar="JOB.toml")]
Effort = Annotated[str | None, typer.Option(help="quick, normal, best, or a number of moves.", metavar="E")]
Seconds = Annotated[float | None, typer.Option(help="Cap on the search's wall time.", metavar="S", min=0.01)]
Seed = Annotated[int | None, typer.Option(help="Seed of the search.", metavar="N", min=0)]
Threads = Annotated[
    int,
    typer.Option(help="Threads of the search; the nest does not depend on their timing.", metavar="N", min=1, max=64),
]


def main() -> None:
    """Run the command line; exit 2 with findings where the input or the call is wrong, never with a traceback."""
    try:
        app()
    except CamError as error:
        _fail(error)
    except OSError as error:
        reason = f"cannot write it: {error.strerror}"
        _fail(CamError(Finding("E307", reason, "name a place that can be written", error.filename)))
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("CAMCORE_DEBUG"):
            raise
        text = f"{type(error).__name__}: {error}"
        _fail(
            CamError(
                Finding(
                    "E399",
                    f"a defect of camcore: {text}",
                    "set CAMCORE_DEBUG=1, run it again and report what it prints",
                )
            )
        )


def _fail(error: CamError) -> None:
    if "--json" in sys.argv:
        _print_json({"findings": [finding.as_dict() for finding in error.findings]})
    _tell(error.findings)
    sys.exit(2)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _tell(findings: Iterable[Finding], quiet: bool = False, notes: bool = False) -> None:
    """Findings to stderr, worst first: errors, unless quiet warnings too, and notes where they are asked for."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    letters = "E" if quiet else "EWI" if notes else "EW"
    for letter in letters:
        style = {"E": "bold red", "W": "yellow", "I": "dim"}[letter]
        for finding in findings:
            if finding.code[0] == letter:
                console.print(str(finding), style=style, markup=False)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        sys.stdout.write(f"camcore {__version__}\n")
        raise typer.Exit


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
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read, check, nest, cut, post, prove and report a job."""
    from camcore import run as runs
    from camcore.ready import Budget

    outcome = _carried_out(partial(runs.run, job, out, Budget(effort, seconds, seed, threads)), as_json, quiet)
    if not quiet:
        for name in ("report.html", "findings.json", "verify.json"):
            _say(f"look at: {out / name}")
    raise typer.Exit(outcome.exit_code)


def _carried_out(work: Callable[[Show | None], Outcome], as_json: bool, quiet: bool) -> Outcome:
    """What came of the work, which gets a progress bar where somebody looks at one; it is told before it returns."""
    from camcore.progress import shown

    with shown(quiet or as_json) as progress:
        outcome = work(progress)
    _tell((*outcome.findings, *outcome.review), quiet)
    if as_json:
        _print_json(outcome.as_dict())
    if not quiet:
        for line in outcome.lines():
            _say(line)
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
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Nest a job and nothing more; Ctrl-C keeps the best whole nest so far."""
    from camcore import run as runs
    from camcore.ready import Budget

    work = partial(runs.nest_only, job, out, Budget(effort, seconds, seed, threads), start=start)
    outcome = _carried_out(work, as_json, quiet)
    raise typer.Exit(outcome.exit_code)


@app.command(epilog="Example: camcore read bracket.dxf --json")
def read(
    drawings: Annotated[list[Path], typer.Argument(help="DXF drawings.", metavar="DRAWING...")],
    units: Annotated[
        str | None, typer.Option(help="Units of the drawings, whatever they say: mm, cm, m, in, ft, mil.")
    ] = None,
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
    _tell(findings, quiet, notes=True)
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
    material: Annotated[str, typer.Option(help="An id from `camcore materials`.", metavar="M")],
    thickness: Annotated[str, typer.Option(help="Of the sheet: mm, or with a unit as 1/16in.", metavar="T")],
    process: Annotated[str, typer.Option(help="laser or mill.", metavar="P")],
    tool: Annotated[str | None, typer.Option(help="Diameter of the end mill; 1/8in unless told.", metavar="D")] = None,
    units: Annotated[
        str | None, typer.Option(help="Units of the drawings, whatever they say: mm, cm, m, in, ft, mil.")
    ] = None,
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
    if as_json:
        sys.stdout.write(outcome.document.text())
    elif not quiet:
        sys.stdout.write(reviewing.text(outcome))
    _tell([finding for each in outcome.reviews if as_json or quiet for finding in each.findings], quiet=True)
    raise typer.Exit(outcome.exit_code)


@app.command(
    epilog="Example: camcore estimate bracket.dxf --quantity 10,100,1000 --sheet 36x48in "
    "--material fr4 --thickness 1.57mm"
)
def estimate(
    file: Annotated[Path, typer.Argument(help="A job, or a drawing.", metavar="JOB.toml|PART.dxf")],
    quantity: Annotated[str, typer.Option(help="How many of each part; several by commas.", metavar="N,N,...")] = "1",
    sheet: Annotated[str | None, typer.Option(help="Size of the sheets: 36x48in, 914x1219mm.", metavar="LxW")] = None,
    material: Annotated[str | None, typer.Option(help="An id from `camcore materials`.", metavar="M")] = None,
    thickness: Annotated[
        str | None, typer.Option(help="Of the sheet: mm, or with a unit as 1/16in.", metavar="T")
    ] = None,
    machine: Annotated[str | None, typer.Option(help="A name from `camcore machines`.", metavar="NAME")] = None,
    rotation: Annotated[str, typer.Option(help="fixed, grain, ortho or free.", metavar="R")] = "ortho",
    units: Annotated[str | None, typer.Option(help="Units of the drawing, whatever it says: mm, in, ...")] = None,
    cost: Annotated[float | None, typer.Option(help="Of a sheet.", metavar="C", min=0.0)] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say how many sheets, how long and what price, without a full nest, and how sure that is."""
    from camcore import estimating

    order = estimating.Order(material, thickness, quantity, sheet, machine, rotation, units, cost)
    outcome = estimating.of_file(file, order)
    if as_json:
        sys.stdout.write(outcome.document.text())
    elif not quiet:
        sys.stdout.write(estimating.text(outcome))
    _tell(outcome.findings, quiet)
    raise typer.Exit(outcome.exit_code)


@app.command(
    epilog="Example: camcore verify out/sheet-01.nc --machine generic-grbl-laser "
    "--nest out/nest.json --sheet 1 --process out/sheet-01.cut.json"
)
def verify(
    program: Annotated[Path, typer.Argument(help="A G-code file in the machine's dialect.", metavar="PROGRAM")],
    machine: Annotated[str, typer.Option(help="Name of a machine, or path to its TOML.", metavar="NAME")],
    nest: Annotated[Path | None, typer.Option(help="The nest that it cuts.", metavar="nest.json")] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Which of its sheets: a number from 1, or an id.", metavar="K")
    ] = None,
    process: Annotated[Path | None, typer.Option(help="What the program intends.", metavar="cut.json")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read any G-code as the machine would and prove it; with a nest, against the parts."""
    from camcore.prove import prove

    document, verdict = prove(program, machine, nest, sheet, process)
    if as_json:
        sys.stdout.write(document.text())
    elif not quiet:
        _print_checks(verdict)
    _tell(verdict.findings, quiet)
    raise typer.Exit(0 if verdict.proven else 1)


def _print_checks(verdict: Any) -> None:
    for check in verdict.checks:
        figures = ", ".join(f"{name} {_figure(value)}" for name, value in check.figures.items())
        sys.stdout.write(f"{'ok  ' if check.passed else 'FAIL'} {check.name}: {figures}\n")


def _figure(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@app.command(epilog="Example: camcore machines generic-grbl-laser")
def machines(
    name: Annotated[str | None, typer.Argument(help="Show one machine whole, with the source of each field.")] = None,
    check: Annotated[Path | None, typer.Option(help="Say whether a machine file holds.", metavar="FILE.toml")] = None,
    as_json: AsJson = False,
) -> None:
    """List the machines, or show one, and its control, with the source and status of each fact; or check a file."""
    from camcore import listing

    table = listing.checked(check) if check else listing.machine(name) if name else listing.machines()
    _print_json(table) if as_json else sys.stdout.write(listing.text(table))


@app.command("materials", epilog="Example: camcore materials fr4 --json")
def _materials(
    name: Annotated[str | None, typer.Argument(help="Show one material whole, with the source of each number.")] = None,
    materials: Materials = None,
    as_json: AsJson = False,
) -> None:
    """List the materials, or show one with the source and status of each number."""
    from camcore import listing

    table = listing.material(name, materials) if name else listing.materials(materials)
    _print_json(table) if as_json else sys.stdout.write(listing.text(table))


@app.command(epilog="Example: camcore schema nest > nest.schema.json")
def schema(
    name: Annotated[str | None, typer.Argument(help="Name of the format; without it, the names.")] = None,
) -> None:
    """Print the JSON Schema of one of camcore's file formats."""
    from camcore.formats import SCHEMAS
    from camcore.formats import schema as schema_of

    if name is None:
        sys.stdout.write("\n".join(SCHEMAS) + "\n")
    elif name in SCHEMAS:
        _print_json(schema_of(name))
    else:
        raise CamError(Finding("E305", f"there is no format {name!r}", f"take one of {', '.join(SCHEMAS)}"))
