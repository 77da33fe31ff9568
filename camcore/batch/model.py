"""What a batch is made of. Value types only; all of them can be sent to other processes and machines."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from camcore.estimating import Order
from camcore.findings import Finding


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: `line` of the file (from 1), the drawing as it is named there, and what is asked for.

    rates: the file that the row names, else ""
    """

    line: int
    drawing: str
    order: Order
    quantities: tuple[int, ...]
    operations: tuple[str, ...] = ()
    rates: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A row with everything that its price rests on, so that any machine can work it out.

    key: sha256 over all of it; rates: text and name of their file
    """

    key: str
    row: Row
    drawing: bytes
    rates: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a task: the quote as text, "" where there is none, one result a break, and findings.

    cpu: seconds of processor time
    """

    quote: str = ""
    breaks: tuple[dict[str, Any], ...] = ()
    findings: tuple[dict[str, Any], ...] = field(default=())
    cpu: float = 0.0

    @staticmethod
    def failed(findings: Iterable[Finding]) -> Answer:
        """An answer without a quote."""
        return Answer(findings=tuple(finding.as_dict() for finding in findings))


Answers = Generator[tuple[Task, Answer], None, None]
Runner = Callable[[Iterator[Task]], Answers]
"""Works tasks out in any order; takes no more of them at a time than keep it busy, and stops when it is closed."""
