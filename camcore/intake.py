"""Intake: a job's drawings read and turned into what is to be nested and on what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from camcore import material
from camcore import part as parts_room
from camcore.drawing import Drawing, read
from camcore.drawing.rules import LayerRules
from camcore.drawing.rules import load as load_rules
from camcore.findings import CamError, Finding, errors
from camcore.fonts import strokes
from camcore.geometry import Curve, Pose, many
from camcore.geometry.distance import nearest
from camcore.geometry.index import SegmentIndex
from camcore.job import Job, PartEntry, SheetEntry, beside
from camcore.nesting.model import Demand, Origin, Stock, Unplaced
from camcore.part import Part, Parts
from camcore.toolpath import unmakeable
from camcore.toolpath.features import centre_mark
from camcore.toolpath.lettering import lettered, line_width
from camcore.toolpath.setup import Setup
from camcore.units import JOIN_GAP


@dataclass(frozen=True, slots=True)
class Intake:
    """What a job comes to: demands and stocks for the nest, pieces that cannot be made, all findings.

    inputs: every file that was read, by its name in the job; drawings: by the id of each part.
    """

    demands: tuple[Demand, ...]
    stocks: tuple[Stock, ...]
    refused: tuple[Unplaced, ...]
    findings: tuple[Finding, ...]
    inputs: dict[str, Path]
    drawings: dict[str, Drawing]


def gather(job: Job, path: Path, pockets: bool = False) -> Intake:
    """Read all drawings that the job at `path` names; `pockets`: whether the machine makes them.

    A drawing with error findings is refused whole: its pieces come back as `refused`, the rest goes on.
    Raises CamError when no sheet can be used: E323, or what was found in its drawing.
    """
    found: list[Finding] = []
    demands: list[Demand] = []
    refused: list[Unplaced] = []
    drawings: dict[str, Drawing] = {}
    for entry in job.parts:
        parts, drawing = _parts(job, path, entry)
        found += parts.findings
        if drawing is None or errors(parts.findings):
            refused.append(Unplaced(_stem(entry.drawing), entry.quantity, "its drawing has errors, see the findings"))
            continue
        chosen, missing = _chosen(parts, entry)
        found += missing
        demands += [_demand(job, part, entry) for part in chosen]
        found += [
            one_sided(part, entry.drawing, "pockets on its upper side")
            for part in chosen
            if part.pockets and entry.mirror
        ]
        drawings |= {part.id: drawing for part in chosen}
        found += [unpocketed(part, entry.drawing) for part in chosen if part.pockets and not pockets]
        if missing:
            refused.append(Unplaced(entry.part or "", entry.quantity, "the drawing holds no such part"))
    found += _twice(demands)
    stocks = [_stock(job, path, entry, found) for entry in job.sheets]
    return Intake(_once(demands), tuple(stocks), tuple(refused), tuple(found), _inputs(job, path), drawings)


def makeable(taken: Intake, setup: Setup) -> Intake:
    """The intake without the parts that cannot be cut as drawn wherever they lie: they are refused, with findings."""
    wrong = {demand.part.id: unmakeable(demand.part, setup) for demand in taken.demands}
    refused = [
        Unplaced(demand.part.id, demand.quantity, f"cannot be made: {wrong[demand.part.id][0].message} (see E501)")
        for demand in taken.demands
        if wrong[demand.part.id]
    ]
    return replace(
        taken,
        demands=tuple(demand for demand in taken.demands if not wrong[demand.part.id]),
        refused=(*taken.refused, *refused),
        findings=(*taken.findings, *(finding for found in wrong.values() for finding in found)),
    )


def marked(taken: Intake, job: Job, setup: Setup) -> Intake:
    """The intake with the words on its parts that the job asks for; W510 for those that have no room for them.

    A part with words on it has an upper side, and is not turned over: W327 where it might have been.
    """
    found: list[Finding] = []
    demands = tuple(_marked(demand, entry_of(job, demand.part), job, setup, found) for demand in taken.demands)
    return replace(taken, demands=demands, findings=(*taken.findings, *found))


def _marked(demand: Demand, entry: PartEntry | None, job: Job, setup: Setup, found: list[Finding]) -> Demand:
    if entry is None or entry.mark is None:
        return demand
    words = _words(entry.mark, entry, demand.part, job)
    unknown = "".join(strokes().missing(words))
    made = None if unknown else lettered(demand.part, words, entry.mark_height or 0.0, line_width(setup))
    if made is None:
        found.append(_unmarked(demand.part, words, unknown, entry.drawing))
        return demand
    if demand.mirror:
        found.append(one_sided(demand.part, entry.drawing, "words on its upper side"))
    return replace(demand, part=made, mirror=False)


def _words(mark: str, entry: PartEntry, part: Part, job: Job) -> str:
    named = {"number": entry.number or part.id, "revision": entry.revision or "", "lot": entry.lot or job.name}
    named |= {"part": part.id, "job": job.name, "material": job.material, "thickness": f"{job.thickness:g}"}
    return mark.format(**named)


def _unmarked(part: Part, words: str, unknown: str, name: str) -> Finding:
    why = f"the font has no {unknown!r}" if unknown else "no place on it is large enough and clear of all edges"
    advice = "spell it otherwise" if unknown else "shorten the words, or ask for small letters with mark_height"
    where = {"part": part.id, "key": "mark"}
    return Finding("W510", f"{part.id} is not marked {words!r}: {why}", advice, name, where)


def entry_of(job: Job, part: Part) -> PartEntry | None:
    """The table of the job that asks for a part."""
    by_name = {entry.part: entry for entry in job.parts if entry.part}
    by_drawing = {_stem(entry.drawing): entry for entry in job.parts if not entry.part}
    return by_name.get(part.id) or by_drawing.get(part.id) or by_drawing.get(part.id.rpartition("#")[0])


def _parts(job: Job, path: Path, entry: PartEntry | SheetEntry) -> tuple[Parts, Drawing | None]:
    """One drawing and its parts; one that cannot be read gives none, and its findings.

    Raises CamError for rules that cannot be read: as `tomlfile.load`.
    """
    name, own = entry.drawing or "", entry if isinstance(entry, PartEntry) else job.drawing
    said = own.rules or job.drawing.rules
    rules = load_rules(beside(path, said)) if said else None
    try:
        drawing, added = _drawing(job, beside(path, name), entry.units, rules)
    except CamError as error:
        return Parts((), tuple(_named(error.findings, name))), None
    join = own.join if own.join is not None else job.drawing.join
    parts = parts_room.find(drawing, JOIN_GAP if join is None else join)
    reach = [finding for part in parts.parts for finding in _reaching_over(part)]
    made = parts.parts if reach else tuple(_drilled(part) for part in parts.parts)
    found = tuple(_named((*added, *parts.findings, *reach), name))
    return Parts(made, found), replace(drawing, file=name)


def _drilled(part: Part) -> Part:
    """The part with its drill points as round holes, and those without a diameter as marks: what nest.json can say."""
    bores = [drill for drill in part.drills if drill.diameter > 0]
    spots = [drill for drill in part.drills if drill.diameter == 0]
    holes = (Curve.circle(bore.x, bore.y, bore.diameter / 2).cw() for bore in bores)
    marks = (centre_mark(part, spot.x, spot.y) for spot in spots)
    return replace(part, holes=(*part.holes, *holes), marks=(*part.marks, *marks), drills=())


def _reaching_over(part: Part) -> Iterator[Finding]:
    """E325 for drilled holes that reach over an edge of the part, or into one another."""
    bores = [drill for drill in part.drills if drill.diameter > 0]
    curves = [part.outline, *part.holes, *(Curve.circle(bore.x, bore.y, bore.diameter / 2) for bore in bores)]
    rows, first = many.rows_of(curves)
    owner = np.searchsorted(first, np.arange(len(rows)), side="right") - 1 - (len(curves) - len(bores))
    centres = np.array([(bore.x, bore.y) for bore in bores]).reshape(-1, 2)
    radii = np.array([bore.diameter / 2 for bore in bores])
    i, j = SegmentIndex(rows).pairs_of_points(centres, radii)
    over = (owner[j] != i) & (nearest(centres[i], rows[j]).distance <= radii[i])
    for k in np.unique(i[over]).tolist():
        bore, edge = bores[k], (owner[j[over & (i == k)]] < 0).any()
        yield Finding(
            "E325",
            f"the drilled hole of {bore.diameter:.4g} mm in {part.id} reaches over {'an edge' if edge else 'another'}",
            "correct its place or diameter, or draw the edge that they make together as one contour",
            part.file,
            {"part": part.id, "x": bore.x, "y": bore.y, "size": bore.diameter},
        )


def _drawing(job: Job, file: Path, units: str | None, rules: LayerRules | None) -> tuple[Drawing, list[Finding]]:
    """The drawing in the units that the job gives it, else its own, else those the job itself states."""
    drawing = read(file, units, rules)
    if drawing.units is not None or "units" not in job.model_fields_set:
        return drawing, []
    message = f"the drawing does not state its units; taken as {job.units}, as the job does"
    note = Finding(
        "W322", message, f'check a size, then put units = "{job.units}" into its table in the job', file.name
    )
    return read(file, job.units, rules), [note]


def _named(findings: tuple[Finding, ...], name: str) -> list[Finding]:
    """Findings under the name that the job gives the file, so that no path of this machine gets into an output."""
    return [replace(finding, file=name) for finding in findings]


def _chosen(parts: Parts, entry: PartEntry) -> tuple[list[Part], list[Finding]]:
    if entry.part is None:
        return list(parts.parts), []
    chosen = [part for part in parts.parts if part.id == entry.part]
    names = ", ".join(part.id for part in parts.parts)
    missing = Finding("E320", f"there is no part {entry.part!r} in it", f"it holds {names}", entry.drawing)
    return chosen, [] if chosen else [missing]


def unpocketed(part: Part, name: str) -> Finding:
    """W123 for pockets on a machine that makes none."""
    x, y = part.pockets[0].curve.start
    where = {"part": part.id, "x": x, "y": y, "size": len(part.pockets)}
    message = f"{len(part.pockets)} pockets of {part.id} are not cut: its program leaves them at full thickness"
    return Finding("W123", message, "take a mill, or mill them in a job of their own", name, where)


def one_sided(part: Part, name: str, what: str) -> Finding:
    """W327 for a part that has something on its upper side."""
    message = f"{part.id} has {what}: it is not turned over, though mirror = true allows it"
    return Finding("W327", message, "take mirror = true out", name, {"part": part.id, "size": len(part.pockets)})


def _demand(job: Job, part: Part, entry: PartEntry) -> Demand:
    """What is asked for; words in the drawing say how many where the job does not."""
    quantity = entry.quantity if "quantity" in entry.model_fields_set else part.quantity or entry.quantity
    open_holes = job.nesting.part_in_part if entry.part_in_part is None else entry.part_in_part
    turns = entry.rotations, entry.mirror and not part.pockets
    return Demand(part, quantity, *turns, entry.priority, entry.fill, entry.along_grain, entry.kit, open_holes)


def _twice(demands: list[Demand]) -> list[Finding]:
    seen: set[str] = set()
    findings = []
    for demand in demands:
        if demand.part.id in seen:
            advice = "add up the quantities in one [[parts]] table, or rename one drawing"
            findings.append(
                Finding("E321", f"the part {demand.part.id!r} is asked for twice", advice, demand.part.file)
            )
        seen.add(demand.part.id)
    return findings


def _once(demands: list[Demand]) -> tuple[Demand, ...]:
    return tuple({demand.part.id: demand for demand in reversed(demands)}.values())[::-1]


def _stock(job: Job, path: Path, entry: SheetEntry, found: list[Finding]) -> Stock:
    if entry.size is not None:
        return _named_stock(entry, Curve.rectangle(*entry.size), ())
    name = entry.drawing or ""
    parts, _ = _parts(job, path, entry)
    found += parts.findings
    if errors(parts.findings):
        raise CamError(found)
    if len(parts.parts) != 1:
        message = f"a sheet is one outline with its holes; the drawing holds {len(parts.parts)} outlines"
        raise CamError([*found, Finding("E323", message, "leave one outline in it", name)])
    return _from_outline(entry, parts.parts[0])


def _from_outline(entry: SheetEntry, part: Part) -> Stock:
    """Stock with the outline's lower left corner at work zero."""
    to_zero = Pose(-part.box.x0, -part.box.y0)
    holes = tuple(hole.posed(to_zero).ccw() for hole in part.holes)
    return _named_stock(entry, part.outline.posed(to_zero), holes)


def _named_stock(entry: SheetEntry, outline: Curve, holes: tuple[Curve, ...]) -> Stock:
    known = entry.lot or entry.certificate
    origins = (Origin(lot=entry.lot, certificate=entry.certificate),) if known else ()
    return Stock(entry.stock_name, outline, holes, entry.quantity, entry.cost, entry.grain, origins)


def _inputs(job: Job, path: Path) -> dict[str, Path]:
    names = [entry.drawing for entry in job.parts] + [entry.drawing for entry in job.sheets if entry.drawing]
    named = [job.drawing.rules, job.materials, *(entry.rules for entry in job.parts)]
    names += [name for name in (*named, job.machine if job.machine.endswith(".toml") else None) if name]
    of_shop = None if job.materials else material.shop_file()
    shop = {of_shop.name: of_shop} if of_shop else {}
    return {path.name: path, **shop, **{name: beside(path, name) for name in names}}


def _stem(name: str) -> str:
    return Path(name).stem
