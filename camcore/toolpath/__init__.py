"""Cuts: how each nested sheet is cut by laser or mill."""

from camcore.toolpath.resolve import resolve
from camcore.toolpath.sheets import plan

__all__ = ["plan", "resolve"]
