"""Measure how nearly as fast as plain code this project runs notebooks; `make bench` (benchmarks/README.md).

usage: run.py [ROUNDS]        (5 if not given)

Prints a table, keeps it in results/speed.md with the commit and the machine, and prints last the ratios.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import provenance
import psutil
from many_units import few

HERE = Path(__file__).resolve().parent
ROOT = provenance.ROOT
PYTHON = sys.executable
SUBREAPER = 36
"""Linux: whoever in a measured program loses its parent becomes ours, so that its time counts."""
COUNTS = (10, 50)


@dataclass
class Tool:
    """A way to do a job: `make` leaves a fresh place for it and gives its command."""

    job: str
    name: str
    count: int
    make: Callable[[Path], list[str]]
    runs: int | None = None
    """How often, if not as often as asked."""
    ours: bool = True
    """Whether a failure ends the benchmark; that of another's tool is a row of the table."""
    failed: bool = False
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: float = 0.0
    """Megabytes; pages that processes share count once."""

    def once(self, folder: Path, log: Path, *, memory: bool) -> None:
        """Run it, and keep what it took; with `memory`, what it needed at most instead."""
        command = self.make(folder)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with log.open("ab") as output:
            begun = time.perf_counter()
            process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
            if memory:
                threading.Thread(target=self._watch, args=[process], daemon=True).start()
            code = process.wait()
            wall = time.perf_counter() - begun
        if code and self.ours:
            raise SystemExit(
                f"{' '.join(command)} failed ({code}):\n{log.read_text(errors='replace')[-3000:]}"
            )
        self.failed |= code != 0
        _reap()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if not memory:
            self.wall.append(wall)
            self.cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            self.peak = max(self.peak, _megabytes())
            time.sleep(0.2)


def _reap() -> None:
    """Wait for what a program left behind and we inherited."""
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def _megabytes() -> float:
    """What all processes of the measured program take."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it ended in the meantime
            total += process.memory_full_info().pss
    return total / 1024**2


def tools(folder: Path) -> list[Tool]:
    """What is measured: ways to do one job stand together, the baseline first."""

    def laid(count: int, *command: str) -> Callable[[Path], list[str]]:
        def make(work: Path) -> list[str]:
            shutil.rmtree(work, ignore_errors=True)
            subprocess.run([PYTHON, str(HERE / "prepare.py"), str(work), str(count)], check=True)
            return [*command, str(work)]

        return make

    def empty(*command: str) -> Callable[[Path], list[str]]:
        def make(work: Path) -> list[str]:
            shutil.rmtree(work, ignore_errors=True)
            return [*command, str(work)]

        return make

    script = folder / "own_script_made.py"
    subprocess.run([PYTHON, str(HERE / "own_script.py"), str(script)], check=True)
    data = few(folder / "data")  # units whose reports read no other unit's figures
    pipeline = [
        PYTHON,
        str(ROOT / "pipeline.py"),
        "run",
        "--all",
        "--jobs",
        "2",
        "--data",
        str(data),
        "--outputs",
    ]
    reports = len(list(data.glob("*/*/[0-9]*")))
    found = []
    for count in COUNTS:
        found += [
            Tool("rainfall", "baseline script", count, laid(count, PYTHON, str(HERE / "baseline.py"))),
            Tool("rainfall", "baocao", count, laid(count, PYTHON, str(HERE / "run_job.py"))),
        ]
    commands = Tool(
        "rainfall", "papermill, nbconvert", 10, laid(10, "sh", str(HERE / "commands.sh")), 1, ours=False
    )
    own = [
        Tool("our report", "generated script", reports, empty(PYTHON, str(script), str(data))),
        Tool("our report", "baocao", reports, empty(*pipeline)),
    ]
    return [*found[:2], commands, *found[2:], *own]


def table(measured: list[Tool]) -> list[str]:
    """The table, in Markdown."""
    lines = [
        "| job | tool | N | wall s, median (min - max) | CPU s | x baseline: wall | CPU | peak memory, MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for tool in measured:
        base = next(each for each in measured if (each.job, each.count) == (tool.job, tool.count))
        if tool.failed:
            lines.append(f"| {tool.job} | {tool.name} | {tool.count} | failed | | | | |")
            continue
        wall, cpu = statistics.median(tool.wall), statistics.median(tool.cpu)
        lines.append(
            f"| {tool.job} | {tool.name} | {tool.count} | {wall:.2f} ({min(tool.wall):.2f} - {max(tool.wall):.2f}) "
            f"| {cpu:.1f} | {ratio(tool, base, 'wall'):.2f} | {ratio(tool, base, 'cpu'):.2f} | {tool.peak:.0f} |"
        )
    return lines


def ratio(tool: Tool, base: Tool, what: str) -> float:
    """How much more one takes than the other, by the medians."""
    return statistics.median(getattr(tool, what)) / statistics.median(getattr(base, what))


def main(rounds: int) -> None:
    """Measure everything, in turns, so that what else the machine does meets all alike."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    os.environ["PATH"] = f"{Path(PYTHON).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measured = tools(folder)
        for round_ in range(rounds + 1):  # the first is not timed: it fills caches, and memory is looked at
            for number, tool in enumerate(measured):
                if round_ <= (rounds if tool.runs is None else tool.runs):
                    tool.once(folder / f"work-{number}", folder / "log", memory=not round_)
    lines = table(measured)
    rainfall = {(tool.name, tool.count): tool for tool in measured if tool.job == "rainfall"}
    ratios = [
        ratio(rainfall["baocao", count], rainfall["baseline script", count], "wall") for count in COUNTS
    ]
    last = f"ratio to baseline: N={COUNTS[0]} {ratios[0]:.2f} N={COUNTS[1]} {ratios[1]:.2f}"
    text = f"# Speed\n\n{provenance.described()}\n{rounds} rounds.\n\n" + "\n".join(lines)
    provenance.write("speed.md", f"{text}\n")
    print("\n".join([*lines, "", last]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
