"""What a process of a batch does: a task to its answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from camcore.batch.model import Answer, Task
from camcore.findings import CamError, Finding
from camcore.formats.quote import BreakModel, QuoteFile
from camcore.pricing import Book


def warm() -> None:
    """Import what pricing needs, compiled code included."""
    import_module("camcore.quoting")
    import_module("camcore.nesting.solve")
    import_module("camcore.toolpath.sheets")


def answered(task: Task) -> Answer:
    """The quote of a task, or findings that say why there is none."""
    begun = time.process_time()
    try:
        found = _quoted(task)
    except CamError as error:
        found = Answer.failed(_named(finding, task) for finding in error.findings)
    return replace(found, cpu=round(time.process_time() - begun, 3))


def _quoted(task: Task) -> Answer:
    from camcore import drawing, estimating, part, quoting

    row = task.row
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _name(row.drawing)
        path.write_bytes(task.drawing)
        drawn = part.find(drawing.read(path, row.order.units))
    wanted = estimating.asked_of(drawn, row.order)
    wanted = replace(wanted, findings=tuple(_named(finding, task) for finding in wanted.findings))
    wish = quoting.Wish(row.quantities, None, row.operations)
    outcome = quoting.of_asked(wanted, Path(_name(row.drawing)).stem, wish, _book(*task.rates))
    document = outcome.document
    findings = tuple(finding.as_dict() for finding in outcome.findings)
    return Answer(document.text(), tuple(_results(document)), findings)


@lru_cache(maxsize=8)
def _book(text: str, name: str) -> Book:
    from camcore.pricing import rates

    return rates.parse(text, name)


def _name(drawing: str) -> str:
    """The file's own name, whichever system wrote the path."""
    return drawing.replace("\\", "/").rsplit("/", 1)[-1] or "drawing.dxf"


def _named(finding: Finding, task: Task) -> Finding:
    """The finding under the name that the list gives the drawing: no path of this machine leaves it."""
    own = finding.file and Path(finding.file).name == _name(task.row.drawing)
    return replace(finding, file=task.row.drawing) if own else finding


def _results(quote: QuoteFile) -> Iterator[dict[str, Any]]:
    for each in quote.breaks:
        yield {
            "quantity": each.quantity,
            "unit_price": str(each.unit_price),
            "total": str(each.total),
            "currency": quote.currency,
            "example": quote.example,
            "made": sum(part.made for part in each.parts),
            "parts": len(each.parts),
            "sheets": sum(stock.count for stock in each.stocks),
            "last_share": each.last_share,
            "yield": each.yield_,
            "seconds": each.seconds,
            "confidence": each.confidence.level,
            "machine": quote.machine,
            "thickness": quote.thickness,
            **_sums(each),
        }


def _sums(each: BreakModel) -> dict[str, str]:
    from camcore.pricing.model import Group

    return {group.value: str(sum(line.amount for line in each.lines if line.group == group)) for group in Group}
