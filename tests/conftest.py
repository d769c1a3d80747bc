"""What several test files need: programs that may be missing, copies of the data, one built report."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import many_units
import pytest
from disturbed import Run
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]
UNIT = "dien-bien/huyen-tuan-giao"


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """The path of an outside program; a test that needs one that is not there is skipped by its name."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path:
            return path
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail(f"{name} is not installed, and REQUIRE_ALL is set")
        pytest.skip(f"{name} is not installed")

    return find


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With REQUIRE_ALL set, nothing may be left out: a skipped test fails the run, whatever skipped it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_ALL") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@dataclass(frozen=True)
class Done:
    """How a run of the command line ended."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def pipeline() -> Callable[..., Done]:
    """Run `pipeline.py` as a person does, as a process of its own."""

    def run(
        *arguments: str | Path,
        cwd: Path = ROOT,
        timeout: int = 240,
        program: Path = ROOT / "pipeline.py",
        environment: Mapping[str, str] | None = None,
    ) -> Done:
        done = subprocess.run(
            [sys.executable, str(program), *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
            env={k: v for k, v in os.environ.items() if k != "BAOCAO_LANG"}
            | {"PYTHONIOENCODING": "utf-8"}
            | (environment or {}),
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the data folder to damage."""
    return shutil.copytree(ROOT / "data", tmp_path / "data")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, pipeline: Callable[..., Done], worker_id: str) -> Path:
    """The outputs folder with Tuần Giáo 2020, made once per test process by the command line."""
    outputs = tmp_path_factory.mktemp("outputs")
    done = pipeline("run", "--district", "tuan-giao", "--year", "2020", "--outputs", outputs)
    assert done.code == 0, done.err
    return outputs


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory, pipeline: Callable[..., Done], worker_id: str) -> Path:
    """The outputs folder with every report and roll-up of the invented province, in both editions.

    Made once for all test processes by the command line; nobody may change it.
    """
    base = tmp_path_factory.getbasetemp()
    outputs = (base if worker_id == "master" else base.parent) / "editions"
    with FileLock(f"{outputs}.lock"):
        if not outputs.exists():
            asked = ["--province", "vi-du", "--edition", "internal,public", "--jobs", "2"]
            done = pipeline("run", *asked, "--outputs", outputs)
            assert done.code == 0, done.err
    return outputs


@pytest.fixture
def outputs(built: Path, tmp_path: Path) -> Path:
    """An outputs folder without reports in which the results behind Tuần Giáo 2020 lie already.

    They lie under digests of their inputs, so what a test changes is made anew and nothing else is.
    """
    shutil.copytree(built / ".work", tmp_path / "out" / ".work")
    return tmp_path / "out"


@pytest.fixture(scope="session")
def report(built: Path) -> Path:
    """The folder of the report of Tuần Giáo 2020."""
    return built / UNIT / "2020"


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[..., Path]:
    """Make an outputs folder by a run that nothing disturbs, once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make(name: str, *arguments: str | Path) -> Path:
        folder, making = shared / f"undisturbed-{name}", shared / f"making-{name}"
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                run = Run(shared / "runs", *arguments, "--outputs", making)
                assert run.wait() == 0, run.err
                seconds = time.monotonic() - run.begun
                assert not run.leaves(making)
                (making / ".work" / "seconds").write_text(str(seconds))
                making.rename(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with seven reports, once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "few"
    with FileLock(f"{folder}.lock"):
        return many_units.few(folder)


@pytest.fixture(scope="session")
def everything(undisturbed: Callable[..., Path], few: Path) -> Path:
    """An outputs folder with every report, made by four workers."""
    return undisturbed("everything", "run", "--all", "--data", few, "--jobs", "4")
