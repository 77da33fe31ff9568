"""Which layer, colour, linetype or kind of entity means what: a list of named rules, the first that fits decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from camcore import tomlfile
from camcore.drawing.model import Operation
from camcore.tomlfile import Strict
from camcore.units import parse_length


class Rule(Strict):
    """One rule. What it does not name fits anything; what it names has all to fit.

    layer, linetype: regular expressions, looked for anywhere in the name, upper and lower case alike; a group
    ``diameter`` in `layer` gives the drill diameter (in the drawing's units where it says none).
    colour: AutoCAD colour indices; type: DXF entity types.
    """

    name: str
    operation: Literal["cut", "mark", "drill", "pocket", "ignore"]
    layer: str | None = None
    linetype: str | None = None
    colour: tuple[int, ...] | None = None
    type: tuple[str, ...] | None = None

    @field_validator("layer", "linetype")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from None
        return pattern

    def fits(self, layer: str, linetype: str, colour: int, kind: str) -> bool:
        """Whether the rule speaks of such an entity."""
        return (
            (self.type is None or kind in self.type)
            and (self.colour is None or colour in self.colour)
            and (self.layer is None or re.search(self.layer, layer, re.IGNORECASE) is not None)
            and (self.linetype is None or re.search(self.linetype, linetype, re.IGNORECASE) is not None)
        )

    def diameter(self, layer: str, unit: str) -> float:
        """Diameter that the layer's name gives, mm; 0 where it gives none. `unit` is that of a bare number."""
        found = re.search(self.layer or "", layer, re.IGNORECASE)
        said = found.groupdict().get("diameter") if found else None
        return parse_length(said.replace(",", "."), unit) if said else 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule says of one entity."""

    operation: Operation
    rule: str
    diameter: float = 0.0


class LayerRules(Strict):
    """A file of rules."""

    version: Literal[1]
    rules: tuple[Rule, ...]

    def decide(self, layer: str, linetype: str, colour: int, kind: str, unit: str = "mm") -> Decision:
        """The decision of the first rule that fits; "everything else" is cut. `unit` is the drawing's."""
        for rule in self.rules:
            if rule.fits(layer, linetype, colour, kind):
                return Decision(Operation(rule.operation), rule.name, rule.diameter(layer, unit))
        return Decision(Operation.CUT, "everything else")


def load(path: Path) -> LayerRules:
    """Rules of a shop's own file. Raises CamError as `tomlfile.load`."""
    return tomlfile.load(path, LayerRules)


@cache
def shipped() -> LayerRules:
    """The rules that come with camcore, `layers.toml`."""
    text = (resources.files("camcore.drawing") / "layers.toml").read_text("utf-8")
    return tomlfile.parse(text, LayerRules, "layers.toml")
