"""`data/tables.toml`: which tables offices send, with which columns, and what can stand in them.

The one place that says so. From it come the columns that intake looks for, the pandera schema that checks what was
read, the entry forms, and the data dictionary (Table Schema, https://specs.frictionlessdata.io/table-schema/).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from baocao.analysis.findings import ERROR, VERIFY, Findings
from baocao.analysis.intake import DTYPES, Column, Kind, RawTable
from baocao.analysis.vietnamese import fold, number, percent
from baocao.errors import InputError
from baocao.messages import Message, _

PLACE = "place"
PLACE_HEADERS = ("Xã, thị trấn", "Xã, phường, thị trấn", "Xã, phường", "Xã", "Phường", "Đơn vị")
"""How the column of units is headed, in whichever table."""

Names = tuple[str, ...]
_LEAD = re.compile(r"^(?:[-–+*•.\s]|\d{1,2}[.)]|[a-zđ]\))+\s*")
"""A number or a bullet before a line's name."""

_MONEYS = (
    "đồng",
    "nghìn đồng",
    "ngàn đồng",
    "triệu đồng",
    "tỷ đồng",
    "1.000 đồng",
    "1000 đồng",
    "1.000đ",
    "1000đ",
)
_MONEY = re.compile(rf"(?:đơn vị(?: tính)?|đvt)\s*:\s*({'|'.join(map(re.escape, _MONEYS))})")
"""A line, folded, that says in which unit of money a table is written."""


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Line(_Entry):
    """A row that a table must have: the text in its first column, what it counts in, and what it can be.

    `within` is another line of the table, of which this one is a part; `maximum` counts beside that of its column.
    """

    id: str
    name: str
    unit: str = ""
    within: str = ""
    maximum: int | None = None
    of_parts: bool = False


class TableColumn(_Entry):
    """A column: how it is headed, what it counts in, what it can be (data/tables.toml says what each field means)."""

    name: str
    headers: Names = Field(min_length=1, strict=False)
    kind: Kind
    unit: str = ""
    note: str = ""
    required: bool = True
    maximum: float | None = Field(default=None, strict=False)
    values: Names = Field(default=(), strict=False)
    unique: bool = False
    sum_of: Names = Field(default=(), strict=False)
    within: str = ""
    rate_of: Names = Field(default=(), strict=False)
    since: int = 0

    @property
    def title(self) -> str:
        """Its header without the upper levels, as a message names it."""
        return self.headers[0].rpartition(" > ")[2]


class Table(_Entry):
    """One table that offices send; `columns` do not count the one of units, which every table by place has.

    A table that is sent `instead` of all others holds figures that a unit added up by itself.
    """

    id: str
    file: str
    title: str
    heading: str = ""
    rows: Literal["place", "line", "record"]
    adds_up: bool = True
    instead: bool = False
    optional: bool = False
    columns: tuple[TableColumn, ...] = Field(strict=False)
    lines: tuple[Line, ...] = Field(default=(), strict=False)

    @property
    def sheet(self) -> str:
        """The name of its sheet in an entry form; Excel allows 31 characters."""
        return self.title[:31]

    @property
    def sought(self) -> list[Column]:
        """The columns as intake looks for them."""
        place = [Column(PLACE, PLACE_HEADERS, "place")] if self.rows == PLACE else []
        return place + [Column(c.name, c.headers, c.kind, c.required) for c in self.columns]

    def known_as(self, label: str) -> str:
        """What a row is called when it is looked for: of a line, its name without a number or bullet before it."""
        return _LEAD.sub("", fold(label)) if self.rows == "line" else label

    def named_lines(self, read: RawTable, findings: Findings) -> pd.Series:
        """The ids of a table's lines, row by row: each must be there once, and no other.

        A line is known by its name, whatever number or bullet stands before it.
        """
        label = self.sought[0].name
        ids = {fold(line.name): line.id for line in self.lines}
        found = read.frame[label].map(lambda text: ids.get(self.known_as(text)))
        names = "; ".join(line.name for line in self.lines)
        for i in found[found.isna()].index:
            message = _("It is not clear what the line “{line}” counts.", line=read.frame[label][i])
            findings.add(ERROR, "unknown-line", message, _("Use one of these names: {names}.", names=names),
                         **read.address(label, i))  # fmt: skip
        for line in self.lines if read.rows else ():
            if (times := int((found == line.id).sum())) != 1:
                message = _(
                    "The line “{line}” must be there once; it is there {times} times.",
                    line=line.name,
                    times=times,
                )
                remedy = _("Add the line that is missing, or remove the one that does not count.")
                findings.add(
                    ERROR,
                    "line-count",
                    message,
                    remedy,
                    file=read.sources[0].file,
                    sheet=read.sources[0].sheet,
                )
        return found

    def check_lines(self, read: RawTable, named: pd.Series, findings: Findings) -> None:
        """Add an error for each line, by its id in `named`, that is more than it can be."""
        figure = self.columns[-1].name
        rows = {line: i for i, line in named.dropna().items()}
        values = {line: read.frame[figure][i] for line, i in rows.items()}
        titles = {line.id: line.name for line in self.lines}
        for line in self.lines:
            value, whole = values.get(line.id, pd.NA), values.get(line.within, pd.NA)
            if not (pd.isna(value) or pd.isna(whole)) and value > whole:
                message = _said_part(line.name, value, titles[line.within], whole)
                findings.add(ERROR, "part-exceeds-whole", message, ASK_WHICH,
                             **read.address(figure, rows[line.id]))  # fmt: skip
            if line.maximum is not None and not pd.isna(value) and value > line.maximum:
                message = _said_above(line.name, value, line.maximum)
                findings.add(ERROR, "above-maximum", message, ASK, **read.address(figure, rows[line.id]))

    def check(self, read: RawTable, findings: Findings) -> None:
        """Add everything in which a table that was read breaks its schema, all at once, each with its cell."""
        self._check_money(read, findings)
        rules = {str(n): rule for n, rule in enumerate(_rules(self))}
        schema = pa.DataFrameSchema(
            {c.name: pa.Column(DTYPES[c.kind], nullable=True) for c in self.sought},
            checks=[pa.Check(rule.holds, name=name) for name, rule in rules.items()],
            strict=True,
            ordered=True,
        )
        try:
            schema.validate(read.frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            broken = [(error.check.name, error.check_output) for error in errors.schema_errors]
        else:
            return
        for name, holds in broken:
            rule = rules[name]
            for i in (i for i, held in enumerate(holds) if not held):
                where = read.address(rule.column, i)
                findings.add(rule.severity, rule.name, rule.said(read.frame.loc[i]), rule.remedy, **where)

    def _check_money(self, read: RawTable, findings: Findings) -> None:
        """Ask about amounts above which stands another unit of money than the one that they are read in."""
        for source in read.sources:
            stated = {found[1] for line in source.title if (found := _MONEY.search(fold(line)))}
            for column in self.columns:
                if column.name in source.letters and column.unit in _MONEYS and stated - {column.unit}:
                    message = _("The lines above say “{stated}”; the figures were read as {unit}.",
                                stated=", ".join(sorted(stated)), unit=column.unit)  # fmt: skip
                    findings.add(VERIFY, "other-measure", message, ASK, file=source.file, sheet=source.sheet,
                                 column=source.letters[column.name])  # fmt: skip


# ----------------------------------------------------------------------------------------------------------
# The file
# ----------------------------------------------------------------------------------------------------------


def load(
    path: Path, words: Mapping[str, str], year: int | None = None, *, has_parts: bool = True
) -> dict[str, Table]:
    """The tables of `data/tables.toml` by id, as they were asked for in a year, or with all columns of all years.

    `words` stand for what is in braces (`units.words_for`). A unit that has no parts is not asked for what only those
    that have them can know.

    Raises `InputError` naming the table and the field that cannot be used.
    """
    raw = _toml(path)
    tables: dict[str, Table] = {}
    for entry in raw.get("table", []):
        place = f"{path.name}, {entry.get('id', '?')}"
        given = [_expanded(column, path.parent, year) for column in entry.pop("column", [])]
        names = {key: [column["name"] for column in group] for key, group in given if key}
        for column in (column for _key, group in given for column in group):
            parts = column.get("sum_of", [])
            column["sum_of"] = [name for part in parts for name in names.get(part, [part])]
        lines = [
            line | {"name": line.get("name", "").format_map(words)}
            for line in entry.pop("line", [])
            if has_parts or not line.get("of_parts")
        ]
        columns = [column for _key, group in given for column in group]
        try:
            table = Table.model_validate_json(json.dumps(entry | {"columns": columns, "lines": lines}))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise _unusable(f"{place}: {field}", str(first["msg"])) from None
        _refuse_unknown_names(table, place)
        if table.id in tables:
            raise _unusable(place, f"id = “{table.id}”")
        tables[table.id] = table
    return tables


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unusable(
            path.name, str(error) if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        ) from None


def _expanded(column: Mapping[str, Any], folder: Path, year: int | None) -> tuple[str, list[dict[str, Any]]]:
    """A column's entry; one with `each` becomes a column for each entry of that file, under the file's name.

    What came only after the year is left out.
    """
    if "each" not in column:
        return "", [dict(column)] if year is None or column.get("since", 0) <= year else []
    shared = {name: value for name, value in column.items() if name != "each"}
    lists = (value for value in _toml(folder / column["each"]).values() if isinstance(value, list))
    entries = next(value for value in lists if isinstance(value[0], dict))
    note = shared.pop("note", "")
    return column["each"], [
        shared
        | {
            "name": e["id"],
            "headers": e["headers"],
            "note": f"{e['name']}: {note}",
            "since": e.get("since", 0),
        }
        for e in entries
        if year is None or e.get("since", 0) <= year
    ]


def _refuse_unknown_names(table: Table, place: str) -> None:
    names = [column.name for column in table.columns]
    for column in table.columns:
        for other in (*column.sum_of, *column.rate_of, *filter(None, [column.within])):
            if other not in names:
                raise _unusable(f"{place}, {column.name}", f"“{other}”")
    for line in table.lines:
        if line.within and line.within not in [other.id for other in table.lines]:
            raise _unusable(f"{place}, {line.id}", f"“{line.within}”")
    if len(set(names)) < len(names) or (table.rows == "line") != bool(table.lines):
        raise _unusable(place, ", ".join(names))


def _unusable(place: str, why: str) -> InputError:
    return InputError(
        _("{place}: not a table's entry: {why}", place=place, why=why),
        _("Compare with the other entries and with the explanation at the top of the file."),
    )


# ----------------------------------------------------------------------------------------------------------
# What must hold
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rule:
    """What must hold in every row: which column is at fault where it does not, how bad that is, what is said."""

    name: str
    column: str
    severity: str
    holds: Callable[[pd.DataFrame], pd.Series]
    said: Callable[[pd.Series], Message]
    remedy: Message


ASK = _("Ask the office that sent it, then correct the cell.")
ASK_WHICH = _("Ask the office that sent it which figure is right, then correct it.")


def _rules(table: Table) -> list[_Rule]:
    titles = {column.name: column.title for column in table.columns}
    return [rule for column in table.columns for rule in _rules_of(column, titles)]


def _rules_of(column: TableColumn, titles: Mapping[str, str]) -> Iterator[_Rule]:
    """The rules of one column; a figure that is missing breaks none."""
    name, (part, whole) = column.name, (column.rate_of or ("", ""))
    if column.maximum is not None:
        yield _Rule(
            "above-maximum", name, ERROR,
            lambda frame: _true_or_missing(frame[name] <= column.maximum),
            lambda row: _said_above(column.title, row[name], column.maximum or 0),
            ASK,
        )  # fmt: skip
    if column.values:
        shown = ", ".join(filter(None, column.values))
        yield _Rule(
            "value-unknown", name, ERROR,
            lambda frame: frame[name].isin(column.values) | frame[name].isna(),
            lambda row: _("“{value}” is none of the values of “{column}”.", value=row[name], column=column.title),
            _("Write one of: {names}.", names=shown),
        )  # fmt: skip
    if column.unique:
        yield _Rule(
            "line-count", name, ERROR,
            lambda frame: ~frame[name].map(fold, na_action="ignore").duplicated() | frame[name].isna(),
            lambda row: _("“{value}” stands there twice: it would be counted twice.", value=row[name]),
            _("Remove the row that does not count, or correct its name."),
        )  # fmt: skip
    if column.within:
        yield _Rule(
            "part-exceeds-whole", name, ERROR,
            lambda frame: _true_or_missing(frame[name] <= frame[column.within]),
            lambda row: _said_part(column.title, row[name], titles[column.within], row[column.within]),
            ASK_WHICH,
        )  # fmt: skip
    if column.sum_of:
        parts = list(column.sum_of)
        yield _Rule(
            "total-below-parts", name, ERROR,
            lambda frame: _true_or_missing(_sum(frame, parts) <= frame[name] + TOLERANCE),
            lambda row: _said_sum(column, row, parts), ASK_WHICH,
        )  # fmt: skip
        yield _Rule(
            "total-above-parts", name, VERIFY,
            lambda frame: _true_or_missing(_sum(frame, parts) >= frame[name] - TOLERANCE),
            lambda row: _said_sum(column, row, parts), ASK_WHICH,
        )  # fmt: skip
    if column.rate_of:
        yield _Rule(
            "rate-and-base", name, VERIFY,
            lambda frame: _true_or_missing(_rate_fits(frame[name], 100 * frame[part], frame[whole])),
            lambda row: _("“{column}” is {stated}, but {inner} of {outer} is {rate}.", column=column.title,
                          stated=percent(row[name]), inner=number(row[part]), outer=number(row[whole]),
                          rate=percent(100 * row[part] / row[whole])),
            ASK_WHICH,
        )  # fmt: skip


TOLERANCE = 1e-6
"""How far a sum of amounts may be off: binary fractions, not money."""
ROUNDED = 0.5
"""How far a percentage may be off: offices round to whole ones."""


def _true_or_missing(holds: pd.Series) -> pd.Series:
    return holds.fillna(True).astype(bool)


def _sum(frame: pd.DataFrame, parts: Sequence[str]) -> pd.Series:
    """The sum of some columns; missing where one of them is."""
    return frame[parts].sum(axis=1, min_count=len(parts), skipna=False)


def _said_above(title: str, value: Any, maximum: float) -> Message:
    return _("{value} is more than “{column}” can be ({maximum}).", value=number(value), column=title,
             maximum=number(maximum))  # fmt: skip


def _said_part(title: str, value: Any, whole: str, outer: Any) -> Message:
    return _("“{part}” is {inner}, more than “{whole}”, {outer}, of which it is a part.", part=title,
             inner=number(value), whole=whole, outer=number(outer))  # fmt: skip


def _said_sum(column: TableColumn, row: pd.Series, parts: Sequence[str]) -> Message:
    added = sum(row[part] for part in parts)
    return _("“{total}” is {stated}, but its {count} parts add up to {added}.", total=column.title,
             stated=number(row[column.name]), count=len(parts), added=number(added))  # fmt: skip


def _rate_fits(stated: pd.Series, hundredfold: pd.Series, whole: pd.Series) -> pd.Series:
    """Whether a percentage is that of its two numbers, as 33 or, as Excel stores it, as 0.33."""
    rate = hundredfold / whole.where(whole > 0)
    return ((stated - rate).abs() <= ROUNDED) | ((100 * stated - rate).abs() <= ROUNDED)
