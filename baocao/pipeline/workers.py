"""Worker processes: each does one piece of work at a time; one that ends in the middle of it is named and replaced.

They are forked from a warm process of their own, and fork the kernels of notebooks from another. Where a system cannot
fork, they are the standard library's.
"""

from __future__ import annotations

import concurrent.futures
import queue
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from baocao.analysis.digests import known
from baocao.errors import NotebookError
from baocao.pipeline import warm, warmup
from baocao.pipeline.warm import Child, Warm

MODULES = (
    "baocao.pipeline.lean",
    "baocao.pipeline.workers",
    "baocao.pipeline.execute",
    "baocao.pipeline.report",
    "baocao.pipeline.export:warm_up",
)
"""What every worker needs, imported once for all."""


class WorkerDiedError(Exception):
    """A worker process ended in the middle of its work; `code` is its exit code (negative: the signal)."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Workers(concurrent.futures.Executor):
    """So many worker processes, with what they need kept warm; `temporary` is the folder for their temporary files.

    What they and the kernels write to standard error goes to the file `log`. With `cold`, kernels are not forked.
    """

    def __init__(self, jobs: int, temporary: Path, log: Path, cold: bool) -> None:
        self.jobs = jobs
        self._temporary = str(temporary)
        self._log = log.open("ab")
        self._cold = cold
        self._workers = self._start(MODULES)
        self._kernels = None if cold else self._start(())
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        for _ in range(jobs):
            self._idle.put(None)
        self._renewing = threading.Lock()
        self._closing = False
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="worker")

    def _start(self, modules: tuple[str, ...]) -> Warm:
        environment = warmup.environment(self._temporary) | warmup.WARM | {"TMPDIR": self._temporary}
        return Warm.start(modules, environment, self._log)

    def prepare(self, notebooks: Iterable[Path]) -> None:
        """Let the warm process of the kernels import what these notebooks need, while other things are prepared."""
        imports = {name for notebook in notebooks for name in known.code(notebook).imports}
        if self._kernels:
            modules = warmup.modules(imports)
            self._kernels.prepare([*modules, *warmup.warm_ups(modules)])

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let a worker call a function of a module; `WorkerDiedError` is the future's error if the worker ends."""
        return self._threads.submit(self._call, fn, args, kwargs)

    def _call(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        worker = self._idle.get()
        try:
            for attempt in (1, 2):
                try:
                    worker = worker or self._new()
                    return worker.call(fn, args, kwargs)
                except Exception as error:
                    if attempt == 2 or not self._lost(worker, error):
                        raise
                    if worker:
                        worker.child.kill()
                    worker = None
        finally:
            self._idle.put(worker if worker and worker.child.wait(0) is None else None)

    def _new(self) -> _Worker:
        connection = self._kernels.connection() if self._kernels else None
        fds = [connection.fileno()] if connection else []
        child = self._workers.fork("baocao.pipeline.workers:serve", modules=MODULES, fds=fds)
        if connection:
            connection.close()
        return _Worker(child, (self._workers, self._kernels))

    def _lost(self, worker: _Worker | None, error: Exception) -> bool:
        """Whether work failed because a warm process was ended by somebody; then there is a new one."""
        sure = isinstance(error, (warm.EndedError, WorkerDiedError))
        if not sure and not isinstance(error, NotebookError):
            return False
        with self._renewing:
            if self._closing:
                return False
            if self._workers.ended(sure):
                self._workers = self._start(MODULES)
            if self._kernels and self._kernels.ended(sure):
                self._kernels = self._start(())
            return worker is None or worker.forked_from != (self._workers, self._kernels)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes: at once, if `cancel_futures`, else when they have done their work."""
        if not cancel_futures:
            self._threads.shutdown(wait)
        self._closing = True
        for each in (self._workers, self._kernels):
            if each:
                each.close()
        self._threads.shutdown(wait=True, cancel_futures=cancel_futures)
        self._log.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """End; at once, if there was an error."""
        self.shutdown(cancel_futures=error is not None)

    def __enter__(self) -> Self:
        """These workers."""
        return self


class _Worker:
    """One worker process, as the process that gives it work knows it."""

    def __init__(self, child: Child, forked_from: tuple[Warm, Warm | None]) -> None:
        self.child = child
        self.forked_from = forked_from
        """The warm processes that it and its kernels are forked from."""

    def call(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        try:
            self.child.connection.send((fn, args, kwargs))
            result, error, where = self.child.connection.recv()
        except (EOFError, OSError):
            raise WorkerDiedError(self.child.wait(5)) from None
        if error is not None:
            error.__cause__ = _RemoteError(where)
            raise error
        return result


class _RemoteError(Exception):
    """The traceback of an error in a worker, to be seen with --debug."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def serve(connection: Connection, *descriptors: int) -> None:
    """In a worker: do one piece of work after the other until the connection ends."""
    from baocao.pipeline import engine

    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C goes to all; the process that gives the work decides
    for descriptor in descriptors:
        engine.use(socket.socket(fileno=descriptor))
    while True:
        try:
            function, args, kwargs = connection.recv()
        except (EOFError, ConnectionResetError):
            return
        outcome: tuple[Any, BaseException | None, str] = (None, None, "")
        try:
            outcome = (function(*args, **kwargs), None, "")
        except Exception as error:  # noqa: BLE001 - it is raised again where the work was given
            outcome = (None, error, traceback.format_exc())
        try:
            connection.send(outcome)
        except Exception as error:  # noqa: BLE001 - what cannot be sent is told in words
            connection.send((None, RuntimeError(f"{type(error).__name__}: {error}"), outcome[2]))


def new(jobs: int, temporary: Path, log: Path, cold: bool) -> concurrent.futures.Executor:
    """Workers, as this system can have them."""
    if warm.AVAILABLE:
        return Workers(jobs, temporary, log, cold)
    return ProcessPoolExecutor(jobs)


def prepare(executor: concurrent.futures.Executor, notebooks: Iterable[Path]) -> None:
    """Let workers get ready for these notebooks, if they can."""
    if isinstance(executor, Workers):
        executor.prepare(notebooks)
