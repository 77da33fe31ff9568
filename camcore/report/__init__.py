"""Reports: what was nested, cut and proven, for people to look at and to sign."""

from camcore.report.model import JobRecord, SheetRecord, State
from camcore.report.page import write
from camcore.report.raster import pictures
from camcore.report.sheet import sheet_svg

__all__ = ["JobRecord", "SheetRecord", "State", "pictures", "sheet_svg", "write"]
