"""Make what a notebook that is run by hand reads, when it is not there yet: `python -m baocao.pipeline.beforehand`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from baocao.analysis import units
from baocao.analysis.stages import Stage
from baocao.pipeline import build, commandline, workers
from baocao.pipeline.plan import Limits, ReportPlan, in_order


def main(arguments: list[str]) -> int:
    """Run a stage ("itself"), or what it reads ("needs"): what a notebook run by hand asks for when it is missing."""
    what, notebook, unit, year, edition, data, work = arguments
    stage = Stage(notebook, unit, int(year), edition, Path(data))
    stages = in_order(stage)[: -1 if what == "needs" else None]
    asked = ReportPlan(
        units.resolve(unit, stage.year, stage.data),
        stage.year,
        edition,
        tuple(stages),
        Path(work),
        Path(work),
    )
    jobs = commandline.cores()
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # not the place of a run: it may be a run's notebook that asks
        temporary = Path(folder)
        with workers.new(jobs, temporary, temporary / "log", cold=False) as executor:
            workers.prepare(executor, asked.notebooks)
            steps = build.Build([asked], lambda _plan: (build.nothing, ()), Limits(), cold=False)
            (result,) = steps.run(executor, jobs, lambda _progress: None)
    if result.error:
        sys.stderr.write(f"{result.error}\n")
        return result.error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
