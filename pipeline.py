#!/usr/bin/env python3
"""Make the yearly reports of administrative units from their own spreadsheets.

Reads as the list of steps; each step is a module of `baocao.pipeline`.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from baocao.analysis.digests import known
from baocao.analysis.stages import INTERNAL
from baocao.errors import ReportError
from baocao.messages import _
from baocao.pipeline import build, commandline
from baocao.pipeline.commandline import (
    Command,
    Group,
    Selection,
    Told,
    Way,
    formatted,
    in_editions,
    selects,
    speaks,
    works,
)
from baocao.pipeline.plan import ReportPlan, ReportResult, forms, only, parse_years, plan
from baocao.pipeline.status import status, triggers

KNOWN = "digests.json"
"""The file in the work folder in which the digests of files are remembered."""

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
@click.option("--force", is_flag=True, help=str(_("Make reports that are up to date as well.")))
@click.option("--explain", is_flag=True, help=str(_("Say what changed and what runs for it.")))
@selects
@works
@formatted
@in_editions
def run(
    asked: Selection, way: Way, formats: Sequence[str], editions: Sequence[str], force: bool, explain: bool
) -> int:
    """Make every report asked for that is not up to date; one that fails does not stop the others."""

    def look() -> tuple[list[ReportPlan], list[ReportPlan]]:
        found = {report: status(report, formats) for report in _plans(asked, editions)}
        due = [report for report in found if force or not found[report].done]
        for report in due if explain and not asked.as_json else []:
            commandline.say_why(report, found[report])
        return list(found), due

    return _work(look, lambda report: (build.write_report, (formats, triggers(report, formats))), asked, way)


@cli.command(cls=Command, help=str(_("Read and check the input files only; show what was found.")))
@selects
@works
def check(asked: Selection, way: Way) -> int:
    """Run the notebooks of every report asked for and show everything that was found; no report is made."""

    def look() -> tuple[list[ReportPlan], list[ReportPlan]]:
        plans = _plans(asked)
        return plans, plans

    return _work(look, lambda _report: (build.check_report, ()), asked, way, everything=True)


@cli.command(
    "status", cls=Command, help=str(_("Show which reports are up to date, and why the others are not."))
)
@selects
@formatted
@in_editions
def show_status(asked: Selection, formats: Sequence[str], editions: Sequence[str]) -> int:
    """Say of every report asked for whether anything is to be done, and why; nothing is run."""
    found = [(report, status(report, formats)) for report in _plans(asked, editions)]
    commandline.say_status(found, asked.as_json)
    known.save(asked.work / KNOWN)
    return 0


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


@cli.command(cls=Command, help=str(_("Write Excel forms for a year (--year) for offices to fill in.")))
@click.option("--per-commune", is_flag=True, help=str(_("One form for each commune, of what it counts.")))
@selects
def form(asked: Selection, per_commune: bool) -> int:
    """Write the entry forms of every unit and year asked for; what intake will look for is what they ask for."""
    from baocao.pipeline.forms import write

    years = parse_years(asked.years) if asked.years else []
    data = asked.data.resolve()
    wanted = forms(asked.names, years, asked.province, asked.every, data)
    written = [write(unit, year, data, asked.outputs.resolve(), per_commune) for unit, year in wanted]
    commandline.say_forms(written, asked.as_json)
    return 0


@cli.command(
    cls=Command,
    help=str(
        _(
            "Check the form of a PDF by Decree 30/2020. Exit code 0: no deviation, 1: deviations, 3: not readable."
        )
    ),
)
@click.argument("file", type=click.Path(path_type=Path), metavar=str(_("FILE.pdf")))
@click.option("--json", "as_json", is_flag=True, help=str(_("Print results as JSON.")))
@click.option("--debug", is_flag=True, help=str(_("Show the Python traceback of an error.")))
@speaks
def nd30(file: Path, as_json: bool, debug: bool) -> int:
    """Check every rule that a file can show; only the file is read, wherever it comes from."""
    from baocao.nd30 import check as check_form

    report = check_form(file)
    commandline.say_nd30(file.name, report, as_json)
    return 1 if report.deviations else 0


@cli.command(
    cls=Command, help=str(_("Say what was changed in a Word file that came back; propose the narrative."))
)
@click.argument("file", type=click.Path(path_type=Path), metavar=str(_("FILE.docx")))
@selects
@works
def back(asked: Selection, way: Way, file: Path) -> int:
    """Compare a Word file with its report as the data would have it now; the office's own files are not touched."""
    import baocao.pipeline.lean  # noqa: F401 - before what it leaves out
    from baocao.pipeline.back import compare, open_word, report_of

    text = open_word(file)
    asked, edition = commandline.of_word_file(asked, file, report_of(text))
    report = only(_plans(asked, [edition]))
    with build.alone(asked.work, commandline.say_waiting) as place:
        if not all(stage.folder(report.work).is_dir() for stage in report.stages):
            _make([report], lambda _report: (build.nothing, ()), asked, way, commandline.raise_error, place)
        known.save(asked.work / KNOWN)
        commandline.say_back(compare(report, file, text), asked.as_json)
    return 0


def _plans(asked: Selection, editions: Sequence[str] = (INTERNAL,)) -> list[ReportPlan]:
    years = parse_years(asked.years) if asked.years else []
    known.load(asked.work / KNOWN)
    folders = asked.data.resolve(), asked.outputs.resolve()
    return plan(asked.names, years, asked.province, asked.every, *folders, editions)


def _work(
    look: Callable[[], tuple[list[ReportPlan], list[ReportPlan]]],
    finish: Callable[[ReportPlan], build.Step],
    asked: Selection,
    way: Way,
    everything: bool = False,
) -> int:
    """Run what is due with so many workers, and tell of each report as it is done; returns the exit code.

    `look` finds all reports asked for, and those that are due. Another run may do what is due while it is waited for.
    """
    plans, due = look()
    with build.alone(asked.work, commandline.say_waiting) if due else contextlib.nullcontext() as place:
        if place and place.waited:
            plans, due = look()
        to_make = {report.target for report in due}
        told = Told(asked, plans, [report for report in plans if report.target not in to_make], everything)
        if place and due:
            _make(due, finish, asked, way, told.tell, place)
        known.save(asked.work / KNOWN)
    return told.exit_code()


def _make(
    due: Sequence[ReportPlan],
    finish: Callable[[ReportPlan], build.Step],
    asked: Selection,
    way: Way,
    tell: Callable[[ReportResult, Path], None],
    place: build.Place,
) -> None:
    import tempfile

    from baocao.pipeline import params, progress, workers

    tempfile.tempdir = str(place.temporary)  # what a killed run leaves there, the next one removes
    notebooks = sorted({notebook for report in due for notebook in report.notebooks})
    with workers.new(way.jobs, place.temporary, place.log, way.cold) as executor:
        workers.prepare(executor, notebooks)
        for notebook in notebooks:
            params.check_cell(notebook)
        steps = build.Build(due, finish, way.limits, way.cold)
        with progress.shown(way.jobs, asked.as_json) as show:
            for result in steps.run(executor, way.jobs, show):
                tell(result, place.log)


def main() -> int:
    """The program; returns its exit code (README, "Exit codes")."""
    debug = "--debug" in sys.argv
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as orderly as with Ctrl-C
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
        reported = commandline.as_report_error(error)
        commandline.say_error(reported, debug)
        return reported.exit_code


if __name__ == "__main__":
    sys.exit(main())
