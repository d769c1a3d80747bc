"""Messages: one catalogue entry for each, the same values in each, the chosen language at the last moment."""

import ast
import pickle
import string

import pytest
from babel.messages.pofile import read_po
from conftest import ROOT

from baocao.messages import CATALOGUES, Message, _

PROGRAM = [ROOT / "pipeline.py", *sorted((ROOT / "baocao").rglob("*.py"))]


def templates(source: str) -> set[str]:
    """The first argument of every `_("...")` in a piece of Python."""
    calls = [
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "_"
    ]
    return {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}


def catalogue(language: str) -> dict[str, str]:
    (path,) = (folder / f"{language}.po" for folder in CATALOGUES if (folder / f"{language}.po").exists())
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


def fields(template: str) -> set[str]:
    return {
        name.split(".")[0] for _text, name, _spec, _conversion in string.Formatter().parse(template) if name
    }


def in_program() -> set[str]:
    return set().union(*(templates(path.read_text(encoding="utf-8")) for path in PROGRAM))


def in_notebooks() -> set[str]:
    import nbformat

    found: set[str] = set()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                found |= templates(cell.source)
    return found


def test_every_message_of_the_program_has_its_vietnamese_and_none_is_left_over():
    assert set(catalogue("vi")) == in_program()
    assert all(catalogue("vi").values())


def test_every_message_of_the_notebooks_has_its_english_and_none_is_left_over():
    assert set(catalogue("en")) == in_notebooks()
    assert all(catalogue("en").values())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_translations_use_the_same_values(language):
    for template, translation in catalogue(language).items():
        assert fields(translation) == fields(template), template


def test_nothing_is_raised_or_printed_outside_the_catalogues():
    """An error's first argument is a message; what is printed is a value, never a sentence of its own."""
    for path in PROGRAM:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            name = getattr(getattr(node, "func", None), "id", "") or getattr(
                getattr(node, "func", None), "attr", ""
            )
            if isinstance(node, ast.Call) and name in {
                "UsageError",
                "InputError",
                "NotebookError",
                "ExportError",
                "echo",
            }:
                for argument in node.args:
                    literal = (
                        isinstance(argument, ast.Constant)
                        and isinstance(argument.value, str)
                        and argument.value
                    )
                    assert not literal, f"{path.name}:{node.lineno}: {argument.value!r}"


def test_a_message_survives_pickling_and_json_and_speaks_both_languages():
    inner = _("Did you mean {name}?", name="year")
    outer = _(
        "{notebook} failed for {unit} {year}: {why}", notebook="1_clean", unit="u", year=2020, why=inner
    )
    for copy in (pickle.loads(pickle.dumps(outer)), Message.from_json(outer.as_json())):
        assert copy == outer
    assert outer.text("en") == "1_clean failed for u 2020: Did you mean year?"
    assert outer.text("vi") != outer.text("en")
    assert "year" in outer.text("vi")
