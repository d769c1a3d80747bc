"""Results under the digest of what they depend on: what changes a key, what does not, and what is kept."""

import json
import shutil

import pytest
from conftest import ROOT, UNIT

from baocao.analysis import stages
from baocao.analysis.findings import Findings
from baocao.analysis.stages import CLEAN, INDICATORS, REPORT, Stage
from baocao.analysis.workspace import Workspace
from baocao.errors import InputError, UsageError


def keys(data, year=2020):
    return {name: Stage(name, UNIT, year, "internal", data).key for name in (CLEAN, INDICATORS, REPORT)}


def changed(data, before):
    return {name for name, key in keys(data).items() if key != before[name]}


@pytest.mark.parametrize(
    ("file", "moves"),
    [
        (f"{UNIT}/2020/truyen-thong.xlsx", {CLEAN, INDICATORS, REPORT}),
        (f"{UNIT}/2019/truyen-thong.xlsx", {INDICATORS, REPORT}),
        (f"{UNIT}/2020/report.toml", {CLEAN, INDICATORS, REPORT}),
        (f"{UNIT}/2020/narrative.md", {REPORT}),
        (f"{UNIT}/2019/narrative.md", set()),
        ("targets.csv", {CLEAN, INDICATORS, REPORT}),
        ("README.md", set()),
    ],
)
def test_a_changed_file_changes_the_keys_of_what_reads_it_and_no_others(data, file, moves):
    before = keys(data)
    path = data / file
    path.write_bytes(path.read_bytes() + b"\n")
    assert changed(data, before) == moves


def test_a_file_more_or_less_changes_the_key_and_an_editors_lock_file_does_not(data):
    before = keys(data)
    (data / UNIT / "2020" / "~$truyen-thong.xlsx").write_bytes(b"lock")
    assert changed(data, before) == set()
    (data / UNIT / "2020" / "moi.csv").write_bytes(b"a;b")
    assert CLEAN in changed(data, before)


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    folder = shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    monkeypatch.setattr(stages, "NOTEBOOKS", folder)
    return folder


def edit(path, change):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_a_changed_cell_changes_the_key_and_a_saved_output_does_not(data, notebooks):
    before = keys(data)
    edit(notebooks / "2_indicators.ipynb", lambda n: n["metadata"].update(widgets={}))
    edit(notebooks / "2_indicators.ipynb", lambda n: n["cells"][1].update(execution_count=7))
    assert changed(data, before) == set()
    edit(notebooks / "2_indicators.ipynb", lambda n: n["cells"][-1]["source"].append("\nx = 1"))
    assert changed(data, before) == {INDICATORS, REPORT}


def test_years_compared_are_this_and_up_to_four_before(data):
    for year in (2013, 2014, 2015, 2016, 2021):
        shutil.copytree(data / UNIT / "2018", data / UNIT / str(year))
    needed = Stage(INDICATORS, UNIT, 2020, "internal", data).needs
    assert [stage.year for stage in needed] == [2016, 2018, 2019, 2020]


def test_work_by_hand_keeps_nothing(data, tmp_path):
    workspace = Workspace(CLEAN, UNIT, 2020, "internal", str(data), "")
    workspace.write("x.txt", "x")
    workspace.keep(Findings())
    assert not (tmp_path / "outputs").exists()


def test_a_missing_folder_year_or_file_is_named_with_what_there_is(data):
    with pytest.raises(UsageError, match="data_dir"):
        Workspace(CLEAN, UNIT, 2020, "internal", str(data / "no"), "")
    with pytest.raises(UsageError, match="2018, 2019, 2020"):
        Workspace(CLEAN, UNIT, 2017, "internal", str(data), "")
    with pytest.raises(InputError, match=r"khong-co\.xlsx"):
        Workspace(CLEAN, UNIT, 2020, "internal", str(data), "").file("khong-co.xlsx")
