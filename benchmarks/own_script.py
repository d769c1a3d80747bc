"""Write our own report's notebooks as one plain Python script: what they cost without notebooks.

usage: own_script.py SCRIPT        writes the script
       SCRIPT DATA OUTPUTS         makes the HTML and PDF of every unit and year in DATA, with two forked processes

Each notebook becomes a function: its cells joined, its parameters as arguments. The values in its prose are computed
where they stand. What its cells show is kept for the same exporters only where it is printed, in 3_report. There is no
kernel, no IPython shell, no papermill and no cache of results.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

from baocao.analysis.stages import CLEAN, INDICATORS, NOTEBOOKS, REPORT
from baocao.pipeline.blocks import roles

HEAD = '''"""The reports of every unit and year, without notebooks; written by benchmarks/own_script.py."""

import copy
import json
import multiprocessing
import sys
from pathlib import Path

import IPython.display
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot
import pandas
import pyarrow.parquet

from baocao.analysis import document, figures, indicators, intake, settings, stages, units, vietnamese, workspace
from baocao.pipeline import export
'''
TAIL = '''
shown, values = [], []
"""What the cell at hand shows, and the values of the prose at hand."""


def show_(*objects, raw=False, metadata=None):
    for each in objects:
        if raw:
            data = each
        elif each is None:
            continue
        else:
            data = {"text/plain": repr(each)}
            if hasattr(each, "_repr_markdown_"):
                data["text/markdown"] = each._repr_markdown_()
            if hasattr(each, "_repr_mimebundle_"):
                data |= each._repr_mimebundle_()
        shown.append({"output_type": "display_data", "data": data, "metadata": metadata or {}})


def value_(expression, result):
    data = {"text/plain": repr(result)}
    values.append({"expression": expression, "result": {"status": "ok", "data": data, "metadata": {}}})


def end_(cells, number):
    if cells[number]["cell_type"] == "code":
        cells[number]["outputs"] = shown[:]
    else:
        cells[number]["metadata"]["user_expressions"] = values[:]
    shown.clear()
    values.clear()


def folder(work, notebook, unit, year):
    return work / notebook / f"{unit.replace('/', '-')}-{year}"


def given(work, notebook, unit, year, needs):
    place = folder(work, notebook, unit, year)
    place.mkdir(parents=True)
    where = {f"{other} {unit} {y}": str(folder(work, other, unit, y)) for other, y in needs}
    (place / stages.NEEDS).write_text(json.dumps(where), encoding="utf-8")
    return str(place)


def clean(task):
    data, work, outputs, unit, year = task
    run_1_clean(unit, year, "internal", str(data), given(work, "1_clean", unit, year, []))


def report(task):
    data, work, outputs, unit, year = task
    years = range(year - stages.YEARS_COMPARED + 1, year + 1)
    needs = [("1_clean", y) for y in years if (data / unit / str(y)).is_dir()]
    run_2_indicators(unit, year, "internal", str(data), given(work, "2_indicators", unit, year, needs))
    place = given(work, "3_report", unit, year, [("2_indicators", year)])
    cells = copy.deepcopy(CELLS)
    run_3_report(cells, unit, year, "internal", str(data), place)
    target = outputs / unit / str(year)
    target.mkdir(parents=True)
    for format in ("html", "pdf"):
        (target / f"report.{format}").write_bytes(export.export({"cells": cells}, format))


def main(data, outputs):
    IPython.display.display = show_
    work = outputs / ".work"
    tasks = [
        (data, work, outputs, unit, year)
        for unit in stages.units_with_data(data)
        for year in stages.years_with_data(data, unit)
    ]
    export.warm_up()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for step in (clean, report):
            for done in pool.imap_unordered(step, tasks):
                pass


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
'''


def function(name: str) -> tuple[str, list[dict[str, Any]]]:
    """A notebook as the source of a function, and its cells without what they hold."""
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    printed = name == REPORT
    body: list[ast.stmt] = []
    arguments: list[str] = ["cells"] if printed else []
    for number, cell in enumerate(cells):
        source = cell["source"] = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", []):
            arguments += [statement.target.id for statement in ast.parse(source).body]  # type: ignore[attr-defined]
        elif cell["cell_type"] == "code":
            body += _statements(source, printed)
            body += ast.parse(f"end_(cells, {number})").body if printed else []
        elif expressions := roles(source):
            for expression in expressions:
                body += ast.parse(f"value_({expression!r}, ({expression}))").body
            body += ast.parse(f"end_(cells, {number})").body
    made = ast.parse(f"def run_{name}({', '.join(arguments)}): pass")
    made.body[0].body = body  # type: ignore[attr-defined]
    return ast.unparse(ast.fix_missing_locations(made)), cells


def _statements(source: str, printed: bool) -> list[ast.stmt]:
    """The statements of a cell; the value of its last line is shown if it is printed, else not computed."""
    body = ast.parse(source).body
    if body and isinstance(last := body[-1], ast.Expr):
        if printed and not source.rstrip().endswith(";"):
            last.value = ast.Call(ast.Name("show_"), [last.value], [])
        elif not any(isinstance(node, ast.Call) for node in ast.walk(last)):
            body.pop()
    return body


def script() -> str:
    """The script."""
    functions = [function(name) for name in (CLEAN, INDICATORS, REPORT)]
    cells = functions[-1][1]
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    parts = [HEAD, f"CELLS = {cells!r}\n", *(f"{source}\n" for source, _cells in functions), TAIL]
    return "\n\n".join(parts)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(script(), encoding="utf-8")
