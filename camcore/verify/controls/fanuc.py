"""FANUC 0i and 30i, and the controls whose language is FANUC's with differences.

FANUC, Series 30i Operator's Manual B-64484EN-2 (machining centres). Haas Automation, Mill Operator's Manual (NGC).
Mazak and Okuma: the posts of konkers/Mill-Post-Processors (2015) and Jazzer360/fusion-posts (2026), third-hand.
Centroid: centroid.cps (2015) and the CNC12 Mill Operator's Manual, the latter's codes as dberlin/vscode-centroid-gcode
repeats them (11de12a, original_help_text.yaml). The tolerances of arcs are parameters of each
machine but for Haas; so is how far above the last depth a peck's rapid ends. G80 is of group 09 on both, motion of
group 01: they may share a block. Corners are rounded by the servos' lag
alone, but for Haas, whose G187 E bounds it and whose setting 85 would let it be 0.25 mm.
"""

from __future__ import annotations

import re
from dataclasses import replace

from camcore.verify.control import (
    AIR,
    COMPENSATION,
    CYCLE,
    ELSEWHERE,
    ELSEWHERE_TEXT,
    FEED,
    OTHER_ZERO,
    PLANE,
    PROBING,
    Control,
    because,
    groups,
    without,
)

_GROUPS = groups(
    motion="G0 G1 G2 G3 G73 G80 G81 G82 G83",
    plane="G17",
    distance="G90 G91",
    feed_mode="G94",
    units="G20 G21",
    compensation="G40",
    tool_length="G43 G49",
    retract="G98 G99",
    work_offset="G54 G55 G56 G57 G58 G59",
    path_control="G61 G64",
    dwell="G4",
    tool_change="M6",
    stop="M0 M1 M2 M30",
    spindle="M3 M4 M5",
    mist="M7",
    flood="M8",
    coolant="M9",
    home="G28 G53",
)
_REFUSED = {
    **because(ELSEWHERE, "G27 G29 G30"),
    **because(PLANE, "G18 G19"),
    **because(OTHER_ZERO, "G10 G50 G51 G50.1 G51.1 G52 G54.1 G68 G69 G92 G154"),
    **because(COMPENSATION, "G41 G42 G43.4 G44"),
    **because(FEED, "G93 G95 G96"),
    **because(PROBING, "G31 G37"),
    **because(CYCLE, "G5 G5.1 G8 G9 G12 G13 G33 G74 G76 G84 G85 G86 G87 G88 G89"),
    **because(ELSEWHERE_TEXT, "G65 G66 G67 M97 M98 M99"),
}
_POINTS = frozenset("XYZIJRQ")

FANUC = Control(
    title="FANUC",
    groups=_GROUPS,
    refused=_REFUSED,
    letters=frozenset("DFHIJKLNPQRSTXYZ"),
    uses={"G43": "H", "G28": "Z", "G53": "Z"},
    comments="()",
    upper=True,
    points=_POINTS,
    decimals=(3, 4),
    line_bytes=257,
    percent=True,
    name=re.compile(r"\s*O\d{1,4}\s*(\([^()]*\)\s*)?$"),
    arc_slack=0.01,
    arc_ratio=0.0,
    highest={"N": 99999, "T": 9999, "H": 999},
    peck_back=0.254,
    dwell={"P": 0.001, "X": 1.0},
    whole=frozenset("P"),
    length="G43",
    lags=True,
    subprograms="M98",
    cancels=True,
)
HAAS = replace(
    FANUC,
    title="Haas",
    groups={**_GROUPS, **groups(path_control="G187", blow="M83 M84")},
    letters=FANUC.letters | {"E"},
    uses={**FANUC.uses, "G187": "PE"},
    points=_POINTS | {"E"},
    name=re.compile(r"\s*O\d{5}\s*(\([^()]*\)\s*)?$"),
    dwell={"P": 0.001},
    whole=frozenset(),
    point_seconds=True,
    air={**AIR, "M83": ("blow", True), "M84": ("blow", False)},
    blend={"G187": "E"},
    bound="G187 P3 E",
    blends=True,
    lags=False,
    subprograms="M97",
)
MAZAK = replace(FANUC, title="Mazak EIA", percent=False, subprograms="M98 Q")
CENTROID = replace(
    FANUC,
    title="Centroid CNC12",
    decimals=(15, 15),
    groups={**_GROUPS, **groups(home="M25")},
    comments="();",
    upper=False,
    percent=False,
    name=re.compile(r"\s*O\d{1,5}\s*([(;].*)?$"),
    arc_slack=0.005,
    dwell={"P": 1.0},
    whole=frozenset(),
    subprograms="embedded",
    cancels=False,
)
_OKUMA_CYCLES = "G73 G81 G82 G83"
OKUMA = replace(
    FANUC,
    title="Okuma OSP",
    groups={
        **without(_GROUPS, f"{_OKUMA_CYCLES} G98 G99 G28 G43 G49 G54 G55 G57 G58 G59"),
        **groups(tool_length="G53 G56", work_offset="G15"),
    },
    refused={
        **without(_REFUSED, "G30"),
        **because(ELSEWHERE, "G16 G30"),
        **because("tool lengths are taken in Z by G56", "G54 G55 G57 G58 G59 G43 G49"),
        **because("drilling cycles of this control are not read", f"G71 {_OKUMA_CYCLES} M52 M53 M54"),
        **because(ELSEWHERE_TEXT, "CALL RTS MODIN MODOUT"),
    },
    uses={"G56": "H", "G15": "H"},
    percent=False,
    name=re.compile(r"\s*O[A-Z0-9]{1,4}\s*(\([^()]*\)\s*)?$"),
    dwell={"F": 1.0},
    length="G56",
    offset="G15 H1",
    subprograms="CALL",
    cancels=False,
)
