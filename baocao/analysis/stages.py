"""The notebooks as stages: what each one reads, the digest that names its result, and where that result lies.

A result is a folder `<work>/<stage>/<key>/` that is never changed once it is there. Its key is a digest of everything
the result depends on, so a result that is found is right, whoever made it and in whatever order notebooks were opened.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

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


def units_with_data(data: Path) -> list[str]:
    """The units that have a folder for some year, as `province/unit`, in order."""
    return sorted(
        {folder.parent.relative_to(data).as_posix() for folder in data.glob("*/*/[12][0-9][0-9][0-9]/")}
    )


def years_with_data(data: Path, unit: str) -> list[int]:
    """The years for which a unit has a folder, in order."""
    return sorted(int(p.name) for p in (data / unit).glob("[12][0-9][0-9][0-9]") if p.is_dir())


def listed(items: list[int] | list[str]) -> str:
    """The items with commas between them, or a dash when there are none."""
    return ", ".join(str(item) for item in items) or "-"


COMPUTES = (
    "ipykernel", "ipython", "matplotlib", "mistune", "nbclient", "nbformat", "numpy", "openpyxl", "pandas", "papermill",
    "pyarrow", "pydantic",
)  # fmt: skip
"""Libraries whose version can change a result; what only prints it (Typst, Jinja) is used anew for every report."""


@functools.cache
def code_digest() -> str:
    """A digest of the code and libraries that a notebook's result depends on, the printing of it aside."""
    package = REPOSITORY / "baocao"
    run = [
        package / "pipeline" / f"{name}.py"
        for name in ("blocks", "engine", "execute", "kernel", "normalise", "params")
    ]
    sources = [*package.glob("*.py"), *package.glob("analysis/*.py"), *run]
    data = [
        *package.glob("units/*.csv"),
        *package.glob("locale/*.po"),
        *NOTEBOOKS.glob("*.py"),
        *NOTEBOOKS.glob("*.po"),
    ]
    lines = sorted(f"{path.parent.name}/{path.name} {file_digest(path)}" for path in sources + data)
    lines += [f"{name} {version(name)}" for name in COMPUTES]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


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
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _is_scratch(path: Path) -> bool:
    """Whether a file is an editor's own (a lock file, a backup), not something the office sent."""
    return path.name.startswith((".", "~$")) or path.name.endswith("~")
