"""Which layer, colour, linetype or kind of entity means what: a list of named rules, the first that fits decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, Self

from pydantic import field_validator, model_validator

from camcore import tomlfile
from camcore.drawing.model import Operation
from camcore.material.drills import drills
from camcore.tomlfile import Strict
from camcore.units import parse_length

EVERYTHING_ELSE = "everything else"
"""Name of the rule that there always is: what no other fits is cut."""
MOST_PIECES = 1_000_000
"""A number in words that is larger is no quantity."""


def _compiled(pattern: str | None) -> str | None:
    """The pattern. Raises ValueError when it is no regular expression."""
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return pattern


class Rule(Strict):
    """One rule. What it does not name fits anything; what it names has all to fit.

    layer, linetype: regular expressions, looked for anywhere in the name, upper and lower case alike; a group
    ``diameter`` in `layer` gives the drill's diameter, also as a number such as #7, a group ``depth`` the pocket's
    depth (in the drawing's units where it says none)
    block: the same for the names of the blocks around it, outermost first, parted by "/"
    colour: AutoCAD colour indices; type: DXF entity types; depth: of pockets, a length
    width: "outline" reads polylines drawn with a width as the outline of their stroke; else they run in its middle.
    """

    name: str
    operation: Literal["cut", "mark", "drill", "pocket", "ignore"]
    layer: str | None = None
    linetype: str | None = None
    colour: tuple[int, ...] | None = None
    type: tuple[str, ...] | None = None
    block: str | None = None
    width: Literal["outline"] | None = None
    depth: float | str | None = None

    @model_validator(mode="after")
    def _depth_of_pockets(self) -> Self:
        if self.depth is not None:
            if self.operation != "pocket":
                raise ValueError("only pockets have a depth")
            if parse_length(self.depth) <= 0:
                raise ValueError(f"depth = {self.depth!r} must be greater than 0")
        return self

    @field_validator("layer", "linetype", "block")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        return _compiled(pattern)

    def fits(self, layer: str, linetype: str, colour: int, kind: str, block: str = "") -> bool:
        """Whether the rule speaks of such an entity."""
        return (
            (self.type is None or kind in self.type)
            and (self.colour is None or colour in self.colour)
            and (self.layer is None or re.search(self.layer, layer, re.IGNORECASE) is not None)
            and (self.linetype is None or re.search(self.linetype, linetype, re.IGNORECASE) is not None)
            and (self.block is None or re.search(self.block, block, re.IGNORECASE) is not None)
        )

    def decision(self, layer: str, unit: str) -> Decision:
        """What it says of an entity that it fits. `unit` is that of bare numbers."""
        depth = 0.0 if self.depth is None else parse_length(self.depth, unit)
        return Decision(
            operation=Operation(self.operation),
            rule=self.name,
            diameter=self._named("diameter", layer, unit),
            depth=self._named("depth", layer, unit) or depth,
            outlined=self.width == "outline",
        )

    def _named(self, group: str, layer: str, unit: str) -> float:
        """Length that the layer's name gives under this name, mm; 0 where it gives none."""
        found = re.search(self.layer or "", layer, re.IGNORECASE)
        said = found.groupdict().get(group) if found else None
        if said and said.startswith("#"):
            return next((drill.size for drill in drills() if drill.name == said), 0.0)
        return parse_length(said.replace(",", "."), unit) if said else 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule says of one entity; diameter of drills and depth of pockets, mm, 0 where nothing says.

    outlined: a width means the outline of the stroke
    """

    operation: Operation
    rule: str
    diameter: float = 0.0
    depth: float = 0.0
    outlined: bool = False


class LayerRules(Strict):
    """A file of rules.

    then: "shipped" has the rules that come with camcore follow; without it what no rule fits is cut.
    quantities: regular expressions with a group ``count``, looked for in words: the quantity that a drawing asks for.
    """

    version: Literal[1]
    rules: tuple[Rule, ...]
    then: Literal["shipped"] | None = None
    quantities: tuple[str, ...] = ()

    @field_validator("quantities")
    @classmethod
    def _count(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if "(?P<count>" not in (_compiled(pattern) or ""):
                raise ValueError(f"{pattern!r} has no group (?P<count>...)")
        return patterns

    def quantity(self, words: str) -> int:
        """How many pieces the words ask for, by the first of `quantities` that fits; 0 where they say nothing of it."""
        for pattern in self.quantities:
            found = re.search(pattern, words, re.IGNORECASE)
            said = found["count"] if found else None
            if said and said.isdecimal() and 0 < int(said) <= MOST_PIECES:
                return int(said)
        return 0

    def with_fills(self) -> LayerRules:
        """Rules by which hatches are cut that these ignore as fills, unless their layer says otherwise."""
        kept = [_without_hatches(rule) for rule in self.rules]
        cut = Rule(name="fills where nothing else is drawn", operation="cut", type=("HATCH",))
        return self.model_copy(update={"rules": (*(rule for rule in kept if rule), cut)})

    def decide(self, layer: str, linetype: str, colour: int, kind: str, unit: str = "mm", block: str = "") -> Decision:
        """The decision of the first rule that fits; "everything else" is cut. `unit` is the drawing's."""
        for rule in self.rules:
            if rule.fits(layer, linetype, colour, kind, block):
                return rule.decision(layer, unit)
        return Decision(Operation.CUT, EVERYTHING_ELSE)


def _without_hatches(rule: Rule) -> Rule | None:
    if rule.operation != "ignore" or rule.layer or not rule.type or "HATCH" not in rule.type:
        return rule
    rest = tuple(kind for kind in rule.type if kind != "HATCH")
    return rule.model_copy(update={"type": rest}) if rest else None


def load(path: Path) -> LayerRules:
    """Rules of a shop's own file, with those that it says should follow. Raises CamError as `tomlfile.load`."""
    own = tomlfile.load(path, LayerRules)
    return own.model_copy(update={"rules": (*own.rules, *shipped().rules)}) if own.then else own


@cache
def shipped() -> LayerRules:
    """The rules that come with camcore, `layers.toml`."""
    text = (resources.files("camcore.drawing") / "layers.toml").read_text("utf-8")
    return tomlfile.parse(text, LayerRules, "layers.toml")
