"""Plane geometry on curves of lines and circular arcs; arcs are never lost here."""

from camcore.geometry.box import Box
from camcore.geometry.curve import Curve
from camcore.geometry.pose import Pose

__all__ = ["Box", "Curve", "Pose"]
