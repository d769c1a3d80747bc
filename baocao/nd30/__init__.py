"""Whether a PDF has the form of Nghị định 30/2020/NĐ-CP, by what its pages show (docs/nd30.md).

    report = check(Path("report.pdf"))
    [result.rule for result in report.results if result.status == "deviation"]

`pdf` reads the pages, `parts` finds the parts of the document on them, and a module for each group of rules has a
function for each rule of `rules.csv`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from baocao.nd30 import annex, body, letterhead, page, parts, pdf, signature, wording
from baocao.nd30.rules import CHECKS, DEVIATION, STATUSES, Rule, rules

__all__ = ["IN_FORCE", "STATUSES", "Report", "Result", "Rule", "check", "rules"]

GROUPS = (page, letterhead, body, signature, annex, wording)
"""The modules that register the checks."""
IN_FORCE = datetime.date(2020, 3, 5)
"""From this day on the decree is in force; before, the form was that of Thông tư 01/2011/TT-BNV."""


@dataclass(frozen=True)
class Result:
    """What was found of one rule.

    `status` is one of `STATUSES`: "pass", "deviation", "not_applicable" (the document has no such part),
    "cannot_tell" (a file does not show it). `found` says in a few words what was seen; `pages` are where.
    """

    rule: str
    status: str
    found: str
    pages: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """The results in the order of the table of rules, and the day of issue in the letterhead (None: left open)."""

    results: tuple[Result, ...]
    date: datetime.date | None

    @property
    def older(self) -> bool:
        """Whether the document is older than the decree."""
        return self.date is not None and self.date < IN_FORCE

    @property
    def deviations(self) -> tuple[Result, ...]:
        """What is not as a rule asks for."""
        return tuple(result for result in self.results if result.status == DEVIATION)


def check(path: Path) -> Report:
    """Every rule, of the document in a PDF.

    Raises `InputError` for a file that is no PDF, is damaged, closed by a password, without pages or without text,
    or that is no Vietnamese administrative document.
    """
    document = parts.take_apart(pdf.read(path), path.name)
    results = []
    for rule in rules():
        found = CHECKS[rule.id](document)
        results.append(Result(rule.id, found.status, found.found, found.pages))
    return Report(tuple(results), document.date)
