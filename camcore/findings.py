"""Findings: what camcore has to say about an input, in a form that a person and a program can both use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from camcore.codes import CODES


class Severity(StrEnum):
    """How much a finding matters; the first letter of a finding's code says it too."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_LETTERS = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a stable `code` of `camcore.codes.CODES`, the place, and what to do.

    `where` holds whatever locates it, by these names: ``line``, ``key`` (text files); ``handle``, ``layer``
    (drawings); ``part``, ``sheet``, ``placement``, ``index`` (nests and cuts); ``x``, ``y``, ``z`` in mm;
    ``size``, ``limit`` (what was measured, and what is allowed).
    """

    code: str
    message: str
    advice: str = ""
    file: str | None = None
    where: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"finding code {self.code} is not in camcore.codes")

    @property
    def severity(self) -> Severity:
        """Severity, from the code's first letter."""
        return _LETTERS[self.code[0]]

    def as_dict(self) -> dict[str, Any]:
        """Plain form of the finding, as all JSON outputs carry it."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "file": self.file,
            "where": self.where,
            "message": self.message,
            "advice": self.advice,
        }

    def __str__(self) -> str:
        place = ", ".join(f"{key} {short(value)}" for key, value in self.where.items())
        head = ": ".join(word for word in (self.file, place) if word)
        return f"{self.code} {head}{': ' if head else ''}{self.message}{f' → {self.advice}' if self.advice else ''}"


def short(value: object) -> str:
    """A value as findings tell it: four digits of a number."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class CamError(Exception):
    """Work cannot go on; carries the findings that say why. Raised for bad input, never for a defect of camcore."""

    def __init__(self, findings: Finding | Iterable[Finding]) -> None:
        self.findings = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("; ".join(map(str, self.findings)))


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those findings that are errors."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
