"""`pipeline.py form`: Excel entry forms, one sheet for each table of `data/tables.toml`.

What a form asks for and what intake looks for come from the same entries, so that a filled form is read without a word.
Its sheets bear the tables' titles; cells that are to be filled in are unlocked, all others locked without a password.
Last year's figures stand to the right under a header that intake never reads (`intake.FOR_COMPARISON`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from baocao.analysis import settings, submissions, tables, units
from baocao.analysis.findings import Findings
from baocao.analysis.intake import FOR_COMPARISON, HEADER_ROWS, RawTable
from baocao.analysis.stages import Look
from baocao.analysis.submissions import FORMS
from baocao.analysis.tables import PLACE, PLACE_HEADERS, Table, TableColumn
from baocao.analysis.units import Unit
from baocao.analysis.vietnamese import date_short, number, slug
from baocao.errors import InputError, UsageError, unwritable
from baocao.messages import _
from baocao.pipeline.plan import ReportResult
from baocao.pipeline.record import replace_all

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""What somebody typed into last year's sheet stays text, whatever it begins with (OWASP, CSV injection)."""
EMPTY_ROWS = 20
"""Rows for records, of which nobody knows how many there will be."""
LARGEST = 10**9
"""What no figure without a maximum of its own reaches."""


def write(unit: Unit, year: int, data: Path, outputs: Path, per_commune: bool) -> ReportResult:
    """Write the form of a unit for a year, or with `per_commune` one for each unit below it; says where they lie.

    They lie in `<outputs>/forms/<province>/<unit>/<year>/`: `bieu-nhap.xlsx`, or `bieu-nhap/<code>-<name>.xlsx`, with
    the tables by place only. A unit without parts has the one form. Raises `UsageError` if a form there was filled in,
    or the folder cannot be written to, and `InputError` if tables.toml or a report.toml cannot be used.
    """
    parts = units.parts(unit, year, data)
    words = units.words_for(unit, parts)
    known, known_before = (
        [
            t
            for t in tables.load(data / "tables.toml", words, y, has_parts=bool(parts)).values()
            if not t.instead
        ]
        for y in (year, year - 1)
    )
    places = parts or [unit]
    kinds = units.kinds_in_words(places)
    header = next((name for name in PLACE_HEADERS if name.lower() == kinds), PLACE_HEADERS[-1])
    when = _period(data / unit.path / str(year) / "report.toml", year)
    before = _year_before(known_before, unit, year - 1, data)
    folder = outputs.joinpath("forms", unit.path, str(year))
    if per_commune and parts:
        by_place = [table for table in known if table.rows == PLACE]
        forms = {
            f"{FORMS}/{part.code}-{slug(part.full_name)}.xlsx": Form(
                part, year, when, by_place, [part], header, before
            )
            for part in parts
        }
    else:
        forms = {f"{FORMS}.xlsx": Form(unit, year, when, known, places, header, before)}
    contents = {name: form.content() for name, form in forms.items()}
    for name, content in contents.items():
        _refuse_filled(folder / name, content)
    try:
        for name, content in contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            replace_all((folder / name).parent, {Path(name).name: content})
    except OSError as error:
        raise unwritable(folder, error) from error
    return ReportResult(f"{unit.full_name} {year}", folder, tuple(contents))


def _refuse_filled(path: Path, content: bytes) -> None:
    """Raise `UsageError` if a form lies there in which somebody wrote: a new one would destroy the figures."""
    if not path.exists() or path.read_bytes() == content:
        return
    book = openpyxl.load_workbook(path)
    cells = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    if any(cell.value is not None and not cell.protection.locked for cell in cells):
        raise UsageError(
            _("{file} was filled in, and was not overwritten.", file=path),
            _("Move it into the year's folder in data/, or delete it if it does not count."),
        )


def _period(path: Path, year: int) -> str:
    """The line that says which period the figures are of: that of report.toml if there is one, else the statutory year.

    The year from 15 December to 14 December: Nghị định 09/2019/NĐ-CP, Điều 12.
    """
    end = cutoff = units.report_day(year)
    start = end.replace(year=year - 1, day=end.day + 1)
    if path.exists():
        period = settings.load(path, year).period
        start, end, cutoff = period.start, period.end, period.cutoff
    line = f"Kỳ báo cáo: từ ngày {date_short(start)} đến ngày {date_short(end)}"
    return line if cutoff == end else f"{line}; chốt số liệu ngày {date_short(cutoff)}"


# ----------------------------------------------------------------------------------------------------------
# Last year's figures
# ----------------------------------------------------------------------------------------------------------


def _year_before(known: Sequence[Table], unit: Unit, year: int, data: Path) -> dict[str, pd.DataFrame]:
    """The figures of a unit's year by table and by what their rows are called; what could not be read is missing.

    They are read here and not taken from 1_clean: a form needs no kernel, and a year in which one cell is wrong still
    has all its others to compare with.
    """
    folder = data / unit.path / str(year)
    if not folder.is_dir():
        return {}
    try:
        choices = settings.load(folder / "report.toml", year).intake
    except InputError:
        choices = settings.Intake(dash="missing")
    parts = units.parts(unit, year, data) or [unit]
    sent = {name: folder / name for name in Look().listing(folder)}
    about: dict[str, Any] = {"choices": choices, "parts": parts, "year": year}
    about["confirmed"] = units.load_confirmed(folder / "don-vi.csv", parts)
    figures = {
        table.id: _by_label(submissions.gather(sent, table, Findings(), **about), table) for table in known
    }
    return {name: frame for name, frame in figures.items() if not frame.empty}


def _by_label(read: RawTable, table: Table) -> pd.DataFrame:
    """A table by the codes of its units, or by the ids of its lines; records have no such name."""
    if table.rows == "record":
        return read.frame
    label = read.frame.columns[0]
    names = read.frame[label] if table.rows == PLACE else table.named_lines(read, Findings())
    return read.frame.assign(**{label: names}).dropna(subset=label).drop_duplicates(label).set_index(label)


# ----------------------------------------------------------------------------------------------------------
# The workbook
# ----------------------------------------------------------------------------------------------------------

FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
TITLE = FONT | {"bold": True, "font_size": 14}
ITALIC = FONT | {"italic": True}
BOXED = FONT | {"border": 1, "border_color": "#8C8C8C"}
HEADER = BOXED | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#DCE6F1"}
LOCKED = BOXED | {"bg_color": "#F2F2F2"}
TOTAL = LOCKED | {"bold": True}
BEFORE = LOCKED | {"font_color": "#6E6E6E"}
INPUT = BOXED | {"locked": False}
MISSING = {"bg_color": "#FFF2B3"}
WRONG = {"bg_color": "#F8B4B4", "font_color": "#9C0006"}
UNFINISHED = {"font_color": "#8C8C8C", "italic": True}

VIETNAMESE = "[$-42A]"
NUMBERS = {"count": f"{VIETNAMESE}#,##0", "amount": f"{VIETNAMESE}#,##0.0##", "percent": f"{VIETNAMESE}0.0#"}

GUIDE = "Hướng dẫn"
RULES = (
    "Người điền: cán bộ được giao theo dõi từng nội dung; mỗi trang là một biểu.",
    "Chỉ điền vào các ô màu vàng; điền xong ô chuyển sang màu trắng. Các ô khác đã khóa; dòng, cột tổng tự tính.",
    "Biểu có các dòng trắng thì mỗi đợt, mỗi lần ghi một dòng, từ trên xuống; không ghi hết thì để trống.",
    "Biểu ghi “không bắt buộc”: nơi không theo dõi các nội dung đó thì để trống cả biểu.",
    "Cả kỳ không có đợt nào, lần nào thì ghi một dòng “Không có” với các số 0.",
    "Không có thì ghi 0. Chưa có số liệu thì để trống: ô trống được hiểu là còn thiếu, không phải bằng 0.",
    "Chỉ ghi con số, không kèm chữ hay dấu gạch ngang. Chọn ô thì thấy nghĩa của cột và đơn vị tính.",
    "Gõ số không thể có thì Excel báo ngay. Ô màu đỏ là số chưa hợp lý: hãy sửa lại.",
    "Đầu mỗi trang ghi còn bao nhiêu ô chưa điền. Tổng in nghiêng, màu xám là tổng còn thiếu số.",
    "Các cột màu xám bên phải là số liệu năm trước, chỉ để đối chiếu.",
    "Biểu chỉ chứa số đếm: không ghi họ tên, ngày sinh, số giấy tờ, địa chỉ của người nào.",
    "Cũng không ghi tên, địa chỉ của hộ kinh doanh, doanh nghiệp nào.",
    "Gửi lại tệp này, giữ nguyên tên tệp và tên các trang, trong hạn ghi ở văn bản yêu cầu báo cáo.",
)


@dataclass(frozen=True)
class Form:
    """What one form asks for: in which tables, about which places; `before` are last year's figures by table."""

    unit: Unit
    year: int
    when: str
    tables: Sequence[Table]
    places: Sequence[Unit]
    place_header: str
    before: Mapping[str, pd.DataFrame]

    def content(self) -> bytes:
        """The workbook; the same form gives the same bytes, and names nobody as its author."""
        made = io.BytesIO()
        book = xlsxwriter.Workbook(made, OPTIONS)
        day = units.report_day(self.year)
        book.set_properties(
            {
                "title": f"Biểu nhập liệu năm {self.year}, {self.unit.full_name}",
                "created": datetime(day.year, day.month, day.day),  # noqa: DTZ001 - XlsxWriter takes no other
            }
        )
        self._guide(book)
        for table in self.tables:
            _Page(book, table, self).write()
        book.close()
        return made.getvalue()

    def _guide(self, book: Any) -> None:
        """The first sheet: how the form is filled in, and which sheets there are."""
        sheet = book.add_worksheet(GUIDE)
        plain = book.add_format(FONT)
        sheet.set_column(0, 0, 5)
        sheet.set_column(1, 1, 108)
        sheet.write(0, 0, f"BIỂU NHẬP LIỆU NĂM {self.year}", book.add_format(TITLE))
        sheet.write(1, 0, self.unit.title_name, book.add_format(FONT | {"bold": True}))
        sheet.write(2, 0, self.when, book.add_format(ITALIC))
        for row, rule in enumerate(RULES, start=4):
            sheet.write(row, 0, f"{row - 3}.", plain)
            sheet.write(row, 1, rule, plain)
            sheet.set_row(row, 20)
        sheet.write(5 + len(RULES), 0, "Các biểu trong tệp này:", book.add_format(FONT | {"bold": True}))
        link = book.add_format(FONT | {"font_color": "#1F4E9E", "underline": 1})
        for row, table in enumerate(self.tables, start=6 + len(RULES)):
            title = f"{table.title} (không bắt buộc)" if table.optional else table.title
            sheet.write_url(row, 1, f"internal:'{table.sheet}'!A1", link, title)
        sheet.protect()
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


@dataclass(frozen=True)
class _Row:
    """A row that is there to be filled in: by what last year's is found, how it is called, what it counts in."""

    key: Any
    name: str = ""
    unit: str = ""


@dataclass(frozen=True)
class _HeaderCell:
    """A cell of a header and the rows and columns that it covers, from 0 inside the header."""

    text: str
    top: int
    left: int
    bottom: int
    right: int


class _Page:
    """The sheet of one table while it is written; rows and columns count from 0, as XlsxWriter does."""

    TOP = 4
    """The header's first row; above it stand title, unit, period, and how much is still empty."""

    def __init__(self, book: Any, table: Table, form: Form) -> None:
        self._book, self._table, self._form = book, table, form
        self._sheet = book.add_worksheet(table.sheet)
        self._rows = _rows_of(table, form.places)
        named = [] if table.rows == PLACE else [table.columns[0]]
        self._label = named[0].headers[0] if named else form.place_header
        counted = [column for column in table.columns if column not in named and column.required]
        fixed = ["STT", self._label, *(["Đơn vị tính"] if table.rows == "line" else [])]
        self._at = {column.name: len(fixed) + i for i, column in enumerate(counted)}
        if table.rows == "record":  # there the name of a row is typed as well
            self._at[named[0].name] = 1
        self._entries = [column for column in table.columns if column.name in self._at]
        self._figures = [column for column in self._entries if column.kind != "text"]
        self._headers = [*fixed, *(column.headers[0] for column in counted)]
        self._before = form.before.get(table.id, pd.DataFrame())
        self._compared = self._columns_compared()
        self._left = len(self._headers) + 1  # of last year's figures; an empty column stands before them
        self._depth = max(len(path) for path in [*self._paths(), *self._paths_before()])
        self._widths = self._widths_of_columns()
        self._first = self.TOP + self._depth
        self._last = self._first + len(self._rows) - 1

    def write(self) -> None:
        """Write all of it."""
        self._write_titles()
        self._write_header(self._paths(), 0)
        self._write_rows()
        if self._has_total:
            self._write_total()
        if self._compared:
            self._write_header(self._paths_before(), self._left)
            self._write_before()
        for column in self._entries:
            if column in self._typed:
                self._check(column)
            else:
                cells = self._parts(column, self._first, self._first)
                self._colour(
                    self._first, self._at[column.name], self._last, f"=COUNTBLANK({cells})>0", UNFINISHED
                )
        self._set_up()

    @property
    def _has_total(self) -> bool:
        return self._table.adds_up and len(self._rows) > 1

    @property
    def _typed(self) -> list[TableColumn]:
        """The columns that are filled in: all but sums of columns that stand side by side, which the form works out.

        Where the rows are free, a sum is typed: a formula in an empty row would be a figure without a name.
        """
        free = self._table.rows == "record"
        return [column for column in self._entries if free or not self._side_by_side(column)]

    def _side_by_side(self, column: TableColumn) -> list[int]:
        """The places of the columns that add up to a column; none unless one range names them all."""
        places = sorted(self._at.get(name, -1) for name in column.sum_of)
        together = [*range(places[0], places[0] + len(places))] if places and places[0] > 0 else []
        return places if places == together else []

    def _parts(self, column: TableColumn, top: int, bottom: int) -> str:
        """The typed cells that a sum in a column is of, as one range: intake adds up no other sums."""
        places = [self._at[column.name]] if column in self._typed else self._side_by_side(column)
        return str(xl_range(top, places[0], bottom, places[-1]))

    def _columns_compared(self) -> list[TableColumn]:
        """The columns of which last year has anything: the figures, and where the rows are free, their names too."""
        columns = self._entries if self._table.rows == "record" else self._figures
        return [c for c in columns if c.name in self._before and self._before[c.name].notna().any()]

    def _paths(self) -> list[list[str]]:
        return [header.split(" > ") for header in self._headers]

    def _paths_before(self) -> list[list[str]]:
        """The headers of last year's figures: under the year, as many of their own levels as a header may have."""
        top = f"Năm {self._form.year - 1} ({FOR_COMPARISON})"
        return [[top, *column.headers[0].split(" > ")[1 - HEADER_ROWS :]] for column in self._compared]

    # --- what stands there ---

    def _write_titles(self) -> None:
        sheet, last = self._sheet, len(self._headers) - 1
        sheet.write(
            0, 0, f"{self._table.heading or self._table.title} năm {self._form.year}", self._style(TITLE)
        )
        sheet.write(1, 0, self._form.unit.title_name, self._style(FONT, bold=True))
        sheet.write(2, 0, self._form.when, self._style(ITALIC))
        formula, value = self._still_empty()
        sheet.merge_range(3, 0, 3, 1, "", self._style(FONT, font_color="#9C5700"))
        sheet.write_formula(3, 0, formula, self._style(FONT, font_color="#9C5700"), value)
        measures = {column.unit for column in self._figures}
        if self._table.rows != "line" and len(measures) == 1 and last > 2:
            measure = f"Đơn vị tính: {measures.pop()}"
            sheet.merge_range(3, 2, 3, last, measure, self._style(ITALIC, align="right"))

    def _still_empty(self) -> tuple[str, str]:
        """The formula that says how many cells are empty, of free rows those that have begun; and its value now."""
        down = {column.name: self._down(self._at[column.name]) for column in self._typed}
        done = '"Đã điền đủ"'
        if self._table.rows == "record":
            names = self._down(1)
            empty = "+".join(f'SUMPRODUCT(({names}<>"")*({cells}=""))' for cells in down.values())
            done, now = f'IF(COUNTA({names})=0,"Chưa có dòng nào",{done})', "Chưa có dòng nào"
        else:
            empty = "+".join(f"COUNTBLANK({cells})" for cells in down.values())
            now = f"Còn {len(down) * len(self._rows)} ô chưa điền"
        return f'=IF({empty}=0,{done},"Còn "&({empty})&" ô chưa điền")', now

    def _write_header(self, paths: Sequence[Sequence[str]], left: int) -> None:
        header = self._style(HEADER)
        grey = self._style(HEADER, font_color="#6E6E6E", bg_color="#F2F2F2")
        for cell in _header_cells(paths, self._depth):
            first, last = (self.TOP + cell.top, left + cell.left), (self.TOP + cell.bottom, left + cell.right)
            style = header if left == 0 else grey
            if first == last:
                self._sheet.write(*first, cell.text, style)
            else:
                self._sheet.merge_range(*first, *last, cell.text, style)

    def _write_rows(self) -> None:
        sheet = self._sheet
        for i, row in enumerate(self._rows):
            at = self._first + i
            sheet.write(at, 0, i + 1, self._style(LOCKED, align="center"))
            if self._table.rows != "record":
                sheet.write(at, 1, row.name, self._style(LOCKED, indent=1, text_wrap=True))
            if self._table.rows == "line":
                sheet.write(at, 2, row.unit, self._style(LOCKED, align="center"))
            for column in self._entries:
                if column in self._typed:
                    sheet.write_blank(at, self._at[column.name], None, self._style(INPUT, **_shape(column)))
                else:
                    style = self._style(TOTAL, **_shape(column))
                    sheet.write_formula(
                        at, self._at[column.name], f"=SUM({self._parts(column, at, at)})", style, 0
                    )

    def _write_total(self) -> None:
        """The row of sums; they are grey as long as one of their cells is empty."""
        sheet, at = self._sheet, self._last + 1
        for place in range(len(self._headers)):
            sheet.write_blank(at, place, None, self._style(TOTAL))
        sheet.write(at, 1, "Tổng cộng", self._style(TOTAL, align="center"))
        for column in self._figures:
            place = self._at[column.name]
            cells = self._parts(column, self._first, self._last)
            sheet.write_formula(at, place, f"=SUM({cells})", self._style(TOTAL, **_shape(column)), 0)
            if self._table.rows != "record":
                self._colour(at, place, at, f"=COUNTBLANK({cells})>0", UNFINISHED)

    def _write_before(self) -> None:
        """Last year's figures beside this year's; where the rows are free, in last year's order."""
        records = self._table.rows == "record"
        shown = self._before.reindex([row.key for row in self._rows])
        for place, column in enumerate(self._compared, start=self._left):
            style = self._style(BEFORE, **_shape(column))
            for i, value in enumerate(shown[column.name]):
                self._sheet.write(self._first + i, place, None if pd.isna(value) else value, style)
            if self._has_total:
                figures = (self._before if records else shown)[column.name]
                total = figures.sum(skipna=False) if column in self._figures else pd.NA
                style = self._style(BEFORE, bold=True, **_shape(column))
                self._sheet.write(self._last + 1, place, None if pd.isna(total) else total, style)

    # --- what is said of a cell and held against it ---

    def _check(self, column: TableColumn) -> None:
        """What may be typed into a column, what is said when it is chosen, and how it looks when it is wrong."""
        at = self._at[column.name]
        sheet_check, refused = self._allowed(column)
        self._sheet.data_validation(
            self._first, at, self._last, at,
            sheet_check | {
                "input_title": column.title[:32], "input_message": _said(column)[:255],
                "error_title": "Chưa hợp lý", "error_message": refused[:255],
            },
        )  # fmt: skip
        if column in self._figures:
            self._colour(self._first, at, self._last, f"={self._wrong(column)}", WRONG)
            self._check_lines(at)
        cell = xl_rowcol_to_cell(self._first, at)
        empty = f"ISBLANK({cell})"
        if self._table.rows == "record":
            name, last = (
                xl_rowcol_to_cell(self._first, c, col_abs=True) for c in (1, len(self._headers) - 1)
            )
            begun, above = f"{name}:{last}", f"$B${self._first + 1}:{name}"
            is_next = f"COUNTA({above})=ROW()-{self._first + 1}" if at == 1 else "FALSE"
            empty = f"AND({empty},OR(COUNTA({begun})>0,{is_next}))"
        self._colour(self._first, at, self._last, f"={empty}", MISSING)

    def _check_lines(self, at: int) -> None:
        """Colour the figure of a line that is more than the line of which it is a part, or than it can be."""
        row_of = {line.id: self._first + i for i, line in enumerate(self._table.lines)}
        for line in self._table.lines:
            cell = xl_rowcol_to_cell(row_of[line.id], at)
            wrong = [f"{cell}>{line.maximum}"] if line.maximum is not None else []
            if line.within:
                whole = xl_rowcol_to_cell(row_of[line.within], at)
                wrong.append(f"IF(ISNUMBER({whole}),{cell}>{whole},FALSE)")
            if wrong:
                self._colour(row_of[line.id], at, row_of[line.id], f"=OR({','.join(wrong)})", WRONG)

    def _allowed(self, column: TableColumn) -> tuple[dict[str, Any], str]:
        """The validation of a column, and what is said when it refuses."""
        cell = xl_rowcol_to_cell(self._first, self._at[column.name])
        if column.values:
            values = [value for value in column.values if value]
            return {"validate": "list", "source": values}, f"Chọn một trong: {', '.join(values)}."
        if column.unique:
            at = self._at[column.name]
            once = f"=COUNTIF({xl_range_abs(self._first, at, self._last, at)},{cell})=1"
            return {"validate": "custom", "value": once}, "Nội dung này đã có ở một dòng khác."
        if column.kind == "text":
            return {"validate": "any"}, ""
        whole, most = column.kind == "count", _maximum(column)
        words = f"Ghi một số {'nguyên ' if whole else ''}từ 0 đến {number(most)}."
        if column.within in self._at:
            outer = next(other.title for other in self._entries if other.name == column.within)
            words = f"Ghi một số {'nguyên ' if whole else ''}từ 0, không lớn hơn số ở cột “{outer}”."
            return {"validate": "custom", "value": f"=NOT({self._wrong(column)})"}, words
        kind = "integer" if whole else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": 0, "maximum": most}, words

    def _wrong(self, column: TableColumn) -> str:
        """Whether the first cell of a column holds what cannot be; the formula moves with the cell."""
        cell = xl_rowcol_to_cell(self._first, self._at[column.name])
        wrong = [f"{cell}<0", f"{cell}>{_maximum(column):.0f}"]
        if column.kind == "count":
            wrong.append(f"{cell}<>INT({cell})")
        if column.within in self._at:
            outer = xl_rowcol_to_cell(self._first, self._at[column.within])
            wrong.append(f"IF(ISNUMBER({outer}),{cell}>{outer},FALSE)")
        return f"IF(ISBLANK({cell}),FALSE,IF(ISNUMBER({cell}),OR({','.join(wrong)}),TRUE))"

    def _colour(self, top: int, place: int, bottom: int, formula: str, look: Mapping[str, Any]) -> None:
        rule = {"type": "formula", "criteria": formula, "format": self._book.add_format(look)}
        self._sheet.conditional_format(top, place, bottom, place, rule | {"stop_if_true": True})

    # --- how it looks ---

    def _set_up(self) -> None:
        """Widths, heights, protection, what stays in sight, and how it is printed."""
        sheet, last = self._sheet, len(self._headers) - 1
        for place, width in self._widths.items():
            sheet.set_column(place, place, width)
        for level, height in enumerate(self._heights_of_header()):
            sheet.set_row(self.TOP + level, height)
        for row in range(self._first, self._last + 2):
            sheet.set_row(row, 20)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.freeze_panes(self._first, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, self._last + self._has_total, last)  # last year's figures are for the screen
        sheet.repeat_rows(self.TOP, self._first - 1)
        sheet.set_footer("&L&A&RTrang &P/&N")

    def _widths_of_columns(self) -> dict[int, float]:
        """Widths in characters: wide enough for names, for the largest figure, for the words of a header."""
        names = [self._label, *(row.name for row in self._rows)]
        widths: dict[int, float] = {0: 6, 1: min(max(18, *(len(name) + 3 for name in names)), 70)}
        if self._table.rows == "line":
            widths[2] = 13
        widths |= {self._at[c.name]: _width(c) for c in self._entries if self._at[c.name] not in widths}
        widths[len(self._headers)] = 2
        alone = 16 if len(self._compared) == 1 else 0
        return widths | {i: max(_width(c), alone) for i, c in enumerate(self._compared, start=self._left)}

    def _heights_of_header(self) -> list[float]:
        """Heights in points, so that every text of the header has its lines."""
        heights = [22.0] * self._depth
        for left, paths in [(0, self._paths()), (self._left, self._paths_before())]:
            for cell in _header_cells(paths, self._depth):
                places = range(left + cell.left, left + cell.right + 1)
                lines = -(-len(cell.text) * 1.2 // sum(self._widths[place] for place in places))
                levels = range(cell.top, cell.bottom + 1)
                for level in levels:
                    heights[level] = max(heights[level], (18 * lines + 6) / len(levels))
        return heights

    def _down(self, place: int) -> str:
        """The cells of a column in all rows to fill in."""
        return str(xl_range(self._first, place, self._last, place))

    def _style(self, look: Mapping[str, Any], **more: Any) -> Any:
        return self._book.add_format({**look, **more})


def _rows_of(table: Table, places: Sequence[Unit]) -> list[_Row]:
    if table.rows == PLACE:
        return [_Row(place.code, place.title_name) for place in places]
    if table.rows == "line":
        measure = table.columns[-1].unit
        return [_Row(line.id, line.name, line.unit or measure) for line in table.lines]
    return [_Row(i) for i in range(EMPTY_ROWS)]


def _header_cells(paths: Sequence[Sequence[str]], depth: int) -> Iterator[_HeaderCell]:
    """The merged cells of a header: paths that begin alike share a cell; a short path reaches the last row."""
    for level in range(depth):
        for prefix, group in groupby(range(len(paths)), key=lambda place: list(paths[place][: level + 1])):
            places = list(group)
            if len(prefix) == level + 1:
                is_leaf = len(paths[places[0]]) == level + 1
                yield _HeaderCell(prefix[-1], level, places[0], depth - 1 if is_leaf else level, places[-1])


def _maximum(column: TableColumn) -> int:
    """The largest figure that a column takes; a percentage is at most 100."""
    return int(column.maximum if column.maximum is not None else 100 if column.kind == "percent" else LARGEST)


def _said(column: TableColumn) -> str:
    """What is said of a column when one of its cells is chosen."""
    sentences = [column.note[:1].upper() + column.note[1:]] if column.note else []
    if column.kind != "text":
        sentences += [f"Đơn vị tính: {column.unit}"] if column.unit else []
        sentences += ["Không có thì ghi 0; chưa có số liệu thì để trống"]
    return ". ".join(sentences) + "."


def _shape(column: TableColumn) -> dict[str, Any]:
    """How the values of a column are written."""
    if column.kind == "text":
        return {"align": "center"} if column.values else {"num_format": "@", "indent": 1, "text_wrap": True}
    return {"align": "right", "num_format": NUMBERS[column.kind]}


def _width(column: TableColumn) -> float:
    largest = number(column.maximum) if column.maximum else ""
    return max(10, len(largest) + 2, min(len(column.title) * 0.6 + 3, 18))
