"""Many units, one province: their indicators added up, and nothing that looks like the whole and is not.

A total is there only if every unit that has to report gave its figure; what those that did give add up to is kept
beside it as what it is (`partial`, of `given` units). A percentage is made from the two numbers of all units, never
from their percentages. Tables are those of `baocao.analysis.indicators` (`indicators.csv`), one row per code and place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from baocao.analysis.indicators import (
    COLUMNS,
    NUMBERS,
    Dictionary,
    Indicator,
    achieved,
    difference,
    exact,
    percent,
)

MORE = ("given", "partial", "expected")
"""Columns of a roll-up beside those that `indicators.csv` always has."""
UNFAIR = ("period", "boundaries", "types", "definition")
"""Why two years of a unit may not be compared (`why_not`), in the order in which one of several reasons is taken."""


def add_up(
    tables: Mapping[str, pd.DataFrame],
    expected: Collection[str],
    whole: str,
    dictionary: Dictionary,
    targets: pd.DataFrame,
    before: Mapping[str, pd.DataFrame] | None = None,
    expected_before: Collection[str] = (),
) -> pd.DataFrame:
    """The province's row for each indicator that some unit has, and the rows of the units, in the dictionary's order.

    `tables` are the units' indicators by the units' codes, `expected` the codes of all units that have to report,
    `whole` the province's code. `targets` has the columns code and target; those of percentages hold for the province
    as for its units, others for each unit by itself. The columns are those of `indicators.csv`, and of the province's
    rows `given` (how many units have the figure), `partial` (what those add up to; of no percentage), `expected` (how
    many have to report).

    What units had the year before is, as in their own tables, on this year's boundaries. Where one of them cannot say,
    because places came to it or left it, the whole had what all units of that year had: `before` are their tables of
    the year before, `expected_before` their codes. A count of places is not compared in this way.
    """
    rows, last = _by_code(tables), _by_code(before or {})
    places = [e.code for e in dictionary if e.unit in ("{part}", dictionary.words.get("part"))]
    aims = dict(zip(targets["code"], targets["target"], strict=True))
    found: list[dict[str, Any]] = []
    for entry in dictionary:
        of_units = {code: row[entry.code] for code, row in rows.items() if entry.code in row}
        if not of_units:
            continue
        if entry.adds_up:
            target = aims.get(entry.code) if entry.unit == "%" else None
            counts_places = entry.code in places or entry.numerator in places
            earlier = None if counts_places else _whole_before(entry, last, expected_before)
            found.append(_together(entry, of_units, rows, expected, whole, target, earlier))
        found += [of_units[code] for code in sorted(of_units)]
    frame = pd.DataFrame(found, columns=[*COLUMNS, *MORE])
    flags = {
        name: frame[name].fillna(value=False).astype(bool) for name in ("suppressed", "previous_suppressed")
    }
    numbers = dict.fromkeys((*NUMBERS, "given", "partial", "expected"), "Float64")
    return frame.assign(why_not=frame["why_not"].fillna(""), **flags).astype(numbers)


def over_years(series: Mapping[str, pd.DataFrame], code: str) -> pd.DataFrame:
    """An indicator's values by year (rows) and unit (columns, the codes of `series`), missing where a unit has none.

    `series` are the units' tables with the columns code, place, year, value.
    """
    by_unit = {
        unit: table[(table["code"] == code) & (table["place"] == unit)].set_index("year")["value"]
        for unit, table in series.items()
    }
    return pd.DataFrame({unit: values.astype("Float64") for unit, values in by_unit.items()}).sort_index()


def ranked(
    values: Mapping[str, float | None], *, highest_first: bool = True
) -> list[tuple[float, list[str]]]:
    """The values from one end to the other, each with the names that share it; what is missing is in no place."""
    known = {name: float(value) for name, value in values.items() if value is not None and not pd.isna(value)}
    order = sorted(set(known.values()), reverse=highest_first)
    return [(value, [name for name, own in known.items() if own == value]) for value in order]


def _together(
    entry: Indicator,
    of_units: Mapping[str, Mapping[str, Any]],
    rows: Mapping[str, Mapping[str, Mapping[str, Any]]],
    expected: Collection[str],
    whole: str,
    target: float | None,
    earlier: Fraction | None,
) -> dict[str, Any]:
    """The province's row of one indicator."""
    withheld = any(row.get("suppressed", False) for row in of_units.values())
    known = [row for row in of_units.values() if not pd.isna(row["value"])]
    complete = {code for code, row in of_units.items() if not pd.isna(row["value"])} >= set(expected)
    numerator = denominator = None
    if entry.denominator:
        both = {
            code: row
            for code, row in of_units.items()
            if not (pd.isna(row["numerator"]) or pd.isna(row["denominator"]))
        }  # also nothing of nothing: no share of the unit's own, and no gap in what all have together
        complete, shares = both.keys() >= set(expected), list(both.values())
        numerator, denominator = (_sum(row[name] for row in shares) for name in ("numerator", "denominator"))
        together = percent(numerator, denominator)
        above = _all_before(rows, entry.numerator, expected)
        below = _all_before(rows, entry.denominator, expected)
        if below is None and not any(entry.denominator in of_unit for of_unit in rows.values()):
            below = denominator  # what is counted by the table of units, as it is this year
        previous = percent(above, below)
        known = shares
    else:
        above = below = None
        together = _sum(row["value"] for row in known) if known else None
        previous = _all_before(rows, entry.code, expected)
    reasons = {str(row.get("why_not", "")) for row in of_units.values()}
    before = exact(previous, above, below)
    if before is None and earlier is not None:
        before, previous = earlier, float(earlier)
        reasons -= {"boundaries"}
    given = complete and not withheld
    value = together if given else None
    partial = together if not (withheld or entry.denominator) else None
    why_not = next((reason for reason in UNFAIR if reason in reasons), "")
    comparable = value is not None and previous is not None and not why_not
    first = next(iter(of_units.values()))
    now = exact(value, numerator, denominator)
    return {
        "code": entry.code, "name": entry.name, "unit_of_measure": entry.unit, "kind": entry.kind, "place": whole,
        "value": value,
        "numerator": numerator if given else None,
        "denominator": denominator if given else None,
        "previous": previous,
        "change": difference(now, before) if comparable else None,
        "target": target,
        "achieved": achieved(now, target),
        "comparable": comparable, "why_not": why_not,
        "illustrative": any(row["illustrative"] for row in of_units.values()),
        "sensitive": first["sensitive"],
        "suppressed": withheld,
        "previous_suppressed": any(row.get("previous_suppressed", False) for row in of_units.values()),
        "given": len(known), "partial": partial, "expected": len(expected),
    }  # fmt: skip


def _by_code(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, dict[str, Any]]]:
    """The units' own rows by the unit's code and the indicator's."""
    own = {code: table[table["place"] == code] for code, table in tables.items()}
    return {code: {str(row["code"]): row for row in table.to_dict("records")} for code, table in own.items()}


def _whole_before(
    entry: Indicator, rows: Mapping[str, Mapping[str, Mapping[str, Any]]], expected: Collection[str]
) -> Fraction | None:
    """What all units of the year before had; None if one of them had nothing, or there were none."""
    columns = ("numerator", "denominator") if entry.denominator else ("value",)
    found = [[rows.get(unit, {}).get(entry.code, {}).get(column) for unit in expected] for column in columns]
    if not expected or any(value is None or pd.isna(value) for values in found for value in values):
        return None
    sums = [_sum(values) for values in found]
    return exact(percent(*sums), *sums) if entry.denominator else exact(*sums)


def _all_before(
    rows: Mapping[str, Mapping[str, Mapping[str, Any]]], code: str, expected: Collection[str]
) -> float | None:
    """What all units together had the year before; None if one of them had nothing, or is not there."""
    before = [rows[unit][code]["previous"] if code in rows.get(unit, {}) else None for unit in expected]
    return None if any(value is None or pd.isna(value) for value in before) else _sum(before)


def _sum(values: Iterable[Any]) -> float:
    """The exact sum of decimal figures: 20.1 + 0.2 is 20.3."""
    return float(sum(Decimal(str(value)) for value in values))
