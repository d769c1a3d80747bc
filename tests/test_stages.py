"""Results under the digest of what they depend on: what changes a key, what does not, and what is kept."""

import json
import shutil

import pytest
from conftest import ROOT, UNIT
from many_units import make

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
        shutil.copytree(data / UNIT / "2018", data / UNIT / str(year), dirs_exist_ok=True)
    needed = Stage(INDICATORS, UNIT, 2020, "internal", data).needs
    assert [stage.year for stage in needed] == [2016, 2018, 2019, 2020]


NEW = "dien-bien/xa-tuan-giao"


def test_a_commune_of_2026_is_compared_with_what_its_district_sent(data):
    """Its three communes reported within huyện Tuần Giáo to 2024; for 2025 nobody has data here."""
    for year in (2021, 2022, 2023, 2024):
        shutil.copytree(data / UNIT / "2020", data / UNIT / str(year), dirs_exist_ok=True)
    shutil.copytree(data / UNIT / "2020", data / "dien-bien/huyen-tua-chua/2024", dirs_exist_ok=True)
    needed = Stage(INDICATORS, NEW, 2026, "internal", data).needs
    assert [(stage.unit, stage.year) for stage in needed] == [
        (UNIT, 2022), (UNIT, 2023), (UNIT, 2024), (NEW, 2026),
    ]  # fmt: skip
    assert Workspace(INDICATORS, NEW, 2026, "internal", str(data), "").years == [2022, 2023, 2024, 2026]
    before = Stage(INDICATORS, NEW, 2026, "internal", data).key
    sheet = data / UNIT / "2023" / "truyen-thong.xlsx"
    sheet.write_bytes(sheet.read_bytes() + b"\n")
    assert Stage(INDICATORS, NEW, 2026, "internal", data).key != before


def test_a_unit_is_compared_with_others_only_over_a_changed_boundary(data):
    city, district = "dien-bien/thanh-pho-dien-bien-phu", "dien-bien/huyen-dien-bien"
    for unit in (city, district):
        for year in (2019, 2020, 2021):
            shutil.copytree(data / UNIT / "2020", data / unit / str(year), dirs_exist_ok=True)
    years = {
        year: [
            (s.unit, s.year) for s in Stage(INDICATORS, city, year, "internal", data).needs if s.year > 2018
        ]
        for year in (2020, 2021)
    }
    assert years == {
        2020: [(city, 2019), (district, 2019), (city, 2020)],
        2021: [(city, 2019), (district, 2019), (city, 2020), (city, 2021)],
    }
    other = Stage(INDICATORS, district, 2020, "internal", data).needs
    assert {stage.unit for stage in other} == {district}


def test_planning_thousands_of_reports_follows_no_boundary_twice(tmp_path):
    """Counted, not timed: what a plan asks of units grows with provinces and years, not with reports."""
    data = make(tmp_path / "data", 300, (2018, 2019, 2020))
    look, asked = stages.Look(), []
    original = stages.units.unchanged

    def counting(*arguments):
        asked.append(arguments)
        return original(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages.units, "unchanged", counting)
        patch.setattr(stages.units, "made_of", None)  # never asked where nothing changed
        for number in range(1, 301):
            for year in (2018, 2019, 2020):
                assert Stage(INDICATORS, f"vi-du/huyen-minh-hoa-{number}", year, "internal", data, look).needs
    assert len(asked) == 3


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
