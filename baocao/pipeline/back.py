"""A Word file that comes back from who read it: what was changed by hand, and what no longer agrees with the data.

The file says which report it is and, by fingerprints, what it said when it was made. So a sentence that somebody wrote
is told from one that the data of today would write differently. What the office's narrative can hold of the changes is
proposed as a narrative; nothing of the office's is touched.
"""

from __future__ import annotations

import csv
import difflib
import functools
import itertools
import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from baocao.analysis import sheets
from baocao.analysis.document import PROSE_MIME, Narrative
from baocao.analysis.packages import Package
from baocao.errors import InputError, reason
from baocao.messages import _
from baocao.pipeline import execute, export, record
from baocao.pipeline.assemble import assemble
from baocao.pipeline.blocks import Node, paragraphs_in, plain_text, walk
from baocao.pipeline.plan import ReportPlan
from baocao.pipeline.sentences import (
    Paragraph,
    Piece,
    WordText,
    fingerprint,
    key,
    read,
    sentences,
    shown,
    text_of,
)
from baocao.pipeline.word import EDITION, REPORT, SENTENCES

PROPOSAL = "narrative.de-xuat.md"
NARRATIVE, OFFER, NOTEBOOK, FORM, TABLE = "narrative", "offer", "notebook", "form", "table"
"""Who decides about a sentence: the office in its narrative, the office about an offered one, a cell of the notebook,
`report.toml`, the data."""
ALIKE = 0.5
"""Share of words from which on a sentence is another's new wording."""
FEWEST_KNOWN = 0.1
"""Share of a report's sentences that a Word file holds at least if it was made from it."""


@dataclass(frozen=True)
class Place:
    """Where a sentence stands: `title` names it for people; who decides about it (`by`)."""

    title: str
    section: str = ""
    by: str = ""
    offer: str = ""
    cell: int = 0


@dataclass(frozen=True)
class Said:
    """A sentence; `paragraph` counts the paragraphs of its document."""

    pieces: tuple[Piece, ...]
    paragraph: int
    place: Place | None = None

    @functools.cached_property
    def text(self) -> str:
        """The words."""
        return text_of(self.pieces)

    @functools.cached_property
    def print(self) -> str:
        """The fingerprint."""
        return fingerprint(self.text)

    @functools.cached_property
    def without_values(self) -> str:
        """The sentence with the tags of its values in their place."""
        runs = itertools.groupby(self.pieces, lambda piece: piece.tag)
        return key("".join(f"{{{tag}}}" if tag else "".join(p.text for p in run) for tag, run in runs))


@dataclass(frozen=True)
class Change:
    """A sentence that was "added", "removed" or "changed" by hand; what is not known any more is empty."""

    kind: str
    place: Place
    before: str
    after: str


@dataclass(frozen=True)
class Number:
    """A value that is not what the data say now; `by_hand` if somebody typed it, else the data changed since."""

    tag: str
    place: Place
    in_word: str
    now: str
    around: str
    by_hand: bool


@dataclass(frozen=True)
class Outdated:
    """A sentence that nobody touched and that would read differently now."""

    place: Place
    in_word: str
    now: str


@dataclass(frozen=True)
class Remark:
    """A comment in the margin."""

    place: Place
    around: str
    text: str
    author: str


@dataclass(frozen=True)
class Back:
    """What came back; `base_known` is False if the file does not tell what it said when it was made."""

    report: str
    changes: tuple[Change, ...]
    numbers: tuple[Number, ...]
    outdated: tuple[Outdated, ...]
    remarks: tuple[Remark, ...]
    base_known: bool
    proposal: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data, for `--json`."""
        return {
            "report": self.report,
            "made_from_this_data": self.base_known,
            "changes": [asdict(change) for change in self.changes],
            "numbers": [asdict(number) for number in self.numbers],
            "outdated": [asdict(each) for each in self.outdated],
            "comments": [asdict(remark) for remark in self.remarks],
            "proposal": str(self.proposal) if self.proposal else None,
        }


# --- The file -----------------------------------------------------------------------------------------------


def open_word(path: Path) -> WordText:
    """What a Word file says; `InputError` if it is missing, damaged, protected or no Word file."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            _("There is no file {file}.", file=path), _("Name the Word file that came back.")
        ) from None
    except OSError as error:
        raise InputError(
            _("{file} cannot be opened: {why}", file=path.name, why=reason(error)),
            _("Close it in other programs and check that you may read it."),
        ) from None
    try:
        kind = sheets.kind_of(content)
        if kind == "docx":
            return read(Package(content))
    except Exception:  # noqa: BLE001 - on a damaged file a reader raises whatever its parts happen to raise
        kind = "damaged"
    if kind in ("protected", "doc", "damaged"):
        raise sheets.refused(path, kind)
    raise InputError(
        _("{file} is no Word document (.docx).", file=path.name), _("Name the Word file that came back.")
    )


def report_of(text: WordText) -> tuple[str, int, str] | None:
    """Unit, year and edition of the report that a Word file says it is; None if it does not."""
    found = re.fullmatch(r"([^/]+/[^/]+)/(\d{4})", text.properties.get(REPORT, ""))
    return (found[1], int(found[2]), text.properties.get(EDITION, "")) if found else None


def compare(plan: ReportPlan, path: Path, text: WordText) -> Back:
    """What a Word file says that its report does not, and a proposal for the narrative in the report's folder.

    The report's notebooks must have run. `InputError` if the file was not made from this report.
    """
    notebook = execute.written(plan.last, plan.work)
    found, proposal = differences(notebook, text, plan.name, _narrative_of(plan), _codes(plan))
    if found is None:
        raise InputError(
            _("{file} does not read as the report of {report}: hardly a sentence is the same.", file=path.name,
              report=plan.name),
            _("Check which report it is, and name it with --unit and --year."),
        )  # fmt: skip
    return replace(found, proposal=_written(plan, proposal)) if proposal else found


def differences(
    notebook: NotebookNode, text: WordText, report: str, narrative: str, codes: Collection[str]
) -> tuple[Back | None, str]:
    """What a Word file says that an executed report does not, and a proposal for the office's `narrative`, or "".

    `codes` are the indicators that a narrative may name. None for a file that was not made from this report.
    """
    compared = _Compared.make(assemble(notebook, "docx"), text, export.export(notebook, "docx"))
    if compared.share_known < FEWEST_KNOWN:
        return None, ""
    proposal = _Proposal(compared, _shown_sections(notebook), codes).text(narrative)
    return compared.back(report), proposal


def _narrative_of(plan: ReportPlan) -> str:
    own = plan.last.inputs / "narrative.md"
    return own.read_text(encoding="utf-8-sig") if own.is_file() else ""


def _codes(plan: ReportPlan) -> set[str]:
    with (plan.tables / "indicators.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


def _shown_sections(notebook: NotebookNode) -> list[str]:
    """The sections for which the notebook shows what the office wrote, or would show it."""
    shown_parts = (
        output["data"][PROSE_MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if PROSE_MIME in output.get("data", ())
    )
    return list(
        dict.fromkeys(
            prose["section"] for prose in shown_parts if all(not p["offer"] for p in prose["parts"])
        )
    )


def _written(plan: ReportPlan, proposal: str) -> Path:
    """Put a proposal into the report's folder, under a name of its own if another one lies there."""
    plan.target.mkdir(parents=True, exist_ok=True)
    content = proposal.encode()
    numbers = itertools.count(2)
    free = plan.target / PROPOSAL
    while free.exists() and free.read_bytes() != content:
        free = plan.target / PROPOSAL.replace(".md", f"-{next(numbers)}.md")
    record.replace_all(plan.target, {free.name: content})
    return free


# --- What was changed ---------------------------------------------------------------------------------------


@dataclass
class _Compared:
    """The report as it would be made now, the Word file, and which of its sentences is which."""

    now: list[Said]
    word: list[Said]
    paragraphs: Sequence[Paragraph]
    """Those of the Word file."""
    text: WordText
    base: list[str]
    """The fingerprints of what the file said when it was made."""
    base_known: bool
    old: dict[int, Said | None] = field(default_factory=dict)
    """What the sentences of the Word file were, by number: as they are, or before they were changed."""
    touched: dict[int, str] = field(default_factory=dict)
    """Those that were "added" or "changed"."""
    removed: list[Said] = field(default_factory=list)
    gone: int = 0
    """How many were removed of which only the fingerprint is known."""

    @classmethod
    def make(cls, document: Node, text: WordText, made: bytes) -> _Compared:
        """Compare a Word file with the document as it is `made` now."""
        now = _placed(document, read(Package(made)).paragraphs)
        known = "".join(
            text.properties[name] for name in sorted(text.properties) if name.startswith(SENTENCES)
        )
        base = [known[at : at + 6] for at in range(0, len(known), 6)] or [said.print for said in now]
        compared = cls(
            now, _with_controls(_said(text.paragraphs), now), text.paragraphs, text, base, bool(known)
        )
        compared._match()
        return compared

    @property
    def share_known(self) -> float:
        """The share of the present report's sentences that the file holds word for word."""
        prints = {said.print for said in self.word}
        return sum(said.print in prints for said in self.now) / max(1, len(self.now))

    def _match(self) -> None:
        waiting: dict[str, deque[Said]] = defaultdict(deque)
        for said in self.now:
            waiting[said.print].append(said)
        before = [waiting[each].popleft() if waiting[each] else None for each in self.base]
        by_shape = {said.without_values: said for said in reversed(self.now)}
        matcher = difflib.SequenceMatcher(None, self.base, [said.print for said in self.word], autojunk=False)
        for kind, start, end, first, last in matcher.get_opcodes():
            if kind == "equal":
                for old, number in zip(before[start:end], range(first, last), strict=True):
                    self.old[number] = old or by_shape.get(self.word[number].without_values)
            else:
                self._differing(before[start:end], range(first, last))
        place: Place = Place(str(_("Form of the document")), by=FORM)
        for number, said in enumerate(self.word):
            old = self.old.get(number)
            if old and old.place:
                place = old.place
            own = place if old else replace(place, by=NARRATIVE, offer="", cell=0)
            self.word[number] = replace(said, place=own)

    def _differing(self, before: Sequence[Said | None], numbers: Sequence[int]) -> None:
        pairs = dict(
            _pairs([old.text if old else "" for old in before], [self.word[n].text for n in numbers])
        )
        if not pairs and len(before) == len(numbers) == 1 and before[0] is None:
            pairs = {0: 0}
        for place, number in enumerate(numbers):
            olds = [old for old, new in pairs.items() if new == place]
            self.touched[number] = "changed" if olds else "added"
            self.old[number] = before[olds[0]] if olds else None
        for place, old in enumerate(before):
            if place not in pairs:
                if old:
                    self.removed.append(old)
                else:
                    self.gone += 1

    def back(self, report: str) -> Back:
        """What came back."""
        numbers = tuple(self._numbers())
        return Back(
            report,
            tuple(self._changes()),
            numbers,
            tuple(self._outdated({number.around for number in numbers})),
            tuple(self._remarks()),
            self.base_known,
        )

    def _changes(self) -> Iterator[Change]:
        """In the order of the report: those removed before the sentence that follows them there."""
        order = {id(said): number for number, said in enumerate(self.now)}
        removed = deque(sorted(self.removed, key=lambda said: order[id(said)]))
        for number, said in enumerate(self.word):
            old = self.old.get(number)
            while old and removed and order.get(id(old), -1) > order[id(removed[0])]:
                yield _removal(removed.popleft())
            if kind := self.touched.get(number):
                yield Change(kind, said.place or Place(""), old.text if old else "", said.text)
        yield from map(_removal, removed)
        for _number in range(self.gone):
            yield Change("removed", Place(""), "", "")

    def _numbers(self) -> Iterator[Number]:
        values: dict[str, list[str]] = defaultdict(list)
        for paragraph in _paragraphs_of(self.now):
            for tag, value in paragraph.controls:
                values[tag].append(value)
        in_paragraph = _by_paragraph(self.word)
        for number, mates in in_paragraph.items():
            paragraph = Paragraph(tuple(piece for _n, said in mates for piece in said.pieces))
            for tag, value in paragraph.controls:
                if key(value) not in map(key, values[tag]):
                    by_hand = any(n in self.touched for n, _said in mates)
                    place = mates[0][1].place or Place("")
                    now = values[tag][0] if values[tag] else ""
                    yield Number(tag, place, value, now, self.paragraphs[number].text, by_hand)

    def _outdated(self, told: Collection[str]) -> Iterator[Outdated]:
        """What would read differently; `told` are the paragraphs of which a value was told already."""
        before, now = set(self.base), {said.print for said in self.now}
        fresh = [said.text for said in self.now if said.print not in before]
        for number, said in enumerate(self.word):
            if number in self.touched or said.print in now or self.paragraphs[said.paragraph].text in told:
                continue
            old = self.old.get(number)
            yield Outdated(
                said.place or Place(""), said.text, old.text if old else _nearest(said.text, fresh)
            )

    def _remarks(self) -> Iterator[Remark]:
        places = {said.paragraph: said.place for said in reversed(self.word)}
        for number, paragraph in enumerate(self.paragraphs):
            for id in dict.fromkeys(paragraph.comments):
                comment = self.text.comments.get(id)
                if comment:
                    place = places.get(number) or Place("")
                    yield Remark(place, paragraph.text, comment.text, comment.author)


def _removal(said: Said) -> Change:
    return Change("removed", said.place or Place(""), said.text, "")


def _said(paragraphs: Sequence[Paragraph]) -> list[Said]:
    return [
        Said(pieces, number) for number, paragraph in enumerate(paragraphs) for pieces in sentences(paragraph)
    ]


def _by_paragraph(said: Sequence[Said]) -> dict[int, list[tuple[int, Said]]]:
    found: dict[int, list[tuple[int, Said]]] = defaultdict(list)
    for number, each in enumerate(said):
        found[each.paragraph].append((number, each))
    return found


def _paragraphs_of(said: Sequence[Said]) -> list[Paragraph]:
    together = _by_paragraph(said).values()
    return [Paragraph(tuple(piece for _n, each in mates for piece in each.pieces)) for mates in together]


def _with_controls(word: Sequence[Said], now: Sequence[Said]) -> list[Said]:
    """The sentences of a Word file, with the controls of those that lost theirs on the way and are the same else."""
    whole = {key(said.text): said.pieces for said in reversed(now) if any(piece.tag for piece in said.pieces)}
    return [
        replace(said, pieces=whole[key(said.text)])
        if key(said.text) in whole and not any(piece.tag for piece in said.pieces)
        else said
        for said in word
    ]


def _pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Which sentence became which, in their order: the most alike first, then what lies on both sides of them."""
    best = max(
        (
            (_alike(old, new), -place, -other)
            for place, old in enumerate(before)
            for other, new in enumerate(after)
            if old
        ),
        default=(0.0, 0, 0),
    )
    if best[0] < ALIKE:
        return []
    place, other = -best[1], -best[2]
    above = _pairs(before[:place], after[:other])
    below = _pairs(before[place + 1 :], after[other + 1 :])
    return [*above, (place, other), *((a + place + 1, b + other + 1) for a, b in below)]


def _alike(old: str, new: str) -> float:
    return difflib.SequenceMatcher(None, key(old).split(), key(new).split(), autojunk=False).ratio()


def _nearest(text: str, others: Sequence[str]) -> str:
    alike, nearest = max(((_alike(text, other), other) for other in others), default=(0.0, ""))
    return nearest if alike >= ALIKE else ""


# --- Where a sentence stands --------------------------------------------------------------------------------


def _placed(document: Node, paragraphs: Sequence[Paragraph]) -> list[Said]:
    """The sentences of a document as it is made now, with their places."""
    waiting: dict[str, deque[Place]] = defaultdict(deque)
    for text, place in _texts(document):
        waiting[key(text)].append(place)
    form = Place(str(_("Form of the document")), by=FORM)
    place, said = form, []
    for number, paragraph in enumerate(paragraphs):
        if queue := waiting.get(key(paragraph.text)):
            place = queue.popleft()
        elif not paragraph.row and not place.title.startswith("Phụ lục"):
            place = form
        own = replace(place, by=TABLE, cell=0, offer="") if paragraph.row else place
        said += [Said(pieces, number, own) for pieces in sentences(paragraph)]
    return said


def _texts(document: Node) -> Iterator[tuple[str, Place]]:
    """The texts of a document's paragraphs with their places, in the order of print."""
    title = str(_("Opening"))
    for block in document["body"]:
        section = block.get("section", "")
        if block["type"] == "heading":
            title = _heading(block)
        elif not section and title != str(_("Opening")):
            title = str(_("Closing"))
        yield from _texts_of(block, title)
    for annex in document["annexes"]:
        yield f"{annex['label']} {plain_text(annex['title'])}", Place(annex["label"], by=NOTEBOOK)
        for block in annex["blocks"]:
            yield from _texts_of(block, annex["label"])


def _texts_of(block: Node, title: str) -> Iterator[tuple[str, Place]]:
    origin = block.get("origin")
    by = NOTEBOOK if not origin else OFFER if origin["offer"] else NARRATIVE
    place = Place(
        title, block.get("section", ""), by, origin["offer"] if origin else "", block.get("cell", 0)
    )
    for inner in walk([block]):
        match inner["type"]:
            case "paragraph":
                yield plain_text(inner["children"]), place
            case "heading":
                yield _heading(inner), place
            case "table":
                for text in (inner["caption"], *inner["notes"]):
                    yield text, place
            case "figure":
                label, source = inner.get("label", ""), inner["source"]
                yield " ".join(filter(None, [label, f"Nguồn: {source}" if source else ""])), place


def _heading(block: Node) -> str:
    number = f"{block['number']} " if block["number"] else ""
    return shown(number + plain_text(block["children"]))


# --- The proposal -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Chunk:
    """Lines of the narrative without a blank one between them, and the paragraphs of the report that they make."""

    lines: list[str]
    makes: tuple[int, ...]


class _Proposal:
    """The office's narrative with the changes in it; what stands in no section of it cannot be proposed."""

    def __init__(self, compared: _Compared, known: Sequence[str], codes: Collection[str]) -> None:
        self._compared = compared
        self._known = known
        self._codes = codes
        self._now = _by_paragraph(compared.now)
        self._word = _by_paragraph(compared.word)
        self._values = {
            tag: value
            for paragraph in _paragraphs_of(compared.now)
            for tag, value in reversed(paragraph.controls)
        }

    def text(self, source: str) -> str:
        """The proposal, or nothing if no change concerns the narrative; `source` is the narrative as it is."""
        head, sections = _split(unicodedata.normalize("NFC", source))
        touched = self._touched()
        if not touched:
            return ""
        for id in self._known:
            if id in touched:
                sections[id] = self._section(id, sections.get(id, []))
        texts = ["\n".join(head), *("\n".join([f"## {id}", "", *lines]) for id, lines in sections.items())]
        proposal = "\n\n".join(text.strip() for text in texts if text.strip()) + "\n"
        Narrative.parse(proposal, list(sections))  # what is proposed must be what can be read
        return proposal

    def _touched(self) -> set[str]:
        """The sections that the office may change and where something was changed."""
        mine = (NARRATIVE, OFFER)
        removed = [said.place for said in self._compared.removed]
        changed = [self._compared.word[number].place for number in self._compared.touched]
        return {place.section for place in [*removed, *changed] if place and place.by in mine} & set(
            self._known
        )

    def _section(self, id: str, lines: Sequence[str]) -> list[str]:
        """The lines of a section with its changes."""
        comments = [line for line in lines if line.lstrip().startswith("<!--")]
        chunks = self._chunks(id, lines)
        owner = {paragraph: chunk for chunk in chunks for paragraph in chunk.makes}
        waiting = deque(sorted(self._between(id, chunks), key=lambda each: each[0]))
        left_out = [
            said.place.offer for said in self._compared.removed if said.place and said.place.section == id
        ]
        out: list[list[str]] = []
        done: set[_Chunk] = set()
        for number, mates in self._word.items():
            mine = [(n, said) for n, said in mates if said.place and said.place.section == id]
            olds = [old for n, _said in mine if (old := self._compared.old.get(n))]
            while olds and waiting and waiting[0][0] < olds[0].paragraph:
                out.append(waiting.popleft()[1])
            chunk = owner.get(olds[0].paragraph) if olds else None
            if chunk and self._intact(chunk):
                out += [] if chunk in done else [chunk.lines]
                done.add(chunk)
            elif mine:
                left_out += [old.place.offer for old in self._given_up(mine) if old.place]
                out.append(self._paragraph(number, mine))
        out += [text for _place, text in waiting]
        notes = [f"<!-- bo: {offer} -->" for offer in dict.fromkeys(filter(None, left_out))]
        notes = [*comments, *(note for note in notes if note not in comments)]
        return [*notes, *([""] if notes else []), "\n\n".join("\n".join(chunk) for chunk in out if chunk)]

    def _chunks(self, id: str, lines: Sequence[str]) -> list[_Chunk]:
        """The chunks of a section; the paragraphs of the report that the office wrote in it are dealt out to them."""
        runs = itertools.groupby(
            lines, lambda line: bool(line.strip()) and not line.lstrip().startswith("<!--")
        )
        texts = [list(run) for is_text, run in runs if is_text]
        mine = [n for n, mates in self._now.items() if self._is(mates[0][1].place, id, NARRATIVE)]
        counts = [paragraphs_in("\n".join(text)) for text in texts]
        if sum(counts) != len(
            mine
        ):  # a paragraph of figures that are empty makes none: no chunk is known to be whole
            return [
                _Chunk([], tuple(mine)),
                *(_Chunk(text, ()) for text, n in zip(texts, counts, strict=True) if not n),
            ]
        ends = list(itertools.accumulate(counts))
        return [
            _Chunk(text, tuple(mine[end - count : end]))
            for text, count, end in zip(texts, counts, ends, strict=True)
        ]

    @staticmethod
    def _is(place: Place | None, section: str, by: str) -> bool:
        return place is not None and place.section == section and place.by == by

    def _intact(self, chunk: _Chunk) -> bool:
        """Whether all paragraphs of a chunk stand in the Word file as they were, one after the other."""
        found = [self._unchanged.get(paragraph, -1) for paragraph in chunk.makes]
        return bool(chunk.lines) and -1 not in found and found == list(range(found[0], found[0] + len(found)))

    @functools.cached_property
    def _unchanged(self) -> dict[int, int]:
        """The paragraphs of the report that stand in the Word file as they are, and which they are there, in order."""
        found: dict[int, int] = {}
        for place, mates in enumerate(self._word.values()):
            olds = [None if n in self._compared.touched else self._compared.old.get(n) for n, _said in mates]
            if olds[0] and olds == [said for _n, said in self._now[olds[0].paragraph]]:
                found.setdefault(olds[0].paragraph, place)
        return found

    def _between(self, id: str, chunks: Sequence[_Chunk]) -> Iterator[tuple[float, list[str]]]:
        """What is not in the Word file's text: sentences taken out, what the office wrote since, tables and pictures.

        Each comes with the number of the paragraph in the report before which it stands.
        """
        for said in self._compared.removed:
            if self._is(said.place, id, NARRATIVE):
                yield said.paragraph, [_mark(str(_("taken out: “{text}”", text=said.text)))]
        known = {old.paragraph for old in self._compared.old.values() if old}
        known |= {said.paragraph for said in self._compared.removed}
        place = 0.0
        for chunk in chunks:
            if not chunk.makes:
                yield place + 0.5, chunk.lines
            elif known.isdisjoint(chunk.makes):
                yield chunk.makes[0], chunk.lines
            place = max(place, *chunk.makes) if chunk.makes else place

    def _given_up(self, mine: Sequence[tuple[int, Said]]) -> list[Said]:
        """The offered sentences that were changed in a paragraph."""
        olds = [self._compared.old.get(n) for n, _said in mine if n in self._compared.touched]
        return [old for old in olds if old and old.place and old.place.by == OFFER]

    def _paragraph(self, number: int, mine: Sequence[tuple[int, Said]]) -> list[str]:
        """A paragraph of the Word file as the narrative would have it, after remarks on what was changed in it."""
        offers = {old.place.offer for old in self._given_up(mine) if old.place}
        marks: list[str] = []
        pieces: list[Piece] = []
        for n, said in mine:
            old = self._compared.old.get(n)
            by = old.place.by if old and old.place else NARRATIVE
            kind = self._compared.touched.get(n)
            if by == OFFER and old and old.place and old.place.offer in offers:
                by = NARRATIVE
            if by != NARRATIVE or (kind is None and old is None):
                continue
            pieces += said.pieces
            if kind == "added":
                marks.append(_mark(str(_("new: “{text}”", text=_begin(said.text)))))
            elif kind == "changed":
                before = old.text if old else ""
                marks.append(_mark(str(_("was: “{text}”", text=before))))
            marks += self._typed_over(said) if kind else []
        if not text_of(pieces):
            return []
        paragraph = self._compared.paragraphs[number]
        lead = f"{paragraph.mark} " if paragraph.mark else ""
        return [*marks, lead + self._markdown(pieces)]

    def _typed_over(self, said: Said) -> list[str]:
        """What was typed in the place of figures, which the proposal has as they are in the data."""
        controls = [(tag, value) for tag, value in Paragraph(said.pieces).controls if tag in self._values]
        over = [(tag, value) for tag, value in controls if key(self._values[tag]) != key(value)]
        return [
            _mark(str(_("in Word “{text}”, in the data “{value}” ({code})", text=value, value=self._values[tag],
                        code=tag)))
            for tag, value in over
            if self._is_code(tag)
        ]  # fmt: skip

    def _is_code(self, tag: str) -> bool:
        return any(tag == code or tag.startswith((f"{code}.", f"{code}:")) for code in self._codes)

    def _code_in(self, tag: str, text: str) -> tuple[str, str, str]:
        """The text of a control as what stands before its code, the code, and what stands behind it.

        A number is the code's whatever was typed there; other words that were typed into the control are kept.
        """
        if not (tag and self._is_code(tag)):
            return "", "", text
        code, value = f"{{eval}}`{tag}`", self._values.get(tag, "")
        if re.fullmatch(r"\s*[-+]?[\d.,]+\s*%?\s*", text) or key(text) == key(value):
            return "", code, ""
        before, found, behind = text.partition(value) if value else ("", "", text)
        return (before, code, behind) if found else ("", "", text)

    def _markdown(self, pieces: Sequence[Piece]) -> str:
        """Pieces of a paragraph in the narrative's way of writing."""
        written = []
        for (tag, bold, italic), run in itertools.groupby(pieces, lambda p: (p.tag, p.bold, p.italic)):
            text = "".join(piece.text for piece in run)
            before, code, text = self._code_in(tag, text)
            written.append(_escaped(before) + code)
            sign = "*" * (2 * bold + italic)
            inner = _escaped(" ".join(text.split()))
            around = [" " if text[:1].isspace() else "", " " if text[-1:].isspace() else ""]
            written.append(f"{around[0]}{sign}{inner}{sign}{around[1]}" if inner else " " * bool(text))
        line = re.sub(" {2,}", " ", "".join(written)).strip()
        line = re.sub(r"^(#|[-+>](?=\s))", r"\\\1", line)
        return re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", line)  # "20. " is no list


def _escaped(text: str) -> str:
    """A text that reads as itself in Markdown."""
    return re.sub(r"([\\`*_\[\]{}~])", r"\\\1", text)


def _begin(text: str) -> str:
    words = text.split()
    return text if len(words) <= 12 else " ".join(words[:12]) + "…"


def _mark(text: str) -> str:
    """A remark for who reads the proposal, which the narrative's reader passes over."""
    return f"<!-- sửa: {' '.join(text.replace('--', '–').split())} -->"


def _split(source: str) -> tuple[list[str], dict[str, list[str]]]:
    """The lines of a narrative before its first section, and those of each section."""
    head: list[str] = []
    sections: dict[str, list[str]] = {}
    current = head
    for line in source.splitlines():
        if found := re.fullmatch(r"##\s+(.*?)\s*", line):
            current = sections[found[1]] = []
        else:
            current.append(line)
    return head, {id: "\n".join(lines).strip("\n").split("\n") for id, lines in sections.items()}
