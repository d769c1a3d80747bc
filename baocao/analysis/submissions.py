"""Many files, one table: what communes and bodies sent, put together, and who has not sent.

A table comes as one file (`truyen-thong.xlsx`), as a folder of files (`truyen-thong/...`), or in entry forms
(`bieu-nhap.xlsx`, `bieu-nhap/...`), which hold several tables. Nothing is taken twice: a second file of the same
commune counts only where `report.toml` says which one it replaces, and where two bodies give one figure, it says whose
counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from baocao.analysis import intake
from baocao.analysis.findings import ERROR, NOTE, VERIFY, Findings
from baocao.analysis.intake import RawTable, Source
from baocao.analysis.personal import kind_in_text
from baocao.analysis.settings import Intake
from baocao.analysis.sheets import Sheet, read_sheets
from baocao.analysis.tables import Table
from baocao.analysis.units import Unit
from baocao.analysis.vietnamese import deaccent
from baocao.errors import InputError
from baocao.messages import _

FORMS = "bieu-nhap"
"""The name of entry forms (`pipeline.py form`) that came back."""
NOT_SHEETS = ("report.toml", "narrative.md", "don-vi.csv")
"""Files of a year's folder that hold no table."""


def without_names(sent: Mapping[str, Path], parts: Sequence[Unit], findings: Findings) -> dict[str, Path]:
    """The files whose own names, and their folders', name no person; an error, without that name, for the others.

    Every finding of a file shows what it is called.
    """
    known = [name for part in parts for name in (part.name, part.full_name)]
    known += [*map(deaccent, known)]
    named = {}
    for name in sent:
        path = PurePosixPath(name)
        words = [re.sub(r"[_-]+", " ", part) for part in (*path.parts[:-1], path.stem)]
        if kind := next(filter(None, (kind_in_text(text, known) for text in words)), None):
            named[name] = kind
    for name, kind in named.items():
        message = _(
            "The name of a file, or of a folder it is in, holds {kind}; the file was not read.", kind=kind
        )
        remedy = _("Give the file another name, for example that of the unit that sent it.")
        table = _stem(name) if "/" in name and not kind_in_text(_stem(name), known) else ""
        findings.add(ERROR, "personal-data", message, remedy, file=table and f"{table}/")
    return {name: path for name, path in sent.items() if name not in named}


def gather(
    sent: Mapping[str, Path],
    table: Table,
    findings: Findings,
    *,
    choices: Intake,
    parts: Sequence[Unit],
    confirmed: Mapping[str, str],
    year: int,
) -> RawTable:
    """One table from all files in which it was sent.

    `sent` are the files of the unit and year by their names in its folder, `parts` the units that must have a row,
    `confirmed` names of theirs (`units.load_confirmed`). A unit that has not sent is named, and its figures are
    missing. An optional table that nobody sent, or filled in, has no rows. A file that cannot be read is an error like
    any other: all that is wrong with all files is found at once.
    """
    files = _files(sent, table)
    reading = (choices, parts, confirmed, year)
    if table.optional:
        files = {n: path for n, path in files.items() if not _left_blank(n, path, table, *reading)}
        if not files:
            return intake.nothing(table.sought, table.file)
    if not files:
        folder = f"{table.file}/"
        message = _("The table “{title}” was not sent: there is no {file} and no folder {folder}.",
                    title=table.title, file=f"{table.file}.xlsx", folder=folder)  # fmt: skip
        findings.add(
            ERROR,
            "file",
            message,
            _("Put the file there under exactly this name."),
            file=f"{table.file}.xlsx",
        )
        return intake.nothing(table.sought, table.file)
    files = _without_replaced(files, choices.replaces, findings)
    alone = len(files) == 1 and "/" not in next(iter(files))
    read = [
        (name, _read(name, path, table, findings, *reading, require_all=alone))
        for name, path in files.items()
    ]
    if alone:
        return read[0][1]
    if table.rows == "record":
        return _below_each_other(table, [raw for _name, raw in read])
    return _merged(table, _by_source(read, choices.sources.get(table.file, ()), table.file), parts, findings)


def was_sent(sent: Mapping[str, Path], table: Table) -> bool:
    """Whether some file holds a table."""
    return bool(_files(sent, table))


def report_unread(sent: Mapping[str, Path], tables: Collection[Table], findings: Findings) -> None:
    """One finding for each file, and each sheet of an entry form, that belongs to no table and may hold figures.

    It may be what somebody thinks was counted.
    """
    known = {table.file for table in tables} | {FORMS}
    titles = [table.sheet for table in tables]
    for name, path in sent.items():
        if name not in NOT_SHEETS and _stem(name) not in known:
            message = _("The file belongs to no table and was not read.")
            remedy = _("Name it, or the folder it is in, like its table: {names}; or take it out of the folder.",
                       names=", ".join(sorted(known)))  # fmt: skip
            findings.add(VERIFY, "unread-file", message, remedy, file=name)
        for sheet in _sheets(path) if _stem(name) == FORMS else ():
            counts = any(isinstance(value, int | float) for value in sheet.cells.values())
            if sheet.name not in titles and counts and not kind_in_text(sheet.name):
                message = _("The sheet is called like no table of the form and was not read.")
                remedy = _("If it counts, name it as it was called: {names}.", names="; ".join(titles))
                findings.add(VERIFY, "unread-sheet", message, remedy, file=name, sheet=sheet.name)


def report_settings(
    sent: Mapping[str, Path], tables: Iterable[Table], choices: Intake, findings: Findings
) -> None:
    """What is wrong with the names under [intake.replaces] and [intake.sources], which would change nothing.

    A body that is named and has sent nothing may be late, or its files are called otherwise: that is a question.
    """
    by_file = {table.file: table for table in tables}
    files = [_files(sent, table) for table in by_file.values()]
    for new, old in choices.replaces.items():
        missing = next((name for name in (new, old) if name not in sent), "")
        if missing:
            message = _(
                "{new} is to replace {old}, but there is no {missing}.", new=new, old=old, missing=missing
            )
        elif _goes_round(new, choices.replaces):
            message = _("{new} is to replace {old}, which is to replace it in turn.", new=new, old=old)
        elif not any(new in those and old in those for those in files):
            message = _("{new} is to replace {old}, but no table is in both.", new=new, old=old)
        else:
            continue
        remedy = _("Correct the names under [intake.replaces] in report.toml.")
        findings.add(ERROR, "replaces-nothing", message, remedy, file="report.toml")
    for name, bodies in choices.sources.items():
        table = by_file.get(name)
        if table is None or table.rows == "record":
            message = _(
                "No figure of “{name}” can come from two bodies, or there is no such table.", name=name
            )
            names = ", ".join(table.file for table in by_file.values() if table.rows != "record")
            remedy = _("Under [intake.sources] in report.toml there may be: {names}.", names=names)
            findings.add(ERROR, "sources-unknown", message, remedy, file="report.toml")
            continue
        called = {part for file in _files(sent, table) for part in _called(file, name)}
        for body in bodies:
            if body not in called:
                message = _("“{body}” has sent no “{title}”: no file or folder is called so.",
                            body=body, title=table.title)  # fmt: skip
                remedy = _("Ask for it, or correct the name under [intake.sources] in report.toml.")
                findings.add(VERIFY, "not-sent", message, remedy, file=f"{name}/")


def _called(file: str, folder: str) -> list[str]:
    """The names by which a file may be known as somebody's: its own and those of its folders."""
    path = PurePosixPath(file)
    return [part for part in (*path.parts[:-1], path.stem) if part != folder]


def _stem(name: str) -> str:
    """What a file belongs to by its name: its folder, or its name without the ending."""
    path = PurePosixPath(name)
    return path.parts[0] if len(path.parts) > 1 else path.stem


def _files(sent: Mapping[str, Path], table: Table) -> dict[str, Path]:
    """The files that hold a table."""
    return {
        name: path
        for name, path in sent.items()
        if _stem(name) == table.file or (_stem(name) == FORMS and _has_sheet(path, table.sheet))
    }


def _has_sheet(path: Path, sheet: str) -> bool:
    found = _sheets(path)
    return not found or any(each.name == sheet for each in found)


def _sheets(path: Path) -> list[Sheet]:
    """The sheets of a file; none if it cannot be read: reading a table from it will say what is wrong with it."""
    try:
        return read_sheets(path)
    except InputError:
        return []


def _without_replaced(
    files: Mapping[str, Path], replaces: Mapping[str, str], findings: Findings
) -> dict[str, Path]:
    """The files without those that others replace; where they replace each other in a circle, all (an error)."""
    gone = set()
    for new, old in replaces.items():
        if new in files and old in files and not _goes_round(new, replaces):
            message = _("Not read: {new} replaces it.", new=new)
            findings.add(NOTE, "replaced", message, intake.NOTHING_TO_DO, file=old)
            gone.add(old)
    return {name: path for name, path in files.items() if name not in gone}


def _goes_round(new: str, replaces: Mapping[str, str]) -> bool:
    """Whether a file replaces, in the end, itself."""
    seen = {new}
    while (old := replaces.get(new)) and old not in seen:
        seen.add(old)
        new = old
    return new in replaces


def _read(
    name: str,
    path: Path,
    table: Table,
    findings: Findings,
    choices: Intake,
    parts: Sequence[Unit],
    confirmed: Mapping[str, str],
    year: int,
    *,
    require_all: bool,
) -> RawTable:
    form = _stem(name) == FORMS
    try:
        return intake.read_table(
            path, table.sought, findings, name=name, dash=choices.dash, parts=parts, confirmed=confirmed,
            require_all=require_all, sheet=table.sheet if form else None, year=year, sums=form,
            total_labels=intake.DEFAULT_TOTALS if table.adds_up else (),
        )  # fmt: skip
    except InputError as error:  # noted and read on, so that everything wrong is said at once
        findings.add(ERROR, "file", error.message, error.remedy or intake.NOTHING_TO_DO, file=name)
        return intake.nothing(table.sought, name)


def _left_blank(
    name: str,
    path: Path,
    table: Table,
    choices: Intake,
    parts: Sequence[Unit],
    confirmed: Mapping[str, str],
    year: int,
) -> bool:
    """Whether a file is an entry form that nobody typed a figure of this table into."""
    if _stem(name) != FORMS:
        return False
    found = Findings()
    read = _read(name, path, table, found, choices, parts, confirmed, year, require_all=False)
    return not found.errors and bool(read.frame.iloc[:, 1:].isna().all(axis=None))


def _below_each_other(table: Table, read: Sequence[RawTable]) -> RawTable:
    frames = [raw.frame for raw in read if len(raw.frame)] or [read[0].frame]
    return RawTable(
        pd.concat(frames, ignore_index=True),
        tuple(origin for raw in read for origin in raw.origins),
        tuple(source for raw in read for source in raw.sources),
    )


# ----------------------------------------------------------------------------------------------------------
# Several files that give the same rows
# ----------------------------------------------------------------------------------------------------------


def _by_source(
    read: Sequence[tuple[str, RawTable]], names: Sequence[str], folder: str
) -> list[list[RawTable]]:
    """What each body sent, the one that counts first before the others; without settings, all are one."""
    order = [*names, ""]
    by_source: dict[str, list[RawTable]] = {name: [] for name in order}
    for file, raw in read:
        by_source[next((part for part in _called(file, folder) if part in by_source), "")].append(raw)
    return [by_source[name] for name in order if by_source[name]]


@dataclass(frozen=True, eq=False)
class _Record:
    """One record of a table that was read."""

    read: RawTable
    i: int

    def value(self, column: str) -> Any:
        return self.read.frame[column][self.i]

    @property
    def origin(self) -> tuple[Source, int]:
        return self.read.origins[self.i]


def _merged(
    table: Table, sources: Sequence[Sequence[RawTable]], parts: Sequence[Unit], findings: Findings
) -> RawTable:
    """One row for each unit or line, each figure from the first source that gives it."""
    key, *others = (column.name for column in table.sought)
    records: dict[str, list[_Record]] = {}
    for source in sources:
        for name, record in _records_of(source, key, table, findings).items():
            records.setdefault(name, []).append(record)
    nowhere = Source(f"{_stem(sources[0][0].sources[0].file)}/")  # the folder, of who has sent nothing
    if table.rows == "place":
        records = {part.code: records.get(part.code, []) for part in parts}
        missing = [part for part in parts if not records[part.code]]
        _report_not_sent(table, missing, len(parts), nowhere.file, findings)
    labels = [given[0].value(key) if given else name for name, given in records.items()]
    values: dict[str, list[Any]] = {key: labels}
    origins = [given[0].origin if given else (nowhere, 0) for given in records.values()]
    elsewhere: dict[tuple[str, int], tuple[Source, int]] = {}
    for column in others:
        counting = [_first_that_says(column, given, findings) for given in records.values()]
        values[column] = [record.value(column) if record else pd.NA for record in counting]
        elsewhere |= {
            (column, i): record.origin
            for i, record in enumerate(counting)
            if record and record.origin != origins[i]
        }
    frame = intake.tidy(table.sought, values, len(records))
    read = tuple(s for source in sources for raw in source for s in raw.sources)
    return RawTable(frame, tuple(origins), read, elsewhere)


def _records_of(source: Sequence[RawTable], key: str, table: Table, findings: Findings) -> dict[str, _Record]:
    """What one source gave, by unit or line; an error for each that two of its files give, or one gives twice."""
    records: dict[str, _Record] = {}
    for raw in source:
        for i, name in enumerate(raw.frame[key]):
            if name is pd.NA:
                continue
            first = records.setdefault(table.known_as(name), _Record(raw, i))
            if (
                first.read is raw and first.i != i and table.rows == "line"
            ):  # of a unit, it was said when it was read
                message = _("“{value}” stands there twice: it would be counted twice.", value=name)
                remedy = _("Remove the row that does not count, or correct its name.")
                findings.add(ERROR, "line-count", message, remedy, **raw.address(key, i))
            elif first.read is not raw:
                message = _("{first} has this row too.", first=first.origin[0].file)
                remedy = _("If the one replaces the other, say so under [intake.replaces] in report.toml; if they come "
                           "from different bodies, name these under [intake.sources].")  # fmt: skip
                findings.add(ERROR, "sent-twice", message, remedy, **raw.address(key, i))
    return records


def _first_that_says(column: str, given: Sequence[_Record], findings: Findings) -> _Record | None:
    """The first source that gives a figure; a finding for each that gives another one."""
    stated = [record for record in given if record.value(column) is not pd.NA]
    if not stated:
        return None
    value, (source, row) = stated[0].value(column), stated[0].origin
    for record in stated[1:]:
        if record.value(column) != value:
            where = f"{source.file}, {source.letters.get(column, '')}{row}"
            findings.add(
                VERIFY, "sources-differ",
                _("Here it is {other}, but {value} in {where}, which counts.", other=record.value(column), value=value,
                  where=where),
                _("Ask both which is right; the order under [intake.sources] in report.toml says whose counts."),
                **record.read.address(column, record.i), before=record.value(column), after=value,
            )  # fmt: skip
    return stated[0]


def _report_not_sent(
    table: Table, missing: Sequence[Unit], expected: int, folder: str, findings: Findings
) -> None:
    if missing:
        message = _("{count} of {expected} have not sent “{title}”: {names}.", count=len(missing), expected=expected,
                    title=table.title, names=", ".join(part.full_name for part in missing))  # fmt: skip
        remedy = _("Ask them for it. Until then their figures are missing, and the totals with them.")
        findings.add(VERIFY, "not-sent", message, remedy, file=folder)
