"""Quốc hiệu, issuer, number, date, title and addressees (Phụ lục I, Phần I, Mục II.1 to II.5, II.9)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from baocao.messages import _
from baocao.nd30.parts import MOTTO, NATION, Document
from baocao.nd30.pdf import MM, Line, Stroke
from baocao.nd30.rules import (
    CENTRE,
    DEVIATION,
    PASS,
    Finding,
    Look,
    Words,
    absent,
    case,
    centred,
    missing,
    mm,
    quoted,
    rule,
    settle,
    sizes,
    slope,
    unknown,
    weight,
)  # fmt: skip

# --- Quốc hiệu and Tiêu ngữ -----------------------------------------------------------------------------------


@rule("Q-01")
def nation(document: Document) -> Finding:
    """The words of Quốc hiệu (II.1a), HÒA or HOÀ."""
    if not document.nation:
        return missing(_("Quốc hiệu was not found"))
    text = document.nation.text
    right = text.upper().replace("HOÀ", "HÒA") == NATION
    return settle([(right, quoted(text))], [document.nation])


@rule("Q-02")
def nation_style(document: Document) -> Finding:
    """Capitals, 12-13, upright, bold, top right of page 1 (II.1a)."""
    line = document.nation
    if not line:
        return unknown(_("Quốc hiệu was not found"))
    place = line.centre > document.pages[0].width / 2 and line.y < 50 * MM
    return settle(
        [
            (place, _("top right") if place else _("not at the top right")),
            *_style([line], 12, 13, capitals=True, bold=True),
        ],
        [line],
    )


@rule("Q-03")
def motto(document: Document) -> Finding:
    """The words of Tiêu ngữ, with a hyphen between two spaces (II.1b)."""
    if not document.motto:
        return missing(_("Tiêu ngữ was not found"))
    text = document.motto.text
    return settle([(text in (MOTTO, MOTTO.upper()), quoted(text))], [document.motto])


@rule("Q-04")
def motto_style(document: Document) -> Finding:
    """Small letters, 13-14, upright, bold, in the middle under Quốc hiệu (II.1b)."""
    line = document.motto
    if not line:
        return unknown(_("Tiêu ngữ was not found"))
    looks = _style([line], 13, 14, capitals=False, bold=True)
    if document.nation:
        looks.append(centred(line, document.nation.centre, 2 * MM))
    return settle(looks, [line])


@rule("Q-05")
def motto_line(document: Document) -> Finding:
    """A solid line as long as Tiêu ngữ below it (II.1b)."""
    if not document.motto:
        return unknown(_("Tiêu ngữ was not found"))
    drawn = _drawn_under(document, [document.motto])
    if not drawn:
        return Finding(DEVIATION, str(_("no line below")), (1,))
    length = sum(stroke.length for stroke in drawn)
    whole = abs(length - document.motto.width) <= max(2 * MM, 0.04 * document.motto.width)
    said = _("{length} mm, the text {text} mm", length=mm(length), text=mm(document.motto.width))
    return settle([_solid(drawn), (whole, said)], [1])


@rule("Q-06")
def motto_spacing(document: Document) -> Finding:
    """Single spacing between the two (II.1c)."""
    if not (document.nation and document.motto):
        return unknown(_("Quốc hiệu or Tiêu ngữ was not found"))
    lines = (document.motto.y - document.nation.y) / document.motto.size / 1.15
    return settle([(0.8 <= lines <= 1.2, _("{lines} lines", lines=f"{lines:.2f}".replace(".", ",")))], [1])


# --- Issuer ---------------------------------------------------------------------------------------------------


@rule("A-01")
def superior(document: Document) -> Finding:
    """The superior body in capitals, 12-13, upright, not bold (II.2b)."""
    if not document.superior:
        return absent(_("no superior body is named; whether there is one a file does not show"))
    return settle(_style(document.superior, 12, 13, capitals=True, bold=False), document.superior)


@rule("A-02")
def issuer(document: Document) -> Finding:
    """The issuer in capitals, 12-13, upright, bold, in the middle under the superior body (II.2b)."""
    if not document.issuer:
        return missing(_("the issuer was not found"))
    looks = _style(document.issuer, 12, 13, capitals=True, bold=True)
    lines = [*document.superior, *document.issuer]
    looks += [centred(line, lines[0].centre, 2 * MM) for line in lines[1:]]
    return settle(looks, document.issuer)


@rule("A-03")
def issuer_line(document: Document) -> Finding:
    """A solid line of 1/3 to 1/2 of the text's length below, in its middle (II.2b)."""
    if not document.issuer:
        return unknown(_("the issuer was not found"))
    return _short_line(document, document.issuer)


@rule("A-04")
def superior_place(document: Document) -> Finding:
    """A local superior body bears the name of its province, district or commune (II.2a)."""
    if not document.superior:
        return absent(_("no superior body is named"))
    name = " ".join(line.text for line in document.superior).upper()
    if re.match(r"(BỘ|CHÍNH PHỦ|QUỐC HỘI|TỔNG CỤC|NGÂN HÀNG NHÀ NƯỚC)\b", name):
        return absent(_("{name}: a central body", name=quoted(name)))
    kinds = r"(TỈNH|THÀNH PHỐ|TP\.?|HUYỆN|QUẬN|THỊ XÃ|TX\.?|XÃ|PHƯỜNG|THỊ TRẤN|TT\.?|ĐẶC KHU)"
    if re.search(rf"\b{kinds}\s+\S", name):
        return Finding(PASS, quoted(name), (1,))
    bodies = r"(UBND|U[ỶY] BAN NHÂN DÂN|ỦY BAN NHÂN DÂN|HĐND|HỘI ĐỒNG NHÂN DÂN|SỞ\b.*|CÔNG AN)"
    if re.fullmatch(rf"{bodies}(\s+{kinds})?", name):
        return Finding(DEVIATION, str(_("{name}: without the name of the place", name=quoted(name))), (1,))
    return unknown(_("{name}: whether this is a local body", name=quoted(name)))


# --- Number and symbol ----------------------------------------------------------------------------------------

SYMBOL = r"[A-ZĐ][A-ZĐa-zđ&ƯƠÔÂĂÊ0-9]*(?:-[A-ZĐ][A-ZĐa-zđ&ƯƠÔÂĂÊ0-9]*)*"
OPEN = r"[.…_\s]*"
NUMBER = re.compile(rf"(?P<word>Số|SỐ)\s*:\s*(?:(?P<number>\d+)|{OPEN})/(?P<symbol>{SYMBOL})")


@rule("S-01")
def number_pattern(document: Document) -> Finding:
    """Số: <n>/BC-<CQ>: a slash, hyphens, no spaces (II.3)."""
    if not document.number:
        return missing(_("number and symbol were not found"))
    return settle(
        [(bool(NUMBER.fullmatch(document.number.text)), quoted(document.number.text))], [document.number]
    )


@rule("S-02")
def number_zero(document: Document) -> Finding:
    """A number below 10 takes a zero (II.3c)."""
    digits = _digits(document)
    if digits is None:
        return unknown(_("number and symbol were not found"))
    if not digits:
        return absent(_("the number is left open"))
    return settle([(int(digits) >= 10 or digits.startswith("0"), _("number {number}", number=digits))], [1])


@rule("S-03")
def number_style(document: Document) -> Finding:
    """Số in small letters, a colon, the symbol in capitals, 13, upright, in the middle under the issuer (II.3c)."""
    line = document.number
    if not line:
        return unknown(_("number and symbol were not found"))
    looks: list[Look] = [sizes([line], 13, 13), slope([line], False), weight([line], False)]
    word = re.match(r"(số)\s*(:?)", line.text, re.IGNORECASE)
    looks.append(
        (
            bool(word) and word is not None and word[1] == "Số",
            _("the word {word}", word=word[1] if word else "?"),
        )
    )
    looks.append(
        (bool(word and word[2]), _("colon after it") if word and word[2] else _("no colon after it"))
    )
    symbol = line.text.partition("/")[2]
    kinds = "|".join(sorted(set(document.kinds.values()), key=len, reverse=True))
    bare = re.sub(rf"^({kinds})(?=-)", "", symbol)
    looks.append(
        (
            bare == bare.upper(),
            _("symbol in capitals") if bare == bare.upper() else _("symbol {symbol}", symbol=symbol),
        )
    )
    if document.issuer:
        looks.append(centred(line, document.issuer[-1].centre))
    return settle(looks, [line])


@rule("S-04")
def kind_abbreviation(document: Document) -> Finding:
    """The symbol begins with the abbreviation of the kind: BC for báo cáo (Phụ lục III, Mục I)."""
    if not document.number:
        return unknown(_("number and symbol were not found"))
    if not document.title:
        return absent(_("the document names no kind"))
    expected = document.kinds[document.title.text.lower().rstrip(" :.")]
    symbol = document.number.text.partition("/")[2].strip()
    return settle(
        [(re.split(r"\s*[-\u2013]\s*", symbol)[0] == expected, _("symbol {symbol}", symbol=symbol or "-"))],
        [1],
    )


@rule("S-05")
def open_number(document: Document) -> Finding:
    """Before it is issued, the number is left open (Phụ lục III, templates)."""
    digits = _digits(document)
    if digits is None:
        return unknown(_("number and symbol were not found"))
    if digits:
        return absent(_("it has a number"))
    text = document.number.text if document.number else ""
    room = re.match(rf"S[ốỐ]\s*:?{OPEN}/", text)
    return settle([(bool(room), _("number left open: {text}", text=quoted(text)))], [1])


def _digits(document: Document) -> str | None:
    """The number, "" if it is left open; None without the line."""
    if not document.number:
        return None
    found = re.search(r"\d+", re.split(r"/", document.number.text)[0])
    return found[0] if found else ""


# --- Place and date -------------------------------------------------------------------------------------------

DATED = re.compile(
    rf"(?P<place>\S.*?), ngày(?: (?P<day>\d{{1,2}})|{OPEN})\s*tháng(?: (?P<month>\d{{1,2}})|{OPEN})"
    rf"\s*năm(?: (?P<year>\d{{4}})|{OPEN})"
)


@rule("D-01")
def date_pattern(document: Document) -> Finding:
    """<Địa danh>, ngày dd tháng m năm yyyy (II.4)."""
    if not document.dated:
        return missing(_("place and date were not found"))
    text = document.dated.text
    found = re.fullmatch(
        rf"(.*?,?\s*)ngày( \d{{1,2}}|{OPEN})\s*tháng( \d{{1,2}}|{OPEN})\s*năm( \d{{4}}|{OPEN})", text
    )
    given = re.search(r"ngày\s*\d", text) is not None
    possible = document.date is not None or not given
    return settle([(bool(found) and possible, quoted(text))], [document.dated])


@rule("D-02")
def date_zeros(document: Document) -> Finding:
    """A zero before days below 10 and months 1 and 2, and no others (II.4b)."""
    found = DATED.fullmatch(document.dated.text) if document.dated else None
    loose = found or (document.dated and re.search(r"(?P<day>\d+) tháng (?P<month>\d+)", document.dated.text))
    if not loose:
        return unknown(_("place and date were not found")) if not document.dated else _no_date(document.dated)
    day, month = loose["day"], loose["month"]
    if not day and not month:
        return absent(_("the date is left open"))
    looks: list[Look] = []
    if day:
        looks.append((len(day) == 2, _("day {day}", day=day)))
    if month:
        looks.append(
            (
                month == (f"{int(month):02}" if int(month) < 3 else str(int(month))),
                _("month {month}", month=month),
            )
        )
    return settle(looks, [1])


def _no_date(line: Line) -> Finding:
    if re.search(r"\d", re.sub(r"\d{4}", "", line.text)):
        return unknown(_("the date is not written as the form asks: {text}", text=quoted(line.text)))
    return absent(_("the date is left open"))


@rule("D-04")
def date_style(document: Document) -> Finding:
    """Small letters, 13-14, italic, on the line of the number, in the middle under Quốc hiệu (II.4c)."""
    line = document.dated
    if not line:
        return unknown(_("place and date were not found"))
    looks: list[Look] = [
        case([line], False),
        sizes([line], 13, 14),
        slope([line], True),
        weight([line], False),
    ]
    if document.number:
        off = line.y - document.number.y
        looks.append(
            (
                abs(off) <= 2 * MM,
                _("on the line of the number") if abs(off) <= 2 * MM else _("not on the line of the number"),
            )
        )
    if document.nation or document.motto:
        above = document.nation or document.motto
        looks.append(centred(line, above.centre if above else 0))
    return settle(looks, [line])


# --- Title ----------------------------------------------------------------------------------------------------


@rule("T-01")
def title(document: Document) -> Finding:
    """The kind in capitals, 13-14, upright, bold, in the middle (II.5b)."""
    line = document.title
    if not line:
        return _without_title(document)
    return settle([*_style([line], 13, 14, capitals=True, bold=True), _middle(document, line)], [line])


@rule("T-02")
def subject(document: Document) -> Finding:
    """Right below, in small letters, 13-14, upright, bold, in the middle (II.5b)."""
    if not document.title:
        return _without_title(document)
    if not document.subject:
        return missing(_("nothing stands under the title that says what it is about"))
    lines = document.subject
    near = lines[0].y - document.title.y <= 2.5 * lines[0].size
    looks: list[Look] = [(near, _("right below the title") if near else _("not right below the title"))]
    looks += _style(lines, 13, 14, capitals=False, bold=True)
    looks += [_middle(document, line) for line in lines]
    return settle(looks, lines)


@rule("T-03")
def subject_line(document: Document) -> Finding:
    """A solid line of 1/3 to 1/2 of the text's length below, in its middle (II.5b)."""
    if not document.title:
        return _without_title(document)
    return _short_line(document, document.subject or [document.title])


def _without_title(document: Document) -> Finding:
    page = document.pages[0]
    if any(
        line.text.startswith(("V/v", "Về việc")) and line.centre < page.width / 2 for line in document.marks
    ):
        return absent(_("an official letter (công văn) has no title"))
    return missing(_("the kind of the document was not found"))


def _middle(document: Document, line: Line) -> Look:
    if document.is_centred(line):
        return True, _("centred")
    return centred(line, document.centre)


# --- Addressees -----------------------------------------------------------------------------------------------


@rule("K-01")
def addressed(document: Document) -> Finding:
    """A report to a higher body bears Kính gửi (II.9b)."""
    if document.addressees:
        return Finding(PASS, quoted(document.addressees[0].text), (1,))
    kind = document.title.text.lower() if document.title else ""
    if any(re.match(r"\W*như trên", line.text, re.IGNORECASE) for line in document.recipients):
        return missing(_("no Kính gửi, though Nơi nhận says Như trên"))
    if kind in ("báo cáo", "tờ trình"):
        return unknown(_("no Kính gửi; whether it goes to a higher body a file does not show"))
    return absent(_("this kind of document needs no Kính gửi"))


@rule("K-02")
def addressees_style(document: Document) -> Finding:
    """Small letters, 13-14, upright, a colon after Kính gửi (II.9d)."""
    lines = document.addressees
    if not lines:
        return absent(_("no Kính gửi"))
    colon = re.match(r"Kính gửi:", lines[0].text) is not None
    looks: list[Look] = [(colon, _("colon after it") if colon else quoted(lines[0].text, 20))]
    looks += [case(lines, False), sizes(lines, 13, 14), slope(lines, False), weight(lines, False)]
    return settle(looks, lines)


@rule("K-03")
def one_addressee(document: Document) -> Finding:
    """One addressee stands on the line of Kính gửi (II.9d)."""
    if not document.addressees:
        return absent(_("no Kính gửi"))
    entries, own_line = _entries(document.addressees)
    if len(entries) > 1:
        return absent(_("{count} addressees", count=len(entries)))
    said = _("on the line of Kính gửi") if not own_line else _("below Kính gửi")
    return settle([(not own_line, said)], document.addressees)


@rule("K-04")
def several_addressees(document: Document) -> Finding:
    """Several stand one on a line, with hyphens under the colon, semicolons, and a full stop at last (II.9d)."""
    if not document.addressees:
        return absent(_("no Kính gửi"))
    entries, own_line = _entries(document.addressees)
    if len(entries) < 2:
        return absent(_("one addressee"))
    texts = [" ".join(line.text for line in entry) for entry in entries]
    dashes = all(text.startswith("- ") for text in texts)
    stops = all(text.endswith(";") for text in texts[:-1]) and texts[-1].endswith(".")
    places = [entry[0].x0 for entry in entries]
    colon = next((c for c in document.addressees[0].ink if c.text == ":"), None)
    under = colon is not None and all(colon.x0 - CENTRE <= x <= colon.x1 + CENTRE for x in places)
    level = max(places) - min(places) <= 1 * MM
    looks: list[Look] = [
        (own_line, _("each on a line") if own_line else _("the first stands on the line of Kính gửi")),
        (dashes, _("hyphens") if dashes else _("without hyphens")),
        (
            stops,
            _("semicolons, a full stop at last")
            if stops
            else _("without semicolons and a full stop at last"),
        ),
    ]
    if dashes:
        looks.append(
            (
                under and level,
                _("hyphens under the colon") if under and level else _("hyphens not under the colon"),
            )
        )
    return settle(looks, document.addressees)


def _entries(lines: Sequence[Line]) -> tuple[list[list[Line]], bool]:
    """The lines of each addressee, and whether the first has a line of its own below Kính gửi."""
    rest = re.sub(r"^kính gửi\s*:?\s*", "", lines[0].text, flags=re.IGNORECASE)
    entries: list[list[Line]] = [[lines[0]]] if rest else []
    for line in lines[1:]:
        begins = line.text.startswith(("-", "\u2013", "+", "•"))
        ended = not entries or entries[-1][-1].text.endswith((";", "."))
        plain = not any(each.text.startswith("-") for each in lines[1:])
        if begins or ended or (plain and not rest):
            entries.append([line])
        else:
            entries[-1].append(line)
    return entries, not rest


# --- Lines drawn below a text ---------------------------------------------------------------------------------


def _style(lines: Sequence[Line], low: float, high: float, capitals: bool, bold: bool) -> list[Look]:
    return [case(lines, capitals), sizes(lines, low, high), slope(lines, False), weight(lines, bold)]


def _drawn_under(document: Document, lines: Sequence[Line]) -> list[Stroke]:
    """The lines drawn right below the last of some lines of text, near their middle."""
    last = lines[-1]
    low, high = min(line.x0 for line in lines), max(line.x1 for line in lines)
    below = [
        s for s in document.page(last.page).strokes
        if s.along and last.y - 1 <= s.y0 <= last.y + 1.3 * last.size and s.x0 < high and s.x1 > low
        and not any(line.y + 1 < s.y0 - 2 and line.x0 < s.x1 and line.x1 > s.x0 and line.y > last.y + 1
                    for line in document.page(last.page).lines)
    ]  # fmt: skip
    if not below:
        return []
    first = min(below, key=lambda s: s.y0)
    return [s for s in below if abs(s.y0 - first.y0) < 1.5]


def _solid(drawn: Sequence[Stroke]) -> Look:
    dashed = len(drawn) > 2 or any(stroke.dashed for stroke in drawn)
    return not dashed, _("dashed") if dashed else _("solid")


def _short_line(document: Document, lines: Sequence[Line]) -> Finding:
    """Whether a solid line of 1/3 to 1/2 of the length of a text's line stands in its middle below."""
    drawn = _drawn_under(document, lines)
    if not drawn:
        return Finding(DEVIATION, str(_("no line below")), (lines[-1].page,))
    length = drawn[-1].x1 - drawn[0].x0 if len(drawn) > 1 else drawn[0].length
    shares = [length / line.width for line in lines]
    best = min(shares, key=lambda part: max(1 / 3 - part, part - 1 / 2, 0))
    right = 1 / 3 - 0.02 <= best <= 1 / 2 + 0.02
    said: Words = _("{share}% of the text's length", share=round(100 * best))
    middle = (min(s.x0 for s in drawn) + max(s.x1 for s in drawn)) / 2
    off = middle - lines[-1].centre
    even = abs(off) <= 2 * MM
    balance = _("centred") if even else _("{length} mm off the middle of the text", length=mm(abs(off)))
    return settle([_solid(drawn), (right, said), (even, balance)], lines)
