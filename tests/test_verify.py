"""Figures typed by hand and names of other units are found where people write: narrative, prose and sentences of cells."""

import csv
import json
from datetime import date

import nbformat
import pytest
from conftest import ROOT, UNIT
from hypothesis import given
from hypothesis import strategies as st

from baocao.analysis import units, vietnamese
from baocao.analysis.findings import NOTE, VERIFY, Findings
from baocao.analysis.vietnamese import figures_in
from baocao.pipeline.plan import plan
from baocao.pipeline.verify import (
    Passage,
    _check_names,
    _check_same_text,
    _earlier_text,
    _names,
    _narrative,
    verify,
)

UNITS = ["cơ sở", "xã", "người", "vụ", "buổi", "lượt", "triệu đồng"]


# --- Which numbers are figures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Thực hiện Văn bản số 2378/SLĐTBXH-PCTNXH ngày 18/11/2020 của Sở",
        "Nghị định số 09/2019/NĐ-CP, Điều 12, khoản 5; Thông tư 01/2011/TT-BNV; Luật 91/2025/QH15",
        "Quyết định số 361/QĐ-TTg ngày 07/3/2016 (Chương trình giai đoạn 2016 - 2020)",
        "Pháp lệnh số 10/2003/PL-UBTVQH11 và Nghị định 178",
        "ngày 05 tháng 3 năm 2020, từ 15/12 đến 14/12, tháng 11/2020, quý 3, năm 2019 và 2020",
        "từ năm 2018 đến 2020; 2016-2020",
        "1. Mở đầu\n2.1. Tiếp theo\n## 3. Tiêu đề",
        "dịch COVID-19, mạng 5G, tuyến Quốc lộ 6, Phụ lục 2, Biểu 01, Đội kiểm tra liên ngành 178, trực 24/24",
        "ở bản 3, tổ 5, khu phố 7, Phường 12, tổng đài 111",
        "Đến ngày 15/12, ngày 02/3, tính đến hết ngày 30/11, ngày 05-6-2020, ngày 01.7.2025",
        "quý II/2020, Quý I/2020, các tháng 3, 4, 5, tháng 10, 11, 12 năm 2020, 6 tháng đầu năm",
        "các điều 327, 328, 329, Điều 5, 6 và 7; Đợt 3 năm 2020; Ban Chỉ đạo 138; Covid 19; 24/24h",
        "(1) làm; (2) xong",
        "- 1. Một",
        "một xã, một số người; hai bên cùng làm, tập trung vào ba việc",
        "xem https://example.org/2020/15",
    ],
)
def test_dates_and_numbers_of_documents_and_places_are_no_figures(text):
    assert figures_in(text, UNITS) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("có 20 cơ sở tại 16/19 xã, đạt 84,2%", [("20", 20), ("16", 16), ("19", 19), ("84,2%", 84.2)]),
        ("2020 người, 2.020 người", [("2020", 2020), ("2.020", 2020)]),
        ("năm vụ năm 2020, mười buổi", [("năm", 5), ("mười", 10)]),
        ("khoản 20 triệu đồng; ngày 20 người", [("20", 20), ("20", 20)]),
        ("tăng 1,234 người", [("1,234", None)]),
        ("hướng dẫn 45 hộ, báo cáo 12 trường hợp, bản 15 hộ", [("45", 45), ("12", 12), ("15", 15)]),
        ("Hoàn thành 5/7 chỉ tiêu", [("5", 5), ("7", 7)]),
        ("2000 học sinh, 1950 hộ", [("2000", 2000), ("1950", 1950)]),
        (
            "hai mươi cơ sở, ba mươi tư vụ, mười hai người",
            [("hai mươi", 20), ("ba mươi tư", 34), ("mười hai", 12)],
        ),
        ("Năm 2020, 3 vụ; 100% các nơi", [("3", 3), ("100%", 100)]),
        ("05 cơ sở,\n12,5 triệu đồng", [("05", 5), ("12,5", 12.5)]),
    ],
)
def test_counts_amounts_shares_and_number_words_are_figures(text, found):
    assert [(figure.written, figure.value) for figure in figures_in(text, UNITS)] == found
    assert all(text[figure.start :].startswith(figure.written) for figure in figures_in(text, UNITS))


@given(st.integers(0, 10**9) | st.integers(1, 10**7).map(lambda n: n / 10), st.sampled_from(UNITS))
def test_every_figure_as_reports_write_it_is_found(value, unit):
    written = vietnamese.number(value)
    (figure,) = figures_in(f"Trong kỳ có {written} {unit}.", UNITS)
    assert (figure.written, figure.value) == (written, value)


@given(st.dates(date(1945, 9, 2), date(2099, 12, 31)), st.integers(1, 9999))
def test_no_date_or_document_number_is_found(day, number):
    text = (
        f"Văn bản số {number}/UBND-VX {vietnamese.date_in_words(day)}, đến ngày {vietnamese.date_short(day)}"
    )
    assert figures_in(text, UNITS) == []


# --- In a report ----------------------------------------------------------------------------------------------


@pytest.fixture
def verified(data, report, built, tmp_path):
    """The findings of a report whose narrative, or whose notebook, was changed in places."""

    def run(narrative=(), cells=()):
        path = data / UNIT / "2020" / "narrative.md"
        text = path.read_text(encoding="utf-8")
        for old, new in narrative:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        notebook = nbformat.read(report / "report.ipynb", as_version=4)
        for id, source in cells:
            next(cell for cell in notebook.cells if cell.id == id).source = source
        nbformat.write(notebook, tmp_path / "report.ipynb")
        (asked,) = plan([UNIT], [2020], None, False, data, built)
        return list(
            verify(asked, nbformat.read(tmp_path / "report.ipynb", as_version=4), report / "indicators.csv")
        )

    return run


def test_the_sample_reports_hold_no_figure_typed_by_hand(verified):
    assert verified() == []


def test_a_typed_figure_is_named_with_section_line_and_remedy(verified):
    (finding,) = verified(narrative=[("Kinh phí được bố trí", "Kinh phí cho 37 buổi được bố trí")])
    text = (ROOT / "data" / UNIT / "2020" / "narrative.md").read_text(encoding="utf-8")
    line = text[: text.index("Kinh phí được bố trí")].count("\n") + 1
    assert (finding.severity, finding.rule) == (VERIFY, "typed-figure")
    assert (finding.file, finding.sheet, finding.row) == ("2020/narrative.md", "ton-tai", line)
    assert "“37 buổi được bố”" in finding.message.text("vi")
    assert "{eval}" in finding.remedy.text("vi")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("20 cơ sở", "B1"),
        ("04 đợt", "D1"),
        ("84,2% số nơi", "C5"),
        ("16/19 xã", "C4"),
        ("09 nhà nghỉ", "B.nha_nghi"),
        ("35,5 triệu đồng", "I1"),
        ("18 cơ sở", "B1.previous"),
        ("33 triệu đồng", "I1.previous"),
        ("78,9% số nơi", "C5.previous"),
        ("05 lượt", "D2.change"),
    ],
)
def test_a_typed_figure_that_an_indicator_explains_is_a_note_with_its_code(verified, typed, code):
    findings = verified(narrative=[("Hòm thư góp ý", f"Tại {typed}, hòm thư góp ý")])
    assert {finding.severity for finding in findings} == {NOTE}
    assert f"{{eval}}`{code}`" in findings[0].remedy.text("vi")


@pytest.mark.parametrize("typed", ["20 vụ", "87% số nơi", "21 cơ sở", "ba xã", "1,234 cơ sở", "19 người"])
def test_the_same_number_of_something_else_explains_nothing(verified, typed):
    findings = verified(narrative=[("Hòm thư góp ý", f"Tại {typed}, hòm thư góp ý")])
    assert [finding.severity for finding in findings] == [VERIFY]


@pytest.mark.parametrize(
    ("id", "source", "figure"),
    [
        ("phong-ngua-so", "Có {eval}`so('C1')` buổi và 77 buổi khác, năm {eval}`year`.", "77"),
        ("dau-tranh-kiem-tra", 'kiem_tra = f"Đội kiểm tra tổ chức 77 đợt trong năm {year}."', "77"),
        ("dau-tranh-kiem-tra", 'def f():\n    """Ví dụ: 55 vụ."""\n    return "Có " + "88 vụ mới"', "88"),
    ],
)
def test_figures_typed_into_the_notebook_are_found_in_prose_and_in_code(verified, id, source, figure):
    (finding,) = verified(cells=[(id, source)])
    assert (finding.severity, finding.value_before) == (VERIFY, figure)
    notebook = nbformat.read(ROOT / "notebooks" / "3_report.ipynb", as_version=4)
    assert finding.file == "3_report.ipynb"
    assert notebook.cells[finding.row - 1].id == id


def test_a_text_copied_from_another_units_report_is_asked_about(verified):
    (finding,) = verified(narrative=[("Hòm thư góp ý", "Tại huyện Tủa Chùa, hòm thư góp ý")])
    assert (finding.severity, finding.rule, finding.sheet) == (VERIFY, "other-unit", "dau-tranh")
    assert "huyện Tủa Chùa" in finding.message.text("vi")


def test_the_number_of_communes_is_explained_by_the_table_of_units(verified):
    assert (
        verified(narrative=[("Hòm thư góp ý", "Tại 19 xã, thị trấn (18 xã và 01 thị trấn), hòm thư góp ý")])
        == []
    )


def test_every_unit_that_is_known_is_found_by_its_name(verified):
    """Names begin with any capital: Mường Ảng, Điện Biên Đông."""
    strangers = [
        u.full_name for u in units.parts(units.resolve("dien-bien/_tinh", 2020), 2020) if u.code != "099"
    ]
    assert len(strangers) == 9
    findings = verified(narrative=[("Hòm thư góp ý", f"Tại {' và '.join(strangers)} có hòm thư; góp ý")])
    named = {finding.message.text("vi") for finding in findings}
    assert len(findings) == 9
    assert all(any(f"nói đến {name}," in text for text in named) for name in strangers)
    assert {finding.value_before for finding in findings} == set(strangers)


@pytest.mark.parametrize(
    "name", ["xã Thanh Minh", "huyện Mai Sơn", "tỉnh Sơn La", "Thành phố Hồ Chí Minh", "đặc khu Côn Đảo"]
)
def test_units_of_the_province_and_what_is_above_communes_elsewhere_are_strangers(verified, name):
    found = verified(narrative=[("Hòm thư góp ý", f"Tại {name}, hòm thư góp ý")])
    assert [finding.rule for finding in found] == ["other-unit"] * (name != "đặc khu Côn Đảo")


@pytest.mark.parametrize(
    "text",
    [
        "xã Tân Lập",
        "ông Thanh Minh",
        "Chiềng Sinh",
        "xã Mường Mùn Thượng",
        "xã hội Việt Nam",
        "Tỉnh ủy Điện Biên",
    ],
)
def test_communes_elsewhere_and_words_that_may_be_anything_are_not(verified, text):
    assert verified(narrative=[("Hòm thư góp ý", f"Tại {text}, hòm thư góp ý")]) == []


def test_a_name_that_begins_like_a_strangers_is_not_the_strangers():
    """Huyện Điện Biên is another unit to Điện Biên Đông; its own name begins with it."""
    unit = units.resolve("dien-bien/huyen-dien-bien-dong", 2020)
    names = _names(unit, units.parts(unit, 2020), units.load())
    found = Findings()
    for text in ("Tại huyện Điện Biên Đông có", "Tại huyện Điện Biên có"):
        _check_names(Passage(text, "narrative.md", "a", 1), names, unit, found)
    assert [finding.value_before for finding in found] == ["huyện Điện Biên"]


def test_in_a_notebook_the_remedy_is_a_role_of_a_notebook(verified):
    (finding,) = verified(cells=[("phong-ngua-so", "Có 20 cơ sở {eval}`year`.")])
    assert '{eval}`so("B1")`' in finding.remedy.text("vi")
    assert finding.place.startswith("3_report.ipynb, ô ")


def test_a_heading_with_two_spaces_is_a_heading_here_too(verified):
    assert verified(narrative=[("## kien-nghi", "##  kien-nghi")]) == []


@pytest.mark.parametrize("name", ["xã Quài Nưa", "thị trấn Tuần Giáo", "tỉnh Điện Biên", "huyện Tuần Giáo"])
def test_the_unit_its_parts_and_its_province_may_be_named(verified, name):
    assert verified(narrative=[("Hòm thư góp ý", f"Tại {name}, hòm thư góp ý")]) == []


def test_they_stand_in_findings_csv_and_stop_nothing(data, outputs, pipeline):
    path = data / UNIT / "2020" / "narrative.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("## kien-nghi\n", "## kien-nghi\n\nCần 99 vụ.\n"),
        encoding="utf-8",
    )
    done = pipeline("run", "--unit", UNIT, "--year", "2020", "--data", data, "--outputs", outputs, "--json")
    assert done.code == 0, done.err
    (result,) = json.loads(done.out)
    assert [f["place"] for f in result["findings"] if f["severity"] == "verify"] == [
        "2020/report.toml",  # who drafts is in doubt
        "2020/narrative.md, kien-nghi, dòng 65",
    ]
    with (outputs / UNIT / "2020" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["rule"] for row in csv.DictReader(file) if row["severity"] == "verify"] == [
            "body-doubtful",
            "typed-figure",
        ]


@pytest.mark.parametrize(
    "said", ["liên hệ bà Nguyễn Thị A", "số điện thoại 0912 345 678", "tại karaoke Hoàng Gia"]
)
def test_a_line_that_names_a_person_or_a_business_is_asked_about_and_not_repeated(verified, said):
    findings = verified(narrative=[("Hòm thư góp ý", f"Hòm thư góp ý, {said}")])
    assert [(f.severity, f.rule, f.sheet) for f in findings] == [(VERIFY, "personal-in-prose", "dau-tranh")]
    assert findings[0].row > 1
    assert not any(word in str(findings[0]) for word in said.split()[-2:])


# --- Last year's text -----------------------------------------------------------------------------------------

TEXT_2019 = """## ton-tai

Năm 2019, công tác tuyên truyền chưa rộng khắp ở các bản vùng cao. Hòa giải cơ sở chưa được chú trọng đúng mức
ở nhiều nơi; kết quả tính đến ngày 30/11/2019 còn thấp.

Việc này ngắn.
"""


def same_text(data, now):
    """The findings of this year's text against last year's: their sections, lines and messages."""
    (data / UNIT / "2019" / "narrative.md").write_text(TEXT_2019, encoding="utf-8")
    (data / UNIT / "2020" / "narrative.md").write_text(now, encoding="utf-8")
    (asked,) = plan([UNIT], [2020], None, False, data, data.parent / "outputs")
    findings = Findings()
    earlier = _earlier_text(asked.earlier_text)
    for passage in _narrative(asked):
        _check_same_text(passage, earlier, findings)
    assert {(finding.severity, finding.rule) for finding in findings} <= {(VERIFY, "same-text-as-last-year")}
    return [(finding.sheet, finding.row, finding.message.text("en")) for finding in findings]


@pytest.mark.parametrize(
    "rest",
    [
        " Hoà giải cơ sở chưa được chú trọng đúng mức ở nhiều nơi; kết quả tính đến ngày 15/12/2020 còn thấp.",
        "\nHòa giải cơ sở   chưa được chú trọng đúng mức ở nhiều\nnơi; kết quả tính đến ngày 15 tháng 12 năm 2020 còn thấp.",
    ],
)
def test_a_paragraph_of_last_year_is_asked_about_once_whatever_its_dates_and_spaces(data, rest):
    paragraph = f"Năm 2020, công tác tuyên truyền chưa rộng khắp ở các bản vùng cao.{rest}"
    now = f"## uu-diem\n\nĐiều mới.\n\n## ton-tai\n\nMở đầu.\n\n{paragraph}\n"
    ((section, row, message),) = same_text(data, now)
    assert (section, row) == ("ton-tai", 9)
    assert message.startswith("This is word for word last year's text: 'Năm 2020, công tác tuyên truyền")


def test_a_sentence_of_last_year_is_found_among_new_ones_with_its_line(data):
    now = (
        "## nguyen-nhan\n\nMột điều khác hẳn đã được viết cho năm nay ở đây.\n"
        "Hòa giải cơ sở chưa được chú trọng đúng mức ở nhiều nơi;\ncòn lại là mới.\n"
    )
    ((section, row, _message),) = same_text(data, now)
    assert (section, row) == ("nguyen-nhan", 4)


def test_new_or_short_text_is_not_asked_about(data):
    assert (
        same_text(
            data, "## ton-tai\n\nViệc này ngắn.\n\nCông tác tuyên truyền đã rộng khắp ở các bản vùng cao.\n"
        )
        == []
    )
    (data / UNIT / "2019" / "narrative.md").unlink()
    (asked,) = plan([UNIT], [2020], None, False, data, data.parent / "outputs")
    assert _earlier_text(asked.earlier_text) == set()


def test_a_line_that_may_name_a_person_is_repeated_by_no_finding(verified, data):
    text = (data / UNIT / "2020" / "narrative.md").read_text(encoding="utf-8")
    own = "Đồng chí Nguyễn Văn An, sinh ngày 01/02/1980, số điện thoại 0912345678, trực tiếp phụ trách việc này tại huyện."
    (data / UNIT / "2019" / "narrative.md").write_text(f"## ton-tai\n\n{own}\n", encoding="utf-8")
    first = text[text.index("## ton-tai") :].splitlines()[2]
    found = verified(narrative=[(first, own)])
    assert {finding.rule for finding in found} == {"personal-in-prose"}


def test_a_report_without_its_own_text_is_verified_too(verified, data):
    text = data / UNIT / "2020" / "narrative.md"
    found = verified(narrative=[])
    text.unlink()
    (asked,) = plan([UNIT], [2020], None, False, data, data.parent / "outputs")
    assert list(_narrative(asked)) == []
    assert found == []
