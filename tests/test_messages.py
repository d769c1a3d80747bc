"""Messages: one catalogue entry for each, the same values in each, the chosen language at the last moment."""

import ast
import errno
import json
import pickle
import re
import string

import pytest
from babel.messages.pofile import read_po
from conftest import ROOT, UNIT

from baocao.analysis import vietnamese
from baocao.errors import MisuseError, reason
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


# --- Nothing is said outside the catalogues -----------------------------------------------------------------------

NO_MESSAGES = {
    "start < cutoff <= end (": "a rule in the names of report.toml; settings._problem puts it into a sentence",
    "end - start <= ": "the same",
    "html": "what a person types after --format",
    "docx": "the same",
    "pdf": "the same",
    " -m pip install --no-deps --require-hashes -r ": "a command to type",
}
"""Words raised or printed that are none of the catalogues', and why."""

WORDS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
SAYING = re.compile(
    r"(Error|Exception|Warning)$|^(echo|secho|style|prompt|confirm|print|warn|fail|exit|std(out|err)\.write)$"
)
HELP = {"help", "short_help", "epilog", "metavar", "prompt", "usage"}


def name_of(function):
    """What a function is called by, `write` with its stream."""
    name = getattr(function, "id", "") or getattr(function, "attr", "")
    return f"{name_of(function.value)}.{name}" if name == "write" and hasattr(function, "value") else name


TEXTS = {
    ast.JoinedStr: ("values",), ast.FormattedValue: ("value",), ast.BinOp: ("left", "right"), ast.List: ("elts",),
    ast.Tuple: ("elts",), ast.Starred: ("value",), ast.IfExp: ("body", "orelse"), ast.BoolOp: ("values",),
}  # fmt: skip
"""Per kind of expression, the parts whose text becomes part of its own."""


def parts_of(node):
    """The expressions whose text becomes part of an expression's text."""
    if isinstance(node, ast.Call):
        if name_of(node.func) in {"str", "repr"}:
            return node.args
        of_a_text = name_of(node.func) in {"format", "join", "strip", "replace"}
        return [node.func.value, *node.args] if of_a_text and isinstance(node.func, ast.Attribute) else []
    found = [getattr(node, part) for part in TEXTS.get(type(node), ())]
    return [each for one in found for each in (one if isinstance(one, list) else [one])]


def literals(node, assigned, pattern):
    """The words that an expression holds as a literal: of its own, in an f-string, joined, or under a name."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value] if pattern.search(node.value) and node.value not in NO_MESSAGES else []
    inner = parts_of(node)
    if isinstance(node, ast.Name):
        inner, assigned = assigned.get(node.id, []), {**assigned, node.id: []}
    if isinstance(node, ast.Call) and name_of(node.func) == "_":  # its values are values, not sentences
        inner, assigned, pattern = [keyword.value for keyword in node.keywords], {}, SENTENCE
    return [words for each in inner for words in literals(each, assigned, pattern)]


def said_outside(source: str) -> list[tuple[int, str]]:
    """Line and words of whatever a piece of Python raises, prints or explains in words that no catalogue holds."""
    tree = ast.parse(source)
    assigned = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                assigned.setdefault(getattr(target, "id", ""), []).append(node.value)
    suspects = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            suspects += node.exc.args[:1]
        if isinstance(node, ast.Assert):
            suspects.append(node.msg)
        if isinstance(node, ast.Call):
            if SAYING.search(name_of(node.func)):
                suspects += node.args
            suspects += [keyword.value for keyword in node.keywords if keyword.arg in HELP]
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            suspects += [value for key, value in pairs if getattr(key, "value", None) in HELP]
    return sorted({(node.lineno, words) for node in suspects for words in literals(node, assigned, WORDS)})


def code_cells():
    import nbformat

    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells, 1):
            if cell.cell_type == "code":
                yield f"{path.name}, cell {number}", cell.source


def test_nothing_is_raised_printed_or_explained_outside_the_catalogues():
    sources = [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in PROGRAM]
    found = [
        f"{place}:{line}: {words!r}"
        for place, source in [*sources, *code_cells()]
        for line, words in said_outside(source)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        'raise ValueError("it is wrong")',
        'raise ValueError(f"{code} is wrong")',
        'raise errors.UsageError("wrong {x}".format(x=1), None)',
        'raise TypeError("wrong: " + str(x))',
        'raise InputError(_("Right."), "but this remedy is not")',
        'message = f"not a number: {value!r}"\nraise ValueError(message)',
        'raise ExportError("one" if x else "two")',
        'raise refused("it is wrong") from None',
        'known = NotebookError("it is wrong")',
        'click.echo("Done")',
        'click.echo(f"{n} reports done")',
        'print("Không có số liệu")',
        'sys.stderr.write(f"{error} happened\\n")',
        'sys.exit("failed")',
        'warnings.warn(f"{name} is old")',
        'assert x, "x is missing"',
        '@click.option("--x", help="What it is.")\ndef f(): ...',
        '@click.option("--x", metavar="NAME", help=str(_("What it is.")))\ndef f(): ...',
        'option = {"metavar": "NAME"}',
        'raise InputError(_("{why}", why="the file is bad"))',
        'raise InputError(_("{why}", why=f"{file} is bad for us"))',
    ],
)
def test_what_is_said_outside_the_catalogues_is_found(source):
    assert said_outside(source)


@pytest.mark.parametrize(
    "source",
    [
        'raise InputError(_("{file} is bad.", file="a.csv"), _("Mend it."))',
        "raise KeyError(name) from None",
        'click.echo(f"  ✗ {finding.place}: {finding.message}\\n    → {finding.remedy}", err=True)',
        'click.echo(_("Done").text("vi"))',
        'click.echo(json.dumps(x["rows"], indent=1))',
        'workspace.write("indicators.csv", text)',
        'click.option("--x", metavar=",".join(FORMATS), help=str(_("What it is.")))',
        'message = _("It is bad.")\nraise InputError(message)',
    ],
)
def test_what_goes_through_the_catalogues_is_let_through(source):
    assert not said_outside(source)


def test_every_exception_from_the_rule_is_still_there():
    program = "".join(path.read_text(encoding="utf-8") for path in PROGRAM)
    assert all(words in program for words in NO_MESSAGES)


# --- Wrong usage, in both languages -------------------------------------------------------------------------------

WRONG = [
    "", "runn", "xyz", "run x", "run x --year 2020", "run --jso", "run --json=1", "run --year", "run --district",
    "run --district --year 2020", "run --district tuan-giao --format", "run --district tuan-giao --format doc",
    "run --district tuan-giao --year abc", "run --district tuan-giao --year 2016", "run --district tuan-gao",
    "run --province x", "run --all --year 1999", "run --all --data /nonexistent", "run", "check", "check x", "-x",
    "run -x", "edit", "edit --port x", "edit --all --port 99999", "edit --all --no-browser", "--foo", "run --", "-- run2",
    "run --district tuan-giao --year 2020 --outputs pipeline.py/x", "form", "form --all",
    "form --district tuan-giao --year 2021 --outputs pipeline.py/x",
]  # fmt: skip
HELPS = ["--help", "run --help", "check --help", "form --help"]
ENGLISH = re.compile(
    r"\b(is|are|the|not|no|an|of|for|was|did|you|usage|options?|error|show|missing|invalid|such|try|commands?|value|"
    r"requires?|argument|unexpected|extra|choose|one|directory|file|path|text|integer|default|required)\b",
    re.IGNORECASE,
)
NAMES = re.compile(r"huyện Tuần Giáo( 20\d\d)?|--[a-z]+|\S*/\S*|\S*\.(?:py|csv|toml)")
"""What is the same in both languages: names of units, options, folders and files."""


@pytest.mark.parametrize("arguments", WRONG + HELPS)
def test_wrong_usage_and_help_speak_the_language_asked_for_and_no_other(pipeline, arguments):
    words = arguments.split()
    vietnamese = pipeline("--lang=vi", *words)
    english = pipeline(*words, "--lang", "en") if "--" not in words else pipeline("--lang", "en", *words)
    for done in (vietnamese, english):
        assert done.code == (0 if arguments in HELPS else 2), done
        assert "Traceback" not in done.err
        assert ("→" in done.err) == (arguments not in [*HELPS, ""])
    assert not ENGLISH.search(NAMES.sub("", vietnamese.out + vietnamese.err)), vietnamese
    assert NAMES.sub("", english.out + english.err).replace("→", "").isascii(), english


def test_the_language_may_stand_before_or_behind_the_command(pipeline):
    answers = {
        pipeline(*arguments).err
        for arguments in (
            ["run", "--lang", "en"],
            ["run", "--lang=en"],
            ["--lang", "en", "run"],
            ["--lang=en", "run"],
        )
    }
    assert len(answers) == 1
    assert answers.pop().startswith("Error: ")
    assert pipeline("run").err.startswith("Lỗi: ")


def test_a_language_that_is_not_there_is_named_with_those_that_are(pipeline):
    for arguments in (["--lang", "fr", "run"], ["run", "--lang=fr"], ["--lang=fr"]):
        done = pipeline(*arguments)
        assert (done.code, done.err) == (2, "Lỗi: Không có ngôn ngữ “fr”.\n→ Ghi một trong: vi, en.\n")
    assert "--lang" in pipeline("run", "--lang").err


def test_the_nearest_command_and_option_are_named(pipeline):
    assert "run?" in pipeline("runn").err
    assert "run, check" in pipeline("xyz").err
    assert "--json" in pipeline("run", "--jso").err


def test_json_holds_the_language_asked_for(pipeline, data, outputs):
    (data / UNIT / "2020" / "truyen-thong.xlsx").unlink()
    asked = ("check", "--unit", UNIT, "--years", "2019-2020", "--data", data, "--outputs", outputs)
    texts = {}
    for language in ("vi", "en"):
        done = pipeline(*asked, "--json", "--lang", language)
        assert done.code == 1, done.err
        results = json.loads(done.out)
        texts[language] = [r["error"] or "" for r in results]
        texts[language] += [f["message"] for r in results for f in r["findings"]]
    assert len(texts["vi"]) == len(texts["en"]) > 3
    assert not any(ENGLISH.search(NAMES.sub("", text)) for text in texts["vi"])
    quoted = re.compile("“[^”]*”|xã \\w+ \\w+|thị trấn \\w+ \\w+")
    assert not [text for text in texts["en"] if re.search("[à-ỹ]", quoted.sub("", NAMES.sub("", text)))]


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOSPC, errno.ENOENT, errno.EIO, None])
def test_what_the_operating_system_says_is_said_in_our_words(code):
    error = OSError(code, "no words of ours") if code else OSError("no words of ours")
    assert "words" not in str(reason(error))
    assert reason(error).text("vi") != reason(error).text("en")


def test_a_mistake_is_still_a_value_error_and_has_a_remedy():
    with pytest.raises(ValueError, match=r"\n→ ") as refused:
        vietnamese.number(float("nan"))
    assert isinstance(refused.value, MisuseError)
    assert refused.value.exit_code == 4


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
