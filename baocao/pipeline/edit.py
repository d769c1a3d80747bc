"""JupyterLab on a working copy of the notebooks for one unit and year; a save there is a save in `notebooks/`.

The copy holds what belongs to a machine and a moment: the folder of the data, outputs, the values in prose. A save
writes the notebook to `notebooks/` without any of it (docs/decisions/0005).
"""

from __future__ import annotations

import copy
import json
import os
import re
import secrets
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyterlab.labapp import LabApp
from tornado.web import HTTPError

from baocao.analysis.stages import NOTEBOOKS, PROVINCE, WHOLE, Stage
from baocao.analysis.workspace import WORK
from baocao.errors import UsageError
from baocao.messages import _
from baocao.pipeline import kernel, normalise, params, record, warmup
from baocao.pipeline.commandline import as_report_error
from baocao.pipeline.plan import ReportPlan

HOST = "127.0.0.1"
OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
"""JupyterLab's settings until the user chooses others: it asks nothing of the internet, and draws every cell at once.

JupyterLab-MyST computes the values of those cells only that have been drawn.
"""
LONGEST_HOME = 50
"""Letters of the path of the folder for a server's sockets, each named after a random id."""
LINE = re.compile(
    r"""^(?P<before>(?P<name>\w+)[ ]*(?::[^=\n]+)?=[ ]*)
        (?P<value>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^#\n]*?)(?=[ ]*(?:\#|$))""",
    re.MULTILINE | re.VERBOSE,
)
"""A line `name: type = value  # comment` of a parameters cell; an analyst may be in the middle of changing another."""


def values(source: str) -> dict[str, str]:
    """The values in a parameters cell, as they are written there."""
    return {line["name"]: line["value"] for line in LINE.finditer(source)}


def with_values(source: str, new: Mapping[str, str]) -> str:
    """A parameters cell with `new` values; names, types, comments and all else stay as they are."""
    return LINE.sub(lambda line: line["before"] + new.get(line["name"], line["value"]), source)


@dataclass(frozen=True)
class WorkingCopy:
    """The notebooks in a folder of their own, for one unit and year."""

    folder: Path
    first: str
    """The notebook that is opened first: the one that writes the report."""
    saved: dict[str, bytes]
    """What lay in `notebooks/` when the copy was made, or when one of them was last saved there."""
    aside: dict[str, Path] = field(default_factory=dict)
    """Where a notebook is kept that could not be saved in `notebooks/`."""

    @classmethod
    def make(cls, report: ReportPlan) -> WorkingCopy:
        """Copy the notebooks as they lie in `notebooks/`, with the report's parameters.

        An earlier copy of them is replaced; other files in the folder are the analyst's own and stay.
        """
        folder = report.work.parent / "edit" / report.unit.path / str(report.year)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / ".ipynb_checkpoints", ignore_errors=True)
        saved = {path.name: path.read_bytes() for path in NOTEBOOKS.glob("*.ipynb")}
        for name, content in saved.items():
            notebook = _read(content)
            wanted = params.parameters(
                unit=_unit_of(name, report.last),
                year=report.year,
                edition=report.edition,
                data_dir=str(report.last.data),
                work_dir="",
            )
            literals = {k: json.dumps(v, ensure_ascii=False) for k, v in wanted.model_dump().items()}
            for cell in _parameter_cells(notebook):
                cell.source = with_values(cell.source, literals)
            (folder / name).write_bytes(normalise.stored(notebook))
        return cls(folder, report.last.notebook, saved)

    def save(self, name: str, notebook: nbformat.NotebookNode) -> None:
        """Save a notebook of the copy in `notebooks/`, as git keeps it; one that is not from there is left alone.

        Raises `UsageError` if somebody else changed it there; what was to be saved is then kept in a file of its own.
        """
        if name not in self.saved:
            return
        before, path = self.saved[name], NOTEBOOKS / name
        content = _for_git(notebook, _read(before))
        there = path.read_bytes() if path.exists() else None
        if there not in (before, content):
            aside = self.aside.setdefault(name, _free(self.folder / name))
            aside.write_bytes(normalise.stored(notebook))
            raise UsageError(
                _("{name} in notebooks/ was changed by another program or person since it was opened here, and was "
                  "not overwritten. Your version is kept in {path}.", name=name, path=aside),
                _("Stop (Ctrl-C), start edit again, and copy your changes from that file."),
            )  # fmt: skip
        if there != content:
            record.replace_all(NOTEBOOKS, {name: content})
        self.saved[name] = content


def _unit_of(name: str, last: Stage) -> str:
    """The unit that a notebook is set to for a report: the roll-up to the province, the others to a unit.

    For the report of a province they are set to the first of its units that sent something.
    """
    if name == f"{PROVINCE}.ipynb":
        return f"{last.province}/{WHOLE}"
    sent = [stage.unit for stage in last.needs if stage.year == last.year]
    return sent[0] if last.notebook == PROVINCE and sent else last.unit


def _read(content: bytes) -> nbformat.NotebookNode:
    return nbformat.reads(content.decode("utf-8"), as_version=4)


def _parameter_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if _is_parameters(cell)]


def _is_parameters(cell: nbformat.NotebookNode) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


def _for_git(notebook: nbformat.NotebookNode, before: nbformat.NotebookNode) -> bytes:
    """A notebook of the copy as git keeps it: bare, with the parameters' values that it has there."""
    bare = copy.deepcopy(notebook)
    for own in _parameter_cells(before):
        for cell in bare.cells:
            if _is_parameters(cell) or cell.id == own.id:  # the tag may have been taken off it
                cell.source = with_values(cell.source, values(own.source))
    normalise.strip(bare)
    return normalise.stored(bare)


def _free(path: Path) -> Path:
    """The first name of the form `3_report-2.ipynb` that is free."""
    number = 2
    while (free := path.with_stem(f"{path.stem}-{number}")).exists():
        number += 1
    return free


class Contents(AsyncLargeFileManager):  # type: ignore[misc]
    """Jupyter's files, with every saved notebook of the working copy saved in `notebooks/` first."""

    working: WorkingCopy

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Save a file; an `HTTPError` with our message is shown by JupyterLab."""
        if model.get("type") == "notebook":
            try:
                self.working.save(path.strip("/"), nbformat.from_dict(model["content"]))
            except (UsageError, OSError) as error:
                raise HTTPError(409, str(as_report_error(error))) from error
        saved: dict[str, Any] = await super().save(model, path)
        return saved


def serve(
    working: WorkingCopy, work: Path, port: int, open_browser: bool, say: Callable[[str], None]
) -> None:
    """Run JupyterLab on the copy until it is stopped; `say` is told its address once it can be opened.

    `work` holds what earlier notebooks made. Without a `port` (0), a free one is taken. Whatever the server starts has
    the environment of a run's kernels.
    """
    port = _free_port(port)
    with tempfile.TemporaryDirectory(prefix="baocao-ipython-") as home:
        environment = warmup.environment(home) | {WORK: str(work), "JUPYTER_RUNTIME_DIR": home}
        os.environ.clear()
        os.environ.update(environment)
        settings_folder = Path(home) / "settings"
        settings_folder.mkdir()
        (settings_folder / "overrides.json").write_text(json.dumps(OVERRIDES))
        token = secrets.token_hex(24)
        settings = {
            "ServerApp.ip": HOST,
            "ServerApp.port": port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": working.folder,
            "ServerApp.open_browser": open_browser,
            "ServerApp.allow_root": True,
            "Application.log_level": "ERROR",
            "ServerApp.contents_manager_class": f"{__name__}.{Contents.__name__}",
            "ServerApp.kernel_spec_manager_class": f"{kernel.__name__}.{kernel.OwnInterpreter.__name__}",
            "KernelManager.transport": kernel.transport(home, LONGEST_HOME),
            "MappingKernelManager.root_dir": NOTEBOOKS,
            "IdentityProvider.token": token,
            "LabApp.default_url": f"/lab/tree/{working.first}.ipynb",
            "LabApp.app_settings_dir": settings_folder,
            "LabApp.workspaces_dir": Path(home) / "workspaces",
            "LabApp.extension_manager": "readonly",
            "LabApp.news_url": None,
            "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        }
        server = LabApp.initialize_server([f"--{name}={value}" for name, value in settings.items()])
        server.contents_manager.working = working
        signal.signal(signal.SIGINT, lambda *_: server.stop(from_signal=True))
        address = f"{server.connection_url}lab/tree/{working.first}.ipynb?token={token}"
        server.io_loop.add_callback(say, address)  # runs after the server's own, which listens
        server.start()


def _free_port(wanted: int) -> int:
    try:
        with socket.create_server((HOST, wanted)) as listening:
            port: int = listening.getsockname()[1]
            return port
    except OSError as error:
        raise UsageError(
            _("Port {port} cannot be used: {why}", port=wanted, why=error.strerror),
            _("Name another with --port, or none: then a free one is taken."),
        ) from error
