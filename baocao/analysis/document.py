"""What a report notebook shows: the frame of the document, tables, charts and prose.

Each object shows itself in JupyterLab and carries beside that, as structured data, what an exporter needs to
make the page or the PDF; nothing is ever read back out of a picture or of HTML. The exporters are in
`baocao.pipeline.export`.

Source of the rules with a letter and a number: Nghị định 30/2020/NĐ-CP, Phụ lục I (form) and III (templates).
"""

from __future__ import annotations

import datetime
import difflib
import html
import io
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from baocao.analysis import vietnamese
from baocao.analysis.findings import NOTE, Findings
from baocao.errors import InputError, MisuseError, UsageError
from baocao.messages import _

FRAME_MIME = "application/vnd.baocao.frame+json"
TABLE_MIME = "application/vnd.baocao.table+json"
CHART_MIME = "image/svg+xml"
PROSE_MIME = "application/vnd.baocao.prose+json"

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
AS_ABOVE = "Như trên"
CHART_PLACES = ("body", "annex", "none")

ROOM = "\N{NO-BREAK SPACE}"
"""Room to write by hand must survive HTML, where spaces collapse."""


# --- The frame: everything of the form that is not the body -------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Letterhead, title, addressees, recipients and signature of a report, and its parts in their order.

    `date` and `period_end` are ISO dates; an empty `number` or `date` makes a draft. `charts` says for "html",
    "pdf" and "docx" where charts go: "body", "annex" or "none"; an annex of charts is titled `charts_title`.
    `issuer_name` is the issuer as a sentence names it ("Ủy ban nhân dân huyện Tuần Giáo"); left empty it is
    made from `issuer` where that is a People's Committee. `unit` is the place that the report is about
    ("huyện Tuần Giáo"): it ends the title of the files, where a reader has several reports open. `folder`, the
    report's below the data folder, and `edition` say in a Word document which report it is, wherever it was sent.
    Contradictions raise `InputError`.
    """

    superior: str = ""
    issuer: Sequence[str]
    issuer_name: str = ""
    unit: str = ""
    folder: str = ""
    edition: str = ""
    number: str = ""
    symbol: str
    place: str
    date: str = ""
    kind: str = "BÁO CÁO"
    subject: str
    addressees: Sequence[str] = ()
    recipients: Sequence[str]
    file: str
    authority: str
    posts: Sequence[str]
    signatory: str = ""
    sections: Sequence[str]
    annexes: Sequence[str] = ()
    note: str = ""
    period_end: str
    charts: Mapping[str, str] = field(default_factory=lambda: {"html": "body", "pdf": "annex"})
    charts_title: str = "Biểu đồ"

    def __post_init__(self) -> None:
        for name in ("issuer", "addressees", "recipients", "posts", "sections", "annexes"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("issuer", "recipients"):
            if not any(line.strip() for line in getattr(self, name)):
                raise InputError(_("The report has no {name}.", name=name), _("Fill it in in report.toml."))
        if (AS_ABOVE in self.recipients) != bool(self.addressees):  # N-02 with K-01: one refers to the other
            raise InputError(
                _(
                    "The recipient '{entry}' and the line 'Kính gửi' go together; one is missing.",
                    entry=AS_ABOVE,
                ),
                _("In report.toml, give addressees and the recipient '{entry}', or neither.", entry=AS_ABOVE),
            )
        if self.addressees and self.recipients[0] != AS_ABOVE:
            raise InputError(
                _("'{entry}' must be the first of the recipients.", entry=AS_ABOVE),
                _("Change the order of the recipients in report.toml."),
            )
        for name in ("date", "period_end"):
            _check_date(name, getattr(self, name), may_be_empty=name == "date")
        for target, place in self.charts.items():
            if place not in CHART_PLACES:
                raise InputError(
                    _("Charts in {format} cannot be placed in '{place}'.", format=target, place=place),
                    _("Write one of: {places}.", places=", ".join(CHART_PLACES)),
                )

    @property
    def draft(self) -> bool:
        """Whether the report still waits for its number or its date (X-03)."""
        return not (self.number and self.date)

    def note_missing(self, findings: Findings) -> None:
        """Add what the document still waits for; nothing is missing from one that may go out."""
        parts = {"document.number": self.number, "document.date": self.date, "signature.name": self.signatory}
        if missing := [setting for setting, text in parts.items() if not text]:
            findings.add(
                NOTE, "draft",
                _("Not given yet: {settings}. Without number and date the report is marked as a draft.",
                  settings=", ".join(missing)),
                _("Write them in report.toml when the report is issued; until then there is nothing to do."),
                file="report.toml",
            )  # fmt: skip

    @property
    def title(self) -> str:
        """The report's title as one line, with the unit."""
        return f"{self.kind.capitalize()}: {self.subject}" + (f" - {self.unit}" if self.unit else "")

    @property
    def full_number(self) -> str:
        """Number and symbol, `05/BC-UBND`, with room for the number in a draft (S-01, S-02, S-05)."""
        number = self.number.zfill(2) if self.number.isdecimal() else self.number
        return f"{number or ROOM * 8}/{self.symbol}"

    @property
    def date_in_words(self) -> str:
        """`ngày 05 tháng 3 năm 2020`, with room for day and month in a draft."""
        if not self.date:
            return f"ngày{ROOM * 6}tháng{ROOM * 6}năm {self.period_end[:4]}"
        return vietnamese.date_in_words(datetime.date.fromisoformat(self.date))

    @property
    def issuer_in_words(self) -> str:
        """The issuer as a sentence names it (V-01, V-04)."""
        return self.issuer_name or name_in_words(" ".join(self.issuer))

    @property
    def reference(self) -> tuple[str, str]:
        """The two halves of the line under an annex title that says which report it belongs to (L-05)."""
        kind = self.kind.capitalize()
        return f"(Kèm theo {kind} số {self.full_number} {self.date_in_words}", f"của {self.issuer_in_words})"

    @property
    def addressee_lines(self) -> list[str]:
        """The addressees: one stands alone (K-03), several are a list with its stops, but no hyphens (K-04)."""
        return _listed(self.addressees) if len(self.addressees) > 1 else list(self.addressees)

    @property
    def recipient_lines(self) -> list[str]:
        """The entries under "Nơi nhận:", the file's own last, with their stops, but no hyphens (N-03, N-05)."""
        return _listed([*self.recipients, self.file])

    def as_json(self) -> dict[str, Any]:
        """The frame as plain data; `from_json` gives it back."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The frame that `as_json` wrote."""
        return cls(**data)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        lines = [*self.issuer, f"Số: {self.full_number}", f"{self.place}, {self.date_in_words}", self.title]
        return {FRAME_MIME: self.as_json(), "text/html": _frame_preview(self), "text/plain": "\n".join(lines)}


def annex_labels(annexes: Sequence[str], charts: Mapping[str, str]) -> dict[str, str]:
    """What the annexes are called, by their ids: by Roman numbers if there are several (L-02).

    The annex of charts, with the id "" and always the last, is there if any format has one (`charts`, as in `Frame`),
    so that an annex bears one name in all formats.
    """
    ids = [*annexes, *([""] if "annex" in charts.values() else [])]
    return {id: f"Phụ lục {roman(number)}" if len(ids) > 1 else "Phụ lục" for number, id in enumerate(ids, 1)}


def roman(number: int) -> str:
    """`number`, from 1 to 39, in Roman digits."""
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _check_date(name: str, value: str, *, may_be_empty: bool) -> None:
    if may_be_empty and not value:
        return
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        raise InputError(
            _("{name} = '{value}' is not a date.", name=name, value=value),
            _("Write it as year-month-day, for example 2020-12-14."),
        ) from None


def _listed(entries: Sequence[str]) -> list[str]:
    return [f"{entry};" for entry in entries[:-1]] + [f"{entries[-1]}."]


_UNIT_TYPES = "XÃ|PHƯỜNG|THỊ TRẤN|HUYỆN|QUẬN|THỊ XÃ|THÀNH PHỐ|TỈNH|ĐẶC KHU"


def name_in_words(capitals: str) -> str:
    """`ỦY BAN NHÂN DÂN HUYỆN TUẦN GIÁO` as a sentence has it (V-01, V-04).

    Capitals do not tell which words of another body's name are proper nouns, so that one stays as it is.
    """
    found = re.fullmatch(rf"((?:ỦY|UỶ) BAN NHÂN DÂN) ({_UNIT_TYPES}) (.+)", capitals)
    if not found:
        return capitals
    body, kind, name = found.groups()
    return f"{body.capitalize()} {kind.lower()} {name.title()}"


def _frame_preview(frame: Frame) -> str:
    """Letterhead and title nearly as printed, styled in place: JupyterLab has no style sheet of ours."""
    centre = 'style="text-align:center;vertical-align:top;border:0;padding:0 1em"'
    issuer = [*([html.escape(frame.superior)] if frame.superior else []), *map(_bold, frame.issuer)]
    draft = f"<br>{_bold('DỰ THẢO')}" if frame.draft else ""
    title = [
        _bold(frame.kind),
        _bold(frame.subject),
        *([f"<i>{html.escape(frame.note)}</i>"] if frame.note else []),
    ]
    hyphen = "- " if len(frame.addressees) > 1 else ""
    to = "<br>".join(hyphen + html.escape(line) for line in frame.addressee_lines)
    to = f"<p>Kính gửi: {to}</p>" if to else ""
    return (
        "<div style=\"font-family:'Times New Roman',Tinos,serif;max-width:50em\">"
        '<table role="presentation" style="width:100%;border:0"><tr>'
        f"<td {centre}>{'<br>'.join(issuer)}</td>"
        f"<td {centre}>{_bold(NATION)}<br><u>{_bold(MOTTO)}</u></td></tr><tr>"
        f"<td {centre}>Số: {html.escape(frame.full_number)}{draft}</td>"
        f"<td {centre}><i>{html.escape(f'{frame.place}, {frame.date_in_words}')}</i></td></tr></table>"
        f'<div style="text-align:center;margin:1em">{"<br>".join(title)}{to}</div></div>'
    )


def _bold(text: str) -> str:
    return f"<b>{html.escape(text)}</b>"


# --- Tables -------------------------------------------------------------------------------------------------


class HeaderCell(NamedTuple):
    """One cell of a table's header and how many columns and rows it spans."""

    text: str
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class Table:
    """A table as it is printed: every cell a string, formatted by who made it.

    A row that is a string instead of cells is the heading of the group of rows below it; it spans all columns.
    `align` has one of "l", "c", "r" per column; `row_header` is the column that names the row, from 0, or
    None; `totals` are the rows that sum up others, from 0; `notes` stand under the table.
    """

    caption: str
    header: tuple[tuple[HeaderCell, ...], ...]
    rows: tuple[tuple[str, ...] | str, ...]
    align: str
    row_header: int | None = 0
    totals: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        columns = len(self.align)
        if not columns or set(self.align) - set("lcr"):
            raise MisuseError(
                _("align = '{align}' is not one letter per column.", align=self.align),
                _("Write l (left), c (centred) or r (right) for each column, for example 'lrr'."),
            )
        check_header(self.header, columns)
        for number, row in enumerate(self.rows):
            if isinstance(row, str):
                if not row.strip():
                    raise MisuseError(
                        _("Row {row} is the heading of a group, but empty (rows count from 0).", row=number),
                        _("Give the heading its text, or write the row as a list of cells."),
                    )
                continue
            if len(row) != columns:
                raise MisuseError(
                    _("Row {row} has {cells} cells, the table has {columns} columns: {content} (rows count from 0).",
                      row=number, cells=len(row), columns=columns, content=list(row)),
                    _("Give each row one text per column, '' for an empty cell."),
                )  # fmt: skip
            if not all(isinstance(cell, str) for cell in row):
                raise MisuseError(
                    _("Row {row} holds something that is not text: {content} (rows count from 0).", row=number,
                      content=list(row)),
                    _("Format numbers first, for example with vietnamese.number(...)."),
                )  # fmt: skip
        if self.row_header is not None and not 0 <= self.row_header < columns:
            raise MisuseError(
                _(
                    "row_header = {column}: the table has {columns} columns.",
                    column=self.row_header,
                    columns=columns,
                ),
                _("Columns count from 0; None if no column names the rows."),
            )
        if any(not 0 <= row < len(self.rows) or isinstance(self.rows[row], str) for row in self.totals):
            raise MisuseError(
                _("totals = {totals}: the table has {rows} rows, or these are headings of groups.",
                  totals=list(self.totals), rows=len(self.rows)),
                _("Rows count from 0, headings of groups included; name rows of cells only."),
            )  # fmt: skip

    @classmethod
    def from_rows(
        cls,
        caption: str,
        header: Sequence[Sequence[str | tuple[str, int, int]]],
        rows: Sequence[Sequence[str] | str],
        *,
        align: str = "",
        row_header: int | None = 0,
        totals: Sequence[int] = (),
        notes: Sequence[str] = (),
    ) -> Self:
        """A table from simple lists.

        `header` is a list of rows; a cell is its text, or (text, columns, rows) if it spans several. A cell
        that reaches down from a row above is not repeated. A row is a list of texts, or one text: the heading
        of a group ("A. Tình hình"), which `totals` count like any row. `align` defaults to left for the first
        column, right for the others.
        """
        cells = tuple(
            tuple(HeaderCell(c) if isinstance(c, str) else HeaderCell(*c) for c in row) for row in header
        )
        if cells:
            columns = sum(cell.colspan for cell in cells[0])
        else:
            columns = next((len(row) for row in rows if not isinstance(row, str)), 0)
        return cls(
            caption, cells, _rows(rows), align or "l" + "r" * (columns - 1),
            row_header, tuple(totals), tuple(notes),
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The table as plain data; `from_json` gives it back."""
        return {
            "caption": self.caption,
            "header": [[cell._asdict() for cell in row] for row in self.header],
            "rows": [row if isinstance(row, str) else list(row) for row in self.rows],
            "align": list(self.align),
            "row_header": self.row_header,
            "totals": list(self.totals),
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The table that `as_json` wrote."""
        return cls(
            data["caption"],
            tuple(tuple(HeaderCell(**cell) for cell in row) for row in data["header"]),
            _rows(data["rows"]),
            "".join(data["align"]),
            data["row_header"],
            tuple(data["totals"]),
            tuple(data["notes"]),
        )

    def html(self) -> str:
        """The table as HTML with the scope of every header cell; classes l, c, r, total and group, no style.

        The caption's text has an element of its own, which can stay in sight while a wide table scrolls.
        """
        parts = [f"<caption><span>{html.escape(self.caption)}</span></caption>"] if self.caption else []
        if self.header:
            rows = ("".join(_header_html(cell) for cell in row) for row in self.header)
            parts.append(f"<thead>{''.join(f'<tr>{row}</tr>' for row in rows)}</thead>")
        groups = [number for number, row in enumerate(self.rows) if isinstance(row, str)]
        for start, end in itertools.pairwise(sorted({0, *groups, len(self.rows)})):
            parts.append(f"<tbody>{''.join(map(self._row_html, range(start, end)))}</tbody>")
        notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in self.notes)
        return f"<table>{''.join(parts)}</table>{notes}"

    def _row_html(self, number: int) -> str:
        row = self.rows[number]
        if isinstance(row, str):
            head = f'<th scope="rowgroup" colspan="{len(self.align)}">{html.escape(row)}</th>'
            return f'<tr class="group">{head}</tr>'
        cells = []
        for column, text in enumerate(row):
            tag, scope = ("th", ' scope="row"') if column == self.row_header and text else ("td", "")
            cells.append(f'<{tag}{scope} class="{self.align[column]}">{html.escape(text)}</{tag}>')
        kind = ' class="total"' if number in self.totals else ""
        return f"<tr{kind}>{''.join(cells)}</tr>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        header = [" | ".join(cell.text for cell in row) for row in self.header]
        rows = [row if isinstance(row, str) else " | ".join(row) for row in self.rows]
        lines = [self.caption, *header, *rows, *self.notes]
        return {TABLE_MIME: self.as_json(), "text/html": self.html(), "text/plain": "\n".join(lines)}


def _rows(rows: Sequence[Sequence[str] | str]) -> tuple[tuple[str, ...] | str, ...]:
    return tuple(row if isinstance(row, str) else tuple(row) for row in rows)


def _header_html(cell: HeaderCell) -> str:
    spans = "".join(
        f' {name}="{n}"' for name, n in [("colspan", cell.colspan), ("rowspan", cell.rowspan)] if n > 1
    )
    if not cell.text:  # an empty header heads nothing
        return f"<td{spans}></td>"
    scope = "colgroup" if cell.colspan > 1 else "col"
    return f'<th scope="{scope}"{spans}>{html.escape(cell.text)}</th>'


def check_header(header: Sequence[Sequence[HeaderCell]], columns: int) -> None:
    """Check that the header's cells with their spans fill `columns` columns exactly.

    `MisuseError` names the first cell or row that does not.
    """
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(header):
        free = (column for column in range(columns) if (row, column) not in taken)
        for cell in cells:
            first = next(free, columns)
            last, bottom = first + cell.colspan, row + cell.rowspan
            place = {(r, c) for r in range(row, bottom) for c in range(first, last)}
            if not place or last > columns or bottom > len(header) or place & taken:
                raise MisuseError(
                    _("Header row {row}: the cell '{text}' does not fit into {columns} columns.", row=row + 1,
                      text=cell.text, columns=columns),
                    _("Correct how many columns and rows its cells span; align has one letter per column."),
                )  # fmt: skip
            taken |= place
        if any((row, column) not in taken for column in range(columns)):
            raise MisuseError(
                _("Header row {row} does not fill all {columns} columns.", row=row + 1, columns=columns),
                _("Correct how many columns and rows its cells span; align has one letter per column."),
            )


# --- Charts -------------------------------------------------------------------------------------------------


def show_chart(figure: Any, *, alt: str, caption: str = "", source: str = "") -> None:
    """Show a matplotlib figure with the text that stands for it and close it.

    That text is the title of the picture, so that who cannot see it hears first what it says, and then `alt`. Letters
    become outlines, so that the picture needs no font; the same figure gives the same bytes.
    An empty `alt` raises `MisuseError`: without it the chart does not exist for a reader who cannot see it.
    """
    import matplotlib
    import matplotlib.pyplot as plt
    from IPython.display import display

    if not alt.strip():
        raise MisuseError(
            _("The chart has no text that stands for it (alt)."),
            _("Say in a sentence or two what the chart shows: show_chart(figure, alt='...')."),
        )
    file = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "baocao", "svg.fonttype": "path"}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    titles = [figure.get_suptitle(), *(ax.get_title(loc="left") or ax.get_title() for ax in figure.axes)]
    alt = ". ".join([*(" ".join(title.split()) for title in titles if title), alt])
    display(
        {CHART_MIME: file.getvalue(), "text/plain": alt},
        raw=True,
        metadata={CHART_MIME: {"alt": alt, "caption": caption, "source": source}},
    )


# --- Prose --------------------------------------------------------------------------------------------------


class ProsePart(NamedTuple):
    """A part of the sentences of a cell, in Markdown; `values` are what its `{eval}` roles stand for, by their codes.

    `offer` is the id of the sentence if it is one that the figures suggest (`Offers`).
    """

    text: str
    values: Mapping[str, str]
    offer: str = ""


@dataclass(frozen=True)
class Prose:
    """Sentences made in a cell, in Markdown.

    `section` is that of the office's narrative which decides about them, if it does; `parts` then are the same
    sentences with their values apart.
    """

    text: str
    section: str = field(default="", compare=False, repr=False)
    parts: tuple[ProsePart, ...] = field(default=(), compare=False, repr=False)

    def _repr_markdown_(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if not self.section:
            return {}
        parts = [part._asdict() | {"values": dict(part.values)} for part in self.parts]
        return {PROSE_MIME: {"section": self.section, "parts": parts}}


Values = Callable[[str], str]
"""From an indicator's name in a narrative ("B1", "B1.change") to the text to print; `UsageError` for an unknown one."""

VALUE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a value in the words around it."""


def without_values(text: str) -> str:
    """A Markdown text without its `{eval}` roles: a sign of the same length stands for each."""
    return _MARKS.sub(lambda found: VALUE * len(found[0]) if found["code"] else found[0], text)


@dataclass(frozen=True)
class Narrative:
    """The office's own paragraphs by section, as its `narrative.md` holds them (README, "Narrative").

    `lines` are the numbers of the lines in the file where the sections' texts begin; `left_out` are the offered
    sentences (`Offers`) that a section does without, by section and id, with the numbers of the lines that say so.
    """

    file: str
    known: tuple[str, ...]
    sections: Mapping[str, str]
    lines: Mapping[str, int]
    left_out: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None, known: Sequence[str]) -> Self:
        """Read `narrative.md`, without a file no text; `known` are the ids of the sections that the report has."""
        if path is None:
            return cls.parse("", known)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise InputError(
                _("{file} is not written in Unicode (UTF-8).", file=path.name),
                _("Open it in a text editor and save it as UTF-8."),
            ) from None
        return cls.parse(text, known, file=path.name)

    @classmethod
    def parse(cls, text: str, known: Sequence[str], *, file: str = "narrative.md") -> Self:
        """The narrative in `text`: headings `## section-id`, paragraphs under them."""
        sections: dict[str, list[str]] = {}
        lines: dict[str, int] = {}
        left_out: dict[tuple[str, str], int] = {}
        current: list[str] | None = None
        for number, line in enumerate(unicodedata.normalize("NFC", text).splitlines(), start=1):
            heading = re.fullmatch(r"(#+)(?:\s+(.*?))?\s*", line)
            if heading:
                id = heading[2] or ""
                if heading[1] != "##" or id not in known or id in sections:
                    raise InputError(
                        _("{file}, line {line}: '{heading}' opens no section, or one that is there already.",
                          file=file, line=number, heading=line),
                        _nearest(id, known),
                    )  # fmt: skip
                current = sections[id] = []
            elif line.strip() and current is None:
                raise InputError(
                    _("{file}, line {line}: text before the first section.", file=file, line=number),
                    _("Put a heading of the form '## section' above it."),
                )
            elif line.lstrip().startswith("<!--"):
                left_out |= {(id, name): number for name in _left_out(line, file, number)}
                if current:
                    current.append("")
            elif current:
                current.append(line)
            elif line.strip() and current is not None:
                lines[id] = number
                current.append(line)
        texts = {id: "\n".join(texts).rstrip() for id, texts in sections.items()}
        return cls(file, tuple(known), texts, lines, left_out)

    def section(self, id: str, values: Values) -> Prose:
        """The paragraphs of one section with the figures in place; nothing if the office wrote none.

        A figure is written `` {eval}`B1` ``. The code is looked up, never executed; HTML is text like any
        other.
        """
        if id not in self.known:
            raise InputError(
                _("{file}: the report has no section '{id}'.", file=self.file, id=id),
                _nearest(id, self.known),
            )
        had: dict[str, str] = {}
        written = list(self._pieces(id, values, had))
        part = ProsePart("".join(role for _shown, role in written), had)
        return Prose("".join(shown for shown, _role in written), id, (part,))

    def own_words(self, id: str) -> str:
        """The text of a section without its figures."""
        return without_values(self.sections.get(id, ""))

    def line(self, id: str, position: int) -> int:
        """The number of the file's line in which a position in a section's text lies."""
        return self.lines[id] + self.sections[id].count("\n", 0, position)

    def _pieces(self, id: str, values: Values, had: dict[str, str]) -> Iterator[tuple[str, str]]:
        """The pieces of a section's text, each with its figures in place, and with their roles; `had` gets them."""
        text = self.sections.get(id, "")
        if broken := re.search(
            r"\{\s*eval\s*\}", _MARKS.sub(lambda found: " " * len(found[0]), text), re.IGNORECASE
        ):
            raise InputError(
                _("{file}, section '{id}', line {line}: a figure is begun and not finished.",
                  file=self.file, id=id, line=self.line(id, broken.start())),
                _("Write it without a space, between two backquotes: {example}.", example="{eval}`B1`"),
            )  # fmt: skip
        end = 0
        for found in _MARKS.finditer(text):
            yield (text[end : found.start()],) * 2
            if found["code"]:
                code = found["code"].strip()
                had[code] = self._value(id, code, self.line(id, found.start()), values)
                yield (
                    literal(had[code] + found["stop"]),
                    f"{{eval}}`{code}`{found['stop']}",
                )  # "20." is no list
            elif found["html"]:
                yield ("\\" + found["html"],) * 2
            else:
                yield (found[0],) * 2
            end = found.end()
        yield (text[end:],) * 2

    def _value(self, id: str, code: str, line: int, values: Values) -> str:
        try:
            return values(code)
        except UsageError as error:
            raise InputError(
                _("{file}, section '{id}', line {line}: the figure '{code}' cannot be had: {why}",
                  file=self.file, id=id, line=line, code=code, why=error.message),
                error.remedy,
            ) from None  # fmt: skip


def _left_out(line: str, file: str, number: int) -> list[str]:
    """The ids in `<!-- bo: can-su, chua-dat -->`; none in a remark for who reads the file, `<!-- sửa: ... -->`."""
    if re.fullmatch(r"\s*<!--\s*s[ửu]a\s*:.*-->\s*", line):
        return []
    found = re.fullmatch(r"\s*<!--\s*b[oỏ]\s*:\s*([\w-]+(?:\s*[,;]\s*[\w-]+)*)\s*-->\s*", line)
    if not found:
        raise InputError(
            _("{file}, line {line}: '{text}' is not understood.", file=file, line=number, text=line.strip()),
            _("To leave an offered sentence out, write {example}.", example="<!-- bo: can-su -->"),
        )
    return re.split(r"\s*[,;]\s*", found[1])


_MARKS = re.compile(
    r"""\\.                                              # an escaped character stays as it is
      | \{eval\}(?P<role>`+)(?P<code>.+?)(?P=role)(?!`)(?P<stop>[.)]?)  # a figure
      | (?P<span>`+)(?!`).+?(?<!`)(?P=span)(?!`)         # other code stays as it is
      | (?P<html>[<&])                                   # what would open HTML""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Offer:
    """A sentence that a report's figures may suggest for a section.

    `text` is empty where they do not; `grounds` are the figures it rests on. `line` is the line of the narrative that
    leaves it out, or None.
    """

    section: str
    id: str
    text: str
    grounds: str
    line: int | None = None


class Offers:
    """The sentences that the figures suggest for the sections, and what the office decided about them.

    The office leaves one out by a line `<!-- bo: id -->` in the section of its narrative.
    """

    def __init__(self, narrative: Narrative) -> None:
        self._narrative = narrative
        self._offers: list[Offer] = []

    def add(self, section: str, id: str, text: str, grounds: str) -> None:
        """Offer a sentence, or say that there is such a one and the figures do not suggest it now (empty `text`)."""
        line = self._narrative.left_out.get((section, id))
        self._offers.append(Offer(section, id, text, grounds, line))

    def prose(self, section: str) -> Prose:
        """The sentences of a section that stay, a paragraph each, once all of that section were offered.

        An id that the narrative leaves out and that is none of them is an `InputError` with section, line and the
        nearest id.
        """
        offers = [offer for offer in self._offers if offer.section == section]
        self._refuse_unknown(section, [offer.id for offer in offers])
        used = [offer for offer in offers if offer.text and offer.line is None]
        parts = tuple(ProsePart(offer.text, {}, offer.id) for offer in used)
        return Prose("\n\n".join(offer.text for offer in used), section, parts)

    def table(self) -> Table:
        """All sentences that the figures suggest: their ids, what they rest on, and whether they are used."""
        rows = [
            [offer.section, offer.id, offer.text, offer.grounds, "dùng" if offer.line is None else "bỏ"]
            for offer in self._offers
            if offer.text
        ]
        header = ["Mục", "Mã câu", "Câu", "Căn cứ", "Dùng/bỏ"]
        return Table.from_rows(caption="", header=[header], rows=rows, align="lllll", row_header=1)

    def note(self, findings: Findings, file: str) -> None:
        """Note each suggested sentence that the office leaves out; `file` is the narrative as findings call it."""
        for section in dict.fromkeys(section for section, _id in self._narrative.left_out):
            self._refuse_unknown(section, [o.id for o in self._offers if o.section == section])
        for offer in self._offers:
            if offer.text and offer.line is not None:
                findings.add(
                    NOTE, "overruled",
                    _("The figures ({grounds}) suggest a sentence that the office leaves out: {text}",
                      grounds=offer.grounds, text=offer.text),
                    _("To have the sentence again, take '{id}' out of this line.", id=offer.id),
                    file=file, sheet=offer.section, row=offer.line,
                )  # fmt: skip

    def _refuse_unknown(self, section: str, ids: Sequence[str]) -> None:
        for (named, id), line in self._narrative.left_out.items():
            if named == section and id not in ids:
                raise InputError(
                    _("{file}, section '{id}', line {line}: there is no sentence '{name}' to leave out.",
                      file=self._narrative.file, id=section, line=line, name=id),
                    _nearest(id, ids),
                )  # fmt: skip


def literal(text: str) -> str:
    """`text` as Markdown that reads as exactly this text: "20." opens no list, "*" starts no emphasis."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~&$])", r"\\\1", text)


def _nearest(word: str, known: Sequence[str]) -> Any:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    if near:
        return _("Did you mean {name}?", name=near[0])
    return _("There are: {names}.", names=", ".join(known) or "-")
