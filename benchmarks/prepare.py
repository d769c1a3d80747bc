"""Lay a work folder for the job of this folder: random figures of invented stations, notebooks, their module.

usage: prepare.py WORKDIR N        (N pairs of a region and a year: 10 are 5 regions by 2 years, 50 are 10 by 5)

The same arguments give the same bytes.
"""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

JOB = Path(__file__).with_name("job")
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
FIRST_YEAR, STATIONS = 2021, 20


def cells(path: Path) -> Iterator[tuple[str, str, bool]]:
    """The cells of a file in the percent format: kind, source, whether it holds the parameters."""
    for part in re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _newline, body = part.partition("\n")
        if "[markdown]" in head:
            yield "markdown", re.sub(r"^# ?", "", body, flags=re.MULTILINE).strip(), False
        else:
            yield "code", body.strip(), "parameters" in head


def notebook(path: Path) -> dict[str, object]:
    """The notebook that a file in the percent format stands for."""
    made = []
    for number, (kind, source, parameters) in enumerate(cells(path)):
        cell = {"cell_type": kind, "id": f"cell-{number}", "source": source, "metadata": {}}
        if kind == "code":
            cell |= {
                "outputs": [],
                "execution_count": None,
                "metadata": {"tags": ["parameters"] * parameters},
            }
        made.append(cell)
    return {"cells": made, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}


def figures(region: int, year: int) -> Iterator[list[object]]:
    """Station, month, days with rain, rain, greatest rain: invented, twelve months of twenty stations."""
    chance = random.Random(1000 * region + year)
    for station in range(STATIONS):
        for month in range(1, 13):
            days = chance.randint(1, 25)
            rain = round(days * chance.uniform(2, 20), 1)
            yield [f"Trạm Số {region * STATIONS + station + 1}", month, days, rain, round(rain / 3, 1)]


def write(path: Path, region: int, year: int) -> None:
    """One region's file for a year, with the mess of a real one: three ways of writing it."""
    chance = random.Random(region + year)
    way = (region + year) % 3
    heads = ["Trạm", "Tháng", "Số ngày mưa", "Lượng mưa (mm)", "Lớn nhất"]
    with path.open("w", encoding=["utf-8", "utf-8-sig", "utf-8"][way], newline="") as file:
        writer = csv.writer(file, delimiter=",;\t"[way])
        writer.writerow(heads if way != 1 else [head.upper() for head in heads])
        for station, *values in figures(region, year):
            name = str(station)
            if way == 1 and chance.random() < 0.3:
                name = name.upper()
            if way == 2 and chance.random() < 0.5:
                name = unicodedata.normalize("NFD", name) + "  "
            texts = [str(value) if way == 0 else str(value).replace(".", ",") for value in values]
            texts[2] = chance.choice(["", "-"]) if chance.random() < 0.02 else texts[2]
            writer.writerow([name, *texts])


def main(work: Path, pairs: int) -> None:
    """Lay the work folder."""
    regions, years = {10: (5, 2), 50: (10, 5)}.get(pairs, (min(pairs, 10), -(-pairs // 10)))
    data = work / "data"
    data.mkdir(parents=True)
    names = [f"vung-{'abcdeghikl'[region]}" for region in range(regions)]
    with (data / "stations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["district", "name", "station"])
        for region, name in enumerate(names):
            for station in dict.fromkeys(str(row[0]) for row in figures(region, 0)):
                writer.writerow([name, f"Vùng {name[-1].upper()}", station])
    asked = []
    for region, name in enumerate(names):
        with (data / f"before_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["station", "month", "days", "rain", "peak"])
            writer.writerows(figures(region, FIRST_YEAR - 1))
        for year in range(FIRST_YEAR, FIRST_YEAR + years):
            write(data / f"{name}_{year}.csv", region, year)
            asked.append(f"{name},{year}\n")
    (work / "pairs.csv").write_text("".join(asked[:pairs]), encoding="utf-8")
    for path in sorted(JOB.glob("0*.py")):
        text = json.dumps(notebook(path), ensure_ascii=False, indent=1)
        (work / f"{path.stem}.ipynb").write_text(text, encoding="utf-8")
    shutil.copy(JOB / "tram.py", work)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
