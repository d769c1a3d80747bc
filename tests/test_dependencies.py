"""One input cell changed: everything that depends on it moves, nothing else does.

Each case changes one figure of one spreadsheet (with the totals that a spreadsheet would keep right by itself), makes the
report anew and compares every sentence, table cell, picture and alternative text with those before. What must move, and to
what, is written here by hand from what the report is about, not read from the code.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import in_process
import openpyxl
import pytest
from conftest import ROOT, UNIT

from baocao.pipeline.assemble import blocks_of
from baocao.pipeline.blocks import plain_text

MINH_HOA = "vi-du/huyen-minh-hoa"
"""The invented district: persons, cases and offences are changed there, never in a real place."""

SENTENCES = {
    "A1": r"người bán dâm hoạt động",
    "A2": r"tụ điểm, địa bàn phức tạp",
    "H3-H4": r"đội công tác xã hội tình nguyện với",
    "B1": r"^Toàn huyện có",
    "B2": r"^Các cơ sở này hoạt động tại",
    "B3": r"nghi có hoạt động mại dâm",
    "C1-C5": r"^Trong kỳ báo cáo, toàn huyện tổ chức",
    "C6": r"^Qua vận động",
    "C7": r"^Tỷ lệ cơ sở ký cam kết đạt",
    "D": r"^Đội kiểm tra liên ngành của huyện",
    "E1": r"phát hiện, triệt phá|không phát hiện vụ việc",
    "E3": r"^(?!Phấn đấu).*tin báo, tố giác về mại dâm",
    "E4": r"tin báo, tố giác chưa xử lý xong",
    "F": r"xử phạt vi phạm hành chính",
    "G1": r"lượt người bán dâm được tư vấn",
    "H1": r"^Đội ngũ cán sự cấp xã làm",
    "I1": r"^Kinh phí bố trí",
    "chưa tuyên truyền": r"^Trong kỳ còn",
    "đạt chỉ tiêu": r"^Hoàn thành chỉ tiêu",
    "chưa đạt chỉ tiêu": r"^Chưa hoàn thành chỉ tiêu",
    "kế hoạch kiểm tra": r"^Vượt kế hoạch kiểm tra|^Hoàn thành kế hoạch kiểm tra|^Chưa hoàn thành kế hoạch kiểm tra",
    "vi phạm giảm": r"^Số lượt cơ sở vi phạm là",
    "cam kết giảm": r"^Số cơ sở kinh doanh dịch vụ tăng",
    "hết tin": r"đã được xử lý xong",
    "năm sau: chỉ tiêu": r"^Phấn đấu năm",
    "năm sau: cán sự": r"^Phấn đấu .* cán sự",
    "năm sau: cam kết": r"^Phấn đấu .* vận động",
    "năm sau: lại": r"^Phấn đấu .* hoàn thành chỉ tiêu",
    "năm sau: tin": r"^Phấn đấu .* xử lý xong",
    "năm sau: kiểm tra": r"^Phấn đấu .* kế hoạch kiểm tra",
}
"""The sentences that hold figures, by the indicators they speak of; H3-H4 and C7 are in the narrative of Minh Họa."""

TYPE, TOTAL, COMMUNE, REACHED, CHECKED = (
    "theo loại hình",
    "Cơ sở kinh doanh dịch vụ, ",
    "theo xã, thị trấn",
    "được tuyên truyền",
    "Kiểm tra liên ngành",
)
"""The five charts, by a piece of their captions."""


def label(sentence: str) -> str:
    """What a sentence speaks of; one without figures is called by its own words."""
    return next((name for name, pattern in SENTENCES.items() if re.search(pattern, sentence)), sentence)


def atoms(document: dict) -> dict[tuple[str, ...], str]:
    """Everything that a reader can see change, by a name that stays when it does."""
    seen: dict[tuple[str, ...], str] = {}
    for block in blocks_of(document):
        if block["type"] in ("paragraph", "heading"):
            for sentence in re.split(r"(?<=[.:;])\s+(?=[A-ZĐÁÀẢÂĂÔƠƯ])", plain_text(block["children"])):
                key = ("sentence", label(sentence))
                seen[key] = f"{seen[key]} {sentence}" if key in seen else sentence
        elif block["type"] == "table":
            names = columns(block["header"])
            for row in block["rows"]:
                if not isinstance(row, str):
                    name = row[1].replace(" (*)", "").replace(" (†)", "")
                    seen |= {
                        ("cell", name, column): text for column, text in zip(names[2:], row[2:], strict=True)
                    }
        elif block["type"] == "figure":
            caption = next(c for c in (TYPE, TOTAL, COMMUNE, REACHED, CHECKED) if c in block["caption"])
            seen["picture", caption] = hashlib.sha256(block["data"].encode()).hexdigest()
            seen["alt", caption] = block["alt"]
    return seen


def columns(header: list) -> list[str]:
    """The names of a table's columns; under a heading that spans several stand those of the second row."""
    below = iter(header[-1])
    names: list[str] = []
    for cell in header[0]:
        names += (
            [next(below)["text"] for _ in range(cell["colspan"])] if cell["colspan"] > 1 else [cell["text"]]
        )
    return names


@dataclass(frozen=True)
class Change:
    """A figure changed by `by`, and what must then read differently: sentences by their labels, charts, cells by texts."""

    file: str
    row: str
    column: str
    by: float
    sentences: str = ""
    charts: tuple[str, ...] = ()
    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    year: int = 2020
    says: str = ""

    def __str__(self) -> str:
        return f"{self.file.removesuffix('.xlsx')} {self.year} {self.row} {self.column} {self.by:+}"


def number(cell: object) -> float:
    text = str(cell)
    return (
        0
        if text in ("-", "None")
        else float(text.replace(".", "").replace(",", "."))
        if isinstance(cell, str)
        else float(text)
    )


def apply(folder: Path, change: Change) -> None:
    """Change the figure, and the totals of its row and column that stand beside it."""
    path = folder / str(change.year) / change.file
    if path.suffix == ".csv":
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        for i, line in enumerate(lines):
            *before, figure = line.split(";")
            if before[0] in (change.row, "Tổng cộng"):
                lines[i] = ";".join([*before, f"{number(figure) + change.by:g}".replace(".", ",")])
        path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
        return
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    named = {" ".join(str(cell.value).split()): cell for cell in reversed(cells)}
    rows = [named[change.row].row, named["Tổng cộng"].row]
    columns = [named[change.column].column]
    if change.file.startswith("co-so"):
        columns.append(named["Tổng số"].column)
    for cell in [sheet.cell(row, column) for row in rows for column in columns]:
        if cell.value is not None:
            value = number(cell.value) + change.by
            cell.value = int(value) if value == int(value) else value
    book.save(path)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def before(work: Path) -> dict[str, dict]:
    """The reports before any change, by unit."""
    return {unit: atoms(in_process.document(ROOT / "data", unit, 2020, work)) for unit in (UNIT, MINH_HOA)}


def moved(before: dict, after: dict) -> dict[tuple[str, ...], str]:
    """What is new or reads differently, and what is gone (None)."""
    return {key: after.get(key) for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


NOW, PREVIOUS, CHANGE = "Năm 2020", "Năm 2019", "Tăng (+), giảm (-)"
B1 = "Tổng số cơ sở kinh doanh dịch vụ dễ phát sinh tệ nạn mại dâm"
B2 = "Số xã, thị trấn có cơ sở kinh doanh dịch vụ"
C1, C2, C3 = "Số buổi tuyên truyền trực tiếp", "Số lượt phát thanh", "Số tờ rơi, pano, áp phích"
C4, C5 = "Số xã, thị trấn được tuyên truyền", "Tỷ lệ xã, thị trấn được tuyên truyền"
C6, C7 = "Số cơ sở ký cam kết", "Tỷ lệ cơ sở ký cam kết"
D2, I1 = "Số lượt cơ sở được kiểm tra", "Tổng kinh phí"
D6, D8 = "Tỷ lệ thực hiện kế hoạch kiểm tra", "Tỷ lệ cơ sở được kiểm tra ít nhất một lần"
E5, F4 = "Tỷ lệ tin báo, tố giác đã xử lý", "Tổng số người bị xử lý hành chính"
H1, H2 = "Số cán sự cấp xã", "Số xã, thị trấn có cán sự"
H3, H4 = "Số đội công tác xã hội tình nguyện", "Số tình nguyện viên"


def written(value: Decimal | float) -> str:
    """A figure as a table writes it: at most one decimal for a percentage, a comma, no zero behind it."""
    text = str(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)).removesuffix(".0")
    return ("-" if text.startswith("-") else "") + f"{Decimal(text.lstrip('-')):,}".translate(
        str.maketrans(",.", ".,")
    )


def row_of(name: str, now: float, previous: float) -> dict[tuple[str, str], str]:
    """The cells of an indicator whose value of 2020 changed."""
    difference = written(Decimal(str(now)) - Decimal(str(previous)))
    return {(name, NOW): written(now), (name, CHANGE): difference if now <= previous else f"+{difference}"}


def last_year_of(name: str, now: float, previous: float) -> dict[tuple[str, str], str]:
    """The cells of an indicator whose value of 2019 changed."""
    cells = row_of(name, now, previous)
    return {(name, PREVIOUS): written(previous), (name, CHANGE): cells[name, CHANGE]}


def establishments(
    row: str, column: str, by: int, was: int, of_type: int, in_commune: int, *, new: bool = False
) -> Change:
    """More establishments of a type in a commune: `was` of it there before, `of_type` in the district, 20 in all."""
    cells = {
        (row.replace("TT ", "Thị trấn "), column): str(was + by),
        (row.replace("TT ", "Thị trấn "), "Tổng số"): str(in_commune + by),
        ("Tổng cộng", column): str(of_type + by),
        ("Tổng cộng", "Tổng số"): str(20 + by),
        **row_of(B1, 20 + by, 18),
        **row_of(C7, 1800 / (20 + by), 1500 / 18),
        **row_of(D8, 1700 / (20 + by), 1400 / 18),
        **(row_of(B2, 6, 5) if new else {}),
    }
    said = f"Toàn huyện có {20 + by} cơ sở"
    sentences = "B1, C6, năm sau: cam kết" + (", B2" if new else "")
    sentences += ", cam kết giảm" if by > 1 else ""  # 18 of 22 are fewer than 15 of 18
    return Change(ESTABLISHMENTS, row, column, by, sentences, (TYPE, TOTAL, COMMUNE), cells, says=said)


ESTABLISHMENTS, INSPECTIONS, BUDGET = (
    "co-so-kinh-doanh-dich-vu.xlsx",
    "kiem-tra-lien-nganh.xlsx",
    "kinh-phi.csv",
)
COMMUNICATION, OFFICERS = "truyen-thong.xlsx", "can-bo-doi-tinh-nguyen.xlsx"
SESSIONS, BROADCASTS = "Tuyên truyền trực tiếp (buổi)", "Phát thanh (lượt)"
LEAFLETS, PLEDGES, INSPECTED = "Tờ rơi, pano, áp phích (tờ)", "Cơ sở ký cam kết", "Lượt cơ sở được kiểm tra"
ONE_MORE_REACHED = row_of(C4, 17, 15) | row_of(C5, 1700 / 19, 1500 / 19)

TUAN_GIAO = [
    establishments("Xã Quài Nưa", "Karaoke", 3, 1, 6, 2),
    establishments("TT Tuần Giáo", "Khách sạn", 1, 2, 2, 13),
    establishments("TT Tuần Giáo", "Nhà nghỉ", 2, 5, 9, 13),
    establishments("TT Tuần Giáo", "Xoa bóp (massage)", 1, 0, 0, 13),
    establishments("TT Tuần Giáo", "Khác", 10, 0, 0, 13),
    establishments("Xã Quài Tở", "Nhà hàng, quán ăn", -1, 1, 3, 2),
    establishments("Xã Tỏa Tình", "Nhà nghỉ", 1, 1, 9, 1),
    establishments("Xã Rạng Đông", "Karaoke", 1, 0, 6, 0, new=True),
    establishments("Xã Nà Tòng", "Nhà nghỉ", 5, 0, 9, 0, new=True),
    Change(ESTABLISHMENTS, "TT Tuần Giáo", "Karaoke", 2, "B1", (TOTAL, COMMUNE), year=2019,
           says="không thay đổi so với cùng kỳ năm 2019",
           cells=last_year_of(B1, 20, 20) | last_year_of(C7, 90, 75) | last_year_of(D8, 85, 70)),
    Change(ESTABLISHMENTS, "Xã Tỏa Tình", "Nhà nghỉ", -1, "B1", (TOTAL, COMMUNE), year=2019, says="(tăng 03 cơ sở",
           cells=last_year_of(B1, 20, 17) | last_year_of(B2, 5, 4) | last_year_of(C7, 90, 1500 / 17) | last_year_of(D8, 85, 1400 / 17)),
    Change(ESTABLISHMENTS, "TT Tuần Giáo", "Karaoke", 2, charts=(TOTAL, COMMUNE), year=2018),
    Change(COMMUNICATION, "Thị trấn Tuần Giáo", SESSIONS, 2, "C1-C5", cells=row_of(C1, 37, 29), says="37 buổi"),
    Change(COMMUNICATION, "Quài Nưa", SESSIONS, -3, "C1-C5", cells=row_of(C1, 32, 29), says="(tăng 03 buổi"),
    Change(COMMUNICATION, "Ta Ma", SESSIONS, 1, "C1-C5, chưa tuyên truyền, năm sau: chỉ tiêu", (REACHED,),
           row_of(C1, 36, 29) | ONE_MORE_REACHED, says="có 17/19 xã, thị trấn được tuyên truyền (89,5%)"),
    Change(COMMUNICATION, "Quài Cang", BROADCASTS, 5, "C1-C5", cells=row_of(C2, 183, 144), says="phát thanh 183 lượt"),
    Change(COMMUNICATION, "Phình Sáng", BROADCASTS, 2, "C1-C5, chưa tuyên truyền, năm sau: chỉ tiêu", (REACHED,),
           row_of(C2, 180, 144) | ONE_MORE_REACHED, says="Trong kỳ còn 02/19 xã, thị trấn"),
    Change(COMMUNICATION, "Thị trấn Tuần Giáo", LEAFLETS, 200, "C1-C5", cells=row_of(C3, 4000, 3320), says="4.000 tờ"),
    Change(COMMUNICATION, "Nà Tòng", LEAFLETS, 30, "C1-C5", cells=row_of(C3, 3830, 3320), says="có 16/19 xã"),
    Change(COMMUNICATION, "Mường Mùn", PLEDGES, 1, "C6, năm sau: cam kết", cells=row_of(C6, 19, 15) | row_of(C7, 95, 1500 / 18),
           says="19/20 cơ sở"),
    Change(COMMUNICATION, "Pú Xi", SESSIONS, 1, "C1-C5", (REACHED,), year=2019, says="(tăng 05 buổi",
           cells=last_year_of(C1, 35, 30) | last_year_of(C4, 16, 16) | last_year_of(C5, 1600 / 19, 1600 / 19)),
    Change(COMMUNICATION, "Toả Tình", PLEDGES, -1, year=2019, cells=last_year_of(C6, 18, 14) | last_year_of(C7, 90, 1400 / 18)),
    Change(COMMUNICATION, "Mường Khong", SESSIONS, 1, charts=(REACHED,), year=2018),
    Change(OFFICERS, "xã Quài Tở", "Cán sự", 1, "H1", cells=row_of(H1, 13, 11), says="(10/13 cán sự)"),
    Change(OFFICERS, "xã Nà Sáy", "Cán sự", 1, "H1, năm sau: cán sự", cells=row_of(H1, 13, 11) | row_of(H2, 6, 5), says="06/19 xã"),
    Change(OFFICERS, "xã Quài Cang", "Cán sự", 3, "H1, năm sau: cán sự", cells=row_of(H1, 15, 11) | row_of(H2, 6, 5),
           says="tại thị trấn Tuần Giáo, xã Quài Nưa, xã Tỏa Tình và xã Quài Cang (13/15 cán sự)"),
    Change(OFFICERS, "TT. Tuần Giáo", "Số đội", 1, cells=row_of(H3, 4, 2)),
    Change(OFFICERS, "xã Quài Nưa", "Số tình nguyện viên", 4, cells=row_of(H4, 26, 15)),
    Change(OFFICERS, "TT. Tuần Giáo", "Cán sự", 1, year=2019, cells=last_year_of(H1, 12, 12)),
    Change(INSPECTIONS, "Đợt 2", INSPECTED, 4, "D, kế hoạch kiểm tra", (CHECKED,),
           row_of(D2, 30, 21) | row_of(D6, 125, 105), says="(tăng 09 lượt"),
    Change(INSPECTIONS, "Đợt 4", INSPECTED, -6, "D, kế hoạch kiểm tra, năm sau: kiểm tra", (CHECKED,),
           row_of(D2, 20, 21) | row_of(D6, 2000 / 24, 105), says="(giảm 01 lượt"),
    Change(INSPECTIONS, "Đợt 1", "Tháng", 1),
    Change(INSPECTIONS, "Đợt 1", INSPECTED, 5, "D", (CHECKED,), last_year_of(D2, 26, 26) | last_year_of(D6, 2600 / 24, 130), year=2019, says="không thay đổi"),
    Change(INSPECTIONS, "Đợt 3", INSPECTED, 1, charts=(CHECKED,), year=2018),
    Change(BUDGET, "Ngân sách tỉnh", "", 5, "I1", cells=row_of(I1, 40.5, 33) | row_of("Kinh phí từ ngân sách tỉnh", 20, 15),
           says="40,5 triệu đồng (tăng 7,5 triệu đồng, tức 22,7%, từ 33 lên 40,5, so với cùng kỳ năm 2019)"),
    Change(BUDGET, "Ngân sách huyện", "", -0.5, "I1",
           cells=row_of(I1, 35, 33) | row_of("Kinh phí từ ngân sách huyện", 20, 18), says="35 triệu đồng (tăng 02 triệu"),
    Change(BUDGET, "Nguồn khác", "", 10, "I1", cells=row_of(I1, 45.5, 33) | row_of("Kinh phí từ nguồn khác", 10, 0)),
    Change(BUDGET, "Ngân sách tỉnh", "", 2.5, "I1", year=2019, says="không thay đổi",
           cells=last_year_of(I1, 35.5, 35.5) | last_year_of("Kinh phí từ ngân sách tỉnh", 15, 17.5)),
]  # fmt: skip


CASES, SUPPORT = "vu-viec-doi-tuong.csv", "ho-tro.csv"
PERSONS, SPOTS = "Số người bán dâm hoạt động trên địa bàn", "Số tụ điểm, địa bàn phức tạp về mại dâm"
SUSPECTED, FOUND = (
    "Số cơ sở kinh doanh dịch vụ nghi hoạt động mại dâm",
    "Số vụ mại dâm bị phát hiện, triệt phá",
)
HANDLED, RECEIVED, SOLVED = (
    "Số đối tượng bị xử lý",
    "Số tin báo, tố giác tiếp nhận",
    "Số tin báo, tố giác đã xử lý",
)
SELLERS = "Số người bán dâm bị xử phạt vi phạm hành chính"
BUYERS = "Số người mua dâm bị xử phạt vi phạm hành chính"
HELPED, BREACHES, FINES = "Số lượt người được hỗ trợ", "Số lượt cơ sở vi phạm", "Số tiền phạt"
TREATED, ADDED = "Số lượt người được hỗ trợ chăm sóc y tế", "Số lượt cơ sở bị xử phạt bổ sung"
DONE, FINED = "Tỷ lệ tin báo, tố giác đã xử lý", "Tổng số người bị xử lý hành chính"

INVENTED = [
    Change(CASES, PERSONS, "", 2, "A1", cells=row_of(PERSONS, 13, 15), says="có 13 người bán dâm hoạt động (giảm 02 người"),
    Change(CASES, PERSONS, "", -11, "A1", cells=row_of(PERSONS, 0, 15), says="không phát hiện người bán dâm"),
    Change(CASES, SPOTS, "", 1, "A2", cells=row_of(SPOTS, 1, 2), says="Toàn huyện có 01 tụ điểm"),
    Change(CASES, SUSPECTED, "", 1, "B3", cells=row_of(SUSPECTED, 5, 5), says="05 cơ sở nghi có hoạt động mại dâm (không thay"),
    Change(CASES, SUSPECTED, "", -4, "B3", cells=row_of(SUSPECTED, 0, 5), says="Không có cơ sở nào nghi có hoạt động mại dâm (giảm 05"),
    Change(CASES, FOUND, "", -5, "E1", cells=row_of(FOUND, 0, 3), says="không phát hiện vụ việc mại dâm mới trên địa bàn huyện (giảm 03 vụ"),
    Change(CASES, FOUND, "", 7, "E1", cells=row_of(FOUND, 12, 3), says="triệt phá 12 vụ mại dâm (tăng 09 vụ"),
    Change(CASES, HANDLED, "", 1, "E1", cells=row_of(HANDLED, 17, 11), says="xử lý 17 đối tượng"),
    Change(CASES, RECEIVED, "", 1, "E3, E4, năm sau: tin", cells=row_of(RECEIVED, 10, 7) | row_of(E5, 80, 100), says="Còn 02/10 tin báo, tố giác chưa xử lý xong"),
    Change(CASES, SOLVED, "", 1, "E3, E4, hết tin, năm sau: tin", cells=row_of(SOLVED, 9, 7) | row_of(E5, 100, 100), says="đã xử lý xong toàn bộ 09 tin"),
    Change(CASES, SELLERS, "", 1, "F", cells=row_of(SELLERS, 7, 4) | row_of(F4, 12, 5), says="07 người bán dâm (tăng 03 người"),
    Change(CASES, BUYERS, "", -5, "F", cells=row_of(BUYERS, 0, 0) | row_of(F4, 6, 5), says="hành chính 06 người bán dâm (tăng 02"),
    Change(CASES, FOUND, "", 2, "E1", year=2019, cells=last_year_of(FOUND, 5, 5), says="(không thay đổi so với kỳ ngắn hơn của năm 2019"),
    Change(SUPPORT, "Chăm sóc y tế", "", 3, "G1", cells=row_of(HELPED, 31, 28) | row_of("Số lượt người được hỗ trợ chăm sóc y tế", 7, 6), says="31 lượt người bán dâm"),
    Change(INSPECTIONS, "Đợt 1", "Tổng số", 1, "D", (CHECKED,), row_of(BREACHES, 7, 8), says="07 lượt cơ sở vi phạm (giảm 01"),
    Change(INSPECTIONS, "Đợt 1", "Số tiền phạt (triệu đồng)", 2, "D", cells=row_of(FINES, 25.5, 28.5), says="25,5 triệu"),
    Change(INSPECTIONS, "Đợt 1", "Xử phạt bổ sung", 1, cells=row_of("Số lượt cơ sở bị xử phạt bổ sung", 2, 1)),
    Change(INSPECTIONS, "Đợt 2", INSPECTED, 4, "D, đạt chỉ tiêu, chưa đạt chỉ tiêu, năm sau: lại", (CHECKED,),
           row_of(D2, 50, 50) | row_of(D6, 100, 5000 / 48),
           says="số lượt cơ sở được kiểm tra là 50 lượt (chỉ tiêu được giao: 50 lượt)"),
    Change(COMMUNICATION, "Phỏng Đoán", SESSIONS, 1, "C1-C5, chưa tuyên truyền, đạt chỉ tiêu, năm sau: chỉ tiêu", (REACHED,),
           row_of(C1, 27, 21) | row_of(C4, 8, 6) | row_of(C5, 100, 75), says="08/08 xã, thị trấn được tuyên truyền (100%"),
    Change(COMMUNICATION, "Thị trấn Minh Hoạ", PLEDGES, 1, "C6, C7, năm sau: chỉ tiêu", says="Tỷ lệ cơ sở ký cam kết đạt 78,7%",
           cells=row_of(C6, 37, 29) | row_of(C7, 3700 / 47, 2900 / 48)),
    Change(OFFICERS, "TT. Minh Họa", "Số đội", 1, "H3-H4", cells=row_of(H3, 4, 3), says="có 04 đội công tác"),
]  # fmt: skip


CHANGES = [(UNIT, change) for change in TUAN_GIAO] + [(MINH_HOA, change) for change in INVENTED]


def test_enough_cells_are_changed():
    assert len({(unit, c.file, c.year, c.row, c.column) for unit, c in CHANGES}) >= 40


@pytest.mark.parametrize(("unit", "change"), CHANGES, ids=str)
def test_a_changed_figure_moves_what_depends_on_it_and_nothing_else(tmp_path, work, before, unit, change):
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("xa-*", "*.py"))
    apply(data / unit, change)
    seen = moved(before[unit], atoms(in_process.document(data, unit, 2020, work)))
    sentences = {key[1] for key in seen if key[0] == "sentence"}
    assert sentences == set(filter(None, change.sentences.split(", ")))
    assert {key[1:] for key in seen if key[0] == "cell"} == set(change.cells)
    for cell, text in change.cells.items():
        assert seen["cell", *cell] == text, cell
    assert {key[1] for key in seen if key[0] == "picture"} == set(change.charts)
    assert {key[1] for key in seen if key[0] == "alt"} == set(change.charts)
    assert change.says in " ".join(text or "" for key, text in seen.items() if key[0] == "sentence")
