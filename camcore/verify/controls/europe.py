"""SINUMERIK 840D sl, Fagor 8055 M and Heidenhain Klartext.

Siemens, SINUMERIK 840D sl / 828D Programming Manual Fundamentals, 06/2015; arcs: machine data MD21000 and MD21010.
Fagor: CNC 8055 M Programming manual; fagor.cps of konkers/Mill-Post-Processors (2015), third-hand; the tolerance of
arcs is a machine parameter. HEIDENHAIN, User's Manual Conversational Programming, iTNC 530 and TNC 620; what a block of
Klartext may be stands in `klartext.py`.
"""

from __future__ import annotations

import re

from camcore.units import MM_PER_INCH
from camcore.verify.control import (
    COMPENSATION,
    CYCLE,
    ELSEWHERE,
    ELSEWHERE_TEXT,
    FEED,
    OTHER_ZERO,
    PLANE,
    Control,
    because,
    groups,
)

SIEMENS = Control(
    title="SINUMERIK 840D sl",
    groups=groups(
        motion="G0 G1 G2 G3",
        plane="G17",
        distance="G90 G91",
        feed_mode="G94",
        units="G700 G710",
        compensation="G40",
        work_offset="G54 G55 G56 G57",
        path_control="G60 G64 G641",
        dwell="G4",
        tool_change="M6",
        stop="M0 M1 M2 M30",
        spindle="M3 M4 M5",
        mist="M7",
        flood="M8",
        coolant="M9",
        home="SUPA",
    ),
    refused={
        **because(ELSEWHERE, "G53 G74 G75 G153"),
        **because(PLANE, "G18 G19"),
        **because(OTHER_ZERO, "G500 G58 G59 TRANS ATRANS ROT AROT SCALE MIRROR FRAME"),
        **because(COMPENSATION, "G41 G42"),
        **because(FEED, "G93 G95 G96 G961"),
        **because("it counts for lengths but not for feeds; write G700 or G710", "G70 G71"),
        **because(CYCLE, "G33 G63 G331 G332 G62 G621 G642 G643 G644 G645 CIP CT POLY BSPLINE CYCLE83"),
        **because("only CYCLE81, CYCLE82 and MCALL with plain numbers are read", "MCALL CYCLE81 CYCLE82"),
        **because(ELSEWHERE_TEXT, "CALL REPEAT M17 RET EXTCALL PCALL ISOCALL"),
        **because(
            "where it goes on is not read", "REPEATB ENDLABEL GOTO GOTOF GOTOB GOTOC GOTOS IF WHILE FOR LOOP CASE"
        ),
    },
    letters=frozenset("DFHIJKNSTXYZ"),
    always=frozenset("FSTND"),
    uses={"G2": "XYZIJR", "G3": "XYZIJR", "G641": "A", "SUPA": "Z"},
    named={"CR": "R", "ADIS": "A", **{axis: axis for axis in "XYZIJ"}},
    comments=";",
    line_bytes=512,
    units={"G700": MM_PER_INCH, "G710": 1.0},
    arc_slack=0.01,
    highest={"N": 1e8, "T": 32000, "D": 9},
    dwell={"F": 1.0},
    length="D",
    blend={"G641": "A", "G64": ""},
    bound="G641 ADIS=",
    blends=True,
    grammar="sinumerik",
    subprograms="CALL BLOCK",
)
FAGOR = Control(
    title="Fagor 8055",
    groups=groups(
        motion="G0 G1 G2 G3",
        plane="G17",
        distance="G90 G91",
        feed_mode="G94",
        units="G70 G71",
        compensation="G40",
        tool_length="G43 G44",
        work_offset="G54 G55 G56 G57",
        path_control="G5 G7 G50",
        cycle="G80 G81",
        retract="G98 G99",
        dwell="G4",
        tool_change="M6",
        stop="M0 M1 M2 M30",
        spindle="M3 M4 M5",
        flood="M8",
        coolant="M9",
    ),
    refused={
        **because(ELSEWHERE, "G53 G74"),
        **because(PLANE, "G15 G16 G18 G19"),
        **because(OTHER_ZERO, "G10 G11 G12 G13 G58 G59 G72 G73 G92 G93"),
        **because(COMPENSATION, "G41 G42"),
        **because(FEED, "G95 G96"),
        **because("its centre or end is found by the control", "G6 G8 G9 G36 G37 G38 G39"),
        **because(CYCLE, "G33 G60 G61 G62 G63 G64 G65 G66 G67 G69 G79 G82 G83 G84 G85 G86 G87 G88 G89"),
    },
    letters=frozenset("DFIJKNRSTXYZ"),
    uses={"M6": "", "G43": "", "G81": "XYZIK"},
    always=frozenset("FSTND"),
    comments=";",
    line_bytes=256,
    name=re.compile(r"\s*%[A-Z0-9 -]{1,20},MX[-X]{2},\s*$"),
    units={"G70": MM_PER_INCH, "G71": 1.0},
    arc_slack=0.01,
    highest={"N": 9999, "T": 9999, "D": 9999},
    dwell={"K": 0.01},
    length="G43",
    blend={"G5": ""},
    bound="G50, whose machine parameter is ",
    blends=True,
    grammar="fagor",
    subprograms="SUB",
)
HEIDENHAIN = Control(
    title="Heidenhain TNC",
    groups={},
    refused={},
    letters=frozenset(),
    comments=";",
    line_bytes=257,
    units={"INCH": MM_PER_INCH, "MM": 1.0},
    arc_slack=0.016,
    arc_ratio=0.0,
    peck_back=0.2,
    length="TOOL CALL",
    blends=True,
    bound="CYCL DEF 32.1 T",
    grammar="klartext",
    subprograms="LBL",
)
