"""Compare this run with the stored baseline: paces as multiples of the reference in the same run, and nests' quality.

Example: python -m benchmarks.regress out/bench.json            compare, exit 1 on a regression
         python -m benchmarks.regress out/bench.json --update   store what this run gave

Paces are the least CPU time of all rounds over the least of the reference: other work on the machine, and the machine
itself, cancel out as far as both suffer alike. SLOWER is above what that leaves: see docs/benchmarks.md. Quality is the
same in each run; a loss of more than LOSS fails, any other change is told.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

BASELINE = Path(__file__).with_name("baseline.json")
REFERENCE = "test_reference"
SLOWER = 1.6
"""So many times the baseline's multiple is a regression."""
LOSS = 0.002
"""So much less density, or so many sheets more as a share, is a regression."""


def paces(report: dict[str, Any]) -> dict[str, float]:
    """Least time of each benchmark of a pytest-benchmark report, in least times of the reference."""
    least = {row["name"]: float(row["stats"]["min"]) for row in report["benchmarks"]}
    return {name: value / least[REFERENCE] for name, value in sorted(least.items()) if name != REFERENCE}


def slower(now: dict[str, float], before: dict[str, float]) -> list[str]:
    """A sentence for each pace that is a regression, and for each that is missing."""
    lost = [f"{name} is in the baseline but was not measured" for name in before if name not in now]
    return lost + [
        f"{name} takes {now[name] / before[name]:.2f} times as long as in the baseline"
        for name in before
        if name in now and now[name] > SLOWER * before[name]
    ]


def worse(now: dict[str, float], before: dict[str, float]) -> list[str]:
    """A sentence for each quality that is a regression, and for each that is missing."""
    lost = [f"{name} is in the baseline but was not measured" for name in before if name not in now]
    return lost + [
        f"{name}: {now[name]:.4f}, in the baseline {before[name]:.4f}"
        for name in before
        if name in now and now[name] < before[name] - LOSS * max(1.0, abs(before[name]))
    ]


def main() -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path)
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    from benchmarks.quality import figures

    now = {"pace": paces(json.loads(args.report.read_text("utf-8"))), "quality": figures()}
    if args.update:
        rounded = {kind: {name: round(value, 6) for name, value in rows.items()} for kind, rows in now.items()}
        BASELINE.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")
        return 0
    before = json.loads(BASELINE.read_text("utf-8"))
    sys.stdout.write("\n".join(_table(now, before)) + "\n")
    faults = slower(now["pace"], before["pace"]) + worse(now["quality"], before["quality"])
    for fault in faults:
        sys.stderr.write(f"regression: {fault}\n")
    return int(bool(faults))


def _table(now: dict[str, dict[str, float]], before: dict[str, dict[str, float]]) -> list[str]:
    rows = ["| what | baseline | now | change |", "|---|---|---|---|"]
    for kind in ("pace", "quality"):
        for name, value in now[kind].items():
            old = before[kind].get(name)
            change = "new" if old is None else f"{value / old - 1.0:+.1%}"
            rows.append(f"| {kind}: {name} | {'' if old is None else f'{old:.4g}'} | {value:.4g} | {change} |")
    return rows


if __name__ == "__main__":
    sys.exit(main())
