"""The data dictionary: up to date, valid Table Schema, and true of the tables that offices sent.

What is valid is checked by hand against https://specs.frictionlessdata.io/table-schema/ (version 1).
"""

from __future__ import annotations

import copy
import importlib.util
import json

import pandas as pd
import pytest
from conftest import ROOT

from baocao.analysis import tables, units
from baocao.analysis.findings import Findings
from baocao.analysis.intake import DEFAULT_TOTALS, read_table

FOLDER = ROOT / "docs" / "data-dictionary"
SCHEMAS = {path.name.removesuffix(".schema.json"): path for path in sorted(FOLDER.glob("*.schema.json"))}
MINH_HOA = "vi-du/huyen-minh-hoa"

ANY = {"required": bool, "unique": bool, "enum": list}
CONSTRAINTS = {
    "string": ANY | {"minLength": int, "maxLength": int, "pattern": str},
    "integer": ANY | {"minimum": int, "maximum": int},
    "number": ANY | {"minimum": (int, float), "maximum": (int, float)},
}
"""Which constraints the specification knows for each type that is used here, and what their values are."""
VALUES = {"string": str, "integer": int, "number": (int, float)}


def load(name):
    return json.loads(SCHEMAS[name].read_text(encoding="utf-8"))


def wrong(schema):
    """Everything in which a descriptor is no Table Schema."""
    found = []
    fields = schema.get("fields")
    if not isinstance(fields, list) or not fields:
        return ["fields"]
    names = [field.get("name") for field in fields]
    if len(set(names)) < len(names) or not all(isinstance(name, str) and name for name in names):
        found.append("names")
    for field in fields:
        words = [field.get("title", ""), field.get("description", "")]
        found += [] if all(isinstance(text, str) for text in words) else [f"{field['name']}: title"]
        kind = field.get("type", "string")
        if kind not in CONSTRAINTS:
            found.append(f"{field['name']}: type")
            continue
        for key, value in field.get("constraints", {}).items():
            allowed = CONSTRAINTS[kind].get(key, ())
            fits = isinstance(value, allowed) and (allowed is bool or not isinstance(value, bool))
            if key == "enum" and fits:
                fits = 0 < len(value) == len(set(value)) and all(
                    isinstance(each, VALUES[kind]) for each in value
                )
            found += [] if fits else [f"{field['name']}: {key}"]
    key = schema.get("primaryKey", [])
    if not set([key] if isinstance(key, str) else key) <= set(names):
        found.append("primaryKey")
    missing = schema.get("missingValues", [""])
    if not isinstance(missing, list) or not all(isinstance(value, str) for value in missing):
        found.append("missingValues")
    return found


def test_the_dictionary_is_up_to_date():
    spec = importlib.util.spec_from_file_location("make_dictionary", ROOT / "docs" / "make_dictionary.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert there == program.files(), "make dictionary"


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_file_is_a_table_schema(name):
    assert wrong(load(name)) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda s: s.update(fields=[]), "fields"), (lambda s: s["fields"].append(s["fields"][0]), "names"),
        (lambda s: s["fields"][1].update(type="count"), "khach_san: type"),
        (lambda s: s["fields"][1]["constraints"].update(maximum="9999"), "khach_san: maximum"),
        (lambda s: s["fields"][1]["constraints"].update(pattern="x"), "khach_san: pattern"),
        (lambda s: s["fields"][0]["constraints"].update(minimum=0), "place: minimum"),
        (lambda s: s["fields"][0]["constraints"].update(enum=[1]), "place: enum"),
        (lambda s: s.update(primaryKey="code"), "primaryKey"), (lambda s: s.update(missingValues=""), "missingValues"),
    ],
)  # fmt: skip
def test_what_is_no_table_schema_is_found(change, found):
    schema = copy.deepcopy(load("establishments"))
    change(schema)
    assert found in wrong(schema)


def test_what_the_files_say_of_some_columns():
    fields = {name: {field["name"]: field for field in load(name)["fields"]} for name in SCHEMAS}
    assert list(fields) == [
        "budget",
        "cases",
        "communication",
        "establishments",
        "inspections",
        "officers",
        "received",
        "records",
        "results",
        "support",
    ]
    hotels = fields["establishments"]["khach_san"]
    assert (hotels["title"], hotels["type"], hotels["unit"]) == ("Khách sạn", "integer", "cơ sở")
    assert hotels["constraints"] == {"minimum": 0, "maximum": 9999}
    assert fields["establishments"]["total"]["sumOf"] == [
        "khach_san",
        "nha_nghi",
        "karaoke",
        "xoa_bop",
        "nha_hang",
        "vu_truong",
        "khac",
    ]
    assert {name: field["since"] for name, field in fields["establishments"].items() if "since" in field} == {
        "vu_truong": 2022
    }
    assert fields["inspections"]["wave"]["constraints"] == {"required": True, "unique": True}
    assert fields["inspections"]["month"]["constraints"]["enum"] == [str(month) for month in range(1, 13)]
    assert fields["inspections"]["warned"]["partOf"] == "breaches"
    assert [name for name, field in fields["inspections"].items() if field.get("optional")] == ["breach_rate"]
    assert (fields["budget"]["value"]["type"], fields["budget"]["value"]["unit"]) == ("number", "triệu đồng")
    assert "Ngân sách phường" in fields["budget"]["line"]["constraints"]["enum"]
    assert load("cases")["lines"][3] == {
        "name": "cases",
        "title": "Số vụ mại dâm bị phát hiện, triệt phá",
        "unit": "vụ",
    }
    assert [name for name in SCHEMAS if load(name).get("optional")] == ["records", "results"]
    more = {line["name"]: line for line in load("results")["lines"]}
    assert (more["women"]["partOf"], more["quarters"]["maximum"], more["plans"]["ofParts"]) == (
        "staff",
        4,
        True,
    )


def test_what_an_office_sent_is_as_the_dictionary_says():
    unit = units.resolve(MINH_HOA, 2020, ROOT / "data")
    parts = units.parts(unit, 2020, ROOT / "data")
    known = tables.load(ROOT / "data" / "tables.toml", units.words_for(unit, parts), 2020).values()
    for table in (table for table in known if not table.instead):
        (path,) = (ROOT / "data" / MINH_HOA / "2020").glob(f"{table.file}.*")
        totals = DEFAULT_TOTALS if table.adds_up else ()
        frame = read_table(path, table.sought, Findings(), parts=parts, total_labels=totals).frame
        fields = load(table.id)["fields"]
        fields = [field for field in fields if field.get("since", 0) <= 2020]
        assert [field["name"] for field in fields] == list(frame)
        for field in fields:
            values, limits = frame[field["name"]], field.get("constraints", {})
            assert (field["type"] == "string") == isinstance(values.dtype, pd.StringDtype), field["name"]
            if field.get("optional"):
                continue
            assert values.notna().all() or not limits.get("required")
            assert values.is_unique or not limits.get("unique")
            assert set(values) <= set(limits.get("enum", values))
            assert (
                field["type"] == "string"
                or values.between(limits["minimum"], limits.get("maximum", 10**15)).all()
            )
