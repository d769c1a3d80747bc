"""The form of a PDF by Nghị định 30: the report as it is, as it would be otherwise, and files of other kinds.

What the decree says of documents made elsewhere is in the tests of LibreOffice's documents; here the report's own template
is changed, and single lines of it are.
"""

from __future__ import annotations

import csv
import datetime
import functools
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baocao import nd30
from baocao.analysis import vietnamese
from baocao.analysis.document import roman
from baocao.errors import InputError
from baocao.nd30 import parts, pdf
from baocao.nd30.body import ALPHABET
from baocao.nd30.parts import Document, Paragraph
from baocao.nd30.pdf import Letter, Line
from baocao.nd30.rules import CHECKS
from baocao.pipeline import commandline, export
from baocao.pipeline.assemble import assemble

SUBSTITUTE = {"P-06"}
"""What the machines of the tests deviate in: they have no Times New Roman."""


def deviations(path: Path) -> set[str]:
    return {result.rule for result in nd30.check(path).deviations}


@functools.cache
def statuses(path: Path) -> dict[str, str]:
    return {result.rule: result.status for result in nd30.check(path).results}


# --- The table of rules ---------------------------------------------------------------------------------------


def test_every_rule_has_a_function_and_every_function_a_rule():
    ids = [rule.id for rule in nd30.rules()]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(CHECKS)
    assert all(rule.rule and rule.requirement and (rule.source != "-" or rule.doubt) for rule in nd30.rules())


@pytest.mark.parametrize("name", ["fonts", "kinds", "names", "rules"])
def test_the_tables_are_whole(name):
    with (Path(nd30.__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)
    assert len({tuple(row.values())[:1] for row in rows}) == len(rows)


# --- Our reports ----------------------------------------------------------------------------------------------


def test_the_report_deviates_in_its_font_alone_and_nothing_is_left_open(report):
    found = nd30.check(report / "report.pdf")
    assert {result.rule for result in found.deviations} <= SUBSTITUTE
    assert not [result for result in found.results if result.status == "cannot_tell"]
    assert found.date is None
    assert not found.older


@pytest.mark.parametrize(
    "path",
    [
        "vi-du/_tinh/2020",
        "public/vi-du/_tinh/2018",
        "public/vi-du/huyen-gia-lap/2018",
        "vi-du/huyen-minh-hoa/2020",
    ],
)
def test_other_reports_and_roll_ups_deviate_in_nothing_else(path, editions):
    assert deviations(editions / path / "report.pdf") <= SUBSTITUTE


@pytest.fixture(scope="session")
def printed(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Print the report of Tuần Giáo 2020 with a changed template or document."""
    notebook = nbformat.read(report / "report.ipynb", as_version=4)
    folder = tmp_path_factory.mktemp("nd30")
    shutil.copy(export.TEMPLATES / "draft.svg", folder)

    def make(*changes: tuple[str, str], **fields: Any) -> Path:
        document = assemble(notebook, "pdf")
        document["annexes"] = document["annexes"][:1]
        document["report"] |= fields
        template = (export.TEMPLATES / "report.typ").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in template
            template = template.replace(old, new)
        (folder / "report.typ").write_text(template, encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(export, "TEMPLATES", folder)
            path = folder / f"{len(list(folder.iterdir()))}.pdf"
            path.write_bytes(export.render_pdf(document))
        return path

    return make


BROKEN = {
    "P-01": ('paper: "a4"', 'paper: "us-letter"'),
    "P-03": ("margin: (top: 20mm", "margin: (top: 14mm"),
    "P-04": ("left: 30mm", "left: 24mm"),
    "P-05": ("right: 20mm", "right: 12mm"),
    "P-06": ("set text(\n  font: fonts.text", "set text(\n  fill: red, font: fonts.text"),
    "P-07": ("text(13pt, str(number))", "text(10pt, str(number))"),
    "Q-05": ("ruled(100%", "ruled(60%"),
    "A-03": ("ruled(42%", "ruled(90%"),
    "T-03": ("34% * room", "90% * room"),
    "B-04": ("justify: formal, first-line-indent", "justify: false, first-line-indent"),
    "B-05": ("if formal { 1.27cm }", "if formal { 2cm }"),
    "B-06": ("#let gap = 0.28em + 6.5pt", "#let gap = 0.28em + 2pt"),
    "N-01": (
        'text(12pt, weight: "bold", style: "italic", "Nơi nhận:")',
        'text(12pt, style: "italic", "Nơi nhận:")',
    ),
    "N-03": ("set text(11pt)", "set text(13pt)"),
    "L-03": ("par(part.label); [ ]", "par(upper(part.label)); [ ]"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_change_of_the_template_is_seen(rule, printed):
    found = nd30.check(printed(BROKEN[rule]))
    assert {result.rule for result in found.deviations} - SUBSTITUTE == {rule} - SUBSTITUTE
    result = next(result for result in found.results if result.rule == rule)
    assert result.status == "deviation"
    assert result.found
    assert result.pages


def test_a_document_older_than_the_decree_is_told_apart(printed, capsys):
    fields = {"number": "Số: 05/BC-UBND", "draft": False}
    day = printed(**fields, place_and_date="Tuần Giáo, ngày 14 tháng 12 năm 2019")
    found = nd30.check(day)
    assert found.date == datetime.date(2019, 12, 14)
    assert found.older
    commandline.say_nd30("cu.pdf", found, as_json=False)
    assert "Thông tư 01/2011/TT-BNV" in capsys.readouterr().out
    later = nd30.check(printed(**fields, place_and_date="Tuần Giáo, ngày 05 tháng 3 năm 2020"))
    assert later.date == nd30.IN_FORCE
    assert not later.older
    assert {result.rule for result in later.deviations} <= SUBSTITUTE


# --- The same pages, put otherwise ----------------------------------------------------------------------------


def rewritten(path: Path, target: Path, change: Callable[[pikepdf.Pdf], None]) -> Path:
    with pikepdf.open(path) as document:
        change(document)
        document.save(target)
    return target


def turned(document: pikepdf.Pdf) -> None:
    """The first page with its content on its side, and the page turned to stand it up again."""
    page = document.pages[0]
    _left, _bottom, width, height = (float(number) for number in page.mediabox)
    page.contents_add(f"q 0 1 -1 0 {height} 0 cm".encode(), prepend=True)
    page.contents_add(b"Q")
    page.MediaBox = pikepdf.Array([0, 0, height, width])
    page.Rotate = 90


def moved(document: pikepdf.Pdf) -> None:
    """The pages on a larger sheet, cropped to what they were."""
    for page in document.pages:
        _left, _bottom, width, height = (float(number) for number in page.mediabox)
        page.contents_add(b"q 1 0 0 1 100 50 cm", prepend=True)
        page.contents_add(b"Q")
        page.MediaBox = pikepdf.Array([0, 0, width + 200, height + 200])
        page.CropBox = pikepdf.Array([100, 50, width + 100, height + 50])


@pytest.mark.parametrize("change", [turned, moved])
def test_a_page_is_judged_as_a_reader_sees_it(change, report, tmp_path):
    original = report / "report.pdf"
    assert statuses(rewritten(original, tmp_path / "same.pdf", change)) == statuses(original)


def test_neither_metadata_nor_tags_nor_bookmarks_are_read(report, tmp_path):
    def bare(document: pikepdf.Pdf) -> None:
        for key in ("/StructTreeRoot", "/MarkInfo", "/Metadata", "/Outlines", "/Lang"):
            if key in document.Root:
                del document.Root[key]
        del document.docinfo

    original = report / "report.pdf"
    assert statuses(rewritten(original, tmp_path / "bare.pdf", bare)) == statuses(original)


# --- Files that are no documents ------------------------------------------------------------------------------


def typst_pdf(source: str) -> bytes:
    import typst

    return bytes(typst.Compiler(input=source.encode()).compile(input=source.encode()))


def of_pages(count: int) -> bytes:
    document = pikepdf.new()
    for _page in range(count):
        document.add_blank_page(page_size=(595, 842))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><path d="M0 0h90v90z"/></svg>'
STRANGE = {
    "empty": (b"", "hỏng"),
    "text": ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".encode(), "hỏng"),
    "blank": (of_pages(1), "không có chữ"),
    "none": (of_pages(0), "hỏng"),
    "letter": (typst_pdf("Dear Sir, #lorem(200)"), "không giống văn bản hành chính"),
    "scan": (typst_pdf(f"#image(bytes(`{PICTURE}`.text))"), "không có chữ"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_document_is_refused_with_the_reason(name, tmp_path):
    content, reason = STRANGE[name]
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        nd30.check(path)
    assert reason in str(raised.value)
    assert raised.value.remedy


@pytest.mark.parametrize("length", [0.3, 0.9])
def test_a_file_cut_off_is_refused_or_read_but_never_a_crash(length, report, tmp_path):
    content = (report / "report.pdf").read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(content[: int(length * len(content))])
    try:
        assert nd30.check(path).results
    except InputError as error:
        assert error.remedy  # noqa: PT017


def test_a_password_is_told_and_an_owners_alone_does_not_matter(report, tmp_path):
    original = report / "report.pdf"
    for name, user in (("closed", "a"), ("open", "")):
        with pikepdf.open(original) as document:
            document.save(tmp_path / f"{name}.pdf", encryption=pikepdf.Encryption(user=user, owner="b"))
    with pytest.raises(InputError, match="mật khẩu"):
        nd30.check(tmp_path / "closed.pdf")
    assert statuses(tmp_path / "open.pdf") == statuses(original)


# --- Single lines ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def taken_apart(report: Path) -> Document:
    return parts.take_apart(pdf.read(report / "report.pdf"), "report.pdf")


def line(text: str, model: Line) -> Line:
    """A line with another text, in the style and the place of a model."""
    first = model.ink[0]
    letters, x = [], model.x0
    for character in text:
        letters.append(replace(first, text=character, x0=x, x1=x + 6))
        x += 6
    return Line(model.page, tuple(letters))


def judged(rule: str, document: Document) -> str:
    return CHECKS[rule](document).status


ORGANS = st.lists(st.text("ABCDĐGHKLMNPQSTUVXY", min_size=1, max_size=6), min_size=1, max_size=3)


@given(number=st.integers(1, 99999), organs=ORGANS)
def test_any_proper_number_passes_and_none_with_a_space_or_another_sign(number, organs, taken_apart):
    model = taken_apart.number
    digits, symbol = f"{number:02}", "-".join(["BC", *organs])

    def said(text: str, rule: str) -> str:
        return judged(rule, replace(taken_apart, number=line(text, model)))

    proper = f"Số: {digits}/{symbol}"
    assert [said(proper, rule) for rule in ("S-01", "S-02", "S-04")] == ["pass"] * 3
    for wrong in (f"Số: {digits} /{symbol}", f"Số: {digits}/{symbol.replace('-', ' - ')}", f"Số {digits}/{symbol}",
                  f"Số: {digits}-{symbol}", f"Số: {digits}/{symbol.replace('-', '–')}"):  # fmt: skip
        assert said(wrong, "S-01") == "deviation", wrong
    assert said(f"Số: {number}/{symbol}", "S-02") == ("deviation" if number < 10 else "pass")
    assert said(f"Số: {digits}/KH-{symbol}", "S-04") == "deviation"


@given(day=st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_any_date_in_words_passes_and_other_zeros_do_not(day, taken_apart):
    model = taken_apart.dated

    def dated(text: str) -> Document:
        fresh = replace(taken_apart, dated=line(f"Tuần Giáo, {text}", model))
        assert "date" not in vars(fresh)
        return fresh

    proper = dated(vietnamese.date_in_words(day))
    assert proper.date == day
    assert [judged(rule, proper) for rule in ("D-01", "D-02", "D-03")] == ["pass"] * 3
    if day.day < 10:
        assert judged("D-02", dated(f"ngày {day.day} tháng {day.month:02} năm {day.year}")) == "deviation"
    if day.month > 2:
        other = f"{day.month:02}" if day.month < 10 else f"0{day.month}"
        assert judged("D-02", dated(f"ngày {day.day:02} tháng {other} năm {day.year}")) == "deviation"
    assert judged("D-01", dated(f"ngày {day.day:02}/{day.month:02}/{day.year}")) == "deviation"


@given(count=st.integers(1, len(ALPHABET)), data=st.data())
def test_letters_of_diem_follow_the_vietnamese_alphabet(count, data, taken_apart):
    model = taken_apart.body[3].lines[0]

    def said(letters: str) -> str:
        body = tuple(Paragraph((line(f"{letter}) Nội dung của điểm;", model),)) for letter in letters)
        return judged("B-13", replace(taken_apart, body=body))

    letters = ALPHABET[:count]
    assert said(letters) == "pass"
    assert said(letters + "ab"[: count % 3]) == "pass"
    if count > 2:
        lost = data.draw(st.integers(0, count - 2))
        assert said(letters[:lost] + letters[lost + 1 :]) == "deviation"


def test_letters_that_vietnamese_does_not_have_are_no_order(taken_apart):
    model = taken_apart.body[3].lines[0]
    body = tuple(Paragraph((line(f"{letter}) Nội dung;", model),)) for letter in "abcdef")
    assert judged("B-13", replace(taken_apart, body=body)) == "deviation"


@given(st.integers(2, 20))
def test_annexes_bear_the_roman_numbers_from_one(taken_apart, count):
    first = taken_apart.annexes[0]

    def said(numbers: list[str]) -> str:
        annexes = tuple(replace(first, label=line(f"Phụ lục {number}", first.label)) for number in numbers)
        return judged("L-02", replace(taken_apart, annexes=annexes))

    numbers = [roman(number) for number in range(1, count + 1)]
    assert said(numbers) == "pass"
    assert said(numbers[1:] + numbers[:1]) == "deviation"
    assert said([str(number) for number in range(1, count + 1)]) == "deviation"


CITED = {
    "B-02": [
        ("Thực hiện Kế hoạch số 12/KH-UBND ngày 05/3/2020 của Ủy ban nhân dân tỉnh về việc kiểm tra", "pass"),
        ("Thực hiện Kế hoạch số 12/KH-UBND, các đơn vị đã kiểm tra.", "deviation"),
        ("Kế hoạch số 12/KH-UBND ngày 05/3/2020 của Ủy ban nhân dân tỉnh về kiểm tra. Kế hoạch số 12/KH-UBND ngày 05/3/2020 nêu rõ", "deviation"),
        ("Các đơn vị đã kiểm tra.", "not_applicable"),
    ],
    "B-03": [
        ("Chấp hành Luật Lưu trữ và Pháp lệnh Xử lý vi phạm hành chính.", "pass"),
        ("Chấp hành Luật Lưu trữ số 01/2011/QH13.", "deviation"),
        ("Chấp hành Pháp lệnh Lưu trữ ngày 01/4/2001 của Ủy ban Thường vụ Quốc hội.", "deviation"),
    ],
    "V-01": [
        ("Ủy ban nhân dân huyện Tuần Giáo và xã Quài Nưa", "pass"),
        ("Ủy ban nhân dân Huyện Tuần Giáo", "deviation"),
        ("Các xã, thị trấn của huyện tuần giáo", "deviation"),
        ("Huyện Tuần Giáo có 19 xã. Xã Quài Nưa ở phía tây.", "pass"),
        ("Các đơn vị của Phường Trần Phú đã báo cáo; xã hội hóa; tỉnh miền núi.", "not_applicable"),
    ],
    "V-02": [("Các hộ ở phường 3", "deviation"), ("Các hộ ở Quận 1", "pass"), ("Toàn tỉnh có 12 phường 5 năm qua", "not_applicable")],
    "V-04": [
        ("Giao sở Nội vụ chủ trì", "deviation"),
        ("Giao Sở nội vụ chủ trì", "deviation"),
        ("Các sở, ban, ngành; cơ sở Văn hóa; trụ sở Công an", "not_applicable"),
        ("Giao Sở Nội vụ, công an huyện Tuần Giáo", "deviation"),
    ],
    "V-05": [
        ("vận động nhân dân tham gia", "deviation"),
        ("Hội đồng nhân dân, Công an nhân dân, Tòa án nhân dân", "not_applicable"),
        ("chính sách của nhà nước", "deviation"),
        ("cơ quan quản lý nhà nước", "not_applicable"),
        ("Nhân dân và Nhà nước", "pass"),
    ],
    "V-06": [("thực hiện nghị định số 30/2020/NĐ-CP", "deviation"), ("thực hiện Luật quản lý thuế", "deviation"), ("theo Luật này", "not_applicable")],
    "V-07": [
        ("theo điểm a khoản 2 Điều 8 Nghị định này", "pass"),
        ("theo điều 8 của Luật Lưu trữ", "deviation"),
        ("theo Khoản 2 Điều 8", "deviation"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "text", "status"), [(rule, *case) for rule, cases in CITED.items() for case in cases]
)
def test_wording_is_called_wrong_only_where_the_text_is_certain(rule, text, status, taken_apart):
    body = (Paragraph((line(text, taken_apart.body[3].lines[0]),)),)
    assert judged(rule, replace(taken_apart, body=body)) == status


FAMILIES = {
    "TimesNewRomanPSMT": "TimesNewRoman",
    "TimesNewRomanPS-BoldItalicMT": "TimesNewRoman",
    "TimesNewRoman,Bold": "TimesNewRoman",
    "Times New Roman Bold": "TimesNewRoman",
    "Tinos-Bold": "Tinos",
    "LiberationSerif": "LiberationSerif",
    ".VnTime": ".VnTime",
}


@pytest.mark.parametrize("name", FAMILIES)
def test_the_family_is_what_all_faces_of_a_font_are_called(name):
    assert pdf.family(name) == FAMILIES[name]


def test_times_new_roman_passes_and_another_font_is_named(taken_apart):
    def said(family: str) -> nd30.rules.Finding:
        letter = Letter("A", family, 14, False, False, (0, 0, 0), 100, 110, 100)
        page = replace(taken_apart.pages[0], lines=(Line(1, (letter,)),))
        return CHECKS["P-06"](replace(taken_apart, pages=(page,)))

    assert said("TimesNewRoman").status == "pass"
    assert said("Tinos").status == said("Arial").status == "deviation"
    assert "thay thế" in said("Tinos").found
    assert "Arial" in said("Arial").found


# --- Another program's document -------------------------------------------------------------------------------

HTML = """<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><style>
@page { size: A4; margin: 20mm 20mm 20mm 30mm; }
body { font: 14pt/1.4 Tinos, 'Times New Roman'; margin: 0 }
table { width: 100%; border-collapse: collapse; line-height: 1.15 } td { padding: 0; text-align: center; vertical-align: top }
hr { border: 0; border-top: 1px solid #000; margin: 2pt auto } p { text-align: justify; text-indent: 12.7mm; margin: 0 0 8pt }
.c { text-align: center; text-indent: 0 }
</style>
<table><tr><td style="font-size:13pt;width:42%"><b>ỦY BAN NHÂN DÂN<br>HUYỆN MINH HỌA</b><hr style="width:50pt"></td>
<td><b style="font-size:13pt;white-space:nowrap">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br>
<b style="border-bottom:1px solid #000">Độc lập - Tự do - Hạnh phúc</b></td></tr>
<tr><td style="font-size:13pt;padding-top:8pt">Số: 05/BC-UBND</td><td style="padding-top:8pt"><i>Minh Họa, ngày 15 tháng 12 năm 2020</i></td></tr></table>
<p class="c" style="margin-top:18pt;margin-bottom:0"><b>BÁO CÁO</b></p><p class="c" style="margin:0"><b>Công tác văn thư năm 2020</b></p>
<hr style="width:70pt;margin-bottom:12pt"><p class="c">Kính gửi: Ủy ban nhân dân tỉnh Ví Dụ</p>
SENTENCES<p><b>I. KẾT QUẢ THỰC HIỆN</b></p>SENTENCES<p>Trên đây là báo cáo công tác văn thư năm 2020 của Ủy ban nhân dân huyện Minh Họa./.</p>
<table><tr><td style="text-align:left;font-size:11pt;width:45%"><b><i style="font-size:12pt">Nơi nhận:</i></b><br>- Như trên;<br>- Lưu: VT, NV.</td>
<td><b>TM. ỦY BAN NHÂN DÂN<br>CHỦ TỊCH</b></td></tr></table></html>"""


def test_a_page_printed_by_a_browser_is_judged_by_the_same_rules(program, tmp_path):
    sentences = "<p>Ủy ban nhân dân huyện đã chỉ đạo các cơ quan, đơn vị rà soát quy chế công tác văn thư, lưu trữ, phân công rõ trách nhiệm của từng bộ phận.</p>"
    (tmp_path / "page.html").write_text(HTML.replace("SENTENCES", sentences * 3), encoding="utf-8")
    subprocess.run(
        [program("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={tmp_path / 'page.pdf'}", (tmp_path / "page.html").as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = nd30.check(tmp_path / "page.pdf")
    assert found.date == datetime.date(2020, 12, 15)
    wrong = {result.rule: result.found for result in found.deviations if result.rule not in SUBSTITUTE}
    assert not wrong


# --- The command line -----------------------------------------------------------------------------------------


def test_the_command_line_prints_a_table_and_what_each_deviation_should_be(pipeline, report):
    done = pipeline("nd30", report / "report.pdf")
    assert done.code == 1
    assert "chưa có đủ ngày, tháng, năm" in done.out
    assert all(rule.id in done.out for rule in nd30.rules())
    assert "✗ P-06 Phông chữ: " in done.out
    assert "PL I, I.4" in done.out
    assert done.out.splitlines()[-1].startswith(f"{len(nd30.rules())} quy định: ")


def test_the_results_as_json_carry_the_rules(pipeline, report):
    done = pipeline("nd30", report / "report.pdf", "--json", "--lang", "en")
    rows = json.loads(done.out)
    assert [row["id"] for row in rows] == [rule.id for rule in nd30.rules()]
    assert {"rule", "requirement", "source", "doubt", "status", "found", "pages"} < set(rows[0])
    assert {row["status"] for row in rows} <= set(nd30.STATUSES)
    assert next(row for row in rows if row["id"] == "P-02")["found"] == "portrait; annexes in landscape"


def test_a_file_that_cannot_be_read_ends_with_three_and_none_with_two(pipeline, tmp_path):
    done = pipeline("nd30", tmp_path / "khong-co.pdf")
    assert done.code == 3
    assert "khong-co.pdf" in done.err
    assert "→" in done.err
    assert pipeline("nd30").code == 2
