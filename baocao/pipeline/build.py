"""Make reports with worker processes: every notebook when what it reads is there, every report when its notebooks ran.

A result that several reports need is made once. A notebook that fails stops the reports that need it and no other.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from baocao.analysis.findings import Findings
from baocao.analysis.stages import DISCLOSURE, Stage
from baocao.errors import ReportError, UsageError, how_it_ended, unwritable
from baocao.messages import _
from baocao.pipeline import findings_page, record, workers
from baocao.pipeline.commandline import as_report_error
from baocao.pipeline.plan import Limits, ReportPlan, ReportResult

GRACE = 10
"""Seconds after its deadline at which a worker that is still busy with a notebook is ended."""
TICK = 0.2
"""Seconds between two looks at what is running."""
LOGS_KEPT = 20


@dataclass(frozen=True, order=True)
class Piece:
    """A piece of work: a stage to run, for the first report that needs it, or without one, a report to finish."""

    number: int
    """Its place in the order of work: reports as they were asked for, so that the first are done early."""
    plan: ReportPlan = field(compare=False)
    stage: Stage | None = field(default=None, compare=False)


@dataclass
class Progress:
    """Where a run stands, for whoever shows it."""

    total: int
    done: int = 0
    failed: int = 0
    started: float = field(default_factory=time.monotonic)
    running: dict[Piece, float] = field(default_factory=dict)
    """What is being worked on, with the time at which it was begun."""
    pieces: int = 0
    pieces_done: int = 0
    seconds: dict[Path, float] = field(default_factory=dict)
    """Seconds of work by report, that is, by its folder."""

    def end(self, piece: Piece) -> None:
        """Note that a piece is done."""
        folder = piece.plan.target
        self.seconds[folder] = self.seconds.get(folder, 0.0) + time.monotonic() - self.running.pop(piece)
        self.pieces_done += 1

    def count(self, result: ReportResult) -> ReportResult:
        """Note that there is a report's result."""
        self.done += 1
        self.failed += result.error is not None
        return result

    def left(self, jobs: int) -> float | None:
        """The seconds that the rest will take, if it goes on like this; None as long as nothing is done."""
        if not self.pieces_done:
            return None
        return (self.pieces - self.pieces_done) * sum(self.seconds.values()) / self.pieces_done / jobs


Step = tuple[Callable[..., ReportResult], Sequence[Any]]
"""What finishes a report when its notebooks have run: a function of a plan, and its other arguments."""


class Build:
    """One run over several reports: what is to be done, in which order, and what came of it."""

    def __init__(
        self, plans: Sequence[ReportPlan], finish: Callable[[ReportPlan], Step], limits: Limits, cold: bool
    ) -> None:
        self._finish = finish
        self._limits = limits
        self._cold = cold
        self._ready: list[Piece] = []
        self._waiting: dict[Piece, set[Stage]] = {}
        """What each piece that is not ready still waits for."""
        self._users: dict[Stage, list[Piece]] = {}
        """The pieces that wait for a stage."""
        self._stages(plans)
        self.progress = Progress(len(plans), pieces=len(self._ready) + len(self._waiting))

    def _stages(self, plans: Sequence[ReportPlan]) -> None:
        missing: dict[Stage, bool] = {}
        numbers = itertools.count()
        for plan in plans:
            for stage in plan.stages:
                if stage not in missing:
                    missing[stage] = not stage.folder(plan.work).is_dir()
                    if missing[stage]:
                        self._add(Piece(next(numbers), plan, stage), [s for s in stage.needs if missing[s]])
            self._add(Piece(next(numbers), plan), [s for s in plan.stages if missing[s]])

    def _add(self, piece: Piece, needs: Sequence[Stage]) -> None:
        if needs:
            self._waiting[piece] = set(needs)
        else:
            heapq.heappush(self._ready, piece)
        for stage in needs:
            self._users.setdefault(stage, []).append(piece)

    def run(self, executor: Executor, jobs: int, look: Callable[[Progress], None]) -> Iterator[ReportResult]:
        """Do everything, `jobs` pieces at a time; results as they come. `look` is called several times a second."""
        flying: dict[Future[Any], Piece] = {}
        while self._ready or flying:
            while self._ready and len(flying) < jobs:
                piece = heapq.heappop(self._ready)
                flying[self._begin(piece, executor)] = piece
            done, _pending = wait(flying, TICK, FIRST_COMPLETED)
            look(self.progress)
            for future in done:
                yield from self._end(flying.pop(future), future)

    def _begin(self, piece: Piece, executor: Executor) -> Future[Any]:
        self.progress.running[piece] = time.monotonic()
        limits = replace(self._limits, used=self.progress.seconds.get(piece.plan.target, 0.0))
        if stage := piece.stage:
            label, seconds = (
                f"{stage.notebook} {stage.unit} {stage.year}",
                limits.left and limits.left + GRACE,
            )
            return executor.submit(do, label, seconds, run_stage, stage, piece.plan.work, limits, self._cold)
        function, arguments = self._finish(piece.plan)
        return executor.submit(do, piece.plan.name, limits.left, function, piece.plan, *arguments)

    def _end(self, piece: Piece, future: Future[Any]) -> Iterator[ReportResult]:
        self.progress.end(piece)
        try:
            outcome, error = future.result(), None
        except Exception as caught:  # noqa: BLE001 - one report's failure, whatever it is, is told as its result
            outcome, error = None, self._named(piece, caught)
        if piece.stage is None:
            yield self.progress.count(outcome if error is None else failure(piece.plan, error))
        elif error is None:
            for user in self._users.pop(piece.stage, []):
                if user in self._waiting:
                    self._waiting[user].discard(piece.stage)
                    if not self._waiting[user]:
                        del self._waiting[user]
                        heapq.heappush(self._ready, user)
        else:
            yield from self._give_up(piece.stage, piece.stage, error)

    def _give_up(self, stage: Stage, failed: Stage, error: Exception) -> Iterator[ReportResult]:
        """The results of the reports that cannot be made without a stage, because one failed."""
        for user in self._users.pop(stage, []):
            if self._waiting.pop(user, None) is None:
                continue
            self.progress.pieces -= 1
            if user.stage is None:
                yield self.progress.count(failure(user.plan, _of_another(failed, user.plan, error)))
            else:
                yield from self._give_up(user.stage, failed, error)

    def _named(self, piece: Piece, error: Exception) -> Exception:
        """What a worker's end means for the report it worked on."""
        if not isinstance(error, workers.WorkerDiedError):
            return error
        about = {"what": piece.stage.notebook if piece.stage else _("printing"), "report": piece.plan.name}
        if error.code == -signal.SIGALRM:
            return ReportError(
                _(
                    "{what} for {report} was not done after {seconds} seconds.",
                    **about,
                    seconds=self._limits.report,
                ),
                _("Give it more time with --report-seconds, or look for what never ends."),
            )
        return ReportError(
            _("{what} for {report} was stopped: {why}.", **about, why=how_it_ended(error.code)),
            _("Run again: what was done is kept."),
        )


def _of_another(stage: Stage, plan: ReportPlan, error: Exception) -> Exception:
    """What the failure of a stage means for a report that needs other units too: it says which one failed."""
    if stage.unit == plan.unit.path or stage.notebook == DISCLOSURE:  # which names the units itself
        return error
    failed = as_report_error(error)
    return type(failed)(
        _("{report} reads the figures of other units too, and {unit} {year} failed: {why}", report=plan.name,
          unit=stage.unit, year=stage.year, why=failed.message),
        failed.remedy,
    )  # fmt: skip


def run_stage(stage: Stage, work: Path, limits: Limits, cold: bool) -> None:
    """In a worker: run a stage."""
    from baocao.pipeline import execute

    execute.execute(stage, work, limits, cold)


def write_report(plan: ReportPlan, formats: Sequence[str], triggers: dict[str, Any]) -> ReportResult:
    """In a worker: print a report whose notebooks have run."""
    from baocao.pipeline import report

    return report.write(plan, formats, triggers)


def check_report(plan: ReportPlan) -> ReportResult:
    """In a worker: what was found for a report whose notebooks have run."""
    from baocao.pipeline import report

    return report.read_and_check(plan)


def run_notebook(source: Path, output: Path, parameters: dict[str, Any], folder: Path) -> None:
    """In a worker: run any notebook with papermill and this project's engine, with `folder` as its working folder."""
    import papermill

    papermill.execute_notebook(
        str(source), str(output), parameters, engine_name="baocao", progress_bar=False,
        request_save_on_cell_execute=False, cwd=str(folder), figures="svg",
    )  # fmt: skip


def print_notebook(notebook: Path, target: Path) -> None:
    """In a worker: print any executed notebook as `target` with the endings .html and .pdf."""
    import nbformat

    from baocao.pipeline import export

    executed = nbformat.read(notebook, as_version=4)
    for format in ("html", "pdf"):
        page = export.export(executed, format, notebook.stem, notebook.parent)
        target.with_suffix(f".{format}").write_bytes(page)


def do(label: str, seconds: float | None, function: Callable[..., Any], *arguments: Any) -> Any:
    """In a worker: call a function, and end the worker if that takes longer than so many seconds.

    A cell that takes too long is stopped before; this is for what cannot be stopped otherwise.
    """
    begun = time.monotonic()
    _alarm_after(seconds)
    try:
        return function(*arguments)
    finally:
        _alarm_after(None)
        with contextlib.suppress(OSError):  # the log is full: the work is done all the same
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {label}: {time.monotonic() - begun:.2f} s\n")
            sys.stderr.flush()


def _alarm_after(seconds: float | None) -> None:
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_REAL, seconds or 0)


def failure(plan: ReportPlan, error: Exception) -> ReportResult:
    """The result of a report that an error stopped, with its notebook's findings; what is there is marked as old."""
    reported = as_report_error(error)
    findings = Findings.load(reported.kept) if reported.kept else Findings()
    page = None
    if reported.kept and findings.errors:
        # The stage that failed may be another year's, and stop several reports: its page is the same for all.
        name = f"{plan.unit.full_name} {reported.kept.parent.name}"
        with contextlib.suppress(UsageError):  # it cannot be written to: all is told in words
            page = findings_page.save(reported.kept, name, findings)
    older = record.mark_old(plan, str(reported))
    return ReportResult(
        plan.name, plan.target, findings=tuple(findings), error=reported, older_there=older, page=page
    )


@dataclass(frozen=True)
class Place:
    """What a run has for itself under the outputs folder: its log, and a folder for temporary files."""

    log: Path
    temporary: Path
    waited: bool
    """Whether another run was at work here before, and may have changed anything."""


@contextlib.contextmanager
def alone(work: Path, waits: Callable[[], None]) -> Iterator[Place]:
    """Be the only run in this outputs folder; `waits` is called if another one must be waited for.

    What a run that was killed has left behind is removed. `UsageError` if the folder cannot be written.
    """
    import filelock

    try:
        (work / "log").mkdir(parents=True, exist_ok=True)
        lock, waited = filelock.FileLock(work / "lock"), False
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            waited = True
            waits()
            lock.acquire()
    except OSError as error:
        raise unwritable(work, error) from error
    with lock:
        _sweep(work)
        log = work / "log" / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
        place = Place(log, work / "tmp", waited)
        place.temporary.mkdir(exist_ok=True)
        try:
            yield place
        finally:
            _sweep(work)


def _sweep(work: Path) -> None:
    """Remove what runs left behind that were killed, and old logs."""
    shutil.rmtree(work / "tmp", ignore_errors=True)
    for part in work.glob("*/*.part"):
        shutil.rmtree(part, ignore_errors=True)
    for part in work.glob("*.part"):
        part.unlink(missing_ok=True)
    for log in sorted((work / "log").iterdir())[:-LOGS_KEPT]:
        log.unlink()


def nothing(plan: ReportPlan) -> ReportResult:
    """In a worker: finish a report of which only the notebooks were asked for."""
    return ReportResult(plan.name, plan.target)
