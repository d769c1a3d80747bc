"""The rules and what can be found of one: the table `rules.csv`, and a function for each of its rows.

A function is registered under the rule's id by `@rule("P-01")`; it is given the document taken apart and returns a
`Finding`. What a rule asks for is put as looks, each a pair of whether it holds and the words for what was seen.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from baocao.messages import Message, _
from baocao.nd30.parts import Document, share
from baocao.nd30.pdf import MM, Line

TABLE = Path(__file__).parent / "rules.csv"
PASS, DEVIATION, ABSENT, UNKNOWN = STATUSES = ("pass", "deviation", "not_applicable", "cannot_tell")
SIZE = 0.25
"""Points by which a size may miss its range: programs round."""
LENGTH = 1 * MM
"""By how much a length may miss its range: a letter begins a little off the edge of its line."""
CENTRE = 3 * MM
"""By how much the middle of a line may miss that of another: trailing spaces, cells of unequal padding."""

Words = Message | str
Look = tuple[bool, Words]


@dataclass(frozen=True)
class Rule:
    """A row of the table: what is asked for, by which clause, and what is doubtful about that."""

    id: str
    rule: str
    requirement: str
    source: str
    doubt: str


@dataclass(frozen=True)
class Finding:
    """What was found of a rule: one of `STATUSES`, in words what was seen, and on which pages."""

    status: str
    found: str
    pages: tuple[int, ...] = ()


Check = Callable[[Document], Finding]
CHECKS: dict[str, Check] = {}
"""The functions by the ids of their rules."""


def rule(id: str) -> Callable[[Check], Check]:
    """Register a function as the check of a rule."""

    def register(check: Check) -> Check:
        CHECKS[id] = check
        return check

    return register


@functools.cache
def rules() -> tuple[Rule, ...]:
    """All rules in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Rule(**row) for row in csv.DictReader(file))


# ----------------------------------------------------------------------------------------------------------
# Findings
# ----------------------------------------------------------------------------------------------------------


def settle(looks: Iterable[Look], seen: Iterable[Line | int] = ()) -> Finding:
    """A deviation that names every look that does not hold; if all hold, a pass that names them all."""
    looks = list(looks)
    pages = tuple(sorted({one if isinstance(one, int) else one.page for one in seen}))
    wrong = [words for holds, words in looks if not holds]
    said = dict.fromkeys(str(words) for words in wrong or [words for _holds, words in looks])
    return Finding(DEVIATION if wrong else PASS, "; ".join(said), pages)


def absent(words: Words) -> Finding:
    """The document has no such part."""
    return Finding(ABSENT, str(words))


def unknown(words: Words) -> Finding:
    """A file does not show it."""
    return Finding(UNKNOWN, str(words))


def missing(words: Words) -> Finding:
    """A part that the form asks for is not there."""
    return Finding(DEVIATION, str(words))


# ----------------------------------------------------------------------------------------------------------
# Looks at letters
# ----------------------------------------------------------------------------------------------------------


def mm(length: float) -> str:
    """A length in points as millimetres, for a sentence: 30, 19,6."""
    return f"{length / MM:.1f}".removesuffix(".0").replace(".", ",")


def points(size: float) -> str:
    """A size in points for a sentence: 13, 12,5."""
    return f"{size:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def sizes(lines: Sequence[Line], low: float, high: float) -> Look:
    """Whether the letters have sizes in a range; what fewer than one in twenty have is left aside."""
    letters = [letter for line in lines for letter in line.ink]
    count: dict[float, int] = {}
    for letter in letters:
        count[round(letter.size, 1)] = count.get(round(letter.size, 1), 0) + 1
    found = sorted(size for size, of_it in count.items() if of_it >= 0.05 * len(letters))
    holds = all(low - SIZE - 0.05 <= size <= high + SIZE + 0.05 for size in found)
    return holds, _("size {sizes}", sizes=", ".join(points(size) for size in found))


def weight(lines: Sequence[Line], bold: bool) -> Look:
    """Whether the letters are bold, or are not."""
    part = share(lines, "bold")
    words = _("bold") if part > 0.9 else _("not bold") if part < 0.1 else _("partly bold")
    return (part > 0.9) if bold else (part < 0.1), words


def slope(lines: Sequence[Line], italic: bool) -> Look:
    """Whether the letters are italic, or upright."""
    part = share(lines, "italic")
    words = _("italic") if part > 0.9 else _("upright") if part < 0.1 else _("partly italic")
    return (part > 0.9) if italic else (part < 0.1), words


def case(lines: Sequence[Line], capitals: bool) -> Look:
    """Whether the letters are capitals, or written as in a sentence."""
    part = share(lines, "upper")
    upper = part > 0.95
    return (upper if capitals else part < 0.8), _("capitals") if upper else _("small letters")


def centred(line: Line, middle: float, tolerance: float = CENTRE) -> Look:
    """Whether a line's middle is where it should be."""
    off = line.centre - middle
    if abs(off) <= tolerance:
        return True, _("centred")
    if off > 0:
        return False, _("{length} mm right of the middle", length=mm(off))
    return False, _("{length} mm left of the middle", length=mm(-off))


def quoted(text: str, most: int = 60) -> str:
    """A text in quotation marks, cut short."""
    return f"“{text if len(text) <= most else text[: most - 1].rstrip() + '…'}”"
