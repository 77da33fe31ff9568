"""Mach3 (Artsoft, Using Mach3Mill), Mach4 (Newfangled Solutions, Mill G-Code Programming) and MASSO G3
(docs.masso.com.au; posts of FreeCAD): personal computers and boards that speak FANUC's language loosely.

Vectric's post for Mach2/3 begins programs with G00 and G80 in one block.

Whether Mach3 counts dwells in s, and how far it rounds corners off, are settings of the control: the machine file says
what they have to be.
"""

from __future__ import annotations

from dataclasses import replace

from camcore.verify.control import ELSEWHERE, because, groups, without
from camcore.verify.controls.fanuc import FANUC

_GROUPS = {code: group for code, group in FANUC.groups.items() if group != "home"}

MACH3 = replace(
    FANUC,
    title="Mach3",
    groups={**_GROUPS, **groups(arc_distance="G90.1 G91.1")},
    refused={**FANUC.refused, **because(ELSEWHERE, "G28 G28.1 G53")},
    uses={"G43": "H"},
    comments="();",
    upper=False,
    points=frozenset(),
    line_bytes=256,
    name=None,
    arc_slack=0.002,
    dwell={"P": 1.0},
    whole=frozenset(),
)
MACH4 = replace(MACH3, title="Mach4", arc_slack=0.005, dwell={"P": 0.001}, point_seconds=True)
_CYCLES = "G73 G81 G82 G83 G98 G99"
MASSO = replace(
    MACH3,
    title="MASSO G3",
    groups=without(_GROUPS, _CYCLES),
    refused={
        **MACH3.refused,
        **because("posts differ on what it means there", f"{_CYCLES} G90.1 G91.1"),
    },
    comments="()",
    upper=True,
    line_bytes=81,
    percent=False,
    subprograms="",
    cancels=False,
    arc_slack=0.005,
    dwell={"P": 0.001},
)
