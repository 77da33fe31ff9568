"""Findings in numbers that a person can read."""

from __future__ import annotations

from camcore.findings import Finding

SHOWN = 12
"""Findings of one code that stand singly; more of them are counted in the last."""


def shortened(findings: list[Finding]) -> list[Finding]:
    """The findings, of which no more than SHOWN stand singly; the last one counts the rest."""
    if len(findings) <= SHOWN:
        return findings
    last = findings[SHOWN - 1]
    more = f"{last.message} (and {len(findings) - SHOWN} more like it)"
    return [*findings[: SHOWN - 1], Finding(last.code, more, last.advice, last.file, last.where)]
