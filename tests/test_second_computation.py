"""Every figure that the notebooks publish equals one computed apart from them (`second_computation.py`), to the last digit.

All units, years and roll-ups of `data/` that there are.
"""

import csv
from dataclasses import fields
from fractions import Fraction

import pytest
import second_computation as second

from baocao.analysis.stages import INDICATORS, PROVINCE, Stage

PROVINCES = sorted({settings.parts[-4] for settings in second.DATA.glob("*/*/*/report.toml")})


def told(row):
    """A row of the second computation as indicators.csv writes it: the nearest floating-point number, blank for None."""
    found = {field.name: getattr(row, field.name) for field in fields(row)}
    return {
        name: str(value).lower() if isinstance(value, bool) else _written(value)
        for name, value in found.items()
    }


def _written(value):
    if isinstance(value, Fraction):
        return str(value) if value.denominator == 1 else str(float(value))
    return value or ""


def disagreements(published, expected):
    """What a published indicators.csv says otherwise than the second computation."""
    with published.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    rows = {(line["code"], line["place"]): line for line in lines}
    assert len(rows) == len(lines), "a code and place twice"
    for key in sorted(rows.keys() ^ expected.keys()):
        yield (*key, "there" if key in rows else "not there")
    for key in sorted(rows.keys() & expected.keys()):
        for column, value in told(expected[key]).items():
            if rows[key][column] != value:
                yield (*key, column, f"published {rows[key][column]!r}, computed again {value!r}")


@pytest.mark.parametrize("province", PROVINCES)
def test_every_published_figure_is_found_again(province, tmp_path, pipeline):
    done = pipeline("check", "--unit", f"{province}/{second.WHOLE}", "--outputs", tmp_path, timeout=400)
    assert done.code == 0, done.err
    found, figures = {}, 0
    for settings in sorted((second.DATA / province).glob("*/*/report.toml")):
        unit, year = settings.parts[-3], int(settings.parts[-2])
        whole = unit == second.WHOLE
        expected = second.province_rows(province, year) if whole else second.unit_rows(province, unit, year)
        wanted = Stage(PROVINCE if whole else INDICATORS, f"{province}/{unit}", year, "internal", second.DATA)
        found[unit, year] = [*disagreements(wanted.folder(tmp_path / ".work") / "indicators.csv", expected)]
        figures += len(expected)
    assert {key: wrong for key, wrong in found.items() if wrong} == {}
    assert figures > 500


def test_numbers_as_offices_write_them():
    zero = Fraction(0)
    assert second.number("1.250", zero) == 1250
    assert second.number("16,5", zero) == Fraction(33, 2)
    assert second.number(9.5, zero) == Fraction(19, 2)
    assert second.number("-", zero) == 0
    assert second.number("-", None) is None
    assert second.number(None, zero) is None


def test_names_are_told_apart_by_accents_and_not_by_where_tones_stand():
    assert second.plain("Toả  Tình ") == second.plain("Tỏa Tình")
    assert second.plain("Nà Tòng") != second.plain("Na Tông")


def test_a_missing_part_makes_a_missing_total():
    assert second.total([Fraction(1), None]) is None
    assert second.percent(Fraction(0), Fraction(0)) is None
