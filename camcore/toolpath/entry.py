"""Where a tool that does not cut to its centre finds a way down."""

from __future__ import annotations

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.toolpath.features import Feature
from camcore.toolpath.model import Tool

CORE = 0.5
"""The middle of such a tool does not cut, up to this share of its diameter (uncalibrated; makers state 0.3 to 0.6).
What stands below it is cut by the rim only if the tool moves so far across on its way down."""


def enters(tool: Tool, path: Curve) -> bool:
    """Whether the tool may go down along a closed path: on a ramp, or in a helix that leaves no core standing."""
    return tool.plunges or max(path.box.width, path.box.height) >= CORE * tool.diameter


def no_way_down(feature: Feature, tool: Tool) -> Finding:
    """E521 for a feature that no tool gets down into."""
    return Finding(
        "E521",
        f"{feature.spoken} of {feature.part.id} is too small for a ramp or helix of {tool.name or 'the tool'} of "
        f"{tool.diameter:.4g} mm, which must not plunge",
        "take a smaller tool or one that cuts to its centre, or drill the place first",
        feature.part.file,
        feature.where | {"size": tool.diameter},
    )
