"""Files as offices send them: every format becomes sheets of cells, and no file is ever modified.

`read_sheets` knows nothing of tables: which rows are a header and which are records is for `baocao.analysis.intake`.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from baocao.analysis.vietnamese import date_short, one_line
from baocao.errors import InputError, reason
from baocao.messages import Message, _

LARGEST_FILE = 50 * 2**20
LARGEST_CONTENT = 500 * 2**20
LARGEST_RATIO = 200
"""Bytes of a file, bytes of what a workbook unpacks to, and how many times larger that may be (if over 10 MiB)."""


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
    sheet opens in Excel. `notices` are what a reader of its cells must know of how they were read.
    """

    name: str
    cells: Mapping[tuple[int, int], object]
    merged: Sequence[tuple[int, int, int, int]] = ()
    separator: str = ""
    typed: bool = True
    hidden: bool = False
    notices: Sequence[Notice] = ()
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)

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
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return self.text(top, left)
        return self.text(row, column)


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a file; `InputError` naming it and what to do if it is missing, damaged or of another format."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            _("{file} is not in a format that can be read.", file=path.name),
            _("Save it as one of: {formats}.", formats=", ".join(_READERS)),
        )
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _too_large(path)
        if size == 0:
            raise _empty(path)
        return reader(path)
    except FileNotFoundError:
        raise InputError(
            _("The file {file} is missing.", file=path.name), _("Put the file there under exactly this name.")
        ) from None
    except OSError as error:
        raise InputError(
            _("{file} cannot be opened: {why}", file=path.name, why=reason(error)),
            _("Close it in other programs and check that you may read it."),
        ) from None


def _too_large(path: Path) -> InputError:
    return InputError(
        _("{file} is too large to be a table of figures.", file=path.name),
        _("Keep the sheet with the table only, without pictures, and save it again."),
    )


def _empty(path: Path) -> InputError:
    return InputError(
        _("{file} is empty.", file=path.name), _("Ask the office for the file again and put it in its place.")
    )


def _damaged(path: Path) -> InputError:
    return InputError(
        _("{file} is damaged, protected by a password, or not an Excel workbook.", file=path.name),
        _("Open it in Excel, take off the password and save it as .xlsx."),
    )


def _read_workbook(path: Path) -> list[Sheet]:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise _damaged(path) from None
    ratio = unpacked / max(path.stat().st_size, 1)
    if unpacked > LARGEST_CONTENT or (unpacked > 10 * 2**20 and ratio > LARGEST_RATIO):
        raise _too_large(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that hold no cell values
            written = load_workbook(path)
            formulas = any(c.data_type == "f" for s in written.worksheets for c in s._cells.values())
            stored = load_workbook(path, data_only=True) if formulas else written
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - on a damaged file openpyxl raises whatever its parts happen to raise
        raise _damaged(path) from None
    if not written.worksheets:
        raise _damaged(path)
    return [_workbook_sheet(*sheets) for sheets in zip(written.worksheets, stored.worksheets, strict=True)]


def _workbook_sheet(written: Any, stored: Any) -> Sheet:
    """One worksheet; `written` has the formulas, `stored` the values that Excel last computed from them."""
    cells: dict[tuple[int, int], object] = {}
    # `_cells` holds what is in the file; the public iterators make every cell up to the farthest, be it XFD1048576.
    for place, cell in written._cells.items():
        value = cell.value
        if cell.data_type == "f":
            result = stored._cells[place]
            empty_text = result.data_type == "str"  # how openpyxl leaves a stored ""
            value = NO_STORED_VALUE if result.value is None and not empty_text else result.value
        if value is NO_STORED_VALUE or (value is not None and one_line(str(value))):
            cells[place] = value
    merged = [(r.min_row, r.min_col, r.max_row, r.max_col) for r in written.merged_cells.ranges]
    return Sheet(str(written.title), cells, sorted(merged), hidden=written.sheet_state != "visible")


def _read_csv(path: Path) -> list[Sheet]:
    """The table in a CSV file, once for each separator that splits all its lines alike: the header will decide."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            _("{file} is not written in UTF-8.", file=path.name), _("Save it in Excel as CSV UTF-8.")
        ) from None
    if not one_line(text).strip(' ;,"'):
        raise _empty(path)
    sheets = []
    for separator in ";,\t":
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error:
            continue
        widths = {len(line) for line in lines if any(line)}
        if len(widths) == 1 and widths.pop() > 1:
            cells = {(r, c): v for r, line in enumerate(lines, 1) for c, v in enumerate(line, 1)}
            filled = {place: value for place, value in cells.items() if one_line(value)}
            sheets.append(Sheet("", filled, separator=separator, typed=False))
    if not sheets:
        raise InputError(
            _("The lines of {file} do not all have the same number of fields.", file=path.name),
            _("Separate fields by semicolons, and save it in Excel as CSV UTF-8."),
        )
    return sheets


_READERS: Mapping[str, Callable[[Path], list[Sheet]]] = {".xlsx": _read_workbook, ".csv": _read_csv}
