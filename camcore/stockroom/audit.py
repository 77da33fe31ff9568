"""Whether the ledger and the states agree: the ledger is gone through again, movement by movement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from camcore.findings import Finding
from camcore.stockroom.model import Change, Movement, Piece, State

STAYS = (Change.MOVED, Change.AMENDED)
"""Changes that leave the state as it is."""
ALLOWED: dict[tuple[State | None, State], tuple[Change, ...]] = {
    (None, State.AVAILABLE): (Change.RECEIVED, Change.RETURNED),
    (State.AVAILABLE, State.RESERVED): (Change.RESERVED,),
    (State.RESERVED, State.RESERVED): (Change.PROGRAMMED, *STAYS),
    (State.RESERVED, State.AVAILABLE): (Change.RELEASED, Change.LAPSED),
    (State.AVAILABLE, State.CONSUMED): (Change.CONSUMED,),
    (State.RESERVED, State.CONSUMED): (Change.CONSUMED,),
    (State.AVAILABLE, State.SCRAPPED): (Change.SCRAPPED,),
    (State.AVAILABLE, State.AVAILABLE): STAYS,
    (State.CONSUMED, State.CONSUMED): (Change.AMENDED,),
    (State.SCRAPPED, State.SCRAPPED): (Change.AMENDED,),
}
"""What may bring a piece from one state to another."""


def disagreements(pieces: Sequence[Piece], movements: Sequence[Movement]) -> list[Finding]:
    """A finding E931 for each piece whose state is not what its movements make of it."""
    of_piece: dict[str, list[Movement]] = defaultdict(list)
    for movement in movements:
        of_piece[movement.piece].append(movement)
    state_of = {piece.id: piece.state for piece in pieces}
    return [
        Finding(
            "E931", f"{piece.id}: {said}", "look at its history; take the backup if need be", None, {"piece": piece.id}
        )
        for piece in pieces
        for said in _wrong(piece, of_piece[piece.id], state_of)
    ]


def _wrong(piece: Piece, movements: Sequence[Movement], state_of: dict[str, State]) -> Iterator[str]:
    state: State | None = None
    for movement in movements:
        step = (state, movement.after)
        if movement.before != state or movement.change not in ALLOWED.get(step, ()):
            yield f"movement {movement.number} says {movement.change} from {movement.before}, but it was {state}"
        state = movement.after
    if state != piece.state:
        yield f"it is {piece.state}, the ledger says {state}"
    if movements and movements[0].change is Change.RETURNED and state_of.get(piece.what.parent or "") != State.CONSUMED:
        yield "it was returned from a piece that is not consumed"
    yield from _holder_wrong(piece, movements)


def _holder_wrong(piece: Piece, movements: Sequence[Movement]) -> Iterator[str]:
    """Whether holder and program are those of the last movement that could set them."""
    setting = [m for m in movements if m.change in (Change.RESERVED, Change.PROGRAMMED, Change.CONSUMED)]
    held = piece.state in (State.RESERVED, State.CONSUMED)
    if held != (piece.holder is not None):
        yield f"it is {piece.state}, and its holder is {piece.holder}"
    elif held and setting:
        last = setting[-1]
        now = (piece.holder.job if piece.holder else None, piece.cut.program_sha256 if piece.cut else None)
        if (last.job, last.program_sha256) != now:
            yield f"its job and program are {now}, the ledger says {last.job}, {last.program_sha256}"
