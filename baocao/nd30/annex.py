"""Annexes (Phụ lục I, Phần I, Mục III.1)."""

from __future__ import annotations

import re

from baocao.analysis.document import roman
from baocao.messages import _
from baocao.nd30.letterhead import OPEN, SYMBOL
from baocao.nd30.parts import Annex, Document, in_table
from baocao.nd30.pdf import Line
from baocao.nd30.rules import (
    Finding,
    Look,
    absent,
    case,
    quoted,
    rule,
    settle,
    sizes,
    slope,
    weight,
)  # fmt: skip

REFERENCE = re.compile(
    rf"\(?Kèm theo [^()]*?[Ss]ố(?: \d+| ?{OPEN})\s*/\s*{SYMBOL},? ngày(?: \d{{1,2}}|{OPEN})"
    rf"\s*tháng(?: \d{{1,2}}|{OPEN})\s*năm(?: \d{{4}}|{OPEN}) ?của [^()]+\)?"
)


def table_lines(document: Document, annex: Annex) -> list[Line]:
    """The lines of an annex that stand in a table."""
    return [line for line in annex.rest if in_table(document.page(line.page), line)]


@rule("L-01")
def announced(document: Document) -> Finding:
    """The body points to each annex (III.1a)."""
    if not document.annexes:
        return absent(_("no annex"))
    text = " ".join(p.text for p in document.body).lower()
    if len(document.annexes) == 1:
        named = "phụ lục" in text or re.search(r"(biểu|danh sách|bảng)[^.]*kèm theo", text) is not None
        return settle(
            [(named, _("the body points to it") if named else _("the body does not point to it"))],
            [document.annexes[0].label],
        )
    lost = [
        a for a in document.annexes if not re.search(rf"{re.escape(_label(a).lower())}(?![ivxlc\d])", text)
    ]
    said = _("the body points to {count} annexes", count=len(document.annexes))
    if lost:
        said = _("the body does not point to {names}", names=", ".join(_label(a) for a in lost))
    return settle([(not lost, said)], [a.label for a in lost or document.annexes])


def _label(annex: Annex) -> str:
    return annex.label.text.rstrip(" .:")


@rule("L-02")
def numbered(document: Document) -> Finding:
    """Two annexes or more bear Roman numbers (III.1a)."""
    if len(document.annexes) < 2:
        return absent(_("one annex") if document.annexes else _("no annex"))
    labels = [_label(a) for a in document.annexes]
    right = [label.split()[-1] == roman(number) for number, label in enumerate(labels, 1)]
    return settle([(all(right), ", ".join(labels))], [a.label for a in document.annexes])


@rule("L-03")
def label(document: Document) -> Finding:
    """Phụ lục on a line of its own, in the middle, in small letters, 14, upright, bold (III.1b)."""
    if not document.annexes:
        return absent(_("no annex"))
    looks: list[Look] = []
    wrong: list[Line] = []
    for annex in document.annexes:
        line = annex.label
        word = line.text.split()
        small = " ".join(word[:2]) == "Phụ lục"
        own: list[Look] = [
            (small, _("small letters") if small else quoted(line.text)), sizes([line], 14, 14), slope([line], False),
            weight([line], True), _middle(document, line),
        ]  # fmt: skip
        looks += own
        wrong += [] if all(holds for holds, _words in own) else [line]
    return settle(looks, wrong or [a.label for a in document.annexes])


@rule("L-04")
def title(document: Document) -> Finding:
    """The annex's title in capitals, 13-14, upright, bold, in the middle (III.1b)."""
    if not document.annexes:
        return absent(_("no annex"))
    titled = [a for a in document.annexes if a.title]
    if not titled:
        return absent(_("the annexes have no titles"))
    looks: list[Look] = []
    wrong: list[Line] = []
    for annex in titled:
        own = [
            case(annex.title, True),
            sizes(annex.title, 13, 14),
            slope(annex.title, False),
            weight(annex.title, True),
        ]
        own += [_middle(document, line) for line in annex.title]
        looks += own
        wrong += [] if all(holds for holds, _words in own) else [annex.label]
    return settle(looks, wrong or [a.label for a in titled])


@rule("L-05")
def reference(document: Document) -> Finding:
    """(Kèm theo ... số ... ngày ... của ...), in the middle, italic, 13-14; numbers may be left open (III.1c)."""
    if not document.annexes:
        return absent(_("no annex"))
    looks: list[Look] = []
    wrong: list[Line] = []
    for annex in document.annexes:
        lines = annex.reference
        if not lines:
            looks.append((False, _("{annex} does not say which document it belongs to", annex=_label(annex))))
            wrong.append(annex.label)
            continue
        text = " ".join(line.text for line in lines)
        own: list[Look] = [
            (
                bool(REFERENCE.fullmatch(text)) and text.startswith("(") and text.endswith(")"),
                quoted(text, 110),
            )
        ]
        own += [
            slope(lines, True),
            sizes(lines, 13, 14),
            weight(lines, False),
            *(_middle(document, line) for line in lines),
        ]
        looks += own
        wrong += [] if all(holds for holds, _words in own) else [annex.label]
    return settle(looks, wrong or [a.label for a in document.annexes])


@rule("L-06")
def page_numbers(document: Document) -> Finding:
    """Each annex numbers its own pages (III.1đ)."""
    if not document.annexes:
        return absent(_("no annex"))
    looks: list[Look] = []
    wrong: list[int] = []
    for annex in document.annexes:
        own = [page for page in annex.pages if page > document.last_page]
        for expected, page in enumerate(own, 1):
            shown = [
                digits[0]
                for line in document.page_numbers.get(page, ())
                if (digits := re.findall(r"\d+", line.text))
            ]
            holds = shown == [str(expected)] or (expected == 1 and not shown)
            if not holds:
                looks.append((False, _("page {page} of {annex} bears the number {number}", page=expected,
                                       annex=_label(annex), number=", ".join(shown) or "-")))  # fmt: skip
                wrong.append(page)
    return settle(looks or [(True, _("each annex from 1"))], wrong)


def _middle(document: Document, line: Line) -> Look:
    holds = document.is_centred(line)
    return holds, _("centred") if holds else _("not centred")
