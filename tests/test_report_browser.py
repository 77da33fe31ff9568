"""The report in a browser: zoom by wheel, keys, buttons and two fingers; layers; the slider; nothing from outside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from records import record

from benchmarks import report as benchmark
from camcore import report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The report of a laser job; no errors, and nothing asked for but the file itself."""
    path = tmp_path / "report.html"
    path.write_text(report.write(record("laser")), "utf-8")
    opened = browser.new_context(has_touch=True).new_page()
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(path.as_uri())
    opened.locator("svg.sheet").first.scroll_into_view_if_needed()
    yield opened
    assert said == []
    assert asked == [path.as_uri()]
    opened.context.close()


def frame(page: Page) -> list[float]:
    """The part of the sheet that the picture shows: x, y, width, height, mm."""
    return [float(value) for value in str(page.locator("svg.sheet").first.get_attribute("viewBox")).split()]


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("svg.sheet").first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"], 300) / 2


def test_the_wheel_scrolls_the_page_until_the_picture_is_clicked(page: Page) -> None:
    whole = frame(page)
    page.mouse.move(*middle(page))
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(50)
    assert frame(page) == whole
    page.mouse.click(*middle(page))
    page.mouse.wheel(0, -100)
    page.wait_for_function("w => document.querySelector('svg.sheet').viewBox.baseVal.width < w", arg=whole[2])


def test_keys_and_buttons_zoom_move_and_show_all_again(page: Page) -> None:
    whole = frame(page)
    page.locator(".view").first.focus()
    page.keyboard.press("+")
    closer = frame(page)
    assert closer[2] < whole[2]
    page.keyboard.press("ArrowRight")
    assert frame(page)[0] > closer[0]
    page.keyboard.press("0")
    assert frame(page) == whole
    page.get_by_role("button", name="Zoom in").first.click()
    assert frame(page)[2] < whole[2]
    page.get_by_role("button", name="Whole sheet").first.click()
    assert frame(page) == whole


def test_two_fingers_zoom(page: Page) -> None:
    whole = frame(page)
    x, y = middle(page)
    session = page.context.new_cdp_session(page)
    page.locator(".view").first.focus()
    for kind, reach in (("touchStart", 20), ("touchMove", 40), ("touchMove", 80)):
        points = [{"x": x - reach, "y": y, "id": 0}, {"x": x + reach, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("w => document.querySelector('svg.sheet').viewBox.baseVal.width < 0.6 * w", arg=whole[2])


def test_layers_are_switched_by_keyboard(page: Page) -> None:
    box = page.locator('.layers input[value="rapids"]').first
    box.focus()
    page.keyboard.press("Space")
    assert "no-rapids" in str(page.locator("svg.sheet").first.get_attribute("class"))


def test_the_slider_runs_the_program_cut_by_cut(page: Page) -> None:
    legs, cuts = (page.locator(f".sheets article:first-of-type .lines path{kind}").count() for kind in ("", ".cut"))
    page.locator(".player input").first.evaluate("s => { s.value = 0; s.dispatchEvent(new Event('input')); }")
    hidden = page.locator(".sheets article:first-of-type .lines path.todo").count()
    assert hidden >= legs - 1
    seen = set()
    for _ in range(cuts):
        page.get_by_role("button", name="Next cut").first.click()
        seen.add(page.locator(".player output").first.text_content())
    assert len([words for words in seen if words and "rapid" not in words]) >= cuts - 1


def test_the_benchmark_measures_a_report(tmp_path: Path) -> None:
    job = record("laser")
    (tmp_path / "report.html").write_text(report.write(job), "utf-8")
    (tmp_path / "nest.json").write_text('{"sheets": [{"placements": [1, 2]}]}', "utf-8")
    with ThreadPoolExecutor(1) as apart:  # this thread may have a browser's loop already
        found = apart.submit(benchmark.measured, tmp_path / "report.html", str(CHROMIUM)).result()
    assert found["pieces"] == 2
    assert found["megabytes"] == (tmp_path / "report.html").stat().st_size / 1e6
    assert 0 < found["drawn_seconds"] < 30
