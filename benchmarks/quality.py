"""How dense nests are for a fixed amount of work: the same on every run, so that any change is one of the program.

Example: python -m benchmarks.quality

Densities of strips, and full sheets with the used share of the last, of made-up orders, in so many moves of one thread.
"""

from __future__ import annotations

import json
import sys

from benchmarks.growth import TURNS, star
from benchmarks.sheets import equivalent_sheets
from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.strip import pack
from camcore.part import Part

MOVES = 6_000
ELL = Part("ell", Curve.polygon([(0, 0), (60, 0), (60, 20), (20, 20), (20, 60), (0, 60)]))
TEE = Part("tee", Curve.polygon([(0, 0), (60, 0), (60, 12), (36, 12), (36, 40), (24, 40), (24, 12), (0, 12)]))
KITE = Part("kite", Curve.polygon([(0, 0), (45, 9), (36, 52), (6, 36)]))
DISC = Part("disc", Curve.circle(0, 0, 14))
SHEET = Stock.rectangle(400, 300)


def figures() -> dict[str, float]:
    """Higher is better: densities, and minus the sheets that orders take."""
    stars = [Demand(star(k, 24), 6, TURNS) for k in range(6)]
    mixed = [Demand(part, 24, TURNS) for part in (ELL, TEE, KITE)]
    return {
        "strip of stars": pack(stars, 60.0, Rules(0.0, 0.0, MOVES)).density,
        "strip of brackets": pack(
            [Demand(part, 6, TURNS) for part in (ELL, TEE, KITE)], 150.0, Rules(0.0, 0.0, MOVES)
        ).density,
        "brackets on sheets": -equivalent_sheets(nest(mixed, [SHEET], Rules(2.0, 5.0, MOVES))),
        "kites in quantity": -equivalent_sheets(nest([Demand(KITE, 500, TURNS)], [SHEET], Rules(2.0, 5.0, MOVES))),
        "discs in quantity": -equivalent_sheets(nest([Demand(DISC, 900)], [SHEET], Rules(2.0, 5.0, MOVES))),
        "discs at any angle among tees": -equivalent_sheets(
            nest([Demand(TEE, 20, None), Demand(DISC, 30)], [SHEET], Rules(2.0, 5.0, MOVES))
        ),
    }


def main() -> int:
    """The command; returns its exit code."""
    sys.stdout.write(json.dumps({name: round(value, 6) for name, value in figures().items()}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
