"""What is installed: machines and materials as tables, each entry with its source and status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import postprocessors
from camcore import machine as machines_room
from camcore import material as materials_room
from camcore import tomlfile
from camcore.findings import CamError, Finding, errors
from camcore.material.model import Sourced
from camcore.material.shop import OWN
from camcore.moves import End
from camcore.program.model import Program
from camcore.verify.reader import read

Table = list[dict[str, Any]]


def machines() -> Table:
    """One row a machine, with the source and status of its size."""
    return [_machine_row(machines_room.load(name)) for name in machines_room.shipped()]


def _machine_row(machine: machines_room.Machine) -> dict[str, Any]:
    source = machine.provenance("work_area.x")
    return {
        "name": machine.name,
        "title": machine.title,
        "dialect": machine.dialect,
        "process": machine.process,
        "work_area": " x ".join(f"{high - low:g}" for low, high in (machine.work_area.x, machine.work_area.y)),
        "status": source.status,
        "source": source.source,
    }


def machine(name: str) -> Table:
    """One row a fact of the machine of that name or in that TOML file, then of its control. Raises CamError as
    `machine.load`."""
    found = machines_room.load(name)
    return [*_facts(found), *_facts(found.abilities, "control.")]


def _facts(found: machines_room.Sourced, prefix: str = "") -> Table:
    return [
        {"field": f"{prefix}{field}", "value": value, "status": source.status, "source": source.source}
        for field, value in found.facts().items()
        for source in [found.provenance(field)]
    ]


def checked(path: Path) -> Table:
    """The row of the machine in that file, with the facts that nobody has measured or looked up yet.

    Raises CamError as `machine.load`, with one finding for each thing that is wrong; E7xx for lines of its own that the
    proof would refuse in every program.
    """
    found = tomlfile.load(path, machines_room.Machine)
    if wrong := list(_own_lines(found, str(path))):
        raise CamError(wrong)
    measured = [row for row in _facts(found) if row["field"].split(".")[0] in ("work_area", "rates", "beam", "spindle")]
    loose = [row["field"] for row in measured if row["status"] == "uncalibrated default"]
    row = {key: value for key, value in _machine_row(found).items() if key not in ("title", "status", "source")}
    return [{**row, "holds": True, "uncalibrated": loose}]


def _own_lines(found: machines_room.Machine, file: str) -> Iterator[Finding]:
    """What is wrong with a program that holds nothing but the machine's first and last lines."""
    text = postprocessors.write(Program("check", found.name, "", (End(),)), found)
    lines = text.splitlines()
    for finding in errors(read(text, found).findings):
        said = lines[min(finding.where.get("line", 1), len(lines)) - 1]
        key = "postamble" if any(line in said for line in found.postamble) else "preamble"
        yield replace(finding, message=f"{said!r}: {finding.message}", file=file, where={"key": key})


def materials(own: Path | None = None) -> Table:
    """One row a material, the shop's own among them; the status is that of its weakest figure."""
    return [_material_row(materials_room.load(name, own)) for name in materials_room.names(own)]


def _material_row(found: materials_room.Material) -> dict[str, Any]:
    inside = [figure for _, figure in _figures(found)]
    return {
        "id": found.id,
        "title": found.title,
        "density": found.entry.density.value,
        "grain": "yes" if found.entry.grain else "no",
        "mill": "yes" if found.mill else "no",
        "laser": found.laser.policy.value if found.laser else "no",
        "status": max((figure.status for figure in inside), key=_WEAKNESS.index),
        "from": "shop" if any(found.sources[figure.source].startswith(OWN) for figure in inside) else "camcore",
        "source": found.sources[found.entry.density.source],
    }


def material(name: str, own: Path | None = None) -> Table:
    """One row a figure of the material of that id. Raises CamError as `material.load`."""
    found = materials_room.load(name, own)
    return [
        {"field": field, "value": _value(figure), "status": figure.status, "source": found.sources[figure.source]}
        for field, figure in _figures(found)
    ]


_WEAKNESS = ("documented", "shop-calibrated", "derived", "uncalibrated default")
"""Statuses from the surest to the least sure."""


def _figures(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Sourced]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Sourced):
            yield f"{prefix}{name}", value
        elif isinstance(value, BaseModel):
            yield from _figures(value, "" if name == "entry" else f"{prefix}{name}.")


def _value(figure: Sourced) -> Any:
    return next(getattr(figure, name) for name in type(figure).model_fields if name not in Sourced.model_fields)


def text(table: Table) -> str:
    """The table in aligned columns; the last column may run on."""
    if not table:
        return "nothing\n"
    heads = list(table[0])
    rows = [heads, *([_cell(row[head]) for head in heads] for row in table)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items())
    return str(value)
