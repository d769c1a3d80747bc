"""Reading tables as offices send them: found by their headers, checked cell by cell, never modified.

`read_table` reads one table of a workbook or CSV file. Whatever it could not read, or read otherwise than it is
written, becomes a finding with file, sheet, row and column; only a file that cannot be opened raises. It knows
nothing of any subject: what to look for are the `Column`s it is given.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from openpyxl.utils import column_index_from_string, get_column_letter

from baocao.analysis.findings import ERROR, NOTE, VERIFY, Findings
from baocao.analysis.personal import kind_in_text, look
from baocao.analysis.sheets import NO_STORED_VALUE, Sheet, read_sheets
from baocao.analysis.units import Unit, match_part, suggest_part
from baocao.analysis.vietnamese import (
    SPREADSHEET_DIGITS,
    NotANumberError,
    deaccent,
    fold,
    number,
    one_line,
    parse_number,
)
from baocao.errors import MisuseError
from baocao.messages import Message, _

Kind = Literal["text", "count", "amount", "percent", "place"]
Dash = Literal["zero", "missing"]

DEFAULT_TOTALS = (
    "Tổng", "Tổng số", "Tổng cộng", "Cộng", "Chung", "Toàn tỉnh", "Toàn huyện", "Toàn thị xã", "Toàn thành phố",
    "Toàn xã", "Toàn phường",
)  # fmt: skip
"""What a row of totals is called; two may stand together ("Tổng cộng toàn huyện")."""

MANY_ROWS = 2**20
"""More rows than a sheet has."""
HEADER_ROWS = 4
SEARCHED_ROWS = 100
"""A header has at most so many rows, and begins within the first so many of its sheet."""
FOR_COMPARISON = "để đối chiếu"
"""What the top level of a header says above figures of another year, which are never read."""

DTYPES = {"text": "string", "place": "string", "count": "Int64", "amount": "Float64", "percent": "Float64"}
"""How a tidy table holds each kind."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OF_A_DOCUMENT = re.compile(r"kèm theo|căn cứ|\bsố\s*:|\bsố\s+\d*\s*/|\bngày\s.*\btháng\s.*\bnăm\b")
"""A line, folded, whose years are those of documents: a letter, a decree, the place and date of signing."""
_DASHES = frozenset("-–—−")
_FIGURE = re.compile(r"[-–—−]|\W*\d[\d.,\s]*")
_PLAIN_FIGURE = re.compile(r"-?[\d.]+(?:,\d+)?")
"""How a Vietnamese Excel writes figures to CSV."""
_THOUSANDS_OR_DECIMALS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_COLUMN_NUMBER = re.compile(r"\(?(\d{1,2})\)?(?:\s*=[\d=+\-/() ]+)?\)?")
_RUNNING_NUMBER = re.compile(r"\d{1,3}\.?")
_DITTO = frozenset(('"', "″", "”", "“", "''", "〃", "nt", "-nt-", "- nt -", "như trên"))
"""What stands for the text above, folded."""
_RUNNING_HEADER = re.compile(r"(?:s?tt|số tt|số thứ tự)\.?")
_NOT_A_QUANTITY = re.compile(rf"{_RUNNING_HEADER.pattern}|mã(?: .*)?\.?")
"""The header, folded, of a column whose numbers only number or name the rows."""
_LIKE_A_TOTAL = re.compile(
    r"\W*(?:tổng(?! (?:đài|cục|công ty)\b)|cộng(?! (?:đồng|tác)\b)|lũy kế"
    r"|toàn (?:tỉnh|huyện|thị xã|thành phố|xã|phường))\b"
)
"""How the label of a sum begins, folded; a longer word that begins with the same syllable is none (cộng đồng)."""
_SIGNATURE = re.compile(
    r"người (?:lập|báo cáo|tổng hợp)|lập biểu|phụ trách biểu|cán bộ thống kê|thủ trưởng|(?:phó )?giám đốc|kế toán"
    r"|xác nhận|nơi nhận|\(ký|(?:phó )?chủ tịch|trưởng phòng|(?:kt|tm|tl|tuq)\.|t/m|ghi chú:"
    r"|nguồn:|\*|.*\bngày\b.*\btháng\b.*\bnăm\b"
)
"""How a row under the table begins, folded: signatures, place and date, remarks."""


@dataclass(frozen=True)
class Column:
    """A column to look for.

    `headers` are the ways its header may be written, best first; levels of a header are joined by " > ", and upper
    levels may be left out. `kind`: "count" is a whole number from 0 on, "amount" and "percent" may have decimals,
    "place" is a unit below the reporting one, "text" is anything.
    """

    name: str
    headers: tuple[str, ...]
    kind: Kind
    required: bool = True

    @property
    def is_figure(self) -> bool:
        """Whether the column holds numbers."""
        return self.kind in ("count", "amount", "percent")


@dataclass(frozen=True, eq=False)
class Source:
    """Where a table was read: its file and sheet, the columns' letters and headers, and what stands above them.

    `letters` and `headers` are by the columns' names; a column that was not found is in neither. `title` are the
    lines above the table.
    """

    file: str
    sheet: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    title: tuple[str, ...] = ()

    def address(self, name: str, row: int) -> dict[str, Any]:
        """Where a cell of a column stands, as `Findings.add` takes it."""
        return {"file": self.file, "sheet": self.sheet, "row": row, "column": self.letters.get(name, "")}


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as it was read.

    `frame` has one row per record and one column per `Column`, in that order: "count" as Int64, "amount" and
    "percent" as Float64, "text" and "place" (the unit's code) as string; what is missing or wrong is NA. `origins`
    are the source and the row in its sheet (from 1) of each record; `sources` all that was read, and `elsewhere` says
    of figures that another source gave than the one of their record, by column and record, where they stand.
    """

    frame: pd.DataFrame
    origins: tuple[tuple[Source, int], ...]
    sources: tuple[Source, ...]
    elsewhere: Mapping[tuple[str, int], tuple[Source, int]] = field(default_factory=dict)

    def address(self, name: str, i: int) -> dict[str, Any]:
        """Where record `i` of column `name` stands, as `Findings.add` takes it."""
        source, row = self.elsewhere.get((name, i), self.origins[i])
        return source.address(name, row)

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the records in their sheets."""
        return tuple(row for _source, row in self.origins)


def read_table(
    path: Path,
    columns: Sequence[Column],
    findings: Findings,
    *,
    name: str = "",
    dash: Dash = "zero",
    parts: Sequence[Unit] | None = None,
    confirmed: Mapping[str, str] = {},
    require_all: bool = True,
    sheet: str | None = None,
    year: int | None = None,
    total_labels: Sequence[str] = DEFAULT_TOTALS,
    sums: bool = False,
) -> RawTable:
    """Read the table with these columns from a file that an office sent.

    `name` is how findings call the file. `dash` says what "-" means to this office. `parts` are the units that a
    "place" column may name, by names of their own or by those that a person `confirmed` (`units.load_confirmed`); with
    `require_all` each must have its row. `sheet` names the sheet if several fit; else `year` chooses among the sheets,
    and the columns, of several years. A table whose rows do not add up to anything has no `total_labels`. Totals are
    compared with the sum of the rows and left out. With `sums`, sums of cells that no program has computed yet are
    computed here, as for our own entry forms.

    Raises `InputError` if the file cannot be opened; all else becomes findings.
    """
    file = name or path.name
    label = _label(columns, parts)
    places = _Places(parts or (), confirmed)
    headers = _likeliest([_find_header(found, columns, year) for found in read_sheets(path)])
    under = [_rows_under(found, label, columns, total_labels, places) for found in headers]
    if _report_personal_data(headers, under, label, places, file, findings):
        return nothing(columns, file)
    header = _choose_sheet(headers, columns, sheet, year, file, findings)
    if header is None:
        return nothing(columns, file)
    reader = _Reader(header, findings, dash, places, file, sums)
    reader.report_missing_columns()
    read = [column for column in columns if column.name in header.places]
    rows = under[headers.index(header)]
    records = rows.records
    reader.report_notices(records, rows.totals)
    reader.report_rows(rows, label)
    reader.report_unread_columns(records)
    reader.report_merged_cells(read, records)
    reader.report_hidden(read, records, label)
    values: dict[str, list[Any]] = {column.name: [] for column in read}
    for row in records:
        for column in read:
            values[column.name].append(reader.value(column, row, is_label=column is label))
    reader.report_doubled_rows(label, records, values)
    for column in read:
        if column.kind == "place" and records:
            reader.report_places(column, records, values[column.name], require_all=require_all)
        elif column.is_figure:
            reader.report_blanks(column, records, values[column.name])
            reader.compare_totals(column, rows.totals, values[column.name])
    reader.report_empty_table(read, records)
    if total_labels and len(records) > 1 and not rows.totals and any(column.is_figure for column in read):
        reader.report_no_total()
    source = header.source(file)
    return RawTable(tidy(columns, values, len(records)), tuple((source, row) for row in records), (source,))


def _label(columns: Sequence[Column], parts: Sequence[Unit] | None) -> Column:
    """The column that tells rows apart: the first that holds no figures."""
    label = next((column for column in columns if not column.is_figure), None)
    if label is None:
        raise MisuseError(
            _("A table needs a column that tells its rows apart."),
            _("Declare a Column of kind 'text' or 'place'."),
        )
    if parts is None and any(column.kind == "place" for column in columns):
        raise MisuseError(
            _("A column of places needs to know which places there are."),
            _("Give the units, for example parts=units.parts(...)."),
        )
    return label


def _report_personal_data(
    headers: Sequence[_Header],
    under: Sequence[_Rows],
    label: Column,
    places: _Places,
    file: str,
    findings: Findings,
) -> bool:
    """Whether a file holds what identifies a person or a business; an error for each cell that does, without its text.

    Every sheet is looked at: its table as far as it goes and what looks like records below its end, or all of a sheet
    that holds none. Nothing else is said of such a file, because other findings show what stands in cells.
    """
    known = [name for part in places.parts for name in (part.name, part.full_name)]
    known += [*map(deaccent, known), *places.confirmed]
    remedy = _("Delete it from the file, or ask for another file: only counts may come in here.")
    seen = False
    for nth, (header, rows) in enumerate(zip(headers, under, strict=True), 1):
        if named := kind_in_text(header.sheet.name, known):
            message = _("The name of sheet {number} holds {kind}, which must not be in a report's files.",
                        number=nth, kind=named)  # fmt: skip
            findings.add(ERROR, "personal-data", message, _("Give the sheet another name."), file=file)
            return True
        end = min(rows.end, default=MANY_ROWS)
        within = [row for row, _column in header.sheet.cells if header.top <= row < end or not header.fits]
        within += rows.after_end
        found = look(header.sheet, within, known)
        for (
            row
        ) in rows.records:  # a number in place of a name is shown as text; Excel loses the zero before it
            at = header.places[label.name]
            text = header.sheet.text(row, at)
            if not isinstance(header.sheet.cells.get((row, at), ""), str) and (
                numbered := kind_in_text(text) or kind_in_text(f"0{text}")
            ):
                found.append((row, at, numbered))
        for row, column, kind in found:
            message = _("Here is {kind}, which must not be in a report's files.", kind=kind)
            place = {"sheet": header.sheet.name, "row": row, "column": get_column_letter(column)}
            findings.add(ERROR, "personal-data", message, remedy, file=file, **place)
            seen = True
    return seen


@dataclass(frozen=True)
class _Places:
    """The units that a column may name, and the names that a person confirmed for some of them."""

    parts: Sequence[Unit]
    confirmed: Mapping[str, str]

    def match(self, text: str) -> Unit | None:
        return match_part(text, self.parts, self.confirmed)


def nothing(columns: Sequence[Column], file: str) -> RawTable:
    """The table of a file that could not be read: all its columns, no rows."""
    return RawTable(tidy(columns, {}, 0), (), (Source(file),))


def tidy(columns: Sequence[Column], values: Mapping[str, Sequence[Any]], rows: int) -> pd.DataFrame:
    """Values by column as a frame of the columns' types; a column without values is missing throughout."""
    return pd.DataFrame(
        {c.name: pd.Series(values.get(c.name, [pd.NA] * rows), dtype=DTYPES[c.kind]) for c in columns}
    )


# ----------------------------------------------------------------------------------------------------------
# The header: which sheet, which rows, which columns
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Header:
    """The rows of a sheet that fit the columns best; `paths` are the headers there, `places` where each column is."""

    sheet: Sheet
    top: int
    bottom: int
    paths: Mapping[int, tuple[str, ...]]
    places: Mapping[str, int]
    missing: Sequence[Column]
    doubtful: Sequence[tuple[Column, Sequence[int]]]

    @property
    def fits(self) -> bool:
        return not self.missing and not self.doubtful

    def source(self, file: str) -> Source:
        """This place in a file."""
        return Source(
            file,
            self.sheet.name,
            {name: get_column_letter(at) for name, at in self.places.items()},
            {name: " > ".join(self.paths[at]) for name, at in self.places.items()},
            self.title,
        )

    @property
    def title(self) -> tuple[str, ...]:
        """The lines above the header, each with its cells from left to right."""
        rows: dict[int, list[str]] = {}
        for row, column in sorted(self.sheet.cells):
            if row < self.top:
                rows.setdefault(row, []).append(self.sheet.text(row, column))
        return tuple(" ".join(texts) for texts in rows.values())

    @property
    def years(self) -> set[int]:
        """The years that the sheet's name and title speak of; not that of a letter it was sent with."""
        return years_in(self.sheet.name, *self.title)

    @property
    def score(self) -> tuple[bool, int, int, int]:
        """The better header is larger: all required columns, then most columns, then topmost, then fewest rows.

        Topmost before fewest: a header repeated on the next page may have fewer rows than the first.
        """
        return self.fits, len(self.places), -self.bottom, self.top


def years_in(*lines: str) -> set[int]:
    """The years that the lines above a table speak of; the dates of documents are none."""
    about = (line for line in lines if not _OF_A_DOCUMENT.search(fold(line)))
    return {int(year) for line in about for year in _YEAR.findall(line)}


def _find_header(sheet: Sheet, columns: Sequence[Column], year: int | None) -> _Header:
    """The best header of a sheet: up to `HEADER_ROWS` rows whose edges cut through no merged range."""
    sought = {fold(header.split(" > ")[-1]) for column in columns for header in column.headers}
    texts = [(row, fold(sheet.text(row, column))) for row, column in sheet.cells if row <= SEARCHED_ROWS]
    holding = {row for row, text in texts if text in sought}
    spans = [
        (top, bottom)
        for top in sorted({max(row - above, 1) for row in holding for above in range(HEADER_ROWS)})
        for bottom in range(top, top + HEADER_ROWS)
        if not any(first < top <= last or first <= bottom < last for first, _l, last, _r in sheet.merged)
    ]
    if not spans:  # no header at all: the fullest row says best what is there instead
        fullest = max(Counter(row for row, _text in texts).items(), key=lambda item: item[1], default=(1, 0))[
            0
        ]
        spans = [(fullest, fullest)]
    headers = [_match(sheet, top, bottom, columns, year) for top, bottom in spans]
    return max(headers, key=lambda header: header.score)


def _match(sheet: Sheet, top: int, bottom: int, columns: Sequence[Column], year: int | None) -> _Header:
    """The columns that are found if the header is the rows from `top` to `bottom`."""
    under = {column for row, column in sheet.cells if top <= row <= bottom}
    for first, left, last, right in sheet.merged:
        if top <= first and last <= bottom:
            under.update(range(left, right + 1))
    paths = {column: _header_path(sheet, top, bottom, column) for column in sorted(under)}
    folded = {column: tuple(map(fold, path)) for column, path in paths.items()}
    found = {column: _fitting(column, folded, year) for column in columns}
    return _Header(
        sheet, top, bottom, paths,
        places={column.name: at[0] for column, at in found.items() if len(at) == 1},
        missing=[column for column, at in found.items() if not at and column.required],
        doubtful=[(column, at) for column, at in found.items() if len(at) > 1],
    )  # fmt: skip


def _header_path(sheet: Sheet, top: int, bottom: int, column: int) -> tuple[str, ...]:
    """The texts above a column from top to bottom; a cell merged over several rows counts once."""
    texts = [sheet.spread_text(row, column) for row in range(top, bottom + 1)]
    return tuple(text for text, before in zip(texts, ["", *texts], strict=False) if text and text != before)


def _fitting(column: Column, paths: Mapping[int, tuple[str, ...]], year: int | None) -> list[int]:
    """The sheet's columns that the first header with any fits; one that it fits whole, not by its end, is enough.

    Of columns under several years, that of `year`.
    """
    ours = {place: path for place, path in paths.items() if not _is_for_comparison(path)}
    for header in column.headers:
        wanted = tuple(fold(level) for level in header.split(" > "))
        ending = [place for place, path in ours.items() if path[-len(wanted) :] == wanted]
        if ending:
            whole = [place for place in ending if paths[place] == wanted]
            years = {place: years_in(*paths[place]) for place in ending}
            of_year = [place for place in ending if years[place] == {year}]
            if not whole and len(of_year) == 1 and all(years.values()):
                return of_year
            return whole or ending
    return []


def _is_for_comparison(path: Sequence[str]) -> bool:
    """Whether the figures under a header are of another year and stand there to be compared with."""
    return bool(path) and FOR_COMPARISON in fold(path[0])


def _likeliest(headers: Sequence[_Header]) -> Sequence[_Header]:
    """Of the ways to split a CSV file those that fit, if one does: split elsewhere, the same texts say other things."""
    return [header for header in headers if header.fits and header.sheet.separator] or headers


def _choose_sheet(
    headers: Sequence[_Header],
    columns: Sequence[Column],
    name: str | None,
    year: int | None,
    file: str,
    findings: Findings,
) -> _Header | None:
    """The sheet to read: the named one, else the visible one that fits, else the nearest visible one.

    Of sheets of several years, each of which says so, that of `year`. None, with a finding, if it is unclear: a sheet
    that fits may be last year's where another one nearly fits.
    """
    if name is not None:
        for header in headers:
            if header.sheet.name == name:
                return header
        names = ", ".join(header.sheet.name for header in headers)
        message = _("There is no sheet “{name}”; there are: {names}.", name=name, names=names)
        remedy = _("Rename the sheet, or name another one in the notebook.")
        findings.add(ERROR, "sheet-missing", message, remedy, file=file)
        return None
    visible = [header for header in headers if not header.sheet.hidden] or headers
    nearest = max(visible, key=lambda header: header.score)
    required = sum(column.required for column in columns)
    near = [header for header in visible if header.fits or 2 * len(header.missing) <= required]
    hidden = next((header.sheet.name for header in headers if header.fits and header.sheet.hidden), None)
    of_year = [header for header in near if year in header.years]
    if len(near) > 1 and len(of_year) == 1 and of_year[0].fits and all(header.years for header in near):
        return of_year[0]
    if len(near) > 1:
        names = ", ".join(header.sheet.name or file for header in near)
        message = _("Several sheets hold such a table, or nearly: {names}.", names=names)
        remedy = _(
            "Delete the sheets that do not count; if the table goes on from one to the next, put all its rows on one."
        )
        findings.add(ERROR, "sheet-doubtful", message, remedy, file=file)
        return None
    if hidden is not None and not nearest.fits:
        message = _("Only the hidden sheet “{name}” holds such a table; it was not read.", name=hidden)
        remedy = _("Unhide the sheet if it counts, delete it if it does not.")
        findings.add(ERROR, "sheet-hidden", message, remedy, file=file, sheet=hidden)
        return nearest if nearest in near else None
    return nearest


# ----------------------------------------------------------------------------------------------------------
# The rows: records, totals, and where the table ends
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rows:
    """The rows under a header by what they hold.

    `unclear` rows may be sums of other rows; `end` is the row at which the table ended, none if it is empty, and
    `after_end` are the rows below it that look like records all the same.
    """

    records: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    after_end: list[int] = field(default_factory=list)


def _split_rows(
    header: _Header,
    label: Column,
    columns: Sequence[Column],
    total_labels: Sequence[str],
    places: _Places,
) -> _Rows:
    """Tell records, totals and all else apart.

    The table ends at a row of signatures or remarks, at the header of another table, at a row without figures under
    the totals, and at an empty row after which nothing looks like a record.
    """
    sheet, at = header.sheet, header.places[label.name]
    named_or_counted = [at, *(header.places[column.name] for column in columns if column.is_figure)]
    filled = _filled_rows(header, at)
    like_records = {row for row in filled if _like_a_record(header, row, label, columns, places)}
    last = max(like_records, default=0)
    is_total = _total_pattern(total_labels)

    rows = _Rows()
    before = header.bottom
    for row, filled_places in filled.items():
        texts = {place: sheet.text(row, place) for place in filled_places}
        labels = [text for place, text in texts.items() if place <= at]
        after_gap = bool(rows.records) and row > before + 1
        under_totals = bool(rows.records and rows.totals) and rows.totals[-1] > rows.records[-1]
        over = row > last and (after_gap or under_totals)
        if _is_header_again(header, texts):
            before = row
            continue
        if rows.end:
            kind = rows.after_end if row in like_records else None
        elif row not in like_records and (
            over or _is_signature(texts.values()) or any(map(_is_running_header, texts.values()))
        ):
            kind = rows.end
        elif any(map(is_total, labels)):
            kind = rows.totals
        elif row in like_records and _like_a_total(labels) and not places.match(sheet.text(row, at)):
            kind = rows.unclear
        elif row in like_records or any(_says_something(texts.get(place, "")) for place in named_or_counted):
            kind = rows.records
        else:
            kind = None
        if kind is not None:
            kind.append(row)
            before = row
    return rows


def _rows_under(
    header: _Header,
    label: Column,
    columns: Sequence[Column],
    total_labels: Sequence[str],
    places: _Places,
) -> _Rows:
    """The rows under a header; none if the column is not there that tells them apart."""
    read = [column for column in columns if column.name in header.places]
    return _split_rows(header, label, read, total_labels, places) if label in read else _Rows()


def _filled_rows(header: _Header, label: int) -> dict[int, list[int]]:
    """The columns that hold something in each row under the header; without the row of column numbers."""
    filled: dict[int, list[int]] = {}
    for row, column in sorted(header.sheet.cells):
        if row > header.bottom:
            filled.setdefault(row, []).append(column)
    first = next(iter(filled), 0)
    if first and _is_column_numbers(header, first, label):
        del filled[first]
    return filled


def _like_a_record(
    header: _Header, row: int, label: Column, columns: Sequence[Column], places: _Places
) -> bool:
    """Whether a row has figures, names a unit, or has words in place of figures beside a running number."""
    sheet, at = header.sheet, header.places[label.name]
    if any(_like_a_figure(sheet.cells.get((row, o), "")) for o in header.places.values() if o != at):
        return True
    if label.kind == "place" and places.match(sheet.text(row, at)) is not None:
        return True
    counted = [header.places[column.name] for column in columns if column.is_figure]
    return any(_says_something(sheet.text(row, place)) for place in counted) and any(
        _RUNNING_NUMBER.fullmatch(sheet.text(row, place)) for place in range(1, at)
    )


def _total_pattern(labels: Sequence[str]) -> Callable[[str], bool]:
    if not labels:
        return lambda _text: False
    words = "|".join(re.escape(fold(label)) for label in sorted(labels, key=len, reverse=True))
    pattern = re.compile(rf"(?:{words})(?: (?:{words}))?\s*(?:\(.*\))?\s*:?")
    return lambda text: pattern.fullmatch(fold(text)) is not None


def _like_a_total(labels: Iterable[str]) -> bool:
    return any(_LIKE_A_TOTAL.match(fold(text)) for text in labels)


def _is_column_numbers(header: _Header, row: int, label: int) -> bool:
    """Whether a row under the header numbers all its columns, as forms do: (1), (2), (3) or A, B, 1, 2.

    The row after it must not go on counting: months 1, 2, 3 are records. Longer numbers are codes of places.
    """
    texts = [header.sheet.text(row, column) for column, path in header.paths.items() if path]
    numbers = [match[1] for text in texts if (match := _COLUMN_NUMBER.fullmatch(text))]
    letters = [text.strip("()") for text in texts[: len(texts) - len(numbers)]]
    return (
        (len(numbers) > 1 or len(texts) > 2)
        and [*letters, *numbers] == [*"ABCDEFGHIJ"[: len(letters)], *map(str, range(1, len(numbers) + 1))]
        and not re.fullmatch(r"\d{1,2}", header.sheet.text(row + 1, label))
    )


def _like_a_figure(value: object) -> bool:
    """Whether a cell may hold a figure; "" may not, nor what is plainly words."""
    return not isinstance(value, str) or _FIGURE.fullmatch(value.strip()) is not None


def _has_figure(value: object) -> bool:
    """Whether a cell holds a number, as such or as text; a dash or a date is none."""
    if isinstance(value, str):
        return _like_a_figure(value) and value.strip() not in _DASHES
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_signature(texts: Iterable[str]) -> bool:
    return any(_SIGNATURE.match(fold(text)) for text in texts)


def _is_header_again(header: _Header, texts: Mapping[int, str]) -> bool:
    """Whether a row only says what the header says, as on the next page."""
    return all(fold(text) in map(fold, header.paths.get(place, ())) for place, text in texts.items())


def _is_running_header(text: str) -> bool:
    """Whether a text heads a column that numbers the rows: under a header, that of another table."""
    return _RUNNING_HEADER.fullmatch(fold(text)) is not None


def _says_something(text: str) -> bool:
    """Whether a text says anything; rows of dots stand for rows not shown."""
    return not re.fullmatch(r"[.…\s]*", text)


# ----------------------------------------------------------------------------------------------------------
# The cells: values, findings, totals
# ----------------------------------------------------------------------------------------------------------


NOTHING_TO_DO = _("Nothing needs to be done.")
OPEN_AND_SAVE = _("Open the file in Excel and save it again.")


class _Reader:
    """Reads the cells under a header and notes what it finds in them."""

    def __init__(
        self, header: _Header, findings: Findings, dash: Dash, places: _Places, file: str, sums: bool
    ) -> None:
        self._header = header
        self._sheet = header.sheet
        self._findings = findings
        self._dash = dash
        self._places = places
        self._file = file
        self._sums = sums
        self._blanks: set[tuple[str, int]] = set()
        self._above: dict[str, str] = {}
        """The last text of each column, which a ditto mark repeats."""
        self._unreadable: set[str] = set()

    def add(
        self,
        severity: str,
        rule: str,
        message: Message,
        remedy: Message,
        column: Column | None = None,
        row: int | None = None,
        before: object = "",
        after: object = "",
    ) -> None:
        """Note a finding on this sheet; a column with an error in a cell has no sum to compare."""
        if column and row and severity == ERROR:
            self._unreadable.add(column.name)
        letter = get_column_letter(self._header.places[column.name]) if column else ""
        self._findings.add(
            severity, rule, message, remedy, file=self._file, sheet=self._sheet.name, row=row, column=letter,
            before=before, after=after,
        )  # fmt: skip

    def value(self, column: Column, row: int, *, is_label: bool = False) -> Any:
        """The value of a cell as the frame holds it; NA, with a finding, where there is none to be had."""
        place = self._header.places[column.name]
        cell = self._sheet.cells.get((row, place))
        if cell is NO_STORED_VALUE and self._sums:
            cell = _summed(self._sheet, row, place)
        if cell is NO_STORED_VALUE:
            message = _("The formula has no stored value.")
            self.add(ERROR, "formula-without-value", message, OPEN_AND_SAVE, column, row)
        elif column.is_figure:
            return self._figure(column, row, cell)
        elif cell is None and (is_label or column.kind == "place"):
            message = _("The row has figures but no name.")
            self.add(ERROR, "label-blank", message, _("Enter what they are for."), column, row)
        elif column.kind == "place":
            return self._place(column, row, cell)
        else:
            return self._text(column, row, cell)
        return "" if column.kind == "text" else pd.NA

    def _text(self, column: Column, row: int, cell: object) -> str:
        text = self._sheet.text(row, self._header.places[column.name])
        if fold(text) in _DITTO:
            return self._repeated(column, row, text)
        self._above[column.name] = text or self._above.get(column.name, "")
        if isinstance(cell, str) and cell != text:
            message = _("Spaces or letters of the text were put in order.")
            self.add(NOTE, "text-tidied", message, NOTHING_TO_DO, column, row, cell, text)
        return text

    def _repeated(self, column: Column, row: int, mark: str) -> str:
        """The text above a ditto mark: the nearest one, for a row that only heads others has none."""
        above = self._above.get(column.name, "")
        if above:
            message = _("It stands for the text above it.")
            self.add(NOTE, "ditto", message, NOTHING_TO_DO, column, row, mark, above)
        else:
            message = _("“{value}” stands for the text above it, but there is none.", value=mark)
            self.add(ERROR, "ditto", message, _("Write the text in full."), column, row, mark)
        return above

    def _place(self, column: Column, row: int, cell: object) -> Any:
        """The code of the unit that a cell names."""
        text = self._sheet.text(row, self._header.places[column.name])
        unit = self._places.match(text)
        if unit is None:
            near = [part.full_name for part in suggest_part(text, self._places.parts)]
            self.add(
                ERROR, "place-unknown",
                _("“{value}” is none of the {count} units expected.", value=text, count=len(self._places.parts)),
                _("Perhaps it is: {names}. Correct the name.", names=", ".join(near)) if near
                else _("Write one of: {names}.", names=", ".join(part.full_name for part in self._places.parts)),
                column, row, cell,
            )  # fmt: skip
            return pd.NA
        if text not in (unit.name, unit.full_name, unit.title_name, unit.code):
            rule = "place-code" if text.isdigit() else "place-spelling"
            message = _("It was read as {unit}.", unit=unit.full_name)
            self.add(NOTE, rule, message, NOTHING_TO_DO, column, row, cell, unit.code)
        return unit.code

    def _figure(self, column: Column, row: int, cell: object) -> Any:
        text = one_line(str(cell)) if isinstance(cell, str) else ""
        if text in _DASHES:
            return self._read_dash(column, row, text)
        if cell is None:
            self._blanks.add((column.name, row))
            return pd.NA
        figure = self._parsed(column, row, cell)
        return pd.NA if figure is None else self._checked(column, row, figure)

    def _read_dash(self, column: Column, row: int, dash: str) -> Any:
        """What a dash means to this office; it is asked about if it means a missing figure."""
        remedy = _("If the office means something else by it, change “dash” in report.toml.")
        if self._dash == "zero":
            self.add(NOTE, "dash", _("“-” was read as 0."), remedy, column, row, dash, 0)
            return 0
        self.add(VERIFY, "dash", _("“-” was read as a missing figure."), remedy, column, row, dash)
        return pd.NA

    def _parsed(self, column: Column, row: int, cell: object) -> int | float | None:
        """The number in a cell that is not empty; None, with a finding, if it is not one number."""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return cell
        if not isinstance(cell, str):
            text = self._sheet.text(row, self._header.places[column.name])
            message = _("“{value}” is a date, a time, or TRUE or FALSE, and no figure.", value=text)
            remedy = _(
                "Excel makes a date of 1/2: ask what was typed, and type the figure in a cell of the format Number."
            )
            self.add(ERROR, "not-a-number", message, remedy, column, row, text)
            return None
        try:
            figure = parse_number(cell.rstrip().removesuffix("%") if column.kind == "percent" else cell)
        except NotANumberError as error:
            text = self._sheet.text(row, self._header.places[column.name])
            self.add(
                ERROR, "not-a-number", _("“{value}” cannot be read as a figure: {why}.", value=text, why=error.reason),
                _("Write the figure alone, as 1234, 1.234 or 12,5."), column, row, text,
            )  # fmt: skip
            return None
        if self._sheet.typed or not _PLAIN_FIGURE.fullmatch(str(cell)):
            message = _("A figure written as text; a sum in Excel leaves it out.")
            self.add(NOTE, "number-as-text", message, NOTHING_TO_DO, column, row, cell, _plain(figure))
        if (
            self._sheet.separator == ","
            and column.kind == "amount"
            and _THOUSANDS_OR_DECIMALS.fullmatch(one_line(str(cell)))
        ):
            message = _("Read as {figure}; in a file separated by commas the dot may stand before decimals.",
                        figure=number(figure))  # fmt: skip
            remedy = _("Compare with the office's figure; save as CSV separated by semicolons to be sure.")
            self.add(VERIFY, "thousands-or-decimals", message, remedy, column, row, cell, _plain(figure))
        return figure

    def _checked(self, column: Column, row: int, figure: float) -> Any:
        """The figure if it can be one of its kind."""
        problem = None
        if figure < 0:
            problem = "negative", _("The figure is below zero.")
        elif column.kind == "count" and not float(figure).is_integer():
            problem = "fraction", _("A count has no decimals.")
        elif column.kind == "count" and figure >= 10**SPREADSHEET_DIGITS:
            problem = "too-large", _("No count is that large.")
        if problem:
            remedy = _("Ask the office that sent it, then correct the cell.")
            self.add(ERROR, *problem, remedy, column, row, _plain(figure))
            return pd.NA
        return int(figure) if column.kind == "count" else float(figure)

    def report_rows(self, rows: _Rows, label: Column) -> None:
        """An error if rows below the end look like records, or if there are none; one for each unclear row."""
        if rows.after_end:
            (end,), row = rows.end, rows.after_end[0]
            text = self._text_of_end(end)
            self.add(
                ERROR, "rows-after-end",
                _("The table ended at row {end} (“{text}”), but row {row} still has figures.",
                  end=end, text=text, row=row),
                _("Remove row {end} or move it under the table; move what belongs to no table to another sheet.",
                  end=end),
                label, row, self._first_text(row),
            )  # fmt: skip
        elif self._ends_doubtfully(rows, label):
            text = self._text_of_end(rows.end[0])
            message = _("The table was taken to end at row {end} (“{text}”), after an empty row.",
                        end=rows.end[0], text=text)  # fmt: skip
            remedy = _("If the row belongs to the table, remove the empty row above it.")
            self.add(VERIFY, "end-doubtful", message, remedy, label, rows.end[0], text)
        elif not rows.records and self._header.fits:
            remedy = _(
                "Compare with last year's file; if there was nothing, write one row that says so, with zeros."
            )
            self.add(ERROR, "no-rows", _("There are no rows under the header."), remedy)
        for row in rows.unclear:
            text = self._first_text(row)
            self.add(
                ERROR, "row-unclear", _("“{text}” may be a sum of other rows or a row of its own.", text=text),
                _("Remove the row if it is a subtotal; if it is the total, write “Tổng cộng” alone."),
                label, row, text,
            )  # fmt: skip

    def _ends_doubtfully(self, rows: _Rows, label: Column) -> bool:
        """Whether a table of texts ended, without a total, at what may be a row whose figures are all missing."""
        texts = [self._sheet.text(rows.end[0], place) for place in self._header.paths] if rows.end else []
        return (
            label.kind == "text"
            and max(rows.totals, default=0) < max(rows.records, default=0)
            and any(self._sheet.text(row, self._header.places[label.name]) for row in rows.end)
            and not _is_signature(texts)
        )

    def _first_text(self, row: int) -> str:
        """What a row begins with, after its running number."""
        texts = [self._sheet.text(row, column) for r, column in sorted(self._sheet.cells) if r == row]
        return next((text for text in texts if not _RUNNING_NUMBER.fullmatch(text)), texts[0])

    def _text_of_end(self, row: int) -> str:
        """What the row begins with at which the table ended; officials sign there, whose names are not repeated."""
        text = self._first_text(row)
        return "…" if kind_in_text(text) else text

    def report_unread_columns(self, records: Sequence[int]) -> None:
        """One finding for each column with a header and figures that is none of those sought."""
        for place, path in self._header.paths.items() if self._header.fits else ():
            cells = [self._sheet.cells.get((row, place)) for row in records]
            if (
                path
                and place not in self._header.places.values()
                and not _is_for_comparison(path)
                and not _NOT_A_QUANTITY.fullmatch(fold(path[-1]))
                and any(map(_has_figure, cells))
            ):
                letter = get_column_letter(place)
                message = _("Column {letter}, “{header}”, has figures, but is not read.",
                            letter=letter, header=" > ".join(path))  # fmt: skip
                remedy = _("If they count, correct its header or add the column in the notebook.")
                self._findings.add(
                    VERIFY, "unread-column", message, remedy, file=self._file, sheet=self._sheet.name,
                    column=letter,
                )  # fmt: skip

    def report_missing_columns(self) -> None:
        """One error for each required column that was not found, and for each that several headers fit."""
        found = "; ".join(" > ".join(path) for path in self._header.paths.values()) or "-"
        for column in self._header.missing:
            self.add(
                ERROR, "column-missing",
                _("There is no column “{header}”; the headers found are: {found}.",
                  header="”, “".join(column.headers), found=found),
                _("Correct the header in the file, or add its wording to the column's headers."),
            )  # fmt: skip
        for column, places in self._header.doubtful:
            self.add(
                ERROR, "column-doubtful",
                _("Several columns may be “{header}”: {letters}.", header=column.headers[0],
                  letters=", ".join(map(get_column_letter, places))),
                _("Give the column's header with its upper levels, joined by “>”."),
            )  # fmt: skip

    def report_merged_cells(self, columns: Sequence[Column], records: Sequence[int]) -> None:
        """An error for each merged range that would give one value to several records or figures."""
        message = _("Merged cells: it is not clear what the value is for.")
        remedy = _("Unmerge them and fill in each cell.")
        for top, left, bottom, right in self._sheet.merged:
            if not any(top <= row <= bottom for row in records):
                continue
            for column in columns:
                if left <= self._header.places[column.name] <= right and (column.is_figure or bottom > top):
                    self.add(ERROR, "merged-cells", message, remedy, column, top)

    def report_hidden(self, columns: Sequence[Column], records: Sequence[int], label: Column) -> None:
        """Something to verify for each row and column that is read, but not seen on opening the file.

        They count: a filter that somebody forgot must not make a total smaller. What was hidden because it is not to
        count must be deleted.
        """
        remedy = _("Delete it if it is not to count; if it is, unhide it.")
        for row in records:
            if row in self._sheet.hidden_rows:
                message = _("The row is hidden, or filtered out; it was read and counts.")
                self.add(VERIFY, "hidden", message, remedy, label, row)
        for column in columns:
            place = self._header.places[column.name]
            if any(first <= place <= last for first, last in self._sheet.hidden_columns):
                self.add(VERIFY, "hidden", _("The column is hidden; it was read and counts."), remedy, column)

    def report_doubled_rows(
        self, label: Column, records: Sequence[int], values: Mapping[str, Sequence[Any]]
    ) -> None:
        """Something to verify for each row of text and figures that says nothing else than one above it."""
        first: dict[tuple[str, ...], int] = {}
        for row, *cells in zip(records, *values.values(), strict=True):
            if label.kind == "place" or not any(isinstance(cell, int | float) for cell in cells):
                continue
            before = first.setdefault(tuple(map(str, cells)), row)
            if before != row:
                message = _("Rows {first} and {second} say the same.", first=before, second=row)
                remedy = _("Delete one of them if it was entered twice.")
                self.add(VERIFY, "row-doubled", message, remedy, label, row, self._first_text(row))

    def report_places(
        self, column: Column, records: Sequence[int], codes: Sequence[Any], *, require_all: bool
    ) -> None:
        """An error for each unit that has two rows, and for each that has none."""
        first: dict[str, int] = {}
        names = {part.code: part.full_name for part in self._places.parts}
        for row, code in zip(records, codes, strict=True):
            if code in first:
                self.add(
                    ERROR, "place-doubled",
                    _("{unit} has two rows: {first} and {second}.", unit=names[code], first=first[code], second=row),
                    _("Delete the row that does not count, or correct its name."), column, row,
                )  # fmt: skip
            elif code is not pd.NA:
                first[code] = row
        for code, name in names.items():
            if require_all and code not in first:
                remedy = _("Add its row; write 0 where there is nothing to count.")
                message = _("{unit} has no row.", unit=name)
                self.add(ERROR, "place-missing", message, remedy, column, after=code)

    def report_blanks(self, column: Column, records: Sequence[int], values: Sequence[Any]) -> None:
        """One finding for each blank figure, or a note if the whole column is blank.

        Nothing reported is not zero reported: where a column has both, a note says how each was read.
        """
        blank = [row for row in records if (column.name, row) in self._blanks]
        if len(records) > 1 and len(blank) == len(records):
            remedy = _(
                "Ask the office whether it has these figures; enter 0 where there was nothing to count."
            )
            self.add(NOTE, "column-empty", _("The column is empty: its figures are missing."), remedy, column)
            return
        for row in blank:
            remedy = _("Enter it; enter 0 if there was nothing to count.")
            self.add(VERIFY, "blank", _("The figure is missing."), remedy, column, row)
        zeros = sum(value is not pd.NA and value == 0 for value in values)
        if blank and zeros:
            message = _("{blank} cells are blank and {zeros} hold 0: blank was read as missing, not as 0.",
                        blank=len(blank), zeros=zeros)  # fmt: skip
            remedy = _("Ask the office what it leaves blank; enter 0 where there was nothing to count.")
            self.add(NOTE, "blank-beside-zero", message, remedy, column)

    def report_empty_table(self, columns: Sequence[Column], records: Sequence[int]) -> None:
        """Ask about a table without a single figure: a form that was sent before it was filled in."""
        figures = [column for column in columns if column.is_figure]
        if len(records) > 1 and figures and len(self._blanks) == len(figures) * len(records):
            remedy = _(
                "Ask the office for the table again, filled in; enter 0 where there was nothing to count."
            )
            self.add(VERIFY, "table-empty", _("The table holds no figure at all."), remedy)

    def compare_totals(self, column: Column, totals: Sequence[int], values: Sequence[Any]) -> None:
        """Compare each stored total of a column with the sum of its records.

        Parts above their total cannot be; a total above its parts may have a remainder that the sheet does not show.
        """
        if column.name in self._unreadable:
            return
        added = math.fsum(value for value in values if value is not pd.NA)
        for row in totals:
            if (row, self._header.places[column.name]) not in self._sheet.cells:
                continue
            stated = self.value(column, row)
            if stated is pd.NA or math.isclose(stated, added, abs_tol=1e-6):
                continue
            below = added > stated
            self.add(
                ERROR if below else VERIFY, "total-below-parts" if below else "total-above-parts",
                _("The total is {stated}, the rows add up to {added}.", stated=number(stated), added=number(added)),
                _("Ask the office that sent it which is right, then correct the row or the total."),
                column, row, _plain(stated), _plain(added),
            )  # fmt: skip

    def report_no_total(self) -> None:
        """A note that there was nothing to check the rows with."""
        message = _("There is no total row: the rows could not be checked against a total.")
        remedy = _("Add the total if the office has one; otherwise nothing needs to be done.")
        self.add(NOTE, "no-total", message, remedy)

    def report_notices(self, records: Sequence[int], totals: Sequence[int]) -> None:
        """What is to be told of cells of the header, the records and the totals that are read."""
        rows = {*range(self._header.top, self._header.bottom + 1), *records, *totals}
        for notice in self._sheet.notices:
            if notice.row in rows and notice.column in self._header.places.values():
                self._findings.add(
                    notice.severity, notice.rule, notice.message, notice.remedy, file=self._file,
                    sheet=self._sheet.name, row=notice.row, column=get_column_letter(notice.column),
                    before=notice.before, after=notice.after,
                )  # fmt: skip


_SUM = re.compile(r"=SUM\((.+)\)")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


def _summed(sheet: Sheet, row: int, column: int) -> object:
    """What a formula that no program has computed comes to, if it is a sum of cells that hold numbers or nothing."""
    formula = _SUM.fullmatch(sheet.formulas.get((row, column), ""))
    ranges = [_RANGE.fullmatch(part.strip()) for part in re.split("[,;]", formula[1])] if formula else [None]
    values: list[object] = []
    for match in ranges:
        if match is None:
            return NO_STORED_VALUE
        top, bottom = int(match[2]), int(match[4] or match[2])
        left, right = (column_index_from_string(match[n] or match[1]) for n in (1, 3))
        values += [v for (r, c), v in sheet.cells.items() if top <= r <= bottom and left <= c <= right]
    numbers = [value for value in values if isinstance(value, int | float)]
    return math.fsum(numbers) if len(numbers) == len(values) else NO_STORED_VALUE


def _plain(figure: float) -> str:
    """A figure as a finding keeps it: 1250, 12,5."""
    return number(figure).replace(".", "")
