"""A unit's figures against its own earlier ones; expectations are worked out by hand."""

import pandas as pd
import pytest

from baocao.analysis import history


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
