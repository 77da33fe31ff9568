"""The commands that list: `machines`, `materials` and `schema`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from camcore.cli.common import app, print_json
from camcore.cli.options import AsJson, Materials
from camcore.findings import CamError, Finding


@app.command(epilog="Example: camcore machines generic-grbl-laser")
def machines(
    name: Annotated[str | None, typer.Argument(help="Show one machine whole, with the source of each field.")] = None,
    check: Annotated[Path | None, typer.Option(help="Say whether a machine file holds.", metavar="FILE.toml")] = None,
    as_json: AsJson = False,
) -> None:
    """List the machines, or show one, and its control, with the source and status of each fact; or check a file."""
    from camcore import listing

    table = listing.checked(check) if check else listing.machine(name) if name else listing.machines()
    print_json(table) if as_json else sys.stdout.write(listing.text(table))


@app.command("materials", epilog="Example: camcore materials fr4 --json")
def _materials(
    name: Annotated[str | None, typer.Argument(help="Show one material whole, with the source of each number.")] = None,
    materials: Materials = None,
    as_json: AsJson = False,
) -> None:
    """List the materials, or show one with the source and status of each number."""
    from camcore import listing

    table = listing.material(name, materials) if name else listing.materials(materials)
    print_json(table) if as_json else sys.stdout.write(listing.text(table))


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
        print_json(schema_of(name))
    else:
        raise CamError(Finding("E305", f"there is no format {name!r}", f"take one of {', '.join(SCHEMAS)}"))
