"""Run a job of several notebooks per district and year with this project's workers, engine and exporters.

usage: run_job.py WORKDIR

WORKDIR holds data/, pairs.csv (lines "district,year"), the notebooks 0*.ipynb in the order in which they run, each with
a parameters cell (district, year), and modules that they import. The last notebook of each pair is printed as
reports/DISTRICT_YEAR.html and .pdf; the executed notebooks go to nb/. Two workers.

A notebook runs after the one before it of its pair, and of the same district's year before: it may read what that left.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any

from baocao.pipeline import workers

JOBS = 2
Piece = tuple[str, int, int]
"""District, year, and which notebook; after the last one, its printing."""


def main(work: Path) -> int:
    """Run the job in a work folder; returns the program's exit code."""
    notebooks = sorted(work.glob("0*.ipynb"))
    with (work / "pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(district, int(year)) for district, year in csv.reader(file)]
    for name in ("nb", "reports"):
        (work / name).mkdir(exist_ok=True)
    waiting = [(district, year, step) for district, year in pairs for step in range(len(notebooks) + 1)]
    with (
        tempfile.TemporaryDirectory() as temporary,
        workers.Workers(JOBS, Path(temporary), Path(temporary, "log"), cold=False) as executor,
    ):
        executor.prepare(notebooks)
        return run(executor, work, notebooks, waiting)


def run(executor: workers.Workers, work: Path, notebooks: list[Path], waiting: list[Piece]) -> int:
    """Give the workers what can be done, until all is done; 1 if a notebook failed, which is said."""
    left = set(waiting)
    flying: dict[Future[Any], Piece] = {}
    while waiting or flying:
        for piece in [p for p in waiting if not left & set(before(p))][: JOBS - len(flying)]:
            waiting.remove(piece)
            flying[begin(executor, work, notebooks, piece)] = piece
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            district, year, step = flying.pop(future)
            if error := future.exception():
                name = notebooks[step].name if step < len(notebooks) else "printing"
                print(f"{district} {year}: {name} failed: {error}", file=sys.stderr)
                return 1
            left.discard((district, year, step))
    return 0


def before(piece: Piece) -> list[Piece]:
    """The pieces that must be done first."""
    district, year, step = piece
    return [(district, year, step - 1), (district, year - 1, step - 1)]


def begin(executor: workers.Workers, work: Path, notebooks: list[Path], piece: Piece) -> Future[Any]:
    """Give a piece to a worker."""
    from baocao.pipeline import build  # while the workers start

    district, year, step = piece
    outputs = [work / "nb" / f"{notebook.stem}_{district}_{year}.ipynb" for notebook in notebooks]
    if step == len(notebooks):
        return executor.submit(build.print_notebook, outputs[-1], work / "reports" / f"{district}_{year}")
    parameters = {"district": district, "year": year}
    return executor.submit(build.run_notebook, notebooks[step], outputs[step], parameters, work)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
