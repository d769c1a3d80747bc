"""A warm process: it has imported what is slow to import, and forks a fresh process for each piece of work.

The warm process itself never does any work, so nothing passes from one piece to the next. It starts as an interpreter
of its own and keeps to one thread, which it makes sure of before each fork: a fork copies only the thread that forks,
and a lock that another one holds would stay locked for ever. When the process that started it ends, however it ends,
it ends with all that it forked.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import pickle
import selectors
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

AVAILABLE = hasattr(os, "fork") and hasattr(socket, "send_fds") and sys.platform != "win32"
"""Whether this system can fork."""
KNOWN_THREADS = {"jemalloc_bg_thd"}
"""Native threads that a fork does no harm to: the allocator of Arrow starts its own again where it is needed."""
LENGTH = 8
YOUNG = 10_000
"""New objects between two looks for garbage: a process that lives for seconds need not look after every 700."""
PR_SET_PDEATHSIG = 1
START = """
import sys
sys.path.insert(0, sys.argv[1])
import baocao.pipeline.warm
del sys.path[:2]
baocao.pipeline.warm.main()
"""
"""What a warm process begins with: this package, wherever it lies; then the path that a kernel begins with."""


class RefusedError(Exception):
    """The warm process would not fork: it has threads that it does not know, or could not import what was asked."""


class EndedError(Exception):
    """The warm process is gone."""


class Child:
    """A process that a warm process forked: its `connection`, its `pid`, and how it ended."""

    def __init__(self, connection: Connection, status: Connection) -> None:
        self.connection = connection
        self._status = status
        self._ended: int | None = None
        try:
            self.pid, refused = status.recv()
        except EOFError:
            raise EndedError from None
        if refused:
            raise RefusedError(refused)

    def wait(self, timeout: float | None) -> int | None:
        """The exit code as `subprocess` has it (negative: a signal), or None if it still runs after `timeout` seconds.

        A process whose warm process is gone counts as killed.
        """
        if self._ended is None and self._status.poll(timeout):
            try:
                self._ended = self._status.recv()
            except EOFError:
                self.kill()
                self._ended = -signal.SIGKILL
        return self._ended

    def kill(self) -> None:
        """End it by force."""
        if self._ended is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let it go: it sees the end of its connection."""
        self.connection.close()


class Warm:
    """The way to a warm process, from the process that started it or from another that was given a connection."""

    def __init__(self, connection: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._socket = connection
        self._process = process
        self._lock = threading.Lock()

    @classmethod
    def start(
        cls, modules: Sequence[str], environment: Mapping[str, str], errors: IO[bytes] | None = None
    ) -> Warm:
        """A new warm process, which imports `modules` at once; its standard error goes to the file `errors`.

        "module:function" stands for a module and a function in it to call.
        """
        ours, its = socket.socketpair()
        with its:
            fd = its.fileno()
            command = [sys.executable, "-c", START, str(Path(__file__).parents[2]), str(fd), *modules]
            process = subprocess.Popen(
                command,
                env=dict(environment),
                pass_fds=[fd],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
            )
        return cls(ours, process)

    def fork(
        self, target: str, *arguments: Any, modules: Sequence[str] = (), fds: Sequence[int] = ()
    ) -> Child:
        """A new process that runs `target` ("module:function"); `modules` are imported before.

        The function is called with a connection, copies of the file descriptors, and the arguments.
        """
        ours, its = socket.socketpair()
        status, reports = socket.socketpair()
        connections = [Connection(each.detach()) for each in (ours, status)]
        with its, reports:
            self._ask((target, arguments, list(modules)), [its.fileno(), reports.fileno(), *fds])
        return Child(*connections)

    def prepare(self, modules: Sequence[str]) -> None:
        """Let it import modules while nobody asks it for a process."""
        self._ask(("", (), list(modules)), [])

    def connection(self) -> socket.socket:
        """A connection for another process, which will have a `Warm` of its own; what it forks ends with it."""
        ours, its = socket.socketpair()
        with its:
            try:
                self._ask(None, [its.fileno()])
            except EndedError:
                ours.close()
                raise
        return ours

    @property
    def own(self) -> bool:
        """Whether this process started the warm process."""
        return self._process is not None

    def ended(self, likely: bool) -> bool:
        """Whether the warm process that was started is gone; if that is `likely`, it may be going just now."""
        try:
            return self._process is not None and self._process.wait(0.2 if likely else 0.02) is not None
        except subprocess.TimeoutExpired:
            return False

    def close(self) -> None:
        """End the warm process and all that it forked, if this is the process that started it."""
        self._socket.close()
        if self._process:
            self._process.wait()

    def _ask(self, request: Any, fds: Sequence[int]) -> None:
        content = pickle.dumps(request)
        try:
            with self._lock:
                socket.send_fds(self._socket, [len(content).to_bytes(LENGTH, "big")], fds)
                self._socket.sendall(content)
        except OSError:
            raise EndedError from None


# --- the warm process ---------------------------------------------------------------------------------------


class _Server:
    """The warm process: who may ask, and what it forked for whom."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.children: dict[int, tuple[socket.socket, Connection]] = {}
        """Who asked for a process, and where to report its end, by its pid."""
        self.later: list[str] = []
        """What to import while nobody asks for anything."""

    def serve(self) -> None:
        """Do what is asked until the process that started this one is gone."""
        woken, wakes = socket.socketpair()
        for end in (woken, wakes):
            end.setblocking(False)
        signal.set_wakeup_fd(wakes.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector.register(woken, selectors.EVENT_READ)
        while True:
            events = self.selector.select(0 if self.later else None)
            if not events and self.later:
                _import(self.later.pop(0))
            for key, _events in events:
                if key.fileobj is woken:
                    with contextlib.suppress(BlockingIOError):
                        woken.recv(4096)
                elif not self._answer(key.fileobj):
                    self._forget(key.fileobj)
                    if key.fileobj is self.control:
                        return
            self._reap()

    def _answer(self, client: Any) -> bool:
        """Do what a client asks; False if it is gone."""
        try:
            head, fds, _flags, _address = socket.recv_fds(client, LENGTH, 16)
            content = b"" if not head else _exactly(client, int.from_bytes(head, "big"))
        except OSError:
            return False
        if not content:
            return False
        request = pickle.loads(content)  # noqa: S301 - from our own processes alone
        if request is None:
            self.selector.register(socket.socket(fileno=fds[0]), selectors.EVENT_READ)
            return True
        target, arguments, modules = request
        if not fds:
            self.later += modules
            return True
        status = Connection(fds[1])
        refused = self._not_ready(modules)
        pid = 0 if refused else os.fork()
        if not refused and not pid:
            self._become(target, arguments, fds)
        for fd in (fds[0], *fds[2:]):
            os.close(fd)
        with contextlib.suppress(OSError):
            status.send((pid, refused))
        if pid:
            self.children[pid] = (client, status)
        else:
            status.close()
        return True

    def _not_ready(self, modules: Sequence[str]) -> str:
        """Import what is needed now; why a fork would not be safe, or nothing."""
        for name in modules:
            if failed := _import(name):
                return failed
        gc.freeze()  # a collection in a forked process would copy all that is shared with this one
        return ", ".join(unknown_threads())

    def _become(self, target: str, arguments: Sequence[Any], fds: Sequence[int]) -> None:
        """In the new process: forget the warm one, do the work, end."""
        code = 1
        errors = os.fdopen(os.dup(2), "w")
        try:
            gc.enable()
            gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.setsid()
            _end_with_parent()
            for key in list(self.selector.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]
            self.selector.close()
            for _client, status in self.children.values():
                status.close()
            os.close(fds[1])
            module, _colon, function = target.partition(":")
            run = getattr(importlib.import_module(module), function)
            code = run(Connection(fds[0]), *fds[2:], *arguments) or 0
        except BaseException:  # noqa: BLE001 - whatever it was, this process must not go on as the warm one
            traceback.print_exc(file=errors)
            errors.flush()
        finally:
            with contextlib.suppress(BaseException):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        """Report the processes that ended; end what they left running in the background."""
        while self.children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            _client, report = self.children.pop(pid)
            _kill_group(pid)
            with contextlib.suppress(OSError):
                report.send(os.waitstatus_to_exitcode(status))
            report.close()

    def _forget(self, client: Any) -> None:
        """End what a client that is gone had asked for."""
        self.selector.unregister(client)
        for pid in [pid for pid, (asked, _report) in self.children.items() if asked is client]:
            _kill_group(pid)
        client.close()

    def end_all(self) -> None:
        """End everything."""
        for pid in self.children:
            _kill_group(pid)


def _end_with_parent() -> None:
    """On Linux, have the system end this process if the one that forked it is killed and cannot do so itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _exactly(client: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        more = client.recv(length - len(content))
        if not more:
            return b""
        content += more
    return content


def _kill_group(pid: int) -> None:
    """End a process and what it started; each is the leader of a group of its own, or about to be."""
    for end, number in ((os.killpg, pid), (os.kill, pid)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(number, signal.SIGKILL)


_imported: set[str] = set()


def _import(name: str) -> str:
    """Import a module, or call a function of one ("module:function"), once; why that failed, if it is our own."""
    if name in _imported:
        return ""
    try:
        module, _colon, function = name.partition(":")
        imported = importlib.import_module(module)
        if function:
            getattr(imported, function)()
    except Exception as error:  # noqa: BLE001 - the work itself will say what is wrong with somebody else's module
        if name.startswith("baocao."):
            return f"{name}: {error!r}"
    _imported.add(name)
    return ""


def unknown_threads() -> list[str]:
    """The names of this process's threads, Python's and native ones, that a fork may do harm to."""
    python = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    tasks = Path("/proc/self/task")
    native = []
    for task in tasks.iterdir() if tasks.is_dir() else ():
        if task.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                native.append((task / "comm").read_text().strip())
    unknown = [name for name in native if name not in KNOWN_THREADS]
    return python or unknown


def main() -> None:
    """Be a warm process: the arguments are the file descriptor of the connection, and modules to import at once."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they go to all; the process that started this one decides
    _root, descriptor, *modules = sys.argv[1:]
    control = socket.socket(fileno=int(descriptor))
    server = _Server(control)
    try:
        gc.disable()
        server.later = modules
        server.serve()
    except BaseException:  # noqa: BLE001 - to be read in the log
        traceback.print_exc()
    finally:
        server.end_all()
        os._exit(0)  # there is nothing to tidy up, and tidying takes a tenth of a second
