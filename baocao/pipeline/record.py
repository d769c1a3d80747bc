"""Put a finished report's files in their place, each whole or not at all, and write down what they were made from.

`run.json` comes last and names every other file's digest: as long as it does not fit, the folder is not finished. It
holds nothing that differs between two runs on the same inputs.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from baocao import __version__
from baocao.analysis.stages import PUBLIC
from baocao.errors import unwritable
from baocao.messages import _
from baocao.pipeline.plan import ReportPlan

RECORD = "run.json"
OLD = "BAN-CU.txt"
"""The file that lies in a report's folder while the report there is older than its inputs because a run failed."""


def record(
    plan: ReportPlan, files: Mapping[str, bytes], triggers: Mapping[str, Any], facts: Mapping[str, Any]
) -> list[str]:
    """Write a report's `files` and its `run.json` into the plan's target folder.

    `triggers` are what makes the report be made again when it changes, `facts` what else belongs into the record: font,
    deviations. What an earlier run wrote and this one does not, a format that was not asked for, would be out of date:
    it is removed, and its names are returned. Files that no run wrote stay. `UsageError` if the folder cannot be
    written.
    """
    made_from = {"stages": {stage.name: stage.key for stage in plan.stages}, "triggers": triggers}
    entry = {
        "unit": {"code": plan.unit.code, "name": plan.unit.full_name, "path": plan.unit.path},
        "year": plan.year,
        "edition": plan.edition,
        "program": __version__,
        **({} if plan.edition == PUBLIC else made_from),
        "outputs": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        **facts,
    }
    text = json.dumps(entry, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    try:
        plan.target.mkdir(parents=True, exist_ok=True)
        written = [Path(name).name for name in read(plan.target).get("outputs", {})]
        outdated = [name for name in written if name not in files and (plan.target / name).is_file()]
        for part in plan.target.glob(".*.part"):  # of a run that was killed
            part.unlink()
        replace_all(plan.target, {**files, RECORD: text.encode()}, outdated)
        if plan.edition == PUBLIC:
            kept = json.dumps(made_from, ensure_ascii=False, sort_keys=True).encode()
            _made_from(plan).parent.mkdir(parents=True, exist_ok=True)
            replace_all(_made_from(plan).parent, {RECORD: kept})
        (plan.target / OLD).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(plan.target, error) from error
    return outdated


def triggers_of(plan: ReportPlan) -> dict[str, Any]:
    """What the report that is there was made from; empty if that is not known."""
    folder = _made_from(plan).parent if plan.edition == PUBLIC else plan.target
    triggers: dict[str, Any] = read(folder).get("triggers", {})
    return triggers


def _made_from(plan: ReportPlan) -> Path:
    """Where it is kept what a public edition was made from.

    Not beside it: from the digest of a small file of counts, whoever has this program finds the counts by trying.
    """
    return plan.work / PUBLIC / plan.unit.path / str(plan.year) / RECORD


def read(folder: Path) -> dict[str, Any]:
    """The record of the last run in a report's folder; empty if there is none that can be used."""
    try:
        entry = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    fits = isinstance(entry, dict) and all(
        isinstance(entry.get(k, {}), dict) for k in ("outputs", "triggers", "stages")
    )
    return entry if fits else {}


def mark_old(plan: ReportPlan, why: str) -> bool:
    """Say in a report's folder that what lies there is older than its inputs; False if nothing lies there."""
    if not (plan.target / RECORD).exists():
        return False
    text = _(
        "The files in this folder are of an earlier run: the last run on the present inputs failed.\n\n{why}\n",
        why="" if plan.edition == PUBLIC else why,  # it may quote exact figures
    )
    try:
        replace_all(plan.target, {OLD: str(text).encode()})
    except OSError:  # it cannot be written to: the run says so in words
        return True
    return True


def replace_all(folder: Path, files: Mapping[str, bytes], outdated: Sequence[str] = ()) -> None:
    """Write files so that each is the old or the new one at every moment; nothing is replaced until all are written.

    The `outdated` ones are removed then, before the last of the files, the record, is there.
    """
    parts = {name: folder / f".{name}.{os.getpid()}.part" for name in files}
    try:
        for name, content in files.items():
            with parts[name].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name in outdated:
            (folder / name).unlink(missing_ok=True)
        for name, part in parts.items():
            part.replace(folder / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
