"""Programs of other controls as LinuxCNC's interpreter reads them: what is replaced, line by line, and nothing else.

Words that bear on no motion (dwells, lengths, air, path control, names) are taken out; where Z goes to its reference,
the upper end of its travel is written out; units and ends get LinuxCNC's words.
SINUMERIK's CYCLE81 and CYCLE82 become G81 and G82 at every place up to MCALL; Fagor's G81 gets LinuxCNC's words.
Subprograms become those of LinuxCNC, which stand before the first move. Klartext is put into G-code (`klartext.py`).
"""

from __future__ import annotations

import re

import klartext

from camcore.machine import Machine
from camcore.units import MM_PER_UNIT

_OUT = (
    r"O\d+|%[A-Z0-9-]*(,MX--,)?|; .*|\(.*\)",  # names and comments
    r"G4 .*|D1|G187 .*|G641 .*|G64 .*|M83|M84|G43|M8|M9",
    r"G15 H1|G53 H0",
)
_WORDS = (
    (r"\bG710\b|\bG71\b", "G21"),
    (r"\bG700\b|\bG70\b", "G20"),
    (r"\bG50 ?", ""),
    (r"\bM77\b|\bM02\b", "M2"),
    (r"\bG43 H\d+ |\bG43 (?=G0)|\bG56 H\d+ |\bG91\.1 ?", ""),
    (r"(?<=Q)([\d.]+) P[\d.]+", r"\1"),  # Centroid's P in G83
    (r" D\d+$", ""),
)
_CYCLE = re.compile(r"MCALL CYCLE8([12])\(([^,]+),([^,]+),([^,]+),([^,]+)(,,[^,]+)?\)")
_FAGOR = re.compile(r"G81 G98 (X\S+ Y\S+) Z(\S+) I(\S+)( K\d+)?( F\S+)?")
_CALL = re.compile(r"M98 [PQ](\d+)|M97 P(\d+)|CALL O(\d+)|CALL BLOCK UP(\d+) TO END\d+|\(CALL (\d+)\)")
_BODY = re.compile(r"[ON]0*(\d+)|UP(\d+):|\(SUB (\d+)\)")
_BODY_ENDS = re.compile(r"M99|RTS|END\d+:|\(RET\)")
_HOME = re.compile(r"G91 G28 Z0\.|G53 G0 Z0\.|M25|G0 SUPA Z0 D0")


def for_linuxcnc(text: str, machine: Machine) -> str:
    """The program for rs274."""
    if machine.dialect == "heidenhain":
        return klartext.for_linuxcnc(text)
    top = machine.work_area.z[1] / MM_PER_UNIT[machine.format.units]
    lines, cycle = list[str](), ""
    for line in _with_o_words(text.splitlines()):
        if call := _CYCLE.fullmatch(line):
            wait = " P1" if call[1] == "2" else ""
            cycle = f"G98 G8{call[1]} Z{call[5]} R{float(call[3]) + float(call[4]):.6f}{wait} "
        elif line == "MCALL":
            cycle = ""
            lines.append("G80")
        elif call := _FAGOR.fullmatch(line):
            code, wait = ("G82", " P1") if call[4] else ("G81", "")
            lines.append(f"G98 {code} {call[1]} Z{call[3]} R{call[2]}{wait}{call[5] or ''}")
        elif cycle and line.removeprefix("G0 ")[0] in "XY":
            lines.append(cycle + line.removeprefix("G0 "))
        elif _HOME.fullmatch(line):
            lines.append(f"G90 G0 Z{top:.6f}")
        elif not any(re.fullmatch(pattern, line) for pattern in _OUT):
            for pattern, word in _WORDS:
                line = re.sub(pattern, word, line)
            lines.append(line)
    return "\n".join(lines) + "\n"


def _with_o_words(lines: list[str]) -> list[str]:
    """Bodies of what is called, before all else; and the rest, with LinuxCNC's calls."""
    called = {call[call.lastindex or 0] for line in lines if (call := _CALL.fullmatch(line))}
    bodies, main, name = list[str](), list[str](), ""
    for line in lines:
        opened, call = _BODY.fullmatch(line), _CALL.fullmatch(line)
        if name and _BODY_ENDS.fullmatch(line):
            bodies.append(f"O{name} ENDSUB")
            name = ""
        elif opened and (number := opened[opened.lastindex or 0]) in called:
            name = number
            bodies.append(f"O{name} SUB")
        elif call:
            main.append(f"O{call[call.lastindex or 0]} CALL")
        else:
            (bodies if name else main).append(line)
    return [*bodies, *main]
