"""The data folder: illustrative figures, dictionary, targets, narratives.

Expected figures are typed here from the description of the data, not read from the program that makes them.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib
import unicodedata
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[1] / "data"
UNIT = DATA / "dien-bien" / "huyen-tuan-giao"
YEARS = (2018, 2019, 2020)
INVENTED_PROVINCES = {"vi-du"}  # the only place where sensitive figures may be other than 0

COMMUNES = {
    "03253": "Tuần Giáo", "03259": "Phình Sáng", "03260": "Rạng Đông", "03262": "Mùn Chung",
    "03263": "Nà Tòng", "03265": "Ta Ma", "03268": "Mường Mùn", "03269": "Pú Xi", "03271": "Pú Nhung",
    "03274": "Quài Nưa", "03277": "Mường Thín", "03280": "Tỏa Tình", "03283": "Nà Sáy",
    "03284": "Mường Khong", "03289": "Quài Cang", "03295": "Quài Tở", "03298": "Chiềng Sinh",
    "03299": "Chiềng Đông", "03304": "Tênh Phông",
}  # fmt: skip
CODES = {name: code for code, name in COMMUNES.items()}

# khách sạn, nhà nghỉ, karaoke, xoa bóp, nhà hàng, khác, tổng số
ESTABLISHMENTS = {2018: [1, 7, 7, 0, 2, 0, 17], 2019: [2, 8, 6, 0, 2, 0, 18], 2020: [2, 9, 6, 0, 3, 0, 20]}
# buổi, lượt phát thanh, tờ, cam kết
COMMUNICATION = {2018: [23, 114, 2820, 12], 2019: [29, 144, 3320, 15], 2020: [35, 178, 3800, 18]}
# cán sự, đội, tình nguyện viên
OFFICERS = {2018: [11, 2, 14], 2019: [11, 2, 15], 2020: [12, 3, 22]}
# đợt, lượt cơ sở
INSPECTIONS = {2018: (3, 19), 2019: (3, 21), 2020: (4, 26)}
# trung ương, tỉnh, huyện, khác, tổng cộng
BUDGET = {
    2018: ["0", "12", "16,5", "0", "28,5"],
    2019: ["0", "15", "18", "0", "33"],
    2020: ["0", "15", "20,5", "0", "35,5"],
}
REACHED = {2018: 13, 2019: 15, 2020: 16}

SECTIONS = [
    "ket-qua", "tinh-hinh", "nhiem-vu", "tham-muu", "phong-ngua", "dau-tranh",
    "nhan-xet", "uu-diem", "ton-tai", "nguyen-nhan", "phuong-huong", "kien-nghi",
]  # fmt: skip
WITHOUT_TEXT = {"ket-qua", "nhiem-vu", "nhan-xet"}  # headings only

TYPES = ["khach_san", "nha_nghi", "karaoke", "xoa_bop", "nha_hang", "khac"]
INDICATORS = [
    "A1", "A2",
    "B1", *[f"B.{kind}" for kind in TYPES], "B2", "B3",
    "C1", "C2", "C3", "C4", "C5", "C6", "C7",
    "D1", "D2", "D3", "D4",
    "E1", "E2", "E3", "E4",
    "F1", "F2",
    "G1",
    "H1", "H2", "H3", "H4",
    "I1", "I.trung_uong", "I.tinh", "I.huyen", "I.khac",
]  # fmt: skip
SENSITIVE = {"A1", "A2", "B3", "D3", "D4", "E1", "E2", "E3", "E4", "F1", "F2", "G1"}
STOCK_GROUPS = {"A", "B", "H"}


# --- reading a sheet the simple way ---------------------------------------------------------------


def figure(value: object) -> int:
    """A cell as a whole number: "-" is 0, "1.250" is 1250; anything else fails."""
    if value == "-":
        return 0
    if isinstance(value, str):
        assert re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", value), value
        return int(value.replace(".", ""))
    assert isinstance(value, int), value
    return value


def commune_code(written: str) -> str:
    """The code of a commune however an office wrote it."""
    name = re.sub(r"^(Thị trấn|TT\.?|[Xx]ã) ", "", " ".join(written.split()))
    return CODES[name.replace("oả", "ỏa")]


@cache
def table(path: Path) -> tuple[list[list[Any]], list[Any]]:
    """The rows between the column numbers and "Tổng cộng", and that row; both from the STT column on."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    grid = [list(row) for row in sheet.iter_rows(min_col=sheet.min_column, values_only=True)]
    start = next(i for i, row in enumerate(grid) if row == list(range(1, len(row) + 1)))
    end = next(i for i, row in enumerate(grid) if "Tổng cộng" in row[:2])
    return grid[start + 1 : end], grid[end]


def headers(path: Path) -> list[str]:
    """Each column's header with its levels joined by " > ", merged cells read as Excel shows them."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    left = sheet.min_column
    rows = {row[0].row: [cell.value for cell in row] for row in sheet.iter_rows(min_col=left)}
    top = next(row for row, cells in rows.items() if cells[0] == "STT")
    numbers = next(row for row, cells in rows.items() if cells == list(range(1, len(cells) + 1)))
    shown = {
        (row, column): sheet.cell(merged.min_row, merged.min_col).value
        for merged in sheet.merged_cells.ranges
        for row, column in (cell for line in merged.rows for cell in line)
    }
    paths = []
    for column in range(left, sheet.max_column + 1):
        levels = [shown.get((r, column), sheet.cell(r, column).value) for r in range(top, numbers)]
        paths.append(" > ".join(dict.fromkeys(level for level in levels if level)))
    return paths


def csv_rows(path: Path) -> list[list[str]]:
    """The rows under the header of an office's CSV."""
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len({len(row) for row in rows}) == 1
    return rows[1:]


def by_commune(year: int, file: str) -> dict[str, list[Any]]:
    """{commune's code: its cells right of the name}."""
    rows, _ = table(UNIT / str(year) / file)
    return {commune_code(row[1]): row[2:] for row in rows}


def dictionary() -> dict[str, Any]:
    return tomllib.loads((DATA / "indicators.toml").read_text("utf-8"))


def year_folders() -> list[Path]:
    """Every unit's year in the repository, real and invented."""
    return sorted(path for path in DATA.glob("*/*/*") if path.is_dir() and path.name.isdigit())


# --- the program that makes the files -------------------------------------------------------------


def test_making_the_files_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DATA / "make_illustrative.py", tmp_path], check=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(DATA): path.read_bytes()
        for path in UNIT.rglob("*")
        if path.suffix in {".xlsx", ".csv"} and not path.name.startswith((".", "~"))
    }
    assert len(made) == 3 * 7
    assert made.keys() == kept.keys()
    assert [str(path) for path in made if made[path] != kept[path]] == []


def test_making_the_files_leaves_what_is_written_by_hand(tmp_path: Path) -> None:
    folder = tmp_path / "dien-bien" / "huyen-tuan-giao" / "2020"
    folder.mkdir(parents=True)
    for name in ("report.toml", "narrative.md"):
        (folder / name).write_text("của đơn vị", encoding="utf-8")
    subprocess.run([sys.executable, DATA / "make_illustrative.py", tmp_path], check=True)
    assert {(folder / name).read_text("utf-8") for name in ("report.toml", "narrative.md")} == {"của đơn vị"}


def test_workbooks_hold_no_clock_and_say_that_they_are_illustrative() -> None:
    for path in UNIT.rglob("*.xlsx"):
        year = int(path.parent.name)
        with zipfile.ZipFile(path) as book:
            assert {entry.date_time for entry in book.infolist()} == {(year, 12, 14, 0, 0, 0)}
        properties = openpyxl.load_workbook(path).properties
        assert properties.created.date() == properties.modified.date() == date(year, 12, 14)
        assert "minh họa" in properties.description


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("co-so-kinh-doanh-dich-vu.xlsx", ESTABLISHMENTS),
        ("truyen-thong.xlsx", COMMUNICATION),
        ("can-bo-doi-tinh-nguyen.xlsx", OFFICERS),
    ],
)
def test_commune_tables_add_up_to_the_stated_totals(year: int, file: str, expected: dict[int, Any]) -> None:
    rows, total = table(UNIT / str(year) / file)
    width = len(expected[year])
    sums = [sum(figure(row[2 + column]) for row in rows) for column in range(width)]
    assert sums == expected[year]
    assert total[2 : 2 + width] == expected[year]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    "file", ["co-so-kinh-doanh-dich-vu.xlsx", "truyen-thong.xlsx", "can-bo-doi-tinh-nguyen.xlsx"]
)
def test_every_commune_has_its_row(year: int, file: str) -> None:
    rows, _ = table(UNIT / str(year) / file)
    assert [row[0] for row in rows] == list(range(1, 20))
    assert sorted(commune_code(row[1]) for row in rows) == sorted(COMMUNES)


@pytest.mark.parametrize("year", YEARS)
def test_establishments_add_up_in_each_commune(year: int) -> None:
    for code, cells in by_commune(year, "co-so-kinh-doanh-dich-vu.xlsx").items():
        assert sum(map(figure, cells[:6])) == cells[6], COMMUNES[code]


@pytest.mark.parametrize("year", YEARS)
def test_no_commune_has_more_commitments_than_establishments(year: int) -> None:
    establishments = by_commune(year, "co-so-kinh-doanh-dich-vu.xlsx")
    for code, cells in by_commune(year, "truyen-thong.xlsx").items():
        assert figure(cells[3]) <= establishments[code][6], COMMUNES[code]


@pytest.mark.parametrize("year", YEARS)
def test_inspections(year: int) -> None:
    waves, total = table(UNIT / str(year) / "kiem-tra-lien-nganh.xlsx")
    number, inspected = INSPECTIONS[year]
    assert len(waves) == number
    assert sum(wave[3] for wave in waves) == total[3] == inspected
    months = [wave[2] for wave in waves]
    assert months == sorted(set(months) & set(range(1, 13)))


@pytest.mark.parametrize("year", YEARS)
def test_communes_reached(year: int) -> None:
    cells = by_commune(year, "truyen-thong.xlsx")
    unreached = {COMMUNES[code] for code, row in cells.items() if figure(row[0]) + figure(row[1]) == 0}
    assert 19 - len(unreached) == REACHED[year]
    assert {"Phình Sáng", "Ta Ma", "Nà Tòng"} <= unreached


def test_officers_of_2020_are_mainly_in_the_three_communes_of_the_source_report() -> None:
    cells = by_commune(2020, "can-bo-doi-tinh-nguyen.xlsx")
    officers = {COMMUNES[code]: row[0] for code, row in cells.items() if row[0]}
    assert officers == {"Tuần Giáo": 4, "Quài Nưa": 3, "Tỏa Tình": 3, "Quài Tở": 1, "Mường Mùn": 1}


@pytest.mark.parametrize("year", YEARS)
def test_budget(year: int) -> None:
    rows = csv_rows(UNIT / str(year) / "kinh-phi.csv")
    assert [amount for _, amount in rows] == BUDGET[year]
    assert rows[-1][0] == "Tổng cộng"
    amounts = [float(amount.replace(",", ".")) for _, amount in rows]
    assert sum(amounts[:-1]) == amounts[-1]


def test_sensitive_figures_are_zero_in_every_real_unit() -> None:
    real = [folder for folder in year_folders() if folder.parts[-3] not in INVENTED_PROVINCES]
    assert len(real) >= 3
    for folder in real:
        for file in ("vu-viec-doi-tuong.csv", "ho-tro.csv"):
            assert {row[-1] for row in csv_rows(folder / file)} == {"0"}, folder / file
        waves, total = table(folder / "kiem-tra-lien-nganh.xlsx")
        for row in [*waves, total]:
            assert row[4:] == [0] * 6, folder  # breaches, four sanctions, fines


def test_no_file_holds_anything_but_counts_of_the_known_kinds() -> None:
    """A column or file with another subject could carry what must stay out: a person, a case, a name."""
    for year in YEARS:
        names = {path.name for path in (UNIT / str(year)).iterdir()}
        sources = {name for name in dictionary()["sources"].values() if name.endswith((".xlsx", ".csv"))}
        assert names == sources | {"report.toml", "narrative.md"}
        remarks = {cells[4] for cells in by_commune(year, "truyen-thong.xlsx").values()}
        assert remarks <= {None, "Địa bàn xa, chưa tổ chức"}


def test_signatures_stay_blank() -> None:
    for path in UNIT.rglob("*.xlsx"):
        sheet = openpyxl.load_workbook(path).worksheets[0]
        words = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        after = words[words.index("NGƯỜI LẬP BIỂU") :]
        assert after == ["NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên)", "(Ký, đóng dấu)"], path


def test_the_habits_that_cleaning_must_survive_are_there() -> None:
    folder = UNIT / "2020"
    written = {
        file: [row[1] for row in table(folder / file)[0]]
        for file in ("co-so-kinh-doanh-dich-vu.xlsx", "truyen-thong.xlsx", "can-bo-doi-tinh-nguyen.xlsx")
    }
    assert {"TT Tuần Giáo", "Xã Quài Nưa"} <= set(written["co-so-kinh-doanh-dich-vu.xlsx"])
    assert "Toả Tình" in written["truyen-thong.xlsx"]
    assert any("  " in name for name in written["can-bo-doi-tinh-nguyen.xlsx"])
    assert any(name.endswith(" ") for name in written["can-bo-doi-tinh-nguyen.xlsx"])
    assert "-" in by_commune(2020, "co-so-kinh-doanh-dich-vu.xlsx")["03259"]
    assert by_commune(2020, "truyen-thong.xlsx")["03253"][2] == "1.250"
    assert openpyxl.load_workbook(folder / "can-bo-doi-tinh-nguyen.xlsx").worksheets[0].min_row > 1


def test_headers() -> None:
    folder = UNIT / "2020"
    assert headers(folder / "kiem-tra-lien-nganh.xlsx") == [
        "STT",
        "Đợt kiểm tra",
        "Tháng",
        "Lượt cơ sở được kiểm tra",
        "Lượt cơ sở vi phạm > Tổng số",
        "Lượt cơ sở vi phạm > Trong đó > Cảnh cáo",
        "Lượt cơ sở vi phạm > Trong đó > Phạt tiền",
        "Lượt cơ sở vi phạm > Trong đó > Đình chỉ, thu hồi giấy phép",
        "Lượt cơ sở vi phạm > Trong đó > Xử phạt bổ sung",
        "Số tiền phạt (triệu đồng)",
    ]
    assert headers(folder / "can-bo-doi-tinh-nguyen.xlsx")[2:] == [
        "Cán sự",
        "Đội công tác xã hội tình nguyện > Số đội",
        "Đội công tác xã hội tình nguyện > Số tình nguyện viên",
    ]


# --- text -----------------------------------------------------------------------------------------

VIETNAMESE = set("aăâeêioôơuưyđ") | {
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưy"
    for tone in "\u0300\u0301\u0303\u0309\u0323"
}
PUNCTUATION = set("“”…")


def texts() -> Iterator[tuple[str, str]]:
    """Every text that a person reads in the data folder, with where it stands."""
    for path in sorted(DATA.rglob("*")):
        if path.suffix in {".md", ".toml", ".csv", ".py"} or path.name == "LICENSE":
            yield path.name, path.read_text("utf-8-sig")
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            for row in book.worksheets[0].iter_rows():
                yield from ((f"{path.name} {c.coordinate}", c.value) for c in row if isinstance(c.value, str))
            yield path.name, f"{book.properties.title} {book.properties.description}"


def test_all_text_is_composed_vietnamese_without_remains_of_other_encodings() -> None:
    for place, text in texts():
        assert unicodedata.is_normalized("NFC", text), place
        foreign = {c for c in text if ord(c) > 127 and c.lower() not in VIETNAMESE | PUNCTUATION}
        assert not foreign, (place, foreign)


# --- dictionary, targets, types -------------------------------------------------------------------


def test_dictionary_is_complete() -> None:
    book = dictionary()
    indicators = book["indicator"]
    assert [indicator["code"] for indicator in indicators] == INDICATORS
    assert len({indicator["name"] for indicator in indicators}) == len(indicators)
    texts = {"code", "name", "unit", "kind", "group", "definition", "formula", "source", "basis"}
    for indicator in indicators:
        code = indicator["code"]
        ratio = {"numerator", "denominator"} if indicator["unit"] == "%" else set()
        assert indicator.keys() == texts | {"sensitive", "annex"} | ratio, code
        assert all(indicator[field] for field in texts), code
        assert indicator["group"] == code[0], code
        assert code[0] in book["groups"], code
        assert set(indicator["source"]) <= set(book["sources"]), code
        assert indicator["definition"].endswith("."), code
        assert {type(indicator["sensitive"]), type(indicator["annex"])} == {bool}, code
    assert {i["code"] for i in indicators if i["sensitive"]} == SENSITIVE
    assert {i["code"] for i in indicators if i["kind"] == "stock"} == {
        code for code in INDICATORS if code[0] in STOCK_GROUPS
    }
    assert {i["kind"] for i in indicators} == {"stock", "flow"}


def test_percentages_name_what_they_divide() -> None:
    book = dictionary()
    by_code = {indicator["code"]: indicator for indicator in book["indicator"]}
    percentages = {code: i for code, i in by_code.items() if i["unit"] == "%"}
    assert {code: (i["numerator"], i["denominator"]) for code, i in percentages.items()} == {
        "C5": ("C4", "parts"),
        "C7": ("C6", "B1"),
    }
    for indicator in percentages.values():
        assert {indicator["numerator"], indicator["denominator"]} <= set(by_code) | set(book["counts"])


def test_each_row_of_the_police_table_has_its_indicator() -> None:
    from_cases = [i["formula"] for i in dictionary()["indicator"] if i["source"] == ["cases"]]
    labels = [label for label, _, _ in csv_rows(UNIT / "2020" / "vu-viec-doi-tuong.csv")]
    assert len(labels) == len(from_cases)
    for label in labels:
        assert sum(f'"{label}"' in formula for formula in from_cases) == 1, label


def test_targets_are_the_one_that_is_known() -> None:
    with (DATA / "targets.csv").open(encoding="utf-8", newline="") as file:
        targets = list(csv.DictReader(file))
    assert list(targets[0]) == [
        "province",
        "year",
        "code",
        "target",
        "unit",
        "wording",
        "source",
        "verified",
        "note",
    ]
    units = {indicator["code"]: indicator["unit"] for indicator in dictionary()["indicator"]}
    for target in targets:
        assert units[target["code"]] == target["unit"]
        assert target["source"]
        assert target["verified"] in {"true", "false"}
    known = [tuple(target.values())[:4] for target in targets if target["province"] == "dien-bien"]
    assert known == [("dien-bien", "2021", "C5", "100")]


def test_types_name_the_columns_of_the_sheets() -> None:
    types = tomllib.loads((DATA / "types.toml").read_text("utf-8"))
    assert [t["id"] for t in types["type"]] == TYPES
    assert {t["group"] for t in types["type"]} <= {*types["groups"], ""}
    assert [t["id"] for t in types["type"] if t["group"] == "luu_tru"] == ["khach_san", "nha_nghi"]
    assert all(
        t.keys() == {"id", "name", "prose", "group", "headers", "since", "note"} for t in types["type"]
    )
    for year in YEARS:
        columns = headers(UNIT / str(year) / "co-so-kinh-doanh-dich-vu.xlsx")[2:8]
        for column, kind in zip(columns, types["type"], strict=True):
            assert column in kind["headers"]


# --- settings and narratives ----------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_report_settings(year: int) -> None:
    settings = tomllib.loads((UNIT / str(year) / "report.toml").read_text("utf-8"))
    assert {name: set(values) for name, values in settings.items()} == {
        "document": {"number", "date", "symbol", "place", "superior", "issuer", "kind"},
        "period": {"start", "end", "cutoff"},
        "request": {"number", "date", "issuer", "subject"},
        "delivery": {"addressees", "recipients", "file"},
        "signature": {"authority", "posts", "name"},
        "layout": {"sections", "annexes", "charts_html", "charts_pdf"},
        "intake": {"dash"},
        "illustrative": {"real"},
    }
    document = settings["document"]
    assert (document["number"], document["date"], settings["signature"]["name"]) == ("", "", "")
    assert settings["period"]["start"] == date(year - 1, 12, 15)
    assert settings["period"]["end"] == settings["period"]["cutoff"] == date(year, 12, 14)
    assert settings["layout"]["sections"] == SECTIONS
    assert settings["delivery"]["recipients"][0] == "Như trên"
    assert settings["intake"]["dash"] == "zero"
    if year == 2020:
        assert settings["request"]["number"] == "2378/SLĐTBXH-PCTNXH"
        assert settings["request"]["date"] == date(2020, 11, 18)
        assert settings["illustrative"]["real"] == ["A1", "B1", "E1"]
    else:
        assert set(settings["request"].values()) == {""}
        assert settings["illustrative"]["real"] == []


ROLE = re.compile(r"\{eval\}`([^`]*)`")


@cache
def narrative(year: int) -> dict[str, str]:
    """{section id: its text}."""
    text = (UNIT / str(year) / "narrative.md").read_text("utf-8")
    before, *parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    assert before == ""
    assert len(set(parts[::2])) == len(parts[::2])
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("year", YEARS)
def test_narrative_fills_the_known_sections_in_order(year: int) -> None:
    assert list(narrative(year)) == [section for section in SECTIONS if section not in WITHOUT_TEXT]
    assert all(text.strip() for text in narrative(year).values())


@pytest.mark.parametrize("year", YEARS)
def test_narrative_holds_no_figure_typed_by_hand(year: int) -> None:
    for section, text in narrative(year).items():
        assert not re.search(r"\d", ROLE.sub("", text)), section
        assert "{eval}" not in ROLE.sub("", text), section
        for expression in ROLE.findall(text):
            code = re.sub(r"\.(previous|change|target)$", "", expression)
            assert code in INDICATORS, expression


@pytest.mark.parametrize("year", YEARS)
def test_narrative_names_things_one_way(year: int) -> None:
    text = "\n".join(narrative(year).values())
    for variant in ("LĐ-TB", "TB&XH", "UBMTTQ", "phòng Lao động", "sở Lao động", "TT ", "nhân dân", "PL-UBT"):
        assert variant not in text, variant
    repeated = re.findall(r"\b(\w+ \w+) \1\b", text)
    assert not repeated
    assert text.count("Pháp lệnh") == text.count("Pháp lệnh Phòng, chống mại dâm")


def test_years_do_not_share_a_paragraph() -> None:
    paragraphs = [
        paragraph
        for year in YEARS
        for text in narrative(year).values()
        for paragraph in text.strip().split("\n\n")
    ]
    assert len(set(paragraphs)) == len(paragraphs)


def test_narrative_of_2020_carries_the_facts_of_the_source_report() -> None:
    facts = {
        "tinh-hinh": "Công an huyện | Toàn dân bảo vệ an ninh Tổ quốc | Cơ sở dữ liệu quốc gia về dân cư"
        " | trấn áp tội phạm | hộ khẩu",
        "tham-muu": "Ban Chỉ đạo phòng, chống HIV/AIDS và phòng, chống ma túy, mại dâm huyện"
        " | kế hoạch kiểm tra | Ủy ban Mặt trận Tổ quốc Việt Nam huyện | đoàn thể | cam kết | xã hội hóa",
        "phong-ngua": "kế hoạch phát triển kinh tế - xã hội | Phòng Lao động - Thương binh và Xã hội"
        " | thanh niên | phụ nữ | đào tạo nghề | làm việc ở nước ngoài | vay vốn | giảm nghèo bền vững",
        "dau-tranh": "quản lý địa bàn | karaoke | tạm trú, tạm vắng | kiểm tra liên ngành | Hòm thư",
        "uu-diem": "phụ nữ | Phong trào quần chúng | chấp hành pháp luật | văn hóa công cộng",
        "ton-tai": "chính quyền cơ sở | cán sự | vùng sâu, vùng xa | Nội dung | Kinh phí",
        "nguyen-nhan": "nhạy cảm | cấp ủy | văn hóa phẩm | kiêm nhiệm | chuyên sâu",
        "phuong-huong": "phòng ngừa | cơ quan chức năng | mua bán người | không để phát sinh tệ nạn mại dâm | HIV/AIDS",
        "kien-nghi": "đào tạo, bồi dưỡng | mạng Internet | kinh phí",
    }
    for section, words in facts.items():
        for word in words.split(" | "):
            assert word in narrative(2020)[section], (section, word)
