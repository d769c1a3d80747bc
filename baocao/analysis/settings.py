"""`report.toml`: what an office decides about one report of its own (number, period, addressees, layout).

Strict: an unknown or mistyped setting is an error that names it, because a setting that is silently ignored is a
report that is silently wrong.
"""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from baocao.analysis.stages import WHOLE
from baocao.errors import InputError
from baocao.messages import Message, _

LONGEST = 366
"""Days in a yearly report's period."""

Place = Literal["body", "annex", "none"]
BlankOrDate = Annotated[datetime.date | None, BeforeValidator(lambda value: None if value == "" else value)]


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if doubled := [name for name in names if names.count(name) > 1]:
        raise ValueError(doubled[0])
    return names


Once = Annotated[tuple[str, ...], Field(strict=False), AfterValidator(_each_once)]
"""Names in an order, none of them twice."""


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Document(_Section):
    """The form of the document. A blank number or date makes it a draft (Nghị định 30/2020/NĐ-CP, PL I, II.3-4).

    Here as in `Delivery` and `Signature`, what is not given (None) comes from the table of bodies (`bodies.of`).
    """

    number: str = ""
    date: BlankOrDate = None
    symbol: str | None = None
    place: str | None = None
    superior: str = ""
    issuer: tuple[str, ...] | None = Field(default=None, min_length=1, strict=False)
    kind: str = "BÁO CÁO"


class Period(_Section):
    """The reporting period and the day the figures were taken (statutory year: NĐ 09/2019/NĐ-CP, Điều 12)."""

    start: datetime.date
    end: datetime.date
    cutoff: datetime.date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if not self.start < self.cutoff <= self.end:
            raise ValueError(f"start < cutoff <= end ({self.start}, {self.cutoff}, {self.end})")
        if (self.end - self.start).days > LONGEST:
            raise ValueError(f"end - start <= {LONGEST}")
        return self


class Request(_Section):
    """The document that asked for this report; all blank when it is not known."""

    number: str = ""
    date: BlankOrDate = None
    issuer: str = ""
    subject: str = ""


class Delivery(_Section):
    """Kính gửi and Nơi nhận (Nghị định 30/2020/NĐ-CP, PL I, II.9).

    With `salutation` the report has "Kính gửi" and, first under "Nơi nhận", "Như trên"; without it neither.
    """

    salutation: bool = True
    addressees: tuple[str, ...] | None = Field(default=None, strict=False)
    recipients: tuple[str, ...] | None = Field(default=None, strict=False)
    file: str | None = None


class Signature(_Section):
    """Who signs (Nghị định 30/2020/NĐ-CP, PL I, II.7); the name stays blank until it is signed."""

    authority: str | None = None
    posts: tuple[str, ...] | None = Field(default=None, strict=False)
    name: str = ""


class Bodies(_Section):
    """The roles of the table of bodies whose doubtful names were asked about and are right."""

    confirmed: Once = ()


class Layout(_Section):
    """Which sections and annexes the report has, in which order, and where its charts stand.

    In a Word document they stand where they do in the PDF, unless it is said otherwise.
    """

    sections: Once
    annexes: Once = ()
    charts_html: Place = "body"
    charts_pdf: Place = "annex"
    charts_docx: Place | None = None

    @property
    def charts(self) -> dict[str, Place]:
        """Where the charts stand in each format."""
        return {"html": self.charts_html, "pdf": self.charts_pdf, "docx": self.charts_docx or self.charts_pdf}


class Intake(_Section):
    """How this office's files are to be read.

    `dash` is what "-" in a cell means. `replaces` names files that take the place of others, the newer first;
    `sources` says for a table, by its file's name, which bodies send it, the one whose figure counts first.
    """

    dash: Literal["zero", "missing"]
    replaces: dict[str, str] = Field(default_factory=dict)
    sources: dict[str, Once] = Field(default_factory=dict)


class Illustrative(_Section):
    """Which indicators are real although the rest of the data is illustrative."""

    real: tuple[str, ...] = Field(default=(), strict=False)


class Disclosure(_Section):
    """What the public editions of a province's units withhold; stands in the province's own `report.toml`.

    Counts from 1 to below `threshold` are withheld. No Vietnamese rule names a number; 5 is what statistical offices
    elsewhere often take. `not_sending` are units, by their folders' names, that will not report for the year, so that
    nobody waits for them.
    """

    threshold: int = Field(default=5, ge=2, le=100)
    not_sending: Once = ()


class Settings(_Section):
    """All of `report.toml`."""

    document: Document = Document()
    period: Period
    request: Request = Request()
    delivery: Delivery = Delivery()
    signature: Signature = Signature()
    bodies: Bodies = Bodies()
    layout: Layout
    intake: Intake
    illustrative: Illustrative | None = None
    disclosure: Disclosure = Disclosure()


def load(path: Path, year: int) -> Settings:
    """The settings in the `report.toml` of a year; `InputError` names the file, the setting, and what is wrong with it.

    The year of a report is the one in which its period ends: a file left over from another year is an error. So is
    what only the province decides, in a unit's own file.
    """
    choices = _load(path)
    if choices.period.end.year != year or (
        choices.document.date and choices.document.date < choices.period.start
    ):
        raise InputError(
            _("{file} is about another year: the period ends on {end}, the folder is {year}.", file=path.name,
              end=choices.period.end, year=year),
            _("Adapt the period, the request and the date to the year of the folder."),
        )  # fmt: skip
    if "disclosure" in choices.model_fields_set and path.parent.parent.name != WHOLE:
        raise InputError(
            _("{file}, setting {setting}: {problem}", file=path.name, setting="disclosure",
              problem=_("only that of the province is read.")),
            _("Put it into data/{folder}/report.toml.", folder=f"<...>/{WHOLE}/{year}"),
        )  # fmt: skip
    return choices


def _load(path: Path) -> Settings:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(
            _("{file} is missing from {folder}.", file=path.name, folder=path.parent.name),
            _("Copy last year's file and adapt it."),
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            _("{file} is not written in UTF-8.", file=path.name),
            _("Open it in a text editor and save it as UTF-8."),
        ) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))  # else at the end of the file
        raise InputError(
            _(
                "{file} cannot be read: line {line}, column {column}.",
                file=path.name,
                line=place[1],
                column=place[2],
            )
            if place
            else _("{file} cannot be read: it breaks off at the end.", file=path.name),
            _("Write texts between quotes, dates as 2020-12-14, and close every quote and bracket."),
        ) from None
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        # A misspelt name comes first: it explains what seems to be missing.
        first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        setting = ".".join(str(part) for part in first["loc"])
        raise InputError(
            _(
                "{file}, setting {setting}: {problem}",
                file=path.name,
                setting=setting,
                problem=_problem(first),
            ),
            _remedy(first),
        ) from None


def _problem(error: Any) -> Message:
    match error["type"]:
        case "missing":
            return _("it is missing.")
        case "extra_forbidden":
            return _("there is no such setting.")
        case "value_error":
            return _("this cannot be: {rule}.", rule=error["ctx"]["error"])
        case _:
            return _("the value {value} does not fit.", value=repr(error["input"]))


def _remedy(error: Any) -> Message:
    match error["type"]:
        case "extra_forbidden":
            *section, name = error["loc"]
            model: Any = Settings.model_fields[section[0]].annotation if section else Settings
            known = next(
                iter(get_args(model)), model
            ).model_fields  # a section that may be left out is a union
            near = difflib.get_close_matches(str(name), known, n=1) or list(known)
            return _("The settings there are: {names}.", names=", ".join(near))
        case "literal_error":
            return _("It may be: {values}.", values=error["ctx"]["expected"].replace(" or ", ", "))
        case "date_type" | "date_from_datetime_parsing" | "date_parsing":
            return _("Write the date as 2020-12-14, without quotes.")
        case _:
            return _("Compare with the report.toml of another year.")
