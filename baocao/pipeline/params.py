"""Parameters of a notebook: our own strict model, and the check that a notebook's `parameters` cell agrees with it.

papermill only warns about an unknown name and lets `year="2020"` through; here both are errors before a kernel starts.
"""

from __future__ import annotations

import ast
import difflib
import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from baocao.errors import UsageError
from baocao.messages import Message, _


class Parameters(BaseModel):
    """What every notebook of this pipeline is given (one cell tagged `parameters`)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    unit: str
    year: int
    edition: Literal["internal", "public"]
    data_dir: str
    work_dir: str


TYPES = {"unit": str, "year": int, "edition": str, "data_dir": str, "work_dir": str}


def parameters(**values: object) -> Parameters:
    """The parameters, checked; `UsageError` names each that is unknown, missing or of the wrong type."""
    try:
        return Parameters.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            raise UsageError(_("Unknown parameter {name}.", name=name), _nearest(name)) from None
        raise UsageError(
            _("Parameter {name} cannot be {value}.", name=name, value=repr(values.get(name))),
            _("It must be of type {type}.", type=TYPES[name].__name__),
        ) from None


def check_cell(notebook: Path) -> None:
    """Check that a notebook's `parameters` cell declares exactly the model's parameters, typed, with plain defaults.

    Raises `UsageError` naming the notebook and the parameter.
    """
    declared = _declared(notebook)
    for name, (annotation, default) in declared.items():
        if name not in TYPES:
            raise UsageError(
                _("{notebook}: unknown parameter {name}.", notebook=notebook.name, name=name), _nearest(name)
            )
        if annotation != TYPES[name].__name__ or type(default) is not TYPES[name]:
            raise UsageError(
                _("{notebook}: parameter {name} is declared as {type}.", notebook=notebook.name, name=name,
                  type=f"{annotation} = {default!r}"),
                _("It must be of type {type}.", type=TYPES[name].__name__),
            )  # fmt: skip
    for name, kind in TYPES.items():
        if name not in declared:
            raise UsageError(
                _("{notebook}: parameter {name} is missing.", notebook=notebook.name, name=name),
                _("Declare it in the parameters cell: {name}: {type} = ...", name=name, type=kind.__name__),
            )


def _declared(notebook: Path) -> dict[str, tuple[str, object]]:
    """What the `parameters` cell declares: annotation and default by name."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    if len(tagged) != 1 or code[0] is not tagged[0]:
        raise UsageError(
            _(
                "{notebook}: the first code cell, and only it, must be tagged 'parameters'.",
                notebook=notebook.name,
            ),
            _("Give that cell the tag in JupyterLab (property inspector, Cell Tags)."),
        )
    declared: dict[str, tuple[str, object]] = {}
    line: ast.stmt | None = None
    try:
        for line in ast.parse("".join(tagged[0]["source"])).body:
            if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value):
                raise ValueError
            declared[line.target.id] = (ast.unparse(line.annotation), ast.literal_eval(line.value))
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            _("{notebook}: the parameters cell holds more than lines of the form 'name: type = value': {why}",
              notebook=notebook.name, why=ast.unparse(line) if line else getattr(error, "text", "").strip()),
            _("Move other code to another cell."),
        ) from None  # fmt: skip
    return declared


def _nearest(name: str) -> Message:
    near = difflib.get_close_matches(name, TYPES, n=1)
    if near:
        return _("Did you mean {name}?", name=near[0])
    return _("The parameters are: {names}.", names=", ".join(TYPES))
