#!/usr/bin/env python3
"""Make the yearly reports of administrative units from their own spreadsheets.

Reads as the list of steps; each step is a module of `baocao.pipeline`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from baocao.analysis.findings import Findings
from baocao.errors import ReportError, UsageError
from baocao.messages import _
from baocao.pipeline import commandline
from baocao.pipeline.commandline import Command, Group, ReportResult, Selection, selects, speaks
from baocao.pipeline.plan import ReportPlan, only, parse_years, plan

FORMATS = ("html", "pdf")

commandline.choose_language(sys.argv[1:])


@click.group(
    cls=Group,
    invoke_without_command=True,
    context_settings={"max_content_width": 110},
    help=str(_("Yearly reports of administrative units, from their own spreadsheets.")),
)
@speaks
@click.pass_context
def cli(context: click.Context) -> None:
    """The commands; without one, the help."""
    if context.invoked_subcommand is None:
        raise click.exceptions.NoArgsIsHelpError(context)


@cli.command(cls=Command, help=str(_("Make reports: clean, compute, write, export.")))
@click.option(
    "--format",
    "formats",
    default=",".join(FORMATS),
    metavar=",".join(FORMATS),
    help=str(_("Formats of the report.")),
)
@selects
def run(asked: Selection, formats: str) -> int:
    """Make every report asked for; one that fails does not stop the others."""
    wanted = [name.strip() for name in formats.split(",")]
    if unknown := [name for name in wanted if name not in FORMATS]:
        raise UsageError(
            _("There is no format {name}.", name=unknown[0]),
            _("The formats are: {names}.", names=", ".join(FORMATS)),
        )
    results = []
    for report in _plans(asked):
        results.append(_make(report, wanted))
        if not asked.as_json:
            commandline.say_result(results[-1], asked.debug)
    if asked.as_json:
        commandline.say_json(results)
    return commandline.exit_code(results)


@cli.command(cls=Command, help=str(_("Read and check the input files only; show what was found.")))
@selects
def check(asked: Selection) -> int:
    """Run the notebooks of every report asked for and show everything that was found."""
    results = []
    for report in _plans(asked):
        results.append(_check(report))
        if not asked.as_json:
            commandline.say_check(results[-1], asked.debug)
    if asked.as_json:
        commandline.say_json(results)
    return commandline.exit_code(results)


@cli.command(cls=Command, help=str(_("Edit the notebooks in JupyterLab, for one unit and year.")))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help=str(_("Port on this machine; a free one if not given.")),
)
@click.option("--no-browser", is_flag=True, help=str(_("Print the address and open no browser.")))
@selects
def edit(asked: Selection, port: int, no_browser: bool) -> int:
    """Open a working copy of the notebooks until Ctrl-C; what is saved there is saved in notebooks/."""
    report = only(_plans(asked))
    with commandline.needs("jupyterlab"):
        from baocao.pipeline.edit import WorkingCopy, serve
    copy = WorkingCopy.make(report)
    serve(
        copy,
        report.work,
        port,
        open_browser=not no_browser,
        say=lambda address: commandline.say_address(copy.folder, address, asked.as_json),
    )
    return 0


def _plans(asked: Selection) -> list[ReportPlan]:
    years = parse_years(asked.years) if asked.years else []
    return plan(
        asked.names, years, asked.province, asked.every, asked.data.resolve(), asked.outputs.resolve()
    )


def _make(report: ReportPlan, formats: list[str]) -> ReportResult:
    """All steps for one report, in order."""
    from baocao.pipeline import export, record

    older = record.is_there(report)
    try:
        written, computed, findings = _execute(report)
        files = {"report.ipynb": written.read_bytes()}
        files |= {f"report.{name}": export.export(written, name) for name in formats}
        files["indicators.csv"] = (computed / "indicators.csv").read_bytes()
        files["findings.csv"] = findings.to_csv().encode()
        removed = record.record(report, files, export.facts(formats))
    except Exception as error:
        return commandline.failure(report, error, older)
    return ReportResult(
        report.name, report.target, (*files, record.RECORD), tuple(findings), removed=tuple(removed)
    )


def _check(report: ReportPlan) -> ReportResult:
    """All steps that read what the office supplied, and what they found; no report is made."""
    try:
        _written, _computed, findings = _execute(report)
    except Exception as error:
        return commandline.failure(report, error, older_there=False)
    return ReportResult(report.name, report.target, findings=tuple(findings))


def _execute(report: ReportPlan) -> tuple[Path, Path, Findings]:
    """Run the notebooks; the executed report, the folder with its indicators, and all findings."""
    from baocao.pipeline import execute, params, verify

    for notebook in dict.fromkeys(stage.source for stage in report.stages):
        params.check_cell(notebook)
    results = {stage: execute.execute(stage, report.work) for stage in report.stages}
    written, computed = results[report.last] / "notebook.ipynb", results[report.indicators]
    findings = Findings.load(computed)
    findings.include(verify.verify(report, written, computed / "indicators.csv"))
    return written, computed, findings


def main() -> int:
    """The program; returns its exit code (README, "Exit codes")."""
    debug = "--debug" in sys.argv
    try:
        return int(cli.main(standalone_mode=False) or 0)
    except ReportError as error:
        commandline.say_error(error, debug)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.ClickException as error:
        commandline.say_error(commandline.usage_error(error), debug)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo(str(_("Stopped.")), err=True)
        return 130
    except Exception as error:
        commandline.say_error(commandline.as_report_error(error), debug)
        return 4


if __name__ == "__main__":
    sys.exit(main())
