"""A DXF file opened: as it is, or recovered, or refused; and what its header says of units."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ezdxf import recover
from ezdxf.audit import AuditError
from ezdxf.filemanagement import readfile

from camcore.findings import CamError, Finding
from camcore.units import MM_PER_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ezdxf.audit import Auditor
    from ezdxf.document import Drawing as Document

MAX_BYTES = 200_000_000
"""Larger files are refused before they are parsed: a drawing of 100,000 entities is a tenth of it."""

INSUNITS = {1: "in", 2: "ft", 4: "mm", 5: "cm", 6: "m", 9: "mil"}
"""$INSUNITS that sheet parts are drawn in (AutoCAD DXF Reference, header variables)."""

_LOSSY = {
    AuditError.REMOVED_INVALID_GRAPHIC_ENTITY,
    AuditError.REMOVED_ENTITY_WITH_INVALID_OWNER_HANDLE,
    AuditError.UNDEFINED_BLOCK,
    AuditError.INVALID_BLOCK_REFERENCE_CYCLE,
    AuditError.INVALID_INTEGER_VALUE,
    AuditError.INVALID_FLOATING_POINT_VALUE,
    AuditError.INVALID_EXTRUSION_VECTOR,
    AuditError.INVALID_MAJOR_AXIS,
    AuditError.INVALID_VERTEX_COUNT,
    AuditError.INVALID_SPLINE_DEFINITION,
    AuditError.INVALID_SPLINE_CONTROL_POINT_COUNT,
    AuditError.INVALID_SPLINE_FIT_POINT_COUNT,
    AuditError.INVALID_SPLINE_KNOT_VALUE_COUNT,
    AuditError.INVALID_SPLINE_WEIGHT_COUNT,
    AuditError.INVALID_ELLIPSE_RATIO,
}
"""Repairs after which the geometry may not be what was drawn."""

_BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
_COMMA = re.compile(rb"\n[ \t]*(?:[1-5]\d|14\d|21\d|22\d|23\d)[ \t]*\n[ \t]*([-+]?\d+,\d+)[ \t]*\n")
_LOOKS_LIKE_DXF = re.compile(rb"^[ \t]*0[ \t]*\n[ \t]*SECTION\b|^[ \t]*999[ \t]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Loaded:
    """An opened file; $INSUNITS and $MEASUREMENT are None where the header lacks them, whatever ezdxf makes of that."""

    document: Document
    insunits: int | None
    measurement: int | None
    findings: tuple[Finding, ...]


def load(path: Path) -> Loaded:
    """Open a DXF file, ASCII or binary, any release that ezdxf knows; recovered files come with a finding W110.

    Raises CamError: E101 for what cannot be read as DXF, E102 for decimal commas, E105 for files over MAX_BYTES.
    """
    data = _bytes(path)
    binary = data.startswith(_BINARY)
    if not binary and b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    findings = [] if binary else _check_text(data, path.name)
    with _silent():
        document, repairs = _opened(path)
    return Loaded(
        document, _said(data, binary, b"INSUNITS"), _said(data, binary, b"MEASUREMENT"), (*findings, *repairs)
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES} bytes"
            raise CamError(Finding("E105", message, "is this the right file?", path.name))
        return path.read_bytes()
    except OSError as error:
        advice = "check the path and the file's rights"
        raise CamError(Finding("E101", f"cannot read it: {error.strerror}", advice, path.name)) from None


def _check_text(data: bytes, name: str) -> list[Finding]:
    """Findings E111 where the end is missing. Raises CamError E101, E102 for text that should not be parsed at all."""
    if not _LOOKS_LIKE_DXF.search(data[:100_000]):
        raise CamError(Finding("E101", "this is not a DXF file", "save the drawing as DXF (R12 to R2018)", name))
    comma = _COMMA.search(data)
    if comma:
        line = data.count(b"\n", 0, comma.start(1)) + 1
        number = comma[1].decode("ascii")
        message = f"numbers are written with a decimal comma, such as {number}; their size cannot be trusted"
        advice = "save it again with a decimal point (set the program's or the system's number format)"
        raise CamError(Finding("E102", message, advice, name, {"line": line}))
    if data.rstrip().endswith((b"EOF", b"ENDSEC")):
        return []
    return [Finding("E111", "the file ends in the middle of a section", "get the whole file", name)]


def _opened(path: Path) -> tuple[Document, list[Finding]]:
    # ezdxf raises whatever a broken file provokes, from DXFError to KeyError: all of it is the file's fault.
    try:
        document = readfile(path)
        document.modelspace()
        return document, []
    except Exception as error:
        first = _reason(error)
    try:
        document, auditor = recover.readfile(path)
        document.modelspace()
    except Exception as error:
        advice = "open it in a CAD program, run its audit, and save it as DXF again"
        raise CamError(Finding("E101", f"the file is damaged: {_reason(error)}", advice, path.name)) from None
    return document, _repairs(first, auditor, path.name)


def _repairs(first: str, auditor: Auditor, name: str) -> list[Finding]:
    entries = [*auditor.errors, *auditor.fixes]
    lossy = [entry for entry in entries if entry.code in _LOSSY]
    message = f"the file breaks the rules of DXF ({first}); it was recovered with {len(entries)} repairs"
    findings = [Finding("W110", message, "compare the parts with the original", name)]
    if lossy:
        message = f"{len(lossy)} repairs guessed numbers or dropped entities, the first: {_short(lossy[0].message)}"
        findings.append(Finding("E112", message, "have the file exported again", name))
    return findings


def _reason(error: Exception) -> str:
    return _short(str(error) or type(error).__name__)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 120 else words[:117] + "..."


@contextmanager
def _silent() -> Iterator[None]:
    """Keep ezdxf's own log quiet: what matters becomes a finding."""
    logger = logging.getLogger("ezdxf")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _said(data: bytes, binary: bool, name: bytes) -> int | None:
    """A whole number as the header has it: ezdxf makes up $INSUNITS = 6 (metres) for a file without a header."""
    if binary:
        found = re.search(rb"\$" + name + rb"\x00(?:\x46\x00|\x46)(..)", data, re.DOTALL)
        return int.from_bytes(found[1], "little") if found else None
    said = re.search(rb"\$" + name + rb"\s*\n\s*70\s*\n\s*(\d{1,9})\s*\n", data)
    return int(said[1]) if said else None


def resolve_units(said: int | None, override: str | None, name: str) -> tuple[str | None, list[Finding]]:
    """Unit of the drawing's numbers: the override, else the header's, else None with an error finding.

    Raises CamError E104 for an override or a header unit that no sheet part is drawn in.
    """
    if override is not None:
        if override not in MM_PER_UNIT:
            known = ", ".join(MM_PER_UNIT)
            raise CamError(Finding("E104", f"{override!r} is not a unit", f"take one of {known}", name))
        return override, _contradiction(said, override, name)
    if said is None or said == 0:
        where = "does not have $INSUNITS" if said is None else "says $INSUNITS = 0, no units"
        message = f"the units are unknown: the header {where}; sizes are read as mm until somebody says"
        advice = 'state them: units = "mm" or "in" in the job, --units on the command line'
        return None, [Finding("E103", message, advice, name)]
    if said not in INSUNITS:
        message = f"$INSUNITS = {said} is not a unit that sheet parts are drawn in"
        raise CamError(Finding("E104", message, "state the true units in the job", name))
    return INSUNITS[said], []


def _contradiction(said: int | None, override: str, name: str) -> list[Finding]:
    unit = INSUNITS.get(said or 0)
    if unit is None or unit == override:
        return []
    message = f"the drawing says {unit}, but it is read in {override} as asked"
    return [Finding("W113", message, "check one size", name)]
