"""The book of indicators: years and places stay apart, missing is never zero, a percentage keeps its two numbers."""

import csv
import dataclasses
import io
import re

import pandas as pd
import pytest
from conftest import ROOT

from baocao.analysis.indicators import Book, Dictionary, Figures, Indicator, load_targets, to_csv
from baocao.errors import InputError, UsageError

WORDS = {"unit": "huyện", "parts": "xã, thị trấn", "part": "xã"}


def entry(code, unit="cơ sở", **more):
    return Indicator(
        code=code, name=f"Tên {code}", unit=unit, kind="stock", group="B", sensitive=False, annex=True, **more
    )


@pytest.fixture
def book():
    return Book(
        Dictionary(
            {"B": "Cơ sở"}, [entry("B1"), entry("C6"), entry("C7", "%", numerator="C6", denominator="B1")]
        ),
        "099",
        [2019, 2020],
    )


def no_targets():
    return pd.DataFrame({"code": [], "target": []})


def by_year(*values):
    return pd.Series(values, index=pd.Index([2019, 2020], name="year"), dtype="Float64")


def row(table, code, place="099"):
    return next(r for r in table.itertuples() if (r.code, r.place) == (code, place))


def test_value_previous_change_and_target(book):
    book["B1"] = by_year(18, 20)
    table = book.table(2020, targets=pd.DataFrame({"code": ["B1"], "target": [25]}), real=None)
    r = row(table, "B1")
    assert (r.value, r.previous, r.change, r.target, r.achieved) == (20, 18, 2, 25, 80)
    assert r.comparable
    assert not r.illustrative


def test_a_comparison_that_is_not_fair_says_why_and_keeps_its_figures(book):
    book["B1"] = by_year(18, 20)
    book["C6"] = by_year(None, 7)
    unfair = {"B1": "types", "C6": "types"}
    table = book.table(2020, targets=no_targets(), real=None, unfair=unfair)
    r = row(table, "B1")
    assert (r.comparable, r.why_not, r.previous, r.change) == (False, "types", 18, 2)
    assert row(table, "C6").why_not == ""  # there is nothing to compare with
    assert "B1,Tên B1,cơ sở,stock,099,20,,,18,2,,,false,false,false,types,false,false" in to_csv(table)
    fair = row(book.table(2020, targets=no_targets(), real=None), "B1")
    assert (fair.comparable, fair.why_not, fair.suppressed, fair.previous_suppressed) == (
        True,
        "",
        False,
        False,
    )


def test_what_was_not_asked_for_in_a_year_has_no_row_and_no_percentage(book):
    book["B1"] = by_year(18, 20)
    book["C6"] = by_year(9, 7)[[2019]]
    book.share("C7", book["C6"], book["B1"])
    assert list(book["C6"].index) == [2019]
    assert list(book.table(2020, targets=no_targets(), real=None)["code"]) == ["B1"]
    earlier = book.table(2019, targets=no_targets(), real=None)
    assert list(earlier["code"]) == ["B1", "C6", "C7"]
    assert row(earlier, "C7").value == 50


def test_missing_stays_missing_and_is_not_comparable(book):
    book["B1"] = by_year(None, 20)
    book["C6"] = by_year(5, None)
    table = book.table(2020, targets=no_targets(), real=("B1",))
    assert pd.isna(row(table, "B1").previous)
    assert pd.isna(row(table, "B1").change)
    assert not row(table, "B1").comparable
    assert pd.isna(row(table, "C6").value)
    assert row(table, "C6").illustrative
    assert "B1,Tên B1,cơ sở,stock,099,20,,,,,,,false,false,false" in to_csv(table)


def test_a_share_keeps_its_two_numbers_and_nothing_over_zero_is_missing(book):
    book.share("C7", by_year(0, 18), by_year(0, 20))
    table = book.table(2020, targets=no_targets(), real=None)
    r = row(table, "C7")
    assert (r.value, r.numerator, r.denominator) == (90, 18, 20)
    assert pd.isna(r.previous)


def test_places_do_not_change_the_units_own_value(book):
    book["B1"] = by_year(18, 20)
    places = pd.MultiIndex.from_product([[2019, 2020], ["03253", "03274"]], names=["year", "place"])
    book["B1"] = pd.Series([10, 8, 12, 8], index=places)
    table = book.table(2020, targets=no_targets(), real=None)
    assert row(table, "B1").value == 20
    assert row(table, "B1", "03253").value == 12
    assert row(table, "B1", "03253").previous == 10
    assert list(table["place"]) == ["099", "03253", "03274"]


def test_the_index_must_say_what_it_is(book):
    places = pd.MultiIndex.from_product([["03253"], [2020]], names=["place", "year"])
    with pytest.raises(ValueError, match="year, hoặc year và place"):
        book["B1"] = pd.Series([1], index=places)
    with pytest.raises(ValueError, match="year, hoặc year và place"):
        book["B1"] = pd.Series([1], index=[2020])
    with pytest.raises(ValueError, match="2021"):
        book["B1"] = pd.Series([1], index=pd.Index([2021], name="year"))
    with pytest.raises(ValueError, match="không phải là tỷ lệ"):
        book.share("B1", by_year(1, 2), by_year(3, 4))


def test_only_the_units_own_value_of_a_real_code_is_real(book):
    book["B1"] = by_year(18, 20)
    places = pd.MultiIndex.from_product([[2020], ["03253"]], names=["year", "place"])
    book["B1"] = pd.Series([20], index=places)
    table = book.table(2020, targets=no_targets(), real=("B1",))
    assert not row(table, "B1").illustrative
    assert row(table, "B1", "03253").illustrative


def test_a_change_has_no_noise_of_binary_fractions(book):
    book["B1"] = by_year(20.0, 20.1)
    table = book.table(2020, targets=no_targets(), real=None)
    assert ",20.1,,,20,0.1," in to_csv(table)
    assert Figures(table, "099")("B1.change") == "0,1"


def test_a_formula_in_a_name_stays_text(book):
    named = Book(Dictionary({"B": ""}, [dataclasses.replace(entry("B1"), name="=1+1")]), "099", [2020])
    named["B1"] = pd.Series([1], index=pd.Index([2020], name="year"))
    assert ",'=1+1," in to_csv(named.table(2020, targets=no_targets(), real=None))


@pytest.mark.parametrize(
    "line",
    [
        "dien-bien,2021,C55,100,%,x,x,true,x",
        "dien-bien,2021,C5,90,%,x,x,true,x",
        "dien-bien,2022,C5,nhiều,%,x,x,true,x",
    ],
)
def test_a_target_that_cannot_be_used_is_named_with_its_row(tmp_path, line):
    dictionary = Dictionary.load(ROOT / "data" / "indicators.toml", WORDS)
    text = (ROOT / "data" / "targets.csv").read_text(encoding="utf-8")
    (tmp_path / "targets.csv").write_text(f"{text}{line}\n", encoding="utf-8")
    last = len(text.splitlines()) + 1
    with pytest.raises(InputError, match=rf"targets\.csv.*\b{last}\b"):
        load_targets(tmp_path / "targets.csv", dictionary)
    targets = load_targets(ROOT / "data" / "targets.csv", dictionary)
    (good,) = targets[(targets["province"] == "dien-bien") & (targets["year"] == 2021)].itertuples()
    assert (good.code, good.target) == ("C5", 100)


def test_a_code_that_stands_twice_in_the_dictionary_is_named(tmp_path):
    text = (ROOT / "data" / "indicators.toml").read_text(encoding="utf-8")
    (tmp_path / "indicators.toml").write_text(text.replace('code = "A2"', 'code = "A1"'), encoding="utf-8")
    with pytest.raises(InputError, match="A1"):
        Dictionary.load(tmp_path / "indicators.toml", WORDS)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ('within = "E3"', 'within = "E33"'), ('hidden_with = "D3"', 'hidden_with = "D33"'),
        ('sum_of = ["F1", "F2", "F3"]', 'sum_of = ["F1", "F2", "F33"]'), ('numerator = "K8"', 'numerator = "K88"'),
        ('compared_at = ["B.khac", "B.vu_truong"]', 'compared_at = ["B.khac", "B.truong"]'),
        ('denominator = "parts"', 'denominator = "part"'),
    ],
)  # fmt: skip
def test_a_code_that_an_entry_names_must_be_there(tmp_path, field, wrong):
    text = (ROOT / "data" / "indicators.toml").read_text(encoding="utf-8")
    (tmp_path / "indicators.toml").write_text(text.replace(field, wrong, 1), encoding="utf-8")
    unknown = wrong.rstrip('"]').rpartition('"')[2]
    with pytest.raises(InputError, match=rf"indicators\.toml.*\b{re.escape(unknown)}\b"):
        Dictionary.load(tmp_path / "indicators.toml", WORDS)


def test_the_dictionary_says_what_adds_up_and_what_is_part_of_what():
    dictionary = Dictionary.load(ROOT / "data" / "indicators.toml", WORDS)
    assert dictionary["F4"].sum_of == ("F1", "F2", "F3")
    assert (dictionary["E4"].within, dictionary["D4"].hidden_with) == ("E3", "D3")
    assert dictionary["B.khac"].compared_at == ("B.khac", "B.vu_truong")


def test_an_unknown_code_names_the_nearest(book):
    with pytest.raises(UsageError, match="B1"):
        book["B11"] = by_year(1, 2)


def test_csv_has_whole_numbers_without_a_point_and_excels_byte_order_mark(book):
    book["B1"] = by_year(1234, 2.5)
    text = to_csv(book.table(2020, targets=no_targets(), real=None))
    assert text.startswith("\ufeffcode,")
    (record,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (record["value"], record["previous"], record["change"]) == ("2.5", "1234", "-1231.5")


def test_figures_write_as_vietnamese_prose_does(book):
    book["B1"] = by_year(0, 4)
    book.share("C7", by_year(15, 16), by_year(19, 19))
    book["C6"] = by_year(1250, 33.5)
    figures = Figures(book.table(2020, targets=no_targets(), real=None), "099")
    assert figures("B1") == "04"
    assert figures("B1.previous") == "0"
    assert figures("C7") == "84,2%"
    assert figures("C7.change") == "5,3 điểm phần trăm"
    assert figures("C6") == "33,5"
    assert figures("C6.previous") == "1.250"
    assert figures("B1.target") == "chưa có số liệu"
    assert figures.number("B1.target") is None
    with pytest.raises(UsageError, match="C7"):
        figures("C77")
    assert "C77" not in figures


def test_what_is_not_published_is_told_from_what_is_missing_and_is_no_number(book):
    for code in ("B1", "C6"):
        book[code] = by_year(6, 4)
    book.share("C7", by_year(15, 16), by_year(20, 19))
    table = book.table(2020, targets=no_targets(), real=None).set_index("code")
    table.loc["B1", "suppressed"] = table.loc["C7", "suppressed"] = True
    table.loc["C6", "previous_suppressed"] = True
    figures = Figures(table.reset_index(), "099")
    hidden = ["B1", "B1:bang", "B1.change", "B1.change:loi", "C7", "C7:2", "C6.previous", "C6.change"]
    assert [figures(name) for name in hidden] == ["không công bố"] * len(hidden)
    assert [figures.number(name.partition(":")[0]) for name in hidden] == [None] * len(hidden)
    assert figures("B1.previous") == "06"
    assert figures("C6") == "04"
    assert figures.two_numbers("C7") is None
    assert not figures.suppressed("B1.target")
    assert figures("B1.target") == "chưa có số liệu"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "giảm 02 cơ sở so với cùng kỳ năm trước"),
        ("period", "giảm 02 cơ sở so với năm trước, kỳ số liệu hai năm không bằng nhau"),
        ("boundaries", "không so sánh được với cùng kỳ năm trước"),
    ],
)
def test_a_comparison_in_words_says_when_it_is_not_fair(book, reason, said):
    book["B1"] = by_year(6, 4)
    table = book.table(2020, targets=no_targets(), real=None).assign(why_not=reason)
    assert Figures(table, "099")("B1.change:loi") == said
    assert Figures(table, "099").why_not("B1") == reason


def test_a_name_may_ask_for_a_format(book):
    book["B1"] = by_year(6, 4)
    book.share("C7", by_year(15, 16), by_year(20, 19))
    book["C6"] = by_year(1250, 33.5)
    figures = Figures(book.table(2020, targets=no_targets(), real=None), "099")
    for name, text in {
        "B1:bang": "4", "C7:0": "84%", "C7:2": "84,21%", "C6:2": "33,50", "C6.previous:bang": "1.250",
        "B1.change:loi": "giảm 02 cơ sở so với cùng kỳ năm trước",
        "C7.change:loi": "tăng 9,2 điểm phần trăm so với cùng kỳ năm trước", "B1.target:bang": "chưa có số liệu",
    }.items():  # fmt: skip
        assert figures(name) == text, name
    for wrong in ("B1:xx", "B1:loi", "B1:4", "B1:"[:-1] + ":bang:0"):
        with pytest.raises(UsageError, match="bang, loi"):
            figures(wrong)


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("b1", "B1"), ('so("B1")', "B1"), ("C77", "C7"), ("B9", "B1"), ("B1.previus", "B1.previous")],
)
def test_a_wrong_name_names_the_nearest_and_not_all(book, wrong, nearest):
    book["B1"] = by_year(6, 4)
    book.share("C7", by_year(15, 16), by_year(20, 19))
    figures = Figures(book.table(2020, targets=no_targets(), real=None), "099")
    with pytest.raises(UsageError) as caught:
        figures(wrong)
    assert nearest in caught.value.remedy.text("en").split(": ", 1)[1].rstrip(".").split(", ")
    assert caught.value.remedy.text("en").count(",") <= 2


def test_a_dictionary_entry_that_lacks_a_field_is_named(tmp_path):
    text = (ROOT / "data" / "indicators.toml").read_text(encoding="utf-8")
    broken = tmp_path / "indicators.toml"
    broken.write_text(text.replace('kind = "stock"\n', "", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"indicators\.toml.*A1.*kind"):
        Dictionary.load(broken, WORDS)
