"""The form that the level above sent comes back as `bieu.xlsx`: its own workbook, with this report's figures in it.

Only the cells that are to be filled change, in the XML of their sheets; every other part of the package is handed on
as it came. A library that reads a workbook and writes it anew loses what it does not know: shapes, controls, charts,
texts of several fonts, settings of printers (docs/decisions/0015). Formulas lose the results that they had, and are
computed by whatever opens the file.
"""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baocao.analysis import settings, sheets, units
from baocao.analysis.findings import NOTE, VERIFY, Findings
from baocao.analysis.packages import Package
from baocao.analysis.sheets import Place
from baocao.analysis.stages import PUBLIC, WHOLE
from baocao.analysis.units import Unit
from baocao.analysis.vietnamese import date_short, nfc
from baocao.errors import InputError, ReportError
from baocao.messages import _
from baocao.pipeline import workbook
from baocao.pipeline.plan import ReportPlan

if TYPE_CHECKING:
    from baocao.analysis.indicators import Figures

FILLED = "bieu.xlsx"
WITHHELD = "×"
"""What stands in a cell of a public edition whose figure is not published."""
GAP_IN_TEXT = "…"
"""What stands inside a text for a figure that is missing."""
COLUMNS = ("trang", "o", "ma")
"""The columns of a table of cells: sheet, cell, code."""

_MARKER = re.compile(r"\{\{([^{}]*)\}\}")
_NAME = re.compile(r"\s*(?P<code>[^@:]+?)\s*(?:@\s*(?P<place>[^:]*?)\s*)?(?::\s*(?P<form>\w+)\s*)?")
_NTH = re.compile(r"#([1-9]\d{0,3})")
_WORDS = ("unit", "UNIT", "province", "PROVINCE", "year", "start", "end", "cutoff", "illustrative")
"""Names of what is no figure."""
ILLUSTRATIVE = "(Số liệu minh họa)"
"""What a form bears on each printed page, and where it asks for it, as long as any figure of its report is invented."""


def fill(plan: ReportPlan, findings: Findings) -> bytes:
    """The form of a report (`ReportPlan.form`), filled with the figures that its edition shows.

    A figure that is missing leaves its cell blank, one that is withheld leaves a ×; formulas that read such a cell show
    the same instead of a sum that is too small, and `findings` say which. Raises `InputError`, naming file, sheet and
    cell, for a form that cannot be filled as it is: a marker that means nothing, a place that is not in the unit, more
    places than rows, a cell that shows numbers as dates.
    """
    book, cells = _files(plan)
    form = _Form(book)
    listed = {(t.sheet, t.cell): t for t in _listed(cells, form)} if cells else {}
    wanted = {(t.sheet, t.cell): t for t in form.marked()} | listed
    if not wanted:
        raise InputError(
            _("{file} says nowhere which figures it wants.", file=book.name),
            _("Write markers like {{{{B1}}}} into its cells, or list the cells in {table}.",
              table=f"{book.stem}.csv"),
        )  # fmt: skip
    values = _Values(plan)
    problems: list[str] = []
    for target in wanted.values():
        try:
            form.write(target, values, findings)
        except ReportError as error:
            problems.append(f"{target.place}: {error.message} → {error.remedy}")
    problems += form.elsewhere()
    if problems:
        shown = "\n".join(f"  {problem}" for problem in problems[:MOST_SHOWN])
        raise InputError(
            _("{file}: {count} places cannot be filled in:\n{places}", file=book.name, count=len(problems),
              places=shown),
            _("Correct the form, or the table of its cells, and run again."),
        )  # fmt: skip
    form.check_places(values, findings)
    form.guard(findings)
    if values.illustrative:
        form.print_above(ILLUSTRATIVE)
    return form.content(for_everybody=plan.edition == PUBLIC)


MOST_SHOWN = 12
"""Problems of a form that an error lists."""


def _files(plan: ReportPlan) -> tuple[Path, Path | None]:
    """The workbook and, if there is one, the table of its cells."""
    *books, last = plan.form
    book, cells = (books[0], last) if books else (last, None)
    if book.suffix == ".csv":
        raise InputError(
            _("{file} lists the cells of a form, and the form is missing.", file=book.name),
            _("Put the workbook beside it as {name}.", name=f"{book.stem}.xlsx"),
        )
    if book.suffix != ".xlsx":
        raise InputError(
            _("{file} is no .xlsx workbook, and no other form is filled.", file=book.name),
            _("Open it in Excel, save it as .xlsx (without macros) under the same name, and run again."),
        )
    return book, cells


# --- What a marker means --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Value:
    """What a marker stands for, alone in a cell: a number, else words; inside a text always words.

    `place` is the one that a marker means by its row or by its number in order.
    """

    number: float | None = None
    words: str = ""
    is_share: bool = False
    gap: str | None = None
    """What stands in the cell for a figure that is not there: nothing, or a × if it is withheld."""
    place: Unit | None = None
    optional: bool = False
    """Whether there may be no words, which is nothing to be seen inside a text."""


class _Values:
    """The figures of a report's edition, and what else a form may ask for, by the names in its markers."""

    def __init__(self, plan: ReportPlan) -> None:
        import pandas as pd

        from baocao.analysis.indicators import Dictionary

        self._plan = plan
        self._unit = plan.unit
        self.places = units.parts(plan.unit, plan.year, plan.last.data) or [plan.unit]
        self._confirmed = units.load_confirmed(plan.last.inputs / "don-vi.csv", self.places)
        self._dictionary = Dictionary.load(plan.last.data / "indicators.toml", {})
        table = pd.read_csv(
            plan.tables / "indicators.csv",
            dtype=dict.fromkeys(("code", "place", "why_not"), str),
            encoding="utf-8-sig",
        )
        self._table = table.assign(why_not=table["why_not"].fillna(""))
        self._by_place = set(table["code"][table["place"] != plan.unit.code])
        before = plan.last.data / plan.unit.path / str(plan.year - 1) / "report.toml"
        self.illustrative = bool(table["illustrative"].any()) or (
            before.is_file() and settings.load(before, plan.year - 1).illustrative is not None
        )
        self._figures: dict[str, Figures] = {}

    def of(self, name: str, row: Sequence[str]) -> _Value:
        """What a marker's name stands for; `row` are the texts of the row it stands in.

        The place after the last one has nothing, which is no gap. `ReportError` if the name means nothing.
        """
        parsed = _NAME.fullmatch(nfc(name))
        if not parsed:
            raise InputError(
                _("'{name}' is no name of a figure.", name=name.strip()),
                _(
                    "Write a code of data/indicators.toml and nothing else, for example {example}.",
                    example="B1",
                ),
            )
        code, form, at = parsed["code"], parsed["form"] or "", parsed["place"]
        nth = _NTH.fullmatch(at or "")
        if nth and int(nth[1]) > len(self.places):
            self._check_name(code)
            return _Value()
        place = None if at is None else self.places[int(nth[1]) - 1] if nth else self._place(at, row)
        value = (
            self._word(code, place) if code.partition(".")[0] in _WORDS else self._figure(code, form, place)
        )
        return replace(value, place=place if nth or at == "" else None)

    def _place(self, text: str, row: Sequence[str]) -> Unit:
        """The place that a marker names by its name or code; if it names none, the one that its row names."""
        if text:
            found = units.match_part(text, self.places, self._confirmed)
            if found:
                return found
            near = units.suggest_part(text, self.places) or self.places
            raise InputError(
                _("'{text}' is no part of {unit}.", text=text, unit=self._unit.full_name),
                _("Write one of: {names}.", names=", ".join(f"{p.full_name} ({p.code})" for p in near[:4])),
            )
        named = {p.code: p for t in row if (p := units.match_part(t, self.places, self._confirmed))}
        if len(named) == 1:
            return next(iter(named.values()))
        names = ", ".join(place.full_name for place in named.values())
        raise InputError(
            _("the row names several parts of {unit}: {names}.", unit=self._unit.full_name, names=names)
            if named
            else _("the row names no part of {unit}.", unit=self._unit.full_name),
            _("Write the place behind the @, for example {example}.", example=f"@{self.places[0].full_name}"),
        )

    def _word(self, name: str, place: Unit | None) -> _Value:
        """What is no figure: the name of the unit or of a place, the year, the days of the period."""
        word, _dot, field = name.partition(".")
        if word == "year" and field in ("", "previous"):
            year = self._plan.year - bool(field)
            return _Value(year, str(year))
        self._check_name(name)
        if word == "illustrative":
            return _Value(words=ILLUSTRATIVE if self.illustrative else "", optional=True)
        if word.lower() == "unit":
            text = place.title_name if place else self._unit.full_name
        elif word.lower() == "province":
            text = units.resolve(
                f"{self._unit.province}/{WHOLE}", self._plan.year, self._plan.last.data
            ).full_name
        else:
            period = settings.load(self._plan.last.inputs / "report.toml", self._plan.year).period
            text = date_short(getattr(period, word))
        return _Value(words=text.upper() if word.isupper() else text)

    def _check_name(self, name: str) -> str:
        """The code in the name of a figure; `InputError` with the nearest ones if there is none in the dictionary."""
        from baocao.analysis.indicators import Figures

        code, _dot, field = name.rpartition(".")
        code = code if field in Figures.FIELDS else name
        if code in self._dictionary or name in _WORDS:
            return code
        known = {each.casefold(): each for each in [*(entry.code for entry in self._dictionary), *_WORDS]}
        near = difflib.get_close_matches(code.casefold(), known, n=4) or list(known)[:4]
        raise InputError(
            _("'{name}' is no name of a figure.", name=name),
            _("The nearest are: {names}.", names=", ".join(known[each] for each in near)),
        )

    def _figure(self, name: str, form: str, place: Unit | None) -> _Value:
        code = self._check_name(name)
        figures, whole = self._of(place or self._unit), self._of(self._unit)
        if code not in figures and code in whole and code not in self._by_place:
            raise InputError(
                _(
                    "{code} is counted for {unit} as a whole, not by place.",
                    code=code,
                    unit=self._unit.full_name,
                ),
                _("Take the place out of the marker: {marker}.", marker=f"{{{{{name}}}}}"),
            )
        if code not in figures:  # a table that was not sent
            return _Value(gap="")
        words = figures(f"{name}:{form or 'bang'}")
        number = figures.number(name)
        if number is None:
            return _Value(gap=WITHHELD if figures.suppressed(name) else "")
        return _Value(None if form else number, words, figures.unit(code) == "%")

    def _of(self, place: Unit) -> Figures:
        from baocao.analysis.indicators import Figures

        if place.code not in self._figures:
            self._figures[place.code] = Figures(self._table, place.code)
        return self._figures[place.code]


LARGEST = 200 * 2**20
"""Bytes of a workbook, unpacked."""


# --- The workbook ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Target:
    """A cell that is to be filled, and the text with the markers that say by what."""

    sheet: int
    cell: Place
    text: str
    place: str
    from_table: bool = False


@dataclass
class _Filled:
    """What became of a sheet: its cells without a figure and what stands there, and the places its rows are for."""

    gaps: dict[Place, str] = field(default_factory=dict)
    blank: dict[str, list[str]] = field(default_factory=dict)
    """The cells that stay blank for want of a figure, by the name of the figure."""
    by_row: set[str] = field(default_factory=set)
    """The codes of places whose rows were found by their names or numbers."""
    numbered: bool = False
    changed: bool = False


class _Form:
    """A workbook that is being filled."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sheets = sheets.read_sheets(path)  # refuses what is damaged, protected or too large
        content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise InputError(
                    _("{file} is too large for a form.", file=path.name),
                    _("Make its pictures smaller in Excel, and save it again."),
                )
            self._parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        self._refuse_what_would_break()
        package = Package(content)
        (self._main,) = (part for kind, part in package.targets("").values() if kind == "officeDocument")
        targets = package.targets(self._main)
        order = [targets[node.get("id")] for node in package.whole(self._main, "sheet")]
        self._names = [part for kind, part in order if kind == "worksheet"]
        self._strings = next((part for kind, part in targets.values() if kind == "sharedStrings"), "")
        self._styles = next((part for kind, part in targets.values() if kind == "styles"), "")
        self._trees = [workbook.parsed(self._parts[name]) for name in self._names]
        self._cells = [workbook.cells_of(tree) for tree in self._trees]
        self._texts = (
            list(workbook.parsed(self._parts[self._strings]).iterchildren("{*}si")) if self._strings else []
        )
        self._shown_as = self._number_formats()
        self._done = [_Filled() for _sheet in self._names]

    def _refuse_what_would_break(self) -> None:
        types = self._parts.get("[Content_Types].xml", b"")
        if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in self._parts):
            raise InputError(
                _("{file} holds macros.", file=self._path.name),
                _("Open it in Excel, save it as .xlsx (without macros) under the same name, and run again."),
            )
        if any(name.startswith("_xmlsignatures/") for name in self._parts):
            raise InputError(
                _(
                    "{file} is signed digitally, and what is filled in would break the signature.",
                    file=self._path.name,
                ),
                _("Save a copy without the signature under the same name, and run again."),
            )

    def _number_formats(self) -> list[str]:
        """What each style of a cell shows numbers as: "%", "date", or "" for numbers."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        if not self._styles:
            return []
        root = workbook.parsed(self._parts[self._styles])
        named = {int(n.get("numFmtId")): n.get("formatCode") for n in root.iterfind("{*}numFmts/{*}numFmt")}
        shown = []
        for style in root.iterfind("{*}cellXfs/{*}xf"):
            code = ({**BUILTIN_FORMATS, **named}).get(int(style.get("numFmtId", "0")), "")
            plain = re.sub(r'"[^"]*"|\\.', "", code)
            shown.append("%" if "%" in plain else "date" if is_date_format(code) else "")
        return shown

    # What is wanted, and where

    def marked(self) -> Iterator[_Target]:
        """The cells in which markers stand, or something that looks like one."""
        for number, sheet in enumerate(self._sheets):
            for cell, value in sorted(sheet.cells.items()):
                if isinstance(value, str) and cell not in sheet.formulas and ("{{" in value or "}}" in value):
                    yield self.target(number, cell, self._raw(number, cell))

    def target(self, sheet: int, cell: Place, text: str, *, from_table: bool = False) -> _Target:
        """A cell to fill, with what a person calls it."""
        place = f"{self._sheets[sheet].name}, {workbook.address(cell)}"
        return _Target(sheet, cell, text, place, from_table)

    def _raw(self, sheet: int, cell: Place) -> str:
        node = self._cells[sheet][cell]
        return (
            "".join(text.text or "" for text in workbook.text_nodes(self._string(node)))
            if node is not None
            else ""
        )

    def _string(self, cell: Any) -> Any:
        """What holds the text of a cell, in its pieces; None if its text is a formula's."""
        if cell.get("t") == "s":
            return self._texts[int(cell.findtext("{*}v"))]
        return cell.find("{*}is")

    def sheet_called(self, name: str) -> int | None:
        """The number of a sheet by its name; the only one if none is given."""
        names = [sheet.name.casefold() for sheet in self._sheets]
        if not name:
            return 0 if len(names) == 1 else None
        return names.index(name.casefold()) if name.casefold() in names else None

    @property
    def sheet_names(self) -> str:
        """The names of all sheets."""
        return ", ".join(sheet.name for sheet in self._sheets)

    # Filling

    def write(self, target: _Target, values: _Values, findings: Findings) -> None:
        """Fill one cell; `ReportError` if it cannot be."""
        sheet, done = self._sheets[target.sheet], self._done[target.sheet]
        self._refuse_cell(target)
        row, column = target.cell
        around = [(row, column) for row, column in sheet.cells if row == target.cell[0]]
        around += [area[:2] for area in sheet.merged if area[0] < row <= area[2]]
        texts = [
            text for cell in around if isinstance(text := sheet.cells.get(cell), str) and "{{" not in text
        ]
        found = [(marker, values.of(marker[1], texts)) for marker in _MARKER.finditer(target.text)]
        rest = _MARKER.sub("", target.text)
        if "{{" in rest or "}}" in rest or not found:
            raise InputError(
                _("'{text}' is no complete marker.", text=target.text),
                _("Write a code between two braces on each side: {example}.", example="{{B1}}"),
            )
        if target.from_table and sheet.cells.get(target.cell) is not None:
            findings.add(
                VERIFY, "form-replaced", _("What stood in the cell was replaced, as the table of cells wants it."),
                _("If that is not the cell that was meant, correct the table."), file=self._path.name,
                sheet=sheet.name, row=row, column=workbook.letters(column),
            )  # fmt: skip
        alone = len(found) == 1 and not rest.strip()
        for marker, value in found:
            if value.place:
                done.by_row.add(value.place.code)
                done.numbered |= "#" in marker[1]
            if value.gap == "":
                done.blank.setdefault(marker[1].strip(), []).append(workbook.address(target.cell))
            if value.gap is not None and alone:
                done.gaps[target.cell] = value.gap
        node = self._node(target)
        done.changed = True
        if alone:
            self._put(node, found[0][1], target)
        else:
            said = [v.words or ("" if v.optional else v.gap or GAP_IN_TEXT) for _marker, v in found]
            spans = [marker.span() for marker, _value in found]
            self._put_text(node, list(zip(spans, said, strict=True)), target)

    def _refuse_cell(self, target: _Target) -> None:
        sheet = self._sheets[target.sheet]
        if target.cell in sheet.formulas:
            raise InputError(
                _("a formula stands there: {formula}", formula=sheet.formulas[target.cell]),
                _("Formulas stay as they are; name a cell without one."),
            )
        row, column = target.cell
        for top, left, bottom, right in sheet.merged:
            if top <= row <= bottom and left <= column <= right and (top, left) != (row, column):
                raise InputError(
                    _("the cell is covered by the merged cells {cells}.",
                      cells=f"{workbook.address((top, left))}:{workbook.address((bottom, right))}"),
                    _("Name the first of them: {cell}.", cell=workbook.address((top, left))),
                )  # fmt: skip

    def _put(self, node: Any, value: _Value, target: _Target) -> None:
        """Make a cell a number, a text, or blank; its style stays."""
        number = None if value.number is None else self._as_shown(value, node)
        words = value.words or value.gap
        if number is None and words:
            self._put_text(node, [((0, len(target.text)), words)], target)
            return
        workbook.empty(node)
        if number is not None:
            workbook.child(node, "v").text = str(int(number)) if number == int(number) else repr(number)

    def _as_shown(self, value: _Value, node: Any) -> float:
        """A number as its cell's format expects it: 84.2 % is 0.842 where the format itself says percent."""
        style = int(node.get("s", "0"))
        shown = self._shown_as[style] if style < len(self._shown_as) else ""
        if shown == "date":
            raise InputError(
                _("the cell shows numbers as dates."), _("Give it the format General or Number in Excel.")
            )
        if shown == "%" and not value.is_share:
            raise InputError(
                _("the cell shows numbers in percent, and this figure is no percentage."),
                _("Give it the format General or Number in Excel."),
            )
        number = Fraction(str(value.number))
        return float(number / 100 if shown == "%" else number)

    def _put_text(self, node: Any, words: Sequence[tuple[tuple[int, int], str]], target: _Target) -> None:
        """Make a cell a text: the one that it had, in its fonts, with words in the place of markers."""
        from copy import deepcopy

        old = None if target.from_table else self._string(node)
        workbook.empty(node)
        node.set("t", "inlineStr")
        new = workbook.child(node, "is")
        if old is None:
            text = workbook.child(new, "t")
            text.text = target.text
            texts = [text]
        else:
            new.extend(deepcopy(piece) for piece in old if workbook.local(piece) in ("t", "r"))
            texts = list(workbook.text_nodes(new))
        for (start, end), word in reversed(words):
            workbook.replace_text(texts, start, end, word)
        for text in texts:
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _node(self, target: _Target) -> Any:
        """The element of a cell, made in its place if the sheet has none there."""
        known = self._cells[target.sheet]
        if target.cell not in known:
            known[target.cell] = workbook.new_cell(self._trees[target.sheet], target.cell)
        return known[target.cell]

    def elsewhere(self) -> list[str]:
        """The markers that nobody fills: in formulas, text boxes, headers, comments, charts, names of sheets."""
        remedy = _("Only cells are filled: move the marker into a cell.")
        found = []
        for sheet in self._sheets:
            for cell, formula in sheet.formulas.items():
                if _MARKER.search(formula):
                    found.append(f"{sheet.name}, {workbook.address(cell)}: {formula} → {remedy}")
        for name, part in sorted(self._parts.items()):
            if not name.endswith((".xml", ".vml")) or name == self._strings:
                continue
            text = (
                re.sub(rb"<(?:\w+:)?sheetData\b.*</(?:\w+:)?sheetData>", b"", part, flags=re.DOTALL)
                if name in self._names
                else part
            )
            text = re.sub(rb"<(?:\w+:)?v>[^<]*</(?:\w+:)?v>", b"", text)  # what a chart remembers of cells
            plain = re.sub(rb"</?(?:\w+:)?(?:r|t|rPr|latin|ea|cs)\b[^>]*>", b"", text).decode(
                "utf-8", "replace"
            )
            found += [f"{name}: {marker[0]} → {remedy}" for marker in _MARKER.finditer(plain)]
        return found

    def check_places(self, values: _Values, findings: Findings) -> None:
        """Whether every place has its row on the sheets that have rows for places."""
        for sheet, done in zip(self._sheets, self._done, strict=True):
            missing = [place for place in values.places if place.code not in done.by_row]
            if not done.by_row or not missing:
                continue
            names = ", ".join(place.full_name for place in missing)
            if done.numbered:
                raise InputError(
                    _("{file}, {sheet}: there are fewer rows than places; no row for {names}.", file=self._path.name,
                      sheet=sheet.name, names=names),
                    _("Copy the last row for places further down, and raise the number behind its #."),
                )  # fmt: skip
            findings.add(
                VERIFY, "form-place", _("The form has no row for {names}.", names=names),
                _("Add the rows, or ask who sent the form."), file=self._path.name, sheet=sheet.name,
            )  # fmt: skip
        for sheet, done in zip(self._sheets, self._done, strict=True):
            targets = {name: cells for name, cells in done.blank.items() if ".target" in name}
            figures = {name: cells for name, cells in done.blank.items() if name not in targets}
            for severity, blank, remedy in (
                (
                    VERIFY,
                    figures,
                    _("Send the figures with the others and run again, or write by hand why not."),
                ),
                (NOTE, targets, _("Nothing needs to be done if no target was set.")),
            ):
                names = "; ".join(f"{name} ({', '.join(cells)})" for name, cells in sorted(blank.items()))
                if blank:
                    findings.add(
                        severity, "form-blank", _("Blank, because there is no figure: {names}.", names=names), remedy,
                        file=self._path.name, sheet=sheet.name,
                    )  # fmt: skip

    # Formulas that read what is not there

    def guard(self, findings: Findings) -> None:
        """Let formulas show a gap that they read instead of what the rest comes to; their results are worked out anew.

        A missing part makes a missing total (docs/decisions/0004). When somebody types the figures in, the formula
        computes.
        """
        gaps = {(n, cell): mark for n, done in enumerate(self._done) for cell, mark in done.gaps.items()}
        leaves, unclear = self._readers(gaps) if gaps else ({}, [])
        for number, tree in enumerate(self._trees):
            guarded = {cell: found for (n, cell), found in leaves.items() if n == number}
            self._guard_sheet(number, tree, guarded, gaps)
            if guarded:
                cells = ", ".join(workbook.address(cell) for cell in sorted(guarded))
                withheld = any(gaps[leaf] for found in guarded.values() for leaf in found)
                findings.add(
                    NOTE if withheld else VERIFY, "form-formula",
                    _("The formulas in {cells} read figures that are not there: they show a gap too.", cells=cells),
                    _("They compute as soon as the figures are there."),
                    file=self._path.name, sheet=self._sheets[number].name,
                )  # fmt: skip
        for number, cell in unclear:
            findings.add(
                VERIFY, "form-formula-unclear",
                _("Whether the formula reads a figure that is not there cannot be told."),
                _("Check its result: a blank cell counts as nothing."), file=self._path.name,
                sheet=self._sheets[number].name, row=cell[0], column=workbook.letters(cell[1]),
            )  # fmt: skip

    def _readers(
        self, gaps: Mapping[tuple[int, Place], str]
    ) -> tuple[dict[tuple[int, Place], set[tuple[int, Place]]], list[tuple[int, Place]]]:
        """The formulas that read a gap, by way of others too, each with its gaps; and those that may read one."""
        names = workbook.defined_names(self._parts[self._main])
        reads: dict[tuple[int, Place], list[workbook.Area] | None] = {}
        for number, sheet in enumerate(self._sheets):
            for cell, formula in sheet.formulas.items():
                reads[number, cell] = workbook.areas_read(
                    formula, number, [s.name for s in self._sheets], names
                )
        leaves: dict[tuple[int, Place], set[tuple[int, Place]]] = {}
        changed = True
        while changed:
            changed = False
            for reader, areas in reads.items():
                found = {gap for gap in gaps if any(workbook.holds(area, gap) for area in areas or ())}
                found |= {
                    leaf
                    for other, through in leaves.items()
                    if other != reader and any(workbook.holds(area, other) for area in areas or ())
                    for leaf in through
                }
                if found - leaves.get(reader, set()):
                    for filled in self._spread(reader):
                        leaves[filled] = found | leaves.get(filled, set())
                    changed = True
        return leaves, [reader for reader, areas in reads.items() if areas is None]

    def _spread(self, reader: tuple[int, Place]) -> list[tuple[int, Place]]:
        """The cells that a formula fills: its own, and of one that gives several results, those of all."""
        number, cell = reader
        formula = self._cells[number][cell].find("{*}f")
        area = (
            workbook.range_of(formula.get("ref", "")) if formula.get("t") in ("array", "dataTable") else None
        )
        known = self._cells[number]
        return [
            reader,
            *((number, c) for c in known if area and c != cell and workbook.holds((0, area), (0, c))),
        ]

    def _guard_sheet(
        self,
        number: int,
        tree: Any,
        guarded: Mapping[Place, set[tuple[int, Place]]],
        gaps: Mapping[tuple[int, Place], str],
    ) -> None:
        formulas = self._sheets[number].formulas
        nodes = {cell: node for cell, node in self._cells[number].items() if node.find("{*}f") is not None}
        shared = {nodes[cell].find("{*}f").get("si") for cell in guarded if cell in nodes} - {None}
        for cell, node in nodes.items():
            formula = node.find("{*}f")
            if (
                formula.get("si") in shared
            ):  # written once for several cells, of which some are another one now
                for name in ("t", "si", "ref"):
                    formula.attrib.pop(name, None)
                formula.text = formulas[cell][1:]
            if cell in guarded:
                found = guarded[cell]
                mark = WITHHELD if any(gaps[leaf] for leaf in found) else ""
                condition = workbook.some_missing(found, number, [sheet.name for sheet in self._sheets])
                formula.text = f'IF({condition},"{mark}",{formula.text})'
            for _number, filled in self._spread((number, cell)):
                shows = self._cells[number][filled]
                for stored in shows.findall("{*}v"):
                    shows.remove(stored)
                shows.attrib.pop("t", None)
            self._done[number].changed = True

    # Writing

    def print_above(self, words: str) -> None:
        """Let each printed page bear words at its upper right edge."""
        for tree, done in zip(self._trees, self._done, strict=True):
            workbook.print_above(tree, words)
            done.changed = True

    def content(self, *, for_everybody: bool) -> bytes:
        """The filled workbook, the same bytes for the same figures; `for_everybody` without who wrote the form."""
        parts = dict(self._parts)
        for name, tree, done in zip(self._names, self._trees, self._done, strict=True):
            if done.changed:
                parts[name] = workbook.written(tree)
        parts[self._main] = workbook.computed_on_opening(parts[self._main], for_everybody=for_everybody)
        for name, part in self._parts.items():
            if re.search(r"(^|/)charts/chart[^/]*\.xml$", name):
                parts[name] = workbook.without_remembered_figures(part)
        if for_everybody and "docProps/core.xml" in parts:
            parts["docProps/core.xml"] = workbook.without_authors(parts["docProps/core.xml"])
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for name, part in parts.items():
                entry = zipfile.ZipInfo(
                    name
                )  # dated 1980; stored, as compressors differ from machine to machine
                entry.create_system = 0
                archive.writestr(entry, part)
        return made.getvalue()


def _listed(table: Path, form: _Form) -> Iterator[_Target]:
    """The cells that a table lists: sheet, cell, and a marker's name or a text with markers."""
    (read,) = sheets.read_sheets(table)[:1]
    rows: dict[int, dict[int, str]] = {}
    for row, column in sorted(read.cells):
        rows.setdefault(row, {})[column] = read.text(row, column)
    header = rows.pop(1, {})
    if tuple(header.get(column, "") for column in (1, 2, 3)) != COLUMNS:
        raise InputError(
            _(
                "{file}, line {line}: the columns must be {names}.",
                file=table.name,
                line=1,
                names=";".join(COLUMNS),
            ),
            _("Write the name of the sheet, the cell, and the code of the figure."),
        )
    for line, fields in rows.items():
        name, address, code = (fields.get(column, "") for column in (1, 2, 3))
        sheet, cell = form.sheet_called(name), workbook.place_of(address.upper())
        if sheet is None or cell is None or not code:
            raise InputError(
                _("{file}, line {line}: “{text}” names no cell of the form.", file=table.name, line=line,
                  text=";".join((name, address, code))),
                _("Write a sheet ({names}), a cell like C5, and a code.", names=form.sheet_names),
            )  # fmt: skip
        yield form.target(sheet, cell, code if "{{" in code else f"{{{{{code}}}}}", from_table=True)
