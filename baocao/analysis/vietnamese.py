"""Vietnamese as reports write it: numbers, dates, lists, comparisons, tone marks.

Pure functions on texts and numbers. "ND30" below is Nghị định 30/2020/NĐ-CP, Phụ lục I.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from baocao.errors import MisuseError
from baocao.messages import Message, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

SPREADSHEET_DIGITS = 15
"""A spreadsheet keeps this many significant digits (IEEE 754 doubles); what lies beyond is noise."""
SMALL_BASE = 20
"""Of a figure that was smaller than this, a change is told without a percentage: one more of two is no 50%."""
POINTS = "điểm phần trăm"
"""The unit of the change of a percentage."""


# ----------------------------------------------------------------------------------------------------------
# Numbers
# ----------------------------------------------------------------------------------------------------------


def number(value: float | Decimal, decimals: int | None = None) -> str:
    """A number with dots for thousands and a comma for decimals: 1.234,5.

    With `decimals`, exactly so many, half rounded up as Excel's ROUND does; without, as many as there are. What is
    missing or infinite is a `MisuseError`.
    """
    try:
        exact = Decimal(str(value))
    except InvalidOperation:  # None, pandas.NA, a text
        exact = Decimal("nan")
    if not exact.is_finite():
        raise MisuseError(
            _("{value} is no number that can be written.", value=repr(value)),
            _("Decide what to print where a figure is missing before you format it, e.g. with pd.isna(...)."),
        )
    if exact != exact.to_integral_value():  # 0.1 + 0.2 is 0.3 in a report
        exact = Context(prec=SPREADSHEET_DIGITS, rounding=ROUND_HALF_UP).plus(exact)
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=400))
    text = f"{exact or abs(exact):,f}"  # abs: no "-0"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def count(value: float | Decimal) -> str:
    """A number in prose: whole numbers from 1 to 9 take a zero (04 cơ sở). Tables never use it."""
    return f"0{int(value)}" if value in range(1, 10) else number(value)


def percent(value: float | Decimal, decimals: int | None = 1) -> str:
    """A percentage with at most `decimals` decimals: 84,2%; 100%."""
    text = number(value, decimals)
    return (text.rstrip("0").rstrip(",") if "," in text else text) + "%"


class NotANumberError(ValueError):
    """A text that is no number, or that could be two different ones; `reason` says why, for a person."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


_ONE_WIDTH = str.maketrans("０１２３４５６７８９．，－−", "0123456789.,--")
_SPACES = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"
_COULD_BE_TWO = re.compile(r"[1-9]\d{0,2},\d{3}")
_WHOLE = re.compile(r"\d+|[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:,\d{3}){2,}")
_COMMA_DECIMAL = re.compile(r"(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+),\d+")
_POINT_DECIMAL = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+")


def parse_number(text: str) -> int | float:
    """The number that a text stands for; `NotANumberError` (a ValueError) if there is none or more than one.

    Offices write thousands both as 1.234 and as 1,234, so only what has one meaning is read:

    - a dot stands before groups of three digits (1.234 is 1234) and never before decimals (1.5 is refused);
    - a comma stands before decimals (12,5), unless it cannot: 1,234,567 and 1,234.5 are English thousands;
    - one comma before just three digits (1,234) could be either and is refused; 0,234 and 1234,567 could not.

    Words, signs and units beside it (trên 21.236, ~5, 5 cơ sở, 5%) are refused: they change what it says.
    """
    plain = text.translate(_ONE_WIDTH).strip(_SPACES)
    digits = plain.removeprefix("-")
    if not re.search(r"[0-9]", digits):
        raise NotANumberError(_("there is no figure in it"))
    if re.fullmatch(r"[0-9.,]+", digits) is None:
        raise NotANumberError(_("there is something else beside the figure"))
    if len(re.sub(r"[.,]", "", digits).lstrip("0")) > SPREADSHEET_DIGITS:
        raise NotANumberError(_("it has more than {limit} digits", limit=SPREADSHEET_DIGITS))
    if _COULD_BE_TWO.fullmatch(digits):
        raise NotANumberError(_("the comma may stand before thousands or before decimals"))
    if _WHOLE.fullmatch(digits):
        return int(re.sub(r"[.,]", "", plain))
    if _COMMA_DECIMAL.fullmatch(digits):
        return float(plain.replace(".", "").replace(",", "."))
    if _POINT_DECIMAL.fullmatch(digits):
        return float(plain.replace(",", ""))
    raise NotANumberError(_("its dots and commas do not make one number"))


# ----------------------------------------------------------------------------------------------------------
# Sentences
# ----------------------------------------------------------------------------------------------------------


def listing(items: Sequence[str], mark: str = ",") -> str:
    """Items as a sentence lists them: "a, b và c"; `mark` ";" for items that hold commas themselves."""
    *first, last = items or [""]
    return f"{f'{mark} '.join(first)} và {last}" if first else last


def change_in_words(
    now: float | Decimal,
    before: float | Decimal,
    unit: str,
    since: str = "cùng kỳ",
    decimals: int | None = None,
) -> str:
    """How a figure changed: "tăng 02 cơ sở so với cùng kỳ"; `since` names the time compared with.

    The difference itself comes first, rounded to `decimals` if given. A base of `SMALL_BASE` or more takes the
    percentage behind it, always with its two numbers: "tăng 12 buổi, tức 12%, từ 100 lên 112, so với cùng kỳ"; with a
    smaller one it would be absurd. What was zero before is "phát sinh mới so với ...". With the unit "điểm phần trăm"
    the figures are percentages, which change by points only.
    """
    difference = Decimal(str(now)) - Decimal(str(before))  # 20.1 - 20.0 is 0.1
    if decimals is not None:
        difference = difference.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if difference == 0:
        return f"không thay đổi so với {since}"
    if before == 0:
        return f"phát sinh mới so với {since}"
    direction, to = ("tăng", "lên") if difference > 0 else ("giảm", "xuống")
    change = f"{direction} {count(abs(difference))} {unit}"
    if before >= SMALL_BASE and unit not in (POINTS, "%"):
        share = percent(abs(difference) / Decimal(str(before)) * 100)
        change += (
            f", tức {share}, từ {count(before)} {to} {count(now)},"  # no brackets: it often stands in some
        )
    return f"{change} so với {since}"


class StatedFigure(NamedTuple):
    """A figure as a text states it: where it begins, how it is written, its value (None if it could be two)."""

    start: int
    written: str
    value: float | None


_PARTS = (
    r"điều|khoản|điểm|mục|chương|phần|phụ lục|biểu|biểu đồ|hình|bảng|mẫu|trang|đợt|lần thứ|thứ|thế kỷ|khóa|quốc lộ"
    r"|liên ngành|ban chỉ đạo|tổng đài|đường dây nóng|phường|quận|covid"
)
"""What a number that is a name stands behind."""
_DOCUMENTS = (
    r"bộ luật|luật|pháp lệnh|nghị định|nghị quyết|quyết định|thông tư|công văn|công điện|chỉ thị|kế hoạch|kết luận"
    r"|thông báo|hướng dẫn|tờ trình|văn bản|báo cáo|chương trình|đề án|dự án|thôn|bản|tổ|khu phố|khối"
)
"""The same, but these are verbs and nouns of other kinds too: before a thing that is counted they name nothing."""


def _number_words() -> dict[str, int]:
    """The number words from two to ninety-nine."""
    ones = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    words = {word: n for n, word in enumerate(ones, 1)} | {"mười": 10}
    words |= {f"mười {word}": 10 + n for n, word in enumerate(ones, 1)} | {"mười lăm": 15}
    for n, word in enumerate(ones[1:], 2):
        tens = f"{word} mươi"
        words |= {
            tens: 10 * n,
            f"{tens} mốt": 10 * n + 1,
            f"{tens} tư": 10 * n + 4,
            f"{tens} lăm": 10 * n + 5,
        }
        words |= {f"{tens} {one}": 10 * n + m for m, one in enumerate(ones, 1)}
    del words["một"]  # an article as often as a number
    return words


_NUMBER_WORDS = _number_words()


@functools.cache
def _names_and_figures(units: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for the numbers that are names, and for those that are figures once the names are gone."""
    counted = rf"\s+(?:{'|'.join(map(re.escape, units)) or '(?!)'})(?!\w)"
    year, more = r"(?:19|20)\d\d", r"\s*(?:,|và|đến|so\s+với|[-–])\s*"
    parts, documents = (words.replace(" ", r"\s+") for words in (_PARTS, _DOCUMENTS))
    names = rf"""https?://\S+
      | ^[^\S\n]*(?:[-+*][^\S\n]+)?\#*[^\S\n]*(?:\d+\.)*\d+[.)](?=\s)       # the number of a section or an item
      | \(\d{{1,2}}\)(?=\s)                                                   # (1) ...; (2) ...
      | \b\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}}\b                             # 18/11/2020, 2020-11-18
      | \b\d{{1,2}}/\d{{4}}\b                                                # 11/2020
      | \bngày\s+\d{{1,2}}(?:[/.-]\d{{1,2}}(?:[/.-]\d{{4}})?|\s+tháng\s+\d{{1,2}}(?:\s+năm\s+\d{{4}})?)?
        (?![\d%]|{counted})
      | \b(?:từ|đến|tới|hết|trước|sau)\s+\d{{1,2}}/(?:0?[1-9]|1[0-2])(?![\d%/]|{counted})
      | \b(?:tháng|quý)\s+(?:\d{{1,2}}|[IVX]+)(?:{more}\d{{1,2}}(?!\d))*(?:\s*/\s*\d{{4}})?(?![\d%]|{counted})
      | \b\d{{1,2}}\s+tháng\s+(?:đầu|cuối)
      | \b(?:năm|giai\s+đoạn)\s+{year}(?:{more}(?:năm\s+)?{year})*(?!\d)
      | \b\d+[a-z]?/(?:\d{{4}}/)?[A-ZĐ][\w-]*                                # 30/2020/NĐ-CP, 05/BC-UBND
      | \b(?:{parts})\s+(?:số\s*:?\s*)?\d+(?:{more}\d+)*(?![\d%]|{counted})
      | \b(?:{documents})\s+(?:số\s*:?\s*\d+(?:/\d{{4}})?|\d+(?=\s*(?:[,.;:)]|$|(?-i:[A-ZĐ])|của\b|ngày\b|về\b)))
      | [^\W\d_]+[-–]?\d[\w-]*|\b\d+[^\W\d_]\b                               # COVID-19, H5N1, 5G
      | \b24/(?:24|7)\w*
      | (?<![\d.,/]){year}(?![\d.,/]*\d|\s*%|\s+(?-i:[a-zà-ỹđ]))                # a year by itself
    """
    words = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
    figures = rf"\d+(?:[.,]\d+)*(?:\s?%)?|(?<!\w)(?:{words})(?={counted})"
    options = re.IGNORECASE | re.MULTILINE
    return re.compile(names, options | re.VERBOSE), re.compile(figures, options)


def figures_in(text: str, units: Sequence[str]) -> list[StatedFigure]:
    """The figures that a text states, in their order; `units` are the words that follow a count ("cơ sở", "vụ").

    Dates, years, the numbers of documents, of their parts and of lists are names and not figures. "Một" is none either:
    it is an article as often as a number. Other number words below a hundred count before a unit.
    """
    names, figures = _names_and_figures(tuple(units))
    found = []
    for match in figures.finditer(names.sub(lambda name: " " * len(name[0]), text)):
        try:
            value: float | None = parse_number(match[0].removesuffix("%"))
        except NotANumberError:
            value = _NUMBER_WORDS.get(match[0].lower())
        found.append(StatedFigure(match.start(), match[0], value))
    return found


def date_in_words(day: date) -> str:
    """A date in full: ngày 05 tháng 02 năm 2020. Days to 9 and months 1 and 2 take a zero (ND30, II.4b)."""
    return f"ngày {day.day:02} tháng {_month(day)} năm {day.year}"


def date_short(day: date) -> str:
    """A date in running text: 18/11/2020, 05/3/2020; zeros as in `date_in_words`."""
    return f"{day.day:02}/{_month(day)}/{day.year}"


def _month(day: date) -> str:
    return f"{day.month:02}" if day.month < 3 else str(day.month)


# ----------------------------------------------------------------------------------------------------------
# Letters
# ----------------------------------------------------------------------------------------------------------


def nfc(text: str) -> str:
    """The text with each accented letter as one character, as TCVN 6909:2001 texts usually have it."""
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """The text in NFC with single spaces, without what takes no room (zero-width spaces, byte order marks)."""
    return " ".join(nfc(text).replace("\u200b", "").replace("\ufeff", "").split())


def deaccent(text: str) -> str:
    """The text without tones and diacritics; Đ, đ, which no decomposition takes apart, become D, d."""
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.category(c).startswith("M"))
    return nfc("".join(letters)).replace("Đ", "D").replace("đ", "d")


@functools.lru_cache(maxsize=65536)  # the names of all units there are, several times each
def slug(text: str) -> str:
    """The text as a folder name: "Huyện Tuần Giáo" -> "huyen-tuan-giao"; only a-z, 0-9 and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", deaccent(text).lower()).strip("-")


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A text without what does not matter in headers and labels: spaces, capitals, the way of placing tones."""
    return new_tone_to_old(one_line(text)).casefold()


def slug_each(names: Sequence[str]) -> list[str]:
    """The slugs of names that hold no line break; of thousands, in a tenth of the time."""
    together = re.sub(r"[^a-z0-9\n]+", "-", deaccent("\n".join(names)).lower())
    return [name.strip("-") for name in together.split("\n")]


# Decomposed: a tone on the second vowel of an open oa, oe, uy; not after q, whose u is no vowel (quý).
_NEW_TONE = re.compile(
    r"([oO])([aAeE])([\u0300\u0301\u0303\u0309\u0323])(?![\w\u0300-\u036f])"
    r"|(?<![qQ])([uU])([yY])([\u0300\u0301\u0303\u0309\u0323])(?![\w\u0300-\u036f])"
)


def new_tone_to_old(text: str) -> str:
    """The text in NFC with tones placed the old way: Toả, hoè, thuỷ -> Tỏa, hòe, thủy.

    Official unit names mix both ways. Only open oa, oe, uy differ; hoàn, Quài, quý, giá are the same in both.
    """
    return nfc(_NEW_TONE.sub(_tone_first, unicodedata.normalize("NFD", text)))


def _tone_first(match: re.Match[str]) -> str:
    first, second, tone = [group for group in match.groups() if group]
    return first + tone + second
