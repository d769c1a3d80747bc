"""Who writes to whom: the names of bodies by level and date, what an office changes, what a report says of it.

What each period expects is written here from reference works (domain.md, section 4), not read from the table.
"""

from __future__ import annotations

import dataclasses
import importlib
import re
import shutil
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import in_process
import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, UNIT

from baocao.analysis import bodies, settings, units, vietnamese
from baocao.analysis.document import Frame
from baocao.analysis.findings import Finding, Findings
from baocao.analysis.stages import PROVINCE, REPORT, Stage
from baocao.errors import InputError, MisuseError, UsageError
from baocao.pipeline.assemble import assemble
from baocao.pipeline.export import render_html

DATA = ROOT / "data"
REAL = (DATA / UNIT / "2020" / "report.toml").read_text(encoding="utf-8")
SAMPLES = sorted(DATA.glob("*/*/*/report.toml"))
FIELDS = {
    "role": "soan-thao", "level": "district", "valid_from": "", "valid_to": "2025-02-28", "name": "Phòng A {đơn vị}",
    "short": "", "symbol": "PA", "source": "hỏi văn thư", "doubt": "",
}  # fmt: skip


def of(unit: str, year: int, data: Path = DATA, **changes: str) -> bodies.Bodies:
    """The bodies of a sample report whose report.toml was changed in places."""
    path = data / unit / str(year) / "report.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert SETTING[old] in text
        text = text.replace(SETTING[old], new, 1)
    return read(text, unit, year, data)


SETTING = {
    "date": 'date = ""',
    "delivery": "[delivery]",
    "salutation": "salutation = true",
    "layout": "[layout]",
}


def read(text: str, unit: str, year: int, data: Path = DATA) -> bodies.Bodies:
    """The bodies of a report whose report.toml holds this text."""
    choices = settings.Settings.model_validate(settings.tomllib.loads(text))
    return bodies.of(units.resolve(unit, year, data), year, choices, data)


def found(own: bodies.Bodies) -> list[Finding]:
    """What it tells a person."""
    findings = Findings()
    own.note(findings)
    return list(findings)


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., Path]:
    """A data folder whose own table, and a province's, hold the rows given, those of the repository aside."""

    def write(*rows: dict[str, str], province: str = "", keep: bool = True) -> Path:
        data = tmp_path / "data"
        if not data.exists():
            data.mkdir()
            shutil.copy(DATA / "co-quan.csv", data)
        folder = data / province
        folder.mkdir(exist_ok=True)
        old = (folder / "co-quan.csv").read_text(encoding="utf-8") if keep and not province else ""
        lines = [",".join(f'"{value}"' for value in (FIELDS | row).values()) for row in rows]
        text = (old or ",".join(FIELDS) + "\n") + "".join(f"{line}\n" for line in lines)
        (folder / "co-quan.csv").write_text(text, encoding="utf-8")
        return data

    return write


# --- The table ---


def test_every_role_has_one_body_on_every_day_of_every_level() -> None:
    table = bodies.load("dien-bien", DATA)
    assert {body.role for body in table} == set(bodies.ROLES)
    day, days = date(2016, 1, 1), 0
    while day <= date(2030, 12, 31):
        there = [(body.role, body.level) for body in table if body.first <= day <= body.last]
        levels = bodies.LEVELS if day <= date(2025, 6, 30) else ("province", "commune")
        assert sorted(there) == sorted((role, level) for role in bodies.ROLES for level in levels), day
        day, days = day + timedelta(days=1), days + 1
    assert days == 15 * 365 + 4


def test_each_row_has_its_source_and_what_no_document_says_is_in_doubt() -> None:
    table = bodies.load("dien-bien", DATA)
    assert all(body.source for body in table)
    guessed = [body for body in table if re.search(r"suy đoán|không có|nhớ", body.source, re.IGNORECASE)]
    assert len(guessed) >= 4
    assert all(body.doubt for body in guessed)
    # From March 2025 on nothing about who is in charge of the field is known of the sample's own province.
    field = {
        body
        for body in table
        if body.role in ("nhan-bao-cao", "soan-thao") and body.first >= date(2025, 3, 1)
    }
    assert len(field) == 6
    assert all(body.doubt for body in field)


def test_the_package_names_no_place() -> None:
    text = (ROOT / "baocao" / "bodies" / "bodies.csv").read_text(encoding="utf-8")
    assert not re.search("Tuần Giáo|Điện Biên|Hà Nội|Hồ Chí Minh|mại dâm", text)


def test_the_page_of_the_table_has_every_name_in_it() -> None:
    page = (ROOT / "docs" / "who-writes-to-whom.md").read_text(encoding="utf-8")
    for body in bodies.load("dien-bien", DATA):
        assert body.name in page, body
        for day in filter(None, (body.valid_from, body.valid_to)):
            assert vietnamese.date_short(day) in page, day


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"level": "huyện"}, "dòng {n}, cột level"),
        ({"valid_to": "28/02/2025"}, "dòng {n}, cột valid_to: “28/02/2025”"),
        ({"valid_from": "2025-01-01", "valid_to": "2024-12-31"}, "dòng {n}, cột valid_to"),
        ({"valid_to": "2025-01-31"}, "dòng {n}, cột valid_to: .*2025-02-28"),  # nobody in February
        ({"valid_to": "2025-03-31"}, r"dòng {n}, cột valid_to: chồng lên co-quan\.csv, dòng"),
        ({"valid_from": "2022-05-01"}, "cột valid_to: chồng lên .*dòng {n}"),  # the row before goes on
        ({"valid_from": "2025-03-01", "valid_to": ""}, "dòng {n}, cột valid_to"),  # districts ended
        ({"level": "commune", "valid_from": "2025-07-01", "valid_to": "2026-12-31"}, "dòng {n}, cột valid_to"),
        ({"name": ""}, "dòng {n}, cột name"),
        ({"source": ""}, "dòng {n}, cột source"),
        ({"name": "Phòng A {huyện}"}, "dòng {n}, cột name: {{huyện}}"),
        ({"short": "Phòng {A}"}, "dòng {n}, cột short"),
        ({"name": "Phòng A {đơn vị"}, "dòng {n}, cột name: {{đơn vị"),
        ({"name": "Phòng A đơn vị}"}, "dòng {n}, cột name: }}"),
        ({"role": "cong-ann"}, "dòng {n}, cột role: “cong-ann” .*province"),
        ({"role": ""}, "dòng {n}, cột role"),
        ({"symbol": 'PA","thừa'}, r"dòng {n}: có 10 ô"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_is_named(office: Callable[..., Path], row: dict[str, str], told: str) -> None:
    data = office(province="dien-bien")  # a province's table with nothing in it
    bodies.load("dien-bien", data)
    office(row, province="dien-bien")
    with pytest.raises(InputError, match=r"co-quan\.csv, dòng") as refused:
        bodies.load("dien-bien", data)
    assert re.search(told.format(n=2), refused.value.message.text("vi"))
    assert refused.value.remedy.text("vi")


def test_a_misspelt_role_is_told_which_it_may_be(office: Callable[..., Path]) -> None:
    with pytest.raises(InputError) as refused:
        bodies.load("dien-bien", office({"role": "cong-ann"}))
    assert "cong-an" in refused.value.remedy.text("vi")


def test_a_table_of_other_columns_or_letters_and_a_row_given_twice_are_named(tmp_path: Path) -> None:
    table = tmp_path / "co-quan.csv"
    (tmp_path / "dien-bien").mkdir()
    header = ",".join(FIELDS)
    row = ",".join(FIELDS.values())
    for content, told in (
        (b"role,level\n", r"dòng 1: "),
        (b"", "dòng 1: "),
        ((header + "\n").encode("utf-16"), "UTF-8"),
        (f"{header}\n{row}\n{row}\n".encode(), r"dòng 3, cột valid_from: dòng 2"),
        (f'{header}\n"{row}\n'.encode(), "CSV"),
    ):
        table.write_bytes(content)
        with pytest.raises(InputError, match=r"co-quan\.csv") as refused:
            bodies.load("dien-bien", tmp_path)
        assert re.search(told, refused.value.message.text("vi"))


def test_without_the_tables_of_the_field_the_role_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nhan-bao-cao") as refused:
        bodies.load("dien-bien", tmp_path)
    assert "data/co-quan.csv" in refused.value.remedy.text("vi")


def test_an_office_replaces_a_row_a_province_after_it_and_others_are_left_alone(
    office: Callable[..., Path],
) -> None:
    data = office({"valid_from": "2025-03-01", "valid_to": "2025-06-30", "name": "Phòng B", "symbol": "PB"},
                  province="dien-bien")  # fmt: skip
    table = {(b.role, b.level, b.valid_from): b for b in bodies.load("dien-bien", data)}
    changed = table["soan-thao", "district", date(2025, 3, 1)]
    assert (changed.name, changed.file, changed.row) == ("Phòng B", "dien-bien/co-quan.csv", 2)
    assert len(table) == len(bodies.load("dien-bien", DATA))
    elsewhere = {(b.role, b.level, b.valid_from): b.name for b in bodies.load("vi-du", data)}
    assert elsewhere["soan-thao", "district", date(2025, 3, 1)] == "Phòng Y tế {đơn vị}"


def test_an_office_divides_a_period_by_ending_the_row_before(office: Callable[..., Path]) -> None:
    data = office(
        {"valid_to": "2022-04-30", "name": "Phòng A", "symbol": "PA"},
        {"valid_from": "2022-05-01", "name": "Phòng B", "symbol": "PB"}, province="dien-bien",
    )  # fmt: skip
    for day, symbol in (("2022-04-30", "PA"), ("2022-05-01", "PB")):
        text = REAL.replace('date = ""', f"date = {day}").replace("2019-12-15", "2021-12-15")
        text = text.replace("2020-12-14", "2022-12-14")
        assert read(text, UNIT, 2022, data).letter()["file"] == f"Lưu: VT, {symbol}"


def test_a_table_that_excel_saved_with_semicolons_is_read(office: Callable[..., Path]) -> None:
    data = office({"symbol": "PA"}, province="dien-bien")
    table = data / "dien-bien" / "co-quan.csv"
    table.write_text(
        "\ufeff" + table.read_text(encoding="utf-8").replace('"', "").replace(",", ";"), encoding="utf-8"
    )
    assert "PA" in {body.symbol for body in bodies.load("dien-bien", data)}


def test_an_office_may_add_a_role_for_its_sentences(office: Callable[..., Path]) -> None:
    ends = {"province": "", "district": "2025-06-30", "commune": ""}
    rows = [
        {"role": "mat-tran", "level": level, "valid_to": end, "name": "Ủy ban MTTQ Việt Nam {đơn vị}"}
        for level, end in ends.items()
    ]
    own = of(UNIT, 2020, shutil.copytree(DATA / "dien-bien", office(*rows) / "dien-bien").parent)
    assert own("mat-tran") == own.short("mat-tran") == "Ủy ban MTTQ Việt Nam huyện Tuần Giáo"
    with pytest.raises(MisuseError, match="mat-trân"):
        own("mat-trân")


# --- Who writes to whom ---


def test_the_real_report_of_2020_has_its_letterhead() -> None:
    own = of(UNIT, 2020)
    assert own.letter() == {
        "superior": "",
        "issuer": ["ỦY BAN NHÂN DÂN", "HUYỆN TUẦN GIÁO"],
        "issuer_name": "Ủy ban nhân dân huyện Tuần Giáo",
        "symbol": "BC-UBND",
        "place": "Tuần Giáo",
        "addressees": ["Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên"],
        "recipients": ["Như trên", "Thường trực Huyện ủy", "Thường trực HĐND huyện", "Lãnh đạo UBND huyện"],
        "file": "Lưu: VT, LĐTBXH",
        "authority": "TM. ỦY BAN NHÂN DÂN",
        "posts": ["CHỦ TỊCH"],
    }
    assert own.short("cong-an") == "Công an huyện"
    assert own("cong-an") == "Công an huyện Tuần Giáo"


@pytest.mark.parametrize(
    ("unit", "year", "issuer", "place", "addressee", "party", "file"),
    [
        ("dien-bien/thi-xa-muong-lay", 2024, "THỊ XÃ MƯỜNG LAY", "Mường Lay",
         "Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên", "Thường trực Thị ủy", "LĐTBXH"),
        ("dien-bien/thanh-pho-dien-bien-phu", 2024, "THÀNH PHỐ ĐIỆN BIÊN PHỦ", "Điện Biên Phủ",
         "Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên", "Thường trực Thành ủy", "LĐTBXH"),
        ("vi-du/huyen-minh-hoa", 2020, "HUYỆN MINH HỌA", "Minh Họa",
         "Sở Lao động - Thương binh và Xã hội tỉnh Ví Dụ", "Thường trực Huyện ủy", "LĐTBXH"),
        ("dien-bien/xa-tuan-giao", 2026, "XÃ TUẦN GIÁO", "Tuần Giáo",
         "Sở Y tế tỉnh Điện Biên", "Thường trực Đảng ủy xã", "VHXH"),
        ("dien-bien/_tinh", 2024, "TỈNH ĐIỆN BIÊN", "Điện Biên",
         "Bộ Lao động - Thương binh và Xã hội", "Thường trực Tỉnh ủy", "SLĐTBXH"),
        ("dien-bien/_tinh", 2026, "TỈNH ĐIỆN BIÊN", "Điện Biên", "Bộ Y tế", "Thường trực Tỉnh ủy", "SYT"),
    ],
)  # fmt: skip
def test_each_level_writes_to_its_own(
    unit: str, year: int, issuer: str, place: str, addressee: str, party: str, file: str
) -> None:
    letter = of(unit, year).letter()
    kind = issuer.removesuffix(f" {place.upper()}").lower()
    assert letter["issuer"] == ["ỦY BAN NHÂN DÂN", issuer]
    assert (letter["place"], letter["symbol"], letter["addressees"]) == (place, "BC-UBND", [addressee])
    others = [f"Thường trực HĐND {kind}", f"Lãnh đạo UBND {kind}"]
    assert letter["recipients"] == ["Như trên", party, *others]
    assert letter["file"] == f"Lưu: VT, {file}"


def test_no_sample_says_itself_what_the_table_says() -> None:
    assert len(SAMPLES) == 96
    for path in SAMPLES:
        unit, year = f"{path.parts[-4]}/{path.parts[-3]}", int(path.parts[-2])
        letter = of(unit, year).letter()
        Frame(**letter, subject="Kết quả", sections=[], period_end=f"{year}-12-14")
        said = settings.tomllib.loads(path.read_text(encoding="utf-8"))
        assert set(said["document"]) == {"number", "date"}
        assert (set(said["delivery"]), set(said["signature"])) == ({"salutation"}, {"name"})


@pytest.mark.parametrize(
    ("day", "addressee", "police", "file"),
    [
        ("2025-02-28", "Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên", "Công an huyện", "Lưu: VT, LĐTBXH"),
        ("2025-03-01", "Sở Y tế tỉnh Điện Biên", "cơ quan Công an", "Lưu: VT, YT"),
        ("2025-06-30", "Sở Y tế tỉnh Điện Biên", "cơ quan Công an", "Lưu: VT, YT"),
    ],
)  # fmt: skip
def test_the_day_of_issue_decides(day: str, addressee: str, police: str, file: str) -> None:
    own = of(UNIT, 2024, date=f"date = {day}")
    letter = own.letter()
    assert (letter["addressees"], own.short("cong-an"), letter["file"]) == ([addressee], police, file)
    assert own.issued


def test_no_report_is_issued_by_a_district_after_districts_ended() -> None:
    with pytest.raises(InputError, match=r"2025-07-01.*huyện Tuần Giáo") as refused:
        of(UNIT, 2024, date="date = 2025-07-01")
    assert "document.date" in refused.value.remedy.text("vi")


def test_the_annual_report_of_a_district_that_ended_is_refused_and_its_heirs_are_named() -> None:
    with pytest.raises(UsageError, match="2025-06-30") as refused:
        units.resolve("huyện Tuần Giáo", 2025, DATA)
    assert "dien-bien/xa-tuan-giao" in refused.value.remedy.text("vi")


def test_a_commune_wrote_to_its_district_as_long_as_there_was_one() -> None:
    text = REAL.replace("2019-12-15", "2023-12-15").replace("2020-12-14", "2024-12-14")
    own = read(text, "dien-bien/xa-quai-nua", 2024)
    assert own.letter()["addressees"] == ["Ủy ban nhân dân huyện Tuần Giáo"]
    assert "nhan-bao-cao" in " ".join(str(finding.message) for finding in found(own))


def test_the_place_is_the_full_name_where_a_unit_is_named_after_a_number() -> None:
    named = dataclasses.replace(units.resolve(UNIT, 2020), name="1", type="quận", named_after="number")
    own = dataclasses.replace(of(UNIT, 2020), unit=named)
    letter = own.letter()
    assert (letter["place"], letter["issuer"]) == ("Quận 1", ["ỦY BAN NHÂN DÂN", "QUẬN 1"])  # D-05
    assert letter["recipients"][1:] == ["Thường trực Quận ủy", "Thường trực HĐND quận", "Lãnh đạo UBND quận"]


# --- What an office says in report.toml ---


def test_what_report_toml_gives_wins() -> None:
    text = REAL.replace(
        'date = ""',
        'date = ""\nsymbol = "BC-PA"\nplace = "Nơi A"\nsuperior = "UBND HUYỆN A"\nissuer = ["PHÒNG A"]', 1,
    )  # fmt: skip
    text = text.replace(
        "[delivery]", '[delivery]\naddressees = ["Sở A", "Sở B"]\nrecipients = ["Ban C"]\nfile = "Lưu: VT"'
    )
    text = text.replace("[signature]", '[signature]\nauthority = ""\nposts = ["KT. TRƯỞNG PHÒNG", "PHÓ"]')
    own = read(text, UNIT, 2020)
    assert own.letter() == {
        "superior": "UBND HUYỆN A", "issuer": ["PHÒNG A"], "issuer_name": "", "symbol": "BC-PA", "place": "Nơi A",
        "addressees": ["Sở A", "Sở B"], "recipients": ["Như trên", "Ban C"], "file": "Lưu: VT", "authority": "",
        "posts": ["KT. TRƯỞNG PHÒNG", "PHÓ"],
    }  # fmt: skip
    assert own("ban-hanh") == "PHÒNG A"
    assert found(own) == []  # nothing doubtful is left
    other = REAL.replace('date = ""', 'date = ""\nissuer = ["ỦY BAN NHÂN DÂN HUYỆN TỦA CHÙA"]', 1)
    assert read(other, UNIT, 2020)("ban-hanh") == "Ủy ban nhân dân huyện Tủa Chùa"


INFORMED = ["Thường trực Huyện ủy", "Thường trực HĐND huyện", "Lãnh đạo UBND huyện"]
RECEIVER = "Sở Lao động - Thương binh và Xã hội tỉnh Điện Biên"


@pytest.mark.parametrize(
    ("said", "addressees", "recipients"),
    [
        ("", [RECEIVER], ["Như trên", *INFORMED]),
        ("salutation = false", [], [RECEIVER, *INFORMED]),
        # Files from before the setting was there go on working.
        ('recipients = ["Như trên", "A"]', [RECEIVER], ["Như trên", "A"]),
        ('addressees = ["B"]\nrecipients = ["Như trên", "A"]', ["B"], ["Như trên", "A"]),
        ('addressees = ["B"]\nrecipients = ["A", "Như trên"]', ["B"], ["Như trên", "A"]),
        ('addressees = []\nrecipients = ["B", "A"]', [], ["B", "A"]),
        # What was said by hand, with the setting.
        ('salutation = false\nrecipients = ["Như trên", "A"]', [], [RECEIVER, "A"]),
        ('salutation = false\nrecipients = ["C", "A"]', [], ["C", "A"]),
        ('salutation = false\naddressees = ["B"]\nrecipients = ["Như trên", "B", "A"]', [], ["B", "A"]),
        ('salutation = false\naddressees = ["B"]', [], ["B", *INFORMED]),
    ],
)  # fmt: skip
def test_the_two_lines_go_together_or_not_at_all(
    said: str, addressees: list[str], recipients: list[str]
) -> None:
    own = of(UNIT, 2020, salutation=said)
    letter = own.letter()
    assert (letter["addressees"], letter["recipients"]) == (addressees, recipients)
    Frame(**letter, subject="Kết quả", sections=[], period_end="2020-12-14")  # refuses one without the other


def test_as_above_without_anybody_above_is_refused_still() -> None:
    letter = of(UNIT, 2020, salutation='addressees = []\nrecipients = ["Như trên", "A"]').letter()
    with pytest.raises(InputError, match="Như trên"):
        Frame(**letter, subject="Kết quả", sections=[], period_end="2020-12-14")


def test_another_kind_of_document_needs_its_symbol() -> None:
    own = of(UNIT, 2020, date='date = ""\nkind = "KẾ HOẠCH"')
    with pytest.raises(InputError, match="KẾ HOẠCH"):
        own.letter()
    assert (
        of(UNIT, 2020, date='date = ""\nkind = "KẾ HOẠCH"\nsymbol = "KH-UBND"').letter()["symbol"]
        == "KH-UBND"
    )


def test_a_doubtful_name_is_asked_about_until_it_is_confirmed_or_given() -> None:
    commune = "dien-bien/xa-tuan-giao"
    asked = found(of(commune, 2026))
    assert [(f.severity, f.rule, f.value_after) for f in asked] == [
        ("verify", "body-doubtful", "Sở Y tế tỉnh Điện Biên"),
        ("verify", "body-doubtful", "Phòng Văn hóa - Xã hội xã Tuần Giáo"),
    ]
    assert "(co-quan.csv, dòng" in str(asked[0].message)
    assert '[bodies] confirmed = ["nhan-bao-cao"]' in str(asked[0].remedy)
    assert "delivery.addressees" in str(asked[0].remedy)
    assert [f.value_after for f in found(of(UNIT, 2020))] == [
        "Phòng Lao động - Thương binh và Xã hội huyện Tuần Giáo"
    ]
    confirmed = '[bodies]\nconfirmed = ["nhan-bao-cao", "soan-thao"]\n[layout]'
    assert found(of(commune, 2026, layout=confirmed)) == []
    given = of(commune, 2026, delivery='[delivery]\naddressees = ["Sở A"]\nfile = "Lưu: VT"')
    assert found(given) == []
    with pytest.raises(InputError, match=r"bodies\.confirmed.*cong_an"):
        of(commune, 2026, layout='[bodies]\nconfirmed = ["cong_an"]\n[layout]')


def test_a_doubtful_name_of_no_setting_is_changed_in_the_table() -> None:
    asked = found(of(UNIT, 2024, date="date = 2025-03-03"))
    police = next(f for f in asked if "cong-an" in str(f.message))
    assert "data/co-quan.csv" in str(police.remedy)


# --- A period in which bodies changed ---


def test_only_a_report_that_a_change_concerns_speaks_of_it() -> None:
    for path in SAMPLES:
        assert of(f"{path.parts[-4]}/{path.parts[-3]}", int(path.parts[-2])).changes == ()
    assert of(UNIT, 2024, date="date = 2025-02-28").changes == ()
    late = of(UNIT, 2024, date="date = 2025-03-03")  # the period is over, but its police is no more
    assert late.changes == (date(2025, 3, 1),)
    assert [f.rule for f in found(late)].count("bodies-changed") == 1


def test_a_row_that_says_nothing_new_is_no_change(office: Callable[..., Path]) -> None:
    same = {"name": "Phòng A", "symbol": "PA"}
    data = office(
        same | {"valid_to": "2020-05-31"}, same | {"valid_from": "2020-06-01"}, province="dien-bien"
    )
    assert read(REAL, UNIT, 2020, data).changes == ()


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A commune of the invented province that began on 2025-07-01 and reports the year that crosses two changes."""
    sys.path.append(str(ROOT / "data"))
    make = importlib.import_module("make_illustrative")
    data = shutil.copytree(
        DATA,
        tmp_path_factory.mktemp("crossing") / "data",
        ignore=shutil.ignore_patterns("dien-bien", "huyen-*"),
    )
    with (data / "vi-du" / "units.csv").open("a", encoding="utf-8") as table:
        table.write("VD9,Minh Họa,xã,,commune,VD,vi-du,2025-07-01,,,bịa,\n")
    commune = dataclasses.replace(make.XA_TUAN_GIAO, folder="vi-du/xa-minh-hoa", communes=("xã Minh Họa",))
    folder = data / commune.folder / "2025"
    make.write_year(folder, commune, 2026)
    for path in folder.glob("*"):
        assert path.suffix in (".xlsx", ".csv")
    text = (DATA / "dien-bien" / "xa-tuan-giao" / "2026" / "report.toml").read_text(encoding="utf-8")
    for old, new in {
        "2025-12-15": "2024-12-15",
        "2026-12-14": "2025-12-14",
        "2026-11-15": "2025-12-14",
    }.items():
        text = text.replace(old, new)
    (folder / "report.toml").write_text(text, encoding="utf-8")
    whole = data / "vi-du" / "_tinh" / "2025"
    shutil.copytree(data / "vi-du" / "_tinh" / "2020", whole)
    text = (whole / "report.toml").read_text(encoding="utf-8")
    text = text.replace("2019-12-15", "2024-12-15").replace("2020-12-14", "2025-12-14")
    (whole / "report.toml").write_text(text, encoding="utf-8")
    return data, tmp_path_factory.mktemp("work")


def page_of(data: Path, unit: str, work: Path) -> str:
    """The words of a report of 2025."""
    page = BeautifulSoup(render_html(in_process.document(data, unit, 2025, work)), "html.parser")
    return re.sub(r"\s+", " ", page.get_text(" "))


def test_a_report_of_2025_says_which_rule_its_names_follow(crossing: tuple[Path, Path]) -> None:
    data, work = crossing
    text = page_of(data, "vi-du/xa-minh-hoa", work)
    said = (
        "tổ chức bộ máy thay đổi từ ngày 01/3/2025 và ngày 01/7/2025 nên tên cơ quan trong báo cáo ghi theo"
    )
    assert text.count(f"{said} thời điểm cuối kỳ báo cáo") == 1
    for words in (
        "Sở Y tế tỉnh Ví Dụ",
        "Ủy ban nhân dân xã Minh Họa báo cáo",
        "Theo số liệu do Công an xã cung cấp",
    ):
        assert words in text, words
    assert not re.search("huyện|Lao động - Thương binh", text)
    told = Findings.load(Stage(REPORT, "vi-du/xa-minh-hoa", 2025, "internal", data).folder(work))
    (change,) = [finding for finding in told if finding.rule == "bodies-changed"]
    assert "2025-03-01, 2025-07-01" in str(change.message)
    assert {f.rule for f in told} >= {"body-doubtful", "draft"}

    path = data / "vi-du" / "xa-minh-hoa" / "2025" / "report.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('date = ""', "date = 2025-12-17", 1), encoding="utf-8"
    )
    assert f"{said} thời điểm ban hành" in page_of(data, "vi-du/xa-minh-hoa", work)


def test_so_does_the_province_of_that_year(crossing: tuple[Path, Path]) -> None:
    data, work = crossing
    text = page_of(data, "vi-du/_tinh", work)
    assert "tổ chức bộ máy thay đổi từ ngày 01/3/2025 và ngày 01/7/2025 nên tên cơ quan" in text
    assert "Kính gửi : Bộ Y tế" in text
    assert "theo số liệu của Công an các đơn vị" in text.replace("Theo", "theo")
    told = Findings.load(Stage(PROVINCE, "vi-du/_tinh", 2025, "internal", data).folder(work))
    assert {finding.rule for finding in told} >= {"bodies-changed", "body-doubtful", "draft"}


# --- The notebooks, and drafts ---


DATED = re.compile(
    r"(?:Ủy ban nhân dân|UBND|Hội đồng nhân dân|HĐND|[Cc]ông an|Sở|Bộ) (?:\{|xã|phường|huyện|tỉnh|các đơn vị)"
    r"|(?:Sở|Bộ|[Pp]hòng) (?:Lao động|Y tế|Nội vụ|Văn hóa|LĐ)|(?:Huyện|Tỉnh|Thị|Thành|Đảng) ủy"
)


@pytest.mark.parametrize("name", ["1_clean", "2_indicators", "3_report", "4_province"])
def test_no_notebook_names_a_body_itself(name: str) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    named = [(cell.id, found[0]) for cell in notebook.cells for found in DATED.finditer(cell.source)]
    assert named == []


def test_such_a_name_would_be_seen() -> None:
    for text in ("Theo số liệu do Công an {dia_ban} cung cấp", "Ủy ban nhân dân {don_vi} báo cáo", "Thường trực Huyện ủy",
                 "phòng Lao động - TB&XH", "Bộ Y tế"):  # fmt: skip
        assert DATED.search(text), text


def test_what_a_draft_waits_for_is_told_and_a_finished_document_is_clean(report: Path) -> None:
    notebook = nbformat.read(report / "report.ipynb", as_version=4)
    (output,) = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "application/vnd.baocao.frame+json" in output.get("data", {})
    ]
    frame = output["data"]["application/vnd.baocao.frame+json"]
    for given, missing in (
        ({}, "document.number, document.date, signature.name"),
        ({"number": "45", "signatory": "Họ Và Tên"}, "document.date"),
        ({"number": "45", "date": "2020-12-16"}, "signature.name"),
        ({"number": "45", "date": "2020-12-16", "signatory": "Họ Và Tên"}, ""),
    ):
        findings = Findings()
        Frame.from_json(frame | given).note_missing(findings)
        assert [f.rule for f in findings] == (["draft"] if missing else [])
        assert all(f"{missing}." in str(f.message) for f in findings)
    frame |= given
    page = BeautifulSoup(render_html(assemble(notebook, "html")), "html.parser")
    text = re.sub(r"\s+", " ", page.get_text(" "))
    assert "DỰ THẢO" not in text
    assert "Số: 45/BC-UBND" in text
    assert "Tuần Giáo, ngày 16 tháng 12 năm 2020" in text
    assert not page.select(".draft-mark")
    assert "data:image/svg" not in str(page.style)
