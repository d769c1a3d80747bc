"""The papermill engine `baocao`: a fresh kernel for each notebook, nearly as fast as plain code, and values in prose.

A kernel is a process forked from a warm one (`warm`, `forked`); where that cannot be had, a plain kernel. Either is the
interpreter that runs the pipeline, with a private IPython folder, so that nobody's start-up files change a figure. The
values in prose, `{eval}` roles in Markdown cells, are evaluated in cell order and at the end again. Only workers and
papermill, through its entry point, import this module.
"""

from __future__ import annotations

import ast
import asyncio
import atexit
import difflib
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger as papermill_log

from baocao.errors import NotebookError, how_it_ended, told
from baocao.messages import Message, _
from baocao.pipeline import kernel, warm, warmup
from baocao.pipeline.blocks import roles
from baocao.pipeline.warm import Warm

if TYPE_CHECKING:
    from nbformat import NotebookNode


class KernelDiedError(DeadKernelError):  # type: ignore[misc]
    """The process of a kernel ended in the middle of a notebook; `message` says how, as far as it is known."""

    def __init__(self, cell: int, code: int | None) -> None:
        self.cell = cell
        self.message = how_it_ended(code)
        super().__init__(str(self.message))


class _ReportClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, which also evaluates the values in prose."""

    def __init__(self, nb_man: Any, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._prose: list[_Value] = []

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, **options: Any) -> NotebookNode:
        try:
            if cell.cell_type == "markdown":
                await self._evaluate_prose(cell, self._number(cell_index))
                return cell
            cell = await super().async_execute_cell(cell, cell_index, **options)
        except DeadKernelError as error:
            raise KernelDiedError(self._number(cell_index), await self._exit_code()) from error
        except CellTimeoutError as error:
            error.cell, error.when = self._number(cell_index), time.monotonic()
            self.shutdown_kernel = "immediate"  # it is busy, and would only be waited for
            raise
        except NotebookError as error:
            error.cell = self._number(cell_index)
            raise
        if cell.cell_type == "code" and self._prose:
            await self._look_again(self._number(cell_index))
        return cell

    execute_cell = run_sync(async_execute_cell)

    async def _async_poll_kernel_alive(self) -> None:
        """Notice at once that a forked kernel ended; nbclient looks at others every second."""
        if not isinstance(self.km, kernel.ForkedManager):
            await super()._async_poll_kernel_alive()
        else:
            await asyncio.shield(self.kc.died)
            self.task_poll_for_reply.cancel()

    async def _exit_code(self) -> int | None:
        if isinstance(self.km, kernel.ForkedManager):
            return self.km.child.wait(1)
        code: int | None = await self.km.provisioner.poll() if self.km.provisioner else None
        return code

    def papermill_execute_cells(self) -> None:
        super().papermill_execute_cells()
        if not any(cell.metadata.get("papermill", {}).get("exception") for cell in self.nb.cells):
            run_sync(self._check_again)()

    def _number(self, index: int) -> int:
        """A cell's number as an analyst counts them: from 1, without the cell of injected parameters."""
        cells = self.nb.cells[: index + 1]
        return sum("injected-parameters" not in cell.metadata.get("tags", []) for cell in cells)

    async def _evaluate(self, expressions: Sequence[str]) -> list[dict[str, Any]]:
        """The kernel's results for the expressions, as its reply has them."""
        asked = {str(number): expression for number, expression in enumerate(expressions)}
        message = self.kc.execute("", silent=True, store_history=False, user_expressions=asked)
        reply = await self.async_wait_for_reply(message, self.nb.cells[0])
        return [reply["content"]["user_expressions"][number] for number in asked]

    async def _evaluate_prose(self, cell: NotebookNode, number: int) -> None:
        """Store a cell's values as JupyterLab-MyST writes them, one per role in order of occurrence."""
        cell.metadata.pop("user_expressions", None)
        expressions = roles(cell.source)
        if not expressions:
            return
        stored = cell.metadata["user_expressions"] = []
        for expression, result in zip(expressions, await self._evaluate(expressions), strict=True):
            if result["status"] != "ok":
                raise NotebookError(
                    _("Cell {cell}: the value {expression} in the prose cannot be computed: {error}",
                      cell=number, expression=expression, error=told(result["ename"], result["evalue"])),
                    await self._nearest(expression, result),
                )  # fmt: skip
            self._prose.append(_Value(number, expression, result["data"]))
            stored.append({"expression": expression, "result": result})

    async def _nearest(self, expression: str, failure: Mapping[str, str]) -> Message:
        """What to write instead: the nearest of the names that there are where the expression looks for one."""
        for wanted, listing in _lookups(expression, failure["ename"]):
            (found,) = await self._evaluate([listing])
            if found["status"] == "ok":
                names = ast.literal_eval(found["data"]["text/plain"]).split("\n")
                near = difflib.get_close_matches(wanted, names, n=3)
                if near and wanted not in names:
                    return _("The nearest are: {names}.", names=", ".join(near))
        return _("Correct the expression between the backquotes, or define the name in a cell above.")

    async def _look_again(self, number: int) -> None:
        """Note which values in the prose above another cell has changed."""
        for value, result in zip(self._prose, await self._evaluate_all(), strict=True):
            if result.get("data") == value.latest:
                continue
            (again,) = await self._evaluate([value.expression])
            if again.get("data") == result.get("data"):  # else it differs each time, and no cell is to blame
                value.latest, value.changed_in = result.get("data"), number

    async def _evaluate_all(self) -> list[dict[str, Any]]:
        return await self._evaluate([value.expression for value in self._prose]) if self._prose else []

    async def _check_again(self) -> None:
        """Evaluate every value once more: JupyterLab shows values as they are at the end, the report as at the cell."""
        for value, result in zip(self._prose, await self._evaluate_all(), strict=True):
            if result.get("data") == value.data:
                continue
            then, other = value.data.get("text/plain"), value.changed_in
            about = {"cell": value.cell, "expression": value.expression, "then": then}
            remedy = _("Use a name of its own in cell {other}.", other=other)
            if other is None:
                said = _(
                    "Cell {cell}: the value {expression} was {then} and is another one each time it is evaluated.",
                    **about,
                )
                remedy = _("Compute it once, in a code cell, and name the result in the prose.")
            elif result["status"] == "ok":
                now = result["data"].get("text/plain")
                said = _("Cell {cell}: the value {expression} was {then} there, but cell {other} made it {now}.",
                         **about, other=other, now=now)  # fmt: skip
            else:
                said = _("Cell {cell}: the value {expression} was {then} there; after cell {other} there is none.",
                         **about, other=other)  # fmt: skip
            failed = NotebookError(said, remedy)
            failed.cell = value.cell
            raise failed


@dataclass
class _Value:
    """A value in the prose: what it was at its cell, what it is now, and the cell that changed it last."""

    cell: int
    expression: str
    data: dict[str, str]
    latest: dict[str, str] | None = None
    changed_in: int | None = None

    def __post_init__(self) -> None:
        self.latest = self.data


def _lookups(expression: str, error: str) -> Iterator[tuple[str, str]]:
    """What an expression that failed looks up by name, and an expression that lists the names there are."""
    try:
        nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    except SyntaxError:
        return
    for node in nodes:
        match error, node:
            case "NameError", ast.Name():
                yield node.id, "'\\n'.join(name for name in globals() if name[:1] != '_')"
            case "AttributeError", ast.Attribute():
                yield node.attr, f"'\\n'.join(dir({ast.unparse(node.value)}))"
            case "KeyError", ast.Subscript(slice=ast.Constant(value=str(key))):
                yield key, f"'\\n'.join(map(str, {ast.unparse(node.value)}))"


class ReportEngine(NBClientEngine):  # type: ignore[misc]
    """The papermill engine `baocao`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute `nb_man.nb` in a fresh kernel; see the module's first lines for what is added to papermill.

        Options besides papermill's:
        `figures="svg"`: figures are drawn once, as SVG without margins added and without a date;
        `cold`: a plain kernel, as the variable `BAOCAO_COLD` asks for;
        `deadline`: the time (`time.monotonic`) at which the notebook must be done;
        `kept`: the path for a notebook that fails.

        Raises nbclient's errors, `KernelDiedError` among them, and `NotebookError` for values in prose.
        """
        with tempfile.TemporaryDirectory(prefix="baocao-ipython-") as home:
            cold = options.get("cold") or os.environ.get(kernel.COLD)
            config = warmup.FIGURES.get(options.get("figures", ""), {})
            forked = None if cold else _forked(nb_man.nb, kernel_name, home, config)
            manager = {"km": forked} if forked else {"kernel_manager_class": kernel.plain(home, config)}
            client = _ReportClient(
                nb_man,
                **manager,
                kernel_name=kernel_name,
                timeout_func=_time_left(options.get("execution_timeout"), options.get("deadline")),
                startup_timeout=options.get("start_timeout", 60),
                record_timing=False,
                log=papermill_log,
                log_output=options.get("log_output", False),
                stdout_file=options.get("stdout_file"),
                stderr_file=options.get("stderr_file"),
            )
            # What a kernel writes outside its cells, mostly complaints while it is being stopped, is not for a reader.
            with (Path(home) / "kernel.log").open("wb") as log:
                try:
                    client.execute(cleanup_kc=True, env=warmup.environment(home), stdout=log, stderr=log)
                except Exception:
                    if kept := options.get("kept"):
                        nbformat.write(nb_man.nb, kept)
                    raise


def _time_left(cell: float | None, deadline: float | None) -> Callable[[Any], float | None]:
    """For nbclient: the seconds that a cell may take."""

    def left(_cell: Any) -> float | None:
        limits = [] if cell is None else [cell]
        limits += [] if deadline is None else [max(deadline - time.monotonic(), 0.001)]
        return min(limits, default=None)

    return left


_process: list[Warm] = []
"""The warm process that the kernels of this process's notebooks are forked from, once there is one."""


def use(connection: socket.socket) -> None:
    """Fork kernels from the warm process at the other end of `connection`, not from one of this process's own."""
    _process[:] = [Warm(connection)]


def _warm(home: str) -> Warm:
    """The warm process, started if there is none."""
    if not _process:
        _process.append(Warm.start([], warmup.environment(home) | warmup.WARM))
        atexit.register(_process[0].close)
    return _process[0]


def _fork(notebook: NotebookNode, home: str, config: Mapping[str, Any]) -> kernel.ForkedManager:
    """A kernel from the warm process, or from a new one if somebody ended this process's own."""
    try:
        return kernel.fork(_warm(home), notebook, home, config)
    except warm.EndedError:
        if not _process[0].own:
            raise
    _process.pop().close()
    return kernel.fork(_warm(home), notebook, home, config)


def _forked(
    notebook: NotebookNode, name: str, home: str, config: Mapping[str, Any]
) -> kernel.ForkedManager | None:
    """This notebook's kernel, forked; None, having said why, if a plain one must be started."""
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if name != kernel.OURS or language != "python":
        why = _("The kernel {name} is not this program's own: it starts cold.", name=name)
    elif not warm.AVAILABLE:
        why = _("This system cannot fork a process: the kernel starts cold.")
    else:
        try:
            return _fork(notebook, home, config)
        except warm.RefusedError as error:
            why = _("A process cannot be forked safely ({why}): the kernel starts cold.", why=str(error))
    papermill_log.warning(str(why))
    return None
