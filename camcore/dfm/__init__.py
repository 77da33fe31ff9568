"""Review of manufacturability before quoting: rules in a list, limits in `limits.toml`."""

from __future__ import annotations

from camcore.dfm.model import Context, Rule
from camcore.dfm.review import Own, context, of_drawing, review
from camcore.dfm.rules import RULES

__all__ = ["RULES", "Context", "Own", "Rule", "context", "of_drawing", "review"]
