"""Real drawings by others, against what a person says that a reader should find in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import DATA

from camcore.drawing import Operation, read
from camcore.findings import CamError, errors
from camcore.part import Parts, find

INDEX = DATA / "dxf" / "index.json"
RECORDS: list[dict[str, Any]] = json.loads(INDEX.read_text("utf-8")) if INDEX.is_file() else []
NAMES = [record["file"] for record in RECORDS]


@dataclass(frozen=True)
class Other:
    """What a drawing gives where the index asks for something else, or for nothing that can be counted."""

    why: str
    parts: int | None = None
    holes: int | None = None
    size: tuple[float, float] | None = None
    codes: tuple[str, ...] = ()


OTHERWISE = {
    "openscad__openscad__polygon-self-intersect.dxf": Other(
        "a bow tie has no inside: an error, no part", 0, 0, None, ("E203",)
    ),
    "OpticsBench__laser-cut-optics-bench__HolderClamp.dxf": Other(
        "two slots run 1 mm over the edge: cut out of it, the box stays", 6, 11, (257.2208, 65), ("W226",)
    ),
    "Eomys__pyleecan__prius_test.dxf": Other(
        "magnets share edges: an error, their outermost edge as a hole", 1, 1, None, ("E202",)
    ),
    "sanworks__Bpod-CAD__Mousebox_4_5mm_Clear.dxf": Other(
        "a flat mesh, read by its rim and told", 1, 1, (132.0148, 190.0216), ("W116",)
    ),
    "haplokuon__netDxf__sample_binary.dxf": Other("one of everything, no part", codes=("E107", "E201")),
    "openscad__openscad__nothing-decimal-comma-separated.dxf": Other("decimal commas", codes=("E102",)),
    "arbaev__dxf-kit__linetypes.dxf": Other("subclass markers missing: ezdxf cannot recover it", codes=("E101",)),
    "joco-nz__dxf2gcode-plasma__toe_test.dxf": Other("all of it in paper space", 0, 0, None, ("E106",)),
}
"""Honest exceptions, each with its reason."""

REFUSED = (("E101",), ("E102",))
"""Codes of files that are not read at all."""

TOLD = {
    "JamesBremner__DXF_Viewer__HFP1JZ.dxf": ("I120",),
    "landrs-toolkit__LANDRs-Science-Drone__BatPlateBtFlyNut.dxf": ("I120",),
    "Laser4DIY__Laser4DIY_Enclosure__laserenclosure4_v8_bracketleft.dxf": ("I120",),
    "Laser4DIY__Laser4DIY_Enclosure__hole_cover.dxf": ("W210", "W211"),
    "jpconstantineau__ErgoTravel__mids_only_DFM8.dxf": ("W212",),
    "josefprusa__Prusa3__mini-plate.dxf": ("W212",),
    "josefprusa__Prusa3-vanilla__alu-frame.dxf": ("W211", "W213", "W223"),
    "joco-nz__dxf2gcode-plasma__1997_simplified_doppelte_linien.dxf": ("W211",),
    "skymakerolof__dxf__issue39.dxf": ("W123", "I120"),
    "gentoos163__polygon_packing_algorithm__art-3876_1_lapa.dxf": ("W216",),
    "joco-nz__dxf2gcode-plasma__BreakExample_Circle.dxf": ("I120",),
    "oizom-iot__airowl__Front_facia_1mm.dxf": ("W214", "W216", "W217"),
    "joco-nz__dxf2gcode-plasma__Lueftergitter_R14.dxf": ("W220",),
    "mozman__ezdxf__AC1003_LINE_Example.dxf": ("W110", "W213"),
    "mozman__ezdxf__empty_handles.dxf": ("W110",),
    "technomancy__atreus__atreus_case.dxf": ("W110", "I222"),
    "jpconstantineau__ErgoTravel__Bottom_Plate-Edge.Cuts.dxf": ("W210", "W215"),
}
"""What a drawing's findings have to say beside its parts."""


def true_units(record: dict[str, Any]) -> str | None:
    """The unit that the index names, for drawings that do not say it themselves."""
    if record["insunits_in_file"]:
        return None
    said = record["units_truth"] or ""
    return "m" if "metre" in said else "in" if "inch" in said else "mm"


def size(parts: Parts, scale: float) -> tuple[float, float]:
    """Width and height of all parts together, in the drawing's own units."""
    whole = parts.parts[0].box
    for part in parts.parts:
        whole = whole.union(part.box)
    return whole.width / scale, whole.height / scale


def expected(record: dict[str, Any]) -> Other:
    """What the record asks for, or the honest exception."""
    if record["file"] in OTHERWISE:
        return OTHERWISE[record["file"]]
    should = record["should_find"]
    wanted = (should["width"], should["height"])
    return Other("", should["parts"], should["holes"], wanted, TOLD.get(record["file"], ()))


@pytest.mark.skipif(not RECORDS, reason=f"no drawings at {INDEX}")
@pytest.mark.parametrize("record", RECORDS, ids=NAMES)
def test_what_it_holds(record: dict[str, Any]) -> None:
    wanted, path = expected(record), DATA / "dxf" / record["file"]
    if wanted.codes in REFUSED:
        with pytest.raises(CamError) as caught:
            read(path, true_units(record))
        assert tuple(finding.code for finding in caught.value.findings) == wanted.codes
        return
    drawing = read(path, true_units(record))
    parts = find(drawing)
    assert set(wanted.codes) <= {finding.code for finding in parts.findings}
    assert sum(drawing.tally.values()) == len({shape.entity for shape in drawing.shapes})
    if wanted.parts is not None:
        assert len(parts.parts) == wanted.parts
        assert sum(len(part.holes) for part in parts.parts) == wanted.holes
    if wanted.size:
        assert size(parts, drawing.scale) == pytest.approx(wanted.size, rel=1e-4)
    if record["file"] not in OTHERWISE:
        assert not errors(parts.findings)


@pytest.mark.skipif(not RECORDS, reason=f"no drawings at {INDEX}")
@pytest.mark.parametrize("record", RECORDS, ids=NAMES)
def test_units_are_never_made_up(record: dict[str, Any]) -> None:
    try:
        drawing = read(DATA / "dxf" / record["file"])
    except CamError:
        return
    unknown = not record["insunits_in_file"]
    assert (drawing.units is None) == unknown
    assert ("E103" in {finding.code for finding in drawing.findings}) == unknown


def named(data: Path, part_of_name: str) -> Path:
    (path,) = (data / "dxf").glob(f"*{part_of_name}*")
    return path


def test_the_window_with_the_gap_closes_when_asked(data: Path) -> None:
    parts = find(read(named(data, "alu-frame")), tolerance=1.5)
    assert (len(parts.parts), sum(len(part.holes) for part in parts.parts)) == (2, 44)
    gap = next(finding for finding in parts.findings if finding.code == "W212")
    assert gap.where["size"] == pytest.approx(2**0.5)
    assert (gap.where["x"], gap.where["y"]) == pytest.approx((290.5, 50.5))
    assert len(parts.parts[0].marks) > 0


def test_spline_circles_are_circles(data: Path) -> None:
    (part,) = find(read(named(data, "hole_cover"), "mm")).parts
    assert all(hole.as_circle() for hole in part.holes)
    assert {len(hole) for hole in part.holes} == {2}


def test_corners_of_splines_stay(data: Path) -> None:
    parts = find(read(named(data, "Lueftergitter"), "mm")).parts
    assert sum(part.area for part in parts) == pytest.approx(1407.919, rel=1e-4)
    assert sum(part.outline.as_circle() is not None for part in parts) == 4


def test_the_binary_file_has_all_that_its_text_has(data: Path) -> None:
    drawing = read(named(data, "sample_binary"))
    assert drawing.units == "mm"
    assert sum(drawing.tally.values()) == 63
    assert drawing.tally[Operation.REPORT] >= 3


def test_every_exception_is_a_file(data: Path) -> None:
    assert set(OTHERWISE) | set(TOLD) <= set(NAMES)
    assert len(NAMES) == 34
