"""Cuts: how each nested sheet is cut by laser or mill."""

from camcore.toolpath.resolve import resolve
from camcore.toolpath.sheets import plan, unmakeable

__all__ = ["plan", "resolve", "unmakeable"]
