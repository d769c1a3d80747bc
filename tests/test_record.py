"""A report's files appear whole or not at all, and its record tells an unfinished folder from a finished one."""

import json
import signal

import pytest
from conftest import ROOT, UNIT

from baocao.errors import UsageError
from baocao.pipeline import record
from baocao.pipeline.plan import parse_years, plan


@pytest.fixture
def report(tmp_path):
    (made,) = plan(["tuan-giao"], [2020], None, False, ROOT / "data", tmp_path)
    return made


def test_files_and_record_are_written_and_a_second_time_alike(report):
    files = {"report.html": b"<html>", "indicators.csv": b"code"}
    record.record(report, files, {}, {"deviations": []})
    entry = json.loads((report.target / "run.json").read_text(encoding="utf-8"))
    assert set(entry["outputs"]) == set(files)
    before = {p.name: p.read_bytes() for p in report.target.iterdir()}
    record.record(report, files, {}, {"deviations": []})
    assert {p.name: p.read_bytes() for p in report.target.iterdir()} == before


def test_a_format_not_asked_for_this_time_does_not_stay_behind(report):
    record.record(report, {"report.html": b"1", "report.pdf": b"1"}, {}, {})
    record.record(report, {"report.html": b"2"}, {}, {})
    assert {p.name for p in report.target.iterdir()} == {"report.html", "run.json"}


@pytest.fixture
def small_disk():
    """No file may grow beyond sixteen bytes: what a full disk does to a write."""
    resource = pytest.importorskip("resource")
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("large", ["a.csv", "b.csv"])
def test_when_the_disk_is_full_the_old_files_stay_whole(report, request, large):
    record.record(report, {"a.csv": b"old", "b.csv": b"old"}, {}, {})
    before = {p.name: p.read_bytes() for p in report.target.iterdir()}
    request.getfixturevalue("small_disk")
    with pytest.raises(UsageError, match=str(report.target)):
        record.record(
            report, {"a.csv": b"new", "b.csv": b"new"} | {large: b"new and too long for it"}, {}, {}
        )
    assert {p.name: p.read_bytes() for p in report.target.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_named(report):
    report.target.parent.mkdir(parents=True)
    report.target.write_text("a file where the folder should be")
    with pytest.raises(UsageError, match=str(report.target)):
        record.record(report, {"a.csv": b""}, {}, {})


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2020", [2020]),
        ("2018-2020", [2018, 2019, 2020]),
        ("2018, 2020", [2018, 2020]),
        ("2019–2020", [2019, 2020]),
    ],
)
def test_years_as_a_person_writes_them(text, years):
    assert parse_years(text) == years


@pytest.mark.parametrize("text", ["20", "2020-2018", "năm 2020", "2018-", ""])
def test_what_is_no_year_is_refused(text):
    with pytest.raises(UsageError, match="2018-2020"):
        parse_years(text)


def test_a_plan_runs_each_notebook_after_what_it_reads_and_each_once(report):
    order = [(stage.notebook, stage.year) for stage in report.stages]
    assert order == [
        ("1_clean", 2018), ("1_clean", 2019), ("1_clean", 2020), ("2_indicators", 2020), ("3_report", 2020),
    ]  # fmt: skip
    assert report.target.parts[-3:] == (*UNIT.split("/"), "2020")


@pytest.mark.parametrize(
    ("names", "years", "province", "every", "made"),
    [
        (["tuan-giao", "huyen-tuan-giao"], [2020], None, False, [2020]),
        (["tuan-giao"], [], None, False, [*range(2018, 2025)]),
        ([], [2019], "dien-bien", False, [2019]),
        ([], [], None, True, [*range(2018, 2025)]),
    ],
)
def test_what_is_asked_for_is_planned_once(tmp_path, names, years, province, every, made):
    plans = plan(names, years, province, every, ROOT / "data", tmp_path)
    assert [report.year for report in plans if report.unit.path == UNIT] == made
