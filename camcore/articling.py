"""The `article` command: drawings or a job to first articles, their forms, pictures and article.json."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import Field

from camcore import drawing, material, part, tomlfile
from camcore import job as jobs
from camcore.drawing import Drawing
from camcore.files import write_whole
from camcore.findings import CamError, Finding, errors
from camcore.formats.article import (
    ArticleFile,
    ArticleModel,
    CharacteristicModel,
    FieldModel,
    ToleranceModel,
)
from camcore.formats.common import FindingModel
from camcore.intake import gather
from camcore.job import Job, Words
from camcore.lengths import thickness_of
from camcore.material.model import Material
from camcore.papers.article import Article, Order, article, firsts
from camcore.papers.characteristic import Characteristic
from camcore.papers.forms import Facts, form_1, form_2
from camcore.papers.forms import Field as FormField
from camcore.part import Part

DIGITS = 6
_GENERAL = re.compile(r"iso[-\s]?2768[-\s]?(?:1[-\s]?)?(?P<class>[fmcv])", re.IGNORECASE)
PageSize = Literal["A4", "letter"]


class FactsFile(tomlfile.Strict):
    """What the order says, a TOML file for `--facts`; fields of Forms 1 and 2 by name, printed as given."""

    number: Words | None = None
    name: Words | None = None
    serial: Words | None = None
    fair: Words | None = None
    revision: Words | None = None
    drawing: Words | None = None
    drawing_revision: Words | None = None
    changes: Words | None = None
    process: Words | None = None
    organization: Words | None = None
    supplier_code: Words | None = None
    purchase_order: Words | None = None
    specification: Words | None = None
    supplier: Words | None = None
    certificate: Words | None = None
    lot: Words | None = None
    export_control: str | None = Field(default=None, min_length=1, max_length=600)


@dataclass(frozen=True, slots=True)
class Ask:
    """What the call says beside the files; lengths in mm or with their unit, None where it says nothing."""

    material: str | None = None
    thickness: str | None = None
    general: str | None = None
    units: str | None = None
    facts: Path | None = None
    page: PageSize | None = None
    materials: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A part to be inspected, with its drawing, all parts of that drawing, and what is known of its order."""

    part: Part
    drawing: Drawing
    parts: tuple[Part, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Articled:
    """The articles with what was written and found."""

    articles: tuple[Article, ...]
    document: ArticleFile
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """0, or 1 where a drawing has errors, so that something of a part may be missing."""
        return int(bool(errors(self.findings)))


def write(files: Sequence[Path], out: Path, ask: Ask) -> Articled:
    """First articles of all parts of the drawings, or of a job, written into `out`.

    Raises CamError for what cannot be read; E985 where nothing is left to inspect, E986 for words of the call that
    make no sense; OSError where `out` cannot be written.
    """
    entries, order, found = _asked(files, ask)
    if not entries:
        advice = "`camcore read` tells what the drawing holds"
        raise CamError([*found, Finding("E985", "no part to inspect", advice, str(files[0]))])
    articles = [article(each.part, each.drawing, each.parts, order) for each in entries]
    found = (*found, *(finding for each in articles for finding in each.findings))
    out.mkdir(parents=True, exist_ok=True)
    names = _names([each.part.id for each in entries])
    written = [
        name
        for each, entry, stem in zip(articles, entries, names, strict=True)
        for name in _papers(each, entry.facts, out, stem, ask.page)
    ]
    models = [_model(each, entry.facts) for each, entry in zip(articles, entries, strict=True)]
    told = [FindingModel.of(finding) for finding in found]
    document = ArticleFile(articles=models, files=written, findings=told)
    document = document.marked(entries[0].facts.marking or None)
    write_whole(out / "article.json", document.text())
    return Articled(tuple(articles), document, tuple(found))


def _names(ids: Sequence[str]) -> list[str]:
    """A file's stem for each part, no two the same whatever the case."""
    stems: list[str] = []
    for name in ids:
        stem = re.sub(r"[^\w.+-]", "-", name)
        while stem.casefold() in {other.casefold() for other in stems}:
            stem += "-again"
        stems.append(stem)
    return stems


def _papers(each: Article, facts: Facts, out: Path, stem: str, page: PageSize | None) -> Iterator[str]:
    """Forms as workbook and PDF, pictures as PDF, SVG and PNG; their names."""
    from camcore.papers.article_pdf import forms, pictures
    from camcore.papers.article_xlsx import workbook
    from camcore.papers.balloon_png import balloon_png
    from camcore.papers.balloon_svg import balloon_svg
    from camcore.papers.pictured import pictured

    size: PageSize = page or ("letter" if each.scale.unit == "in" else "A4")
    picture = pictured(each, facts.number or each.part.id, facts.marking)
    made: dict[str, str | bytes] = {
        f"{stem}.as9102.xlsx": workbook(each, facts, size),
        f"{stem}.as9102.pdf": forms(picture, facts, size),
        f"{stem}.balloons.pdf": pictures(picture, facts, size),
    }
    for k in range(len(picture.windows)):
        number = f"-{k + 1}" if len(picture.windows) > 1 else ""
        made[f"{stem}.balloons{number}.svg"] = balloon_svg(picture, k)
        made[f"{stem}.balloons{number}.png"] = balloon_png(picture, k)
    for name, content in made.items():
        write_whole(out / name, content)
        yield name


# -- what is asked ------------------------------------------------------------------------------------------------


def _asked(files: Sequence[Path], ask: Ask) -> tuple[list[_Entry], Order, tuple[Finding, ...]]:
    own = tomlfile.load(ask.facts, FactsFile) if ask.facts else FactsFile()
    iso = _iso(ask.general)
    if files[0].suffix == ".toml":
        if len(files) > 1:
            raise CamError(Finding("E986", "a job stands alone", "give one job, or drawings"))
        return _of_job(files[0], ask, own, iso)
    stuff = material.load(ask.material, ask.materials) if ask.material else None
    order = Order(stuff, _thickness(ask.thickness), iso)
    entries, found = list[_Entry](), list[Finding]()
    for path in files:
        sheet = drawing.read(path, ask.units)
        parts = part.find(sheet)
        found += parts.findings
        said = _facts(Facts(drawing=path.stem), own, stuff)
        kept = set(firsts(parts.parts).values())
        entries += [_Entry(one, sheet, parts.parts, said) for one in parts.parts if one.id in kept]
    return entries, order, tuple(found)


def _of_job(path: Path, ask: Ask, own: FactsFile, iso: str | None) -> tuple[list[_Entry], Order, tuple[Finding, ...]]:
    job = jobs.load(path)
    materials = ask.materials or (jobs.beside(path, job.materials) if job.materials else None)
    stuff = material.load(ask.material or job.material, materials)
    taken = gather(job, path, pockets=True)
    demands = [demand.part for demand in taken.demands]
    entries = []
    for one in demands:
        sheet = taken.drawings[one.id]
        mates = part.find(sheet).parts or (one,)
        entries.append(_Entry(one, sheet, mates, _facts(_said(job, one), own, stuff)))
    thickness = _thickness(ask.thickness) or job.thickness
    return entries, Order(stuff, thickness, iso), taken.findings


def _said(job: Job, one: Part) -> Facts:
    """What the job says of a part."""
    stem = one.id.partition("#")[0]
    entry = next((each for each in job.parts if (each.part or Path(each.drawing).stem) in (one.id, stem)), None)
    lots = sorted({sheet.lot for sheet in job.sheets if sheet.lot})
    papers_of = sorted({sheet.certificate for sheet in job.sheets if sheet.certificate})
    return Facts(
        number=(entry.number if entry else None) or "",
        name=(entry.title if entry else None) or "",
        revision=(entry.revision if entry else None) or "",
        drawing=Path(entry.drawing).stem if entry else stem,
        process=job.name,
        organization=job.papers.company or "",
        purchase_order=job.papers.order or "",
        lot=lots[0] if len(lots) == 1 else "",
        certificate=papers_of[0] if len(papers_of) == 1 else "",
        marking=job.papers.export_control or "",
    )


def _facts(said: Facts, own: FactsFile, stuff: Material | None) -> Facts:
    """What is known, the call's own facts before all others."""
    if stuff:
        mil = stuff.entry.mil.value if stuff.entry.mil else ""
        said = replace(said, material=stuff.title, specification=mil or stuff.entry.nema)
    given = own.model_dump(exclude_none=True)
    marking = given.pop("export_control", said.marking)
    return replace(said, **given, marking=marking)


def _thickness(text: str | None) -> float:
    return 0.0 if text is None else thickness_of(text, "E986")


def _iso(text: str | None) -> str | None:
    if text is None:
        return None
    found = _GENERAL.fullmatch(text.strip())
    if not found:
        raise CamError(Finding("E986", f"there is no general tolerance {text!r}", "say iso2768-f, -m, -c or -v"))
    return found["class"].lower()


# -- article.json -------------------------------------------------------------------------------------------------


def _model(each: Article, facts: Facts) -> ArticleModel:
    x, y = each.datum
    return ArticleModel(
        part=each.part.id,
        units=each.scale.unit,
        datum=(_clean(x), _clean(y)),
        datum_words=each.datum_words,
        form_1=[_field(field) for field in form_1(facts)],
        form_2=[[_field(field) for field in row] for row in form_2(facts)[:1]],
        characteristics=[_row(row, each) for row in each.characteristics],
    )


def _field(field: FormField) -> FieldModel:
    return FieldModel(number=field.number, title=field.title, value=field.value)


def _row(row: Characteristic, each: Article) -> CharacteristicModel:
    draft, given = row.draft, row.draft.given
    unit = 1.0 if draft.kind == "angle" else each.scale.mm
    return CharacteristicModel(
        number=row.number,
        balloon=row.balloon,
        zone=row.zone,
        kind=draft.kind,
        origin=draft.origin,
        requirement=row.requirement,
        count=draft.count,
        nominal=None if draft.nominal is None else _clean(draft.nominal / unit),
        lower=row.lower,
        upper=row.upper,
        tolerance=ToleranceModel(plus=_clean(given.plus), minus=_clean(given.minus), by=given.by, source=given.source),
        x=None if draft.at is None else _clean(draft.at[0]),
        y=None if draft.at is None else _clean(draft.at[1]),
        features=list(draft.features),
    )


def _clean(value: float) -> float:
    return round(float(value), DIGITS) + 0.0


def text(made: Articled) -> str:
    """Each article in a line."""
    return "".join(f"{_line(each)}\n" for each in made.articles)


def _line(each: Article) -> str:
    rows = each.characteristics
    model = sum(row.draft.origin == "model" for row in rows)
    limited = sum(row.draft.given.by not in ("none", "reference") for row in rows)
    return f"{each.part.id}: {len(rows)} characteristics, {model} of them not dimensioned; {limited} with a tolerance"
