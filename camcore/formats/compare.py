"""The JSON of `camcore compare`: what changed between two drawings. Lengths mm, areas mm²."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from camcore.compare.model import Change, Comparison, Feature, FeatureKind, Said, Statement, What
from camcore.formats.common import Contour, FileModel, FindingModel, contour
from camcore.geometry.deviation import WITHIN, Deviation

DIGITS = 6


class CompareFeature(FileModel):
    """A feature: its number among those of its kind, its form and sizes about (x, y), and its contour.

    Of circles both sizes are the diameter; `depth` is that of pockets; a centre mark has no contour.
    """

    kind: FeatureKind
    number: int
    form: Literal["circle", "slot", "rectangle", "other"]
    x: float
    y: float
    length: float
    width: float
    angle: float
    depth: float
    contour: Contour | None


class CompareChange(FileModel):
    """A feature before and after; null where it was added or removed."""

    what: What
    before: CompareFeature | None
    after: CompareFeature | None
    dx: float
    dy: float
    deviation: float


class DeviationModel(FileModel):
    """The place (x, y) of one part's edges that lies farthest from the other's, and the nearest place (to_x, to_y)."""

    size: float
    x: float
    y: float
    to_x: float
    to_y: float


class PoseModel(FileModel):
    """How the second part is laid on the first: mirrored first, then turned, then moved."""

    x: float
    y: float
    rotation: float
    mirror: bool


class ComparedPart(FileModel):
    """One part and its counterpart; `unchanged` counts the features that are the same, `changes` has the others.

    deviation_known_within: the greatest deviations are known to so many mm
    """

    a: str
    b: str
    same: bool
    pose: PoseModel
    size_a: tuple[float, float]
    size_b: tuple[float, float]
    area_a: float
    area_b: float
    a_from_b: DeviationModel
    b_from_a: DeviationModel
    deviation_known_within: float
    unchanged: int
    changes: list[CompareChange]


class StatementModel(FileModel):
    """Words of a note or a dimension, with its tolerance."""

    words: str
    x: float
    y: float
    plus: float
    minus: float


class SaidModel(FileModel):
    """What a drawing says otherwise than the other; null where it says nothing."""

    kind: Literal["note", "dimension"]
    before: StatementModel | None
    after: StatementModel | None


class CompareFile(FileModel):
    """Two drawings held against each other; the parts of each that have no counterpart are named."""

    version: Literal[1] = 1
    a: str
    b: str
    tolerance: float
    alignment: Literal["drawn", "corner", "fit"]
    same: bool
    parts: list[ComparedPart]
    only_in_a: list[str]
    only_in_b: list[str]
    said: list[SaidModel]
    findings: list[FindingModel]


def compared_part(found: Comparison) -> ComparedPart:
    """The file form of one comparison."""
    pose = found.pose
    return ComparedPart(
        a=found.a,
        b=found.b,
        same=found.same,
        pose=PoseModel(x=_clean(pose.x), y=_clean(pose.y), rotation=_clean(pose.rotation), mirror=pose.mirror),
        size_a=(_clean(found.box_a.width), _clean(found.box_a.height)),
        size_b=(_clean(found.box_b.width), _clean(found.box_b.height)),
        area_a=_clean(found.area_a),
        area_b=_clean(found.area_b),
        a_from_b=_deviation(found.forth),
        b_from_a=_deviation(found.back),
        deviation_known_within=WITHIN,
        unchanged=len(found.changes) - len(found.differences),
        changes=[_change(change) for change in found.differences],
    )


def said_models(said: Sequence[Said]) -> list[SaidModel]:
    """The file form of what is said otherwise."""
    return [
        SaidModel(kind=one.kind, before=_statement(each.before), after=_statement(each.after))
        for each in said
        if (one := each.before or each.after) is not None
    ]


def _statement(one: Statement | None) -> StatementModel | None:
    if one is None:
        return None
    x, y, plus, minus = (_clean(value) for value in (one.x, one.y, one.plus, one.minus))
    return StatementModel(words=one.words, x=x, y=y, plus=plus, minus=minus)


def _change(change: Change) -> CompareChange:
    return CompareChange(
        what=change.what,
        before=_feature(change.a),
        after=_feature(change.b),
        dx=_clean(change.dx),
        dy=_clean(change.dy),
        deviation=_clean(change.deviation),
    )


def _feature(feature: Feature | None) -> CompareFeature | None:
    if feature is None:
        return None
    form, curve = feature.form, feature.curve
    return CompareFeature(
        kind=feature.kind,
        number=feature.number,
        form=form.name,
        x=_clean(form.x),
        y=_clean(form.y),
        length=_clean(form.length),
        width=_clean(form.width),
        angle=_clean(form.angle),
        depth=_clean(feature.depth),
        contour=None if curve is None else contour(curve),
    )


def _deviation(one: Deviation) -> DeviationModel:
    return DeviationModel(**{name: _clean(value) for name, value in one._asdict().items()})


def _clean(value: float) -> float:
    return round(float(value), DIGITS) + 0.0
