"""Indicators: the dictionary that names them, the book a notebook writes them into, and the figures a report reads.

The computation itself stands in `2_indicators`, one line per code; this module keeps codes, years and places together,
compares with the year before, and writes the columns of `indicators.csv` (README, "Outputs").
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from baocao.analysis import vietnamese
from baocao.analysis.findings import inert
from baocao.errors import InputError, MisuseError, UsageError
from baocao.messages import Message, _

COLUMNS = (
    "code", "name", "unit_of_measure", "kind", "place", "value", "numerator", "denominator", "previous", "change",
    "target", "achieved", "comparable", "illustrative", "sensitive", "why_not", "previous_suppressed", "suppressed",
)  # fmt: skip
NUMBERS = ("value", "numerator", "denominator", "previous", "change", "target", "achieved")


@dataclass(frozen=True)
class Indicator:
    """One entry of the dictionary; `kind` is "stock" (the last value counts) or "flow" (values add over periods).

    `sum_of` are codes that add up to it, `within` is one of which it is a part, `hidden_with` one without which it is
    not published, `compared_at` those whose sum alone may be compared with a year in which they were not told apart;
    `source` are the clean tables it is computed from. What does not add up (`adds_up`) has no value for several units
    together: quarters in which each did something.
    """

    code: str
    name: str
    unit: str
    kind: str
    group: str
    sensitive: bool
    annex: bool
    numerator: str = ""
    denominator: str = ""
    adds_up: bool = True
    sum_of: tuple[str, ...] = ()
    within: str = ""
    hidden_with: str = ""
    compared_at: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The codes, and of a percentage the counts, that its entry names."""
        single = (self.within, self.hidden_with, self.numerator, self.denominator)
        return (*self.sum_of, *self.compared_at, *filter(None, single))


class Dictionary:
    """`data/indicators.toml`, by code, in the file's order; `groups` are the letters and names of its groups."""

    def __init__(
        self, groups: Mapping[str, str], entries: Iterable[Indicator], words: Mapping[str, str] | None = None
    ) -> None:
        self.groups = dict(groups)
        self.words = dict(words or {})
        self._entries = {entry.code: entry for entry in entries}

    @classmethod
    def load(cls, path: Path, words: Mapping[str, str]) -> Dictionary:
        """Read the dictionary; `InputError` names the file and the entry that cannot be used.

        `words` stand for what a name or a unit of measure holds in braces (`units.words_for`).
        """
        entries: list[Indicator] = []
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for raw in content["indicator"]:
            listed: dict[str, Any] = {n: tuple(raw.get(n, ())) for n in ("sum_of", "compared_at", "source")}
            try:
                entries.append(
                    Indicator(
                        code=raw["code"], name=_with_words(raw["name"], words),
                        unit=_with_words(raw["unit"], words), kind=raw["kind"], group=raw["group"],
                        sensitive=raw["sensitive"], annex=raw["annex"], adds_up=raw.get("adds_up", True),
                        **{name: raw.get(name, "") for name in ("numerator", "denominator", "within", "hidden_with")},
                        **listed,
                    )
                )  # fmt: skip
            except KeyError as error:
                raise InputError(
                    _(
                        "{file}: entry {code} has no {field}.",
                        file=path.name,
                        code=raw.get("code", "?"),
                        field=error.args[0],
                    ),
                    _("Complete the entry; compare with the others."),
                ) from None
        codes = [entry.code for entry in entries]
        if doubled := sorted({code for code in codes if codes.count(code) > 1}):
            raise InputError(
                _("{file}: the code {code} stands there twice.", file=path.name, code=doubled[0]),
                _("Give each indicator a code of its own."),
            )
        known = {*codes, *content.get("counts", {})}
        for entry in entries:
            if unknown := [name for name in entry.names if name not in known]:
                raise InputError(
                    _("{file}: entry {code} names {name}, which is not there.", file=path.name, code=entry.code,
                      name=unknown[0]),
                    _("Correct the code, or add its entry."),
                )  # fmt: skip
        return cls(content["groups"], entries, words)

    def __getitem__(self, code: str) -> Indicator:
        if code not in self._entries:
            raise UsageError(
                _("There is no indicator {code} in the dictionary.", code=code),
                _(
                    "Add it to data/indicators.toml, or use one of: {names}.",
                    names=", ".join(self.nearest(code)),
                ),
            )
        return self._entries[code]

    def nearest(self, code: str) -> list[str]:
        """The codes most like one that is not there; all of them if none is like it."""
        return difflib.get_close_matches(code, self._entries, n=3) or list(self._entries)

    def parts_and_wholes(self) -> list[tuple[str, str]]:
        """Which indicators count a part of what others count: never more than those."""
        sums = [(part, entry.code) for entry in self for part in entry.sum_of]
        return sums + [(entry.code, entry.within) for entry in self if entry.within]

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self._entries.values())

    def __contains__(self, code: object) -> bool:
        return code in self._entries


class Book:
    """The values of all indicators over the years compared, for a unit and its parts.

    `book["B1"] = series` takes a series by year (the unit itself) or by (year, place). A year without data is missing,
    never zero. Percentages are set with `share`, which keeps their two numbers.
    """

    def __init__(self, dictionary: Dictionary, unit_code: str, years: Iterable[int]) -> None:
        self.dictionary = dictionary
        self.unit_code = unit_code
        self.years = list(years)
        self._values: dict[tuple[str, str, int], float | None] = {}
        self._parts: dict[tuple[str, str, int], tuple[float | None, float | None]] = {}

    def __setitem__(self, code: str, series: pd.Series) -> None:
        self.dictionary[code]
        by_place = list(series.index.names) == ["year", "place"]
        if not by_place and list(series.index.names) != ["year"]:
            raise MisuseError(
                _("{code}: the index must be year, or year and place; it is: {names}.", code=code,
                  names=", ".join(str(name) for name in series.index.names)),
                _("Group the table by 'year', or by 'year' and 'place', before you set the indicator."),
            )  # fmt: skip
        for label, value in series.items():
            year, place = label if by_place else (label, self.unit_code)
            if year not in self.years:
                raise MisuseError(
                    _("{code}: {year} is none of the years compared: {years}.", code=code, year=year,
                      years=", ".join(map(str, self.years))),
                    _("Take the rows of these years only, before you set the indicator."),
                )  # fmt: skip
            self._values[code, place, year] = None if pd.isna(value) else float(value)

    def __getitem__(self, code: str) -> pd.Series:
        """The unit's own values of an indicator, by year; a year in which it was not set is not there."""
        self.dictionary[code]
        years = [year for year in self.years if (code, self.unit_code, year) in self._values]
        values = [self._values[code, self.unit_code, year] for year in years]
        return pd.Series(
            values, index=pd.Index(years, name="year", dtype="int64"), dtype="Float64", name=code
        )

    def share(self, code: str, numerator: pd.Series, denominator: pd.Series) -> None:
        """Set a percentage from its two numbers, both by year, for the years of both.

        Nothing over zero is missing, not zero.
        """
        if not (self.dictionary[code].numerator and self.dictionary[code].denominator):
            raise MisuseError(
                _(
                    "{code} is no percentage: the dictionary gives it no numerator and denominator.",
                    code=code,
                ),
                _(
                    "Set it as book['{code}'] = ..., or complete its entry in data/indicators.toml.",
                    code=code,
                ),
            )
        for year in (y for y in self.years if y in numerator.index and y in denominator.index):
            above, below = (None if pd.isna(s[year]) else float(s[year]) for s in (numerator, denominator))
            self._values[code, self.unit_code, year] = percent(above, below)
            self._parts[code, self.unit_code, year] = (above, below)

    def receive(self, year: int, values: Mapping[str, float | None], counts: Mapping[str, float]) -> None:
        """Take a year's values for the whole unit as they are, in place of whatever was computed for that year.

        `counts` are what percentages have below the line that is no indicator, by name: the number of parts.
        """
        for kept in (self._values, self._parts):
            for key in [key for key in kept if key[2] == year]:
                del kept[key]
        given = {
            code: None if value is None or pd.isna(value) else float(value) for code, value in values.items()
        }
        for code, value in given.items():
            entry = self.dictionary[code]
            self._values[code, self.unit_code, year] = value
            if entry.denominator:
                numbers = given.get(entry.numerator), (given | dict(counts)).get(entry.denominator)
                self._parts[code, self.unit_code, year] = numbers

    def table(
        self,
        year: int,
        targets: pd.DataFrame,
        real: Iterable[str] | None,
        unfair: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """One row per indicator and place for `year`, in the columns of `indicators.csv`.

        `targets` has the columns code and target for this year. `real` are the codes whose value for the whole unit is
        not illustrative; None means that nothing is. `change` is value minus previous, in the indicator's unit
        (percentage points for a percentage); `achieved` is the value in percent of the target. `unfair` says of codes
        why their comparison with the year before is not fair; it stands in `why_not` where there is a comparison.
        """
        target_of = dict(zip(targets["code"], targets["target"], strict=True))
        rows = []
        for entry in self.dictionary:
            places = sorted({place for code, place, y in self._values if code == entry.code and y == year})
            for place in sorted(places, key=lambda p: (p != self.unit_code, p)):
                value = self._values[entry.code, place, year]
                previous = self._values.get((entry.code, place, year - 1))
                above, below = self._parts.get((entry.code, place, year), (None, None))
                now = exact(value, above, below)
                before = exact(previous, *self._parts.get((entry.code, place, year - 1), (None, None)))
                target = target_of.get(entry.code) if place == self.unit_code else None
                invented = real is not None and (entry.code not in real or place != self.unit_code)
                both = value is not None and previous is not None
                why_not = (unfair or {}).get(entry.code, "") if both else ""
                rows.append(
                    {
                        "code": entry.code, "name": entry.name, "unit_of_measure": entry.unit, "kind": entry.kind,
                        "place": place, "value": value, "numerator": above, "denominator": below, "previous": previous,
                        "change": difference(now, before),
                        "target": target,
                        "achieved": achieved(now, target),
                        "comparable": both and not why_not, "illustrative": invented,
                        "sensitive": entry.sensitive, "why_not": why_not, "previous_suppressed": False,
                        "suppressed": False,
                    }
                )  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        return frame.astype(dict.fromkeys(NUMBERS, "Float64"))

    def series(self) -> pd.DataFrame:
        """All values as code, place, year, value, suppressed, for charts over the years."""
        rows = [(code, place, year, value) for (code, place, year), value in sorted(self._values.items())]
        frame = pd.DataFrame(rows, columns=["code", "place", "year", "value"]).astype({"value": "Float64"})
        return frame.assign(suppressed=False)


def _with_words(text: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: words.get(match[1], match[0]), text)


def to_csv(table: pd.DataFrame) -> str:
    """`indicators.csv`: whole numbers without a point, missing ones blank, true and false as words."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in table[list(COLUMNS)].itertuples(index=False):
        writer.writerow([_plain(value) for value in row])
    return "\ufeff" + text.getvalue()


class Figures:
    """What the prose of a report reads: `figures("B1")` is the value as Vietnamese prose writes it (04, 1.234, 84,2%).

    A name is an indicator code; `.previous`, `.change` or `.target` may follow it, and then a format after a colon:
    `:bang` as a table writes it (4), `:0` to `:3` with so many decimals, and after `.change` `:loi` in words (tăng 02
    cơ sở so với cùng kỳ năm trước). It is looked up, never executed. An unknown name is a `UsageError` with the
    nearest ones; a missing value reads "chưa có số liệu", one that is not published "không công bố".
    """

    FIELDS = ("previous", "change", "target")
    FORMATS = ("bang", "loi", "0", "1", "2", "3")

    def __init__(self, table: pd.DataFrame, unit_code: str) -> None:
        own = table[table["place"] == unit_code]
        self._rows = {str(row.code): row for row in own.itertuples(index=False)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def number(self, name: str) -> float | None:
        """The number behind a name; None if it is missing or not published."""
        row, field = self._find(name)
        value = getattr(row, field)
        return None if pd.isna(value) or self.suppressed(name) else float(value)

    def suppressed(self, name: str) -> bool:
        """Whether the number behind a name is there but not published; a change is not if one of its two is not."""
        row, field = self._find(name)
        hidden = {"value": row.suppressed, "previous": row.previous_suppressed, "target": False}
        return bool(hidden.get(field, row.suppressed or row.previous_suppressed))

    def why_not(self, code: str) -> str:
        """Why an indicator is not compared fairly with the year before; empty if it is."""
        return str(self._find(code)[0].why_not)

    def two_numbers(self, code: str) -> tuple[float, float] | None:
        """The two numbers of a percentage; None if it is none, or one of them is missing or not published."""
        row, _field = self._find(code)
        if pd.isna(row.numerator) or pd.isna(row.denominator) or row.suppressed:
            return None
        return float(row.numerator), float(row.denominator)

    def unit(self, code: str) -> str:
        """The unit of measure of an indicator."""
        return str(self._find(code)[0].unit_of_measure)

    def __call__(self, name: str) -> str:
        """The value behind a name as Vietnamese prose writes it, or in the format that the name asks for."""
        name, _colon, form = name.partition(":")
        row, field = self._find(name)
        if form and (form not in self.FORMATS or (form == "loi" and field != "change")):
            raise UsageError(
                _("There is no format {format} for {name}.", format=form, name=name),
                _("The formats are: {names}; loi only after .change.", names=", ".join(self.FORMATS)),
            )
        value = self.number(name)
        if value is None:
            return "không công bố" if self.suppressed(name) else "chưa có số liệu"
        unit = vietnamese.POINTS if row.unit_of_measure == "%" else str(row.unit_of_measure)
        if form == "loi" and row.why_not not in ("", "period"):
            return "không so sánh được với cùng kỳ năm trước"
        if form == "loi":
            rounded = 1 if row.unit_of_measure == "%" else None
            uneven = "năm trước, kỳ số liệu hai năm không bằng nhau"
            since = uneven if row.why_not == "period" else "cùng kỳ năm trước"
            return vietnamese.change_in_words(row.value, row.previous, unit, since, rounded)
        decimals = int(form) if form.isdigit() else None
        if row.unit_of_measure == "%":  # the change of a percentage is no percentage
            share = (
                vietnamese.percent(value) if decimals is None else f"{vietnamese.number(value, decimals)}%"
            )
            return f"{share.removesuffix('%')} {unit}" if field == "change" else share
        return vietnamese.number(value, decimals) if form else vietnamese.count(value)

    def _nearest(self, name: str) -> Message:
        """The names that a person may have meant, whatever the case of the letters."""
        names = {n.upper(): n for c in self._rows for n in (c, *(f"{c}.{field}" for field in self.FIELDS))}
        inside = re.search(r'"(.+)"', name.upper())  # so("B1") in a narrative
        tried = [
            inside[1] if inside else "",
            *difflib.get_close_matches(name.upper(), names, n=3, cutoff=0.4),
        ]
        if near := [names[n] for n in dict.fromkeys(tried) if n in names][:3]:
            return _("The nearest are: {names}.", names=", ".join(near))
        example = next(iter(self._rows), "B1")
        return _(
            "Write a code of data/indicators.toml and nothing else, for example {example}.", example=example
        )

    def _find(self, name: str) -> tuple[Any, str]:
        """The row of `indicators.csv` that a name means, and the column."""
        code, _dot, field = name.rpartition(".")
        if field not in self.FIELDS:
            code, field = name, "value"
        if code not in self._rows:
            raise UsageError(
                _("There is no indicator {code} for this unit and year.", code=name), self._nearest(name)
            )
        return self._rows[code], field


def load_targets(path: Path, dictionary: Dictionary) -> pd.DataFrame:
    """`data/targets.csv`: one row per province, year and code, target as a number.

    Raises `InputError` for a missing column and, naming the row, for a code that the dictionary does not have, a target
    that is no number, or a second row for the same province, year and code.
    """
    table = pd.read_csv(path, dtype="string", keep_default_na=False, encoding="utf-8-sig")
    if missing := [
        name for name in ("province", "year", "code", "target", "unit", "wording") if name not in table
    ]:
        raise InputError(
            _("{file} has no column {name}.", file=path.name, name=missing[0]),
            _("Keep the columns of the file as they were, separated by commas."),
        )
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(table.to_dict("records"), start=2):
        key = (row["province"], row["year"], row["code"])
        if row["code"] not in dictionary or key in seen or not _is_number(row["target"]):
            raise InputError(
                _(
                    "{file}, row {row}: {value} cannot be used.",
                    file=path.name,
                    row=number,
                    value="; ".join(map(str, key)),
                ),
                _(
                    "Give each province, year and known code one row, and the target as a number like 100 or 12.5."
                ),
            )
        seen.add(key)
    table["wording"] = [_with_words(text, dictionary.words) for text in table["wording"]]
    return table.astype({"year": "Int64", "target": "Float64"})


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def percent(numerator: float | None, denominator: float | None) -> float | None:
    """The number nearest to a share in percent: 14 of 25 is 56, not 56.00000000000001; missing over zero."""
    if numerator is None or not denominator:
        return None
    return float(Fraction(str(numerator)) * 100 / Fraction(str(denominator)))


def exact(
    value: float | None, numerator: float | None = None, denominator: float | None = None
) -> Fraction | None:
    """A figure without rounding: the decimal it is written as, a percentage from its two numbers if they give it."""
    if value is None:
        return None
    if numerator is not None and denominator and percent(numerator, denominator) == value:
        return Fraction(str(numerator)) * 100 / Fraction(str(denominator))
    return Fraction(str(value))


def difference(now: Fraction | None, before: Fraction | None) -> float | None:
    """The number nearest to the difference of two figures: 20.1 - 20.0 is 0.1."""
    return None if now is None or before is None else float(now - before)


def achieved(now: Fraction | None, target: float | None) -> float | None:
    """The number nearest to a figure in percent of its target."""
    return None if now is None or not target else float(now * 100 / Fraction(str(target)))


def _plain(value: object) -> str:
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return "true" if value else "false"
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(float(value))
    return inert(str(value))
