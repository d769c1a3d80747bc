"""What a stranger can work out about the figures that the public edition hides.

    python tests/attack.py OUTPUTS PROVINCE

reads everything under OUTPUTS/public/PROVINCE, writes down what every document says of each figure (table cells,
sentences, alternative texts, lines of charts, Word files, filled forms, columns of indicators.csv; of this year and of earlier ones), adds what
anybody knows of such figures, and asks an integer program (HiGHS) for the smallest and largest value of each that is
hidden. Only then the exact figures are opened, to judge. It shares no code with the package.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import nbformat
import numpy as np
import openpyxl
import pypdfium2
from lxml import html
from scipy.optimize import linprog

DATA = Path(__file__).parents[1] / "data"
WITHOUT_LIMIT = 1e6
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Figure = tuple[str, str, int]
"""A code, a place and a year."""


def _words(element: Any) -> str:
    """The text of a part of a Word file."""
    return " ".join("".join(each.text or "" for each in element.iter(f"{W}t")).split())


@dataclass
class Knowledge:
    """Figures that are told, and what is known of all figures; a figure may be named by anything."""

    told: dict[Hashable, float] = field(default_factory=dict)
    fractional: set[Hashable] = field(default_factory=set)
    facts: list[tuple[dict[Hashable, float], float, float]] = field(default_factory=list)

    def adds_up(self, parts: Iterable[Hashable], whole: Hashable) -> None:
        """The parts are exactly the whole."""
        self.facts.append(({**dict.fromkeys(parts, 1.0), whole: -1.0}, 0.0, 0.0))

    def is_part(self, part: Hashable, whole: Hashable) -> None:
        """The part is at most the whole."""
        self.facts.append(({part: 1.0, whole: -1.0}, -np.inf, 0.0))

    def between(self, name: Hashable, low: float, high: float) -> None:
        """A figure, for example one seen rounded, lies within limits."""
        self.facts.append(({name: 1.0}, low, high))

    def ratio(self, above: Hashable, below: Hashable, low: float, high: float) -> None:
        """One figure is at least `low` times and at most `high` times another."""
        self.facts.append(({above: 1.0, below: -low}, 0.0, np.inf))
        self.facts.append(({above: 1.0, below: -high}, -np.inf, 0.0))

    def range(self, wanted: Hashable) -> tuple[float, float]:
        """The smallest and the largest value that a figure can have, infinite where nothing limits it."""
        if wanted in self.told:
            return self.told[wanted], self.told[wanted]
        unknown, facts = self._around(wanted)
        names = list(unknown)
        upper, limits, equal, values = [], [], [], []
        for terms, low, high in facts:
            row = [terms.get(name, 0.0) for name in names]
            known = sum(factor * self.told[name] for name, factor in terms.items() if name in self.told)
            if low == high:
                equal.append(row)
                values.append(low - known)
                continue
            if high < np.inf:
                upper.append(row)
                limits.append(high - known)
            if low > -np.inf:
                upper.append([-factor for factor in row])
                limits.append(known - low)
        found = []
        for sign in (1.0, -1.0):
            answer = linprog(
                [sign * (name == wanted) for name in names],
                A_ub=upper or None, b_ub=limits or None, A_eq=equal or None, b_eq=values or None,
                bounds=(0, WITHOUT_LIMIT),
                integrality=[int(name not in self.fractional) for name in names],
                method="highs",
            )  # fmt: skip
            assert answer.status == 0, f"{wanted}: {answer.message}"
            found.append(sign * answer.fun)
        return round(found[0], 6), np.inf if found[1] > WITHOUT_LIMIT - 1 else round(found[1], 6)

    def _around(self, wanted: Hashable) -> tuple[dict[Hashable, None], list[tuple[Mapping, float, float]]]:
        """The unknown figures that can matter for one, and the facts about them."""
        facts_of = defaultdict(list)
        for number, (terms, _low, _high) in enumerate(self.facts):
            for name in terms:
                if name not in self.told:
                    facts_of[name].append(number)
        unknown, used, edge = {wanted: None}, {}, [wanted]
        while edge:
            for number in facts_of[edge.pop()]:
                used[number] = None
                for name in self.facts[number][0]:
                    if name not in self.told and name not in unknown:
                        unknown[name] = None
                        edge.append(name)
        return unknown, [self.facts[number] for number in used]


# -- what documents say ----------------------------------------------------------------------------------------

# Sentences that say a figure of the unit and year; a number in them is that figure and nothing else.
SAID = {
    "A1": r"([\d.]+) người bán dâm hoạt động",
    "A2": r"có ([\d.]+) tụ điểm",
    "B1": r"có ([\d.]+) cơ sở kinh doanh dịch vụ",
    "B3": r"([\d.]+) cơ sở nghi",
    "D2": r"(?:kiểm tra|với) ([\d.]+) lượt cơ sở(?! vi phạm)",
    "D3": r"([\d.]+) lượt cơ sở vi phạm",
    "D4": r"phạt tiền ([\d.,]+) triệu đồng",
    "E1": r"(?:triệt phá|phát hiện) ([\d.]+) vụ",
    "E2": r"xử lý ([\d.]+) (?:đối tượng|người)",
    "E3": r"[Tt]iếp nhận ([\d.]+) tin",
    "E4": r"đã xử lý(?: xong)? ([\d.]+) tin",
    "F1": r"(?:hành chính|phạt) ([\d.]+) người bán dâm",
    "F2": r"(?:hành chính|phạt) ([\d.]+) người mua dâm",
    "G1": r"([\d.]+) lượt người bán dâm được",
}
LINES = {  # what the lines of charts are called in alternative texts
    "số cơ sở kinh doanh dịch vụ theo năm": "B1",
    "tỷ lệ xã, thị trấn được tuyên truyền": "C5",
    "Số lượt cơ sở được kiểm tra": "D2",
    "Số lượt vi phạm": "D3",
    "Số vụ": "E1",
}
COLUMNS = {  # of the roll-up's table by unit
    "Cơ sở kinh doanh dịch vụ": "B1", "Buổi tuyên truyền trực tiếp": "C1", "Cơ sở ký cam kết": "C6",
    "Lượt cơ sở được kiểm tra": "D2", "Lượt cơ sở vi phạm": "D3", "Vụ mại dâm": "E1", "Tin báo, tố giác": "E3",
    "Cán sự cấp xã": "H1", "Kinh phí (triệu đồng)": "I1",
}  # fmt: skip
TYPES = ("khach_san", "nha_nghi", "karaoke", "xoa_bop", "nha_hang", "khac")


def number(text: str) -> float | None:
    """A figure as Vietnamese writes it; None if there is none ("×", "-")."""
    text = text.strip().removeprefix("+").replace("−", "-")
    if not re.fullmatch(r"-?\d[\d.]*(?:,\d+)?%?", text):
        return None
    return float(text.rstrip("%").replace(".", "").replace(",", "."))


class Published:
    """All that the public editions of a province say, figure by figure, with where it is said."""

    def __init__(self, root: Path) -> None:
        self.says: dict[Figure, dict[float, str]] = defaultdict(dict)
        self.rounded: dict[Figure, tuple[float, float]] = {}
        self.hidden: set[Figure] = set()
        self.missing: set[Figure] = set()
        self.partial: set[Figure] = set()
        self.numbers = 0
        entries = tomllib.loads((DATA / "indicators.toml").read_text(encoding="utf-8"))["indicator"]
        words = {"{parts}": "xã, thị trấn", "{part}": "xã", "{unit}": "huyện"}
        self.codes: dict[str, str] = {}
        self.measures: dict[str, str] = {}
        for entry in entries:
            name = entry["name"]
            for word, meant in words.items():
                name = name.replace(word, meant)
            self.codes.setdefault(name, entry["code"])
            self.measures[entry["code"]] = entry["unit"].replace("{part}", "xã")
        self.places: dict[str, str] = {}
        with (DATA / root.name / "units.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.places[f"{row['type']} {row['name']}".lower()] = row["code"]
        self.part_of: dict[str, str] = {}
        folders = sorted(path for path in root.glob("*/*") if path.is_dir())
        for folder in folders:
            self._csv(folder)
        for folder in folders:
            own = "VD" if folder.parent.name == "_tinh" else self._own[folder]
            year = int(folder.name)
            page = html.fromstring((folder / "report.html").read_bytes())
            self._html(page, own, year, folder)
            pdf = pypdfium2.PdfDocument(folder / "report.pdf")
            text = "\n".join(each.get_textpage().get_text_range() for each in pdf)
            self._lines(re.sub(r"\s+", " ", text), own, year, folder / "report.pdf")
            self._prose(re.sub(r"\s+", " ", text), own, year, folder / "report.pdf")
            self._word(folder / "report.docx", own, year)
            if (folder / "bieu.xlsx").exists():
                self._form(folder / "bieu.xlsx", own, year)
            self._notebook(folder, own, year)

    def _tell(self, figure: Figure, value: float | None, where: Path | str) -> None:
        if value is not None:
            self.numbers += 1
            if not any(abs(value - other) < 1e-5 for other in self.says[figure]):
                self.says[figure][value] = str(where)

    _own: dict[Path, str]

    def _csv(self, folder: Path) -> None:
        self._own = getattr(self, "_own", {})
        year = int(folder.name)
        with (folder / "indicators.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        own = min((row["place"] for row in rows), key=len)
        self._own[folder] = own
        for row in rows:
            figure, where = (row["code"], row["place"], year), folder / "indicators.csv"
            if row["place"] != own:
                self.part_of[row["place"]] = own
            value = float(row["value"]) if row["value"] else None
            before = float(row["previous"]) if row["previous"] else None
            change = float(row["change"]) if row["change"] else None
            self._tell(figure, value, where)
            self._tell((row["code"], row["place"], year - 1), before, where)
            if change is not None and value is not None:
                self._tell((row["code"], row["place"], year - 1), round(value - change, 6), where)
            if change is not None and before is not None:
                self._tell(figure, round(before + change, 6), where)
            if row["achieved"] and row["target"]:
                self._tell(figure, round(float(row["achieved"]) * float(row["target"]) / 100, 6), where)
            for column, part in (("numerator", "above"), ("denominator", "below")):
                if row[column]:
                    self._tell((f"{row['code']} {part}", row["place"], year), float(row[column]), where)
            if row["suppressed"] == "true":
                self.hidden.add(figure)
            elif value is None:
                self.missing.add(figure)

    def _html(self, page: Any, own: str, year: int, folder: Path) -> None:
        where = folder / "report.html"
        for table in page.iter("table"):
            self._html_table(table, own, year, where)
        for element in page.iter("p", "li", "figcaption"):
            self._prose(" ".join(element.text_content().split()), own, year, where)
        for figure in page.iter("figure"):
            for drawing in figure.iter("svg"):
                alt = drawing.get("aria-label")
                self._prose(alt, own, year, where)
                self._alternative(alt, own, year, where)
                self._drawing(drawing, alt, where)

    def _word(self, path: Path, own: str, year: int) -> None:
        """Paragraphs, tables, and alternative texts of pictures."""
        document = docx.Document(str(path))
        for table in document.element.body.iter(f"{W}tbl"):
            rows = [[_words(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
            self._table(rows, own, year, path)
        for paragraph in document.element.body.iter(f"{W}p"):
            self._prose(_words(paragraph), own, year, path)
        for element in document.element.body.iter():
            if alt := element.get("descr"):
                self._prose(alt, own, year, path)
                self._alternative(alt, own, year, path)

    def _form(self, path: Path, own: str, year: int) -> None:
        """Each cell of the filled form that had a marker for a figure of the year or of the one before."""
        asked, filled = (
            openpyxl.load_workbook(name, data_only=True)
            for name in (DATA / path.parents[2].name / f"bieu-mau-{year}.xlsx", path)
        )
        for sheet in asked:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                found = re.fullmatch(r"\{\{([A-Z][\w.]*?)(\.previous)?(@#\d+)?\}\}", str(cell.value))
                value = filled[sheet.title][cell.coordinate].value
                if found and isinstance(value, int | float):
                    commune = str(filled[sheet.title].cell(cell.row, 2).value).lower()
                    place = self.places[commune] if found[3] else own
                    self._tell((found[1], place, year - 1 if found[2] else year), float(value), path)

    def _html_table(self, table: Any, own: str, year: int, where: Path) -> None:
        rows = [[" ".join(cell.text_content().split()) for cell in row] for row in table.iter("tr")]
        self._table(rows, own, year, where)

    def _table(self, rows: list[list[str]], own: str, year: int, where: Path) -> None:
        header = rows[0] if rows else []
        for cells in rows:
            if len(cells) < 4:
                continue
            name = cells[1].removesuffix(" (*)")
            if name in self.codes and "Nội dung" in header:
                self._annex_row(self.codes[name], own, year, dict(zip(header, cells, strict=True)), where)
            place = self.places.get(re.sub(r" \(.*", "", name).lower())
            place = own if name in ("Tổng cộng", "Toàn tỉnh") else place
            if place and "Karaoke" in header and len(cells) == 9:
                for kind, text in zip((*(f"B.{t}" for t in TYPES), "B1"), cells[2:], strict=True):
                    self._tell((kind, place, year), number(text), where)
            elif place and "Vụ mại dâm" in header:
                for title, text in zip(header[2:], cells[2:], strict=True):
                    if title in COLUMNS:
                        self._tell((COLUMNS[title], place, year), number(text), where)

    def _annex_row(self, code: str, own: str, year: int, row: Mapping[str, str], where: Path) -> None:
        by = 0.05 if code in SHARES else 0
        value = number(row.get(f"Năm {year}", ""))
        for then in (year, year - 1):
            if (shown := number(row.get(f"Năm {then}", ""))) is not None:
                self._near((code, own, then), shown, by, where)
        if value is not None and (change := number(row.get("Tăng (+), giảm (-)", ""))) is not None:
            self._near((code, own, year - 1), value - change, 2 * by, where)
        if part := re.fullmatch(
            r"([\d.,]+) \((\d+)/(\d+)\)", row.get("Tổng của các đơn vị đã có số liệu", "")
        ):
            self._tell((code, own, year), number(part[1]), where)
            self.partial.add((code, own, year))

    def _near(self, figure: Figure, value: float, by: float, where: Path) -> None:
        """A figure, or one that is rounded: then it lies between limits."""
        if by == 0:
            self._tell(figure, round(value, 6), where)
            return
        low, high = self.rounded.get(figure, (-np.inf, np.inf))
        self.rounded[figure] = max(low, value - by), min(high, value + by)

    def _lines(self, text: str, own: str, year: int, where: Path) -> None:
        """Lines of an annex in the text of a PDF: name, unit of measure, the year before if there is one, this year."""
        years = (year - 1, year) if re.search(rf"Đơn vị tính Năm {year - 1} Năm {year}", text) else (year,)
        for name, code in self.codes.items():
            if code in SHARES:
                continue
            line = rf"(?<!\w){re.escape(name)} (?:\(\*\) )?{re.escape(self.measures[code])} (\S+) (\S+)"
            for found in re.finditer(line, text):
                for then, word in zip(years, found.groups(), strict=False):
                    self._tell((code, own, then), number(word), where)

    def _prose(self, text: str, own: str, year: int, where: Path) -> None:
        for code, pattern in SAID.items():
            for found in re.finditer(pattern, text):
                around = text[max(0, found.start() - 60) : found.end() + 60]
                if not re.search(r"chỉ tiêu|tăng|giảm|năm 20\d\d là|từ \d|Phấn đấu|mức giao", around):
                    self._tell((code, own, year), number(found[1]), where)

    def _alternative(self, alt: str, own: str, year: int, where: Path) -> None:
        for name, code in LINES.items():
            for part in re.findall(rf"{name}: ((?:năm \d{{4}} là [\d.,%]+(?:; )?)+)", alt):
                for then, value in re.findall(r"năm (\d{4}) là ([\d.,]+%?)", part):
                    self._said_rounded((code, own, int(then)), value.strip(".,"), where)
        for place, part in re.findall(
            r"((?:Thị trấn|Xã|Huyện) [^:;.]+): ((?:năm \d{4} là [\d.]+(?:; )?)+)", alt
        ):
            if code := self.places.get(place.lower()):
                for then, value in re.findall(r"năm (\d{4}) là ([\d.]+)", part):
                    self._tell(("B1", code, int(then)), number(value.strip(".")), where)
        for place, value in re.findall(r"((?:Thị trấn|Xã) [^:;.]+) (\d+)(?=[;.])", alt):
            if code := self.places.get(place.strip().lower()):
                self._tell(("B1", code, year), number(value), where)

    def _said_rounded(self, figure: Figure, text: str, where: Path) -> None:
        value = number(text)
        if figure[0] in SHARES and value is not None:
            self._near(figure, value, 0.05, where)
        else:
            self._tell(figure, value, where)

    def _drawing(self, drawing: Any, alt: str, where: Path) -> None:
        """A chart draws no more points and bars than its alternative text tells figures."""
        spoken = len(re.findall(r"\d[\d.,]*%?(?=[;.\s]|$)", alt))
        drawn = 0
        for path in drawing.iter("path", "{http://www.w3.org/2000/svg}path"):
            if any(parent.tag.endswith("defs") for parent in path.iterancestors()):
                continue
            corners = re.findall(r"[ML] [\d.]+ [\d.]+", path.get("d", ""))
            if (
                path.get("fill") == "none"
                and path.get("stroke") not in (None, "#000000")
                and len(corners) > 2
            ):
                drawn += len(corners)
        assert drawn <= 2 * spoken, f"{where}: {drawn} points are drawn, {spoken} figures told: {alt}"

    def _notebook(self, folder: Path, own: str, year: int) -> None:
        """The outputs and values of the executed notebook, and all it says of itself."""
        notebook = nbformat.read(folder / "report.ipynb", as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                for kind, shown in (output.get("data") or {"text": output.get("text", "")}).items():
                    if kind.startswith("text") and isinstance(shown, str):
                        self._prose(shown, own, year, folder / "report.ipynb")
        assert "work_dir" not in str(notebook.metadata)


SHARES = {"C5": ("C4", None), "C7": ("C6", "B1"), "D6": ("D2", "D5"), "D8": ("D7", "B1"), "E5": ("E4", "E3"),
          "K7": ("K6", None), "K10": ("K8", "K9"), "K13": ("K11", "K12")}  # fmt: skip
SUMS = {
    "B1": tuple(f"B.{kind}" for kind in TYPES),
    "E7": ("E.chua", "E.moi_gioi", "E.mua_duoi_18"),
    "F4": ("F1", "F2", "F3"),
    "G1": ("G.tu_van", "G.giao_duc", "G.y_te", "G.viec_lam", "G.hiv"),
    "I1": ("I.trung_uong", "I.tinh", "I.huyen", "I.khac"),
}
PARTS = {
    "B3": "B1", "B5": "B4", "B6": "B4", "D3": "D2", "D.canh_cao": "D3", "D.phat_tien": "D3", "D.dinh_chi": "D3",
    "D7": "D2", "E4": "E3", "K8": "K9", "K11": "K12", "B2": "B1",
}  # fmt: skip
WIDER = {code: (whole,) for code, whole in PARTS.items()} | {
    part: (total,) for total, parts in SUMS.items() for part in parts
}
"""Of which another figure is a part, whatever else there is: never larger."""
MONEY = {"D4", "I1", *SUMS["I1"]}


def knowledge(published: Published) -> Knowledge:
    """What is said, and what anybody knows of such figures."""
    known = Knowledge()
    for figure, values in published.says.items():
        assert len(values) == 1, f"{figure} is said to be {values}"
        known.told[figure] = next(iter(values))
    there = set(known.told) | published.hidden
    for figure in sorted(there):
        if figure[0] in MONEY or figure[0] in SHARES:
            known.fractional.add(figure)
        if figure[0] in SHARES:
            _share(known, published, figure, there)
        else:
            _ties(known, published, figure, there)
    return known


def _ties(known: Knowledge, published: Published, figure: Figure, there: set[Figure]) -> None:
    """Of what a figure is the sum, and of what it is a part; a sum of some units is compared with such sums only."""
    code, place, year = figure
    parts_of_place = [part for part, whole in published.part_of.items() if whole == place]

    def counted(code: str) -> list[str]:
        return [part for part in parts_of_place if (code, part, year) in there]

    def alike(other: str) -> bool:
        return (other, place, year) in there and counted(other) == counted(code)

    if counted(code):
        known.adds_up([(code, part, year) for part in counted(code)], figure)
    for wider in filter(alike, WIDER.get(code, ())):
        known.is_part(figure, (wider, place, year))
    if code in SUMS and all(map(alike, SUMS[code])):
        known.adds_up([(part, place, year) for part in SUMS[code]], figure)


def _share(known: Knowledge, published: Published, figure: Figure, there: set[Figure]) -> None:
    """A percentage, rounded or not, ties its two numbers."""
    code, place, year = figure
    above, below = ((part, place, year) for part in SHARES[code])
    low, high = published.rounded.get(figure, (-np.inf, np.inf))
    if figure in known.told:
        low, high = known.told[figure] - 0.05, known.told[figure] + 0.05
    if low > -np.inf and above in there and below in there:
        known.ratio(above, below, low / 100, high / 100)


# -- judging ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What can be found out about one hidden figure, and what it is."""

    figure: Figure
    truth: float
    primary: bool
    low: float
    high: float

    @property
    def protected(self) -> bool:
        """A small count may still be any from 1 to 4; any other has a range of at least 4."""
        return (self.low <= 1 and self.high >= 4) if self.primary else self.high - self.low >= 4


def exact(outputs: Path, province: str) -> tuple[dict[Figure, float], set[str]]:
    """The figures of the internal editions, and the codes of persons, cases and offences."""
    found, sensitive = {}, set()
    for path in sorted((outputs / province).glob("*/*/indicators.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row["sensitive"] == "true":
                    sensitive.add(row["code"])
                if row["value"]:
                    found[row["code"], row["place"], int(path.parent.name)] = float(row["value"])
    return found, sensitive


def judge(published: Published, outputs: Path, province: str) -> list[Verdict]:
    """Every hidden figure of a province, all units and years, with what can be found out about it.

    Raises `AssertionError` where documents contradict each other, or say what is not so.
    """
    known = knowledge(published)
    truth, sensitive = exact(outputs, province)
    found = []
    for figure in sorted(set(truth) | published.hidden, key=lambda f: (f[2], f[1], f[0])):
        code, place, year = figure
        if code in SHARES:
            continue
        value = truth.get(figure)
        if value is None:  # a total of some units: the sum of what they have
            value = sum(
                truth.get((code, p, year), 0) for p, whole in published.part_of.items() if whole == place
            )
        if figure in known.told:
            assert abs(known.told[figure] - value) < 1e-6, (figure, known.told[figure], value)
        if figure in published.hidden or figure not in known.told:
            small = code in sensitive and 0 < value < 5
            found.append(Verdict(figure, value, small, *known.range(figure)))
    return found


def table(found: Iterable[Verdict]) -> str:
    """Per year, how many figures are hidden, how many can be worked out, and where the ranges are narrowest."""
    by_year: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in found:
        by_year[verdict.figure[2]].append(verdict)
    lines = [
        "| year | hidden | small counts | others | not protected | narrowest range of a small count | of another |",
        "|---|---|---|---|---|---|---|",
    ]
    for year, hidden in sorted(by_year.items()):
        groups = [[v for v in hidden if v.primary is small] for small in (True, False)]
        narrowest = [min(group, key=lambda v: v.high - v.low, default=None) for group in groups]
        cells = [
            year,
            len(hidden),
            *map(len, groups),
            sum(not v.protected for v in hidden),
            *map(_range, narrowest),
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _range(verdict: Verdict | None) -> str:
    if verdict is None:
        return "-"
    high = "any" if verdict.high == np.inf else f"{verdict.high:g}"
    return f"{verdict.low:g} to {high} ({verdict.figure[0]}, {verdict.figure[1]})"


if __name__ == "__main__":
    folder, name = Path(sys.argv[1]), sys.argv[2]
    result = judge(Published(folder / "public" / name), folder, name)
    print(table(result), *(verdict for verdict in result if not verdict.protected), sep="\n")
