"""Run one stage's notebook with papermill into a folder that appears whole or not at all."""

from __future__ import annotations

import dataclasses
import logging
import shutil
import sys
import uuid
import warnings
from pathlib import Path

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.log import logger as papermill_log

from baocao.analysis.findings import Findings
from baocao.analysis.stages import Stage
from baocao.errors import InputError, NotebookError, ReportError, UsageError, told
from baocao.messages import _
from baocao.pipeline import normalise, params

CELL_TIMEOUT = 300
"""Seconds that one cell may take."""


def execute(stage: Stage, work: Path) -> Path:
    """Run a stage unless its result is there already; return the result's folder.

    Raises `InputError` when the notebook found errors in the office's files, `NotebookError` when a cell failed. The
    failed notebook and its findings are then kept under `<work>/failed/`.
    """
    folder = stage.folder(work)
    if folder.is_dir():
        return folder
    part = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.part")
    part.mkdir(parents=True)
    try:
        _run(stage, part)
        normalise.file(part / "notebook.ipynb")
        if dataclasses.replace(stage).key != stage.key:
            raise InputError(
                _("Files of {unit} {year} changed while they were read.", unit=stage.unit, year=stage.year),
                _("Run again when nobody is editing them."),
            )
        try:
            part.rename(folder)
        except OSError:  # another run was faster; results under one key are equal
            if not folder.is_dir():
                raise
    except ReportError as error:
        kept = work / "failed" / stage.unit / str(stage.year) / stage.notebook
        shutil.rmtree(kept, ignore_errors=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        part.rename(kept)
        error.kept = kept
        raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _run(stage: Stage, part: Path) -> None:
    papermill_log.setLevel(logging.CRITICAL)  # what it would say is said by our errors
    values = params.parameters(
        unit=stage.unit, year=stage.year, edition=stage.edition, data_dir=str(stage.data), work_dir=str(part)
    )
    output = part / "notebook.ipynb"
    where = {"notebook": stage.notebook, "unit": stage.unit, "year": stage.year}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # papermill's own, not ours to mend
            papermill.execute_notebook(
                str(stage.source).replace("{", "{{").replace("}", "}}"),  # papermill formats its paths
                str(output).replace("{", "{{").replace("}", "}}"),
                parameters=values.model_dump(),
                engine_name="baocao",
                kernel_name="python3",
                execution_timeout=CELL_TIMEOUT,
                progress_bar=False,
                cwd=str(stage.source.parent),
            )
    except PapermillExecutionError as error:
        if error.ename == InputError.__name__:
            Findings.load(part).stop_on_error()
        for kind in (InputError, UsageError):  # its sentence already says what, where and what to do
            if error.ename == kind.__name__:
                raise kind(_("{why}", why=error.evalue)) from None
        raise NotebookError(
            _("{notebook} failed for {unit} {year}, cell {cell}: {error}", **where,
              cell=error.cell_index, error=told(error.ename, error.evalue)),
            _("Open the notebook and mend that cell."),
        ) from error  # fmt: skip
    except NotebookError as error:
        raise NotebookError(
            _("{notebook} failed for {unit} {year}: {why}", **where, why=error.message), error.remedy
        ) from error
    except CellTimeoutError as error:
        raise NotebookError(
            _("{notebook} failed for {unit} {year}: a cell ran longer than {seconds} seconds.", **where,
              seconds=CELL_TIMEOUT),
            _("Open the notebook and mend that cell."),
        ) from error  # fmt: skip
    except DeadKernelError as error:
        raise NotebookError(
            _("{notebook} failed for {unit} {year}: the kernel died.", **where),
            _("Look for a cell that ends the process or needs more memory than there is."),
        ) from error


def main(arguments: list[str]) -> int:
    """Run one stage by its name: what a notebook calls when an earlier result that it reads is missing."""
    notebook, unit, year, edition, data, work = arguments
    stage = Stage(notebook, unit, int(year), edition, Path(data))
    try:
        for needed in stage.needs:
            execute(needed, Path(work))
        execute(stage, Path(work))
    except ReportError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
