"""What a Word document says, paragraph by paragraph, whatever program saved it.

Word and LibreOffice break text into runs as they like, put other spaces, quotation marks and dashes, and keep what was
deleted: none of it makes another sentence. Tracked changes count as accepted.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from baocao.analysis.packages import Node, Package

ROW = 3
"""A table row of this many cells is one line of figures; with fewer, each cell holds paragraphs (the letterhead)."""

SCHEME = 1
"""To be counted up when texts are taken apart or made alike in another way: older fingerprints do not fit then."""
TITLE = "Số liệu "
"""What the title of a content control begins with; the tag follows: LibreOffice 7 keeps the title and drops the tag."""


class Piece(NamedTuple):
    """Some of a paragraph's text; `tag` is that of the content control in which it stands."""

    text: str
    tag: str = ""
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or a row of a table; `mark` is "-" or "1." for an item of a list."""

    pieces: tuple[Piece, ...]
    mark: str = ""
    row: bool = False
    comments: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words."""
        return text_of(self.pieces)

    @property
    def controls(self) -> list[tuple[str, str]]:
        """Tag and text of each content control."""
        found: list[list[str]] = []
        before = ""
        for piece in self.pieces:
            if piece.tag and piece.tag == before:
                found[-1][1] += piece.text
            elif piece.tag:
                found.append([piece.tag, piece.text])
            before = piece.tag
        return [(tag, shown(text)) for tag, text in found]


@dataclass(frozen=True)
class Comment:
    """A remark in the margin."""

    text: str
    author: str


@dataclass(frozen=True)
class WordText:
    """All that a Word document says; `properties` are its own (custom) ones."""

    paragraphs: tuple[Paragraph, ...]
    comments: dict[str, Comment] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)


def text_of(pieces: Sequence[Piece]) -> str:
    """The words of pieces."""
    return shown("".join(piece.text for piece in pieces))


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def shown(text: str) -> str:
    """A text composed (NFC), with plain spaces, without signs that nobody sees."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


_ALIKE = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'",
                        "\u2010": "-", "\u2011": "-", "–": "-", "—": "-", "\u2212": "-", "…": "..."})  # fmt: skip


def key(text: str) -> str:
    """What makes a text another one: not the signs that Word puts in the place of those that were typed."""
    return shown(text).translate(_ALIKE)


def fingerprint(text: str) -> str:
    """Six letters that tell a text from the others of a document."""
    return base64.urlsafe_b64encode(hashlib.sha256(key(text).encode()).digest())[:6].decode()


_END = re.compile(r"[.!?…][”\"')\]]*\s+(?=[“\"'(\[]?(\w))")


def sentences(paragraph: Paragraph) -> list[tuple[Piece, ...]]:
    """The sentences of a paragraph; a row of a table is one."""
    if paragraph.row:
        return [paragraph.pieces] if paragraph.text else []
    text = "".join(piece.text for piece in paragraph.pieces)
    ends = [found.end() for found in _END.finditer(text) if found[1].isupper()]
    ends = [
        end for end in ends if not re.fullmatch(r"\s*[IVX\d.]+\s*", text[:end])
    ]  # the number of a heading
    parts = (_between(paragraph.pieces, a, b) for a, b in zip([0, *ends], [*ends, len(text)], strict=True))
    return [part for part in parts if text_of(part)]


def _between(pieces: Sequence[Piece], start: int, end: int) -> tuple[Piece, ...]:
    found, place = [], 0
    for piece in pieces:
        text = piece.text[max(start - place, 0) : max(end - place, 0)]
        place += len(piece.text)
        if text:
            found.append(piece._replace(text=text))
    return tuple(found)


# --- Reading ------------------------------------------------------------------------------------------------


def read(package: Package) -> WordText:
    """What the package of a Word document says; a damaged one raises whatever its parts happen to."""
    own = package.targets("")
    (main,) = (part for kind, part in own.values() if kind == "officeDocument")
    parts = dict(package.targets(main).values())
    properties = {
        node.get("name"): "".join(child.text() for child in node.children())
        for kind, part in own.values()
        if kind == "custom-properties"
        for node in package.whole(part, "property")
    }
    comments = {
        node.get("id"): Comment(
            shown(" ".join("".join(text.text for text in _pieces(p)) for p in node.children("p"))),
            node.get("author"),
        )
        for node in (package.whole(parts["comments"], "comment") if "comments" in parts else ())
    }
    body = _Body(_Lists(package, parts))
    for when, node in package.nodes(main, ("p", "trPr", "sdtPr"), ("tr", "tc", "sdt")):
        body.take(when, node)
    return WordText(tuple(body.paragraphs), comments, properties)


class _Lists:
    """How items of lists are marked: by what their style or they themselves refer to."""

    def __init__(self, package: Package, parts: dict[str, str]) -> None:
        self._styles: dict[str, str] = {}
        for node in package.whole(parts["styles"], "style") if "styles" in parts else ():
            number = node.find("pPr", "numPr", "numId")
            if number:
                self._styles[node.get("styleId")] = number.get("val")
        self._bullets: dict[str, bool] = {}
        self._numbers: dict[str, str] = {}
        for node in package.whole(parts["numbering"], "abstractNum", "num") if "numbering" in parts else ():
            if node.name == "num":
                behind = node.find("abstractNumId")
                self._numbers[node.get("numId")] = behind.get("val") if behind else ""
            else:
                form = node.find("lvl", "numFmt")
                self._bullets[node.get("abstractNumId")] = form is None or form.get("val") == "bullet"

    def mark(self, about: Node | None) -> str:
        """The mark of a paragraph with these properties, "" if it is no item."""
        number = about.find("numPr", "numId") if about else None
        style = about.find("pStyle") if about else None
        id = number.get("val") if number else self._styles.get(style.get("val"), "0") if style else "0"
        if id not in self._numbers:
            return ""
        return "-" if self._bullets.get(self._numbers[id], True) else "1."


def row_of(cells: Sequence[Sequence[Paragraph]]) -> list[Paragraph]:
    """A row of a table as one line of figures, or what its cells hold."""
    if len(cells) < ROW:
        return [paragraph for cell in cells for paragraph in cell]
    pieces: list[Piece] = []
    for cell in cells:
        inside = [piece for paragraph in cell for piece in (*paragraph.pieces, Piece(" "))]
        if text_of(inside):
            pieces += [*([Piece(" | ")] if pieces else []), *inside[:-1]]
    comments = tuple(id for cell in cells for paragraph in cell for id in paragraph.comments)
    return [Paragraph(tuple(pieces), row=True, comments=comments)]


@dataclass
class _Row:
    """A row of a table while it is read."""

    cells: list[list[Paragraph]] = field(default_factory=list)
    deleted: bool = False


class _Body:
    """The paragraphs of a document's body while it is read."""

    def __init__(self, lists: _Lists) -> None:
        self.paragraphs: list[Paragraph] = []
        self._lists = lists
        self._rows: list[_Row] = []
        self._controls: list[str] = []
        """The tags of the controls around paragraphs that are open."""
        self._before: tuple[Piece, ...] = ()
        """What a paragraph that ended here goes on from, as the end of the one before it was deleted."""

    def take(self, when: str, node: Node) -> None:
        """Take up a paragraph, properties, or the beginning or end of a row, a cell or a control."""
        if node.name == "p":
            self._paragraph(node)
        elif node.name == "sdtPr":
            self._controls[-1] = _tag(node)
        elif node.name == "trPr":
            self._rows[-1].deleted = node.find("del") is not None
        elif when == "start":
            self._open(node.name)
        elif node.name == "sdt":
            self._controls.pop()
        elif node.name == "tr":
            row = self._rows.pop()
            for paragraph in [] if row.deleted else row_of(row.cells):
                self._add(paragraph)

    def _open(self, name: str) -> None:
        if name == "sdt":
            self._controls.append("")
        elif name == "tr":
            self._rows.append(_Row())
        else:
            self._rows[-1].cells.append([])

    def _add(self, paragraph: Paragraph) -> None:
        inside = self._rows and self._rows[-1].cells
        (self._rows[-1].cells[-1] if inside else self.paragraphs).append(paragraph)

    def _paragraph(self, node: Node) -> None:
        about = node.find("pPr")
        control = next((tag for tag in reversed(self._controls) if tag), "")
        pieces = self._before + tuple(_pieces(node, control))
        if about and about.find("rPr", "del"):
            self._before = pieces
            return
        self._before = ()
        self._add(Paragraph(pieces, self._lists.mark(about), comments=tuple(_comments(node))))


_LEFT_OUT = (
    "pPr",
    "rPr",
    "del",
    "moveFrom",
    "AlternateContent",
    "drawing",
    "pict",
    "object",
    "sdtPr",
    "sdtEndPr",
)


def _pieces(node: Node, tag: str = "") -> Iterator[Piece]:
    """The pieces of a paragraph, without what was deleted or stands in a drawing."""
    for child in node.children():
        if child.name == "r":
            about = child.find("rPr")
            text = _UNSEEN.sub("", "".join([_text(part) for part in child.children()]))
            if text:
                yield Piece(text, tag, _is(about, "b", "Strong"), _is(about, "i", "Emphasis"))
        elif child.name == "sdt":
            properties = child.find("sdtPr")
            yield from _pieces(child, (_tag(properties) if properties else "") or tag)
        elif child.name not in _LEFT_OUT:
            yield from _pieces(child, tag)


def _text(node: Node) -> str:
    if node.name == "t":
        return node.text()
    return {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}.get(node.name, "")


def _is(about: Node | None, name: str, style: str) -> bool:
    """Whether a run is bold or italic, of itself or by a character style."""
    own = about.find(name) if about else None
    if own:
        return own.get("val", "1") not in ("0", "false", "off")
    named = about.find("rStyle") if about else None
    return named is not None and named.get("val") == style


def _tag(properties: Node) -> str:
    tag, title = properties.find("tag"), properties.find("alias")
    if tag:
        return tag.get("val")
    return title.get("val").removeprefix(TITLE) if title and title.get("val").startswith(TITLE) else ""


def _comments(node: Node) -> Iterator[str]:
    for child in node.children():
        if child.name == "commentReference":
            yield child.get("id")
        elif child.name != "pPr":
            yield from _comments(child)
