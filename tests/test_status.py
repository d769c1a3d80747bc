"""What is made again when something changes, and what is not: one test per trigger, for too little and for too much."""

import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, UNIT

from baocao.analysis import digests, stages
from baocao.pipeline import record, status
from baocao.pipeline.commandline import FORMATS
from baocao.pipeline.plan import plan

CLEAN = ["1_clean 2018", "1_clean 2019", "1_clean 2020"]
LATER = ["2_indicators 2020", "3_report 2020"]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of all that reports depend on, to change; this process looks at it instead of the repository."""
    folder = tmp_path / "checkout"
    for name in ("baocao", "notebooks", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(stages, "REPOSITORY", folder)
    monkeypatch.setattr(status, "REPOSITORY", folder)
    monkeypatch.setattr(stages, "NOTEBOOKS", folder / "notebooks")
    return folder


@pytest.fixture
def outputs(built, tmp_path):
    """The report of 2020, made from the repository as it is."""
    return shutil.copytree(built, tmp_path / "out")


def look(checkout, outputs, formats=FORMATS, year=2020):
    """The kinds of what changed, and what would run."""
    (report,) = plan(["huyen-tuan-giao"], [year], None, False, checkout / "data", outputs)
    found = status.status(report, formats)
    return {change.kind for change in found.changes}, [f"{s.notebook} {s.year}" for s in found.to_run], found


def append(path, text):
    path.write_bytes(path.read_bytes() + text.encode())


def in_cell(notebook, change, of_kind, holding=""):
    """Change the first cell of a kind that holds a text."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cell = next(
        c
        for c in content["cells"]
        if c["cell_type"] == of_kind and holding in "".join(c["source"]) and len(c["source"])
    )
    change(cell)
    notebook.write_text(json.dumps(content), encoding="utf-8")


def add_line(cell):
    cell["source"] = ["".join(cell["source"]) + "\nmoi = 1"]


def add_comment(cell):
    cell["source"] = ["".join(cell["source"]) + "\n# một chú thích"]


def run_it(cell):
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "đã chạy"}]
    cell["execution_count"] = 3
    cell["metadata"]["editable"] = True


def plain(cell):
    return cell["cell_type"] == "markdown" and "{eval}" not in "".join(cell["source"])


def prose(notebook):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    next(filter(plain, content["cells"]))["source"] = ["# Một tiêu đề khác"]
    notebook.write_text(json.dumps(content), encoding="utf-8")


CHANGES = {
    "nothing": (lambda c: None, set(), []),
    "a sheet of this year": (lambda c: append(c / "data" / UNIT / "2020" / "truyen-thong.xlsx", " "),
                             {"inputs"}, ["1_clean 2020", *LATER]),
    "a sheet of a year compared": (lambda c: append(c / "data" / UNIT / "2018" / "truyen-thong.xlsx", " "),
                                   {"inputs"}, ["1_clean 2018", *LATER]),
    "a sheet of another unit": (
        lambda c: append(c / "data" / "vi-du" / "huyen-minh-hoa" / "2020" / "truyen-thong.xlsx", " "), set(), []),
    "a new file": (lambda c: (c / "data" / UNIT / "2020" / "them.csv").write_text("a;b"),
                   {"inputs"}, ["1_clean 2020", *LATER]),
    "a file less": (lambda c: (c / "data" / UNIT / "2020" / "truyen-thong.xlsx").unlink(),
                    {"inputs"}, ["1_clean 2020", *LATER]),
    "an editor's own file": (lambda c: (c / "data" / UNIT / "2020" / "~$bieu.xlsx").write_text("x"), set(), []),
    "the narrative": (lambda c: append(c / "data" / UNIT / "2020" / "narrative.md", "\n"), {"inputs"}, ["3_report 2020"]),
    "last year's narrative": (lambda c: append(c / "data" / UNIT / "2019" / "narrative.md", "\n"), {"inputs"}, []),
    "the settings": (lambda c: append(c / "data" / UNIT / "2020" / "report.toml", "\n"),
                     {"inputs"}, ["1_clean 2020", *LATER]),
    "the dictionary": (lambda c: append(c / "data" / "indicators.toml", "\n"), {"tables"}, [*CLEAN, *LATER]),
    "the targets": (lambda c: append(c / "data" / "targets.csv", "\n"), {"tables"}, [*CLEAN, *LATER]),
    "a README": (lambda c: append(c / "data" / "README.md", "\n"), set(), []),
    "a cell": (lambda c: in_cell(c / "notebooks" / "2_indicators.ipynb", add_line, "code", "book"),
               {"cells"}, LATER),
    "a comment in a cell": (lambda c: in_cell(c / "notebooks" / "2_indicators.ipynb", add_comment, "code", "book"),
                            {"cells"}, LATER),  # it is shown in the executed notebook
    "an output saved by hand": (lambda c: in_cell(c / "notebooks" / "2_indicators.ipynb", run_it, "code"), set(), []),
    "prose without values": (lambda c: prose(c / "notebooks" / "3_report.ipynb"), {"prose"}, []),
    "prose of another notebook": (lambda c: prose(c / "notebooks" / "1_clean.ipynb"), set(), []),
    "prose with values": (lambda c: in_cell(c / "notebooks" / "3_report.ipynb", add_line, "markdown", "{eval}"),
                          {"cells"}, ["3_report 2020"]),
    "a module that one notebook imports": (
        lambda c: append(c / "baocao" / "analysis" / "intake.py", "\nNEW = 1\n"), {"code"}, [*CLEAN, *LATER]),
    "a module that the report imports": (
        lambda c: append(c / "baocao" / "analysis" / "figures.py", "\nNEW = 1\n"), {"code"}, ["3_report 2020"]),
    "a module that those modules import": (
        lambda c: append(c / "baocao" / "analysis" / "vietnamese.py", "\nNEW = 1\n"), {"code"}, [*CLEAN, *LATER]),
    "a comment in a module": (
        lambda c: append(c / "baocao" / "analysis" / "vietnamese.py", "\n\n# a comment\n"), set(), []),
    "what runs notebooks": (lambda c: append(c / "baocao" / "pipeline" / "forked.py", "\nNEW = 1\n"),
                            {"engine"}, [*CLEAN, *LATER]),
    "what prints": (lambda c: append(c / "baocao" / "pipeline" / "export.py", "\nNEW = 1\n"), {"printing"}, []),
    "a comment in what prints": (lambda c: append(c / "baocao" / "pipeline" / "export.py", "\n# a\n"), set(), []),
    "a template": (lambda c: append(c / "baocao" / "templates" / "report.css", "\n"), {"printing"}, []),
    "the command line": (lambda c: append(c / "baocao" / "pipeline" / "commandline.py", "\nNEW = 1\n"), set(), []),
    "the words": (lambda c: append(c / "baocao" / "locale" / "vi.po", "\n"), {"packaged"}, [*CLEAN, *LATER]),
    "the units": (lambda c: append(c / "baocao" / "units" / "units.csv", "\n"), {"packaged"}, [*CLEAN, *LATER]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_named_and_no_more_runs_than_must(checkout, outputs, name):
    change, kinds, runs = CHANGES[name]
    change(checkout)
    found, to_run, there = look(checkout, outputs)
    assert (found, to_run) == (kinds, runs)
    assert there.done == (not kinds)


def test_every_kind_of_trigger_has_a_test_and_a_line_in_the_docs(checkout, outputs):
    (report,) = plan(["huyen-tuan-giao"], [2020], None, False, checkout / "data", outputs)
    kinds = set(status.triggers(report, FORMATS))
    elsewhere = {"parameters", "libraries", "formats", "font"}
    assert kinds == elsewhere.union(*(kinds for _change, kinds, _runs in CHANGES.values()))
    page = (ROOT / "docs" / "what-runs-again.md").read_text(encoding="utf-8")
    assert all(f"`{kind}`" in page for kind in kinds)


@pytest.mark.parametrize(
    ("library", "runs", "kind"),
    [("pandas", [*CLEAN, *LATER], "libraries"), ("typst", [], "printing"), ("click", [], None)],
)
def test_the_version_of_a_library_counts_where_it_is_used(
    checkout, outputs, monkeypatch, library, runs, kind
):
    real = stages.version
    monkeypatch.setattr(stages, "version", lambda name: "99" if name == library else real(name))
    stages.versions.cache_clear()
    try:
        found, to_run, _there = look(checkout, outputs)
    finally:
        stages.versions.cache_clear()
    assert (found, to_run) == ({kind} - {None}, runs)


def test_another_format_is_printed_and_one_less_as_well(checkout, outputs):
    assert look(checkout, outputs, ("html",))[:2] == ({"font", "formats"}, [])


def test_another_font_prints_again(checkout, outputs, monkeypatch):
    record_there = record.read(outputs / UNIT / "2020")["font"]["name"]
    monkeypatch.setenv("BAOCAO_FONT", "New Computer Modern")
    found, to_run, _there = look(checkout, outputs)
    assert (found, to_run) == (set() if record_there == "New Computer Modern" else {"font"}, [])


def test_another_year_is_another_report(checkout, outputs):
    _kinds, to_run, there = look(checkout, outputs, year=2019)
    assert not there.made
    assert not there.done
    assert to_run == ["2_indicators 2019", "3_report 2019"]  # its sheets were cleaned for 2020


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: append(path, " ")])
def test_an_output_that_is_gone_or_changed_by_hand_is_named(checkout, outputs, damage):
    damage(outputs / UNIT / "2020" / "report.pdf")
    _kinds, to_run, there = look(checkout, outputs)
    assert there.damaged == ("report.pdf",)
    assert not to_run
    assert not there.done


def test_a_report_whose_last_run_failed_is_not_done(checkout, outputs):
    (outputs / UNIT / "2020" / record.OLD).write_text("x")
    assert not look(checkout, outputs)[2].done


def test_a_record_that_cannot_be_read_counts_as_none(checkout, outputs):
    (outputs / UNIT / "2020" / "run.json").write_text("{")
    assert not look(checkout, outputs)[2].made


def test_a_file_that_was_only_touched_is_the_same(checkout, outputs):
    os.utime(checkout / "data" / UNIT / "2020" / "truyen-thong.xlsx")
    assert look(checkout, outputs)[2].done


# --- digests remembered -------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"one")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


def remembering(path, seconds_later=10):
    """Digests that took this file's some seconds after it changed."""
    now = digests.Digests()
    real = digests.time.time_ns
    digests.time.time_ns = lambda: path.stat().st_ctime_ns + seconds_later * 10**9
    try:
        now.file(path)
    finally:
        digests.time.time_ns = real
    return now


def read(monkeypatch):
    """The names of the files that are read from here on."""
    names, real = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: names.append(path.name) or real(path))
    return names


def test_a_file_that_did_not_change_is_not_read_again(file, monkeypatch, tmp_path):
    remembering(file).save(tmp_path / "digests.json")
    again = digests.Digests()
    again.load(tmp_path / "digests.json")
    names = read(monkeypatch)
    assert again.file(file) == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert names == []


def test_a_digest_taken_right_after_the_change_is_not_trusted(file, monkeypatch):
    """The file may change once more within the same tick of the clock, as in git's index."""
    fresh = remembering(file, seconds_later=1)
    names = read(monkeypatch)
    fresh.file(file)
    assert names == ["a.csv"]


def test_other_content_with_the_same_size_and_time_is_seen(file):
    known = remembering(file)
    file.write_bytes(b"two")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert known.file(file) == "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"


def test_memory_that_cannot_be_read_is_none(tmp_path):
    path = tmp_path / "digests.json"
    for content in ("", "[]", '{"a": 1}', '{"a": [1, 2, 3, 4, 5, "x", {"code": 1}]}', "\x00"):
        path.write_text(content)
        digests.Digests().load(path)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b as c, d", {"a.b", "d"}),
        ("from a import b, c", {"a", "a.b", "a.c"}),
        ("def f():\n    from a import b\n    return b", {"a", "a.b"}),
        ("%matplotlib inline\nimport a", {"a"}),
        ("!pip list\nimport a", {"a"}),
        ("x = (", set()),
    ],
)
def test_the_imports_of_a_cell_are_found_wherever_they_stand(source, names):
    assert digests.imports([source]) == names


# --- the command ----------------------------------------------------------------------------------------------------


def test_status_says_per_report_what_changed_and_what_will_run(data, built, pipeline, tmp_path):
    outputs = shutil.copytree(built, tmp_path / "out")
    append(data / UNIT / "2020" / "truyen-thong.xlsx", " ")
    asked = (
        "--district",
        "tuan-giao",
        "--years",
        "2019-2020",
        "--data",
        data,
        "--outputs",
        outputs,
        "--lang",
        "en",
    )
    done = pipeline("status", *asked)
    assert done.code == 0, done.err
    assert "To be made: huyện Tuần Giáo 2019\n  It was not made before." in done.out
    assert f"a file of the office: {UNIT}/2020/truyen-thong.xlsx (changed)" in done.out
    assert "→ 1_clean 2020, 2_indicators 2020, 3_report 2020, printing" in done.out
    _first, second = json.loads(pipeline("status", *asked, "--json").out)
    assert second["changes"] == [
        {"kind": "inputs", "item": f"{UNIT}/2020/truyen-thong.xlsx", "how": "changed"}
    ]
    assert second["to_run"] == ["1_clean 2020", "2_indicators 2020", "3_report 2020"]


def test_a_second_run_does_nothing_and_imports_nothing_heavy(built, pipeline):
    asked = ("run", "--district", "tuan-giao", "--year", "2020", "--outputs", built)
    before = {p: p.stat().st_mtime_ns for p in (built / UNIT).rglob("*")}
    done = pipeline(*asked, environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.code == 0
    assert "Không có gì thay đổi: huyện Tuần Giáo 2020" in done.out
    assert {p: p.stat().st_mtime_ns for p in (built / UNIT).rglob("*")} == before
    imported = {line.rpartition("|")[2].strip() for line in done.err.splitlines() if "import time:" in line}
    assert "baocao.pipeline.status" in imported
    assert not imported & {
        "pandas",
        "matplotlib",
        "rich",
        "numpy",
        "nbformat",
        "papermill",
        "typst",
        "pydantic",
    }


def test_a_changed_word_is_printed_without_a_kernel_and_force_runs_no_notebook_twice(
    checkout, outputs, pipeline
):
    """The executed notebook gets the new prose too, and is otherwise what a run from nothing gives."""
    for name in ("pipeline.py",):
        shutil.copyfile(ROOT / name, checkout / name)
    prose(checkout / "notebooks" / "3_report.ipynb")
    asked = (
        "run",
        "--district",
        "huyen-tuan-giao",
        "--year",
        "2020",
        "--data",
        checkout / "data",
        "--lang",
        "en",
    )
    done = pipeline(*asked, "--outputs", outputs, "--explain", program=checkout / "pipeline.py")
    assert "the prose of a notebook: 3_report.ipynb (changed)\n  → printing" in done.out
    log = max((outputs / ".work" / "log").iterdir())
    assert "3_report" not in log.read_text(encoding="utf-8")
    afresh = pipeline(*asked, "--outputs", outputs.with_name("afresh"), program=checkout / "pipeline.py")
    assert afresh.code == 0, afresh.err
    for name in ("report.ipynb", "report.html", "report.pdf", "report.docx", "run.json"):
        assert (outputs / UNIT / "2020" / name).read_bytes() == (
            outputs.with_name("afresh") / UNIT / "2020" / name
        ).read_bytes(), name
    assert "Một tiêu đề khác" in (outputs / UNIT / "2020" / "report.ipynb").read_text(encoding="utf-8")
    forced = pipeline(*asked, "--outputs", outputs, "--force", program=checkout / "pipeline.py")
    assert forced.out.startswith("Done: ")


def test_a_changed_sheet_remakes_its_year_and_those_that_compare_with_it_and_no_other(
    tmp_path, few, everything, pipeline
):
    data, outputs = shutil.copytree(few, tmp_path / "data"), shutil.copytree(everything, tmp_path / "out")
    asked = ("--all", "--data", data, "--outputs", outputs, "--json")
    append(data / UNIT / "2019" / "truyen-thong.xlsx", " ")
    due = [entry["report"] for entry in json.loads(pipeline("status", *asked).out) if not entry["up_to_date"]]
    assert due == ["huyện Tuần Giáo 2019", "huyện Tuần Giáo 2020"]
    done = json.loads(pipeline("run", *asked).out)
    assert [entry["report"] for entry in done if not entry["unchanged"]] == due
    assert all(entry["error"] is None for entry in done)
    assert all(entry["unchanged"] for entry in json.loads(pipeline("run", *asked).out))
