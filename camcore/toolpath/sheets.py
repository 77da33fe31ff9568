"""From nest to plans: one plan a sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from camcore.findings import Finding, errors
from camcore.nesting.model import Nest, NestedSheet
from camcore.part import Part
from camcore.toolpath.again import repeated
from camcore.toolpath.common import SAME_LINE, Shared, bridged, shared
from camcore.toolpath.crop import crop
from camcore.toolpath.features import Course, Prepared, features
from camcore.toolpath.heat import spread
from camcore.toolpath.model import Cut, Kind, Plan
from camcore.toolpath.offer import Offer
from camcore.toolpath.order import order
from camcore.toolpath.route import ways_round
from camcore.toolpath.scene import Scene
from camcore.toolpath.setup import Setup
from camcore.toolpath.strategies import STRATEGIES, strategy_for
from camcore.toolpath.tour import settled
from camcore.toolpath.wear import forecast


class _Ready(NamedTuple):
    """A feature as its strategy has prepared it."""

    strategy: str
    prepared: Prepared


_Workshop = dict[tuple[str, bool], list[_Ready]]
"""What is ready, by part and whether it is turned over."""


def plan(nest: Nest, setup: Setup) -> tuple[Plan, ...]:
    """How each sheet of a nest is cut.

    What cannot be cut as drawn is a finding (E501) and never left out silently. Findings about a part stand in the plan
    of the first sheet that holds it; those about the set-up stay there.
    """
    parts = {demand.part.id: demand.part for demand in nest.demands} | nest.parts
    known: _Workshop = {}
    told: set[str] = set()
    plans = []
    for sheet in nest.sheets:
        scene = Scene(sheet, parts)
        findings: list[Finding] = []
        for key, part in scene.variants.items():
            if key not in known:
                known[key] = _prepared(part, setup)
            if key[0] not in told:
                told.add(key[0])
                findings += _merged(finding for ready in known[key] for finding in ready.prepared.findings)
        offers, more = _offers(scene, known, setup)
        cuts, freed = _ordered(offers, scene, setup)
        last, told_last = crop(scene, setup, cuts[-1].end if cuts else (0.0, 0.0))
        led = _led([*cuts, *last], freed, scene, setup)
        plans.append(_plan(sheet, setup, led, [*findings, *more, *told_last]))
    return forecast(plans, setup.mill.tool_life) if setup.mill else tuple(plans)


def unmakeable(part: Part, setup: Setup) -> tuple[Finding, ...]:
    """What of a part cannot be cut as drawn wherever it lies: E501 findings; none where all of it can be made."""
    found = (finding for ready in _prepared(part, setup) for finding in ready.prepared.findings)
    return tuple(_merged(errors(found)))


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of one part, of those with the same code and size the first one, which says how many more there are."""
    alike: dict[tuple[str, object], list[Finding]] = defaultdict(list)
    for finding in findings:
        alike[finding.code, finding.where.get("size")].append(finding)
    return [
        replace(same[0], message=f"{same[0].message} (and {len(same) - 1} more alike)") if len(same) > 1 else same[0]
        for same in alike.values()
    ]


def _prepared(part: Part, setup: Setup) -> list[_Ready]:
    ready = []
    for feature in features(part):
        strategy = strategy_for(feature, setup)
        ready.append(_Ready(strategy.name, strategy.prepare(feature, setup)))
    return ready


def _offers(scene: Scene, known: _Workshop, setup: Setup) -> tuple[list[Offer], list[Finding]]:
    placed: dict[str, list[tuple[int, Course]]] = defaultdict(list)
    for number, placement in enumerate(scene.sheet.placements):
        for ready in known[placement.part, placement.mirror]:
            placed[ready.strategy] += [(number, course) for course in ready.prepared.courses]
    offers: list[Offer] = []
    findings: list[Finding] = []
    for strategy in (entry for entry in STRATEGIES if placed[entry.name]):
        made, found = strategy.cuts(placed[strategy.name], scene, setup)
        offers += made
        findings += found
    return offers, findings


def _ordered(offers: list[Offer], scene: Scene, setup: Setup) -> Shared:
    """The cuts in their order, and when the piece of each hangs on nothing more."""
    inside, laser = scene.inside_holes(), setup.laser
    held = {inner for inner, _, _ in inside}
    near = scene.beside(laser.kerf + SAME_LINE) if laser else []
    beside = [pair for pair in near if not held & set(pair)]
    done = order(offers, inside, floors=scene.floors(), beside=beside)
    if laser and laser.heat_gap:
        last = {placement for placement, _ in beside}
        done = [each for part in _in_two(done, last) for each in spread(part, inside, scene, laser.heat_gap)]
    cuts = settled(done)
    freed = list(range(len(cuts)))
    if laser and near:
        cuts = bridged(cuts, laser.kerf)
        less, freed = shared(cuts, laser.kerf, held)
        cuts = less if laser.common_cut else cuts
    return Shared([repeated(cut, laser.focus_step) for cut in cuts] if laser else cuts, freed)


def _led(cuts: list[Cut], freed: list[int], scene: Scene, setup: Setup) -> list[Cut]:
    """The cuts, those of the crop line last, with the ways between them."""
    if setup.laser is None or not setup.laser.goes_round or not cuts:
        return cuts
    offers = [Offer.of(cut) for cut in cuts]
    freed = [*freed, *range(len(freed), len(cuts))]
    ways = ways_round(offers, freed, scene, setup.laser.kerf)
    return [replace(cut, via=via) if via else cut for cut, via in zip(cuts, ways, strict=True)]


def _in_two(offers: list[Offer], last: set[int]) -> tuple[list[Offer], list[Offer]]:
    """The offers, and by themselves the outlines of these placements, each of which another one's may free."""
    late = [offer.kind is Kind.OUTLINE and offer.placement in last for offer in offers]
    pairs = list(zip(offers, late, strict=True))
    return [offer for offer, waits in pairs if not waits], [offer for offer, waits in pairs if waits]


def _plan(sheet: NestedSheet, setup: Setup, cuts: list[Cut], findings: list[Finding]) -> Plan:
    mill, laser = setup.mill, setup.laser
    used = {cut.tool for cut in cuts}
    return Plan(
        sheet=sheet,
        process=setup.process,
        cuts=tuple(cut for cut in cuts if cut.placement >= 0),
        crop=tuple(cut for cut in cuts if cut.placement < 0),
        thickness=setup.thickness,
        kerf=laser.kerf if laser else 0.0,
        tools={number: tool for number, tool in mill.tools.items() if number in used} if mill else {},
        clearance=mill.clearance if mill else 0.0,
        corner_power=laser.corner_power if laser else 1.0,
        air=any(running.air for running in (laser, mill) if running),
        findings=tuple(findings),
    )
