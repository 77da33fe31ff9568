"""The page in a browser: a drawing, its estimate and price, a job, its files; by mouse, by keyboard, by names."""

import re
import shutil
from itertools import pairwise

import pytest

from benchmarks.serving import Server
from tests.serving import KEY, SAMPLES, WASHER

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to look with")]
PATIENCE = 180_000


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        sync_api.expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("page"), "--workers", "1") as server:
        yield server


@pytest.fixture
def page(browser, server):
    """The page, which may complain of nothing and ask nobody else."""
    context = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(_told(said)) if _wrong(said) else None)
    page.on(
        "request", lambda sent: None if sent.url.startswith((server.url, "data:", "blob:")) else faults.append(sent.url)
    )
    page.goto(server.url)
    page.locator("body[data-ready=yes]").wait_for()
    yield page
    context.close()
    assert faults == [], server.said()


def _told(said):
    return f"{said.text} ({said.location['url']})"


def _wrong(said):
    """Errors on the console, but for the browser's own word that the service refused an input."""
    return said.type == "error" and "status of 422" not in said.text


def put(page, path=WASHER):
    page.set_input_files("#files", path)
    card = page.locator(".card", has_text=path.name)
    card.locator(".picture svg").wait_for()
    return card


def small_order(page):
    page.get_by_label("Material").select_option("pet")
    page.get_by_label("Thickness").fill("0.25 mm")
    page.get_by_label("Size").fill("300x200mm")
    page.get_by_label("Search").select_option("quick")
    page.get_by_label("Search").blur()


def test_from_a_drawing_to_a_proven_program(page, tmp_path):
    small_order(page)
    card = put(page)
    sync_api.expect(card.locator(".facts")).to_contain_text("25.4 × 25.4 mm")
    card.get_by_label("Quantity").fill("12")
    card.get_by_label("Quantity").blur()
    sync_api.expect(card.locator(".estimate")).to_contain_text("1 sheet")
    tiles = page.locator("#tiles")
    sync_api.expect(tiles).to_contain_text("Yield")
    page.get_by_role("button", name="Run the job").click()
    sync_api.expect(page.locator("#verdict")).to_contain_text("Complete: 1 sheet")
    assert page.locator("#sheets-drawn svg .piece").count() == 12
    sync_api.expect(page.locator("#job-title")).to_contain_text("done")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"sheet-01\.(nc|gcode)")).click()
    download.value.save_as(tmp_path / "program.nc")
    assert "M" in (tmp_path / "program.nc").read_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="All files").click()
    assert download.value.suggested_filename.endswith(".zip")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Report").click()
    opened.value.wait_for_load_state()
    assert "Complete" in opened.value.content()
    page.reload()
    sync_api.expect(page.locator("#verdict")).to_contain_text("Complete")
    sync_api.expect(page.locator("#jobs")).to_contain_text("done")


def test_the_nest_is_seen_growing_and_a_job_is_stopped(page):
    small_order(page)
    card = put(page)
    card.get_by_label("Quantity").fill("60")
    card.get_by_label("May be turned").select_option("free")
    page.get_by_label("Search").select_option("best")
    page.get_by_role("button", name="Run the job").click()
    sync_api.expect(page.locator("#stage")).to_contain_text("nesting")
    page.locator("#sheets-drawn svg .piece").first.wait_for()
    sync_api.expect(page.locator("#job-title")).to_contain_text("running")
    page.get_by_role("button", name="Stop").click()
    sync_api.expect(page.locator("#verdict")).to_contain_text("Stopped")


def test_findings_stand_on_the_part_and_show_their_place(page):
    page.get_by_label("Material").select_option("fr4")
    card = put(page, SAMPLES / "fr4-kit" / "gusset.dxf")
    sync_api.expect(card.locator(".told")).to_contain_text("W212")
    number = card.get_by_role("button", name="warning 1: show its place")
    number.focus()
    sync_api.expect(card.locator("svg .spot.here")).to_have_count(1)
    number.blur()
    sync_api.expect(card.locator("svg .spot.here")).to_have_count(0)


def test_prices_open_to_where_they_come_from(page):
    small_order(page)
    card = put(page)
    card.get_by_text("Prices and other quantities").click()
    sync_api.expect(card.get_by_role("row")).to_have_count(9)
    card.get_by_text("comes from").click()
    card.locator(".lines details summary").first.click()
    sync_api.expect(card.locator(".inputs").first).to_contain_text("rates")


def test_a_bad_drawing_is_told_so_and_stops_no_other(page, tmp_path):
    bad = tmp_path / "bad.dxf"
    bad.write_text("hello")
    page.set_input_files("#files", bad)
    sync_api.expect(page.locator(".card", has_text="bad.dxf")).to_contain_text("E101")
    sync_api.expect(page.get_by_role("button", name="Run the job")).to_be_disabled()
    put(page)
    sync_api.expect(page.get_by_role("button", name="Run the job")).to_be_enabled()


def test_words_that_make_no_sense_are_told(page):
    put(page)
    page.get_by_label("Thickness").fill("thick")
    page.get_by_label("Thickness").blur()
    sync_api.expect(page.get_by_role("alert").first).to_contain_text("thick")
    page.get_by_label("Thickness").fill("0.25")
    page.get_by_label("Size").fill("big")
    page.get_by_role("button", name="Run the job").click()
    assert page.locator("#sheet").evaluate("field => field.validity.valid") is False


def test_what_is_mended_may_be_run_at_once(page):
    small_order(page)
    put(page)
    size = page.get_by_label("Size")
    size.fill("300x")
    size.blur()
    page.locator("#sheet:invalid").wait_for()
    size.fill("300x200mm")
    size.press("Enter")
    sync_api.expect(page.locator("#verdict")).to_contain_text("Complete: 1 sheet")


def test_by_keyboard_alone(page):
    keys = page.keyboard
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    with page.expect_file_chooser() as chooser:
        reach(page, "files")
        keys.press("Enter")
    chooser.value.set_files(WASHER)
    page.locator(".card .picture svg").wait_for()
    for name in ("material", "thickness", "machine", "sheet"):
        reach(page, name)
        assert page.evaluate("document.activeElement.matches(':focus-visible')")
    keys.press("Control+A")
    keys.type("300x200mm")
    reach(page, "run")
    sync_api.expect(page.get_by_role("button", name="Run the job")).to_be_enabled()
    keys.press("Enter")
    sync_api.expect(page.locator("#verdict")).to_contain_text("omplete")
    assert page.evaluate("document.activeElement.id") == "job"


def reach(page, id):
    """Press Tab until that element has the focus."""
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{id} cannot be reached by Tab")


def test_everything_has_a_name_and_headings_do_not_jump(page):
    card = put(page)
    card.get_by_text("Prices and other quantities").click()
    card.get_by_role("row").nth(3).wait_for()
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('input, select, button, a, svg[role], progress, section, form')]
        .filter((one) => one.checkVisibility() && !(one.labels?.length || one.textContent.trim()
          || one.getAttribute('aria-label') || one.getAttribute('aria-labelledby'))).map((one) => one.outerHTML)"""
    )
    assert unnamed == []
    tree = page.locator("body").aria_snapshot()
    for words in ("main:", 'form "Order"', 'combobox "Material"', 'textbox "Thickness"', 'heading "camcore"', "status"):
        assert words in tree
    for line in re.findall(r"- (?:textbox|combobox|spinbutton|button|link|img)\b.*", tree):
        assert '"' in line, line
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3')].filter((h) => h.checkVisibility()).map((h) => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(browser, server, scheme):
    """Contrast of at least 4.5 (WCAG 2.2, 1.4.3) for all text, in both schemes."""
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    page.goto(server.url)
    page.locator("body[data-ready=yes]").wait_for()
    put(page, SAMPLES / "fr4-kit" / "gusset.dxf")
    sync_api.expect(page.locator(".told")).to_contain_text("W212")
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("getComputedStyle(document.querySelector('.tiles')).transitionDuration") == "0s"
    page.close()


CONTRAST = r"""() => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = (one) => {
    const colour = numbers(getComputedStyle(one).backgroundColor);
    return colour.length < 4 || colour[3] === 1 ? colour : ground(one.parentElement);
  };
  const told = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const bad = [];
  for (const one of document.querySelectorAll('body *')) {
    if (!one.checkVisibility() || one.closest('.unseen, svg, :disabled') || !told(one)) continue;
    const [a, b] = [light(numbers(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.push([one.textContent.slice(0, 30), ratio.toFixed(2)]);
  }
  return bad;
}"""


@pytest.mark.parametrize("width", [320, 700, 1024])
def test_narrow_windows_scroll_in_one_direction_only(browser, server, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.goto(server.url)
    page.locator("body[data-ready=yes]").wait_for()
    card = put(page)
    card.get_by_text("Prices and other quantities").click()
    card.get_by_role("row").nth(3).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_where_a_key_is_wanted_the_page_asks_for_it_once(browser, tmp_path):
    with Server(tmp_path, "--workers", "1", "--api-key", KEY) as server:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(server.url)
        page.get_by_role("textbox", name="Key").fill("wrong")
        page.keyboard.press("Enter")
        sync_api.expect(page.locator("#login-alert")).to_contain_text("wrong")
        page.get_by_role("textbox", name="Key").fill(KEY)
        page.keyboard.press("Enter")
        page.locator("body[data-ready=yes]").wait_for()
        assert page.evaluate("document.cookie") == ""
        page.reload()
        page.locator("body[data-ready=yes]").wait_for()
        sync_api.expect(page.locator("#login")).to_be_hidden()
        page.close()


def test_the_reference_for_programs(page, server):
    page.goto(f"{server.url}/api/v1/docs")
    sync_api.expect(page.locator("#operations")).to_contain_text("/api/v1/estimate")
