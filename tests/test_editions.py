"""Public editions: decided for the whole province, made without the exact figures, and silent about them everywhere.

What a reader can work out from all of it is the matter of `test_attack.py`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from baocao.analysis.stages import PUBLIC

ROOT = Path(__file__).parents[1]
PROVINCE = "vi-du"
UNIT = "vi-du/huyen-minh-hoa"
MADE = (
    "report.ipynb",
    "report.html",
    "report.pdf",
    "bieu.xlsx",
    "report.docx",
    "indicators.csv",
    "findings.csv",
    "run.json",
)

WITHOUT_EXACT_TABLES = """
import pathlib, shutil, sys
from baocao.pipeline.execute import execute
from baocao.pipeline.plan import plan

data, outputs, unit = map(pathlib.Path, sys.argv[1:])
(report,) = plan([str(unit)], [2020], None, False, data, outputs, ["public"])
report.last.key, report.last.needs[0].key  # what names the results: worked out as long as the inputs can be read
result = report.last.folder(report.work)
shutil.rmtree(result)
for exact in ("1_clean", "2_indicators"):
    shutil.rmtree(report.work / exact)
for path in data.glob("*/*/*/*"):
    if path.name not in ("report.toml", "narrative.md"):
        path.unlink()
print(execute(report.last, report.work) == result)
"""


def figures(folder: Path) -> pd.DataFrame:
    """A report's indicators.csv."""
    return pd.read_csv(folder / "indicators.csv", dtype={"place": str}).set_index(["code", "place"])


@pytest.fixture
def invented(tmp_path, editions):
    """A data folder and an outputs folder of one's own, with all results of the invented province in it."""
    outputs = shutil.copytree(editions, tmp_path / "out")
    return shutil.copytree(ROOT / "data", tmp_path / "data"), outputs


def test_a_public_edition_has_the_same_files_under_a_root_of_its_own(editions):
    folder = editions / PUBLIC / UNIT / "2020"
    assert sorted(path.name for path in folder.iterdir()) == sorted(MADE)
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["edition"] == "public"


def test_small_counts_are_withheld_zero_is_shown_and_the_office_keeps_the_exact_ones(editions):
    exact, public = figures(editions / UNIT / "2020"), figures(editions / PUBLIC / UNIT / "2020")
    assert list(exact.index) == list(public.index)
    small = exact["sensitive"] & exact["value"].between(1, 4) & (exact["unit_of_measure"] != "triệu đồng")
    assert small.sum() >= 3
    assert public.loc[small, "suppressed"].all()
    assert public.loc[small, "value"].isna().all()
    assert not exact["suppressed"].any()
    shown = ~public["suppressed"]
    assert public.loc[shown, "value"].equals(exact.loc[shown, "value"])
    assert (exact.loc[shown & exact["sensitive"], "value"] == 0).any()


def test_nothing_public_names_what_the_exact_figures_could_be_found_by(editions):
    """From the digest of a small file of counts, whoever has this program finds the counts by trying."""
    for record in sorted((editions / PUBLIC).rglob("run.json")):
        entry = json.loads(record.read_text(encoding="utf-8"))
        assert not {"triggers", "stages"} & entry.keys()
        public = {*entry["outputs"].values(), entry["font"]["digest"]}
        assert set(re.findall("[0-9a-f]{32,64}", record.read_text(encoding="utf-8"))) <= public
    for notebook in (editions / PUBLIC).rglob("report.ipynb"):
        assert "/.work" not in notebook.read_text(encoding="utf-8")


def test_the_public_run_works_where_exact_tables_and_sheets_cannot_be_read(invented):
    data, outputs = invented
    script = [sys.executable, "-c", WITHOUT_EXACT_TABLES, str(data), str(outputs), UNIT]
    done = subprocess.run(script, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.stdout.strip() == "True", done.stderr


def test_public_bytes_are_the_same_on_another_run(invented, pipeline, tmp_path):
    data, outputs = invented
    again = tmp_path / "again"
    asked = ["--unit", UNIT, "--year", "2018", "--edition", "public", "--data", data, "--outputs", again]
    assert pipeline("run", *asked).code == 0
    for name in (path.name for path in (outputs / PUBLIC / UNIT / "2018").iterdir()):
        assert (again / PUBLIC / UNIT / "2018" / name).read_bytes() == (
            outputs / PUBLIC / UNIT / "2018" / name
        ).read_bytes(), name


def test_a_public_edition_waits_for_the_units_that_have_not_sent_and_says_for_which(invented, pipeline):
    data, outputs = invented
    others = [path for path in (data / PROVINCE).glob("[!_]*/2018") if path.parent.name != "huyen-minh-hoa"]
    shutil.rmtree(others[0])
    asked = ["--unit", UNIT, "--year", "2018", "--edition", "public", "--data", data, "--outputs", outputs]
    done = pipeline("run", *asked, "--lang", "en")
    assert done.code == 3
    assert "wait for 1 units" in done.err
    assert "not_sending" in done.err
    old = (outputs / PUBLIC / UNIT / "2018" / "BAN-CU.txt").read_text(encoding="utf-8")
    assert "wait" not in old, "what stopped it may quote exact figures"
    settings = data / PROVINCE / "_tinh" / "2018" / "report.toml"
    text = re.sub(r"\[disclosure\]\n(?:[^\[]*\n)?", "", settings.read_text(encoding="utf-8"))
    settings.write_text(
        f'{text}\n[disclosure]\nnot_sending = ["{others[0].parent.name}"]\n', encoding="utf-8"
    )
    assert pipeline("run", *asked).code == 0


def test_a_corrected_unit_decides_its_year_and_later_ones_anew(invented, pipeline):
    data, outputs = invented
    asked = ["--province", PROVINCE, "--edition", "public", "--data", data, "--outputs", outputs, "--json"]
    assert all(each["up_to_date"] for each in json.loads(pipeline("status", *asked).out))
    sheet = data / UNIT / "2019" / "vu-viec-doi-tuong.csv"
    sheet.write_bytes(sheet.read_bytes().replace("vụ;3".encode(), "vụ;2".encode()))
    due = {each["report"] for each in json.loads(pipeline("status", *asked).out) if not each["up_to_date"]}
    assert not any("2018" in name for name in due)
    assert {"2019", "2020"} == {re.search(r"\d{4}", name)[0] for name in due}


def test_a_corrected_year_leaves_the_next_one_as_it_was_sent(invented, pipeline):
    """What a figure is compared with is no part of its sending: else two versions of it would look like two figures."""
    data, outputs = invented
    sheet = data / UNIT / "2018" / "vu-viec-doi-tuong.csv"
    sheet.write_bytes(sheet.read_bytes().replace("triệt phá;vụ;2".encode(), "triệt phá;vụ;3".encode()))
    decided = outputs / PROVINCE / "_tinh" / "2019" / "da-cong-bo.csv"
    before = pd.read_csv(decided, dtype=str)
    asked = ["--unit", f"{PROVINCE}/_tinh", "--year", "2019", "--edition", "public"]
    assert pipeline("run", *asked, "--data", data, "--outputs", outputs).code == 0
    assert before["submission"].equals(pd.read_csv(decided, dtype=str)["submission"])


def test_what_was_published_before_is_part_of_what_readers_know(invented, pipeline):
    """A figure shown stays shown and one withheld stays withheld as long as its unit has not sent others."""
    data, outputs = invented
    asked = [
        "--province",
        PROVINCE,
        "--year",
        "2018",
        "--edition",
        "public",
        "--data",
        data,
        "--outputs",
        outputs,
    ]
    kept = outputs / PROVINCE / "_tinh" / "2018" / "da-cong-bo.csv"
    shutil.copy(kept, data / PROVINCE / "_tinh" / "2018" / "da-cong-bo-1.csv")
    sheet = data / UNIT / "2018" / "vu-viec-doi-tuong.csv"
    text = sheet.read_text(encoding="utf-8-sig")
    assert "triệt phá;vụ;2" in text
    sheet.write_text(text.replace("triệt phá;vụ;2", "triệt phá;vụ;7"), encoding="utf-8-sig")
    shown = {unit.parent.name: figures(unit) for unit in (outputs / PUBLIC / PROVINCE).glob("*/2018")}
    assert pipeline("run", *asked).code == 0
    for unit in (outputs / PUBLIC / PROVINCE).glob("[!_]*/2018"):
        if unit.parent.name != "huyen-minh-hoa":
            assert figures(unit)["suppressed"].equals(shown[unit.parent.name]["suppressed"])
