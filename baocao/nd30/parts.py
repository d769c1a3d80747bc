"""The parts of an administrative document, found on its pages by what they say and where they stand.

Which line is the issuer, the title or an annex's is told from the text and the places of the form (Nghị định
30/2020/NĐ-CP, Phụ lục I, Phần I, Mục IV), never from the style that a rule asks for: a title that is not bold is one
still.
"""

from __future__ import annotations

import csv
import datetime
import difflib
import functools
import itertools
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from baocao.analysis.vietnamese import deaccent
from baocao.errors import InputError
from baocao.messages import _
from baocao.nd30.pdf import MM, Line, Page, Stroke

KINDS = Path(__file__).parent / "kinds.csv"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
INDENTS = (10.0, 12.7)
"""First-line indents in mm (Phụ lục I, Phần I, II.6e)."""
ROOM = 3.0
"""Ems that may be left open inside a line, for a number or a day to be filled in."""


@dataclass(frozen=True)
class Paragraph:
    """Lines of the body that belong together; `table_before` if a table or picture stands right above."""

    lines: tuple[Line, ...]
    table_before: bool = False

    @functools.cached_property
    def text(self) -> str:
        """The text of the lines, with single spaces."""
        return " ".join(line.text for line in self.lines)

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].page


@dataclass(frozen=True)
class Annex:
    """An annex: its label ("Phụ lục I"), title, line of reference, everything else on its pages."""

    label: Line
    title: tuple[Line, ...]
    reference: tuple[Line, ...]
    rest: tuple[Line, ...]
    pages: tuple[int, ...]


@dataclass(frozen=True)
class Document:
    """An administrative document taken apart; what was not found is None or empty.

    `left` and `right` are the edges of the body's text, None if no line of it is long enough to show them.
    `page_numbers` are the lines in the margins that hold a number only, by page.
    """

    pages: tuple[Page, ...]
    page_numbers: dict[int, tuple[Line, ...]]
    nation: Line | None
    motto: Line | None
    superior: tuple[Line, ...]
    issuer: tuple[Line, ...]
    number: Line | None
    dated: Line | None
    marks: tuple[Line, ...]
    title: Line | None
    subject: tuple[Line, ...]
    notes: tuple[Line, ...]
    addressees: tuple[Line, ...]
    body: tuple[Paragraph, ...]
    tables: tuple[Line, ...]
    authority: tuple[Line, ...]
    name: tuple[Line, ...]
    recipients_label: Line | None
    recipients: tuple[Line, ...]
    foot: tuple[Line, ...]
    annexes: tuple[Annex, ...]
    left: float
    right: float
    last_page: int
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def centre(self) -> float:
        """The middle of the text's width."""
        return (self.left + self.right) / 2

    def page(self, number: int) -> Page:
        """The page with a number."""
        return self.pages[number - 1]

    def is_centred(self, line: Line, tolerance: float = 3 * MM) -> bool:
        """Whether a line stands in the middle of the text's width, or of the page's."""
        page = self.page(line.page)
        middles = [page.width / 2]
        if not page.landscape and not self.pages[0].landscape:
            middles.append(self.centre)
        else:
            middles.append((self.left + page.width - (self.pages[0].width - self.right)) / 2)
        low, high = sorted(middles)
        return low - tolerance <= line.centre <= high + tolerance

    @functools.cached_property
    def date(self) -> datetime.date | None:
        """The day of issue in the letterhead; None if it is left open or cannot be read."""
        found = DATE.search(self.dated.text) if self.dated else None
        try:
            return (
                datetime.date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
            )
        except ValueError:
            return None

    @functools.cached_property
    def plain(self) -> tuple[Paragraph, ...]:
        """The paragraphs of running text: no headings, no captions."""
        return tuple(p for p in self.body if not self.is_heading(p) and not self.is_caption(p))

    def is_caption(self, paragraph: Paragraph) -> bool:
        """Whether a paragraph stands in the middle, away from both edges, or is a note under a table.

        A short line of running text may end as far from the right edge as it is indented: that is no caption.
        """
        first = (paragraph.lines[0].x0 - self.left) / MM
        indented = any(abs(first - model) < 1 for model in INDENTS)
        plain = share(paragraph.lines, "bold") < 0.5 and share(paragraph.lines, "italic") < 0.5
        middle = all(
            line.x0 > self.left + MM and abs((line.x0 - self.left) - (self.right - line.x1)) < 6 * MM
            for line in paragraph.lines
        )
        note = paragraph.table_before and all(
            letter.italic for line in paragraph.lines for letter in line.ink
        )
        return (middle and not (indented and plain)) or note

    @staticmethod
    def is_heading(paragraph: Paragraph) -> bool:
        """Whether a paragraph begins with a Roman number, or with another one and is bold, or is Phần, Chương, Mục."""
        if (
            ROMAN.match(paragraph.text)
            or CHAPTER.fullmatch(paragraph.text)
            or SECTION.fullmatch(paragraph.text)
        ):
            return True
        numbered = bool(CLAUSE.match(paragraph.text) or THIRD.match(paragraph.text))
        return numbered and share(paragraph.lines, "bold") > 0.8


DATE = re.compile(
    r"ngày\s*(?P<day>\d{1,2})\s*tháng\s*(?P<month>\d{1,2})\s*năm\s*(?P<year>\d{4})", re.IGNORECASE
)
CHAPTER = re.compile(r"(?P<word>phần|chương)\s+(?P<number>thứ\s+\w+|[IVXLC]+|\d+)\.?", re.IGNORECASE)
SECTION = re.compile(r"(?P<word>mục|tiểu mục)\s+(?P<number>[IVXLC]+|\d+)\.?", re.IGNORECASE)
ROMAN = re.compile(r"(?P<number>[IVXL]+)\s*[.)]\s*(?P<words>\S.*)")
THIRD = re.compile(r"(?P<number>\d+(?:\.\d+)+)\.?\s+(?P<words>\S.*)")
CLAUSE = re.compile(r"(?P<number>\d+)[.)]\s+(?P<words>\S.*)")
POINT = re.compile(r"(?P<number>[a-zđ])\s*[.)]\s*(?P<words>\S.*)")
DASH = re.compile(r"[-\u2013\u2022*+]\s*\S")
_AUTHORITY = re.compile(r"(TM|KT|TL|TUQ|Q)\s*[.,]\s*\S|(TM|KT|TL|TUQ)\s+\S", re.IGNORECASE)
_POST = re.compile(
    r"(Q\. ?)?(PHÓ )?(CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG|BỘ TRƯỞNG|THỨ TRƯỞNG|CỤC TRƯỞNG|CHÁNH|CHỦ NHIỆM|BÍ THƯ|HIỆU TRƯỞNG"
    r"|TỔNG)\b"
)
_TO = re.compile(r"k[ií]nh\s+g[uử]i", re.IGNORECASE)
_ANNEX = re.compile(r"ph[uụ]\s*l[uụ]c(\s+(số\s+)?([IVXLC]+|\d+|[A-Z]))?\s*[.:]?", re.IGNORECASE)


def share(lines: Iterable[Line], style: str) -> float:
    """The share of letters that are "bold", "italic" or "upper" (of those that have both cases)."""
    letters = [letter for line in lines for letter in line.ink]
    if style == "upper":
        cased = [letter for letter in letters if letter.text.lower() != letter.text.upper()]
        return sum(letter.text.isupper() for letter in cased) / len(cased) if cased else 0.0
    return sum(getattr(letter, style) for letter in letters) / len(letters) if letters else 0.0


@functools.cache
def kinds() -> dict[str, str]:
    """The abbreviations of the kinds of documents, by their names in small letters (Phụ lục III, Mục I)."""
    with KINDS.open(encoding="utf-8", newline="") as file:
        return {row["kind"].lower(): row["abbreviation"] for row in csv.DictReader(file)}


def folded(text: str) -> str:
    """A text without accents, spaces and signs, in small letters."""
    return re.sub(r"[^a-z0-9]", "", deaccent(text).lower())


def resembles(text: str, model: str) -> bool:
    """Whether a text is a model, or nearly."""
    one, other = folded(text), folded(model)
    return one == other or difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.85


def take_apart(pages: tuple[Page, ...], name: str) -> Document:
    """The parts of the document on these pages; `InputError` with the file's `name` if it is no administrative one."""
    numbers = {page.number: tuple(_page_number(page)) for page in pages}
    lines = [line for page in pages for line in page.lines if line not in numbers[page.number]]
    head, rest = _letterhead(pages[0], [line for line in lines if line.page == 1])
    rest += [line for line in lines if line.page > 1]
    annexes, rest = _annexes(pages, rest)
    sign, rest = _signature(pages, rest)
    _refuse_others(head, sign, name)
    tables = [line for line in rest if in_table(pages[line.page - 1], line)]
    rest = _rejoined(pages, [line for line in rest if line not in tables])
    foot, rest = _foot(pages[0], rest)
    left, right = _edges(pages, rest)
    block, rest = _title_block(pages[0], rest, head, (left + right) / 2)
    body = _paragraphs(pages, rest, tables, left, right)
    last = max([line.page for line in [*rest, *sign.lines, *tables]], default=1)
    return Document(
        pages, numbers, head.nation, head.motto, head.superior, head.issuer, head.number, head.dated, head.marks,
        block.title, block.subject, block.notes, block.addressees, tuple(body), tuple(tables),
        sign.authority, sign.name, sign.label, sign.recipients, tuple(foot), tuple(annexes), left, right, last, kinds(),
    )  # fmt: skip


def _refuse_others(head: _Head, sign: _Sign, name: str) -> None:
    marks = [head.nation, head.motto, head.number, head.dated, sign.label, sign.authority, head.title]
    if sum(bool(mark) for mark in marks) < 2:
        raise InputError(
            _(
                "{file} does not look like an administrative document: no Quốc hiệu, number, date or Nơi nhận.",
                file=name,
            ),
            _("Name the PDF of a report, plan, notice or the like."),
        )


def _page_number(page: Page) -> Iterator[Line]:
    """The lines at the head or foot of a page that hold nothing but a number."""
    lines = page.lines
    for edge in (lines[:2], lines[-2:]):
        for line in edge:
            if in_table(page, line) or any(
                other is not line and abs(other.y - line.y) < 2 for other in lines
            ):
                continue
            high = line.y < 28 * MM and line.y <= lines[0].y + 2
            low = line.y > page.height - 28 * MM and line.y >= lines[-1].y - 2
            if (high or low) and re.fullmatch(
                r"[-\u2013 ]*(trang |page )?(\d{1,3}|[ivxl]{1,6})(\s*/\s*\d+)?[-\u2013 ]*", line.text.lower()
            ):
                yield line
                return


# ----------------------------------------------------------------------------------------------------------
# Letterhead
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Head:
    nation: Line | None = None
    motto: Line | None = None
    superior: tuple[Line, ...] = ()
    issuer: tuple[Line, ...] = ()
    number: Line | None = None
    dated: Line | None = None
    marks: tuple[Line, ...] = ()
    title: Line | None = None


_DATED = re.compile(
    r"\btháng\b.*\bnăm\b|\bngày\b.*\btháng\b|,\s*(ngày\s*)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}",
    re.IGNORECASE,
)


def _letterhead(page: Page, lines: Sequence[Line]) -> tuple[_Head, list[Line]]:
    """The letterhead, and what of page 1 is none of it."""
    lines = [piece for line in lines for piece in _parted(line)]
    upper = [line for line in lines if line.y < page.height / 2]
    title = next((line for line in upper if _is_kind(line)), None)
    below = title or next((line for line in upper if _TO.match(line.text)), None)
    limit = below.y - 1 if below else page.height * 0.3
    zone = [line for line in upper if line.y < limit]
    nation = next((line for line in zone if resembles(line.text, NATION)), None)
    motto = next((line for line in zone if resembles(line.text, MOTTO)), None)
    column = min((line.x0 for line in (nation, motto) if line), default=page.width / 2)
    left = _rows([line for line in zone if line.centre < column and not _DATED.search(line.text)])
    right = _rows([line for line in zone if line not in (nation, motto) and _side(line, column)])
    number = next(
        (line for line in left if re.match(r"s[oố]\s*[:.]|s[oố]\s+\S*\d|s[oố]$", line.text, re.IGNORECASE)),
        None,
    )
    number = number or next((line for line in left if re.search(r"\d+\s*/\s*[A-ZĐ]{2}", line.text)), None)
    dated = next((line for line in right if _DATED.search(line.text)), None)
    names = [line for line in left if line is not number and (not number or line.y < number.y)]
    names = [line for line in names if not re.fullmatch(r"[-_\u2014.\s]+", line.text)]
    superior, issuer = _bodies(names)
    used = [*names, *(line for line in (nation, motto, number, dated) if line)]
    inside = {letter for line in used for letter in line.letters}
    marks = [line for line in [*left, *right] if line not in used and not inside.issuperset(line.letters)]
    head = _Head(nation, motto, tuple(superior), tuple(issuer), number, dated, tuple(marks), title)
    if not (nation or motto or number or dated):
        return replace(head, superior=(), issuer=(), marks=()), list(lines)
    return head, [line for line in lines if line not in zone]


def _side(line: Line, column: float) -> bool:
    return line.centre >= column or bool(_DATED.search(line.text)) or "ngày" in line.text


def _is_kind(line: Line) -> bool:
    return line.text.lower().rstrip(" :.") in kinds()


def _parted(line: Line) -> Iterator[Line]:
    """A line of page 1, parted where Quốc hiệu or Tiêu ngữ begins so close that no gap shows it."""
    text = "".join(letter.text for letter in line.letters)
    found = re.search(r"CỘNG H[OÒ][AÀ]|Độc lập\s*[-\u2013]", text)
    if found and found.start() > 0 and text[: found.start()].strip():
        yield line.part(0, found.start())
        yield line.part(found.start())
    else:
        yield line


def _rows(lines: Sequence[Line]) -> list[Line]:
    """Lines with the pieces on one base line made one: room left for a number or a day is no end of a line."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda line: line.place):
        before = found[-1] if found else None
        if before and abs(before.y - line.y) < 0.3 * line.size:
            found[-1] = _one(before, line)
        else:
            found.append(line)
    return found


def _one(*lines: Line) -> Line:
    return Line(lines[0].page, tuple(sorted((c for line in lines for c in line.letters), key=lambda c: c.x0)))


_BODY_WORDS = re.compile(
    r"(UBND|ỦY BAN|UỶ BAN|HĐND|HỘI ĐỒNG|SỞ|PHÒNG|BAN|CÔNG AN|CHI CỤC|CỤC|TỔNG CỤC|BỘ|VĂN PHÒNG|THANH TRA|TRUNG TÂM"
    r"|TRƯỜNG|VIỆN|HỘI|ĐOÀN|TÒA ÁN|KHO BẠC|HẠT|ĐẢNG ỦY|HUYỆN ỦY|TỈNH ỦY|BẢO HIỂM|TRẠM|ĐỘI)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(r"(\b(VÀ|CỦA|ỦY BAN|UỶ BAN|HỘI ĐỒNG)|-|,)$|^(VĂN PHÒNG|THANH TRA|BAN)$", re.IGNORECASE)


def _bodies(names: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of the superior body and those of the issuer.

    The issuer's name begins in the last line that opens with a body's word, unless the line above is unfinished; where
    only the weight tells them apart, what is bold is the issuer.
    """
    starts = [
        index
        for index, line in enumerate(names)
        if index == 0 or (_BODY_WORDS.match(line.text) and not _OPEN.search(names[index - 1].text))
    ]
    cut = starts[-1] if starts else 0
    if cut == 0:
        bold = [share([line], "bold") > 0.5 for line in names]
        if bold and not bold[0] and bold[-1]:
            cut = bold.index(True)
    return list(names[:cut]), list(names[cut:])


# ----------------------------------------------------------------------------------------------------------
# Title, subject, addressees
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    title: Line | None
    subject: tuple[Line, ...]
    notes: tuple[Line, ...]
    addressees: tuple[Line, ...]


def _title_block(page: Page, rest: Sequence[Line], head: _Head, centre: float) -> tuple[_Block, list[Line]]:
    """Title, subject, notes under it and addressees, and what follows them."""
    first = [line for line in rest if line.page == 1]
    others = [line for line in rest if line.page > 1]
    title = next((line for line in first if head.title and set(line.letters) & set(head.title.letters)), None)
    to = next((line for line in first if _TO.match(line.text)), None)
    below = [line for line in first if not title or line.place > title.place]
    if title is None:
        subject: list[Line] = []
        notes: list[Line] = [line for line in below if to and line.y < to.y]
    else:
        subject, notes = _subject(page, [line for line in below if not to or line.y < to.y], title, centre)
    used = [*([title] if title else []), *subject, *notes]
    addressees = _addressees(below, to) if to else []
    return (
        _Block(title, tuple(subject), tuple(notes), tuple(addressees)),
        [line for line in first if line not in used and line not in addressees] + others,
    )


def _subject(page: Page, below: Sequence[Line], title: Line, centre: float) -> tuple[list[Line], list[Line]]:
    """The lines of the subject, and those between it and the body: up to the line drawn under it, if there is one."""
    drawn = [
        s for s in page.strokes
        if s.along and title.y < s.y0 < title.y + 140 and abs(s.centre - centre) < 8 * MM and 20 < s.length < 110 * MM
        and not _underlines(s, title)
    ]  # fmt: skip
    stroke = min(drawn, key=lambda s: s.y0, default=None)
    subject: list[Line] = []
    notes: list[Line] = []
    for line in below:
        before = [title, *subject][-1]
        middle = abs(line.centre - centre) < 5 * MM
        if stroke and line.y <= stroke.y0 + 1:
            subject.append(line)
        elif notes or (middle and line.text.startswith("(")):
            if notes and not (
                middle and share([line], "italic") > 0.5 and line.y - notes[-1].y < 2 * line.size
            ):
                break
            notes.append(line)
        elif stroke is None and (
            not subject or (middle and _same_style(line, subject[0]) and line.y - before.y < 2.2 * line.size)
        ):
            subject.append(line)
        elif not (middle and share([line], "italic") > 0.8 and line.y - before.y < 60):
            break
        else:
            notes.append(line)
    return subject, notes


def _underlines(stroke: Stroke, line: Line) -> bool:
    return 0 <= stroke.y0 - line.y < 0.25 * line.size and abs(stroke.length - line.width) < 3


def _same_style(one: Line, other: Line) -> bool:
    return (
        abs(one.size - other.size) < 0.3
        and abs(share([one], "bold") - share([other], "bold")) < 0.5
        and abs(share([one], "italic") - share([other], "italic")) < 0.5
    )


def _addressees(below: Sequence[Line], to: Line) -> list[Line]:
    """The line of "Kính gửi" and the lines that belong to it."""
    found = [to]
    listed = bool(re.fullmatch(r"k[ií]nh\s+g[uử]i\s*:?", to.text, re.IGNORECASE)) or "- " in to.text
    for line in below:
        if line.place <= to.place:
            continue
        near = line.y - found[-1].y < 2.2 * line.size
        entry = DASH.match(line.text) is not None
        unfinished = len(found) == 1 or (line.x0 > to.x0 + 5 and not found[-1].text.endswith("."))
        if listed and near and (entry or unfinished):  # an entry may lack its hyphen
            found.append(line)
        elif (
            not listed
            and near
            and not entry
            and line.x0 > to.x0 + 20
            and line.x1 < to.x1 + 20
            and len(found) < 3
        ):
            found.append(line)  # a long name goes on below
        else:
            break
    return found


# ----------------------------------------------------------------------------------------------------------
# Signature and recipients
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sign:
    label: Line | None = None
    recipients: tuple[Line, ...] = ()
    authority: tuple[Line, ...] = ()
    name: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*([self.label] if self.label else []), *self.recipients, *self.authority, *self.name)


def _signature(pages: Sequence[Page], lines: Sequence[Line]) -> tuple[_Sign, list[Line]]:
    """The block at the end: recipients at the left, who signs at the right; and what is none of it."""
    label = next(
        (
            line
            for line in reversed(lines)
            if re.fullmatch(r"n[oơ]i\s*nh[aậ]n\s*[:.;]?.{0,3}", line.text, re.IGNORECASE)
        ),
        None,
    )
    label = label or next(
        (
            line
            for line in reversed(lines)
            if re.match(r"n[oơ]i\s*(nh[aậ]n|g[uử]i)\s*:|k[ií]nh\s*chuy[eể]n\s*:", line.text, re.IGNORECASE)
        ),
        None,
    )
    at_right = [
        line for line in lines
        if line.centre > pages[line.page - 1].width / 2 and (_AUTHORITY.match(line.text) or _POST.match(line.text))
        and (label is None or abs(_far(label, line, pages)) < 120)
    ]  # fmt: skip
    who = at_right[0] if at_right else None
    if label is None and who is None:
        return _Sign(), list(lines)
    first = min(line.place[:2] for line in (label, who) if line)
    block = [line for line in lines if line.place[:2] >= (first[0], first[1] - 2)]
    edge = min(who.x0 - 40, who.centre - 20) if who else pages[first[0] - 1].width / 2
    left = [
        line
        for line in block
        if line is not label
        and label
        and line.place > label.place
        and line.x0 < edge
        and line.centre < edge + 60
    ]
    right = [line for line in block if line is not label and line not in left]
    recipients = _rows([line for line in left if line not in right])
    authority, name = _signer(right)
    sign = _Sign(label, tuple(recipients), tuple(authority), tuple(name))
    taken = {letter for line in sign.lines for letter in line.letters}
    return sign, [line for line in lines if not taken.issuperset(line.letters)]


def _far(one: Line, other: Line, pages: Sequence[Page]) -> float:
    return other.y - one.y + (other.page - one.page) * pages[0].height


def _signer(right: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of authority and post, and the name."""
    rows = _rows(right)
    top: list[Line] = []
    for line in rows:
        begins = _AUTHORITY.match(line.text) or _POST.match(line.text.upper())
        if top and line.y - top[-1].y > 2.4 * line.size:
            break
        if begins or share([line], "upper") > 0.9:
            top.append(line)
        else:
            break
    signed = {letter for line in top for letter in line.letters}
    under = [line for line in rows if not signed.issuperset(line.letters) and not line.text.startswith("(")]
    return top, [line for line in under if len(line.text.split()) <= 8][:1]


# ----------------------------------------------------------------------------------------------------------
# Annexes
# ----------------------------------------------------------------------------------------------------------


def _annexes(pages: Sequence[Page], lines: Sequence[Line]) -> tuple[list[Annex], list[Line]]:
    """The annexes, and the lines before the first."""
    first_of_page = {
        page: next(line for line in lines if line.page == page) for page in {line.page for line in lines}
    }
    starts = [
        line for line in lines
        if _ANNEX.fullmatch(line.text)
        and (line is first_of_page[line.page] or abs(line.centre - pages[line.page - 1].width / 2) < 15 * MM)
        and (line.page > 1 or line.y > pages[0].height / 3)
    ]  # fmt: skip
    if not starts:
        return [], list(lines)
    positions = [lines.index(start) for start in starts] + [len(lines)]
    found = [_annex(pages, lines[start:end]) for start, end in itertools.pairwise(positions)]
    return found, list(lines[: positions[0]])


def _annex(pages: Sequence[Page], lines: Sequence[Line]) -> Annex:
    label, rest = lines[0], _rejoined(pages, [line for line in lines[1:] if line.page == lines[0].page])
    page = pages[label.page - 1]
    title: list[Line] = []
    reference: list[Line] = []
    for line in rest:
        if in_table(page, line):
            break
        previous = [label, *title, *reference][-1]
        if line.y - previous.y > 3 * line.size and (title or reference):
            break
        opened = bool(reference) and ")" not in reference[-1].text
        if opened or (
            re.match(r"\(?\s*kèm theo|\(\s*ban hành kèm", line.text, re.IGNORECASE) and not reference
        ):
            reference.append(line)
        elif reference:
            break
        elif not title or _same_style(line, title[0]) or share([line], "upper") > 0.9:
            title.append(line)
        else:
            break
    used = {letter for line in [label, *title, *reference] for letter in line.letters}
    others = [line for line in lines if not used.issuperset(line.letters)]
    numbers = sorted({line.page for line in lines})
    return Annex(label, tuple(title), tuple(reference), tuple(others), tuple(numbers))


# ----------------------------------------------------------------------------------------------------------
# Body
# ----------------------------------------------------------------------------------------------------------


def in_table(page: Page, line: Line) -> bool:
    """Whether a line of text stands between two lines drawn down the page."""
    walls = [s.x0 for s in page.strokes if not s.along and s.y0 - 1 <= line.y <= s.y1 + 1 and s.length > 8]
    return any(x <= line.x0 + 1 for x in walls) and any(x >= line.x1 - 1 for x in walls)


def _rejoined(pages: Sequence[Page], lines: Sequence[Line]) -> list[Line]:
    """Lines with those pieces made one that only a wide space parts."""
    found: list[Line] = []
    for line in lines:
        before = found[-1] if found else None
        if (
            before
            and before.page == line.page
            and abs(before.y - line.y) <= 0.25 * line.size
            and line.x0 - before.x1 < ROOM * line.size
            and not _wall_between(pages[line.page - 1], before, line)
        ):
            found[-1] = _one(before, line)
        else:
            found.append(line)
    return found


def _wall_between(page: Page, before: Line, line: Line) -> bool:
    return any(
        not s.along and before.x1 - 1 <= s.x0 <= line.x0 + 1 and s.y0 <= line.y <= s.y1 and s.length > 8
        for s in page.strokes
    )


_ADDRESS = re.compile(r"địa chỉ|điện thoại|\bĐT\b|\bfax\b|e-?mail|website|cổng thông tin", re.IGNORECASE)


def _foot(page: Page, rest: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines at the foot of page 1 under a line drawn over the whole width, or that say so: the address (ô 13)."""
    low = [line for line in rest if line.page == 1 and line.y > page.height * 0.85 and line.size < 12.6]
    if not low:
        return [], list(rest)
    drawn = foot_line(page, low[0])
    if not drawn and not any(_ADDRESS.search(line.text) for line in low):
        return [], list(rest)
    return low, [line for line in rest if line not in low]


def foot_line(page: Page, first: Line) -> Stroke | None:
    """The line drawn above the first line of the address, that is no edge of a table."""
    walls = [s for s in page.strokes if not s.along and s.length > 8]
    above = [
        s for s in page.strokes
        if s.along and first.y - 40 < s.y0 < first.y and s.length > 0.25 * page.width
        and not any(abs(wall.y1 - s.y0) < 2 for wall in walls)
    ]  # fmt: skip
    return max(above, key=lambda s: s.y0, default=None)


def _edges(pages: Sequence[Page], rest: Sequence[Line]) -> tuple[float, float]:
    """The left and right edge of the running text on the pages that stand like the first."""
    own = [line for line in rest if pages[line.page - 1].landscape == pages[0].landscape and line.size > 11.5]
    if not own:
        return 30 * MM, pages[0].width - 17.5 * MM
    return min(line.x0 for line in own), max(line.x1 for line in own)


def _paragraphs(
    pages: Sequence[Page], rest: Sequence[Line], tables: Sequence[Line], left: float, right: float
) -> list[Paragraph]:
    found: list[list[Line]] = []
    breaks: list[bool] = []
    step = _step(rest, left, right)
    for line in rest:
        before = found[-1][-1] if found else None
        apart = before is not None and _something_between(pages, before, line, tables)
        if before is None or apart or _begins(before, line, found[-1], left, right, step):
            found.append([line])
            breaks.append(apart)
        else:
            found[-1].append(line)
    return [Paragraph(tuple(lines), after) for lines, after in zip(found, breaks, strict=True)]


def _something_between(pages: Sequence[Page], before: Line, line: Line, tables: Sequence[Line]) -> bool:
    here = (before.place[:2], line.place[:2])
    if any(here[0] < cell.place[:2] < here[1] for cell in tables):
        return True
    return before.page == line.page and any(
        before.y < p.y0 and p.y1 < line.y + 2 for p in pages[line.page - 1].pictures
    )


def _step(rest: Sequence[Line], left: float, right: float) -> float:
    """Ems from base line to base line where a line goes on at the left edge after a full one."""
    steps = [
        (line.y - before.y) / line.size
        for before, line in itertools.pairwise(rest)
        if before.page == line.page and line.x0 < left + MM and before.x1 > right - 20 * MM
    ]
    return statistics.median(steps) if steps else 1.5


def _begins(
    before: Line, line: Line, paragraph: Sequence[Line], left: float, right: float, step: float
) -> bool:
    """Whether a line begins a paragraph."""
    word = line.ink[0].x0
    end = next((c.x0 for c in line.letters if c.text.isspace()), line.x1)
    would_have_fit = before.x1 + (end - word) + 0.35 * line.size < right - 1
    indented = line.x0 > left + 3 * MM and paragraph[-1].x0 <= left + 1 * MM
    marked = line.x0 > left + 3 * MM and bool(
        ROMAN.match(line.text) or THIRD.match(line.text) or CLAUSE.match(line.text) or POINT.match(line.text)
        or DASH.match(line.text)
    )  # fmt: skip
    size = max(line.size, before.size)
    usual = (
        step * size + 4
    )  # a line that goes on stands at the left edge, whatever its paragraph's own spacing
    limit = usual if line.x0 > left + MM else max(usual, 1.8 * size)
    wide = before.page == line.page and line.y - before.y > limit
    return would_have_fit or indented or marked or wide
