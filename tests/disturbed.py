"""Runs of the program that are disturbed: their processes found by a mark and ended, and what they leave behind."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MARK = "BAOCAO_TEST_RUN"
MAIN, WARM_WORKERS, WARM_KERNELS, WORKER, KERNEL = "main", "warm-workers", "warm-kernels", "worker", "kernel"
ALL = "all"
"""Not a process: every process of a run at once."""
TARGETS = (MAIN, WARM_WORKERS, WARM_KERNELS, WORKER, KERNEL, ALL)
SEEN = re.compile(r"^(Lỗi|Error): ", re.MULTILINE)


class Run:
    """A run of the program as a process of its own, which all its processes can be found from.

    Its temporary files go to a folder of its own, so that what it leaves there is seen.
    """

    def __init__(
        self, folder: Path, *arguments: str | Path, program: Path = ROOT / "pipeline.py", before: Sequence[str] = (),
        **options: Any,
    ) -> None:  # fmt: skip
        self.mark = uuid.uuid4().hex
        folder.mkdir(parents=True, exist_ok=True)
        self.temporary = folder / f"tmp-{self.mark}"
        self.temporary.mkdir()
        self.temporary.chmod(0o777)
        self._said = [folder / f"{name}-{self.mark}" for name in ("out", "err")]
        kept = {k: v for k, v in os.environ.items() if k != "BAOCAO_LANG" and not k.startswith("COVERAGE_")}
        with self._said[0].open("wb") as out, self._said[1].open("wb") as err:
            self.process = subprocess.Popen(
                [*before, sys.executable, str(program), *map(str, arguments)],
                env=kept | {MARK: self.mark, "TMPDIR": str(self.temporary), "PYTHONIOENCODING": "utf-8"},
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True, **options,
            )  # fmt: skip
        self.begun = time.monotonic()

    @property
    def out(self) -> str:
        """What it has printed."""
        return self._said[0].read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What it has printed to standard error."""
        return self._said[1].read_text(encoding="utf-8")

    def wait(self, timeout: float = 90) -> int:
        """Its exit code; whatever still runs after `timeout` seconds is ended, and the test fails."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill(ALL)
            self.process.wait()
            raise

    def processes(self) -> dict[int, str]:
        """What each process of the run is, by its id."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    marked = f"{MARK}={self.mark}".encode() in (folder / "environ").read_bytes().split(b"\0")
                    if marked:
                        words = (folder / "cmdline").read_text().split("\0")
                        parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                        found[int(folder.name)] = self._role(int(folder.name), parent, words)
                except (OSError, IndexError):  # it ended in the meantime
                    continue
        return found

    def _role(self, pid: int, parent: int, words: Sequence[str]) -> str:
        if pid == self.process.pid:
            return MAIN
        if "baocao.pipeline.warm" not in " ".join(words):
            return "other"
        workers = "baocao.pipeline.workers" in words
        if parent == self.process.pid:
            return WARM_WORKERS if workers else WARM_KERNELS
        return WORKER if workers else KERNEL

    def kill(self, role: str, number: int = signal.SIGKILL) -> bool:
        """Send a signal to one process of a role, or to all; False if there is none."""
        pids = [pid for pid, its in sorted(self.processes().items()) if role in (its, ALL)]
        for pid in pids if role == ALL else pids[:1]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        return bool(pids)

    def until(self, condition: Callable[[], Any], timeout: float = 90) -> None:
        """Wait until something is so; the run must not end before."""
        end = time.monotonic() + timeout
        while not condition():
            assert self.process.poll() is None, self.err
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.005)

    def has(self, *roles: str) -> bool:
        """Whether there are processes of these roles."""
        return set(roles) <= set(self.processes().values())

    def leaves(self, outputs: Path, seconds: float = 5) -> list[str]:
        """What is left of an ended run: processes that do not end within so many seconds, and temporary files."""
        end = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < end:
            time.sleep(0.01)
        if left:
            self.kill(ALL)
        return [f"{role} {pid}" for pid, role in left.items()] + [
            str(path) for path in (*self.temporary.iterdir(), *scratch(outputs))
        ]


def scratch(outputs: Path) -> list[Path]:
    """Files below an outputs folder that no run may leave there: temporary ones, sockets, unfinished ones."""
    return [
        path
        for path in outputs.rglob("*")
        if path.name.endswith(".part") or path.is_socket() or ".work/tmp" in path.as_posix()
    ]


def digests(outputs: Path) -> dict[str, str]:
    """The digest of every file of every report."""
    return {
        path.relative_to(outputs).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(outputs.rglob("*"))
        if path.is_file() and ".work" not in path.parts
    }


@dataclass(frozen=True)
class Kill:
    """What was ended after how many seconds, and the exit codes of the run that it disturbed and of the next one."""

    offset: float
    target: str
    code: int
    again: int
    wrong: tuple[str, ...]
    """What was not as it should be; nothing, if all is well."""


def kill_and_run_again(
    folder: Path,
    outputs: Path,
    arguments: Sequence[str],
    moment: float,
    span: float,
    target: str,
    whole: Mapping[str, str],
) -> Kill:
    """Disturb a run once, run again, and compare with the digests of an undisturbed one.

    `moment` is a part of the `span` of seconds that a run takes; one that was done sooner is begun anew with its own
    span. If there is no process of the wanted role at that moment, another one is ended.
    """
    while True:
        offset = moment * span
        run = Run(folder, *arguments, "--outputs", outputs)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.process.wait(max(0.0, run.begun + offset - time.monotonic()))
        there = run.processes()
        if target != ALL and target not in there.values():
            target = random.Random(moment).choice(sorted(set(there.values()))) if there else MAIN
        if there and run.kill(target) and (target not in (MAIN, ALL) or run.wait() == -signal.SIGKILL):
            break
        assert run.wait() == 0, run.err
        span = min(0.95 * span, time.monotonic() - run.begun)
        shutil.rmtree(outputs)
    code = run.wait()
    wrong = []
    if target in (MAIN, ALL):
        wrong += [f"left running: {role}" for role in _outlive(run)]
        wrong += [f"left: {path}" for path in run.temporary.iterdir()]
    else:
        if code not in (0, 1, 4):
            wrong.append(f"exit code {code}")
        if code and not SEEN.search(run.err):
            wrong.append(f"no word of it: {run.err}")
        wrong += [f"left: {each}" for each in run.leaves(outputs)]
    second = Run(folder, *arguments, "--outputs", outputs)
    again = second.wait()
    if again:
        wrong.append(f"the next run failed: {second.err}")
    wrong += [f"left: {each}" for each in second.leaves(outputs)]
    now = digests(outputs)
    wrong += [f"differs: {name}" for name in sorted({*whole, *now}) if whole.get(name) != now.get(name)]
    return Kill(offset, target, code, again, tuple(wrong))


def _outlive(run: Run) -> list[str]:
    """The processes of a run that are still there seconds after their main process was ended."""
    end = time.monotonic() + 5
    while (left := run.processes()) and time.monotonic() < end:
        time.sleep(0.01)
    return sorted(left.values())
