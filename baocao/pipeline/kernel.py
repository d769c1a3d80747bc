"""The kernels of notebooks: forked from a warm process, or plain ones; in a run as in JupyterLab.

A kernel is this program's interpreter with nothing of the user's own set-up. What is forked speaks through one
connection; for nbclient it looks like any other kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import queue
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from baocao.analysis import digests
from baocao.pipeline import warmup
from baocao.pipeline.warm import Child, Warm

if TYPE_CHECKING:
    from nbformat import NotebookNode

OURS = "python3"
COLD = "BAOCAO_COLD"
"""The variable that asks for plain kernels, when it is not empty."""
LONGEST_HOME = 80
"""Letters of the path of the folder for a kernel's sockets, with which they still fit (107 bytes with their names)."""
IOPUB, SHELL = "iopub", "shell"
"""The two channels of the Jupyter protocol that executing a notebook needs."""


class OwnInterpreter(KernelSpecManager):  # type: ignore[misc]
    """Kernel specs in which "python3" is always the interpreter that runs this program."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The spec of a kernel by its name."""
        if kernel_name != OURS:
            return super().get_kernel_spec(kernel_name)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


# --- plain kernels ------------------------------------------------------------------------------------------


def plain(home: str, config: Mapping[str, Any]) -> type[AsyncKernelManager]:
    """A kernel manager that starts kernels of `OwnInterpreter` and talks to them through files in `home`, not ports.

    `home` is also the kernel's own folder, in which it finds its configuration.

    A port may be taken by another program between choosing and using it, and anybody on the machine can listen.
    """

    class PlainManager(AsyncKernelManager):  # type: ignore[misc]
        def _kernel_spec_manager_default(self) -> KernelSpecManager:
            return OwnInterpreter(parent=self)

        def _connection_file_default(self) -> str:
            return str(Path(home) / "kernel.json")

        def _transport_default(self) -> str:
            return transport(home, LONGEST_HOME)

    if config:
        profile = Path(home) / "profile_default"
        profile.mkdir(exist_ok=True)
        (profile / "ipython_kernel_config.json").write_text(json.dumps(config), encoding="utf-8")
    return PlainManager


def transport(home: str, longest: int) -> str:
    """How to talk to a kernel: through socket files in `home` if its path is not longer than that, else through ports.

    A port may be taken by another program between choosing and using it, and anybody on the machine can listen.
    """
    return "tcp" if os.name == "nt" or len(home) > longest else "ipc"


# --- forked kernels -----------------------------------------------------------------------------------------


def fork(warm: Warm, notebook: NotebookNode, home: str, config: Mapping[str, Any]) -> ForkedManager:
    """A kernel for `notebook`, forked; the errors of `warm.Child` if that cannot be."""
    sources = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    modules = warmup.modules(digests.imports(sources))
    surroundings = (warmup.environment(home), str(Path.cwd()), config)
    child = warm.fork("baocao.pipeline.forked:serve", *surroundings, modules=modules)
    warm.prepare(warmup.warm_ups(modules))
    return ForkedManager(child=child)


class ForkedManager(AsyncKernelManager):  # type: ignore[misc]
    """What nbclient knows a forked kernel by, and ends it with."""

    def __init__(self, child: Child) -> None:
        super().__init__()
        self.child = child
        self._client = ForkedClient(child)

    @property
    def has_kernel(self) -> bool:
        """Whether it was started."""
        return True

    def client(self, **_options: Any) -> ForkedClient:
        """The way to speak with it."""
        return self._client

    async def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.child.wait(0) is None

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """End it: by itself, or if that takes longer than a kernel is given, or `now`, by force."""
        self._client.stop_channels()
        self.child.close()
        if now or self.child.wait(self.shutdown_wait_time) is None:
            self.child.kill()
            self.child.wait(None)

    async def cleanup_resources(self, restart: bool = False) -> None:
        """It leaves nothing."""


class ForkedClient:
    """What nbclient speaks with a forked kernel through: its messages in two queues, as they come."""

    def __init__(self, child: Child) -> None:
        self._connection = child.connection
        self._numbers = itertools.count(1)
        self._listening: asyncio.AbstractEventLoop | None = None
        self.allow_stdin = False

    async def start_channels(self) -> None:
        """Listen."""
        self._listening = asyncio.get_running_loop()
        self.died = self._listening.create_future()
        self.iopub_channel, self.shell_channel = (_Channel(self.died) for _ in range(2))
        self._listening.add_reader(self._connection.fileno(), self._receive)

    def _receive(self) -> None:
        try:
            while self._connection.poll():
                channel, message = json.loads(self._connection.recv_bytes())
                count = int.from_bytes(self._connection.recv_bytes(), "big")
                message["buffers"] = [self._connection.recv_bytes() for _ in range(count)]
                {IOPUB: self.iopub_channel, SHELL: self.shell_channel}[channel].put(message)
        except (EOFError, OSError):
            self.stop_channels()
            if not self.died.done():
                self.died.set_result(None)

    async def is_alive(self) -> bool:
        """Whether it can still answer."""
        return not self.died.done()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """It is ready as soon as it is there."""

    def execute(self, code: str, **content: Any) -> str:
        """Ask it to run a cell; returns the message's id."""
        defaults = {"silent": False, "store_history": True, "user_expressions": {}, "stop_on_error": True}
        return self._send("execute_request", {"code": code, "allow_stdin": False} | defaults | content)

    def kernel_info(self) -> str:
        """Ask what it is; returns the message's id."""
        return self._send("kernel_info_request", {})

    def _send(self, kind: str, content: dict[str, Any]) -> str:
        number = str(next(self._numbers))
        header = {"msg_id": number, "msg_type": kind, "session": "", "username": "", "version": "5.3"}
        message = {"header": header, "msg_id": number, "msg_type": kind, "parent_header": {}, "metadata": {}}
        with contextlib.suppress(OSError):  # it died: the next answer that is waited for says so
            self._connection.send_bytes(json.dumps(message | {"content": content}).encode())
        return number

    def stop_channels(self) -> None:
        """Listen no longer."""
        if self._listening:
            self._listening.remove_reader(self._connection.fileno())
            self._listening = None


class _Channel:
    """Messages that came and nobody has asked for yet."""

    def __init__(self, died: asyncio.Future[None]) -> None:
        self._died = died
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.put = self._queue.put_nowait

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message; `queue.Empty` if none came within `timeout` seconds, or the kernel died."""
        if timeout is None:  # whoever waits like this is told of a death by other ways
            return await self._queue.get()
        if self._queue.empty():
            waiting = asyncio.ensure_future(self._queue.get())
            either: set[asyncio.Future[Any]] = {waiting, self._died}
            await asyncio.wait(either, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                raise queue.Empty
            return waiting.result()
        return self._queue.get_nowait()
