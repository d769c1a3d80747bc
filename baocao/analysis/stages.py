"""The notebooks as stages: what each one reads, the digest that names its result, and where that result lies.

A result is a folder `<work>/<stage>/<key>/` that is never changed once it is there. Its key is a digest of everything
the result depends on, so a result that is found is right, whoever made it and in whatever order notebooks were opened.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from baocao.analysis import digests, units
from baocao.analysis.digests import known
from baocao.errors import UsageError

Found = TypeVar("Found")
REPOSITORY = Path(__file__).resolve().parents[2]
NOTEBOOKS = REPOSITORY / "notebooks"
CLEAN, INDICATORS, REPORT, PROVINCE = "1_clean", "2_indicators", "3_report", "4_province"
DISCLOSURE = "disclosure"
"""The stage that is no notebook: which figures of a province and year the public editions show."""
INTERNAL, PUBLIC = "internal", "public"
"""The editions: exact, for the office and the level above; and with small counts withheld, for everybody."""
WHOLE = "_tinh"
"""The folder name of a province as a unit of its own."""
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
    look: Look = field(default_factory=lambda: Look(), repr=False, compare=False)  # noqa: PLW0108 - defined below

    @property
    def source(self) -> Path:
        """The notebook's file."""
        return NOTEBOOKS / f"{self.notebook}.ipynb"

    @property
    def province(self) -> str:
        """The folder name of the unit's province."""
        return self.unit.split("/")[0]

    @property
    def inputs(self) -> Path:
        """The folder with the office's files for this unit and year."""
        return self.data / self.unit / str(self.year)

    @functools.cached_property
    def needs(self) -> tuple[Stage, ...]:
        """The stages whose results this one reads, earliest first."""
        if self.notebook == CLEAN:
            return ()
        if self.notebook == DISCLOSURE:
            there = {year for own in self.look.units(self.data, self.province).values() for year in own}
            before = max((year for year in there if year < self.year), default=None)
            return (*([self._other(DISCLOSURE, before)] if before else []), *self._all_units)
        if self.edition == PUBLIC:
            return (self._other(DISCLOSURE, self.year, f"{self.province}/{WHOLE}"),)
        if self.notebook == INDICATORS:
            years = range(self.year - YEARS_COMPARED + 1, self.year + 1)
            return tuple(self._other(CLEAN, year, unit) for year in years for unit in self.compared(year))
        if self.notebook == PROVINCE:
            return self._all_units
        return (self._other(INDICATORS, self.year),)

    @property
    def _all_units(self) -> tuple[Stage, ...]:
        """The indicators of every unit of the province that sent something, of the year before and of the year."""
        there, wanted = self.look.units(self.data, self.province), (self.year - 1, self.year)
        return tuple(self._other(INDICATORS, year, u) for year in wanted for u in there if year in there[u])

    def compared(self, year: int) -> list[str]:
        """The units whose clean results of a year this one is compared with: itself, and others it is made of since.

        Only those that have data for the year. On the unit's boundaries of its own year (`units.made_of`).
        """
        own = [self.unit] if year in self.look.years(self.data, self.unit) else []
        others = () if year == self.year else self.look.made_of(self.data, self.unit, self.year, year)
        return [
            *own,
            *(unit for unit in others if unit != self.unit and year in self.look.years(self.data, unit)),
        ]

    def _other(self, notebook: str, year: int, unit: str = "") -> Stage:
        """Another stage, of the same unit unless another is named; the same object for all that need it."""
        other = Stage(notebook, unit or self.unit, year, INTERNAL, self.data, self.look)
        return self.look.once(other, lambda: other)

    def __getstate__(self) -> dict[str, Any]:
        """For another process: what was found out about this stage, not the whole look."""
        return {name: value for name, value in vars(self).items() if name != "look"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """In the other process."""
        vars(self).update(state, look=Look())

    @property
    def reads(self) -> list[str]:
        """The names of the files in its folder of inputs that this stage reads, in order."""
        names = self.look.listing(self.inputs)
        if self.notebook == CLEAN:
            return [name for name in names if name != "narrative.md" and not name.startswith(f"{GIVEN}.")]
        if self.notebook == DISCLOSURE:
            return [name for name in names if name == "report.toml" or name.startswith(PUBLISHED)]
        if self.notebook == INDICATORS:
            return [name for name in names if name == "report.toml"]
        return [name for name in names if name in ("report.toml", "narrative.md")]

    @functools.cached_property
    def triggers(self) -> dict[str, dict[str, str]]:
        """What makes this stage run again when it changes: items by kind (docs/what-runs-again.md)."""
        folder, cells = str(self.inputs), {}
        imports: tuple[str, ...] = ("baocao.pipeline.disclose",)
        if self.notebook != DISCLOSURE:
            code = known.code(self.source)
            cells, imports = {self.source.name: code.code}, code.imports
        return {
            "cells": cells,
            "parameters": {"unit": self.unit, "year": str(self.year), "edition": self.edition},
            "inputs": {
                f"{self.unit}/{self.year}/{name}": known.file(f"{folder}/{name}") for name in self.reads
            },
            "tables": self.look.tables(self.data, self.province),
            "code": self.look.code(imports),
            "engine": self.look.engine(),
            "packaged": self.look.packaged(),
            "libraries": versions(COMPUTES),
        }

    @functools.cached_property
    def read(self) -> dict[str, str]:
        """The digests of the data files this stage reads, by their path below the data folder."""
        return self.triggers["inputs"] | self.triggers["tables"]

    @functools.cached_property
    def key(self) -> str:
        """The digest that names this stage's result: of its triggers, and of the results it reads."""
        results = {stage.name: stage.key for stage in self.needs}
        return digests.of(self.triggers | {"results": results})[:32]

    @property
    def name(self) -> str:
        """What tells this stage from the others behind one report."""
        return f"{self.notebook} {self.unit} {self.year}"

    def names(self, other: Stage) -> str:
        """What a person calls a stage behind this one's report: its notebook, its unit if it is another, its year."""
        return other.name if other.unit != self.unit else f"{other.notebook} {other.year}"

    def folder(self, work: Path) -> Path:
        """Where this stage's result lies under the work folder, made or not."""
        return work / self.notebook / self.key

    def tables(self, work: Path) -> Path:
        """The folder with the indicators that a report's last stage shows: a province computes its own."""
        if self.notebook == PROVINCE:
            return self.folder(work)
        if self.edition == PUBLIC:
            return self.needs[0].folder(work) / self.unit.split("/")[1]
        return self.needs[-1].folder(work)


def units_with_data(data: Path) -> list[str]:
    """The units that have a folder for some year, as `province/unit`, in order; a province after its units."""
    names = (f"{province}/{unit}" for province in _folders(data) for unit in _folders(data / province))
    there = (name for name in names if years_with_data(data, name))
    return sorted(there, key=lambda name: (name.split("/")[0], is_whole(name), name))


def is_whole(unit: str) -> bool:
    """Whether a unit, as `province/unit`, is a province."""
    return unit.split("/")[1] == WHOLE


def years_with_data(data: Path, unit: str) -> tuple[int, ...]:
    """The years for which a unit has a folder, in order."""
    names = _folders(data / unit) if (data / unit).is_dir() else []
    return tuple(sorted(int(name) for name in names if re.fullmatch("[12][0-9]{3}", name)))


def _folders(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if entry.is_dir()]


def listed(items: Sequence[int] | Sequence[str]) -> str:
    """The items with commas between them, or a dash when there are none."""
    return ", ".join(str(item) for item in items) or "-"


GIVEN = "bieu-mau"
"""How the files begin that only say how `bieu.xlsx` looks: a form of the level above, and where its figures go."""
PUBLISHED = "da-cong-bo"
"""How the files in a province's own folder begin that hold what an earlier version of its public editions showed."""
NEEDS = "needs.json"
"""Where the running pipeline says in a notebook's folder in which folders the results are that the notebook reads."""
COMPUTES = (
    "ipykernel", "ipython", "matplotlib", "matplotlib-inline", "mistune", "nbclient", "nbformat", "numpy", "openpyxl",
    "pandas", "pandera", "papermill", "pyarrow", "pydantic", "scipy", "xlrd",
)  # fmt: skip
"""Libraries whose version can change what a notebook computes or shows."""
ENGINE = ("blocks", "engine", "execute", "forked", "kernel", "normalise", "params", "warmup")
"""The modules of `baocao.pipeline` that can change what a notebook's run leaves behind."""


@functools.cache
def versions(names: tuple[str, ...]) -> dict[str, str]:
    """The versions of libraries, and Python's."""
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | {
        name: version(name) for name in names
    }


class Look:
    """One look at the files that stages depend on: what it found once it does not look for again.

    A stage made by itself looks anew; all stages of one plan share a look, so that thousands of them are planned in a
    second.
    """

    def __init__(self) -> None:
        self._found: dict[Any, Any] = {}

    def once(self, question: Any, answer: Callable[[], Found]) -> Found:
        """The answer to a question, worked out the first time it is asked."""
        if question not in self._found:
            self._found[question] = answer()
        found: Found = self._found[question]
        return found

    def years(self, data: Path, unit: str) -> tuple[int, ...]:
        """The years for which a unit has a folder, in order."""
        return self.once(("years", data, unit), lambda: years_with_data(data, unit))

    def units(self, data: Path, province: str) -> dict[str, tuple[int, ...]]:
        """The units of a province with data, and for which years."""

        def found() -> dict[str, tuple[int, ...]]:
            names = (f"{province}/{name}" for name in sorted(_folders(data / province)) if name != WHOLE)
            return {name: years for name in names if (years := self.years(data, name))}

        return self.once(("units", data, province), found)

    def made_of(self, data: Path, unit: str, year: int, earlier: int) -> tuple[str, ...]:
        """The units that reported in an earlier year for places a unit is made of, if boundaries changed since."""

        def unchanged() -> bool:
            return earlier not in self.years_there(data) or units.unchanged(province, year, earlier, data)

        province = unit.partition("/")[0]
        if self.once(("unchanged", data, province, year, earlier), unchanged):
            return ()
        try:
            return tuple(units.made_of(units.resolve(unit, year, data), year, earlier, data).places)
        except (
            UsageError
        ):  # no such unit in the year, or its parts are not known: told where they are asked for
            return ()

    def years_there(self, data: Path) -> set[int]:
        """The years for which any unit has a folder."""
        return self.once(
            ("years", data), lambda: {y for unit in units_with_data(data) for y in self.years(data, unit)}
        )

    def listing(self, folder: Path) -> list[str]:
        """The names of the files in a folder and those below it, in order; not what editors leave there.

        A folder that does not exist, a province's own, has none.
        """
        return self.once(
            ("listing", folder), lambda: sorted(_listing(str(folder))) if folder.is_dir() else []
        )

    def files(self, folder: Path) -> list[str]:
        """The names of the files in a folder itself, in order."""

        def found() -> list[str]:
            with os.scandir(folder) as entries:
                return sorted(
                    entry.name for entry in entries if entry.is_file() and not _is_scratch(entry.name)
                )

        return self.once(("files", folder), found)

    def tables(self, data: Path, province: str) -> dict[str, str]:
        """The digests of the tables that all units share, and of those of one province."""

        def found() -> dict[str, str]:
            shared = [path for path in data.iterdir() if path.suffix in (".toml", ".csv")]
            own = [data / province / name for name in self.files(data / province) if name.endswith(".csv")]
            own = [path for path in own if not path.name.startswith(GIVEN)]
            return {
                path.relative_to(data).as_posix(): known.file(path) for path in shared + own if path.is_file()
            }

        return self.once(("tables", data, province), found)

    def code(self, imports: tuple[str, ...]) -> dict[str, str]:
        """The modules of this project that stand behind imported names, and those that they import in turn."""
        return self.once(("code", imports), lambda: _code(modules_of(imports)))

    def engine(self) -> dict[str, str]:
        """What runs the notebooks."""
        folder = REPOSITORY / "baocao" / "pipeline"
        return self.once(
            "engine", lambda: _code({f"baocao.pipeline.{n}": folder / f"{n}.py" for n in ENGINE})
        )

    def packaged(self) -> dict[str, str]:
        """The tables of units and bodies, and the words that come with the program and the notebooks."""

        def found() -> dict[str, str]:
            package = REPOSITORY / "baocao"
            tables = [*package.glob("units/*.csv"), *package.glob("bodies/*.csv")]
            files = [*tables, *package.glob("locale/*.po"), *NOTEBOOKS.glob("*.po")]
            return {f"{path.parent.name}/{path.name}": known.file(path) for path in files}

        return self.once("packaged", found)


def modules_of(imports: Sequence[str]) -> dict[str, Path]:
    """The files of this project that stand behind imported names, and those that they import in turn.

    Modules of the package `baocao` by their full name, and Python files beside the notebooks.
    """
    found: dict[str, Path] = {}
    names = list(imports)
    while names:
        name = names.pop()
        base = REPOSITORY if name.split(".")[0] == "baocao" else NOTEBOOKS
        path = base.joinpath(*name.split("."))
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if name not in found and file.is_file():
                found[name] = file
                names += [*known.code(file).imports, *filter(None, [name.rpartition(".")[0]])]
    return dict(sorted(found.items()))


def _code(modules: dict[str, Path]) -> dict[str, str]:
    return {name: known.code(path).code for name, path in modules.items()}


def _listing(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from (f"{entry.name}/{name}" for name in _listing(entry.path))
            elif not _is_scratch(entry.name):
                yield entry.name


def _is_scratch(name: str) -> bool:
    """Whether a file is an editor's own (a lock file, a backup), not something the office sent."""
    return name.startswith((".", "~$")) or name.endswith("~")
