"""What a notebook shows with a forked kernel is what it shows with a cold one: a notebook for each behaviour, and our own.

The notebooks are in `behaviours/`, as Python in the percent format. Only what differs between two cold kernels is made equal
before the comparison: addresses, process numbers, and where a stream was cut in pieces.
"""

import json
import re
from pathlib import Path

import nbformat
import papermill
import pytest
from conftest import UNIT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from baocao.pipeline.engine import KernelDiedError
from baocao.pipeline.normalise import _joined_streams

BEHAVIOURS = sorted(Path(__file__).with_name("behaviours").glob("*.py"))
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
VARIES = [
    (re.compile(r"0x[0-9a-f]{6,}"), "0x0"),
    (re.compile(r"ipykernel_\d+"), "ipykernel_0"),
    # a cold kernel has started threads and tasks of its own before
    (re.compile(r"(Thread|Task)-\d+"), r"\1-0"),
    (re.compile(r"(?<=ipykernel_0/)\d+\.py"), "0.py"),
    (re.compile(r"(?<=CPU times: )[^\\]*|(?<=Wall time: )[^\\]*"), "time"),
]


def notebook(source):
    """The notebook in a file of the percent format; its cells' tags stand behind the mark."""
    cells = []
    for part in re.split(r"^# %%", source.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _newline, body = part.partition("\n")
        tags = json.loads(head.partition("tags=")[2] or "[]")
        if "[markdown]" in head:
            cells.append(new_markdown_cell(re.sub(r"^# ?", "", body.strip(), flags=re.MULTILINE)))
        else:
            cells.append(new_code_cell(body.strip("\n"), metadata={"tags": tags}))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return new_notebook(cells=cells, metadata=KERNEL)


def run(source, folder, cold, **options):
    """What a notebook shows, cell by cell, and what it leaves in its folder."""
    work = folder / ("cold" if cold else "forked") / "work"
    work.mkdir(parents=True)
    nbformat.write(notebook(source), work.parent / "in.ipynb")
    error = None
    try:
        papermill.execute_notebook(
            str(work.parent / "in.ipynb"), str(work.parent / "out.ipynb"), engine_name="baocao", cold=cold,
            progress_bar=False, cwd=str(work), **options,
        )  # fmt: skip
    except PapermillExecutionError as caught:
        error = [caught.ename, caught.evalue]
    except KernelDiedError as caught:
        error = [str(caught.message), caught.cell]
    done = nbformat.read(work.parent / "out.ipynb", as_version=4)
    shown = [
        {
            "source": cell.source,
            "outputs": _joined_streams(cell.outputs) if cell.cell_type == "code" else None,
            "count": cell.get("execution_count"),
            "values": cell.metadata.get("user_expressions"),
        }
        for cell in done.cells
        if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    left = {path.name: path.read_bytes() for path in work.iterdir() if path.suffix == ".txt"}
    names = sorted(path.name for path in work.iterdir() if not path.name.startswith("__"))
    return alike(shown, str(work.parent)), left, names, error


def alike(shown, folder):
    """The cells without what differs from one cold kernel to the next."""
    text = json.dumps(shown, ensure_ascii=False).replace(folder, "")
    for pattern, same in VARIES:
        text = pattern.sub(same, text)
    cells = json.loads(text)
    for cell in cells:  # in which order the two streams come is a matter of timing
        streams = [output for output in cell["outputs"] or [] if output["output_type"] == "stream"]
        others = [output for output in cell["outputs"] or [] if output["output_type"] != "stream"]
        cell["outputs"] = sorted(streams, key=lambda output: output["name"]) + others
    return cells


@pytest.mark.parametrize("source", BEHAVIOURS, ids=lambda path: path.stem)
def test_a_forked_kernel_shows_what_a_cold_one_shows(source, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # ipykernel listens to no file descriptors where it is set
    forked, left, names, error = run(source, tmp_path, cold=False)
    cold, left_cold, names_cold, error_cold = run(source, tmp_path, cold=True)
    for ours, theirs in zip(forked, cold, strict=True):
        assert ours == theirs
    assert (left, names, error) == (left_cold, names_cold, error_cold)


def test_our_notebooks_give_the_same_bytes_with_cold_kernels(tmp_path, built, pipeline):
    done = pipeline("run", "--district", "tuan-giao", "--year", "2020", "--outputs", tmp_path, "--cold")
    assert done.code == 0, done.err
    for path in (built / UNIT / "2020").iterdir():
        assert (tmp_path / UNIT / "2020" / path.name).read_bytes() == path.read_bytes(), path.name
