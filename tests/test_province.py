"""The roll-up of a province: what its units add up to, and what it says where they do not.

The units are generated in the invented province. What they must add up to is added here, from the figures that went
into their sheets, by other means than those of the notebooks.
"""

from __future__ import annotations

import csv
import dataclasses
import importlib
import json
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import in_process
import many_units
import pandas as pd
import pytest
from conftest import ROOT

from baocao.analysis import figures, rollup, units
from baocao.analysis.findings import Findings
from baocao.analysis.indicators import Dictionary, Indicator
from baocao.analysis.stages import CLEAN, INDICATORS, PROVINCE, Stage
from baocao.errors import InputError, UsageError
from baocao.pipeline.assemble import blocks_of
from baocao.pipeline.blocks import plain_text
from baocao.pipeline.edit import WorkingCopy
from baocao.pipeline.plan import forms, plan

sys.path.append(str(ROOT / "data"))
make = importlib.import_module("make_illustrative")

WHOLE = "vi-du/_tinh"
COMMUNES = len(make.MINH_HOA.communes)
RECEIVED = "chi-tieu-da-tong-hop.csv"
OF_THE_FORM = ["body-doubtful", "body-doubtful", "draft"]
"""What is told of every draft of a province: who receives and who drafts it is in doubt, and that it is one."""


def counted(size: int, **changed: Any) -> Any:
    """Figures of a unit in which every cell is `size`, but for what is changed."""
    filled = make.Figures.filled(size, COMMUNES)
    allowed = {
        "inspections": [[5, 10 * size, size, 0, size, 0, 0, 2.5]],
        "communication": [[size, size, size, 1]] * COMMUNES,
    }
    return dataclasses.replace(filled, **(allowed | changed))


def establishments(figures: Any) -> int:
    """How many establishments stand in the sheet."""
    return sum(sum(row) for row in figures.establishments)


class Province:
    """An invented province: units with figures by year, written as offices write them."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.data = many_units.make(folder / "data", count, ())
        shutil.copytree(ROOT / "data" / WHOLE, self.data / WHOLE)
        self.units = [f"vi-du/huyen-minh-hoa-{number}" for number in range(1, count + 1)]

    def sends(self, number: int, years: Mapping[int, Any], **settings: str) -> None:
        """A unit sends its sheets; `settings` replace lines of its report.toml."""
        unit = dataclasses.replace(make.MINH_HOA, folder=self.units[number - 1], years=years)
        for year in years:
            make.write_year(self.data / unit.folder / str(year), unit, year)
            self.decides(number, year, **settings)

    def decides(self, number: int, year: int, **settings: str) -> None:
        """A unit's report.toml."""
        text = (ROOT / "data" / many_units.INVENTED / "2020" / "report.toml").read_text(encoding="utf-8")
        text = text.replace("2019-12-15", f"{year - 1}-12-15").replace("2020-12-14", f"{year}-12-14")
        for name, value in settings.items():
            text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
        folder = self.data / self.units[number - 1] / str(year)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.toml").write_text(text, encoding="utf-8")

    def reports(self, number: int, year: int, rows: list[tuple[str, str, str, str]]) -> None:
        """A unit sends indicators that it added up itself."""
        self.decides(number, year)
        with (self.data / self.units[number - 1] / str(year) / RECEIVED).open(
            "w", encoding="utf-8-sig", newline=""
        ) as file:
            csv.writer(file).writerows([("Mã", "Nội dung", "Đơn vị tính", "Số liệu"), *rows])

    def rolled(self, year: int = 2020) -> Rolled:
        """The roll-up of a year."""
        return Rolled(in_process.document(self.data, WHOLE, year, self.folder / "work"),
                      Stage(PROVINCE, WHOLE, year, "internal", self.data).folder(self.folder / "work"))  # fmt: skip


class Rolled:
    """A roll-up that was made: its prose by paragraphs, its tables and charts, its indicators and findings."""

    def __init__(self, document: dict[str, Any], folder: Path) -> None:
        blocks = list(blocks_of(document))
        self.document = document
        self.paragraphs = [plain_text(b["children"]) for b in blocks if b["type"] in ("paragraph", "heading")]
        self.prose = "\n".join(self.paragraphs)
        self.tables = [block for block in blocks if block["type"] == "table"]
        self.charts = [block for block in blocks if block["type"] == "figure"]
        self.findings = Findings.load(folder)
        self.csv = (folder / "indicators.csv").read_bytes()
        table = pd.read_parquet(folder / "indicators.parquet")
        self.whole = table[table["place"] == "VD"].set_index("code")

    def value(self, code: str, column: str = "value") -> float | None:
        """A number of the province; None if it is missing."""
        value = self.whole.loc[code, column]
        return None if pd.isna(value) else float(value)

    def says(self, start: str) -> str:
        """The paragraph that begins so."""
        return next(text for text in self.paragraphs if text.startswith(start))


@pytest.fixture
def province(tmp_path: Path) -> Callable[[int], Province]:
    """Make a province with so many units."""
    return lambda count: Province(tmp_path, count)


# --- Which units ------------------------------------------------------------------------------------------------


def test_districts_report_until_2024_and_communes_after():
    names = [unit.full_name for unit in units.reporting("dien-bien", 2020)]
    assert len(names) == 10
    assert names[:2] == ["thành phố Điện Biên Phủ", "thị xã Mường Lay"]  # in the order of their codes
    assert len(units.reporting("dien-bien", 2024)) == 10
    communes = units.reporting("dien-bien", 2026)
    assert len(communes) == 45
    assert {unit.level for unit in communes} == {"commune"}


def test_the_province_is_asked_for_by_its_path_and_by_its_name(tmp_path):
    for name in ("dien-bien/_tinh", "tỉnh Điện Biên"):
        (report,) = plan([name], [2020], None, False, ROOT / "data", tmp_path)
        assert report.target == tmp_path / "dien-bien" / "_tinh" / "2020"
        assert report.last.notebook == PROVINCE
        assert {stage.notebook for stage in report.stages[:-1]} == {CLEAN, INDICATORS}
        needed = [s for s in report.stages if s.notebook == INDICATORS and s.year in (2019, 2020)]
        assert list(report.last.needs) == needed


def test_a_province_makes_the_reports_of_its_units_and_then_its_own(tmp_path, province):
    made = province(2)
    for number in (1, 2):
        made.sends(number, {2020: counted(number)})
    paths = [report.unit.path for report in plan([], [2020], "vi-du", False, made.data, tmp_path / "out")]
    assert paths == [*made.units, WHOLE]
    shutil.rmtree(made.data / WHOLE / "2020")
    paths = [report.unit.path for report in plan([], [2020], "vi-du", False, made.data, tmp_path / "out")]
    assert paths == made.units


def test_a_province_has_no_entry_forms(province):
    made = province(1)
    made.sends(1, {2020: counted(1)})
    assert [unit.path for unit, _year in forms([], [2021], "vi-du", False, made.data)] == made.units
    with pytest.raises(UsageError, match="vi-du"):
        forms([WHOLE], [2021], None, False, made.data)


def test_what_a_unit_sends_makes_the_roll_up_anew(province):
    made = province(2)
    made.sends(1, {2020: counted(1)})
    key = Stage(PROVINCE, WHOLE, 2020, "internal", made.data).key
    made.sends(2, {2020: counted(2)})
    both = Stage(PROVINCE, WHOLE, 2020, "internal", made.data).key
    (made.data / made.units[0] / "2020" / "kinh-phi.csv").write_bytes(b"x")
    assert len({key, both, Stage(PROVINCE, WHOLE, 2020, "internal", made.data).key}) == 3


def test_a_working_copy_sets_each_notebook_to_a_unit_it_can_be_run_for(tmp_path):
    def first_line(report: Any, notebook: str) -> str:
        cells = json.loads(
            (WorkingCopy.make(report).folder / f"{notebook}.ipynb").read_text(encoding="utf-8")
        )["cells"]
        return next(
            "".join(c["source"]) for c in cells if "parameters" in c["metadata"].get("tags", [])
        ).split("\n")[0]

    (own,) = plan(["dien-bien/_tinh"], [2026], None, False, ROOT / "data", tmp_path / "out")
    assert '"dien-bien/_tinh"' in first_line(own, PROVINCE)
    assert '"dien-bien/xa-tuan-giao"' in first_line(own, "3_report")
    assert WorkingCopy.make(own).first == PROVINCE
    (unit,) = plan(["huyen-tuan-giao"], [2020], None, False, ROOT / "data", tmp_path / "out")
    assert '"dien-bien/_tinh"' in first_line(unit, PROVINCE)
    assert '"dien-bien/huyen-tuan-giao"' in first_line(unit, "1_clean")


# --- What they add up to ----------------------------------------------------------------------------------------

FEW = [[4, 4, 4, 1], *[[0, 0, 0, 0]] * (COMMUNES - 1)]
"""What only the first commune did."""
OF_WHOLE = {
    1: {2019: counted(1), 2020: counted(2)},
    2: {2019: counted(2), 2020: counted(3)},
    3: {2019: counted(3), 2020: counted(4, communication=FEW)},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Rolled:
    """The roll-up of three units that all sent their sheets, of two years."""
    made = Province(tmp_path_factory.mktemp("whole"), 3)
    for number, years in OF_WHOLE.items():
        made.sends(number, years)
    return made.rolled()


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Rolled:
    """The roll-up of four units, of which one took its figures earlier and one added them up itself."""
    made = Province(tmp_path_factory.mktemp("uneven"), 4)
    for number in (1, 2):
        made.sends(number, {2020: counted(number)})
    made.sends(3, {2020: counted(9)}, cutoff="2020-11-30")
    made.reports(4, 2020, SENT)
    return made.rolled()


def test_the_province_is_the_sum_of_its_units(whole):
    now, before = (sum(establishments(years[y]) for years in OF_WHOLE.values()) for y in (2020, 2019))
    found = [whole.value("B1", column) for column in ("value", "previous", "change")]
    assert found == [now, before, now - before]
    assert whole.value("D2") == 10 * (2 + 3 + 4)
    assert whole.value("D4") == 7.5
    assert f"Toàn tỉnh có {now} cơ sở" in whole.prose
    assert "Toàn bộ 03 đơn vị cấp huyện của tỉnh đã gửi số liệu năm 2020." in whole.prose


def test_a_percentage_is_made_from_the_sums_of_its_two_numbers(whole):
    now, before = (sum(establishments(years[y]) for years in OF_WHOLE.values()) for y in (2020, 2019))
    reached = 2 * COMMUNES + 1
    assert whole.value("C4") == reached
    assert whole.value("C5") == pytest.approx(100 * reached / (3 * COMMUNES))
    assert (whole.value("C5", "numerator"), whole.value("C5", "denominator")) == (reached, 3 * COMMUNES)
    assert whole.value("C5", "previous") == 100
    signed = sum(sum(row[3] for row in years[2020].communication) for years in OF_WHOLE.values())
    assert whole.value("C7") == pytest.approx(100 * signed / now)
    assert whole.value("C7", "previous") == pytest.approx(100 * 3 * COMMUNES / before)
    assert f"({reached}/{3 * COMMUNES})" in whole.prose


def test_the_units_rows_stand_in_the_table_of_the_roll_up_as_the_units_have_them(whole):
    rows = list(csv.DictReader(whole.csv.decode("utf-8-sig").splitlines()))
    assert {row["place"] for row in rows} == {"VD", "VD0001", "VD0002", "VD0003"}
    own = {row["place"]: float(row["value"]) for row in rows if row["code"] == "B1"}
    assert own == {"VD": sum(own.values()) / 2} | {
        f"VD000{number}": establishments(years[2020]) for number, years in OF_WHOLE.items()
    }


def test_equal_units_stand_together_and_rates_have_their_two_numbers(whole):
    said = whole.says("Tỷ lệ xã, thị trấn được tuyên truyền: cao nhất")
    everywhere = f"({COMMUNES}/{COMMUNES})"
    assert f"cao nhất là huyện Minh Họa 1 {everywhere} và huyện Minh Họa 2 {everywhere}, đều 100%" in said
    assert f"thấp nhất là huyện Minh Họa 3 (1/{COMMUNES}), 12,5%" in said


def test_persons_cases_and_breaches_are_never_put_in_an_order(whole):
    compared = whole.prose[
        whole.prose.index("So sánh giữa các đơn vị") : whole.prose.index("Nhận xét, đánh giá")
    ]
    names = whole.whole.loc[whole.whole["sensitive"], "name"]
    assert len(names) > 20
    assert not [name for name in names if f"{name}: " in compared]


def test_strengths_shortcomings_and_tasks_name_the_units_behind_them(whole):
    assert "Đơn vị nào cũng tổ chức kiểm tra liên ngành, tổng cộng 03 đợt." in whole.prose
    missed = "Chưa đạt chỉ tiêu được giao về tỷ lệ xã, thị trấn được tuyên truyền (80%): huyện Minh Họa 3."
    assert missed in whole.prose
    assert "Chỉ đạo 01 đơn vị chưa đạt có biện pháp nâng tỷ lệ xã, thị trấn được tuyên truyền." in whole.prose


def test_charts_show_units_and_the_whole_province_over_the_years(whole):
    multiples, lines, bars = whole.charts
    ends = {number: [establishments(years[y]) for y in (2019, 2020)] for number, years in OF_WHOLE.items()}
    for number, (before, now) in ends.items():
        assert f"Huyện Minh Họa {number}: năm 2019 là {before}; năm 2020 là {now} cơ sở" in multiples["alt"]
    assert "Được kiểm tra: năm 2019 là 60; năm 2020 là 90 lượt" in lines["alt"]
    assert "Huyện Minh Họa 3: cơ sở" in bars["alt"]


def test_a_unit_that_has_not_sent_is_named_and_no_smaller_total_looks_like_the_whole(province):
    made = province(3)
    made.sends(1, {2019: counted(1), 2020: counted(1)})
    made.sends(3, {2019: counted(3), 2020: counted(3)})
    found = made.rolled()
    assert found.value("B1") is None
    assert found.value("C5") is None
    assert (found.value("B1", "given"), found.value("B1", "partial")) == (2, 48 + 144)
    assert "Đã có 02/03 đơn vị cấp huyện gửi số liệu năm 2020; chưa gửi: huyện Minh Họa 2." in found.prose
    assert "192 cơ sở (tổng của 2/3 đơn vị đã gửi)" in found.prose
    assert "Toàn tỉnh có 192" not in found.prose
    assert "so với cùng kỳ" not in found.prose
    totals = [table["rows"][-1] for table in found.tables if table["rows"][-1][1] == "Toàn tỉnh"]
    assert set(totals[0][2:]) == {"-"}
    assert [f.rule for f in found.findings] == ["units-not-sent", *OF_THE_FORM]


def test_two_years_are_compared_only_if_every_unit_has_both(province):
    made = province(2)
    made.sends(1, {2019: counted(1), 2020: counted(1)})
    made.sends(2, {2020: counted(2)})
    found = made.rolled()
    assert found.value("B1") == 48 + 96
    assert found.value("B1", "previous") is None
    assert found.value("B1", "change") is None
    assert "Không so với năm 2019, vì huyện Minh Họa 2 chưa có số liệu năm 2019." in found.prose


def test_one_commune_of_45_is_said_to_be_one(tmp_path):
    found = Rolled(
        in_process.document(ROOT / "data", "dien-bien/_tinh", 2026, tmp_path / "work"),
        Stage(PROVINCE, "dien-bien/_tinh", 2026, "internal", ROOT / "data").folder(tmp_path / "work"),
    )
    said = "Đã có 01/45 đơn vị cấp xã gửi số liệu năm 2026; chưa gửi: 44 đơn vị nêu tại Phụ lục III kèm theo."
    assert said in found.prose
    names = [row[1] for row in found.tables[-1]["rows"]]
    assert len(names) == 45
    assert names == [unit.title_name for unit in units.reporting("dien-bien", 2026)]
    assert "tổng của 1/45 đơn vị đã gửi" in found.prose


# --- Units that do not use the tables ---------------------------------------------------------------------------

SENT = [
    ("B1", "Tổng số cơ sở", "cơ sở", "30"), ("C6", "Số cơ sở ký cam kết", "cơ sở", "12"),
    ("C7", "Tỷ lệ cơ sở ký cam kết", "%", "40"), ("D2", "Số lượt cơ sở được kiểm tra", "lượt", "25"),
]  # fmt: skip


def test_figures_that_a_unit_added_up_itself_are_taken_as_received_and_said_to_be(uneven):
    assert uneven.value("B1") == 6 * COMMUNES * (1 + 2 + 9) + 30
    assert uneven.value("C7") == pytest.approx(100 * (3 * COMMUNES + 12) / (6 * COMMUNES * 12 + 30))
    assert uneven.value("C1") is None  # the last unit gave no figure of it
    assert uneven.value("C1", "given") == 3
    assert "Số liệu của huyện Minh Họa 4 do đơn vị tự tổng hợp, nêu như đã nhận" in uneven.prose
    assert [row[2] for row in uneven.tables[-1]["rows"]] == ["Đã gửi", "Đã gửi", "Đã gửi", "Như đã nhận"]


def test_another_cut_off_and_received_figures_are_said_and_keep_a_unit_out_of_the_order(uneven):
    assert "huyện Minh Họa 3 (kỳ từ 15/12/2019 đến 14/12/2020, chốt ngày 30/11/2020)" in uneven.prose
    said = uneven.says("Tổng số cơ sở kinh doanh dịch vụ")
    assert "nhiều nhất là huyện Minh Họa 2, 96 cơ sở;" in said
    assert "ít nhất là huyện Minh Họa 1, 48 cơ sở;" in said
    assert said.endswith("không xếp: huyện Minh Họa 3 và huyện Minh Họa 4.")
    assert [f.rule for f in uneven.findings] == ["as-received", "units-differ", *OF_THE_FORM]


def test_another_term_for_the_same_column_is_said(province):
    made = province(3)
    for number in (1, 2, 3):
        made.sends(number, {2020: counted(number)})
    support = made.data / made.units[1] / "2020" / "kinh-phi.csv"
    text = support.read_text(encoding="utf-8-sig")
    support.write_text("Biểu kinh phí của các cơ sở nhạy cảm;\n" + text, encoding="utf-8-sig")
    found = made.rolled()
    assert "Cách gọi, cách thống kê khác nhau giữa các đơn vị: huyện Minh Họa 2 gọi “" in found.prose
    assert "nhạy cảm" in found.prose
    assert "units-differ" in [f.rule for f in found.findings]


@pytest.mark.parametrize(
    ("row", "rule", "cell"),
    [
        (("B99", "Không có", "cơ sở", "1"), "unknown-code", "A6"),
        (("E1", "Số vụ", "người", "1"), "other-unit-of-measure", "C6"),
        (("B1", "Tổng số cơ sở", "cơ sở", "1"), "line-count", "A6"),
        (("D1", "Số đợt", "đợt", "hai"), "not-a-number", "D6"),
        (("B3", "Số cơ sở nghi vấn", "cơ sở", "31"), "part-exceeds-whole", "D6"),
    ],
)
def test_what_cannot_be_among_received_figures_is_an_error_with_its_cell(province, row, rule, cell):
    made = province(1)
    made.reports(1, 2020, [*SENT, row])
    stage = Stage(CLEAN, made.units[0], 2020, "internal", made.data)
    with pytest.raises(InputError, match=RECEIVED):
        in_process.stage(stage, made.folder / "work")
    kept = Findings.load(stage.folder(made.folder / "work"))
    assert [(f.rule, f"{f.column}{f.row}") for f in kept.errors] == [(rule, cell)]


def test_a_sheet_beside_received_figures_is_asked_about(province):
    made = province(1)
    made.sends(1, {2020: counted(1)})
    made.reports(1, 2020, SENT)
    stage = Stage(CLEAN, made.units[0], 2020, "internal", made.data)
    in_process.stage(stage, made.folder / "work")
    sheets = [p.name for p in (made.data / made.units[0] / "2020").iterdir()]
    unread = [f.file for f in Findings.load(stage.folder(made.folder / "work")) if f.rule == "unread-file"]
    assert unread == [f"2020/{name}" for name in sorted(sheets) if name not in (RECEIVED, "report.toml")]


# --- Charts -----------------------------------------------------------------------------------------------------


def test_all_units_have_the_same_scale():
    panels = {
        name: pd.Series(values, index=[2018, 2019, 2020])
        for name, values in {"A": [1, 2, 3], "B": [80, 90, 100]}.items()
    }
    figure = figures.small_multiples(panels, "Tăng")
    limits = {axes.get_ylim() for axes in figure.axes if axes.lines}
    assert len(limits) == 1
    heights = [
        max(line.get_ydata()[-1] for line in axes.lines if len(line.get_ydata()))
        for axes in figure.axes
        if axes.lines
    ]
    assert heights == [3, 100]


def test_a_table_with_bars_draws_each_column_on_its_own_scale_and_writes_what_is_missing():
    figure = figures.bars_in_table(["A", "B", "C"], {"Cơ sở": [10, None, 20], "Tỷ lệ": [50.0, 100.0, None]}, "Nhiều",
                                   texts={"Tỷ lệ": ["50% (1/2)", "100%", "×"]})  # fmt: skip
    first, second = figure.axes
    assert [bar.get_width() for bar in first.patches] == [10, 0, 20]
    assert [text.get_text() for text in first.texts] == ["10", "-", "20"]
    assert [text.get_text() for text in second.texts] == ["50% (1/2)", "100%", "×"]
    assert first.get_xlim()[0] == second.get_xlim()[0] == 0
    assert [label.get_text() for label in first.get_yticklabels()] == ["A", "B", "C"]
    assert first.get_ylim()[0] > first.get_ylim()[1]  # the first name stands above


# --- Adding up, by itself ---------------------------------------------------------------------------------------


def dictionary(*entries: Indicator) -> Dictionary:
    return Dictionary({"B": "B"}, entries)


def entry(code: str, unit: str = "cơ sở", **more: Any) -> Indicator:
    return Indicator(code, code, unit, "stock", "B", sensitive=False, annex=True, **more)


def row(
    place: str, code: str, value: float | None, previous: float | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "code": code, "name": code, "unit_of_measure": "cơ sở", "kind": "stock", "place": place, "value": value,
        "numerator": None, "denominator": None, "previous": previous, "change": None, "target": None, "achieved": None,
        "comparable": previous is not None, "illustrative": False, "sensitive": False, "why_not": "", "suppressed": False,
        "previous_suppressed": False,
    } | more  # fmt: skip


def added(
    tables: Mapping[str, list[dict[str, Any]]],
    entries: Dictionary,
    before: Mapping[str, list[dict[str, Any]]] | None = None,
) -> Any:
    now, last = ({u: pd.DataFrame(rows) for u, rows in each.items()} for each in (tables, before or {}))
    none = pd.DataFrame({"code": [], "target": []})
    table = rollup.add_up(now, ["a", "b"], "P", entries, none, last, ["a", "b"] if last else [])
    return table[table["place"] == "P"].set_index("code")


def test_a_withheld_figure_withholds_the_total_and_what_the_others_add_up_to():
    one = added(
        {"a": [row("a", "B1", 3)], "b": [row("b", "B1", None, suppressed=True)]}, dictionary(entry("B1"))
    ).loc["B1"]
    assert one["suppressed"]
    assert pd.isna(one["value"])
    assert pd.isna(one["partial"])


@pytest.mark.parametrize("why", rollup.UNFAIR)
def test_one_unit_that_cannot_be_compared_makes_the_province_incomparable(why):
    tables = {"a": [row("a", "B1", 3, 2)], "b": [row("b", "B1", 4, 1, why_not=why, comparable=False)]}
    one = added(tables, dictionary(entry("B1"))).loc["B1"]
    assert (one["value"], one["why_not"], bool(one["comparable"])) == (7, why, False)
    assert pd.isna(one["change"])


MOVED = {
    "a": [row("a", "B1", 3, None, why_not="boundaries")],
    "b": [row("b", "B1", 4, None, why_not="boundaries")],
}
"""Two units between which a place moved."""
LAST = {"a": [row("a", "B1", 5)], "b": [row("b", "B1", 1)]}


def test_places_that_move_between_units_leave_the_province_comparable():
    one = added(MOVED, dictionary(entry("B1")), LAST).loc["B1"]
    assert (one["previous"], one["change"], one["why_not"], bool(one["comparable"])) == (6, 1, "", True)
    one = added(MOVED, dictionary(entry("B1")), {"a": LAST["a"]}).loc["B1"]
    assert pd.isna(one["previous"])  # one of the two sent nothing then


def test_a_count_of_places_is_compared_on_this_years_boundaries_only():
    places = Dictionary({"B": "B"}, [entry("B1", "xã")], {"part": "xã"})
    one = added(MOVED, places, LAST).loc["B1"]
    assert pd.isna(one["previous"])
    assert one["why_not"] == "boundaries"


def test_what_does_not_add_up_has_no_row_for_the_province():
    tables = {"a": [row("a", "K5", 4)], "b": [row("b", "K5", 2)]}
    assert added(tables, dictionary(entry("K5", "quý", adds_up=False))).empty


def test_amounts_add_up_as_decimals():
    one = added({"a": [row("a", "I1", 20.1)], "b": [row("b", "I1", 0.2)]}, dictionary(entry("I1"))).loc["I1"]
    assert one["value"] == 20.3


def test_the_order_leaves_out_what_is_missing():
    assert rollup.ranked({"a": 1, "b": None, "c": 2, "d": 2}) == [(2.0, ["c", "d"]), (1.0, ["a"])]


# --- As a person runs it ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run_once(
    tmp_path_factory: pytest.TempPathFactory, pipeline: Callable[..., Any]
) -> tuple[Province, Path, Any]:
    """A province of three units run by the command line, in both editions."""
    folder = tmp_path_factory.mktemp("province")
    made = Province(folder, 3)
    for number in (1, 2, 3):
        made.sends(number, {2020: counted(number)})
    done = pipeline(
        "run", "--province", "vi-du", "--year", "2020", "--edition", "internal,public",
        "--data", made.data, "--outputs", folder / "out",
    )  # fmt: skip
    return made, folder / "out", done


def test_a_run_of_a_province_leaves_all_reports_and_the_roll_up(run_once):
    made, outputs, done = run_once
    assert done.code == 0, done.err
    for unit in (*made.units, WHOLE):
        assert {"report.html", "report.pdf", "indicators.csv"} <= {
            p.name for p in (outputs / unit / "2020").iterdir()
        }
    assert json.loads((outputs / WHOLE / "2020" / "run.json").read_bytes())["unit"]["name"] == "tỉnh Ví Dụ"


def test_the_public_roll_up_withholds_what_the_units_withhold_and_orders_none_of_it(run_once):
    _made, outputs, _done = run_once
    with (outputs / "public" / WHOLE / "2020" / "indicators.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        rows = [line for line in csv.DictReader(file) if line["code"] == "E1"]
    shown = {line["place"]: (line["value"], line["suppressed"]) for line in rows}
    assert shown == {"VD": ("6", "false")} | {f"VD000{number}": ("", "true") for number in (1, 2, 3)}
    page = (outputs / "public" / WHOLE / "2020" / "report.html").read_text(encoding="utf-8")
    assert "Bản công khai" in page
    assert ">×<" in page
    assert "Bản công khai" not in (outputs / WHOLE / "2020" / "report.html").read_text(encoding="utf-8")


def test_two_runs_give_the_same_bytes(run_once, tmp_path, pipeline):
    made, outputs, _done = run_once
    data = shutil.copytree(made.data, tmp_path / "elsewhere")
    again = pipeline("run", "--unit", WHOLE, "--year", "2020", "--data", data, "--outputs", tmp_path / "out")
    assert again.code == 0, again.err
    first, second = (folder / WHOLE / "2020" for folder in (outputs, tmp_path / "out"))
    names = sorted(
        path.name for path in first.iterdir() if path.name != "da-cong-bo.csv"
    )  # of the public edition
    assert sorted(path.name for path in second.iterdir()) == names
    assert [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()] == []
    assert not list((tmp_path / "out").glob("vi-du/huyen-*"))


def test_a_unit_that_fails_stops_the_roll_up_and_is_named(run_once, tmp_path, pipeline):
    made, outputs, _done = run_once
    data = shutil.copytree(made.data, tmp_path / "data")
    (data / made.units[2] / "2020" / "kinh-phi.csv").write_bytes(b"")
    again = shutil.copytree(outputs, tmp_path / "out")
    done = pipeline(
        "run", "--province", "vi-du", "--year", "2020", "--data", data, "--outputs", again, "--lang", "en"
    )
    assert done.code == 1, done.err
    assert (
        f"tỉnh Ví Dụ 2020 reads the figures of other units too, and {made.units[2]} 2020 failed" in done.err
    )
    assert (again / WHOLE / "2020" / "BAN-CU.txt").exists()
    assert not (again / made.units[0] / "2020" / "BAN-CU.txt").exists()


def test_status_names_the_unit_behind_each_step(run_once, tmp_path, pipeline):
    made, _outputs, _done = run_once
    done = pipeline(
        "status",
        "--unit",
        WHOLE,
        "--year",
        "2020",
        "--data",
        made.data,
        "--outputs",
        tmp_path,
        "--lang",
        "en",
    )
    assert f"2_indicators {made.units[0]} 2020" in done.out
    assert "4_province 2020" in done.out
