"""What the report says follows the data: a sentence for none, for some, and for what is not known."""

import dataclasses
import importlib
import re
import shutil
import sys

import in_process
import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, UNIT

from baocao.analysis.findings import Findings
from baocao.analysis.stages import REPORT, Stage
from baocao.pipeline.assemble import assemble, blocks_of
from baocao.pipeline.export import render_html

COMMUNE = "dien-bien/xa-tuan-giao"


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Results that did not change are taken over from test to test: they lie under a digest of their inputs."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture
def made(data, work):
    """Make the report of a changed copy of the data; its words, those of its charts too, and its findings."""

    def make(change, year=2020):
        change(data / UNIT / str(year))
        page = BeautifulSoup(render_html(in_process.document(data, UNIT, year, work)), "html.parser")
        findings = Findings.load(Stage(REPORT, UNIT, year, "internal", data).folder(work))
        told = [{"severity": f.severity, "place": f.place, "message": str(f.message)} for f in findings]
        charts = " ".join(
            drawing["aria-label"] for drawing in page("svg")
        )  # they begin with the charts' titles
        return re.sub(r"\s+", " ", f"{charts} {page.get_text(' ')}"), told

    return make


def cell(folder, name, row_text, column_text, value):
    """Change the cell in the row and column whose first and header cells read so."""
    path = folder / name
    book = openpyxl.load_workbook(path)
    sheet = next(iter(book))
    cells = [c for line in sheet.iter_rows() for c in line if c.value is not None]
    row = next(c.row for c in cells if str(c.value).strip() == row_text)
    column = next(c.column for c in cells if str(c.value).strip() == column_text)
    sheet.cell(row, column).value = value
    book.save(path)


def line(folder, name, text, value):
    path = folder / name
    content = path.read_text(encoding="utf-8-sig")
    changed = re.sub(rf"({re.escape(text)};[^;\n]*;)\d*", rf"\g<1>{value}", content)
    assert changed != content
    path.write_text(changed, encoding="utf-8-sig")


def test_what_the_police_did_not_fill_in_is_neither_zero_nor_a_case(made):
    text, findings = made(
        lambda folder: line(folder, "vu-viec-doi-tuong.csv", "Số vụ mại dâm bị phát hiện, triệt phá", "")
    )
    assert "Chưa có số liệu về số vụ mại dâm" in text
    assert "không phát hiện vụ việc" not in text
    assert "triệt phá chưa có" not in text
    assert [f["severity"] for f in findings if "vu-viec" in f["place"] and f["severity"] != "note"] == [
        "verify"
    ]


def test_one_commune_without_a_figure_leaves_the_districts_total_open(made):
    def blank(folder):
        cell(folder, "truyen-thong.xlsx", "Rạng Đông", "Tuyên truyền trực tiếp (buổi)", None)
        cell(folder, "truyen-thong.xlsx", "Rạng Đông", "Phát thanh (lượt)", None)

    text, findings = made(blank)
    assert "chưa có đủ số liệu về số xã, thị trấn được tuyên truyền" in text
    assert "100%" not in text[: text.index("Phấn đấu năm 2021")]
    assert "chưa có đủ số liệu về số buổi tuyên truyền trực tiếp và số lượt phát thanh" in text
    assert not re.search(
        r"\d (buổi tuyên truyền|lượt phát thanh)|phát thanh \d", text[: text.index("Nơi nhận")]
    )
    assert sum(f["severity"] == "verify" for f in findings) >= 2


def test_a_year_without_inspection_figures_does_not_show_last_years(made):
    def blank(folder):
        path = folder / "kiem-tra-lien-nganh.xlsx"
        book = openpyxl.load_workbook(path)
        sheet = next(iter(book))
        for c in [
            c
            for row in sheet.iter_rows()
            for c in row
            if str(c.value).startswith("Đợt ") and c.value != "Đợt kiểm tra"
        ]:
            for column in range(c.column + 2, c.column + 9):
                if sheet.cell(c.row, column).value is not None:
                    sheet.cell(c.row, column).value = None
        book.save(path)

    text, _findings = made(blank)
    assert "21 lượt kiểm tra năm 2020" not in text
    assert "lượt kiểm tra năm 2020" not in text


def test_a_unit_without_any_establishment(made):
    def none(folder):
        path = folder / "co-so-kinh-doanh-dich-vu.xlsx"
        book = openpyxl.load_workbook(path)
        sheet = next(iter(book))
        header = next(c for row in sheet.iter_rows() for c in row if c.value == "Tổng số")
        for row in sheet.iter_rows(min_row=header.row + 1, min_col=header.column - 6, max_col=header.column):
            for c in row:
                if isinstance(c.value, int) and c.value > 0 and [x.value for x in row] != list(range(3, 10)):
                    c.value = 0
        book.save(path)

    text, _findings = made(none)
    assert "Toàn huyện không có cơ sở kinh doanh dịch vụ dễ phát sinh tệ nạn mại dâm" in text
    assert "gồm: ." not in text
    assert "NaN" not in text


def test_the_first_year_makes_no_comparison(made):
    text, _findings = made(lambda folder: None, year=2018)
    assert "so với năm 2017" not in text
    assert "Năm 2017" not in text
    assert "Thực hiện Văn bản" not in text


@pytest.mark.parametrize(
    "dropped",
    [
        ["kien-nghi", "tham-muu", "dau-tranh"],
        ["nhan-xet", "uu-diem", "ton-tai", "nguyen-nhan"],
        ["tinh-hinh"],
    ],
)
def test_a_section_left_out_in_report_toml_is_left_out_of_the_report(made, dropped):
    def drop(folder):
        path = folder / "report.toml"
        text = path.read_text(encoding="utf-8")
        for section in dropped:
            text = text.replace(f'"{section}",', "", 1)
        path.write_text(text, encoding="utf-8")

    text, _findings = made(drop)
    titles = {
        "kien-nghi": "IV. KIẾN NGHỊ", "tham-muu": "tham mưu, chỉ đạo", "dau-tranh": "truy quét, triệt phá ổ nhóm",
        "uu-diem": "1. Ưu điểm", "tinh-hinh": "Đánh giá tình hình",
    }  # fmt: skip
    for section in set(dropped) & set(titles):
        assert titles[section].lower() not in text.lower()
    if dropped == ["nhan-xet", "uu-diem", "ton-tai", "nguyen-nhan"]:
        assert "II. PHƯƠNG HƯỚNG" in text.upper()


@pytest.mark.parametrize("annexes", ['["co-so"]', '["chi-tieu"]', "[]", '["chi-tieu", "co-so"]'])
def test_annexes_are_chosen_and_ordered_in_report_toml(made, annexes):
    def choose(folder):
        path = folder / "report.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace('annexes = ["co-so", "chi-tieu"]', f"annexes = {annexes}"), encoding="utf-8"
        )

    text, _findings = made(choose)
    assert ("Xã Quài Nưa" in text.split("Nơi nhận")[1]) == ("co-so" in annexes)
    assert ("có biểu chi tiết tại" in text) == ("co-so" in annexes)
    if annexes == '["chi-tieu", "co-so"]':
        assert "có biểu chi tiết tại Phụ lục II" in text
    if annexes == '["co-so"]':  # the annex of charts, in the PDF, is the second
        assert "có biểu chi tiết tại Phụ lục I kèm theo" in text


def test_a_folder_whose_name_has_spaces_and_braces_works(tmp_path, pipeline):
    data = shutil.copytree(ROOT / "data", tmp_path / "thư mục {số liệu}" / "data")
    done = pipeline(
        "check", "--unit", UNIT, "--year", "2020", "--data", data, "--outputs", tmp_path / "{ra} 1"
    )
    assert done.code == 0, done.err


def test_a_dash_that_means_missing_is_printed_as_missing(made):
    def missing(folder):
        path = folder / "report.toml"
        path.write_text(
            path.read_text(encoding="utf-8").replace('dash = "zero"', 'dash = "missing"'), encoding="utf-8"
        )

    text, findings = made(missing)
    assert "Chưa có đủ số liệu về cơ sở kinh doanh dịch vụ" in text or "20 cơ sở kinh doanh dịch vụ" in text
    assert "nan" not in text.lower().split()
    assert any(f["severity"] == "verify" for f in findings)


def test_last_years_doubts_are_shown_with_this_years_report(made):
    def blank(folder):
        cell(folder.parent / "2019", "truyen-thong.xlsx", "Rạng Đông", "Tuyên truyền trực tiếp (buổi)", None)

    text, findings = made(blank)
    assert any(f["place"].startswith("2019/truyen-thong.xlsx") for f in findings)
    assert "buổi so với năm 2019" not in text


def test_a_total_above_its_types_and_more_pledges_than_establishments_are_asked_about(made):
    def change(folder):
        name = "co-so-kinh-doanh-dich-vu.xlsx"
        cell(folder, name, "TT Tuần Giáo", "Tổng số", 15)
        cell(folder, name, "Tổng cộng", "Tổng số", 22)
        cell(folder, "truyen-thong.xlsx", "Rạng Đông", "Cơ sở ký cam kết", 3)
        cell(folder, "truyen-thong.xlsx", "Tổng cộng", "Cơ sở ký cam kết", 21)

    _text, findings = made(change)
    doubts = [f["message"] for f in findings if f["severity"] == "verify"]
    assert any("15" in text and "cộng lại là 13" in text for text in doubts), doubts
    assert any("3 cơ sở ký cam kết" in text for text in doubts), doubts


def test_a_row_whose_types_exceed_its_total_stops_the_report(data, outputs, pipeline):
    cell(data / UNIT / "2020", "co-so-kinh-doanh-dich-vu.xlsx", "TT Tuần Giáo", "Tổng số", 9)
    run = ("run", "--unit", UNIT, "--year", "2020", "--data", data, "--outputs", outputs)
    done = pipeline(*run)
    assert done.code == 3
    assert "2020/co-so-kinh-doanh-dich-vu.xlsx" in done.err
    assert "Traceback" not in done.err
    english = pipeline(*run, "--lang", "en")
    assert "its 6 parts add up to 13" in english.err


def test_figures_of_earlier_years_that_are_invented_stay_marked(made):
    def real(folder):
        path = folder / "report.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text[: text.index("[illustrative]")], encoding="utf-8")

    text, _findings = made(real)
    assert "Số liệu các năm trước năm 2020 trong báo cáo là số liệu minh họa" in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('real = ["A1", "B1", "E1"]', 'real = ["ZZ"]', "ZZ"),
        ("date = 2020-11-18", 'date = ""', ""),
        ('date = ""', "date = 2019-01-01", "2020"),
    ],
)
def test_settings_that_contradict_are_refused_and_what_is_unknown_is_left_out(
    data, outputs, pipeline, old, new, said
):
    path = data / UNIT / "2020" / "report.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = pipeline("run", "--unit", UNIT, "--year", "2020", "--data", data, "--outputs", outputs)
    assert (done.code != 0) == bool(said), done.err
    assert said in done.err


# --- Other units, other years -----------------------------------------------------------------------------------------


def text_of(folder):
    page = BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    return re.sub(r"\s+", " ", page.get_text(" "))


def test_notebooks_run_in_process_give_the_document_that_the_pipeline_gives(report, tmp_path):
    """So that the tests that run notebooks without a kernel may be believed."""
    notebook = nbformat.read(report / "report.ipynb", as_version=4)
    for format in ("html", "pdf"):
        here, there = (
            in_process.document(ROOT / "data", UNIT, 2020, tmp_path, format),
            assemble(notebook, format),
        )
        for block, other in zip(blocks_of(here), blocks_of(there), strict=True):
            assert block == other
        assert here == there


def test_a_unit_without_communes_has_its_own_letterhead_and_nothing_by_commune(tmp_path, pipeline):
    done = pipeline("run", "--unit", COMMUNE, "--year", "2026", "--outputs", tmp_path)
    assert done.code == 0, done.err
    text = text_of(tmp_path / COMMUNE / "2026")
    for words in (
        "ỦY BAN NHÂN DÂN XÃ TUẦN GIÁO", "Sở Y tế tỉnh Điện Biên", "Theo số liệu do Công an xã cung cấp",
        "Toàn xã có 19 cơ sở", "tính đến ngày 15 tháng 11 năm 2026", "Kinh phí từ ngân sách xã", "Như trên",
    ):  # fmt: skip
        assert words in text, words
    for words in (
        "huyện",
        "các xã",
        "thị trấn",
        "Xã, thị trấn",
        "xã, thị trấn",
        "Tổng cộng",
        "so với cùng kỳ",
    ):
        assert words not in text, words


def test_a_new_folder_with_last_years_settings_adapted_is_a_new_year(data, outputs, pipeline):
    shutil.rmtree(data / UNIT / "2021")
    folder = shutil.copytree(data / UNIT / "2020", data / UNIT / "2021")
    settings = (folder / "report.toml").read_text(encoding="utf-8")
    for old, new in {
        "2020-12-14": "2021-12-14",
        "2019-12-15": "2020-12-15",
        "2020-11-18": "2021-11-18",
    }.items():
        settings = settings.replace(old, new)
    (folder / "report.toml").write_text(settings, encoding="utf-8")
    done = pipeline("run", "--unit", UNIT, "--year", "2021", "--data", data, "--outputs", outputs)
    assert done.code == 0, done.err
    text = text_of(outputs / UNIT / "2021")
    assert (
        "20 cơ sở kinh doanh dịch vụ dễ phát sinh tệ nạn mại dâm (không thay đổi so với cùng kỳ năm 2020)"
        in text
    )
    assert "16/19 xã, thị trấn được tuyên truyền (84,2%; chưa đạt chỉ tiêu được giao là 100%)" in text


def test_a_new_folder_is_a_new_unit(data, tmp_path, pipeline):
    sys.path.append(str(ROOT / "data"))
    make = importlib.import_module("make_illustrative")
    new = dataclasses.replace(make.XA_TUAN_GIAO, folder="dien-bien/xa-quai-to", communes=("xã Quài Tở",))
    folder = data / new.folder / "2026"
    make.write_year(folder, new, 2026)
    for name in ("report.toml", "narrative.md"):
        text = (data / COMMUNE / "2026" / name).read_text(encoding="utf-8")
        text = text.replace("XÃ TUẦN GIÁO", "XÃ QUÀI TỞ").replace('"Tuần Giáo"', '"Quài Tở"')
        (folder / name).write_text(text, encoding="utf-8")
    done = pipeline("run", "--district", "quai-to", "--data", data, "--outputs", tmp_path / "out")
    assert done.code == 0, done.err
    text = text_of(tmp_path / "out" / new.folder / "2026")
    assert "Ủy ban nhân dân xã Quài Tở báo cáo" in text
    assert "Tuần Giáo" not in text


def test_a_quan_of_phuong_reads_as_one(data, tmp_path):
    """Kinds of units are words of the table of units, wherever a name, a sentence or a budget line holds one."""
    sys.path.append(str(ROOT / "data"))
    make = importlib.import_module("make_illustrative")
    table = data / "vi-du" / "units.csv"
    text = table.read_text(encoding="utf-8").replace(",huyện,", ",quận,").replace(",thị trấn,", ",phường,")
    table.write_text(text.replace(",xã,", ",phường,"), encoding="utf-8")
    communes = tuple(
        "phường " + name.split(" ", 1)[1].removeprefix("trấn ") for name in make.MINH_HOA.communes
    )
    unit = dataclasses.replace(
        make.MINH_HOA, folder="vi-du/quan-minh-hoa", communes=communes, name_column="Phường", own_budget="Ngân sách quận",
    )  # fmt: skip
    folder = data / unit.folder / "2020"
    make.write_year(folder, unit, 2020)
    settings = (data / "vi-du" / "huyen-minh-hoa" / "2020" / "report.toml").read_text(encoding="utf-8")
    (folder / "report.toml").write_text(
        settings.replace("HUYỆN MINH", "QUẬN MINH").replace(" huyện", " quận"), encoding="utf-8"
    )
    text = "".join(f"## {id}\n\nĐoạn văn.\n\n" for id in ("nguyen-nhan", "phuong-huong", "kien-nghi"))
    (folder / "narrative.md").write_text(text, encoding="utf-8")
    document = in_process.document(data, unit.folder, 2020, tmp_path)
    page = BeautifulSoup(render_html(document), "html.parser").get_text(" ")
    assert "07/08 phường được tuyên truyền" in page
    assert "Số phường có cơ sở kinh doanh dịch vụ" in page
    assert "Kinh phí từ ngân sách quận" in page
    for words in ("xã, thị trấn", "Số xã", "huyện"):
        assert words not in page.replace("các xã, thị trấn", ""), words
