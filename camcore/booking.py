"""A run's hold on the stock: pieces are reserved as soon as the nest is there, and let go where the run fails."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from camcore.files import sha256
from camcore.findings import CamError, Finding
from camcore.nesting.model import Nest
from camcore.stocked import Source, assigned, pieces_of

if TYPE_CHECKING:
    from camcore.stockroom import Stockroom

TRIES = 3
"""How often a nest is made anew because somebody else has taken a piece of it meanwhile."""


def person() -> str:
    """Who works here: user@host."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


class Booking:
    """The pieces that a run into the folder `out` holds. Mutable.

    A run takes the place of the one before it in the same folder, whose programs it removes: that one's reservations
    count as free, and are let go. Leaving with an error lets go of all.
    """

    def __init__(self, out: Path, database: str | None) -> None:
        self.source = Source(database, f"{socket.gethostname()}:{out.resolve()}")
        self._room: Stockroom | None = None
        self._tries = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or self._room is None:
            return
        with suppress(CamError):
            self._room.release_run(self.source.run, person())

    def hold(self, nest: Nest) -> Nest | None:
        """Reserve what the nest takes; the nest with its pieces by name, or None where it has to be made again.

        Raises CamError E932 where that does not help any more.
        """
        found = assigned(nest)
        ids = [piece for sheet in found.sheets for piece in pieces_of(sheet)]
        if not ids and self._room is None:
            return found
        from camcore.stockroom import Holder, open_room

        self._room = open_room(self.source.database)
        self._tries += 1
        try:
            self._room.hold(ids, Holder(nest.job, person(), self.source.run))
        except CamError as error:
            if any(finding.code != "E925" for finding in error.findings):
                raise
            if self._tries < TRIES:
                return None
            message = f"others took pieces of the stock during {TRIES} nests: {error.findings[0].message}"
            raise CamError(Finding("E932", message, "run it again")) from None
        return found

    def keep(self, nest: Nest, programs: Mapping[str, Path]) -> None:
        """Note for which program, by sheet, each piece is held; what no program is for is let go."""
        if self._room is None:
            return
        from camcore.stockroom import Cut

        cuts = {
            piece: Cut(file.name, sha256(file))
            for sheet in nest.sheets
            for file in [programs.get(sheet.id)]
            if file is not None
            for piece in pieces_of(sheet)
        }
        self._room.keep(self.source.run, cuts, person())
