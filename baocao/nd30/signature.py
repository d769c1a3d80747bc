"""Who signs, and Nơi nhận (Phụ lục I, Phần I, Mục II.7 to II.9)."""

from __future__ import annotations

import re

from baocao.messages import _
from baocao.nd30.parts import Document
from baocao.nd30.pdf import MM, Line, Picture
from baocao.nd30.rules import (
    Finding,
    Look,
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

LEVEL = 3 * MM
"""By how much lines side by side may differ in height: their sizes differ, and cells are filled from the top."""
EDGE = 4 * MM
"""By how much Nơi nhận may stand off the left edge: a cell of a table is padded."""
_TITLES = re.compile(
    r"(GS|PGS|TS|ThS|Ths|CN|KS|BS|BSCK\w*|DS|LS|Thạc sĩ|Tiến sĩ|Giáo sư|Phó Giáo sư|Kỹ sư|Bác sĩ|Cử nhân"
    r"|NGND|NGƯT|NSND|Anh hùng)(\s*\.|\s|$)",
    re.IGNORECASE,
)


@rule("C-01")
def authority(document: Document) -> Finding:
    """TM., KT., TL., TUQ., Q. in capitals, 13-14, upright, bold (II.7b, đ)."""
    lines = document.authority
    if not lines:
        return missing(_("the authority or post of who signs was not found"))
    looks: list[Look] = []
    for line in lines:
        short = re.match(r"(TM|KT|TL|TUQ|Q)(\s*\.?\s*)", line.text, re.IGNORECASE)
        if short and (short[2] or not line.text[len(short[1]) : len(short[1]) + 1].isalpha()):
            proper = re.match(r"(TM|KT|TL|TUQ|Q)\. \S", line.text) is not None
            looks.append((proper, quoted(line.text, 24)))
    looks += [case(lines, True), sizes(lines, 13, 14), slope(lines, False), weight(lines, True)]
    return settle(looks, lines)


@rule("C-02")
def for_the_committee(document: Document) -> Finding:
    """A People's Committee signs TM. ỦY BAN NHÂN DÂN, then CHỦ TỊCH, or KT. CHỦ TỊCH and PHÓ CHỦ TỊCH (II.7b)."""
    issuer = " ".join(line.text for line in document.issuer).upper()
    if not re.match(r"(U[ỶY] BAN NHÂN DÂN|ỦY BAN NHÂN DÂN|UBND)\b", issuer):
        return (
            absent(_("the issuer is no People's Committee"))
            if issuer
            else unknown(_("the issuer was not found"))
        )
    lines = [line.text.upper().replace("UỶ BAN", "ỦY BAN") for line in document.authority]
    if not lines:
        return missing(_("the authority or post of who signs was not found"))
    if re.match(r"(TL|TUQ)\b", lines[0]):
        return unknown(_("{line}: whether this document may be signed so", line=quoted(lines[0])))
    right = lines[:1] == ["TM. ỦY BAN NHÂN DÂN"] and tuple(lines[1:]) in (
        ("CHỦ TỊCH",), ("Q. CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    )  # fmt: skip
    return settle([(right, " / ".join(lines))], document.authority)


@rule("C-03")
def name(document: Document) -> Finding:
    """The name in small letters, 13-14, upright, bold, in the middle under the post, without titles (II.7c, đ)."""
    lines = document.name
    if not lines:
        return absent(_("no name under the post: not signed yet"))
    looks: list[Look] = [case(lines, False), sizes(lines, 13, 14), slope(lines, False), weight(lines, True)]
    if document.authority:
        looks.append(centred(lines[0], document.authority[-1].centre))
    titled = _TITLES.match(lines[0].text) is not None
    looks.append(
        (not titled, _("with a degree or title before it") if titled else _("without degree or title"))
    )
    return settle(looks, lines)


def _pictures(document: Document) -> list[tuple[int, Picture]]:
    """The pictures at the signature, between the post and what stands below it; one across the page is a mark on it."""
    if not document.authority:
        return []
    last = document.authority[-1]
    page = document.page(last.page)
    end = document.name[-1].bottom + 20 if document.name else last.y + 60 * MM
    return [
        (page.number, p) for p in page.pictures
        if p.y1 > document.authority[0].top and p.y0 < end and p.x1 > page.width * 0.35
        and p.x1 - p.x0 < page.width * 0.6
    ]  # fmt: skip


@rule("C-04")
def signature_picture(document: Document) -> Finding:
    """A picture of the signature, in the middle between post and name (II.7d)."""
    found = _pictures(document)
    if not found:
        return absent(_("no picture at the signature"))
    signed = [picture for _page, picture in found if picture.colour != "red"]
    if not signed:
        return absent(_("no picture of a signature"))
    blue = signed[0].colour == "blue"
    off = abs(signed[0].centre - document.authority[-1].centre)
    middle = off <= 10 * MM
    said = _("below the post") if middle else _("{length} mm off the middle of the post", length=mm(off))
    return settle([(blue, _("blue") if blue else _("not blue")), (middle, said)], [found[0][0]])


@rule("C-05")
def seal_picture(document: Document) -> Finding:
    """A picture of the seal over a third of the signature, at its left (II.8a)."""
    found = _pictures(document)
    if not found:
        return absent(_("no picture at the signature"))
    seals = [picture for _page, picture in found if picture.colour == "red"]
    signed = [picture for _page, picture in found if picture.colour != "red"]
    if not seals:
        return absent(_("no picture of a seal"))
    if not signed:
        return unknown(_("a red picture, and none of a signature that it would cover"))
    seal, signature = seals[0], signed[0]
    over = max(0.0, min(seal.x1, signature.x1) - signature.x0) / (signature.x1 - signature.x0)
    at_left = seal.centre < signature.centre
    share = _("red, over {share}% of the signature", share=round(100 * over))
    side = _("at its left") if at_left else _("at its right")
    return settle([(0.2 <= over <= 0.5, share), (at_left, side)], [found[0][0]])


# --- Nơi nhận -------------------------------------------------------------------------------------------------


@rule("N-01")
def label(document: Document) -> Finding:
    """Nơi nhận: a line of its own, level with the authority, at the left edge, 12, italic, bold (II.9d)."""
    line = document.recipients_label
    if not line:
        return missing(_("Nơi nhận was not found"))
    looks: list[Look] = []
    alone = len(line.text) <= 14
    looks.append((alone, _("on a line of its own") if alone else _("text goes on after it")))
    if document.authority:
        first = document.authority[0]
        level = first.page == line.page and abs(first.y - line.y) <= LEVEL
        looks.append((level, _("level with the authority") if level else _("not level with the authority")))
    looks.append(_at_edge(document, line))
    looks += [sizes([line], 12, 12), slope([line], True), weight([line], True)]
    return settle(looks, [line])


def _at_edge(document: Document, line: Line) -> Look:
    off = line.x0 - document.left
    if abs(off) <= EDGE:
        return True, _("at the left edge")
    return False, _("{length} mm off the left edge", length=mm(abs(off)))


@rule("N-02")
def as_above(document: Document) -> Finding:
    """With Kính gửi, the first entry is Như trên (II.9b)."""
    entries = _entries(document)
    said_so = [text for text in entries if re.match(r"[-\u2013]?\s*như (trên|kính gửi)", text, re.IGNORECASE)]
    if not document.addressees:
        if said_so:
            return missing(_("Như trên, without Kính gửi"))
        return absent(_("no Kính gửi"))
    if not entries:
        return missing(_("no entries under Nơi nhận"))
    return settle(
        [(bool(re.match(r"- Như trên[;.]", entries[0])), quoted(entries[0]))], document.recipients[:1]
    )


@rule("N-03")
def entries_style(document: Document) -> Finding:
    """Entries: 11, upright, one per line, a hyphen at the left edge, a semicolon (II.9d)."""
    lines = document.recipients
    if not lines:
        return missing(_("no entries under Nơi nhận"))
    entries = _entries(document)
    dashes = all(text.startswith("- ") for text in entries)
    stops = all(text.endswith(";") for text in entries[:-1])
    firsts = [line for line in lines if line.text.startswith("-")]
    looks: list[Look] = [sizes(lines, 11, 11), slope(lines, False), weight(lines, False)]
    looks.append((dashes, _("hyphens") if dashes else _("without hyphens")))
    looks.append((stops, _("semicolons") if stops else _("without semicolons")))
    looks += [_at_edge(document, line) for line in firsts]
    return settle(looks, lines)


def _entries(document: Document) -> list[str]:
    """The entries; what does not begin with a hyphen belongs to the one before unless that is finished."""
    found: list[str] = []
    for line in document.recipients:
        goes_on = bool(found) and found[0].startswith("-") and not found[-1].endswith((";", "."))
        if goes_on and not re.match(r"[-\u2013+•]", line.text):
            found[-1] += " " + line.text
        else:
            found.append(line.text)
    return found


@rule("N-04")
def label_words(document: Document) -> Finding:
    """Exactly Nơi nhận: (II.9d)."""
    line = document.recipients_label
    if not line:
        return missing(_("Nơi nhận was not found"))
    return settle(
        [(line.text == "Nơi nhận:" or line.text.startswith("Nơi nhận: "), quoted(line.text))], [line]
    )


@rule("N-05")
def filed(document: Document) -> Finding:
    """The last entry: Lưu: VT, <who drafted it>. (II.9d)."""
    entries = _entries(document)
    if not entries:
        return missing(_("no entries under Nơi nhận"))
    files = [text for text in entries if re.match(r"[-\u2013]?\s*lưu\b", text, re.IGNORECASE)]
    last = entries[-1]
    if not files:
        return missing(_("no entry Lưu: {text}", text=quoted(last)))
    right = files[0] is last and re.fullmatch(r"[-\u2013]?\s*Lưu: VT, \S.*[^.\s]\.", last) is not None
    return settle([(right, quoted(files[0]))], document.recipients[-1:])
