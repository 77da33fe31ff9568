"""What changed between two parts: features matched one by one, and the greatest deviation both ways."""

from camcore.compare.align import fitted
from camcore.compare.match import compare
from camcore.compare.model import Change, Comparison, Feature, Said, Statement
from camcore.compare.words import said

__all__ = ["Change", "Comparison", "Feature", "Said", "Statement", "compare", "fitted", "said"]
