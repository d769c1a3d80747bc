"""The data folder: illustrative figures, dictionary, targets, narratives.

Expected figures are typed here from the description of the data, not read from the program that makes them.
"""

from __future__ import annotations

import csv
import importlib
import re
import subprocess
import sys
import tomllib
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[1] / "data"
DISTRICT, COMMUNE, INVENTED = "dien-bien/huyen-tuan-giao", "dien-bien/xa-tuan-giao", "vi-du/huyen-minh-hoa"
UNIT = DATA / DISTRICT
YEARS = (2018, 2019, 2020)
SAMPLES = [*((DISTRICT, year) for year in YEARS), (COMMUNE, 2026), *((INVENTED, year) for year in YEARS)]
INVENTED_PROVINCES = {"vi-du"}  # the only place where sensitive figures may be other than 0
each_sample = pytest.mark.parametrize(("unit", "year"), SAMPLES)

# code: name, in the order of the sheets
COMMUNES = {
    "03253": "Tuần Giáo", "03259": "Phình Sáng", "03260": "Rạng Đông", "03262": "Mùn Chung",
    "03263": "Nà Tòng", "03265": "Ta Ma", "03268": "Mường Mùn", "03269": "Pú Xi", "03271": "Pú Nhung",
    "03274": "Quài Nưa", "03277": "Mường Thín", "03280": "Tỏa Tình", "03283": "Nà Sáy",
    "03284": "Mường Khong", "03289": "Quài Cang", "03295": "Quài Tở", "03298": "Chiềng Sinh",
    "03299": "Chiềng Đông", "03304": "Tênh Phông",
}  # fmt: skip
INVENTED_COMMUNES = {
    "VD101": "Minh Họa", "VD102": "Giả Sử", "VD103": "Giả Thuyết", "VD104": "Mô Phỏng", "VD105": "Phỏng Đoán",
    "VD106": "Tượng Trưng", "VD107": "Tưởng Tượng", "VD108": "Ước Lệ",
}  # fmt: skip
MORE_INVENTED = {
    "VD2": ["Hình Dung", "Hình Dung", "Ẩn Dụ", "Hoán Dụ", "Nhân Hóa", "Điệp Ngữ", "Thậm Xưng"],
    "VD3": ["Phác Họa", "Phác Họa", "Bản Thảo", "Khuôn Mẫu", "Nguyên Mẫu", "Nét Vẽ"],
    "VD4": ["Giả Lập", "Giả Lập", "Thử Nghiệm", "Phép Thử", "Kiểm Nghiệm"],
    "VD5": ["Dẫn Chứng", "Dẫn Chứng", "Trích Dẫn", "Chú Giải", "Tham Chiếu"],
}
"""The other districts of the invented province: their names, and those of their communes in the order of the codes."""
PLACES = {DISTRICT: COMMUNES, COMMUNE: {"03253": "Tuần Giáo"}, INVENTED: INVENTED_COMMUNES}

# khách sạn, nhà nghỉ, karaoke, xoa bóp, nhà hàng, since 2022 vũ trường, khác, tổng số
ESTABLISHMENTS = {
    (DISTRICT, 2018): [1, 7, 7, 0, 2, 0, 17],
    (DISTRICT, 2019): [2, 8, 6, 0, 2, 0, 18],
    (DISTRICT, 2020): [2, 9, 6, 0, 3, 0, 20],
    (COMMUNE, 2026): [3, 7, 4, 0, 5, 0, 0, 19],
    (INVENTED, 2018): [4, 13, 10, 3, 7, 2, 39],
    (INVENTED, 2019): [5, 15, 12, 4, 10, 2, 48],
    (INVENTED, 2020): [5, 16, 9, 4, 10, 3, 47],
}
# buổi, lượt phát thanh, tờ, cam kết
COMMUNICATION = {
    (DISTRICT, 2018): [23, 114, 2820, 12],
    (DISTRICT, 2019): [29, 144, 3320, 15],
    (DISTRICT, 2020): [35, 178, 3800, 18],
    (COMMUNE, 2026): [9, 64, 1600, 14],
    (INVENTED, 2018): [18, 86, 2760, 20],
    (INVENTED, 2019): [21, 106, 3250, 29],
    (INVENTED, 2020): [26, 134, 3950, 36],
}
# cán sự, đội, tình nguyện viên
OFFICERS = {
    (DISTRICT, 2018): [11, 2, 14],
    (DISTRICT, 2019): [11, 2, 15],
    (DISTRICT, 2020): [12, 3, 22],
    (COMMUNE, 2026): [3, 1, 8],
    (INVENTED, 2018): [5, 2, 16],
    (INVENTED, 2019): [8, 3, 23],
    (INVENTED, 2020): [8, 3, 24],
}
# đợt; lượt cơ sở, vi phạm, cảnh cáo, phạt tiền, đình chỉ, bổ sung, triệu đồng
INSPECTIONS = {
    (DISTRICT, 2018): (3, [19, 0, 0, 0, 0, 0, 0]),
    (DISTRICT, 2019): (3, [21, 0, 0, 0, 0, 0, 0]),
    (DISTRICT, 2020): (4, [26, 0, 0, 0, 0, 0, 0]),
    (COMMUNE, 2026): (2, [17, 0, 0, 0, 0, 0, 0]),
    (INVENTED, 2018): (3, [33, 5, 2, 2, 0, 1, 12.5]),
    (INVENTED, 2019): (4, [50, 8, 2, 4, 1, 1, 28.5]),
    (INVENTED, 2020): (4, [46, 6, 1, 3, 1, 1, 23.5]),
}
# trung ương, tỉnh, của đơn vị, khác, tổng cộng
BUDGET = {
    (DISTRICT, 2018): ["0", "12", "16,5", "0", "28,5"],
    (DISTRICT, 2019): ["0", "15", "18", "0", "33"],
    (DISTRICT, 2020): ["0", "15", "20,5", "0", "35,5"],
    (COMMUNE, 2026): ["0", "10", "15,5", "0", "25,5"],
    (INVENTED, 2018): ["20", "30", "45,5", "0", "95,5"],
    (INVENTED, 2019): ["20", "35", "48,5", "5", "108,5"],
    (INVENTED, 2020): ["0", "35", "52", "12,5", "99,5"],
}
# in the order of the sheet: người bán dâm, tụ điểm, cơ sở nghi, vụ, đối tượng, tin nhận, tin xử lý, phạt bán, phạt mua
CASES = {
    2018: [12, 1, 3, 2, 7, 6, 6, 3, 2],
    2019: [15, 2, 5, 3, 11, 7, 7, 4, 0],
    2020: [11, 0, 4, 5, 16, 9, 8, 6, 5],
}
# tư vấn, giáo dục, y tế, việc làm, HIV, tổng cộng
SUPPORT = {2018: [4, 6, 5, 1, 8, 24], 2019: [5, 8, 6, 0, 9, 28], 2020: [6, 8, 4, 2, 8, 28]}
# in the order of the sheet: ước tính, có hồ sơ, nhân viên nghi, vụ khởi tố, chứa, môi giới, mua dưới 18, dưới 18
RECORDS = {
    2018: [20, 9, 4, 1, 1, 0, 0, 0],
    2019: [24, 12, 6, 2, 1, 1, 0, 1],
    2020: [18, 10, 5, 3, 2, 2, 1, 0],
}
# in the order of the sheet; those of whole communes are not asked of a commune
RESULTS = {
    (DISTRICT, 2018): [19, 34, 21, 690, 18, 12, 3, 2, 1, 38, 6, 3, 12, 1180, 2150, 90, 310, 0, 0, 0],
    (DISTRICT, 2019): [19, 37, 23, 870, 20, 14, 3, 2, 1, 42, 7, 4, 14, 1320, 2210, 120, 330, 0, 0, 0],
    (DISTRICT, 2020): [19, 41, 26, 1050, 24, 17, 4, 3, 2, 76, 9, 4, 16, 1490, 2240, 165, 340, 0, 0, 0],
    (COMMUNE, 2026): [40, 25, 270, 16, 11, 3, 2, 1, 24, 5, 4, 640, 910, 75, 150, 0, 0, 0],
    (INVENTED, 2018): [5, 96, 61, 540, 40, 20, 4, 3, 1, 22, 8, 3, 5, 620, 1300, 110, 260, 0, 2, 1],
    (INVENTED, 2019): [5, 118, 74, 660, 48, 27, 5, 4, 2, 45, 11, 4, 6, 790, 1340, 150, 270, 1, 3, 1],
    (INVENTED, 2020): [6, 115, 70, 810, 50, 31, 5, 4, 2, 41, 12, 4, 7, 880, 1360, 190, 280, 1, 0, 2],
}
UNREACHED = {
    (DISTRICT, 2018): {"Phình Sáng", "Nà Tòng", "Ta Ma", "Pú Xi", "Mường Khong", "Tênh Phông"},
    (DISTRICT, 2019): {"Phình Sáng", "Nà Tòng", "Ta Ma", "Pú Xi"},
    (DISTRICT, 2020): {"Phình Sáng", "Nà Tòng", "Ta Ma"},
    (COMMUNE, 2026): set(),
    (INVENTED, 2018): {"Phỏng Đoán", "Tượng Trưng", "Ước Lệ"},
    (INVENTED, 2019): {"Phỏng Đoán", "Ước Lệ"},
    (INVENTED, 2020): {"Phỏng Đoán"},
}
# The last day that the sheets and report.toml speak of, where it is not 14 December.
CUTOFFS = {(COMMUNE, 2026): date(2026, 11, 15), (INVENTED, 2019): date(2019, 11, 30)}
BY_COMMUNE = ["co-so-kinh-doanh-dich-vu.xlsx", "truyen-thong.xlsx", "can-bo-doi-tinh-nguyen.xlsx"]

SECTIONS = [
    "ket-qua", "tinh-hinh", "nhiem-vu", "tham-muu", "phong-ngua", "dau-tranh",
    "nhan-xet", "uu-diem", "ton-tai", "nguyen-nhan", "phuong-huong", "kien-nghi",
]  # fmt: skip
WITHOUT_TEXT = {"ket-qua", "nhiem-vu", "nhan-xet"}  # headings only

TYPES = ["khach_san", "nha_nghi", "karaoke", "xoa_bop", "nha_hang", "vu_truong", "khac"]
INDICATORS = [
    "A1", "A2", "A3", "A4", "A5",
    "B1", *[f"B.{kind}" for kind in TYPES], "B2", "B3", "B4", "B5", "B6",
    "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8",
    "D1", "D2", "D3", "D4", "D.canh_cao", "D.phat_tien", "D.dinh_chi", "D.bo_sung", "D5", "D6", "D7", "D8",
    "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E.chua", "E.moi_gioi", "E.mua_duoi_18",
    "F1", "F2", "F3", "F4",
    "G1", "G.tu_van", "G.giao_duc", "G.y_te", "G.viec_lam", "G.hiv",
    "H1", "H2", "H3", "H4",
    "I1", "I.trung_uong", "I.tinh", "I.huyen", "I.xa", "I.khac",
    "J1", "J2",
    *[f"K{number}" for number in range(1, 17)],
]  # fmt: skip
SENSITIVE = {
    "A1", "A2", "A3", "A4", "B3", "B6", "D3", "D4", "D.canh_cao", "D.phat_tien", "D.dinh_chi", "D.bo_sung",
    *[code for code in INDICATORS if code[0] in "EFG"], "K15", "K16",
}  # fmt: skip
STOCK_GROUPS, MORE_STOCKS = {"A", "B", "H"}, {"K1", "K9", "K12", "K14"}


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


def commune_code(unit: str, written: str) -> str:
    """The code of a commune however an office wrote it."""
    name = re.sub(r"^(Thị trấn|TT\.?|[Xx]ã) ", "", " ".join(written.split()))
    codes = {name: code for code, name in PLACES[unit].items()}
    return codes[name.replace("oả", "ỏa").replace("oạ", "ọa")]


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


def by_commune(unit: str, year: int, file: str) -> dict[str, list[Any]]:
    """{commune's code: its cells right of the name}."""
    rows, _ = table(DATA / unit / str(year) / file)
    return {commune_code(unit, row[1]): row[2:] for row in rows}


def dictionary() -> dict[str, Any]:
    return tomllib.loads((DATA / "indicators.toml").read_text("utf-8"))


def year_folders() -> list[Path]:
    """Every unit's year in the repository, real and invented; a province's own holds no figures."""
    folders = (path for path in DATA.glob("*/*/*") if path.is_dir() and path.name.isdigit())
    return sorted(path for path in folders if path.parts[-2] != "_tinh")


FORMS = [DATA / "vi-du" / "bieu-mau-2020.xlsx"]
"""Forms that come back filled (`test_bieu.py`); they hold no figures."""


def is_csv(folder: Path) -> bool:
    """Whether a year's tables are CSV files, its settings written with them (`test_data_dien_bien.py`)."""
    return not list(folder.glob("*.xlsx"))


# --- the program that makes the files -------------------------------------------------------------


def test_making_the_files_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DATA / "make_illustrative.py", tmp_path], check=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(DATA): path.read_bytes()
        for path in DATA.glob("*/[!_]*/*/*")
        if (path.suffix in {".xlsx", ".csv"} and not path.name.startswith((".", "~")))
        or (path.name == "report.toml" and is_csv(path.parent))
    } | {path.relative_to(DATA): path.read_bytes() for path in FORMS}
    of_vi_du = (
        8 * 10 + 3 * 2
    )  # three districts, one of which missed a year; one sends what it added up itself
    assert len(made) == 7 * 9 + 67 * 10 + of_vi_du + len(FORMS)
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
    for path in DATA.rglob("*.xlsx"):
        year = 2020 if path in FORMS else int(path.parent.name)
        with zipfile.ZipFile(path) as book:
            assert {entry.date_time for entry in book.infolist()} == {(year, 12, 14, 0, 0, 0)}
        properties = openpyxl.load_workbook(path).properties
        assert properties.created.date() == properties.modified.date() == date(year, 12, 14)
        assert "minh họa" in properties.description


# --- making a unit for a test ----------------------------------------------------------------------

sys.path.append(str(DATA))
make = importlib.import_module("make_illustrative")


def hamlet(**figures: Any) -> Any:
    """A unit of two communes with 0 everywhere but in what is given."""
    year = replace(make.Figures.filled(0, communes=2), **figures)
    return make.Unit(
        folder="vi-du/huyen-thu",
        authority="UBND huyện Thử",
        office="PHÒNG LAO ĐỘNG",
        communes=("thị trấn Thử", "xã Nháp"),
        years={2020: year},
    )


def test_a_missing_figure_leaves_its_cell_and_its_totals_empty(tmp_path: Path) -> None:
    missing = [[1, None, 0, 0, 0, 0], [2, 2, 2, 2, 2, 2]]
    unit = hamlet(
        establishments=missing,
        inspections=[[3, 9, 1, 0, 1, 0, 0, None], [8, 8, 0, 0, 0, 0, 0, 0.5]],
        budget=[1234567.5, None, 0, 0],
        support=[1, 2, 3, 4, None],
    )
    make.write_year(tmp_path, unit, 2020)
    rows, total = table(tmp_path / "co-so-kinh-doanh-dich-vu.xlsx")
    assert [row[2:] for row in rows] == [[1, None, "-", "-", "-", "-", None], [2, 2, 2, 2, 2, 2, 12]]
    assert total[2:] == [3, None, 2, 2, 2, 2, None]
    waves, total = table(tmp_path / "kiem-tra-lien-nganh.xlsx")
    assert [wave[3:] for wave in waves] == [[9, 1, 0, 1, 0, 0, None], [8, 0, 0, 0, 0, 0, 0.5]]
    assert total[3:] == [17, 1, 0, 1, 0, 0, None]
    assert [row[1] for row in csv_rows(tmp_path / "kinh-phi.csv")] == ["1234567,5", "", "0", "0", ""]
    assert [row[2] for row in csv_rows(tmp_path / "ho-tro.csv")] == ["1", "2", "3", "4", "", ""]


def test_a_unit_may_have_nothing_but_gaps_one_commune_or_no_wave(tmp_path: Path) -> None:
    unit = replace(
        hamlet(), communes=("xã Nháp",), years={2020: make.Figures.filled(None, communes=1, waves=0)}
    )
    make.write_year(tmp_path, unit, 2020)
    for file in BY_COMMUNE:
        rows, total = table(tmp_path / file)
        assert {cell for row in [*rows, total] for cell in row[2:]} == {None}
    waves, total = table(tmp_path / "kiem-tra-lien-nganh.xlsx")
    assert (waves, total[3:]) == ([], [0] * 7)
    assert {row[-1] for row in csv_rows(tmp_path / "vu-viec-doi-tuong.csv")} == {""}


def test_a_table_with_a_commune_too_many_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        make.write_year(tmp_path, hamlet(officers=[[0, 0, 0]] * 3), 2020)


# --- figures --------------------------------------------------------------------------------------


def test_the_samples_are_all_the_years_there_are() -> None:
    assert {tuple(folder.parts[-3:]) for folder in year_folders() if not is_csv(folder)} == {
        (*unit.split("/"), str(year)) for unit, year in SAMPLES
    }


@each_sample
@pytest.mark.parametrize(
    ("file", "expected"),
    list(zip(BY_COMMUNE, [ESTABLISHMENTS, COMMUNICATION, OFFICERS], strict=True)),
)
def test_commune_tables_add_up_to_the_stated_totals(unit: str, year: int, file: str, expected: Any) -> None:
    rows, total = table(DATA / unit / str(year) / file)
    sums = expected[unit, year]
    assert [sum(figure(row[2 + column]) for row in rows) for column in range(len(sums))] == sums
    assert total[2 : 2 + len(sums)] == sums


@each_sample
@pytest.mark.parametrize("file", BY_COMMUNE)
def test_every_commune_has_its_row(unit: str, year: int, file: str) -> None:
    rows, _ = table(DATA / unit / str(year) / file)
    assert [row[0] for row in rows] == list(range(1, len(PLACES[unit]) + 1))
    assert [commune_code(unit, row[1]) for row in rows] == list(PLACES[unit])


@each_sample
def test_establishments_add_up_in_each_commune(unit: str, year: int) -> None:
    for code, cells in by_commune(unit, year, "co-so-kinh-doanh-dich-vu.xlsx").items():
        assert sum(map(figure, cells[:-1])) == cells[-1], code


@each_sample
def test_no_commune_has_more_commitments_than_establishments(unit: str, year: int) -> None:
    establishments = by_commune(unit, year, "co-so-kinh-doanh-dich-vu.xlsx")
    for code, cells in by_commune(unit, year, "truyen-thong.xlsx").items():
        assert figure(cells[3]) <= establishments[code][-1], code


@each_sample
def test_inspections(unit: str, year: int) -> None:
    waves, total = table(DATA / unit / str(year) / "kiem-tra-lien-nganh.xlsx")
    number, sums = INSPECTIONS[unit, year]
    assert len(waves) == number
    assert [sum(wave[column] for wave in waves) for column in range(3, 10)] == total[3:] == sums
    months = [wave[2] for wave in waves]
    assert months == sorted(set(months) & set(range(1, 13)))
    for _, _, _, inspected, breaches, *sanctions, fines in waves:
        assert sum(sanctions) == breaches <= inspected
        assert (fines > 0) == (sanctions[1] > 0)  # a fine is what phạt tiền counts


@each_sample
def test_communes_reached(unit: str, year: int) -> None:
    cells = by_commune(unit, year, "truyen-thong.xlsx")
    unreached = {PLACES[unit][code] for code, row in cells.items() if figure(row[0]) + figure(row[1]) == 0}
    assert unreached == UNREACHED[unit, year]


def test_officers_of_2020_are_mainly_in_the_three_communes_of_the_source_report() -> None:
    cells = by_commune(DISTRICT, 2020, "can-bo-doi-tinh-nguyen.xlsx")
    officers = {COMMUNES[code]: row[0] for code, row in cells.items() if row[0]}
    assert officers == {"Tuần Giáo": 4, "Quài Nưa": 3, "Tỏa Tình": 3, "Quài Tở": 1, "Mường Mùn": 1}


@each_sample
def test_budget(unit: str, year: int) -> None:
    rows = csv_rows(DATA / unit / str(year) / "kinh-phi.csv")
    assert [amount for _, amount in rows] == BUDGET[unit, year]
    own = "Ngân sách xã" if unit == COMMUNE else "Ngân sách huyện"
    lines = ["Ngân sách trung ương", "Ngân sách tỉnh", own, "Nguồn khác", "Tổng cộng"]
    assert [line for line, _ in rows] == lines
    amounts = [float(amount.replace(",", ".")) for _, amount in rows]
    assert sum(amounts[:-1]) == amounts[-1]


@pytest.mark.parametrize("year", YEARS)
def test_cases_and_support_of_the_invented_district(year: int) -> None:
    cases = [int(row[-1]) for row in csv_rows(DATA / INVENTED / str(year) / "vu-viec-doi-tuong.csv")]
    assert cases == CASES[year]
    _, _, suspected, _, handled, received, solved, sellers, buyers = cases
    assert solved <= received
    assert sellers + buyers <= handled
    assert suspected <= ESTABLISHMENTS[INVENTED, year][-1]
    support = [int(row[-1]) for row in csv_rows(DATA / INVENTED / str(year) / "ho-tro.csv")]
    assert support == SUPPORT[year]
    assert sum(support[:-1]) == support[-1]


OTHERS = {
    ("huyen-hinh-dung", 2018): (50, 45, 12), ("huyen-hinh-dung", 2019): (56, 51, 13),
    ("huyen-hinh-dung", 2020): (62, 66, 18), ("huyen-phac-hoa", 2018): (16, 15, 3),
    ("huyen-phac-hoa", 2019): (19, 17, 3), ("huyen-phac-hoa", 2020): (22, 25, 3),
    ("huyen-gia-lap", 2018): (3, 5, 1), ("huyen-gia-lap", 2020): (4, 2, 1),
}  # fmt: skip
"""Of the other invented districts: establishments, inspections, breaches."""


@pytest.mark.parametrize(("unit", "year"), OTHERS)
def test_figures_of_the_other_invented_districts_fit_each_other(unit: str, year: int) -> None:
    folder = DATA / "vi-du" / unit / str(year)
    establishments = csv_rows(folder / "co-so-kinh-doanh-dich-vu.csv")
    inspections = csv_rows(folder / "kiem-tra-lien-nganh.csv")
    there, inspected, breaches = int(establishments[-1][-1]), int(inspections[-1][3]), int(inspections[-1][4])
    assert (there, inspected, breaches) == OTHERS[unit, year]
    cases = [int(row[-1]) for row in csv_rows(folder / "vu-viec-doi-tuong.csv")]
    _, _, suspected, _, handled, received, solved, sellers, buyers = cases
    records = [int(row[-1]) for row in csv_rows(folder / "ho-so-hinh-su.csv")]
    estimated, on_file, staff, prosecuted_cases, *prosecuted, minors = records
    assert suspected <= there
    assert solved <= received
    assert cases[0] <= estimated
    assert on_file <= estimated
    assert sum(prosecuted) + sellers + buyers + minors == handled
    assert prosecuted_cases <= cases[3]
    results = [int(row[-1]) for row in csv_rows(folder / "ket-qua-khac.csv")]
    assert staff <= results[1]
    assert results[5] <= min(there, inspected)
    term = "NHẠY CẢM" if unit == "huyen-phac-hoa" else "DỄ PHÁT SINH"
    assert term in (folder / "co-so-kinh-doanh-dich-vu.csv").read_text("utf-8-sig").splitlines()[0]
    cutoff = date(year, 11, 20) if unit == "huyen-phac-hoa" else date(year, 12, 14)
    assert settings(f"vi-du/{unit}", year)["period"]["cutoff"] == cutoff


def test_the_smallest_invented_district_sent_nothing_for_2019() -> None:
    assert not (DATA / "vi-du" / "huyen-gia-lap" / "2019").exists()
    assert settings("vi-du/_tinh", 2019)["disclosure"] == {"not_sending": ["huyen-gia-lap"]}


@pytest.mark.parametrize("year", YEARS)
def test_indicators_that_an_invented_district_added_up_itself(year: int) -> None:
    folder = DATA / "vi-du" / "huyen-dan-chung" / str(year)
    assert sorted(path.name for path in folder.iterdir()) == ["chi-tieu-da-tong-hop.csv", "report.toml"]
    rows = {
        code: float(v.replace(",", ".")) for code, _, _, v in csv_rows(folder / "chi-tieu-da-tong-hop.csv")
    }
    assert rows.keys() <= set(INDICATORS)
    for whole, parts in {"B1": "B.", "G1": "G.", "I1": "I."}.items():
        assert sum(value for code, value in rows.items() if code.startswith(parts)) == rows[whole]
    for share, above, below in (("C7", "C6", "B1"), ("E5", "E4", "E3")):
        assert rows[share] == round(100 * rows[above] / rows[below], 1)
    for part, whole in {"B3": "B1", "D3": "D2", "E4": "E3", "D.canh_cao": "D3", "D.phat_tien": "D3"}.items():
        assert rows[part] <= rows[whole]


@pytest.mark.parametrize("year", YEARS)
def test_records_of_the_invented_district(year: int) -> None:
    folder = DATA / INVENTED / str(year)
    records = [int(row[-1]) for row in csv_rows(folder / "ho-so-hinh-su.csv")]
    assert records == RECORDS[year]
    estimated, on_file, suspected_staff, _cases, *prosecuted, minors = records
    active, *_, handled, _received, _solved, sellers, buyers = CASES[year]
    assert active <= estimated
    assert on_file <= estimated
    assert suspected_staff <= RESULTS[INVENTED, year][1]
    assert sum(prosecuted) + sellers + buyers + minors <= handled


@each_sample
def test_results(unit: str, year: int) -> None:
    results = [int(row[-1]) for row in csv_rows(DATA / unit / str(year) / "ket-qua-khac.csv")]
    assert results == RESULTS[unit, year]
    communes = []
    if unit != COMMUNE:
        communes = [results.pop(12), results.pop(0)]
    assert all(number <= len(PLACES[unit]) for number in communes)
    staff, women, _attendances, _planned, visited, *_, quarters = results[:11]
    pupils_reached, pupils, workers_reached, workers = results[11:15]
    assert women <= staff
    assert visited <= min(ESTABLISHMENTS[unit, year][-1], INSPECTIONS[unit, year][1][0])
    assert quarters <= 4
    assert (pupils_reached <= pupils, workers_reached <= workers) == (True, True)


def test_the_invented_district_has_every_kind_of_change() -> None:
    """A report of 2020 says up, down, unchanged, from nothing and to nothing."""
    changes = {
        ("none" if a == 0 else "some", "none" if b == 0 else "some", (b > a) - (b < a))
        for a, b in zip([*CASES[2019], *SUPPORT[2019]], [*CASES[2020], *SUPPORT[2020]], strict=True)
    }
    assert changes >= {("some", "some", n) for n in (1, 0, -1)} | {("none", "some", 1), ("some", "none", -1)}
    assert 0 not in ESTABLISHMENTS[INVENTED, 2020]
    assert CASES[2020][5:7] == [9, 8]  # one report is not handled yet
    empty = [cells for cells in by_commune(INVENTED, 2020, BY_COMMUNE[0]).values() if cells[-1] == 0]
    assert len(empty) == 2


def test_sensitive_figures_are_zero_in_every_real_unit() -> None:
    real = [folder for folder in year_folders() if folder.parts[-3] not in INVENTED_PROVINCES]
    assert len(real) == 4 + 67
    assert DATA / COMMUNE / "2026" in real
    for folder in real:
        for file in ("vu-viec-doi-tuong.csv", "ho-tro.csv", "ho-so-hinh-su.csv"):
            assert {row[-1] for row in csv_rows(folder / file)} == {"0"}, folder / file
        supported = [
            row[-1] for row in csv_rows(folder / "ket-qua-khac.csv") if row[0].startswith("Số phụ nữ")
        ]
        assert supported == ["0", "0"], folder
        if is_csv(folder):
            continue  # its inspections: test_data_dien_bien.py
        waves, total = table(folder / "kiem-tra-lien-nganh.xlsx")
        for row in [*waves, total]:
            assert row[4:] == [0] * 6, folder  # breaches, four sanctions, fines


def test_no_file_holds_anything_but_counts_of_the_known_kinds() -> None:
    """A column or file with another subject could carry what must stay out: a person, a case, a name."""
    for unit, year in SAMPLES:
        names = {path.name for path in (DATA / unit / str(year)).iterdir()}
        sources = {name for name in dictionary()["sources"].values() if name.endswith((".xlsx", ".csv"))}
        assert names == sources | {"report.toml", "narrative.md"}
        remarks = {cells[4] for cells in by_commune(unit, year, "truyen-thong.xlsx").values()}
        assert remarks <= {None, "Địa bàn xa, chưa tổ chức"}


def test_signatures_stay_blank() -> None:
    for path in DATA.rglob("*.xlsx"):
        sheet = openpyxl.load_workbook(path).worksheets[0]
        words = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        after = words[words.index("NGƯỜI LẬP BIỂU") :]
        assert after == ["NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên)", "(Ký, đóng dấu)"], path


@each_sample
def test_letterhead_and_dates_are_the_units_own(unit: str, year: int) -> None:
    authority = {DISTRICT: "huyện Tuần Giáo", COMMUNE: "xã Tuần Giáo", INVENTED: "huyện Minh Họa"}[unit]
    last = CUTOFFS.get((unit, year), date(year, 12, 14))
    for path in (DATA / unit / str(year)).glob("*.xlsx"):
        sheet = openpyxl.load_workbook(path).worksheets[0]
        words = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert words[0] == f"UBND {authority.upper()}"
        assert sum(word.endswith(f"của UBND {authority})") for word in words) == 1
        (as_of,) = [word for word in words if word.startswith("Số liệu t")]
        assert as_of.endswith(f"đến ngày {last:%d/%m/%Y}")
        if unit == COMMUNE:
            assert "PHÒNG VĂN HÓA - XÃ HỘI" in words
            assert not [word for word in words if "huyện" in word.lower() or "thị trấn" in word.lower()]


def test_sheets_of_a_commune_have_one_row_under_its_own_name() -> None:
    for file in BY_COMMUNE:
        path = DATA / COMMUNE / "2026" / file
        rows, total = table(path)
        assert headers(path)[1] == "Đơn vị"
        assert [row[1] for row in rows] == ["Xã Tuần Giáo"]
        assert "Tổng cộng" in total[:2]


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
    assert "-" in by_commune(DISTRICT, 2020, "co-so-kinh-doanh-dich-vu.xlsx")["03259"]
    assert by_commune(DISTRICT, 2020, "truyen-thong.xlsx")["03253"][2] == "1.250"
    assert by_commune(INVENTED, 2020, "truyen-thong.xlsx")["VD101"][2] == "2.100"
    assert "Thị trấn Minh Hoạ" in [row[1] for row in table(DATA / INVENTED / "2020" / "truyen-thong.xlsx")[0]]
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
PUNCTUATION = set("“”…²")


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
    names = [
        indicator["name"] for indicator in indicators if indicator["code"] != "I.xa"
    ]  # never beside I.huyen
    assert len(set(names)) == len(names)
    texts = {"code", "name", "unit", "kind", "group", "definition", "formula", "source", "basis"}
    for indicator in indicators:
        code = indicator["code"]
        ratio = {"numerator", "denominator"} if indicator["unit"] == "%" else set()
        relations = indicator.keys() & {"sum_of", "within", "hidden_with", "compared_at", "adds_up"}
        assert indicator.keys() == texts | {"sensitive", "annex"} | ratio | relations, code
        assert all(indicator[field] for field in texts), code
        assert indicator["group"] == code[0], code
        assert code[0] in book["groups"], code
        assert set(indicator["source"]) <= set(book["sources"]), code
        assert indicator["definition"].endswith("."), code
        assert {type(indicator["sensitive"]), type(indicator["annex"])} == {bool}, code
    assert {i["code"] for i in indicators if i["sensitive"]} == SENSITIVE
    assert {i["code"] for i in indicators if i["kind"] == "stock"} == {
        code for code in INDICATORS if code[0] in STOCK_GROUPS or code in MORE_STOCKS
    }
    assert {i["kind"] for i in indicators} == {"stock", "flow"}


def test_percentages_name_what_they_divide() -> None:
    book = dictionary()
    by_code = {indicator["code"]: indicator for indicator in book["indicator"]}
    percentages = {code: i for code, i in by_code.items() if i["unit"] == "%"}
    assert {code: (i["numerator"], i["denominator"]) for code, i in percentages.items()} == {
        "C5": ("C4", "parts"),
        "C7": ("C6", "B1"),
        "D6": ("D2", "D5"),
        "D8": ("D7", "B1"),
        "E5": ("E4", "E3"),
        "K7": ("K6", "parts"),
        "K10": ("K8", "K9"),
        "K13": ("K11", "K12"),
    }
    for indicator in percentages.values():
        assert {indicator["numerator"], indicator["denominator"]} <= set(by_code) | set(book["counts"])


def test_what_adds_up_and_what_is_part_of_what() -> None:
    by_code = {indicator["code"]: indicator for indicator in dictionary()["indicator"]}
    assert {code: i["sum_of"] for code, i in by_code.items() if "sum_of" in i} == {
        "B1": [f"B.{kind}" for kind in TYPES],
        "E7": ["E.chua", "E.moi_gioi", "E.mua_duoi_18"],
        "F4": ["F1", "F2", "F3"],
        "G1": ["G.tu_van", "G.giao_duc", "G.y_te", "G.viec_lam", "G.hiv"],
        "I1": ["I.trung_uong", "I.tinh", "I.huyen", "I.xa", "I.khac"],
    }
    assert {code: i["within"] for code, i in by_code.items() if "within" in i} == {
        "B3": "B1", "B5": "B4", "B6": "B4", "D3": "D2", "D.canh_cao": "D3", "D.phat_tien": "D3", "D.dinh_chi": "D3",
        "D7": "D2", "E4": "E3", "E.chua": "E7", "E.moi_gioi": "E7", "E.mua_duoi_18": "E7", "G.tu_van": "G1",
        "G.giao_duc": "G1", "G.y_te": "G1", "G.viec_lam": "G1", "G.hiv": "G1", "K8": "K9", "K11": "K12",
    }  # fmt: skip
    assert {code: i["hidden_with"] for code, i in by_code.items() if "hidden_with" in i} == {"D4": "D3"}
    level = ["B.khac", "B.vu_truong"]
    assert {code: i["compared_at"] for code, i in by_code.items() if "compared_at" in i} == {
        "B.vu_truong": level, "B.khac": level,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "source", "derived"),
    [
        ("vu-viec-doi-tuong.csv", "cases", 1),  # E5, of two of its rows
        ("ho-so-hinh-su.csv", "records", 1),  # E7, the sum of three
        ("ket-qua-khac.csv", "results", 2),  # K10 and K13, each of two
    ],
)
def test_each_row_of_a_table_by_lines_has_its_indicator(file: str, source: str, derived: int) -> None:
    formulas = [i["formula"] for i in dictionary()["indicator"] if i["source"] == [source]]
    labels = [label for label, _, _ in csv_rows(UNIT / "2020" / file)]
    assert len(labels) == len(formulas) - derived
    for label in labels:
        assert sum(f'"{label}"' in formula for formula in formulas) == 1, label


PUBLISHED_TARGETS = {
    ("dien-bien", "2021", "C5", "100"),
    ("lai-chau", "2020", "C5", "90"), ("lai-chau", "2022", "C5", "60"), ("lai-chau", "2022", "K10", "100"),
    ("lai-chau", "2022", "K13", "60"), ("lai-chau", "2025", "C5", "70"), ("binh-thuan", "2017", "C5", "70"),
    ("son-la", "2020", "A5", "193"), ("nghe-an", "2022", "C5", "80"), ("ba-ria-vung-tau", "2025", "D8", "100"),
    ("ba-ria-vung-tau", "2025", "E5", "100"), ("ha-noi", "2026", "D7", "2937"), ("ha-noi", "2026", "D8", "60"),
    ("toan-quoc", "2025", "C5", "70"), ("toan-quoc", "2025", "E5", "100"), ("toan-quoc", "2025", "K5", "4"),
    ("toan-quoc", "2025", "K10", "70"), ("toan-quoc", "2025", "K13", "60"),
}  # fmt: skip


def test_targets_are_those_that_were_published_and_invented_ones() -> None:
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
        assert units[target["code"]].replace("{part}", "xã") == target["unit"]
        assert target["source"]
        assert target["verified"] in {"true", "false"}
        assert not re.search(r"\d", target["wording"])
    published = [target for target in targets if target["province"] not in INVENTED_PROVINCES]
    assert {tuple(target.values())[:4] for target in published} == PUBLISHED_TARGETS
    assert len(published) == len(PUBLISHED_TARGETS)
    assert {t["province"] for t in published} - {row["province"] for row in province_rows()} == {"toan-quoc"}
    read = [target for target in published if target["verified"] == "true"]
    assert {target["province"] for target in read} == {"dien-bien", "lai-chau", "binh-thuan"}
    assert all("chưa đọc được văn bản" in target["source"] for target in published if target not in read)
    assert all("toàn quốc" in target["note"] for target in published if target["province"] == "toan-quoc")
    invented = [target for target in targets if target["province"] in INVENTED_PROVINCES]
    assert [(t["year"], t["code"], t["target"]) for t in invented] == [
        ("2019", "C5", "70"),  # met: 6 of 8
        ("2019", "D8", "60"),  # missed: 27 of 48
        ("2019", "E5", "100"),  # met exactly: 7 of 7
        ("2019", "K13", "60"),  # missed: 150 of 270
        ("2020", "C5", "80"),  # met: 7 of 8
        ("2020", "D2", "50"),  # missed: 46
        ("2020", "E5", "100"),  # missed: 8 of 9
        ("2020", "K5", "4"),  # met exactly
        ("2020", "K10", "70"),  # missed: 880 of 1360
        ("2020", "K13", "60"),  # met: 190 of 280
        ("2021", "C5", "90"),
        ("2021", "C7", "100"),
        ("2021", "E5", "100"),
        ("2021", "K10", "75"),
    ]
    assert {t["verified"] for t in invented} == {"false"}
    assert all("minh họa" in t["source"] and "không có thật" in t["note"] for t in invented)


def test_types_name_the_columns_of_the_sheets() -> None:
    types = tomllib.loads((DATA / "types.toml").read_text("utf-8"))
    assert [t["id"] for t in types["type"]] == TYPES
    assert {t["group"] for t in types["type"]} <= {*types["groups"], ""}
    assert [t["id"] for t in types["type"] if t["group"] == "luu_tru"] == ["khach_san", "nha_nghi"]
    split = {"since", "split_from"}
    for kind in types["type"]:
        assert kind.keys() - split == {"id", "name", "prose", "group", "headers", "note"}
        assert kind.keys() & split in ({*()}, split)
    assert [(t["id"], t["since"], t["split_from"]) for t in types["type"] if "since" in t] == [
        ("vu_truong", 2022, "khac")
    ]
    for unit, year in SAMPLES:
        columns = headers(DATA / unit / str(year) / "co-so-kinh-doanh-dich-vu.xlsx")[2:-1]
        asked = [kind for kind in types["type"] if kind.get("since", 0) <= year]
        for column, kind in zip(columns, asked, strict=True):
            assert column in kind["headers"]


# --- settings and narratives ----------------------------------------------------------------------


def unit_names(path: Path, province: str = "") -> set[str]:
    """The names, without their types, in a table of units."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"] for row in csv.DictReader(file) if province in ("", row["province"])}


UNITS = DATA.parent / "baocao" / "units" / "units.csv"
REAL_NAMES, DIEN_BIEN_NAMES = unit_names(UNITS), unit_names(UNITS, "dien-bien")
INVENTED_NAMES = unit_names(DATA / "vi-du" / "units.csv")


def test_no_invented_name_is_that_of_a_real_unit() -> None:
    more = [name for names in MORE_INVENTED.values() for name in names]
    assert {"Ví Dụ", *INVENTED_COMMUNES.values(), *more} == INVENTED_NAMES
    assert not INVENTED_NAMES & REAL_NAMES


def test_invented_units_say_so_and_have_no_official_code() -> None:
    with (DATA / "vi-du" / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["source"] for row in rows} == {"đơn vị không có thật, dùng để thử"}
    assert all(row["code"].startswith("VD") for row in rows)
    communes = {row["code"]: row["name"] for row in rows if row["level"] == "commune"}
    more = {
        f"{code}{n:02}": name for code, names in MORE_INVENTED.items() for n, name in enumerate(names) if n
    }
    assert communes == INVENTED_COMMUNES | more
    assert {row["valid_to"] for row in rows if row["level"] != "province"} == {"2025-06-30"}
    assert not any(row["successor_code"] for row in rows)


def province_rows() -> list[dict[str, str]]:
    """The provinces of the country before and after July 2025."""
    with UNITS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["level"] == "province"]


def settings(unit: str, year: int) -> dict[str, Any]:
    return tomllib.loads((DATA / unit / str(year) / "report.toml").read_text("utf-8"))


@each_sample
def test_report_settings(unit: str, year: int) -> None:
    chosen = settings(unit, year)
    assert {name: set(values) for name, values in chosen.items()} == {
        "document": {"number", "date"},  # who writes to whom comes from the table of bodies (test_bodies.py)
        "period": {"start", "end", "cutoff"},
        "request": {"number", "date", "issuer", "subject"},
        "delivery": {"salutation"},
        "signature": {"name"},
        "layout": {"sections", "annexes", "charts_html", "charts_pdf"},
        "intake": {"dash"},
        "illustrative": {"real"},
    }
    document = chosen["document"]
    assert (document["number"], document["date"], chosen["signature"]["name"]) == ("", "", "")
    end = date(year, 12, 14)
    assert chosen["period"] == {
        "start": date(year - 1, 12, 15), "end": end, "cutoff": CUTOFFS.get((unit, year), end),
    }  # fmt: skip
    assert chosen["layout"]["sections"] == SECTIONS
    assert chosen["delivery"]["salutation"] is True
    assert chosen["layout"]["annexes"] == (["chi-tieu"] if unit == COMMUNE else ["co-so", "chi-tieu"])
    assert chosen["intake"]["dash"] == "zero"
    if (unit, year) == (DISTRICT, 2020):
        assert chosen["request"]["number"] == "2378/SLĐTBXH-PCTNXH"
        assert chosen["request"]["date"] == date(2020, 11, 18)
        assert chosen["illustrative"]["real"] == ["A1", "B1", "E1"]
    else:
        assert set(chosen["request"].values()) == {""}
        assert chosen["illustrative"]["real"] == []


def test_what_is_inferred_about_the_commune_is_marked() -> None:
    with (DATA / "co-quan.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == "commune"]
    assert {row["role"] for row in rows} == {"nhan-bao-cao", "soan-thao"}
    assert all(row["doubt"] and row["source"] for row in rows)


ROLE = re.compile(r"\{eval\}`([^`]*)`")


@cache
def narrative(unit: str, year: int) -> dict[str, str]:
    """{section id: its text}."""
    text = (DATA / unit / str(year) / "narrative.md").read_text("utf-8")
    before, *parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    assert before == ""
    assert len(set(parts[::2])) == len(parts[::2])
    return dict(zip(parts[::2], parts[1::2], strict=True))


@each_sample
def test_narrative_fills_the_known_sections_in_order(unit: str, year: int) -> None:
    assert list(narrative(unit, year)) == [section for section in SECTIONS if section not in WITHOUT_TEXT]
    assert all(text.strip() for text in narrative(unit, year).values())


@each_sample
def test_narrative_holds_no_figure_typed_by_hand(unit: str, year: int) -> None:
    for section, text in narrative(unit, year).items():
        assert not re.search(r"\d", ROLE.sub("", text)), section
        assert "{eval}" not in ROLE.sub("", text), section
        counted = r"\b(hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (xã|vụ|cơ sở|người|đợt|đội|lượt|buổi|tin)\b"
        assert not re.search(counted, text), section
        for expression in ROLE.findall(text):
            code = re.sub(r"\.(previous|change|target)$", "", expression)
            assert code in INDICATORS, expression
            assert code not in SENSITIVE, (
                expression
            )  # those are said by the report, which knows how to say them


@each_sample
def test_narrative_names_things_one_way(unit: str, year: int) -> None:
    text = "\n".join(narrative(unit, year).values())
    for variant in ("LĐ-TB", "TB&XH", "UBMTTQ", "phòng Lao động", "sở Lao động", "TT ", "nhân dân", "PL-UBT"):
        assert variant not in text, variant
    repeated = re.findall(r"\b(\w+ \w+) \1\b", text)
    assert not repeated
    assert text.count("Pháp lệnh") == text.count("Pháp lệnh Phòng, chống mại dâm")


@each_sample
def test_narrative_names_no_other_unit(unit: str, year: int) -> None:
    text = "\n".join(narrative(unit, year).values())
    foreign = (DIEN_BIEN_NAMES | INVENTED_NAMES) - set(PLACES[unit].values())
    assert not [name for name in foreign if re.search(rf"\b{name}\b", text)]


def test_narrative_of_a_commune_knows_no_district() -> None:
    text = "\n".join(narrative(COMMUNE, 2026).values()).lower()
    for word in (
        "huyện",
        "thị trấn",
        "lao động - thương binh",
        "cấp trên",
        "nghị định",
        "quyết định",
        "chương trình mục tiêu",
    ):
        assert word not in text, word
    assert not ROLE.findall(text)


def test_narratives_share_no_paragraph_and_no_sentence() -> None:
    texts = [text for unit, year in SAMPLES for text in narrative(unit, year).values()]
    paragraphs = [paragraph for text in texts for paragraph in text.strip().split("\n\n")]
    sentences = [sentence for paragraph in paragraphs for sentence in re.split(r"(?<=\.) ", paragraph)]
    for pieces in (paragraphs, sentences):
        assert [piece for piece in set(pieces) if pieces.count(piece) > 1] == []


def test_narrative_of_the_invented_district_fits_a_place_with_cases() -> None:
    for year, words in {
        2018: "cơ quan điều tra",
        2019: "cơ quan có thẩm quyền",
        2020: "cơ quan có thẩm quyền",
    }.items():
        assert words in narrative(INVENTED, year)["dau-tranh"]
    roles = {
        role for year in YEARS for text in narrative(INVENTED, year).values() for role in ROLE.findall(text)
    }
    assert {role.partition(".")[2] for role in roles} >= {"", "previous", "change", "target"}


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
            assert word in narrative(DISTRICT, 2020)[section], (section, word)
