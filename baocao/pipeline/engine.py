"""The papermill engine `baocao`: what a report needs beyond papermill's own.

It runs the interpreter that runs the pipeline, whatever kernels are installed, with a private IPython folder, so that
nobody's start-up files change a figure; and it evaluates the values in prose, `{eval}` roles in Markdown cells, in cell
order and again at the end. Only papermill imports this module, through its entry point.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger as papermill_log

from baocao.errors import NotebookError
from baocao.messages import _
from baocao.pipeline.kernel import OwnInterpreter, environment, transport

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROLE = re.compile(r"\{eval\}(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


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

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, **options: Any) -> NotebookNode:
        if cell.cell_type == "markdown":
            cell.metadata.pop("user_expressions", None)
            if values := await self._evaluate(cell, cell_index):
                cell.metadata["user_expressions"] = values
            return cell
        return await super().async_execute_cell(cell, cell_index, **options)

    execute_cell = run_sync(async_execute_cell)

    def papermill_execute_cells(self) -> None:
        super().papermill_execute_cells()
        if not any(cell.metadata.get("papermill", {}).get("exception") for cell in self.nb.cells):
            run_sync(self._check_again)()

    def _number(self, index: int) -> int:
        """A cell's number as an analyst counts them: from 1, without the cell of injected parameters."""
        cells = self.nb.cells[: index + 1]
        return sum("injected-parameters" not in cell.metadata.get("tags", []) for cell in cells)

    async def _evaluate(self, cell: NotebookNode, index: int) -> list[dict[str, Any]]:
        """The cell's values as JupyterLab-MyST writes them, one per role in order of occurrence."""
        expressions = [match[2].strip() for match in ROLE.finditer(cell.source)]
        if not expressions:
            return []
        asked = {str(number): expression for number, expression in enumerate(expressions)}
        message = self.kc.execute("", silent=True, store_history=False, user_expressions=asked)
        reply = await self.async_wait_for_reply(message)
        results = reply["content"]["user_expressions"]
        for number, expression in asked.items():
            if results[number]["status"] != "ok":
                raise NotebookError(
                    _("Cell {cell}: the value {expression} in the prose cannot be computed: {error}",
                      cell=self._number(index), expression=expression,
                      error=f"{results[number]['ename']}: {results[number]['evalue']}"),
                    _("Correct the expression between the backquotes, or define the name in a cell above."),
                )  # fmt: skip
        return [{"expression": asked[number], "result": results[number]} for number in asked]

    async def _check_again(self) -> None:
        """Evaluate every value once more: JupyterLab shows values as they are at the end, the report as at the cell."""
        for index, cell in enumerate(self.nb.cells):
            if "user_expressions" not in cell.metadata:
                continue
            for then, now in zip(
                cell.metadata.user_expressions, await self._evaluate(cell, index), strict=True
            ):
                if then["result"]["data"] != now["result"]["data"]:
                    raise NotebookError(
                        _("Cell {cell}: the value {expression} was {then} there but is {now} at the end.",
                          cell=self._number(index), expression=then["expression"],
                          then=then["result"]["data"].get("text/plain"), now=now["result"]["data"].get("text/plain")),
                        _("A later cell gives the name another value; use a name of its own there."),
                    )  # fmt: skip


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
