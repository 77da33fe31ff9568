"""Whole runs of the samples: `python -m benchmarks.samples` prints the figures of the README as one table.

Seconds are wall time on the machine at hand, the second of two runs in one process (the first one loads the kernels).
Lines per segment: lines of the program over segments of the planned strokes, all passes and leads counted.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from camcore import toolpath
from camcore.ready import Budget, prepare
from camcore.run import Outcome, run

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
STAGES = ("read", "nest", "cuts", "post", "proof", "report")


def row(sample: str) -> list[str]:
    """One line of the table."""
    job = SAMPLES / sample / "job.toml"
    with tempfile.TemporaryDirectory() as folder:
        run(job, Path(folder), Budget(effort="quick"))
        outcome = run(job, Path(folder), Budget(effort="quick"))
        lines = sum(len((Path(folder) / name).read_text().splitlines()) for name in outcome.programs)
        worst = deviation(json.loads((Path(folder) / "verify.json").read_text()))
    pieces = sum(sheet.repeat * len(sheet.placements) for sheet in outcome.nest.sheets)
    seconds = [f"{outcome.seconds[stage]:.2f}" for stage in STAGES]
    share = f"{lines / segments(job, outcome):.2f}"
    return [sample, str(pieces), str(len(outcome.nest.sheets)), *seconds, str(lines), share, f"{worst:.4f}"]


def segments(job: Path, outcome: Outcome) -> int:
    """Lines and arcs of all planned strokes; a drilled hole counts as one."""
    ready = prepare(job, Budget())
    plans = toolpath.plan(outcome.nest, ready.setup)
    cuts = [cut for plan in plans for cut in plan.cuts]
    return sum(sum(len(stroke.curve.segments) for stroke in cut.strokes) or 1 for cut in cuts)


def deviation(proof: dict[str, Any]) -> float:
    """Greatest deviation of any cut edge from its drawing, mm, as verify.json has it."""
    checks = [check for program in proof["programs"] for check in program["checks"]]
    return max(check["figures"]["deviation"] for check in checks if check["name"] == "edge")


def main() -> None:
    """Print the table."""
    heads = [
        "sample",
        "pieces",
        "sheets",
        *(f"{stage} s" for stage in STAGES),
        "lines",
        "lines/segment",
        "deviation mm",
    ]
    names = sys.argv[1:] or sorted(path.parent.name for path in SAMPLES.glob("*/job.toml"))
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for name in names:
        print("| " + " | ".join(row(name)) + " |", flush=True)


if __name__ == "__main__":
    main()
