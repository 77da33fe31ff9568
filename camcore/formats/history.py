"""history.json: how the nest grew better, by work and not by the clock, so that the same job gives the same bytes."""

from __future__ import annotations

from typing import Literal

from camcore.formats.common import FileModel, MarkedFile


class StateModel(FileModel):
    """The best nest after so many moves: its sheets, pieces on none, and the crop line of the last sheet, mm."""

    moves: int
    sheets: int
    unplaced: int
    used_length: float


class HistoryFile(MarkedFile):
    """history.json, version 1: every state that was better than the one before."""

    version: Literal[1] = 1
    job: str
    states: list[StateModel]
