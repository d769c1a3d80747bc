"""What a notebook knows of the world around it: its data, earlier results, and where its own result goes.

Work by hand in JupyterLab reads results but leaves none: only what is saved in the notebook counts
(docs/decisions/0003).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from baocao.analysis import settings
from baocao.analysis.findings import Findings
from baocao.analysis.stages import (
    DISCLOSURE,
    INDICATORS,
    INTERNAL,
    NEEDS,
    PUBLIC,
    WHOLE,
    Stage,
    listed,
    years_with_data,
)
from baocao.errors import InputError, NotebookError, UsageError
from baocao.messages import _

if TYPE_CHECKING:
    import pandas as pd


WORK = "BAOCAO_WORK"
"""The variable that names the folder of earlier results for work by hand; else, `outputs/.work` beside the data."""


class Workspace:
    """A notebook's data, earlier results, and the place for its own.

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
        by_hand = Path(os.environ.get(WORK) or self.data.parent / "outputs" / ".work")
        self._work = self._kept.parents[1] if self._kept else by_hand
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
        stage = Stage(INDICATORS, self._stage.unit, self._stage.year, INTERNAL, self.data)
        return sorted({needed.year for needed in stage.needs})

    def compared(self, year: int) -> list[str]:
        """The units whose data of a year compared make up this one: itself, and others that it is made of since."""
        return self._stage.compared(year)

    def units_that_sent(self, year: int) -> list[str]:
        """The units of the province with data for a year, as `province/unit`, in order."""
        units = self._stage.look.units(self.data, self._stage.province)
        return [unit for unit, years in units.items() if year in years]

    def choices(self, year: int, unit: str = "") -> settings.Settings:
        """What the office, or that of another unit of the province, decided about its report of a year compared."""
        return settings.load(self.data / (unit or self._stage.unit) / str(year) / "report.toml", year)

    def file(self, name: str) -> Path:
        """The office's file of this unit and year; `InputError` if it was not sent."""
        path = self.inputs / name
        if not path.is_file():
            raise InputError(
                _("The file {name} is missing from {folder}.", name=name, folder=_shown(self.inputs)),
                _("Put the file there under exactly this name, then run again."),
            )
        if name not in self._stage.reads:
            raise UsageError(
                _(
                    "{notebook} reads {name}, which its key does not cover.",
                    notebook=self._stage.notebook,
                    name=name,
                ),
                _("Read it in 1_clean and keep what is needed, or add it to Stage.reads."),
            )
        return path

    @property
    def sent(self) -> dict[str, Path]:
        """The files of this unit and year by their names below the year's folder, in order."""
        return {name: self.inputs / name for name in self._stage.reads}

    def computed(self, unit: str = "", year: int | None = None) -> Path:
        """The folder with the indicator tables of this unit, or another of its province, for this edition."""
        path = unit or self._stage.unit
        if self._stage.edition != PUBLIC:
            return self.result(INDICATORS, year, path)
        whole = f"{self._stage.province}/{WHOLE}"
        return self.result(DISCLOSURE, year, whole) / path.split("/")[1]

    def result(self, notebook: str, year: int | None = None, unit: str = "") -> Path:
        """The folder with an earlier notebook's result, of this unit unless another is named.

        If it is not there yet, it is made first, and with it all else that this notebook reads.
        """
        stage = Stage(notebook, unit or self._stage.unit, year or self._stage.year, INTERNAL, self.data)
        if self._kept and (given := self._given().get(stage.name)):
            return Path(given)
        folder = stage.folder(self._work)
        if not folder.is_dir():
            what, asked = ("needs", self._stage) if stage in self._stage.needs else ("itself", stage)
            named = [asked.notebook, asked.unit, str(asked.year), asked.edition]
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "baocao.pipeline.beforehand",
                    what,
                    *named,
                    str(self.data),
                    str(self._work),
                ],
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

    def _given(self) -> dict[str, str]:
        path = self._kept / NEEDS if self._kept else None
        given: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}
        return given

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


def _shown(path: Path) -> str:
    """A path as a message shows it: from the data folder down, so that no machine's folders appear."""
    return "/".join(path.parts[-4:])
