"""What a finished report says that it should not: typed figures, names of other units, persons, last year's text.

All are findings to verify and stop nothing: an office may have a figure that no indicator holds, and may speak of its
neighbour or name who is in charge. They are looked for in what people write: the prose and the sentences of the
report's notebook, and `narrative.md`.
"""

from __future__ import annotations

import ast
import csv
import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from baocao.analysis import personal, units
from baocao.analysis.document import VALUE, Narrative, without_values
from baocao.analysis.findings import NOTE, VERIFY, Findings
from baocao.analysis.units import Unit
from baocao.analysis.vietnamese import StatedFigure, figures_in, fold
from baocao.messages import _
from baocao.pipeline.blocks import cell_tags
from baocao.pipeline.plan import ReportPlan

Row = Mapping[str, str]
"""A row of `indicators.csv`."""


@dataclass(frozen=True)
class Passage:
    """A piece of prose with a sign in place of each value, and where it stands: file, section, line or cell."""

    text: str
    file: str
    section: str
    row: int

    def role(self, name: str) -> str:
        """How a figure is written there: a code in the narrative, Python in a notebook."""
        return f"{{eval}}`{name}`" if self.section else f'{{eval}}`so("{name}")`'

    def row_of(self, position: int) -> int:
        """The line of a position in the text; a cell is one row."""
        return self.row + self.text.count("\n", 0, position) if self.section else self.row


def verify(report: ReportPlan, notebook: NotebookNode, indicators: Path) -> Findings:
    """The findings on a report's prose; `notebook` is the executed report, `indicators` its `indicators.csv`."""
    findings = Findings()
    with indicators.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["place"] == report.unit.code]
    data = report.last.data
    parts = units.parts(report.unit, report.year, data)
    names = _names(report.unit, parts, units.around(report.unit.province, data))
    if doubt := units.doubt_about(report.unit, report.year, data):
        findings.add(
            VERIFY, "units-of-that-year", doubt,
            _("Compare them with the lists of that time; give differences in data/{province}/units.csv.",
              province=report.unit.province),
        )  # fmt: skip
    earlier = _earlier_text(report.earlier_text)
    for passage in [*_narrative(report), *_notebook(notebook, report.last.source.name)]:
        rest = _check_personal_data(passage, names, findings)
        _check_figures(rest, rows, parts, findings)
        _check_names(rest, names, report.unit, findings)
        if passage.section:
            _check_same_text(rest, earlier, findings)
    return findings


def _check_personal_data(passage: Passage, known: Collection[str], findings: Findings) -> Passage:
    """Ask about each line that seems to name a person or a business; what is left is the passage without these lines.

    No finding repeats such a line, and no other check may.
    """
    lines = passage.text.split("\n")
    for number, line in enumerate(lines):
        if kind := personal.kind_in_text(line, known):
            findings.add(
                VERIFY, "personal-in-prose", _("Here seems to be {kind}.", kind=kind),
                _("Take it out unless the report must name it."),
                file=passage.file, sheet=passage.section,
                row=passage.row_of(len("\n".join(lines[:number])) + bool(number)),
            )  # fmt: skip
            lines[number] = " " * len(line)
    return replace(passage, text="\n".join(lines))


# --- Figures typed by hand ------------------------------------------------------------------------------------


def _check_figures(passage: Passage, rows: Sequence[Row], parts: Sequence[Unit], findings: Findings) -> None:
    counted = sorted({row["unit_of_measure"] for row in rows} - {"%"})
    for figure in figures_in(passage.text, counted):
        behind = passage.text[figure.start + len(figure.written) :]
        words = re.match(r"(?:/\d+)?(?:\s+[^\W\d]\w*){0,3}", behind)
        phrase = (figure.written + (words[0] if words else "")).replace(VALUE, "…")
        if _counts_parts(figure, behind, parts):
            continue
        name = next((name for row in rows if (name := _explained_by(row, figure, behind))), None)
        if name:
            severity = NOTE
            said = _(
                "'{text}' is typed by hand. It equals {code} now, but will not follow the data.",
                text=phrase,
                code=name,
            )
            remedy = _("Write {role} in its place.", role=passage.role(name))
        else:
            severity = VERIFY
            said = _("'{text}' is typed by hand, and no indicator of this report explains it.", text=phrase)
            remedy = _(
                "Check it against its source; if an indicator holds it, write {role}.",
                role=passage.role("..."),
            )
        row, before = passage.row_of(figure.start), figure.written
        findings.add(
            severity, "typed-figure", said, remedy, file=passage.file, sheet=passage.section, row=row, before=before
        )  # fmt: skip


def _counted(behind: str) -> str:
    """What a figure counts: the words behind it, or behind the fraction that it begins."""
    return re.sub(r"^/\d+", "", behind).strip().lower()


def _counts_parts(figure: StatedFigure, behind: str, parts: Sequence[Unit]) -> bool:
    """Whether a figure is the number of a unit's parts, or of those of a kind: the table of units explains it."""
    of_kind = [part for part in parts if _counted(behind).startswith(part.type)]
    return bool(of_kind) and figure.value in (len(parts), len(of_kind))


def _explained_by(row: Row, figure: StatedFigure, behind: str) -> str:
    """The name ("B1", "B1.previous") of an indicator's number that this figure is, in the unit that is given; or ""."""
    if figure.value is None:
        return ""
    decimals = len(figure.written.removesuffix("%").strip().partition(",")[2])
    if figure.written.endswith("%"):
        same_unit = row["unit_of_measure"] == "%"
    else:
        same_unit = _counted(behind).startswith(
            (row["unit_of_measure"], row["name"].lower().removeprefix("số "))
        )
    for column in ("value", "previous", "target", "change") if same_unit else ():
        if row[column] and round(abs(float(row[column])), decimals) == round(figure.value, decimals):
            return row["code"] if column == "value" else f"{row['code']}.{column}"
    return ""


# --- Names of other units -------------------------------------------------------------------------------------

_NAMED = re.compile(
    r"\b(xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh)(?=((?:\s+[^\W\d_]\w*)+))", re.IGNORECASE
)


def _check_names(passage: Passage, names: Mapping[str, bool], unit: Unit, findings: Findings) -> None:
    for match in _NAMED.finditer(passage.text):
        words = list(itertools.takewhile(lambda word: word[0].isupper(), match[2].split()))
        named = (f"{match[1].lower()} {' '.join(words[:length])}" for length in range(len(words), 0, -1))
        name = next((name for name in named if name in names), "")
        if names.get(name):
            findings.add(
                VERIFY, "other-unit",
                _("The text speaks of {name}; the report is about {unit}.", name=name, unit=unit.full_name),
                _("If the text was copied from another unit's report, write it anew."),
                file=passage.file, sheet=passage.section, row=passage.row_of(match.start()), before=name,
            )  # fmt: skip


def _names(unit: Unit, parts: Sequence[Unit], known: Sequence[Unit]) -> dict[str, bool]:
    """The names of units (`units.around`), with their kinds, and whether each is a stranger's.

    No stranger is the unit, what it is a part of, what is in it, what it came from or became. A commune of another
    province is looked for nowhere: "xã Tân Lập" may be one of thirty, and "Tân Lập" anything.
    """
    own = (unit, *parts)
    codes = {unit.parent_code, *(u.code for u in own), *(code for u in own for code in u.successor_codes)}
    names: dict[str, bool] = {}
    for u in known:
        related = u.province == unit.province and "province" in (u.level, unit.level)
        stranger = not related and u.code not in codes and unit.code not in u.successor_codes
        name = f"{u.type} {u.name}"
        names[name] = stranger and names.get(name, True)
    return names


# --- Last year's text -----------------------------------------------------------------------------------------

FEWEST_WORDS = 8
"""Shorter sentences than this come again by chance."""
_DATES = re.compile(
    r"(?:ngày )?\d{1,2}(?: tháng \d{1,2}(?: năm \d{4})?|[/.-]\d{1,2}(?:[/.-]\d{2,4})?)|\d{1,2}/\d{4}"
    r"|(?<!\d)(?:19|20)\d\d(?!\d)"
)


def _check_same_text(passage: Passage, earlier: Collection[str], findings: Findings) -> None:
    """Ask about each paragraph of last year's that stands there again, and in others about each sentence."""
    for paragraph in re.finditer(r"\S.*?(?=\n\s*\n|\Z)", passage.text, re.DOTALL):
        if _plain(paragraph[0]) in earlier:
            found = [(0, paragraph[0])]
        else:
            sentences = _sentences_in(paragraph[0])
            found = [(start, text) for start, text in sentences if _plain(text) in earlier]
        for start, text in found:
            begin = " ".join(text.replace(VALUE, "…").split())
            findings.add(
                VERIFY, "same-text-as-last-year",
                _("This is word for word last year's text: '{text}'.",
                  text=begin if len(begin) <= 80 else f"{begin[:80].rpartition(' ')[0]}…"),
                _("Read whether it still holds; write what is new this year, or take it out."),
                file=passage.file, sheet=passage.section, row=passage.row_of(paragraph.start() + start),
            )  # fmt: skip


def _earlier_text(path: Path) -> set[str]:
    """The paragraphs and the sentences of the narrative of the year before that can be compared."""
    if not path.is_file():
        return set()
    text = without_values(path.read_text(encoding="utf-8-sig", errors="replace"))
    text = re.sub(r"^(?:##|\s*<!--).*$", "\n", text, flags=re.MULTILINE)
    paragraphs = re.split(r"\n\s*\n", text)
    sentences = [sentence for paragraph in paragraphs for _start, sentence in _sentences_in(paragraph)]
    return {_plain(t) for t in [*paragraphs, *sentences] if len(t.split()) >= FEWEST_WORDS}


def _sentences_in(paragraph: str) -> list[tuple[int, str]]:
    """The sentences of a paragraph and where each begins."""
    return [
        (found.start(), found[0])
        for found in re.finditer(r"\S.*?[.;!?:](?=\s|\Z)|\S.*\Z", paragraph, re.DOTALL)
    ]


def _plain(text: str) -> str:
    """A text without what does not make it another one: dates and years, spaces, capitals, the way of placing tones."""
    return fold(re.sub(rf"{VALUE}+", VALUE, _DATES.sub("", fold(text))))


# --- What people write ----------------------------------------------------------------------------------------


def _narrative(report: ReportPlan) -> Iterator[Passage]:
    path = report.last.inputs / "narrative.md"
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8-sig")
    narrative = Narrative.parse(text, re.findall(r"^##\s+(.+?)\s*$", text, re.MULTILINE))
    for id in narrative.sections:
        if text := narrative.own_words(id):
            yield Passage(text, f"{report.year}/{path.name}", id, narrative.lines[id])


def _notebook(notebook: NotebookNode, name: str) -> Iterator[Passage]:
    cells = [cell for cell in notebook.cells if "injected-parameters" not in cell_tags(cell)]
    for number, cell in enumerate(cells, start=1):
        if "hide" in cell_tags(cell):
            continue
        if cell.cell_type == "markdown":
            yield Passage(without_values(cell.source), name, "", number)
        elif cell.cell_type == "code":
            for sentence in _sentences(cell.source):
                yield Passage(sentence, name, "", number)


def _sentences(code: str) -> Iterator[str]:
    """The texts in a piece of Python that may be prose: those with a space in them, no docstring."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # magics; what they do is no prose
        return
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in docstrings | inside:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else VALUE for p in node.values]
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if " " in text.strip():
            yield text
