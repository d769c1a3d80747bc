"""Make the illustrative workbooks and CSV files of the units in this folder.

    python data/make_illustrative.py [DEST]

The ten districts of tỉnh Điện Biên (2018 to 2024) and xã Tuần Giáo (2026), which are real places, and huyện Minh Họa of
the invented tỉnh Ví Dụ (2018 to 2020), where every kind of figure occurs. The files look like what an office sends: a
letterhead above the table, merged header rows, a row of column numbers, a "Tổng cộng" row, blank signatures, place
names spelt in several ways. The same program gives the same bytes, so a changed figure shows in review as a changed
line of the tables below. `report.toml` and `narrative.md` are written by hand and never touched. But for huyện Tuần
Giáo to 2020, the districts' tables are plain CSV files, `report.toml` is written with them, and `figures_dien_bien.py`
makes their figures.

What is real in these figures and what is made up: `data/README.md`. Persons, cases, offences and suspected
establishments are 0 wherever a real place is named; a test holds every file to that.

A test that needs a unit of other figures makes it from `Unit` and `Figures` and writes it with `write_year`.
"""

from __future__ import annotations

import argparse
import io
import re
import tomllib
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import canonicalize

import figures_dien_bien
import figures_vi_du
import given_form
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from openpyxl.worksheet.worksheet import Worksheet

DATA = Path(__file__).parent

# ------------------------------------------------------------------------------------------------------------
# A unit and its figures
# ------------------------------------------------------------------------------------------------------------

Figure = int | float | None
Row = Sequence[Figure]

CASES = [
    ("Số người bán dâm hoạt động trên địa bàn", "người"),
    ("Số tụ điểm, địa bàn phức tạp về mại dâm", "tụ điểm"),
    ("Số cơ sở kinh doanh dịch vụ nghi hoạt động mại dâm", "cơ sở"),
    ("Số vụ mại dâm bị phát hiện, triệt phá", "vụ"),
    ("Số đối tượng bị xử lý", "người"),
    ("Số tin báo, tố giác tiếp nhận", "tin"),
    ("Số tin báo, tố giác đã xử lý", "tin"),
    ("Số người bán dâm bị xử phạt vi phạm hành chính", "người"),
    ("Số người mua dâm bị xử phạt vi phạm hành chính", "người"),
]
RECORDS = [
    ("Số người bán dâm ước tính", "người"),
    ("Số người bán dâm có hồ sơ quản lý", "người"),
    ("Số nhân viên cơ sở kinh doanh dịch vụ nghi hoạt động mại dâm", "người"),
    ("Số vụ bị khởi tố về các tội liên quan đến mại dâm", "vụ"),
    ("Số người bị khởi tố về tội chứa mại dâm", "người"),
    ("Số người bị khởi tố về tội môi giới mại dâm", "người"),
    ("Số người bị khởi tố về tội mua dâm người dưới 18 tuổi", "người"),
    ("Số người dưới 18 tuổi bị xử lý hành chính", "người"),
]
RESULTS = [
    ("Số đơn vị cấp xã không có tệ nạn mại dâm", "đơn vị"),
    ("Số nhân viên của các cơ sở kinh doanh dịch vụ", "người"),
    ("Số nhân viên nữ của các cơ sở kinh doanh dịch vụ", "người"),
    ("Số lượt người dự tuyên truyền trực tiếp", "lượt người"),
    ("Số lượt cơ sở phải kiểm tra theo kế hoạch", "lượt"),
    ("Số cơ sở được kiểm tra ít nhất một lần", "cơ sở"),
    ("Số văn bản chỉ đạo, hướng dẫn đã ban hành", "văn bản"),
    ("Số hòm thư tố giác hiện có", "hòm thư"),
    ("Số lớp tập huấn", "lớp"),
    ("Số lượt người dự tập huấn", "lượt người"),
    ("Số tin, bài, chuyên mục đã đăng, phát", "tin, bài"),
    ("Số quý có tin, bài, chuyên mục", "quý"),
    ("Số đơn vị cấp xã có kế hoạch phòng, chống mại dâm", "đơn vị"),
    ("Số học sinh, sinh viên được tuyên truyền", "người"),
    ("Số học sinh, sinh viên trên địa bàn", "người"),
    ("Số người lao động được tuyên truyền", "người"),
    ("Số người lao động trên địa bàn", "người"),
    ("Số mô hình thí điểm hiện có", "mô hình"),
    ("Số phụ nữ được học nghề", "người"),
    ("Số phụ nữ được vay vốn", "người"),
]
SUPPORT = [
    "Tư vấn, trợ giúp pháp lý",
    "Giáo dục, truyền thông",
    "Chăm sóc y tế",
    "Học nghề, tạo việc làm",
    "Dự phòng lây nhiễm HIV",
]


@dataclass(frozen=True)
class Figures:
    """What a unit counted in one year. None is a figure that nobody has: its cell, and every total of it, is empty.

    Attributes:
        establishments: For each commune: khách sạn, nhà nghỉ, karaoke, xoa bóp, nhà hàng, since 2022 vũ trường, khác.
        communication: For each commune: buổi tuyên truyền trực tiếp, lượt phát thanh, tờ rơi, cơ sở ký cam kết.
        officers: For each commune: cán sự, đội công tác xã hội tình nguyện, tình nguyện viên.
        inspections: For each wave: tháng, lượt cơ sở được kiểm tra, vi phạm, cảnh cáo, phạt tiền, đình chỉ, xử phạt
            bổ sung, triệu đồng tiền phạt.
        budget: Triệu đồng: ngân sách trung ương, tỉnh, the unit's own, nguồn khác.
        cases: The figures of `CASES`. 0 unless given: nobody may invent an offence in a real place.
        support: Lượt người by the services of `SUPPORT`; 0 unless given, for the same reason.
        records: The figures of `RECORDS`, or None if the unit does not send this table.
        results: The figures of `RESULTS`, or None if it does not send this one. A unit without parts has all
            figures but those of whole communes.
    """

    establishments: Sequence[Row]
    communication: Sequence[Row]
    officers: Sequence[Row]
    inspections: Sequence[Row]
    budget: Row
    cases: Row = (0,) * len(CASES)
    support: Row = (0,) * len(SUPPORT)
    records: Row | None = None
    results: Row | None = None

    @classmethod
    def filled(cls, figure: Figure, communes: int, waves: int = 1) -> Figures:
        """The same figure in every cell of what must be sent, in as many communes and waves as asked for.

        It is one of the years up to 2021, which have a type of establishments less.
        """

        def rows(number: int, width: int) -> Sequence[Row]:
            return [[figure] * width for _ in range(number)]

        return cls(
            establishments=rows(communes, 6),
            communication=rows(communes, 4),
            officers=rows(communes, 3),
            inspections=[[month, *row] for month, row in enumerate(rows(waves, 7), start=1)],
            budget=[figure] * 4,
            cases=[figure] * len(CASES),
            support=[figure] * len(SUPPORT),
        )


@dataclass(frozen=True)
class Unit:
    """One reporting unit: how it is called, how its sheets look, and its figures by year.

    Attributes:
        folder: Province and unit below the data folder.
        authority: As in running text ("UBND huyện Tuần Giáo"); the letterhead has it in capitals.
        office: The office below the authority in the letterhead.
        communes: Full names in the order of their codes: ("thị trấn Tuần Giáo", "xã Phình Sáng", ...). A unit
            without parts has itself here.
        years: Its figures; each table has a row for each commune, in the same order.
        inspecting_office: The office in the letterhead of the inspections.
        name_column: Header of the column with the names of the communes.
        own_budget: The budget line of the unit itself.
        spells_one_way: Whether every sheet writes a name the same way ("TT Tuần Giáo", "Xã Quài Nưa").
        cutoffs: The day the figures were taken, by year, if not the period's last (14 December).
        as_csv: Whether its four large tables are CSV files too; `report.toml` is then written as well.
        term: How it calls the establishments that it counts.
    """

    folder: str
    authority: str
    office: str
    communes: Sequence[str]
    years: Mapping[int, Figures]
    inspecting_office: str = "ĐỘI KIỂM TRA LIÊN NGÀNH"
    name_column: str = "Xã, thị trấn"
    own_budget: str = "Ngân sách huyện"
    spells_one_way: bool = False
    cutoffs: Mapping[int, date] = field(default_factory=dict)
    as_csv: bool = False
    term: str = "dễ phát sinh tệ nạn mại dâm"

    def cutoff(self, year: int) -> date:
        """The day the figures of a year were taken."""
        return self.cutoffs.get(year, date(year, 12, 14))


TOWN = "thị trấn"


def kind_and_name(commune: str) -> tuple[str, str]:
    """("thị trấn", "Tuần Giáo"), ("xã", "Quài Nưa")."""
    kind = next(kind for kind in (TOWN, "phường", "xã") if commune.startswith(f"{kind} "))
    return kind, commune.removeprefix(kind).strip()


def yearly(communes: Sequence[str], **tables: str | Mapping[int, Any]) -> dict[int, Figures]:
    """The figures by year: a text is a table by commune, all else is given by year."""
    by_year = {
        name: by_commune(communes, table) if isinstance(table, str) else table
        for name, table in tables.items()
    }
    return {
        year: Figures(**{name: table[year] for name, table in by_year.items()}) for year in by_year["budget"]
    }


def by_commune(communes: Sequence[str], table: str) -> dict[int, list[Row]]:
    """A text table as {year: a row for each commune}; a commune that it does not name has 0."""
    years, *lines = table.strip("\n").splitlines()
    rows = {}
    for line in lines:
        commune, *parts = line.split("|")
        rows[commune.strip()] = [[int(figure) for figure in part.split()] for part in parts]
    names = [kind_and_name(commune)[1] for commune in communes]
    if not rows.keys() <= set(names):
        raise ValueError("a table names a commune that the unit does not have")
    none = [[0] * len(part) for part in next(iter(rows.values()))]
    return {
        int(year): [rows.get(name, none)[position] for name in names]
        for position, year in enumerate(years.split())
    }


# ------------------------------------------------------------------------------------------------------------
# Huyện Tuần Giáo: a real place, so whatever counts persons, cases or offences is 0
# ------------------------------------------------------------------------------------------------------------

TUAN_GIAO_COMMUNES = ["thị trấn Tuần Giáo", *(f"xã {name}" for name in (
    "Phình Sáng", "Rạng Đông", "Mùn Chung", "Nà Tòng", "Ta Ma", "Mường Mùn", "Pú Xi", "Pú Nhung", "Quài Nưa",
    "Mường Thín", "Tỏa Tình", "Nà Sáy", "Mường Khong", "Quài Cang", "Quài Tở", "Chiềng Sinh", "Chiềng Đông",
    "Tênh Phông",
))]  # fmt: skip
NOTHING_FOUND = [0] * 6

TUAN_GIAO = Unit(
    folder="dien-bien/huyen-tuan-giao",
    authority="UBND huyện Tuần Giáo",
    office="PHÒNG LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
    communes=TUAN_GIAO_COMMUNES,
    years=yearly(
        TUAN_GIAO_COMMUNES,
        # Only the 20 of 2020 is real.
        establishments="""
                 2018                 2019                 2020
Tuần Giáo    |   1  4  5  0  2  0  |  2  4  4  0  2  0  |  2  5  4  0  2  0
Mường Mùn    |   0  1  1  0  0  0  |  0  1  1  0  0  0  |  0  1  1  0  0  0
Quài Nưa     |   0  1  1  0  0  0  |  0  1  1  0  0  0  |  0  1  1  0  0  0
Tỏa Tình     |   0  0  0  0  0  0  |  0  1  0  0  0  0  |  0  1  0  0  0  0
Quài Tở      |   0  1  0  0  0  0  |  0  1  0  0  0  0  |  0  1  0  0  1  0
""",
        communication="""
                 2018                 2019                 2020
Tuần Giáo    |   5  20  1000  8    |  5  22  1100  10   |  6  24  1250  12
Rạng Đông    |   1   4    80  0    |  1   6   100   0   |  1   8   120   0
Mùn Chung    |   1   8   140  0    |  2  10   160   0   |  2  12   180   0
Mường Mùn    |   2  10   200  1    |  2  12   220   1   |  3  14   260   1
Pú Xi        |   0   0     0  0    |  0   0     0   0   |  0   6    60   0
Pú Nhung     |   1   6   110  0    |  1   8   130   0   |  2  10   150   0
Quài Nưa     |   3  12   260  2    |  4  14   300   2   |  4  16   320   2
Mường Thín   |   1   4    80  0    |  1   6   100   0   |  1   8   110   0
Tỏa Tình     |   2   8   150  0    |  2  10   180   1   |  2  12   200   1
Nà Sáy       |   1   6   100  0    |  1   8   120   0   |  2  10   140   0
Mường Khong  |   0   0     0  0    |  1   4    80   0   |  1   6    90   0
Quài Cang    |   2  12   250  0    |  3  14   280   0   |  3  16   300   0
Quài Tở      |   2  10   200  1    |  2  12   220   1   |  3  14   240   2
Chiềng Sinh  |   1   8   140  0    |  2  10   160   0   |  2  12   180   0
Chiềng Đông  |   1   6   110  0    |  1   8   130   0   |  2  10   150   0
Tênh Phông   |   0   0     0  0    |  1   0    40   0   |  1   0    50   0
""",
        # That they are mainly in Tuần Giáo, Quài Nưa and Tỏa Tình is real (2020); how many they are is not.
        officers="""
                 2018                 2019                 2020
Tuần Giáo    |   4  1  8           |  4  1  9           |  4  1  9
Mường Mùn    |   0  0  0           |  1  0  0           |  1  0  0
Quài Nưa     |   3  1  6           |  3  1  6           |  3  1  7
Tỏa Tình     |   3  0  0           |  2  0  0           |  3  0  0
Quài Cang    |   0  0  0           |  0  0  0           |  0  1  6
Quài Tở      |   1  0  0           |  1  0  0           |  1  0  0
""",
        inspections={
            year: [[*wave, *NOTHING_FOUND] for wave in waves]
            for year, waves in {
                2018: [(3, 7), (7, 6), (11, 6)],
                2019: [(2, 8), (6, 6), (10, 7)],
                2020: [(1, 7), (5, 6), (8, 6), (11, 7)],
            }.items()
        },
        budget={2018: [0, 12, 16.5, 0], 2019: [0, 15, 18, 0], 2020: [0, 15, 20.5, 0]},
        records=dict.fromkeys((2018, 2019, 2020), (0,) * len(RECORDS)),
        results={
            2018: [19, 34, 21, 690, 18, 12, 3, 2, 1, 38, 6, 3, 12, 1180, 2150, 90, 310, 0, 0, 0],
            2019: [19, 37, 23, 870, 20, 14, 3, 2, 1, 42, 7, 4, 14, 1320, 2210, 120, 330, 0, 0, 0],
            2020: [19, 41, 26, 1050, 24, 17, 4, 3, 2, 76, 9, 4, 16, 1490, 2240, 165, 340, 0, 0, 0],
        },
    ),
)

# ------------------------------------------------------------------------------------------------------------
# Xã Tuần Giáo, since 1 July 2025: a real place without parts
# ------------------------------------------------------------------------------------------------------------

XA_TUAN_GIAO = Unit(
    folder="dien-bien/xa-tuan-giao",
    authority="UBND xã Tuần Giáo",
    office="PHÒNG VĂN HÓA - XÃ HỘI",
    inspecting_office="PHÒNG VĂN HÓA - XÃ HỘI",
    name_column="Đơn vị",
    own_budget="Ngân sách xã",
    spells_one_way=True,
    communes=("xã Tuần Giáo",),
    cutoffs={2026: date(2026, 11, 15)},
    years={
        2026: Figures(
            establishments=[[3, 7, 4, 0, 5, 0, 0]],
            communication=[[9, 64, 1600, 14]],
            officers=[[3, 1, 8]],
            inspections=[[month, count, *NOTHING_FOUND] for month, count in [(4, 9), (9, 8)]],
            budget=[0, 10, 15.5, 0],
            records=(0,) * len(RECORDS),
            results=[40, 25, 270, 16, 11, 3, 2, 1, 24, 5, 4, 640, 910, 75, 150, 0, 0, 0],
        )
    },
)

# ------------------------------------------------------------------------------------------------------------
# Huyện Minh Họa, tỉnh Ví Dụ: invented, so that every kind of figure occurs, rises, falls and stays
# ------------------------------------------------------------------------------------------------------------

MINH_HOA_COMMUNES = ["thị trấn Minh Họa", *(f"xã {name}" for name in (
    "Giả Sử", "Giả Thuyết", "Mô Phỏng", "Phỏng Đoán", "Tượng Trưng", "Tưởng Tượng", "Ước Lệ",
))]  # fmt: skip

MINH_HOA = Unit(
    folder="vi-du/huyen-minh-hoa",
    authority="UBND huyện Minh Họa",
    office="PHÒNG LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
    communes=MINH_HOA_COMMUNES,
    cutoffs={2019: date(2019, 11, 30)},
    years=yearly(
        MINH_HOA_COMMUNES,
        establishments="""
                 2018                 2019                 2020
Minh Họa     |   3  6  5  2  4  1  |  4  7  6  2  5  1  |  4  8  5  3  5  2
Giả Sử       |   0  2  2  0  1  0  |  0  3  2  1  1  0  |  0  2  1  1  1  0
Mô Phỏng     |   0  1  1  0  0  0  |  0  1  1  0  1  0  |  0  2  1  0  1  0
Phỏng Đoán   |   0  1  0  0  0  0  |  0  1  1  0  0  0  |  0  1  0  0  0  0
Tưởng Tượng  |   1  2  1  1  1  1  |  1  2  2  1  2  1  |  1  2  2  0  2  1
Ước Lệ       |   0  1  1  0  1  0  |  0  1  0  0  1  0  |  0  1  0  0  1  0
""",
        # Phỏng Đoán has only leaflets in 2020, so it is not reached (C4 of indicators.toml).
        communication="""
                 2018                 2019                 2020
Minh Họa     |   8  40  1500  12   |  9  44  1800  18   |  10  52  2100  22
Giả Sử       |   3  16   400   3   |  4  18   450   4   |   4  20   500   4
Giả Thuyết   |   1   0    60   0   |  1   4    80   0   |   2   6   100   0
Mô Phỏng     |   2  12   300   1   |  2  14   320   2   |   3  16   380   3
Phỏng Đoán   |   0   0     0   0   |  0   0     0   0   |   0   0    40   0
Tượng Trưng  |   0   0     0   0   |  0   6    50   0   |   1   8    60   0
Tưởng Tượng  |   4  18   500   4   |  5  20   550   5   |   4  22   620   6
Ước Lệ       |   0   0     0   0   |  0   0     0   0   |   2  10   150   1
""",
        officers="""
                 2018                 2019                 2020
Minh Họa     |   3  1  10          |  4  1  12          |  5  1  14
Giả Sử       |   1  0   0          |  1  1   5          |  1  1   5
Mô Phỏng     |   0  0   0          |  1  0   0          |  0  0   0
Tưởng Tượng  |   1  1   6          |  2  1   6          |  2  1   5
""",
        # Each breach has one sanction: the four add up to the breaches.
        inspections={
            2018: [(3, 12, 2, 1, 1, 0, 0, 5), (6, 10, 1, 1, 0, 0, 0, 0), (10, 11, 2, 0, 1, 0, 1, 7.5)],
            2019: [(2, 14, 3, 1, 2, 0, 0, 9.5), (5, 12, 2, 0, 1, 1, 0, 12.5), (8, 11, 1, 1, 0, 0, 0, 0),
                   (11, 13, 2, 0, 1, 0, 1, 6.5)],
            2020: [(1, 12, 2, 1, 1, 0, 0, 5), (4, 9, 1, 0, 1, 0, 0, 6), (7, 12, 2, 0, 1, 1, 0, 12.5),
                   (10, 13, 1, 0, 0, 0, 1, 0)],
        },
        budget={2018: [20, 30, 45.5, 0], 2019: [20, 35, 48.5, 5], 2020: [0, 35, 52, 12.5]},
        cases={
            2018: [12, 1, 3, 2, 7, 6, 6, 3, 2],
            2019: [15, 2, 5, 3, 11, 7, 7, 4, 0],
            2020: [11, 0, 4, 5, 16, 9, 8, 6, 5],
        },
        support={2018: [4, 6, 5, 1, 8], 2019: [5, 8, 6, 0, 9], 2020: [6, 8, 4, 2, 8]},
        records={
            2018: [20, 9, 4, 1, 1, 0, 0, 0],
            2019: [24, 12, 6, 2, 1, 1, 0, 1],
            2020: [18, 10, 5, 3, 2, 2, 1, 0],
        },
        # In 2020 fewer pupils than the programme asks for, more workers.
        results={
            2018: [5, 96, 61, 540, 40, 20, 4, 3, 1, 22, 8, 3, 5, 620, 1300, 110, 260, 0, 2, 1],
            2019: [5, 118, 74, 660, 48, 27, 5, 4, 2, 45, 11, 4, 6, 790, 1340, 150, 270, 1, 3, 1],
            2020: [6, 115, 70, 810, 50, 31, 5, 4, 2, 41, 12, 4, 7, 880, 1360, 190, 280, 1, 0, 2],
        },
    ),
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------
# The districts of tỉnh Điện Biên: real places, so only neutral figures, which figures_dien_bien.py makes
# ------------------------------------------------------------------------------------------------------------


def of_dien_bien(district: str, year: int) -> Unit:
    """A district of tỉnh Điện Biên with the figures of one year: its communes changed in 2020."""
    communes = figures_dien_bien.communes(district, year)
    establishments = [figures_dien_bien.establishments(commune, year) for commune in communes]
    there = sum(map(sum, establishments))
    figures = Figures(
        establishments=establishments,
        communication=[figures_dien_bien.communication(commune, year) for commune in communes],
        officers=[figures_dien_bien.officers(commune, year) for commune in communes],
        inspections=[[*wave, *NOTHING_FOUND] for wave in figures_dien_bien.inspected(district, year, there)],
        budget=figures_dien_bien.budget(district, year),
        records=(0,) * len(RECORDS),
        results=figures_dien_bien.results(district, year),
    )
    return _of_dien_bien(district, [commune.name for commune in communes], {year: figures})


def tuan_giao_after_2020() -> Unit:
    """Huyện Tuần Giáo from 2021 on, as it went on from 2020."""
    before = TUAN_GIAO.years[2020]
    years = {
        year: Figures(
            establishments=figures_dien_bien.tuan_giao_establishments(
                TUAN_GIAO_COMMUNES, before.establishments, year
            ),
            communication=[
                figures_dien_bien.tuan_giao_communication(row, year) for row in before.communication
            ],
            officers=[figures_dien_bien.tuan_giao_officers(row, year) for row in before.officers],
            inspections=[[*wave, *NOTHING_FOUND] for wave in waves],
            budget=figures_dien_bien.TUAN_GIAO_BUDGET[year],
            records=(0,) * len(RECORDS),
            results=figures_dien_bien.TUAN_GIAO_RESULTS[year],
        )
        for year, waves in figures_dien_bien.TUAN_GIAO_INSPECTIONS.items()
    }
    return _of_dien_bien("huyện Tuần Giáo", TUAN_GIAO_COMMUNES, years)


def _of_dien_bien(district: str, communes: Sequence[str], years: Mapping[int, Figures]) -> Unit:
    kind = next(kind for kind in ("thành phố", "thị xã", "huyện") if district.startswith(kind))
    return sends_plain_files(
        "dien-bien",
        district,
        communes,
        years=years,
        name_column="Đơn vị",
        own_budget=f"Ngân sách {kind}",
        cutoffs={year: day for (name, year), day in figures_dien_bien.CUTOFFS.items() if name == district},
    )


def sends_plain_files(province: str, district: str, communes: Sequence[str], **more: Any) -> Unit:
    """A district that sends its tables as CSV files; `more` are the unit's other fields."""
    return Unit(
        folder=f"{province}/{unaccented(district)}",
        authority=f"UBND {district}",
        office="PHÒNG LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
        communes=communes,
        spells_one_way=True,
        as_csv=True,
        **more,
    )


def unaccented(name: str) -> str:
    """The name as a folder: thành phố Điện Biên Phủ is thanh-pho-dien-bien-phu."""
    letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace(" ", "-")


DIEN_BIEN = (
    tuan_giao_after_2020(),
    *(of_dien_bien(name, year) for name in figures_dien_bien.COMMUNES for year in figures_dien_bien.YEARS),
)

# ------------------------------------------------------------------------------------------------------------
# The other districts of tỉnh Ví Dụ: invented, with figures from figures_vi_du.py
# ------------------------------------------------------------------------------------------------------------


VI_DU = [
    sends_plain_files(
        "vi-du",
        each.name,
        each.communes,
        years=yearly(each.communes, **each.tables),
        term=each.term,
        cutoffs=each.cutoffs,
    )
    for each in figures_vi_du.DISTRICTS
]
DAN_CHUNG = sends_plain_files("vi-du", figures_vi_du.DAN_CHUNG, figures_vi_du.DAN_CHUNG_COMMUNES, years={})
"""The one that sends only the indicators it added up itself."""

UNITS = (TUAN_GIAO, XA_TUAN_GIAO, MINH_HOA, *DIEN_BIEN, *VI_DU)

# ------------------------------------------------------------------------------------------------------------
# How the offices write
# ------------------------------------------------------------------------------------------------------------

Value = str | Figure


def with_type_word(commune: str) -> str:
    """TT Tuần Giáo, Xã Quài Nưa."""
    kind, name = kind_and_name(commune)
    return f"{'TT' if kind == TOWN else kind.capitalize()} {name}"


def bare_with_new_tone_mark(commune: str) -> str:
    """Thị trấn Tuần Giáo, Quài Nưa, Toả Tình (the tone mark on the second vowel)."""
    kind, name = kind_and_name(commune)
    name = name.replace("ỏa", "oả").replace("ọa", "oạ")
    return f"Thị trấn {name}" if kind == TOWN else name


def with_stray_spaces(commune: str) -> str:
    """TT. Tuần Giáo, xã Quài  Nưa: whoever typed this sheet leans on the space bar."""
    kind, name = kind_and_name(commune)
    if name.startswith(("Quài", "Giả")):
        name = name.replace(" ", "  ")
    return f"TT. {name}" if kind == TOWN else f"{kind} {name} "


def dash_for_zero(figure: Figure) -> Value:
    """This office writes "-" for none (report.toml: dash = "zero")."""
    return "-" if figure == 0 else figure


def thousands_as_text(figure: Figure) -> Value:
    """1250 -> "1.250": typed with its dot, so Excel keeps it as text and leaves it out of a SUM."""
    return f"{figure:,}".replace(",", ".") if figure is not None and figure >= 1000 else figure


def in_csv(figure: Figure) -> str:
    """20.5 -> "20,5", 15 -> "15", None -> "": as Excel with Vietnamese settings saves it."""
    return "" if figure is None else f"{figure:.10g}".replace(".", ",")


def total(figures: Iterable[Figure]) -> Figure:
    """The sum, or None if a figure is missing: a total without it would pass for the whole."""
    known = list(figures)
    return None if None in known else sum(figure for figure in known if figure is not None)


def totals(rows: Sequence[Row], width: int) -> list[Figure]:
    """The total of each column; 0 in every column if there are no rows."""
    return [total(row[column] for row in rows) for column in range(width)]


# ------------------------------------------------------------------------------------------------------------
# The four workbooks
# ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """One sheet as an office sends it.

    `columns` are (header, width in characters); levels of a header are joined by " > ". `rows` hold the cells
    right of STT, `total` those right of the row's name. `first_cell` is the letterhead's (row, column).
    """

    file: str
    sheet: str
    office: str
    title: str
    as_of: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value]
    first_cell: tuple[int, int] = (1, 1)
    total_label_over_stt: bool = False


def establishments(unit: Unit, year: int) -> Form:
    """Establishments by type, one row per commune."""
    rows = [[*row, total(row)] for row in unit.years[year].establishments]
    split = [("Số cơ sở kinh doanh dịch vụ > Vũ trường, quán bar", 12)] if year >= 2022 else []
    names = spelled(unit, with_type_word)
    return Form(
        file="co-so-kinh-doanh-dich-vu.xlsx",
        sheet="Bieu 01",
        office=unit.office,
        title=f"BIỂU 01: CƠ SỞ KINH DOANH DỊCH VỤ {unit.term.upper()}",
        as_of=at_cutoff(unit, year),
        columns=[
            ("STT", 6),
            (unit.name_column, 20),
            ("Số cơ sở kinh doanh dịch vụ > Cơ sở lưu trú > Khách sạn", 11),
            ("Số cơ sở kinh doanh dịch vụ > Cơ sở lưu trú > Nhà nghỉ", 11),
            ("Số cơ sở kinh doanh dịch vụ > Karaoke", 11),
            ("Số cơ sở kinh doanh dịch vụ > Xoa bóp (massage)", 12),
            ("Số cơ sở kinh doanh dịch vụ > Nhà hàng, quán ăn", 13),
            *split,
            ("Số cơ sở kinh doanh dịch vụ > Khác", 9),
            ("Tổng số", 10),
        ],
        rows=[[name, *map(dash_for_zero, row[:-1]), row[-1]] for name, row in zip(names, rows, strict=True)],
        total=totals(rows, 7 + len(split)),
    )


def inspections(unit: Unit, year: int) -> Form:
    """Inspections and breaches, one row per wave."""
    waves = unit.years[year].inspections
    return Form(
        file="kiem-tra-lien-nganh.xlsx",
        sheet="Bieu 02",
        office=unit.inspecting_office,
        title="BIỂU 02: KẾT QUẢ KIỂM TRA LIÊN NGÀNH CÁC CƠ SỞ KINH DOANH DỊCH VỤ",
        as_of=during(unit, year),
        columns=[
            ("STT", 6),
            ("Đợt kiểm tra", 16),
            ("Tháng", 8),
            ("Lượt cơ sở được kiểm tra", 14),
            ("Lượt cơ sở vi phạm > Tổng số", 10),
            ("Lượt cơ sở vi phạm > Trong đó > Cảnh cáo", 11),
            ("Lượt cơ sở vi phạm > Trong đó > Phạt tiền", 11),
            ("Lượt cơ sở vi phạm > Trong đó > Đình chỉ, thu hồi giấy phép", 15),
            ("Lượt cơ sở vi phạm > Trong đó > Xử phạt bổ sung", 12),
            ("Số tiền phạt (triệu đồng)", 13),
        ],
        rows=[[f"Đợt {number}", *wave] for number, wave in enumerate(waves, start=1)],
        total=[None, *totals([wave[1:] for wave in waves], 7)],
    )


def communication(unit: Unit, year: int) -> Form:
    """Communication work, one row per commune."""
    rows = unit.years[year].communication
    names = spelled(unit, bare_with_new_tone_mark)
    return Form(
        file="truyen-thong.xlsx",
        sheet="Bieu 03",
        office=unit.office,
        title="BIỂU 03: CÔNG TÁC TUYÊN TRUYỀN PHÒNG, CHỐNG TỆ NẠN MẠI DÂM",
        as_of=during(unit, year),
        columns=[
            ("STT", 6),
            (unit.name_column, 20),
            ("Tuyên truyền trực tiếp (buổi)", 18),
            ("Phát thanh (lượt)", 12),
            ("Tờ rơi, pano, áp phích (tờ)", 18),
            ("Cơ sở ký cam kết", 14),
            ("Ghi chú", 24),
        ],
        rows=[communication_row(name, *row) for name, row in zip(names, rows, strict=True)],
        total=[*totals(rows, 4), None],
    )


def communication_row(
    name: str, sessions: Figure, broadcasts: Figure, leaflets: Figure, commitments: Figure
) -> list[Value]:
    """One commune's row; a remark stands where nothing was held."""
    remark = "Địa bàn xa, chưa tổ chức" if sessions == broadcasts == 0 else None
    return [name, sessions, broadcasts, thousands_as_text(leaflets), commitments, remark]


def officers(unit: Unit, year: int) -> Form:
    """Officers (cán sự), volunteer teams and volunteers by commune; the table does not start at A1."""
    rows = unit.years[year].officers
    names = spelled(unit, with_stray_spaces)
    return Form(
        file="can-bo-doi-tinh-nguyen.xlsx",
        sheet="Bieu 04",
        office=unit.office,
        title="BIỂU 04: CÁN SỰ VÀ ĐỘI CÔNG TÁC XÃ HỘI TÌNH NGUYỆN CẤP XÃ",
        as_of=at_cutoff(unit, year),
        columns=[
            ("STT", 6),
            (unit.name_column, 22),
            ("Cán sự", 12),
            ("Đội công tác xã hội tình nguyện > Số đội", 14),
            ("Đội công tác xã hội tình nguyện > Số tình nguyện viên", 18),
        ],
        rows=[[name, *row] for name, row in zip(names, rows, strict=True)],
        total=totals(rows, 3),
        first_cell=(3, 2),
        total_label_over_stt=True,
    )


def spelled(unit: Unit, habit: Callable[[str], str]) -> list[str]:
    """The names of the communes as whoever filled in a sheet spells them."""
    return [(with_type_word if unit.spells_one_way else habit)(commune) for commune in unit.communes]


def at_cutoff(unit: Unit, year: int) -> str:
    """The line that dates a stock: what there is on the day of the cut-off."""
    return f"Số liệu tính đến ngày {unit.cutoff(year):%d/%m/%Y}"


def during(unit: Unit, year: int) -> str:
    """The line that dates a flow; the year begins on 15 December (NĐ 09/2019/NĐ-CP, Điều 12)."""
    return f"Số liệu từ ngày 15/12/{year - 1} đến ngày {unit.cutoff(year):%d/%m/%Y}"


# ------------------------------------------------------------------------------------------------------------
# Writing
# ------------------------------------------------------------------------------------------------------------

PLAIN = Font(name="Times New Roman", size=12)
BOLD = Font(name="Times New Roman", size=12, bold=True)
ITALIC = Font(name="Times New Roman", size=12, italic=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center")
RIGHT = Alignment(horizontal="right", vertical="center")
BOX = Border(*[Side(style="thin")] * 4)

XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ILLUSTRATIVE = "Số liệu minh họa, không phải số liệu thật: xem data/README.md"


@dataclass(frozen=True)
class HeaderCell:
    """A header cell and the first and last row and column that it covers, from 0 inside the header."""

    text: str
    top: int
    left: int
    bottom: int
    right: int


def header_cells(headers: Sequence[str]) -> Iterator[HeaderCell]:
    """The merged cells of a header: "A > B" and "A > C" share one "A"; a short path reaches the last row."""
    paths = [header.split(" > ") for header in headers]
    depth = max(len(path) for path in paths)
    for level in range(depth):
        for prefix, run in groupby(range(len(paths)), key=lambda column: paths[column][: level + 1]):
            columns = list(run)
            if len(prefix) == level + 1:
                is_leaf = len(paths[columns[0]]) == level + 1
                yield HeaderCell(prefix[-1], level, columns[0], depth - 1 if is_leaf else level, columns[-1])


@dataclass(frozen=True)
class Pen:
    """Writes into a sheet; rows and columns count from 0 at the form's first cell."""

    sheet: Worksheet
    top: int
    left: int

    def put(self, row: int, column: int, value: Value, font: Font, alignment: Alignment = CENTRED) -> None:
        """Write one cell."""
        cell = self.sheet.cell(self.top + row, self.left + column, value)
        cell.font, cell.alignment = font, alignment
        cell.number_format = "#,##0.0" if isinstance(value, float) else "#,##0"

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge the cells from the first corner to the last, both included."""
        if (top, left) != (bottom, right):
            first, last = (self.top + top, self.left + left), (self.top + bottom, self.left + right)
            self.sheet.merge_cells(None, *first, *last)

    def line(self, row: int, left: int, right: int, text: str, font: Font) -> None:
        """Write a text over several columns."""
        self.put(row, left, text, font)
        self.merge(row, left, row, right)

    def figures(self, row: int, column: int, values: Sequence[Value], font: Font) -> None:
        """Write cells side by side: words to the left, figures to the right."""
        for position, value in enumerate(values):
            self.put(row, column + position, value, font, LEFT if is_words(value) else RIGHT)

    def box(self, top: int, bottom: int, width: int) -> None:
        """Draw the lines of the table."""
        for row in range(top, bottom + 1):
            for column in range(width):
                self.sheet.cell(self.top + row, self.left + column).border = BOX

    def height(self, row: int, points: float) -> None:
        """Set the height of a row."""
        self.sheet.row_dimensions[self.top + row].height = points


def workbook(form: Form, unit: Unit, year: int) -> Workbook:
    """The form as a workbook: letterhead, title, table, signatures."""
    book = Workbook()
    sheet = book.active
    sheet.title = form.sheet
    pen = Pen(sheet, *form.first_cell)
    width = len(form.columns)

    write_letterhead(pen, form, unit, width)
    last_row = write_table(pen, form, top=7)
    write_signatures(pen, last_row + 2, width)

    for column, (_, characters) in enumerate(form.columns, start=pen.left):
        sheet.column_dimensions[get_column_letter(column)].width = characters
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if width > 7 else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.properties.title = f"{form.title} NĂM {year}"
    book.properties.description = ILLUSTRATIVE
    book.properties.creator = "make_illustrative.py"
    return book


def write_letterhead(pen: Pen, form: Form, unit: Unit, width: int) -> None:
    """The office left, the country right, then title, reference and date line: rows 0 to 5."""
    middle, right = width // 2, width - 1
    attached = f"(Kèm theo Báo cáo số         /BC-UBND ngày      tháng      năm         của {unit.authority})"
    pen.line(0, 0, middle - 1, unit.authority.upper(), PLAIN)
    pen.line(0, middle, right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD)
    pen.line(1, 0, middle - 1, form.office, BOLD)
    pen.line(1, middle, right, "Độc lập - Tự do - Hạnh phúc", BOLD)
    pen.line(3, 0, right, form.title, BOLD)
    pen.line(4, 0, right, attached, ITALIC)
    pen.line(5, 0, right, form.as_of, ITALIC)
    for row in (0, 1, 3, 4):  # long lines wrap, and Excel does not grow a merged row by itself
        pen.height(row, 34)


def write_table(pen: Pen, form: Form, top: int) -> int:
    """Header, column numbers, rows, "Tổng cộng"; returns the row of the last."""
    width = len(form.columns)
    row = top
    for cell in header_cells([header for header, _ in form.columns]):
        pen.put(top + cell.top, cell.left, cell.text, BOLD)
        pen.merge(top + cell.top, cell.left, top + cell.bottom, cell.right)
        row = max(row, top + cell.bottom)
    for header_row in range(top, row + 1):
        pen.height(header_row, 34)

    row += 1
    for column in range(width):
        pen.put(row, column, column + 1, ITALIC)
    for number, values in enumerate(form.rows, start=1):
        row += 1
        pen.put(row, 0, number, PLAIN)
        pen.figures(row, 1, values, PLAIN)

    row += 1
    if form.total_label_over_stt:
        pen.figures(row, 2, form.total, BOLD)
        pen.line(row, 0, 1, "Tổng cộng", BOLD)
    else:
        pen.figures(row, 1, ["Tổng cộng", *form.total], BOLD)
    pen.box(top, row, width)
    return row


def write_signatures(pen: Pen, row: int, width: int) -> None:
    """Who made the table and who answers for it; the names stay blank."""
    middle, right = width // 2, width - 1
    pen.line(row, 0, middle - 1, "NGƯỜI LẬP BIỂU", BOLD)
    pen.line(row, middle, right, "THỦ TRƯỞNG ĐƠN VỊ", BOLD)
    pen.line(row + 1, 0, middle - 1, "(Ký, ghi rõ họ tên)", ITALIC)
    pen.line(row + 1, middle, right, "(Ký, đóng dấu)", ITALIC)


def is_words(value: Value) -> bool:
    """Whether a cell holds words, not a figure, a dash or nothing."""
    return isinstance(value, str) and any(character.isalpha() for character in value)


def save(book: Workbook, path: Path, year: int) -> None:
    """Write a workbook so that the same figures give the same bytes on any machine.

    A workbook is a zip of XML. openpyxl stamps the time of saving into the properties and every zip entry and
    spells the XML by whichever parser it finds, and compressors differ between builds of zlib: so each entry
    is written again in canonical XML, dated by the end of the period and stored uncompressed.
    """
    day = datetime(year, 12, 14, tzinfo=UTC)
    book.properties.created = day
    made = io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            xml = canonicalize(source.read(name).decode())
            if name == "docProps/core.xml":
                xml = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{day:%Y-%m-%dT%H:%M:%SZ}", xml)
            entry = zipfile.ZipInfo(name, date_time=(year, 12, 14, 0, 0, 0))
            entry.create_system = 0  # else Windows and Linux name themselves here
            target.writestr(entry, XML_DECLARATION + xml)


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """A CSV as Excel with Vietnamese settings saves it: byte order mark, semicolons, CRLF."""
    text = "".join(";".join(row) + "\r\n" for row in rows)
    path.write_bytes(text.encode("utf-8-sig"))


def write_form(path: Path, form: Form) -> None:
    """The form as a CSV: title, day, headers with what they share written out, column numbers, rows and total."""
    paths = [header.split(" > ") for header, _ in form.columns]
    levels = range(max(map(len, paths)))
    headers = [[path[level] if level < len(path) else "" for path in paths] for level in levels]
    rows = [[str(number), *map(as_text, row)] for number, row in enumerate(form.rows, start=1)]
    total = ["", "Tổng cộng", *map(as_text, form.total)]
    blank = [""] * (len(form.columns) - 1)
    numbers = [str(number) for number in range(1, len(form.columns) + 1)]
    write_csv(path, [[form.title, *blank], [form.as_of, *blank], *headers, numbers, *rows, total])


def as_text(value: Value) -> str:
    """A cell of a sheet as a CSV has it."""
    return value if isinstance(value, str) else in_csv(value)


def write_lines(path: Path, lines: Sequence[tuple[str, str]], figures: Row) -> None:
    """A CSV with a row for each line: what is counted, in what, how many."""
    rows = [[name, measure, in_csv(count)] for (name, measure), count in zip(lines, figures, strict=True)]
    write_csv(path, [["Nội dung", "Đơn vị tính", "Số liệu"], *rows])


def write_year(folder: Path, unit: Unit, year: int) -> None:
    """Write the four workbooks and up to five CSV files of a unit's year into a folder, made if it is not there.

    The unit may have any number of communes from one up, any number of waves, and figures that are None: those
    cells stay empty, and so do the totals that would need them. `report.toml`, `narrative.md` and the row of the
    unit in a `units.csv` are the caller's. A small one:

        two = Figures.filled(0, communes=2)
        unit = Unit(
            folder="vi-du/huyen-thu", authority="UBND huyện Thử", office="PHÒNG LAO ĐỘNG",
            communes=("thị trấn Thử", "xã Nháp"),
            years={2019: Figures.filled(None, communes=2), 2020: replace(two, cases=[0, 0, 0, 1, 2, 1, 1, 0, 0])},
        )
        write_year(data / unit.folder / "2020", unit, 2020)

    Raises:
        ValueError: A table has more or fewer rows than the unit has communes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for make in (establishments, inspections, communication, officers):
        form = make(unit, year)
        if unit.as_csv:
            write_form((folder / form.file).with_suffix(".csv"), form)
        else:
            save(workbook(form, unit, year), folder / form.file, year)
    if unit.as_csv:
        (folder / "report.toml").write_text(settings(unit, year), encoding="utf-8", newline="\n")

    figures = unit.years[year]
    alone = unit.folder.partition("/")[2].startswith(("xa-", "phuong-"))
    results = [line for line in RESULTS if not (alone and line[1] == "đơn vị")]
    write_lines(folder / "vu-viec-doi-tuong.csv", CASES, figures.cases)
    if figures.records is not None:
        write_lines(folder / "ho-so-hinh-su.csv", RECORDS, figures.records)
    if figures.results is not None:
        write_lines(folder / "ket-qua-khac.csv", results, figures.results)

    services = zip([*SUPPORT, "Tổng cộng"], [*figures.support, total(figures.support)], strict=True)
    support = [[service, "lượt", in_csv(count)] for service, count in services]
    write_csv(folder / "ho-tro.csv", [["Dịch vụ hỗ trợ", "Đơn vị tính", "Số liệu"], *support])

    sources = ["Ngân sách trung ương", "Ngân sách tỉnh", unit.own_budget, "Nguồn khác", "Tổng cộng"]
    amounts = zip(sources, [*figures.budget, total(figures.budget)], strict=True)
    budget = [[source, in_csv(amount)] for source, amount in amounts]
    write_csv(folder / "kinh-phi.csv", [["Nguồn kinh phí", "Số tiền (triệu đồng)"], *budget])


def write_received(folder: Path, unit: Unit, year: int, figures: Mapping[str, float]) -> None:
    """Write the year of a unit that sends nothing but indicators which it added up itself."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.toml").write_text(settings(unit, year), encoding="utf-8", newline="\n")
    words = {"{parts}": "xã, thị trấn", "{part}": "xã", "{unit}": "huyện"}
    rows = [["Mã", "Nội dung", "Đơn vị tính", "Số liệu"]]
    for entry in tomllib.loads((DATA / "indicators.toml").read_text(encoding="utf-8"))["indicator"]:
        if entry["code"] in figures:
            name, measure = entry["name"], entry["unit"]
            for word, meant in words.items():
                name, measure = name.replace(word, meant), measure.replace(word, meant)
            rows.append([entry["code"], name, measure, in_csv(figures[entry["code"]])])
    write_csv(folder / "chi-tieu-da-tong-hop.csv", rows)


def settings(unit: Unit, year: int) -> str:
    """`report.toml` of a year that is illustrative altogether."""
    district = unit.authority.removeprefix("UBND ")
    return f"""\
# Những điều không nằm trong biểu số liệu của báo cáo năm {year}, {district}. Do make_illustrative.py viết ra.
# Chỗ nào chưa biết thì để "" và ghi rõ là chưa biết; không đoán. Ngày viết theo dạng năm-tháng-ngày.

[document]
number = ""   # chưa có số và ngày ban hành: để trống, báo cáo in ra là dự thảo
date = ""
# Cơ quan ban hành, ký hiệu, địa danh, nơi nhận, người ký: lấy từ bảng cơ quan (co-quan.csv).

[period]
# Kỳ báo cáo năm: từ 15/12 năm trước đến 14/12 năm báo cáo (Nghị định số 09/2019/NĐ-CP, Điều 12).
start = {year - 1}-12-15
end = {year}-12-14
cutoff = {unit.cutoff(year)}   # giả định

[request]
number = ""   # chưa biết văn bản nào yêu cầu báo cáo
date = ""
issuer = ""
subject = ""

[delivery]
salutation = true   # có "Kính gửi" và "Như trên"

[signature]
name = ""   # để trống trong bản dự thảo

[layout]
sections = [
    "ket-qua",
        "tinh-hinh",
        "nhiem-vu",
            "tham-muu", "phong-ngua", "dau-tranh",
    "nhan-xet",
        "uu-diem", "ton-tai", "nguyen-nhan",
    "phuong-huong",
    "kien-nghi",
]
annexes = ["co-so", "chi-tieu"]
charts_html = "body"
charts_pdf = "annex"

[intake]
dash = "zero"   # biểu minh họa: "-" là 0

[illustrative]
real = []   # không có số liệu thật nào
"""


def main() -> None:
    """Write all years of all units under DEST, by default the folder that this program stands in."""
    parser = argparse.ArgumentParser(description="Tạo các biểu số liệu minh họa.")
    parser.add_argument("dest", nargs="?", type=Path, default=DATA, help="thư mục nhận các tệp")
    destination = parser.parse_args().dest
    for unit in UNITS:
        for year in unit.years:
            write_year(destination / unit.folder / str(year), unit, year)
    for year, figures in figures_vi_du.received().items():
        write_received(destination / DAN_CHUNG.folder / str(year), DAN_CHUNG, year, figures)
    save(given_form.workbook(), destination / given_form.FILE, given_form.YEAR)


if __name__ == "__main__":
    main()
