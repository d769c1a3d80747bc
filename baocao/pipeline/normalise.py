"""Make an executed notebook depend on its inputs alone: no times, no random ids, no addresses, no folders.

Two runs of one notebook on the same inputs then give the same bytes, on any machine.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import nbformat

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
BARE = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""All the metadata that a notebook has in git."""
FOLDERS = {"data_dir": "../data", "work_dir": ""}
"""What the parameters that name folders read in a stored notebook: the defaults with which it runs by hand."""


def file(path: Path) -> None:
    """Normalise the notebook in `path`, in place."""
    notebook = nbformat.read(path, as_version=4)
    normalise(notebook)
    path.write_bytes(stored(notebook))


def stored(notebook: nbformat.NotebookNode) -> bytes:
    """A notebook as this project writes it to a file."""
    text = nbformat.writes(notebook, version=4, indent=1, ensure_ascii=False, sort_keys=True)
    return f"{text}\n".encode()


def strip(notebook: nbformat.NotebookNode) -> None:
    """Take out of a notebook, in place, all that does not belong into git: what a run or an editor left behind."""
    notebook.metadata = nbformat.from_dict(BARE)
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Normalise an executed notebook, in place."""
    given = notebook.metadata.get("papermill", {}).get("parameters", {}) | FOLDERS
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": notebook.metadata.get("kernelspec", {}), "language_info": {"name": "python"}}
    )
    for number, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
            # papermill's own wording depends on whether the formatter black happens to be installed
            cell.source = "\n".join(
                f"{name} = {value!r}" for name, value in given.items() if name in cell.source
            )
        elif not cell.get("id"):
            cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            # stderr holds warnings, which name temporary files and come or go with the state of a machine's caches
            kept = [output for output in cell.outputs if output.get("name") != "stderr"]
            cell.outputs = _joined_streams(kept)
            _scrub(cell.outputs)


def _joined_streams(outputs: list[Any]) -> list[Any]:
    """The outputs with the pieces of each stream joined: where a kernel cuts them is a matter of timing."""
    joined: list[Any] = []
    streams: dict[str, Any] = {}
    for output in outputs:
        if output.output_type == "stream" and output.name in streams:
            streams[output.name].text += output.text
            continue
        if output.output_type == "stream":
            streams[output.name] = output
        joined.append(output)
    return joined


def _scrub(value: Any) -> Any:
    """Replace the addresses of objects in every text below `value`, in place."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        if isinstance(item, str):
            value[key] = ADDRESS.sub("at 0x0", item)
        else:
            _scrub(item)
    return value


def main(files: list[str]) -> None:
    """Strip notebooks before they go into git: the pre-commit hook calls this with their paths."""
    for path in map(Path, files):
        before = path.read_bytes()
        notebook = nbformat.reads(before.decode("utf-8"), as_version=4)
        strip(notebook)
        if (after := stored(notebook)) != before:
            path.write_bytes(after)


if __name__ == "__main__":
    main(sys.argv[1:])
