"""The body: style, indents, spacing, headings, and tables (Phụ lục I, Phần I, Mục II.6, and the specimens in Mục V)."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator

from baocao.messages import _
from baocao.nd30.annex import table_lines
from baocao.nd30.parts import (
    CHAPTER,
    CLAUSE,
    INDENTS,
    POINT,
    ROMAN,
    SECTION,
    THIRD,
    Document,
    Paragraph,
    share,
)
from baocao.nd30.pdf import MM, Line
from baocao.nd30.rules import (
    Finding,
    Look,
    absent,
    case,
    missing,
    points,
    quoted,
    rule,
    settle,
    sizes,
    slope,
    unknown,
    weight,
)  # fmt: skip

SINGLE = 1.15
"""Ems from base line to base line of Times New Roman, set single."""
DESCENT_SHARE = 0.19
"""The share of a line's height that is below its base line."""
FEW = 0.2
"""Up to this share of paragraphs a file's own peculiarity may explain what does not fit."""
ALPHABET = "abcdđeghiklmnopqrstuvxy"
"""The letters of điểm in the order in which the decree itself uses them."""


@rule("B-01")
def legal_bases(document: Document) -> Finding:
    """Căn cứ: italic, 13-14, each ends with a semicolon, the last with a full stop (II.6a)."""
    found = list(itertools.takewhile(lambda p: p.text.startswith("Căn cứ"), _from_basis(document)))
    if not found:
        return absent(_("no lines of Căn cứ"))
    lines = [line for p in found for line in p.lines]
    stops = all(p.text.endswith(";") for p in found[:-1]) and found[-1].text.endswith(".")
    said = _("semicolons, a full stop at last") if stops else _("without semicolons and a full stop at last")
    return settle([slope(lines, True), sizes(lines, 13, 14), weight(lines, False), (stops, said)], lines)


def _from_basis(document: Document) -> Iterator[Paragraph]:
    """The paragraphs from the first on, if that is a line of Căn cứ and no sentence that begins so."""
    body = document.body
    if (
        body
        and body[0].text.startswith("Căn cứ")
        and (body[0].text.endswith(";") or share(body[0].lines, "italic") > 0.5)
    ):
        yield from body


def _bases(document: Document) -> set[int]:
    return {id(p) for p in itertools.takewhile(lambda p: p.text.startswith("Căn cứ"), _from_basis(document))}


def _running(document: Document) -> list[Paragraph]:
    """The paragraphs of running text that are no lines of Căn cứ."""
    bases = _bases(document)
    return [p for p in document.plain if id(p) not in bases]


@rule("B-04")
def body_style(document: Document) -> Finding:
    """Small letters, upright, 13-14, justified (II.6e)."""
    paragraphs = _running(document)
    if not paragraphs:
        return unknown(_("the body has no text"))
    looks: list[Look] = []
    wrong: list[Line | int] = []
    for paragraph in paragraphs:
        lines = paragraph.lines
        italic = share(lines, "italic") > 0.5
        own = [
            (not italic, _("italic") if italic else _("upright")),
            sizes(lines, 13, 14),
            (
                share(lines, "upper") < 0.9 or len(paragraph.text) < 40,
                _("small letters") if share(lines, "upper") < 0.9 else _("capitals"),
            ),
        ]
        looks += own
        wrong += [line for line in lines if not all(holds for holds, _words in own)]
    inner = [line for p in paragraphs for line in p.lines[:-1]]
    if len(inner) >= 3:
        ragged = [line for line in inner if line.x1 < document.right - 2 * MM]
        justified = len(ragged) <= 0.34 * len(inner)
        looks.append((justified, _("justified") if justified else _("not justified")))
        wrong += [] if justified else ragged
    return settle(looks, wrong or [paragraphs[0].page, paragraphs[-1].page])


@rule("B-05")
def indent(document: Document) -> Finding:
    """The first line of a paragraph is indented by 1 cm or 1.27 cm (II.6e)."""
    firsts = [p.lines[0] for p in document.body if not document.is_caption(p) and _starts_flush(p)]
    firsts = [line for line in firsts if not (CHAPTER.fullmatch(line.text) or SECTION.fullmatch(line.text))]
    if not firsts:
        return unknown(_("the body has no text"))
    if not any(len(p.lines) > 1 for p in document.body):
        return unknown(_("no paragraph has a second line that would show its indent"))
    depths = [line.x0 - document.left for line in firsts]
    fitting = [any(abs(depth - model * MM) <= 1 * MM for model in INDENTS) for depth in depths]
    wrong = [line for line, fits in zip(firsts, fitting, strict=True) if not fits]
    if len(wrong) <= FEW * len(firsts) and len(wrong) < 2:
        wrong = []
    shown = sorted(
        {round(depth / MM, 1) for depth, fits in zip(depths, fitting, strict=True) if fits == (not wrong)}
    )
    said = ", ".join(f"{value:g}".replace(".", ",") for value in shown[:4])
    return settle([(not wrong, _("first line indented by {lengths} mm", lengths=said))], wrong)


def _starts_flush(paragraph: Paragraph) -> bool:
    """Whether a paragraph really begins here: not in small letters, as what follows a table in mid-sentence does."""
    return not paragraph.text[0].islower() or bool(POINT.match(paragraph.text))


@rule("B-06")
def paragraph_spacing(document: Document) -> Finding:
    """At least 6 pt between paragraphs (II.6e)."""
    pitch = _pitch(document)
    gaps = []
    running = {id(p) for p in _running(document)}
    for before, after in itertools.pairwise(document.body):
        last, first = before.lines[-1], after.lines[0]
        both = id(before) in running and id(after) in running  # a heading may have a spacing of its own
        if both and last.page == first.page and not after.table_before:
            size = DESCENT_SHARE * last.size + (1 - DESCENT_SHARE) * first.size
            gaps.append((first.y - last.y - (pitch or SINGLE) * size, first))
    if not gaps:
        return unknown(_("no two paragraphs stand one below the other"))
    if pitch is None:
        return unknown(_("no paragraph has several lines that would show the line spacing"))
    wrong = [line for gap, line in gaps if gap < 6 - 0.6]
    if len(wrong) <= FEW * len(gaps) and len(wrong) < 2:
        wrong = []
    least = min(gap for gap, line in gaps if not wrong or line in wrong)
    said = _("{length} pt between paragraphs", length=points(round(max(least, 0.0), 1)))
    return settle([(not wrong, said)], wrong)


@rule("B-07")
def line_spacing(document: Document) -> Finding:
    """At least single, at most 1.5 lines (II.6e)."""
    pitch = _pitch(document)
    if pitch is None:
        return unknown(_("no paragraph has several lines that would show the line spacing"))
    lines = pitch / SINGLE
    return settle([(0.94 <= lines <= 1.53, _("{lines} lines", lines=f"{lines:.2f}".replace(".", ",")))])


def _pitch(document: Document) -> float | None:
    """Ems from base line to base line inside paragraphs; None if no paragraph shows it."""
    steps = [
        (after.y - before.y) / after.size
        for p in document.plain
        for before, after in itertools.pairwise(p.lines)
        if before.page == after.page
    ]
    return statistics.median(steps) if steps else None


# --- Headings -------------------------------------------------------------------------------------------------


def _numbered(document: Document, pattern: re.Pattern[str]) -> list[Paragraph]:
    return [p for p in document.body if pattern.match(p.text)]


@rule("B-08")
def chapters(document: Document) -> Finding:
    """Phần, Chương: a line of its own in the middle, Roman number, bold; title below in capitals, bold (II.6đ)."""
    return _over_title(document, CHAPTER, r"[IVXLC]+|thứ \w+", _("no Phần or Chương"))


@rule("B-09")
def sections(document: Document) -> Finding:
    """Mục: a line of its own in the middle, Arabic number, bold; title below in capitals, bold (II.6đ)."""
    return _over_title(document, SECTION, r"\d+", _("no Mục within a Chương"))


def _over_title(document: Document, pattern: re.Pattern[str], number: str, none: object) -> Finding:
    lines = [line for p in document.body for line in p.lines]
    found = [line for line in lines if pattern.fullmatch(line.text)]
    if not found:
        return absent(str(none))
    looks: list[Look] = []
    for line in found:
        match = pattern.fullmatch(line.text)
        digits = match["number"] if match else ""
        looks += [
            (document.is_centred(line), _("centred") if document.is_centred(line) else _("not centred")),
            (bool(re.fullmatch(number, digits)), _("number {number}", number=digits)),
            case([line] if line.text.isupper() else [], False), weight([line], True), slope([line], False),
            sizes([line], 13, 14),
        ]  # fmt: skip
        below = next((other for other in lines if other.place > line.place), None)
        if below:
            looks += [case([below], True), weight([below], True)]
    return settle(looks, found)


@rule("B-10")
def roman_headings(document: Document) -> Finding:
    """I. TITLE: number and title in capitals, 13-14, upright, bold (Mục V, row 6b)."""
    found = _numbered(document, ROMAN)
    if not found:
        return absent(_("no headings with Roman numbers"))
    lines = [line for p in found for line in p.lines]
    looks: list[Look] = []
    seen = []
    for paragraph in found:
        own = [
            case(paragraph.lines, True),
            sizes(paragraph.lines, 13, 14),
            slope(paragraph.lines, False),
            weight(paragraph.lines, True),
        ]
        looks += own
        seen += [] if all(holds for holds, _words in own) else list(paragraph.lines)
    return settle(looks, seen or lines)


@rule("B-11")
def titled_clauses(document: Document) -> Finding:
    """1. Title: small letters, bold, a line of its own (II.6đ; Mục V)."""
    return _titled(document, CLAUSE, _("no khoản with a title"))


@rule("B-16")
def titled_third(document: Document) -> Finding:
    """2.1. Title: like a khoản with a title; practice, not in the decree."""
    return _titled(document, THIRD, _("no third level with a title"))


def _titled(document: Document, pattern: re.Pattern[str], none: object) -> Finding:
    found = [p for p in _numbered(document, pattern) if _is_title(p, pattern)]
    if not found:
        return absent(str(none))
    looks: list[Look] = []
    seen: list[Line] = []
    for paragraph in found:
        lines = paragraph.lines
        alone = not _runs_in(paragraph)
        own = [
            case(lines, False), weight(lines, True), slope(lines, False), sizes(lines, 13, 14),
            (alone, _("on a line of its own") if alone else _("text goes on after the title")),
        ]  # fmt: skip
        if not alone:
            own = own[-1:]
        looks += own
        seen += [] if all(holds for holds, _words in own) else list(lines)
    return settle(looks, seen or [line for p in found for line in p.lines])


def _is_title(paragraph: Paragraph, pattern: re.Pattern[str]) -> bool:
    """Whether a numbered paragraph is a title: all bold, beginning bold, or short without a stop at its end."""
    if share(paragraph.lines, "bold") > 0.8:
        return not _is_sentence(paragraph)
    return _runs_in(paragraph) or (
        not paragraph.text.endswith((".", ";", ":", ",", "/.")) and len(paragraph.lines) <= 2
    )


def _is_sentence(paragraph: Paragraph) -> bool:
    """Whether a paragraph is running text by its end and length, whatever its style."""
    return paragraph.text.endswith((".", ";")) and len(paragraph.text.split()) > 12


def _runs_in(paragraph: Paragraph) -> bool:
    """Whether a paragraph begins with a bold title and goes on in running text."""
    letters = [letter for line in paragraph.lines for letter in line.ink]
    first = next((index for index, letter in enumerate(letters) if not letter.bold), len(letters))
    return 8 <= first < len(letters) - 8


@rule("B-12")
def clauses(document: Document) -> Finding:
    """1. Text: upright, not bold (Mục V)."""
    found = [
        p for pattern in (CLAUSE, THIRD) for p in _numbered(document, pattern) if not _is_title(p, pattern)
    ]
    if not found:
        return absent(_("no khoản without a title"))
    lines = [line for p in found for line in p.lines]
    wrong = [p for p in found if share(p.lines, "bold") > 0.5 or share(p.lines, "italic") > 0.5]
    seen = [line for p in wrong for line in p.lines] or lines
    return settle([slope(seen, False), weight(seen, False)], seen)


@rule("B-13")
def letters(document: Document) -> Finding:
    """a) text: in the order of the Vietnamese alphabet, with đ and without f, j, w, z; upright (II.6đ)."""
    found = [p for p in document.body if POINT.match(p.text)]
    if not found:
        return absent(_("no điểm"))
    marks = [p.text[0] for p in found]
    wrong = [
        p for p, before, mark in zip(found, ["", *marks], marks, strict=False) if not follows(before, mark)
    ]
    signs = [p for p in found if not re.match(r"[a-zđ]\) ", p.text)]
    lines = [line for p in found for line in p.lines]
    looks: list[Look] = [
        (not wrong, _("order {letters}", letters=", ".join(marks))),
        (not signs, quoted(signs[0].text, 12) if signs else _("a bracket after the letter")),
        slope(lines, False),
        weight(lines, False),
    ]
    return settle(looks, [line for p in wrong + signs for line in p.lines] or lines)


def follows(before: str, letter: str) -> bool:
    """Whether a điểm's letter may stand after another; each series begins with a."""
    if letter == "a":
        return True
    place = ALPHABET.find(letter)
    return place > 0 and ALPHABET[place - 1] == before


@rule("B-14")
def ending(document: Document) -> Finding:
    """The body ends with ./. (templates of Phụ lục III)."""
    own = [p for p in document.body if not document.is_caption(p)]
    if not own:
        return unknown(_("the body has no text"))
    last = own[-1]
    return settle([(last.text.endswith("./."), quoted("… " + last.text[-30:].strip()))], [last.lines[-1]])


@rule("B-15")
def table_text(document: Document) -> Finding:
    """10 to 12 pt in tables: practice, PL I has no rule."""
    lines = [*document.tables, *(line for annex in document.annexes for line in table_lines(document, annex))]
    if not lines:
        return absent(_("no tables"))
    found = sorted({round(line.size, 1) for line in lines})
    said = _("size {sizes}", sizes=", ".join(points(size) for size in found))
    if all(9.7 <= size <= 14.3 for size in found):
        return settle([(True, said)], lines)
    return Finding(
        "deviation", str(said), tuple(sorted({line.page for line in lines if not 9.7 <= line.size <= 14.3}))
    )


# --- Marks of ours in the body --------------------------------------------------------------------------------


@rule("X-01")
def illustrative(document: Document) -> Finding:
    """One italic line under the title while a figure is invented; ours, outside the decree."""
    notes = [line for line in document.notes if share([line], "italic") > 0.5 or line.text.startswith("(")]
    text = " ".join(line.text for line in notes)
    elsewhere = any("số liệu minh họa" in line.text.lower() for page in document.pages for line in page.lines)
    if "minh họa" in text.lower():
        return settle([slope(notes, True), (True, quoted(text))], notes)
    if elsewhere:
        return missing(_("figures are called illustrative further down, and no line under the title says so"))
    return absent(_("nothing says that figures are illustrative"))
