"""What comes into the stock and out to lists: words of a call or of a row, drawings and papers as pieces."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from camcore import drawing, material, part
from camcore.files import sha256, write_whole
from camcore.findings import CamError, Finding, errors
from camcore.formats.common import read_text
from camcore.geometry import Curve
from camcore.stockroom import Arrival, Kind, Piece
from camcore.stockroom.arrival import refuse_wrong
from camcore.stockroom.model import Vertices
from camcore.stockroom.outline import placed, vertices
from camcore.units import parse_length, parse_size

MAX_COUNT = 1000
"""More sheets than this at once are a slip of the keyboard."""
PLAIN = ("grade", "manufacturer", "lot", "certificate", "certificate_sha256", "place", "received", "parent")
"""Columns that are fields of a piece as they are."""
COLUMNS = (
    *("id", "kind", "state", "material", "thickness", "size", "outline", "holes", "grain"),
    *("grade", "manufacturer", "lot", "certificate", "certificate_sha256", "place", "cost", "received", "parent"),
    *("job", "by", "until", "program", "program_sha256"),
)
"""Columns of a list that goes out; lengths in mm. One that comes in needs material, thickness and a shape."""
TAKEN = {*COLUMNS, "units", "count", "drawing", "certificate_file"}
"""Columns of a list that comes in; what says where a piece stands is not taken over."""

Words = Mapping[str, str | None]


def arrivals(said: Words, folder: Path, own: Path | None = None) -> list[Arrival]:
    """The pieces that these words are, by the names in TAKEN; files are relative to `folder`.

    own: the shop's own materials. Raises CamError: E330 unknown material, E927 a field, E928 an outline that makes no
    sense, or what is wrong with the drawing.
    """
    words = _words(said)
    count = _count(words.get("count", "1"))
    outline, holes = shape(words, folder)
    name = _needed(words, "material")
    material.load(name, own)
    plain = papers(words, folder)
    if "grain" in words:
        plain["grain"] = words["grain"].lower()
    thickness = _length("thickness", _needed(words, "thickness"), words.get("units", "mm"))
    what = Arrival(name, thickness, outline, holes, _kind(words), **plain)
    refuse_wrong([what])
    return [what] * count


def papers(said: Words, folder: Path) -> dict[str, Any]:
    """Fields of a piece's papers, place and cost that these words give. Raises CamError E927, E301."""
    words = _words(said)
    found: dict[str, Any] = {each: words[each] for each in PLAIN if each in words}
    if "certificate_file" in words:
        found["certificate_sha256"] = _hash(folder / words["certificate_file"])
    if "cost" in words:
        found["cost"] = _number("cost", words["cost"])
    return found


def outline_of(file: Path, units: str | None = None) -> tuple[Vertices, tuple[Vertices, ...]]:
    """Outline and holes of a drawing of one sheet or remnant. Raises CamError: E323, E928, or what was found in it."""
    drawn = part.find(drawing.read(file, units))
    if errors(drawn.findings):
        raise CamError(drawn.findings)
    if len(drawn.parts) != 1:
        message = f"a sheet is one outline with its holes; the drawing holds {len(drawn.parts)} outlines"
        raise CamError(Finding("E323", message, "leave one outline in it", str(file)))
    return placed(drawn.parts[0].outline, drawn.parts[0].holes)


def read_list(file: Path, own: Path | None = None) -> list[Arrival]:
    """The pieces of a CSV list with a header row, as `arrivals` reads each row; comma, semicolon or tab between.

    Raises CamError with a finding E929 for each row that cannot be taken; then none is.
    """
    rows = _rows(read_text(file, "utf-8-sig"), str(file))
    found: list[Arrival] = []
    wrong: list[Finding] = []
    for line, row in rows:
        try:
            found += arrivals(_standing(row), file.parent, own)
        except CamError as error:
            wrong += [
                Finding("E929", f"{each.message} ({each.code})", each.advice, str(file), {"line": line, **each.where})
                for each in error.findings
            ]
    if wrong:
        raise CamError(wrong)
    return found


def write_list(pieces: Sequence[Piece]) -> str:
    """The pieces as CSV with the columns COLUMNS."""
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(piece) for piece in pieces)
    return table.getvalue()


def save_list(pieces: Sequence[Piece], file: Path) -> None:
    """Write the list to a file. Raises OSError as the system does."""
    write_whole(file, write_list(pieces))


def _words(said: Words) -> dict[str, str]:
    return {name: word.strip() for name, word in said.items() if word is not None and word.strip()}


def _rows(text: str, file: str) -> Iterator[tuple[int, dict[str, str | None]]]:
    head = text.split("\n", 1)[0]
    between = max(",;\t", key=head.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=between, restkey="beyond")
    try:
        names = [name.strip() for name in table.fieldnames or ()]
        unknown = [name for name in names if name not in TAKEN]
        if unknown or not names:
            message = f"its header row names {', '.join(map(repr, unknown)) or 'nothing'}"
            raise CamError(Finding("E929", message, f"take names of {', '.join(sorted(TAKEN))}", file, {"line": 1}))
        table.fieldnames = names
        yield from ((table.line_num, row) for row in table if any(row.values()))
    except csv.Error as error:
        raise CamError(Finding("E929", f"no CSV: {error}", "mend it there", file, {"line": table.line_num})) from None


def _standing(row: dict[str, Any]) -> Words:
    """A row that can come in. Raises CamError E927 for a piece that is no more, or cells beyond the header."""
    if row.pop("beyond", None):
        raise _wrong("row", "has more cells than the header row")
    if (row.get("state") or "available").strip() not in ("available", "reserved"):
        raise _wrong("state", f"is {row['state']}: only what is there comes in")
    return row


def _row(piece: Piece) -> dict[str, Any]:
    what, box = piece.what, piece.outline.box
    plain = vertices(Curve.rectangle(box.width, box.height)) == what.outline
    shape = {"size": f"{box.width:.10g}x{box.height:.10g}mm"} if plain else {"outline": json.dumps(what.outline)}
    held = {"job": piece.holder.job, "by": piece.holder.by} if piece.holder else {}
    cut = {"program": piece.cut.program, "program_sha256": piece.cut.program_sha256} if piece.cut else {}
    same = {name: getattr(what, name) for name in (*PLAIN, "material", "thickness", "grain", "cost")}
    holes = {"holes": json.dumps(what.holes)} if what.holes else {}
    standing = {"id": piece.id, "kind": str(what.kind), "state": str(piece.state), "until": piece.until}
    return {**standing, **same, **shape, **holes, **held, **cut}


def shape(said: Words, folder: Path) -> tuple[Vertices, tuple[Vertices, ...]]:
    """Outline and holes that the words size, drawing, outline, holes and units give.

    Raises CamError: E927, E928, or what is wrong with the drawing.
    """
    words = _words(said)
    given = [name for name in ("size", "drawing", "outline") if name in words]
    if len(given) != 1:
        raise _wrong("size", "a piece has either a size, as 36x48in, or a drawing, or an outline")
    units = words.get("units", "mm")
    if "drawing" in words:
        return outline_of(folder / words["drawing"], words.get("units"))
    if "outline" in words:
        return placed(_curve("outline", words["outline"]), [_curve("holes", hole) for hole in _listed(words)])
    try:
        length, width = parse_size(words["size"], units)
    except ValueError as error:
        raise _wrong("size", str(error)) from None
    if min(length, width) <= 0.0:
        raise _wrong("size", f"{words['size']} is not above 0")
    return placed(Curve.rectangle(length, width), [_curve("holes", hole) for hole in _listed(words)])


def _listed(words: Mapping[str, str]) -> list[Any]:
    """The holes, as JSON says them."""
    found = _json("holes", words.get("holes", "[]"))
    if not isinstance(found, list):
        raise _wrong("holes", "is no list of contours")
    return found


def _curve(name: str, said: Any) -> Curve:
    """A contour of rows of x, y, bulge, as JSON or read from it."""
    rows = _json(name, said) if isinstance(said, str) else said
    try:
        return Curve(rows)
    except (TypeError, ValueError):
        raise _wrong(name, "is no list of x, y, bulge") from None


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong(name, "is no JSON") from None


def _kind(words: Mapping[str, str]) -> Kind:
    """What a piece is said to be; with a parent it is a remnant."""
    said = words.get("kind", "remnant" if "parent" in words else "sheet").lower()
    if said not in set(Kind):
        raise _wrong("kind", f"{said!r} is not sheet or remnant")
    return Kind(said)


def _needed(words: Mapping[str, str], name: str) -> str:
    if name not in words:
        raise _wrong(name, "is missing")
    return words[name]


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= MAX_COUNT):
        raise _wrong("count", f"{text!r} is no whole number from 1 to {MAX_COUNT}")
    return int(text)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _wrong(name, f"{text!r} is no number") from None


def _length(name: str, text: str, unit: str) -> float:
    try:
        return parse_length(text, unit)
    except (ValueError, KeyError) as error:
        raise _wrong(name, str(error)) from None


def _hash(file: Path) -> str:
    try:
        return sha256(file)
    except OSError as error:
        message = f"the certificate cannot be read: {error.strerror}"
        raise CamError(Finding("E301", message, "check the path", str(file))) from None


def _wrong(name: str, said: str) -> CamError:
    return CamError(Finding("E927", f"{name}: {said}", "correct it", where={"key": name}))
