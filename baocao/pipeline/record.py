"""Put a finished report's files in their place, each whole or not at all, and write down what they were made from.

`run.json` comes last and names every other file's digest: as long as it does not fit, the folder is not finished. It
holds nothing that differs between two runs on the same inputs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from baocao import __version__
from baocao.analysis.stages import file_digest
from baocao.errors import UsageError, reason
from baocao.messages import _
from baocao.pipeline.plan import ReportPlan

RECORD = "run.json"
PACKAGE = Path(__file__).parents[1]
SOURCES = (".py", ".csv", ".po", ".typ", ".j2", ".css")


def record(plan: ReportPlan, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> list[str]:
    """Write a report's `files` and its `run.json` into the plan's target folder.

    `facts` are what else belongs into the record: font, deviations. What an earlier run wrote and this one does not, a
    format that was not asked for, would be out of date: it is removed, and its names are returned. Files that no run
    wrote stay. `UsageError` if the folder cannot be written.
    """
    entry = {
        "unit": {"code": plan.unit.code, "name": plan.unit.full_name, "path": plan.unit.path},
        "year": plan.year,
        "edition": plan.edition,
        "program": {
            "version": __version__,
            "code": _program_digest(),
            "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        },
        "stages": {f"{s.notebook} {s.year}": s.key for s in plan.stages},
        "notebooks": {s.source.name: file_digest(s.source) for s in plan.stages},
        "inputs": {p.relative_to(s.data).as_posix(): file_digest(p) for s in plan.stages for p in s.files},
        "outputs": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        **facts,
    }
    text = json.dumps(entry, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    try:
        plan.target.mkdir(parents=True, exist_ok=True)
        outdated = [
            name for name in _written(plan.target) if name not in files and (plan.target / name).is_file()
        ]
        replace_all(plan.target, {**files, RECORD: text.encode()})
        for name in outdated:
            (plan.target / name).unlink()
    except OSError as error:
        raise UsageError(
            _("{folder} cannot be written: {why}", folder=plan.target, why=reason(error)),
            _("Make room or give yourself the right to write there, or name another folder with --outputs."),
        ) from error
    return outdated


def _written(folder: Path) -> list[str]:
    """The files that the last run wrote into a report's folder, by its record."""
    try:
        return [
            Path(name).name for name in json.loads((folder / RECORD).read_text(encoding="utf-8"))["outputs"]
        ]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return []


def _program_digest() -> str:
    """A digest of the whole program, what prints a report included."""
    files = sorted(p for p in [*PACKAGE.rglob("*"), PACKAGE.parent / "pipeline.py"] if p.suffix in SOURCES)
    lines = [f"{path.relative_to(PACKAGE.parent).as_posix()} {file_digest(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_there(plan: ReportPlan) -> bool:
    """Whether an earlier run left a report in the plan's folder."""
    return (plan.target / RECORD).exists()


def replace_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files so that each is the old or the new one at every moment; nothing is replaced until all are written."""
    parts = {name: folder / f".{name}.{os.getpid()}.part" for name in files}
    try:
        for name, content in files.items():
            with parts[name].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name, part in parts.items():
            part.replace(folder / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
