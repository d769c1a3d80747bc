"""Administrative units: their names, codes and dates, what they are parts of, and how offices write them.

A code alone names no unit: many were given to another unit on 2025-07-01. A unit is its code and its first day.
The table is `baocao/units/units.csv`; `units.csv` in a province's data folder adds to it.
"""

from __future__ import annotations

import csv
import difflib
import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from baocao.analysis.vietnamese import deaccent, new_tone_to_old, nfc, slug
from baocao.errors import InputError, UsageError
from baocao.messages import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TABLE = Path(__file__).parents[1] / "units" / "units.csv"
COLUMNS = (
    "code", "name", "type", "named_after", "level", "parent_code", "province", "valid_from", "valid_to",
    "successor_code", "source", "doubt",
)  # fmt: skip
DISTRICTS_ENDED = date(2025, 7, 1)
"""From this day on there is no district level: communes answer to the province, and report."""

# How offices write a unit's type before its name, folded (see `_fold`); in the order in which reports list them.
_TYPES = {
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
_ALLOWED = {
    "level": ("commune", "district", "province"),
    "type": tuple(_TYPES),
    "named_after": ("", "number", "person", "event"),
}


@dataclass(frozen=True)
class Unit:
    """One unit while it existed; a date that no source gives is None.

    `province` is the province's folder name and `type` the kind in small letters ("huyện"); `named_after` is
    "number", "person" or "event" where the name is one of these, else "".
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
    source: str
    doubt: str

    @property
    def path(self) -> str:
        """The unit's folder: dien-bien/huyen-tuan-giao; a province's own is dien-bien/_tinh."""
        return f"{self.province}/{'_tinh' if self.level == 'province' else slug(self.full_name)}"

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
        """Whether the unit existed on a day; a date that no source gives is no limit."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


# ----------------------------------------------------------------------------------------------------------
# The table
# ----------------------------------------------------------------------------------------------------------


def load(data_dir: Path | None = None) -> tuple[Unit, ...]:
    """All units known: the package's, and those in `<data_dir>/<province>/units.csv`.

    Raises `InputError` naming file and row for a value that cannot be, or a code and first day given twice.
    """
    return _known(data_dir).units


class _Known(NamedTuple):
    """All units, and by the last part of the path of what a person may call them."""

    units: tuple[Unit, ...]
    by_name: Mapping[str, Sequence[Unit]]


def _known(data_dir: Path | None) -> _Known:
    tables = [TABLE, *(sorted(data_dir.glob("*/units.csv")) if data_dir else [])]
    return _together(tuple((table, table.stat().st_mtime_ns) for table in tables))


@functools.lru_cache(maxsize=8)
def _together(tables: tuple[tuple[Path, int], ...]) -> _Known:
    """The units of several tables; read again only if a file changed, because a run resolves thousands of names."""
    found: dict[tuple[str, date | None], Unit] = {}
    by_name: dict[str, list[Unit]] = {}
    for table, _changed in tables:
        for unit in _read(table):
            if (unit.code, unit.valid_from) in found:
                raise InputError(
                    _("{file}: code {code} is given twice for one time.", file=_shown(table), code=unit.code),
                    _("Give each unit its own code; a code may return with a later valid_from."),
                )
            if table != TABLE and unit.province != table.parent.name:
                raise _unusable(_shown(table), f"province = “{unit.province}”")
            found[unit.code, unit.valid_from] = unit
            for name in {slug(unit.name), slug(unit.full_name), unit.path.rpartition("/")[2]}:
                by_name.setdefault(name, []).append(unit)
    return _Known(tuple(found.values()), by_name)


def _read(table: Path) -> tuple[Unit, ...]:
    """The units in one table."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, restval=""))
    except (UnicodeDecodeError, csv.Error):
        raise InputError(
            _("{file} is not a CSV file in UTF-8.", file=_shown(table)),
            _("Save it in Excel as CSV UTF-8."),
        ) from None
    return tuple(_unit(row, f"{_shown(table)}, {number}") for number, row in enumerate(rows, start=2))


def _unit(row: Mapping[str, str], place: str) -> Unit:
    if set(row) != set(COLUMNS):
        raise _unusable(place, ", ".join(str(name) for name in set(row) ^ set(COLUMNS)))
    values = {name: nfc(text.strip()) for name, text in row.items()}
    for name, allowed in _ALLOWED.items():
        if values[name] not in allowed:
            raise _unusable(place, f"{name} = “{values[name]}”")
    for name in ("code", "name", "province"):
        if not values[name]:
            raise _unusable(place, f"{name} = “”")
    try:
        first, last = (
            date.fromisoformat(t) if t else None for t in (values["valid_from"], values["valid_to"])
        )
    except ValueError:
        days = (f"{name} = “{values[name]}”" for name in ("valid_from", "valid_to") if values[name])
        raise _unusable(place, ", ".join(days)) from None
    return Unit(
        **{name: values[name] for name in COLUMNS[:7]},
        valid_from=first,
        valid_to=last,
        successor_codes=tuple(values["successor_code"].split()),
        source=values["source"],
        doubt=values["doubt"],
    )


def _unusable(place: str, why: str) -> InputError:
    return InputError(
        _("{place}: not a unit's row: {why}", place=place, why=why),
        _("The columns are {names}; dates are written 2025-06-30.", names=", ".join(COLUMNS)),
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
    2025 on. Raises `UsageError` that lists the units if several fit, the nearest names if none does, and the
    successors of a unit that ended before the period did.
    """
    units, by_name = _known(data_dir)
    name = text.strip().strip("/").rpartition("/")[2]
    called = [
        unit for unit in by_name.get(name if name == "_tinh" else slug(name), ()) if _is_called(unit, text)
    ]
    existing = [unit for unit in called if unit.exists_on(report_day(year))]
    reporting = "district" if report_day(year) < DISTRICTS_ENDED else "commune"
    fitting = [unit for unit in existing if unit.level == reporting] or existing
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(unit.path for unit in fitting)
        raise UsageError(
            _("'{text}' may be several units: {names}.", text=text, names=names),
            _("Write one of these instead."),
        )
    raise _not_then(called, year, units) if called else _unknown(text, units)


def refuse_ended(text: str, year: int, data_dir: Path | None = None) -> None:
    """Raise the `UsageError` of a unit that a text may mean and that ended within a year.

    For a name that a unit and one of its successors share (huyện and xã Tuần Giáo, 2025), and that there are no data
    of the successor for.
    """
    known = load(data_dir)
    if ended := [u for u in known if _is_called(u, text) and u.valid_to and u.valid_to.year == year]:
        raise _not_then(ended, year, known)


def parts(unit: Unit, year: int, data_dir: Path | None = None) -> list[Unit]:
    """The units right below a unit in the report of a year, in code order; a commune has none.

    Raises `UsageError` if the table holds none although the unit must have some.
    """
    found = _parts_on(unit, report_day(year), load(data_dir))
    if not found and unit.level != "commune":
        raise UsageError(
            _("The parts of {unit} in {year} are not known.", unit=unit.full_name, year=year),
            _("List them in data/{province}/units.csv.", province=unit.province),
        )
    return found


def _parts_on(unit: Unit, day: date, units: Iterable[Unit]) -> list[Unit]:
    own = (unit.province, unit.code)
    below = [part for part in units if (part.province, part.parent_code) == own and part.exists_on(day)]
    return sorted(below, key=lambda part: part.code)


def _is_called(unit: Unit, text: str) -> bool:
    """Whether a text names a unit: by its path, or by its name with or without type and accents."""
    province, _slash, name = text.strip().strip("/").rpartition("/")
    if province and slug(province) != unit.province:
        return False
    if name == "_tinh":
        return bool(province) and unit.level == "province"
    if deaccent(name) == name:
        return slug(name) in (slug(unit.name), slug(unit.full_name))
    return _fold(name) in (_fold(unit.name), _fold(unit.full_name))  # an accent, once written, must be right


def _unknown(text: str, units: Iterable[Unit]) -> UsageError:
    paths = {key: unit.path for unit in units for key in (slug(unit.name), slug(unit.full_name), unit.path)}
    near = difflib.get_close_matches(text if "/" in text else slug(text), paths, n=4)
    return UsageError(
        _("There is no administrative unit '{text}'.", text=text),
        _("The nearest are: {names}.", names=", ".join(dict.fromkeys(paths[key] for key in near)))
        if near
        else _("Write province/unit, for example {example}.", example="dien-bien/huyen-tuan-giao"),
    )


def _not_then(called: Iterable[Unit], year: int, units: Iterable[Unit]) -> UsageError:
    """The error for a name whose units had all ended, or not begun, when the period of a year ended."""
    unit = max(called, key=lambda unit: unit.valid_to or date.min)
    if unit.valid_to is None:
        return UsageError(
            _("{unit} exists only from {date} on.", unit=unit.full_name, date=unit.valid_from),
            _("Ask for a later year, or for the unit that was there before."),
        )
    codes = {c for u in (unit, *_parts_on(unit, unit.valid_to, units)) for c in u.successor_codes}
    next_day = unit.valid_to + timedelta(days=1)
    heirs = [u for u in units if u.code in codes and u.province == unit.province and u.exists_on(next_day)]
    return UsageError(
        _("{unit} ended on {date}, before the period of {year} did.", unit=unit.full_name, date=unit.valid_to,
          year=year),
        _("Its places now belong to: {names}.", names=", ".join(heir.path for heir in heirs))
        if heirs
        else _("Ask for the unit that took its place."),
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------
# Names in sheets and in reports
# ----------------------------------------------------------------------------------------------------------


def match_part(name: str, parts: Sequence[Unit]) -> Unit | None:
    """The one part that a cell names, or None.

    Spaces, capitals, the way of writing the type (TT., T.T, X.), tone placement and a code's lost zero may
    differ. Accents may not, nor a type that is written: Nà Tòng and Na Tông, thị trấn X and xã X are not the same.
    """
    folded = _fold(name)
    typed = _type_and_name(folded)
    fitting = [
        part
        for part in parts
        if folded == _fold(part.name)
        or typed == (part.type, _fold(part.name))
        or folded.zfill(5) == part.code.zfill(5)
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


def kinds_in_words(units: Iterable[Unit]) -> str:
    """The kinds of the units as a report names them together: "xã, thị trấn"."""
    kinds = {unit.type for unit in units}
    return ", ".join(kind for kind in _TYPES if kind in kinds)


def words_for(unit: Unit, parts: Sequence[Unit]) -> dict[str, str]:
    """The words for a unit and its parts in the names of indicators: `unit`, `parts`, `part`."""
    kinds = kinds_in_words(parts) or "đơn vị"
    return {"unit": unit.type, "parts": kinds, "part": kinds.split(", ")[0]}


def _fold(name: str) -> str:
    """A name without what does not matter: spaces, bullets, capitals, the way of placing tones."""
    return " ".join(new_tone_to_old(name).casefold().replace("\u200b", "").strip("-–+•* ").split())


_TYPED_NAMES = {kind: re.compile(rf"(?:{word})(?:\s*\.\s*|\s+)(.+)") for kind, word in _TYPES.items()}


def _type_and_name(folded: str) -> tuple[str, str]:
    """The type that a folded name begins with ("" if none), and the rest."""
    for kind, pattern in _TYPED_NAMES.items():
        if match := pattern.fullmatch(folded):
            return kind, match[1]
    return "", folded


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
