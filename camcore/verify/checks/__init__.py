"""All checks, one function each. A new check is one file and one line here, and one file in ``tests/rejects/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from camcore.verify.case import Case
from camcore.verify.checks.bevels import bevels
from camcore.verify.checks.change import change
from camcore.verify.checks.crop import crop
from camcore.verify.checks.drills import drills
from camcore.verify.checks.dwells import dwells
from camcore.verify.checks.edge import edge
from camcore.verify.checks.end import end
from camcore.verify.checks.energy import energy
from camcore.verify.checks.envelope import envelope
from camcore.verify.checks.feeds import feeds
from camcore.verify.checks.gouge import gouge
from camcore.verify.checks.loose import loose
from camcore.verify.checks.mark import mark
from camcore.verify.checks.milling import milling
from camcore.verify.checks.modes import modes
from camcore.verify.checks.order import order
from camcore.verify.checks.path import path
from camcore.verify.checks.plunge import plunge
from camcore.verify.checks.pockets import pockets
from camcore.verify.checks.power import power
from camcore.verify.checks.rapids import rapids
from camcore.verify.checks.reading import reading
from camcore.verify.checks.running import running
from camcore.verify.checks.skins import skins
from camcore.verify.checks.steps import steps
from camcore.verify.checks.stock import stock
from camcore.verify.checks.tabs import tabs
from camcore.verify.checks.tools import tools
from camcore.verify.checks.uncut import uncut
from camcore.verify.model import Checked


class Check(NamedTuple):
    """One check, and whether it needs a task."""

    run: Callable[[Case], Checked]
    needs_task: bool = False


CHECKS: tuple[Check, ...] = (
    Check(reading),
    Check(modes),
    Check(envelope),
    Check(rapids),
    Check(power),
    Check(dwells),
    Check(feeds),
    Check(path),
    Check(change),
    Check(end),
    Check(tools, needs_task=True),
    Check(stock, needs_task=True),
    Check(gouge, needs_task=True),
    Check(uncut, needs_task=True),
    Check(edge, needs_task=True),
    Check(tabs, needs_task=True),
    Check(skins, needs_task=True),
    Check(drills, needs_task=True),
    Check(mark, needs_task=True),
    Check(pockets, needs_task=True),
    Check(bevels, needs_task=True),
    Check(plunge, needs_task=True),
    Check(energy, needs_task=True),
    Check(running, needs_task=True),
    Check(steps, needs_task=True),
    Check(milling, needs_task=True),
    Check(crop, needs_task=True),
    Check(order, needs_task=True),
    Check(loose, needs_task=True),
)
