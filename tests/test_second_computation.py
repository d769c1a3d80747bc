"""Every figure that the notebooks publish equals one computed apart from them (`second_computation.py`), to the last digit.

All units, years and roll-ups of the invented province, and of the real one the two districts whose boundaries changed, in
the two years around it; `make proof` compares everything there is.
"""

from fractions import Fraction

import second_computation as second


def test_every_published_figure_of_the_invented_province_is_found_again(editions):
    figures, wrong = second.compare("vi-du", editions)
    assert wrong == []
    assert figures > 2500


def test_every_published_figure_around_a_change_of_boundaries_is_found_again(tmp_path, pipeline):
    units, years = ("thanh-pho-dien-bien-phu", "huyen-dien-bien"), (2019, 2020)
    asked = [word for unit in units for word in ("--unit", f"dien-bien/{unit}")]
    done = pipeline("check", *asked, "--years", "2019-2020", "--outputs", tmp_path, timeout=400)
    assert done.code == 0, done.err
    figures, wrong = second.compare("dien-bien", tmp_path, units, years)
    assert wrong == []
    assert figures > 800


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
