"""What the words of a drawing ask for: sizes of holes with their count, thickness, and tolerances for all the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from camcore.drawing.model import Text
from camcore.drawing.tolerances import Tolerance, stated

_NUMBER = r"\d+\s*[-\s]\s*\d+/\d+|\d+/\d+|\d*[.,]?\d+"
_COUNT = r"(?:(?P<count>\d{1,4})\s*(?:[x×]|pl(?:aces?|cs)?\b|holes?\b)\s*[-,:]?\s*)?"
_ROUND = r"(?:[⌀øØ∅]|%%c|\bdia(?:meter|\b\.?))"
_DIAMETER = re.compile(
    rf"{_COUNT}(?:(?P<lead>{_ROUND})\s*(?P<value>{_NUMBER})|(?P<bare>{_NUMBER})\s*(?:mm|in\b|\")?\s*{_ROUND})",
    re.IGNORECASE,
)
_RADIUS = re.compile(
    rf"{_COUNT}(?<![\w-])(?<!REV )(?<!REV\. )R\s*(?P<value>{_NUMBER})(?![A-Za-z])"
    rf"|{_COUNT.replace('count', 'count2')}(?P<bare>{_NUMBER})\s*R(?:AD(?:IUS)?)?\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?<![\d.,])(?P<after>\d{1,4})\s*(?:[x×](?![\d.])|pl(?:aces?|cs)?\b|holes?\b)", re.IGNORECASE)
_THICK = re.compile(
    rf"(?P<value>{_NUMBER})\s*(?P<unit>mm\b|in\b|\"|″)?\s*(?:thk|thick)\b"
    rf"|\b(?:thk|thick(?:ness)?)\s*[:=]?\s*(?P<bare>{_NUMBER})\s*(?P<unit2>mm\b|in\b|\"|″)?",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"(?<![\w.])(?:[X0#]{0,3}[.,](?P<marks>[X#]{1,4})|(?P<word>one|two|three|four|[1-4])[-\s]*pl(?:ace)?s?\b(?:\s*dec(?:imals?)?)?)(?![\w])",
    re.IGNORECASE,
)
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4}
_ANGLES = re.compile(
    r"\bang(?:les?|ular)?\b\.?\s*[:=]?\s*(?:±|\+\s*/?\s*-|%%p)\s*(?P<value>\d*[./]?\d+)\s*(?P<unit>°|deg\w*|%%d|'|′|min\w*)?"
    r"|(?:±|\+\s*/?\s*-|%%p)\s*(?P<bare>\d*[./]?\d+)\s*(?P<unit2>°|deg\w*|%%d)",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"\bISO\s*-?\s*2768\s*(?:-\s*1)?\s*[-–\s]\s*(?P<class>[fmcv])(?P<geo>[HKL])?\b|\bISO\s*-?\s*2768\s*-?\s*(?P<close>[fmcv])(?P<geo2>[HKL])?\b",
    re.IGNORECASE,
)
_ANY = re.compile(r"\b(unless\b|tol(?:erances?)?\b|general\b)", re.IGNORECASE)

CalloutKind = Literal["diameter", "radius", "thickness"]


@dataclass(frozen=True, slots=True)
class Callout:
    """A size that words ask for: `value`, `plus`, `minus` mm; count 0 where none is said; decimals as written.

    words: the line that it stands in, at (x, y) mm; number: its value as written
    """

    kind: CalloutKind
    count: int
    value: float
    decimals: int
    plus: float
    minus: float
    words: str
    x: float
    y: float
    number: str = ""


@dataclass(frozen=True, slots=True)
class General:
    """What holds where a dimension has no tolerance of its own: by count of decimals, for all, for angles in degrees.

    iso: class of ISO 2768-1 that the drawing names; said: the words of each, by count of decimals (-1 all, -2 angles,
    -3 ISO 2768)
    """

    places: dict[int, Tolerance] = field(default_factory=dict)
    every: Tolerance | None = None
    angle: float | None = None
    iso: str | None = None
    said: dict[int, str] = field(default_factory=dict)


def callouts(texts: Iterable[Text], scale: float) -> list[Callout]:
    """Sizes that the words ask for; bare numbers are units of `scale` mm."""
    return [one for text in texts for line in text.words.splitlines() for one in in_line(line, text, scale)]


def in_line(line: str, text: Text, scale: float) -> Iterator[Callout]:
    """Sizes that one line asks for; what stands between one and the next is its tolerance."""
    found = [("diameter", match) for match in _DIAMETER.finditer(line)]
    taken = [match.span() for _, match in found]
    found += [("radius", m) for m in _RADIUS.finditer(line) if not any(a < m.end() and m.start() < b for a, b in taken)]
    thick = list(_THICK.finditer(line))
    found = [
        (kind, match)
        for kind, match in found
        if not any(t.start() < match.end() and match.start() < t.end() for t in thick)
    ]
    found += [("thickness", match) for match in thick]
    found.sort(key=lambda each: each[1].start())
    ends = [*(match.start() for _, match in found), len(line)][1:]
    for (kind, match), end in zip(found, ends, strict=True):
        said = match.groupdict()
        number = said.get("value") or said.get("bare") or ""
        rest = line[match.end() : end]
        after = _AFTER.search(rest)
        count = said.get("count") or said.get("count2") or (after["after"] if after else None)
        unit = {"mm": 1.0, "in": 25.4, '"': 25.4, "″": 25.4}.get(
            (said.get("unit") or said.get("unit2") or "").lower(), scale
        )
        give = next(stated(rest, unit), Tolerance(0.0, 0.0))
        name: CalloutKind = "diameter" if kind == "diameter" else "radius" if kind == "radius" else "thickness"
        value = _value(number) * unit
        if value > 0:
            yield Callout(
                name, int(count or 0), value, _decimals(number), give.plus, give.minus, line, text.x, text.y, number
            )


def counted(words: str) -> int:
    """How many features words such as ``4X R3`` or ``.500 TYP 11X`` speak of; 0 where they do not say."""
    found = re.match(r"\s*(\d{1,4})\s*[x×]\s*(?=\D|\d)", words, re.IGNORECASE) or _AFTER.search(words)
    return int(found[1]) if found else 0


def _value(number: str) -> float:
    """Value of ``.125``, ``1/8`` or ``1 1/2``."""
    parts = re.split(r"[-\s]+", number.replace(",", ".").strip())
    total = 0.0
    for part in parts:
        top, _, bottom = part.partition("/")
        total += float(top) / float(bottom) if bottom and float(bottom) else float(top)
    return total


def _decimals(number: str) -> int:
    return len(re.split(r"[.,]", number)[1]) if re.search(r"[.,]", number) else 0


def general(texts: Sequence[Text], scale: float) -> General:
    """What the title block and the notes say of tolerances. A text ``.XXX`` and another beside it are one line."""
    lines = [" ".join(line.split()) for text in texts for line in text.words.splitlines()]
    places, said = dict[int, Tolerance](), dict[int, str]()
    every: Tolerance | None = None
    angle: float | None = None
    iso: str | None = None
    for line in [*lines, *_beside(texts)]:
        rows = list(_rows(line, scale))
        for count, give in rows:
            if count not in places:
                places[count], said[count] = give, line
        alone = next(stated(line, scale), None) if not rows and _ANY.search(line) else None
        if alone and every is None:
            every, said[-1] = alone, line
        if angle is None and (match := _ANGLES.search(line)) and (match["value"] or _ANY.search(line) or rows):
            angle, said[-2] = _degrees(match), line
        if iso is None and (match := _ISO.search(line)):
            iso, said[-3] = (match["class"] or match["close"]).lower(), line
    return General(places, every, angle, iso, said)


def _rows(line: str, scale: float) -> Iterator[tuple[int, Tolerance]]:
    """Counts of decimals that a line speaks of, each with its tolerance."""
    marks = list(_PLACES.finditer(line))
    ends = [*(match.start() for match in marks), len(line)][1:]
    for match, end in zip(marks, ends, strict=True):
        count = len(match["marks"]) if match["marks"] else _WORDS.get(match["word"].lower()) or int(match["word"])
        give = next(stated(line[match.end() : end], scale), None)
        if give:
            yield count, give


def _degrees(match: re.Match[str]) -> float:
    unit = (match["unit"] or match["unit2"] or "").lower()
    value = _value(match["value"] or match["bare"])
    return value / 60 if unit.startswith(("'", "′", "min")) else value


def _beside(texts: Sequence[Text]) -> Iterator[str]:
    """Lines of which each half is a text of its own: ``.XXX`` or ``ANGLES``, and what stands to the right of it."""
    for text in texts:
        words = text.words.strip(" =:")
        if _PLACES.fullmatch(words) or re.fullmatch(r"angles?|angular", words, re.IGNORECASE):
            level = max(text.height, 1e-3) / 2
            right = [one for one in texts if one.x > text.x and abs(one.y - text.y) <= level]
            if right:
                yield f"{words} {min(right, key=lambda one: one.x).words.strip()}"
