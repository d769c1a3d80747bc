"""A unit's figures against its own earlier ones; expectations are worked out by hand."""

from datetime import date

import pandas as pd
import pytest

from baocao.analysis import history
from baocao.analysis.settings import Period
from baocao.analysis.units import Before


def rows(*records, columns=("year", "place", "sessions", "people")):
    return pd.DataFrame(records, columns=list(columns)).astype(dict.fromkeys(columns[2:], "Int64"))


def test_a_row_with_last_years_figures_is_copied():
    """Ninh Thuận printed 463 buổi and 9.100 lượt both for 2017 and for 2018."""
    table = rows(
        (2017, "a", 463, 9100), (2018, "a", 463, 9100), (2017, "b", 463, 9100), (2018, "b", 463, 9101)
    )
    assert history.copied(table, "place", 2018) == ["a"]
    assert history.copied(table, "place", 2017) == []


@pytest.mark.parametrize("figures", [(0, 0), (3, 4), (0, 500), (None, None), (None, 500)])
def test_small_single_or_missing_figures_come_again_by_chance(figures):
    table = rows((2017, "a", *figures), (2018, "a", *figures))
    assert history.copied(table, "place", 2018) == []


def test_a_copy_is_one_even_if_both_years_miss_the_same_figure():
    table = rows(
        (2017, "a", 12, 30, None), (2018, "a", 12, 30, None), columns=("year", "place", "x", "y", "z")
    )
    assert history.copied(table, "place", 2018) == ["a"]


@pytest.mark.parametrize(
    ("value", "earlier", "far"),
    [
        (900, [12, 15, 14], True),  # a zero too many
        (20, [12, 15, 14], False),
        (1, [100, 101, 99, 100], True),
        (0, [2, 3, 1], False),  # small figures move
        (9, [0, 0, 0], True),  # more than 3.5 x 2
        (7, [0, 0, 0], False),
        (900, [12, 15], False),  # two years are no history
        (900, [12, None, 15], False),
        (None, [12, 15, 14], False),
        (188, [100, 100, 100], True),  # more than 3.5 x 25 above 100
        (187, [100, 100, 100], False),
    ],
)
def test_out_of_line_is_far_from_the_median_of_at_least_three_years(value, earlier, far):
    assert history.out_of_line(value, earlier) is far


def test_a_column_that_is_called_otherwise_is_named_with_both_names():
    table = pd.DataFrame(
        [
            (2019, "t", "a", "Karaoke dễ phát sinh"), (2020, "t", "a", "Karaoke dễ bị lợi dụng"),
            (2019, "t", "b", "Khác"), (2020, "t", "b", "KHÁC"), (2020, "t", "c", "Mới"),
        ],
        columns=["year", "table", "column", "called"],
    )  # fmt: skip
    assert history.called_otherwise(table, 2020) == [("t", "Karaoke dễ bị lợi dụng", "Karaoke dễ phát sinh")]


# --- on this year's boundaries ---

CITY, DISTRICT = "p/thanh-pho", "p/huyen"


def by_place(*records):
    table = pd.DataFrame(records, columns=["place", "type", "count"])
    return table.astype({"place": "string", "type": "string", "count": "Int64"})


def counts(table):
    return {
        (None if pd.isna(place) else place, kind): None if pd.isna(count) else int(count)
        for place, kind, count in table.itertuples(index=False)
    }


def test_places_that_became_one_are_added_up_and_one_from_another_unit_is_taken_over():
    before = Before({CITY: {"1": "1", "2": "1"}, DISTRICT: {"3": "3"}}, True, "")
    sent = {
        CITY: by_place(("1", "a", 4), ("1", "b", 1), ("2", "a", 2), ("2", "b", 0)),
        DISTRICT: by_place(("3", "a", 7), ("3", "b", 0), ("4", "a", 99), ("4", "b", 99)),
    }
    made = history.on_boundaries(sent, before, ["1", "3"])
    assert counts(made) == {("1", "a"): 6, ("1", "b"): 1, ("3", "a"): 7, ("3", "b"): 0}
    assert list(made.dtypes) == list(sent[CITY].dtypes)


def test_a_missing_part_makes_the_sum_of_merged_places_missing():
    before = Before({CITY: {"1": "1", "2": "1"}}, True, CITY)
    made = history.on_boundaries({CITY: by_place(("1", "a", 4), ("2", "a", None))}, before, ["1"])
    assert counts(made) == {("1", "a"): None}


@pytest.mark.parametrize("empty", [False, True])
def test_a_place_whose_unit_sent_nothing_is_missing_and_the_total_with_it(empty):
    before = Before({CITY: {"1": "1"}, DISTRICT: {"3": "3"}}, True, "")
    sent = {CITY: by_place(("1", "a", 4))} | ({DISTRICT: by_place()} if empty else {})
    made = history.on_boundaries(sent, before, ["1", "3"])
    assert counts(made) == {("1", "a"): 4, ("3", "a"): None}
    assert pd.isna(made["count"].sum(skipna=False))


def test_a_place_that_is_not_made_of_whole_ones_is_missing_and_the_total_with_it():
    before = Before({CITY: {"1": "1", "2": ""}}, False, "")
    made = history.on_boundaries({CITY: by_place(("1", "a", 4), ("2", "a", 5))}, before, ["1", "2"])
    assert counts(made) == {("1", "a"): 4, ("2", "a"): None}


def test_each_missing_place_stands_once_also_where_a_place_has_one_row():
    before = Before({CITY: {"1": "1", "2": "2", "3": ""}}, False, "")
    table = by_place(("1", "a", 4), ("2", "a", 5), ("3", "a", 5)).drop(columns="type")
    made = history.on_boundaries({CITY: table}, before, ["1", "2", "3", "4"])
    assert made["place"].tolist() == ["1", "2", "3", "4"]
    assert made["count"].isna().tolist() == [False, False, True, True]


def test_a_boundary_moved_inside_the_unit_leaves_its_total_and_only_that():
    before = Before({CITY: {"1": "1", "2": "", "3": ""}}, True, CITY)
    table = by_place(("1", "a", 4), ("2", "a", 5), ("3", "a", 6))
    made = history.on_boundaries({CITY: table}, before, ["1", "2", "3"])
    assert counts(made) == {("1", "a"): 4, (None, "a"): 11}


def test_a_table_without_places_is_comparable_only_on_the_same_area():
    table = pd.DataFrame({"line": ["x"], "value": [3]})
    same, other = Before({CITY: {"1": "1", "2": "1"}}, True, CITY), Before({CITY: {"1": "1"}}, True, "")
    assert history.on_boundaries({CITY: table}, same, ["1"])["value"].tolist() == [3]
    made = history.on_boundaries({CITY: table}, other, ["1"])
    assert made.empty
    assert list(made.columns) == ["line", "value"]


def test_a_code_that_was_given_to_another_place_takes_nothing_over():
    """03260 was Rạng Đông and is Pú Nhung, made of 03260, 03265 and 03271."""
    before = Before({DISTRICT: {"03260": "03260", "03265": "03260", "03271": "03260"}}, True, "")
    assert not before.unchanged
    sent = {DISTRICT: by_place(("03260", "a", 1), ("03265", "a", 2), ("03271", "a", 3))}
    assert counts(history.on_boundaries(sent, before, ["03260"])) == {("03260", "a"): 6}


# --- over the same time ---


@pytest.mark.parametrize(
    ("start", "cutoff", "start_before", "cutoff_before", "other"),
    [
        ("2019-12-15", "2020-12-14", "2018-12-15", "2019-12-14", False),  # a leap year is a day longer
        ("2019-12-15", "2020-11-30", "2018-12-15", "2019-12-14", True),
        ("2019-12-15", "2020-12-14", "2018-12-15", "2019-11-30", True),
        ("2019-12-15", "2020-11-15", "2018-12-15", "2019-11-15", False),  # both were taken as early
        ("2019-01-01", "2019-12-14", "2018-01-01", "2018-12-31", True),  # the period was changed
        ("2019-01-01", "2019-12-31", "2017-12-15", "2018-12-14", False),  # moved, but as long
    ],
)
def test_flows_are_compared_over_times_of_the_same_length(start, cutoff, start_before, cutoff_before, other):
    now, before = (
        Period(start=date.fromisoformat(a), end=date.fromisoformat(b), cutoff=date.fromisoformat(b))
        for a, b in ((start, cutoff), (start_before, cutoff_before))
    )
    assert history.other_period(now, before) is other
