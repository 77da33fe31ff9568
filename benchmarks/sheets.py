"""Nest one sheet job and print nest.json's sheets and summary.

Example: python -m benchmarks.sheets kit.json --seconds 10 --threads 2 --seed 0 --json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.instance import read_sheets
from benchmarks.strip import UNLIMITED
from camcore.formats.nest import NestFile
from camcore.nesting import nest
from camcore.nesting.model import Nest, Rules


def main() -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    tree, demands, stock = read_sheets(arguments.job)
    rules = Rules(tree["spacing"], tree["margin"], UNLIMITED, arguments.seconds, arguments.seed, arguments.threads)
    found = nest(demands, [stock], rules, job=tree["name"])
    file = json.loads(NestFile.of(found).text())
    if arguments.json:
        print(json.dumps({"sheets": file["sheets"], "summary": file["summary"]}))
    else:
        print(f"{tree['name']}: {equivalent_sheets(found):.3f} equivalent sheets, {file['summary']}")
    return 0 if not found.unplaced else 1


def equivalent_sheets(found: Nest) -> float:
    """Full sheets, and the used share of the last."""
    last = found.sheets[-1]
    return sum(sheet.repeat for sheet in found.sheets) - 1 + last.used_length / last.stock.outline.box.width


if __name__ == "__main__":
    sys.exit(main())
