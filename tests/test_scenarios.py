"""What the report says of units whose figures are all zero, all missing, one, short of every target, and so on.

The units are generated, in the invented province; their spreadsheets are written as offices write them and go through all
three notebooks. What the text must say is written here from the rules of official Vietnamese, not taken from the code.
"""

from __future__ import annotations

import dataclasses
import importlib
import itertools
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import in_process
import pandas as pd
import pytest
from conftest import ROOT, UNIT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from baocao.analysis.findings import NOTE, Findings
from baocao.analysis.stages import INDICATORS, REPORT, Stage
from baocao.analysis.vietnamese import figures_in
from baocao.analysis.workspace import Workspace
from baocao.errors import InputError
from baocao.pipeline.assemble import assemble, blocks_of
from baocao.pipeline.blocks import plain_text

sys.path.append(str(ROOT / "data"))
make = importlib.import_module("make_illustrative")

INVENTED = make.MINH_HOA.folder
COMMUNES = len(make.MINH_HOA.communes)
ZERO, MISSING = make.Figures.filled(0, COMMUNES), make.Figures.filled(None, COMMUNES)
NARRATIVE = "".join(
    f"## {id}\n\nĐoạn văn của mục này.\n\n"
    for id in ("uu-diem", "ton-tai", "nguyen-nhan", "phuong-huong", "kien-nghi")
)


def in_first_commune(figures: list[float], rows: int = COMMUNES) -> list[list[float]]:
    """These figures in the first commune, zero in all others."""
    return [figures, *[[0] * len(figures) for _ in range(rows - 1)]]


ONE = make.Figures(
    establishments=in_first_commune([0, 1, 0, 0, 0, 0]),
    communication=in_first_commune([1, 1, 1, 1]),
    officers=in_first_commune([1, 1, 1]),
    inspections=[[5, 1, 1, 0, 1, 0, 0, 2.5]],
    budget=[0, 0, 1, 0],
    cases=[1] * 9,
    support=[1, 0, 0, 0, 0],
)
"""One of everything, all in one place."""


class Report:
    """A generated report: its prose, its headings with the prose below them, its tables and charts."""

    def __init__(self, document: dict[str, Any]) -> None:
        blocks = list(blocks_of(document))
        self.prose = "\n".join(
            plain_text(block["children"]) for block in blocks if block["type"] in ("paragraph", "heading")
        )
        self.tables = [block for block in blocks if block["type"] == "table"]
        self.charts = [block for block in blocks if block["type"] == "figure"]
        self.document = document
        self.findings: list[Any] = []

    def section(self, heading: str) -> str:
        """The prose under a heading."""
        lines = self.prose.splitlines()
        headings = [plain_text(b["children"]) for b in blocks_of(self.document) if b["type"] == "heading"]
        rest = lines[lines.index(heading) + 1 :]
        return "\n".join(itertools.takewhile(lambda line: line not in headings, rest))

    def cells(self) -> list[str]:
        """The figures of all tables."""
        rows = [row for table in self.tables for row in table["rows"] if not isinstance(row, str)]
        return [cell for row in rows for cell in row[3 if len(row) < 8 else 2 :]]


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., Report]:
    """Make the report for 2020 of the invented district with these figures by year."""

    def build(
        years: dict[int, Any],
        *,
        cutoff: str = "",
        targets: dict[str, float] | None = None,
        next_targets: dict[str, float] | None = None,
        narrative: str | None = NARRATIVE,
        change: Callable[[pd.DataFrame, pd.DataFrame], None] | None = None,
    ) -> Report:
        data = tmp_path / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("dien-bien", "huyen-*", "*.py"))
        lines = ["province,year,code,target,unit,wording,source,verified,note"]
        lines += [f"vi-du,2020,{code},{target},,,,false," for code, target in (targets or {}).items()]
        lines += [
            f"vi-du,2021,{code},{target},%,mục tiêu {code},,false,"
            for code, target in (next_targets or {}).items()
        ]
        (data / "targets.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        unit = dataclasses.replace(make.MINH_HOA, years=years)
        for year in years:
            folder = data / INVENTED / str(year)
            make.write_year(folder, unit, year)
            settings = (ROOT / "data" / INVENTED / "2020" / "report.toml").read_text(encoding="utf-8")
            settings = settings.replace("2019-12-15", f"{year - 1}-12-15").replace(
                "2020-12-14", f"{year}-12-14"
            )
            if cutoff and year == 2020:
                settings = re.sub(r"(?m)^cutoff = .*$", f"cutoff = {cutoff}", settings)
            (folder / "report.toml").write_text(settings, encoding="utf-8")
            if narrative is not None:
                (folder / "narrative.md").write_text(narrative, encoding="utf-8")
        work = tmp_path / "work"
        if change:  # the tables that 3_report reads
            stage = Stage(INDICATORS, INVENTED, 2020, "internal", data)
            shutil.rmtree(stage.folder(work), ignore_errors=True)
            in_process.stage(stage, work)
            tables = {
                name: pd.read_parquet(stage.folder(work) / f"{name}.parquet")
                for name in ("indicators", "series")
            }
            change(*tables.values())
            for name, table in tables.items():
                table.to_parquet(stage.folder(work) / f"{name}.parquet", index=False)
        made = Report(in_process.document(data, INVENTED, 2020, work))
        made.findings = list(Findings.load(Stage(REPORT, INVENTED, 2020, "internal", data).folder(work)))
        return made

    return build


def assert_well_formed(prose: str) -> None:
    """What no figures may do to sentences."""
    for fault in (
        "None",
        "nan",
        "<NA>",
        "  ",
        " ,",
        " .",
        "..",
        ";.",
        ",.",
        ": .",
        "()",
        "gồm: .",
        " 00",
        "(;",
        "; )",
    ):
        assert fault not in prose.replace("./.", ""), fault
    for sentence in prose.splitlines():
        assert not sentence or sentence[0].isupper() or sentence[0] in "(“", sentence


# --- All zero, all missing, one -------------------------------------------------------------------------------


def test_all_zero_says_that_there_is_nothing_and_prints_no_percentage(report):
    made = report({2019: ZERO, 2020: ZERO})
    for sentence in (
        "không phát hiện người bán dâm hoạt động trên địa bàn huyện (0 người; không thay đổi so với cùng kỳ năm 2019).",
        "Toàn huyện không có tụ điểm, địa bàn phức tạp về mại dâm.",
        "Toàn huyện không có cơ sở kinh doanh dịch vụ dễ phát sinh tệ nạn mại dâm",
        "Trong kỳ báo cáo chưa bố trí kinh phí riêng cho công tác phòng, chống mại dâm.",
        "toàn huyện chưa tổ chức hoạt động tuyên truyền nào.",
        "Đội kiểm tra liên ngành của huyện chưa tổ chức đợt kiểm tra nào.",
        "Trong kỳ báo cáo không có tin báo, tố giác nào về mại dâm.",
        "Năm 2020 không phát hiện vụ việc mại dâm nào trên địa bàn huyện.",
    ):
        assert sentence in made.prose, sentence
    assert "%" not in made.prose
    assert "Chưa có số liệu" not in made.prose
    assert [f.written for f in figures_in(made.prose, []) if f.value == 0] == ["0"]
    assert not {chart["caption"].split(",")[0] for chart in made.charts} & {
        "Cơ sở kinh doanh dịch vụ theo loại hình"
    }
    assert_well_formed(made.prose)


def test_the_communes_left_out_are_listed_as_vietnamese_lists_them(report):
    left_out = make.MINH_HOA.communes[1:]
    made = report({2020: ONE})
    assert (
        "Trong kỳ còn 07/08 xã, thị trấn chưa được tuyên truyền trực tiếp hoặc qua phát thanh về phòng, chống mại dâm: "
        + ", ".join(left_out[:-1]) + f" và {left_out[-1]}."
    ) in made.prose  # fmt: skip
    assert "Trong kỳ, cả 08 xã, thị trấn đều chưa được tuyên truyền" in report({2020: ZERO}).prose


def test_all_missing_says_so_and_states_no_figure_at_all(report):
    made = report({2019: MISSING, 2020: MISSING})
    for sentence in (
        "Đến ngày 14 tháng 12 năm 2020, chưa có số liệu về người bán dâm hoạt động trên địa bàn huyện.",
        "Chưa có số liệu về tụ điểm",
        "Chưa có đủ số liệu về cơ sở kinh doanh dịch vụ dễ phát sinh tệ nạn mại dâm",
        "Chưa có đủ số liệu về kinh phí",
        "Chưa có đủ số liệu về hoạt động tuyên truyền trong kỳ báo cáo; chưa có đủ số liệu về số xã, thị trấn được tuyên truyền.",
        "Chưa có đủ số liệu về cơ sở kinh doanh dịch vụ ký cam kết.",
        "Chưa có đủ số liệu về hỗ trợ người bán dâm.",
        "Chưa có số liệu về kiểm tra liên ngành của huyện trong kỳ báo cáo.",
        "Chưa có số liệu về tin báo, tố giác về mại dâm trong kỳ báo cáo.",
        "Chưa có số liệu về số vụ mại dâm bị phát hiện, triệt phá trên địa bàn huyện năm 2020.",
        "chưa có số liệu về người bán dâm bị xử phạt; chưa có số liệu về người mua dâm bị xử phạt.",
        "Chưa có số liệu về cơ sở nghi có hoạt động mại dâm.",
    ):
        assert sentence in made.prose, sentence
    for claim in (
        "không phát hiện",
        "không có",
        "so với cùng kỳ",
        "%",
        "chưa tổ chức",
        "chưa được tuyên truyền",
    ):
        assert claim not in made.prose, claim
    assert figures_in(made.prose, []) == []
    assert set(made.cells()) <= {
        "-",
        "1",
    }  # the wave of inspections that somebody wrote down without a figure
    assert made.charts == []
    assert_well_formed(made.prose)


def test_one_of_everything_is_told_in_the_singular_and_as_new(report):
    made = report({2019: ZERO, 2020: ONE})
    new = "phát sinh mới so với cùng kỳ năm 2019"
    for sentence in (
        f"trên địa bàn huyện có 01 người bán dâm hoạt động ({new}).",
        f"Toàn huyện có 01 tụ điểm, địa bàn phức tạp về mại dâm ({new}).",
        f"Toàn huyện có 01 cơ sở kinh doanh dịch vụ dễ phát sinh tệ nạn mại dâm ({new}), là nhà nghỉ",
        "Cơ sở này hoạt động tại thị trấn Minh Họa.",
        f"tổ chức 01 buổi tuyên truyền trực tiếp ({new}), phát thanh 01 lượt và phát, treo 01 tờ rơi",
        "có 01/08 xã, thị trấn được tuyên truyền (12,5%)",
        "Qua vận động, 01/01 cơ sở kinh doanh dịch vụ ký cam kết",
        f"tổ chức 01 đợt, kiểm tra 01 lượt cơ sở ({new}); qua kiểm tra phát hiện 01 lượt cơ sở vi phạm ({new})",
        "phạt tiền 2,5 triệu đồng.",
        f"tiếp nhận 01 tin báo, tố giác về mại dâm ({new}), đã xử lý xong.",
        f"Năm 2020 phát hiện, triệt phá 01 vụ mại dâm ({new}), xử lý 01 đối tượng.",
        f"xử phạt vi phạm hành chính 01 người bán dâm ({new}) và 01 người mua dâm ({new}).",
        "Toàn huyện mới có 01 cán sự làm công tác phòng, chống tệ nạn xã hội, chỉ ở thị trấn Minh Họa.",
        f"Cơ sở này nghi có hoạt động mại dâm ({new}).",
    ):
        assert sentence in made.prose, sentence
    for plural in ("Các cơ sở này", "toàn bộ 01", "mỗi loại"):
        assert plural not in made.prose
    assert not re.search(r"(tăng|giảm) [^.;)]*%", made.prose)
    assert_well_formed(made.prose)


def test_several_establishments_in_one_commune_are_all_there(report):
    several = dataclasses.replace(ONE, establishments=in_first_commune([0, 2, 1, 0, 0, 0]))
    made = report({2020: several})
    assert "Các cơ sở này đều hoạt động tại thị trấn Minh Họa." in made.prose


# --- Comparisons ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (2, 5, "phát hiện, triệt phá 05 vụ mại dâm (tăng 03 vụ so với cùng kỳ năm 2019)"),
        (5, 2, "phát hiện, triệt phá 02 vụ mại dâm (giảm 03 vụ so với cùng kỳ năm 2019)"),
        (12, 12, "phát hiện, triệt phá 12 vụ mại dâm (không thay đổi so với cùng kỳ năm 2019)"),
        (0, 2, "phát hiện, triệt phá 02 vụ mại dâm (phát sinh mới so với cùng kỳ năm 2019)"),
        (2, 0, "không phát hiện vụ việc mại dâm nào trên địa bàn huyện (giảm 02 vụ so với cùng kỳ năm 2019)"),
        (0, 0, "không phát hiện vụ việc mại dâm nào trên địa bàn huyện."),
        (None, 2, "phát hiện, triệt phá 02 vụ mại dâm, "),
        (
            1200,
            2434,
            "phát hiện, triệt phá 2.434 vụ mại dâm (tăng 1.234 vụ, tức 102,8%, từ 1.200 lên 2.434, so với cùng kỳ năm 2019)",
        ),
    ],
)
def test_a_change_is_told_by_rule(report, before, now, said):
    def cases(number):
        others = 1 if number else 0  # nobody was handled where nothing was found
        return dataclasses.replace(ONE, cases=[1, 1, 1, number, others, 1, 1, others, others])

    assert said in report({2019: cases(before), 2020: cases(now)}).prose


@pytest.mark.parametrize("years", [{2020: ONE}, {2018: ONE, 2020: ONE}, {2019: MISSING, 2020: ONE}])
def test_without_last_years_figures_nothing_is_compared(report, years):
    made = report(years)
    assert "so với" not in made.prose
    assert "phát sinh mới" not in made.prose
    assert made.charts
    assert all("so với" not in chart["alt"] for chart in made.charts)  # it begins with the picture's title
    headers = [cell["text"] for table in made.tables for row in table["header"] for cell in row]
    assert not {"Năm 2019", "Tăng (+), giảm (-)"} & set(headers)
    assert_well_formed(made.prose)


# --- What charts claim; missing and contradictory figures -----------------------------------------------------


def test_a_chart_claims_no_maximum_of_what_is_not_all_reported(report):
    some = [[3, 1, None, 0, 0, 0], *[[0, 1, 0, 0, 0, 0] for _ in range(COMMUNES - 1)]]
    made = report({2020: dataclasses.replace(ONE, establishments=some)})
    by_type, by_commune, *_others = [chart["alt"] for chart in made.charts]
    assert by_type.startswith("Trong số đã báo cáo: nhà nghỉ nhiều nhất, 8 cơ sở.")
    assert by_type.endswith("Chưa có đủ số liệu: cơ sở karaoke.")
    assert by_commune.startswith("Trong số đã báo cáo: có 7 nơi cùng nhiều nhất, mỗi nơi 1 cơ sở.")
    assert by_commune.endswith("Chưa có đủ số liệu: thị trấn Minh Họa.")


def test_chart_titles_state_the_finding_from_the_same_figures(report):
    years = {2018: ZERO, 2019: ONE, 2020: make.MINH_HOA.years[2020]}
    made = report(years, targets={"C5": 80})
    alts = [chart["alt"] for chart in made.charts]
    assert len(alts) == 5
    assert alts[0].startswith("Nhà nghỉ nhiều nhất, 16/47 cơ sở. Biểu đồ thanh ngang")
    assert alts[1].startswith("47 cơ sở năm 2020, tăng 46 cơ sở so với cùng kỳ năm 2019. Biểu đồ đường")
    assert alts[1].endswith("năm 2018 là 0; năm 2019 là 1; năm 2020 là 47.")
    assert alts[2].startswith("Thị trấn Minh Họa nhiều nhất, 27/47 cơ sở. Biểu đồ nhiều ô nhỏ")
    assert "Thị trấn Minh Họa: năm 2018 là 0; năm 2019 là 1; năm 2020 là 27. " in alts[2]
    assert alts[3].startswith("7/8 xã, thị trấn được tuyên truyền, vượt chỉ tiêu được giao là 80%. ")
    assert alts[4].startswith("46 lượt kiểm tra, tăng 45 lượt so với năm 2019; 6 lượt cơ sở vi phạm. ")
    assert all(chart["caption"] and chart["source"] for chart in made.charts)


def test_a_chart_does_not_compare_with_a_year_it_does_not_show(report):
    unknown = dataclasses.replace(ONE, inspections=[[5, None, None, 0, 0, 0, 0, 0]])
    made = report({2018: ONE, 2019: unknown, 2020: ONE})
    (inspections,) = [chart for chart in made.charts if "Kiểm tra liên ngành" in chart["caption"]]
    assert inspections["alt"].startswith("1 lượt kiểm tra năm 2020; 1 lượt cơ sở vi phạm. ")
    assert "các năm 2018 và 2020" in inspections["caption"]


def test_what_is_missing_is_said_beside_what_is_known(report):
    some = dataclasses.replace(
        ONE,
        communication=[[None, 1, 1, 1], *ONE.communication[1:]],
        cases=[1, 1, None, 1, 1, 1, 1, 2, None],
    )
    made = report({2020: some})
    assert (
        "phát thanh 01 lượt và phát, treo 01 tờ rơi, pano, áp phích; chưa có đủ số liệu về số buổi"
        in made.prose
    )
    assert "02 người bán dâm; chưa có số liệu về người mua dâm bị xử phạt." in made.prose
    assert "Chưa có số liệu về cơ sở nghi có hoạt động mại dâm." in made.prose


def test_what_fell_to_nothing_is_told(report):
    made = report({2019: ONE, 2020: dataclasses.replace(ONE, cases=[0] * 9, support=[0] * 5)})
    fallen = "so với cùng kỳ năm 2019)"
    for said in (
        f"(0 người; giảm 01 người {fallen}",
        f"không có tụ điểm, địa bàn phức tạp về mại dâm (giảm 01 tụ điểm {fallen}",
        f"Không có cơ sở nào nghi có hoạt động mại dâm (giảm 01 cơ sở {fallen}",
        f"không có lượt người bán dâm nào được hỗ trợ (giảm 01 lượt người {fallen}",
        f"không có tin báo, tố giác nào về mại dâm (giảm 01 tin {fallen}",
        f"không có người bán dâm bị xử phạt (giảm 01 người {fallen}",
        f"không có người mua dâm bị xử phạt (giảm 01 người {fallen}",
    ):
        assert said in made.prose, said


def test_persons_without_a_case_are_neither_dropped_nor_denied(report):
    made = report({2020: dataclasses.replace(ONE, cases=[0, 0, 0, 0, 3, 0, 0, 2, 0])})
    assert (
        "Năm 2020 không phát hiện vụ việc mại dâm mới trên địa bàn huyện, xử lý 03 đối tượng." in made.prose
    )
    assert "xử phạt vi phạm hành chính 02 người bán dâm." in made.prose


def test_a_target_for_persons_or_cases_is_neither_met_nor_missed(report):
    made = report({2020: ONE}, targets={"A1": 0, "E1": 5})
    assert "chỉ tiêu được giao" not in made.prose[made.prose.index("Ưu điểm") :]


def test_a_share_that_rounds_to_its_target_shows_more_decimals(report):
    some = dataclasses.replace(
        ONE,
        establishments=in_first_commune([0, 2500, 0, 0, 0, 0]),
        communication=in_first_commune([1, 1, 1, 1999]),
    )
    made = report({2020: some}, targets={"C7": 80})
    assert "(79,960%; chưa đạt chỉ tiêu được giao là 80%)" in made.prose


def test_a_share_of_nothing_needs_no_assessment(report):
    made = report({2020: ZERO}, targets={"C7": 80})
    assert "đánh giá chỉ tiêu" not in made.prose


def test_another_cut_off_last_year_is_told(report):
    made = report({2019: ONE, 2020: ONE}, cutoff="2020-11-05")
    assert (
        "(số liệu tính đến ngày 05 tháng 11 năm 2020; số liệu năm 2019 để so sánh tính đến ngày 14 tháng 12 năm 2019) "
        "như sau:"
    ) in made.prose
    assert "để so sánh" not in report({2019: ONE, 2020: ONE}).prose


# --- Targets, cut-off -----------------------------------------------------------------------------------------

TARGETS = {"C5": 50, "C7": 150, "D2": 2, "C1": 3}


def test_every_target_missed_is_told_where_it_belongs(report):
    made = report({2020: ONE}, targets=TARGETS)
    missed = made.prose[made.prose.index("Tồn tại, hạn chế") :]
    for said in (
        "tỷ lệ xã, thị trấn được tuyên truyền đạt 12,5% (01/08 xã, thị trấn; chỉ tiêu được giao: 50%)",
        "tỷ lệ cơ sở ký cam kết đạt 100% (01/01 cơ sở; chỉ tiêu được giao: 150%)",
        "số lượt cơ sở được kiểm tra là 01 lượt (chỉ tiêu được giao: 02 lượt)",
        "số buổi tuyên truyền trực tiếp là 01 buổi (chỉ tiêu được giao: 03 buổi)",
    ):
        assert said in missed, said
    assert "(12,5%; chưa đạt chỉ tiêu được giao là 50%)" in made.prose
    assert "Hoàn thành chỉ tiêu" not in made.prose
    assert "vượt chỉ tiêu" not in made.prose


def test_targets_met_exactly_or_exceeded_are_strengths(report):
    made = report({2020: ONE}, targets={"C5": 12.5, "C7": 90, "D2": 1, "C1": 1})
    strengths = made.prose[made.prose.index("Ưu điểm") : made.prose.index("Tồn tại, hạn chế")]
    assert strengths.count("chỉ tiêu được giao:") == 4
    assert "(12,5%; đạt chỉ tiêu được giao là 12,5%)" in made.prose
    assert "(100%; vượt chỉ tiêu được giao là 90%)" in made.prose
    assert "chưa đạt chỉ tiêu" not in made.prose


def test_a_target_without_a_figure_is_neither_met_nor_missed(report):
    made = report({2020: MISSING}, targets=TARGETS)
    assert "Chưa có số liệu để đánh giá chỉ tiêu được giao năm 2020: " in made.prose
    assert "đạt chỉ tiêu" not in made.prose
    assert "hoàn thành chỉ tiêu" not in made.prose.lower()


def test_figures_taken_before_the_periods_end_make_no_claim_about_the_year(report):
    made = report({2020: ZERO}, cutoff="2020-11-05")
    assert "trên địa bàn huyện (số liệu tính đến ngày 05 tháng 11 năm 2020) như sau:" in made.prose
    assert "Năm 2020 (tính đến ngày 05/11/2020) không phát hiện vụ việc" in made.prose
    assert "đến ngày 05 tháng 11 năm 2020, không phát hiện người bán dâm" in made.prose
    assert "Năm 2020 không phát hiện" not in made.prose
    assert "14 tháng 12" not in made.prose


# --- Any figures ----------------------------------------------------------------------------------------------


def rows(width: int, count: int) -> st.SearchStrategy:
    return st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 13, None]), min_size=width, max_size=width),
        min_size=count,
        max_size=count,
    )


FIGURES = st.builds(
    make.Figures,
    establishments=rows(6, COMMUNES),
    communication=rows(4, COMMUNES),
    officers=rows(3, COMMUNES),
    inspections=rows(1, 3).map(lambda waves: [[month, *wave, 0, 0, 0, 0, 0, 0] for month, wave in enumerate(waves, 1)]),
    budget=st.lists(st.sampled_from([0, 2.5, 1200, None]), min_size=4, max_size=4),
    cases=st.tuples(*[st.sampled_from([0, 1, 4, None])] * 2, st.just(0), *[st.sampled_from([0, 1, 4, None])] * 2,
                    st.just(4), *[st.sampled_from([0, 1, 4, None])] * 3),
    support=st.lists(st.sampled_from([0, 1, None]), min_size=5, max_size=5),
)  # fmt: skip


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(before=FIGURES, now=FIGURES)
def test_any_figures_make_whole_sentences_that_say_what_the_cells_hold(report, before, now):
    made = report({2019: before, 2020: now})
    assert_well_formed(made.prose)
    persons, _spots, _suspected, cases, *_rest = now.cases
    assert ("không phát hiện người bán dâm" in made.prose) == (persons == 0)
    assert ("không phát hiện vụ việc" in made.prose) == (cases == 0)
    assert ("Chưa có số liệu về số vụ mại dâm" in made.prose) == (cases is None)
    known = [figure for row in now.establishments for figure in row]
    if None in known:
        assert "Chưa có đủ số liệu về cơ sở kinh doanh dịch vụ dễ phát sinh" in made.prose
    elif sum(known):
        total = f"{sum(known):02}"
        assert f"Toàn huyện có {total} cơ sở" in made.prose
    else:
        assert "Toàn huyện không có cơ sở" in made.prose
    for figure in re.findall(r"(?<![\d.,/])0\d(?![\d.,%])", made.prose):
        assert figure != "00"
    for cell in made.cells():
        assert re.fullmatch(r"-|[+-]?\d{1,3}(\.\d{3})*(,\d)?", cell), cell
        assert not re.match(r"[+-]?0\d", cell)


# --- Sentences that the figures suggest -----------------------------------------------------------------------


def officers(*by_commune: int) -> list[list[int]]:
    return [[number, 0, 0] for number in (*by_commune, *[0] * (COMMUNES - len(by_commune)))]


REACHED = [[1, 1, 1, 0] for _ in range(COMMUNES)]
EVERYWHERE = dataclasses.replace(
    ONE,
    communication=[[1, 1, 1, 1], *REACHED[1:]],
    officers=officers(*[1] * COMMUNES),
    inspections=[[5, 4, 0, 0, 0, 0, 0, 0]],
)
"""Every commune reached and with an officer, nothing found by four inspections."""

SUGGESTED = [
    ("Tồn tại, hạn chế", "Toàn huyện chưa có cán sự làm công tác", ZERO, EVERYWHERE),
    ("Tồn tại, hạn chế", "Trong kỳ còn 07/08 xã, thị trấn chưa được tuyên truyền", ONE, EVERYWHERE),
    ("Tồn tại, hạn chế", "Trong kỳ báo cáo chưa tổ chức kiểm tra liên ngành.", ZERO, ONE),
    ("Tồn tại, hạn chế", "Trong kỳ báo cáo chưa bố trí kinh phí riêng cho", ZERO, ONE),
    (
        "Tồn tại, hạn chế",
        "Còn 02/03 tin báo, tố giác chưa xử lý xong trong kỳ.",
        dataclasses.replace(ONE, cases=[1, 1, 1, 1, 1, 3, 1, 1, 1]),
        ONE,
    ),
    (
        "Tồn tại, hạn chế",
        "Số lượt cơ sở vi phạm là 02 lượt, tăng 01 lượt so với cùng kỳ năm 2019.",
        dataclasses.replace(ONE, inspections=[[5, 4, 2, 0, 2, 0, 0, 3]]),
        ONE,
    ),
    (
        "Tồn tại, hạn chế",
        "nhưng tỷ lệ cơ sở ký cam kết giảm 50 điểm phần trăm so với cùng kỳ năm 2019, còn 50% (01/02 cơ sở).",
        dataclasses.replace(ONE, establishments=in_first_commune([0, 2, 0, 0, 0, 0])),
        ONE,
    ),
    ("Ưu điểm", "đã đến tất cả 08 xã, thị trấn.", EVERYWHERE, ONE),
    ("Ưu điểm", "Tin báo, tố giác tiếp nhận trong kỳ đã được xử lý xong.", ONE, ZERO),
    (
        "Ưu điểm",
        "trong khi số lượt cơ sở được kiểm tra không giảm (04 lượt; tăng 03 lượt so với cùng kỳ năm 2019).",
        EVERYWHERE,
        dataclasses.replace(ONE, inspections=[[5, 0, 0, 0, 0, 0, 0, 0]]),
    ),
    ("PH", "Phấn đấu trong năm 2021 xử lý xong 01 tin báo, tố giác còn lại của năm 2020.",
     dataclasses.replace(ONE, cases=[1, 1, 1, 1, 1, 2, 1, 1, 1]), ONE),
    ("PH", "Phấn đấu trong năm 2021 từng bước bố trí cán sự làm công tác phòng, chống tệ nạn xã hội tại 07 xã, thị trấn",
     ONE, EVERYWHERE),
    ("PH", "Phấn đấu trong năm 2021 tuyên truyền đến 07 xã, thị trấn chưa được tuyên truyền trong năm 2020: ", ONE, EVERYWHERE),
]  # fmt: skip
"""A section, a sentence in it, figures that suggest it, and figures that do not."""


def test_a_sentence_is_there_only_where_the_figures_support_it(report):
    made: dict[int, Report] = {}
    for section, sentence, where, where_not in SUGGESTED:
        heading = "Phương hướng, nhiệm vụ trọng tâm năm 2021" if section == "PH" else section
        for figures in (where, where_not, MISSING):
            if id(figures) not in made:
                made[id(figures)] = report({2019: ONE, 2020: figures})
                assert_well_formed(made[id(figures)].prose)
            assert (sentence in made[id(figures)].section(heading)) == (figures is where), sentence


def test_next_years_targets_name_the_gap_and_what_was_missed_is_proposed_again(report):
    made = report({2020: ONE}, targets={"D2": 2, "C5": 50}, next_targets={"C5": 60})
    ahead = made.section("Phương hướng, nhiệm vụ trọng tâm năm 2021")
    gap = "Phấn đấu năm 2021: 60% mục tiêu C5 (năm 2020 đạt 12,5%, 01/08 xã, thị trấn; cần tăng 47,5 điểm phần trăm)."
    assert gap in ahead
    assert (
        "Phấn đấu trong năm 2021 hoàn thành chỉ tiêu mà năm 2020 chưa đạt: số lượt cơ sở được kiểm tra đạt 02 lượt "
        "(năm 2020 đạt 01 lượt; cần tăng 01 lượt)."
    ) in ahead
    assert "tuyên truyền đến 07 xã" not in ahead  # the target says it
    met = report({2020: EVERYWHERE}, next_targets={"C5": 100})
    assert "(năm 2020 đạt 100%, 08/08 xã, thị trấn)." in met.section(
        "Phương hướng, nhiệm vụ trọng tâm năm 2021"
    )


def test_a_year_without_any_target_says_so(report):
    none = "Năm 2020 chưa ghi nhận chỉ tiêu được giao cho công tác phòng, chống mại dâm"
    assert none in report({2020: ONE}).prose
    assert none not in report({2020: ONE}, targets={"C5": 50}).prose


# --- The office overrules, or wrote nothing -------------------------------------------------------------------


def test_an_office_leaves_a_sentence_out_and_says_it_in_its_own_words(report):
    offered = "Toàn huyện mới có 01 cán sự"
    own = NARRATIVE.replace(
        "## ton-tai\n\nĐoạn", "## ton-tai\n\n<!-- bo: can-su, chua-dat -->\nLời của huyện. Đoạn"
    )
    made = report({2020: ONE}, narrative=own)
    assert offered in report({2020: ONE}).prose
    assert offered not in made.prose
    assert "Lời của huyện. Đoạn văn của mục này." in made.section("Tồn tại, hạn chế")
    assert "bo:" not in made.prose
    (note,) = [
        finding for finding in made.findings if finding.rule == "overruled"
    ]  # nothing missed its target
    assert (note.severity, note.file, note.sheet, note.row) == (NOTE, "2020/narrative.md", "ton-tai", 7)
    assert offered in note.message.text("vi")
    assert "H1 = 1; H2 = 1" in note.message.text("vi")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("<!-- bo: can-xu -->", "can-su"),
        ("<!-- bo: -->", "<!-- bo: can-su -->"),
        ("<!-- nhớ hỏi lại -->", "không hiểu"),
    ],
)
def test_a_sentence_that_nobody_offers_cannot_be_left_out(report, line, says):
    own = NARRATIVE.replace("## ton-tai\n", f"## ton-tai\n{line}\n")
    with pytest.raises(InputError) as refused:
        report({2020: ONE}, narrative=own)
    text = f"{refused.value.message.text('vi')} {refused.value.remedy.text('vi')}"
    assert "dòng 6" in text
    assert says in text


def test_without_a_narrative_what_is_empty_is_not_printed_and_not_numbered(report):
    made = report({2020: ONE}, narrative=None)
    headings = [b for b in blocks_of(made.document) if b["type"] == "heading"]
    numbered = {
        plain_text(heading["children"]): heading["number"] for heading in headings if "number" in heading
    }
    assert "Nguyên nhân của tồn tại, hạn chế" not in numbered
    assert "Kiến nghị, đề xuất" not in numbered
    assert numbered["Nhận xét, đánh giá"] == "II."
    assert numbered["Tồn tại, hạn chế"] == "2."
    assert numbered["Phương hướng, nhiệm vụ trọng tâm năm 2021"] == "III."
    assert [f.severity for f in made.findings if f.rule == "no-narrative"] == [NOTE]
    assert_well_formed(made.prose)
    empty = report({2020: EVERYWHERE}, narrative=None)  # no shortcoming at all
    assert "Tồn tại, hạn chế" not in empty.prose


# --- Comparisons that are not fair ----------------------------------------------------------------------------


def unfair(reason: str, *codes: str) -> Callable[[pd.DataFrame, pd.DataFrame], None]:
    def change(indicators: pd.DataFrame, _series: pd.DataFrame) -> None:
        rows = indicators["code"].isin(codes) & indicators["previous"].notna()
        indicators.loc[rows, "why_not"] = reason
        indicators.loc[rows, "comparable"] = False

    return change


def test_periods_of_different_length_are_said_beside_the_comparison(report):
    made = report({2019: EVERYWHERE, 2020: ONE}, change=unfair("period", "D2", "E1"))
    uneven = "so với kỳ ngắn hơn của năm 2019"  # figures of 2019 were taken on 30 November
    assert f"kiểm tra 01 lượt cơ sở (giảm 03 lượt {uneven}" in made.prose
    assert f"phát hiện, triệt phá 01 vụ mại dâm (không thay đổi {uneven}" in made.prose
    rows = {
        row[1].replace(" (*)", ""): row[-1] for table in made.tables for row in table["rows"] if len(row) < 8
    }
    assert rows["Số lượt cơ sở được kiểm tra (†)"] == "-3"
    assert "Tổng kinh phí" in rows
    notes = [note for table in made.tables for note in table["notes"]]
    assert "(†) So sánh với năm 2019 không cùng điều kiện: kỳ số liệu hai năm không bằng nhau." in notes


@pytest.mark.parametrize(
    ("reason", "once"),
    [
        ("boundaries", "địa giới hành chính thay đổi"),
        ("definition", "phạm vi thống kê thay đổi"),
        ("types", ""),
    ],
)
def test_what_cannot_be_compared_is_not_and_that_is_said_once(report, reason, once):
    codes = ["D1", "D2", "D3", "B1", "E1", "C1", "I1"]
    more = dataclasses.replace(ONE, inspections=[[5, 4, 2, 0, 2, 0, 0, 3]], cases=[1, 1, 1, 3, 1, 1, 1, 1, 1])
    made = report({2018: ONE, 2019: ONE, 2020: more}, change=unfair(reason, *codes))
    for told in (
        "kiểm tra 04 lượt cơ sở; qua",
        "phát hiện 02 lượt cơ sở vi phạm,",
        "triệt phá 03 vụ mại dâm, xử lý",
    ):
        assert told in made.prose
    assert "Số lượt cơ sở vi phạm là" not in made.prose
    assert made.prose.count(once) == 1 or not once
    rows = {
        row[1].replace(" (*)", ""): row[-1] for table in made.tables for row in table["rows"] if len(row) < 8
    }
    assert rows["Số lượt cơ sở được kiểm tra (†)"] == "(†)"
    (chart,) = [chart for chart in made.charts if "Kiểm tra liên ngành" in chart["caption"]]
    assert chart["alt"].startswith("4 lượt kiểm tra năm 2020; 2 lượt cơ sở vi phạm. ")


# --- The public edition ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of indicators of Minh Họa 2020, with cases and with nothing missing."""
    work = tmp_path_factory.mktemp("exact")
    stage = Stage(INDICATORS, INVENTED, 2020, "internal", ROOT / "data")
    in_process.stage(stage, work)
    return stage.folder(work)


HIDDEN = 31337
"""What stands in place of every figure that is not published: no text, table or chart may show it."""
SENSITIVE = [
    "A1", "A2", "A3", "A4", "B3", "B6", "D3", "D4", "D.canh_cao", "D.phat_tien", "E1", "E2", "E3", "E4", "E5", "E6", "E7",
    "F1", "F2", "F3", "F4", "G1", "G.tu_van", "K16",
]  # fmt: skip


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@example(now=set(SENSITIVE), before=set(SENSITIVE), poisoned=True)
@given(
    now=st.sets(st.sampled_from(SENSITIVE)),
    before=st.sets(st.sampled_from(SENSITIVE)),
    poisoned=st.booleans(),
)
def test_what_is_not_published_is_neither_told_nor_called_missing(
    exact, tmp_path, monkeypatch, now, before, poisoned
):
    tables = {
        name: pd.read_parquet(exact / f"{name}.parquet") for name in ("indicators", "series", "targets")
    }
    indicators, series = tables["indicators"], tables["series"]
    stands = HIDDEN if poisoned else pd.NA
    is_now, was = indicators["code"].isin(now), indicators["code"].isin(before)
    indicators.loc[is_now, ["value", "numerator", "denominator", "achieved"]] = stands
    indicators.loc[was, "previous"] = stands
    indicators.loc[is_now | was, "change"] = stands
    indicators["suppressed"], indicators["previous_suppressed"] = is_now, was
    then = (series["code"].isin(now) & (series["year"] == 2020)) | (
        series["code"].isin(before) & (series["year"] == 2019)
    )
    series.loc[then, "value"] = stands
    series["suppressed"] = then
    for name, table in tables.items():
        table.to_parquet(tmp_path / f"{name}.parquet", index=False)
    monkeypatch.setattr(Workspace, "computed", lambda _self: tmp_path)
    parameters = {
        "unit": INVENTED,
        "year": 2020,
        "edition": "public",
        "data_dir": str(ROOT / "data"),
        "work_dir": "",
    }
    made = Report(
        assemble(
            in_process.run(Stage(REPORT, INVENTED, 2020, "internal", ROOT / "data").source, parameters),
            "html",
        )
    )
    assert_well_formed(made.prose)
    assert (
        "Bản công khai: số nhỏ về người, vụ việc, vi phạm không được công bố"
        in made.document["report"]["note"]
    )
    said = everything(made.document).replace(
        "Dấu “-”: chưa có số liệu; ở cột chỉ tiêu: không có chỉ tiêu.", ""
    )
    assert "chưa có số liệu" not in said.lower()
    assert "chưa có đủ số liệu" not in said.lower()
    assert not re.search(r"31\.?337", said)
    told = {
        "A1",
        "A2",
        "B3",
        "D3",
        "D4",
        "E1",
        "E2",
        "E3",
        "E4",
        "F1",
        "F2",
        "G1",
    }  # what the prose speaks of
    assert ("không công bố" in made.prose) == bool(now & told)
    changed = {"A1": "người bán dâm hoạt động", "E1": "vụ mại dâm", "F1": "người bán dâm"}
    for code, words in changed.items():
        compared = re.search(rf"\d+ {words} \((?:tăng|giảm|không thay đổi|phát sinh)", made.prose)
        assert not compared or code not in now | before
    cells = made.cells()
    annex = [table for table in made.tables if len(table["rows"]) > 20]
    rows = {
        row[1].replace(" (*)", "").replace(" (†)", ""): row
        for table in annex
        for row in table["rows"]
        if not isinstance(row, str)
    }
    names = indicators.drop_duplicates("code").set_index("code")["name"]
    for code in SENSITIVE:
        _tt, _name, _unit, last, this, change, *_targets = rows[names[code]]
        assert (this == "×") == (code in now)
        assert (last == "×") == (code in before)
        assert (change == "×") == (code in now | before)
    assert ("×" in cells) == bool(now | before)


def test_the_internal_edition_has_no_sign_of_what_is_not_published(report):
    made = report({2019: ONE, 2020: ONE})
    assert "×" not in everything(made.document)
    assert "công bố" not in everything(made.document)
    assert "Bản công khai" not in made.document["report"]["note"]


# --- Units side by side ---------------------------------------------------------------------------------------


def everything(document: dict[str, Any]) -> str:
    """All words of a document: prose, tables, captions, alternative texts."""
    words = [str(document["report"]), document["title"]]
    for block in blocks_of(document):
        words.append(plain_text(block.get("children", ())))
        words += [str(block.get(key, "")) for key in ("alt", "caption", "source", "rows", "header", "notes")]
    return "\n".join(words)


def test_one_units_text_never_appears_in_anothers(tmp_path):
    """One after the other in one process, in both orders: nothing of the one stays for the next."""
    units = {UNIT: 2020, INVENTED: 2020, "dien-bien/xa-tuan-giao": 2026}
    first = {u: in_process.document(ROOT / "data", u, y, tmp_path / "a") for u, y in units.items()}
    again = {u: in_process.document(ROOT / "data", u, y, tmp_path / "b") for u, y in reversed(units.items())}
    assert first == again
    names = {
        UNIT: [c.split(" ", 1)[-1] for c in make.TUAN_GIAO.communes if "Tuần Giáo" not in c]
        + ["huyện Tuần Giáo"],
        INVENTED: [c.split(" ", 1)[-1] for c in make.MINH_HOA.communes] + ["Ví Dụ"],
        "dien-bien/xa-tuan-giao": ["xã Tuần Giáo", "Sở Y tế"],
    }
    for unit, document in first.items():
        text = everything(document)
        for other, theirs in names.items():
            assert unit == other or not [name for name in theirs if name in text], (unit, other)
