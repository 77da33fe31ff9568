"""article.json: the first article of a part. Limits in the drawing's units, places mm."""

from __future__ import annotations

from typing import Literal

from camcore.formats.common import FileModel, FindingModel, MarkedFile


class FieldModel(FileModel):
    """One numbered field of Form 1 or 2 of AS9102, with what is known of it; empty where a person fills it in."""

    number: str
    title: str
    value: str


class ToleranceModel(FileModel):
    """How far above and below is allowed, mm (of angles degrees); by what, and its source in words."""

    plus: float
    minus: float
    by: Literal["dimension", "callout", "title block", "ISO 2768", "material", "reference", "none"]
    source: str


class CharacteristicModel(FileModel):
    """A row of Form 3.

    balloon: its number in the picture; zone: field of the grid over the part, letters from below, numbers from the left
    nominal, lower, upper: in the drawing's units, of angles degrees; x, y: where the balloon points, mm
    features: what of the part it covers, such as "hole 3 size"; origin: where the requirement comes from
    """

    number: str
    balloon: int
    zone: str
    kind: str
    origin: Literal["dimension", "callout", "note", "model", "order"]
    requirement: str
    count: int
    nominal: float | None
    lower: float | None
    upper: float | None
    tolerance: ToleranceModel
    x: float | None
    y: float | None
    features: list[str]


class ArticleModel(FileModel):
    """The first article of one part; `datum` is the origin of its positions."""

    part: str
    units: Literal["mm", "in"]
    datum: tuple[float, float]
    datum_words: str
    form_1: list[FieldModel]
    form_2: list[list[FieldModel]]
    characteristics: list[CharacteristicModel]


class ArticleFile(MarkedFile):
    """First articles of all parts of one call, and the files that were written beside this one."""

    version: Literal[1] = 1
    articles: list[ArticleModel]
    files: list[str]
    findings: list[FindingModel]
