"""What the commands share: the application, options, and how documents and findings are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from camcore.findings import Finding

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
Database = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="The stock database: a path or URL; else CAMCORE_STOCK, else the user's own file.",
        metavar="URL",
        show_default=False,
    ),
]


def print_json(value: Any) -> None:
    """One JSON document to stdout."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def tell(findings: Iterable[Finding], quiet: bool = False, notes: bool = False) -> None:
    """Findings to stderr, worst first: errors, unless quiet warnings too, and notes where they are asked for."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    letters = "E" if quiet else "EWI" if notes else "EW"
    for letter in letters:
        style = {"E": "bold red", "W": "yellow", "I": "dim"}[letter]
        for finding in findings:
            if finding.code[0] == letter:
                console.print(str(finding), style=style, markup=False)


def say(text: str) -> None:
    """A line to stderr."""
    sys.stderr.write(text + "\n")
