"""The command line's words: help and usage errors in the chosen language, and what a run says about its reports."""

from __future__ import annotations

import contextlib
import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from baocao.analysis.findings import Finding, Findings
from baocao.analysis.stages import REPOSITORY
from baocao.errors import ReportError, UsageError
from baocao.messages import LANGUAGES, Message, _, use_language
from baocao.pipeline.plan import ReportPlan


@dataclass(frozen=True)
class ReportResult:
    """What became of one report: its files, or the error that stopped it."""

    name: str
    folder: Path
    files: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: ReportError | None = None
    older_there: bool = False

    def as_json(self) -> dict[str, Any]:
        """The result as plain data, for `--json`."""
        return {
            "report": self.name,
            "folder": str(self.folder),
            "files": list(self.files),
            "findings": [
                {"severity": f.severity, "place": f.place, "message": str(f.message)} for f in self.findings
            ],
            "error": str(self.error) if self.error else None,
        }


class Command(click.Command):
    """A click command that speaks the chosen language."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that says how the command is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), str(_("Usage: ")))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What follows the command's name in that line."""
        return [str(_("[OPTIONS]")), *([str(_("COMMAND ..."))] if isinstance(self, click.Group) else [])]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of options."""
        rows = [row for parameter in self.get_params(ctx) if (row := parameter.get_help_record(ctx))]
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


def selects(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of a `Selection` and pass it as the first argument."""
    folder = click.Path(path_type=Path)
    choices: list[tuple[list[str], dict[str, Any], Message]] = [
        (["--district", "--unit", "names"], {"multiple": True, "metavar": str(_("NAME"))},
         _("Unit, e.g. tuan-giao; repeatable.")),
        (["--year", "--years", "years"], {"metavar": str(_("YEAR"))},
         _("Year (2020) or years (2018-2020); all with data if not given.")),
        (["--province"], {"metavar": str(_("PROVINCE"))}, _("All units of a province, e.g. dien-bien.")),
        (["--all", "every"], {"is_flag": True}, _("All units with data.")),
        (["--data"], {"type": folder, "default": REPOSITORY / "data"}, _("Folder with the offices' files.")),
        (["--outputs"], {"type": folder, "default": REPOSITORY / "outputs"}, _("Folder for what is made.")),
        (["--json", "as_json"], {"is_flag": True}, _("Print results as JSON.")),
        (["--debug"], {"is_flag": True}, _("Show the Python traceback of an error.")),
        (["--lang"], {"type": click.Choice(LANGUAGES), "default": "vi"}, _("Language of messages and help.")),
    ]  # fmt: skip

    @functools.wraps(function)
    def with_selection(lang: str, **values: Any) -> int:
        use_language(lang)
        return function(Selection(**{f.name: values.pop(f.name) for f in fields(Selection)}), **values)

    for names, kind, help_text in reversed(choices):
        with_selection = click.option(*names, help=str(help_text), **kind)(with_selection)
    return with_selection


def choose_language(arguments: Sequence[str]) -> None:
    """Take `--lang` from the arguments before anything is put into words, help texts included."""
    for position, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        if value in LANGUAGES:
            use_language(value)


def usage_problem(error: click.ClickException) -> Message:
    """A click error in the chosen language."""
    match error:
        case click.NoSuchOption():
            near = f" ({', '.join(error.possibilities)}?)" if error.possibilities else ""
            return _("There is no option {name}{near}.", name=error.option_name, near=near)
        case click.BadParameter() if error.param:
            return _("Option {name}: {why}", name="/".join(error.param.opts), why=error.message)
        case click.BadOptionUsage():
            return _("Option {name} needs a value.", name=error.option_name)
        case _:
            return _("The command cannot be understood: {why}", why=error.format_message())


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
        click.echo(f"{_('Done: ')}{result.name}")
        for name in result.files:
            click.echo(f"  {_short(result.folder / name)}")
        say_findings(result.findings)
        return
    click.echo(f"{_('Failed: ')}{result.name}", err=True)
    errors = [finding for finding in result.findings if finding.severity == "error"]
    if errors:
        for finding in errors:
            click.echo(f"  ✗ {finding.place}: {finding.message}\n    → {finding.remedy}", err=True)
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


def say_check(result: ReportResult, debug: bool) -> None:
    """Print everything that reading one report's input files brought to light."""
    if result.error:
        say_result(result, debug)
    else:
        click.echo(str(_("Checked: {name}", name=result.name)))
        say_findings(result.findings, everything=True)


def say_findings(findings: Iterable[Finding], everything: bool = False) -> None:
    """Print the findings that a person should verify, or all of them."""
    found = list(findings)
    for finding in found:
        if everything or finding.severity == "verify":
            mark = {"error": "✗", "verify": "?", "note": "·"}[finding.severity]
            click.echo(f"  {mark} {finding.place}: {finding.message}\n    → {finding.remedy}")
    notes = sum(finding.severity == "note" for finding in found)
    if notes and not everything:
        click.echo(f"  {_('{count} notes in findings.csv.', count=notes)}")


def say_json(results: Sequence[ReportResult]) -> None:
    """Print all results as one JSON document."""
    click.echo(json.dumps([result.as_json() for result in results], ensure_ascii=False, indent=1))


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
        raise UsageError(
            _("{package} is not installed.", package=package),
            _(
                "Install it: {command}",
                command=f"{sys.executable} -m pip install --require-hashes -r {REPOSITORY / 'requirements-all.lock'}",
            ),
        ) from error


def exit_code(results: Sequence[ReportResult]) -> int:
    """0 all done; 1 some failed and at least one succeeded; 3 all failed, for their input data; 4 otherwise."""
    failed = [result.error for result in results if result.error]
    if not failed:
        return 0
    if len(failed) < len(results):
        return 1
    return max(error.exit_code for error in failed)


def failure(plan: ReportPlan, error: Exception, older_there: bool) -> ReportResult:
    """The result of a report that an error stopped, with the findings its notebook left behind."""
    reported = as_report_error(error)
    findings = tuple(Findings.load(reported.kept)) if reported.kept else ()
    return ReportResult(plan.name, plan.target, findings=findings, error=reported, older_there=older_there)


def as_report_error(error: Exception) -> ReportError:
    """Any error as one that says what to do; what the program did not foresee is an internal error."""
    if isinstance(error, ReportError):
        return error
    if isinstance(error, OSError):
        known: ReportError = UsageError(
            _(
                "{path} cannot be read or written: {why}",
                path=error.filename or "-",
                why=error.strerror or error,
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
