"""Stock: sheets and remnants with lot and certificate, received, reserved, consumed and returned.

    room = open_room("postgresql://camcore@db/stock")
    room.reserve(["R-000124"], Holder("kit-4711", "anna@planning"))

A movement is one transaction, which changes a piece only from the state that it was seen in and adds a line to a ledger
that is never changed: two processes never take the same remnant, and nothing is left half done.
"""

from camcore.stockroom.model import Arrival, Cut, Holder, Kind, Movement, Piece, Query, State, Use
from camcore.stockroom.room import Stockroom, open_room

__all__ = ["Arrival", "Cut", "Holder", "Kind", "Movement", "Piece", "Query", "State", "Stockroom", "Use", "open_room"]
