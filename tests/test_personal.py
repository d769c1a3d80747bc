"""Personal data are found in every usual spelling, and in nothing that a report is made of."""

import csv
import itertools
import json
import re
import tomllib

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from baocao.analysis import personal, units
from baocao.analysis.sheets import Sheet, read_sheets
from baocao.analysis.vietnamese import deaccent

TEXTS = {
    "name": [
        "Nguyễn Văn A", "NGUYỄN VĂN A", "NGUYEN VAN A", "Nguyễn  Văn\nA", "Lò Văn B", "Lo Thi C", "Giàng A Chứ",
        "Cà Văn G", "Mùa A Tráng", "Vàng A Sình", "1. Tòng Thị C", "- Bạc Cầm Minh", "Ly Sè Lù", "Hạng A D", "Khoàng Văn A",
        "LƯỜNG THỊ C", "BÙI MINH C", "TRẦN VĂN B", "ông Hùng", "Ông Lò Văn B bị phạt", "ÔNG NGUYỄN VĂN A", "bà Lan",
        "chị Nguyễn Thị C (xã X)", "cháu Thào Thị C", "đối tượng Lò Văn B", "đối tượng N.V.A", "chủ cơ sở: Điêu Chính A",
        "chủ quán Hương", "chủ quán Hương và nhân viên", "Chủ: NGUYỄN VĂN A", "tên là Hoa", "Phạt Nguyễn Văn A 5 triệu",
        "Đã xử lý Lò Thanh Hương, phạt", "nạn nhân là em Giàng Thị B", "đồng chí Lường Văn B", "Nguyễn Văn A, Lò Thị C",
    ],
    "telephone": [
        "0912345678", "0912.345.678", "0912 345 678", "091-234-5678", "09 12 34 56 78", "+84912345678", "+84 912 345 678",
        "(+84) 912 345 678", "84912345678", "01234567890", "02153862123", "0215.3.862.123", "(0215) 3 862 123",
        "0215 3862 123", "024.1234.5678", "0230 3862123", "ĐT: 0388123456.", "liên hệ 0912345678/0988888888",
    ],
    "identity": [
        "040123456789", "040 123 456 789", "CCCD 040123456789", "012345678", "CMND số 123456789", "CMND: 123 456 789",
        "CMT số: 123.456.789", "số định danh: 011199001234", "hộ chiếu B1234567", "C1234567", "123456789",
    ],
    "birth": [
        "sinh năm 1990", "sinh ngày 05/3/1990", "Sinh ngày: 05/3/1990", "sinh ngày 05 tháng 3 năm 1990", "sinh 1990",
        "(SN 1990)", "sn: 1990", "người bán dâm sinh năm 1995",
    ],
    "mail": ["abc@example.com"],
    "business": [
        "Karaoke Hoàng Gia", "KARAOKE HOÀNG GIA", "Karaoke: Hoàng Gia", "quán karaoke Hoàng Gia", "nhà nghỉ “Hương Sen”",
        'nhà nghỉ "Hương Sen"', "Khách Sạn Hương Sen", "KHÁCH SẠN HƯƠNG SEN", "quán bar X-Men", "massage Thư Giãn",
        "cơ sở karaoke Hoàng Gia có vi phạm", "Nhà nghỉ, karaoke Hoàng Gia", "quán cà phê Gió", "Cà phê Gió",
        "Công ty TNHH Hoàng Gia", "hộ kinh doanh Hoàng Gia", "Nhắc nhở nhà nghỉ Hương Sen",
    ],
    "address": [
        "số nhà 12", "Số nhà: 12", "SN 12", "tổ 3, số 45 đường Trần Phú", "số 45, phố Hàng Vải", "số 12 ngõ 5 đường X",
    ],
}  # fmt: skip
KINDS = {
    "name": personal.NAME, "telephone": personal.TELEPHONE, "identity": personal.IDENTITY, "birth": personal.BIRTH,
    "mail": personal.MAIL, "business": personal.BUSINESS, "address": personal.ADDRESS,
}  # fmt: skip
NOTHING_PERSONAL = [
    # places and institutions that bear a person's name
    "Phường Trần Hưng Đạo", "xã Hoàng Văn Thụ", "XÃ HOÀNG VĂN THỤ", "phường Lê Lợi", "Phường Võ Thị Sáu", "P. Trần Phú",
    "TP Hồ Chí Minh", "Hồ Chí Minh", "Hà Nội", "Cao Bằng", "Hà Tĩnh, Thái Bình", "Bà Rịa - Vũng Tàu", "Quỹ Vừ A Dính",
    "Trường THPT Nguyễn Trãi", "đường Võ Nguyên Giáp", "học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "Đoàn Thanh niên Cộng sản Hồ Chí Minh", "xã Chiềng Sinh năm 2020", "CHIỀNG SINH NĂM 2020",
    # words that begin like a family name
    "LƯU TRÚ", "VI PHẠM HÀNH CHÍNH", "Phạm Vi", "PHẠM VI HOẠT ĐỘNG", "ĐOÀN KIỂM TRA", "Hồ Sơ", "Vũ Trường", "TRIỆU ĐỒNG",
    "Triệu Đồng", "CÀ PHÊ", "Cà Phê", "Hội Nông Dân", "Đoàn Văn Nghệ", "Ban Quản Lý Dự Án", "Lương tháng", "Lò đốt rác",
    "Giang mai, HIV", "GIANG MAI", "Thái", "Mông", "Khơ Mú", "Dân tộc Thái", "Ma Túy",
    # words that come before a name elsewhere
    "phụ nữ và trẻ em Tuần Giáo", "chị em Phụ nữ", "các anh Công an", "Bà mẹ Việt Nam anh hùng", "Chủ tịch UBND",
    "Đối tượng vi phạm", "ĐỐI TƯỢNG VI PHẠM", "đối tượng Phụ nữ, Thanh niên", "CHỦ CƠ SỞ LƯU TRÚ", "Công an huyện",
    "Chủ cơ sở Karaoke, Massage", "Sở Văn hóa, Thể thao và Du lịch",
    # kinds of businesses
    "karaoke tại xã Quài Nưa", "nhà nghỉ, khách sạn", "Nhà hàng, quán ăn", "Nhà Nghỉ, Khách Sạn", "NHÀ NGHỈ, KHÁCH SẠN",
    "KARAOKE, MASSAGE", "Số cơ sở Karaoke", "Karaoke TT Tuần Giáo", "Karaoke Tổng số", "cây cà phê Mường Ảng",
    "phong tục tập quán Mông", "Đại sứ quán Việt Nam", "Hiệp hội Khách sạn Việt Nam",
    # numbers and dates
    "2378/SLĐTBXH-PCTNXH", "30/2020/NĐ-CP", "Quyết định số 361/QĐ-TTg", "123.456.789", "150000000", "123456789 đồng",
    "0,912345678", "0.912345678", "01/01/2020", "từ 15/12/2019 đến 14/12/2020", "02.12.2020 10 vụ", "2018-2020",
    "phát sinh năm 2020", "PHÁT SINH NĂM 2020", "học sinh năm 2020", "Tổng đài 111", "1900 1234", "A1", "VD001",
    "đường dây nóng số 111", "số 45 đường dây", "cấp 1200 thẻ căn cước công dân", "tổ 3",
]  # fmt: skip
HEADERS = {
    "name": [
        "Họ và tên", "Họ tên", "Họ, tên", "HỌ  VÀ\nTÊN", "Ho va ten", "Họ & tên", "2. Họ tên", "Họ và tên (chủ hộ)",
        "Tên đối tượng", "Tên chủ cơ sở", "Chủ cơ sở", "Người đại diện", "Thông tin > Họ và tên > Nữ", "Họ tên, năm sinh",
    ],
    "birth": ["Ngày sinh", "Năm sinh", "Ngày, tháng, năm sinh", "Ngày tháng năm sinh", "Năm sinh (nam)"],
    "identity": ["CMND", "CCCD", "So CMND/CCCD", "Số CCCD", "Số định danh", "Hộ chiếu", "Căn cước công dân"],
    "telephone": ["Điện thoại", "SĐT", "SDT", "SỐ ĐIỆN THOẠI", "Số điện thoại liên hệ"],
    "mail": ["Email", "E-mail"],
    "business": ["Tên cơ sở", "Tên cơ sở kinh doanh dịch vụ", "Tên, địa chỉ cơ sở", "Tên nhà nghỉ", "Biển hiệu"],
    "address": ["Địa chỉ", "Dia chi", "Địa chỉ cơ sở", "Nơi ở", "Nơi ở hiện nay", "Quê quán", "Số nhà"],
}  # fmt: skip
OTHER_HEADERS = [
    "Tên đơn vị", "Tên xã", "Tên loại hình", "Số cơ sở", "Tên chỉ tiêu", "Nội dung", "Số người", "Tên đội", "STT",
    "Số đối tượng bị xử lý", "Số chủ cơ sở ký cam kết", "Số học sinh", "Địa chỉ tin cậy", "Số giấy phép thu hồi", "Ghi chú",
    "Đình chỉ, thu hồi giấy phép", "(Ký, ghi rõ họ tên)", "Số người chưa có CCCD", "Karaoke", "Tên chủ đề", "Số nhà nghỉ",
    "Đối tượng", "",
]  # fmt: skip


def cases(by_kind):
    return [(kind, text) for kind, texts in by_kind.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), cases(TEXTS))
def test_what_identifies_is_found_and_named_by_its_kind(kind, text):
    assert personal.kind_in_text(text) == KINDS[kind]


@pytest.mark.parametrize("text", NOTHING_PERSONAL)
def test_what_identifies_nobody_is_let_through(text):
    assert personal.kind_in_text(text) is None


@pytest.mark.parametrize(("kind", "text"), cases(HEADERS))
def test_headers_of_personal_columns_are_known(kind, text):
    assert personal.kind_of_header(text) == KINDS[kind]


@pytest.mark.parametrize("text", ["Số giấy phép", "Số giấy phép kinh doanh", "Số GPKD", "Mã số thuế"])
def test_so_are_those_of_licences(text):
    assert personal.kind_of_header(text) == personal.LICENCE


@pytest.mark.parametrize("text", OTHER_HEADERS)
def test_headers_of_counts_are_let_through(text):
    assert personal.kind_of_header(text) is None


# --- What the project itself holds --------------------------------------------------------------------------------


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def own_texts():
    for unit in units.load(ROOT / "data"):
        if unit.province in ("dien-bien", "vi-du"):
            yield from (unit.full_name, unit.title_name, unit.full_name.upper(), unit.source, unit.doubt)
    for path in sorted((ROOT / "data").rglob("*.toml")):
        yield from strings(tomllib.loads(path.read_text(encoding="utf-8")))
    for path in [*(ROOT / "data").rglob("*.md"), ROOT / "README.vi.md"]:
        text = path.read_text(encoding="utf-8")
        yield from [text, *text.splitlines()]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"])
            yield from [text, *text.splitlines()]
    with (ROOT / "data" / "targets.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from itertools.chain.from_iterable(csv.reader(file))


def test_nothing_is_found_in_what_the_project_holds():
    assert [text for text in own_texts() if personal.kind_in_text(text)] == []


def test_a_place_that_is_named_like_a_person_is_none_where_it_is_known():
    for unit in units.load(ROOT / "data"):
        for name in (unit.name, unit.full_name, unit.full_name.upper(), deaccent(unit.full_name)):
            assert personal.kind_in_text(name, [name]) is None
    assert personal.kind_in_text("Trần Hưng Đạo") is not None


def test_nothing_is_found_in_any_sheet():
    sheets = [
        sheet
        for path in (ROOT / "data").glob("*/*/*/*")
        if path.suffix in (".xlsx", ".csv")
        for sheet in read_sheets(path)
    ]
    assert len(sheets) > 40
    assert [
        personal.look(sheet, range(1, 200)) for sheet in sheets if personal.look(sheet, range(1, 200))
    ] == []
    headers = [sheet.text(*place) for sheet in sheets for place in sheet.cells]
    assert [text for text in headers if personal.kind_of_header(text)] == []


# --- Names of places ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [["Vàng Đán"], ["xã Vàng Đán", "Vàng Đán"]])
def test_a_known_place_is_no_person_and_no_business(known):
    for text in ("Vàng Đán", "VÀNG  ĐÁN", "Karaoke Vàng Đán"):
        assert personal.kind_in_text(text) or text.isupper()
        assert personal.kind_in_text(text, known) is None
    assert personal.kind_in_text("Vàng Đán A", known) == personal.NAME


# --- Any spelling, in any sentence --------------------------------------------------------------------------------

separators = st.sampled_from(["", " ", ".", "-"])
digits = st.text("0123456789", min_size=7, max_size=7)
families = st.sampled_from(sorted(personal._FAMILIES))
syllables = st.sampled_from(
    ["hoa", "hương", "tuấn", "minh", "sơn", "chứ", "dơ", "phương", "ánh", "xuân", "a", "b"]
)
sentences = st.sampled_from(
    ["{}", "Ghi chú: {}", "đã nhắc nhở {} ngày 05/3/2020", "- {}.", "có 02 trường hợp ({}), xử lý theo quy định", "{}; 3 cơ sở"]
)  # fmt: skip


@st.composite
def telephones(draw):
    rest = draw(st.sampled_from(["32", "39", "52", "56", "58", "70", "77", "81", "88", "90", "98"])) + draw(
        digits
    )
    mark = draw(separators)
    parts = draw(st.sampled_from([(3, 3, 3), (2, 3, 4), (9,)]))
    cuts = [0, *itertools.accumulate(parts)]
    groups = [rest[a:b] for a, b in itertools.pairwise(cuts)]
    prefix = draw(st.sampled_from(["0", "+84", "+84 ", "(+84) ", "0084 "]))
    return prefix + mark.join(groups)


@given(telephones(), sentences)
def test_every_telephone_number_is_found(number, sentence):
    found = personal.kind_in_text(sentence.format(number))
    assert found == personal.TELEPHONE
    assert number not in found.text("vi") + found.text("en")


@given(st.integers(1, 96), st.integers(0, 3), st.integers(0, 99), st.integers(0, 999999), sentences)
def test_every_citizen_number_is_found(province, century, year, number, sentence):
    written = f"{province:03}{century}{year:02}{number:06}"
    assert personal.kind_in_text(sentence.format(written)) in (personal.IDENTITY, personal.TELEPHONE)


@given(
    families,
    st.sampled_from(["văn", "thị"]),
    st.lists(syllables, min_size=1, max_size=2),
    st.booleans(),
    sentences,
)
def test_every_name_with_its_middle_is_found(family, middle, given_names, capitals, sentence):
    words = [family, middle, *given_names]
    name = " ".join(word.upper() if capitals else word.capitalize() for word in words)
    if " ".join(words[:2]) in personal._WORDS:
        return
    found = personal.kind_in_text(sentence.format(name))
    assert found == personal.NAME
    assert not set(re.findall(r"\w+", name)) & set(
        re.findall(r"\w+", found.text("vi") + found.text("en"))
    ) - {"A"}


@given(
    st.sampled_from(["ông", "bà", "Ông", "đối tượng", "chủ cơ sở", "chủ quán:"]),
    families,
    syllables,
    sentences,
)
def test_every_family_name_behind_a_title_is_found(title, family, given_name, sentence):
    if f"{family} {given_name}" not in personal._WORDS:
        text = sentence.format(f"{title} {family.capitalize()} {given_name.capitalize()}")
        assert personal.kind_in_text(text) == personal.NAME


@given(st.integers(0, 10**15), st.integers(0, 10**6), st.dates())
def test_no_figure_of_a_report_is_found(amount, count, day):
    grouped = f"{amount:,}".replace(",", ".")
    for text in (
        grouped,
        f"{grouped} đồng",
        f"{count} cơ sở",
        f"{day:%d/%m/%Y}",
        f"ngày {day:%d/%m/%Y} có {count} vụ",
    ):
        assert personal.kind_in_text(text) is None


# --- Sheets -------------------------------------------------------------------------------------------------------


def sheet(*rows, **options):
    cells = {(r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1) if v not in ("", None)}
    return Sheet("Biểu", cells, **options)


def test_a_sheet_is_looked_through_in_all_its_columns():
    found = personal.look(
        sheet(
            ["Xã", "Số cơ sở", "Họ và tên", "Ghi chú"],
            ["Quài Nưa", 3, "x", "chủ: Lò Văn B"],
            ["Tỏa Tình", 123456789, "y", "Không"],
            ["", "", "Nguyễn Văn A", "0912345678"],
        ),
        rows=range(2, 4),
    )
    assert found == [(1, 3, personal.NAME), (2, 4, personal.NAME)]


def test_a_header_counts_only_with_something_under_it_in_the_rows():
    signed = sheet(["Xã", "Số cơ sở"], ["Quài Nưa", 3], ["", "Họ và tên"], ["", "Nguyễn Văn A"])
    assert personal.look(signed, rows=[2]) == []
    assert personal.look(signed, rows=[2, 4]) == [(3, 2, personal.NAME), (4, 2, personal.NAME)]


def test_a_plain_figure_of_a_file_without_types_is_none_but_a_leading_zero_is():
    rows = (["Số tiền"], ["123456789"], ["012345678"], ["-"])
    assert personal.look(sheet(*rows, typed=False), range(2, 5)) == [(3, 1, personal.IDENTITY)]
    assert len(personal.look(sheet(*rows), range(2, 5))) == 2
