"""Files as offices send them: every format becomes sheets of cells, and no file is ever modified.

`read_sheets` knows nothing of tables: which rows are a header and which are records is for `baocao.analysis.intake`.
What a file is, its content says and not its name. Macros, links to other files and whatever else could act are never
followed; how much is read has a limit, so that no file takes more than a gigabyte or a minute.
"""

from __future__ import annotations

import csv
import functools
import io
import math
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

from baocao.analysis import encodings
from baocao.analysis.encodings import Encoding, LegacyFont, encoding_of_font
from baocao.analysis.findings import ERROR, NOTE, VERIFY
from baocao.analysis.packages import Node, Package, TooLargeError
from baocao.analysis.vietnamese import SPREADSHEET_DIGITS, date_short, nfc, one_line
from baocao.errors import InputError, reason
from baocao.messages import Message, _

LARGEST_FILE = 50 * 2**20
"""Bytes of a file, of which most are pictures if it is a good one; what XML may unpack to is in `packages`."""
LARGEST_TEXT = 20 * 2**20
"""Bytes of a CSV file."""
LARGEST_XLS = 20 * 2**20
"""Bytes of an .xls file: its library takes up to thirty times as much."""
MOST_CELLS = 1_000_000
"""Cells of a file that are not empty."""
MOST_MERGED = 10_000
"""Merged ranges of a file."""
MOST_SHEETS = 500
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Where a sheet of Excel ends."""

Place = tuple[int, int]
"""Row and column, from 1."""
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column."""
Run = tuple[str, LegacyFont | None]
"""A piece of a cell's text, and what its font says of it."""


class _NoStoredValue:
    """Stands in a cell whose formula was never computed."""

    def __str__(self) -> str:
        return ""


NO_STORED_VALUE = _NoStoredValue()


@dataclass(frozen=True)
class Notice:
    """Something about a cell that whoever reads it must be told; the fields are those of `findings.Finding`."""

    row: int
    column: int
    severity: str
    rule: str
    message: Message
    remedy: Message
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its cells that are not empty, by (row, column) from 1, and its merged ranges.

    A merged range is (first row, first column, last row, last column). `separator` is what stands between the fields
    of a CSV file; `typed` says whether the format tells numbers from texts (CSV and Word do not). `hidden` is how the
    sheet opens in Excel. `notices` are what a reader of its cells must know of how they were read. `formulas` are those
    of .xlsx and .ods as Excel writes them ("=SUM(C5:C9)"); what they came to is in `cells`.
    """

    name: str
    cells: Mapping[Place, object]
    merged: Sequence[Range] = ()
    separator: str = ""
    typed: bool = True
    hidden: bool = False
    notices: Sequence[Notice] = ()
    formulas: Mapping[Place, str] = field(default_factory=dict)

    def text(self, row: int, column: int) -> str:
        """A cell as one line of text; "" if it is empty."""
        value = self.cells.get((row, column), "")
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            return date_short(value)
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return one_line(str(value))

    def spread_text(self, row: int, column: int) -> str:
        """A cell's text, that of the merged range it lies in if it does."""
        low, tall = self._merged_by_row
        for top, left, bottom, right in (*low.get(row, ()), *tall):
            if top <= row <= bottom and left <= column <= right:
                return self.text(top, left)
        return self.text(row, column)

    @cached_property
    def _merged_by_row(self) -> tuple[Mapping[int, Sequence[Range]], Sequence[Range]]:
        """The merged ranges of each row, and apart from them the few that are too tall for that."""
        low: dict[int, list[Range]] = defaultdict(list)
        tall = []
        for area in self.merged:
            if area[2] - area[0] > 100:
                tall.append(area)
                continue
            for row in range(area[0], area[2] + 1):
                low[row].append(area)
        return low, tall


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a file; of a Word document, all tables; of a CSV file, its table by each separator that fits.

    `InputError`, naming the file and what to do, if it is missing, damaged, protected, too large, or of a format that
    no table can be read from.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise _refused(path, _KINDS_BY_ENDING.get(ending, ""))
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _too_large(path)
        if size == 0:
            raise _empty(path)
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            _("The file {file} is missing.", file=path.name), _("Put the file there under exactly this name.")
        ) from None
    except OSError as error:
        raise InputError(
            _("{file} cannot be opened: {why}", file=path.name, why=reason(error)),
            _("Close it in other programs and check that you may read it."),
        ) from None
    return _read(path, content, ending)


def _read(path: Path, content: bytes, ending: str) -> list[Sheet]:
    try:
        kind = _kind(content) or ("csv" if ending == ".csv" else "damaged")
        if kind == "csv":
            return _read_csv(path, content)
        if kind not in _READERS:
            raise _refused(path, kind)
        sheets = [draft.finish() for draft in _READERS[kind](content).sheets]
    except InputError:
        raise
    except (TooLargeError, MemoryError):
        raise _too_large(path) from None
    except Exception as error:  # noqa: BLE001 - on a damaged file a reader raises whatever its parts happen to raise
        raise _refused(path, "protected" if "encrypted" in str(error) else "damaged") from None
    if not sheets:
        raise _refused(path, "without-table")
    return sheets


# ----------------------------------------------------------------------------------------------------------
# What a file is, and what to say if no table can be read from it
# ----------------------------------------------------------------------------------------------------------

FORMATS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".docx")
"""The endings of files that are read."""

_ENDINGS = {
    "pdf": (".pdf",), "picture": (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".webp"),
    "doc": (".doc", ".dot", ".rtf", ".odt", ".wps"), "workbook": (".xlsb", ".numbers", ".xml", ".et", ".xlt"),
    "web": (".htm", ".html", ".mht"), "slides": (".ppt", ".pptx"), "archive": (".zip", ".rar", ".7z", ".gz", ".tar"),
}  # fmt: skip
_KINDS_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}
_TYPE_IT = _("Type the figures into the entry form, or ask the office for the Excel file.")
_SAVE_IN_EXCEL = _("Open it in Excel and save it as .xlsx.")
_REFUSALS = {
    "": (_("{file} is not in a format that can be read."), _("Save it as one of: {formats}.")),
    "pdf": (_("{file} is a PDF document: no table can be read from it."), _TYPE_IT),
    "picture": (_("{file} is a picture: no figures can be read from it."), _TYPE_IT),
    "slides": (_("{file} is a presentation: no table can be read from it."), _TYPE_IT),
    "doc": (_("{file} is a text in an older format than .docx."), _("Open it in Word and save it as .docx.")),
    "workbook": (_("{file} is a workbook in a format that cannot be read."), _SAVE_IN_EXCEL),
    "web": (_("{file} is a web page, whatever its name says."), _SAVE_IN_EXCEL),
    "archive": (_("{file} is an archive."), _("Unpack it and put the file with the table in its place.")),
    "protected": (
        _("{file} is protected by a password."),
        _("Open it, take off the password and save it again."),
    ),
    "without-table": (_("There is no table in {file}."), _("Ask the office for the file with the table.")),
    "damaged": (
        _("{file} is damaged, or not what its name says."),
        _("Open it in Excel or Word and save it again; if it does not open, ask the office for it."),
    ),
}
"""What is said of each kind of file that cannot be read, and what to do about it."""

_SIGNATURES = {
    b"%PDF": "pdf", b"{\\rtf": "doc", b"\x89PNG": "picture", b"\xff\xd8\xff": "picture", b"GIF8": "picture",
    b"II*\0": "picture", b"MM\0*": "picture", b"Rar!": "archive", b"7z\xbc\xaf": "archive", b"\x1f\x8b": "archive",
    b"MIME-Version:": "web", b"\x09\x08": "xls", b"\x09\x04": "xls", b"\x09\x02": "xls", b"\x09\0": "xls",
}  # fmt: skip
"""How files begin."""
_WEB_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|meta|style|script|table|div)\b", re.IGNORECASE)
_STREAMS = {
    "EncryptedPackage": "protected", "WordDocument": "doc", "PowerPoint": "slides", "Workbook": "xls", "Book": "xls",
}  # fmt: skip
"""What the older container of Office holds, by the name of a stream."""
_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "slides", "Index/": "workbook"}
"""What a package holds, by the folder of its parts."""


def _kind(content: bytes) -> str:
    """What a file is by its content; "" for a text without marks."""
    start = content[:2000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if content.startswith(b"PK\x03\x04"):
        return _package_kind(Package(content))
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next(
            (kind for name, kind in _STREAMS.items() if name.encode("utf-16-le") in content), "damaged"
        )
    if content[4:8] == b"ftyp" or (content.startswith(b"BM") and content[6:10] == bytes(4)):
        return "picture"
    if _WEB_PAGE.match(start) or (start.startswith(b"<?xml") and b"<html" in start):
        return "web"
    if start.startswith(b"<?xml") and b"schemas-microsoft-com:office:spreadsheet" in start:
        return "workbook"
    return next((kind for mark, kind in _SIGNATURES.items() if content.startswith(mark)), "")


def _package_kind(package: Package) -> str:
    if "content.xml" in package.names:
        manifest = "META-INF/manifest.xml"
        if manifest in package.names and any(package.whole(manifest, "encryption-data")):
            return "protected"
        kind = package.start("mimetype") if "mimetype" in package.names else b""
        return "ods" if b"spreadsheet" in kind else "doc"
    if "encrypted-package" in package.names:
        return "protected"
    if "xl/workbook.bin" in package.names:
        return "workbook"
    names = sorted(package.names)
    return next(
        (kind for folder, kind in _FOLDERS.items() if any(n.startswith(folder) for n in names)), "archive"
    )


def _refused(path: Path, kind: str) -> InputError:
    message, remedy = _REFUSALS[kind]
    return InputError(
        Message(message.template, {"file": path.name}),
        Message(remedy.template, {"formats": ", ".join(FORMATS)}),
    )


def _too_large(path: Path) -> InputError:
    return InputError(
        _("{file} is too large to be a table of figures.", file=path.name),
        _("Keep the sheet with the table only, without pictures, and save it again."),
    )


def _empty(path: Path) -> InputError:
    return InputError(
        _("{file} is empty.", file=path.name), _("Ask the office for the file again and put it in its place.")
    )


# ----------------------------------------------------------------------------------------------------------
# A sheet while it is read
# ----------------------------------------------------------------------------------------------------------


class _Book:
    """The sheets of a file while it is read; raises `TooLargeError` once they hold more than they may."""

    def __init__(self) -> None:
        self.sheets: list[_Draft] = []
        self._cells = self._merged = 0

    def add(self, name: str, *, typed: bool = True, hidden: bool = False, separator: str = "") -> _Draft:
        """Begin another sheet."""
        draft = _Draft(self, name, typed, hidden, separator)
        self.sheets.append(draft)
        if len(self.sheets) > MOST_SHEETS:
            raise TooLargeError
        return draft

    def count(self, cells: int = 0, merged: int = 0) -> None:
        """Count what is to be put into a sheet."""
        self._cells += cells
        self._merged += merged
        if self._cells > MOST_CELLS or self._merged > MOST_MERGED:
            raise TooLargeError


@dataclass(eq=False)
class _Draft:
    """One sheet while it is read; `fonts` are the pieces of those texts in which a font of an older encoding stands."""

    _book: _Book
    name: str
    typed: bool
    hidden: bool
    separator: str
    cells: dict[Place, object] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    formulas: dict[Place, str] = field(default_factory=dict)
    fonts: dict[Place, Sequence[Run]] = field(default_factory=dict)

    def put(self, place: Place, value: object) -> None:
        """Fill a cell, unless there is nothing to see in the value."""
        if value is NO_STORED_VALUE or (value is not None and one_line(str(value))):
            self._book.count(cells=1)
            self.cells[place] = value

    def put_text(self, place: Place, runs: Sequence[Run]) -> None:
        """Fill a cell with a text."""
        self.put(place, "".join([text for text, _font in runs]))
        if any(font for _text, font in runs) and place in self.cells:
            self.fonts[place] = runs

    def put_formula(self, place: Place, formula: str) -> None:
        """Keep the formula of a cell; formulas are cells too where it comes to memory."""
        self._book.count(cells=1)
        self.formulas[place] = formula

    def merge(self, area: Range) -> None:
        """Note a merged range."""
        self._book.count(merged=1)
        self.merged.append(area)

    def finish(self) -> Sheet:
        """The sheet, all its texts in Unicode."""
        converted, mixed = _in_unicode(self)
        notices = [*_external(self), *_mixed(self, mixed)]
        for place, (text, names) in converted.items():
            message = _("Written in {encoding}; it was converted to Unicode.", encoding=names)
            remedy = _("Nothing needs to be done.")
            before = str(self.cells[place])
            notices.append(Notice(*place, NOTE, "legacy-encoding", message, remedy, before, text))
        notices.sort(key=lambda notice: (notice.row, notice.column))
        return Sheet(
            self.name,
            self.cells | {place: text for place, (text, _names) in converted.items()},
            sorted(area for area in self.merged if area[:2] != area[2:]),
            self.separator,
            self.typed,
            self.hidden,
            notices,
            self.formulas,
        )


_QUOTED = re.compile('"[^"]*"')
_OTHER_FILE = re.compile(r"(?<![\w\]\[.:])\[\d+\][^\[\]'!]*'?!|'(?:[^']|'')*'#|\bfile:/")
"""How a formula names another workbook: '[1]Sheet 1'!A1 in .xlsx, 'file:///C:/so.ods'#$Sheet1.A1 in .ods."""


def _external(draft: _Draft) -> Iterator[Notice]:
    """What to tell of values that come from other files."""
    for place, formula in draft.formulas.items():
        if place in draft.cells and _OTHER_FILE.search(_QUOTED.sub('""', formula)):
            message = _("The value comes from another file and may be out of date.")
            remedy = _("Compare it with that file, then paste it here as a value.")
            yield Notice(*place, VERIFY, "external-link", message, remedy, formula, str(draft.cells[place]))


# ----------------------------------------------------------------------------------------------------------
# Older encodings
# ----------------------------------------------------------------------------------------------------------


def _in_unicode(draft: _Draft) -> tuple[dict[Place, tuple[str, str]], list[Place]]:
    """The texts that had to be converted, each with the name of its encoding; and those that should be, but by whom?

    A font of an older encoding decides. Where there is none, the texts of a column do together; those merged over
    several columns with others merged over the same. What is left then goes with the rest of its sheet.
    """
    converted = _by_font(draft.fonts)
    texts = {
        place: value for place, value in draft.cells.items()
        if isinstance(value, str) and place not in draft.fonts and encodings.has_accents(value)
    }  # fmt: skip
    modern = {place for place, text in texts.items() if encodings.in_unicode(text)}
    found: dict[Place, Encoding] = {}
    unclear: list[Place] = []
    mixed: list[Place] = []
    for places in _columns(texts, draft.merged):
        encoding = encodings.recognise(texts[place] for place in places)
        wrong = [place for place in places if encodings.cannot_be_unicode(texts[place])]
        if not modern.isdisjoint(places) or (encoding and _header_in_unicode(places, wrong, modern)):
            mixed += wrong
        elif encoding:
            found |= dict.fromkeys(places, encoding)
        else:
            unclear += places
    of_sheet: set[Encoding | None] = set(found.values()) or {
        encodings.recognise(texts[place] for place in unclear)
    }
    only = of_sheet.pop() if len(of_sheet) == 1 and not modern else None
    if only:
        found |= {place: only for place in unclear if encodings.may_be_in(texts[place], only)}
    converted |= {place: (encoding.decode(texts[place]), encoding.name) for place, encoding in found.items()}
    before = draft.cells
    return {place: done for place, done in converted.items() if done[0] != nfc(str(before[place]))}, mixed


def _by_font(fonts: Mapping[Place, Sequence[Run]]) -> dict[Place, tuple[str, str]]:
    """The texts whose fonts say how they are encoded.

    A font stays where it is when somebody writes over an old text in Unicode. Letters that its encoding does not have
    tell; a text without such letters goes with its column if that has texts of the one kind only.
    """
    columns: dict[int, list[Place]] = defaultdict(list)
    for place in fonts:
        columns[place[1]].append(place)
    converted = {}
    for places in columns.values():
        parts = {place: _by_encoding(fonts[place]) for place in places}
        older = [p for p in places if all(encoding.can_hold(text) for encoding, text in parts[p].items())]
        if len(older) < len(places) and not any(
            encodings.cannot_be_unicode(text) for p in older for text in parts[p].values()
        ):
            older = [p for p in older if not any(map(encodings.has_accents, parts[p].values()))]
        for place in older:
            text = nfc("".join(font.decode(text) if font else text for text, font in fonts[place]))
            converted[place] = text, ", ".join(encoding.name for encoding in parts[place])
    return converted


def _by_encoding(runs: Iterable[Run]) -> dict[Encoding, str]:
    parts: dict[Encoding, str] = {}
    for text, font in runs:
        if font:
            parts[font.encoding] = parts.get(font.encoding, "") + text
    return parts


def _columns(texts: Iterable[Place], merged: Iterable[Range]) -> Iterable[list[Place]]:
    """The places of texts by column, from top to bottom; those merged over several columns by these."""
    width = {(top, left): right - left for top, left, _bottom, right in merged}
    columns: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for place in sorted(texts):
        columns[place[1], width.get(place, 0)].append(place)
    return columns.values()


def _header_in_unicode(places: Sequence[Place], wrong: Sequence[Place], modern: Iterable[Place]) -> bool:
    """Whether the first texts of a column, which could be of any encoding, stand in rows that are Unicode."""
    rows = {row for row, _column in modern}
    return any(place[0] in rows for place in places if not wrong or place < wrong[0])


def _mixed(draft: _Draft, places: Iterable[Place]) -> Iterator[Notice]:
    """What to tell of texts in an older encoding among others in Unicode."""
    for place in places:
        message = _("This text is in an older encoding (TCVN3 or VNI), others in its column in Unicode.")
        remedy = _("Convert the cell to Unicode (with UniKey), or type it anew.")
        yield Notice(*place, ERROR, "encoding-mixed", message, remedy, str(draft.cells[place]))


# ----------------------------------------------------------------------------------------------------------
# Excel: .xlsx, .xlsm
# ----------------------------------------------------------------------------------------------------------

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
LONGEST_FORMULA = 8_192
"""Characters; Excel allows no more."""
_SHARED_FORMULAS = 5_000_000
"""Characters of shared formulas that are moved from one cell to another, which takes a microsecond each."""


class _Style(NamedTuple):
    """What the style of a cell says of its value."""

    is_date: bool = False
    is_duration: bool = False
    font: LegacyFont | None = None


def _read_xlsx(content: bytes) -> _Book:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

    package, book = Package(content), _Book()
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

    _draft: _Draft
    _strings: Sequence[Sequence[tuple[str, str]]]
    _styles: Sequence[_Style]
    _epoch: datetime
    _masters: dict[str, tuple[str, str]] = field(default_factory=dict)
    _moved: int = 0

    def read(self, package: Package, part: str) -> None:
        """Read all cells and merged ranges of a part; cells that do not say where they are follow each other."""
        row = column = 0
        for when, node in package.nodes(part, ("c", "mergeCell"), ("row",)):
            if node.name == "c":
                row, column = _place(node.get("r")) if node.get("r") else (row, column + 1)
                self._cell((row, column), node)
            elif node.name == "mergeCell":
                first, _colon, last = node.get("ref").partition(":")
                self._draft.merge(_place(first) + _place(last or first))
            elif when == "start":
                row, column = int(node.get("r") or row + 1), 0

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


def _read_xls(content: bytes) -> _Book:
    import xlrd

    if len(content) > LARGEST_XLS:
        raise TooLargeError
    book = _Book()
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


def _xls_sheet(sheet: Any, fonts: Sequence[LegacyFont | None], draft: _Draft) -> None:
    """Read one worksheet into a draft."""
    from xlrd import XL_CELL_BLANK, XL_CELL_EMPTY, XL_CELL_TEXT

    legacy = any(fonts)
    for top, bottom, left, right in sheet.merged_cells:
        draft.merge((top + 1, left + 1, bottom, right))
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


def _read_ods(content: bytes) -> _Book:
    package, book = Package(content), _Book()
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

    def __init__(self, draft: _Draft, styles: _OdsStyles) -> None:
        self._draft = draft
        self._styles = styles
        self._columns: list[tuple[int, str]] = []
        """The last column of each group of columns, and their style."""
        self._row = self._column = 1
        self._rows = 1
        self._row_style = ""

    def add(self, when: str, node: Node) -> None:
        """Take up the beginning or end of a row, a column, or a cell."""
        repeated = int(node.get("number-columns-repeated", "1"))
        if node.name == "table-row" and when == "start":
            self._rows = int(node.get("number-rows-repeated", "1"))
            self._row_style = node.get("default-cell-style-name")
            self._column = 1
        elif node.name == "table-row":
            self._row += self._rows
        elif node.name == "table-column":
            last = (self._columns[-1][0] if self._columns else 0) + repeated
            self._columns.append((last, node.get("default-cell-style-name")))
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
                yield " " * min(int(part.get("c", "1")), LONGEST_FORMULA), None
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
_ODS_SHEET = re.compile(
    r"((?:^|(?<=:))[^.']*|'(?:[^']|'')*'(?:#\$?[^.']*)?(?:'(?:[^']|'')*')?)\.(?=\$?[A-Z])"
)


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


def _read_docx(content: bytes) -> _Book:
    package, book = Package(content), _Book()
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

    def __init__(self, draft: _Draft, styles: _DocxStyles) -> None:
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
            if self._runs:
                self._runs.append(("\n", None))
            self._runs += self._pieces(node, node)
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
                yield "".join(map(_word_text, child.children())), font
            elif child.name not in ("pPr", "del", "moveFrom", "AlternateContent"):
                yield from self._pieces(child, paragraph)


def _word_text(node: Node) -> str:
    if node.name == "t":
        return node.text()
    return {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(node.name, "")


# ----------------------------------------------------------------------------------------------------------
# CSV
# ----------------------------------------------------------------------------------------------------------


def _read_csv(path: Path, content: bytes) -> list[Sheet]:
    """The table in a CSV file, once for each separator that splits all its lines alike: the header will decide."""
    if len(content) > LARGEST_TEXT:
        raise TooLargeError
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            _("{file} is not written in UTF-8.", file=path.name), _("Save it in Excel as CSV UTF-8.")
        ) from None
    if not one_line(text).strip(' ;,"'):
        raise _empty(path)
    drafts = [draft for separator in ";,\t" if (draft := _split(text, separator))]
    if not drafts:
        raise InputError(
            _("The lines of {file} do not all have the same number of fields.", file=path.name),
            _("Separate fields by semicolons, and save it in Excel as CSV UTF-8."),
        )
    return [draft.finish() for draft in drafts]


def _split(text: str, separator: str) -> _Draft | None:
    """The table by one separator; None if its lines differ in their number of fields, or have one only."""
    draft = _Book().add("", typed=False, separator=separator)
    widths = set()
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row, line in enumerate(lines, 1):
            widths |= {len(line)} if any(line) else set()
            for column, value in enumerate(line, 1):
                draft.put((row, column), value)
    except csv.Error:
        return None
    return draft if len(widths) == 1 and max(widths) > 1 else None


_READERS: Mapping[str, Callable[[bytes], _Book]] = {
    "xlsx": _read_xlsx, "xls": _read_xls, "ods": _read_ods, "docx": _read_docx,
}  # fmt: skip
