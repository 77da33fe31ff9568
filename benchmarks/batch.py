"""How long a list of drawings takes to be priced, and whether memory stays flat.

Example: python -m benchmarks.batch --drawings 1000 --processes 2

Draws so many different parts (brackets, gaskets, terminal boards, washers; milled glass laminate and phenolic, film cut
by laser), lists them, and prices each in the eight usual quantities by the example rates, as `camcore batch` does.
Prints wall and CPU seconds, and at each tenth the resident memory of the parent and of the largest process.
"""

from __future__ import annotations

import argparse
import csv
import math
import multiprocessing
import os
import random
import tempfile
import time
from pathlib import Path

import ezdxf
from ezdxf.layouts import Modelspace

from camcore.batch import rows, run, runners
from camcore.batch.model import Answer, Row
from camcore.workers import Limits, resident

MIB = 1 << 20
STUFF = (("fr4", "1.57"), ("phenolic-xx", "1/8in"), ("pet", "0.25"), ("nomex", "0.25"), ("g10", "0.8"))


def main() -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drawings", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--scheduler")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = listed(Path(folder), options.drawings)
        runner = (
            runners.cluster(options.scheduler)
            if options.scheduler
            else runners.pool(options.processes, Limits(600.0, 4 << 30))
        )
        return measured(path, Path(folder) / "out", runner, options.drawings)


def listed(folder: Path, count: int) -> Path:
    """A list of so many drawings, and the drawings."""
    dice = random.Random(1)
    path = folder / "rfq.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["drawing", "material", "thickness"])
        for k in range(count):
            draw(folder / f"part-{k:05d}.dxf", k, dice)
            writer.writerow([f"part-{k:05d}.dxf", *STUFF[k % len(STUFF)]])
    return path


def draw(path: Path, k: int, dice: random.Random) -> None:
    """One part, unlike any other."""
    document = ezdxf.new("R2010", units=4)
    SHAPES[k % len(SHAPES)](document.modelspace(), dice)
    document.saveas(path)


def bracket(space: Modelspace, dice: random.Random) -> None:
    """An L with rounded corners and a few holes."""
    a, b, t, r = dice.uniform(70, 180), dice.uniform(40, 140), dice.uniform(18, 30), dice.uniform(2, 6)
    q = math.tan(math.pi / 8)
    corners = [(r, 0, 0), (a - r, 0, q), (a, r, 0), (a, t, 0), (t, t, 0), (t, b - r, q), (t - r, b, 0), (r, b, q),
               (0, b - r, 0), (0, r, q)]  # fmt: skip
    space.add_lwpolyline(corners, format="xyb", close=True)
    for k in range(dice.randint(1, 4)):
        space.add_circle((t / 2 + k * (a - t) / 5, t / 2), dice.uniform(1.6, 3.0))


def gasket(space: Modelspace, dice: random.Random) -> None:
    """A ring with bolt holes."""
    outer = dice.uniform(20, 90)
    inner, count = outer * dice.uniform(0.4, 0.65), dice.randint(3, 8)
    space.add_circle((0, 0), outer)
    space.add_circle((0, 0), inner)
    for k in range(count):
        way = 2 * math.pi * k / count
        middle = (outer + inner) / 2
        space.add_circle((middle * math.cos(way), middle * math.sin(way)), (outer - inner) / 6)


def board(space: Modelspace, dice: random.Random) -> None:
    """A strip with two rows of holes."""
    count, pitch, width = dice.randint(4, 14), dice.uniform(9, 14), dice.uniform(25, 45)
    length = (count + 1) * pitch
    space.add_lwpolyline([(0, 0), (length, 0), (length, width), (0, width)], close=True)
    for k in range(count):
        for y in (width * 0.25, width * 0.75):
            space.add_circle(((k + 1) * pitch, y), 1.6)


def washer(space: Modelspace, dice: random.Random) -> None:
    """A washer."""
    outer = dice.uniform(6, 25)
    space.add_circle((0, 0), outer)
    space.add_circle((0, 0), outer * dice.uniform(0.3, 0.6))


SHAPES = (bracket, gasket, board, washer)


def measured(path: Path, out: Path, runner: run.Runner, count: int) -> int:
    """Run the list and print what it took."""
    begun = time.perf_counter()
    print("| rows | wall s | parent, MiB | largest process, MiB |\n|---|---|---|---|")

    def done(number: int, row: Row, answer: Answer) -> None:
        if number % max(1, count // 10) == 0:
            sizes = [of_process(child.pid) for child in multiprocessing.active_children()]
            wall = time.perf_counter() - begun
            print(f"| {number} | {wall:.1f} | {resident() / MIB:.0f} | {max(sizes, default=0) / MIB:.0f} |", flush=True)

    summary = run.run(rows.read(path, rows.Defaults()), path, out, runner, ["csv"], done)
    wall = time.perf_counter() - begun
    print(f"\n{summary.rows} drawings, {summary.priced} priced, {summary.failed} failed: {wall:.1f} s wall, ", end="")
    print(f"{summary.cpu:.1f} s CPU, {summary.cpu / summary.rows * 1000:.0f} ms a drawing of eight quantities")
    return summary.exit_code


def of_process(pid: int | None) -> int:
    """Resident memory of another process, bytes; 0 where the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/statm").read_text()
    except OSError:
        return 0
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    raise SystemExit(main())
