"""Check: the program says the modes that it counts on, rather than take what the one before it left."""

from __future__ import annotations

import re

from camcore.findings import Finding
from camcore.moves import Arc, Line
from camcore.verify.case import Case
from camcore.verify.control import COMPENSATION, Control
from camcore.verify.controls import READERS
from camcore.verify.model import Checked

_COMMENT = re.compile(r"\([^()]*\)|;.*")
_CODE = re.compile(r"(?<![A-Z])G0*(\d+(?:\.\d+)?)", re.IGNORECASE)


def modes(case: Case) -> Checked:
    """W784 for a program that moves before it states its plane, its feed mode, its work offset, or that the tool's
    radius is not compensated, where its control has them. Units and distance mode are the reader's.

    Figure: how many of these are not stated.
    """
    first = next((read.line for read in case.moves if isinstance(read.move, Line | Arc)), None)
    asked = _asked(READERS[case.machine.dialect])
    if first is None or not asked:
        return Checked("modes", {})
    head = "\n".join(_COMMENT.sub("", line) for line in case.text.splitlines()[:first])
    said = {f"G{float(number):g}" for number in _CODE.findall(head)}
    groups = READERS[case.machine.dialect].groups
    missing = [code for group, code in asked.items() if not any(groups.get(one) == group for one in said)]
    figures = {"not_stated": len(missing)}
    if not missing:
        return Checked("modes", figures)
    message = f"{', '.join(missing)} not stated before the first cut: what was in force before counts"
    return Checked("modes", figures, (Finding("W784", message, "state it at the start", where={"line": first}),))


def _asked(control: Control) -> dict[str, str]:
    """Groups of which one code has to be stated, and which one that is as a rule."""
    usual = {"plane": "G17", "feed mode": "G94", "work offset": control.offset.split()[0]}
    if COMPENSATION in control.refused.values():
        usual["compensation"] = "G40"
    return {group: code for group, code in usual.items() if group in control.groups.values()}
