"""A run that was cut, booked in the stock: its sheets are consumed by its programs, and remnants come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from camcore import tomlfile
from camcore.files import sha256
from camcore.findings import CamError, Finding
from camcore.folder import MANIFEST
from camcore.formats.common import FileModel, read_json
from camcore.formats.cut import CutFile
from camcore.formats.manifest import ManifestFile, StockModel
from camcore.formats.nest import read as read_nest
from camcore.lengths import Length
from camcore.nesting.model import NestedSheet
from camcore.stockroom import Arrival, Cut, Piece, Stockroom, Use
from camcore.stockroom.arrival import rest
from camcore.stockroom.model import Vertices, curve_of
from camcore.stockroom.outline import Rule, encloses, vertices
from camcore.tomlfile import Strict

ModelT = TypeVar("ModelT", bound=FileModel)
SHIPPED = Rule()


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of it: the pieces that are consumed now, the remnants that came back, and what is too small for one."""

    consumed: tuple[Piece, ...]
    remnants: tuple[Piece, ...]
    findings: tuple[Finding, ...]


class RuleTable(Strict):
    """The ``[remnants]`` table of a shop's TOML: see `stockroom.outline.Rule`; `area` in mm²."""

    length: Length = SHIPPED.length
    width: Length = SHIPPED.width
    area: float = Field(default=SHIPPED.area, ge=0)
    worth: float = Field(default=SHIPPED.worth, ge=0, le=1)


class _ShopFile(Strict):
    remnants: RuleTable = RuleTable()


def rule_of(file: Path | None) -> Rule:
    """The size rule that a shop's TOML says in ``[remnants]``; other tables are left alone.

    Raises CamError as `tomlfile.load` does.
    """
    if file is None:
        return SHIPPED
    text = tomlfile.read_text(file)
    said = {name: table for name, table in tomlfile.table(text, str(file)).items() if name == "remnants"}
    table = tomlfile.checked(said, _ShopFile, text, str(file), unit="mm").remnants
    return Rule(table.length, table.width, table.area, table.worth)


class Run:
    """The folder of a run, as its manifest says it was written."""

    def __init__(self, folder: Path) -> None:
        """Raises CamError E930 where no whole run with pieces of a stock is in it, or a file has changed since."""
        self.folder = folder
        if not (folder / MANIFEST).is_file():
            raise self._refused("there is no whole run in it", "give the folder of a run, with its manifest.json")
        self.manifest = self._read(MANIFEST, ManifestFile)
        self.hash = sha256(folder / MANIFEST)
        self._hashes = {row.file: row.sha256 for row in self.manifest.outputs}
        self.rows = [row for row in self.manifest.stock if row.id is not None]
        if not self.rows:
            raise self._refused("the run took nothing from a stock", "its job has no [stock], or nothing was cut")
        self._refuse_changed()
        nest = read_nest(read_json(folder / "nest.json"), str(folder / "nest.json"))
        self.sheets = {sheet.id: sheet for sheet in nest.sheets}
        cuts = [self._read(name, CutFile) for name in self._hashes if name.endswith(".cut.json")]
        self.programs = {cut.sheet: cut.program for cut in cuts}

    def taken(self, sheets: Sequence[str] = ()) -> list[StockModel]:
        """Rows of the pieces of these sheets, by id or number from 1; of all without any. Raises CamError E930."""
        ids = {f"sheet-{name}" if name.isdecimal() else name for name in sheets}
        unknown = ids - {row.sheet for row in self.rows}
        if unknown:
            raise self._refused(f"there is no piece of the stock for {', '.join(sorted(unknown))}", "see manifest.json")
        return [row for row in self.rows if not ids or row.sheet in ids]

    def use(self, row: StockModel, piece: Piece, rule: Rule, place: str | None) -> tuple[Use, Finding | None]:
        """How a piece is used up, and I935 where the rest of it is not kept. Raises CamError E930 for another piece."""
        sheet = self.sheets[row.sheet]
        if piece.what.material != row.material or vertices(sheet.stock.outline.ccw()) != piece.what.outline:
            message = f"{piece.id} of this stock is not the piece that the run took"
            raise self._refused(message, "name the database of the run with --db")
        program = self.programs[row.sheet]
        cut = Cut(program, self._hashes[program], self.hash)
        left, told = _left(piece, sheet, rule, place)
        return Use(piece.id, self.manifest.job, cut, left, told.message if told else None), told

    def _refuse_changed(self) -> None:
        for name, told in self._hashes.items():
            file = self.folder / name
            if not file.is_file() or sha256(file) != told:
                raise self._refused(f"{name} is not as the run wrote it", "run the job again; prove what was cut")

    def _read(self, name: str, model: type[ModelT]) -> ModelT:
        try:
            return model.model_validate(read_json(self.folder / name))
        except ValidationError as error:
            raise self._refused(f"{name}: {error.errors()[0]['msg']}", "give the folder of a run") from None

    def _refused(self, message: str, advice: str) -> CamError:
        return CamError(Finding("E930", message, advice, str(self.folder)))


def book(
    room: Stockroom, folder: Path, by: str, rule: Rule, sheets: Sequence[str] = (), place: str | None = None
) -> Booked:
    """Consume what the run in `folder` took, or these of its sheets, and put its remnants in `place`.

    It can be repeated: what its programs have consumed already stays as it is. Raises CamError: E930, and as
    `Stockroom.consume`.
    """
    run = Run(folder)
    rows = run.taken(sheets)
    uses = [run.use(row, room.piece(row.id or ""), rule, place) for row in rows]
    remnants = room.consume([use for use, _ in uses], by)
    consumed = tuple(room.piece(row.id or "") for row in rows)
    return Booked(consumed, remnants, tuple(told for _, told in uses if told))


def by_hand(room: Stockroom, ids: Sequence[str], by: str, job: str, program: Path) -> Booked:
    """Consume pieces that a program cut outside of a run. Raises CamError E301, and as `Stockroom.consume`."""
    try:
        cut = Cut(program.name, sha256(program))
    except OSError as error:
        message = f"the program cannot be read: {error.strerror}"
        raise CamError(Finding("E301", message, "check the path", str(program))) from None
    room.consume([Use(piece, job, cut) for piece in ids], by)
    return Booked(tuple(room.piece(piece) for piece in ids), (), ())


def give_back(
    room: Stockroom, parent: str, shape: tuple[Vertices, tuple[Vertices, ...]], rule: Rule, by: str, place: str | None
) -> Booked:
    """Return a remnant of this outline and holes, or I935 where it is too small. Raises as `Stockroom.give_back`."""
    found = rest(room.piece(parent), curve_of(shape[0]), [curve_of(hole) for hole in shape[1]], rule, place)
    if isinstance(found, str):
        return Booked((), (), (_not_kept(parent, found),))
    return Booked((), room.give_back([found], by), ())


def _left(
    piece: Piece, sheet: NestedSheet, rule: Rule, place: str | None
) -> tuple[tuple[Arrival, ...], Finding | None]:
    """The remnant that the nest leaves of a piece, with the defects that lie in it."""
    if sheet.remnant is None:
        return (), None
    outline = vertices(sheet.remnant)
    inside = [hole for hole in sheet.stock.holes if encloses(outline, vertices(hole))]
    try:
        found = rest(piece, sheet.remnant, inside, rule, place)
    except CamError as error:
        found = error.findings[0].message
    return ((found,), None) if isinstance(found, Arrival) else ((), _not_kept(piece.id, found))


def _not_kept(piece: str, why: str) -> Finding:
    advice = "it is scrap; `camcore stock return` takes another part of it"
    return Finding("I935", f"the rest of {piece} is not kept: {why}", advice, where={"piece": piece})
