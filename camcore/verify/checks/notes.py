"""How checks put many like findings into few: the first ones with their places, then how many more there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from camcore.findings import Finding

MOST = 4
"""No check says the same thing more often."""


def few(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The first `MOST` findings of each code; the last of them says how many more there are."""
    kept: list[Finding] = []
    for code in dict.fromkeys(finding.code for finding in findings):
        same = [finding for finding in findings if finding.code == code]
        shown = same[:MOST]
        if len(same) > MOST:
            shown[-1] = replace(shown[-1], message=f"{shown[-1].message} (and {len(same) - MOST} more such places)")
        kept += shown
    return tuple(kept)
