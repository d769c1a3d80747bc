"""How .xlsx, .xls, .ods and .docx are read; what the file may hold besides cells of tables is passed over.

Each reader takes the content of a file and gives a `Book`; a damaged one makes it raise whatever its parts happen to.
"""

from __future__ import annotations

import functools
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

from baocao.analysis.encodings import LegacyFont, encoding_of_font
from baocao.analysis.packages import Node, Package, TooLargeError
from baocao.analysis.sheets import (
    LARGEST_XLS,
    LAST_COLUMN,
    LAST_ROW,
    NO_STORED_VALUE,
    Book,
    Draft,
    Place,
    Run,
)
from baocao.analysis.vietnamese import SPREADSHEET_DIGITS

# ----------------------------------------------------------------------------------------------------------
# Excel: .xlsx, .xlsm
# ----------------------------------------------------------------------------------------------------------

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
LONGEST_FORMULA = 8_192
"""Characters; Excel allows no more."""
_SHARED_FORMULAS = 1_000_000
"""Characters of shared formulas that are moved from one cell to another, which takes a microsecond each."""


class _Style(NamedTuple):
    """What the style of a cell says of its value."""

    is_date: bool = False
    is_duration: bool = False
    font: LegacyFont | None = None


def _read_xlsx(content: bytes) -> Book:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

    package, book = Package(content), Book()
    (main,) = (part for kind, part in package.targets("").values() if kind == "officeDocument")
    targets = package.targets(main)
    strings = _xlsx_strings(package, [part for kind, part in targets.values() if kind == "sharedStrings"])
    styles = _xlsx_styles(package, [part for kind, part in targets.values() if kind == "styles"])
    epoch = CALENDAR_WINDOWS_1900
    for node in package.whole(main, "workbookPr", "sheet"):
        if node.name == "workbookPr":
            epoch = CALENDAR_MAC_1904 if node.get("date1904") in ("1", "true") else epoch
            continue
        kind, part = targets[node.get("id")]
        if kind == "worksheet":  # others are charts and dialogs
            draft = book.add(node.get("name"), hidden=node.get("state", "visible") != "visible")
            _XlsxSheet(draft, strings, styles, epoch).read(package, part)
    return book


def _xlsx_strings(package: Package, parts: Iterable[str]) -> list[list[tuple[str, str]]]:
    """The texts that cells refer to by number, each in pieces with the font's name if a piece has its own."""
    return [_pieces(node) for part in parts for node in package.whole(part, "si")]


def _pieces(string: Node) -> list[tuple[str, str]]:
    runs = []
    for node in string.children("t", "r"):
        text, font = (node, None) if node.name == "t" else (node.find("t"), node.find("rPr", "rFont"))
        if text:
            plain = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text.text())
            runs.append((plain, font.get("val") if font else ""))
    return runs


def _xlsx_styles(package: Package, parts: Iterable[str]) -> list[_Style]:
    """The styles of cells by number."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

    formats, fonts, styles = dict(BUILTIN_FORMATS), [], []
    for node in (node for part in parts for node in package.whole(part, "numFmts", "fonts", "cellXfs")):
        if node.name == "numFmts":
            formats |= {int(one.get("numFmtId")): one.get("formatCode") for one in node.children("numFmt")}
        elif node.name == "fonts":
            names = [font.find("name") for font in node.children("font")]
            fonts = [encoding_of_font(name.get("val")) if name else None for name in names]
        else:
            for style in node.children("xf"):
                shown = formats.get(int(style.get("numFmtId", "0")))
                font = fonts[int(style.get("fontId", "0"))] if fonts else None
                styles.append(_Style(is_date_format(shown), is_timedelta_format(shown), font))
    return styles or [_Style()]


@dataclass(eq=False)
class _XlsxSheet:
    """Reads one worksheet into a draft."""

    _draft: Draft
    _strings: Sequence[Sequence[tuple[str, str]]]
    _styles: Sequence[_Style]
    _epoch: datetime
    _masters: dict[str, tuple[str, str]] = field(default_factory=dict)
    _moved: int = 0

    def read(self, package: Package, part: str) -> None:
        """Read all cells and merged ranges of a part; cells that do not say where they are follow each other."""
        row = column = 0
        for when, node in package.nodes(part, ("col", "c", "mergeCell"), ("row",)):
            if node.name == "c":
                row, column = _place(node.get("r")) if node.get("r") else (row, column + 1)
                self._cell((row, column), node)
            elif node.name == "mergeCell":
                first, _colon, last = node.get("ref").partition(":")
                self._draft.merge(_place(first) + _place(last or first))
            elif node.name == "col":
                if node.get("hidden") in ("1", "true"):
                    self._draft.hidden_columns.append((int(node.get("min")), int(node.get("max"))))
            elif when == "start":
                row, column = int(node.get("r") or row + 1), 0
                if node.get("hidden") in ("1", "true"):
                    self._draft.hidden_rows.add(row)

    def _cell(self, place: Place, node: Node) -> None:
        kind, style = node.get("t", "n"), self._styles[int(node.get("s", "0"))]
        formula, stored = node.find("f"), node.find("v")
        if formula:
            self._draft.put_formula(place, self._formula(place, formula))
        text = stored.text() if stored else ""
        if kind == "inlineStr":
            string = node.find("is")
            self._texts(place, _pieces(string) if string else [], style)
        elif kind == "str":
            self._texts(place, [(text, "")], style)
        elif not text:
            self._draft.put(place, NO_STORED_VALUE if formula else None)
        elif kind == "s":
            self._texts(place, self._strings[int(text)], style)
        else:
            self._draft.put(place, self._value(kind, text, style))

    def _texts(self, place: Place, pieces: Iterable[tuple[str, str]], style: _Style) -> None:
        runs = [(text, encoding_of_font(font) if font else style.font) for text, font in pieces]
        self._draft.put_text(place, runs)

    def _value(self, kind: str, text: str, style: _Style) -> object:
        from openpyxl.utils.datetime import from_excel, from_ISO8601

        if kind == "b":
            return bool(int(text))
        if kind == "e":
            return text
        if kind == "d":
            return from_ISO8601(text)
        value = _as_number(text)
        try:
            return from_excel(value, self._epoch, timedelta=style.is_duration) if style.is_date else value
        except (OverflowError, ValueError):  # Excel shows ####
            return value

    def _formula(self, place: Place, node: Node) -> str:
        """A formula as the cell shows it; a shared one is written once, for the first of its cells."""
        from openpyxl.formula.translate import Translator

        formula, group = f"={node.text()}", node.get("si")
        if len(formula) > LONGEST_FORMULA:
            raise TooLargeError
        if node.get("t") != "shared" or formula != "=":
            self._masters[group] = formula, _address(place)
            return formula
        formula, origin = self._masters[group]
        self._moved += len(formula)
        if self._moved > _SHARED_FORMULAS:
            raise TooLargeError
        return str(Translator(formula, origin).translate_formula(_address(place)))


@functools.lru_cache(maxsize=65536)
def _place(address: str) -> Place:
    match = _CELL.fullmatch(address)
    if match is None:
        raise ValueError(address)
    place = int(match[2]), column_index_from_string(match[1])
    if place[0] > LAST_ROW or place[1] > LAST_COLUMN:
        raise ValueError(address)
    return place


def _address(place: Place) -> str:
    return f"{get_column_letter(place[1])}{place[0]}"


def _as_number(text: str) -> int | float:
    """A number as spreadsheets store it: whole ones as int up to the digits that they keep."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return int(text) if re.fullmatch(rf"-?\d{{1,{SPREADSHEET_DIGITS}}}", text) else value


# ----------------------------------------------------------------------------------------------------------
# Excel until 2003: .xls
# ----------------------------------------------------------------------------------------------------------


def _read_xls(content: bytes) -> Book:
    import xlrd

    if len(content) > LARGEST_XLS:
        raise TooLargeError
    book = Book()
    with Path(os.devnull).open("w") as log:
        source = xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, on_demand=True, logfile=log
        )
        fonts = [encoding_of_font(font.name) for font in source.font_list]
        for n in range(source.nsheets):
            sheet = source.sheet_by_index(n)
            _xls_sheet(sheet, fonts, book.add(sheet.name, hidden=sheet.visibility != 0))
            source.unload_sheet(n)
    return book


def _xls_sheet(sheet: Any, fonts: Sequence[LegacyFont | None], draft: Draft) -> None:
    """Read one worksheet into a draft."""
    from xlrd import XL_CELL_BLANK, XL_CELL_EMPTY, XL_CELL_TEXT

    legacy = any(fonts)
    for top, bottom, left, right in sheet.merged_cells:
        draft.merge((top + 1, left + 1, bottom, right))
    draft.hidden_rows.update(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    draft.hidden_columns.extend((at + 1, at + 1) for at, info in sheet.colinfo_map.items() if info.hidden)
    for row in range(sheet.nrows):
        for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
            if kind == XL_CELL_TEXT and legacy and value:
                draft.put_text((row + 1, column + 1), _xls_runs(sheet, fonts, row, column))
            elif kind not in (XL_CELL_EMPTY, XL_CELL_BLANK):
                draft.put((row + 1, column + 1), _xls_value(kind, value, sheet.book.datemode))


def _xls_runs(sheet: Any, fonts: Sequence[LegacyFont | None], row: int, column: int) -> list[Run]:
    text = sheet.cell_value(row, column)
    style = sheet.book.xf_list[sheet.cell_xf_index(row, column)]
    changes = [(0, style.font_index), *sheet.rich_text_runlist_map.get((row, column), ())]
    ends = [start for start, _font in changes[1:]] + [len(text)]
    return [(text[start:end], fonts[font]) for (start, font), end in zip(changes, ends, strict=True)]


def _xls_value(kind: int, value: Any, datemode: int) -> object:
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_TEXT, error_text_from_code
    from xlrd.xldate import xldate_as_datetime

    if kind == XL_CELL_TEXT:
        return value or NO_STORED_VALUE  # only a formula leaves an empty text, and only if nobody computed it
    if kind == XL_CELL_BOOLEAN:
        return bool(value)
    if kind == XL_CELL_ERROR:
        return error_text_from_code[value]
    if not math.isfinite(value):
        raise ValueError(value)
    if kind == XL_CELL_DATE:
        try:
            return xldate_as_datetime(value, datemode)
        except (OverflowError, ValueError):  # Excel shows ####
            return value
    return int(value) if value.is_integer() and abs(value) < 10**SPREADSHEET_DIGITS else value


# ----------------------------------------------------------------------------------------------------------
# LibreOffice: .ods
# ----------------------------------------------------------------------------------------------------------


_ODS_STYLES = ("font-face", "style", "default-style")
_ODS_CELLS = ("table-column", "table-cell", "covered-table-cell", "table-source", "shapes", "tracked-changes")


def _read_ods(content: bytes) -> Book:
    package, book = Package(content), Book()
    styles, reader = _OdsStyles(), None
    for node in package.whole("styles.xml", *_ODS_STYLES) if "styles.xml" in package.names else ():
        styles.add(node)
    around = ("table", "table-row", "dde-links")
    for when, node in package.nodes("content.xml", _ODS_STYLES + _ODS_CELLS, around):
        if node.name in _ODS_STYLES:
            styles.add(node)
        elif node.name == "dde-links":  # tables of other files
            break
        elif node.name == "table" and when == "start":
            draft = book.add(node.get("name"), hidden=node.get("style-name") in styles.hidden)
            reader = _OdsTable(draft, styles)
        elif node.name == "table-source":  # a copy of another file's table
            book.sheets.pop()
            reader = None
        elif reader:
            reader.add(when, node)
    return book


class _OdsStyles:
    """The fonts that styles name, and the tables that they hide."""

    def __init__(self) -> None:
        self._faces: dict[str, str] = {}
        self._styles: dict[tuple[str, str], tuple[str, str]] = {}
        self.hidden: set[str] = set()

    def add(self, node: Node) -> None:
        """Take up a font or a style."""
        if node.name == "font-face":
            self._faces[node.get("name")] = node.get("font-family").strip("'\"")
            return
        text, table = node.find("text-properties"), node.find("table-properties")
        font = text.get("font-name") or text.get("font-family").strip("'\"") if text else ""
        self._styles[node.get("family"), node.get("name")] = font, node.get("parent-style-name")
        if table and table.get("display") == "false":
            self.hidden.add(node.get("name"))

    def font(self, family: str, name: str) -> str:
        """The font that a style of a family names, or one it derives from; "" if none does."""
        seen = set()
        while name not in seen and (family, name) in self._styles:
            seen.add(name)
            font, name = self._styles[family, name]
            if font:
                return self._faces.get(font, font)
        return ""


class _OdsTable:
    """Reads one table into a draft; what is repeated is only written out where it is filled."""

    def __init__(self, draft: Draft, styles: _OdsStyles) -> None:
        self._draft = draft
        self._styles = styles
        self._columns: list[tuple[int, str]] = []
        """The last column of each group of columns, and their style."""
        self._row = self._column = 1
        self._rows = 1
        self._row_style = ""
        self._row_hidden = False

    def add(self, when: str, node: Node) -> None:
        """Take up the beginning or end of a row, a column, or a cell."""
        repeated = int(node.get("number-columns-repeated", "1"))
        if node.name == "table-row" and when == "start":
            self._rows = int(node.get("number-rows-repeated", "1"))
            self._row_style = node.get("default-cell-style-name")
            self._row_hidden = node.get("visibility") in ("collapse", "filter")
            self._column = 1
        elif node.name == "table-row":
            self._row += self._rows
        elif node.name == "table-column":
            last = (self._columns[-1][0] if self._columns else 0) + repeated
            self._columns.append((last, node.get("default-cell-style-name")))
            if node.get("visibility") in ("collapse", "filter"):
                self._draft.hidden_columns.append((last - repeated + 1, last))
        elif node.name == "table-cell":
            self._cell(node, repeated)
            self._column += repeated
        elif node.name == "covered-table-cell":
            self._column += repeated

    def _cell(self, node: Node, repeated: int) -> None:
        formula, kind = node.get("formula"), node.get("value-type")
        down, right = int(node.get("number-rows-spanned", "1")), int(node.get("number-columns-spanned", "1"))
        if not kind and not formula and down == right == 1 and not any(node.children("p")):
            return
        runs = self._runs(node)
        value = NO_STORED_VALUE if formula and not kind else _ods_value(node, runs)
        if value in ("", None) and not formula and down == right == 1:
            return
        if self._row + self._rows - 1 > LAST_ROW or self._column + repeated - 1 > LAST_COLUMN:
            raise TooLargeError
        for row in range(self._row, self._row + self._rows):
            if self._row_hidden:
                self._draft.hidden_rows.add(row)
            for column in range(self._column, self._column + repeated):
                if isinstance(value, str):
                    self._draft.put_text((row, column), runs if value == _joined(runs) else [(value, None)])
                else:
                    self._draft.put((row, column), value)
                if formula:
                    self._draft.put_formula((row, column), _excel_formula(formula))
                if down > 1 or right > 1:
                    self._draft.merge((row, column, row + down - 1, column + right - 1))

    def _runs(self, cell: Node) -> list[Run]:
        """The text of a cell in pieces; lines are paragraphs."""
        default = next((style for last, style in self._columns if self._column <= last), "")
        style = cell.get("style-name") or self._row_style or default or "Default"
        font = self._styles.font("table-cell", style)
        runs: list[Run] = []
        for paragraph in cell.children("p"):
            if runs:
                runs.append(("\n", None))
            runs += self._pieces(
                paragraph, self._styles.font("paragraph", paragraph.get("style-name")) or font
            )
        return runs

    def _pieces(self, node: Node, font: str) -> Iterator[Run]:
        for part in node.parts:
            if isinstance(part, str):
                yield part, encoding_of_font(font)
            elif part.name == "s":
                yield " " * min(int(part.get("c", "1")), 100), None
            elif part.name in ("tab", "line-break"):
                yield "\t" if part.name == "tab" else "\n", None
            elif part.name in ("span", "a"):
                yield from self._pieces(part, self._styles.font("text", part.get("style-name")) or font)


def _joined(runs: Iterable[Run]) -> str:
    return "".join([text for text, _font in runs])


def _ods_value(node: Node, runs: Iterable[Run]) -> object:
    """What is stored in a cell; what has no meaning of its own (an error, a time of day) is the text that is shown."""
    kind = node.get("value-type")
    if kind in ("float", "percentage", "currency"):
        return _as_number(node.get("value"))
    if kind == "date":
        return datetime.fromisoformat(node.get("date-value"))
    if kind == "boolean":
        return node.get("boolean-value") == "true"
    shown = _joined(runs)
    return shown if node.get("calcext:value-type") == "error" else node.get("string-value") or shown


_ODS_TOKEN = re.compile(r'"[^"]*"|\[[^\]]*\]|;|~')
_ODS_SHEET = re.compile(r"((?:^|(?<=:))[^.']*|'(?:[^']|'')*'(?:#\$?[^.']*)?(?:'(?:[^']|'')*')?)\.(?=[$A-Z#])")


def _excel_formula(formula: str) -> str:
    """A formula of an .ods file as Excel writes it: of:=SUM([.C5:.C9];1) is =SUM(C5:C9,1)."""

    def token(match: re.Match[str]) -> str:
        if match[0].startswith("["):
            return _ODS_SHEET.sub(lambda sheet: f"{sheet[1]}!" if sheet[1] else "", match[0][1:-1])
        return "," if match[0] in ";~" else match[0]

    if len(formula) > LONGEST_FORMULA:
        raise TooLargeError
    return _ODS_TOKEN.sub(token, formula[formula.find("=") :])


# ----------------------------------------------------------------------------------------------------------
# Word: .docx
# ----------------------------------------------------------------------------------------------------------


def _read_docx(content: bytes) -> Book:
    package, book = Package(content), Book()
    (main,) = (part for kind, part in package.targets("").values() if kind == "officeDocument")
    styles = _DocxStyles()
    for kind, part in package.targets(main).values():
        for node in package.whole(part, "docDefaults", "style") if kind == "styles" else ():
            styles.add(node)
    tables: list[_DocxTable] = []
    for when, node in package.nodes(main, ("p", "tblPr", "trPr", "tcPr"), ("tbl", "tr", "tc")):
        if node.name == "tbl" and when == "start":
            tables.append(_DocxTable(book.add(f"Bảng {len(book.sheets) + 1}", typed=False), styles))
        elif node.name == "tbl":
            tables.pop()
        elif tables:
            tables[-1].add(when, node)
    return book


class _DocxStyles:
    """The fonts that styles name."""

    def __init__(self) -> None:
        self._fonts: dict[str, tuple[str, str]] = {}
        self._default = ""
        self._normal = ""

    def add(self, node: Node) -> None:
        """Take up a style, or what holds without one."""
        if node.name == "docDefaults":
            properties = node.find("rPrDefault", "rPr")
            self._default = _word_font(properties)
            return
        based = node.find("basedOn")
        self._fonts[node.get("styleId")] = _word_font(node.find("rPr")), based.get("val") if based else ""
        if node.get("type") == "paragraph" and node.get("default") in ("1", "true", "on"):
            self._normal = node.get("styleId")

    def font(self, run: Node, paragraph: Node, table: str) -> str:
        """The font of a run: its own, that of its style, its paragraph's, its table's, or the document's."""
        character, style = run.find("rPr", "rStyle"), paragraph.find("pPr", "pStyle")
        return (
            _word_font(run.find("rPr"))
            or (self._named(character.get("val")) if character else "")
            or self._named(style.get("val") if style else self._normal)
            or self._named(table)
            or self._default
        )

    def _named(self, name: str) -> str:
        seen = set()
        while name in self._fonts and name not in seen:
            seen.add(name)
            font, name = self._fonts[name]
            if font:
                return font
        return ""


def _word_font(properties: Node | None) -> str:
    """The font that properties name for Western letters."""
    fonts = properties.find("rFonts") if properties else None
    if fonts is None:
        return ""
    return fonts.get("hAnsiTheme") or fonts.get("hAnsi") or fonts.get("asciiTheme") or fonts.get("ascii")


class _DocxTable:
    """Reads one table into a draft; a table in a cell is read by a reader of its own."""

    def __init__(self, draft: Draft, styles: _DocxStyles) -> None:
        self._draft = draft
        self._styles = styles
        self._style = ""
        self._row = self._column = 0
        self._width = 1
        self._merge = ""
        self._runs: list[Run] = []
        self._open: dict[int, int] = {}
        """Which merged range goes on below, by its first column."""

    def add(self, when: str, node: Node) -> None:
        """Take up a paragraph, properties, or the beginning or end of a row or cell."""
        if node.name == "p":
            runs = [run for run in self._pieces(node, node) if run[0]]
            self._runs += [("\n", None), *runs] if self._runs and runs else runs
        elif node.name == "tblPr":
            style = node.find("tblStyle")
            self._style = style.get("val") if style else ""
        elif node.name == "trPr":
            before = node.find("gridBefore")
            self._column += int(before.get("val")) if before else 0
        elif node.name == "tcPr":
            span, merge = node.find("gridSpan"), node.find("vMerge")
            self._width = int(span.get("val")) if span else 1
            self._merge = merge.get("val", "continue") if merge else ""
        elif node.name == "tr" and when == "start":
            self._row, self._column = self._row + 1, 1
        elif node.name == "tc" and when == "start":
            self._runs, self._width, self._merge = [], 1, ""
        elif node.name == "tc":
            self._end_cell()

    def _end_cell(self) -> None:
        row, column, last = self._row, self._column, self._column + self._width - 1
        if not 1 <= column <= last <= LAST_COLUMN or row > LAST_ROW:
            raise TooLargeError
        self._column = last + 1
        going_on = self._open.pop(column, None)
        if self._merge == "continue" and going_on is not None:
            top, _left, _bottom, right = self._draft.merged[going_on]
            self._draft.merged[going_on] = top, column, row, max(last, right)
            self._open[column] = going_on
            return
        self._draft.put_text((row, column), self._runs)
        if self._merge == "restart" or last > column:
            if self._merge:
                self._open[column] = len(self._draft.merged)
            self._draft.merge((row, column, row, last))

    def _pieces(self, node: Node, paragraph: Node) -> Iterator[Run]:
        """The runs of a paragraph, without what was deleted or stands in a drawing."""
        for child in node.children():
            if child.name == "r":
                font = encoding_of_font(self._styles.font(child, paragraph, self._style))
                yield "".join([_word_text(part, font) for part in child.children()]), font
            elif child.name not in ("pPr", "del", "moveFrom", "AlternateContent"):
                yield from self._pieces(child, paragraph)


def _word_text(node: Node, font: LegacyFont | None) -> str:
    if node.name == "t":
        return node.text()
    if node.name == "softHyphen":  # the ư of TCVN3
        return "\u00ad" if font else ""
    return {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(node.name, "")


READERS: Mapping[str, Callable[[bytes], Book]] = {
    "xlsx": _read_xlsx, "xls": _read_xls, "ods": _read_ods, "docx": _read_docx,
}  # fmt: skip
