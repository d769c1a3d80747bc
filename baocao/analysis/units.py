"""Administrative units: their names, codes and dates, what they are parts of, and how offices write them.

A code alone names no unit: many were given to another unit on 2025-07-01. A unit is its code and its first day, or,
where nobody knows that day, the first list of the country's units that it is in. The table is `baocao/units/units.csv`
(what it is made of: README.md there); `units.csv` in a province's data folder adds to it and replaces rows of it.
"""

from __future__ import annotations

import csv
import difflib
import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from baocao.analysis.vietnamese import deaccent, new_tone_to_old, nfc, slug, slug_each
from baocao.errors import InputError, MisuseError, UsageError
from baocao.messages import Message, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TABLE = Path(__file__).parents[1] / "units" / "units.csv"
COLUMNS = (
    "code", "name", "type", "named_after", "level", "parent_code", "province", "valid_from", "valid_to",
    "successor_code", "folder", "seen", "source", "doubt",
)  # fmt: skip
STATES = ("2023-04", "2025-03", "2025-07")
"""The months of which the package's table holds all units of the country."""
OWN_COLUMNS = tuple(name for name in COLUMNS if name not in ("folder", "seen"))
"""Those of a province's own table."""
DISTRICTS_ENDED = date(2025, 7, 1)
"""From this day on there is no district level: communes answer to the province, and report."""

# How offices write a unit's type before its name, folded (see `_fold`); in the order in which reports list them.
TYPES = {
    "xã": r"xã|x(?=\.)",
    "phường": r"phường|p(?=\.)",
    "thị trấn": r"thị trấn|t\.?\s?t",
    "đặc khu": r"đặc khu",
    "huyện": r"huyện|h(?=\.)",
    "quận": r"quận|q(?=\.)",
    "thị xã": r"thị xã|t\.?\s?x",
    "thành phố": r"thành phố|t\.?\s?p",
    "tỉnh": r"tỉnh",
}
_PREFIXES = tuple(f"{slug(kind)}-" for kind in TYPES)
_ALLOWED = {
    "level": ("commune", "district", "province"),
    "type": tuple(TYPES),
    "named_after": ("", "number", "person", "event"),
}


@dataclass(frozen=True)
class Unit:
    """One unit while it existed; a date that no source gives is None.

    `province` is the province's folder name and `type` the kind in small letters ("huyện"); `named_after` is
    "number", "person" or "event" where the name is one of these, else "". `folder` is the unit's own folder name where
    kind and name would not tell it from another unit. `seen` are the months of the lists that the unit is in.
    `successor_codes` are the units that have its area since it ended: one took over all of it, or several divided it.
    """

    code: str
    name: str
    type: str
    named_after: str
    level: str
    parent_code: str
    province: str
    valid_from: date | None
    valid_to: date | None
    successor_codes: tuple[str, ...]
    folder: str
    seen: tuple[str, ...]
    source: str
    doubt: str

    @property
    def path(self) -> str:
        """The unit's folder: dien-bien/huyen-tuan-giao; a province's own is dien-bien/_tinh."""
        return (
            f"{self.province}/{'_tinh' if self.level == 'province' else self.folder or slug(self.full_name)}"
        )

    @property
    def full_name(self) -> str:
        """Type and name in running text: huyện Tuần Giáo, but Phường Điện Biên Phủ, Quận 1.

        The type takes a capital where the name is a number, a person or an event (Nghị định 30/2020/NĐ-CP,
        Phụ lục II, III.1).
        """
        return f"{_capital(self.type) if self.named_after else self.type} {self.name}"

    @property
    def title_name(self) -> str:
        """The full name where a line or a cell begins: Huyện Tuần Giáo."""
        return _capital(self.full_name)

    def exists_on(self, day: date) -> bool:
        """Whether the unit existed on a day, or may have: a date that no source gives is no limit.

        But a unit that is not in the list of a month did not exist then, nor on the far side of it.
        """
        if (self.valid_from and day < self.valid_from) or (self.valid_to and self.valid_to < day):
            return False
        if self.valid_from and self.valid_to:
            return True
        month = f"{day:%Y-%m}"
        before, after = self._lists_without_it
        return bool(self.valid_from or before < month) and bool(self.valid_to or month < after)

    def may_be_missing_on(self, day: date) -> bool:
        """Whether a unit with `exists_on(day)` may not have existed: between a list with it and one without."""
        if self.valid_from and self.valid_to:
            return False
        month = f"{day:%Y-%m}"
        before, after = self._lists_without_it
        return (not self.valid_from and before != _NEVER and month < self.seen[0]) or (
            not self.valid_to and after != _EVER and self.seen[-1] < month
        )

    @functools.cached_property
    def _lists_without_it(self) -> tuple[str, str]:
        """The months of the last list before the unit was seen and of the first after."""
        if not self.seen:
            return _NEVER, _EVER
        return (
            max((month for month in STATES if month < self.seen[0]), default=_NEVER),
            min((month for month in STATES if month > self.seen[-1]), default=_EVER),
        )


_NEVER, _EVER = "", "9999-99"


# ----------------------------------------------------------------------------------------------------------
# The table
# ----------------------------------------------------------------------------------------------------------


def load(data_dir: Path | None = None) -> tuple[Unit, ...]:
    """All units known: the package's, and those in `<data_dir>/<province>/units.csv`.

    Raises `InputError` naming file and row for a value that cannot be, or a code and first day given twice.
    """
    known = _known(data_dir)
    return tuple(unit for province in known.provinces for unit in known.of(province))


def around(province: str, data_dir: Path | None = None) -> list[Unit]:
    """The units of a province, and the districts and provinces of the others: what its reports may name."""
    return _known(data_dir).around(province)


def _known(data_dir: Path | None) -> _Known:
    own = sorted(data_dir.glob("*/units.csv")) if data_dir else []
    return _together(tuple((table, table.stat().st_mtime_ns) for table in [TABLE, *own]))


@functools.lru_cache(maxsize=8)
def _together(tables: tuple[tuple[Path, int], ...]) -> _Known:
    """The units of several tables; read again only if a file changed, because a run resolves thousands of names."""
    return _Known(_lines(tables[0][1]), [table for table, _changed in tables[1:]])


@functools.lru_cache(maxsize=2)
def _lines(_changed: int) -> tuple[str, ...]:
    """The lines of the package's table.

    Only those of one province are taken apart and made units: all 15,000 would take longer than to start the program.
    No line holds a line break, and no field before the last two a comma or a quotation mark: a test reads them all.
    """
    return tuple(TABLE.read_text(encoding="utf-8").splitlines()[1:])


class _Known:
    """All units: those of the package's table, and those of the provinces' own tables, which replace some of them."""

    def __init__(self, lines: Sequence[str], tables: Iterable[Path]) -> None:
        self._lines = lines
        self._own = {table.parent.name: _read(table) for table in tables}
        self._units: dict[str, tuple[Unit, ...]] = {}
        self._named: dict[str, dict[str, list[Unit]]] = {}
        self._nearest: dict[str, list[Unit]] = {}
        self._coded: dict[str, dict[str, list[Unit]]] = {}
        self._below: dict[str, dict[str, list[Unit]]] = {}
        self._leading: dict[str, dict[str, list[Unit]]] = {}
        self._days: dict[str, list[date]] = {}
        self._lost: dict[tuple[tuple[str, str], date, date], bool] = {}
        self._heirs: dict[tuple[Unit, date], frozenset[Unit] | None] = {}
        self._refuse_codes_given_twice()

    @functools.cached_property
    def provinces(self) -> list[str]:
        """The folder names of all provinces."""
        return sorted({line.split(",", 7)[6] for line in self._lines if line} | set(self._own))

    def of(self, province: str) -> tuple[Unit, ...]:
        """The units of a province: the package's, but for those that the province's own table has, and its own."""
        if province not in self._units:
            own = self._own.get(province, ())
            by_code: dict[str, list[Unit]] = {}
            for unit in own:
                by_code.setdefault(unit.code, []).append(unit)
            rows = csv.reader(line for line in self._lines if f",{province}," in line)
            packaged = (_packaged(row) for row in rows if row[6] == province)
            kept = (u for u in packaged if not any(_replaces(mine, u) for mine in by_code.get(u.code, ())))
            self._units[province] = (*kept, *own)
        return self._units[province]

    def around(self, province: str) -> list[Unit]:
        """The units of a province, and those of the others that are no communes."""
        rows = csv.reader(line for line in self._lines if ",commune," not in line)
        others = [*(_packaged(row) for row in rows), *(u for own in self._own.values() for u in own)]
        return [
            *self.of(province), *(u for u in others if u.province != province and u.level != "commune"),
        ]  # fmt: skip

    def called(self, text: str) -> list[Unit]:
        """The units that a text names: in the province before its slash, or in any."""
        province, _slash, name = text.strip().strip("/").rpartition("/")
        key = name if name == "_tinh" else slug(name)
        provinces = [slug(province)] if province else sorted(self._provinces_with(key))
        return [
            unit for each in provinces for unit in self._by_name(each).get(key, ()) if _is_called(unit, text)
        ]

    def with_codes(self, codes: Iterable[str]) -> list[Unit]:
        """The units that have, or had, one of the codes, in the order of province and code."""
        found = [unit for code in set(codes) for unit in self._with_code(code)]
        return sorted(found, key=lambda unit: (unit.province, unit.code))

    def _with_code(self, code: str) -> Iterator[Unit]:
        for province in self._provinces_by_code.get(code, set()) | set(self._own):
            if province not in self._coded:
                self._coded[province] = {}
                for unit in self.of(province):
                    self._coded[province].setdefault(unit.code, []).append(unit)
            yield from self._coded[province].get(code, ())

    @functools.cached_property
    def _provinces_by_code(self) -> dict[str, set[str]]:
        """The provinces of the package's table that have, or had, a unit with a code."""
        found: dict[str, set[str]] = {}
        for fields in (line.split(",", 7) for line in self._lines if line):
            found.setdefault(fields[0], set()).add(fields[6])
        return found

    def nearest(self, text: str) -> list[Unit]:
        """The units whose names are most like a text that names none; those that report on some year first."""
        if text not in self._nearest:  # a run asks once for each year
            before, _slash, name = text.strip().strip("/").rpartition("/")
            province, wanted = slug(before), slug(name)
            if province in self.provinces:
                near = difflib.get_close_matches(wanted, self._by_name(province), n=4)
                near = [f"{province}/{key}" for key in near]
            else:
                bare = min((wanted.removeprefix(prefix) for prefix in _PREFIXES), key=len)
                own = (slug(unit.name) for units in self._own.values() for unit in units)
                near = difflib.get_close_matches(bare, {*self._by_bare_name, *own}, n=4)
            units = [unit for key in near for unit in self.called(key)]
            units.sort(key=lambda unit: unit.level == "commune" and unit.valid_from is None)
            self._nearest[text] = units
        return self._nearest[text]

    def below(self, province: str, code: str, day: date) -> list[Unit]:
        """The units right below that with a code on a day, in code order."""
        if province not in self._below:
            self._below[province] = {}
            for unit in sorted(self.of(province), key=lambda unit: unit.code):
                self._below[province].setdefault(unit.parent_code, []).append(unit)
        return [unit for unit in self._below[province].get(code, ()) if unit.exists_on(day)]

    def lost_one(self, parent: tuple[str, str], first: date, day: date) -> bool:
        """Whether a place right below a unit is gone on a later day, and nobody knows into which others."""
        if (parent, first, day) not in self._lost:
            places = (unit for unit in self.below(*parent, first) if unit.level == "commune")
            lost = any(self.heirs(unit, day) is None for unit in places)
            self._lost[parent, first, day] = lost
        return self._lost[parent, first, day]

    def unchanged(self, province: str, first: date, last: date) -> bool:
        """Whether no unit of a province is known to have begun or ended after one day and until another."""
        if province not in self._days:
            ends = {unit.valid_to + timedelta(days=1) for unit in self.of(province) if unit.valid_to}
            self._days[province] = sorted(ends | {u.valid_from for u in self.of(province) if u.valid_from})
        return not any(first < day <= last for day in self._days[province])

    def sources(self, place: Unit, day: date) -> frozenset[Unit] | None:
        """The units of an earlier day of which a place was made, wholly or in part; None if they are not known."""
        ended = [unit for unit in self._led_to(place.code) if unit.valid_to and unit.valid_to >= day]
        found = [
            self.sources(unit, day)
            for unit in ended
            if unit.valid_to and place.exists_on(unit.valid_to + timedelta(days=1))
        ]
        if place.exists_on(day):
            found.append(None if place.may_be_missing_on(day) else frozenset({place}))
        return frozenset().union(*filter(None, found)) if found and all(found) else None

    def heirs(self, place: Unit, day: date) -> frozenset[Unit] | None:
        """The units that have the area of a place on a later day; None if they are not known."""
        if (place, day) not in self._heirs:
            self._heirs[place, day] = self._followed(place, day)
        return self._heirs[place, day]

    def _followed(self, place: Unit, day: date) -> frozenset[Unit] | None:
        if place.exists_on(day):
            return None if place.may_be_missing_on(day) else frozenset({place})
        if not place.valid_to:
            return None
        next_day = place.valid_to + timedelta(days=1)
        after = [unit for unit in self.with_codes(place.successor_codes) if unit.exists_on(next_day)]
        found = [self.heirs(unit, day) for unit in after]
        complete = {unit.code for unit in after} == set(place.successor_codes)
        return frozenset().union(*filter(None, found)) if found and all(found) and complete else None

    def _led_to(self, code: str) -> Iterator[Unit]:
        """The units that ended and have their area, or a part of it, in a unit with a code since."""
        for province in sorted(self._provinces_leading_to.get(code, ())):
            if province not in self._leading:
                self._leading[province] = {}
                for unit in self.of(province):
                    for heir in unit.successor_codes:
                        self._leading[province].setdefault(heir, []).append(unit)
            yield from self._leading[province].get(code, ())

    @functools.cached_property
    def _provinces_leading_to(self) -> dict[str, set[str]]:
        """The provinces with units that ended, by the codes of those that have their areas since."""
        found: dict[str, set[str]] = {}
        for fields in (line.split(",", 10) for line in self._lines if line):
            for code in fields[9].split():
                found.setdefault(code, set()).add(fields[6])
        for unit in (unit for units in self._own.values() for unit in units):
            for code in unit.successor_codes:
                found.setdefault(code, set()).add(unit.province)
        return found

    def _by_name(self, province: str) -> dict[str, list[Unit]]:
        """The units of a province by the last part of what a person may call them."""
        if province not in self._named:
            self._named[province] = {}
            for unit in self.of(province):
                bare = slug(unit.name)
                full = f"{slug(unit.type)}-{bare}"
                for name in {bare, full, unit.folder or ("_tinh" if unit.level == "province" else full)}:
                    self._named[province].setdefault(name, []).append(unit)
        return self._named[province]

    def _provinces_with(self, name: str) -> set[str]:
        """The provinces that may have a unit of a name, which is a slug with or without a type."""
        bare = {name, *(name.removeprefix(prefix) for prefix in _PREFIXES)}
        return set(self._own).union(*(self._by_bare_name.get(each, ()) for each in bare))

    @functools.cached_property
    def _by_bare_name(self) -> dict[str, set[str]]:
        """The provinces by the slugs of the names, and by the folders, of their units."""
        rows = [line.split(",", 11) for line in self._lines if line]
        names = sorted({row[1] for row in rows})
        slugs = dict(zip(names, slug_each(names), strict=True))
        found: dict[str, set[str]] = {}
        for row in rows:
            for key in filter(None, (slugs[row[1]], row[10])):
                found.setdefault(key, set()).add(row[6])
        return found

    def _refuse_codes_given_twice(self) -> None:
        """Raise the `InputError` of a code that a province's own table gives twice, or takes from another province."""
        by_code: dict[str, dict[date | None, Unit]] = {}
        for unit in (unit for units in self._own.values() for unit in units):
            if by_code.setdefault(unit.code, {}).setdefault(unit.valid_from, unit) is not unit:
                raise _given_twice(unit)
        for line in self._lines if by_code else ():
            for mine in by_code.get(line.partition(",")[0], {}).values():
                packaged = _packaged(next(csv.reader([line])))
                if mine.province != packaged.province and _replaces(mine, packaged):
                    raise _given_twice(mine)


def _packaged(row: Sequence[str]) -> Unit:
    """The unit of a row of the package's table, which a test has checked."""
    return _made(dict(zip(COLUMNS, row, strict=True)))


def _made(values: Mapping[str, str]) -> Unit:
    first, last = (date.fromisoformat(t) if t else None for t in (values["valid_from"], values["valid_to"]))
    return Unit(
        **{name: values[name] for name in COLUMNS[:7]},
        valid_from=first,
        valid_to=last,
        successor_codes=tuple(values["successor_code"].split()),
        folder=values.get("folder", ""),
        seen=tuple(values.get("seen", "").split()),
        source=values["source"],
        doubt=values["doubt"],
    )


def _replaces(own: Unit, packaged: Unit) -> bool:
    """Whether a province's own row stands for a row of the package's: same code, in a list that this one is in."""
    months = (date.fromisoformat(f"{month}-01") for month in packaged.seen)
    return own.code == packaged.code and any(own.exists_on(day) for day in months)


def _given_twice(unit: Unit) -> InputError:
    return InputError(
        _(
            "{file}: code {code} is given twice for one time.",
            file=f"{unit.province}/units.csv",
            code=unit.code,
        ),
        _("Give each unit its own code; a code may return with a later valid_from."),
    )


def _read(table: Path) -> tuple[Unit, ...]:
    """The units in a province's own table."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, restval=""))
    except (UnicodeDecodeError, csv.Error):
        raise InputError(
            _("{file} is not a CSV file in UTF-8.", file=_shown(table)),
            _("Save it in Excel as CSV UTF-8."),
        ) from None
    units = tuple(_unit(row, f"{_shown(table)}, {number}") for number, row in enumerate(rows, start=2))
    for unit in units:
        if unit.province != table.parent.name:
            raise _unusable(_shown(table), f"province = “{unit.province}”")
    return units


def _unit(row: Mapping[str, str], place: str) -> Unit:
    if set(row) != set(OWN_COLUMNS):
        raise _unusable(place, ", ".join(str(name) for name in set(row) ^ set(OWN_COLUMNS)))
    values = {name: nfc(text.strip()) for name, text in row.items()}
    for name, allowed in _ALLOWED.items():
        if values[name] not in allowed:
            raise _unusable(place, f"{name} = “{values[name]}”")
    for name in ("code", "name", "province"):
        if not values[name]:
            raise _unusable(place, f"{name} = “”")
    try:
        return _made(values)
    except ValueError:
        days = (f"{name} = “{values[name]}”" for name in ("valid_from", "valid_to") if values[name])
        raise _unusable(place, ", ".join(days)) from None


def _unusable(place: str, why: str) -> InputError:
    return InputError(
        _("{place}: not a unit's row: {why}", place=place, why=why),
        _("The columns are {names}; dates are written 2025-06-30.", names=", ".join(OWN_COLUMNS)),
    )


def _shown(table: Path) -> str:
    """The table's place without the machine's folders."""
    return "/".join(table.parts[-2:])


# ----------------------------------------------------------------------------------------------------------
# From a name to a unit, from a unit to its parts
# ----------------------------------------------------------------------------------------------------------


def report_day(year: int) -> date:
    """The last day of the yearly period that bears a year (NĐ 09/2019/NĐ-CP, Điều 12: 14 December)."""
    return date(year, 12, 14)


def resolve(text: str, year: int, data_dir: Path | None = None) -> Unit:
    """The unit a person means for the report of a year: dien-bien/huyen-tuan-giao, tuan-giao, Tuần Giáo.

    A name that units of several levels share means the one that reports: the district to 2024, the commune from
    2025 on; one that several provinces share means the unit with a folder in `data_dir`. Raises `UsageError` that
    lists the units if several fit, the nearest names if none does, and the successors of a unit that ended before the
    period did.
    """
    known, day = _known(data_dir), report_day(year)
    called = known.called(text)
    existing = [unit for unit in called if unit.exists_on(day)]
    reporting = "district" if day < DISTRICTS_ENDED else "commune"
    fitting = [unit for unit in existing if unit.level == reporting] or existing
    if data_dir and len(fitting) > 1:
        fitting = [unit for unit in fitting if (data_dir / unit.path).is_dir()] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise _not_then(called, year, known) if called else _unknown(text, known)
    paths = sorted({unit.path for unit in fitting})
    if len(paths) == 1 and any(unit.may_be_missing_on(day) for unit in fitting):
        raise _not_known(fitting[0], year, fitting)
    raise UsageError(
        _("'{text}' may be several units: {names}.", text=text, names=_some(paths)),
        _("Write one of these instead."),
    )


def refuse_ended(text: str, year: int, data_dir: Path | None = None) -> None:
    """Raise the `UsageError` of a unit that a text may mean and that ended within a year.

    For a name that a unit and one of its successors share (huyện and xã Tuần Giáo, 2025), and that there are no data
    of the successor for.
    """
    known = _known(data_dir)
    if ended := [unit for unit in known.called(text) if unit.valid_to and unit.valid_to.year == year]:
        raise _not_then(ended, year, known)


def parts(unit: Unit, year: int, data_dir: Path | None = None) -> list[Unit]:
    """The units right below a unit in the report of a year, in code order; communes and some islands have none.

    Raises `UsageError` if the table holds none although the unit must have some, and if they changed between two lists
    and the table does not know whether that was before the end of the period or after.
    """
    day = report_day(year)
    found = _known(data_dir).below(unit.province, unit.code, day)
    if unsure := [part for part in found if part.may_be_missing_on(day)]:
        raise _not_known(unit, year, unsure)
    has_none = unit.level == "commune" or (unit.level == "district" and unit.seen and unit.exists_on(day))
    if not found and not has_none:
        raise UsageError(
            _("The parts of {unit} in {year} are not known.", unit=unit.full_name, year=year),
            _("List them in data/{province}/units.csv.", province=unit.province),
        )
    return found


def above(unit: Unit, year: int, data_dir: Path | None = None) -> Unit:
    """The unit right above a unit in the report of a year: a commune's district, as long as there were districts.

    Raises `UsageError` if the table does not hold it; a province has none.
    """
    day = report_day(year)
    for other in _known(data_dir).with_codes([unit.parent_code]):
        if other.province == unit.province and other.level != "commune" and other.exists_on(day):
            return other
    raise UsageError(
        _("The unit above {unit} in {year} is not known.", unit=unit.full_name, year=year),
        _("List it in data/{province}/units.csv.", province=unit.province),
    )


def reporting(province: str, year: int, data_dir: Path | None = None) -> list[Unit]:
    """The units that have to report in a year, in code order: those right below the province, by its folder name.

    Districts as long as they exist at the period's end, to the reports of 2024; communes after.
    """
    return parts(resolve(f"{province}/_tinh", year, data_dir), year, data_dir)


def doubt_about(unit: Unit, year: int, data_dir: Path | None = None) -> Message | None:
    """What to know of a unit and its parts in a year before the first list that has them; None in other years."""
    first = max((each.seen[0] for each in (unit, *parts(unit, year, data_dir)) if each.seen), default=_NEVER)
    if unit.valid_from or f"{report_day(year):%Y-%m}" >= first:
        return None
    return _(
        "The oldest list of the parts of {unit} is of {month}: whether they were the same in {year} is not known.",
        unit=unit.full_name, month=first, year=year,
    )  # fmt: skip


def _is_called(unit: Unit, text: str) -> bool:
    """Whether a text names a unit: by its path, or by its name with or without type and accents."""
    province, _slash, name = text.strip().strip("/").rpartition("/")
    if province and slug(province) != unit.province:
        return False
    if name == "_tinh":
        return bool(province) and unit.level == "province"
    if deaccent(name) == name:
        return slug(name) in (slug(unit.name), slug(unit.full_name), unit.folder)
    return _fold(name) in (_fold(unit.name), _fold(unit.full_name))  # an accent, once written, must be right


def _some(names: Sequence[str], most: int = 8) -> str:
    """The first names of a list that may be long, and how many there are."""
    return ", ".join(names[:most]) + (f", … ({len(names)})" if len(names) > most else "")


def _not_known(unit: Unit, year: int, unsure: Sequence[Unit]) -> UsageError:
    """The error for a report whose period ends between two lists that differ."""
    month = f"{report_day(year):%Y-%m}"
    names = [part.full_name for part in unsure]
    return UsageError(
        _("Units changed between the lists of {before} and {after}, and it is not known when: {names}.",
          before=max(state for state in STATES if state < month), after=min(state for state in STATES if state > month),
          names=_some(list(dict.fromkeys(names)))),
        _("List these with valid_from or valid_to in data/{province}/units.csv.", province=unit.province),
    )  # fmt: skip


def _unknown(text: str, known: _Known) -> UsageError:
    near = list(dict.fromkeys(unit.path for unit in known.nearest(text)))
    return UsageError(
        _("There is no administrative unit '{text}'.", text=text),
        _("The nearest are: {names}.", names=", ".join(near[:4]))
        if near
        else _("Write province/unit, for example {example}.", example="dien-bien/huyen-tuan-giao"),
    )


def _not_then(called: Iterable[Unit], year: int, known: _Known) -> UsageError:
    """The error for a name whose units had all ended, or not begun, when the period of a year ended."""
    unit = max(called, key=lambda unit: unit.valid_to or date.min)
    if unit.valid_from and unit.valid_from > report_day(year):
        return UsageError(
            _("{unit} exists only from {date} on.", unit=unit.full_name, date=unit.valid_from),
            _("Ask for a later year, or for the unit that was there before."),
        )
    if unit.valid_to is None or unit.valid_to > report_day(year):
        return UsageError(
            _(
                "{unit} is only in the list of units of {months}.",
                unit=unit.full_name,
                months=", ".join(unit.seen),
            ),
            _(
                "Ask for another year, or give its dates in data/{province}/units.csv.",
                province=unit.province,
            ),
        )
    below = known.below(unit.province, unit.code, unit.valid_to)
    codes = {code for each in (unit, *below) for code in each.successor_codes}
    next_day = unit.valid_to + timedelta(days=1)
    heirs = [heir.path for heir in known.with_codes(codes) if heir.exists_on(next_day)]
    return UsageError(
        _("{unit} ended on {date}, before the period of {year} did.", unit=unit.full_name, date=unit.valid_to,
          year=year),
        _("Its places now belong to: {names}.", names=", ".join(heirs))
        if heirs
        else _("Ask for the unit that took its place."),
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------
# On this year's boundaries
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Before:
    """Of what places of an earlier year a unit of this year is made: communes, or districts that have none.

    `places` are those that lie wholly in the unit, by the path of the unit that reported them: the code of each, and
    the code of the place of this year that is made of it, alone or with other whole ones; "" if none is, because a
    boundary inside the unit was moved. `whole` says whether they are all of the unit's area, so that sums may be
    compared. `same` is the path of the one earlier unit that had exactly this area, else "".
    """

    places: Mapping[str, Mapping[str, str]]
    whole: bool
    same: str

    @property
    def unchanged(self) -> bool:
        """Whether the unit was the same, with the same places."""
        return list(self.places) == [self.same] and all(
            before == now for before, now in self.places[self.same].items()
        )


def made_of(unit: Unit, year: int, earlier: int, data_dir: Path | None = None) -> Before:
    """What a district or commune that reports for `year` was in an earlier year, on its boundaries of `year`.

    Units are followed by their dates and successors, never by code alone: on 2025-07-01 many codes were given to
    other units. Where a unit was divided, or nobody knows what became of it, it is no whole place. Raises what `parts`
    raises.
    """
    known, first, day = _known(data_dir), report_day(earlier), report_day(year)
    places = parts(unit, year, data_dir) or [unit]
    if known.unchanged(unit.province, first, day):
        return Before({unit.path: {place.code: place.code for place in places}}, True, unit.path)
    made = {place: known.sources(place, first) for place in places}
    heirs = {source: known.heirs(source, day) for each in made.values() for source in each or ()}
    unsure = {parent for parent in map(_parent, heirs) if known.lost_one(parent, first, day)}
    inside = [s for s, after in heirs.items() if after and after <= set(places) and _parent(s) not in unsure]
    of_whole = {
        source: place.code
        for place, each in made.items()
        if each and all(source in inside and heirs[source] == frozenset({place}) for source in each)
        for source in each
    }
    found: dict[str, dict[str, str]] = {}
    for source in sorted(inside, key=lambda source: source.code):
        found.setdefault(_reporting(source, first, known).path, {})[source.code] = of_whole.get(source, "")
    whole = all(made.values()) and len(inside) == len(heirs)
    reporters = {_reporting(source, first, known) for source in inside} if whole else set()
    same = next(iter(reporters)) if len(reporters) == 1 else None
    others = known.below(same.province, same.code, first) if same else []
    return Before(found, whole, same.path if same and len(others or [same]) == len(inside) else "")


def unchanged(province: str, year: int, earlier: int, data_dir: Path | None = None) -> bool:
    """Whether every unit of a province has the area in the report of a year that it had in an earlier one.

    The cheap answer that spares `made_of` for nearly all units and years.
    """
    return _known(data_dir).unchanged(province, report_day(earlier), report_day(year))


def _parent(place: Unit) -> tuple[str, str]:
    return place.province, place.parent_code


def _reporting(place: Unit, day: date, known: _Known) -> Unit:
    """The unit that reported for a place: its district as long as there were districts, else the place itself."""
    if place.level != "commune" or day >= DISTRICTS_ENDED:
        return place
    return next(
        unit
        for unit in known.with_codes([place.parent_code])
        if unit.province == place.province and unit.exists_on(day)
    )


# ----------------------------------------------------------------------------------------------------------
# Names in sheets and in reports
# ----------------------------------------------------------------------------------------------------------


def match_part(name: str, parts: Sequence[Unit], confirmed: Mapping[str, str] = {}) -> Unit | None:
    """The one part that a cell names, or None.

    Spaces, capitals, the way of writing the type (TT., T.T, X.), tone placement and a code's lost zero may
    differ. Accents may not, nor a type that is written: Nà Tòng and Na Tông, thị trấn X and xã X are not the same.
    What `confirmed` (of `load_confirmed`) holds is the part of that code, whatever it looks like; `MisuseError` if no
    part has the code.
    """
    folded = _fold(name)
    if folded in confirmed:
        return _with_code(confirmed[folded], parts)
    typed = _type_and_name(folded)
    fitting = [
        part
        for part in parts
        if folded == _fold(part.name)
        or typed == (part.type, _fold(part.name))
        or folded.zfill(5) == part.code.casefold().zfill(5)
    ]
    return fitting[0] if len(fitting) == 1 else None


def suggest_part(name: str, parts: Sequence[Unit]) -> list[Unit]:
    """Up to three parts that a cell may have meant: the same without accents first, then the nearest."""
    _type, bare = _type_and_name(_fold(name))
    named: dict[str, list[Unit]] = {}
    for part in parts:
        named.setdefault(slug(part.name), []).append(part)
    near = difflib.get_close_matches(slug(bare), named, n=3, cutoff=0.7)
    return [part for key in near for part in named[key]][:3]


def load_confirmed(path: Path, parts: Sequence[Unit]) -> dict[str, str]:
    """The codes of parts by the names, folded, that a person says their files use: a year's `don-vi.csv`.

    Two columns: `ten`, the name as the files write it, and `ma`, the code of one of `parts`. No file, no names. Raises
    `InputError` with file and line for other columns, a name given twice, a code that no part has.
    """
    from baocao.analysis.personal import (
        kind_in_text,
    )  # its patterns take a while, and few years have such a file

    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            _("{file} is not written in UTF-8.", file=path.name), _("Save it in Excel as CSV UTF-8.")
        ) from None
    separator = ";" if ";" in text.partition("\n")[0] else ","
    try:
        header, *lines = csv.reader(text.splitlines() or [""], delimiter=separator)
    except csv.Error:  # a field of a hundred thousand characters
        header, lines = [], []
    if [column.strip() for column in header] != ["ten", "ma"]:
        raise InputError(
            _("{file}, line {line}: the columns must be {names}.", file=path.name, line=1, names="ten;ma"),
            _("Write a name as the files have it, a semicolon, the code of the unit."),
        )
    codes = {part.code.lstrip("0"): part.code for part in parts}  # Excel loses the zeros
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=2):
        if not any(field.strip() for field in line):
            continue
        name, code = (_fold(line[0]), line[1].strip()) if len(line) == 2 else ("", "")
        if not name or code.lstrip("0") not in codes:
            shown = "…" if any(map(kind_in_text, line)) else separator.join(line)
            raise InputError(
                _("{file}, line {line}: “{text}” does not give the code of one of the units expected.", file=path.name,
                  line=number, text=shown),
                _("Write one of: {names}.", names=", ".join(f"{part.code} ({part.full_name})" for part in parts)),
            )  # fmt: skip
        if name in found:
            raise InputError(
                _(
                    "{file}, line {line}: “{text}” is given twice.",
                    file=path.name,
                    line=number,
                    text="…" if kind_in_text(line[0]) else line[0],
                ),
                _("Leave one line for each name."),
            )
        found[name] = codes[code.lstrip("0")]
    return found


def _with_code(code: str, parts: Sequence[Unit]) -> Unit:
    for part in parts:
        if part.code == code:
            return part
    raise MisuseError(
        _("Code {code} is none of the {count} units expected.", code=code, count=len(parts)),
        _("Load the confirmed names with the same parts."),
    )


def kinds_in_words(units: Iterable[Unit]) -> str:
    """The kinds of the units as a report names them together: "xã, thị trấn"."""
    kinds = {unit.type for unit in units}
    return ", ".join(kind for kind in TYPES if kind in kinds)


def words_for(unit: Unit, parts: Sequence[Unit]) -> dict[str, str]:
    """The words for a unit and its parts in the names of indicators: `unit`, `parts`, `part`."""
    kinds = kinds_in_words(parts) or "đơn vị"
    return {"unit": unit.type, "parts": kinds, "part": kinds.split(", ")[0]}


@functools.lru_cache(maxsize=16384)  # each name of a sheet is compared with every part
def _fold(name: str) -> str:
    """A name without what does not matter: spaces, bullets, capitals, the way of placing tones."""
    return " ".join(new_tone_to_old(name).casefold().replace("\u200b", "").strip("-–+•* ").split())


_TYPED_NAMES = {kind: re.compile(rf"(?:{word})(?:\s*\.\s*|\s+)(.+)") for kind, word in TYPES.items()}


def _type_and_name(folded: str) -> tuple[str, str]:
    """The type that a folded name begins with ("" if none), and the rest."""
    for kind, pattern in _TYPED_NAMES.items():
        if match := pattern.fullmatch(folded):
            return kind, match[1]
    return "", folded


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
