"""Run one stage's notebook with papermill into a folder that appears whole or not at all."""

from __future__ import annotations

import copy
import json
import logging
import shutil
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError
from papermill.exceptions import PapermillExecutionError
from papermill.log import logger as papermill_log

from baocao.analysis.digests import known
from baocao.analysis.findings import Findings
from baocao.analysis.stages import DISCLOSURE, NEEDS, PUBLIC, Stage
from baocao.errors import InputError, NotebookError, ReportError, UsageError, full, told, unwritable
from baocao.messages import Message, _
from baocao.pipeline import lean, normalise, params
from baocao.pipeline.engine import KernelDiedError
from baocao.pipeline.plan import Limits

INJECTED = "injected-parameters"


def execute(stage: Stage, work: Path, limits: Limits = Limits(), cold: bool = False) -> Path:  # noqa: B008 - frozen
    """Run a stage unless its result is there already; return the result's folder.

    Raises `InputError` when the notebook found errors in the office's files, `NotebookError` when a cell failed. The
    failed notebook and its findings are then kept under `<work>/failed/`.
    """
    folder = stage.folder(work)
    if folder.is_dir():
        return folder
    part = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.part")
    try:
        part.mkdir(parents=True)
        needs = {needed.name: str(needed.folder(work)) for needed in stage.needs}
        (part / NEEDS).write_text(json.dumps(needs), encoding="utf-8")
        if stage.notebook == DISCLOSURE:
            lean.take_back("pyarrow.fs")
            from baocao.pipeline import disclose  # it takes a second to import, and few workers need it

            disclose.disclose(stage, work, part)
        else:
            _run(stage, part, limits, cold)
            normalise.file(part / "notebook.ipynb")
        (part / NEEDS).unlink()
        if any(known.file(stage.data / name) != digest for name, digest in stage.read.items()):
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
        root = work / "failed" / (PUBLIC if stage.edition == PUBLIC else "")
        kept = root / stage.unit / str(stage.year) / stage.notebook
        shutil.rmtree(kept, ignore_errors=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        part.rename(kept)
        error.kept = kept
        raise
    except OSError as error:
        if error.filename:  # it says itself what could not be read or written
            raise
        raise unwritable(work, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def written(stage: Stage, work: Path) -> nbformat.NotebookNode:
    """The executed notebook of a stage whose result is there, with the prose that its notebook has now.

    Markdown that holds no value is not part of the stage's key: a changed word is printed without running anything.
    """
    executed = nbformat.read(stage.folder(work) / "notebook.ipynb", as_version=4)
    source = nbformat.read(stage.source, as_version=4)
    ran = iter([cell for cell in executed.cells if not _is_plain_prose(cell)])
    cells = []
    for cell in source.cells:
        cells.append(copy.deepcopy(cell) if _is_plain_prose(cell) else next(ran))
        if "parameters" in cell.metadata.get("tags", []):
            cells.append(next(ran))  # the parameters that papermill injected
    executed.cells = cells
    return executed


def _is_plain_prose(cell: Any) -> bool:
    return cell.cell_type != "code" and "{eval}" not in cell.source


def _run(stage: Stage, part: Path, limits: Limits, cold: bool) -> None:
    papermill_log.setLevel(logging.WARNING)  # what else it would say is said by our errors
    values = params.parameters(
        unit=stage.unit, year=stage.year, edition=stage.edition, data_dir=str(stage.data), work_dir=str(part)
    )
    output = part / "notebook.ipynb"
    deadline = None if limits.left is None else time.monotonic() + limits.left
    with warnings.catch_warnings(), _as_report_errors(stage, output, limits, deadline):
        warnings.simplefilter("ignore", DeprecationWarning)  # papermill's own, not ours to mend
        papermill.execute_notebook(
            str(stage.source).replace("{", "{{").replace("}", "}}"),  # papermill formats its paths
            str(output).replace("{", "{{").replace("}", "}}"),
            parameters=values.model_dump(),
            engine_name="baocao",
            kernel_name="python3",
            execution_timeout=limits.cell,
            deadline=deadline,
            kept=output,
            cold=cold,
            progress_bar=False,
            request_save_on_cell_execute=False,  # the whole notebook, twice for every cell
            cwd=str(stage.source.parent),
        )


@contextmanager
def _as_report_errors(stage: Stage, output: Path, limits: Limits, deadline: float | None) -> Iterator[None]:
    """Put what can go wrong with a notebook into our own words, and mark the place in what is kept of it."""
    where: dict[str, Any] = {"notebook": stage.notebook, "unit": stage.unit, "year": stage.year}
    remedy = _("Open the notebook and mend that cell.")
    try:
        yield
    except PapermillExecutionError as error:
        if error.ename == InputError.__name__:
            Findings.load(output.parent).stop_on_error()
        if error.ename == OSError.__name__ and (fault := full(error.evalue)):
            raise unwritable(output.parents[2], fault) from error
        for kind in (InputError, UsageError):  # its sentence already says what, where and what to do
            if error.ename == kind.__name__:
                raise kind(_("{why}", why=error.evalue)) from None
        said = told(error.ename, error.evalue)
        raise NotebookError(
            _(
                "{notebook} failed for {unit} {year}, cell {cell}: {error}",
                **where,
                cell=error.cell_index,
                error=said,
            ),
            remedy,
        ) from error
    except NotebookError as error:
        _mark(output, error.cell, error.message)
        raise NotebookError(
            _("{notebook} failed for {unit} {year}: {why}", **where, why=error.message), error.remedy
        ) from error
    except CellTimeoutError as error:
        late = deadline is not None and error.when >= deadline
        why = (
            _("the report was not done after {seconds} seconds.", seconds=limits.report)
            if late
            else _("a cell ran longer than {seconds} seconds.", seconds=limits.cell)
        )
        _mark(output, error.cell, why)
        raise NotebookError(
            _(
                "{notebook} failed for {unit} {year}, cell {cell}: {error}",
                **where,
                cell=error.cell,
                error=why,
            ),
            _("Mend that cell, or give it more time with --cell-seconds or --report-seconds."),
        ) from error
    except KernelDiedError as error:
        _mark(output, error.cell, error.message)
        raise NotebookError(
            _(
                "{notebook} failed for {unit} {year}, cell {cell}: {error}",
                **where,
                cell=error.cell,
                error=error.message,
            ),
            _("Look for what ends the process there, or needs more memory than there is."),
        ) from error


def _mark(output: Path, number: int | None, why: Message) -> None:
    """Say at the top of a notebook that failed where it did, with a link, as papermill does for a cell's own error."""
    if number is None or not output.exists():
        return
    notebook = nbformat.read(output, as_version=4)
    own = [cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", [])]
    place = notebook.cells.index(own[number - 1])
    link = _("[Cell {cell}](#failed): {why}", cell=number, why=why)
    for position, text in ((place, '<a id="failed"></a>'), (0, str(link))):
        notebook.cells.insert(position, nbformat.v4.new_markdown_cell(text, id=f"failed-{position}"))
    output.write_bytes(normalise.stored(notebook))
