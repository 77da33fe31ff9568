"""What the commands share: the application, and how documents and findings are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import typer

from camcore.findings import Finding

if TYPE_CHECKING:
    from camcore.formats.common import FileModel

app = typer.Typer(
    help="Drawings of sheet parts to nested, posted and proven laser and mill programs.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def print_json(value: Any) -> None:
    """One JSON document to stdout."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def print_document(document: FileModel, text: Callable[[], str], as_json: bool, quiet: bool) -> None:
    """A document to stdout: as JSON, or unless quiet as text for people."""
    if as_json:
        sys.stdout.write(document.text())
    elif not quiet:
        sys.stdout.write(text())


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
