"""The notebooks as stages: what each one reads, the digest that names its result, and where that result lies.

A result is a folder `<work>/<stage>/<key>/` that is never changed once it is there. Its key is a digest of everything
the result depends on, so a result that is found is right, whoever made it and in whatever order notebooks were opened.
Work by hand in JupyterLab reads results but leaves none: only what is saved in the notebook counts.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from baocao.analysis.findings import Findings
from baocao.errors import InputError, NotebookError, UsageError
from baocao.messages import _

if TYPE_CHECKING:
    import pandas as pd

REPOSITORY = Path(__file__).resolve().parents[2]
NOTEBOOKS = REPOSITORY / "notebooks"
CLEAN, INDICATORS, REPORT = "1_clean", "2_indicators", "3_report"
YEARS_COMPARED = 5
"""A report reads this many years of its unit, its own included: a five-year series."""


@dataclass(frozen=True)
class Stage:
    """One notebook for one unit and year, and the data folder it reads."""

    notebook: str
    unit: str
    year: int
    edition: str
    data: Path

    @property
    def source(self) -> Path:
        """The notebook's file."""
        return NOTEBOOKS / f"{self.notebook}.ipynb"

    @property
    def inputs(self) -> Path:
        """The folder with the office's files for this unit and year."""
        return self.data / self.unit / str(self.year)

    @functools.cached_property
    def needs(self) -> tuple[Stage, ...]:
        """The stages whose results this one reads, earliest first."""
        if self.notebook == CLEAN:
            return ()
        if self.notebook == INDICATORS:
            years = [
                y
                for y in years_with_data(self.data, self.unit)
                if self.year - YEARS_COMPARED < y <= self.year
            ]
            return tuple(Stage(CLEAN, self.unit, year, "internal", self.data) for year in years)
        return (Stage(INDICATORS, self.unit, self.year, "internal", self.data),)

    @property
    def files(self) -> list[Path]:
        """The data files this stage reads itself, in a fixed order."""
        own = [p for p in self.inputs.rglob("*") if p.is_file() and not _is_scratch(p)]
        if self.notebook == CLEAN:
            own = [p for p in own if p.name != "narrative.md"]
        elif self.notebook == INDICATORS:
            own = [p for p in own if p.name == "report.toml"]
        else:
            own = [p for p in own if p.name in ("report.toml", "narrative.md")]
        shared = [p for p in self.data.glob("*") if p.suffix in (".toml", ".csv")]
        places = [p for p in (self.data / self.unit).parent.glob("*.csv") if p.is_file()]
        return sorted(own + shared + places)

    @functools.cached_property
    def key(self) -> str:
        """The digest that names this stage's result."""
        content = {
            "notebook": _notebook_digest(self.source),
            "parameters": [self.notebook, self.unit, self.year, self.edition],
            "files": {p.relative_to(self.data).as_posix(): file_digest(p) for p in self.files},
            "needs": [stage.key for stage in self.needs],
            "code": code_digest(),
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]

    def folder(self, work: Path) -> Path:
        """Where this stage's result lies under the work folder, made or not."""
        return work / self.notebook / self.key


class Workspace:
    """What a notebook knows of the world around it: its data, earlier results, and where its own result goes.

    `work_dir` is the folder that the running pipeline gave the notebook for its result; it is empty when an analyst
    runs the notebook by hand, and then nothing is kept.
    """

    def __init__(
        self, notebook: str, unit: str, year: int, edition: str, data_dir: str, work_dir: str
    ) -> None:
        self.data = Path(data_dir).resolve()
        if not self.data.is_dir():
            raise UsageError(
                _("There is no data folder {folder}.", folder=data_dir),
                _("Open the notebook from the folder notebooks/, or set data_dir."),
            )
        self._kept = Path(work_dir).resolve() if work_dir else None
        self._work = self._kept.parents[1] if self._kept else self.data.parent / "outputs" / ".work"
        self._stage = Stage(notebook, unit, year, edition, self.data)
        self.inputs = self._stage.inputs
        if not self.inputs.is_dir():
            raise UsageError(
                _(
                    "There are no data for {unit} {year}: {folder} does not exist.",
                    unit=unit,
                    year=year,
                    folder=self.inputs,
                ),
                _("Years with data: {years}.", years=listed(years_with_data(self.data, unit))),
            )

    @property
    def years(self) -> list[int]:
        """The years this notebook compares, its own the last."""
        return [
            stage.year
            for stage in Stage(INDICATORS, self._stage.unit, self._stage.year, "internal", self.data).needs
        ]

    def file(self, name: str) -> Path:
        """The office's file of this unit and year; `InputError` if it was not sent."""
        path = self.inputs / name
        if not path.is_file():
            raise InputError(
                _("The file {name} is missing from {folder}.", name=name, folder=_shown(self.inputs)),
                _("Put the file there under exactly this name, then run again."),
            )
        return path

    def result(self, notebook: str, year: int | None = None) -> Path:
        """The folder with an earlier notebook's result; the notebook is run first if there is none yet."""
        stage = Stage(notebook, self._stage.unit, year or self._stage.year, "internal", self.data)
        folder = stage.folder(self._work)
        if not folder.is_dir():
            command = ["-m", "baocao.pipeline.execute", notebook, stage.unit, str(stage.year), stage.edition]
            done = subprocess.run(
                [sys.executable, *command, str(self.data), str(self._work)],
                capture_output=True,
                text=True,
                encoding="utf-8",
                env=os.environ | {"PYTHONIOENCODING": "utf-8"},
                check=False,
            )
            if done.returncode or not folder.is_dir():
                raise NotebookError(
                    _("{notebook} failed for {unit} {year}: {why}", notebook=notebook, unit=stage.unit, year=stage.year,
                      why=done.stderr.strip()),
                    _("Open that notebook first and run it."),
                )  # fmt: skip
        return folder

    def keep(self, findings: Findings, **tables: pd.DataFrame) -> None:
        """Keep this notebook's result: one Parquet file per table and its findings; then stop if one is an error."""
        if self._kept:
            for name, table in tables.items():
                table.to_parquet(self._kept / f"{name}.parquet", index=False)
            findings.save(self._kept)
        findings.stop_on_error()

    def write(self, name: str, text: str) -> None:
        """Keep a text file in this notebook's result."""
        if self._kept:
            (self._kept / name).write_text(text, encoding="utf-8", newline="")


def years_with_data(data: Path, unit: str) -> list[int]:
    """The years for which a unit has a data folder, in order."""
    folder = data / unit
    return sorted(int(p.name) for p in folder.glob("[12][0-9][0-9][0-9]") if p.is_dir())


def listed(items: list[int] | list[str]) -> str:
    """The items with commas between them, or a dash when there are none."""
    return ", ".join(str(item) for item in items) or "-"


@functools.cache
def code_digest() -> str:
    """A digest of the code and the environment that a notebook's result depends on."""
    package = REPOSITORY / "baocao"
    sources = sorted([*package.glob("*.py"), *package.glob("analysis/*.py"), *package.glob("units/*.csv")])
    lock = [p for p in [REPOSITORY / "requirements.lock"] if p.exists()]
    digest = hashlib.sha256()
    for path in [*sources, *lock]:
        digest.update(f"{path.relative_to(REPOSITORY).as_posix()} {file_digest(path)}\n".encode())
    return digest.hexdigest()


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _notebook_digest(path: Path) -> str:
    """A digest of a notebook's cells; outputs and what an editor notes beside them do not count."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    content = [
        [cell["cell_type"], "".join(cell["source"]), sorted(cell["metadata"].get("tags", []))]
        for cell in cells
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _is_scratch(path: Path) -> bool:
    """Whether a file is an editor's own (a lock file, a backup), not something the office sent."""
    return path.name.startswith((".", "~$")) or path.name.endswith("~")


def _shown(path: Path) -> str:
    """A path as a message shows it: from the data folder down, so that no machine's folders appear."""
    return "/".join(path.parts[-4:])
