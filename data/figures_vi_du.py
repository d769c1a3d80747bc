"""The figures of four districts of tỉnh Ví Dụ that `make_illustrative.py` writes; huyện Minh Họa is the fifth.

The province does not exist, nor do its districts and communes: a test compares every name with all units of the
country. Here alone there are cases, breaches and persons, small counts and large ones, so that the public edition has
something to hide and somebody to hide it from. What is particular:

    huyện Hình Dung    the largest; most of its counts may be published
    huyện Phác Họa     calls its establishments "nhạy cảm", and takes its figures before the period's end
    huyện Giả Lập      the smallest: fewer establishments than a hidden count may be; sent nothing for 2019
    huyện Dẫn Chứng    does not use these tables: sends the indicators that it added up itself

A text table has a row for each commune and the years side by side, as in `make_illustrative.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class District:
    """A district that sends tables: `tables` are the arguments of `make_illustrative.yearly`."""

    name: str
    communes: tuple[str, ...]
    tables: Mapping[str, Any]
    term: str = "dễ phát sinh tệ nạn mại dâm"
    cutoffs: Mapping[int, date] = field(default_factory=dict)


HINH_DUNG = District(
    name="huyện Hình Dung",
    communes=("thị trấn Hình Dung", "xã Ẩn Dụ", "xã Hoán Dụ", "xã Nhân Hóa", "xã Điệp Ngữ", "xã Thậm Xưng"),
    tables={
        "establishments": """
                 2018                 2019                 2020
Hình Dung    |   5  9  8  4  7  2  |  6 10  8  5  8  2  |  6 11  7  5  9  3
Ẩn Dụ        |   1  3  2  1  2  0  |  1  3  2  1  2  0  |  1  4  2  1  3  0
Hoán Dụ      |   0  2  1  0  1  0  |  0  2  2  0  1  0  |  0  2  2  1  1  0
Nhân Hóa     |   0  1  1  0  0  0  |  0  1  1  0  0  0  |  0  1  0  0  1  0
Điệp Ngữ     |   0  0  0  0  0  0  |  0  1  0  0  0  0  |  0  1  1  0  0  0
""",
        "communication": """
                 2018                 2019                 2020
Hình Dung    |  12  52  2200  20   | 13  56  2500  24   | 15  60  2800  29
Ẩn Dụ        |   4  20   520   4   |  5  22   560   5   |  5  24   600   7
Hoán Dụ      |   3  14   360   2   |  3  16   380   3   |  4  18   420   4
Nhân Hóa     |   2   8   180   1   |  2  10   200   1   |  2  12   240   1
Điệp Ngữ     |   0   0    40   0   |  1   6    90   0   |  2   8   120   1
Thậm Xưng    |   0   0     0   0   |  0   0    30   0   |  0   4    60   0
""",
        "officers": """
                 2018                 2019                 2020
Hình Dung    |   5  2  17          |  5  2  18          |  6  2  20
Ẩn Dụ        |   2  1   6          |  2  1   6          |  2  1   7
Hoán Dụ      |   1  0   0          |  1  1   5          |  1  1   5
Nhân Hóa     |   1  0   0          |  1  0   0          |  1  0   0
Điệp Ngữ     |   0  0   0          |  0  0   0          |  1  0   0
""",
        "inspections": {
            2018: [(3, 16, 4, 1, 2, 0, 1, 11), (6, 14, 3, 1, 2, 0, 0, 9.5), (11, 15, 5, 2, 2, 1, 1, 19)],
            2019: [(3, 17, 5, 2, 3, 0, 1, 14), (7, 18, 4, 1, 2, 1, 0, 16.5), (11, 16, 4, 2, 2, 0, 0, 10)],
            2020: [(2, 18, 5, 1, 3, 1, 1, 21), (6, 17, 6, 2, 4, 0, 2, 20), (9, 16, 3, 1, 2, 0, 0, 9),
                   (11, 15, 4, 1, 2, 1, 1, 17.5)],
        },
        "budget": {2018: [30, 45, 62.5, 10], 2019: [30, 50, 66, 10], 2020: [0, 50, 71.5, 15]},
        "cases": {
            2018: [26, 2, 7, 9, 31, 15, 15, 12, 11],
            2019: [28, 3, 8, 11, 38, 18, 17, 14, 13],
            2020: [22, 2, 6, 12, 41, 21, 20, 15, 14],
        },
        "support": {2018: [11, 15, 9, 3, 17], 2019: [13, 18, 11, 2, 19], 2020: [14, 20, 12, 5, 16]},
        "records": {
            2018: [41, 19, 11, 4, 4, 3, 0, 1],
            2019: [44, 22, 12, 5, 5, 3, 1, 2],
            2020: [38, 18, 9, 6, 6, 4, 0, 2],
        },
        "results": {
            2018: [2, 164, 109, 910, 48, 33, 6, 5, 2, 64, 14, 4, 5, 1480, 2400, 320, 510, 1, 4, 2],
            2019: [2, 181, 120, 1060, 50, 37, 6, 5, 2, 71, 16, 4, 6, 1710, 2450, 350, 530, 1, 6, 3],
            2020: [3, 188, 126, 1240, 60, 44, 7, 6, 3, 95, 18, 4, 6, 1850, 2480, 380, 540, 2, 5, 2],
        },
    },
)  # fmt: skip

PHAC_HOA = District(
    name="huyện Phác Họa",
    communes=("thị trấn Phác Họa", "xã Bản Thảo", "xã Khuôn Mẫu", "xã Nguyên Mẫu", "xã Nét Vẽ"),
    term="nhạy cảm",
    cutoffs={year: date(year, 11, 20) for year in (2018, 2019, 2020)},
    tables={
        "establishments": """
                 2018                 2019                 2020
Phác Họa     |   1  4  3  1  2  0  |  1  4  3  1  3  1  |  2  4  3  1  3  1
Bản Thảo     |   0  1  1  0  0  0  |  0  1  1  0  1  0  |  0  1  1  0  1  0
Khuôn Mẫu    |   0  1  0  0  1  0  |  0  1  0  0  1  0  |  0  1  1  0  1  0
Nét Vẽ       |   0  0  1  0  0  0  |  0  0  1  0  0  0  |  0  1  1  0  0  0
""",
        "communication": """
                 2018                 2019                 2020
Phác Họa     |   6  28   900   7   |  7  30  1050   8   |  8  32  1200   9
Bản Thảo     |   2  10   200   1   |  2  12   220   1   |  2  12   240   2
Khuôn Mẫu    |   1   6   100   0   |  2   8   140   1   |  2  10   160   1
Nguyên Mẫu   |   0   0     0   0   |  0   4    40   0   |  1   6    60   0
Nét Vẽ       |   1   4    60   0   |  1   4    70   0   |  1   6    90   1
""",
        "officers": """
                 2018                 2019                 2020
Phác Họa     |   3  1   9          |  3  1   9          |  3  1  10
Bản Thảo     |   1  0   0          |  1  0   0          |  1  1   5
Khuôn Mẫu    |   0  0   0          |  1  0   0          |  1  0   0
""",
        "inspections": {
            2018: [(4, 8, 1, 1, 0, 0, 0, 0), (9, 7, 2, 0, 2, 0, 0, 6)],
            2019: [(4, 9, 2, 1, 1, 0, 0, 3.5), (10, 8, 1, 0, 1, 0, 1, 4)],
            2020: [(3, 9, 1, 0, 1, 0, 0, 3), (6, 8, 0, 0, 0, 0, 0, 0), (10, 8, 2, 1, 0, 1, 0, 0)],
        },
        "budget": {2018: [10, 20, 24, 0], 2019: [10, 20, 26.5, 0], 2020: [0, 25, 28, 0]},
        "cases": {
            2018: [3, 1, 2, 1, 4, 3, 3, 2, 1],
            2019: [4, 0, 1, 2, 6, 5, 4, 2, 3],
            2020: [5, 1, 2, 3, 7, 4, 4, 3, 3],
        },
        "support": {2018: [1, 2, 2, 0, 3], 2019: [2, 3, 2, 0, 4], 2020: [2, 4, 1, 1, 4]},
        "records": {
            2018: [6, 3, 2, 1, 1, 0, 0, 0],
            2019: [7, 3, 1, 1, 1, 0, 0, 0],
            2020: [8, 4, 2, 1, 0, 1, 0, 0],
        },
        "results": {
            2018: [4, 38, 24, 310, 16, 11, 3, 2, 1, 26, 5, 3, 3, 410, 780, 70, 140, 0, 0, 0],
            2019: [4, 43, 27, 350, 18, 12, 3, 2, 1, 28, 6, 4, 4, 480, 800, 85, 150, 0, 1, 0],
            2020: [4, 46, 29, 390, 24, 16, 4, 2, 1, 30, 6, 3, 4, 520, 810, 90, 150, 0, 0, 1],
        },
    },
)

GIA_LAP = District(
    name="huyện Giả Lập",
    communes=("thị trấn Giả Lập", "xã Thử Nghiệm", "xã Phép Thử", "xã Kiểm Nghiệm"),
    tables={
        "establishments": """
                 2018                 2020
Giả Lập      |   0  1  1  0  0  0  |  0  1  1  0  0  0
Thử Nghiệm   |   0  0  0  0  1  0  |  0  1  0  0  1  0
""",
        "communication": """
                 2018                 2020
Giả Lập      |   4  16   400   2   |  4  18   450   2
Thử Nghiệm   |   1   6   100   0   |  2   8   140   1
Phép Thử     |   0   0     0   0   |  1   4    60   0
""",
        "officers": """
                 2018                 2020
Giả Lập      |   2  1   5          |  2  1   6
Thử Nghiệm   |   1  0   0          |  1  0   0
""",
        "inspections": {
            2018: [(5, 3, 1, 1, 0, 0, 0, 0), (10, 2, 0, 0, 0, 0, 0, 0)],
            2020: [(6, 2, 1, 0, 1, 0, 0, 3)],
        },
        "budget": {2018: [0, 12, 14.5, 0], 2020: [0, 15, 16, 0]},
        "cases": {2018: [1, 0, 1, 0, 0, 1, 1, 0, 0], 2020: [2, 0, 2, 1, 2, 2, 1, 1, 1]},
        "support": {2018: [0, 0, 0, 0, 0], 2020: [1, 1, 0, 0, 2]},
        "records": {2018: [2, 1, 0, 0, 0, 0, 0, 0], 2020: [3, 1, 1, 0, 0, 0, 0, 0]},
        "results": {
            2018: [3, 7, 4, 190, 6, 3, 2, 1, 0, 0, 2, 2, 2, 180, 390, 20, 60, 0, 0, 0],
            2020: [2, 9, 6, 220, 6, 2, 2, 1, 1, 14, 3, 2, 3, 240, 400, 30, 60, 0, 1, 0],
        },
    },
)

DISTRICTS = (HINH_DUNG, PHAC_HOA, GIA_LAP)

DAN_CHUNG = "huyện Dẫn Chứng"
DAN_CHUNG_COMMUNES = ("thị trấn Dẫn Chứng", "xã Trích Dẫn", "xã Chú Giải", "xã Tham Chiếu")
RECEIVED = """
                 2018     2019     2020
A1            |      7 |      6 |      8
A2            |      1 |      1 |      0
B1            |     17 |     19 |     18
B.khach_san   |      1 |      1 |      1
B.nha_nghi    |      6 |      7 |      7
B.karaoke     |      4 |      4 |      3
B.xoa_bop     |      1 |      2 |      1
B.nha_hang    |      4 |      4 |      5
B.khac        |      1 |      1 |      1
B2            |      3 |      3 |      3
B3            |      2 |      3 |      1
C1            |     11 |     13 |     14
C2            |     48 |     52 |     56
C3            |   1100 |   1250 |   1300
C4            |      3 |      3 |      4
C5            |     75 |     75 |    100
C6            |      9 |     10 |     12
C7            |   52.9 |   52.6 |   66.7
D1            |      2 |      2 |      3
D2            |     17 |     19 |     22
D3            |      3 |      4 |      6
D4            |    7.5 |     12 |   17.5
D.canh_cao    |      1 |      1 |      2
D.phat_tien   |      2 |      3 |      3
D.dinh_chi    |      0 |      0 |      1
D.bo_sung     |      0 |      1 |      0
E1            |      2 |      1 |      4
E2            |      6 |      3 |      9
E3            |      4 |      6 |      5
E4            |      4 |      5 |      5
E5            |    100 |   83.3 |    100
F1            |      3 |      1 |      4
F2            |      2 |      2 |      4
G1            |      6 |      9 |     11
G.tu_van      |      1 |      2 |      2
G.giao_duc    |      2 |      2 |      3
G.y_te        |      1 |      2 |      2
G.viec_lam    |      0 |      0 |      1
G.hiv         |      2 |      3 |      3
H1            |      5 |      5 |      6
H2            |      3 |      3 |      3
H3            |      1 |      2 |      2
H4            |      6 |     11 |     12
I1            |     54 |   58.5 |     61
I.trung_uong  |     10 |     10 |      0
I.tinh        |     18 |     20 |     25
I.huyen       |     26 |   28.5 |     36
I.khac        |      0 |      0 |      0
"""
"""What huyện Dẫn Chứng says of itself, by code of `indicators.toml`; its percentages are rounded."""


def received() -> dict[int, dict[str, float]]:
    """The indicators that huyện Dẫn Chứng sent, by year."""
    years, *lines = RECEIVED.strip("\n").splitlines()
    rows = {code.strip(): figures for code, *figures in (line.split("|") for line in lines)}
    return {
        int(year): {code: float(figures[position]) for code, figures in rows.items()}
        for position, year in enumerate(years.split())
    }
