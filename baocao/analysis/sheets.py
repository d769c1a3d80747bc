"""Files as offices send them: every format becomes sheets of cells, and no file is ever modified.

`read_sheets` knows nothing of tables: which rows are a header and which are records is for `baocao.analysis.intake`.
What a file is, its content says and not its name. Macros, links to other files and whatever else could act are never
followed; how much is read has a limit, so that no file takes more than a gigabyte or a minute.
"""

from __future__ import annotations

import csv
import functools
import io
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from baocao.analysis import encodings
from baocao.analysis.encodings import Encoding, LegacyFont
from baocao.analysis.findings import ERROR, NOTE, VERIFY
from baocao.analysis.packages import Package, TooLargeError
from baocao.analysis.vietnamese import date_short, nfc, one_line
from baocao.errors import InputError, reason
from baocao.messages import Message, _

LARGEST_FILE = 50 * 2**20
"""Bytes of a file, of which most are pictures if it is a good one; what XML may unpack to is in `packages`."""
LARGEST_TEXT = 10 * 2**20
"""Bytes of a CSV file."""
LARGEST_XLS = 20 * 2**20
"""Bytes of an .xls file: its library takes ten times as much and four seconds for the worst."""
MOST_CELLS = 300_000
"""Cells of a file that are not empty, and formulas."""
LONGEST_TEXT = 100_000
"""Characters of a cell; Excel allows a third of it."""
MOST_MERGED = 10_000
"""Merged ranges of a file."""
MOST_SHEETS = 300
"""Sheets of a workbook, or tables of a Word document."""
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
    of .xlsx and .ods as Excel writes them ("=SUM(C5:C9)"); what they came to is in `cells`. `hidden_rows` and
    `hidden_columns`, (first, last), are not seen on opening the file: hidden by hand, by a filter or an outline.
    """

    name: str
    cells: Mapping[Place, object]
    merged: Sequence[Range] = ()
    separator: str = ""
    typed: bool = True
    hidden: bool = False
    notices: Sequence[Notice] = ()
    formulas: Mapping[Place, str] = field(default_factory=dict)
    hidden_rows: Collection[int] = frozenset()
    hidden_columns: Sequence[tuple[int, int]] = ()

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

    @functools.cached_property
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
        raise refused(path, _KINDS_BY_ENDING.get(ending, ""))
    try:
        stat = path.stat()
        if stat.st_size > LARGEST_FILE:
            raise _too_large(path)
        if stat.st_size == 0:
            raise _empty(path)
        return _read(path, stat.st_mtime_ns, ending)
    except FileNotFoundError:
        raise InputError(
            _("The file {file} is missing.", file=path.name), _("Put the file there under exactly this name.")
        ) from None
    except OSError as error:
        raise InputError(
            _("{file} cannot be opened: {why}", file=path.name, why=reason(error)),
            _("Close it in other programs and check that you may read it."),
        ) from None


@functools.lru_cache(maxsize=256)
def _read(path: Path, _changed: int, ending: str) -> list[Sheet]:
    """The sheets of a file as it was at a time; kept, because an entry form is asked for every table it may hold."""
    from baocao.analysis.readers import READERS

    content = path.read_bytes()
    try:
        kind = kind_of(content) or ("csv" if ending == ".csv" else "damaged")
        if kind == "csv":
            return _read_csv(path, content)
        if kind not in READERS:
            raise refused(path, kind)
        sheets = [draft.finish() for draft in READERS[kind](content).sheets]
    except InputError:
        raise
    except (TooLargeError, MemoryError):
        raise _too_large(path) from None
    except Exception as error:  # noqa: BLE001 - on a damaged file a reader raises whatever its parts happen to raise
        raise refused(path, "protected" if "encrypted" in str(error) else "damaged") from None
    if not sheets:
        raise refused(path, "without-table")
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


def kind_of(content: bytes) -> str:
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


def refused(path: Path, kind: str) -> InputError:
    """The error for a file of a kind that cannot be read."""
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


class Book:
    """The sheets of a file while it is read; raises `TooLargeError` once they hold more than they may."""

    def __init__(self) -> None:
        self.sheets: list[Draft] = []
        self._cells = self._merged = 0

    def add(self, name: str, *, typed: bool = True, hidden: bool = False, separator: str = "") -> Draft:
        """Begin another sheet."""
        draft = Draft(self, name, typed, hidden, separator)
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
class Draft:
    """One sheet while it is read; `fonts` are the pieces of those texts in which a font of an older encoding stands."""

    _book: Book
    name: str
    typed: bool
    hidden: bool
    separator: str
    cells: dict[Place, object] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    formulas: dict[Place, str] = field(default_factory=dict)
    fonts: dict[Place, Sequence[Run]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)

    def put(self, place: Place, value: object) -> None:
        """Fill a cell, unless there is nothing to see in the value."""
        if value is not None and not (isinstance(value, str) and not one_line(value)):
            self._book.count(cells=1)
            self.cells[place] = value

    def put_text(self, place: Place, runs: Sequence[Run]) -> None:
        """Fill a cell with a text."""
        if sum(len(text) for text, _font in runs) > LONGEST_TEXT:
            raise TooLargeError
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
            self.hidden_rows,
            self.hidden_columns,
        )


_QUOTED = re.compile('"[^"]*"')
_OTHER_FILE = re.compile(r"(?<![\w\]\[.:])\[\d+\][^\[\]'!]*'?!|'(?:[^']|'')*'#|\bfile:/")
"""How a formula names another workbook: '[1]Sheet 1'!A1 in .xlsx, 'file:///C:/so.ods'#$Sheet1.A1 in .ods."""


def _external(draft: Draft) -> Iterator[Notice]:
    """What to tell of values that come from other files."""
    for place, formula in draft.formulas.items():
        if place in draft.cells and _OTHER_FILE.search(_QUOTED.sub('""', formula)):
            message = _("The value comes from another file and may be out of date.")
            remedy = _("Compare it with that file, then paste it here as a value.")
            yield Notice(*place, VERIFY, "external-link", message, remedy, formula, str(draft.cells[place]))


# ----------------------------------------------------------------------------------------------------------
# Older encodings
# ----------------------------------------------------------------------------------------------------------


def _in_unicode(draft: Draft) -> tuple[dict[Place, tuple[str, str]], list[Place]]:
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
        wrong = [place for place in places if encodings.recognise([texts[place]])]
        if not modern.isdisjoint(places) or (encoding and _header_in_unicode(texts, places, modern)):
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
            encodings.recognise([text]) for p in older for text in parts[p].values()
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


def _header_in_unicode(texts: Mapping[Place, str], places: Iterable[Place], modern: Iterable[Place]) -> bool:
    """Whether the first texts of a column, if they could be Unicode too, stand in rows that are Unicode."""
    rows = {row for row, _column in modern}
    header = itertools.takewhile(lambda place: encodings.may_be_unicode(texts[place]), places)
    return any(row in rows for row, _column in header)


def _mixed(draft: Draft, places: Iterable[Place]) -> Iterator[Notice]:
    """What to tell of texts in an older encoding among others in Unicode."""
    for place in places:
        message = _("This text is in an older encoding (TCVN3 or VNI), others in its column in Unicode.")
        remedy = _("Convert the cell to Unicode (with UniKey), or type it anew.")
        yield Notice(*place, ERROR, "encoding-mixed", message, remedy, str(draft.cells[place]))


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


def _split(text: str, separator: str) -> Draft | None:
    """The table by one separator; None if its lines differ in their number of fields, or have one only."""
    draft = Book().add("", typed=False, separator=separator)
    widths = set()
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row, line in enumerate(lines, 1):
            widths |= {len(line)} if any(line) else set()
            for column, value in enumerate(line, 1):
                draft.put((row, column), value)
    except csv.Error as error:
        if "limit" in str(error):
            raise TooLargeError from None
        return None
    return draft if len(widths) == 1 and max(widths) > 1 else None
