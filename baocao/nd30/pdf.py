"""What a PDF shows on its pages: letters with their fonts and places, lines drawn, pictures.

Nothing is read but what is shown: no metadata, no tags, no bookmarks. All lengths are points (1/72 inch), measured from
the upper left corner of the page as a reader sees it.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from baocao.errors import InputError
from baocao.messages import _

MM = 72 / 25.4
ASCENT, DESCENT = 0.891, 0.216
"""How far Times New Roman reaches above and below its base line, in ems."""
COLUMN_GAP = 1.0
"""Ems without any character, not even a space, after which another column begins."""
LONGEST = 500
"""More pages than any report has: what has more is not read."""

Place = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Letter:
    """One character: its size, the family and style of its font, its colour, its left and right edge and base line."""

    text: str
    family: str
    size: float
    bold: bool
    italic: bool
    colour: tuple[int, int, int]
    x0: float
    x1: float
    y: float


@dataclass(frozen=True)
class Line:
    """Letters on one base line without a gap that parts columns; `page` counts from 1."""

    page: int
    letters: tuple[Letter, ...]

    @cached_property
    def raw(self) -> str:
        """The text with all its spaces, and one where letters stand apart without any."""
        parts = [self.letters[0].text]
        for before, letter in itertools.pairwise(self.letters):
            apart = letter.x0 - before.x1 > 0.15 * letter.size
            if apart and not before.text.isspace() and not letter.text.isspace():
                parts.append(" ")
            parts.append(letter.text)
        return "".join(parts).strip()

    @cached_property
    def text(self) -> str:
        """The text in NFC with single spaces."""
        return unicodedata.normalize("NFC", " ".join(self.raw.split()))

    @cached_property
    def ink(self) -> tuple[Letter, ...]:
        """The letters that are no spaces."""
        return tuple(letter for letter in self.letters if not letter.text.isspace())

    @property
    def x0(self) -> float:
        """The left edge of the first letter."""
        return self.ink[0].x0

    @property
    def x1(self) -> float:
        """The right edge of the last letter."""
        return self.ink[-1].x1

    @property
    def width(self) -> float:
        """From the first letter to the last."""
        return self.x1 - self.x0

    @property
    def centre(self) -> float:
        """The middle between left and right edge."""
        return (self.x0 + self.x1) / 2

    @cached_property
    def y(self) -> float:
        """The base line."""
        return statistics.median(letter.y for letter in self.ink)

    @cached_property
    def size(self) -> float:
        """The size that most letters have."""
        return Counter(round(letter.size, 2) for letter in self.ink).most_common(1)[0][0]

    @property
    def top(self) -> float:
        """How far up a letter of this size may reach."""
        return self.y - ASCENT * self.size

    @property
    def bottom(self) -> float:
        """How far down a letter of this size may reach."""
        return self.y + DESCENT * self.size

    @property
    def place(self) -> tuple[int, float, float]:
        """Page, base line and left edge, by which lines are in reading order."""
        return self.page, self.y, self.x0

    def part(self, first: int, last: int | None = None) -> Line:
        """The line with some of its letters only."""
        return Line(self.page, self.letters[first:last])


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line that is drawn, along or down the page; `dashed` if it is not solid."""

    x0: float
    x1: float
    y0: float
    y1: float
    dashed: bool

    @property
    def length(self) -> float:
        """From end to end."""
        return max(self.x1 - self.x0, self.y1 - self.y0)

    @property
    def along(self) -> bool:
        """Whether it runs along a line of text."""
        return self.x1 - self.x0 >= self.y1 - self.y0

    @property
    def centre(self) -> float:
        """The middle between its left and right end."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made of pixels and where it stands; `colour` is that of what is coloured in it: "red", "blue" or ""."""

    x0: float
    x1: float
    y0: float
    y1: float
    colour: str

    @property
    def centre(self) -> float:
        """The middle between its left and right edge."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True)
class Page:
    """A page as a reader sees it; `lines` are in reading order."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    strokes: tuple[Stroke, ...]
    pictures: tuple[Picture, ...]

    @property
    def landscape(self) -> bool:
        """Whether it is wider than high."""
        return self.width > self.height


def read(path: Path) -> tuple[Page, ...]:
    """The pages of a PDF.

    `InputError` for a file that is missing, no PDF, damaged, closed by a password, without a page, or with a page
    that shows pictures only.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path.read_bytes())
    except OSError as error:
        from baocao.errors import reason

        raise InputError(
            _("{file} cannot be read: {why}", file=path.name, why=reason(error)),
            _("Name a PDF file that is there."),
        ) from error
    except pypdfium2.PdfiumError as error:
        raise _unreadable(path, error) from error
    try:
        if not 0 < len(document) <= LONGEST:
            raise InputError(
                _("{file} has {count} pages.", file=path.name, count=len(document)),
                _("Name a PDF of one administrative document."),
            )
        pages = tuple(_page(document[number], number + 1) for number in range(len(document)))
    except pypdfium2.PdfiumError as error:
        raise _unreadable(path, error) from error
    finally:
        document.close()
    if not any(page.lines for page in pages):
        raise InputError(
            _(
                "{file} has no text that can be read: it is a picture of a document, or is empty.",
                file=path.name,
            ),
            _("Check the file that was printed or exported, not its scan."),
        )
    return pages


def _unreadable(path: Path, error: Exception) -> InputError:
    if "password" in str(error).lower():
        return InputError(
            _("{file} is closed by a password.", file=path.name),
            _("Save it without a password and check that."),
        )
    return InputError(
        _("{file} is no PDF, or is damaged.", file=path.name),
        _("Export it again, or open and save it in a reader."),
    )


def _page(page: Any, number: int) -> Page:
    place = _as_seen(page)
    width, height = page.get_size()
    strokes, pictures = _drawn(page, place)
    lines = _lines(number, list(_letters(page, place)), [stroke for stroke in strokes if not stroke.along])
    typed = [line for line in lines if re.fullmatch(r"[_\u2013\u2014\u2015]{4,}", line.text)]
    strokes += [Stroke(line.x0, line.x1, line.y + 1, line.y + 2, dashed=False) for line in typed]
    lines = [line for line in lines if line not in typed]
    return Page(number, width, height, tuple(lines), tuple(strokes), tuple(pictures))


def _as_seen(page: Any) -> Place:
    """From the page's own coordinates to those of the reader, who sees it cropped and turned."""
    left, bottom, right, top = page.get_cropbox()
    return {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }[page.get_rotation()]


# ----------------------------------------------------------------------------------------------------------
# Letters
# ----------------------------------------------------------------------------------------------------------

_HYPHENS = {2: "-", 0xFFFE: "-"}  # what PDFium makes of a hyphen at the end of a line
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|(?<![a-z])it$", re.IGNORECASE)
_FLAG_ITALIC, _FLAG_BOLD = 1 << 6, 1 << 18  # ISO 32000-1, table 123


def _letters(page: Any, place: Place) -> Iterator[Letter]:
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    styles: dict[Any, tuple[str, bool, bool, tuple[int, int, int]]] = {}
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        hyphen = code in _HYPHENS
        if code == 0 or (pdfium.FPDFText_IsGenerated(text, index) and not hyphen):
            continue
        character = _HYPHENS.get(code) or chr(code)
        if character in "\r\n\t" and not hyphen:
            continue
        part = pdfium.FPDFText_GetTextObject(text, index)
        key = ctypes.addressof(part.contents) if part else None
        if key not in styles:
            styles[key] = _style(text, index, part)
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        if not pdfium.FPDFText_GetLooseCharBox(text, index, box):
            continue
        family, bold, italic, colour = styles[key]
        corners = [place(box.left, box.bottom), place(box.right, box.top)]
        start = place(x.value, y.value)
        ahead = place(x.value + matrix.a, y.value + matrix.b)
        if abs(ahead[1] - start[1]) > 0.01 * max(abs(ahead[0] - start[0]), 1e-9):
            continue  # text that stands upright is no line of the document
        size = pdfium.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        slanted = matrix.b == 0 and matrix.d != 0 and abs(matrix.c / matrix.d) > 0.1
        left, right = sorted((corners[0][0], corners[1][0]))
        yield Letter(character, family, size, bold, italic or slanted, colour, left, right, start[1])


def _style(text: Any, index: int, part: Any) -> tuple[str, bool, bool, tuple[int, int, int]]:
    """Family, weight, slope and colour of the letters of one text object."""
    import pypdfium2.raw as pdfium

    flags, name = ctypes.c_int(), ctypes.create_string_buffer(256)
    pdfium.FPDFText_GetFontInfo(text, index, name, len(name), flags)
    full = re.sub(r"^[A-Z]{6}\+", "", name.value.decode("utf-8", "replace"))
    colour = [ctypes.c_uint() for _part in range(4)]
    pdfium.FPDFText_GetFillColor(text, index, *colour)
    outlined = (
        bool(part) and pdfium.FPDFTextObj_GetTextRenderMode(part) == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
    )
    bold = bool(_BOLD.search(full)) or bool(flags.value & _FLAG_BOLD) or outlined
    italic = bool(_ITALIC.search(full)) or bool(flags.value & _FLAG_ITALIC)
    red, green, blue = (channel.value for channel in colour[:3])
    return family(full), bold, italic, (red, green, blue)


def family(name: str) -> str:
    """The family in a font's name in a PDF: TimesNewRomanPS-BoldMT, "Times New Roman,Bold" -> TimesNewRoman."""
    bare = re.split(r"[-,]", name)[0].replace(" ", "")
    return re.sub(r"(PS)?(MT)?$", "", re.sub(r"(Regular|Bold|Italic|Oblique)+$", "", bare)) or bare


def _lines(page: int, letters: Sequence[Letter], walls: Sequence[Stroke]) -> list[Line]:
    """The letters of a page in lines, parted where a column or a cell of a table ends."""
    rows: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda letter: letter.y):
        if not letter.text.strip() and not rows:
            continue
        if rows and letter.y - rows[-1][-1].y <= 0.25 * letter.size:
            rows[-1].append(letter)
        else:
            rows.append([letter])
    found = [
        line for row in rows for line in _columns(page, sorted(row, key=lambda letter: letter.x0), walls)
    ]
    return sorted(found, key=lambda line: line.place)


def _columns(page: int, row: Sequence[Letter], walls: Sequence[Stroke]) -> Iterator[Line]:
    here = [wall.x0 for wall in walls if wall.y0 <= row[0].y <= wall.y1]
    start = 0
    for index, (before, letter) in enumerate(itertools.pairwise(row), 1):
        gap = letter.x0 - before.x1
        wall = any(before.x0 < x < letter.x1 and before.x1 - 1 <= x <= letter.x0 + 1 for x in here)
        if wall or gap > COLUMN_GAP * max(before.size, letter.size):
            yield from _inked(page, row[start:index])
            start = index
    yield from _inked(page, row[start:])


def _inked(page: int, letters: Sequence[Letter]) -> Iterator[Line]:
    if any(not letter.text.isspace() for letter in letters):
        yield Line(page, tuple(letters))


# ----------------------------------------------------------------------------------------------------------
# Lines and pictures
# ----------------------------------------------------------------------------------------------------------

_THIN = 3.0
"""What is higher or broader than this is an area, no line."""


def _drawn(page: Any, place: Place) -> tuple[list[Stroke], list[Picture]]:
    import pypdfium2.raw as pdfium

    strokes: list[Stroke] = []
    pictures: list[Picture] = []
    for part in page.get_objects(max_depth=1):
        if part.type == pdfium.FPDF_PAGEOBJ_PATH:
            strokes += _strokes(part, place)
        elif part.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            (x0, y0), (x1, y1) = _corners(part, place)
            pictures.append(Picture(x0, x1, y0, y1, _colour(part)))
    return _joined(strokes), pictures


def _colour(picture: Any) -> str:
    """Which of red and blue most coloured pixels of a picture are nearer to; "" if few have a colour."""
    import pypdfium2

    try:
        pixels = (
            picture.get_bitmap(render=True).to_numpy()[..., :3].reshape(-1, 3).astype(int)
        )  # blue, green, red
    except pypdfium2.PdfiumError:  # a filter that PDFium does not know
        return ""
    coloured = pixels[pixels.max(axis=1) - pixels.min(axis=1) > 60]
    if len(coloured) < 0.005 * len(pixels):
        return ""
    blue, _green, red = coloured.mean(axis=0)
    return "red" if red > blue else "blue"


def _corners(part: Any, place: Place) -> tuple[tuple[float, float], tuple[float, float]]:
    left, bottom, right, top = part.get_bounds()
    (xa, ya), (xb, yb) = place(left, bottom), place(right, top)
    return (min(xa, xb), min(ya, yb)), (max(xa, xb), max(ya, yb))


def _strokes(part: Any, place: Place) -> Iterator[Stroke]:
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(part.raw, fill, stroke)
    colour = [ctypes.c_uint() for _part in range(4)]
    ask = pdfium.FPDFPageObj_GetStrokeColor if stroke.value else pdfium.FPDFPageObj_GetFillColor
    ask(part.raw, *colour)
    if not (fill.value or stroke.value) or colour[3].value == 0 or min(c.value for c in colour[:3]) > 250:
        return
    dashed = bool(stroke.value) and pdfium.FPDFPageObj_GetDashCount(part.raw) > 0
    (x0, y0), (x1, y1) = _corners(part, place)
    if min(x1 - x0, y1 - y0) <= _THIN:
        yield Stroke(x0, x1, y0, y1, dashed)
    elif stroke.value:
        for (xa, ya), (xb, yb) in _edges(part, place):
            if min(abs(xa - xb), abs(ya - yb)) <= 0.5 and max(abs(xa - xb), abs(ya - yb)) > 1:
                yield Stroke(min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb), dashed)


def _edges(part: Any, place: Place) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight pieces of a path; of one with very many, a curve of a chart, none."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPath_CountSegments(part.raw)
    if count > 2000:
        return
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(part.raw, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    last = first = None
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(part.raw, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = place(
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO and last:
            yield last, here
        if pdfium.FPDFPathSegment_GetClose(segment) and first:
            yield here, first
        last = here


def _joined(strokes: Iterable[Stroke]) -> list[Stroke]:
    """The strokes with those made one that continue or cover each other: under a text, each word may have its own."""
    found: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda s: (not s.along, round(s.y0 if s.along else s.x0), s.x0, s.y0)):
        before = found[-1] if found else None
        if (
            before and before.along and stroke.along
            and abs(before.y0 - stroke.y0) < 0.6 and abs(before.y1 - stroke.y1) < 0.6
            and before.x0 - 0.6 <= stroke.x0 <= before.x1 + 0.6  # also one over another, as borders from Word are
        ):  # fmt: skip
            found[-1] = Stroke(
                before.x0, max(before.x1, stroke.x1), before.y0, before.y1, before.dashed or stroke.dashed
            )
        else:
            found.append(stroke)
    return found
