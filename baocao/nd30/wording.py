"""Place names, capitals and citations in the text (Phụ lục II; Phụ lục I, Phần I, Mục II.4 and II.6).

A deviation is only what the text makes certain; what depends on the meaning is left to a reader.
"""

from __future__ import annotations

import csv
import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from baocao.analysis import units
from baocao.analysis.vietnamese import new_tone_to_old
from baocao.messages import _
from baocao.nd30.letterhead import DATED
from baocao.nd30.parts import Document
from baocao.nd30.rules import Finding, Look, Words, absent, quoted, rule, settle, unknown

NAMES = Path(__file__).parent / "names.csv"
KIND_WORDS = "|".join(sorted(units.TYPES, key=len, reverse=True))
_SYLLABLE = r"[^\W\d_]+"


@dataclass(frozen=True)
class _Said:
    """Words found in the running text: whether a sentence begins with them, and on which page its paragraph begins."""

    match: re.Match[str]
    first: bool
    page: int
    before: str


def _search(document: Document, pattern: str, flags: int = 0) -> Iterator[_Said]:
    """Where a pattern occurs in the running text of the body."""
    for paragraph in document.plain:
        text = new_tone_to_old(paragraph.text)
        for match in re.finditer(pattern, text, flags):
            before = text[: match.start()]
            first = not before.strip() or bool(
                re.search(r"([.!?:;…)\]]|[“\"‘(]|[-\u2013+•]|^\w{1,3}[.)])\s*$", before)
            )
            yield _Said(match, first, paragraph.page, before)


def _settled(wrong: list[tuple[str, int]], right: list[str], none: Words) -> Finding:
    """A deviation that quotes what is wrong, a pass that quotes what is right, or nothing of the kind."""
    if wrong:
        texts = list(dict.fromkeys(quoted(text) for text, _page in wrong))
        return settle([(False, text) for text in texts[:6]], sorted({page for _text, page in wrong}))
    if right:
        texts = list(dict.fromkeys(quoted(text) for text in right))
        return settle([(True, ", ".join(texts[:4]))])
    return absent(none)


@functools.cache
def unit_names() -> dict[str, dict[str, str]]:
    """Of each name of a unit in small letters, the name as written by the kinds of units that bear it."""
    found: dict[str, dict[str, str]] = {}
    with units.TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            name = new_tone_to_old(row[1])
            found.setdefault(name.lower(), {})[row[2]] = name
    return found


@functools.cache
def special_names() -> dict[str, str]:
    """Names with their own capitals by the ids of the rules that say so, as the decree writes them."""
    with NAMES.open(encoding="utf-8", newline="") as file:
        return {new_tone_to_old(row["written"]): row["rule"] for row in csv.DictReader(file)}


def _own_words(name: str) -> str:
    """A special name without its common noun."""
    return re.sub(rf"^({KIND_WORDS}|thủ đô) ", "", name, flags=re.IGNORECASE)


def _known_name(words: str, kind: str) -> str | None:
    """The longest name of a unit of a kind that some words begin with, as the table writes it."""
    syllables = words.split()
    for count in range(min(len(syllables), 5), 0, -1):
        written = unit_names().get(" ".join(syllables[:count]).lower(), {}).get(kind)
        if written and not written.isdigit():
            return written
    return None


# --- Place and date, as words ---------------------------------------------------------------------------------


@rule("D-03")
def place(document: Document) -> Finding:
    """The official name of the unit where the body sits, with capitals, a comma after it (II.4a, c)."""
    if not document.dated:
        return unknown(_("place and date were not found"))
    text = document.dated.text
    name = (
        text[: text.lower().find("ngày")].strip() if "ngày" in text.lower() else text.partition(",")[0] + ","
    )
    comma = name.endswith(",")
    bare = name.rstrip(" ,")
    if not bare:
        return settle([(False, _("no place before the date"))], [document.dated])
    looks: list[Look] = [(comma, quoted(name) if comma else _("no comma after {name}", name=quoted(bare)))]
    capital = all(word[:1].isupper() for word in re.findall(r"[^\W\d_]+", bare))
    capital = (
        capital
        or re.fullmatch(r"(Thành phố|Thị xã|Thị trấn|Đặc khu) [^\W\d_]+( [^\W\d_]+)*", bare) is not None
    )
    looks.append((capital, quoted(bare)))
    if not all(holds for holds, _words in looks):
        return settle(looks, [document.dated])
    name = re.sub(rf"^({KIND_WORDS})\s+", "", new_tone_to_old(bare), flags=re.IGNORECASE)
    whole = new_tone_to_old(" ".join(line.text for page in document.pages for line in page.lines))
    own = re.search(rf"\b({KIND_WORDS}) {re.escape(name)}\b", whole, re.IGNORECASE)
    if own or name.lower() in unit_names():
        return settle(looks, [document.dated])
    return unknown(_("{name}: no unit of this name is in the list of units", name=quoted(bare)))


@rule("D-05")
def full_place(document: Document) -> Finding:
    """A unit named after a person, a number or an event is written with its kind (II.4a)."""
    if not document.dated:
        return unknown(_("place and date were not found"))
    found = DATED.match(document.dated.text)
    bare = new_tone_to_old(found["place"] if found else document.dated.text.partition(",")[0]).strip()
    full = next(
        (name for name in special_names() if bare.lower() in (name.lower(), _own_words(name).lower())), None
    )
    numbered = re.fullmatch(r"((?P<kind>Phường|Quận)\s+)?\d+", bare, re.IGNORECASE)
    if numbered:
        return settle([(numbered["kind"] in ("Phường", "Quận"), quoted(bare))], [document.dated])
    if not full or special_names()[full] != "V-02":
        return absent(
            _("{name} is not known to be named after a person, a number or an event", name=quoted(bare))
        )
    if bare == full:
        return settle([(True, quoted(bare))], [document.dated])
    kind = full.removesuffix(_own_words(full)).strip()
    issuer = new_tone_to_old(" ".join(line.text for line in document.issuer)).lower()
    if kind.lower() in issuer:
        return settle([(False, quoted(bare))], [document.dated])
    return unknown(_("{name}: units of several kinds bear this name", name=quoted(bare)))


# --- Citations ------------------------------------------------------------------------------------------------

_CITED = (
    r"(?P<kind>Nghị định|Quyết định|Thông tư liên tịch|Thông tư|Chỉ thị|Nghị quyết|Kế hoạch|Công văn|Văn bản"
    r"|Thông báo|Hướng dẫn|Chương trình|Báo cáo|Tờ trình|Đề án)\s+(?:số\s+)?(?P<number>\d+[\w.]*/[\w&Đđ./-]*[\w])"
)
_DATE = (
    r"(?:,?\s*ngày\s+(?:\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}))"
)


@rule("B-02")
def first_citation(document: Document) -> Finding:
    """A document is first cited with kind, number, date, issuer and subject, then with kind and number (II.6b)."""
    seen: set[str] = set()
    wrong: list[tuple[str, int]] = []
    unsure: list[tuple[str, int]] = []
    right: list[str] = []
    for paragraph in document.body:
        for match in re.finditer(_CITED, paragraph.text, re.IGNORECASE):
            after = paragraph.text[match.end() :]
            dated = re.match(_DATE, after)
            if match["number"] in seen:
                (wrong if dated else []).append((match[0] + (dated[0] if dated else ""), paragraph.page))
                continue
            seen.add(match["number"])
            issuer = re.match(r"[,\s]*của\s+\S", after[dated.end() :]) if dated else None
            subject = re.match(
                r"[^.;]*?\b(về|v/v|ban hành|quy định|hướng dẫn|phê duyệt|sửa đổi|triển khai|thực hiện)\b",
                after,
            )
            if not (dated and issuer):
                wrong.append((match[0] + (dated[0] if dated else ""), paragraph.page))
            elif not subject:
                unsure.append((match[0], paragraph.page))
            else:
                right.append(match[0])
    if unsure and not wrong:
        return unknown(_("whether the subject follows: {text}", text=quoted(unsure[0][0])))
    return _settled(wrong, right, _("no document is cited with its number"))


@rule("B-03")
def laws(document: Document) -> Finding:
    """Luật and Pháp lệnh are cited by kind and name, without number or issuer (II.6a, b)."""
    wrong: list[tuple[str, int]] = []
    right: list[str] = []
    for paragraph in document.body:
        for match in re.finditer(
            r"\b(Bộ luật|Luật|Pháp lệnh)\b(?! (này|đó|nêu))[^.;:]{0,90}", paragraph.text
        ):
            number = re.search(r"(?:\s*số)?\s*\d+/(?:\d{4}/)?(?:QH|PL|L-)[\w-]*", match[0])
            issuer = re.match(
                r"[^,]{0,70}?,?\s+(?:ngày [\d/ thángnăm]+ )?của (Quốc hội|Ủy ban Thường vụ Quốc hội|Chủ tịch nước)",
                match[0],
            )
            if number or issuer:
                end = max(found.end() for found in (number, issuer) if found)
                wrong.append((match[0][:end], paragraph.page))
            elif re.match(r"(Bộ luật|Luật|Pháp lệnh) [A-ZĐ]", match[0]):
                right.append(" ".join(match[0].split()[:5]).rstrip(","))
    return _settled(wrong, right, _("no Luật or Pháp lệnh is cited"))


# --- Capitals (Phụ lục II) ------------------------------------------------------------------------------------


@rule("V-01")
def place_names(document: Document) -> Finding:
    """huyện, xã, tỉnh in small letters before a name with capitals (Phụ lục II, III.1a).

    A name that may be a person's or an event's takes a capital on the common noun (III.1b), so no word is said of it.
    """
    wrong: list[tuple[str, int]] = []
    right: list[str] = []
    whole = new_tone_to_old(" ".join(line.text for page in document.pages for line in page.lines))
    pattern = rf"\b(?P<kind>{KIND_WORDS})\s+(?=(?P<words>{_SYLLABLE}(?:\s+{_SYLLABLE}){{0,4}}))"
    for said in _search(document, pattern, re.IGNORECASE):
        kind = said.match["kind"]
        name = _known_name(said.match["words"], kind.lower()) or _capitals(said.match["words"])
        written = " ".join(said.match["words"].split()[: len(name.split())])
        if not name or _may_be_special(name):
            continue
        if not written[0].isupper():
            if " " in name and name in whole:  # else the words may be no name: trung tâm, hòa bình
                wrong.append((f"{kind} {written}", said.page))
        elif (kind[0].isupper() and not said.first) or written not in (name, name.upper()):
            wrong.append((f"{kind} {written}", said.page))
        else:
            right.append(f"{kind} {written}")
    return _settled(wrong, right, _("no unit is named in the body"))


def _capitals(words: str) -> str:
    """The words from the first on that begin with a capital."""
    return " ".join(itertools.takewhile(lambda word: word[0].isupper(), words.split()))


def _may_be_special(name: str) -> bool:
    """Whether a unit of this name may be named after a person or an event."""
    known = special_names()
    special = {_own_words(each).lower() for each, rule in known.items() if rule != "surname"}
    return name.lower() in special or known.get(name.partition(" ")[0]) == "surname"


@rule("V-02")
def numbered_units(document: Document) -> Finding:
    """Phường Điện Biên Phủ, Quận 1: the common noun takes a capital too (Phụ lục II, III.1b)."""
    names = [name for name, id in special_names().items() if id == "V-02"]
    pattern = rf"(?<!\d )\b(?:(?:phường|quận) \d{{1,2}}\b|{'|'.join(map(re.escape, names))})"
    return _special(document, pattern, _("no unit named by number, person or event is named"))


@rule("V-03")
def special_places(document: Document) -> Finding:
    """Names that the decree gives capitals of their own (Phụ lục II, III.1c)."""
    names = [name for name, id in special_names().items() if id == "V-03"]
    return _special(document, "|".join(map(re.escape, names)), _("none of these names occurs"))


def _special(document: Document, pattern: str, none: Words) -> Finding:
    found = list(_search(document, pattern, re.IGNORECASE))
    wrong = [(said.match[0], said.page) for said in found if not said.match[0][0].isupper()]
    return _settled(wrong, [said.match[0] for said in found if said.match[0][0].isupper()], none)


_FIELDS = (
    r"lao động|y tế|tài chính|nội vụ|tư pháp|công thương|nông nghiệp|giáo dục|văn hóa|xây dựng|giao thông"
    r"|tài nguyên|khoa học|thông tin|kế hoạch|ngoại vụ|dân tộc|du lịch"
)


@rule("V-04")
def bodies(document: Document) -> Finding:
    """Capitals for the kind and the field of a body: Sở Tài chính (Phụ lục II, IV.1a)."""
    places = rf"(?:{KIND_WORDS})"
    patterns = (
        r"(?<!cơ )(?<!trụ )(?<!công )(?<!xưởng )\bsở (?=[A-ZĐ][^\W\d_]*[a-zà-ỹ])\w+",
        r"(?<!văn )\bphòng (?=[A-ZĐ][a-zà-ỹ])[^\W\d_]+ [^\W\d_]+",
        rf"\b(?:ủy ban nhân dân|hội đồng nhân dân|công an) {places} (?=[A-ZĐ])[^\W\d_]+",
        rf"\b(?:Sở|Phòng|Bộ) (?:{_FIELDS})\b",
    )
    wrong = [(said.match[0], said.page) for pattern in patterns for said in _search(document, pattern)]
    proper = r"\b(?:Sở|Bộ|Phòng) [A-ZĐ][^\W\d_]*|\b(?:Ủy ban nhân dân|Hội đồng nhân dân|Công an) " + places
    return _settled(
        wrong, [said.match[0] for said in _search(document, proper)], _("no body is named in the body")
    )


@rule("V-05")
def special_nouns(document: Document) -> Finding:
    """Nhân dân, Nhà nước (Phụ lục II, V.1); in the name of a body and as an attribute they stand otherwise."""
    people = r"(?<!ban )(?<!đồng )(?<!án )(?<!sát )(?<!an )(?<!đội )(?<!tòa )(?<!ủy )\bnhân dân\b(?! tệ)"
    state = r"(?:của|và|Đảng,|do) nhà nước\b"
    wrong = [(said.match[0], said.page) for pattern in (people, state) for said in _search(document, pattern)]
    right = [said.match[0] for said in _search(document, r"(?<!ban )(?<!đồng )\b(?:Nhân dân|Nhà nước)\b")]
    return _settled(wrong, right, _("neither of these words occurs"))


_LAWS = r"phòng, chống|phòng chống|tổ chức chính|xử lý vi|ban hành văn|quản lý|bảo vệ|hình sự|dân sự|đất đai|lao động"
"""How names of laws begin, which are no words that follow "Luật" otherwise."""


@rule("V-06")
def document_names(document: Document) -> Finding:
    """Capitals for a definite document: Luật Tổ chức Quốc hội (Phụ lục II, V.6)."""
    kinds = r"nghị định|quyết định|thông tư|chỉ thị|nghị quyết|kế hoạch"
    patterns = (
        rf"\b(?:{kinds}) số \d+[\w.]*/[\wĐ-]+",
        r"\b(?:pháp lệnh|bộ luật|luật) (?=[A-ZĐ][a-zà-ỹ])[^\W\d_]+",
        rf"\b(?:Pháp lệnh|Bộ luật|Luật) (?:{_LAWS})",
    )
    wrong = [(said.match[0], said.page) for pattern in patterns for said in _search(document, pattern)]
    proper = (
        r"\b(?:Pháp lệnh|Bộ luật|Luật) [A-ZĐ][^\W\d_]*"
        r"|\b(?:Nghị định|Quyết định|Thông tư|Chỉ thị|Nghị quyết|Kế hoạch) số \d+"
    )
    return _settled(
        wrong, [said.match[0] for said in _search(document, proper)], _("no definite document is named")
    )


@rule("V-07")
def cited_parts(document: Document) -> Finding:
    """điểm, khoản in small letters, Điều, Mục, Chương, Phần with a capital (Phụ lục II, V.7, by its examples)."""
    of_law = (
        r"(?:,? (?:Mục|Chương|Phần) \w+)*,? (?:của )?(?:Bộ luật|Luật|Pháp lệnh|Nghị|Thông tư|Quyết định|Quy)"
    )
    patterns = (r"\bđiều \d+[a-z]?" + of_law, r"\bkhoản \d+[,\s]+điều \d+", r"\bchương [IVXLC]+" + of_law)
    wrong = [(said.match[0], said.page) for pattern in patterns for said in _search(document, pattern)]
    capital = r"\b(?:Khoản \d+|Điểm [a-zđ]\b)(?=[,\s]+(?:khoản|Khoản|Điều|điều) \d)"
    wrong += [(said.match[0], said.page) for said in _search(document, capital) if not said.first]
    right = [said.match[0] for said in _search(document, r"\b(?:điểm [a-zđ],? )?(?:khoản \d+,? )?Điều \d+")]
    return _settled(wrong, right, _("no part of a document is cited"))
