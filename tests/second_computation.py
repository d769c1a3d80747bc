"""Every indicator computed a second time: plain Python from the cells that offices sent, in exact fractions.

It was written from the definitions in `data/indicators.toml` and from the sheets, without a look at the notebooks, and it
shares no code with them or with `baocao`: no pandas, no common reader, no common list of units. It knows the sheets of the
sample data and nothing else; it is no reader of messy files.

A number is a `Fraction`; None is a figure that nobody sent, and what rests on it is None too.
"""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
WHOLE = "_tinh"  # the folder of a province's roll-up

Number = Fraction | None

# --- the figures that the sheets hold, by indicator: the words that head a column or stand in a line -------------------

PLACES = "Xã, thị trấn|Xã, phường, thị trấn|Xã, phường|Phường, xã|Đơn vị|Xã|Phường"
TYPES = {
    "B.khach_san": "Khách sạn",
    "B.nha_nghi": "Nhà nghỉ",
    "B.karaoke": "Karaoke",
    "B.xoa_bop": "Xoa bóp (massage)",
    "B.nha_hang": "Nhà hàng, quán ăn",
    "B.vu_truong": "Vũ trường, quán bar",
    "B.khac": "Khác",
}
COMMUNICATION = {
    "C1": "Tuyên truyền trực tiếp (buổi)",
    "C2": "Phát thanh (lượt)",
    "C3": "Tờ rơi, pano, áp phích (tờ)",
    "C6": "Cơ sở ký cam kết",
}
OFFICERS = {"H1": "Cán sự", "H3": "Số đội", "H4": "Số tình nguyện viên"}
INSPECTIONS = {
    "D3": "Tổng số",
    "D.canh_cao": "Cảnh cáo",
    "D.phat_tien": "Phạt tiền",
    "D.dinh_chi": "Đình chỉ, thu hồi giấy phép",
    "D.bo_sung": "Xử phạt bổ sung",
    "D4": "Số tiền phạt (triệu đồng)",
}

CASES = {
    "A1": "Số người bán dâm hoạt động trên địa bàn",
    "A2": "Số tụ điểm, địa bàn phức tạp về mại dâm",
    "B3": "Số cơ sở kinh doanh dịch vụ nghi hoạt động mại dâm",
    "E1": "Số vụ mại dâm bị phát hiện, triệt phá",
    "E2": "Số đối tượng bị xử lý",
    "E3": "Số tin báo, tố giác tiếp nhận",
    "E4": "Số tin báo, tố giác đã xử lý",
    "F1": "Số người bán dâm bị xử phạt vi phạm hành chính",
    "F2": "Số người mua dâm bị xử phạt vi phạm hành chính",
}
RECORDS = {
    "A3": "Số người bán dâm ước tính",
    "A4": "Số người bán dâm có hồ sơ quản lý",
    "B6": "Số nhân viên cơ sở kinh doanh dịch vụ nghi hoạt động mại dâm",
    "E6": "Số vụ bị khởi tố về các tội liên quan đến mại dâm",
    "E.chua": "Số người bị khởi tố về tội chứa mại dâm",
    "E.moi_gioi": "Số người bị khởi tố về tội môi giới mại dâm",
    "E.mua_duoi_18": "Số người bị khởi tố về tội mua dâm người dưới 18 tuổi",
    "F3": "Số người dưới 18 tuổi bị xử lý hành chính",
}
SUPPORT = {
    "G.tu_van": "Tư vấn, trợ giúp pháp lý",
    "G.giao_duc": "Giáo dục, truyền thông",
    "G.y_te": "Chăm sóc y tế",
    "G.viec_lam": "Học nghề, tạo việc làm",
    "G.hiv": "Dự phòng lây nhiễm HIV",
}
MONEY = {"I.trung_uong": "Ngân sách trung ương", "I.tinh": "Ngân sách tỉnh", "I.khac": "Nguồn khác"}
RESULTS = {
    "B4": "Số nhân viên của các cơ sở kinh doanh dịch vụ",
    "B5": "Số nhân viên nữ của các cơ sở kinh doanh dịch vụ",
    "C8": "Số lượt người dự tuyên truyền trực tiếp",
    "D5": "Số lượt cơ sở phải kiểm tra theo kế hoạch",
    "D7": "Số cơ sở được kiểm tra ít nhất một lần",
    "J1": "Số văn bản chỉ đạo, hướng dẫn đã ban hành",
    "K1": "Số hòm thư tố giác hiện có",
    "K2": "Số lớp tập huấn",
    "K3": "Số lượt người dự tập huấn",
    "K4": "Số tin, bài, chuyên mục đã đăng, phát",
    "K5": "Số quý có tin, bài, chuyên mục",
    "K8": "Số học sinh, sinh viên được tuyên truyền",
    "K9": "Số học sinh, sinh viên trên địa bàn",
    "K11": "Số người lao động được tuyên truyền",
    "K12": "Số người lao động trên địa bàn",
    "K14": "Số mô hình thí điểm hiện có",
    "K15": "Số phụ nữ được học nghề",
    "K16": "Số phụ nữ được vay vốn",
}
RESULTS_OF_PARTS = {
    "A5": "Số đơn vị cấp xã không có tệ nạn mại dâm",
    "K6": "Số đơn vị cấp xã có kế hoạch phòng, chống mại dâm",
}
RECEIVED = "chi-tieu-da-tong-hop"

SUMS = {
    "B1": list(TYPES),
    "E7": ["E.chua", "E.moi_gioi", "E.mua_duoi_18"],
    "F4": ["F1", "F2", "F3"],
    "G1": list(SUPPORT),
    "I1": ["I.trung_uong", "I.tinh", "I.huyen", "I.xa", "I.khac"],
}
# Percentages: numerator and denominator; "parts" is how many communes the unit has on the last day of the period.
RATES = {
    "C5": ("C4", "parts"),
    "C7": ("C6", "B1"),
    "D6": ("D2", "D5"),
    "D8": ("D7", "B1"),
    "E5": ("E4", "E3"),
    "K7": ("K6", "parts"),
    "K10": ("K8", "K9"),
    "K13": ("K11", "K12"),
}
BY_PLACE = ("B1", *TYPES, "C4", "H1")  # given for each commune too
NOT_ADDED = ("J2", "K5")  # no sum over units
FLOWS = {"C", "D", "E", "F", "G", "I", "J", "K"}  # by the first letter, but for these:
STOCKS = {"K1", "K9", "K12", "K14"}
COUNT_PARTS = (
    "A5",
    "B2",
    "C4",
    "C5",
    "H2",
    "K6",
    "K7",
)  # they count communes, so communes must be what they were
# A type that got a column of its own was counted in another before: neither compares with the year before that.
SPLIT = {2022: ("B.vu_truong", "B.khac")}


@dataclass(frozen=True)
class Row:
    """What one line of indicators.csv must say."""

    value: Number = None
    numerator: Number = None
    denominator: Number = None
    previous: Number = None
    change: Number = None
    target: Number = None
    achieved: Number = None
    comparable: bool = False
    why_not: str = ""


# --- words, numbers, cells --------------------------------------------------------------------------------------------

TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


def plain(text: object) -> str:
    """Lower case, one space, and every syllable's tone at its end: Toả and Tỏa become the same, Tòng and Tông do not."""
    syllables = []
    for syllable in unicodedata.normalize("NFD", str(text)).lower().split():
        letters = [c for c in syllable if c not in TONES]
        syllables.append("".join(letters + [c for c in syllable if c in TONES]))
    return " ".join(syllables)


def slug(text: str) -> str:
    """The name of a folder: no accents, hyphens."""
    bare = "".join(
        c
        for c in unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
        if not unicodedata.combining(c)
    )
    return "-".join(bare.replace("'", " ").split())


def number(cell: object, dash: Number) -> Number:
    """The number in a cell: 12, 9.5 or text with dots between thousands and a decimal comma."""
    text = "" if cell is None else str(cell).strip()
    if not text:
        return None
    if text in ("-", "–"):
        return dash
    if isinstance(cell, str):
        whole, _, rest = text.partition(",")
        groups = whole.split(".")
        assert all(len(g) == 3 for g in groups[1:]), text
        text = "".join(groups) + ("." + rest if rest else "")
    return Fraction(Decimal(text))


def total(parts: Iterable[Number]) -> Number:
    """The sum; None if a part is missing."""
    found = list(parts)
    return None if any(p is None for p in found) else sum((p for p in found if p is not None), Fraction(0))


def percent(numerator: Number, denominator: Number) -> Number:
    """So many of a hundred; None over zero."""
    return None if numerator is None or not denominator else numerator * 100 / denominator


def cells_of(path: Path) -> list[list[Any]]:
    """The cells of a file's only sheet."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [[cell or None for cell in line] for line in csv.reader(file, delimiter=";")]
    book = openpyxl.load_workbook(path)
    return [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]


def records(path: Path, key: str) -> list[dict[str, Any]]:
    """The lines of a table as {lowest heading: cell}, up to its total.

    `key` is how the column that names the line may be headed. Where its cell is empty, the row below has lower headings;
    a row of column numbers may follow.
    """
    lines = cells_of(path)
    keys = {plain(k) for k in key.split("|")}
    first, column = next(
        (i, j) for i, line in enumerate(lines) for j, cell in enumerate(line) if cell and plain(cell) in keys
    )
    last = first
    while any(lines[last + 1]) and not lines[last + 1][column]:
        last += 1
    headings: list[str] = []
    for j in range(len(lines[first])):
        stack = [line[j] for line in lines[first : last + 1] if j < len(line) and line[j]]
        headings.append(str(stack[-1]).split(" > ")[-1].strip() if stack else "")
    counted = [str(cell) for cell in lines[last + 1] if cell is not None]
    if counted == [str(n + 1) for n in range(len(counted))]:
        last += 1
    found = []
    for line in lines[last + 1 :]:
        texts = [plain(c) for c in line if isinstance(c, str)]
        if not any(c is not None for c in line) or (texts and texts[0] == plain("Tổng cộng")):
            break
        found.append({"key": line[column], **{h: c for h, c in zip(headings, line, strict=False) if h}})
    return found


# --- units and their boundaries ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A row of a list of units."""

    code: str
    name: str
    type: str
    level: str
    parent: str
    since: str
    until: str
    successors: tuple[str, ...]

    def on(self, day: dt.date) -> bool:
        """Whether it exists on a day."""
        return (self.since or "0000") <= day.isoformat() <= (self.until or "9999")


def _places(path: Path, province: str) -> list[Place]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Place(
                r["code"],
                r["name"],
                r["type"],
                r["level"],
                r["parent_code"],
                r["valid_from"],
                r["valid_to"],
                tuple(r["successor_code"].split()),
            )
            for r in csv.DictReader(file)
            if r["province"] == province
        ]


@cache
def places(province: str) -> tuple[Place, ...]:
    """The units of a province at all times; its own list stands in place of the country's for the time it speaks of."""
    own_list = DATA / province / "units.csv"
    own = _places(own_list, province) if own_list.is_file() else []

    def replaced(place: Place) -> bool:
        return any(
            o.code == place.code
            and (o.since or "0000") <= (place.until or "9999")
            and (place.since or "0000") <= (o.until or "9999")
            for o in own
        )

    country = _places(ROOT / "baocao" / "units" / "units.csv", province)
    return (*[p for p in country if not replaced(p)], *own)


@dataclass
class Year:
    """What a unit sent for a year: figures of the whole unit by code, and by code and place (`by_place`)."""

    province: str
    year: int
    folder: Path
    settings: dict[str, Any]
    place: Place
    parts: list[Place]
    figures: dict[str, Number] = field(default_factory=dict)
    by_place: dict[str, dict[str, Number]] = field(default_factory=dict)
    received: bool = False

    @property
    def places(self) -> list[Place]:
        """The places of which tables have a row: the communes, or the unit itself if it has none."""
        return self.parts or [self.place]

    @property
    def days(self) -> tuple[dt.date, dt.date, dt.date]:
        """First and last day of the period, and the day up to which figures were counted."""
        period = self.settings["period"]
        return period["start"], period["end"], period["cutoff"]


def settings_of(folder: Path) -> dict[str, Any]:
    """The report.toml of a folder."""
    with (folder / "report.toml").open("rb") as file:
        return tomllib.load(file)


def file_of(folder: Path, stem: str) -> Path | None:
    """The file of a table, whatever its format."""
    return next(iter(sorted(folder.glob(f"{stem}.*"))), None)


@cache
def year_of(province: str, unit: str, year: int) -> Year | None:
    """What a unit sent for a year; None if it sent nothing."""
    folder = DATA / province / unit / str(year)
    if not (folder / "report.toml").is_file():
        return None
    settings = settings_of(folder)
    last = settings["period"]["end"]
    place = next(
        p
        for p in places(province)
        if p.on(last) and p.level != "province" and slug(f"{p.type} {p.name}") == unit
    )
    parts = [p for p in places(province) if p.on(last) and p.level == "commune" and p.parent == place.code]
    sent = Year(province, year, folder, settings, place, parts)
    received = file_of(folder, RECEIVED)
    if received:
        sent.received = True
        for line in records(received, "Mã|Mã chỉ tiêu"):
            sent.figures[line["key"]] = number(line["Số liệu"], None)
    else:
        _read(sent)
    return sent


class Sheets:
    """The tables of a unit's folder."""

    def __init__(self, sent: Year) -> None:
        """Of what a unit sent for a year."""
        self.sent = sent
        self.dash = {"zero": Fraction(0), "missing": None}[sent.settings["intake"]["dash"]]

    def table(self, stem: str, key: str) -> list[dict[str, Any]]:
        """The lines of a table, none if there is no such file."""
        path = file_of(self.sent.folder, stem)
        return records(path, key) if path else []

    def numbers(self, lines: list[dict[str, Any]], heading: str) -> list[Number]:
        """A column."""
        return [number(line[heading], self.dash) for line in lines]

    def code_of(self, name: object) -> str:
        """The code of the place that a sheet names: Tuần Giáo, TT. Tuần Giáo, Thị trấn Tuần Giáo."""
        short = {"thị trấn": ["tt", "tt."], "xã": ["x."], "phường": ["p."]}
        for p in self.sent.places:
            words = [p.type, *short.get(p.type, [])]
            if plain(name) in [plain(p.name), *(plain(f"{word} {p.name}") for word in words)]:
                return p.code
        raise LookupError(f"{self.sent.folder}: {name!r}")

    def read_places(self, stem: str, headings: dict[str, str]) -> None:
        """A table with a row for each place."""
        lines = self.table(stem, PLACES)
        codes = [self.code_of(line["key"]) for line in lines]
        assert len(codes) == len(set(codes)), (self.sent.folder, stem, "a place twice")
        for code, heading in headings.items():
            if heading in lines[0]:
                found = dict(zip(codes, self.numbers(lines, heading), strict=True))
                self.sent.by_place[code] = {p.code: found.get(p.code) for p in self.sent.places}

    def read_lines(self, stem: str, key: str, matters: dict[str, str], heading: str = "Số liệu") -> None:
        """A table with a line for each matter."""
        lines = self.table(stem, key)
        found = dict(zip((plain(line["key"]) for line in lines), self.numbers(lines, heading), strict=True))
        if lines:
            self.sent.figures |= {code: found.get(plain(name)) for code, name in matters.items()}

    def read_waves(self) -> None:
        """The table of inspections, a line for each wave: a wave without any inspection is none."""
        waves = self.table("kiem-tra-lien-nganh", "Đợt kiểm tra")
        inspected = self.numbers(waves, "Lượt cơ sở được kiểm tra")
        figures = self.sent.figures
        figures["D1"] = None if None in inspected else Fraction(sum(n != 0 for n in inspected))
        figures["D2"] = total(inspected)
        for code, heading in INSPECTIONS.items():
            figures[code] = total(self.numbers(waves, heading))


def _read(sent: Year) -> None:
    """The cells of a unit's tables."""
    sheets = Sheets(sent)
    sheets.read_places("co-so-kinh-doanh-dich-vu", TYPES)
    sheets.read_places("truyen-thong", COMMUNICATION)
    sheets.read_places("can-bo-doi-tinh-nguyen", OFFICERS)
    sheets.read_waves()
    sheets.read_lines("vu-viec-doi-tuong", "Nội dung", CASES)
    sheets.read_lines("ho-so-hinh-su", "Nội dung", RECORDS)
    sheets.read_lines("ho-tro", "Dịch vụ hỗ trợ", SUPPORT)
    sheets.read_lines("ket-qua-khac", "Nội dung", RESULTS | (RESULTS_OF_PARTS if sent.parts else {}))
    own = {"I.xa" if sent.place.level == "commune" else "I.huyen": f"Ngân sách {sent.place.type}"}
    sheets.read_lines("kinh-phi", "Nguồn kinh phí", MONEY | own, "Số tiền (triệu đồng)")


# --- indicators -------------------------------------------------------------------------------------------------------


def derived(
    figures: dict[str, Number], by_place: dict[str, dict[str, Number]], parts: list[Place]
) -> dict[tuple[str, str], Number]:
    """All figures by code and place, "" being the whole unit: what was sent, sums and counts; "parts" among them."""
    whole = dict(figures)
    detail = {code: dict(values) for code, values in by_place.items()}
    types = [detail[code] for code in TYPES if code in detail]
    if types:
        detail["B1"] = {p: total(t[p] for t in types) for p in types[0]}
    if "C1" in detail:
        detail["C4"] = {p: reached(c1, detail["C2"][p]) for p, c1 in detail["C1"].items()}
    for code, values in detail.items():
        whole[code] = total(values.values())
    if parts:
        whole["parts"] = Fraction(len(parts))
        for code, counted in {"B2": "B1", "H2": "H1"}.items():
            if counted in detail:
                whole[code] = total(None if n is None else Fraction(n > 0) for n in detail[counted].values())
    else:
        whole.pop("C4", None)
        detail = {}
    for code, addends in SUMS.items():
        there = [whole[a] for a in addends if a in whole]
        if there and code not in whole:
            whole[code] = total(there)
    found = {(code, ""): value for code, value in whole.items()}
    return found | {(code, p): detail[code][p] for code in BY_PLACE if code in detail for p in detail[code]}


def reached(sessions: Number, broadcasts: Number) -> Number:
    """1 if a commune was reached by a session or a broadcast, 0 if by neither."""
    if (sessions or 0) > 0 or (broadcasts or 0) > 0:
        return Fraction(1)
    return None if sessions is None or broadcasts is None else Fraction(0)


def with_rates(figures: dict[tuple[str, str], Number]) -> dict[tuple[str, str], Row]:
    """A row for each figure and percentage, the counts behind percentages left out."""
    rows = {key: Row(value=value) for key, value in figures.items() if key[0] != "parts"}
    for code, (above, below) in RATES.items():
        if (above, "") in figures and (below, "") in figures:
            n, d = figures[above, ""], figures[below, ""]
            rows[code, ""] = Row(
                figures.get((code, ""), percent(n, d)), n, d
            )  # as it came, if it came added up
    return rows


def rows_of(sent: Year) -> dict[tuple[str, str], Row]:
    """A unit's rows by code and place, the comparison left out; what came added up already is taken as it came."""
    rows = with_rates(derived(sent.figures, sent.by_place, sent.parts))
    if not sent.received:
        number_of_targets = len(targets(sent.province, sent.year))
        return rows | {("J2", ""): Row(Fraction(number_of_targets) if number_of_targets else None)}
    return {(code, place): row for (code, place), row in rows.items() if code in sent.figures}


# --- the year before, on this year's boundaries -----------------------------------------------------------------------


def sources(now: Year, before: dt.date) -> dict[str, set[str] | None]:
    """For each place of this year the codes of the places of an earlier day that it is made of; None if of parts of some."""
    end = now.days[1]
    today = {p.code for p in places(now.province) if p.level == "commune" and p.on(end)}
    made: dict[str, set[str] | None] = {p.code: set() for p in now.places}
    for old in places(now.province):
        if old.level != "commune" or not old.on(before):
            continue
        became = {old.code} if old.on(end) else set(old.successors)
        assert became <= today, (old, "who took this place over is not known")
        for code in became & made.keys():
            known = made[code]
            made[code] = None if known is None or len(became) > 1 else known | {old.code}
    return {code: made_of or None for code, made_of in made.items()}


@cache
def sent_by_all(province: str, year: int) -> tuple[Year, ...]:
    """What all units of a province sent for a year."""
    units = sorted(f.parent.parent.name for f in (DATA / province).glob(f"*/{year}/report.toml"))
    return tuple(found for u in units if u != WHOLE and (found := year_of(province, u, year)))


def before(now: Year, unit: str) -> tuple[dict[tuple[str, str], Number], set[str], bool]:
    """The figures of the year before on this year's boundaries, the places that are not made of whole ones, and whether
    the unit as a whole has the territory that it had.
    """
    own = year_of(now.province, unit, now.year - 1)
    day = own.days[1] if own else now.days[1].replace(year=now.year - 1)
    made = sources(now, day)
    all_old = {p.code: p for p in places(now.province) if p.level == "commune" and p.on(day)}
    here = {p.code for p in now.places}
    end = now.days[1]
    touching = {c: {c} if p.on(end) else set(p.successors) for c, p in all_old.items()}
    touching = {c: became for c, became in touching.items() if became & here}
    whole = all(became <= here for became in touching.values())
    same = whole and own is not None and {p.code for p in own.places} == touching.keys()

    reported: dict[str, dict[str, Number]] = {}
    for other in sent_by_all(now.province, now.year - 1):
        for code, values in other.by_place.items():
            reported.setdefault(code, {}).update({p: v for p, v in values.items() if p in touching})
    by_place = {
        code: {p: None if m is None else total(values.get(s) for s in m) for p, m in made.items()}
        for code, values in reported.items()
        if values
    }
    figures = dict(own.figures) if own and same else {}
    found = derived(figures, by_place, now.parts)
    lost = {p for p, m in made.items() if m is None}
    if not whole:
        found = {key: value for key, value in found.items() if key[1]}
    elif lost:  # what can be added up is known for the unit as a whole all the same
        found |= {(c, ""): total(values.get(s) for s in touching) for c, values in reported.items()}
        found["B1", ""] = total(found[t, ""] for t in TYPES if (t, "") in found)
    return found, lost, same


def targets(province: str, year: int) -> dict[str, tuple[Fraction, str]]:
    """The targets of a province and year by code, with their unit of measure."""
    with (DATA / "targets.csv").open(encoding="utf-8-sig", newline="") as file:
        return {
            r["code"]: (Fraction(Decimal(r["target"])), r["unit"])
            for r in csv.DictReader(file)
            if (r["province"], r["year"]) == (province, str(year))
        }


def span(sent: Year) -> tuple[tuple[int, int], ...]:
    """Day and month on which counting began and ended: two years are alike if these are."""
    start, _, cutoff = sent.days
    return (start.month, start.day), (cutoff.month, cutoff.day)


def unit_rows(province: str, unit: str, year: int) -> dict[tuple[str, str], Row]:
    """The lines of a unit's indicators.csv by code and place."""
    now, own = year_of(province, unit, year), year_of(province, unit, year - 1)
    assert now, (province, unit, year)
    assigned = targets(province, year)
    old, lost, same = before(now, unit)
    rows, earlier = rows_of(now), with_rates(old)
    if own and ("J2", "") in rows_of(own):
        earlier["J2", ""] = rows_of(own)["J2", ""]

    found = {}
    for (code, place), row in rows.items():
        previous = earlier.get((code, place), Row()).value
        target = assigned[code][0] if code in assigned and not place else None
        why = ""
        if row.value is None or not own:
            pass
        elif (
            place in lost
            or (not place and not same and previous is None)
            or (not place and code in COUNT_PARTS and lost)
        ):
            why = "boundaries"
        elif previous is not None and code in SPLIT.get(year, ()):
            why = "types"
        elif previous is not None and code[0] in FLOWS and code not in STOCKS and span(now) != span(own):
            why = "period"
        both = previous is not None and row.value is not None
        found[code, place or now.place.code] = replace(
            row,
            previous=previous,
            change=row.value - previous if both else None,
            target=target,
            achieved=row.value * 100 / target if target and row.value is not None else None,
            comparable=both and not why,
            why_not=why,
        )
    return found


# --- the roll-up ------------------------------------------------------------------------------------------------------


def reporting(province: str, day: dt.date) -> set[str]:
    """Codes of the units that have to report on a day: districts, and communes since there are none."""
    level = "district" if day < dt.date(2025, 7, 1) else "commune"
    return {p.code for p in places(province) if p.level == level and p.on(day)}


def together(province: str, year: int) -> dict[str, Row]:
    """Values, numerators and denominators of a province by code: sums over its units, missing if a unit is missing."""
    day = sent_by_all(province, year)[0].days[1]
    sent = {s.place.code: rows_of(s) for s in sent_by_all(province, year)}
    expected = reporting(province, day)
    found = {}
    for code in sorted(
        {code for rows in sent.values() for code, place in rows if not place} - set(NOT_ADDED)
    ):
        rows = [sent.get(unit, {}).get((code, ""), Row()) for unit in sorted(expected)]
        if code in RATES:
            n, d = total(r.numerator for r in rows), total(r.denominator for r in rows)
            found[code] = Row(percent(n, d), n, d)
        else:
            found[code] = Row(total(r.value for r in rows))
    return found


def province_rows(province: str, year: int) -> dict[tuple[str, str], Row]:
    """The lines of a roll-up's indicators.csv by code and place: the province, and each unit as in its own file.

    The province's year before is the sum of its units' as each gives it, on this year's boundaries. Where one of them cannot
    give it because places came and went, it is what all units of that year had: the province's own boundaries stayed.
    """
    found = {}
    reasons: dict[str, set[str]] = {}
    for sent in sent_by_all(province, year):
        for (code, place), row in unit_rows(province, sent.folder.parent.name, year).items():
            if place == sent.place.code:
                found[code, place] = row
                reasons.setdefault(code, set()).add(row.why_not)
    whole = next(p for p in places(province) if p.level == "province" and p.on(dt.date(year, 12, 14))).code
    units = reporting(province, settings_of(DATA / province / WHOLE / str(year))["period"]["end"])
    assigned = targets(province, year)
    earlier = together(province, year - 1) if sent_by_all(province, year - 1) else {}
    for code, row in together(province, year).items():
        above, below = RATES.get(code, (code, None))
        previous = total(found.get((above, unit), Row()).previous for unit in units)
        if below == "parts":
            previous = percent(previous, row.denominator)
        elif below:
            previous = percent(previous, total(found.get((below, unit), Row()).previous for unit in units))
        unfair = set(reasons[code])
        if previous is None and code not in COUNT_PARTS and code in earlier:
            previous = earlier[code].value
            unfair -= {"boundaries"} if previous is not None else set()
        both = row.value is not None and previous is not None
        why = next((w for w in ("period", "boundaries", "types", "definition") if w in unfair), "")
        # A target that is a number, no percentage, is a unit's, not the province's.
        target = assigned[code][0] if code in assigned and code in RATES else None
        found[code, whole] = replace(
            row,
            previous=previous,
            change=row.value - previous if both and not why else None,
            target=target,
            achieved=row.value * 100 / target if target and row.value is not None else None,
            comparable=both and not why,
            why_not=why,
        )
    return found


# --- What is published ---------------------------------------------------------------------------------------


def compare(
    province: str, outputs: Path, units: Iterable[str] = (), years: Iterable[int] = ()
) -> tuple[int, list[tuple[str, ...]]]:
    """How many rows of published tables were computed again, and what these say otherwise.

    Every unit and every roll-up of a province (or those of `units`, by their folders), every year (or those of `years`),
    whose results lie in `outputs`.
    """
    from baocao.analysis.stages import (
        INDICATORS,
        PROVINCE,
        Stage,
    )  # where results lie, and nothing of what they say

    figures, wrong = 0, []
    for path in sorted((DATA / province).glob("*/*/report.toml")):
        unit, year = path.parts[-3], int(path.parts[-2])
        if (units and unit not in units) or (years and year not in years):
            continue
        whole = unit == WHOLE
        expected = province_rows(province, year) if whole else unit_rows(province, unit, year)
        stage = Stage(PROVINCE if whole else INDICATORS, f"{province}/{unit}", year, "internal", DATA)
        figures += len(expected)
        published = stage.folder(outputs / ".work") / "indicators.csv"
        wrong += [(unit, str(year), *found) for found in _disagreements(published, expected)]
    return figures, wrong


def _disagreements(published: Path, expected: dict[tuple[str, str], Row]) -> Iterable[tuple[str, ...]]:
    with published.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    rows = {(line["code"], line["place"]): line for line in lines}
    if len(rows) != len(lines):
        yield ("a code and place twice",)
    for key in sorted(rows.keys() ^ expected.keys()):
        yield (*key, "there" if key in rows else "not there")
    for key in sorted(rows.keys() & expected.keys()):
        for column, value in _told(expected[key]).items():
            if rows[key][column] != value:
                yield (*key, column, f"published {rows[key][column]!r}, computed again {value!r}")


def _told(row: Row) -> dict[str, str]:
    """A row as indicators.csv writes it: the nearest floating-point number, blank for None."""
    found = {column.name: getattr(row, column.name) for column in fields(row)}
    return {
        name: str(value).lower() if isinstance(value, bool) else _written(value)
        for name, value in found.items()
    }


def _written(value: Number | str) -> str:
    if isinstance(value, Fraction):
        return str(value) if value.denominator == 1 else str(float(value))
    return value or ""
