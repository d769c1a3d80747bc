"""A notebook's kernel in a forked process: IPython's own kernel object, without sockets.

Its messages go to the process that runs the notebook through one connection; its one thread hands on what is written
while a cell takes long. What a notebook can see is as in a kernel
that was started cold; tests/test_behaviours.py holds the two against each other, behaviour by behaviour.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import gc
import importlib
import io
import logging
import multiprocessing.process
import os
import random
import select
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

import ipykernel_launcher
from ipykernel import iostream
from ipykernel.eventloops import enable_gui
from ipykernel.ipkernel import IPythonKernel
from IPython.core.profiledir import ProfileDir
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets.config import Config

from baocao.pipeline.kernel import IOPUB, SHELL
from baocao.pipeline.warmup import INLINE

WHEN_NEEDED = ("bdb", "IPython.core.logger", "IPython.core.pylabtools", "tornado.platform.asyncio")
"""What every kernel imports sooner or later."""


class _Messages(Session):  # type: ignore[misc]
    """A session that sends over one connection, without signatures: nobody else can write to it."""

    connection: Connection

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        **options: Any,
    ) -> Any:
        """Send a message on the channel that `stream` names; what it holds becomes JSON as in any kernel."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content, parent, metadata=options.get("metadata"))
        buffers = [bytes(buffer) for buffer in options.get("buffers") or []]
        with self.lock:
            self.connection.send_bytes(self.pack([SHELL if stream == SHELL else IOPUB, message]))
            self.connection.send_bytes(len(buffers).to_bytes(4, "big"))
            for buffer in buffers:
                self.connection.send_bytes(buffer)
        return message

    lock = threading.RLock()


class _NoThread(iostream.IOPubThread):  # type: ignore[misc]
    """Takes the place of the thread that sends in a kernel with sockets: sends at once."""

    def __init__(self) -> None:
        self.thread = None
        self.io_loop = None

    def schedule(self, f: Any) -> None:
        """Do it now."""
        f()


class OutStream(iostream.OutStream):  # type: ignore[misc]
    """Standard output or error, with what C code and other processes write to the same file descriptor.

    Whoever looks at what kind of stream it is finds the name that it has in any kernel.
    """

    def __init__(self, session: _Messages, name: str, descriptor: int) -> None:
        super().__init__(session, _NoThread(), name, watchfd=False)
        self._descriptor = descriptor
        self._original_stdstream_copy = os.dup(descriptor)
        self.readable_end, end = os.pipe()
        self._waiting = select.poll()
        self._waiting.register(self.readable_end, select.POLLIN)
        os.dup2(end, descriptor)
        os.close(end)
        _whole_in_forks(self._buffer_lock)

    def _schedule_flush(self) -> None:
        """What is written is sent before the next message, when the cell ends, and while it takes long."""

    def _flush(self) -> None:
        if not self._is_master_process():  # a process that the notebook forked writes as any other
            for _parent, text in self._flush_buffers():
                os.write(self._descriptor, text.encode(errors="replace"))
            return
        with self._buffer_lock:  # between taking this and sending it, nothing else may be sent
            self.take()
            super()._flush()

    def write(self, string: str) -> int | None:
        """Write text, after what others have written before."""
        if self._is_master_process():
            self.take()
        written: int | None = super().write(string)
        return written

    def take(self) -> None:
        """Take in what others have written."""
        with self._buffer_lock:
            while self._waiting.poll(0):
                super().write(os.read(self.readable_end, 1 << 20).decode(errors="replace"))


def _attend(*streams: OutStream) -> None:
    """In a thread: let nobody who writes wait, and send from time to time what a cell that takes long has written."""
    by_end = {stream.readable_end: stream for stream in streams}
    sent = time.monotonic()
    while True:
        for end in select.select(by_end, [], [], OutStream.flush_interval)[0]:
            by_end[end].take()
        if time.monotonic() - sent >= OutStream.flush_interval:
            for stream in streams:
                with contextlib.suppress(OSError):  # nobody listens any longer: the kernel is about to end
                    stream._flush()
            sent = time.monotonic()


def _whole_in_forks(lock: Any) -> None:
    """Have no process forked while another thread holds the lock: there it would stay locked for ever."""
    os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)


class _Kernel(IPythonKernel):  # type: ignore[misc]
    """IPython's kernel with its way of sending replaced."""

    _execute_sleep = 0

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing waits: cells come one at a time."""


def warm_up() -> None:
    """In the warm process: make the kernel object, which takes longer than forking it."""
    main = sys.modules["__main__"]
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    config.IPKernelApp.tqdm = "dummy"
    kernel = _Kernel.instance(
        config=config,
        session=_Messages(key=b""),
        iopub_socket=IOPUB,
        log=logging.getLogger("kernel"),
        user_ns=None,  # the names of the module `__main__` itself
    )
    kernel.shell.enable_gui = functools.partial(enable_gui, kernel=kernel)  # it would look for an application
    InteractiveShellApp.init_path(SimpleNamespace(ignore_cwd=False))
    kernel.shell.extension_manager.load_extension("storemagic")  # as every IPython application does
    kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    for name in WHEN_NEEDED:
        importlib.import_module(name)
    kernel.shell.run_cell("None", silent=True)
    sys.modules["__main__"] = main


def serve(
    connection: Connection, environment: Mapping[str, str], folder: str, config: Mapping[str, Any]
) -> int:
    """In the forked process: be the kernel until the connection ends; returns the process's exit code."""
    kernel = _Kernel.instance()
    kernel.shell.config.merge(Config(config))
    _set_up(kernel, connection, environment, folder)
    # `asyncio.run` would change what SIGINT does, and cancel what cells left running
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    answering = loop.create_task(_answer(kernel, connection))
    answering.add_done_callback(lambda _: loop.stop())
    loop.run_forever()
    if answering.done():  # else a cell said `exit()`
        answering.result()
    _end(kernel)
    return 0


def _end(kernel: _Kernel) -> None:
    """What an interpreter does when it ends, as far as a notebook can see it."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    kernel.shell.user_ns.clear()
    for left in gc.get_objects():  # without those of the warm process, which are frozen
        if isinstance(left, (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)):
            with contextlib.suppress(OSError, ValueError):
                left.flush()


def _set_up(kernel: _Kernel, connection: Connection, environment: Mapping[str, str], folder: str) -> None:
    """Make of the copy of the warm process what a kernel is when it has just started."""
    _change_environment({**INLINE, **environment, "JPY_PARENT_PID": str(os.getppid())})
    time.tzset()
    os.chdir(folder)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    sys.argv = [ipykernel_launcher.__file__, "-f", "kernel.json", "--HistoryManager.hist_file=:memory:"]
    sys.orig_argv = [sys.executable, "-m", "ipykernel_launcher", *sys.argv[1:]]
    multiprocessing.process.ORIGINAL_DIR = folder  # type: ignore[attr-defined]
    tempfile.tempdir = None
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    shell = kernel.shell
    shell.ipython_dir = environment["IPYTHONDIR"]
    shell.profile_dir = ProfileDir.create_profile_dir_by_name(shell.ipython_dir, "default")
    shell.init_environment()
    sys.modules["__main__"] = shell.user_module
    kernel.session.connection = connection
    kernel.session.pid = os.getpid()
    _whole_in_forks(kernel.session.lock)
    sys.stdout, sys.stderr = streams = (
        OutStream(kernel.session, "stdout", 1),
        OutStream(kernel.session, "stderr", 2),
    )
    threading.Thread(target=_attend, args=streams, name="streams", daemon=True).start()


def _change_environment(wanted: Mapping[str, str]) -> None:
    """Make the environment what is wanted, where it differs: each change takes its time."""
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


async def _answer(kernel: _Kernel, connection: Connection) -> None:
    """Do what is asked, one request after the other; between them, what cells left running in this loop goes on."""
    loop = asyncio.get_running_loop()
    kernel.io_loop = IOLoop.current()
    readable = asyncio.Event()
    loop.add_reader(connection.fileno(), readable.set)
    while True:
        await readable.wait()
        readable.clear()
        while connection.poll():
            try:
                await _handle(kernel, kernel.session.unpack(connection.recv_bytes()))
            except (EOFError, ConnectionError):  # whoever asked has gone
                return


async def _handle(kernel: _Kernel, request: dict[str, Any]) -> None:
    kernel.set_parent([], request)
    kernel._publish_status("busy", SHELL)
    if request["msg_type"] == "kernel_info_request":
        await kernel.kernel_info_request(SHELL, [], request)
    else:
        await _execute(kernel, request)
    sys.stdout.flush()
    sys.stderr.flush()
    kernel._publish_status("idle", SHELL)


async def _execute(kernel: _Kernel, request: dict[str, Any]) -> None:
    """Run a cell; under it lie as many frames as in any kernel, so that recursion ends at the same depth."""
    with contextlib.suppress(KeyboardInterrupt):
        await kernel.execute_request(SHELL, [], request)
