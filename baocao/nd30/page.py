"""Paper, margins, fonts and page numbers (Phụ lục I, Phần I, Mục I)."""

from __future__ import annotations

import csv
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from baocao.analysis import encodings
from baocao.messages import _
from baocao.nd30.parts import Document, foot_line
from baocao.nd30.pdf import MM, Line, Page
from baocao.nd30.rules import (
    DEVIATION,
    LENGTH,
    PASS,
    Finding,
    Look,
    absent,
    case,
    missing,
    mm,
    rule,
    settle,
    sizes,
    slope,
    unknown,
    weight,
)  # fmt: skip

FONTS = Path(__file__).parent / "fonts.csv"
A4 = (210.0, 297.0)
HEAD_AND_FOOT, LEFT, RIGHT = (20, 25), (30, 35), (15, 20)
"""Margins in mm (I.3)."""


@rule("P-01")
def paper(document: Document) -> Finding:
    """A4 (I.1)."""
    looks: list[Look] = []
    wrong: list[int] = []
    for page in document.pages:
        short, long = sorted((page.width / MM, page.height / MM))
        holds = abs(short - A4[0]) <= 1 and abs(long - A4[1]) <= 1
        looks.append((holds, _("{short} x {long} mm", short=mm(short * MM), long=mm(long * MM))))
        wrong += [] if holds else [page.number]
    return settle(looks, wrong)


@rule("P-02")
def orientation(document: Document) -> Finding:
    """Portrait, but for a body whose tables are no annexes (I.2); an annex stands as its tables need."""
    annexed = {number for annex in document.annexes for number in annex.pages}
    wide = [page.number for page in document.pages if page.landscape]
    body = [number for number in wide if number not in annexed]
    tables = {line.page for line in document.tables}
    if body and not tables:
        return Finding(DEVIATION, str(_("landscape, without a table in the body")), tuple(body))
    if body:
        return Finding(PASS, str(_("landscape, with tables in the body")), tuple(body))
    if wide:
        return Finding(PASS, str(_("portrait; annexes in landscape")), tuple(wide))
    return Finding(PASS, str(_("portrait")))


@rule("P-03")
def head_and_foot(document: Document) -> Finding:
    """Top and bottom margin (I.3); how far a text may reach down shows only where it goes on on the next page."""
    tops, feet, full = {}, {}, {}
    broken = {a.page for p in document.body for a, b in itertools.pairwise(p.lines) if b.page > a.page}
    for page in _body_pages(document):
        lines = _content(document, page)
        if lines:
            tops[page.number] = min(line.top for line in lines)
            feet[page.number] = page.height - max(line.bottom for line in lines)
            if page.number in broken:
                full[page.number] = feet[page.number]
    if not tops:
        return unknown(_("no text on the pages of the body"))
    pitch = 18.0
    looks: list[Look] = []
    wrong = []
    low, high = HEAD_AND_FOOT[0] * MM - LENGTH, HEAD_AND_FOOT[1] * MM + LENGTH
    top = min(tops.values())
    holds = low <= top <= high + 0.35 * pitch
    looks.append((holds, _("top margin {length} mm", length=mm(top))))
    wrong += [] if holds else [number for number, length in tops.items() if length == top]
    foot = min(full.values() if full else feet.values())
    shown = bool(full) and foot > high + 2 * pitch  # two lines of a paragraph stay together
    low_ones = [number for number, length in feet.items() if length < low]
    holds = not low_ones and not shown
    looks.append(
        (holds, _("text down to {length} mm from the bottom", length=mm(min([foot, *feet.values()]))))
    )
    wrong += low_ones or ([] if holds else list(full))
    return settle(looks, wrong)


@rule("P-04")
def left(document: Document) -> Finding:
    """Left margin (I.3)."""
    if not document.body:
        return unknown(_("the body has no text"))
    holds = LEFT[0] * MM - LENGTH <= document.left <= LEFT[1] * MM + LENGTH
    first = [line for p in document.body for line in p.lines if line.x0 - document.left < 2]
    return settle([(holds, _("left margin {length} mm", length=mm(document.left)))], [] if holds else first)


@rule("P-05")
def right(document: Document) -> Finding:
    """Right margin (I.3): where lines are not justified they may end a word earlier."""
    if not document.body:
        return unknown(_("the body has no text"))
    width = document.pages[0].width - document.right
    whole = [line for p in document.body for line in p.lines if document.right - line.x1 < 2]
    slack = 0.0 if len(whole) >= 3 else 12 * MM
    holds = RIGHT[0] * MM - LENGTH <= width <= RIGHT[1] * MM + LENGTH + slack
    return settle([(holds, _("right margin {length} mm", length=mm(width)))], [] if holds else whole)


@rule("P-06")
def font(document: Document) -> Finding:
    """Times New Roman in black (I.4); a substitute of the same measures is named as one."""
    families: dict[str, set[int]] = {}
    coloured: set[int] = set()
    for page in document.pages:
        for letter in (letter for line in page.lines for letter in line.ink):
            families.setdefault(letter.family, set()).add(page.number)
            if max(letter.colour) > 60:
                coloured.add(page.number)
    looks: list[Look] = []
    wrong: set[int] = set(coloured)
    for name, pages in sorted(families.items()):
        shown, role = _known_font(name)
        if role == "required":
            looks.append((True, shown))
        else:
            stands_in = _("{font}, a substitute for Times New Roman", font=shown)
            looks.append(
                (False, stands_in if role == "substitute" else _("{font}, not Times New Roman", font=shown))
            )
            wrong |= pages
    looks.append((not coloured, _("not black") if coloured else _("black")))
    return settle(looks, sorted(wrong))


@functools.cache
def _fonts() -> dict[str, tuple[str, str]]:
    with FONTS.open(encoding="utf-8", newline="") as file:
        return {row["in_files"]: (row["family"], row["role"]) for row in csv.DictReader(file)}


def _known_font(name: str) -> tuple[str, str]:
    """What a family is called, and whether it is the required one or known as a substitute for it."""
    key = re.sub(r"[^a-z0-9]", "", name.lower())
    return _fonts().get(key) or (name or "?", "other")


@rule("P-07")
def page_numbers(document: Document) -> Finding:
    """Page numbers from 1, in the middle of the top margin, not shown on page 1 (I.7); those of annexes: L-06."""
    own = range(1, document.last_page + 1)
    shown = [line for lines in document.page_numbers.values() for line in lines]
    looks: list[Look] = []
    seen: list[Line | int] = []
    without = [number for number in own if number > 1 and not document.page_numbers.get(number)]
    if without:
        looks.append((False, _("no page number")))
        seen += without
    for line in shown:
        for look in _number_looks(document, line):
            looks.append(look)
            seen += [] if look[0] else [line]
    if document.page_numbers.get(1):
        looks.append((False, _("the number of page 1 is shown")))
        seen.append(1)
    for number in own:
        for line in document.page_numbers.get(number, ()):
            digits = re.findall(r"\d+", line.text)
            if number > 1 and digits and int(digits[0]) != number:
                looks.append(
                    (False, _("page {page} bears the number {number}", page=number, number=digits[0]))
                )
                seen.append(line)
    if not looks:
        return Finding(PASS, str(_("one page, without a number")))
    return settle(looks, seen)


def _number_looks(document: Document, line: Line) -> Iterator[Look]:
    page = document.page(line.page)
    first = min((other.y for other in _content(document, page)), default=page.height)
    yield (
        line.y < first and line.y < 30 * MM,
        _("in the top margin") if line.y < first else _("in the bottom margin"),
    )
    middle = document.is_centred(line)
    yield middle, _("centred") if middle else _("not centred")
    yield bool(re.search(r"\d", line.text)), _("Arabic digits") if re.search(r"\d", line.text) else line.text
    yield sizes([line], 13, 14)
    yield slope([line], italic=False)


@rule("P-08")
def unicode(document: Document) -> Finding:
    """Text in Unicode (I.4), each letter with its accents one character (NFC)."""
    looks: list[Look] = []
    seen: list[Line | int] = []
    lines = [line for page in document.pages for line in page.lines]
    blank = [page.number for page in document.pages if not page.lines and page.pictures]
    if blank:
        looks.append((False, _("a page without text, a picture only")))
        seen += blank
    old = [
        line
        for line in lines
        if encodings.encoding_of_font(line.ink[0].family) or encodings.recognise([line.raw])
    ]
    if old:
        looks.append((False, _("letters of an old encoding")))
        seen += old
    apart = [line for line in lines if unicodedata.normalize("NFC", line.raw) != line.raw]
    if apart:
        looks.append((False, _("accents apart from their letters")))
        seen += apart
    odd = [line for line in lines if any(_unmapped(letter.text) for letter in line.ink)]
    if odd:
        looks.append((False, _("letters that no text can be read from")))
        seen += odd
    return settle(looks or [(True, _("Unicode, NFC"))], seen)


def _unmapped(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs")


@rule("M-01")
def sizes_together(document: Document) -> Finding:
    """Sizes grow and shrink together: 13, 14, 14 or 12, 13, 13 (Mục V, note; from memory)."""
    if not (document.nation and document.motto and document.plain):
        return unknown(_("Quốc hiệu, Tiêu ngữ or the body was not found"))
    lines = [line for p in document.plain for line in p.lines]
    body = max({line.size for line in lines}, key=[line.size for line in lines].count)
    found = (document.nation.size, document.motto.size, body)
    said = _("Quốc hiệu {a}, Tiêu ngữ {b}, body {c}", **dict(zip("abc", map(_pt, found), strict=True)))
    if any(
        all(abs(a - b) <= 0.3 for a, b in zip(found, model, strict=True))
        for model in ((13, 14, 14), (12, 13, 13))
    ):
        return Finding(PASS, str(said))
    if all(abs(a - b) <= 0.3 for a, b in zip(found, (12, 13, 14), strict=True)):
        return unknown(_("{said}: the decree's own specimens in Mục V have these", said=said))
    return missing(said)


def _pt(size: float) -> str:
    return f"{size:g}".replace(".", ",")


def _body_pages(document: Document) -> list[Page]:
    whole = document.pages[: document.last_page]
    return [page for page in whole if page.landscape == document.pages[0].landscape]


def _content(document: Document, page: Page) -> list[Line]:
    """The lines of a page that are no page number and no address at the foot."""
    others = {*document.page_numbers.get(page.number, ()), *document.foot}
    inside = {letter for line in document.foot for letter in line.letters}
    return [line for line in page.lines if line not in others and not inside.issuperset(line.letters)]


@rule("X-02")
def circulation(document: Document) -> Finding:
    """LƯU HÀNH NỘI BỘ or XEM XONG TRẢ LẠI, in a frame (III.2c)."""
    marks = [
        line
        for line in document.pages[0].lines
        if re.fullmatch(r"(lưu hành nội bộ|xem xong trả lại)", line.text, re.IGNORECASE)
    ]
    if not marks:
        return absent(_("no mark of restricted circulation"))
    mark = marks[0]
    edges = [s for s in document.pages[0].strokes if s.along and s.x0 <= mark.x0 + 2 and s.x1 >= mark.x1 - 2]
    above = any(mark.y - 30 < s.y0 < mark.y for s in edges)
    below = any(mark.y < s.y0 < mark.y + 20 for s in edges)
    frame = _("framed") if above and below else _("without a frame")
    return settle(
        [
            (above and below, frame),
            case([mark], True),
            sizes([mark], 13, 14),
            weight([mark], True),
            slope([mark], False),
        ],
        [mark],
    )


@rule("X-03")
def draft(document: Document) -> Finding:
    """DỰ THẢO while number or date is open; ours, outside the decree."""
    mark = any(re.match(r"dự thảo", line.text, re.IGNORECASE) for line in document.pages[0].lines)
    number = bool(document.number and re.search(r"\d", document.number.text))
    issued = number and bool(document.dated and re.search(r"\d", re.sub(r"\d{4}$", "", document.dated.text)))
    if mark:
        said = _("marked DỰ THẢO although it has number and date") if issued else _("marked DỰ THẢO")
        return settle([(not issued, said)], [1])
    if issued:
        return absent(_("issued: it has number and date"))
    return missing(_("number or date is open, and no mark DỰ THẢO"))


@rule("X-04")
def address(document: Document) -> Finding:
    """The address at the foot of page 1 (III.4)."""
    if not document.foot:
        return absent(_("no address at the foot of page 1"))
    drawn = foot_line(document.pages[0], document.foot[0])
    if not drawn:
        return settle([(False, _("no line above the address"))], document.foot)
    whole = drawn.length >= document.right - document.left - 4 * MM
    said = (
        _("a line over the whole width")
        if whole
        else _("the line above is {length} mm long", length=mm(drawn.length))
    )
    looks: list[Look] = [(whole and not drawn.dashed, said)]
    return settle([*looks, sizes(document.foot, 11, 12), slope(document.foot, False)], document.foot)
