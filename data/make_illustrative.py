"""Make the illustrative workbooks and CSV files of huyện Tuần Giáo, 2018 to 2020.

    python data/make_illustrative.py [DEST]

The files look like what an office sends: a letterhead above the table, merged header rows, a row of column
numbers, a "Tổng cộng" row, blank signatures, place names spelt in several ways. The same program gives the
same bytes, so a changed figure shows in review as a changed line of the tables below. `report.toml` and
`narrative.md` are written by hand and never touched.

What is real in these figures and what is made up: `data/README.md`. Persons, cases, offences and suspected
establishments are 0 wherever a real place is named; a test holds every file to that.
"""

from __future__ import annotations

import argparse
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import canonicalize

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

DATA = Path(__file__).parent
UNIT = Path("dien-bien/huyen-tuan-giao")
YEARS = (2018, 2019, 2020)

# ------------------------------------------------------------------------------------------------------------
# The figures
# ------------------------------------------------------------------------------------------------------------

# In the order of their codes. A commune that a table below does not name has 0 in it.
COMMUNES = (
    "Tuần Giáo", "Phình Sáng", "Rạng Đông", "Mùn Chung", "Nà Tòng", "Ta Ma", "Mường Mùn", "Pú Xi", "Pú Nhung",
    "Quài Nưa", "Mường Thín", "Tỏa Tình", "Nà Sáy", "Mường Khong", "Quài Cang", "Quài Tở", "Chiềng Sinh",
    "Chiềng Đông", "Tênh Phông",
)  # fmt: skip
TOWN = "Tuần Giáo"

# Số cơ sở: khách sạn, nhà nghỉ, karaoke, xoa bóp, nhà hàng, khác. Only the 20 of 2020 is real.
ESTABLISHMENTS = """
                 2018                 2019                 2020
Tuần Giáo    |   1  4  5  0  2  0  |  2  4  4  0  2  0  |  2  5  4  0  2  0
Mường Mùn    |   0  1  1  0  0  0  |  0  1  1  0  0  0  |  0  1  1  0  0  0
Quài Nưa     |   0  1  1  0  0  0  |  0  1  1  0  0  0  |  0  1  1  0  0  0
Tỏa Tình     |   0  0  0  0  0  0  |  0  1  0  0  0  0  |  0  1  0  0  0  0
Quài Tở      |   0  1  0  0  0  0  |  0  1  0  0  0  0  |  0  1  0  0  1  0
"""

# Buổi tuyên truyền trực tiếp, lượt phát thanh, tờ rơi, cơ sở ký cam kết.
COMMUNICATION = """
                 2018                 2019                 2020
Tuần Giáo    |   5  20  1000  8    |  5  22  1100  10   |  6  24  1250  12
Rạng Đông    |   1   4    80  0    |  1   6   100   0   |  1   8   120   0
Mùn Chung    |   1   8   140  0    |  2  10   160   0   |  2  12   180   0
Mường Mùn    |   2  10   200  1    |  2  12   220   1   |  3  14   260   1
Pú Xi        |   0   0     0  0    |  0   0     0   0   |  0   6    60   0
Pú Nhung     |   1   6   110  0    |  1   8   130   0   |  2  10   150   0
Quài Nưa     |   3  12   260  2    |  4  14   300   2   |  4  16   320   2
Mường Thín   |   1   4    80  0    |  1   6   100   0   |  1   8   110   0
Tỏa Tình     |   2   8   150  0    |  2  10   180   1   |  2  12   200   1
Nà Sáy       |   1   6   100  0    |  1   8   120   0   |  2  10   140   0
Mường Khong  |   0   0     0  0    |  1   4    80   0   |  1   6    90   0
Quài Cang    |   2  12   250  0    |  3  14   280   0   |  3  16   300   0
Quài Tở      |   2  10   200  1    |  2  12   220   1   |  3  14   240   2
Chiềng Sinh  |   1   8   140  0    |  2  10   160   0   |  2  12   180   0
Chiềng Đông  |   1   6   110  0    |  1   8   130   0   |  2  10   150   0
Tênh Phông   |   0   0     0  0    |  1   0    40   0   |  1   0    50   0
"""

# Cán sự, đội công tác xã hội tình nguyện, tình nguyện viên. That the officers are mainly in Tuần Giáo,
# Quài Nưa and Tỏa Tình is real (2020); how many they are is not.
OFFICERS = """
                 2018                 2019                 2020
Tuần Giáo    |   4  1  8           |  4  1  9           |  4  1  9
Mường Mùn    |   0  0  0           |  1  0  0           |  1  0  0
Quài Nưa     |   3  1  6           |  3  1  6           |  3  1  7
Tỏa Tình     |   3  0  0           |  2  0  0           |  3  0  0
Quài Cang    |   0  0  0           |  0  0  0           |  0  1  6
Quài Tở      |   1  0  0           |  1  0  0           |  1  0  0
"""

# Per wave: month, lượt cơ sở được kiểm tra. Breaches, sanctions and fines are 0 in every wave.
INSPECTIONS = {
    2018: [(3, 7), (7, 6), (11, 6)],
    2019: [(2, 8), (6, 6), (10, 7)],
    2020: [(1, 7), (5, 6), (8, 6), (11, 7)],
}

# Triệu đồng: ngân sách trung ương, tỉnh, huyện, nguồn khác.
BUDGET: dict[int, list[float]] = {
    2018: [0, 12, 16.5, 0],
    2019: [0, 15, 18, 0],
    2020: [0, 15, 20.5, 0],
}

# From Công an huyện. All 0: the source report found nothing, and nobody may invent an offence in a real
# place.
CASES = [
    ("Số người bán dâm hoạt động trên địa bàn", "người"),
    ("Số tụ điểm, địa bàn phức tạp về mại dâm", "tụ điểm"),
    ("Số cơ sở kinh doanh dịch vụ nghi hoạt động mại dâm", "cơ sở"),
    ("Số vụ mại dâm bị phát hiện, triệt phá", "vụ"),
    ("Số đối tượng bị xử lý", "người"),
    ("Số tin báo, tố giác tiếp nhận", "tin"),
    ("Số tin báo, tố giác đã xử lý", "tin"),
    ("Số người bán dâm bị xử phạt vi phạm hành chính", "người"),
    ("Số người mua dâm bị xử phạt vi phạm hành chính", "người"),
]

# Persons supported, by service: 0 for the same reason.
SUPPORT = [
    "Tư vấn, trợ giúp pháp lý",
    "Giáo dục, truyền thông",
    "Chăm sóc y tế",
    "Học nghề, tạo việc làm",
    "Dự phòng lây nhiễm HIV",
]

BUDGET_SOURCES = ["Ngân sách trung ương", "Ngân sách tỉnh", "Ngân sách huyện", "Nguồn khác"]


def by_year(table: str) -> dict[int, dict[str, list[int]]]:
    """One of the tables above as {year: {commune: figures}}, every commune present."""
    years, *lines = table.strip("\n").splitlines()
    rows = {}
    for line in lines:
        name, *parts = line.split("|")
        rows[name.strip()] = [[int(figure) for figure in part.split()] for part in parts]
    if not rows.keys() <= set(COMMUNES):
        raise ValueError("a table names a commune that is not in COMMUNES")
    none = [[0] * len(part) for part in next(iter(rows.values()))]
    return {
        int(year): {commune: rows.get(commune, none)[position] for commune in COMMUNES}
        for position, year in enumerate(years.split())
    }


# ------------------------------------------------------------------------------------------------------------
# How the offices write
# ------------------------------------------------------------------------------------------------------------

Value = str | int | None


def with_type_word(commune: str) -> str:
    """TT Tuần Giáo, Xã Quài Nưa."""
    return f"TT {commune}" if commune == TOWN else f"Xã {commune}"


def bare_with_new_tone_mark(commune: str) -> str:
    """Thị trấn Tuần Giáo, Quài Nưa, Toả Tình (the tone mark on the second vowel)."""
    return f"Thị trấn {commune}" if commune == TOWN else commune.replace("ỏa", "oả")


def with_stray_spaces(commune: str) -> str:
    """TT. Tuần Giáo, xã Quài  Nưa: whoever typed this sheet leans on the space bar."""
    name = commune.replace(" ", "  ") if commune.startswith("Quài") else commune
    return f"TT. {name}" if commune == TOWN else f"xã {name} "


def dash_for_zero(figure: int) -> Value:
    """This office writes "-" for none (report.toml: dash = "zero")."""
    return figure or "-"


def thousands_as_text(figure: int) -> Value:
    """1250 -> "1.250": typed with its dot, so Excel keeps it as text and leaves it out of a SUM."""
    return f"{figure:,}".replace(",", ".") if figure >= 1000 else figure


def totals(rows: Sequence[Sequence[int]]) -> list[int]:
    """The sum of each column."""
    return [sum(column) for column in zip(*rows, strict=True)]


# ------------------------------------------------------------------------------------------------------------
# The four workbooks
# ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """One sheet as an office sends it.

    `columns` are (header, width in characters); levels of a header are joined by " > ". `rows` hold the cells
    right of STT, `total` those right of the row's name. `first_cell` is the letterhead's (row, column).
    """

    file: str
    sheet: str
    office: str
    title: str
    as_of: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value]
    first_cell: tuple[int, int] = (1, 1)
    total_label_over_stt: bool = False


SOCIAL_AFFAIRS = "PHÒNG LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"
INSPECTION_TEAM = "ĐỘI KIỂM TRA LIÊN NGÀNH"


def establishments(year: int) -> Form:
    """Establishments by type, one row per commune."""
    figures = by_year(ESTABLISHMENTS)[year]
    return Form(
        file="co-so-kinh-doanh-dich-vu.xlsx",
        sheet="Bieu 01",
        office=SOCIAL_AFFAIRS,
        title="BIỂU 01: CƠ SỞ KINH DOANH DỊCH VỤ DỄ PHÁT SINH TỆ NẠN MẠI DÂM",
        as_of=at_end_of(year),
        columns=[
            ("STT", 6),
            ("Xã, thị trấn", 20),
            ("Số cơ sở kinh doanh dịch vụ > Cơ sở lưu trú > Khách sạn", 11),
            ("Số cơ sở kinh doanh dịch vụ > Cơ sở lưu trú > Nhà nghỉ", 11),
            ("Số cơ sở kinh doanh dịch vụ > Karaoke", 11),
            ("Số cơ sở kinh doanh dịch vụ > Xoa bóp (massage)", 12),
            ("Số cơ sở kinh doanh dịch vụ > Nhà hàng, quán ăn", 13),
            ("Số cơ sở kinh doanh dịch vụ > Khác", 9),
            ("Tổng số", 10),
        ],
        rows=[[with_type_word(c), *map(dash_for_zero, row), sum(row)] for c, row in figures.items()],
        total=totals([[*row, sum(row)] for row in figures.values()]),
    )


def inspections(year: int) -> Form:
    """Inspections and breaches, one row per wave."""
    waves = INSPECTIONS[year]
    nothing_found = [0] * 6
    return Form(
        file="kiem-tra-lien-nganh.xlsx",
        sheet="Bieu 02",
        office=INSPECTION_TEAM,
        title="BIỂU 02: KẾT QUẢ KIỂM TRA LIÊN NGÀNH CÁC CƠ SỞ KINH DOANH DỊCH VỤ",
        as_of=during(year),
        columns=[
            ("STT", 6),
            ("Đợt kiểm tra", 16),
            ("Tháng", 8),
            ("Lượt cơ sở được kiểm tra", 14),
            ("Lượt cơ sở vi phạm > Tổng số", 10),
            ("Lượt cơ sở vi phạm > Trong đó > Cảnh cáo", 11),
            ("Lượt cơ sở vi phạm > Trong đó > Phạt tiền", 11),
            ("Lượt cơ sở vi phạm > Trong đó > Đình chỉ, thu hồi giấy phép", 15),
            ("Lượt cơ sở vi phạm > Trong đó > Xử phạt bổ sung", 12),
            ("Số tiền phạt (triệu đồng)", 13),
        ],
        rows=[[f"Đợt {n}", month, count, *nothing_found] for n, (month, count) in enumerate(waves, start=1)],
        total=[None, sum(count for _, count in waves), *nothing_found],
    )


def communication(year: int) -> Form:
    """Communication work, one row per commune."""
    figures = by_year(COMMUNICATION)[year]
    return Form(
        file="truyen-thong.xlsx",
        sheet="Bieu 03",
        office=SOCIAL_AFFAIRS,
        title="BIỂU 03: CÔNG TÁC TUYÊN TRUYỀN PHÒNG, CHỐNG TỆ NẠN MẠI DÂM",
        as_of=during(year),
        columns=[
            ("STT", 6),
            ("Xã, thị trấn", 20),
            ("Tuyên truyền trực tiếp (buổi)", 18),
            ("Phát thanh (lượt)", 12),
            ("Tờ rơi, pano, áp phích (tờ)", 18),
            ("Cơ sở ký cam kết", 14),
            ("Ghi chú", 24),
        ],
        rows=[communication_row(commune, *row) for commune, row in figures.items()],
        total=[*totals(list(figures.values())), None],
    )


def communication_row(
    commune: str, sessions: int, broadcasts: int, leaflets: int, commitments: int
) -> list[Value]:
    """One commune's row; a remark stands where nothing was held."""
    remark = None if sessions or broadcasts else "Địa bàn xa, chưa tổ chức"
    name = bare_with_new_tone_mark(commune)
    return [name, sessions, broadcasts, thousands_as_text(leaflets), commitments, remark]


def officers(year: int) -> Form:
    """Officers (cán sự), volunteer teams and volunteers by commune; the table does not start at A1."""
    figures = by_year(OFFICERS)[year]
    return Form(
        file="can-bo-doi-tinh-nguyen.xlsx",
        sheet="Bieu 04",
        office=SOCIAL_AFFAIRS,
        title="BIỂU 04: CÁN SỰ VÀ ĐỘI CÔNG TÁC XÃ HỘI TÌNH NGUYỆN CẤP XÃ",
        as_of=at_end_of(year),
        columns=[
            ("STT", 6),
            ("Xã, thị trấn", 22),
            ("Cán sự", 12),
            ("Đội công tác xã hội tình nguyện > Số đội", 14),
            ("Đội công tác xã hội tình nguyện > Số tình nguyện viên", 18),
        ],
        rows=[[with_stray_spaces(commune), *row] for commune, row in figures.items()],
        total=totals(list(figures.values())),
        first_cell=(3, 2),
        total_label_over_stt=True,
    )


def at_end_of(year: int) -> str:
    """The line that dates a stock: what there is when the period ends."""
    return f"Số liệu tính đến ngày 14/12/{year}"


def during(year: int) -> str:
    """The line that dates a flow; the year is 15 December to 14 December (NĐ 09/2019/NĐ-CP, Điều 12)."""
    return f"Số liệu từ ngày 15/12/{year - 1} đến ngày 14/12/{year}"


# ------------------------------------------------------------------------------------------------------------
# Writing
# ------------------------------------------------------------------------------------------------------------

PLAIN = Font(name="Times New Roman", size=12)
BOLD = Font(name="Times New Roman", size=12, bold=True)
ITALIC = Font(name="Times New Roman", size=12, italic=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center")
RIGHT = Alignment(horizontal="right", vertical="center")
BOX = Border(*[Side(style="thin")] * 4)

ATTACHED = "(Kèm theo Báo cáo số         /BC-UBND ngày      tháng      năm         của UBND huyện Tuần Giáo)"
XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ILLUSTRATIVE = "Số liệu minh họa, không phải số liệu thật: xem data/README.md"


@dataclass(frozen=True)
class HeaderCell:
    """A header cell and the first and last row and column that it covers, from 0 inside the header."""

    text: str
    top: int
    left: int
    bottom: int
    right: int


def header_cells(headers: Sequence[str]) -> Iterator[HeaderCell]:
    """The merged cells of a header: "A > B" and "A > C" share one "A"; a short path reaches the last row."""
    paths = [header.split(" > ") for header in headers]
    depth = max(len(path) for path in paths)
    for level in range(depth):
        for prefix, run in groupby(range(len(paths)), key=lambda column: paths[column][: level + 1]):
            columns = list(run)
            if len(prefix) == level + 1:
                is_leaf = len(paths[columns[0]]) == level + 1
                yield HeaderCell(prefix[-1], level, columns[0], depth - 1 if is_leaf else level, columns[-1])


@dataclass(frozen=True)
class Pen:
    """Writes into a sheet; rows and columns count from 0 at the form's first cell."""

    sheet: Worksheet
    top: int
    left: int

    def put(self, row: int, column: int, value: Value, font: Font, alignment: Alignment = CENTRED) -> None:
        """Write one cell."""
        cell = self.sheet.cell(self.top + row, self.left + column, value)
        cell.font, cell.alignment, cell.number_format = font, alignment, "#,##0"

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge the cells from the first corner to the last, both included."""
        if (top, left) != (bottom, right):
            first, last = (self.top + top, self.left + left), (self.top + bottom, self.left + right)
            self.sheet.merge_cells(None, *first, *last)

    def line(self, row: int, left: int, right: int, text: str, font: Font) -> None:
        """Write a text over several columns."""
        self.put(row, left, text, font)
        self.merge(row, left, row, right)

    def figures(self, row: int, column: int, values: Sequence[Value], font: Font) -> None:
        """Write cells side by side: words to the left, figures to the right."""
        for position, value in enumerate(values):
            self.put(row, column + position, value, font, LEFT if is_words(value) else RIGHT)

    def box(self, top: int, bottom: int, width: int) -> None:
        """Draw the lines of the table."""
        for row in range(top, bottom + 1):
            for column in range(width):
                self.sheet.cell(self.top + row, self.left + column).border = BOX

    def height(self, row: int, points: float) -> None:
        """Set the height of a row."""
        self.sheet.row_dimensions[self.top + row].height = points


def workbook(form: Form, year: int) -> Workbook:
    """The form as a workbook: letterhead, title, table, signatures."""
    book = Workbook()
    sheet = book.active
    sheet.title = form.sheet
    pen = Pen(sheet, *form.first_cell)
    width = len(form.columns)

    write_letterhead(pen, form, width)
    last_row = write_table(pen, form, top=7)
    write_signatures(pen, last_row + 2, width)

    for column, (_, characters) in enumerate(form.columns, start=pen.left):
        sheet.column_dimensions[get_column_letter(column)].width = characters
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if width > 7 else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.properties.title = f"{form.title} NĂM {year}"
    book.properties.description = ILLUSTRATIVE
    book.properties.creator = "make_illustrative.py"
    return book


def write_letterhead(pen: Pen, form: Form, width: int) -> None:
    """The office left, the country right, then title, reference and date line: rows 0 to 5."""
    middle, right = width // 2, width - 1
    pen.line(0, 0, middle - 1, "UBND HUYỆN TUẦN GIÁO", PLAIN)
    pen.line(0, middle, right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD)
    pen.line(1, 0, middle - 1, form.office, BOLD)
    pen.line(1, middle, right, "Độc lập - Tự do - Hạnh phúc", BOLD)
    pen.line(3, 0, right, form.title, BOLD)
    pen.line(4, 0, right, ATTACHED, ITALIC)
    pen.line(5, 0, right, form.as_of, ITALIC)
    for row in (0, 1, 3, 4):  # long lines wrap, and Excel does not grow a merged row by itself
        pen.height(row, 34)


def write_table(pen: Pen, form: Form, top: int) -> int:
    """Header, column numbers, rows, "Tổng cộng"; returns the row of the last."""
    width = len(form.columns)
    row = top
    for cell in header_cells([header for header, _ in form.columns]):
        pen.put(top + cell.top, cell.left, cell.text, BOLD)
        pen.merge(top + cell.top, cell.left, top + cell.bottom, cell.right)
        row = max(row, top + cell.bottom)
    for header_row in range(top, row + 1):
        pen.height(header_row, 34)

    row += 1
    for column in range(width):
        pen.put(row, column, column + 1, ITALIC)
    for number, values in enumerate(form.rows, start=1):
        row += 1
        pen.put(row, 0, number, PLAIN)
        pen.figures(row, 1, values, PLAIN)

    row += 1
    if form.total_label_over_stt:
        pen.figures(row, 2, form.total, BOLD)
        pen.line(row, 0, 1, "Tổng cộng", BOLD)
    else:
        pen.figures(row, 1, ["Tổng cộng", *form.total], BOLD)
    pen.box(top, row, width)
    return row


def write_signatures(pen: Pen, row: int, width: int) -> None:
    """Who made the table and who answers for it; the names stay blank."""
    middle, right = width // 2, width - 1
    pen.line(row, 0, middle - 1, "NGƯỜI LẬP BIỂU", BOLD)
    pen.line(row, middle, right, "THỦ TRƯỞNG ĐƠN VỊ", BOLD)
    pen.line(row + 1, 0, middle - 1, "(Ký, ghi rõ họ tên)", ITALIC)
    pen.line(row + 1, middle, right, "(Ký, đóng dấu)", ITALIC)


def is_words(value: Value) -> bool:
    """Whether a cell holds words, not a figure, a dash or nothing."""
    return isinstance(value, str) and any(character.isalpha() for character in value)


def save(book: Workbook, path: Path, year: int) -> None:
    """Write a workbook so that the same figures give the same bytes on any machine.

    A workbook is a zip of XML. openpyxl stamps the time of saving into the properties and every zip entry and
    spells the XML by whichever parser it finds, and compressors differ between builds of zlib: so each entry
    is written again in canonical XML, dated by the end of the period and stored uncompressed.
    """
    day = datetime(year, 12, 14, tzinfo=UTC)
    book.properties.created = day
    made = io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            xml = canonicalize(source.read(name).decode())
            if name == "docProps/core.xml":
                xml = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{day:%Y-%m-%dT%H:%M:%SZ}", xml)
            entry = zipfile.ZipInfo(name, date_time=(year, 12, 14, 0, 0, 0))
            entry.create_system = 0  # else Windows and Linux name themselves here
            target.writestr(entry, XML_DECLARATION + xml)


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """A CSV as Excel with Vietnamese settings saves it: byte order mark, semicolons, CRLF."""
    text = "".join(";".join(row) + "\r\n" for row in rows)
    path.write_bytes(text.encode("utf-8-sig"))


def decimal_comma(figure: float) -> str:
    """20.5 -> "20,5", 15 -> "15"."""
    return f"{figure:g}".replace(".", ",")


def write_year(folder: Path, year: int) -> None:
    """The four workbooks and three CSV files of one year."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in (establishments(year), inspections(year), communication(year), officers(year)):
        save(workbook(form, year), folder / form.file, year)

    cases = [[name, unit, "0"] for name, unit in CASES]
    write_csv(folder / "vu-viec-doi-tuong.csv", [["Nội dung", "Đơn vị tính", "Số liệu"], *cases])

    support = [[service, "lượt", "0"] for service in [*SUPPORT, "Tổng cộng"]]
    write_csv(folder / "ho-tro.csv", [["Dịch vụ hỗ trợ", "Đơn vị tính", "Số liệu"], *support])

    amounts = [*BUDGET[year], sum(BUDGET[year])]
    budget = [[s, decimal_comma(a)] for s, a in zip([*BUDGET_SOURCES, "Tổng cộng"], amounts, strict=True)]
    write_csv(folder / "kinh-phi.csv", [["Nguồn kinh phí", "Số tiền (triệu đồng)"], *budget])


def main() -> None:
    """Write all years under DEST, by default the folder that this program stands in."""
    parser = argparse.ArgumentParser(description="Tạo các biểu số liệu minh họa của huyện Tuần Giáo.")
    parser.add_argument("dest", nargs="?", type=Path, default=DATA, help="thư mục nhận các tệp")
    destination = parser.parse_args().dest
    for year in YEARS:
        write_year(destination / UNIT / str(year), year)


if __name__ == "__main__":
    main()
