"""The HTML report in a real browser: no request, no complaint, no sideways scrolling, a tagged printout."""

import functools
import itertools
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pypdfium2
import pytest

from baocao import nd30


class _Quiet(SimpleHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - shared on purpose: what the browser asked this server for

    def log_message(self, *_arguments: object) -> None:
        self.asked.append(self.path)


@pytest.fixture(scope="module")
def address(report) -> Iterator[str]:
    """The report's folder, served on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(report)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/report.html"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def page(program, address):
    """The report opened in Chromium, with all it asked for and all it complained about."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        _Quiet.asked.clear()
        page.goto(address, wait_until="load")
        yield page
        browser.close()


def test_the_page_asks_for_nothing_but_itself_and_complains_of_nothing(page):
    assert _Quiet.asked == ["/report.html"]
    assert page.complaints == []
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_runs_off_the_side(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_table_and_picture_speaks_to_a_screen_reader(page):
    assert page.evaluate("document.documentElement.lang") == "vi"
    tables = page.evaluate(
        "[...document.querySelectorAll('table')].map(t => [!!t.caption, "
        "[...t.querySelectorAll('thead th')].every(h => h.scope), t.querySelectorAll('tbody th[scope=row]').length])"
    )
    assert tables
    for caption, scopes, row_headers in tables:
        assert caption
        assert scopes
        assert row_headers >= 19
    pictures = page.get_by_role("img").all()
    assert len(pictures) >= 3
    for picture in pictures:
        assert len(picture.get_attribute("aria-label") or picture.get_attribute("alt") or "") > 40
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_charts_are_drawn_and_text_contrasts(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    boxes = [picture.bounding_box() for picture in page.get_by_role("img").all()]
    assert all(box["width"] > 300 and box["height"] > 80 for box in boxes)
    assert page.evaluate("getComputedStyle(document.querySelector('main p')).color") in {
        "rgb(0, 0, 0)", "rgb(17, 17, 17)", "rgb(26, 26, 26)",
    }  # fmt: skip


def test_it_prints_on_a4_each_annex_on_pages_of_its_own_numbered_apart(page, tmp_path):
    printed = page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
    (tmp_path / "page.pdf").write_bytes(printed)
    assert {result.rule for result in nd30.check(tmp_path / "page.pdf").deviations} <= {"P-06"}
    with pypdfium2.PdfDocument(printed) as document:
        texts = [sheet.get_textpage().get_text_range() for sheet in document]
        sizes = [tuple(round(side * 25.4 / 72) for side in sheet.get_size()) for sheet in document]
    first = {name: i for i, text in enumerate(texts) for name in re.findall(r"\A(Phụ lục I{1,2})\s", text)}
    assert list(first) == ["Phụ lục I", "Phụ lục II"]
    assert sizes[0] == sizes[first["Phụ lục I"]] == (210, 297)
    assert sizes[first["Phụ lục II"]] == (297, 210)
    for number, text in enumerate(texts):
        start = max(i for i in (0, *first.values()) if i <= number)
        shown = re.match(r"\d+(?=\s)", text)
        assert (shown[0] if shown else "") == (str(number - start + 1) if number > start else "")
    (signed,) = (text for text in texts if "Nơi nhận:" in text)
    assert "./." in signed  # never alone on its page
