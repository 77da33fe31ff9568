"""docs/drawings.md is kept true: its rules, its codes and its figures."""

from __future__ import annotations

import math
import re
from pathlib import Path

from conftest import ROOT

from camcore.codes import CODES
from camcore.drawing import micro, notches, plausible, rules
from camcore.geometry import recover
from camcore.units import CURVE_FIT, JOIN_GAP

TEXT = (ROOT / "docs" / "drawings.md").read_text("utf-8")


def table() -> str:
    """The shipped rules as the document lists them."""
    rows = ["| rule | by | what it becomes |", "|---|---|---|"]
    for rule in rules.shipped().rules:
        named = [name for name in ("type", "block", "layer", "linetype", "colour") if getattr(rule, name)]
        rows.append(
            f"| {rule.name} | {', '.join('kind' if name == 'type' else name for name in named)} | {rule.operation} |"
        )
    return "\n".join(rows)


def test_the_rules_are_those_that_are_shipped() -> None:
    assert table() in TEXT


def test_the_example_is_a_valid_file_of_rules(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "rules.toml").write_text(example, "utf-8")
    own = rules.load(tmp_path / "rules.toml")
    assert own.decide("0", "DASHED", 1, "LINE").rule == "red dashes are scored"
    assert own.decide("Engrave", "CONTINUOUS", 7, "TEXT").rule == "part numbers"
    assert (own.quantity("QTY: 4"), own.quantity("12 OFF"), own.quantity("4X Ø3")) == (4, 12, 0)


def test_every_code_is_known() -> None:
    assert set(re.findall(r"\b[EWI]\d{3}\b", TEXT)) <= set(CODES)


def test_figures() -> None:
    for figure in (
        f"(default {JOIN_GAP} mm",
        f"within {CURVE_FIT} mm",
        f"within {recover.ON_CIRCLE} mm",
        f"at least {recover.LEAST} chords",
        f"than {math.degrees(recover.WIDEST_TURN):.0f}°",
        f"more than {recover.MOST_SAGITTA} mm",
        f"below {micro.MICRO} mm",
        f"above {plausible.LARGEST / 1000:.0f} m",
    ):
        assert figure in TEXT
    assert notches.OVER == 0.25
