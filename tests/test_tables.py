"""Schemas of `data/tables.toml`: every rule has a row that breaks it and one that keeps it; published figures."""

import pandas as pd
import pytest
from conftest import ROOT

from baocao.analysis import intake, tables
from baocao.analysis.findings import Findings
from baocao.errors import InputError

PATH = ROOT / "data" / "tables.toml"
TABLES = tables.load(PATH, {"unit": "huyện"}, 2020)


def checked(table, **columns):
    """What the schema says of rows in which all that is not given is missing."""
    rows = len(next(iter(columns.values())))
    frame = intake.tidy(table.sought, columns, rows)
    letters = {column.name: chr(65 + n) for n, column in enumerate(table.sought)}
    source = intake.Source("bang.xlsx", "Trang", letters)
    findings = Findings()
    table.check(intake.RawTable(frame, tuple((source, 5 + i) for i in range(rows)), (source,)), findings)
    return findings


def places(findings):
    return [(f.severity, f.rule, f"{f.column}{f.row}") for f in findings]


WAVES, ESTABLISHMENTS = TABLES["inspections"], TABLES["establishments"]
TYPES = ("khach_san", "nha_nghi", "karaoke", "xoa_bop", "nha_hang", "khac")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"breaches": [3, 2], "inspected": [2, 2]}, [("error", "part-exceeds-whole", "D5")]),
        ({"warned": [3], "breaches": [2], "inspected": [9]}, [("error", "part-exceeds-whole", "E5")]),
        ({"warned": [1], "fined": [2], "breaches": [2], "inspected": [9]}, []),  # one may be both
        ({"inspected": [9999, 10000]}, [("error", "above-maximum", "C6")]),
        ({"fines": [100000.5]}, [("error", "above-maximum", "I5")]),
        ({"wave": ["Đợt 1", "Đợt 2", "Đợt 1"]}, [("error", "line-count", "A7")]),
        ({"wave": ["Đợt 1"], "month": ["13"]}, [("error", "value-unknown", "B5")]),
        ({"wave": ["Đợt 1"], "month": [""]}, []),
        ({"breaches": [1], "inspected": [3], "breach_rate": [33.0]}, []),
        ({"breaches": [1], "inspected": [3], "breach_rate": [35.0]}, [("verify", "rate-and-base", "J5")]),
        ({"breaches": [1], "inspected": [3], "breach_rate": [0.33]}, []),  # how Excel stores 33%
        ({"breaches": [0], "inspected": [0], "breach_rate": [0.0]}, []),
        ({"breaches": [pd.NA], "inspected": [3], "breach_rate": [12.0]}, []),
    ],
)
def test_every_rule_has_its_cell(columns, expected):
    assert places(checked(WAVES, **columns)) == expected


def test_parts_above_their_total_are_an_error_below_it_a_question():
    parts = {name: [1, 1, 1, 1] for name in TYPES}
    findings = checked(ESTABLISHMENTS, **(parts | {"khac": [1, 1, 1, pd.NA]}), total=[6, 5, 7, 1])
    assert places(findings) == [("error", "total-below-parts", "H6"), ("verify", "total-above-parts", "H7")]


def checked_lines(table, **values):
    """What is said of lines with these figures; all other lines are there and hold 0."""
    names = [line.id for line in table.lines]
    shown = {"line": [line.name for line in table.lines], "value": [values.get(name, 0) for name in names]}
    frame = intake.tidy(table.sought, shown, len(names))
    source = intake.Source("bang.csv", "", {"line": "A", "value": "C"})
    read = intake.RawTable(frame, tuple((source, 2 + i) for i in range(len(names))), (source,))
    findings = Findings()
    named = table.named_lines(read, findings)
    assert list(named) == names
    table.check_lines(read, named, findings)
    return findings


def test_a_line_that_is_part_of_another_is_not_more_and_four_quarters_are_a_year():
    results, cases = TABLES["results"], TABLES["cases"]
    fits = {
        "staff": 5,
        "women": 5,
        "quarters": 4,
        "pupils_reached": 0,
        "workers": pd.NA,
        "workers_reached": 7,
    }
    assert places(checked_lines(results, **fits)) == []
    wrong = {"staff": 5, "women": 6, "quarters": 5, "pupils": 30, "pupils_reached": 31, "workers_reached": 1}
    assert places(checked_lines(results, **wrong)) == [
        ("error", "part-exceeds-whole", "C4"), ("error", "above-maximum", "C13"), ("error", "part-exceeds-whole", "C15"),
        ("error", "part-exceeds-whole", "C17"),
    ]  # fmt: skip
    assert places(checked_lines(cases, reports_received=2, reports_handled=3)) == [
        ("error", "part-exceeds-whole", "C8")
    ]


def test_what_is_asked_for_depends_on_the_year_and_on_parts():
    later = tables.load(PATH, {"unit": "xã"}, 2022, has_parts=False)
    names = [column.name for column in later["establishments"].columns]
    assert names == [*TYPES[:5], "vu_truong", "khac", "total"]
    assert later["establishments"].columns[-1].sum_of == (*TYPES[:5], "vu_truong", "khac")
    assert [column.name for column in ESTABLISHMENTS.columns] == [*TYPES, "total"]
    asked = {
        table: {line.id for line in known["results"].lines}
        for table, known in (("now", TABLES), ("alone", later))
    }
    assert asked["now"] - asked["alone"] == {"clean", "plans"}
    assert {id for id, table in TABLES.items() if table.optional} == {"records", "results"}


def test_all_that_is_wrong_is_said_at_once():
    findings = checked(WAVES, inspected=[20000, 1], breaches=[2, 2], wave=["a", "a"], month=["1", "x"])
    assert places(findings) == [
        ("error", "line-count", "A6"), ("error", "value-unknown", "B6"), ("error", "above-maximum", "C5"),
        ("error", "part-exceeds-whole", "D6"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('kind = "count"', 'kind = "counts"'), "kind"),
        (('within = "inspected"', 'within = "inspect"'), "inspect"),
        (("required = false", "require = false"), "require"),
        (('id = "support"', 'id = "cases"'), "cases"),
        (('file = "ho-tro"', "file = ho-tro"), "tables.toml"),
        (('rows = "line"', 'rows = "record"'), "cases"),
        (('within = "staff"', 'within = "women_"'), "women_"),
    ],
)
def test_an_entry_that_cannot_be_is_an_error_that_names_it(tmp_path, change, named):
    text = PATH.read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "types.toml").write_text(
        (ROOT / "data" / "types.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / "tables.toml").write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(InputError, match=named):
        tables.load(tmp_path / "tables.toml", {"unit": "huyện"})


# Real breakdowns as they were printed, with what can be said of them. "" where the parts add up.
PUBLISHED = {
    "cả nước 2024, cơ sở (báo chí dẫn số của ngành)": (99859, (64992, 15068, 204, 19595), ""),
    "Hòa Bình 2021, cơ sở (baohoabinh.com.vn)": (1115, (10, 350, 150, 45, 420, 140), ""),
    "Hà Nội 2010, cơ sở (Kế hoạch 89/KH-UBND, 15/7/2011)": (
        24974, (941, 1632, 16, 908, 755, 126, 268, 101, 20236), "error",
    ),
    "cả nước 2011-2015, lượt vi phạm (dansinh.dantri.com.vn)": (42111, (6321, 28558, 1412, 5820), ""),
    "cả nước 2022, xử lý hành chính (thanhnien.vn)": (1095, (549, 541, 5), ""),
    "cả nước 2022, xử lý hình sự (thanhnien.vn)": (270, (269, 1), ""),
    "cả nước 2022, lượt được hỗ trợ (thanhnien.vn)": (3194, (632, 9, 792, 31, 1523), "verify"),
    "Thuận Châu 2019-2020, cơ sở (laodongxahoi.net)": (38, (22, 1, 15), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_breakdowns_are_told_apart_as_rows_of_a_sheet(name, tmp_path):
    total, parts, verdict = PUBLISHED[name]
    lines = [f"Loại {n};{part}" for n, part in enumerate(parts)]
    path = tmp_path / "bang.csv"
    path.write_text("\n".join(["Nội dung;Số liệu", *lines, f"Tổng số;{total}"]), encoding="utf-8")
    columns = [intake.Column("line", ("Nội dung",), "text"), intake.Column("value", ("Số liệu",), "count")]
    findings = Findings()
    read = intake.read_table(path, columns, findings)
    assert tuple(read.frame["value"]) == parts
    assert [f.severity for f in findings] == [verdict] * bool(verdict)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_breakdowns_are_told_apart_as_columns_of_a_sheet(name):
    total, parts, verdict = PUBLISHED[name]
    names = tuple(f"part{n}" for n in range(len(parts)))
    columns = [{"name": n, "headers": (n,), "kind": "count"} for n in names]
    table = tables.Table.model_validate(
        {"id": "x", "file": "x", "title": "x", "rows": "record",
         "columns": [*columns, {"name": "total", "headers": ("Tổng số",), "kind": "count", "sum_of": names}]}
    )  # fmt: skip
    findings = checked(table, total=[total], **{n: [part] for n, part in zip(names, parts, strict=True)})
    assert [f.severity for f in findings] == [verdict] * bool(verdict)
