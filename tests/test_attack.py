"""Nobody can work out a figure that the public editions hide, and the attack would notice if somebody could."""

import re
import shutil
from collections import Counter

import docx
import openpyxl
import pytest
from attack import Published, judge

PROVINCE = "vi-du"


@pytest.fixture(scope="module")
def published(editions):
    return Published(editions / "public" / PROVINCE)


@pytest.fixture(scope="module")
def found(published, editions):
    return judge(published, editions, PROVINCE)


def test_every_hidden_figure_of_every_unit_and_year_is_protected(found):
    assert [verdict for verdict in found if not verdict.protected] == []


def test_what_can_be_found_out_is_true(found):
    assert [verdict for verdict in found if not verdict.low <= verdict.truth <= verdict.high] == []


def test_there_is_something_to_find(found, published):
    """Small counts and others in every year, at units, communes and the province; thousands of statements read."""
    for year in (2018, 2019, 2020):
        kinds = Counter(verdict.primary for verdict in found if verdict.figure[2] == year)
        assert kinds[True] > 30
        assert kinds[False] > 10
    assert {len(verdict.figure[1]) for verdict in found} >= {2, 3, 5}
    assert published.numbers > 5000
    sources = Counter(where.rpartition("/")[2] for said in published.says.values() for where in said.values())
    assert sources["indicators.csv"] > 1000


def test_every_sensitive_count_of_1_to_4_is_hidden(found, editions):
    from attack import exact

    truth, sensitive = exact(editions, PROVINCE)
    small = {
        f for f, value in truth.items() if f[0] in sensitive and 0 < value < 5 and f[0] not in ("D4", "E5")
    }
    assert small == {v.figure for v in found if v.primary and v.figure in truth and v.figure[0] != "D4"}


@pytest.fixture
def careless(editions, tmp_path):
    """The public editions, to be made worse; the exact ones beside them to judge by."""
    outputs = tmp_path / "out"
    shutil.copytree(editions / "public" / PROVINCE, outputs / "public" / PROVINCE)
    for path in (editions / PROVINCE).glob("*/*/indicators.csv"):
        kept = outputs / path.relative_to(editions)
        kept.parent.mkdir(parents=True)
        shutil.copy(path, kept)
    return outputs


def again(outputs):
    return judge(Published(outputs / "public" / PROVINCE), outputs, PROVINCE)


def told(outputs, figure):
    """What the documents say of a figure; what is told is not protected, as the first test that makes them worse shows."""
    return Published(outputs / "public" / PROVINCE).says[figure]


def worse(path, before, after):
    text = path.read_text(encoding="utf-8")
    changed = re.sub(before, after, text, count=1)
    assert changed != text
    path.write_text(changed, encoding="utf-8", newline="")


def test_a_count_that_a_table_shows_after_all_is_noticed(careless, found):
    one = next(v for v in found if v.primary and v.figure[1:] == ("VD4", 2020) and v.figure[0] == "E1")
    folder = careless / "public" / PROVINCE / "huyen-gia-lap" / "2020"
    worse(
        folder / "report.html",
        r"(Số vụ mại dâm bị phát hiện, triệt phá(?:(?!<tr).)*?)×",
        rf"\g<1>{one.truth:g}",
    )
    assert one.figure in {v.figure for v in again(careless) if not v.protected}


def test_a_count_that_a_sentence_says_is_noticed(careless):
    folder = careless / "public" / PROVINCE / "huyen-gia-lap" / "2020"
    worse(
        folder / "report.html",
        r"số vụ mại dâm bị phát hiện, triệt phá không công bố",
        "phát hiện 01 vụ mại dâm",
    )
    assert list(told(careless, ("E1", "VD4", 2020))) == [1]


def test_a_count_that_a_word_file_shows_is_noticed(careless, found):
    one = next(v for v in found if v.primary and v.figure[1:] == ("VD4", 2020) and v.figure[0] == "E1")
    path = careless / "public" / PROVINCE / "huyen-gia-lap" / "2020" / "report.docx"
    document = docx.Document(str(path))
    lines = {
        row.cells[1].text.removesuffix(" (*)"): row.cells
        for t in document.tables
        for row in t.rows
        if len(row.cells) > 3
    }
    year = [cell.text for cell in lines["Nội dung"]].index("Năm 2020")
    hidden = lines["Số vụ mại dâm bị phát hiện, triệt phá"][year]
    assert hidden.text == "×"
    hidden.paragraphs[0].runs[0].text = f"{one.truth:g}"
    document.save(str(path))
    assert list(told(careless, one.figure)) == [one.truth]


def test_a_count_that_a_filled_form_shows_is_noticed(careless, found):
    one = next(v for v in found if v.primary and v.figure[1:] == ("VD4", 2020) and v.figure[0] == "E1")
    path = careless / "public" / PROVINCE / "huyen-gia-lap" / "2020" / "bieu.xlsx"
    book = openpyxl.load_workbook(path)
    assert book["Biểu 02"]["E14"].value == "×"
    book["Biểu 02"]["E14"] = one.truth
    book.save(path)
    assert list(told(careless, one.figure)) == [one.truth]


def test_a_figure_that_next_year_gives_away_is_noticed(careless, found):
    hidden = {v.figure: v.truth for v in found if v.primary and v.figure[2] == 2018}
    path = careless / "public" / PROVINCE / "huyen-phac-hoa" / "2019" / "indicators.csv"
    truth = hidden["A1", "VD3", 2018]
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(",")
    row = next(n for n, line in enumerate(lines) if line.startswith("A1,"))
    cells = lines[row].split(",")
    cells[header.index("previous")] = f"{truth:g}"
    lines[row] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    assert ("A1", "VD3", 2018) in {v.figure for v in again(careless) if not v.protected}


def test_a_secondary_figure_that_is_shown_gives_the_small_one_away(careless, found):
    """Each of the figures hidden for others is needed: one shown in the CSV, and something else is too narrow."""
    secondary = [v for v in found if not v.primary and v.figure[2] == 2020 and len(v.figure[1]) == 3]
    names = {
        "VD1": "huyen-minh-hoa",
        "VD2": "huyen-hinh-dung",
        "VD3": "huyen-phac-hoa",
        "VD5": "huyen-dan-chung",
    }
    one = next(v for v in secondary if v.figure[1] in names and v.figure[0][0] in "EF")
    path = careless / "public" / PROVINCE / names[one.figure[1]] / "2020" / "indicators.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(",")
    row = next(n for n, line in enumerate(lines) if line.startswith(f"{one.figure[0]},"))
    before, after = lines[row].split("flow,")
    cells = after.split(",")
    cells[header.index("value") - header.index("place")] = f"{one.truth:g}"
    lines[row] = f"{before}flow,{','.join(cells)}".removesuffix("true") + "false"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    weak = {v.figure for v in again(careless) if not v.protected}
    assert weak - {one.figure}
