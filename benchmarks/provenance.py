"""Which commit and which machine a result comes from, and where results are kept."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"

sys.path.insert(0, str(ROOT / "tests"))  # the proofs are the tests' routines, run for longer


def described() -> str:
    """The commit and the machine, as two lines of Markdown."""
    commit = _git("rev-parse", "--short", "HEAD") + (
        " with changes" if _git("status", "--porcelain", "baocao", "pipeline.py", "notebooks", "data") else ""
    )
    about = f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores, {_memory()}"
    return f"Commit: {commit}  \nMachine: {about}, Python {platform.python_version()}\n"


def write(name: str, text: str) -> None:
    """Keep a result."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / name).write_text(text, encoding="utf-8")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _processor() -> str:
    names = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _memory() -> str:
    sizes = [int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    return f"{sizes[0] / 1024**2:.0f} GB" if sizes else "-"


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
