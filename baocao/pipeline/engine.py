"""The papermill engine `baocao`: what a report needs beyond papermill's own.

It runs the interpreter that runs the pipeline, whatever kernels are installed, with a private IPython folder, so that
nobody's start-up files change a figure; and it evaluates the values in prose, `{eval}` roles in Markdown cells, in cell
order and again at the end. Only papermill imports this module, through its entry point.
"""

from __future__ import annotations

import ast
import difflib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger as papermill_log

from baocao.errors import NotebookError, told
from baocao.messages import Message, _
from baocao.pipeline.blocks import roles
from baocao.pipeline.kernel import OwnInterpreter, environment, transport

if TYPE_CHECKING:
    from nbformat import NotebookNode

LONGEST_HOME = 80
"""Letters of the path of the folder for a kernel's sockets, with which they still fit (107 bytes with their names)."""


def _kernel_manager(home: str) -> type[AsyncKernelManager]:
    """A kernel manager that starts kernels of `OwnInterpreter` and talks to them through files in `home`, not ports.

    A port may be taken by another program between choosing and using it, and anybody on the machine can listen.
    """

    class OwnKernelManager(AsyncKernelManager):  # type: ignore[misc]
        def _kernel_spec_manager_default(self) -> KernelSpecManager:
            return OwnInterpreter(parent=self)

        def _connection_file_default(self) -> str:
            return str(Path(home) / "kernel.json")

        def _transport_default(self) -> str:
            return transport(home, LONGEST_HOME)

    return OwnKernelManager


class _ReportClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, which also evaluates the values in prose."""

    def __init__(self, nb_man: Any, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._prose: list[_Value] = []

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, **options: Any) -> NotebookNode:
        if cell.cell_type == "markdown":
            await self._evaluate_prose(cell, self._number(cell_index))
            return cell
        cell = await super().async_execute_cell(cell, cell_index, **options)
        if cell.cell_type == "code" and self._prose:
            await self._look_again(self._number(cell_index))
        return cell

    execute_cell = run_sync(async_execute_cell)

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
        reply = await self.async_wait_for_reply(message)
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
            raise NotebookError(said, remedy)


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
        """Execute `nb_man.nb` in a fresh kernel; see the module's first lines for what is added to papermill."""
        with tempfile.TemporaryDirectory(prefix="baocao-ipython-") as home:
            client = _ReportClient(
                nb_man,
                kernel_manager_class=_kernel_manager(home),
                kernel_name=kernel_name,
                timeout=options.get("execution_timeout"),
                startup_timeout=options.get("start_timeout", 60),
                record_timing=False,
                log=papermill_log,
            )
            # What a kernel writes outside its cells, mostly complaints while it is being stopped, is not for a reader.
            with (Path(home) / "kernel.log").open("wb") as log:
                client.execute(env=environment(home), stdout=log, stderr=log)
