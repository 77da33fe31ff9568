"""Tasks from nest.json and cut.json, and verify.json."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proof_cases import HOLE, OUTLINE, PROOFS, TABS

from camcore.findings import CamError
from camcore.formats.common import contour
from camcore.formats.task import task
from camcore.formats.verify import ProgramModel, VerifyFile
from camcore.geometry import Curve
from camcore.verify import inspect, verify
from camcore.verify.model import Running

NEST: dict[str, Any] = {
    "version": 1,
    "units": "mm",
    "parts": [{"id": "plate", "quantity": 1, "outline": contour(OUTLINE), "holes": [contour(HOLE)]}],
    "sheets": [
        {
            "id": "sheet-1",
            "outline": contour(Curve.rectangle(60, 44)),
            "holes": [],
            "placements": [{"part": "plate", "x": 10, "y": 10, "rotation": 0, "mirror": False}],
            "yield": 0.4,
        }
    ],
}
CUT: dict[str, Any] = {
    "version": 1,
    "program": "sheet-01.nc",
    "sheet": "sheet-1",
    "process": "laser",
    "kerf": 0.2,
    "cuts": [{"part": "plate", "placement": 0, "kind": kind, "index": 0} for kind in ("mark", "hole", "outline")],
}


def codes(nest: Any, cut: Any, sheet: str | None = None) -> list[str]:
    with pytest.raises(CamError) as caught:
        task(nest, cut, sheet)
    assert all(finding.file for finding in caught.value.findings)
    return [finding.code for finding in caught.value.findings]


def changed(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    other = copy.deepcopy(document)
    at = other
    for word in path[:-1]:
        at = at[word]
    at[path[-1]] = value
    return other


def test_documents_prove_a_program_as_the_task_does() -> None:
    proof = PROOFS["grbl-laser"]
    verdict = inspect(proof.text, proof.machine, task(NEST, CUT))
    assert verdict.proven
    assert [finding.code for finding in verdict.findings] == ["W767"]


def test_an_unknown_mark_still_must_not_go_through() -> None:
    proof = PROOFS["grbl-laser"]
    deep = proof.text.replace("S150", "S800").replace("F3000", "F1200")
    assert "E761" in [finding.code for finding in inspect(deep, proof.machine, task(NEST, CUT)).findings]


def test_a_drilled_hole_in_the_documents_is_one_of_the_holes() -> None:
    proof = PROOFS["grbl-mill"]
    holes = [contour(HOLE), contour(Curve.circle(10, 6, 1.5))]
    cuts = [
        {"part": "plate", "placement": 0, "kind": "drill", "index": 1, "tool": 1},
        {"part": "plate", "placement": 0, "kind": "hole", "index": 0, "tool": 1},
        {"part": "plate", "placement": 0, "kind": "outline", "tool": 1, "tabs": TABS},
    ]
    process = {"version": 1, "process": "mill", "tools": {"1": 3.0}, "stock_bottom_z": -1.6, "cuts": cuts}
    verdict = inspect(proof.text, proof.machine, task(changed(NEST, ("parts", 0, "holes"), holes), process))
    assert [finding for finding in verdict.findings if finding.code.startswith("E")] == []


def test_drill_points_that_the_documents_lack_are_told_and_let_pass() -> None:
    proof = PROOFS["linuxcnc-mill"]
    cuts = [
        {"part": "plate", "placement": 0, "kind": "drill", "index": 0, "tool": 2},
        {"part": "plate", "placement": 0, "kind": "hole", "index": 0, "tool": 1},
        {"part": "plate", "placement": 0, "kind": "outline", "tool": 1, "tabs": TABS},
    ]
    tools = {"1": 3.0, "2": 1.0}
    process = {"version": 1, "process": "mill", "tools": tools, "stock_bottom_z": -1.6, "cuts": cuts}
    verdict = inspect(proof.text, proof.machine, task(NEST, process))
    assert [finding.code for finding in verdict.findings] == ["W767"]
    milled = proof.text.replace("N90 G80", "N90 G80\nG1 Z-1.8 F200\nX22")
    assert "E750" in [finding.code for finding in inspect(milled, proof.machine, task(NEST, process)).findings]


@pytest.mark.parametrize("sheet", ["1", "sheet-1", None])
def test_a_sheet_is_named_by_number_or_id(sheet: str | None) -> None:
    assert task(NEST, CUT, sheet).sheet == "sheet-1"


@pytest.mark.parametrize("sheet", ["0", "2", "sheet-2", "-1", "x"])
def test_another_sheet_is_a_finding(sheet: str) -> None:
    assert codes(NEST, CUT, sheet) == ["E771"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("units",), "in"),
        (("parts", 0, "outline"), [[0, 0, 0]]),
        (("parts", 0, "outline"), [[0, 0], [1, 0], [1, 1]]),
        (("parts", 0, "outline"), [[0, 0, 0], [1, 0, 0]]),
        (("parts", 0, "outline"), "square"),
        (("parts", 0, "outline"), [[0, 0, 0], [1e9, 0, 0], [1e9, 1e9, 0]]),
        (("sheets",), []),
        (("sheets", 0, "placements", 0, "x"), None),
    ],
)
def test_a_nest_of_another_shape_is_a_finding(path: tuple[str | int, ...], value: Any) -> None:
    assert set(codes(changed(NEST, path, value), CUT)) == {"E770"}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("process",), "plasma", "E770"),
        (("cuts", 0, "kind"), "bend", "E770"),
        (("cuts", 0, "placement"), -1, "E770"),
        (("tools",), {"one": 3.0}, "E770"),
        (("kerf",), 1e6, "E770"),
        (("feeds",), {"1": {"feed": {"value": 900.0}}}, "E770"),
        (("feeds",), {"cut": {"feed": {"value": 0}}}, "E770"),
        (("feeds",), {"cut": {"power": {"value": 1}}}, "E770"),
        (("mark_depth",), -1, "E770"),
        (("cuts", 0, "placement"), 1, "E771"),
        (("cuts", 0, "part"), "other", "E771"),
        (("cuts", 1, "index"), 1, "E771"),
        (("kerf",), 0, "E771"),
        (("process",), "mill", "E771"),
    ],
)
def test_a_process_of_another_shape_is_a_finding(path: tuple[str | int, ...], value: Any, code: str) -> None:
    assert set(codes(NEST, changed(CUT, path, value))) == {code}


def test_feeds_of_a_mill_go_by_the_numbers_of_its_tools() -> None:
    mill = {**CUT, "process": "mill", "tools": {"1": 3.0}, "stock_bottom_z": -1.6, "cuts": []}
    feeds = {"feed": {"value": 800.0}, "plunge": {"value": 200.0, "status": "job", "source": ""}}
    assert task(NEST, {**mill, "feeds": {"1": feeds}}).running == {"1": Running(800.0, 200.0)}
    assert codes(NEST, {**mill, "feeds": {"end mill": feeds}}) == ["E770"]


def test_all_errors_come_at_once() -> None:
    bad = changed(changed(NEST, ("parts", 0, "id"), "other"), ("sheets", 0, "placements", 0, "part"), "none")
    assert codes(bad, CUT) == ["E771"] * 4


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@given(st.sampled_from([NEST, CUT]), JSON, st.data())
def test_no_document_brings_it_down(document: Any, value: Any, data: st.DataObject) -> None:
    path, at = [], document
    while isinstance(at, dict | list) and at and data.draw(st.booleans()):
        path.append(data.draw(st.sampled_from(sorted(at)) if isinstance(at, dict) else st.integers(0, len(at) - 1)))
        at = at[path[-1]]
    damaged = changed(document, tuple(path), value) if path else value
    documents = (damaged, CUT) if document is NEST else (NEST, damaged)
    with contextlib.suppress(CamError):
        inspect(PROOFS["grbl-laser"].text, PROOFS["grbl-laser"].machine, task(*documents))


def test_verify_json_holds_every_check_and_figure() -> None:
    proof = PROOFS["grbl-mill"]
    verdict = verify(proof.text, proof.machine, proof.task).verdict
    file = VerifyFile(programs=[ProgramModel.of(verdict, "sheet-01.nc", proof.machine.name, proof.task.sheet)])
    document = json.loads(file.text())
    program = document["programs"][0]
    assert program["proven"] is True
    assert [check["name"] for check in program["checks"]] == [checked.name for checked in verdict.checks]
    assert {"gouge", "uncut", "order", "edge"} <= {check["name"] for check in program["checks"]}
    assert VerifyFile.model_validate(document) == file
