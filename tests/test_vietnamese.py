"""Vietnamese: expected values come from Nghị định 30, from Excel's ways and from spelling rules, by hand."""

import math
import unicodedata
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from baocao.analysis import vietnamese as vi

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
texts = st.text(alphabet=LETTERS + LETTERS.upper() + " -./0123456789", max_size=30)


def nfd(text):
    return unicodedata.normalize("NFD", text)


# --- numbers ---


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, None, "0"), (7, None, "7"), (1234, None, "1.234"), (-1234567, None, "-1.234.567"),
        (1234.5, None, "1.234,5"), (20.50, None, "20,5"), (15.0, None, "15"), (100, None, "100"),
        (0.1 + 0.2, None, "0,3"), (1e15, None, "1.000.000.000.000.000"), (0.000001, None, "0,000001"),
        (84.25, 1, "84,3"), (2.675, 2, "2,68"), (-2.5, 0, "-3"), (1.005 * 100, 0, "101"), (3, 2, "3,00"),
        (-0.04, 1, "0,0"), (-0.0, None, "0"), (Decimal("12.30"), None, "12,3"),
        (10**20 + 1, None, "100.000.000.000.000.000.001"),
    ],
)  # fmt: skip
def test_numbers_have_dots_for_thousands_and_a_comma_for_decimals(value, decimals, text):
    assert vi.number(value, decimals) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, None, pd.NA, "ba"])
def test_what_is_no_number_is_not_written_as_one(value):
    with pytest.raises(ValueError, match="không phải là số"):
        vi.number(value)


def test_numbers_of_numpy_and_pandas_are_written_alike():
    import numpy as np
    import pandas as pd

    assert vi.number(np.float64(20.5)) == "20,5"
    assert vi.count(pd.Series([4], dtype="Int64")[0]) == "04"
    assert vi.count(np.float64(4.0)) == "04"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1, "01"), (9, "09"), (10, "10"), (-3, "-3"), (2.5, "2,5"), (3.0, "03"), (1250, "1.250")],
)
def test_prose_pads_whole_numbers_from_1_to_9(value, text):
    assert vi.count(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (16 / 19 * 100, 1, "84,2%"),
        (100, 1, "100%"),
        (84.0, 1, "84%"),
        (0, 1, "0%"),
        (100, None, "100%"),
        (68.42, 2, "68,42%"),
    ],
)
def test_percentages_have_no_idle_zeros(value, decimals, text):
    assert vi.percent(value, decimals) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("04", 4), ("1234", 1234), ("1.234", 1234), ("12.345.678", 12345678), ("12,5", 12.5),
        ("1.234,5", 1234.5),
        ("0,234", 0.234), ("1234,567", 1234.567), ("1.234,567", 1234.567), ("12,3456", 12.3456),
        ("1,234,567", 1234567), ("1,234.5", 1234.5), ("-5", -5), ("−1.250", -1250), ("１２，５", 12.5),
        ("\u00a01.250\u202f", 1250), (" 7\n", 7),
    ],
)  # fmt: skip
def test_what_has_one_meaning_is_read(text, value):
    read = vi.parse_number(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "abc", "1,234", "12,345", "1.5", "12.50", "0.500", "1.234.56", "1234.567", "1.23.456",
        "12,345.67.8", "1,2,3", "1,,2", ",5", "5,", ".5", "trên 21.236", "~5", "5 cơ sở", "5%", "(5)", "+5",
        "--5", "1e3", "1 234", "5²", "½", "٣", "1/2", "#REF!", "1234567890123456",
    ],
)  # fmt: skip
def test_what_has_none_or_two_meanings_is_refused(text):
    with pytest.raises(vi.NotANumberError):
        vi.parse_number(text)


def test_each_kind_of_refusal_has_its_own_reason():
    def reason(text):
        with pytest.raises(ValueError, match=r"\w") as refused:
            vi.parse_number(text)
        return str(refused.value.reason)

    assert len({reason(text) for text in ("1,234", "5 cơ sở", "-", "1.5", "9" * 16)}) == 5
    assert reason("1,234") == reason("99,000")


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_whole_numbers_survive_writing_and_reading(value):
    assert vi.parse_number(vi.number(value)) == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_amounts_survive_writing_and_reading(value):
    assert vi.parse_number(vi.number(float(value))) == float(value)
    assert vi.parse_number(vi.number(value, 2)) == float(value)


@given(st.floats(min_value=-1e12, max_value=1e12).map(lambda value: float(f"{value:.10g}")))
def test_other_numbers_survive_unless_their_comma_is_doubtful(value):
    text = vi.number(value)
    whole, _comma, decimals = text.lstrip("-").partition(",")
    assume(not (len(decimals) == 3 and len(whole) <= 3 and whole != "0"))
    assert vi.parse_number(text) == value


@given(st.text(max_size=12))
def test_reading_any_text_gives_a_finite_number_or_a_reason(text):
    try:
        value = vi.parse_number(text)
    except vi.NotANumberError as refused:
        value = len(refused.reason.template)
    assert math.isfinite(value)


# --- sentences ---


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a và b"),
        (["a", "b", "c"], "a, b và c"),
        (("x", "y", "z", "t"), "x, y, z và t"),
    ],
)
def test_lists_end_with_va(items, text):
    assert vi.listing(items) == text


def test_items_with_commas_are_listed_with_semicolons():
    assert (
        vi.listing(["nhà hàng, quán ăn", "khác", "karaoke"], mark=";") == "nhà hàng, quán ăn; khác và karaoke"
    )


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (20, 18, "tăng 02 cơ sở so với cùng kỳ"),
        (18, 20, "giảm 02 cơ sở, tức 10%, từ 20 xuống 18, so với cùng kỳ"),
        (26, 10, "tăng 16 cơ sở so với cùng kỳ"),
        (5, 5, "không thay đổi so với cùng kỳ"),
        (0, 0, "không thay đổi so với cùng kỳ"),
        (3, 0, "phát sinh mới so với cùng kỳ"),
        (0, 3, "giảm 03 cơ sở so với cùng kỳ"),
        (20.1, 20.0, "tăng 0,1 cơ sở, tức 0,5%, từ 20 lên 20,1, so với cùng kỳ"),
        (35.5, 33, "tăng 2,5 cơ sở, tức 7,6%, từ 33 lên 35,5, so với cùng kỳ"),
        (1064, 1095, "giảm 31 cơ sở, tức 2,8%, từ 1.095 xuống 1.064, so với cùng kỳ"),
        (1095, 1064, "tăng 31 cơ sở, tức 2,9%, từ 1.064 lên 1.095, so với cùng kỳ"),
        (19, 19.5, "giảm 0,5 cơ sở so với cùng kỳ"),
        (0, 25, "giảm 25 cơ sở, tức 100%, từ 25 xuống 0, so với cùng kỳ"),
    ],
)
def test_changes_are_differences_in_words(now, before, text):
    assert vi.change_in_words(now, before, "cơ sở") == text


def test_the_time_compared_with_can_be_named():
    assert vi.change_in_words(4, 3, "đợt", "năm 2019") == "tăng 01 đợt so với năm 2019"


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_change_tells_no_percentage_without_its_two_numbers_and_none_of_a_small_base(now, before):
    """The rules of reporting, not the way the sentence is made."""
    text = vi.change_in_words(now, before, "vụ")
    assert " 0 " not in text
    assert ("%" in text) == (before >= 20 and now != before)
    if "%" in text:
        stated = [figure.value for figure in vi.figures_in(text, ["vụ"])]
        assert stated[0] == abs(now - before)
        assert stated[1] == pytest.approx(abs(now - before) / before * 100, abs=0.051)
        assert stated[2:] == [before, now]
    assert ("phát sinh mới" in text) == (before == 0 < now)


@given(st.floats(0, 100), st.floats(0, 100))
def test_the_change_of_a_percentage_is_told_in_points_alone(now, before):
    text = vi.change_in_words(now, before, vi.POINTS, decimals=1)
    assert "%" not in text
    assert vi.POINTS in text or "không thay đổi" in text or "phát sinh mới" in text


@pytest.mark.parametrize(
    ("day", "words", "short"),
    [
        (date(2020, 2, 5), "ngày 05 tháng 02 năm 2020", "05/02/2020"),
        (date(2020, 3, 5), "ngày 05 tháng 3 năm 2020", "05/3/2020"),
        (date(2020, 12, 15), "ngày 15 tháng 12 năm 2020", "15/12/2020"),
        (date(2020, 11, 18), "ngày 18 tháng 11 năm 2020", "18/11/2020"),
        (date(2021, 1, 31), "ngày 31 tháng 01 năm 2021", "31/01/2021"),
    ],
)
def test_dates_take_zeros_as_nghi_dinh_30_says(day, words, short):
    assert vi.date_in_words(day) == words
    assert vi.date_short(day) == short


# --- letters ---


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Điện Biên", "Dien Bien"),
        ("Rạng Đông", "Rang Dong"),
        ("Quài Nưa", "Quai Nua"),
        ("đặc khu", "dac khu"),
        ("ABC 1", "ABC 1"),
    ],
)
def test_accents_and_the_stroke_are_taken_off(text, plain):
    assert vi.deaccent(text) == plain


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("Huyện Tuần Giáo", "huyen-tuan-giao"),
        ("  Điện   Biên ", "dien-bien"),
        ("TP. Hồ Chí Minh", "tp-ho-chi-minh"),
        ("--", ""),
        ("Quận 1", "quan-1"),
    ],
)
def test_slugs(text, folder):
    assert vi.slug(text) == folder


@given(st.text(max_size=20) | texts)
def test_slugs_are_stable_and_safe(text):
    folder = vi.slug(text)
    assert vi.slug(folder) == folder
    assert set(folder) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not folder.startswith("-")
    assert "--" not in folder


@given(texts)
def test_composed_and_decomposed_texts_are_equal_to_all(text):
    for same in (vi.nfc, vi.slug, vi.deaccent, vi.new_tone_to_old):
        assert same(nfd(text)) == same(text)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("Toả Tình", "Tỏa Tình"), ("hoà", "hòa"), ("HOÀ BÌNH", "HÒA BÌNH"), ("thuỷ", "thủy"),
        ("Uỷ ban", "Ủy ban"),
        ("khoẻ", "khỏe"), ("hoạ", "họa"), ("loã xoã", "lõa xõa"), ("Xã Toả-Thuỷ.", "Xã Tỏa-Thủy."),
    ],
)  # fmt: skip
def test_new_tone_placement_becomes_the_old(new, old):
    assert vi.new_tone_to_old(new) == old
    assert vi.new_tone_to_old(old) == old


@pytest.mark.parametrize(
    "word",
    ["Quài", "quý", "quỳ", "Quỳnh", "giá", "hoàn", "toán", "hoài", "thuyền", "khuỷu", "ngoẻo", "hoặc",
     "huế", "của", "mía", "xoăn", "ngoằn", "Nguyễn", "duyệt"],
)  # fmt: skip
def test_words_that_are_the_same_in_both_ways_stay(word):
    assert vi.new_tone_to_old(word) == word


@given(texts)
def test_tones_are_placed_once_and_none_is_lost(text):
    old = vi.new_tone_to_old(text)
    assert vi.new_tone_to_old(old) == old
    assert vi.deaccent(old) == vi.deaccent(text)
    assert sorted(nfd(old)) == sorted(nfd(text))
