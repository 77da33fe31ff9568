"""How large the report of a sheet with 500 parts is, and how soon a browser has drawn it.

Example: python -m benchmarks.report --out out/report-500

The job is made of drawings of the sample fr4-kit. Drawn is: two frames after the page's script has run; the best of
several loads, beside the same for an empty page, so that a slow machine shows.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

from camcore.ready import Budget
from camcore.run import run

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "fr4-kit"
PARTS = {"spacers": 100, "hub-disc": 60, "gusset": 40, "support-ring": 40, "c-frame": 60}
"""Drawings and how many of each; that of the spacers holds three parts."""
LOADS = 5
DRAWN = (
    """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""
)
SEEK = """() => {
  const slider = document.querySelector(".player input");
  const start = performance.now();
  for (let i = 0; i <= 100; i++) { slider.value = 10 * i; slider.dispatchEvent(new Event("input")); }
  return (performance.now() - start) / 101;
}"""


def main() -> int:
    """The command; returns its exit code: 0 when the report keeps within 5 MB and 2 s."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("out/report-500"))
    parser.add_argument("--browser", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measured(report(given.out), given.browser)
    if given.json:
        print(json.dumps(found, indent=1))
    else:
        print("".join(f"{name}: {value:,.4g}\n" for name, value in found.items()), end="")
    return int(found["megabytes"] > 5 or found["drawn_seconds"] > 2)


def report(out: Path, parts: dict[str, int] | None = None) -> Path:
    """The report of the job, made anew unless `out` has one."""
    path = out / "run" / "report.html"
    if not path.is_file():
        out.mkdir(parents=True, exist_ok=True)
        (out / "job.toml").write_text(_job(parts or PARTS), "utf-8")
        started = time.perf_counter()
        outcome = run(out / "job.toml", out / "run", Budget())
        spent = {stage: round(seconds, 1) for stage, seconds in outcome.seconds.items()}
        sys.stderr.write(f"run in {time.perf_counter() - started:.0f} s: {spent}\n")
    return path


def _job(parts: dict[str, int]) -> str:
    rows = [f'[[parts]]\ndrawing = "{SAMPLE / name}.dxf"\nquantity = {count}\n' for name, count in parts.items()]
    return "\n".join(
        [
            'version = 1\nname = "report-500"\nmachine = "generic-linuxcnc-mill"\nmaterial = "fr4"\nthickness = 1.57\n',
            *rows,
            "[[sheets]]\nsize = [1290, 2590]\n\n[nesting]\neffort = 1000\n",
        ]
    )


def measured(path: Path, browser: str) -> dict[str, float]:
    """Pieces, size, seconds until it is drawn, the same of an empty page, and seconds of a step of the slider."""
    from playwright.sync_api import sync_playwright

    nest = json.loads((path.parent / "nest.json").read_text("utf-8"))
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        empty = min(_load(opened, "data:text/html,<p>empty") for _ in range(LOADS))
        drawn = min(_load(opened, path.resolve().as_uri()) for _ in range(LOADS))
        page = opened.new_page()
        page.goto(path.resolve().as_uri())
        seek = page.evaluate(SEEK)
        opened.close()
    return {
        "pieces": sum(len(sheet["placements"]) for sheet in nest["sheets"]),
        "sheets": len(nest["sheets"]),
        "megabytes": path.stat().st_size / 1e6,
        "drawn_seconds": drawn,
        "empty_page_seconds": empty,
        "slider_step_seconds": seek / 1000,
    }


def _load(browser: object, address: str) -> float:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(address, wait_until="commit")
    page.wait_for_load_state("load")
    seconds = page.evaluate(DRAWN) / 1000
    page.close()
    return float(seconds)


if __name__ == "__main__":
    sys.exit(main())
