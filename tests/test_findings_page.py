"""The page of findings: errors first, what is alike together, nothing of a cell's text taken for markup."""

import itertools
import json
import os
import re

import pytest
from bs4 import BeautifulSoup
from conftest import UNIT
from openpyxl import load_workbook

from baocao.analysis.findings import ERROR, NOTE, VERIFY, Findings
from baocao.messages import _, use_language
from baocao.pipeline import findings_page

TIDIED = _("Spaces or letters of the text were put in order.")
NOTHING = _("Nothing needs to be done.")
NAME = "huyện Tuần Giáo 2020"


@pytest.fixture
def findings():
    """Forty notes, two questions and an error, made in this order."""
    found = Findings("2020")
    for row in range(10, 50):
        found.add(
            NOTE, "text-tidied", TIDIED, NOTHING, file="a.xlsx", sheet="Biểu 1", row=row, column="B", before="Quài  Nưa",
            after="Quài Nưa",
        )  # fmt: skip
    for row in (3, 4):
        remedy = _("Enter it; enter 0 if there was nothing to count.")
        found.add(VERIFY, "blank", _("The figure is missing."), remedy, file="b.xlsx", row=row, column="C")
    found.add(
        ERROR, "not-a-number",
        _("“{value}” cannot be read as a figure: {why}.", value="<script>alert(1)</script>", why=_("there is no figure in it")),
        _("Write the figure alone, as 1234, 1.234 or 12,5."), file="b.xlsx", sheet="<b>S</b>", row=7, column="D",
        before="<script>alert(1)</script>", after="<img src=x onerror=alert(2)>",
    )  # fmt: skip
    return found


@pytest.fixture
def soup(findings):
    return BeautifulSoup(findings_page.render(NAME, findings), "html.parser")


def words(tag):
    return " ".join(tag.get_text(" ").split())


def test_it_is_titled_counted_and_ordered_by_what_matters(soup):
    assert soup.html["lang"] == "vi"
    assert NAME in words(soup.title)
    assert words(soup.h1).endswith(NAME)
    assert words(soup.select_one(".summary")) == "1 lỗi, 2 điều cần xác minh, 40 ghi chú."
    assert [words(h) for h in soup.find_all("h2")] == ["Lỗi (1)", "Cần xác minh (2)", "Ghi chú (40)"]
    assert len(soup.select("dt")) == 3


def test_what_is_alike_in_a_file_is_told_once_with_all_its_places(soup):
    (note,) = soup.select(".note .group")
    assert [words(p) for p in note.select("p")] == ["40 chỗ", TIDIED.text("vi"), NOTHING.text("vi")]
    assert [words(p) for p in note.select(".place")] == [f"Biểu 1, B{row}" for row in range(10, 50)]
    assert len(note.select("del")) == 40
    assert note.select_one("del").get_text() == "Quài  Nưa"
    (question,) = soup.select(".verify .group")
    assert [words(p) for p in question.select(".place")] == ["C3", "C4"]
    assert not question.select(".change")


def test_findings_of_one_kind_that_differ_in_words_say_each_its_own():
    found = Findings()
    for row, unit in ((1, "xã A"), (2, "xã B")):
        found.add(
            NOTE,
            "place-spelling",
            _("It was read as {unit}.", unit=unit),
            NOTHING,
            file="a.csv",
            row=row,
            column="A",
        )
    (group,) = BeautifulSoup(findings_page.render(NAME, found), "html.parser").select(".group")
    assert [words(p) for p in group.select("li .message")] == ["Được đọc là xã A.", "Được đọc là xã B."]
    assert [words(p) for p in group.select(".remedy")] == [NOTHING.text("vi")]


def test_only_notes_are_folded_away(soup):
    (details,) = soup.find_all("details")
    assert details.find_parent(class_="note")
    assert not details.has_attr("open")


def test_nothing_of_a_cell_is_taken_for_markup(soup):
    assert not soup.find_all(["script", "img", "b"])
    error = soup.select_one(".error")
    assert "<script>alert(1)</script>" in words(error.select_one("del"))
    assert "<img src=x onerror=alert(2)>" in words(error.select_one("ins"))
    assert "<b>S</b>, D7" in words(error.select_one(".place"))


def test_nothing_found_is_said_in_a_sentence():
    soup = BeautifulSoup(findings_page.render(NAME, Findings()), "html.parser")
    assert words(soup.select_one(".summary")).startswith("Không có phát hiện nào")
    assert not soup.find_all(["h2", "dl"])


def test_the_page_is_vietnamese_and_the_same_bytes_whatever_is_spoken(findings, monkeypatch):
    findings.add(NOTE, "typed-figure", TIDIED, NOTHING, file="narrative.md", sheet="kien-nghi", row=4)
    page = findings_page.render(NAME, findings)
    monkeypatch.setitem(os.environ, "BAOCAO_LANG", "vi")  # put back after the test
    use_language("en")
    assert findings_page.render(NAME, findings) == page
    assert "kien-nghi, dòng 4" in page.decode()


# --- Colours and the browser --------------------------------------------------------------------------------------


def colours():
    css = (findings_page.TEMPLATES / "findings.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{([^}]*)\}", css)
    assert len(blocks) == 3
    return [dict(re.findall(r"--(\w+): #(\w+)", block)) for block in blocks]


def luminance(colour):
    full = "".join(2 * c for c in colour) if len(colour) == 3 else colour
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", colours())
def test_every_text_contrasts_with_the_paper(scheme):
    paper = luminance(scheme["paper"])
    for name, colour in scheme.items():
        if name not in ("paper", "line"):
            light, dark = sorted((luminance(colour), paper), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, name


def test_in_a_browser_it_asks_for_nothing_and_nothing_runs_off_the_side(program, tmp_path, findings):
    from playwright.sync_api import sync_playwright

    findings.add(
        VERIFY,
        "long",
        _("{why}", why="x" * 300),
        NOTHING,
        file="y" * 200 + ".xlsx",
        before="z" * 300,
        after="1",
    )
    path = findings_page.save(tmp_path / "thư mục", NAME, findings)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        complaints, asked = [], []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri(), wait_until="load")
        page.get_by_text("Xem các ghi chú").click()
        assert page.get_by_text("Biểu 1, B49").is_visible()
        for width, scheme in itertools.product((320, 1280), ("light", "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        browser.close()
    assert ground == "rgb(22, 22, 22)"
    assert asked == [path.as_uri()]
    assert complaints == []


# --- In a run -----------------------------------------------------------------------------------------------------


def test_a_report_has_its_page_beside_the_table(report):
    page = BeautifulSoup((report / "findings.html").read_text(encoding="utf-8"), "html.parser")
    assert words(page.h1).endswith(NAME)
    text = (report / "findings.csv").read_text(encoding="utf-8-sig")
    assert len(page.select("li")) == len(text.splitlines()) - 1
    record = json.loads((report / "run.json").read_text(encoding="utf-8"))
    assert "findings.html" in record["outputs"]


def test_a_failing_run_keeps_the_page_and_names_it(data, outputs, pipeline):
    path = data / UNIT / "2020" / "can-bo-doi-tinh-nguyen.xlsx"
    book = load_workbook(path)
    book.worksheets[0]["D13"] = "<i>ba</i>"
    book.save(path)
    asked = ("--district", "tuan-giao", "--year", "2020", "--data", data, "--outputs", outputs)
    done = pipeline("run", *asked, "--format", "html", cwd=outputs)
    assert done.code == 3, done.err
    page = outputs / ".work" / "failed" / UNIT / "2020" / "1_clean" / "findings.html"
    assert f"Xem {page.relative_to(outputs)}" in done.err
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert words(soup.h1).endswith(NAME)
    assert "D13" in words(soup.select_one(".error .place"))
    assert not soup.find_all("i")
    done = pipeline("check", *asked, "--json")
    assert json.loads(done.out)[0]["findings_page"] == str(page)


def test_check_keeps_the_page_under_the_work_folder_and_names_it(outputs, pipeline):
    done = pipeline("check", "--district", "tuan-giao", "--year", "2020", "--outputs", outputs, cwd=outputs)
    assert done.code == 0, done.err
    page = outputs / ".work" / "check" / UNIT / "2020" / "findings.html"
    assert f"Xem {page.relative_to(outputs)}" in done.out
    assert page.exists()
