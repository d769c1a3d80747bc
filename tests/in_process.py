"""The notebooks run in this process, without kernels: for tests that need hundreds of reports.

What it gives is what the pipeline gives; `test_report.py` holds the two against each other.
"""

from __future__ import annotations

import json
import os
import sys
import types
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from baocao.analysis.stages import NEEDS, PROVINCE, REPORT, Stage, is_whole
from baocao.pipeline.assemble import assemble
from baocao.pipeline.blocks import roles

mpl.use("agg")


class _ResultHook(DisplayHook):
    """Keeps the value of a cell's last line among what the cell shows."""

    def write_output_prompt(self) -> None:
        """Nothing is printed."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        self.shell.display_pub.outputs.append({"data": format_dict, "metadata": md_dict or {}})


class _Shell(InteractiveShell):
    """A shell that keeps what cells show, and leaves the process's own set-up alone."""

    displayhook_class = Type(_ResultHook)

    def init_sys_modules(self) -> None:
        self._main_mod_cache = {}

    def init_display_pub(self) -> None:
        self.display_pub = CapturingDisplayPublisher(parent=self)

    def showtraceback(self, *_args: Any, **_options: Any) -> None:
        """Errors are raised by `run`."""


def run(source: Path, parameters: dict[str, Any]) -> Any:
    """The notebook in `source` executed with these parameters; the first error of a cell is raised."""
    notebook = nbformat.read(source, as_version=4)
    here, hook = Path.cwd(), sys.displayhook
    module = types.ModuleType("notebook_in_process")
    InteractiveShell.clear_instance()  # others in this process have shells too, and charts go to the one that is set
    config = Config({"HistoryManager": {"enabled": False}})
    shell = _Shell.instance(config=config, user_module=module, user_ns=module.__dict__)
    os.chdir(source.parent)
    try:
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                _evaluate(shell, cell)
            elif cell.cell_type == "code":
                _execute(shell, cell)
            if "parameters" in cell.metadata.get("tags", []):
                shell.user_ns.update(parameters)
    finally:
        os.chdir(here)
        sys.displayhook = hook
        _Shell.clear_instance()
    return notebook


def _execute(shell: _Shell, cell: Any) -> None:
    shell.display_pub.outputs = []
    shell.run_cell(cell.source, store_history=False).raise_error()
    cell.outputs = [
        nbformat.v4.new_output("display_data", data=shown["data"], metadata=shown["metadata"])
        for shown in shell.display_pub.outputs
    ]


def _evaluate(shell: _Shell, cell: Any) -> None:
    values = [(e, shell.user_expressions({"value": e})["value"]) for e in roles(cell.source)]
    cell.metadata["user_expressions"] = [{"expression": e, "result": result} for e, result in values]


def stage(wanted: Stage, work: Path) -> Any:
    """The executed notebook of a stage; its result, and those it needs, are kept in `work` as the pipeline does."""
    for needed in wanted.needs:
        if not needed.folder(work).is_dir():
            stage(needed, work)
    folder = wanted.folder(work)
    folder.mkdir(parents=True, exist_ok=True)
    # As the pipeline does: the notebook need not work out again where its results are.
    needs = {needed.name: str(needed.folder(work)) for needed in wanted.needs}
    (folder / NEEDS).write_text(json.dumps(needs), encoding="utf-8")
    notebook = run(
        wanted.source,
        {
            "unit": wanted.unit,
            "year": wanted.year,
            "edition": wanted.edition,
            "data_dir": str(wanted.data),
            "work_dir": str(folder),
        },
    )
    (folder / NEEDS).unlink()
    return notebook


def document(data: Path, unit: str, year: int, work: Path, format: str = "html") -> dict[str, Any]:
    """The document of a unit's report, or of a province's roll-up, for a year (`baocao.pipeline.assemble`)."""
    notebook = PROVINCE if is_whole(unit) else REPORT
    return assemble(stage(Stage(notebook, unit, year, "internal", data), work), format)
