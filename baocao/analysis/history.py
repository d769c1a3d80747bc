"""A unit's figures against its own earlier ones: on which boundaries, over which time, and what looks wrong about them.

What looks wrong (copied from last year, out of line, called otherwise) is a question, never an error: last year's
figures may have come again. Pure functions on frames; what is asked about a table is said in `2_indicators`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from baocao.analysis.settings import Period
    from baocao.analysis.units import Before

FEWEST_YEARS = 3
"""Earlier years that there must be before a figure can be out of line with them."""
FARTHEST = 3.5
"""Modified z-score from which on a value is out of line (Iglewicz and Hoaglin, How to Detect and Handle Outliers)."""
SMALLEST_COPY = 10
"""Smaller figures than this come again by chance."""


def copied(table: pd.DataFrame, key: str, year: int) -> list[str]:
    """The rows of `year`, by their `key`, that hold the figures of the year before.

    `table` has the columns year and `key`; all its number columns are compared. A row counts as copied if at least two
    of its figures are not zero, one of them is not small, and none differs (Ninh Thuận printed 463 buổi and 9.100 lượt
    both for 2017 and for 2018).
    """
    figures = [name for name in table.select_dtypes("number").columns if name != "year"]
    now, before = (
        table[table["year"] == y].drop_duplicates(key).set_index(key)[figures] for y in (year, year - 1)
    )
    both = now.index.intersection(before.index)
    now, before = now.loc[both], before.loc[both]
    same = ((now == before) | (now.isna() & before.isna())).fillna(False).all(axis=1)
    telling = (now.fillna(0) != 0).sum(axis=1).ge(2) & now.fillna(0).ge(SMALLEST_COPY).any(axis=1)
    return sorted(both[(same & telling).to_numpy(dtype=bool)])


def out_of_line(value: float | None, earlier: Sequence[float | None]) -> bool:
    """Whether a value lies far from the unit's own earlier ones, of which there must be three.

    Far is `FARTHEST` times the median deviation from their median; that is taken as at least a quarter of the median,
    and two, so that figures which never moved may move.
    """
    known = pd.Series([v for v in earlier if not pd.isna(v)], dtype=float)
    if pd.isna(value) or len(known) < FEWEST_YEARS:
        return False
    middle = known.median()
    deviation = max(1.4826 * (known - middle).abs().median(), abs(middle) / 4, 2.0)
    return bool(abs(float(value) - middle) > FARTHEST * deviation)  # type: ignore[arg-type]


def called_otherwise(definitions: pd.DataFrame, year: int) -> list[tuple[str, str, str]]:
    """The columns that are called otherwise than the year before: their table, how now, how before.

    `definitions` has the columns year, table, column, called. A figure that is called otherwise may count something
    else ("dễ phát sinh", "dễ bị lợi dụng" and "có điều kiện" are three different sets of establishments).
    """
    called = definitions.groupby(["table", "column", "year"])["called"].agg(
        lambda names: "; ".join(sorted(set(names)))
    )
    found = []
    for table, column in sorted({(table, column) for table, column, _year in called.index}):
        now, before = (called.get((table, column, y)) for y in (year, year - 1))
        if now and before and now.casefold() != before.casefold():
            found.append((table, now, before))
    return found


def on_boundaries(sent: Mapping[str, pd.DataFrame], before: Before, places: Sequence[str]) -> pd.DataFrame:
    """A clean table of an earlier year as a unit would have sent it on its boundaries of now.

    `sent` are the tables of that year by the unit that sent them, one at least; `before` says what the unit was, and
    `places` are the codes of its places now. In a table with a column "place" the figures of places that became one are
    added up, a missing one makes their sum missing; a place that is not made of whole ones that sent their figures is
    missing, and with it every total, unless the unit as a whole is made of these: then what cannot be given to one
    place stands without a place, and counts in totals only. A table without places is comparable, and returned, only if
    one unit had exactly this area.
    """
    first = next(iter(sent.values()))
    if before.unchanged or "place" not in first.columns:
        return sent.get(before.same, first.iloc[:0])
    there = {unit: table for unit, table in sent.items() if unit in before.places and not table.empty}
    absent = {code for unit, codes in before.places.items() if unit not in there for code in codes.values()}
    whole = before.whole and not absent
    rows = pd.concat(
        [table.assign(place=table["place"].map(before.places[unit])) for unit, table in there.items()]
        or [first.iloc[:0]]
    )
    rows = rows[rows["place"].notna() & ~rows["place"].isin(absent) & ((rows["place"] != "") | whole)]
    figures = list(first.select_dtypes("number").columns)
    keys = [name for name in first.columns if name not in figures]
    summed = rows.groupby(keys, dropna=False)[figures].sum(skipna=False, min_count=1).reset_index()
    missing = [] if whole or summed.empty else [code for code in places if code not in set(summed["place"])]
    others = summed[keys].drop(columns="place")
    each = others.drop_duplicates() if len(keys) > 1 else others.iloc[:1]  # one row for each type, or one
    blank = each.merge(pd.Series(missing, name="place", dtype=object), how="cross")
    return (
        pd.concat([summed.replace({"place": {"": None}}), blank])[list(first.columns)]
        .astype(first.dtypes)
        .sort_values(keys, ignore_index=True)
    )


def other_period(now: Period, before: Period) -> bool:
    """Whether what two reports count as having happened did so in times of different length.

    The time begins with the period and ends with it, or with the day the figures were taken if that is earlier. A day
    more is a leap year's. It matters for flows alone: a stock is what there is on the last day.
    """
    days, days_before = ((each.cutoff - each.start).days for each in (now, before))
    return abs(days - days_before) > 1
