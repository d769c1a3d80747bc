"""Who writes to whom: the names of bodies in a report, by the level of its unit and the day it is issued.

The table is `baocao/bodies/bodies.csv` (its README.md says what it is made of). `co-quan.csv` in the data folder, and
then the one in a province's folder, add to it and replace rows of it; what `report.toml` says of one report wins over
both (docs/who-writes-to-whom.md).
"""

from __future__ import annotations

import csv
import difflib
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from baocao.analysis import units
from baocao.analysis.document import AS_ABOVE, name_in_words
from baocao.analysis.findings import NOTE, VERIFY, Findings
from baocao.analysis.settings import Settings
from baocao.analysis.units import Unit
from baocao.analysis.vietnamese import nfc
from baocao.errors import InputError, MisuseError
from baocao.messages import _

TABLE = Path(__file__).parents[1] / "bodies" / "bodies.csv"
OWN = "co-quan.csv"
"""The name of an office's own table, and of a province's."""
COLUMNS = ("role", "level", "valid_from", "valid_to", "name", "short", "symbol", "source", "doubt")
LEVELS = ("province", "district", "commune")
LAST_DAYS = {"district": units.DISTRICTS_ENDED - timedelta(days=1)}
"""The last day of the levels that ended."""
KIND_SYMBOLS = {"BÁO CÁO": "BC"}
"""How a kind of document is shortened in its symbol (Nghị định 30/2020/NĐ-CP, PL III, I)."""

ISSUER, RECEIVER, DRAFTER = "ban-hanh", "nhan-bao-cao", "soan-thao"
AUTHORITY, POST = "quyen-han", "chuc-vu"
INFORMED = ("cap-uy", "hdnd", "lanh-dao")
"""Who is told of a report by getting it, in the order of "Nơi nhận"."""
POLICE = "cong-an"
ROLES = (ISSUER, RECEIVER, *INFORMED, DRAFTER, AUTHORITY, POST, POLICE)
"""The roles that a table must have at every level; it may have others, for sentences of the notebooks."""
SETTINGS = {
    "document.issuer": (ISSUER,), "delivery.addressees": (RECEIVER,), "delivery.recipients": INFORMED,
    "delivery.file": (DRAFTER,), "signature.authority": (AUTHORITY,), "signature.posts": (POST,),
}  # fmt: skip
"""The settings of `report.toml` that stand in place of the table, and for which roles."""


@dataclass(frozen=True)
class Body:
    """One row: what the body in a role is called from one day to another, both included; None is no limit.

    `name` is the name in full, `short` how the report itself calls it; both may hold words in braces (`WORDS`) that the
    unit fills in. `doubt` says what of the row is not known for certain. `file` and `row` are where it stands.
    """

    role: str
    level: str
    valid_from: date | None
    valid_to: date | None
    name: str
    short: str
    symbol: str
    source: str
    doubt: str
    file: str
    row: int

    @property
    def first(self) -> date:
        """The first day."""
        return self.valid_from or date.min

    @property
    def last(self) -> date:
        """The last day."""
        return self.valid_to or date.max

    @property
    def called(self) -> tuple[str, str, str]:
        """All it is called, to tell whether a later row says anything new."""
        return self.name, self.short, self.symbol


WORDS: Mapping[str, Any] = {
    "đơn vị": lambda unit, _year, _data: unit.full_name,
    "loại": lambda unit, _year, _data: unit.type,
    "tên": lambda unit, _year, _data: unit.name,
    "tỉnh": lambda unit, year, data: units.resolve(f"{unit.province}/_tinh", year, data).full_name,
    "cấp trên": lambda unit, year, data: units.above(unit, year, data).full_name,
    # Huyện ủy, Thị ủy, Thành ủy, Quận ủy, Tỉnh ủy
    "cấp ủy": lambda unit, _year, _data: f"{unit.type.split()[0].capitalize()} ủy",
}
"""What stands for a word in braces: the unit in full, its kind and name, its province, the unit above, its party."""


# ----------------------------------------------------------------------------------------------------------
# The table
# ----------------------------------------------------------------------------------------------------------


def load(province: str, data_dir: Path | None = None) -> tuple[Body, ...]:
    """The rows that hold for the units of a province, by role, level and time.

    Every role has exactly one row for every day of every level (a district's end with the districts). Raises
    `InputError` naming file, row and column for a value that cannot be, a row given twice, rows that overlap or leave
    days out, a role without rows for a level.
    """
    tables = [(TABLE, f"{TABLE.parent.name}/{TABLE.name}")]
    # Findings are the same bytes whatever the data folder is called.
    tables += [(data_dir / name, name) for name in (OWN, f"{province}/{OWN}")] if data_dir else []
    rows: dict[tuple[str, str, date | None], Body] = {}
    for table, file in tables:
        if table.is_file():
            rows |= _read(table, file)
    bodies = tuple(sorted(rows.values(), key=lambda body: (body.role, body.level, body.first)))
    _refuse_incomplete(bodies)
    return bodies


def _read(table: Path, file: str) -> dict[tuple[str, str, date | None], Body]:
    """The rows of one table, which messages call `file`, by what a later table replaces them by."""
    try:
        text = table.read_text(encoding="utf-8-sig")
        separator = ";" if ";" in text.partition("\n")[0] else ","  # as Excel saves it in Vietnam
        header, *lines = list(csv.reader(text.splitlines(), delimiter=separator, strict=True)) or [[]]
    except (UnicodeDecodeError, csv.Error):
        raise InputError(
            _("{file} is not a CSV file in UTF-8.", file=file), _("Save it in Excel as CSV UTF-8.")
        ) from None
    if [name.strip() for name in header] != list(COLUMNS):
        raise InputError(
            _(
                "{file}, line {line}: the columns must be {names}.",
                file=file,
                line=1,
                names=", ".join(COLUMNS),
            ),
            _("Copy the first line of {file}.", file="baocao/bodies/bodies.csv"),
        )
    found: dict[tuple[str, str, date | None], Body] = {}
    for number, line in enumerate(lines, start=2):
        if not any(field.strip() for field in line):
            continue
        body = _body([nfc(field.strip()) for field in line], file, number)
        key = body.role, body.level, body.valid_from
        if key in found:
            raise _unusable(
                body, "valid_from", _("row {row} begins on the same day", row=found[key].row),
                _("Leave one row for each role, level and first day."),
            )  # fmt: skip
        found[key] = body
    return found


def _body(fields: Sequence[str], file: str, row: int) -> Body:
    if len(fields) != len(COLUMNS):
        raise InputError(
            _("{file}, row {row}: {fields} fields, the table has {columns} columns.", file=file, row=row,
              fields=len(fields), columns=len(COLUMNS)),
            _("Put a text that holds commas between quotation marks."),
        )  # fmt: skip
    values: dict[str, Any] = dict(zip(COLUMNS, fields, strict=True))
    body = Body(**values | {"valid_from": None, "valid_to": None}, file=file, row=row)
    if body.level not in LEVELS:
        raise _unusable(
            body, "level", f"“{body.level}”", _("Write one of: {names}.", names=", ".join(LEVELS))
        )
    for column in ("role", "name", "source"):
        if not values[column]:
            raise _unusable(
                body, column, _("it is empty"), _("Fill it in; a source may be a person who was asked.")
            )
    for column in ("name", "short"):
        for found in re.findall(r"\{[^{}]*\}?|\}", values[column]):
            if found[1:-1] not in WORDS:
                raise _unusable(
                    body, column, found, _("Between braces write one of: {names}.", names=", ".join(WORDS))
                )
    return _dated(body, values)


def _dated(body: Body, values: dict[str, str]) -> Body:
    """A row with its first and last day."""
    days: dict[str, Any] = {}
    for column in ("valid_from", "valid_to"):
        try:
            days[column] = date.fromisoformat(values[column]) if values[column] else None
        except ValueError:
            raise _unusable(
                body, column, f"“{values[column]}”",
                _("Write it as year-month-day, for example 2020-12-14."),
            ) from None  # fmt: skip
    dated = replace(body, **days)
    if dated.last < dated.first:
        raise _unusable(body, "valid_to", f"“{dated.valid_to}”", _("The last day comes after the first."))
    return dated


def _refuse_incomplete(bodies: Sequence[Body]) -> None:
    """Refuse a table that does not name exactly one body for each role, level and day."""
    by_role = {role: list(rows) for role, rows in itertools.groupby(bodies, lambda body: body.role)}
    if missing := [role for role in ROLES if role not in by_role]:
        raise InputError(
            _("The tables of bodies have no row for the role '{role}'.", role=missing[0]),
            _("Add its rows to {file}, one for each level and time.", file=f"data/{OWN}"),
        )
    for role, rows in by_role.items():
        if lacking := [level for level in LEVELS if level not in {body.level for body in rows}]:
            near = difflib.get_close_matches(role, [name for name in ROLES if name != role], n=1)
            raise _unusable(
                rows[0], "role", _("“{role}” has no row for the level {level}", role=role, level=lacking[0]),
                _("Did you mean {name}?", name=near[0]) if near and role not in ROLES
                else _("Give it rows for all levels: {names}.", names=", ".join(LEVELS)),
            )  # fmt: skip
        for level, of_level in itertools.groupby(rows, lambda body: body.level):
            _refuse_gaps(list(of_level), LAST_DAYS.get(level, date.max))


def _refuse_gaps(rows: Sequence[Body], end: date) -> None:
    """Refuse rows of one role and level, in order, that overlap, leave days out, or do not reach the level's end."""
    if rows[0].valid_from:
        raise _unusable(
            rows[0], "valid_from", _("nothing is said of the days before {day}", day=rows[0].valid_from),
            _("Leave the first day of the first row blank."),
        )  # fmt: skip
    for body, after in itertools.pairwise(rows):
        day_before = after.first - timedelta(days=1)
        if body.last != day_before:
            problem = (
                _("it overlaps {file}, row {row}", file=after.file, row=after.row) if body.last > day_before
                else _("no row from then to {day}", day=day_before)
            )  # fmt: skip
            raise _unusable(
                body, "valid_to", problem,
                _("Let the earlier row end on {day}: repeat it with its role, level and first day.", day=day_before),
            )  # fmt: skip
    if rows[-1].last != end:
        raise _unusable(
            rows[-1], "valid_to", f"“{rows[-1].valid_to or ''}”",
            _("Leave the last day of the last row blank; for a district it is {day}.", day=LAST_DAYS["district"]),
        )  # fmt: skip


def _unusable(body: Body, column: str, problem: object, remedy: Any) -> InputError:
    return InputError(
        _("{file}, row {row}, column {column}: {problem}.", file=body.file, row=body.row, column=column,
          problem=problem),
        remedy,
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------
# The bodies of one report
# ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bodies:
    """The bodies that one report names, called as they were on `day`.

    `day` is the day of issue, or, as long as that is blank, the last of the period. `changes` are the days from the
    period's beginning on (to its end, or to the day of issue) on which some body began to be called otherwise.
    """

    unit: Unit
    year: int
    choices: Settings
    day: date
    changes: tuple[date, ...]
    rows: Mapping[str, Body]
    data: Path | None

    def __call__(self, role: str) -> str:
        """The name in full of the body in a role: "Ủy ban nhân dân huyện A"."""
        if role == ISSUER and self.choices.document.issuer is not None:
            return name_in_words(" ".join(self.choices.document.issuer))
        return self._filled(self._row(role).name)

    def short(self, role: str) -> str:
        """What the report itself calls the body in a role: "Công an huyện"; its name if it has no shorter one."""
        return self._filled(self._row(role).short or self._row(role).name)

    @property
    def issued(self) -> bool:
        """Whether the names are those of the day of issue; else of the last day of the period."""
        return self.choices.document.date is not None

    def letter(self) -> dict[str, Any]:
        """The fields of `document.Frame` that say who writes to whom, and who signs.

        What `report.toml` gives wins. "Kính gửi" and "Như trên" go together (Nghị định 30/2020/NĐ-CP, PL I, II.9b): the
        setting `delivery.salutation` has both, or neither, and then the addressees stand under "Nơi nhận" themselves.
        """
        document, delivery, signature = self.choices.document, self.choices.delivery, self.choices.signature
        addressees, recipients = _delivered(
            delivery.salutation,
            self._given(delivery.addressees, [self(RECEIVER)]),
            self._given(delivery.recipients, [AS_ABOVE, *map(self.short, INFORMED)]),
        )
        return {
            "superior": document.superior,
            "issuer": self._given(document.issuer, self._letterhead()),
            "issuer_name": "" if document.issuer is not None else self(ISSUER),
            "symbol": self._symbol() if document.symbol is None else document.symbol,
            "place": self._place() if document.place is None else document.place,
            "addressees": addressees,
            "recipients": recipients,
            "file": self._file() if delivery.file is None else delivery.file,
            "authority": self(AUTHORITY).upper() if signature.authority is None else signature.authority,
            "posts": self._given(signature.posts, [self(POST).upper()]),
        }

    def note(self, findings: Findings) -> None:
        """Add what a person has to know: that names changed within the period, and which names are in doubt."""
        if self.changes:
            findings.add(
                NOTE, "bodies-changed",
                _("Bodies were renamed on {days}; this report calls them as on {day}.",
                  days=", ".join(map(str, self.changes)), day=self.day),
                _("They follow document.date in report.toml, or the end of the period while it is blank."),
                file="report.toml",
            )  # fmt: skip
        given = set(self._given_by_settings())
        for role, body in self.rows.items():
            if body.doubt and role not in given and role not in self.choices.bodies.confirmed:
                place = next((name for name, roles in SETTINGS.items() if role in roles), f"data/{OWN}")
                findings.add(
                    VERIFY, "body-doubtful",
                    _("Not certain: {role} is “{name}” ({file}, row {row}): “{doubt}”.", role=role, name=self(role),
                      file=body.file, row=body.row, doubt=body.doubt.removesuffix(".")),
                    _("Ask. If it is right, add {confirmed} in report.toml; if not, say it in {place}.",
                      confirmed=f'[bodies] confirmed = ["{role}"]', place=place),
                    file="report.toml", after=self(role),
                )  # fmt: skip

    def _given_by_settings(self) -> Iterator[str]:
        """The roles in whose place a setting of `report.toml` stands."""
        for setting, roles in SETTINGS.items():
            section, name = setting.split(".")
            if getattr(getattr(self.choices, section), name) is not None:
                yield from roles

    def _row(self, role: str) -> Body:
        if role not in self.rows:
            raise MisuseError(
                _("There is no body in the role '{role}'.", role=role),
                _("There are: {names}.", names=", ".join(self.rows)),
            )
        return self.rows[role]

    def _filled(self, template: str) -> str:
        return re.sub(
            r"\{([^{}]*)\}", lambda found: str(WORDS[found[1]](self.unit, self.year, self.data)), template
        )

    def _letterhead(self) -> list[str]:
        """The issuer on the lines of a letterhead: the kind of body, the place it is of (PL I, II.2)."""
        kind, brace, rest = self._row(ISSUER).name.partition("{")
        return [line for part in (kind, brace + rest) if (line := self._filled(part).strip().upper())]

    def _symbol(self) -> str:
        kind = self.choices.document.kind
        if kind not in KIND_SYMBOLS:
            raise InputError(
                _("It is not known how '{kind}' is shortened in the symbol of a document.", kind=kind),
                _("Write document.symbol in report.toml."),
            )
        return f"{KIND_SYMBOLS[kind]}-{self._row(ISSUER).symbol}"

    def _place(self) -> str:
        """The place before the date: its name, with its kind if named after a number, person or event (PL I, II.4a)."""
        return self.unit.title_name if self.unit.named_after else self.unit.name

    def _file(self) -> str:
        """The last entry of "Nơi nhận": the clerk's office, the unit that drafted (PL I, II.9d)."""
        return ", ".join(filter(None, ["Lưu: VT", self._row(DRAFTER).symbol]))

    @staticmethod
    def _given(setting: Sequence[str] | None, otherwise: list[str]) -> list[str]:
        return otherwise if setting is None else list(setting)


def _delivered(salutation: bool, addressees: list[str], recipients: list[str]) -> tuple[list[str], list[str]]:
    """The addressees and recipients with "Kính gửi" and "Như trên" both there or both not."""
    others = [entry for entry in recipients if entry != AS_ABOVE]
    if salutation:
        return addressees, [AS_ABOVE, *others] if addressees else recipients
    above = addressees if AS_ABOVE in recipients else []
    return [], [*above, *(entry for entry in others if entry not in above)]


def of(unit: Unit, year: int, choices: Settings, data_dir: Path | None = None) -> Bodies:
    """The bodies that a unit's report of a year names, with what its `report.toml` decides.

    Raises `InputError` as `load` does; for a day on which there were no units of this level; and for a confirmed role
    that there is not.
    """
    bodies = load(unit.province, data_dir)
    day = choices.document.date or choices.period.end
    if day > LAST_DAYS.get(unit.level, date.max):
        raise InputError(
            _("On {day}, the date of this report, {unit} was no more.", day=day, unit=unit.full_name),
            _(
                "Correct document.date or the period in report.toml, or report for the unit that took its place."
            ),
        )
    rows = {body.role: body for body in bodies if body.level == unit.level and body.first <= day <= body.last}
    if unknown := [role for role in choices.bodies.confirmed if role not in rows]:
        raise InputError(
            _(
                "report.toml, setting {setting}: there is no role '{role}'.",
                setting="bodies.confirmed",
                role=unknown[0],
            ),
            _("There are: {names}.", names=", ".join(rows)),
        )  # fmt: skip
    end = max(day, choices.period.end)
    renamed = {
        after.first
        for body, after in itertools.pairwise(bodies)
        if (body.role, body.level) == (after.role, after.level) and body.called != after.called
    }
    changes = tuple(sorted(each for each in renamed if choices.period.start < each <= end))
    return Bodies(unit, year, choices, day, changes, rows, data_dir)
