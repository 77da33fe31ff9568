"""The HTTP service: estimates and reviews at once, jobs in the background, and a page for people.

The process that speaks HTTP does no geometry: drawings are read and parts laid in worker processes with limits
(`camcore.workers`), jobs stand in a database, so that neither a bad drawing nor a restart costs more than itself.
"""

from __future__ import annotations

from camcore.service.settings import Settings

__all__ = ["Settings"]
