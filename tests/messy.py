"""Messy files from clean tables, and the judge of what is read from them.

A `Recipe` says which habits of an office come together in a file; `make` invents a true table, writes it through those
habits, and `judge` holds what `read_table` got against the truth. A habit draws from a chance of its own, seeded by the
recipe and its name, so that leaving one out changes nothing else: that is how a failing recipe is made smaller.

Figures are invented and stand in files that are gone after the test; they count establishments, sessions and
leaflets, never people.
"""

from __future__ import annotations

import copy
import csv
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

import docx
import pandas as pd
import xlsxwriter
import xlwt
from conftest import ROOT
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Border, Font, Side
from openpyxl.utils import get_column_letter

from baocao.analysis import units
from baocao.analysis.findings import ERROR, NOTE, VERIFY, Finding, Findings
from baocao.analysis.intake import Column, read_table
from baocao.analysis.vietnamese import deaccent, one_line
from baocao.errors import InputError

FORMATS = ("xlsx", "xlsxwriter", "xls", "ods", "docx", "csv")
"""What files are written as."""

DISTRICTS = [
    units.parts(units.resolve("dien-bien/huyen-tuan-giao", 2020), 2020),
    units.parts(units.resolve("vi-du/huyen-minh-hoa", 2020, ROOT / "data"), 2020, ROOT / "data"),
]
LINES = (
    "Số buổi truyền thông", "Số tờ rơi", "Số pano", "Số tin, bài", "Cơ sở lưu trú", "Cơ sở karaoke",
    "Cộng đồng dân cư tự quản", "Tổng đài 111", "Chung cư có dịch vụ", "Đợt 1", "Đợt 2 (6 tháng cuối năm)", "Quý I",
    "6 tháng đầu năm", "Ngân sách tỉnh", "Ngân sách huyện", "Nguồn khác", "Mô hình thí điểm", "Văn bản chỉ đạo",
    "Xã hội hóa", "Thủy lợi - Thủ công",
)  # fmt: skip
FIGURES: Mapping[str, Sequence[tuple[tuple[str, ...], str]]] = {
    "communes": [
        (("Số cơ sở", "Cơ sở lưu trú", "Khách sạn"), "count"),
        (("Số cơ sở", "Cơ sở lưu trú", "Nhà nghỉ"), "count"),
        (("Số cơ sở", "Dịch vụ", "Karaoke"), "count"),
        (("Số cơ sở", "Dịch vụ", "Quán cà phê, giải khát"), "count"),
        (("Tuyên truyền", "Trực tiếp", "Số buổi"), "count"),
        (("Tuyên truyền", "Gián tiếp", "Số tờ rơi"), "count"),
        (("Nguồn lực", "Ngân sách", "Kinh phí (triệu đồng)"), "amount"),
        (("Nguồn lực", "Mặt bằng", "Diện tích (m2)"), "amount"),
    ],
    "lines": [
        (("Kết quả", "Năm báo cáo", "Số liệu"), "count"),
        (("Kết quả", "Năm báo cáo", "Kế hoạch"), "count"),
        (("Kết quả", "Năm báo cáo", "Ước TH"), "count"),
        (("Nguồn lực", "Ngân sách", "Kinh phí (triệu đồng)"), "amount"),
    ],
}
MEASURES = ("cơ sở", "buổi", "tờ", "triệu đồng", "lượt")
DITTO = ('"', "″", "”", "nt", "-nt-", "như trên")
TOTALS = (
    "Tổng cộng", "Cộng", "Tổng số", "Toàn huyện", "CỘNG:", "TỔNG CỘNG", "Tổng số toàn huyện", "Tổng cộng (các đơn vị)",
    "Tổng  cộng ", "Chung",
)  # fmt: skip
DASHES = ("-", "–", "—", " - ")


@dataclass(frozen=True)
class Recipe:
    """What goes into a file: the shape of its table, its format, and the habits it went through."""

    seed: int
    shape: str
    rows: int
    figures: int
    format: str
    habits: frozenset[str]


@dataclass(frozen=True)
class Formula:
    """The sum of a column's records; `stored` says whether the file keeps the value that was last computed."""

    value: Any
    stored: bool = True


@dataclass(eq=False)
class Line:
    """A row under the header, by column; `key` names the row of the truth, `kind` is "record", "total" or "other"."""

    cells: dict[str, Any]
    key: str = ""
    kind: str = "record"
    row: int = 0


@dataclass
class Draft:
    """A table on its way from the truth to a file; habits change it one after another."""

    recipe: Recipe
    parts: Sequence[units.Unit] | None
    columns: list[Column]
    truth: dict[str, dict[str, Any]]
    lines: list[Line]
    order: list[str]
    """The columns of the sheet from left to right."""
    headers: dict[str, tuple[str, ...]]
    applied: list[str] = field(default_factory=list)
    levels: int = 1
    numbers: list[Any] = field(default_factory=list)
    above: list[list[str]] = field(default_factory=list)
    below: list[list[str]] = field(default_factory=list)
    corner: tuple[int, int] = (1, 1)
    merged: list[tuple[Line, str, Line, str]] = field(default_factory=list)
    fonts: dict[str, str] = field(default_factory=dict)
    empties: int = 0
    dash: str = "zero"
    dashes: str = ""
    """What the office means by its dashes: "zero", "missing", or "" if it writes none."""
    sheets: list[tuple[str, bool, bool]] = field(default_factory=list)
    """Other sheets: title, whether it holds the table too (last year's), whether it is hidden."""
    sheet: str | None = None
    """The sheet to ask for."""
    wrong_totals: list[tuple[Line, str]] = field(default_factory=list)

    @property
    def figures(self) -> list[str]:
        """The columns of figures of the truth."""
        return [column.name for column in self.columns if column.is_figure]

    @property
    def records(self) -> list[Line]:
        """The rows that hold a row of the truth."""
        return [line for line in self.lines if line.kind == "record"]

    @property
    def totals(self) -> list[Line]:
        """The rows of totals."""
        return [line for line in self.lines if line.kind == "total"]

    @property
    def is_excel(self) -> bool:
        """Whether the format has sheets, merged cells and formats."""
        return self.recipe.format not in ("csv", "docx")

    def kind(self, name: str) -> str:
        """The kind of a column of the truth."""
        return next(column.kind for column in self.columns if column.name == name)

    def figure_cells(self) -> list[tuple[Line, str]]:
        """The cells of records and totals that still hold a bare number."""
        return [
            (line, name)
            for line in (*self.records, *self.totals)
            for name in self.figures
            if isinstance(line.cells.get(name), int | float)
        ]

    def add_column(self, name: str, header: str, at: int) -> None:
        """A column of the sheet that is not one of the truth's figures."""
        self.order.insert(at, name)
        self.headers[name] = (header,)


@dataclass(frozen=True)
class Habit:
    """A habit; a file that went through harmless ones only must be read without an error."""

    apply: Callable[[Draft, Random], bool]
    harmless: bool
    what: str


HABITS: dict[str, Habit] = {}
"""In the order in which they are applied: columns, rows, cells, sheet."""


def habit(*, harmless: bool) -> Callable[[Callable[[Draft, Random], bool | None]], None]:
    """Register a habit under its function's name; the function returns False where it cannot be."""

    def register(function: Callable[[Draft, Random], bool | None]) -> None:
        HABITS[function.__name__] = Habit(
            lambda draft, chance: function(draft, chance) is not False,
            harmless,
            (function.__doc__ or "").strip(),
        )

    return register


# ----------------------------------------------------------------------------------------------------------
# The truth
# ----------------------------------------------------------------------------------------------------------


def clean(recipe: Recipe) -> Draft:
    """A true table, written as it should be."""
    chance = Random(f"{recipe.seed} truth")
    pool = list(FIGURES[recipe.shape])
    chosen = sorted(chance.sample(pool, min(recipe.figures, len(pool))), key=pool.index)
    figures = [Column(path[-1], (path[-1],), kind) for path, kind in chosen]
    if recipe.shape == "communes":
        district = chance.choice(DISTRICTS)
        parts = sorted(chance.sample(district, min(recipe.rows, len(district))), key=district.index)
        names = {part.code: chance.choice((part.name, part.full_name, part.title_name)) for part in parts}
        label = Column("place", ("Xã, thị trấn",), "place")
    else:
        parts = None
        names = {line: line for line in chance.sample(LINES, min(recipe.rows, len(LINES)))}
        label = Column("line", ("Nội dung",), "text")
    truth = {key: {column.name: _figure(column.kind, chance) for column in figures} for key in names}
    lines = [Line({label.name: names[key], **values}, key) for key, values in truth.items()]
    return Draft(
        recipe, parts, [label, *figures], truth, lines, [label.name, *(c.name for c in figures)],
        {label.name: label.headers, **{column.name: path for column, (path, _kind) in zip(figures, chosen, strict=True)}},
    )  # fmt: skip


def _figure(kind: str, chance: Random) -> Any:
    size = chance.choice((0, 9, 99, 9_999, 2_000_000))
    whole = chance.randint(0, size)
    if chance.random() < 0.08:
        return None
    return whole if kind == "count" else round(whole + chance.choice((0, 0.5, 0.25, 0.07)), 2)


def _sum(lines: Sequence[Line], name: str) -> Any:
    total = round(sum(value for line in lines if (value := line.cells.get(name)) is not None), 2)
    return int(total) if float(total).is_integer() else total


def some(chance: Random, items: Sequence[Any]) -> list[Any]:
    """At least one of the items: all of them as often as a few."""
    share = chance.choice((0.1, 0.5, 1.0))
    return [item for item in items if chance.random() < share] or items[:1]


# ----------------------------------------------------------------------------------------------------------
# The columns, and their headers, as offices write them
# ----------------------------------------------------------------------------------------------------------


@habit(harmless=True)
def columns_in_another_order(draft: Draft, chance: Random) -> None:
    """The columns of figures stand in another order."""
    label, *figures = draft.order
    chance.shuffle(figures)
    draft.order = [label, *figures]


@habit(harmless=True)
def header_of_several_rows(draft: Draft, chance: Random) -> None:
    """The header has two or three rows, merged where they say the same."""
    draft.levels = chance.choice((2, 3))


@habit(harmless=True)
def sum_column(draft: Draft, chance: Random) -> bool:
    """A column "Tổng số" that nobody asked for, the others under "Trong đó"."""
    counts = [name for name in draft.figures if draft.kind(name) == "count"]
    if len(counts) < 2:
        return False
    draft.add_column("sum", "Tổng số", 1)
    for name in counts:
        draft.headers[name] = ("Trong đó", draft.headers[name][-1])
    draft.order = [name for name in draft.order if name not in counts] + counts
    draft.levels = max(draft.levels, 2)
    for line in draft.records:
        line.cells["sum"] = sum(line.cells[name] or 0 for name in counts)
    return True


@habit(harmless=True)
def remark_column(draft: Draft, chance: Random) -> None:
    """A column of remarks, some with a figure in them; sometimes it is read."""
    draft.add_column("remark", chance.choice(("Ghi chú", "GHI CHÚ")), chance.choice((1, len(draft.order))))
    remarks = (
        "",
        "",
        "mới thành lập",
        "số liệu đến 30/11",
        "5",
        "chưa báo cáo",
        "-",
        "Cộng tác với huyện bên",
    )
    for line in draft.records:
        line.cells["remark"] = chance.choice(remarks) or None
    if chance.random() < 0.5:
        _read_too(draft, "remark", "Ghi chú")


@habit(harmless=True)
def measure_column(draft: Draft, chance: Random) -> None:
    """A column of units of measure, in which a ditto mark stands for the unit above; sometimes it is read."""
    draft.add_column("measure", chance.choice(("Đơn vị tính", "ĐVT")), chance.choice((1, len(draft.order))))
    ditto, measure = chance.choice(DITTO), chance.choice(MEASURES)
    written = ""
    truth = {}
    for line in draft.records:
        measure = chance.choice((measure, measure, *MEASURES))
        line.cells["measure"] = ditto if measure == written and chance.random() < 0.7 else measure
        truth[line.key] = written = measure
    if chance.random() < 0.5:
        _read_too(draft, "measure", "Đơn vị tính", "ĐVT")
        for key, text in truth.items():
            draft.truth[key]["measure"] = text


def _read_too(draft: Draft, name: str, *headers: str) -> None:
    draft.columns.append(Column(name, headers, "text"))
    for line in draft.records:
        draft.truth[line.key][name] = one_line(line.cells[name] or "")


@habit(harmless=True)
def code_column(draft: Draft, chance: Random) -> bool:
    """The codes of the communes in a column of their own."""
    if draft.parts is None:
        return False
    draft.add_column("code", chance.choice(("Mã", "Mã số", "Mã ĐVHC")), chance.choice((0, 1)))
    for line in draft.records:
        line.cells["code"] = int(line.key) if line.key.isdigit() else line.key
    return True


@habit(harmless=True)
def running_numbers(draft: Draft, chance: Random) -> None:
    """A column STT."""
    draft.add_column("stt", chance.choice(("STT", "TT", "Số TT", "Stt", "Số thứ tự")), 0)
    form = chance.choice((int, str, "{}.".format, "{:02}".format, float))
    for number, line in enumerate(draft.records, 1):
        line.cells["stt"] = form(number)


@habit(harmless=True)
def header_spelling(draft: Draft, chance: Random) -> None:
    """Headers in capitals, decomposed, with line breaks and double spaces."""
    for name in some(chance, list(draft.headers)):
        draft.headers[name] = tuple(_respaced(text, chance) for text in draft.headers[name])


def _respaced(text: str, chance: Random) -> str:
    forms: Sequence[Callable[[str], str]] = (
        str.upper,
        lambda t: unicodedata.normalize("NFD", t),
        lambda t: t.replace(" ", "\n", 1),
        lambda t: t.replace(" ", "  "),
        lambda t: t.replace(" ", "\u00a0"),
        lambda t: f" {t} ",
        lambda t: f"\u200b{t}",
        _new_tone,
    )
    return chance.choice(forms)(text)


def _new_tone(text: str) -> str:
    for old, new in (
        ("óa", "oá"),
        ("òa", "oà"),
        ("ỏa", "oả"),
        ("ọa", "oạ"),
        ("úy", "uý"),
        ("ủy", "uỷ"),
        ("ùy", "uỳ"),
    ):
        text = re.sub(rf"{old}\b", new, text)
    return text


@habit(harmless=False)
def header_renamed(draft: Draft, chance: Random) -> None:
    """A header that is not one of those sought."""
    name = chance.choice([column.name for column in draft.columns])
    *upper, last = draft.headers[name]
    draft.headers[name] = (
        *upper,
        chance.choice((f"{last} mới", f"Tổng {last.lower()}", f"{last} (*)", "Chỉ tiêu")),
    )


@habit(harmless=True)
def column_numbers(draft: Draft, chance: Random) -> bool:
    """A row that numbers the columns, under the header."""
    width = len(draft.order)
    if width < 3:
        return False
    lettered = chance.choice((0, 0, 1, 2))
    form = chance.choice(("{}", "({})"))
    draft.numbers = [form.format(text) for text in [*"AB"[:lettered], *range(1, width + 1 - lettered)]]
    if form == "{}" and chance.random() < 0.5:
        draft.numbers = [int(text) if text.isdigit() else text for text in draft.numbers]
    return True


# ----------------------------------------------------------------------------------------------------------
# The rows as offices write them
# ----------------------------------------------------------------------------------------------------------


def _label(draft: Draft) -> str:
    return draft.columns[0].name


def _total(draft: Draft, lines: Sequence[Line], label: str, kind: str = "total") -> Line:
    return Line({_label(draft): label, **{name: _sum(lines, name) for name in draft.figures}}, kind=kind)


@habit(harmless=True)
def total_row(draft: Draft, chance: Random) -> None:
    """A total, under several names, under the rows or above them."""
    total = _total(draft, draft.records, chance.choice(TOTALS))
    if "sum" in draft.order:
        total.cells["sum"] = _sum(draft.records, "sum")
    first = draft.order[0]
    if first != _label(draft) and chance.random() < 0.5:
        total.cells[first] = total.cells.pop(_label(draft))
        if draft.is_excel and chance.random() < 0.5:
            draft.merged.append((total, first, total, _label(draft)))
    draft.lines.insert(chance.choice((0, len(draft.lines))), total)


@habit(harmless=True)
def totals_as_formulas(draft: Draft, chance: Random) -> bool:
    """Totals are formulas, whose values the file keeps."""
    return _formulas(draft, stored=True)


@habit(harmless=False)
def formulas_never_computed(draft: Draft, chance: Random) -> bool:
    """Totals are formulas that no program ever computed."""
    return draft.recipe.format.startswith("xlsx") and chance.random() < 0.3 and _formulas(draft, stored=False)


def _formulas(draft: Draft, *, stored: bool) -> bool:
    for line in draft.totals:
        for name in draft.figures:
            if isinstance(line.cells[name], int | float):
                line.cells[name] = Formula(line.cells[name], stored)
    return bool(draft.totals)


@habit(harmless=False)
def wrong_total(draft: Draft, chance: Random) -> bool:
    """A total that is not the sum of its rows."""
    cells = [(line, name) for line in draft.totals for name in draft.figures]
    for line, name in some(chance, cells) if cells else []:
        old = line.cells[name]
        value = old.value if isinstance(old, Formula) else old
        value += chance.choice((1, 9, 1000)) if value < 9 or chance.random() < 0.5 else -chance.choice((1, 9))
        line.cells[name] = replace(old, value=value) if isinstance(old, Formula) else round(value, 2)
        draft.wrong_totals.append((line, name))
    return bool(cells)


@habit(harmless=False)
def subtotals(draft: Draft, chance: Random) -> bool:
    """Sums of some of the rows, between them."""
    if len(draft.records) < 2:
        return False
    cut = chance.randint(1, len(draft.records) - 1)
    for number, lines in enumerate((draft.records[:cut], draft.records[cut:]), 1):
        name = chance.choice(
            (f"Cộng vùng {number}", f"Tổng cụm {number}", f"Cộng ({number})", "Cộng", "Tổng cộng vùng")
        )
        draft.lines.insert(draft.lines.index(lines[-1]) + 1, _total(draft, lines, name, "other"))
    return True


@habit(harmless=True)
def groups(draft: Draft, chance: Random) -> bool:
    """Rows A and I that only head the rows under them, which are numbered anew."""
    return draft.parts is None and _groups(
        draft, chance, ("Công tác tuyên truyền", "Nguồn lực", "Cơ sở dịch vụ")
    )


@habit(harmless=False)
def zones(draft: Draft, chance: Random) -> bool:
    """Rows that head the communes of a zone."""
    return draft.parts is not None and _groups(draft, chance, ("Vùng thấp", "Vùng cao", "Cụm trung tâm"))


def _groups(draft: Draft, chance: Random, names: Sequence[str]) -> bool:
    marks = chance.choice(("I II III", "A B C", "I. II. III.")).split()
    records = draft.records
    starts = sorted({0, *(chance.randrange(len(records)) for _turn in range(2))})
    for start, mark, name in zip(starts, marks, names, strict=False):
        draft.lines.insert(
            draft.lines.index(records[start]), Line({"stt": mark, _label(draft): name}, kind="other")
        )
    number = 0
    for line in draft.lines:
        number = number + 1 if line.kind == "record" else 0
        if line.kind == "record" and "stt" in line.cells:
            line.cells["stt"] = number
    return True


@habit(harmless=False)
def of_which(draft: Draft, chance: Random) -> None:
    """A row "Trong đó:" after a row, with or without figures of its own."""
    line = chance.choice(draft.records)
    below = Line(
        {_label(draft): chance.choice(("Trong đó:", "Trong đó: loại 1", "- Trong đó loại 1"))}, kind="other"
    )
    if chance.random() < 0.5:
        below.cells |= {name: (line.cells[name] or 0) // 2 for name in draft.figures}
        if draft.parts is None:  # a row as any other, but for its sum
            below.key, below.kind = below.cells[_label(draft)], "of which"
            draft.truth[below.key] = {
                column.name: below.cells.get(column.name, "") for column in draft.columns
            }
    draft.lines.insert(draft.lines.index(line) + 1, below)


@habit(harmless=False)
def missing_row(draft: Draft, chance: Random) -> bool:
    """A commune has no row."""
    followed = [
        line for line, below in zip(draft.records, draft.records[1:], strict=False) if not _repeats(below)
    ]
    if draft.parts is None or not followed:
        return False
    draft.lines.remove(chance.choice(followed))
    return True


def _repeats(line: Line) -> bool:
    """Whether a row says by a ditto mark what the row above it says, and so must stay below it."""
    return line.cells.get("measure") in DITTO


@habit(harmless=True)
def placeholder_rows(draft: Draft, chance: Random) -> None:
    """Rows of dots."""
    dots = chance.choice(("…", "...", ". . .", "……"))
    cells = dict.fromkeys(some(chance, [name for name in draft.order if name not in draft.figures]), dots)
    if chance.random() < 0.3:
        cells |= dict.fromkeys(draft.figures, dots)
    at = draft.lines.index(draft.records[-1]) + 1
    draft.lines.insert(at, Line(cells, kind="other"))


@habit(harmless=True)
def empty_rows(draft: Draft, chance: Random) -> None:
    """Empty rows between the others."""
    for _turn in range(chance.choice((1, 1, 3))):
        draft.lines.insert(chance.randint(0, len(draft.lines)), Line({}, kind="other"))


@habit(harmless=True)
def header_again(draft: Draft, chance: Random) -> None:
    """The header stands again where the second page began."""
    cells = {name: draft.headers[name][-1] for name in draft.order}
    below = chance.choice([line for line in draft.records if not _repeats(line)])
    draft.lines.insert(draft.lines.index(below), Line(cells, kind="other"))


@habit(harmless=False)
def units_under_the_header(draft: Draft, chance: Random) -> None:
    """A row of units of measure in brackets under the header."""
    cells = dict.fromkeys(draft.figures, chance.choice(("(cơ sở)", "(buổi)", "ĐVT: tờ")))
    draft.lines.insert(0, Line(cells, kind="other"))


@habit(harmless=False)
def another_table_below(draft: Draft, chance: Random) -> None:
    """Another table under the table."""
    draft.below += [[], ["Biểu 02. Văn bản chỉ đạo"]] if chance.random() < 0.5 else [[]]
    draft.below += [["STT", "Loại văn bản", "Số lượng"], ["1", "Kế hoạch", "12"], ["2", "Công văn", "7"]]


# ----------------------------------------------------------------------------------------------------------
# The cells as offices write them
# ----------------------------------------------------------------------------------------------------------


@habit(harmless=True)
def dash_for_zero(draft: Draft, chance: Random) -> bool:
    """A dash for zero, and `dash` says so."""
    return _dashes(draft, chance, "zero", "zero")


@habit(harmless=True)
def dash_for_no_figure(draft: Draft, chance: Random) -> bool:
    """A dash for no figure, and `dash` says so."""
    return _dashes(draft, chance, "missing", "missing")


@habit(harmless=True)
def dash_for_zero_misread(draft: Draft, chance: Random) -> bool:
    """A dash for zero, but `dash` says no figure."""
    return _dashes(draft, chance, "zero", "missing")


@habit(harmless=True)
def dash_for_no_figure_misread(draft: Draft, chance: Random) -> bool:
    """A dash for no figure, but `dash` says zero."""
    return _dashes(draft, chance, "missing", "zero")


def _dashes(draft: Draft, chance: Random, meant: str, setting: str) -> bool:
    value = 0 if meant == "zero" else None
    cells = [(line, name) for line in draft.records for name in draft.figures if line.cells[name] == value]
    if draft.dashes or not cells:
        return False
    draft.dashes, draft.dash = meant, setting
    sign = chance.choice(DASHES)
    for line, name in some(chance, cells):
        line.cells[name] = sign
    return True


@habit(harmless=True)
def zero_left_blank(draft: Draft, chance: Random) -> bool:
    """Nothing for zero."""
    cells = [
        (line, name) for line, name in draft.figure_cells() if line.kind == "record" and not line.cells[name]
    ]
    for line, name in some(chance, cells) if cells else []:
        line.cells[name] = chance.choice((None, None, " "))
    return bool(cells)


@habit(harmless=True)
def figures_as_text(draft: Draft, chance: Random) -> bool:
    """Figures as texts that have one meaning: 1.234, 05, 12,5, digits of full width."""
    cells = draft.figure_cells()
    for line, name in some(chance, cells) if cells else []:
        line.cells[name] = _as_text(line.cells[name], chance)
    return bool(cells)


def _vietnamese(value: Any) -> str:
    whole, _dot, decimals = f"{value:,}".partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", ".") + (f",{decimals}" if decimals else "")


def _as_text(value: Any, chance: Random) -> str:
    text = _vietnamese(value)
    forms: Sequence[Callable[[str], str]] = (
        str,
        lambda t: t.replace(".", ""),
        lambda t: f" {t} ",
        lambda t: f"{t}\u00a0",
        lambda t: t.translate({ord("0") + n: ord("０") + n for n in range(10)}),
        lambda t: f"0{t}" if len(t) == 1 else t,
        lambda t: t.replace(".", ",") if t.count(".") > 1 and "," not in t else t,
        lambda t: f"{t},0" if "," not in t else t,
    )
    return chance.choice(forms)(text)


@habit(harmless=False)
def figures_with_words(draft: Draft, chance: Random) -> bool:
    """Figures that say more than a figure, or that could be two: trên 21.236, 5 cơ sở, 1,234, 1 234, 12.5."""
    cells = draft.figure_cells()
    for line, name in some(chance, cells) if cells else []:
        value = line.cells[name]
        text = _vietnamese(value)
        forms = [
            f"trên {text}",
            f"{text} cơ sở",
            f"~{text}",
            f"khoảng {text}",
            f"{text} (ước)",
            f"{text}*",
            f"{value:,}",
        ]
        line.cells[name] = chance.choice([*forms, f"{value:,}".replace(",", " "), f"{value:.2f}", f"{text}."])
    return bool(cells)


@habit(harmless=False)
def error_values(draft: Draft, chance: Random) -> bool:
    """Excel's errors in place of figures."""
    cells = draft.figure_cells()
    for line, name in cells and [chance.choice(cells)]:
        line.cells[name] = chance.choice(("#REF!", "#DIV/0!", "#VALUE!", "#N/A"))
    return bool(cells)


@habit(harmless=True)
def names_spelled(draft: Draft, chance: Random) -> bool:
    """Names with types abbreviated, bullets, capitals, the other way of placing tones, decomposed, spaced."""
    if draft.parts is None:
        return False
    names = {part.code: part for part in draft.parts}
    for line in some(chance, [line for line in draft.lines if line.key in names]):
        part = names[line.key]
        types = {
            "xã": ("xã ", "Xã ", "X.", "X. ", "x. ", ""),
            "thị trấn": ("TT ", "TT.", "TT. ", "T.T ", "Thị trấn ", ""),
        }
        name = chance.choice(types[part.type]) + part.name
        bullet = chance.choice(("", "", "- ", "+ ", "• ", "   "))
        line.cells["place"] = _respaced(bullet + name, chance)
    return True


@habit(harmless=True)
def codes_for_names(draft: Draft, chance: Random) -> bool:
    """Codes in place of names, without the zero that Excel takes away."""
    if draft.parts is None or not draft.records[0].key.isdigit():
        return False
    for line in some(chance, draft.records):
        line.cells["place"] = chance.choice((int, str))(line.key)
    return True


@habit(harmless=False)
def names_unclear(draft: Draft, chance: Random) -> bool:
    """Names without accents, numbered, misspelt, of another type, or of two communes at once."""
    if draft.parts is None:
        return False
    names = {part.code: part.name for part in draft.parts}
    for line in some(chance, draft.records):
        name = names[line.key]
        forms = (
            deaccent(name),
            f"1. {name}",
            name[:-1],
            f"Phường {name}",
            f"{name} + {chance.choice(list(names.values()))}",
        )
        line.cells["place"] = chance.choice(forms)
    return True


@habit(harmless=True)
def lines_spaced(draft: Draft, chance: Random) -> bool:
    """Labels decomposed, indented, with double and hard spaces."""
    if draft.parts is not None:
        return False
    for line in some(chance, draft.records):
        line.cells["line"] = _respaced(
            chance.choice(("", "", "- ", "+ ", "   ")) + line.cells["line"], chance
        )
    return True


@habit(harmless=False)
def merged_labels(draft: Draft, chance: Random) -> bool:
    """One label, or one figure, merged over two rows."""
    pairs = [
        (upper, lower)
        for upper, lower in zip(draft.lines, draft.lines[1:], strict=False)
        if upper.kind == lower.kind == "record"
    ]
    if not pairs or draft.recipe.format == "csv":
        return False
    upper, lower = chance.choice(pairs)
    name = chance.choice([_label(draft), *draft.figures])
    lower.cells[name] = None
    draft.merged.append((upper, name, lower, name))
    return True


@habit(harmless=False)
def doubled_row(draft: Draft, chance: Random) -> bool:
    """A row with figures stands twice."""
    blank = (None, " ", *DASHES)
    lines = [line for line in draft.records if any(line.cells[name] not in blank for name in draft.figures)]
    for line in lines and [chance.choice(lines)]:
        again = Line(dict(line.cells), line.key, "doubled")
        draft.lines.insert(draft.lines.index(line) + chance.choice((0, 1, 1)), again)
        if draft.parts is not None and chance.random() < 0.5:
            figures = {name: line.cells[name] for name in draft.figures}
            again.cells |= {n: old + 1 if isinstance(old, int | float) else 1 for n, old in figures.items()}
    return bool(lines)


# ----------------------------------------------------------------------------------------------------------
# What is around the table
# ----------------------------------------------------------------------------------------------------------


@habit(harmless=True)
def letterhead(draft: Draft, chance: Random) -> None:
    """Agency, national motto, number, title and addressee above the table."""
    lines = [
        ["UBND HUYỆN MINH HỌA", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["PHÒNG LAO ĐỘNG", "", "Độc lập - Tự do - Hạnh phúc"],
        ["Số:     /BC-UBND", "", "Minh Họa, ngày     tháng 12 năm 2020"],
        [],
        ["BIỂU SỐ 01: TỔNG HỢP SỐ LIỆU NĂM 2020"],
        ["Kính gửi: Sở Lao động - Thương binh và Xã hội"],
        ["", "", "Đơn vị tính: cơ sở, buổi"],
        ["Nội dung: số liệu của các xã, thị trấn"],
        [],
    ]
    draft.above += some(chance, lines)


@habit(harmless=True)
def signatures(draft: Draft, chance: Random) -> None:
    """Place and date, who made the table and who signs it, under the table."""
    signed = [["Người lập biểu", "", "Thủ trưởng đơn vị"], ["(Ký, ghi rõ họ tên)", "", "(Ký tên, đóng dấu)"]]
    dated = [["", "", "Minh Họa, ngày 14 tháng 12 năm 2020"]]
    signers = [["NGƯỜI LẬP BIỂU", "", "KT. CHỦ TỊCH"], ["", "", "PHÓ CHỦ TỊCH"]]
    others = [
        [chance.choice(("Người báo cáo", "Cán bộ thống kê", "GIÁM ĐỐC", "Phụ trách biểu", "Kế toán trưởng"))]
    ]
    notes = [["Ghi chú: số liệu đến 30/11/2020"], ["Nơi nhận:"], ["- Như trên;"], ["- Lưu: VT."]]
    gap: list[list[str]] = chance.choice(([[]], []))
    draft.below = [
        *gap,
        *chance.choice((signed, dated + signed, dated + signers, others, notes)),
        *draft.below,
    ]


@habit(harmless=True)
def not_at_the_corner(draft: Draft, chance: Random) -> bool:
    """The table does not begin at A1."""
    if draft.recipe.format == "docx":
        return False
    draft.corner = chance.randint(1, 6), chance.randint(1, 4)
    return True


@habit(harmless=True)
def formatted_empty_cells(draft: Draft, chance: Random) -> bool:
    """Thousands of empty cells with borders, beside and under the table."""
    if not draft.is_excel:
        return False
    draft.empties = chance.choice((200, 1000, 3000))
    return True


@habit(harmless=True)
def other_sheets(draft: Draft, chance: Random) -> bool:
    """A cover, and sheets of other things."""
    return _sheets(draft, [("Bìa", False, False), ("Sheet2", False, False)])


@habit(harmless=True)
def hidden_sheet(draft: Draft, chance: Random) -> bool:
    """Last year's sheet is there, hidden."""
    return _sheets(draft, [("2019", True, True)])


@habit(harmless=True)
def sheets_of_years_named(draft: Draft, chance: Random) -> bool:
    """The sheets of several years, and this year's asked for by name."""
    if not _sheets(draft, [("2018", True, False), ("2019", True, False)]):
        return False
    draft.sheet = "2020"
    return True


@habit(harmless=False)
def sheets_of_years(draft: Draft, chance: Random) -> bool:
    """The sheets of several years."""
    return _sheets(draft, [("2018", True, False), ("2017", True, False)])


def _sheets(draft: Draft, sheets: Sequence[tuple[str, bool, bool]]) -> bool:
    if draft.is_excel:
        titles = {title for title, _table, _hidden in draft.sheets}
        draft.sheets += [sheet for sheet in sheets if sheet[0] not in titles]
    return draft.is_excel


# ----------------------------------------------------------------------------------------------------------
# Letters from before Unicode
# ----------------------------------------------------------------------------------------------------------

_TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
        strict=True,
    )
)
_VNI_MARKS = {"": "", "\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_HAT = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_VNI_BREVE = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
_VNI_ALONE = {"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ"}
_HAT, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"


def tcvn3(text: str) -> str:
    """A text as fonts such as .VnTime show it; capitals with tones are small letters there."""
    text = "".join(
        c if c in _TCVN3 or c.lower() not in _TCVN3 else c.lower() for c in unicodedata.normalize("NFC", text)
    )
    return "".join(_TCVN3.get(c, c) for c in text)


def vni(text: str) -> str:
    """A text as fonts such as VNI-Times show it: a letter, then its marks."""
    return "".join(map(_vni_letter, unicodedata.normalize("NFC", text)))


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_ALONE:
        written = _VNI_ALONE[small]
    else:
        base, *marks = unicodedata.normalize("NFD", small)
        tone = next((mark for mark in marks if mark in _VNI_MARKS), "")
        if _HORN in marks:
            written = {"o": "ô", "u": "ö"}[base] + _VNI_MARKS[tone]
        elif _HAT in marks:
            written = base + _VNI_HAT[tone]
        elif _BREVE in marks:
            written = base + _VNI_BREVE[tone]
        elif marks and tone:
            written = base + _VNI_MARKS[tone]
        else:
            return letter
    return written if letter == small else written.upper()


ENCODERS: Mapping[str, Callable[[str], str]] = {
    ".VnTime": tcvn3, ".VnTimeH": tcvn3, ".VnArial": tcvn3, "VNI-Times": vni, "Times New Roman": str
}  # fmt: skip


@habit(harmless=True)
def one_legacy_font(draft: Draft, chance: Random) -> bool:
    """The whole sheet in TCVN3 or VNI."""
    if draft.recipe.format == "csv":
        return False
    font = chance.choice((".VnTime", ".VnArial", "VNI-Times"))
    draft.fonts = dict.fromkeys(draft.order, font)
    return True


@habit(harmless=True)
def a_font_for_each_column(draft: Draft, chance: Random) -> bool:
    """TCVN3, VNI and Unicode side by side, each in its columns."""
    if draft.recipe.format == "csv":
        return False
    draft.fonts = {name: chance.choice(list(ENCODERS)) for name in draft.order}
    return True


# ----------------------------------------------------------------------------------------------------------
# From the draft to a file
# ----------------------------------------------------------------------------------------------------------


@dataclass
class Grid:
    """The cells of a sheet by (row, column) from 1, what is merged, and the font of each cell."""

    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    fonts: dict[tuple[int, int], str] = field(default_factory=dict)
    empties: list[tuple[int, int]] = field(default_factory=list)
    sums: tuple[int, int] = (0, 0)
    """The first and last row of what formulas add up."""

    def put(self, row: int, column: int, value: Any, font: str = "") -> None:
        """Write a cell, its letters as its font wants them."""
        if value is None or value == "":
            return
        self.cells[row, column] = ENCODERS[font](value) if font and isinstance(value, str) else value
        if font:
            self.fonts[row, column] = font

    @property
    def size(self) -> tuple[int, int]:
        """The last row and column that hold anything."""
        places = [*self.cells, *((bottom, right) for _top, _left, bottom, right in self.merged)]
        return max(row for row, _column in places), max(column for _row, column in places)


def laid_out(draft: Draft) -> Grid:
    """The sheet of a draft; notes in its lines the rows where they stand."""
    grid = Grid()
    top, left = draft.corner
    at = {name: left + n for n, name in enumerate(draft.order)}
    first_font = draft.fonts.get(draft.order[0], "")
    for row, texts in enumerate(draft.above, top):
        for column, text in enumerate(texts, left):
            grid.put(row, column, text, first_font)
    top += len(draft.above)
    row = _lay_header(draft, grid, top, left) + 1
    for column, number in enumerate(draft.numbers, left):
        grid.put(row, column, number)
    row += bool(draft.numbers)
    for line in draft.lines:
        line.row = row
        for name, value in line.cells.items():
            if name in at:
                grid.put(row, at[name], value, draft.fonts.get(name, ""))
        row += 1
    for upper, first, lower, last in draft.merged:
        grid.merged.append((upper.row, at[first], lower.row, at[last]))
    for texts in draft.below:
        for column, text in enumerate(texts, left):
            grid.put(row, column, text, first_font)
        row += 1
    rows = [line.row for line in draft.records]
    grid.sums = min(rows), max(rows)
    grid.empties = [(row + 1 + n // 20, 1 + n % 20) for n in range(draft.empties)]
    return grid


def _lay_header(draft: Draft, grid: Grid, top: int, left: int) -> int:
    """The header, merged across where upper levels are the same, and down where there are fewer; its last row."""
    bottom = top + draft.levels - 1
    paths = []
    for name in draft.order:
        *upper, last = draft.headers[name]
        upper = upper[: draft.levels - 1]
        paths.append([*upper, last])
    merging = draft.recipe.format != "csv"
    for n, (name, path) in enumerate(zip(draft.order, paths, strict=True)):
        column, font = left + n, draft.fonts.get(name, "")
        for level, text in enumerate(path[:-1]):
            same = [
                m for m in range(len(paths))
                if len(paths[m]) > level + 1 and paths[m][: level + 1] == path[: level + 1]
                and draft.fonts.get(draft.order[m], "") == font
            ]  # fmt: skip
            if n - 1 in same:
                continue
            grid.put(top + level, column, text, font)
            end = n
            while end + 1 in same:
                end += 1
            if end > n and merging:
                grid.merged.append((top + level, column, top + level, left + end))
        last = top + len(path) - 1
        grid.put(last, column, path[-1], font)
        if last < bottom and merging:
            grid.merged.append((last, column, bottom, column))
    return bottom


def _other_year(grid: Grid) -> Grid:
    """The same sheet with other figures."""
    other = copy.copy(grid)
    other.cells = {
        place: value + 1000 if isinstance(value, int | float) and place[0] >= grid.sums[0] else value
        for place, value in grid.cells.items()
    }
    return other


def _cover(draft: Draft) -> Grid:
    grid = Grid()
    grid.put(2, 2, f"Báo cáo năm 2020 gồm {len(draft.records)} dòng")
    grid.put(4, 2, "Nơi nhận")
    return grid


def book_of(draft: Draft) -> list[tuple[str, Grid, bool]]:
    """The sheets of a draft: title, cells, whether it is hidden; this year's between the others."""
    grid = laid_out(draft)
    others = [
        (title, _other_year(grid) if table else _cover(draft), hidden)
        for title, table, hidden in draft.sheets
    ]
    return [*others[:1], ("2020", grid, False), *others[1:]]


# ----------------------------------------------------------------------------------------------------------
# Formats
# ----------------------------------------------------------------------------------------------------------


def _sum_formula(grid: Grid, column: int) -> str:
    letter = get_column_letter(column)
    return f"=SUM({letter}{grid.sums[0]}:{letter}{grid.sums[1]})"


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Formula) else value


def write_xlsx(draft: Draft, path: Path) -> None:
    """With openpyxl, which keeps no values beside formulas: those that have one are written as the value."""
    book = Workbook()
    book.remove(book.active)
    border = Border(bottom=Side("thin"))
    for title, grid, hidden in book_of(draft):
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if hidden else "visible"
        for (row, column), value in grid.cells.items():
            formula = isinstance(value, Formula) and not value.stored
            cell = sheet.cell(row, column, _sum_formula(grid, column) if formula else _plain(value))
            if font := grid.fonts.get((row, column)):
                cell.font = Font(name=font)
        for top, left, bottom, right in grid.merged:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for row, column in grid.empties:
            sheet.cell(row, column).border = border
    book.active = next(n for n, sheet in enumerate(book.worksheets) if sheet.title == "2020")
    book.save(path)


def write_xlsxwriter(draft: Draft, path: Path) -> None:
    """With XlsxWriter, which keeps values beside formulas, as Excel does."""
    with xlsxwriter.Workbook(path) as book:
        border = book.add_format({"bottom": 1})
        fonts = {font: book.add_format({"font_name": font}) for font in ENCODERS}
        for title, grid, hidden in book_of(draft):
            sheet = book.add_worksheet(title)
            if hidden:
                sheet.hide()
            if title == "2020":
                sheet.activate()
                sheet.set_first_sheet()
            for top, left, bottom, right in grid.merged:
                sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
            for (row, column), value in grid.cells.items():
                font = fonts.get(grid.fonts.get((row, column), ""))
                if isinstance(value, Formula):
                    stored = value.value if value.stored else ""
                    sheet.write_formula(row - 1, column - 1, _sum_formula(grid, column), font, stored)
                elif isinstance(value, str):
                    sheet.write_string(row - 1, column - 1, value, font)
                else:
                    sheet.write_number(row - 1, column - 1, value, font)
            for row, column in grid.empties:
                sheet.write_blank(row - 1, column - 1, None, border)


def write_csv(draft: Draft, path: Path) -> None:
    """As Excel saves it: all lines equally long, figures with a comma before decimals."""
    chance = Random(f"{draft.recipe.seed} csv")
    grid = laid_out(draft)
    rows, columns = grid.size
    lines = [[_csv_text(grid.cells.get((r, c))) for c in range(1, columns + 1)] for r in range(1, rows + 1)]
    encoding = chance.choice(("utf-8", "utf-8-sig"))
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(
            file, delimiter=chance.choice(";,\t"), lineterminator=chance.choice(("\n", "\r\n"))
        ).writerows(lines)


def _csv_text(value: Any) -> str:
    value = _plain(value)
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def write_xls(draft: Draft, path: Path) -> None:
    """With xlwt, which keeps no values beside formulas: they are written as values."""
    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[str, xlwt.XFStyle] = {}
    for font in ("", *ENCODERS):
        styles[font] = xlwt.XFStyle()
        if font:
            styles[font].font.name = font
    border = xlwt.easyxf("borders: bottom thin")
    for title, grid, hidden in book_of(draft):
        sheet = book.add_sheet(title)
        sheet.visibility = int(hidden)
        covered = {place for merge in grid.merged for place in _places(merge)[1:]}
        for top, left, bottom, right in grid.merged:
            sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
        for (row, column), value in grid.cells.items():
            if (row, column) not in covered:
                sheet.write(row - 1, column - 1, _plain(value), styles[grid.fonts.get((row, column), "")])
        for row, column in grid.empties:
            sheet.write(row - 1, column - 1, None, border)
    book.set_active_sheet([title for title, _grid, _hidden in book_of(draft)].index("2020"))
    book.save(str(path))


def _places(merge: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    top, left, bottom, right = merge
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def write_docx(draft: Draft, path: Path) -> None:
    """A table in a Word document, what stands above and below it as paragraphs."""
    above, below = draft.above, draft.below
    draft.above, draft.below = [], []
    grid = laid_out(draft)
    document = docx.Document()
    for texts in above:
        document.add_paragraph("\t".join(texts))
    table = document.add_table(*grid.size)
    cells = [list(row.cells) for row in table.rows]
    for (row, column), value in grid.cells.items():
        run = cells[row - 1][column - 1].paragraphs[0].add_run(_csv_text(value))
        if font := grid.fonts.get((row, column)):
            run.font.name = font
    for top, left, bottom, right in grid.merged:
        cells[top - 1][left - 1].merge(cells[bottom - 1][right - 1])
    for texts in below:
        document.add_paragraph("\t".join(texts))
    document.save(str(path))


def write_ods(draft: Draft, path: Path) -> None:
    """The least that OpenDocument asks for."""
    names = ["office", "table", "text", "style", "fo"]
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for name, long in zip(names, ("office", "table", "text", "style", "xsl-fo-compatible"), strict=True)
    )
    fonts = list(ENCODERS)
    styles = "".join(
        f'<style:style style:name="f{n}" style:family="table-cell"><style:text-properties fo:font-family="{font}"/>'
        "</style:style>"
        for n, font in enumerate(fonts)
    )
    styles += (
        '<style:style style:name="hidden" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    tables = "".join(_ods_table(title, grid, fonts, hidden=hidden) for title, grid, hidden in book_of(draft))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)


def _ods_table(title: str, grid: Grid, fonts: Sequence[str], *, hidden: bool) -> str:
    rows, columns = grid.size
    covered = {place for merge in grid.merged for place in _places(merge)[1:]}
    spans = {
        (
            top,
            left,
        ): f' table:number-rows-spanned="{bottom - top + 1}" table:number-columns-spanned="{right - left + 1}"'
        for top, left, bottom, right in grid.merged
    }
    lines = []
    for row in range(1, rows + 1):
        cells = []
        for column in range(1, columns + 1):
            place = row, column
            tag = "covered-table-cell" if place in covered else "table-cell"
            font = grid.fonts.get(place, "")
            style = f' table:style-name="f{fonts.index(font)}"' if font else ""
            cells.append(
                f"<table:{tag}{style}{spans.get(place, '')}{_ods_value(grid.cells.get(place), grid, column)}</table:{tag}>"
            )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    style = ' table:style-name="hidden"' if hidden else ""
    return f'<table:table table:name="{title}"{style}>{"".join(lines)}</table:table>'


def _ods_value(value: Any, grid: Grid, column: int) -> str:
    """The attributes of a cell, the end of its tag, and its text."""
    if value is None:
        return ">"
    formula = ""
    if isinstance(value, Formula):
        formula = f' table:formula="of:{_sum_formula(grid, column).replace("(", "([.").replace(":", ":.").replace(")", "])")}"'
        value = value.value
    if isinstance(value, str):
        text = "</text:p><text:p>".join(
            re.sub(" {2}", " <text:s/>", escape(line)) for line in value.split("\n")
        )
        return f' office:value-type="string"><text:p>{text}</text:p>'
    return f' office:value-type="float" office:value="{value}"{formula}><text:p>{value}</text:p>'


WRITERS: Mapping[str, Callable[[Draft, Path], None]] = {
    "xlsx": write_xlsx, "xlsxwriter": write_xlsxwriter, "csv": write_csv, "xls": write_xls, "docx": write_docx,
    "ods": write_ods,
}  # fmt: skip


def make(recipe: Recipe, folder: Path) -> tuple[Draft, Path]:
    """Write the file of a recipe; returns what it was made of, and where it is."""
    draft = clean(recipe)
    for name, each in HABITS.items():
        if name in recipe.habits and each.apply(draft, Random(f"{recipe.seed} {name}")):
            draft.applied.append(name)
    path = folder / f"bang.{'xlsx' if recipe.format == 'xlsxwriter' else recipe.format}"
    WRITERS[recipe.format](draft, path)
    return draft, path


# ----------------------------------------------------------------------------------------------------------
# The judge
# ----------------------------------------------------------------------------------------------------------

REFUSED = "refused with the reason"
RIGHT, NOTED, VERIFIED = "right and nothing said", "right with notes", "right with something to verify"
NEEDED = "right with an error"
TOLD = "different and said where"
SILENT = "silently wrong"
OUTCOMES = (RIGHT, NOTED, VERIFIED, NEEDED, TOLD, REFUSED, SILENT)

_WHOLE = ("personal-data", "sheet-doubtful", "sheet-hidden", "sheet-missing", "no-rows")
_COLUMN = ("column-missing", "column-doubtful")
_END = ("rows-after-end", "end-doubtful")
_DOUBLED = ("place-doubled", "row-doubled")
_TOTAL = ("total-below-parts", "total-above-parts")


@dataclass(frozen=True)
class Verdict:
    """How a file was read; `silent` are the differences that no finding covers, `needless` the errors in a file
    whose habits were all harmless."""

    outcome: str
    silent: tuple[str, ...]
    needless: tuple[str, ...]


def judge(draft: Draft, path: Path) -> Verdict:
    """Read a file and hold it against its truth; whatever is raised but `InputError` goes through."""
    findings = Findings()
    harmless = all(HABITS[name].harmless for name in draft.applied)
    try:
        table = read_table(
            path, draft.columns, findings, parts=draft.parts, sheet=draft.sheet, dash="zero" if draft.dash == "zero" else "missing"
        )  # fmt: skip
    except InputError as error:
        return Verdict(REFUSED, (), (str(error),) if harmless else ())
    judged = _Judge(draft, findings)
    differences = list(judged.differences(table.frame, table.rows))
    silent = tuple(what for what, told in differences if not told)
    errors = tuple(f"{finding.rule} {finding.place}: {finding.message}" for finding in findings.errors)
    worst = {finding.severity for finding in findings if finding.rule != "no-total"}
    if silent:
        outcome = SILENT
    elif judged.nothing_read:
        outcome = REFUSED
    elif differences:
        outcome = TOLD
    else:
        outcome = next(
            (o for s, o in ((ERROR, NEEDED), (VERIFY, VERIFIED), (NOTE, NOTED)) if s in worst), RIGHT
        )
    return Verdict(outcome, silent, errors if harmless else ())


class _Judge:
    """Holds a table against the truth of a draft, and finds what the findings say of each difference."""

    def __init__(self, draft: Draft, findings: Findings) -> None:
        self._draft = draft
        self._told = [finding for finding in findings if finding.severity != NOTE]
        self._errors = findings.errors
        self._dash = any(finding.rule == "dash" for finding in findings)
        self._empty = {finding.column for finding in findings if finding.rule == "column-empty"}
        self._label = draft.columns[0]
        left = draft.corner[1]
        self._letters = {name: get_column_letter(left + n) for n, name in enumerate(draft.order)}
        figures = [column for column in draft.columns if column.is_figure]
        self.nothing_read = (
            any(finding.rule in _WHOLE for finding in self._told)
            or self._is_missing(self._label)
            or all(map(self._is_missing, figures))
        )
        self._no_figures = all(self._is_missing(column) or self._is_empty(column) for column in figures)

    def differences(self, frame: pd.DataFrame, rows: Sequence[int]) -> Iterator[tuple[str, bool]]:
        """What is otherwise than in the truth, and whether a finding says so."""
        wanted = {self._key(key): key for key in self._draft.truth}
        found: dict[str, int] = {}
        for record, row in zip(frame.to_dict("records"), rows, strict=True):
            key = wanted.get(self._key(record[self._label.name]))
            if key is None:
                yield f"row {row} is invented: {record}", self._covers_row(row)
            elif key in found:
                yield f"row {row} is there twice: {record}", self._covers_row(row)
            else:
                found[key] = row
                yield from self._different_cells(key, row, record)
        for line in self._draft.lines:
            if line.key and line.key not in found:
                told = self._covers_row(line.row) or self._is_missed(line.key)
                yield f"row {line.row} is lost: {line.cells}", told
        ended_early = any(finding.rule == "rows-after-end" for finding in self._told)
        for key in self._draft.truth:
            if key not in {line.key for line in self._draft.lines}:
                yield f"{key} has no row", self._is_missed(key) or ended_early or self.nothing_read
        for line, name in self._draft.wrong_totals:
            place = line.row, self._letters[name]
            if not any(
                (finding.row, finding.column) == place for finding in self._told if finding.rule in _TOTAL
            ):
                yield f"the total {place} was believed: {line.cells[name]}", bool(self._errors)

    def _different_cells(self, key: str, row: int, record: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
        for column in self._draft.columns[1:]:
            true, read = self._draft.truth[key][column.name], record[column.name]
            if not _same(true, read):
                yield f"{self._letters[column.name]}{row}: {read!r} for {true!r}", self._covers(row, column)

    def _key(self, name: Any) -> str:
        return name if self._draft.parts is not None and isinstance(name, str) else _folded(str(name))

    def _is_missing(self, column: Column) -> bool:
        return any(
            finding.rule in _COLUMN and f"“{column.headers[0]}" in str(finding.message)
            for finding in self._told
        )

    def _is_empty(self, column: Column) -> bool:
        """Whether a finding, be it but a note, says that nothing stands in a column."""
        return self._letters[column.name] in self._empty

    def _is_missed(self, key: str) -> bool:
        return any(finding.rule == "place-missing" and finding.value_after == key for finding in self._told)

    def _covers_row(self, row: int) -> bool:
        """Whether a finding says that something is wrong with a whole row; it is figures that tell rows from remarks."""
        return (
            self.nothing_read
            or self._no_figures
            or any(
                finding.rule in _COLUMN  # where the header ends is as unclear as what it says
                or (row in self._rows_of(finding) and finding.rule not in _TOTAL)
                or (finding.rule in _END and (finding.row or 0) <= row)
                for finding in self._told
            )
        )

    def _covers(self, row: int, column: Column) -> bool:
        """Whether a finding says that something is wrong with a cell, its row or its column."""
        letters = self._letters[column.name], self._letters[self._label.name]
        line = next((line for line in self._draft.lines if line.row == row), None)
        dash = line is not None and line.cells.get(column.name) in DASHES
        return (
            self.nothing_read
            or self._is_missing(column)
            or self._is_empty(column)
            or (dash and self._dash)  # a dash is what the office's setting says, and all are counted
            or any(
                finding.column in letters and row in self._rows_of(finding) and finding.rule not in _TOTAL
                for finding in self._told
            )
        )

    def _rows_of(self, finding: Finding) -> set[int]:
        """The rows that a finding speaks of: of merged cells all, of doubled rows both."""
        if finding.rule == "merged-cells":
            lowest = [
                lower.row for upper, _first, lower, _last in self._draft.merged if upper.row == finding.row
            ]
            return set(range(finding.row or 0, max(lowest, default=0) + 1))
        first = finding.message.values["first"] if finding.rule in _DOUBLED else finding.row
        return {row for row in (first, finding.row) if row}


def _folded(text: str) -> str:
    return _new_tone(one_line(text).casefold()).lstrip("-+• ")


def _same(true: Any, read: Any) -> bool:
    if isinstance(true, str):
        return isinstance(read, str) and _folded(true) == _folded(read)
    if true is None or pd.isna(read):
        return true is None and bool(pd.isna(read))
    return abs(true - read) < 1e-9 * max(1.0, abs(true))


# ----------------------------------------------------------------------------------------------------------
# Recipes
# ----------------------------------------------------------------------------------------------------------


_OF_TOTALS = {"totals_as_formulas", "formulas_never_computed", "wrong_total"}


def _recipe(seed: int, shape: str, rows: int, figures: int, format: str, habits: frozenset[str]) -> Recipe:
    """A recipe in which totals that are written oddly are there."""
    return Recipe(
        seed, shape, rows, figures, format, habits | ({"total_row"} if habits & _OF_TOTALS else set())
    )


def recipes(
    formats: Sequence[str] = FORMATS, habits: Mapping[str, Habit] = HABITS
) -> st.SearchStrategy[Recipe]:
    """Any recipe; half of them of harmless habits only."""
    harmless = [name for name, each in habits.items() if each.harmless]
    return st.builds(
        _recipe,
        seed=st.integers(0, 2**32),
        shape=st.sampled_from(list(FIGURES)),
        rows=st.integers(2, 19),
        figures=st.integers(1, 5),
        format=st.sampled_from(formats),
        habits=st.one_of(
            st.frozensets(st.sampled_from(harmless)), st.frozensets(st.sampled_from(list(habits)))
        ),
    )


def random_recipe(
    chance: Random, formats: Sequence[str] = FORMATS, habits: Mapping[str, Habit] = HABITS
) -> Recipe:
    """The same, each as likely as the next: hypothesis likes to vary what it had."""
    only_harmless = chance.random() < 0.5
    names = [name for name, each in habits.items() if each.harmless or not only_harmless]
    return _recipe(
        chance.randrange(2**32), chance.choice(list(FIGURES)), chance.randint(2, 19), chance.randint(1, 5),
        chance.choice(formats), frozenset(chance.sample(names, chance.randint(0, 12))),
    )  # fmt: skip
