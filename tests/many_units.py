"""Other data folders than the whole of `data/`: a few of its units, or many invented ones; and the memory of a run."""

from __future__ import annotations

import csv
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from disturbed import ROOT, Run

INVENTED = "vi-du/huyen-minh-hoa"
FEW = {
    "dien-bien/huyen-tuan-giao": (2018, 2019, 2020), "dien-bien/xa-tuan-giao": (2026,), INVENTED: (2018, 2019, 2020),
}  # fmt: skip
"""Units and years of different kinds: a district, a commune that reports by itself, an invented district with cases."""


def few(data: Path) -> Path:
    """A data folder with `FEW` and all tables, without roll-ups; made if it is not there."""
    if not data.exists():
        source = ROOT / "data"
        others = shutil.ignore_patterns("_tinh", "huyen-*", "xa-*", "thanh-pho-*", "thi-xa-*")
        shutil.copytree(source, data, ignore=others)
        for unit, years in FEW.items():
            for year in years:
                shutil.copytree(source / unit / str(year), data / unit / str(year))
    return data


def make(data: Path, count: int, years: Sequence[int]) -> Path:
    """A data folder with so many invented districts and nothing else, no roll-up; each has the data of huyện Minh Họa.

    The data of a year that it has none for are those of another year, with the period moved.
    """
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("dien-bien", "huyen-*", "_tinh"))
    table = data / "vi-du" / "units.csv"
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    province, district, *communes = [
        row for row in rows if row["code"].startswith("VD1") or row["code"] == "VD"
    ]
    made = [province]
    for number in range(1, count + 1):
        code, name = f"VD{number:04}", f"{district['name']} {number}"
        made.append(district | {"code": code, "name": name})
        made += [row | {"code": f"{code}{row['code'][3:]}", "parent_code": code} for row in communes]
        for year in years:
            _data_of_a_year(data / "vi-du" / f"huyen-minh-hoa-{number}" / str(year), year)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(made)
    return data


def _data_of_a_year(folder: Path, year: int) -> None:
    source = ROOT / "data" / INVENTED / str(year)
    if source.is_dir():
        shutil.copytree(source, folder)
        return
    shutil.copytree(ROOT / "data" / INVENTED / "2020", folder)
    settings = folder / "report.toml"
    text = settings.read_text(encoding="utf-8")
    for before, after in (("2019-", f"{year - 1}-"), ("2020-", f"{year}-")):
        text = text.replace(before, after)
    settings.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Memory:
    """At one moment: how many reports are made, and the largest process of each role, in MB."""

    done: int
    largest: dict[str, float]


def memory(run: Run, outputs: Path, interval: float = 0.2, timeout: float = 1200) -> list[Memory]:
    """The memory of a run's processes, looked at until it ends."""
    measured = []
    end = time.monotonic() + timeout
    while True:
        largest: dict[str, float] = {}
        for pid, role in run.processes().items():
            if size := _resident(pid):
                largest[role] = max(size, largest.get(role, 0.0))
        measured.append(Memory(sum(1 for _ in outputs.glob("*/*/*/run.json")), largest))
        try:
            run.process.wait(interval)
        except subprocess.TimeoutExpired:
            assert time.monotonic() < end, "it takes too long"
        else:
            return [*measured, Memory(sum(1 for _ in outputs.glob("*/*/*/run.json")), {})]


def growth(measured: Sequence[Memory], role: str, after: int) -> float:
    """By how many MB the largest process of a role grew after so many reports."""
    sizes = [each.largest[role] for each in measured if each.done >= after and role in each.largest]
    return max(sizes) - sizes[0]


def _resident(pid: int) -> float:
    """A process's memory in MB, what it shares with others included; 0 if it has ended."""
    try:
        return psutil.Process(pid).memory_info().rss / 1024**2
    except psutil.Error:
        return 0.0
