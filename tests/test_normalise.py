"""An executed notebook loses everything that differs between two runs, and nothing else."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from baocao.pipeline.normalise import normalise


def executed(address: str, stamp: str, pieces: list[str], folder: str) -> nbformat.NotebookNode:
    injected = new_code_cell(
        f'# Parameters\nyear = 2020\ndata_dir = "{folder}/data"\nwork_dir = "{folder}/w"',
        metadata={"tags": ["injected-parameters"], "papermill": {"start_time": stamp}},
    )
    code = new_code_cell(
        "x",
        id="so-lieu",
        metadata={"execution": {"iopub.execute_input": stamp}, "tags": ["giu"]},
        outputs=[
            *(new_output("stream", name="stdout", text=text) for text in pieces),
            new_output("stream", name="stderr", text="e"),
            new_output(
                "execute_result", data={"text/plain": f"<A at 0x{address}>", "text/html": f"at 0x{address}"}
            ),
        ],
    )
    note = new_markdown_cell("# Đầu", id="dau", metadata={"user_expressions": [{"expression": "x"}]})
    metadata = {
        "papermill": {
            "parameters": {"year": 2020, "data_dir": folder, "work_dir": folder},
            "end_time": stamp,
        },
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python", "version": "3.11.7"},
    }
    return new_notebook(cells=[injected, code, note], metadata=metadata)


def test_two_runs_become_the_same_bytes_and_keep_what_matters():
    one = executed("7f00aa", "2020-01-01T00:00", ["a", "b"], "/home/mot")
    two = executed("55ffbb", "2021-02-03T04:05", ["ab"], "/mnt/hai")
    normalise(one)
    normalise(two)
    assert nbformat.writes(one) == nbformat.writes(two)
    text = nbformat.writes(one)
    assert "home" not in text
    assert one.cells[0].source == "year = 2020\ndata_dir = '../data'\nwork_dir = ''"
    assert one.cells[1].outputs[0].text == "ab"
    assert [output.output_type for output in one.cells[1].outputs] == ["stream", "execute_result"]
    assert one.cells[1].metadata.tags == ["giu"]
    assert one.cells[2].metadata.user_expressions[0]["expression"] == "x"
    assert one.cells[1].id == "so-lieu"
