"""Random damage to valid drawings: findings come of it, never a traceback, a hang or memory without bounds.

A short run by default; CAMCORE_DAMAGE=20000 in the environment asks for that many, CAMCORE_DAMAGE_SEED for others.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import drawn
import ezdxf
import pytest
from drawn import MM
from test_drawing import everything

from camcore.drawing import read, rules
from camcore.drawing.rules import LayerRules, Rule
from camcore.findings import CamError
from camcore.part import find

CASES = int(os.environ.get("CAMCORE_DAMAGE", "120"))
SEED = int(os.environ.get("CAMCORE_DAMAGE_SEED", "5"))
SECONDS = 5.0
MEGABYTES = 1500
"""What the process may hold after all cases."""

WORDS = ["-1", "0", "1e308", "nan", "inf", "99999999", "1,5", "", "ENDSEC", "LINE", "INSERT", "\x00", "ÿ", "0.0", "B"]
CODES = ["0", "2", "8", "10", "11", "20", "40", "41", "42", "62", "67", "70", "71", "210", "1", "5", "330", "-3"]
WORDY = LayerRules(
    version=1,
    rules=(
        Rule(name="all words", operation="mark", type=("TEXT", "MTEXT", "ATTRIB")),
        Rule(name="all hatches", operation="cut", type=("HATCH",)),
        Rule(name="strips", operation="cut", type=("LWPOLYLINE", "POLYLINE"), width="outline"),
        *rules.shipped().rules,
    ),
    quantities=(r"(?P<count>\d+)",),
)


def bytes_changed(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 30)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut_short(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def stretch_doubled(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    stretch = data[start : start + rng.randint(1, 4000)]
    at = rng.randrange(len(data))
    return data[:at] + stretch * rng.randint(1, 3) + data[at:]


def stretch_lost(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randint(1, 3000) :]


def lines_changed(data: bytes, rng: random.Random) -> bytes:
    """Values, codes and whole tags of the entities and blocks, which are what a drawing is made of."""
    lines = data.split(b"\n")
    first = next((k for k, line in enumerate(lines) if line.strip() == b"BLOCKS"), 0)
    for _ in range(rng.randint(1, 12)):
        if len(lines) <= first:
            break
        k = rng.randrange(first, len(lines))
        how = rng.randrange(4)
        if how == 0:
            lines[k] = rng.choice(WORDS).encode()
        elif how == 1:
            lines[k] = rng.choice(CODES).encode()
        elif how == 2:
            del lines[k : k + rng.randint(1, 4)]
        else:
            lines[k] = lines[rng.randrange(first, len(lines))]
    return b"\n".join(lines)


HARMS: list[Callable[[bytes, random.Random], bytes]] = [
    bytes_changed,
    cut_short,
    stretch_doubled,
    stretch_lost,
    lines_changed,
    lines_changed,
    lines_changed,
]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """One of everything as text of three releases and as binary."""
    folder, found = tmp_path_factory.mktemp("originals"), []
    for release, fmt in (("R12", "asc"), ("R2000", "asc"), ("R2018", "asc"), ("R2010", "bin")):
        document = ezdxf.new(release)
        document.header["$INSUNITS"] = MM
        everything(document.modelspace()) if release != "R12" else simple(document.modelspace())
        path = folder / f"{release}.dxf"
        document.saveas(path, fmt=fmt)
        found.append(path.read_bytes())
    document = ezdxf.new("R2010", setup=["styles"])
    sayings(document.modelspace())
    document.saveas(folder / "sayings.dxf")
    return [*found, (folder / "sayings.dxf").read_bytes()]


def sayings(msp: ezdxf.layouts.Modelspace) -> None:
    """Dimensions, notes, a frame with a title block, pockets, strips, a multiline."""
    drawn.rectangle(msp, 10, 10, 400, 277)
    drawn.rectangle(msp, 230, 10, 180, 40)
    drawn.rectangle(msp, 30, 80, 80, 60)
    msp.add_circle((50, 100), 5, dxfattribs={"layer": "POCKET_1.5"})
    msp.add_text("TITLE", height=4, dxfattribs={"insert": (300, 20)})
    msp.add_linear_dim((0, -10), (0, 0), (100, 0), override={"dimtol": 1, "dimtp": 0.05, "dimtm": 0.02}).render()
    msp.add_diameter_dim((50, 30), radius=5, angle=30, text="%%c10 H7").render()
    msp.add_linear_dim((0, -30), (0, 0), (100, 0), text="99 {\\S+0.10^-0.05;}").render()
    msp.new_entity("TOLERANCE", {"insert": (70, 70), "content": "{\\Fgdt;j}%%v0.08%%vA"})
    leader = msp.add_multileader_mtext("Standard")
    leader.set_content("2X TAP M4")
    leader.build(insert=ezdxf.math.Vec2(30, 30))
    msp.add_mline([(10, 10), (50, 10), (50, 40)])
    msp.add_lwpolyline([(150, 80, 0.5), (200, 80, 0), (200, 120, 0)], format="xyb", dxfattribs={"const_width": 3})


def simple(msp: ezdxf.layouts.Modelspace) -> None:
    """What R12 knows."""
    msp.add_polyline2d([(0, 0, 0.5), (50, 0, 0), (50, 40, 0)], format="xyb", close=True)
    msp.add_circle((20, 10), 5)
    msp.add_arc((20, 10), 2, 0, 120)
    msp.add_text("QTY 4", height=3)
    msp.doc.blocks.new("B").add_line((0, 0), (1, 1))
    msp.add_blockref("B", (1, 1), dxfattribs={"row_count": 3, "column_count": 2})


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"it takes more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 4 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def harmed(originals: list[bytes], case: int) -> bytes:
    rng = random.Random(SEED * 1_000_003 + case)
    data = rng.choice(originals)
    for _ in range(rng.randint(1, 2)):
        data = rng.choice(HARMS)(data, rng) or b"\n"
    return data


def test_damage_gives_findings_and_nothing_else(originals: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "harmed.dxf"
    for case in range(CASES):
        path.write_bytes(harmed(originals, case))
        before = time.process_time()
        try:
            with stopped_after(SECONDS):
                parts = find(read(path, rules=WORDY if case % 2 else None))
            assert all(finding.message for finding in parts.findings)
        except CamError:
            pass
        except Exception as error:
            raise AssertionError(f"case {case} of seed {SEED}: {type(error).__name__}: {error}") from error
        assert time.process_time() - before < SECONDS, f"case {case} of seed {SEED}"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 < MEGABYTES
