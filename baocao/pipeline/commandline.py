"""The command line's words: help and usage errors in the chosen language, and what a run says about its reports."""

from __future__ import annotations

import contextlib
import difflib
import functools
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baocao.analysis.findings import Finding, Findings
from baocao.analysis.stages import INTERNAL, PUBLIC, REPOSITORY
from baocao.analysis.vietnamese import date_short
from baocao.errors import ReportError, UsageError, reason
from baocao.messages import LANGUAGES, Message, _, use_language
from baocao.pipeline import record
from baocao.pipeline.plan import Limits, ReportPlan, ReportResult
from baocao.pipeline.status import Status

if TYPE_CHECKING:  # these bring what reads PDFs and prints reports along
    from baocao import nd30
    from baocao.pipeline.back import Back, Change, Place

FORMATS = ("html", "pdf", "docx")


class Language(click.Choice):  # type: ignore[type-arg]
    """One of the languages that there are; `choose_language` has made use of it already."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The language's code; `UsageError` names those that there are."""
        if value not in LANGUAGES:
            raise UsageError(
                _("There is no language '{name}'.", name=value),
                _("Write one of: {names}.", names=", ".join(LANGUAGES)),
            )
        return value


def speaks(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command, or the group of them, the option --lang."""
    words = str(_("Language of messages and help."))
    return click.option("--lang", type=Language(LANGUAGES), expose_value=False, help=words)(function)


class Command(click.Command):
    """A click command that speaks the chosen language."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what click would refuse in English is a `UsageError`, or an error that has a context."""
        valued = {n for p in self.params if isinstance(p, click.Option) and not p.is_flag for n in p.opts}
        for name, value in itertools.pairwise(args):
            if name in valued and value.startswith("--"):
                raise UsageError(_("Option {name} needs a value.", name=name), _("See --help."))
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if rest and not isinstance(self, click.Group) and not ctx.resilient_parsing:
            raise UsageError(
                _("It is not clear what '{text}' is for.", text=" ".join(rest)),
                _(
                    "A unit follows --district, a year --year; a name with spaces stands in quotes. See --help."
                ),
            )
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that says how the command is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), str(_("Usage: ")))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What follows the command's name in that line."""
        arguments = [p.make_metavar(ctx) for p in self.params if isinstance(p, click.Argument)]
        commands = [str(_("COMMAND ..."))] if isinstance(self, click.Group) else []
        return [str(_("[OPTIONS]")), *arguments, *commands]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of options."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        rows = [row for option in options if (row := option.get_help_record(ctx))]
        with formatter.section(str(_("Options"))):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help."""
        option = super().get_help_option(ctx)
        if option:
            option.help = str(_("Show this help."))
        return option


class Group(Command, click.Group):
    """A click group that speaks the chosen language."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named; `UsageError` with the nearest name if there is none."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            near = difflib.get_close_matches(args[0], self.commands, n=1)
            raise UsageError(
                _("There is no command '{name}'.", name=args[0]),
                _("Did you mean {name}?", name=near[0])
                if near
                else _("The commands are: {names}.", names=", ".join(self.commands)),
            )
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the tables of options and of commands."""
        Command.format_options(self, ctx, formatter)
        with formatter.section(str(_("Commands"))):
            formatter.write_dl(
                [(name, command.get_short_help_str(80)) for name, command in self.commands.items()]
            )


@dataclass(frozen=True)
class Selection:
    """Which reports a person asked for, where they lie, and how to speak about them."""

    names: tuple[str, ...]
    years: str | None
    province: str | None
    every: bool
    data: Path
    outputs: Path
    as_json: bool
    debug: bool

    @property
    def work(self) -> Path:
        """The folder for what is made on the way."""
        return self.outputs.resolve() / ".work"


@dataclass(frozen=True)
class Way:
    """How the work is to be done: by how many processes, with which kernels, within which time."""

    jobs: int
    cold: bool
    limits: Limits


def works(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of a `Way` and pass it as the second argument."""
    seconds: dict[str, Any] = {"type": click.FloatRange(0, min_open=True), "metavar": str(_("SECONDS"))}

    @functools.wraps(function)
    def with_way(asked: Selection, **values: Any) -> int:
        limits = Limits(values.pop("cell_seconds"), values.pop("report_seconds"))
        return function(asked, Way(values.pop("jobs") or cores(), values.pop("cold"), limits), **values)

    command = click.option(
        "--cold", is_flag=True, help=str(_("Start each kernel anew: slow, for comparison."))
    )(with_way)
    command = click.option(
        "--report-seconds", default=Limits.report, help=str(_("Longest time for one report.")), **seconds
    )(command)
    command = click.option(
        "--cell-seconds", default=Limits.cell, help=str(_("Longest time for one cell.")), **seconds
    )(command)
    return click.option(
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        help=str(_("Processes at work at once; one per core if not given.")),
    )(command)


def formatted(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the option --format and pass the formats as `formats`."""

    @functools.wraps(function)
    def with_formats(*arguments: Any, formats: str, **values: Any) -> int:
        wanted = tuple(name.strip() for name in formats.split(","))
        if unknown := [name for name in wanted if name not in FORMATS]:
            raise UsageError(
                _("There is no format {name}.", name=unknown[0]),
                _("The formats are: {names}.", names=", ".join(FORMATS)),
            )
        return function(*arguments, formats=wanted, **values)

    words = str(_("Formats of the report."))
    names = ",".join(FORMATS)
    return click.option("--format", "formats", default=names, metavar=names, help=words)(with_formats)


def in_editions(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the option --edition and pass the editions as `editions`."""

    @functools.wraps(function)
    def with_editions(*arguments: Any, editions: str, **values: Any) -> int:
        wanted = tuple(dict.fromkeys(name.strip() for name in editions.split(",")))
        if unknown := [name for name in wanted if name not in (INTERNAL, PUBLIC)]:
            raise UsageError(
                _("There is no edition {name}.", name=unknown[0]),
                _("The editions are: {names}.", names=f"{INTERNAL}, {PUBLIC}"),
            )
        return function(*arguments, editions=wanted, **values)

    words = str(_("Exact for the office (internal), small counts withheld (public), or both."))
    options: dict[str, Any] = {"default": INTERNAL, "metavar": f"{INTERNAL},{PUBLIC}", "help": words}
    return click.option("--edition", "editions", **options)(with_editions)


def selects(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of a `Selection` and pass it as the first argument."""
    folder: dict[str, Any] = {"type": click.Path(path_type=Path), "metavar": str(_("FOLDER"))}
    choices: list[tuple[list[str], dict[str, Any], Message]] = [
        (["--district", "--unit", "names"], {"multiple": True, "metavar": str(_("NAME"))},
         _("Unit, e.g. tuan-giao; repeatable.")),
        (["--year", "--years", "years"], {"metavar": str(_("YEAR"))},
         _("Year (2020) or years (2018-2020); all with data if not given.")),
        (["--province"], {"metavar": str(_("PROVINCE"))},
         _("All units of a province and its roll-up, e.g. dien-bien.")),
        (["--all", "every"], {"is_flag": True}, _("All units with data.")),
        (["--data"], folder | {"default": REPOSITORY / "data"}, _("Folder with the offices' files.")),
        (["--outputs"], folder | {"default": REPOSITORY / "outputs"}, _("Folder for what is made.")),
        (["--json", "as_json"], {"is_flag": True}, _("Print results as JSON.")),
        (["--debug"], {"is_flag": True}, _("Show the Python traceback of an error.")),
    ]  # fmt: skip

    @functools.wraps(function)
    def with_selection(**values: Any) -> int:
        return function(Selection(**{f.name: values.pop(f.name) for f in fields(Selection)}), **values)

    command = speaks(with_selection)
    for names, kind, help_text in reversed(choices):
        command = click.option(*names, help=str(help_text), **kind)(command)
    return command


def of_word_file(asked: Selection, file: Path, named: tuple[str, int, str] | None) -> tuple[Selection, str]:
    """The selection of the report that a Word file names, or that a person names for one that does not; its edition.

    `UsageError` if neither does, or they contradict each other.
    """
    if named is None:
        if not asked.names or not asked.years:
            raise UsageError(
                _("{file} does not say which report it is.", file=file.name),
                _("Name it, for example: --unit tuan-giao --year 2020."),
            )
        return asked, INTERNAL
    unit, year, edition = named
    known = {unit, unit.split("/")[1], unit.split("/")[1].partition("-")[2]}
    if (asked.names and not known & set(asked.names)) or asked.years not in (None, str(year)):
        raise UsageError(
            _(
                "{file} says that it is the report of {unit} for {year}.",
                file=file.name,
                unit=unit,
                year=year,
            ),
            _("Leave out --unit and --year, or name the file of the other report."),
        )
    wanted = replace(asked, names=(unit,), years=str(year), province=None, every=False)
    return wanted, edition if edition in (INTERNAL, PUBLIC) else INTERNAL


def choose_language(arguments: Sequence[str]) -> None:
    """Take `--lang` from the arguments before anything is put into words, help texts included."""
    for position, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        if value in LANGUAGES:
            use_language(value)


def usage_error(error: click.ClickException) -> UsageError:
    """What click refused, in our own words: its own are English."""
    remedy = _("See --help.")
    match error:
        case click.NoSuchOption():
            problem = _("There is no option {name}.", name=error.option_name)
            if error.possibilities:
                remedy = _("Did you mean {name}?", name=", ".join(error.possibilities))
        case click.BadOptionUsage() if _is_flag(error):
            problem = _("Option {name} takes no value.", name=error.option_name)
        case click.BadOptionUsage():
            problem = _("Option {name} needs a value.", name=error.option_name)
        case click.MissingParameter() if error.param:
            problem = _("{name} was not given.", name=error.param.get_error_hint(None))
        case click.BadParameter() if error.param:
            problem = _("The value given for {name} does not fit.", name=error.param.get_error_hint(None))
        case _:
            problem = _("The command cannot be understood.")
    ours = UsageError(problem, remedy)
    ours.__cause__ = error
    return ours


def _is_flag(error: click.BadOptionUsage) -> bool:
    options = error.ctx.command.params if error.ctx else []
    return any(getattr(o, "is_flag", False) for o in options if error.option_name in o.opts)


def say_error(error: ReportError, debug: bool) -> None:
    """Print an error, its remedy and, with `debug`, its traceback."""
    click.echo(f"{_('Error: ')}{error}", err=True)
    if error.kept:
        click.echo(f"  {_('Kept for you to look at: {folder}', folder=_short(error.kept))}", err=True)
    if debug:
        import traceback

        traceback.print_exception(error, file=sys.stderr)


def say_result(result: ReportResult, debug: bool) -> None:
    """Print one report's result as it comes: where its files are, or what stopped it."""
    if not result.error:
        word = _("Unchanged: ") if result.unchanged else _("Done: ")
        click.echo(f"{word}{result.name}")
        for name in result.files:
            click.echo(f"  {_short(result.folder / name)}")
        for name in result.removed:
            click.echo(
                f"  {_('{name} of an earlier run was removed: it was not asked for this time.', name=name)}"
            )
        say_findings(result.findings)
        return
    click.echo(f"{_('Failed: ')}{result.name}", err=True)
    errors = [finding for finding in result.findings if finding.severity == "error"]
    if errors:
        for finding in errors:
            click.echo(f"  ✗ {finding.place}: {finding.message}\n    → {finding.remedy}", err=True)
        if result.page:
            click.echo(f"  {_('See {page}', page=_short(result.page))}", err=True)
        if result.error.kept:
            click.echo(
                f"  {_('Kept for you to look at: {folder}', folder=_short(result.error.kept))}", err=True
            )
    else:
        say_error(result.error, debug)
    if result.older_there:
        click.echo(
            f"  {_('The files in {folder} are those of an earlier run: they are OLD.', folder=_short(result.folder))}",
            err=True,
        )


def raise_error(result: ReportResult, _log: Path) -> None:
    """Raise what stopped a report that something else is to be done with."""
    if result.error:
        raise result.error


def say_check(result: ReportResult, debug: bool) -> None:
    """Print everything that reading one report's input files brought to light."""
    if result.error:
        say_result(result, debug)
    else:
        click.echo(str(_("Checked: {name}", name=result.name)))
        say_findings(result.findings, everything=True)
        if result.page:
            click.echo(f"  {_('See {page}', page=_short(result.page))}")


def say_findings(findings: Iterable[Finding], everything: bool = False) -> None:
    """Print the findings that a person should verify, or all of them; those that say the same of one file together."""
    found = list(findings)
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in found:
        if everything or finding.severity == "verify":
            said = finding.severity, finding.rule, finding.file, str(finding.message), str(finding.remedy)
            groups.setdefault(said, []).append(finding)
    for (severity, _rule, _file, message, remedy), (first, *others) in groups.items():
        mark = {"error": "✗", "verify": "?", "note": "·"}[severity]
        more = f" {_('and {count} more', count=len(others))}" if others else ""
        click.echo(f"  {mark} {first.place}{more}: {message}\n    → {remedy}")
    notes = sum(finding.severity == "note" for finding in found)
    if notes and not everything:
        click.echo(f"  {_('{count} notes in findings.html.', count=notes)}")


class Told:
    """What a run tells as it goes, and what it comes to."""

    def __init__(
        self,
        asked: Selection,
        plans: Sequence[ReportPlan],
        unchanged: Sequence[ReportPlan],
        everything: bool = False,
    ) -> None:
        self._asked = asked
        self._everything = everything
        self._errors: list[ReportError | None] = [None] * len(unchanged)
        self._json = dict.fromkeys([plan.target for plan in plans], "")
        if asked.as_json or len(unchanged) == 1:
            for plan in unchanged:
                files = (*record.read(plan.target).get("outputs", {}), record.RECORD)
                findings = tuple(Findings.from_csv(plan.target / "findings.csv"))
                self._say(ReportResult(plan.name, plan.target, files, findings, unchanged=True))
        elif unchanged:
            click.echo(str(_("Unchanged: {count} reports", count=len(unchanged))))

    def tell(self, result: ReportResult, log: Path) -> None:
        """Tell what became of a report, in words, as JSON, and in the run's log."""
        self._errors.append(result.error)
        with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as file:  # it may be full
            file.write(f"{time.strftime('%H:%M:%S')} {result.name}: {result.error or 'ok'}\n")
        self._say(result)

    def _say(self, result: ReportResult) -> None:
        if self._asked.as_json:
            self._json[result.folder] = json.dumps(result.as_json(), ensure_ascii=False, indent=1)
        elif self._everything:
            say_check(result, self._asked.debug)
        else:
            say_result(result, self._asked.debug)

    def exit_code(self) -> int:
        """0 all done; 1 some failed and at least one succeeded; 3 all failed, for their input data; 4 otherwise."""
        failed = [error for error in self._errors if error]
        if self._asked.as_json:
            click.echo("[" + ",\n".join(self._json.values()) + "]")
        elif len(self._errors) > 1 and failed:
            click.echo(
                str(_("{count} of {total} reports failed.", count=len(failed), total=len(self._errors))),
                err=True,
            )
        if not failed:
            return 0
        if len(failed) < len(self._errors):
            return 1
        return max(error.exit_code for error in failed)


def say_waiting() -> None:
    """Print that another run must be waited for."""
    click.echo(str(_("Another run is at work in this outputs folder: waiting for its end.")), err=True)


CHANGES = {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed")}
"""What may have become of a sentence in a Word file."""
WHERE = {
    "notebook": _("This sentence is made by cell {cell} of the notebook: it is changed there."),
    "form": _("This is changed in report.toml."),
    "table": _("Figures in tables come from the data: they are changed there."),
}
"""Where what the narrative does not hold is changed."""
KINDS = {
    "cells": _("a cell of a notebook"),
    "prose": _("the prose of a notebook"),
    "parameters": _("a parameter"),
    "inputs": _("a file of the office"),
    "tables": _("a shared table"),
    "code": _("a module that a notebook imports"),
    "engine": _("what runs the notebooks"),
    "packaged": _("a table or words of the program"),
    "libraries": _("a library"),
    "printing": _("what prints the report"),
    "formats": _("a format"),
    "font": _("the font"),
}
"""The kinds of triggers (docs/what-runs-again.md)."""
HOW = {"new": _("new"), "changed": _("changed"), "gone": _("gone")}


def say_status(found: Sequence[tuple[ReportPlan, Status]], as_json: bool) -> None:
    """Print of each report whether it is up to date, and if not, why and what will run."""
    if as_json:
        click.echo(
            json.dumps([_status_json(plan, there) for plan, there in found], ensure_ascii=False, indent=1)
        )
        return
    for plan, there in found:
        if there.done:
            click.echo(str(_("Up to date: {name}", name=plan.name)))
        else:
            say_why(plan, there)


def say_why(plan: ReportPlan, there: Status) -> None:
    """Print why a report is not up to date, and what will run for it."""
    click.echo(str(_("To be made: {name}", name=plan.name)))
    if not there.made:
        click.echo(f"  {_('It was not made before.')}")
    for change in there.changes:
        click.echo(f"  {KINDS.get(change.kind, change.kind)}: {change.item} ({HOW[change.how]})")
    for name in there.damaged:
        click.echo(f"  {_('{name} is not as it was written.', name=name)}")
    if there.old:
        click.echo(f"  {_('The last run of it failed.')}")
    steps = [plan.last.names(stage) for stage in there.to_run]
    click.echo(f"  → {', '.join([*steps, str(_('printing'))])}")


def _status_json(plan: ReportPlan, there: Status) -> dict[str, Any]:
    return {
        "report": plan.name,
        "folder": str(plan.target),
        "up_to_date": there.done,
        "made": there.made,
        "changes": [
            {"kind": change.kind, "item": change.item, "how": change.how} for change in there.changes
        ],
        "damaged": list(there.damaged),
        "failed": there.old,
        "to_run": [plan.last.names(stage) for stage in there.to_run],
    }


def say_forms(written: Sequence[ReportResult], as_json: bool) -> None:
    """Print where the entry forms lie, and what to do with them."""
    if as_json:
        said = [{"report": w.name, "folder": str(w.folder), "files": list(w.files)} for w in written]
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    for forms in written:
        click.echo(str(_("Entry forms: {name}", name=forms.name)))
        for name in forms.files:
            click.echo(f"  {_short(forms.folder / name)}")
    click.echo(str(_("Filled in, they belong into the year's folder in data/ under the same names.")))


ND30_STATUS = {
    "pass": ("✓", _("as required")),
    "deviation": ("✗", _("deviation")),
    "not_applicable": ("·", _("does not apply")),
    "cannot_tell": ("?", _("cannot be told")),
}


def say_nd30(name: str, report: nd30.Report, as_json: bool) -> None:
    """Print what was found of every rule: a table, then each deviation with what is asked for and by which clause."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from baocao import nd30

    texts = {rule.id: rule for rule in nd30.rules()}
    if as_json:
        rows = [
            asdict(texts[r.rule]) | {"status": r.status, "found": r.found, "pages": list(r.pages)}
            for r in report.results
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    click.echo(str(_("Form by Nghị định 30/2020/NĐ-CP: {file}", file=name)))
    if report.older:
        click.echo(str(_("The document is of {date}, older than the decree (in force from {first} on): the rules of "
                         "then, Thông tư 01/2011/TT-BNV, were others; the table says how it fits those of today.",
                         date=date_short(report.date or nd30.IN_FORCE), first=date_short(nd30.IN_FORCE))))  # fmt: skip
    elif report.date is None:
        click.echo(str(_("The document bears no complete date of issue: it is checked as a draft of today.")))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in (_("Id"), _("Rule"), _("Result"), _("Found"), _("Pages")):
        table.add_column(str(title), overflow="fold")
    for result in report.results:
        mark, words = ND30_STATUS[result.status]
        row = [result.rule, texts[result.rule].rule, f"{mark} {words}", result.found, _ranges(result.pages)]
        table.add_row(*(Text(cell) for cell in row))
    Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 140).print(table)
    for result in report.deviations:
        rule = texts[result.rule]
        click.echo(f"✗ {rule.id} {rule.rule}: {result.found}")
        click.echo(f"    → {rule.requirement} ({rule.source if rule.source != '-' else rule.doubt})")
    counts = {status: sum(r.status == status for r in report.results) for status in nd30.STATUSES}
    said = ", ".join(f"{counts[status]} {words}" for status, (_mark, words) in ND30_STATUS.items())
    click.echo(str(_("{count} rules: {said}.", count=len(report.results), said=said)))


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in rising order, those that follow each other as a range: 1, 3-5."""
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return ", ".join(str(g[0]) if len(g) == 1 else f"{g[0]}-{g[-1]}" for g in groups)


def say_back(back: Back, as_json: bool) -> None:
    """Print what was changed by hand in a Word file, what no longer agrees with the data, and where the proposal is."""
    if as_json:
        click.echo(json.dumps(back.as_json(), ensure_ascii=False, indent=1))
        return
    click.echo(str(_("Back: {report}", report=back.report)))
    if not back.base_known:
        click.echo(
            f"  {_('The file does not tell what it said when it was made: it is compared with the report of today.')}"
        )
    for change in back.changes:
        _say_change(change)
    _say_disagreements(back)
    for remark in back.remarks:
        click.echo(f"  {_('Comment of {author}', author=remark.author or '-')}: {_place(remark.place)}")
        click.echo(f"    “{remark.text}” ← {_shortened(remark.around)}")
    if not (back.changes or back.numbers or back.outdated or back.remarks):
        click.echo(f"  {_('Nothing was changed.')}")
    if back.proposal:
        click.echo(f"  {_('Proposal for the narrative: {path}', path=_short(back.proposal))}")
        advice = _(
            "Read it; to take it over, put it in the place of narrative.md in the data, then run again."
        )
        click.echo(f"    → {advice}")


def _say_change(change: Change) -> None:
    """Print a sentence that was changed by hand, as it was and as it is, and where that is to be changed."""
    click.echo(f"  {CHANGES[change.kind]} {_place(change.place)}")
    for sign, text in (("-", change.before), ("+", change.after)):
        if text:
            click.echo(f"    {sign} {text}")
    if not change.before and not change.after:
        click.echo(f"    - {_('a sentence that the data of today would write differently')}")
    if change.place.by in WHERE:
        where = Message(WHERE[change.place.by].template, {"cell": change.place.cell})
        click.echo(f"    → {where}")


def _say_disagreements(back: Back) -> None:
    """Print the values and sentences that the data of today would have otherwise."""
    for number in back.numbers:
        why = _("typed by hand") if number.by_hand else _("the data changed since")
        now = number.now or _("no value now")
        click.echo(f"  ? {number.tag}: “{number.in_word}” → “{now}” ({why}); {_place(number.place)}")
        click.echo(f"    {_shortened(number.around)}")
    for outdated in back.outdated:
        click.echo(
            f"  ? {_('The data or the notebook changed since this sentence was made')}: {_place(outdated.place)}"
        )
        click.echo(f"    - {outdated.in_word}")
        if outdated.now:
            click.echo(f"    + {outdated.now}")


def _place(place: Place) -> str:
    return f"[{place.title}]" if place.title else ""


def _shortened(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:100].rpartition(' ')[0]}…"


def say_address(folder: Path, address: str, as_json: bool) -> None:
    """Print where the working copy of the notebooks is and the address at which it can be edited."""
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "address": address}, ensure_ascii=False))
        return
    click.echo(f"{_('Working copy: ')}{_short(folder)}")
    click.echo(f"{_('JupyterLab: ')}{address}")
    click.echo(
        str(
            _(
                "Run > Run All Cells shows the values. What you save there is saved in notebooks/. Ctrl-C ends."
            )
        )
    )


@contextlib.contextmanager
def needs(package: str) -> Iterator[None]:
    """Import what not everybody installs; `UsageError` with the command that installs it if it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        lock = REPOSITORY / "requirements-all.lock"
        raise UsageError(
            _("{package} is not installed.", package=package),
            _(
                "Install it: {command}",
                command=f"{sys.executable} -m pip install --no-deps --require-hashes -r {lock}",
            ),
        ) from error


def cores() -> int:
    """How many processes can run at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def as_report_error(error: Exception) -> ReportError:
    """Any error as one that says what to do; what the program did not foresee is an internal error."""
    if isinstance(error, ReportError):
        return error
    if isinstance(error, OSError):
        known: ReportError = UsageError(
            _(
                "{path} cannot be read or written: {why}",
                path=error.filename or "-",
                why=reason(error),
            ),
            _("Make room or give yourself the right to it, or name another folder with --outputs."),
        )
    else:
        known = ReportError(
            _("Internal error: {why}", why=f"{type(error).__name__}: {error}"),
            _("Run again with --debug and report it."),
        )
    known.__cause__ = error
    return known


def _short(path: Path) -> str:
    """A path as short as it is unambiguous: from the current folder if it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
