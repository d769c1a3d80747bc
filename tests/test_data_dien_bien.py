"""The figures of the districts of tỉnh Điện Biên that are CSV files: neutral, complete, of the communes there were.

The communes are those of `baocao.analysis.units`, the sums are made here from the cells.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT

from baocao.analysis import units

DATA = ROOT / "data"
YEARS = range(2018, 2025)
# Communes in 2018 and 2019, and from 2020 on: 130 and 129 (domain: NQ 815/NQ-UBTVQH14).
DISTRICTS = {
    "thanh-pho-dien-bien-phu": (9, 12), "thi-xa-muong-lay": (3, 3), "huyen-muong-nhe": (11, 11),
    "huyen-muong-cha": (12, 12), "huyen-tua-chua": (12, 12), "huyen-tuan-giao": (19, 19), "huyen-dien-bien": (25, 21),
    "huyen-dien-bien-dong": (14, 14), "huyen-muong-ang": (10, 10), "huyen-nam-po": (15, 15),
}  # fmt: skip
WRITTEN = [(name, year) for name in DISTRICTS for year in YEARS if name != "huyen-tuan-giao" or year > 2020]
FILES = {
    "co-so-kinh-doanh-dich-vu": 4, "kiem-tra-lien-nganh": 4, "truyen-thong": 2, "can-bo-doi-tinh-nguyen": 3,
}  # fmt: skip
"""The tables with a title above them, and how many rows of headers and column numbers each has."""
each = pytest.mark.parametrize(("name", "year"), WRITTEN)


def folder(name: str, year: int) -> Path:
    return DATA / "dien-bien" / name / str(year)


def cells(path: Path) -> list[list[str]]:
    """A file's cells, all rows of one width, as Excel with Vietnamese settings saves them."""
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len({len(row) for row in rows}) == 1
    return rows


def figure(text: str) -> float:
    return 0 if text == "-" else float(text.replace(".", "").replace(",", "."))


def table(name: str, year: int, file: str) -> tuple[dict[str, list[float]], list[float]]:
    """The rows by their name, and the total."""
    _title, _day, *rows = cells(folder(name, year) / f"{file}.csv")
    body = rows[FILES[file] :]
    first = 3 if file == "kiem-tra-lien-nganh" else 2  # after the month
    last = -1 if file == "truyen-thong" else None  # before the remarks
    found = {row[1]: [figure(text) for text in row[first:last]] for row in body[:-1]}
    assert [row[0] for row in body] == [*(str(n) for n in range(1, len(body))), ""]
    assert body[-1][1] == "Tổng cộng"
    return found, [figure(text) for text in body[-1][first:last]]


def lines(name: str, year: int, file: str) -> dict[str, float]:
    return {row[0]: figure(row[-1]) for row in cells(folder(name, year) / f"{file}.csv")[1:]}


def communes(name: str, year: int) -> list[str]:
    unit = units.resolve(f"dien-bien/{name}", year, DATA)
    return [part.full_name for part in units.parts(unit, year, DATA)]


def as_written(commune: str) -> str:
    return (
        f"TT {commune.removeprefix('thị trấn ')}"
        if commune.startswith("thị trấn")
        else commune[0].upper() + commune[1:]
    )


@pytest.mark.parametrize(("name", "counts"), DISTRICTS.items())
def test_there_are_seven_years_of_each_district(name, counts):
    assert {int(path.name) for path in folder(name, 2018).parent.iterdir()} == set(YEARS)
    assert [len(communes(name, year)) for year in YEARS] == [counts[year > 2019] for year in YEARS]


def test_the_province_had_130_communes_and_then_129():
    assert [sum(len(communes(name, year)) for name in DISTRICTS) for year in YEARS] == [130] * 2 + [129] * 5


@each
def test_the_tables_have_the_communes_of_the_year_and_add_up(name, year):
    expected = [as_written(commune) for commune in communes(name, year)]
    for file in FILES:
        rows, total = table(name, year, file)
        assert file == "kiem-tra-lien-nganh" or list(rows) == expected
        assert [sum(column) for column in zip(*rows.values(), strict=True)] == total
    for row in table(name, year, "co-so-kinh-doanh-dich-vu")[0].values():
        assert sum(row[:-1]) == row[-1]
        assert len(row) == (8 if year >= 2022 else 7)
    budget = lines(name, year, "kinh-phi")
    assert sum(amount for source, amount in budget.items() if source != "Tổng cộng") == budget["Tổng cộng"]


@each
def test_nothing_counts_a_person_a_case_or_an_offence(name, year):
    for file in ("vu-viec-doi-tuong", "ho-so-hinh-su", "ho-tro"):
        assert set(lines(name, year, file).values()) == {0}
    waves, total = table(name, year, "kiem-tra-lien-nganh")
    assert {figure for row in [*waves.values(), total] for figure in row[1:]} == {0}
    results = lines(name, year, "ket-qua-khac")
    assert results["Số phụ nữ được học nghề"] == results["Số phụ nữ được vay vốn"] == 0
    assert results["Số đơn vị cấp xã không có tệ nạn mại dâm"] == len(communes(name, year))
    assert {path.name for path in folder(name, year).iterdir()} == {
        "report.toml", "vu-viec-doi-tuong.csv", "ho-so-hinh-su.csv", "ho-tro.csv", "ket-qua-khac.csv", "kinh-phi.csv",
        *(f"{file}.csv" for file in FILES),
    }  # fmt: skip


@each
def test_no_part_is_larger_than_its_whole(name, year):
    establishments, there = table(name, year, "co-so-kinh-doanh-dich-vu")
    for commune, row in table(name, year, "truyen-thong")[0].items():
        assert row[3] <= establishments[commune][-1]
        assert (row[0] == 0) == (row[1] == 0)
    results = list(lines(name, year, "ket-qua-khac").values())
    (_clean, staff, women, _attended, _planned, visited, *_rest) = results
    pupils_reached, pupils, workers_reached, workers = results[13:17]
    inspected = table(name, year, "kiem-tra-lien-nganh")[1][0]
    assert women <= staff
    assert visited <= min(there[-1], inspected)
    assert results[11] <= 4
    assert results[12] <= len(establishments)
    assert pupils_reached <= pupils
    assert workers_reached <= workers


def test_the_figures_differ_as_figures_do():
    """Towns have most; fewer in 2021, then more again; some communes are not reached, some have no officer, once nobody inspected."""
    totals = [sum(table(n, y, "co-so-kinh-doanh-dich-vu")[1][-1] for n, y in WRITTEN if y == year and n != "huyen-tuan-giao")
              for year in YEARS]  # fmt: skip
    assert totals[0] < totals[1]
    assert totals[2] > totals[3] < totals[4] < totals[5]
    rows, _total = table("huyen-muong-ang", 2024, "co-so-kinh-doanh-dich-vu")
    assert max(rows, key=lambda commune: rows[commune][-1]) == "TT Mường Ảng"
    unreached = {
        (n, y) for n, y in WRITTEN if any(row[0] == 0 for row in table(n, y, "truyen-thong")[0].values())
    }
    without = {
        (n, y)
        for n, y in WRITTEN
        if any(row[0] == 0 for row in table(n, y, "can-bo-doi-tinh-nguyen")[0].values())
    }
    assert 0 < len(unreached) < len(WRITTEN)
    assert 0 < len(without) < len(WRITTEN)
    assert {(n, y) for n, y in WRITTEN if not table(n, y, "kiem-tra-lien-nganh")[1][0]} == {
        ("huyen-nam-po", 2021)
    }


@each
def test_settings(name, year):
    chosen = tomllib.loads((folder(name, year) / "report.toml").read_text(encoding="utf-8"))
    early = {("huyen-muong-nhe", 2021): date(2021, 11, 30), ("huyen-tua-chua", 2023): date(2023, 11, 15)}
    end = date(year, 12, 14)
    assert chosen["period"] == {
        "start": date(year - 1, 12, 15), "end": end, "cutoff": early.get((name, year), end),
    }  # fmt: skip
    assert chosen["illustrative"]["real"] == []
    assert chosen["intake"]["dash"] == "zero"
    assert (chosen["document"]["number"], chosen["document"]["date"]) == ("", "")


def test_all_of_it_is_small():
    written = [path for name, year in WRITTEN for path in folder(name, year).iterdir()]
    assert len(written) == 67 * 10
    assert sum(path.stat().st_size for path in written) < 800_000
