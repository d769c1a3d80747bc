"""The checker of Nghị định 30 held against what the decree says of documents that were not made by us.

`nd30_expected.csv` was written from the pages of the report itself, `nd30_documents.py` from the decree, before there
was a checker. Where they disagree with it, the decree decides.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock
from nd30_documents import CANNOT_BREAK, DOCUMENTS, NOT_PASSED, make, tinos

from baocao import nd30

EXPECTED = list(
    csv.DictReader(Path(__file__).with_name("nd30_expected.csv").read_text(encoding="utf-8").splitlines())
)
RULES = [row["rule"] for row in EXPECTED]


@pytest.fixture(scope="session")
def documents(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, program: Callable[[str], str]
) -> Path:
    """The folder of all documents as PDF, made once for all test processes."""
    program("soffice")
    program("fc-match")
    if not tinos("Regular"):
        pytest.skip("the font Tinos is not installed")
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "nd30-documents"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            make(folder.with_suffix(".part")).rename(folder)
    return folder


@cache
def statuses(path: Path) -> dict[str, str]:
    return {result.rule: result.status for result in nd30.check(path).results}


def test_every_rule_is_judged_in_the_order_of_the_table(report: Path) -> None:
    assert list(statuses(report / "report.pdf")) == RULES


def test_the_report_is_judged_as_its_pages_were(report: Path) -> None:
    found = statuses(report / "report.pdf")
    assert found == {row["rule"]: row["pdf"] for row in EXPECTED}


def test_the_document_that_keeps_every_rule_is_found_to_keep_it(documents: Path) -> None:
    assert statuses(documents / "base.pdf") == dict.fromkeys(RULES, "pass") | NOT_PASSED


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_change_breaks_is_seen_and_nothing_else(name: str, documents: Path) -> None:
    variation = DOCUMENTS[name]
    expected = statuses(documents / "base.pdf") | dict(variation.expect)
    found = statuses(documents / f"{name}.pdf")
    wrong = {
        rule: f"{found[rule]}, not {expected[rule]}"
        for rule in RULES
        if found[rule] != expected[rule] and rule not in variation.open
    }
    assert not wrong, variation.why


@pytest.mark.parametrize("name", ["P-06-sans", "P-06-colour"])
def test_another_font_or_colour_is_told_beside_the_substitute(name: str, documents: Path) -> None:
    def said(file: str) -> str:
        return next(r.found for r in nd30.check(documents / f"{file}.pdf").results if r.rule == "P-06")

    assert said(name) != said("base")


def test_every_rule_that_a_file_can_show_has_a_document_that_breaks_it_alone() -> None:
    broken = [{rule for rule, s in v.expect.items() if s == "deviation"} for v in DOCUMENTS.values()]
    alone = {rule for rules in broken if len(rules) == 1 for rule in rules}
    assert alone | set(CANNOT_BREAK) == set(RULES)
    assert not alone & set(CANNOT_BREAK)
