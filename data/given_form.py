"""The form of the invented tỉnh Ví Dụ for its districts (`vi-du/bieu-mau-2020.xlsx`), which come back as `bieu.xlsx`.

It looks like what an office sends: letterhead, a header of three rows in merged cells, a row of column numbers, more
rows than any district has communes, totals as formulas, room to sign, a second sheet. It stands for no office's form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FILE = "vi-du/bieu-mau-2020.xlsx"
YEAR = 2020
ROOM = 10
"""Rows for communes; the largest district has eight."""
HEADER = 7
FIRST = HEADER + 4
LAST = FIRST + ROOM - 1

PLAIN = Font(name="Times New Roman", size=12)
BOLD = Font(name="Times New Roman", size=12, bold=True)
ITALIC = Font(name="Times New Roman", size=12, italic=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(vertical="center", wrap_text=True)
LINE = Side(style="thin")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)

TYPES = (
    ("Khách sạn", "B.khach_san"), ("Nhà nghỉ", "B.nha_nghi"), ("Karaoke", "B.karaoke"), ("Xoa bóp", "B.xoa_bop"),
    ("Nhà hàng, quán ăn", "B.nha_hang"), ("Loại hình khác", "B.khac"),
)  # fmt: skip
OTHERS = (("Được tuyên truyền (có: 1)", "C4"), ("Số cán sự cấp xã", "H1"))
LINES = (
    ("Tổng số cơ sở kinh doanh dịch vụ", "cơ sở", "B1"), ("Số buổi tuyên truyền trực tiếp", "buổi", "C1"),
    ("Tỷ lệ xã, thị trấn được tuyên truyền", "%", "C5"), ("Tỷ lệ cơ sở ký cam kết", "%", "C7"),
    ("Số đợt kiểm tra liên ngành", "đợt", "D1"), ("Số vụ bị phát hiện", "vụ", "E1"),
    ("Số đối tượng bị xử lý", "người", "E2"), ("Số lượt người được hỗ trợ", "lượt người", "G1"),
    ("Tổng kinh phí", "triệu đồng", "I1"),
)  # fmt: skip


def workbook() -> Workbook:
    """The form, with markers where figures go."""
    book = Workbook()
    first = book.active
    first.title = "Biểu 01"
    _by_commune(first)
    _compared(book.create_sheet("Biểu 02"))
    book.defined_names["Tong_co_so"] = DefinedName("Tong_co_so", attr_text=f"'Biểu 01'!$C${LAST + 1}")
    book.properties.title = "Biểu tổng hợp của tỉnh Ví Dụ"
    book.properties.description = "Biểu mẫu minh họa: tỉnh Ví Dụ không có thật."
    book.properties.creator = "make_illustrative.py"
    return book


def _by_commune(sheet: Worksheet) -> None:
    width = 3 + len(TYPES) + len(OTHERS)
    _letterhead(sheet, width, "BIỂU 01. CƠ SỞ KINH DOANH DỊCH VỤ, TUYÊN TRUYỀN, CÁN SỰ THEO XÃ, THỊ TRẤN")
    top, types_end = HEADER, 3 + len(TYPES)
    _head(sheet, top, 1, top + 2, 1, "STT")
    _head(sheet, top, 2, top + 2, 2, "Xã, thị trấn")
    _head(sheet, top, 3, top, types_end, "Cơ sở kinh doanh dịch vụ năm {{year}}")
    _head(sheet, top + 1, 3, top + 2, 3, "Tổng số")
    _head(sheet, top + 1, 4, top + 1, types_end, "Trong đó")
    for column, (name, _code) in enumerate(TYPES, start=4):
        _head(sheet, top + 2, column, top + 2, column, name)
    for column, (name, _code) in enumerate(OTHERS, start=types_end + 1):
        _head(sheet, top, column, top + 2, column, name)
    for column in range(1, width + 1):
        number = "AB"[column - 1] if column < 3 else str(column - 2)
        _put(sheet, top + 3, column, f"1=2+...+{types_end - 2}" if column == 3 else number, ITALIC)
    for nth in range(1, ROOM + 1):
        row = FIRST + nth - 1
        _put(sheet, row, 1, f'=IF(B{row}="","",ROW()-{FIRST - 1})')
        _put(sheet, row, 2, f"{{{{unit@#{nth}}}}}", PLAIN, LEFT)
        _put(sheet, row, 3, f'=IF(B{row}="","",SUM(D{row}:{get_column_letter(types_end)}{row}))', BOLD)
        for column, (_name, code) in enumerate((*TYPES, *OTHERS), start=4):
            _put(sheet, row, column, f"{{{{{code}@#{nth}}}}}")
    total = LAST + 1
    sheet.merge_cells(start_row=total, end_row=total, start_column=1, end_column=2)
    _put(sheet, total, 1, "Tổng cộng", BOLD)
    _put(sheet, total, 2, None)
    for column in range(3, width + 1):
        letter = get_column_letter(column)
        _put(sheet, total, column, f"=SUM({letter}{FIRST}:{letter}{LAST})", BOLD)
    many = CellIsRule(operator="greaterThan", formula=["10"], fill=PatternFill("solid", bgColor="FFF2CC"))
    sheet.conditional_formatting.add(f"C{FIRST}:C{LAST}", many)
    _foot(sheet, total + 2, width, (6, 22, 9, *[10] * (width - 3)), "landscape")


def _compared(sheet: Worksheet) -> None:
    _letterhead(sheet, 8, "BIỂU 02. MỘT SỐ CHỈ TIÊU SO VỚI NĂM TRƯỚC")
    heads = ("STT", "Chỉ tiêu", "Đơn vị tính", "Năm {{year.previous}}", "Năm {{year}}", "Tăng, giảm",
             "So với năm trước", "Chỉ tiêu được giao")  # fmt: skip
    for column, text in enumerate(heads, start=1):
        _head(sheet, HEADER, column, HEADER, column, text)
        _put(sheet, HEADER + 1, column, column, ITALIC)
    for row, (name, unit, code) in enumerate(LINES, start=HEADER + 2):
        values = (row - HEADER - 1, name, unit, f"{{{{{code}.previous}}}}", f"{{{{{code}}}}}", f"=E{row}-D{row}",
                  f'=IF(D{row}=0,"",E{row}/D{row})', f"{{{{{code}.target}}}}")  # fmt: skip
        for column, value in enumerate(values, start=1):
            _put(sheet, row, column, value, PLAIN, LEFT if column == 2 else CENTRED)
        for column in (4, 5, 6, 8):
            sheet.cell(row, column).number_format = "#,##0.0" if unit in ("%", "triệu đồng") else "#,##0"
        sheet.cell(row, 7).number_format = "0.0%"
    _foot(sheet, HEADER + len(LINES) + 3, 8, (6, 40, 14, 12, 12, 12, 12, 14), "portrait")


def _letterhead(sheet: Worksheet, width: int, title: str) -> None:
    middle = width // 2
    lines = (
        (1, 1, middle, "UBND {{UNIT}}", BOLD), (1, middle + 1, width, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD),
        (2, middle + 1, width, "Độc lập - Tự do - Hạnh phúc", BOLD), (4, 1, width, title, BOLD),
        (5, 1, width, "Kỳ báo cáo: từ {{start}} đến {{end}}; số liệu tính đến {{cutoff}} {{illustrative}}", ITALIC),
    )  # fmt: skip
    for row, left, right, text, font in lines:
        sheet.merge_cells(start_row=row, end_row=row, start_column=left, end_column=right)
        cell = sheet.cell(row, left, text)
        cell.font, cell.alignment = font, CENTRED
        sheet.row_dimensions[row].height = 34


def _head(sheet: Worksheet, top: int, left: int, bottom: int, right: int, text: str) -> None:
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            _put(sheet, row, column, None, BOLD)
    sheet.cell(top, left, text)
    if (top, left) != (bottom, right):
        sheet.merge_cells(start_row=top, end_row=bottom, start_column=left, end_column=right)
    sheet.row_dimensions[bottom].height = 34


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: str | int | None,
    font: Font = PLAIN,
    alignment: Alignment = CENTRED,
) -> None:
    cell = sheet.cell(row, column, value)
    cell.font, cell.alignment, cell.border = font, alignment, BOX


def _foot(sheet: Worksheet, row: int, width: int, widths: tuple[int, ...], orientation: str) -> None:
    middle = width // 2
    for column, text, below in (
        (1, "NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"), (middle + 1, "THỦ TRƯỞNG ĐƠN VỊ", "(Ký, đóng dấu)"),
    ):  # fmt: skip
        for line, words, font in ((row, text, BOLD), (row + 1, below, ITALIC)):
            right = middle if column == 1 else width
            sheet.merge_cells(start_row=line, end_row=line, start_column=column, end_column=right)
            cell = sheet.cell(line, column, words)
            cell.font, cell.alignment = font, CENTRED
    for column, characters in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = characters
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = orientation
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADER}:{HEADER + 1}"
