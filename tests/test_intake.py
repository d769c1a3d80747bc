"""Intake: messy workbooks and CSV files are built here cell by cell; findings are asserted by rule and place."""

import random
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from conftest import ROOT, UNIT
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from baocao.analysis import intake, units
from baocao.analysis.findings import Findings
from baocao.analysis.intake import Column, read_table
from baocao.errors import InputError

COMMUNES = units.parts(units.resolve(UNIT, 2020), 2020)
FOUR = [part for part in COMMUNES if part.name in ("Tuần Giáo", "Phình Sáng", "Nà Tòng", "Tỏa Tình")]
TOWN, PHINH_SANG, NA_TONG, TOA_TINH = (part.code for part in FOUR)

PLACE = Column("place", ("Xã, thị trấn",), "place")
COLUMNS = [
    PLACE,
    Column("hotels", ("Số cơ sở > Cơ sở lưu trú > Khách sạn",), "count"),
    Column("inns", ("Nhà nghỉ",), "count"),
    Column("karaoke", ("Số cơ sở > Karaoke",), "count"),
    Column("total", ("Tổng số",), "count"),
]
HEADER = [
    ["STT", "Xã, thị trấn", "Số cơ sở", None, None, "Tổng số"],
    [None, None, "Cơ sở lưu trú", None, "Karaoke", None],
    [None, None, "Khách sạn", "Nhà nghỉ", None, None],
]
HEADER_MERGES = ["A1:A3", "B1:B3", "C1:E1", "C2:D2", "E2:E3", "F1:F3"]
CLEAN = [
    [1, "Thị trấn Tuần Giáo", 2, 5, 4, 11],
    [2, "Xã Phình Sáng", 0, 0, 0, 0],
    [3, "Xã Nà Tòng", 0, 1, 0, 1],
    [4, "Xã Tỏa Tình", 0, 1, 1, 2],
]
TOTALS = [None, "Tổng cộng", 2, 7, 5, 14]
SIGNATURES = [[], ["NGƯỜI LẬP BIỂU", None, None, "THỦ TRƯỞNG ĐƠN VỊ"], ["(Ký, ghi rõ họ tên)"]]


def fill(sheet, rows, merges=(), start=(1, 1)):
    """Write rows from a cell on; merges are given as if the rows began at A1."""
    down, right = start[0] - 1, start[1] - 1
    for r, row in enumerate(rows, start[0]):
        for c, value in enumerate(row, start[1]):
            if value is not None:
                sheet.cell(r, c, value)
    for merge in merges:
        area = CellRange(merge)
        area.shift(col_shift=right, row_shift=down)
        sheet.merge_cells(area.coord)


def workbook(folder, rows, merges=(), start=(1, 1), name="bang.xlsx", title="Bieu 01"):
    """A workbook with one sheet."""
    book = Workbook()
    book.active.title = title
    fill(book.active, rows, merges, start)
    book.save(folder / name)
    return folder / name


def flat(folder, *rows, header=("STT", "Xã, thị trấn", "Số đội"), name="bang.xlsx"):
    """A workbook with a header of one row, in row 1."""
    return workbook(folder, [list(header), *map(list, rows)], name=name)


ROWS = [[i, part.name, i] for i, part in enumerate(FOUR, 1)]
TEAMS = [PLACE, Column("teams", ("Số đội",), "count")]
LINES = [Column("line", ("Nội dung",), "text"), Column("value", ("Số liệu",), "amount")]


def read(path, columns=COLUMNS, **options):
    """The table and its findings."""
    findings = Findings()
    options.setdefault("parts", FOUR)
    return read_table(path, columns, findings, **options), findings


def places(findings):
    """What was found, and where; but for a missing total row, which few tables here have."""
    return [(f.severity, f.rule, f"{f.column}{f.row or ''}") for f in findings if f.rule != "no-total"]


def figures(folder, *cells, kind="count", **options):
    """What one column of figures is read as, and the findings; the cells stand in C2, C3, ..."""
    header = ("STT", "Xã, thị trấn", "Số đội")
    path = flat(
        folder,
        *([i, part.name, cell] for i, (part, cell) in enumerate(zip(COMMUNES, cells, strict=False), 1)),
        header=header,
    )
    table, findings = read(
        path, [PLACE, Column("teams", ("Số đội",), kind)], parts=COMMUNES, require_all=False, **options
    )
    return [None if pd.isna(value) else value for value in table.frame["teams"]], findings


# --- a table as it should be ---


def test_a_clean_table_is_read_and_says_nothing(tmp_path):
    path = workbook(tmp_path, [*HEADER, *CLEAN, TOTALS, *SIGNATURES], HEADER_MERGES)
    table, findings = read(path)
    assert places(findings) == []
    assert table.frame.to_dict("list") == {
        "place": [TOWN, PHINH_SANG, NA_TONG, TOA_TINH],
        "hotels": [2, 0, 0, 0], "inns": [5, 0, 1, 1], "karaoke": [4, 0, 0, 1], "total": [11, 0, 1, 2],
    }  # fmt: skip
    assert [str(dtype) for dtype in table.frame.dtypes] == ["string", "Int64", "Int64", "Int64", "Int64"]
    assert list(table.frame.index) == [0, 1, 2, 3]
    assert table.rows == (4, 5, 6, 7)
    assert table.sources[0].letters == {
        "place": "B",
        "hotels": "C",
        "inns": "D",
        "karaoke": "E",
        "total": "F",
    }


def test_a_table_is_found_wherever_it_stands_under_its_letterhead(tmp_path):
    letterhead = [
        ["UBND HUYỆN TUẦN GIÁO", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["PHÒNG LAO ĐỘNG", None, None, "Độc lập - Tự do - Hạnh phúc"],
        [],
        ["BIỂU 01: SỐ CƠ SỞ"],
        ["(Kèm theo Báo cáo số     /BC-UBND ngày    tháng    năm 2020)"],
    ]
    numbers = [[f"({n})" for n in range(1, 7)]]
    book = Workbook()
    fill(book.active, [*HEADER, *numbers, *CLEAN, TOTALS, *SIGNATURES], HEADER_MERGES, start=(9, 3))
    fill(book.active, letterhead, ["A5:F5"], start=(3, 3))
    book.save(tmp_path / "bang.xlsx")
    table, findings = read(tmp_path / "bang.xlsx")
    assert places(findings) == []
    assert table.rows == (13, 14, 15, 16)
    assert table.sources[0].letters["total"] == "H"
    assert list(table.frame["total"]) == [11, 0, 1, 2]
    assert table.address("inns", 2) == {"file": "bang.xlsx", "sheet": "Sheet", "row": 15, "column": "F"}


def test_the_original_is_never_modified(tmp_path):
    path = workbook(tmp_path, [*HEADER, *CLEAN, TOTALS], HEADER_MERGES)
    before = path.read_bytes()
    read(path)
    assert path.read_bytes() == before


def test_the_sample_of_2020_has_its_twenty_establishments():
    path = ROOT / "data" / UNIT / "2020" / "co-so-kinh-doanh-dich-vu.xlsx"
    columns = [PLACE, Column("inns", ("Nhà nghỉ",), "count"), Column("total", ("Tổng số",), "count")]
    table, findings = read(path, columns, parts=COMMUNES)
    assert findings.errors == []
    assert table.frame[["inns", "total"]].sum().tolist() == [9, 20]
    assert len(table.frame) == 19


# --- headers ---


@pytest.mark.parametrize(
    "written",
    ["SỐ ĐỘI", " Số  đội ", "Số\nđội", unicodedata.normalize("NFD", "Số đội")],
)
def test_headers_may_differ_in_what_does_not_matter(tmp_path, written):
    table, findings = read(
        flat(
            tmp_path,
            *ROWS,
            header=("STT", "Xã, thị trấn", written),
        ),
        TEAMS,
    )
    assert places(findings) == []
    assert list(table.frame["teams"]) == [1, 2, 3, 4]


def test_headers_that_read_alike_are_told_apart_by_their_upper_levels(tmp_path):
    header = [["Nội dung", "Năm 2019", None, "Tổng số"], [None, "Tổng số", "Nữ", None]]
    path = workbook(tmp_path, [*header, ["a", 5, 2, 9]], ["A1:A2", "B1:C1", "D1:D2"])
    line = Column("line", ("Nội dung",), "text")
    table, findings = read(
        path, [line, Column("all", ("Tổng số",), "count"), Column("then", ("Năm 2019 > Tổng số",), "count")]
    )
    assert places(findings) == [("verify", "unread-column", "C")]
    assert table.frame.loc[0, ["all", "then"]].tolist() == [9, 5]


def test_a_header_that_several_columns_fit_is_an_error_naming_them(tmp_path):
    header = [["Nội dung", "Năm 2019", None, "Năm 2020"], [None, "Nam", "Nữ", "Nữ"]]
    path = workbook(tmp_path, [*header, ["a", 5, 2, 9]], ["A1:A2", "B1:C1"])
    table, findings = read(path, [Column("line", ("Nội dung",), "text"), Column("women", ("Nữ",), "count")])
    assert places(findings) == [("error", "column-doubtful", "")]
    assert "C, D" in str(findings.errors[0].message)
    assert table.frame["women"].isna().all()


def test_the_first_accepted_header_that_is_there_counts(tmp_path):
    path = workbook(tmp_path, [["Nội dung", "Năm nay", "Năm trước"], ["a", 5, 2]])
    columns = [
        Column("line", ("Nội dung",), "text"),
        Column("value", ("Số liệu", "Năm nay", "Năm trước"), "count"),
    ]
    assert read(path, columns)[0].sources[0].letters["value"] == "B"


@pytest.mark.parametrize("cell", [7, 1.5, "1.250", "7"])
def test_a_column_of_figures_that_nobody_reads_is_to_be_verified(tmp_path, cell):
    header = [["STT", "Xã, thị trấn", "Số đội", "Năm 2020"], [None, None, None, "Số tổ"]]
    rows = [*ROWS[:2], [*ROWS[2], cell], ROWS[3]]
    path = workbook(tmp_path, [*header, *rows], ["A1:A2", "B1:B2", "C1:C2"])
    _table, findings = read(path, TEAMS)
    assert places(findings) == [("verify", "unread-column", "D")]
    message = next(str(f.message) for f in findings if f.rule == "unread-column")
    assert "Năm 2020 > Số tổ" in message


@pytest.mark.parametrize(
    ("header", "cell"),
    [("TT", 1), ("Số TT", 1), ("STT.", 1), ("Mã", "03253"), ("Ghi chú", "xa"), ("Ghi chú", "-"), ("Ngày", date(2020, 3, 5)), ("", 7)],
)  # fmt: skip
def test_columns_without_figures_need_not_be_read(tmp_path, header, cell):
    path = workbook(tmp_path, [["Xã, thị trấn", "Số đội", header], *[[*row[1:], cell] for row in ROWS]])
    assert places(read(path, TEAMS)[1]) == []


def test_figures_that_stand_there_for_comparison_are_neither_read_nor_reported(tmp_path):
    header = [
        ["Xã, thị trấn", "Số đội", None, "Năm 2019 (để đối chiếu)", None],
        [None, None, None, "Số đội", "Cán sự"],
    ]
    rows = [[part.name, i, None, 9, 9] for i, part in enumerate(FOUR, 1)]
    path = workbook(tmp_path, [*header, *rows], ["A1:A2", "B1:B2", "D1:E1"])
    officers = Column("officers", ("Cán sự",), "count", required=False)
    table, findings = read(path, [*TEAMS, officers])
    assert places(findings) == []
    assert table.frame["teams"].tolist() == [1, 2, 3, 4]
    assert table.frame["officers"].isna().all()
    header[0][3] = "Năm 2019"  # not said to be for comparison: it may be meant
    table, findings = read(
        workbook(tmp_path, [*header, *rows], ["A1:A2", "B1:B2", "D1:E1"]), [*TEAMS, officers]
    )
    assert places(findings) == [("verify", "unread-column", "D")]
    assert table.frame["officers"].tolist() == [9, 9, 9, 9]


def test_a_missing_column_is_an_error_naming_what_was_sought_and_what_is_there(tmp_path):
    path = workbook(tmp_path, [*HEADER, *CLEAN], HEADER_MERGES)
    columns = [
        *COLUMNS,
        Column("bars", ("Quán bar", "Vũ trường"), "count"),
        Column("note", ("Ghi chú",), "text", required=False),
    ]
    table, findings = read(path, columns)
    assert places(findings) == [("error", "column-missing", "")]
    message = str(findings.errors[0].message)
    for text in ("Quán bar", "Vũ trường", "Số cơ sở > Cơ sở lưu trú > Khách sạn", "Tổng số"):
        assert text in message
    assert list(table.frame.columns) == [column.name for column in columns]
    assert table.frame[["bars", "note"]].isna().all(axis=None)
    assert list(table.frame["total"]) == [11, 0, 1, 2]
    assert "bars" not in table.sources[0].letters


def test_without_the_column_that_names_the_rows_nothing_is_read(tmp_path):
    path = workbook(tmp_path, [["STT", "Địa bàn", "Số đội"], [1, "Tuần Giáo", 4]])
    table, findings = read(path, TEAMS)
    assert places(findings) == [("error", "column-missing", "")]
    assert table.frame.empty
    assert [str(dtype) for dtype in table.frame.dtypes] == ["string", "Int64"]


def test_a_sheet_without_any_header_sought_is_an_error(tmp_path):
    _table, findings = read(workbook(tmp_path, [["Tên", "Lượng"], ["a", 1]]), TEAMS)
    assert [rule for _severity, rule, _place in places(findings)] == ["column-missing", "column-missing"]
    assert "Lượng" in str(findings.errors[0].message)
    _table, findings = read(workbook(tmp_path, []), TEAMS)
    assert [rule for _severity, rule, _place in places(findings)] == ["column-missing", "column-missing"]


def test_columns_must_tell_rows_and_places_apart(tmp_path):
    path = flat(tmp_path)
    with pytest.raises(ValueError, match="“text” hoặc “place”"):
        read(path, TEAMS[1:])
    with pytest.raises(ValueError, match="parts="):
        read_table(path, TEAMS, Findings())


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2, 3],
        ["(1)", "(2)", "(3)"],
        ["A", "B", 1],
        ["A", "B", "1=2+3"],
        ["(1)", "(2)", "(3)=(1)+(2)"],
        ["1", "2", "3"],
    ],
)
def test_a_row_of_column_numbers_is_skipped(tmp_path, numbers):
    table, findings = read(flat(tmp_path, numbers, *ROWS), TEAMS)
    assert places(findings) == []
    assert table.rows == (3, 4, 5, 6)


def test_a_row_of_column_numbers_is_skipped_over_codes_too(tmp_path):
    rows = [[i, part.code.lstrip("0"), i] for i, part in enumerate(FOUR, 1)]
    table, findings = read(flat(tmp_path, [1, 2, 3], *rows), TEAMS)
    assert [severity for severity, _rule, _place in places(findings)] == ["note"] * 4
    assert table.rows == (3, 4, 5, 6)


@pytest.mark.parametrize(
    "row",
    [
        [1, "2", 4],
        [None, "B", 1],
        [1, "Bản", 2],
        [None, 1, 2],
        [1, "A", 2],
        ["I", "II", 1],
        [2, 3, 4],
        ["B", "A", 1],
    ],
)
def test_a_row_that_only_resembles_column_numbers_is_a_record(tmp_path, row):
    table, findings = read(flat(tmp_path, row, *ROWS), TEAMS)
    assert places(findings) == [("error", "place-unknown", "B2")]
    assert table.rows == (2, 3, 4, 5, 6)


WAVES = [
    Column("wave", ("Đợt",), "text"),
    Column("month", ("Tháng",), "text"),
    Column("checked", ("Kiểm tra",), "count"),
    Column("bad", ("Vi phạm",), "count"),
    Column("fines", ("Tiền phạt",), "amount"),
]
WAVES_HEADER = ["STT", "Đợt", "Tháng", "Kiểm tra", "Vi phạm", "Tiền phạt"]


def waves(folder, *rows):
    return workbook(folder, [WAVES_HEADER, *map(list, rows)])


@pytest.mark.parametrize("name", ["A", "I", "2"])
def test_a_first_wave_that_resembles_column_numbers_is_read(tmp_path, name):
    path = waves(tmp_path, [1, name, 2, 3, "-", "-"], [2, "Đợt sau", 5, 4, 0, 0])
    table, _findings = read(path, WAVES)
    assert table.rows == (2, 3)
    assert table.frame["checked"].tolist() == [3, 4]
    path = waves(tmp_path, [1, name, 2, 3, None, None], [2, "Đợt sau", 5, 4, 0, 0])
    assert read(path, WAVES)[0].rows == (2, 3)


def test_months_that_count_like_columns_are_records(tmp_path):
    path = workbook(tmp_path, [["Tháng", "Kiểm tra", "Vi phạm"], [1, 2, 3], [2, 0, 0], [3, 1, 0]])
    columns = [
        Column("month", ("Tháng",), "text"),
        Column("checked", ("Kiểm tra",), "count"),
        Column("bad", ("Vi phạm",), "count"),
    ]
    table, findings = read(path, columns)
    assert places(findings) == []
    assert table.frame.to_dict("list") == {"month": ["1", "2", "3"], "checked": [2, 0, 1], "bad": [3, 0, 0]}


# --- sheets ---


def several(folder, *titles):
    book = Workbook()
    book.active.title = "Bìa"
    book.active["A1"] = "Báo cáo"
    for n, title in enumerate(titles):
        fill(book.create_sheet(title), [["Nội dung", "Số liệu"], ["a", n]])
    book.save(folder / "bang.xlsx")
    return folder / "bang.xlsx"


def test_the_sheet_that_fits_is_read(tmp_path):
    table, findings = read(several(tmp_path, "Bieu 02"), LINES)
    assert places(findings) == []
    assert table.sources[0].sheet == "Bieu 02"


def test_several_sheets_that_fit_are_an_error_until_one_is_named(tmp_path):
    path = several(tmp_path, "Cũ", "Mới")
    table, findings = read(path, LINES)
    assert places(findings) == [("error", "sheet-doubtful", "")]
    assert "Cũ, Mới" in str(findings.errors[0].message)
    assert table.frame.empty
    table, findings = read(path, LINES, sheet="Mới")
    assert (places(findings), table.frame["value"].tolist()) == ([], [1.0])
    _table, findings = read(path, LINES, sheet="Khác")
    assert places(findings) == [("error", "sheet-missing", "")]
    assert "Bìa, Cũ, Mới" in str(findings.errors[0].message)


OLD = [["STT", "Xã, thị trấn", "Số đội", "Số tổ", "Số nhóm"], [1, "Tuần Giáo", 9, 9, 9]]
FOUR_COLUMNS = [*TEAMS, Column("groups", ("Số tổ",), "count"), Column("circles", ("Số nhóm",), "count")]


def two_sheets(folder, header, state="visible"):
    """A workbook whose first sheet has this header, and whose second, last year's, fits."""
    book = Workbook()
    book.active.title = "2020"
    fill(book.active, [header, [1, "Tuần Giáo", 1, 1, 1]])
    fill(book.create_sheet("2019"), OLD)
    book["2019"].sheet_state = state
    book.save(folder / "bang.xlsx")
    return folder / "bang.xlsx"


@pytest.mark.parametrize(
    "header",
    [
        ["STT", "Xã, thị trấn", "Số đội mới", "Số tổ", "Số nhóm"],
        ["STT", "Đơn vị", "Số đội", "Số tổ", "Số nhóm"],
        ["STT", "Xã, thị trấn", "Số đội", "Tổ", "Nhóm"],
    ],
)
def test_an_old_sheet_that_fits_does_not_win_over_one_that_nearly_fits(tmp_path, header):
    table, findings = read(two_sheets(tmp_path, header), FOUR_COLUMNS, require_all=False)
    assert places(findings) == [("error", "sheet-doubtful", "")]
    assert "2020, 2019" in str(findings.errors[0].message)
    assert table.frame.empty
    table, findings = read(tmp_path / "bang.xlsx", FOUR_COLUMNS, require_all=False, sheet="2019")
    assert (places(findings), table.frame["teams"].tolist()) == ([], [9])


def test_of_two_sheets_that_nearly_fit_none_is_read(tmp_path):
    path = two_sheets(tmp_path, ["STT", "Xã, thị trấn", "Số đội", "Số tổ", "Nhóm"])
    book = load_workbook(path)
    book["2019"]["E1"] = "Nhóm"
    book.save(path)
    table, findings = read(path, FOUR_COLUMNS, require_all=False)
    assert places(findings) == [("error", "sheet-doubtful", "")]
    assert table.frame.empty
    table, findings = read(path, FOUR_COLUMNS, require_all=False, sheet="2020")
    assert (places(findings), table.frame["teams"].tolist()) == ([("error", "column-missing", "")], [1])


def test_a_sheet_with_few_of_the_columns_is_another_table(tmp_path):
    path = two_sheets(tmp_path, ["STT", "Xã, thị trấn", "Đội", "Tổ", "Nhóm"])
    table, findings = read(path, FOUR_COLUMNS, require_all=False)
    assert (places(findings), table.sources[0].sheet) == ([], "2019")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_never_chosen(tmp_path, state):
    table, findings = read(two_sheets(tmp_path, OLD[0], state), FOUR_COLUMNS, require_all=False)
    assert (places(findings), table.sources[0].sheet) == ([], "2020")
    path = two_sheets(tmp_path, ["Tên", "Lượng"], state)
    table, findings = read(path, FOUR_COLUMNS, require_all=False)
    assert places(findings) == [("error", "sheet-hidden", "")]
    assert findings.errors[0].sheet == "2019"
    assert table.frame.empty
    path = two_sheets(tmp_path, [*OLD[0][:4], "Nhóm"], state)
    table, findings = read(path, FOUR_COLUMNS, require_all=False)
    assert places(findings)[:2] == [("error", "sheet-hidden", ""), ("error", "column-missing", "")]
    assert (table.sources[0].sheet, table.frame["teams"].tolist()) == ("2020", [1])


# --- where the table ends ---


@pytest.mark.parametrize(
    "below",
    [
        [["Người lập biểu", None, "Thủ trưởng"]],
        [["Tuần Giáo, ngày 14 tháng 12 năm 2020"]],
        [["Ghi chú: số liệu đến 14/12"]],
        [["Người báo cáo", None, "Giám đốc"]],
        [[None, "Cán bộ thống kê"]],
        [[None, "Phụ trách biểu"]],
        [[], ["Phòng Văn hóa", None, None]],
        [["…", "…", "…"]],
        [[], [None, "(đã ký)"], ["KT. CHỦ TỊCH"]],
        [[None, "Tổng cộng", 10], ["Phòng Văn hóa"]],
        [[None, "Tổng cộng", 10], ["TM. UBND"], [None, "(đã ký)", None, 2020]],
        [
            ["Tuần Giáo, ngày 14 tháng 12 năm 2020"],
            [],
            [1, "Lưu: VT"],
            ["NGƯỜI LẬP BIỂU", None, "THỦ TRƯỞNG"],
        ],
    ],
)
def test_what_stands_under_a_table_is_not_read(tmp_path, below):
    table, findings = read(flat(tmp_path, *ROWS, *below), TEAMS)
    assert places(findings) == []
    assert table.rows == (2, 3, 4, 5)


@pytest.mark.parametrize(
    "between",
    [
        ["* 6 tháng cuối năm"],
        ["Từ ngày 15 tháng 6 năm 2020"],
        [None, "Kế toán: đã đối chiếu"],
        ["Ghi chú: số liệu đến 14/12"],
    ],
)
@pytest.mark.parametrize(
    "row", [ROWS[2], [3, "Xã Nà Tòng", "-"], [3, "Nà Tồng", "bảy"], [None, "Xã Nà Tòng", "bảy"]]
)
def test_rows_after_the_end_of_a_table_are_an_error(tmp_path, between, row):
    table, findings = read(flat(tmp_path, *ROWS[:2], between, row, ROWS[3]), TEAMS, require_all=False)
    assert places(findings) == [("error", "rows-after-end", "B5")]
    error = findings.errors[0]
    assert next(text for text in between if text) in str(error.message)
    assert "4" in str(error.message)
    assert error.value_before == row[1]
    assert table.rows == (2, 3)


@pytest.mark.parametrize(
    "again", [["STT", "Xã, thị trấn", "Số đội"], [None, "XÃ,  THỊ TRẤN"], ["STT", None, "Số\nđội"]]
)
def test_a_header_that_stands_again_on_the_next_page_is_skipped(tmp_path, again):
    table, findings = read(flat(tmp_path, *ROWS[:2], again, *ROWS[2:]), TEAMS)
    assert places(findings) == []
    assert table.rows == (2, 3, 5, 6)
    rows = [*HEADER, *CLEAN[:2], *HEADER, *CLEAN[2:], TOTALS]
    table, findings = read(workbook(tmp_path, rows, HEADER_MERGES))
    assert places(findings) == []
    assert table.rows == (4, 5, 9, 10)


def test_of_a_header_and_its_repetition_the_first_counts(tmp_path):
    header = [["Xã, thị trấn", "Số cơ sở"], [None, "Số đội"]]
    rows = [
        *header,
        *[row[1:] for row in ROWS[:2]],
        ["Xã, thị trấn", "Số đội"],
        *[row[1:] for row in ROWS[2:]],
    ]
    table, findings = read(workbook(tmp_path, rows), TEAMS)
    assert places(findings) == []
    assert table.rows == (3, 4, 6, 7)


@pytest.mark.parametrize("between", [[[]], [[], ["Biểu 02. Văn bản"]], []])
def test_rows_under_the_header_of_another_table_are_an_error(tmp_path, between):
    below = [*between, ["TT", "Loại văn bản", "Số lượng"], [1, "Kế hoạch", 12]]
    table, findings = read(flat(tmp_path, *ROWS, *below), TEAMS)
    assert places(findings) == [("error", "rows-after-end", f"B{7 + len(between)}")]
    assert table.rows == (2, 3, 4, 5)


def test_a_wave_after_a_remark_is_never_lost_in_the_sample(tmp_path):
    book = load_workbook(ROOT / "data" / UNIT / "2020" / "kiem-tra-lien-nganh.xlsx")
    book.active.insert_rows(14)
    book.active["A14"] = "* 6 tháng cuối năm"
    book.save(tmp_path / "bang.xlsx")
    columns = [
        Column("wave", ("Đợt kiểm tra",), "text"),
        Column("inspected", ("Lượt cơ sở được kiểm tra",), "count"),
    ]
    findings = read(tmp_path / "bang.xlsx", columns)[1]
    assert [(f.rule, f.row) for f in findings.errors] == [("rows-after-end", 15)]


def test_lines_of_a_csv_after_a_remark_are_an_error(tmp_path):
    text = "Nội dung;Đơn vị;Số liệu\na;tin;1\n* Y tế ở xã:;;\nb;tin;2\nTổng cộng;tin;3\n"
    assert places(read(csv_file(tmp_path, text), LINES)[1]) == [("error", "rows-after-end", "A4")]
    _table, findings = read(csv_file(tmp_path, text.replace("a;tin;1\n", "")), LINES)
    assert places(findings) == [("error", "rows-after-end", "A3")]


def test_a_total_or_a_figure_below_the_signatures_is_an_error(tmp_path):
    _table, findings = read(flat(tmp_path, *ROWS, ["Người lập biểu"], [None, "Tổng cộng", 10]), TEAMS)
    assert places(findings) == [("error", "rows-after-end", "B7")]
    _table, findings = read(flat(tmp_path, *ROWS, ["Người lập biểu"], [None, None, 5]), TEAMS)
    assert places(findings) == [("error", "rows-after-end", "B7")]


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        ([4, "Xã Tỏa Tình", "bảy"], []),
        ([None, "Xã Tỏa Tình", "bảy"], []),
        (["4.", "Toạ Tình", "bảy"], [("error", "place-unknown", "B6")]),
    ],
)
def test_a_row_with_words_for_figures_after_an_empty_row_is_a_record(tmp_path, row, errors):
    table, findings = read(flat(tmp_path, *ROWS[:3], [], row), TEAMS, require_all=False)
    assert places(findings) == [*errors, ("error", "not-a-number", "C6")]
    assert table.rows == (2, 3, 4, 6)


def test_an_empty_row_in_the_middle_does_not_end_a_table(tmp_path):
    table, findings = read(flat(tmp_path, *ROWS[:2], [], *ROWS[2:], [None, "Tổng cộng", 10]), TEAMS)
    assert places(findings) == []
    assert table.rows == (2, 3, 5, 6)


def test_a_last_row_without_figures_is_still_a_row(tmp_path):
    table, findings = read(flat(tmp_path, *ROWS[:3], [4, "Xã Tỏa Tình"]), TEAMS)
    assert places(findings) == [("verify", "blank", "C5")]
    assert table.frame["teams"].isna().tolist() == [False, False, False, True]


def test_a_unit_without_figures_after_an_empty_row_is_still_a_row(tmp_path):
    table, findings = read(flat(tmp_path, *ROWS[:3], [], [None, "X. Tỏa Tình"], ["Người lập biểu"]), TEAMS)
    assert places(findings) == [("note", "place-spelling", "B6"), ("verify", "blank", "C6")]
    assert table.rows == (2, 3, 4, 6)


def test_a_text_without_figures_after_an_empty_row_is_asked_about(tmp_path):
    rows = [["Nội dung", "Số liệu"], ["a", 1], ["b", 2], [], ["c"]]
    table, findings = read(workbook(tmp_path, rows), LINES)
    assert places(findings) == [("verify", "end-doubtful", "A5")]
    assert "“c”" in str(next(iter(findings)).message)
    assert len(table.frame) == 2
    for end in (["Người lập biểu"], [None, "Thủ trưởng"], ["* gồm cả xã"]):
        assert places(read(workbook(tmp_path, [*rows[:4], end]), LINES)[1]) == []
    with_total = [*rows[:3], ["Cộng", 3], [], ["Phòng Văn hóa"]]
    assert places(read(workbook(tmp_path, with_total), LINES)[1]) == []


def test_a_header_without_rows_is_an_error(tmp_path):
    table, findings = read(flat(tmp_path, [], ["Người lập biểu"]), TEAMS)
    assert places(findings) == [("error", "no-rows", "")]
    assert table.frame.empty


# --- totals ---


@pytest.mark.parametrize(
    "label",
    [
        "Tổng cộng",
        "TỔNG SỐ",
        "Cộng:",
        "Tổng cộng toàn huyện",
        "Toàn huyện",
        "Tổng số (4 xã, thị trấn)",
        "Tổng\u00a0cộng",
        "Chung",
    ],
)
def test_totals_are_told_from_records_and_compared(tmp_path, label):
    for place in ([None, label], [label, None]):
        for total, expected in [
            (10, []),
            (11, [("verify", "total-above-parts", "C6")]),
            (9, [("error", "total-below-parts", "C6")]),
        ]:
            table, findings = read(flat(tmp_path, *ROWS, [*place, total]), TEAMS)
            assert places(findings) == expected
            assert len(table.frame) == 4


def test_a_total_keeps_both_figures_in_its_finding(tmp_path):
    path = workbook(tmp_path, [["Nội dung", "Số liệu"], ["a", 1000.5], ["b", 0.2], ["Tổng cộng", 1000]])
    _table, findings = read(path, LINES)
    (finding,) = findings
    assert (finding.value_before, finding.value_after) == ("1000", "1000,7")
    assert "1.000,7" in str(finding.message)


def test_totals_may_stand_first_and_fractions_add_up(tmp_path):
    path = workbook(tmp_path, [["Nội dung", "Số liệu"], ["Tổng số", 0.3], ["a", 0.1], ["b", 0.1], ["c", 0.1]])
    table, findings = read(path, LINES)
    assert places(findings) == []
    assert table.rows == (3, 4, 5)


def test_each_total_of_a_wide_table_has_its_own_place(tmp_path):
    totals = [None, "Tổng cộng", 3, 6, None, 14]
    _table, findings = read(workbook(tmp_path, [*HEADER, *CLEAN, totals], HEADER_MERGES))
    assert places(findings) == [("verify", "total-above-parts", "C8"), ("error", "total-below-parts", "D8")]


def test_a_column_with_an_error_has_no_sum_to_compare(tmp_path):
    rows = [
        [1, "Tuần Giáo", "hai"],
        *[[i, part.name, 0] for i, part in enumerate(FOUR[1:], 2)],
        [None, "Cộng", 5],
    ]
    assert places(read(flat(tmp_path, *rows), TEAMS)[1]) == [("error", "not-a-number", "C2")]


@pytest.mark.parametrize(
    "label",
    ["Cộng 6 tháng đầu năm", "Tổng đợt 1-2", "TỔNG HUYỆN", "- Cộng đợt 1:", "Tổng số vụ việc", "Lũy kế", "Toàn huyện 6 tháng"],
)  # fmt: skip
def test_what_may_be_a_sum_is_neither_record_nor_total(tmp_path, label):
    rows = [["STT", "Nội dung", "Số liệu"], [1, "a", 1], [2, "b", 2]]
    for place in ([None, label], [label, None]):
        table, findings = read(workbook(tmp_path, [*rows, [*place, 3], [None, "Tổng cộng", 3]]), LINES)
        assert places(findings) == [("error", "row-unclear", "B4")]
        assert label in str(findings.errors[0].message)
        assert table.frame["line"].tolist() == ["a", "b"]


def test_words_that_only_begin_like_a_total_are_records(tmp_path):
    lines = ["Cộng đồng dân cư", "Cộng tác viên", "Tổng đài 111", "Chung cư", "Toàn dân"]
    path = workbook(tmp_path, [["Nội dung", "Số liệu"], *[[line, 1] for line in lines], ["Cộng", 5]])
    table, findings = read(path, LINES)
    assert places(findings) == []
    assert table.frame["line"].tolist() == lines


def test_a_place_that_is_called_like_a_total_is_a_place(tmp_path):
    commune = replace(FOUR[1], name="Tổng Cọt")
    table, findings = read(flat(tmp_path, [1, "Xã Tổng Cọt", 4]), TEAMS, parts=[commune])
    assert (places(findings), table.frame["teams"].tolist()) == ([], [4])


def test_total_labels_can_be_named(tmp_path):
    path = workbook(tmp_path, [["Nội dung", "Số liệu"], ["a", 1], ["Chung", 2], ["Cả năm", 3]])
    table, findings = read(path, LINES, total_labels=("Cả năm",))
    assert places(findings) == []
    assert table.frame["line"].tolist() == ["a", "Chung"]


def test_a_table_without_a_total_is_noted_unless_there_is_nothing_to_add_up(tmp_path):
    def noted(*rows, columns=LINES):
        path = workbook(tmp_path, [["Nội dung", "Số liệu"], *rows])
        return [(f.severity, f.place) for f in read(path, columns)[1] if f.rule == "no-total"]

    assert noted(["a", 1], ["b", 2]) == [("note", "bang.xlsx, Bieu 01")]
    assert noted(["a", 1], ["b", 2], ["Cộng", 3]) == []
    assert noted(["a", 1]) == []
    assert noted(["a", 1], ["b", 2], columns=LINES[:1]) == []


# --- figures ---


@pytest.mark.parametrize("sign", ["-", "–", "—", " - "])
def test_a_dash_is_what_the_office_means_by_it(tmp_path, sign):
    read_as, findings = figures(tmp_path, 1, sign, sign)
    assert (read_as, places(findings)) == ([1, 0, 0], [("note", "dash", "C3"), ("note", "dash", "C4")])
    assert next(iter(findings)).value_after == "0"
    read_as, findings = figures(tmp_path, 1, sign, sign, dash="missing")
    assert (read_as, places(findings)) == (
        [1, None, None],
        [("verify", "dash", "C3"), ("verify", "dash", "C4")],
    )


def test_a_blank_is_never_zero(tmp_path):
    read_as, findings = figures(tmp_path, 1, None, "  ", 0)
    assert read_as == [1, None, None, 0]
    assert places(findings) == [
        ("verify", "blank", "C3"),
        ("verify", "blank", "C4"),
        ("note", "blank-beside-zero", "C"),
    ]


def test_a_column_without_a_figure_is_noted_once(tmp_path):
    read_as, findings = figures(tmp_path, None, None, "  ")
    assert read_as == [None, None, None]
    assert places(findings) == [("note", "column-empty", "C"), ("verify", "table-empty", "")]


@pytest.mark.parametrize(
    ("cell", "value", "after"), [("1.250", 1250, "1250"), (" 7 ", 7, "7"), ("１２", 12, "12"), ("04", 4, "4")]
)
def test_a_figure_kept_as_text_is_read_and_noted(tmp_path, cell, value, after):
    read_as, findings = figures(tmp_path, cell)
    assert read_as == [value]
    (finding,) = findings
    assert (finding.severity, finding.rule, finding.column, finding.row) == ("note", "number-as-text", "C", 2)
    assert (finding.value_before, finding.value_after) == (cell, after)


@pytest.mark.parametrize(
    "cell", ["1,250", "khoảng 5", "5 cơ sở", "1.5", "#REF!", "x", True, date(2020, 3, 5)]
)
def test_what_is_not_one_number_is_an_error_at_its_cell(tmp_path, cell):
    read_as, findings = figures(tmp_path, 1, cell)
    assert read_as == [1, None]
    assert places(findings) == [("error", "not-a-number", "C3")]
    assert findings.errors[0].value_before == ("05/3/2020" if isinstance(cell, date) else str(cell))


@pytest.mark.parametrize(
    ("cell", "rule"),
    [(-1, "negative"), ("-2", "negative"), (1.5, "fraction"), ("2,5", "fraction"), (1e15, "too-large")],
)
def test_a_count_is_whole_and_not_below_zero(tmp_path, cell, rule):
    read_as, findings = figures(tmp_path, cell, 3.0)
    assert read_as == [None, 3]
    assert [place for place in places(findings) if place[0] == "error"] == [("error", rule, "C2")]


def test_an_amount_may_have_decimals_but_is_not_below_zero(tmp_path):
    read_as, findings = figures(tmp_path, 20.5, "1.234,5", -3, 0, kind="amount")
    assert read_as == [20.5, 1234.5, None, 0.0]
    assert places(findings) == [("note", "number-as-text", "C3"), ("error", "negative", "C4")]


def test_texts_are_tidied_and_noted_and_dates_written_the_vietnamese_way(tmp_path):
    path = workbook(
        tmp_path,
        [["Nội dung", "Ghi chú", "Số liệu"], ["a  b ", None, 1], ["c", date(2020, 3, 5), 2], [3, 4.0, 3]],
    )
    table, findings = read(path, [*LINES, Column("note", ("Ghi chú",), "text")])
    assert table.frame["line"].tolist() == ["a b", "c", "3"]
    assert table.frame["note"].tolist() == ["", "05/3/2020", "4"]
    assert places(findings) == [("note", "text-tidied", "A2")]
    assert next(iter(findings)).value_before == "a  b "


@pytest.mark.parametrize("mark", ['"', "″", "nt", " -nt- ", "Như trên"])
def test_a_ditto_mark_is_the_text_above_it(tmp_path, mark):
    rows = [
        ["a", "tờ", 1],
        ["b", mark, 2],
        ["Nhóm II", None, None],
        ["c", mark, 3],
        ["d", "buổi", 4],
        ["đ", mark, 5],
    ]
    path = workbook(tmp_path, [["Nội dung", "Đơn vị tính", "Số liệu"], *rows])
    columns = [*LINES, Column("measure", ("Đơn vị tính",), "text")]
    table, findings = read(path, columns)
    assert table.frame["measure"].tolist() == ["tờ", "tờ", "", "tờ", "buổi", "buổi"]
    assert places(findings) == [
        ("note", "ditto", "B3"), ("note", "ditto", "B5"), ("note", "ditto", "B7"), ("verify", "blank", "C4"),
    ]  # fmt: skip
    assert next(iter(findings)).value_after == "tờ"
    path = workbook(tmp_path, [["Nội dung", "Đơn vị tính", "Số liệu"], ["a", None, 1], ["b", mark, 2]])
    table, findings = read(path, columns)
    assert table.frame["measure"].tolist() == ["", ""]
    assert places(findings) == [("error", "ditto", "B3")]


def test_a_row_of_text_that_stands_twice_is_to_be_verified(tmp_path):
    rows = [
        ["a", "x", 1],
        ["b", "x", 2],
        ["a", "y", 1],
        ["a", "x", 3],
        [" b", "x", "2"],
        ["c", None, None],
        ["c"],
    ]
    path = workbook(tmp_path, [["Nội dung", "Ghi chú", "Số liệu"], *rows])
    table, findings = read(path, [*LINES, Column("note", ("Ghi chú",), "text")])
    assert [(f.severity, f.row) for f in findings if f.rule == "row-doubled"] == [("verify", 6)]
    assert "3" in next(str(f.message) for f in findings if f.rule == "row-doubled")
    assert len(table.frame) == 7


def test_figures_without_a_name_are_an_error(tmp_path):
    path = workbook(tmp_path, [["Nội dung", "Số liệu"], ["a", 1], [None, 2], ["Cộng", 3]])
    table, findings = read(path, LINES)
    assert places(findings) == [("error", "label-blank", "A3")]
    assert table.frame["line"].tolist() == ["a", ""]
    _table, findings = read(flat(tmp_path, [1, None, 2]), TEAMS, require_all=False)
    assert places(findings) == [("error", "label-blank", "B2")]


def test_words_in_a_column_of_figures_are_never_passed_over(tmp_path):
    path = workbook(
        tmp_path,
        [
            ["Nội dung", "Ghi chú", "Số liệu"],
            ["a", "dài", 1],
            [None, "hơn", None],
            [None, None, "năm"],
            ["b", None, 2],
        ],
    )
    table, findings = read(path, [*LINES, Column("note", ("Ghi chú",), "text")])
    assert places(findings) == [("error", "label-blank", "A4"), ("error", "not-a-number", "C4")]
    assert table.rows == (2, 4, 5)


@pytest.mark.parametrize(
    ("merge", "errors"),
    [("B2:B3", ["B2"]), ("C2:C3", ["C2"]), ("C2:D2", ["C2"]), ("A2:A3", []), ("E2:E5", []), ("A6:B6", [])],
)
def test_merged_cells_among_the_records_are_an_error_where_they_hide_something(tmp_path, merge, errors):
    rows = [[*row, None, "ghi"] for row in ROWS]
    path = workbook(
        tmp_path, [["STT", "Xã, thị trấn", "Số đội", "", "Ghi chú"], *rows, ["Cộng", None, 10]], [merge]
    )
    _table, findings = read(path, TEAMS, require_all=False)
    assert [place for _severity, rule, place in places(findings) if rule == "merged-cells"] == errors


# --- formulas ---


def store(path, results):
    """Put results beside the formulas of a workbook, as Excel does when it saves."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    xml = parts["xl/worksheets/sheet1.xml"].decode()
    for cell, (kind, value) in results.items():
        assert f'<c r="{cell}">' in xml
        head, tail = xml.split(f'<c r="{cell}">', 1)
        formula, rest = tail.split("</f>", 1)
        xml = f'{head}<c r="{cell}" t="{kind}">{formula}</f><v>{value}</v>{rest[rest.index("</c>") :]}'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else content)


def test_a_formula_counts_by_its_stored_value(tmp_path):
    rows = [["Nội dung", "Số liệu"], ["a", "=1+1"], ["b", '=""'], ['="c"&"d"', 3], ["Cộng", "=SUM(B2:B4)"]]
    path = workbook(tmp_path, rows)
    store(path, {"B2": ("n", 2), "B3": ("str", ""), "A4": ("str", "cd"), "B5": ("n", 5)})
    table, findings = read(path, LINES)
    assert places(findings) == [("verify", "blank", "B3")]
    assert table.frame["line"].tolist() == ["a", "b", "cd"]
    assert table.frame["value"].tolist() == [2.0, pd.NA, 3.0]


def test_a_formula_that_was_never_computed_is_an_error_at_its_cell(tmp_path):
    rows = [["=TODAY()", None], ["Nội dung", "Số liệu"], ["a", "=1+1"], ["b", 1], ["Cộng", "=SUM(B3:B4)"]]
    table, findings = read(workbook(tmp_path, rows), LINES)
    assert places(findings) == [("error", "formula-without-value", "B3")]
    assert table.frame["value"].tolist() == [pd.NA, 1.0]
    del rows[2]
    _table, findings = read(workbook(tmp_path, rows), LINES)
    assert places(findings) == [("error", "formula-without-value", "B4")]
    assert "Excel" in str(findings.errors[0].remedy)


# --- places ---


def test_names_are_read_as_codes_and_every_other_spelling_is_noted(tmp_path):
    names = ["TT. Tuần Giáo", "Xã Phình Sáng", 3263, "Xã  Toả Tình "]
    table, findings = read(flat(tmp_path, *[[i, name, 0] for i, name in enumerate(names, 1)]), TEAMS)
    assert table.frame["place"].tolist() == [TOWN, PHINH_SANG, NA_TONG, TOA_TINH]
    spelling = [f for f in findings if f.rule != "no-total"]
    assert [(f.severity, f.rule, f"{f.column}{f.row}", f.value_before, f.value_after) for f in spelling] == [
        ("note", "place-spelling", "B2", "TT. Tuần Giáo", TOWN),
        ("note", "place-code", "B4", "3263", NA_TONG),
        ("note", "place-spelling", "B5", "Xã  Toả Tình ", TOA_TINH),
    ]


def test_an_unknown_place_is_an_error_with_a_suggestion(tmp_path):
    rows = [
        [1, "Tuần Giáo", 1],
        [2, "Phình Sáng", 1],
        [3, "Na Tông", 1],
        [4, "Bạch Long Vĩ", 1],
        [5, "Tỏa Tình", 1],
    ]
    table, findings = read(flat(tmp_path, *rows), TEAMS)
    assert places(findings) == [
        ("error", "place-unknown", "B4"), ("error", "place-unknown", "B5"), ("error", "place-missing", "B"),
    ]  # fmt: skip
    assert "xã Nà Tòng" in str(findings.errors[0].remedy)
    assert "thị trấn Tuần Giáo" in str(findings.errors[1].remedy)
    assert table.frame["place"].isna().tolist() == [False, False, True, True, False]


def test_a_doubled_place_names_both_rows_and_a_missing_one_its_name(tmp_path):
    rows = [[1, "Tuần Giáo", 1], [2, "Tỏa Tình", 1], [3, "Nà Tòng", 1], [4, "Xã Tỏa Tình", 2]]
    _table, findings = read(flat(tmp_path, *rows), TEAMS)
    assert places(findings) == [("error", "place-doubled", "B5"), ("error", "place-missing", "B")]
    doubled, missing = findings.errors
    assert "3" in str(doubled.message)
    assert "5" in str(doubled.message)
    assert "xã Phình Sáng" in str(missing.message)
    _table, findings = read(flat(tmp_path, *rows[:3]), TEAMS, require_all=False)
    assert places(findings) == []


# --- CSV ---


def csv_file(folder, text, encoding="utf-8-sig", name="bang.csv"):
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_vietnamese_csv_is_read_without_notes(tmp_path, encoding, end):
    lines = [
        "Nội dung;Số liệu",
        "Ngân sách tỉnh;15",
        "Ngân sách huyện;20,5",
        "Nguồn khác;1.250",
        "Tổng cộng;1.285,5",
        "",
    ]
    table, findings = read(csv_file(tmp_path, end.join(lines), encoding), LINES)
    assert places(findings) == []
    assert table.frame["value"].tolist() == [15.0, 20.5, 1250.0]
    assert table.address("value", 1) == {"file": "bang.csv", "sheet": "", "row": 3, "column": "B"}


@pytest.mark.parametrize(
    "text",
    ['Nội dung,Số liệu\n"a, b",1\n"c ""d""",2\n', 'Nội dung\tSố liệu\na, b\t1\n"c ""d"""\t2\n',
     'Biểu 01;\n;\nNội dung;Số liệu\n"a, b";1\n"c ""d""";2\n'],
)  # fmt: skip
def test_separators_quotes_and_a_title_above(tmp_path, text):
    table, findings = read(csv_file(tmp_path, text), LINES)
    assert places(findings) == []
    assert table.frame["line"].tolist() == ["a, b", 'c "d"']
    assert table.frame["value"].tolist() == [1.0, 2.0]


def test_where_two_separators_split_evenly_the_header_decides(tmp_path):
    table, findings = read(csv_file(tmp_path, "Nội dung;Số liệu, triệu đồng\na;20,5\nb;1,0\n"), [
        LINES[0], Column("value", ("Số liệu, triệu đồng",), "amount"),
    ])  # fmt: skip
    assert places(findings) == []
    assert table.frame["value"].tolist() == [20.5, 1.0]


def test_only_the_split_that_fits_is_looked_at_for_personal_data(tmp_path):
    text = "Xã, thị trấn\tKhách sạn\tDiện tích\nNà Tòng\t1\t20,5\nTỏa Tình\t2\t1,0\n"  # "Khách sạn Diện tích" is no hotel
    columns = [PLACE, Column("hotels", ("Khách sạn",), "count"), Column("area", ("Diện tích",), "amount")]
    table, findings = read(csv_file(tmp_path, text), columns, require_all=False)
    assert places(findings) == []
    assert table.frame["area"].tolist() == [20.5, 1.0]


def test_findings_in_a_csv_have_line_and_column(tmp_path):
    text = 'Nội dung;Số liệu\na;\n"b\nc";5 cơ sở\nd;1,250\ne;1,250,000\n'
    table, findings = read(csv_file(tmp_path, text), LINES)
    assert places(findings) == [
        ("note", "text-tidied", "A3"), ("error", "not-a-number", "B3"), ("error", "not-a-number", "B4"),
        ("note", "number-as-text", "B5"), ("verify", "blank", "B2"),
    ]  # fmt: skip
    assert table.frame["value"].tolist() == [pd.NA, pd.NA, pd.NA, 1250000.0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Nội dung;Số liệu\na;1\n".encode("utf-16"), "UTF-8"),
        ("Nội dung;Số liệu\na;1\n".encode("cp1258", "replace").replace(b"?", b"\xd2"), "UTF-8"),
        ("Nội dung;Số liệu\na;1;2\n".encode(), "bang.csv"),
        ("Nội dung\na\n".encode(), "bang.csv"),
        ('Nội dung;"Số" liệu\na;1\n'.encode(), "bang.csv"),
    ],
)
def test_a_csv_that_cannot_be_split_is_refused(tmp_path, content, reason):
    (tmp_path / "bang.csv").write_bytes(content)
    with pytest.raises(InputError, match=reason) as refused:
        read(tmp_path / "bang.csv", LINES)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("separator", "cell", "kind", "doubtful"),
    [
        (",", "20.125", "amount", True),
        (",", " 1.250 ", "amount", True),
        (",", "1.250.000", "amount", False),
        (",", '"1.250,5"', "amount", False),
        (",", "1250", "amount", False),
        (",", "20.125", "count", False),
        (";", "20.125", "amount", False),
    ],
)
def test_a_dot_in_a_file_separated_by_commas_is_to_be_verified(tmp_path, separator, cell, kind, doubtful):
    text = f"Nội dung{separator}Số liệu\na{separator}{cell}\n"
    table, findings = read(csv_file(tmp_path, text), [LINES[0], Column("value", ("Số liệu",), kind)])
    found = [(f.rule, f.column, f.row) for f in findings if f.severity == "verify"]
    assert found == [("thousands-or-decimals", "B", 2)] * doubtful
    if cell == "20.125":
        assert table.frame["value"].tolist() == [20125]


# --- any table, however an office writes it ---


@st.composite
def tables(draw):
    """A true table, and how one office writes it."""
    parts = draw(st.lists(st.sampled_from(COMMUNES), min_size=2, max_size=6, unique=True))
    kinds = draw(st.lists(st.sampled_from(["count", "amount"]), min_size=1, max_size=4))
    counts = st.integers(0, 99_999)
    cells = {"count": counts, "amount": counts.map(lambda n: n / 10)}
    truth = [[draw(st.none() | cells[kind]) for kind in kinds] for _part in parts]
    style = draw(
        st.fixed_dictionaries(
            {
                "csv": st.booleans(), "stt": st.booleans(), "numbers": st.booleans(), "group": st.booleans(),
                "above": st.integers(0, 5), "left": st.integers(0, 3), "gap": st.booleans(), "signed": st.booleans(),
                "total": st.sampled_from(["", "Tổng cộng", "Cộng", "Toàn huyện"]), "total_first": st.booleans(),
                "seed": st.integers(0, 999),
            }
        )
    )  # fmt: skip
    return parts, kinds, truth, style


def as_written(value, kind, style, chance):
    """A figure as somebody types it: as a number, as text with dots and comma, or as a dash for zero."""
    if value is None:
        return None
    if value == 0 and chance.random() < 0.5:
        return "-"
    if not style["csv"] and chance.random() < 0.6:
        return value
    whole, decimals = divmod(round(value * 10), 10)
    dotted = f"{whole:,}".replace(",", ".") if chance.random() < 0.5 else str(whole)
    return f"{dotted},{decimals}" if kind == "amount" else dotted


def name_written(part, chance):
    short = {"thị trấn": ["TT", "TT.", "Thị trấn"], "xã": ["Xã", "xã", "X."]}[part.type]
    name = chance.choice(["", *short]) + " " + part.name
    return chance.choice(
        [name.strip(), name + " ", name.upper(), name.replace(" ", "  "), unicodedata.normalize("NFD", name)]
    )


def render(parts, kinds, truth, style, folder):
    """Write the table as its office does."""
    chance = random.Random(style["seed"])
    lead = ["STT"] * style["stt"]
    names = [f"Chỉ tiêu {n}" for n in range(len(kinds))]
    grouped = style["group"] and not style["csv"] and len(kinds) > 1
    header = [[*lead, "Xã, thị trấn", *names]]
    if grouped:
        header.insert(0, [*lead, "Xã, thị trấn", "Trong đó", *[None] * (len(kinds) - 1)])
        header[1][: len(lead) + 1] = [None] * (len(lead) + 1)
    width = len(header[0])
    rows = [
        [
            *([n] if lead else []),
            name_written(part, chance),
            *[as_written(v, k, style, chance) for v, k in zip(row, kinds, strict=True)],
        ]
        for n, (part, row) in enumerate(zip(parts, truth, strict=True), 1)
    ]
    numbers = [list(range(1, width + 1))] if style["numbers"] and width > 2 else []
    sums = [sum(row[c] or 0 for row in truth) for c in range(len(kinds))]
    total = [
        [
            *[None] * len(lead),
            style["total"],
            *[as_written(v, k, style, chance) for v, k in zip(sums, kinds, strict=True)],
        ]
    ]
    if style["total"]:
        rows = total + rows if style["total_first"] else rows + total
    below = ([[]] if style["gap"] else []) + ([["NGƯỜI LẬP BIỂU"]] if style["signed"] else [])
    above = [[f"Dòng {n}"] for n in range(style["above"])]
    body = [*above, *header, *numbers, *rows, *below]
    if style["csv"]:
        full = [[*line, *[None] * (width - len(line))] for line in body]
        text = "\r\n".join(";".join("" if cell is None else str(cell) for cell in line) for line in full)
        return csv_file(folder, text)
    top, left = style["above"] + 1, style["left"] + 1
    merges = []
    if grouped:
        fixed = [get_column_letter(left + c) for c in range(len(lead) + 1)]
        merges = [f"{letter}{top}:{letter}{top + 1}" for letter in fixed]
        merges.append(
            f"{get_column_letter(left + len(fixed))}{top}:{get_column_letter(left + width - 1)}{top}"
        )
    book = Workbook()
    fill(book.active, body, start=(1, left))
    for merge in merges:
        book.active.merge_cells(merge)
    book.save(folder / "bang.xlsx")
    return folder / "bang.xlsx"


@settings(max_examples=80, deadline=None)
@given(table=tables())
def test_what_was_written_is_read_back(table, tmp_path_factory):
    parts, kinds, truth, style = table
    folder = tmp_path_factory.getbasetemp()
    columns = [PLACE, *[Column(f"c{n}", (f"Chỉ tiêu {n}",), kind) for n, kind in enumerate(kinds)]]
    got, findings = read(render(parts, kinds, truth, style, folder), columns, parts=parts)
    columns_blank = [
        column
        for column in zip(*truth, strict=True)
        if len(truth) > 1 and not any(v is not None for v in column)
    ]
    blank = sum(value is None for row in truth for value in row) - len(columns_blank) * len(truth)
    empty = ["table-empty"] * (len(columns_blank) == len(kinds))
    assert [f.rule for f in findings if f.severity != "note"] == ["blank"] * blank + empty
    assert [f.rule for f in findings].count("column-empty") == len(columns_blank)
    assert got.frame["place"].tolist() == [part.code for part in parts]
    back = [[None if pd.isna(v) else v for v in row[1:]] for row in got.frame.itertuples(index=False)]
    assert back == truth


def test_a_table_that_adds_up_to_nothing_needs_no_total(tmp_path):
    path = tmp_path / "dong.csv"
    path.write_text("Nội dung;Số liệu\nSố vụ;1\nSố người;2\n", encoding="utf-8")
    columns = [Column("line", ("Nội dung",), "text"), Column("value", ("Số liệu",), "count")]
    with_total, without = Findings(), Findings()
    read_table(path, columns, with_total)
    table = read_table(path, columns, without, total_labels=())
    assert [finding.rule for finding in with_total] == ["no-total"]
    assert list(without) == []
    assert list(table.frame["value"]) == [1, 2]


@pytest.mark.parametrize("value", [date(2020, 2, 1), True])
def test_a_date_that_excel_made_of_a_figure_is_said_to_be_one(tmp_path, value):
    (figure,), findings = figures(tmp_path, value)
    assert figure is None
    assert places(findings) == [("error", "not-a-number", "C2")]
    assert "ngày" in findings.errors[0].message.text("vi")


def test_what_is_hidden_or_filtered_out_counts_and_is_asked_about(tmp_path):
    book = load_workbook(flat(tmp_path, *ROWS, [None, "Tổng cộng", 10]))
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.save(tmp_path / "bang.xlsx")
    table, findings = read(tmp_path / "bang.xlsx", TEAMS)
    assert places(findings) == [("verify", "hidden", "B3"), ("verify", "hidden", "C")]
    assert table.frame["teams"].sum() == 10


# --- personal data ---


@pytest.mark.parametrize(
    ("remark", "stops"),
    [
        ("Nguyễn Văn A", True), ("0912 345 678", True), ("karaoke Hoàng Gia", True), ("sinh ngày 01/02/1990", True),
        ("tăng 02 so với năm trước", False), ("xã Phình Sáng", False), (None, False),
    ],
)  # fmt: skip
def test_a_remark_that_names_a_person_or_a_business_stops_the_file_and_is_never_repeated(
    tmp_path, remark, stops
):
    header = ["Xã, thị trấn", "Số đội", "Ghi chú"]
    rows = [["xã Phình Sáng", "hai", remark], ["xã Nà Tòng", 1, None], ["Nà Tông", 1, None]]
    table, findings = read(workbook(tmp_path, [header, *rows, *SIGNATURES]), TEAMS, require_all=False)
    if stops:
        assert places(findings) == [("error", "personal-data", "C2")]
        assert len(table.frame) == 0
        assert remark not in findings.to_csv()
    else:
        assert [f.rule for f in findings.errors] == ["not-a-number", "place-unknown"]


def test_a_sheet_of_persons_beside_the_table_stops_the_file(tmp_path):
    book = Workbook()
    fill(book.active, [["STT", "Xã, thị trấn", "Số đội"], *ROWS])
    fill(book.create_sheet("Danh sách"), [["Biểu"], ["Họ và tên", "Năm sinh"], ["A", 1990]])
    book.save(tmp_path / "bang.xlsx")
    _table, findings = read(tmp_path / "bang.xlsx", TEAMS)
    assert [(f.rule, f.sheet, f.column, f.row) for f in findings] == [
        ("personal-data", "Danh sách", "A", 2), ("personal-data", "Danh sách", "B", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("number", [912345678, 11099001234.0])
def test_a_number_of_a_person_in_place_of_a_name_is_not_repeated(tmp_path, number):
    findings = read(flat(tmp_path, *ROWS, [5, number, 1]), TEAMS)[1]
    assert places(findings) == [("error", "personal-data", "B6")]
    assert str(int(number)) not in findings.to_csv()


def test_a_sheet_that_is_called_like_a_person_is_named_nowhere(tmp_path):
    rows = [["STT", "Xã, thị trấn", "Số đội"], *ROWS]
    findings = read(workbook(tmp_path, rows, title="Lò Thị Mẫu"), TEAMS)[1]
    assert places(findings) == [("error", "personal-data", "")]
    assert "Mẫu" not in findings.to_csv()
    assert places(read(workbook(tmp_path, rows, title="Xã Phình Sáng"), TEAMS)[1]) == []


def test_who_signs_under_the_table_is_no_finding(tmp_path):
    signed = [
        [],
        ["NGƯỜI LẬP BIỂU", None, "CHỦ TỊCH"],
        ["(Ký, ghi rõ họ tên)"],
        ["Nguyễn Văn A", None, "Trần Thị B"],
    ]
    path = workbook(tmp_path, [["STT", "Xã, thị trấn", "Số đội"], *ROWS, [None, "Tổng cộng", 10], *signed])
    _table, findings = read(path, TEAMS)
    assert places(findings) == []


@pytest.mark.parametrize("header", [[], ["STT", "Họ và tên", "Tuổi"], ["Người lập biểu"]])
def test_persons_listed_below_the_end_of_a_table_are_found(tmp_path, header):
    below = [[], header, [1, "Lò Thị Mẫu", 25]]
    _table, findings = read(flat(tmp_path, *ROWS, [None, "Tổng cộng", 10], ["Người lập biểu"], *below), TEAMS)
    assert {f.rule for f in findings} == {"personal-data"}
    assert ("error", "personal-data", "B10") in places(findings)
    assert "Mẫu" not in findings.to_csv()


def test_who_signs_under_a_table_is_named_in_no_finding(tmp_path):
    rows = [["Nội dung", "Số liệu"], ["a", 1], [], ["Nguyễn Văn Mẫu"]]
    _table, findings = read(workbook(tmp_path, rows), LINES)
    assert places(findings) == [("verify", "end-doubtful", "A4")]
    assert "Mẫu" not in findings.to_csv()
    rows = [["Nội dung", "Số liệu"], ["a", 1], ["Người lập biểu: Nguyễn Văn Mẫu"], ["b", 2]]
    _table, findings = read(workbook(tmp_path, rows), LINES)
    assert places(findings) == [("error", "rows-after-end", "A4")]
    assert "Mẫu" not in findings.to_csv()


# --- years ---


def test_of_sheets_that_say_their_years_the_reports_is_read(tmp_path):
    book = Workbook()
    book.active.title = "2019"
    for year, sheet in [(2019, book.active), (2020, book.create_sheet("2020"))]:
        fill(
            sheet,
            [[f"Số liệu năm {year}"], ["STT", "Xã, thị trấn", "Số đội"], *[[i, n, year] for i, n, _ in ROWS]],
        )
    book.save(tmp_path / "bang.xlsx")
    table, findings = read(tmp_path / "bang.xlsx", TEAMS, year=2020)
    assert (places(findings), table.frame["teams"].tolist()) == ([], [2020] * 4)
    assert table.sources[0].title == ("Số liệu năm 2020",)
    _table, findings = read(tmp_path / "bang.xlsx", TEAMS, year=2021)
    assert places(findings) == [("error", "sheet-doubtful", "")]


def test_of_columns_under_several_years_the_reports_is_read(tmp_path):
    header = [["Xã, thị trấn", "Số đội", None], [None, "Năm 2019", "Năm 2020"]]
    path = workbook(tmp_path, [*header, *[[n, 1, 2] for _i, n, _ in ROWS]], ["A1:A2", "B1:C1"])
    columns = [PLACE, Column("teams", ("Năm 2019", "Năm 2020"), "count")]
    assert (
        read(path, columns, year=2020)[0].frame["teams"].tolist() == [1] * 4
    )  # the header asked for comes first
    header = [
        ["Xã, thị trấn", "Năm 2019", None, "Năm 2020", None],
        [None, "Số đội", "Khác", "Số đội", "Khác"],
    ]
    path = workbook(
        tmp_path, [*header, *[[n, 1, None, 2, None] for _i, n, _ in ROWS]], ["A1:A2", "B1:C1", "D1:E1"]
    )
    table, findings = read(path, TEAMS, year=2020)
    assert table.frame["teams"].tolist() == [2] * 4
    assert places(findings) == [("verify", "unread-column", "B")]
    _table, findings = read(path, TEAMS)
    assert places(findings) == [("error", "column-doubtful", "")]


@pytest.mark.parametrize(
    ("lines", "years"),
    [
        (["Số liệu năm 2020"], {2020}),
        (["Số liệu từ ngày 15/12/2019 đến ngày 14/12/2020"], {2019, 2020}),
        (["(Kèm theo Công văn số 12/UBND ngày 05/01/2021)", "Biểu năm 2020"], {2020}),
        (["Tuần Giáo, ngày 05 tháng 01 năm 2021", "2020"], {2020}),
        (["Nghị định số 167/2013/NĐ-CP"], set()),
        (["Mã 120201"], set()),
    ],
)
def test_the_years_of_a_title_are_not_those_of_documents(lines, years):
    assert intake.years_in(*lines) == years


# --- sums that nothing has computed ---


@pytest.mark.parametrize(
    ("formula", "sums", "value"),
    [
        ("=SUM(C2:C4)", True, 6), ("=SUM(C2,C4)", True, 4), ("=SUM($C$2:C3)", True, 3), ("=SUM(C2:C4)", False, None),
        ("=C2+C3", True, None), ("=SUM(B2:C4)", True, None), ("=SUM(C2:C4)*2", True, None), ("=AVERAGE(C2:C4)", True, None),
    ],
)  # fmt: skip
def test_only_plain_sums_of_our_own_forms_are_computed(tmp_path, formula, sums, value):
    rows = [[i, part.name, n] for i, (part, n) in enumerate(zip(FOUR, [1, 2, 3, formula], strict=True), 1)]
    table, findings = read(flat(tmp_path, *rows), TEAMS, sums=sums)
    assert [None if pd.isna(v) else v for v in table.frame["teams"]] == [1, 2, 3, value]
    assert places(findings) == ([] if value is not None else [("error", "formula-without-value", "C5")])


# --- documentation ---


def test_every_rule_is_in_the_documentation_with_its_severity():
    documented: dict[str, str] = {}
    for line in (ROOT / "docs" / "what-intake-finds.md").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| (`.+`) \| ([\w ]+) \|", line):
            documented |= dict.fromkeys(re.findall("`([a-z-]+)`", match[1]), match[2])
    words = {"ERROR": "error", "VERIFY": "verify", "NOTE": "note"}
    sources = [*(ROOT / "baocao" / "analysis").glob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")]
    used = {
        (rule, words[severity])
        for path in sources
        for severity, rule in re.findall(
            r'\b(ERROR|VERIFY|NOTE),[\s"\\n]*?"?([a-z]+(?:-[a-z]+)*)\\?",',
            path.read_text(encoding="utf-8").replace('\\"', '"'),
        )
    }
    assert len(used) > 40
    assert [
        (rule, severity) for rule, severity in sorted(used) if severity not in documented.get(rule, "")
    ] == []
