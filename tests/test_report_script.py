"""The page's own script in a browser: layers, zoom, the player."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pages import Page
from records import record

from camcore import report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--enable-logging=stderr"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
TRY_OUT = """
const told = document.documentElement.dataset, picture = document.querySelector("svg.sheet");
document.querySelector("input[value=rapids]").click();
told.rapids = picture.classList.contains("no-rapids") && getComputedStyle(picture.querySelector(".rapid")).stroke;
const whole = picture.getAttribute("viewBox");
document.querySelector(".view").dispatchEvent(new KeyboardEvent("keydown", { key: "+" }));
told.zoomed = picture.getAttribute("viewBox") !== whole;
document.querySelector(".zoom button:last-child").click();
told.fitted = picture.getAttribute("viewBox").split(" ").map(Number).join() === whole.split(" ").map(Number).join();
const slider = document.querySelector(".player input");
slider.value = 500;
slider.dispatchEvent(new Event("input"));
told.hidden = document.querySelectorAll(".todo").length;
told.words = document.querySelector(".player output").textContent;
document.querySelector(".next").click();
told.later = document.querySelectorAll(".todo").length;
slider.value = 1000;
slider.dispatchEvent(new Event("input"));
told.left = document.querySelectorAll(".todo").length;
"""


def browse(path: Path, *, folder: Path) -> tuple[dict[str, str | None], str]:
    """Attributes of the root element after the page's scripts ran, and what the browser complained of."""
    command = [CHROMIUM, *QUIET, f"--user-data-dir={folder}", "--dump-dom", path.as_uri()]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    complaints = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    return Page(ran.stdout.replace("<!DOCTYPE html>", "")).found[0][1], "\n".join(complaints)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to open the report in")
def test_the_page_lives_in_a_browser(tmp_path):
    text = report.write(record("mill"))
    page, tried = tmp_path / "report.html", tmp_path / "tried.html"
    page.write_text(text, "utf-8")
    root, complaints = browse(page, folder=tmp_path / "profile")
    assert (root.get("data-ready"), complaints) == ("true", "")

    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    tried.write_text(free.replace("</body>", f"<script>{TRY_OUT}</script></body>"), "utf-8")
    told, complaints = browse(tried, folder=tmp_path / "profile")
    assert complaints == ""
    assert (told["data-rapids"], told["data-zoomed"], told["data-fitted"]) == ("none", "true", "true")
    assert int(told["data-hidden"]) > int(told["data-later"]) > 0 == int(told["data-left"])
    assert re.search(r"cut \d+ of 11, lines \d+–\d+|^rapid, lines", told["data-words"])
