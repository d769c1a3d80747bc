"""The figures of the districts of tỉnh Điện Biên, but for huyện Tuần Giáo to 2020; `make_illustrative.py` writes them.

Every figure is made up by a rule from a commune's code and the year: towns have more, most numbers grow slowly, some
fall in 2021, some communes are not reached or have no officers. The places are real, so nothing here counts a person, a
case or an offence; the program writes 0 for these. Which communes there were, and the change of boundaries of 2020 (NQ
815/NQ-UBTVQH14), is of `baocao/units` and `dien-bien/units.csv`; a test holds them together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

YEARS = range(2018, 2025)
# By district: code, kind and name of each commune, with the years if it was not there, or elsewhere, in some.
COMMUNES = {
    "thành phố Điện Biên Phủ": """
03124 phường Noong Bua; 03127 phường Him Lam; 03130 phường Thanh Bình; 03133 phường Tân Thanh;
03136 phường Mường Thanh; 03139 phường Nam Thanh; 03142 phường Thanh Trường; 03144 xã Tà Lèng (đến 2019);
03145 xã Thanh Minh; 03316 xã Nà Tấu (từ 2020); 03317 xã Nà Nhạn (từ 2020); 03325 xã Mường Phăng (từ 2020);
03326 xã Pá Khoang (từ 2020)
""",
    "thị xã Mường Lay": """
03148 phường Sông Đà; 03151 phường Na Lay; 03184 xã Lay Nưa
""",
    "huyện Mường Nhé": """
03154 xã Sín Thầu; 03155 xã Sen Thượng; 03157 xã Chung Chải; 03158 xã Leng Su Sìn; 03159 xã Pá Mỳ;
03160 xã Mường Nhé; 03161 xã Nậm Vì; 03162 xã Nậm Kè; 03163 xã Mường Toong; 03164 xã Quảng Lâm;
03177 xã Huổi Lếch
""",
    "huyện Mường Chà": """
03172 thị trấn Mường Chà; 03178 xã Sá Tổng; 03181 xã Mường Tùng; 03190 xã Hừa Ngài; 03191 xã Huổi Mí;
03193 xã Pa Ham; 03194 xã Nậm Nèn; 03196 xã Huổi Lèng; 03197 xã Sa Lông; 03200 xã Ma Thì Hồ; 03201 xã Na Sang;
03202 xã Mường Mươn
""",
    "huyện Tủa Chùa": """
03217 thị trấn Tủa Chùa; 03220 xã Huổi Só; 03223 xã Sín Chải; 03226 xã Tả Sìn Thàng; 03229 xã Lao Xả Phình;
03232 xã Tả Phìn; 03235 xã Tủa Thàng; 03238 xã Trung Thu; 03241 xã Sính Phình; 03244 xã Xá Nhè;
03247 xã Mường Đun; 03250 xã Mường Báng
""",
    "huyện Điện Biên": """
03316 xã Nà Tấu (đến 2019); 03317 xã Nà Nhạn (đến 2019); 03319 xã Mường Pồn; 03322 xã Thanh Nưa;
03323 xã Hua Thanh; 03325 xã Mường Phăng (đến 2019); 03326 xã Pá Khoang (đến 2019); 03328 xã Thanh Luông;
03331 xã Thanh Hưng; 03334 xã Thanh Xương; 03337 xã Thanh Chăn; 03340 xã Pa Thơm; 03343 xã Thanh An;
03346 xã Thanh Yên; 03349 xã Noong Luống; 03352 xã Noong Hẹt; 03355 xã Sam Mứn; 03356 xã Pom Lót;
03358 xã Núa Ngam; 03359 xã Hẹ Muông; 03361 xã Na Ư; 03364 xã Mường Nhà; 03365 xã Na Tông; 03367 xã Mường Lói;
03368 xã Phu Luông
""",
    "huyện Điện Biên Đông": """
03203 thị trấn Điện Biên Đông; 03205 xã Na Son; 03208 xã Phì Nhừ; 03211 xã Chiềng Sơ; 03214 xã Mường Luân;
03370 xã Pu Nhi; 03371 xã Nong U; 03373 xã Xa Dung; 03376 xã Keo Lôm; 03379 xã Luân Giói; 03382 xã Phình Giàng;
03383 xã Pú Hồng; 03384 xã Tìa Dình; 03385 xã Háng Lìa
""",
    "huyện Mường Ảng": """
03256 thị trấn Mường Ảng; 03286 xã Mường Đăng; 03287 xã Ngối Cáy; 03292 xã Ẳng Tở; 03301 xã Búng Lao;
03302 xã Xuân Lao; 03307 xã Ẳng Nưa; 03310 xã Ẳng Cang; 03312 xã Nặm Lịch; 03313 xã Mường Lạn
""",
    "huyện Nậm Pồ": """
03156 xã Nậm Tin; 03165 xã Pa Tần; 03166 xã Chà Cang; 03167 xã Na Cô Sa; 03168 xã Nà Khoa; 03169 xã Nà Hỳ;
03170 xã Nà Bủng; 03171 xã Nậm Nhừ; 03173 xã Nậm Chua; 03174 xã Nậm Khăn; 03175 xã Chà Tở; 03176 xã Vàng Đán;
03187 xã Chà Nưa; 03198 xã Phìn Hồ; 03199 xã Si Pa Phìn
""",
}
SEATS = {"03160", "03334", "03169"}
"""Communes that are busier than others although they are no towns, as far as these figures go."""
CUTOFFS = {("huyện Mường Nhé", 2021): date(2021, 11, 30), ("huyện Tủa Chùa", 2023): date(2023, 11, 15)}
"""Two districts took their figures before the period's end."""
NO_INSPECTION = {("huyện Nậm Pồ", 2021)}
OTHERWISE_FULL = 2022
"""Since this year a column of its own for vũ trường, quán bar; before they are among the others."""
TREND = {2018: 0, 2019: 1, 2020: 1, 2021: 0, 2022: 1, 2023: 2, 2024: 2}


@dataclass(frozen=True)
class Commune:
    """A commune of a district in a year; `size` is 3 in a town, 2 in a busy commune, else 1 or 0."""

    code: str
    name: str
    size: int


def communes(district: str, year: int) -> list[Commune]:
    """The communes of a district in a year, in the order of their codes."""
    found = []
    for item in COMMUNES[district].replace("\n", " ").split(";"):
        code, name, since, until = re.fullmatch(
            r"\s*(\d{5}) (.+?)(?: \(từ (\d{4})\)| \(đến (\d{4})\))?\s*", item
        ).groups()  # type: ignore[union-attr] - a test reads them all
        if int(since or 0) <= year <= int(until or 9999):
            found.append(Commune(code, name, _size(code, name)))
    return found


def _size(code: str, name: str) -> int:
    if name.startswith(("phường", "thị trấn")):
        return 3
    return 2 if code in SEATS else int(_spread(code, 0, 3) == 0)


def _spread(code: str, what: int, below: int) -> int:
    """A number from 0 to less than `below` that looks like chance and is always the same for a code."""
    return (int(code) * 7919 + what * 104729) % 1009 % below


def establishments(commune: Commune, year: int) -> list[int]:
    """Khách sạn, nhà nghỉ, karaoke, xoa bóp, nhà hàng, since 2022 vũ trường, khác."""
    code, size = commune.code, commune.size
    bars = int(size == 3 and _spread(code, 8, 4) == 0)
    others = _spread(code, 9, 2) if size else 0
    return [
        size - 2 + _spread(code, 3, 2) if size > 2 else 0,
        size + _spread(code, 4, 3) + (TREND[year] if size > 1 else 0)
        if size
        else int(_spread(code, 1, 5) == 0),
        size + _spread(code, 5, 2) - (year >= 2021)
        if size
        else int(year >= 2019 and _spread(code, 2, 6) == 0),
        _spread(code, 6, 2) if size == 3 else 0,
        size + _spread(code, 7, 4) + TREND[year] // 2 if size > 1 else 0,
        *([bars, others] if year >= OTHERWISE_FULL else [bars + others]),
    ]


def communication(commune: Commune, year: int) -> list[int]:
    """Buổi tuyên truyền trực tiếp, lượt phát thanh, tờ rơi, cơ sở ký cam kết; some communes are reached late."""
    code, size, since_2018 = commune.code, commune.size, year - 2018
    late = 0 if size else _spread(code, 10, 12)
    if late >= 9 and year < 2018 + 3 * (late - 8):
        return [0, 0, 40 * (late % 2), 0]
    sessions = 1 + 2 * size + _spread(code, 12, 2) + since_2018 // 2 - (year == 2021)
    return [
        sessions,
        4 + 8 * size + 2 * _spread(code, 13, 6) + 2 * since_2018,
        20 * sessions + 10 * _spread(code, 14, 9) + 200 * size,
        sum(establishments(commune, year)) * (50 + 5 * since_2018) // 100,
    ]


def officers(commune: Commune, year: int) -> list[int]:
    """Cán sự, đội công tác xã hội tình nguyện, tình nguyện viên."""
    code, size = commune.code, commune.size
    team = int(size > 1 or _spread(code, 15, 6) == 0)
    more = int(year >= 2022 and _spread(code, 17, 5) == 0)
    return [
        size + more + int(_spread(code, 16, 3) == 0),
        team,
        team * (5 + _spread(code, 18, 5) + TREND[year]),
    ]


def inspected(district: str, year: int, there: int) -> list[tuple[int, int]]:
    """Of each wave of inspections the month and the number of inspections, for so many establishments."""
    if (district, year) in NO_INSPECTION:
        return [(6, 0)]
    waves = 2 + len(district) % 2 + (year > 2021)
    share = there * (60 + 6 * (year - 2018) - 20 * (year == 2021)) // 100
    each = [share // waves + (wave < share % waves) for wave in range(waves)]
    return [(2 + wave * (10 // waves), count) for wave, count in enumerate(each)]


def budget(district: str, year: int) -> list[float]:
    """Triệu đồng: ngân sách trung ương, tỉnh, the district's own, nguồn khác."""
    weight = 4 + len(district) % 5
    return [0, 2 * weight + TREND[year], 3 * weight + 1.5 * (year - 2018), 0]


def results(district: str, year: int) -> list[int]:
    """The lines of the table of other results (`RESULTS` of `make_illustrative.py`)."""
    places = communes(district, year)
    since_2018 = year - 2018
    there = sum(sum(establishments(place, year)) for place in places)
    sessions = sum(communication(place, year)[0] for place in places)
    done = sum(count for _month, count in inspected(district, year, there))
    pupils, workers = 120 * len(places) + 10 * len(district), 6 * there + 40
    courses = 1 + (year > 2021)
    return [
        len(places), 2 * there + len(places), there + len(places) // 2, 28 * sessions,
        done + 2 if done else there // 2, min(done, there * 4 // 5), 3 + year % 3, 1 + len(places) // 8, courses,
        (18 + len(district)) * courses, 4 + since_2018, 3 + (year > 2019),
        min(len(places), len(places) * (50 + 8 * since_2018) // 100),
        pupils * (48 + 5 * since_2018) // 100, pupils, workers * (30 + 6 * since_2018) // 100, workers, 0, 0, 0,
    ]  # fmt: skip


# Huyện Tuần Giáo from 2021 on. By year, from then on: khách sạn, nhà nghỉ, karaoke, xoa bóp, nhà hàng, vũ trường, khác.
TUAN_GIAO = {
    2021: {"thị trấn Tuần Giáo": [2, 5, 3, 0, 2, 0, 0], "xã Mường Mùn": [0, 1, 0, 0, 0, 0, 0]},
    2022: {"thị trấn Tuần Giáo": [2, 5, 4, 0, 2, 0, 0], "xã Quài Cang": [0, 1, 0, 0, 0, 0, 0]},
    2023: {"thị trấn Tuần Giáo": [3, 5, 4, 0, 3, 0, 0], "xã Quài Cang": [0, 1, 0, 0, 1, 0, 0]},
    2024: {"thị trấn Tuần Giáo": [3, 6, 4, 0, 3, 0, 0]},
}
TUAN_GIAO_INSPECTIONS = {
    2021: [(3, 6), (10, 7)], 2022: [(2, 8), (6, 7), (10, 8)], 2023: [(3, 9), (7, 8), (11, 8)],
    2024: [(2, 9), (6, 9), (10, 9)],
}  # fmt: skip
TUAN_GIAO_BUDGET = {
    2021: [0, 14, 18, 0],
    2022: [0, 16, 21.5, 0],
    2023: [0, 18, 23, 0],
    2024: [0, 18, 25.5, 0],
}
TUAN_GIAO_RESULTS = {
    2021: [19, 38, 24, 900, 16, 11, 4, 3, 1, 36, 8, 4, 16, 1430, 2250, 150, 335, 0, 0, 0],
    2022: [19, 43, 27, 1180, 24, 18, 4, 3, 2, 78, 10, 4, 17, 1560, 2290, 190, 350, 0, 0, 0],
    2023: [19, 47, 30, 1290, 26, 20, 5, 4, 2, 80, 11, 4, 18, 1640, 2310, 215, 365, 0, 0, 0],
    2024: [19, 49, 31, 1400, 27, 22, 4, 4, 2, 81, 12, 4, 19, 1730, 2330, 240, 372, 0, 0, 0],
}


def tuan_giao_establishments(names: list[str], rows: list[list[int]], year: int) -> list[list[int]]:
    """The establishments of huyện Tuần Giáo after 2020, of whose communes `rows` are those of 2020."""
    changed = {name: row for when, those in TUAN_GIAO.items() if when <= year for name, row in those.items()}
    full = [changed.get(name, [*row[:5], 0, row[5]]) for name, row in zip(names, rows, strict=True)]
    return full if year >= OTHERWISE_FULL else [[*row[:5], row[5] + row[6]] for row in full]


def tuan_giao_communication(row: list[int], year: int) -> list[int]:
    """The communication of a commune of huyện Tuần Giáo after 2020, when it had `row`; three were not reached then."""
    since = year - 2020
    if not any(row):
        return [1, 4 + 2 * since, 40 + 10 * since, 0] if year >= 2023 else [0, 0, 0, 0]
    sessions, broadcasts, leaflets, signed = row
    return [
        max(1, sessions + since // 2 - (year == 2021)),
        broadcasts + 2 * since,
        leaflets + 20 * since,
        signed,
    ]


def tuan_giao_officers(row: list[int], year: int) -> list[int]:
    """The officers, teams and volunteers of a commune of huyện Tuần Giáo after 2020, when it had `row`."""
    people, teams, volunteers = row
    return [people + (people > 2 and year > 2022), teams, volunteers + (year - 2021 if teams else 0)]
