"""A batch from list to results: what is done is kept, what is left is worked out, and the table is written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from camcore import __version__, material, tomlfile
from camcore.batch import results
from camcore.batch.journal import Journal
from camcore.batch.model import Answer, Row, Runner, Task
from camcore.batch.results import Format
from camcore.batch.rows import Listed
from camcore.files import dump_json, sha256, write_whole
from camcore.findings import CamError, Finding
from camcore.folder import make
from camcore.pricing import rates

MAX_DRAWING = 200_000_000
"""A larger drawing is refused unread."""
PASSING = {"E940", "E941", "E942", "E943", "E944", "E399"}
"""Codes of what may go better another time: such rows are worked out again when the batch is gone on with."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the rows of a list. `kept` of those done were done before; left: not reached before a stop."""

    rows: int
    priced: int
    failed: int
    kept: int
    left: int
    cpu: float
    files: tuple[str, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """0 when every row has its prices, else 1."""
        return int(bool(self.failed or self.left))

    def as_dict(self) -> dict[str, Any]:
        """Plain form, for ``--json`` and summary.json."""
        told = asdict(replace(self, findings=()))
        findings = [finding.as_dict() for finding in self.findings]
        return {"version": 1, **told, "files": list(self.files), "findings": findings}


Done = Callable[[int, Row, Answer], None]
"""Called after each row that was worked out, with how many are done."""


def run(
    listed: Listed, source: Path, out: Path, runner: Runner, formats: Sequence[Format], done: Done | None = None
) -> Summary:
    """Work out the rows of a list that stands at `source`, and write quotes and results into the folder `out`.

    A stop by the keyboard keeps what is done. Raises CamError: E965 where another batch writes into the folder, E963
    and E964 as runners and formats do, E307 for a folder that cannot be made, E301 for materials that cannot be read.
    """
    results.check(formats)
    make(out / "quotes")
    with Journal(out) as journal:
        batch = _Batch(listed, source, out, journal)
        stopped: tuple[Finding, ...] = ()
        try:
            batch.work(runner, done)
        except KeyboardInterrupt:
            stopped = (Finding("E943", "stopped on request", "the same command goes on with what is left"),)
        except CamError as error:
            stopped = error.findings
        return batch.finish(formats, stopped)


class _Batch:
    """A list on its way. Mutable: keys of the rows, and what could not even begin, as it becomes known."""

    def __init__(self, listed: Listed, source: Path, out: Path, journal: Journal) -> None:
        self.listed, self.source, self.out, self.journal = listed, source, out, journal
        self.keys: dict[int, str] = {}
        self.refused: dict[int, Finding] = {line: finding for line, _, finding in listed.wrong}
        self.kept, self.cpu = 0, 0.0
        self._texts: dict[str, tuple[str, str]] = {}
        own = material.shop_file()
        self._shop = tomlfile.read_text(own) if own else ""

    def work(self, runner: Runner, done: Done | None) -> None:
        """Work out what is not done; each row is noted before it is told of."""
        with closing(runner(self._tasks())) as answers:
            for count, (task, answer) in enumerate(answers, 1):
                self.journal.note(task.key, self._entry(task, answer))
                self.cpu += answer.cpu
                if done:
                    done(count, task.row, answer)

    def _tasks(self) -> Iterator[Task]:
        """Tasks of the rows that are not done, read as they are wanted."""
        given: set[str] = set()
        for row in self.listed.rows:
            try:
                task = self._task(row)
            except CamError as error:
                self.refused[row.line] = error.findings[0]
                continue
            self.keys[row.line] = task.key
            if self._is_done(task.key):
                self.kept += task.key not in given
            elif task.key not in given:
                yield task
            given.add(task.key)

    def _task(self, row: Row) -> Task:
        """The row with all that its price rests on. Raises CamError E961 for a drawing, and as `rates.load`."""
        path = self.source.parent / row.drawing
        try:
            if path.stat().st_size > MAX_DRAWING:
                raise OSError(27, "it is too large")
            drawing = path.read_bytes()
        except (OSError, ValueError) as error:
            said = (error.strerror if isinstance(error, OSError) else None) or "no file has such a name"
            where = {"line": row.line, "key": "drawing"}
            message = f"drawing {row.drawing!r} cannot be read: {said}"
            raise CamError(
                Finding("E961", message, "names are relative to the list", str(self.source), where)
            ) from None
        text = self._rates(row.rates)
        return Task(self._key(row, drawing, text), row, drawing, text)

    def _rates(self, name: str) -> tuple[str, str]:
        """Text and name of a row's rates, checked once."""
        if name not in self._texts:
            path = self.source.parent / name if name and name != rates.EXAMPLE else Path(name) if name else None
            text, file = rates.text_of(path)
            rates.parse(text, file)
            self._texts[name] = text, Path(file).name
        return self._texts[name]

    def _key(self, row: Row, drawing: bytes, text: tuple[str, str]) -> str:
        machine = self.source.parent / (row.order.machine or "")
        own = sha256(machine) if machine.suffix == ".toml" and machine.is_file() else ""
        said = [
            __version__,
            hashlib.sha256(drawing).hexdigest(),
            asdict(replace(row, line=0, rates="")),
            text,
            self._shop,
            own,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def _is_done(self, key: str) -> bool:
        """Whether the journal has it, not as something that passes, and its quote is there as it was written."""
        if key not in self.journal:
            return False
        entry = self.journal.entry(key)
        path = self.out / entry["quote"] if entry["quote"] else None
        whole = path is None or (path.is_file() and sha256(path) == entry["sha256"])
        return whole and not any(each["code"] in PASSING for each in entry["findings"])

    def _entry(self, task: Task, answer: Answer) -> dict[str, Any]:
        """Write the quote; what the journal says of it."""
        name = ""
        if answer.quote:
            stem = re.sub(r"[^\w.-]+", "_", Path(task.row.drawing).stem)[:60]
            name = f"quotes/{stem}-{task.key[:12]}.json"
            write_whole(self.out / name, answer.quote)
        wrong = any(each["code"][0] == "E" for each in answer.findings)
        return {
            "drawing": task.row.drawing,
            "status": "failed" if wrong or not answer.breaks else "priced",
            "quote": name,
            "sha256": hashlib.sha256(answer.quote.encode()).hexdigest() if name else "",
            "breaks": list(answer.breaks),
            "findings": list(answer.findings),
            "cpu": answer.cpu,
        }

    # -- the end ------------------------------------------------------------------------------------------------------

    def finish(self, formats: Sequence[Format], stopped: tuple[Finding, ...]) -> Summary:
        """Write the table and the summary."""
        counts = {"priced": 0, "failed": 0}
        found = list(self.listed.findings)

        def table() -> Iterator[dict[str, Any]]:
            for line, drawing, stuff, entry in self._entries():
                counts[entry["status"]] += 1
                found.extend(_worst(line, entry["findings"]) if entry["status"] == "failed" else ())
                yield from results.rows_of(line, drawing, stuff, entry)

        files = [path.name for path in results.write(self.out, table(), formats)]
        total = len(self.listed.rows) + len(self.listed.wrong)
        summary = Summary(
            rows=total,
            priced=counts["priced"],
            failed=counts["failed"],
            kept=self.kept,
            left=total - counts["priced"] - counts["failed"],
            cpu=round(self.cpu, 2),
            files=(*files, "summary.json"),
            findings=(*found, *stopped),
        )
        write_whole(self.out / "summary.json", dump_json(summary.as_dict()))
        return summary

    def _entries(self) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
        """Line, drawing, material and entry of each row of the list that is done, in the order of the list."""
        rows = {row.line: (row.drawing, row.order.material or "") for row in self.listed.rows}
        rows |= {line: (drawing, "") for line, drawing, _ in self.listed.wrong}
        for line in sorted(rows):
            if line in self.refused:
                finding = self.refused[line].as_dict()
                yield line, *rows[line], {"status": "failed", "quote": "", "breaks": [], "findings": [finding]}
            elif line in self.keys and self.keys[line] in self.journal:
                yield line, *rows[line], self.journal.entry(self.keys[line])


def _worst(line: int, findings: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    """The first error of a row, with the row's line."""
    for each in findings:
        if each["code"][0] == "E":
            where = {**each["where"], "line": line}
            yield Finding(each["code"], each["message"], each["advice"], each["file"], where)
            return
