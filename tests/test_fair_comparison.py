"""Which figures of two years may be compared, through the notebooks: boundaries, time, names; against the raw sheets."""

from __future__ import annotations

import dataclasses
import importlib
import shutil
import sys
from pathlib import Path
from typing import Any

import in_process
import openpyxl
import pandas as pd
import pytest
from conftest import ROOT, UNIT

from baocao.analysis.stages import INDICATORS, Stage

sys.path.append(str(ROOT / "data"))
make = importlib.import_module("make_illustrative")

NEW, INVENTED = "dien-bien/xa-tuan-giao", "vi-du/huyen-minh-hoa"
MERGED = ("Tuần Giáo", "Quài Nưa", "Quài Cang")
"""The communes of which xã Tuần Giáo was made on 2025-07-01 (domain: the official conversion table)."""


def tables(data: Path, work: Path, unit: str, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    stage = Stage(INDICATORS, unit, year, "internal", data)
    in_process.stage(stage, work)
    return tuple(pd.read_parquet(stage.folder(work) / f"{name}.parquet") for name in ("indicators", "series"))


def of_a_year(data: Path, source: int, year: int, unit: str = UNIT) -> None:
    """The sheets of one year as those of another."""
    folder = data / unit / str(year)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(data / unit / str(source), folder)
    settings = folder / "report.toml"
    text = settings.read_text(encoding="utf-8")
    for before, after in ((source - 1, year - 1), (source, year)):
        text = text.replace(f"= {before}-", f"=  {after}-")
    settings.write_text(text.replace("=  ", "= "), encoding="utf-8")


def raw(file: Path, column: str) -> int:
    """The sum of a column over the three communes, from the cells of the sheet as it was sent."""
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    cells = list(sheet.iter_rows())
    (at,) = {cell.column for row in cells for cell in row if cell.value == column}
    names = {
        f"{kind}{name}".casefold() for name in MERGED for kind in ("", "xã ", "thị trấn ", "tt ", "tt. ")
    }
    rows = [
        row for row in cells if any(" ".join(str(cell.value).split()).casefold() in names for cell in row)
    ]
    assert len(rows) == 3
    found = [sheet.cell(row[0].row, at).value for row in rows]
    return sum(int(str(value).replace(".", "").replace("-", "0")) for value in found)


def test_a_commune_of_2026_has_the_years_before_from_the_sheets_of_its_district(data, tmp_path):
    types = data / "types.toml"  # the sheets of 2020 have no column that came in 2022
    types.write_text(
        types.read_text(encoding="utf-8").replace("since = 2022", "since = 2025"), encoding="utf-8"
    )
    for year in (2022, 2023, 2024):
        of_a_year(data, 2020, year)
    indicators, series = tables(data, tmp_path, NEW, 2026)
    value = series.set_index(["code", "year"])["value"]
    folder = data / UNIT / "2020"
    for code, file, column in (
        ("C1", "truyen-thong.xlsx", "Tuyên truyền trực tiếp (buổi)"), ("C6", "truyen-thong.xlsx", "Cơ sở ký cam kết"),
        ("B1", "co-so-kinh-doanh-dich-vu.xlsx", "Tổng số"), ("H1", "can-bo-doi-tinh-nguyen.xlsx", "Cán sự"),
    ):  # fmt: skip
        assert {value[code, year] for year in (2022, 2023, 2024)} == {raw(folder / file, column)}, code
    assert set(series["place"]) == {"03253"}
    assert ("E1", 2024) not in value.dropna().index  # the police's table is of the whole district
    assert ("D2", 2024) not in value.dropna().index
    assert set(indicators["why_not"]) == {""}  # of 2025 nobody has data: nothing to compare with


def test_flows_are_not_compared_with_a_year_whose_figures_were_taken_earlier(tmp_path):
    """Huyện Minh Họa took its figures of 2019 on 30 November."""
    for year in (2019, 2020):
        indicators, _series = tables(ROOT / "data", tmp_path, INVENTED, year)
        compared = indicators[indicators["previous"].notna() & indicators["value"].notna()]
        assert set(compared[compared["kind"] == "flow"]["why_not"]) == {"period"}
        assert set(compared[compared["kind"] == "stock"]["why_not"]) == {""}
        assert (compared["comparable"] == (compared["why_not"] == "")).all()


def of_invented(data: Path, years: dict[int, Any]) -> None:
    """Sheets of huyện Minh Họa with these figures by year, and nothing else of it."""
    settings = (data / INVENTED / "2019" / "report.toml").read_text(encoding="utf-8")
    settings = settings.replace("2019-11-30", "2019-12-14")
    shutil.rmtree(data / INVENTED)
    unit = dataclasses.replace(make.MINH_HOA, years=years)
    for year in years:
        folder = data / INVENTED / str(year)
        make.write_year(folder, unit, year)
        text = settings.replace("2019-", f"{year}-").replace("2018-", f"{year - 1}-")
        (folder / "report.toml").write_text(text, encoding="utf-8")


def test_a_type_that_got_a_column_of_its_own_is_compared_with_what_it_was_counted_in(data, tmp_path):
    """2021: 4 others in each commune; 2022: 3 dance halls and bars, 2 others; nothing else has changed."""
    before = make.Figures.filled(4, communes=8)
    after = dataclasses.replace(before, establishments=[[4, 4, 4, 4, 4, 3, 2]] * 8)
    of_invented(data, {2021: before, 2022: after})
    indicators, _series = tables(data, tmp_path, INVENTED, 2022)
    whole = indicators.drop_duplicates("code").set_index("code")
    assert whole.loc["B.khac", ["value", "previous", "comparable", "why_not"]].tolist() == [
        16,
        32,
        False,
        "types",
    ]
    assert whole.loc["B.vu_truong", "value"] == 24
    assert pd.isna(whole.loc["B.vu_truong", "previous"])
    others = indicators[~indicators["code"].isin(["B.khac", "B.vu_truong"])]
    assert set(others["why_not"]) == {""}
    assert set(indicators[indicators["code"] == "B.khac"]["why_not"]) == {"types"}  # in each commune too
    indicators, series = tables(data, tmp_path, INVENTED, 2021)
    assert not {"B.vu_truong"} & {*indicators["code"], *series["code"]}


def test_what_comes_from_a_table_that_was_not_sent_is_not_there(data, tmp_path):
    plain = make.Figures.filled(0, communes=8)
    more = dataclasses.replace(
        plain, records=[2, 1, 0, 1, 1, 0, 0, 0], results=[8, *[4] * 4, 0, *[4] * 6, *[8] * 8]
    )
    of_invented(data, {2019: more, 2020: plain})
    with_both, _series = tables(data, tmp_path, INVENTED, 2019)
    without, series = tables(data, tmp_path, INVENTED, 2020)
    gone = {
        "A3", "A4", "A5", "B4", "B5", "B6", "C8", "D5", "D6", "D7", "D8", "E6", "E7", "E.chua", "E.moi_gioi",
        "E.mua_duoi_18", "F3", "F4", "J1", *(f"K{number}" for number in range(1, 17)),
    }  # fmt: skip
    assert {*with_both["code"]} - {*without["code"]} == gone
    assert {*without["code"]} <= {*with_both["code"]}
    values = with_both.set_index("code")["value"]
    assert values[["E7", "F4", "K7", "K5"]].tolist() == [1, 0, 100, 4]
    assert not gone & {*series[series["year"] == 2020]["code"]}


@pytest.mark.parametrize("term", ["dễ bị lợi dụng"])
def test_what_is_called_otherwise_is_not_compared(data, tmp_path, term):
    file = data / UNIT / "2020" / "co-so-kinh-doanh-dich-vu.xlsx"
    book = openpyxl.load_workbook(file)
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == "Karaoke"]
    cells[0].value = f"Karaoke {term}"
    types = data / "types.toml"
    text = types.read_text(encoding="utf-8")
    known = 'headers = ["Số cơ sở kinh doanh dịch vụ > Karaoke"]'
    assert known in text
    also = known.replace("]", f', "Số cơ sở kinh doanh dịch vụ > Karaoke {term}"]')
    types.write_text(text.replace(known, also), encoding="utf-8")
    book.save(file)
    indicators, _series = tables(data, tmp_path, UNIT, 2020)
    why = indicators.drop_duplicates("code").set_index("code")["why_not"]
    assert {code for code, reason in why.items() if reason == "definition"} >= {"B1", "B.karaoke", "C7"}
    assert why["C1"] == why["E1"] == ""


def test_over_a_moved_boundary_communes_are_compared_and_the_whole_is_not(data, tmp_path):
    """An invented district takes over a whole commune and half of another from its neighbour in 2020."""
    table = data / "vi-du" / "units.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    other = "VD9,Láng Giềng,huyện,,district,VD,vi-du,,2025-06-30,,bịa,"
    moved = [
        line.replace(",VD1,vi-du,,2025-06-30,,", ",VD9,vi-du,,2019-12-31,VD108,")
        if line.startswith("VD108")
        else line
        for line in rows
    ]
    now = "VD108,Ước Lệ,xã,,commune,VD1,vi-du,2020-01-01,2025-06-30,,bịa,"
    split = "VD999,Nửa Vời,xã,,commune,VD9,vi-du,,2019-12-31,VD107 VD998,bịa,"
    left = "VD998,Nửa Kia,xã,,commune,VD9,vi-du,2020-01-01,2025-06-30,,bịa,"
    table.write_text("\n".join([*moved, other, now, split, left]) + "\n", encoding="utf-8")
    for year in (2018, 2019):
        for file in (data / INVENTED / str(year)).glob("*.xlsx"):
            without_last_commune(file)
    indicators, _series = tables(data, tmp_path, INVENTED, 2020)
    rows_of = indicators.set_index(["code", "place"])
    assert rows_of.loc[("B1", "VD101"), "previous"] == 25
    assert rows_of.loc[("B1", "VD101"), "why_not"] == ""
    for place in ("VD1", "VD107", "VD108"):  # the whole, the one with the half, the one that nobody reported
        assert pd.isna(rows_of.loc[("B1", place), "previous"])
        assert rows_of.loc[("B1", place), "why_not"] == "boundaries"
    assert rows_of.loc[("E1", "VD1"), "why_not"] == "boundaries"
    assert not rows_of.loc[("E1", "VD1"), "comparable"]


def without_last_commune(file: Path) -> None:
    """Take a commune's row, and what it adds to the total, out of a sheet."""
    book = openpyxl.load_workbook(file)
    sheet = book.active
    rows = [row for row in sheet.iter_rows() if any("Ước Lệ" in str(cell.value) for cell in row)]
    if not rows:
        return
    total = next(row for row in sheet.iter_rows() if any(cell.value == "Tổng cộng" for cell in row))
    for cell, summed in zip(rows[0], total, strict=True):
        if isinstance(summed.value, int) and isinstance(cell.value, int) and cell.column > 1:
            summed.value -= cell.value
    for merged in [m for m in sheet.merged_cells.ranges if m.min_row >= rows[0][0].row]:
        sheet.unmerge_cells(str(merged))
    sheet.delete_rows(rows[0][0].row)
    book.save(file)
