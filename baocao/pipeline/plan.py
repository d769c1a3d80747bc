"""Which reports to make, from what a person asked for: units by name, years, a province, or everything there is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baocao.analysis import units
from baocao.analysis.findings import Finding
from baocao.analysis.stages import (
    DISCLOSURE,
    GIVEN,
    INTERNAL,
    PROVINCE,
    PUBLIC,
    REPORT,
    WHOLE,
    Look,
    Stage,
    is_whole,
    listed,
    units_with_data,
    years_with_data,
)
from baocao.analysis.units import Unit
from baocao.errors import ReportError, UsageError
from baocao.messages import _

LATEST = 2024
"""The year in which names are looked up when there are no data at all: the last whole year of the districts."""


@dataclass(frozen=True)
class Limits:
    """How many seconds one cell and one whole report may take; None: as long as it likes."""

    cell: float | None = 300
    report: float | None = 1800
    used: float = 0
    """Seconds that were spent on the report before."""

    @property
    def left(self) -> float | None:
        """The seconds that the report may still take."""
        return None if self.report is None else max(self.report - self.used, 0.001)


@dataclass(frozen=True)
class ReportPlan:
    """One report to make: a unit, a year, an edition; the stages in run order; the folder its files go to."""

    unit: Unit
    year: int
    edition: str
    stages: tuple[Stage, ...]
    target: Path
    work: Path

    @property
    def last(self) -> Stage:
        """The stage that writes the report."""
        return self.stages[-1]

    @property
    def notebooks(self) -> list[Path]:
        """The notebooks behind the report, in run order; the stage `disclosure` is none."""
        return list(dict.fromkeys(stage.source for stage in self.stages if stage.notebook != DISCLOSURE))

    @property
    def tables(self) -> Path:
        """The folder with the indicators that the report shows."""
        return self.last.tables(self.work)

    @property
    def earlier_text(self) -> Path:
        """Where the office's own text of the year before is, if there was one."""
        return self.last.inputs.parent / str(self.year - 1) / "narrative.md"

    @property
    def form(self) -> tuple[Path, ...]:
        """The workbook of the level above that comes back filled, if there is one, and the table of its cells.

        The unit's own of the year (`bieu-mau.xlsx`) comes before the one for all units of its province, of the year
        (`bieu-mau-2020.xlsx`) or of every year; a province as a whole has only its own. The table
        (`bieu-mau.csv`), which not every form needs, lies there or in a place that comes before.
        """
        own, shared = self.last.inputs, self.last.data / self.unit.province
        places = [(own, GIVEN)]
        if self.unit.level != "province":
            places += [(shared, f"{GIVEN}-{self.year}"), (shared, GIVEN)]
        cells: list[Path] = []
        for folder, stem in places:
            named = [name for name in self.last.look.files(folder) if Path(name).stem == stem]
            cells = cells or [folder / name for name in named if name.endswith(".csv")]
            books = sorted(
                (n for n in named if not n.endswith(".csv")), key=lambda n: (not n.endswith(".xlsx"), n)
            )
            if books:
                return (folder / books[0], *cells)
        return tuple(cells)

    @property
    def name(self) -> str:
        """The report as a person calls it: `huyện Tuần Giáo 2020`."""
        return f"{self.unit.full_name} {self.year}" + (", bản công khai" if self.edition == PUBLIC else "")


@dataclass(frozen=True)
class ReportResult:
    """What became of one report: its files, or the error that stopped it."""

    name: str
    folder: Path
    files: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: ReportError | None = None
    older_there: bool = False
    removed: tuple[str, ...] = ()
    unchanged: bool = False
    """Whether it was up to date and nothing was done."""
    page: Path | None = None
    """The page of the findings, where it is not among the files."""

    def as_json(self) -> dict[str, Any]:
        """The result as plain data, for `--json`."""
        return {
            "report": self.name,
            "folder": str(self.folder),
            "files": list(self.files),
            "unchanged": self.unchanged,
            "findings": [
                {"severity": f.severity, "place": f.place, "message": str(f.message)} for f in self.findings
            ],
            "findings_page": str(self.page) if self.page else None,
            "error": str(self.error) if self.error else None,
        }


def plan(
    names: Sequence[str], years: Sequence[int], province: str | None, every: bool, data: Path, outputs: Path,
    editions: Sequence[str] = (INTERNAL,),
) -> list[ReportPlan]:  # fmt: skip
    """The reports asked for, by unit, year and edition.

    `names` are units as a person writes them; `province` is a province's folder and `every` means all of them. Without
    `years`, every year with data is meant. Raises `UsageError` when nothing fits.
    """
    _refuse_unclear(names, province, every, data)
    look = Look()
    if names:
        wanted = [(name, year) for name in names for year in years or _all_years(name, data)]
        found = [(_resolve(name, year, data), year) for name, year in wanted]
    else:
        found = [
            (units.resolve(path, year, data), year)
            for path in _units_of(province, data)
            for year in years_with_data(data, path)
            if (not years or year in years) and not _adds_up_itself(data / path / str(year), data, look)
        ]
        if not found:
            raise _no_data(data)
    return [
        report(unit, year, data, outputs, look, edition)
        for unit, year in dict.fromkeys(found)
        for edition in editions
    ]


def forms(
    names: Sequence[str], years: Sequence[int], province: str | None, every: bool, data: Path
) -> list[tuple[Unit, int]]:
    """The units and years to make entry forms for; there need not be data for the year, nor for a unit by name.

    A unit of a place that does not exist in a year has no form for it. Raises `UsageError` as `plan` does, and when no
    year was given.
    """
    _refuse_unclear(names, province, every, data)
    if not years:
        raise UsageError(
            _("It was not said for which year the forms are."), _("Add for example --year 2021.")
        )
    if names:
        found = [(units.resolve(name, year, data), year) for name in names for year in years]
        if whole := next((unit for unit, _year in found if unit.level == "province"), None):
            raise UsageError(
                _("{unit} has no entry forms: it adds up what its units sent.", unit=whole.full_name),
                _("For those of all its units: --province {name}.", name=whole.province),
            )
    else:
        paths = [path for path in _units_of(province, data) if not is_whole(path)]
        there = [(path, year) for path in paths for year in years]
        found = [(unit, year) for path, year in there if (unit := _in_year(path, year, data))]
        if not found:
            raise _no_data(data)
    return list(dict.fromkeys(found))


def _refuse_unclear(names: Sequence[str], province: str | None, every: bool, data: Path) -> None:
    if not data.is_dir():
        raise UsageError(_("There is no data folder {folder}.", folder=data), _("Name one with --data."))
    if names and (every or province):
        raise UsageError(
            _("A unit by name and all units of a place were asked for at once."),
            _("Give either --district, or --province or --all."),
        )
    if not names and not every and not province:
        raise UsageError(
            _("No report was asked for."), _("Name one, for example: --district tuan-giao --year 2020.")
        )


def _units_of(province: str | None, data: Path) -> list[str]:
    """The units with data of a province, or of all."""
    return [path for path in units_with_data(data) if not province or path.split("/")[0] == province]


def _no_data(data: Path) -> UsageError:
    return UsageError(
        _("There are no data for what was asked for."),
        _("Units with data: {names}.", names=listed(units_with_data(data))),
    )


def _resolve(name: str, year: int, data: Path) -> Unit:
    """The unit that a name means in a year; if it has no data, one of that name may be meant that ended then."""
    unit = units.resolve(name, year, data)
    if not (data / unit.path / str(year)).is_dir():
        units.refuse_ended(name, year, data)
    return unit


def report(
    unit: Unit, year: int, data: Path, outputs: Path, look: Look | None = None, edition: str = INTERNAL
) -> ReportPlan:
    """The plan for one unit and year; `UsageError` if there are no data, naming the years for which there are.

    Public editions lie under a root of their own, which may be given away as it is.
    """
    if not (data / unit.path / str(year)).is_dir():
        there = years_with_data(data, unit.path)
        raise UsageError(
            _("There are no data for {unit} {year}.", unit=unit.full_name, year=year),
            _("Years with data: {years}.", years=listed(there)) if there
            else _("Put the office's files into {folder}.", folder=f"data/{unit.path}/{year}/"),
        )  # fmt: skip
    look = look or Look()
    if _adds_up_itself(data / unit.path / str(year), data, look):
        raise UsageError(
            _("{unit} sent indicators for {year} that it added up itself: its report is not made here.",
              unit=unit.full_name, year=year),
            _("They are in the report of its province: --unit {name}.", name=f"{unit.province}/{WHOLE}"),
        )  # fmt: skip
    notebook = PROVINCE if unit.level == "province" else REPORT
    last = Stage(notebook, unit.path, year, edition, data, look)
    root = outputs / PUBLIC if edition == PUBLIC else outputs
    return ReportPlan(
        unit, year, edition, tuple(in_order(last)), root / unit.path / str(year), outputs / ".work"
    )


def _adds_up_itself(folder: Path, data: Path, look: Look) -> bool:
    """Whether a unit sent, in a folder, a table that stands for all others (`instead` in tables.toml)."""
    stems = look.once(("tables instead", data), lambda: _tables_instead(data / "tables.toml"))
    return any(re.split("[/.]", name)[0] in stems for name in look.listing(folder))


def _tables_instead(path: Path) -> frozenset[str]:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["table"] if path.exists() else []
    return frozenset(table["file"] for table in tables if table.get("instead"))


def only(plans: Sequence[ReportPlan]) -> ReportPlan:
    """The one report that was asked for; `UsageError` if there are several."""
    if len(plans) > 1:
        raise UsageError(
            _("{count} reports were asked for, and only one can be edited at a time.", count=len(plans)),
            _("Name one unit and one year, for example: --district tuan-giao --year 2020."),
        )
    return plans[0]


def parse_years(text: str) -> list[int]:
    """The years in "2020", "2018-2020" or "2018,2020"; `UsageError` if it is none of these."""
    years: list[int] = []
    for part in text.replace(" ", "").split(","):
        match = re.fullmatch(r"(\d{4})(?:[-–](\d{4}))?", part)
        if not match or (match[2] and match[2] < match[1]):
            raise UsageError(
                _("'{text}' is not a year or a range of years.", text=text), _("Write 2020 or 2018-2020.")
            )
        years += range(int(match[1]), int(match[2] or match[1]) + 1)
    return years


def _all_years(name: str, data: Path) -> list[int]:
    """The years with data of the unit that `name` means; in another year it may mean another unit, or none."""
    years = sorted({year for path in units_with_data(data) for year in years_with_data(data, path)})
    fitting = [year for year in years if _means_data(name, year, data)]
    if not fitting:
        units.resolve(name, max(years, default=LATEST), data)  # an unknown name has an error of its own
        raise UsageError(
            _("There are no data for {unit}.", unit=name),
            _("Units with data: {names}.", names=listed(units_with_data(data))),
        )
    return fitting


def _means_data(name: str, year: int, data: Path) -> bool:
    unit = _in_year(name, year, data)
    return unit is not None and (data / unit.path / str(year)).is_dir()


def _in_year(name: str, year: int, data: Path) -> Unit | None:
    try:
        return units.resolve(name, year, data)
    except UsageError:
        return None


def in_order(stage: Stage) -> list[Stage]:
    """A stage after all that it needs, each once."""
    order: dict[Stage, None] = {}

    def add(each: Stage) -> None:
        if each not in order:
            for needed in each.needs:
                add(needed)
            order[each] = None

    add(stage)
    return list(order)
