import json

import jsonschema
import pytest
from shop import PARTS, plan_of, setup

from camcore import formats
from camcore.formats.cut import CutFile
from camcore.toolpath.model import Kind


@pytest.mark.parametrize("process", ["laser", "mill"])
def test_cut_json_is_as_the_contract_has_it(process):
    made = plan_of(PARTS["plate"], setup(process))
    document = json.loads(CutFile.of(made, "sheet-01.nc", "some-machine").text())
    jsonschema.validate(document, formats.schema("cut"))
    assert list(document) == [
        "version", "program", "sheet", "machine", "process", "kerf", "tools", "stock_top_z", "stock_bottom_z", "cuts",
    ]  # fmt: skip
    assert (document["version"], document["program"], document["sheet"]) == (1, "sheet-01.nc", "sheet-1")
    assert (document["stock_top_z"], document["stock_bottom_z"]) == (0.0, -1.5)
    assert document["kerf"] == (pytest.approx(0.145) if process == "laser" else 0.0)
    assert document["tools"].get("1") == (None if process == "laser" else 3.175)
    assert len(document["cuts"]) == len(made.cuts)
    assert [cut["kind"] for cut in document["cuts"]] == [cut.kind.value for cut in made.cuts]
    outline = next(cut for cut in document["cuts"] if cut["kind"] == "outline")
    assert set(outline) == {"part", "placement", "kind", "index", "tool", "tabs"}
    assert len(outline["tabs"]) == len(next(c for c in made.cuts if c.kind is Kind.OUTLINE).tabs)
    assert all(len(tab) == 3 for tab in outline["tabs"])


def test_same_plan_same_bytes_and_unknown_keys_are_refused():
    texts = {CutFile.of(plan_of(PARTS["bobbin"], setup("mill")), "a.nc", "m").text() for _ in range(2)}
    assert len(texts) == 1
    document = json.loads(texts.pop())
    assert CutFile.model_validate(document).text().strip() == json.dumps(document, indent=1, ensure_ascii=False)
    with pytest.raises(ValueError, match="Extra inputs"):
        CutFile.model_validate(document | {"more": 1})


@pytest.mark.parametrize("process", ["laser", "mill"])
def test_feeds_are_told_with_status_and_source(process):
    """No stroke is faster than told; status and source are those of the report's table; what the job states is its."""
    figures = {"feed", "power"} if process == "laser" else {"feed", "plunge", "rpm", "step"}
    for chosen, status in ((setup(process), None), (setup(process, feed=777.0), "job")):
        made = plan_of(PARTS["plate"], chosen)
        document = json.loads(CutFile.of(made, "sheet-01.nc", "m", chosen).text())
        jsonschema.validate(document, formats.schema("cut"))
        feeds = document["feeds"]
        assert set(feeds) == ({"cut", "mark", "score"} if process == "laser" else set(document["tools"]))
        for name, one in feeds.items():
            assert set(one) == figures | ({"pierce"} if name == "cut" and chosen.laser.pierce else set())
            assert all(figure["value"] > 0 and figure["status"] and figure["source"] for figure in one.values())
        for cut in made.cuts:
            marks = "cut" if cut.kind in (Kind.HOLE, Kind.OUTLINE) else "mark"
            told = feeds[marks if process == "laser" else str(cut.tool)]["feed"]
            if marks == "cut":
                assert told["status"] == (status or chosen.sources["feed"].partition(":")[0])
            assert max((stroke.feed for stroke in cut.strokes), default=0.0) <= told["value"] * (1 + 1e-6)
