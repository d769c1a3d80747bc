"""Units: names, codes and dates, compared with the official lists of Tuần Giáo and Điện Biên and with national totals."""

import csv
import unicodedata
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from baocao.analysis import units
from baocao.analysis.vietnamese import deaccent, slug, slug_each
from baocao.errors import InputError, MisuseError, UsageError

# Danh mục hành chính: code, type, name, code and name of the commune it went to on 2025-07-01.
TUAN_GIAO = """
03253 thị trấn Tuần Giáo   03253 Tuần Giáo
03259 xã Phình Sáng        03244 Sáng Nhè
03260 xã Rạng Đông         03260 Pú Nhung
03262 xã Mùn Chung         03268 Mường Mùn
03263 xã Nà Tòng           03217 Tủa Chùa
03265 xã Ta Ma             03260 Pú Nhung
03268 xã Mường Mùn         03268 Mường Mùn
03269 xã Pú Xi             03268 Mường Mùn
03271 xã Pú Nhung          03260 Pú Nhung
03274 xã Quài Nưa          03253 Tuần Giáo
03277 xã Mường Thín        03283 Chiềng Sinh
03280 xã Tỏa Tình          03295 Quài Tở
03283 xã Nà Sáy            03283 Chiềng Sinh
03284 xã Mường Khong       03283 Chiềng Sinh
03289 xã Quài Cang         03253 Tuần Giáo
03295 xã Quài Tở           03295 Quài Tở
03298 xã Chiềng Sinh       03283 Chiềng Sinh
03299 xã Chiềng Đông       03301 Búng Lao
03304 xã Tênh Phông        03295 Quài Tở
"""
LISTED = [(line[:5], line[6:27].strip(), line[27:32], line[33:]) for line in TUAN_GIAO.strip().splitlines()]
TOWN, PHINH_SANG, TOA_TINH = "03253", "03259", "03280"
DISTRICT = units.resolve("dien-bien/huyen-tuan-giao", 2020)
COMMUNES = units.parts(DISTRICT, 2020)
KNOWN = units.load()
Y2023, Y2025, TODAY = units.STATES
COLUMNS = (
    "code,name,type,named_after,level,parent_code,province,valid_from,valid_to,successor_code,source,doubt"
)


def named(name: str) -> units.Unit:
    return next(commune for commune in COMMUNES if commune.name == name)


def invented(folder, rows, header=COLUMNS):
    """A data folder with the units of an invented province."""
    (folder / "vi-du").mkdir()
    text = "\n".join([header, *rows]) + "\n"
    (folder / "vi-du" / "units.csv").write_text(text, encoding="utf-8")
    return folder


# --- the table ---


def test_tuan_giao_has_its_nineteen_communes_and_their_successors():
    new = {unit.code: unit.name for unit in units.load() if unit.valid_from == date(2025, 7, 1)}
    found = [(u.code, u.full_name, *u.successor_codes, new[u.successor_codes[0]]) for u in COMMUNES]
    assert found == LISTED


def test_dien_bien_had_ten_districts_until_june_2025():
    province = units.resolve("tỉnh Điện Biên", 2024)
    found = {part.code: part.full_name for part in units.parts(province, 2024)}
    assert found == {
        "094": "thành phố Điện Biên Phủ", "095": "thị xã Mường Lay", "096": "huyện Mường Nhé",
        "097": "huyện Mường Chà", "098": "huyện Tủa Chùa", "099": "huyện Tuần Giáo", "100": "huyện Điện Biên",
        "101": "huyện Điện Biên Đông", "102": "huyện Mường Ảng", "103": "huyện Nậm Pồ",
    }  # fmt: skip
    assert {part.valid_to for part in units.parts(province, 2024)} == {date(2025, 6, 30)}


def in_list(month: str, level: str = "") -> list[units.Unit]:
    return [unit for unit in KNOWN if month in unit.seen and level in ("", unit.level)]


def test_every_unit_has_a_source_a_parent_and_a_folder_of_its_own():
    parents = {(unit.province, unit.code) for unit in KNOWN}
    later = {unit.code for unit in KNOWN if unit.valid_from or unit.level == "province"}
    for unit in KNOWN:
        assert unit.source
        assert "://" not in unit.source + unit.doubt
        assert unit.level == "province" or (unit.province, unit.parent_code) in parents
        assert unicodedata.is_normalized("NFC", unit.name)
        assert set(unit.successor_codes) <= later
        assert "chia cho" not in unit.doubt
    for month in units.STATES:
        paths = Counter(unit.path for unit in in_list(month))
        assert max(paths.values()) == 1


def test_the_package_table_holds_nothing_that_its_readers_do_not_expect():
    text = units.TABLE.read_bytes()
    assert b"\r" not in text
    lines = text.decode("utf-8").splitlines()
    assert lines[0] == ",".join(units.COLUMNS)
    rows = list(csv.reader(lines[1:]))
    assert len(rows) == len(KNOWN) == len(lines) - 1
    for line, row in zip(lines[1:], rows, strict=True):
        assert line.split(",", 12)[:12] == row[:12]
        values = dict(zip(units.COLUMNS, row, strict=True))
        assert all(values[name] in allowed for name, allowed in units._ALLOWED.items())
        assert row == [unicodedata.normalize("NFC", field.strip()) for field in row]
    assert slug_each([row[1] for row in rows]) == [slug(row[1]) for row in rows]
    keys = Counter((unit.code, unit.valid_from or unit.seen[0]) for unit in KNOWN)
    assert max(keys.values()) == 1


def test_the_lists_have_as_many_units_as_the_country_had():
    """2023-04: 705 districts, 10,599 communes; March 2025: 696, 10,035; 1 July 2025: 34 provinces, 3,321 communes."""
    counts = {month: Counter(unit.level for unit in in_list(month)) for month in units.STATES}
    assert counts == {
        "2023-04": {"province": 63, "district": 705, "commune": 10599},
        "2025-03": {"province": 63, "district": 696, "commune": 10035},
        "2025-07": {"province": 34, "commune": 3321},
    }
    kinds = Counter(unit.type for unit in in_list(TODAY, "commune"))
    assert kinds == {"xã": 2621, "phường": 687, "đặc khu": 13}


def test_what_ended_and_what_began_with_the_districts():
    for unit in in_list(Y2025):
        goes_on = unit.level == "province" and TODAY in unit.seen
        assert unit.valid_to == (None if goes_on else date(2025, 6, 30))
    for unit in in_list(TODAY):
        assert unit.valid_from == (None if Y2025 in unit.seen else date(2025, 7, 1))
    assert sum(Y2025 in unit.seen for unit in in_list(TODAY)) == 11  # provinces that were left as they were
    assert {unit.valid_to for unit in KNOWN if unit.seen[-1] == Y2023} == {None}


def test_every_commune_of_2025_went_to_one_new_commune_or_was_divided():
    divided = [unit for unit in in_list(Y2025, "commune") if len(unit.successor_codes) > 1]
    whole = [unit for unit in in_list(Y2025, "commune") if len(unit.successor_codes) == 1]
    assert (len(divided), len(whole)) == (471, 9564)
    heirs = {unit.code: unit for unit in in_list(TODAY)}
    provinces = {unit.code: unit for unit in in_list(Y2025, "province")}
    for unit in whole:
        old = next(p for p in provinces.values() if p.province == unit.province)
        new = heirs[unit.successor_codes[0]]
        assert new.parent_code == (old.successor_codes[0] if old.successor_codes else old.code)


def test_codes_that_were_given_to_another_unit_in_2025():
    """With the list of January 2025 of another package they are 1,848 of 3,310.

    This one is of March: six communes more have a code that stays (3,316). The rest are spellings, Phú Hoà there and Phú
    Hòa here, which count where the new name is spelled otherwise.
    """
    old = {unit.code: unit.name for unit in in_list(Y2025, "commune")}
    new = {unit.code: unit for unit in in_list(TODAY, "commune")}
    kept = old.keys() & new.keys()
    assert (len(kept), sum(old[code] != new[code].name for code in kept)) == (3316, 1803)
    dien_bien = [code for code in new if new[code].province == "dien-bien"]
    assert (len(dien_bien), sum(old[code] != new[code].name for code in dien_bien)) == (45, 21)


def test_names_that_are_numbers():
    numbers = [unit for unit in KNOWN if unit.named_after == "number"]
    assert all(unit.name.isdecimal() for unit in numbers)
    assert units.resolve("Quận 1", 2024).full_name == "Quận 1"
    assert not [unit.name for unit in KNOWN if unit.name.isdecimal() and unit.name.startswith("0")]


def test_dien_bien_had_as_many_communes_as_its_statistics_say():
    counts = Counter(unit.parent_code for unit in in_list(Y2025, "commune") if unit.province == "dien-bien")
    assert counts == {
        "094": 12, "095": 3, "096": 11, "097": 12, "098": 12, "099": 19, "100": 21, "101": 14, "102": 10, "103": 15,
    }  # fmt: skip
    for district in units.parts(units.resolve("dien-bien/_tinh", 2024), 2024):
        assert len(units.parts(district, 2024)) == counts[district.code]


def test_reused_codes_name_different_units_at_different_times():
    before = {unit.code: unit.name for unit in COMMUNES}
    after = {unit.code: unit.name for unit in units.parts(units.resolve("tỉnh Điện Biên", 2026), 2026)}
    assert (before["03260"], after["03260"]) == ("Rạng Đông", "Pú Nhung")
    assert (before["03283"], after["03283"]) == ("Nà Sáy", "Chiềng Sinh")


def test_an_invented_province_is_merged_from_the_data_folder(tmp_path):
    rows = [
        "X1,Ví Dụ,tỉnh,,province,,vi-du,,,,bịa,", "X11,Suối Mơ,huyện,,district,X1,vi-du,,,,bịa,",
        "X112,Mây,xã,,commune,X11,vi-du,,,,bịa,", "X111,1,phường,number,commune,X11,vi-du,2020-12-15,,,bịa,",
    ]  # fmt: skip
    data = invented(tmp_path, rows)
    district = units.resolve("suoi-mo", 2021, data)
    assert district.path == "vi-du/huyen-suoi-mo"
    assert [part.full_name for part in units.parts(district, 2021, data)] == ["Phường 1", "xã Mây"]
    assert [part.code for part in units.parts(district, 2020, data)] == ["X112"]
    assert units.resolve("tuan-giao", 2020, data) == DISTRICT
    with pytest.raises(UsageError):
        units.resolve("suoi-mo", 2021)


@pytest.mark.parametrize(
    ("row", "header", "named"),
    [
        ("099,Suối Mơ,huyện,,district,X1,vi-du,,,,bịa,", COLUMNS, "099"),
        ("X1,Suối Mơ,huyen,,district,,vi-du,,,,bịa,", COLUMNS, "units.csv, 2.*huyen"),
        ("X1,Suối Mơ,huyện,hero,district,,vi-du,,,,bịa,", COLUMNS, "hero"),
        ("X1,Suối Mơ,huyện,,district,,vi-du,30/6/2025,,,bịa,", COLUMNS, "30/6/2025"),
        ("X1,,huyện,,district,,vi-du,,,,bịa,", COLUMNS, "name"),
        ("X1,Suối Mơ,huyện,,district,,khac,,,,bịa,", COLUMNS, "khac"),
        ("X1,Suối Mơ,huyện,,district,,vi-du,,,,bịa,,thừa", COLUMNS, "units.csv, 2"),
        ("X1,Suối Mơ", "code,ten", "ten"),
    ],
)
def test_a_wrong_row_is_an_error_that_names_it(tmp_path, row, header, named):
    with pytest.raises(InputError, match=named) as refused:
        units.load(invented(tmp_path, [row], header))
    assert "vi-du/units.csv" in str(refused.value)


def test_a_table_that_is_not_utf8_is_an_error_and_a_corrected_one_is_read_again(tmp_path):
    data = invented(tmp_path, [])
    table = data / "vi-du" / "units.csv"
    table.write_bytes(f"{COLUMNS}\nX1,Suối Mơ,huyện,,district,,vi-du,,,,,\n".encode("utf-16"))
    with pytest.raises(InputError, match=r"vi-du/units\.csv"):
        units.load(data)
    table.write_text(f"{COLUMNS}\nX1,Suối Mơ,huyện,,district,,vi-du,,,,,\n", encoding="utf-8-sig")
    assert units.resolve("vi-du/huyen-suoi-mo", 2020, data).code == "X1"


# --- names ---


def test_names_as_nghi_dinh_30_writes_them():
    assert DISTRICT.full_name == "huyện Tuần Giáo"
    assert DISTRICT.title_name == "Huyện Tuần Giáo"
    ward = replace(DISTRICT, name="Điện Biên Phủ", type="phường", named_after="event")
    assert ward.full_name == "Phường Điện Biên Phủ"
    assert replace(ward, name="1", type="quận", named_after="number").full_name == "Quận 1"


def test_kinds_are_named_together():
    assert units.kinds_in_words(COMMUNES) == "xã, thị trấn"
    assert (
        units.kinds_in_words(units.parts(units.resolve("tỉnh Điện Biên", 2020), 2020))
        == "huyện, thị xã, thành phố"
    )


# --- resolve ---


@pytest.mark.parametrize(
    "text",
    ["dien-bien/huyen-tuan-giao", "huyen-tuan-giao", "tuan-giao", "Tuần Giáo", "huyện Tuần Giáo", "HUYỆN TUẦN GIÁO",
     " Tuan Giao ", "dien-bien/tuan-giao", "Điện Biên/huyện Tuần Giáo", "dien-bien/huyen-tuan-giao/",
     unicodedata.normalize("NFD", "Huyện Tuần Giáo")],
)  # fmt: skip
def test_a_district_is_found_by_any_of_its_names(text):
    assert units.resolve(text, 2020) == DISTRICT


def test_a_name_means_the_unit_that_reports_in_that_year():
    assert units.resolve("tuan-giao", 2024).path == "dien-bien/huyen-tuan-giao"
    assert units.resolve("tuan-giao", 2025).path == "dien-bien/xa-tuan-giao"
    assert units.resolve("dien-bien/thi-tran-tuan-giao", 2024).code == TOWN
    assert units.resolve("Quài Nưa", 2020).code == "03274"


def test_dien_bien_is_the_district_or_the_province_as_the_type_says():
    assert units.resolve("dien-bien", 2020).code == "100"
    assert units.resolve("tinh-dien-bien", 2020).code == "11"
    assert units.resolve("dien-bien/_tinh", 2020).path == "dien-bien/_tinh"


def test_a_wrong_accent_is_not_another_unit_and_the_nearest_is_named():
    with pytest.raises(UsageError, match="dien-bien/huyen-tuan-giao"):
        units.resolve("Tuấn Giao", 2020)
    with pytest.raises(UsageError, match="dien-bien/huyen-tuan-giao"):
        units.resolve("dien-bien/huyen-tuan-gia", 2020)
    with pytest.raises(UsageError, match="Bạch Lông Vĩ"):
        units.resolve("Bạch Lông Vĩ", 2020)
    with pytest.raises(UsageError, match="son-la"):
        units.resolve("son-la/huyen-tuan-giao", 2020)
    with pytest.raises(UsageError):
        units.resolve("", 2020)


def test_a_unit_that_ended_names_its_end_and_its_successors():
    with pytest.raises(UsageError, match="2025-06-30") as refused:
        units.resolve("huyện Tuần Giáo", 2025)
    for place in (
        "tuan-giao",
        "quai-to",
        "muong-mun",
        "pu-nhung",
        "chieng-sinh",
        "tua-chua",
        "sang-nhe",
        "bung-lao",
    ):
        assert f"dien-bien/xa-{place}" in str(refused.value)
    with pytest.raises(UsageError, match="dien-bien/xa-quai-to") as refused:
        units.resolve("xa-toa-tinh", 2026)
    assert "xa-tuan-giao" not in str(refused.value)


def test_a_unit_that_had_not_begun_names_its_first_day():
    with pytest.raises(UsageError, match="2025-07-01"):
        units.resolve("dien-bien/xa-tuan-giao", 2024)


def test_an_own_unit_that_had_not_begun_names_its_first_day_although_it_ended(tmp_path):
    data = invented(tmp_path, ["X1,Suối Mơ,huyện,,district,X,vi-du,2022-01-01,2025-06-30,,bịa,"])
    with pytest.raises(UsageError, match="2022-01-01"):
        units.resolve("suoi-mo", 2020, data)


def test_words_for_a_unit_and_its_parts():
    tuan_giao = units.resolve("tuan-giao", 2020)
    assert units.words_for(tuan_giao, units.parts(tuan_giao, 2020)) == {
        "unit": "huyện", "parts": "xã, thị trấn", "part": "xã",
    }  # fmt: skip
    commune = units.resolve("tuan-giao", 2026)
    assert units.words_for(commune, [])["unit"] == "xã"


def test_several_that_fit_are_listed(tmp_path):
    data = invented(tmp_path, [
        "X1,Mơ,huyện,,district,,vi-du,,,,,", "X2,Mơ,thị xã,,district,,vi-du,,,,,",
        "X3,Tuần Giáo,huyện,,district,,vi-du,,,,,",
    ])  # fmt: skip
    with pytest.raises(UsageError, match=r"vi-du/huyen-mo, vi-du/thi-xa-mo"):
        units.resolve("mo", 2020, data)
    with pytest.raises(UsageError, match=r"dien-bien/huyen-tuan-giao, vi-du/huyen-tuan-giao"):
        units.resolve("tuan-giao", 2020, data)
    assert units.resolve("thị xã Mơ", 2020, data).code == "X2"


def test_of_several_that_fit_the_one_with_data_is_meant(tmp_path):
    data = invented(tmp_path, ["X1,Minh Hoa,huyện,,district,,vi-du,,,,,"])
    with pytest.raises(UsageError, match="quang-binh/huyen-minh-hoa, vi-du/huyen-minh-hoa"):
        units.resolve("minh-hoa", 2020, data)
    (data / "vi-du" / "huyen-minh-hoa").mkdir()
    assert units.resolve("minh-hoa", 2020, data).code == "X1"
    assert units.resolve("Minh Hóa", 2020, data).province == "quang-binh"


def test_an_own_unit_is_suggested_too(tmp_path):
    data = invented(tmp_path, ["X1,Suối Mơ Xa,huyện,,district,,vi-du,,,,,"])
    with pytest.raises(UsageError, match="vi-du/huyen-suoi-mo-xa"):
        units.resolve("huyen-suoi-mo-xo", 2020, data)


def test_a_name_that_many_units_share_lists_some_and_says_how_many():
    with pytest.raises(UsageError, match=r"an-giang/huyen-chau-thanh, .*, … \(10\)") as refused:
        units.resolve("chau-thanh", 2024)
    assert str(refused.value).count("huyen-chau-thanh") == 8


def test_parts_follow_the_year_and_unknown_ones_are_an_error(tmp_path):
    assert units.parts(named("Quài Nưa"), 2020) == []
    with pytest.raises(UsageError, match="2026"):
        units.parts(DISTRICT, 2026)
    data = invented(tmp_path, ["X1,Suối Mơ,huyện,,district,X,vi-du,,,,bịa,"])
    with pytest.raises(UsageError, match="huyện Suối Mơ"):
        units.parts(units.resolve("suoi-mo", 2020, data), 2020, data)


def test_an_island_district_has_no_communes_and_became_a_special_zone():
    island = units.resolve("Bạch Long Vĩ", 2023)
    assert (island.full_name, units.parts(island, 2023)) == ("huyện Bạch Long Vĩ", [])
    with pytest.raises(UsageError, match="hai-phong/dac-khu-bach-long-vi"):
        units.resolve("huyện Bạch Long Vĩ", 2026)


def test_every_district_and_every_new_commune_is_found_by_a_folder_of_its_own():
    """705 districts in 2023, 696 in 2025, 3,321 communes since."""
    for month, level, year in ((Y2023, "district", 2022), (TODAY, "commune", 2026)):
        listed = in_list(month, level)
        assert [units.resolve(unit.path, year) for unit in listed] == listed
        assert len({unit.path for unit in listed}) == len(listed)
    changed = {"lam-dong/huyen-da-huoai"}  # the name moved to a neighbour between the lists
    listed = [unit for unit in in_list(Y2025, "district") if unit.path not in changed]
    assert [units.resolve(unit.path, 2024) for unit in listed] == listed
    assert len(listed) == 695
    with pytest.raises(UsageError, match="2023-04"):
        units.resolve("lam-dong/huyen-da-huoai", 2024)


def test_two_communes_whose_folders_would_be_one_carry_their_codes():
    assert units.resolve("xã Văn Lăng", 2026).path == "thai-nguyen/xa-van-lang-05665"
    with pytest.raises(UsageError, match="thai-nguyen/xa-van-lang-02143, thai-nguyen/xa-van-lang-05665"):
        units.resolve("thai-nguyen/xa-van-lang", 2026)
    new = [unit for unit in in_list(TODAY) if unit.folder]
    assert len(new) == 16
    assert not any(unit.folder for unit in KNOWN if unit.level != "commune")


def test_a_successor_may_lie_in_another_province():
    with pytest.raises(UsageError, match="bac-ninh/_tinh"):
        units.resolve("bac-giang/_tinh", 2025)


# --- between two lists, and before the first ---


def test_a_unit_in_one_list_and_not_in_the_next_may_have_been_there_in_between():
    gone, town = units.resolve("bac-giang/huyen-yen-dung", 2023), units.resolve("bac-giang/thi-xa-chu", 2024)
    assert (gone.seen, gone.valid_to, town.seen, town.valid_from) == ((Y2023,), None, (Y2025,), None)
    days = [date(2023, 3, 1), date(2023, 4, 30), date(2024, 12, 14), date(2025, 3, 1), date(2025, 6, 30)]
    assert [gone.exists_on(day) for day in days] == [True, True, True, False, False]
    assert [town.exists_on(day) for day in days] == [False, False, True, True, True]
    assert [gone.may_be_missing_on(day) for day in days[:3]] == [False, False, True]
    assert [town.may_be_missing_on(day) for day in days[2:]] == [True, False, False]
    assert not town.exists_on(date(2025, 7, 1))


def test_parts_that_changed_between_two_lists_are_not_guessed():
    province = units.resolve("bac-giang/_tinh", 2024)
    assert len(units.parts(province, 2022)) == 10
    with pytest.raises(UsageError, match=r"2023-04.*2025-03.*huyện Yên Dũng") as refused:
        units.parts(province, 2024)
    assert "data/bac-giang/units.csv" in str(refused.value)
    with pytest.raises(UsageError, match="2025-03"):
        units.resolve("thị xã Chũ", 2022)
    with pytest.raises(UsageError, match="2023-04"):
        units.resolve("huyện Yên Dũng", 2025)


def test_an_own_table_says_when_a_unit_changed_and_replaces_the_row_of_the_package(tmp_path):
    (tmp_path / "bac-giang").mkdir()
    rows = [
        "221,Yên Dũng,huyện,,district,24,bac-giang,,2024-12-31,,ta biết,",
        "222,Việt Yên,huyện,,district,24,bac-giang,,2024-01-31,,ta biết,",
        "222,Việt Yên,thị xã,,district,24,bac-giang,2024-02-01,2025-06-30,,ta biết,",
        "224,Chũ,thị xã,,district,24,bac-giang,2025-01-01,2025-06-30,,ta biết,",
    ]
    table = tmp_path / "bac-giang" / "units.csv"
    table.write_text("\n".join([COLUMNS, *rows]), encoding="utf-8")
    province = units.resolve("bac-giang/_tinh", 2024, tmp_path)
    found = {part.code: part for part in units.parts(province, 2024, tmp_path)}
    assert (found["222"].full_name, found["221"].source, len(found)) == ("thị xã Việt Yên", "ta biết", 10)
    assert len(units.load(tmp_path)) == len(KNOWN)
    assert {unit.code for unit in units.load(tmp_path)} == {unit.code for unit in KNOWN}


def test_before_the_first_list_there_is_a_doubt_but_not_about_what_older_lists_hold():
    assert [units.doubt_about(DISTRICT, year) for year in (2018, 2020, 2024)] == [None] * 3
    district = units.resolve("lai-chau/huyen-sin-ho", 2020)
    doubt = units.doubt_about(district, 2020)
    assert doubt is not None
    assert "2023-04" in doubt.text("vi")
    assert units.doubt_about(district, 2023) is None
    assert units.doubt_about(units.resolve("tuan-giao", 2026), 2026) is None


def test_an_invented_unit_is_beyond_doubt(tmp_path):
    rows = ["X1,Suối Mơ,huyện,,district,X,vi-du,,,,bịa,", "X11,Mây,xã,,commune,X1,vi-du,,,,bịa,"]
    data = invented(tmp_path, rows)
    assert units.doubt_about(units.resolve("suoi-mo", 2018, data), 2018, data) is None


# --- on this year's boundaries ---

DATA = ROOT / "data"
# Of what each commune of 2025 on the former area of huyện Tuần Giáo is made, by code.
FROM_2025 = {
    "03253": {"03253", "03289", "03274"}, "03295": {"03295", "03280", "03304"}, "03268": {"03268", "03262", "03269"},
    "03260": {"03271", "03260", "03265"}, "03283": {"03298", "03283", "03277", "03284"},
}  # fmt: skip


@pytest.mark.parametrize(("code", "made_of"), FROM_2025.items())
@pytest.mark.parametrize("earlier", [2022, 2024])
def test_each_commune_that_came_of_tuan_giao_alone_is_made_of_whole_communes(code, made_of, earlier):
    """03260 was Rạng Đông, 03283 was Nà Sáy: their figures go to Pú Nhung and Chiềng Sinh with those of others."""
    (new,) = (unit for unit in KNOWN if unit.code == code and unit.valid_from == date(2025, 7, 1))
    before = units.made_of(new, 2026, earlier)
    assert before.places == {"dien-bien/huyen-tuan-giao": dict.fromkeys(sorted(made_of), code)}
    assert (before.whole, before.same, before.unchanged) == (True, "", False)


def test_no_set_of_new_communes_is_the_old_district():
    """Nà Tòng, Phình Sáng and Chiềng Đông went to communes that are also made of other districts' communes."""
    inside = {old for each in FROM_2025.values() for old in each}
    left = {commune.code for commune in COMMUNES} - inside
    assert left == {"03263", "03259", "03299"}
    for code in ("03217", "03244", "03301"):
        (new,) = (unit for unit in KNOWN if unit.code == code and unit.valid_from == date(2025, 7, 1))
        before = units.made_of(new, 2026, 2024)
        assert len(before.places) == 2
        assert len(left & set(before.places["dien-bien/huyen-tuan-giao"])) == 1
        assert before.whole
        assert not before.same


def test_a_unit_that_did_not_change_is_the_same():
    before = units.made_of(DISTRICT, 2020, 2018, DATA)
    assert before.unchanged
    assert before.same == DISTRICT.path
    assert len(before.places[DISTRICT.path]) == 19
    assert units.made_of(units.resolve("xa-tuan-giao", 2027), 2027, 2026).unchanged


def test_the_communes_of_dien_bien_before_2020():
    """130 to 129: four communes moved to the city and one was merged (NQ 815/NQ-UBTVQH14)."""
    names = ("dien-bien/thanh-pho-dien-bien-phu", "dien-bien/huyen-dien-bien")
    city, district = (units.resolve(name, 2020, DATA) for name in names)
    counts = {y: [len(units.parts(unit, y, DATA)) for unit in (city, district)] for y in range(2018, 2025)}
    assert counts == {y: [9, 25] for y in (2018, 2019)} | {y: [12, 21] for y in range(2020, 2025)}
    before, after = ({part.code for part in units.parts(city, y, DATA)} for y in (2019, 2020))
    assert before - after == {"03144"}
    assert after - before == {"03316", "03317", "03325", "03326"}
    assert after - before <= {part.code for part in units.parts(district, 2019, DATA)}
    assert {units.doubt_about(unit, y, DATA) for unit in (city, district) for y in counts} == {None}


def test_the_city_of_2020_takes_its_four_new_communes_from_the_district():
    """Parts of two more of the district's communes went to one of its wards: that ward, and the whole, are not whole."""
    city = units.resolve("dien-bien/thanh-pho-dien-bien-phu", 2020, DATA)
    before = units.made_of(city, 2020, 2019, DATA)
    moved = ["03316", "03317", "03325", "03326"]
    assert before.places["dien-bien/huyen-dien-bien"] == {code: code for code in moved}
    own = before.places[city.path]
    assert (own["03144"], own["03145"], own["03127"], own["03142"]) == ("03145", "03145", "03127", "")
    assert (before.whole, before.same) == (False, "")
    assert units.made_of(city, 2024, 2020, DATA).unchanged


def test_the_district_of_2020_is_not_whole_but_for_nineteen_of_its_communes():
    district = units.resolve("dien-bien/huyen-dien-bien", 2020, DATA)
    before = units.made_of(district, 2020, 2019, DATA)
    codes = {part.code for part in units.parts(district, 2020, DATA)}
    assert before.places == {district.path: {code: code for code in sorted(codes - {"03328", "03331"})}}
    assert not before.whole


def test_a_boundary_that_moved_inside_a_district_leaves_the_district_as_it_was():
    district = units.resolve("dien-bien/huyen-tua-chua", 2020, DATA)
    before = units.made_of(district, 2020, 2019, DATA)
    assert (before.whole, before.same, before.unchanged) == (True, district.path, False)
    assert {code for code, now in before.places[district.path].items() if not now} == {"03217", "03250"}


def test_what_was_divided_or_is_not_known_is_no_whole_place():
    (divided,) = (unit for unit in KNOWN if unit.code == "30334" and unit.valid_to)
    for code in divided.successor_codes:
        (heir,) = (unit for unit in KNOWN if unit.code == code and unit.valid_from)
        before = units.made_of(heir, 2026, 2024)
        assert not before.whole
        assert "30334" not in {code for codes in before.places.values() for code in codes}


def test_units_that_changed_on_a_day_nobody_knows_are_not_followed():
    """In Bắc Giang communes of the list of 2023-04 are not in that of 2025-03: when, and into which, is not known."""
    gone = [u for u in KNOWN if u.province == "bac-giang" and u.level == "commune" and u.seen[-1] == Y2023]
    parents = {unit.parent_code for unit in gone}
    heirs = {
        code
        for u in in_list(Y2025)
        if u.province == "bac-giang" and u.parent_code in parents
        for code in u.successor_codes
    }
    assert heirs
    for new in (unit for unit in in_list(TODAY) if unit.code in heirs and unit.province == "bac-ninh"):
        before = units.made_of(new, 2026, 2022)
        assert not {code for codes in before.places.values() for code in codes} & {unit.code for unit in gone}
        assert not before.whole


def test_a_district_that_changed_its_name_is_the_same_area(tmp_path):
    rows = [
        "X1,Suối,huyện,,district,X,vi-du,,2019-12-31,X9,bịa,", "X11,Mây,xã,,commune,X1,vi-du,,2019-12-31,X91,bịa,",
        "X12,Gió,xã,,commune,X1,vi-du,,2019-12-31,X91,bịa,", "X9,Suối,thị xã,,district,X,vi-du,2020-01-01,,,bịa,",
        "X91,Mây Gió,phường,,commune,X9,vi-du,2020-01-01,,,bịa,",
    ]  # fmt: skip
    data = invented(tmp_path, rows)
    before = units.made_of(units.resolve("suoi", 2020, data), 2020, 2019, data)
    assert before.places == {"vi-du/huyen-suoi": {"X11": "X91", "X12": "X91"}}
    assert (before.whole, before.same) == (True, "vi-du/huyen-suoi")


# --- names in sheets ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thị trấn Tuần Giáo", TOWN), ("TT Tuần Giáo", TOWN), ("TT. Tuần Giáo", TOWN), ("TT.Tuần Giáo", TOWN),
        ("T.T Tuần Giáo", TOWN), ("thị  trấn  tuần giáo", TOWN), ("Tuần Giáo", TOWN), ("TUẦN GIÁO", TOWN),
        ("Xã Toả Tình", TOA_TINH), ("X. Tỏa Tình", TOA_TINH), ("X.Toả Tình", TOA_TINH), ("- xã Tỏa Tình ", TOA_TINH),
        ("03280", TOA_TINH), ("3280", TOA_TINH), ("Xã\u00a0Phình\nSáng", PHINH_SANG), ("Chiềng Đông", "03299"),
        (unicodedata.normalize("NFD", "Xã Phình Sáng"), PHINH_SANG), ("Ta Ma", "03265"),
    ],
)  # fmt: skip
def test_a_part_is_matched_as_offices_write_it(text, code):
    match = units.match_part(text, COMMUNES)
    assert match is not None
    assert match.code == code


@pytest.mark.parametrize(
    "text",
    ["", "Na Tông", "Nà Tông", "Na Tong", "Tuan Giao", "Xã Tuần Giáo", "Huyện Tuần Giáo", "TT", "Xã", "X Tỏa Tình",
     "TT Quài Nưa", "3281", "Tổng cộng", "Quài"],
)  # fmt: skip
def test_a_part_is_never_matched_without_its_accents_or_against_its_type(text):
    assert units.match_part(text, COMMUNES) is None


def test_a_bare_name_that_two_parts_share_matches_neither():
    twin = replace(named("Tuần Giáo"), code="09999", type="xã")
    both = [*COMMUNES, twin]
    assert units.match_part("Tuần Giáo", both) is None
    assert units.match_part("Xã Tuần Giáo", both) == twin
    assert {part.code for part in units.suggest_part("Tuần Giáo", both)} == {TOWN, "09999"}


@pytest.mark.parametrize(
    ("text", "first"),
    [("Na Tông", "Nà Tòng"), ("Tuan Giao", "Tuần Giáo"), ("Xã Tuần Giáo", "Tuần Giáo"), ("Phinh Sang", "Phình Sáng"),
     ("Quài Nua", "Quài Nưa"), ("TT Tuần Gáo", "Tuần Giáo"), ("Chiềng Sin", "Chiềng Sinh")],
)  # fmt: skip
def test_the_likeliest_part_is_suggested_first(text, first):
    assert units.suggest_part(text, COMMUNES)[0].name == first


def test_nothing_is_suggested_for_what_is_like_nothing():
    assert units.suggest_part("Bạch Long Vĩ", COMMUNES) == []
    assert units.suggest_part("Mơ", []) == []


@given(
    commune=st.sampled_from(COMMUNES),
    form=st.sampled_from(["{0}", "{1} {0}", "{2} {0}", "{3} {0}"]),
    case=st.sampled_from([str, str.upper, str.lower]),
    norm=st.sampled_from(["NFC", "NFD"]),
    space=st.sampled_from([" ", "  ", "\u00a0", "\n"]),
)
def test_any_way_of_writing_a_part_gives_that_part(commune, form, case, norm, space):
    short = "TT." if commune.type == "thị trấn" else "X."
    text = form.format(commune.name, commune.type, commune.type.capitalize(), short)
    written = unicodedata.normalize(norm, case(text)).replace(" ", space)
    assert units.match_part(f" {written}{space}", COMMUNES) == commune


@pytest.mark.parametrize("month", units.STATES)
def test_every_commune_there_is_is_matched_by_its_name_and_never_without_its_accents(month):
    siblings = defaultdict(list)
    for commune in in_list(month, "commune"):
        siblings[commune.parent_code].append(commune)
    for parts in siblings.values():
        folded = Counter(units._fold(part.name) for part in parts)
        for part in parts:
            assert units.match_part(part.full_name, parts) == part
            assert units.match_part(part.title_name, parts) == part
            bare = units.match_part(part.name, parts)
            assert bare == (part if folded[units._fold(part.name)] == 1 else None)
            plain = deaccent(part.name)
            if plain != part.name:  # another part may be called just so: Tam Hải beside Tam Hai
                assert units.match_part(plain, parts) in (None, *(p for p in parts if p.name == plain))


def test_communes_of_one_district_that_only_accents_or_only_types_tell_apart():
    """A list that spells some names otherwise has 26 pairs by accents and 21 by type."""
    pairs = Counter()
    for month in (Y2023, Y2025):
        ordered = sorted(in_list(month, "commune"), key=lambda u: (u.parent_code, slug(u.name), u.name))
        for one, other in pairwise(ordered):
            if (one.parent_code, slug(one.name)) == (other.parent_code, slug(other.name)):
                pairs[month, units._fold(one.name) == units._fold(other.name)] += 1
    assert pairs == {(Y2023, False): 24, (Y2023, True): 21, (Y2025, False): 25, (Y2025, True): 19}


# --- names that a person confirmed ---


def confirmed(folder, text, encoding="utf-8"):
    path = folder / "don-vi.csv"
    path.write_text(text, encoding=encoding)
    return units.load_confirmed(path, COMMUNES)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("ten;ma\nNa Tong;03263\n", "utf-8"), ("ten,ma\nNA  TONG,3263\n\n", "utf-8-sig"), ("ten;ma\n Na Tong ; 03263\n;\n", "utf-8")],
)  # fmt: skip
def test_a_confirmed_name_is_that_part(tmp_path, text, encoding):
    names = confirmed(tmp_path, text, encoding)
    assert units.match_part("Na Tong", COMMUNES) is None
    assert units.match_part(" na tong", COMMUNES, names) == named("Nà Tòng")
    assert units.match_part("Na Tông", COMMUNES, names) is None


def test_a_confirmed_name_wins_over_a_name_of_another_part():
    assert units.match_part("Quài Tở", COMMUNES, {"quài tở": TOWN}) == named("Tuần Giáo")
    with pytest.raises(MisuseError, match="03365"):
        units.match_part("Na Tông", COMMUNES, {"na tông": "03365"})


def test_without_a_file_nothing_is_confirmed(tmp_path):
    assert units.load_confirmed(tmp_path / "don-vi.csv", COMMUNES) == {}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ten;ma\nNa Tông;03365\n", r"don-vi.csv, (dòng|line) 2.*Na Tông;03365"), ("ten;ma\nNa Tong\n", "2.*Na Tong"),
        ("ten;ma\n;03263\n", "2.*03263"), ("ten;ma\nNa Tong;03263\nNA TONG;03263\n", "3.*NA TONG"),
        ("name;code\n", "1.*ten;ma"), ("", "1.*ten;ma"),
    ],
)  # fmt: skip
def test_a_confirmed_name_that_cannot_be_read_names_its_line(tmp_path, text, named):
    with pytest.raises(InputError, match=named) as refused:
        confirmed(tmp_path, text)
    assert "→" in str(refused.value)


def test_confirmed_names_that_are_not_utf8_are_an_error(tmp_path):
    with pytest.raises(InputError, match=r"don-vi\.csv"):
        confirmed(tmp_path, "ten;ma\nNà Tòng;03263\n", "utf-16")


def test_the_package_table_is_shipped_with_the_package():
    assert units.TABLE.is_relative_to(ROOT / "baocao")


def test_a_code_with_letters_is_matched_however_it_is_typed():
    parts = units.parts(units.resolve("vi-du/huyen-minh-hoa", 2020, ROOT / "data"), 2020, ROOT / "data")
    assert [units.match_part(text, parts).code for text in ("VD101", "vd102", " VD103 ")] == [
        "VD101",
        "VD102",
        "VD103",
    ]


def test_around_a_province_are_its_units_and_what_is_above_communes_elsewhere():
    every = units.load(ROOT / "data")
    expected = [u for u in every if u.province == "dien-bien" or u.level != "commune"]
    around = units.around("dien-bien", ROOT / "data")
    assert {(u.path, u.seen) for u in around} == {(u.path, u.seen) for u in expected}
    assert len(around) == len(expected)


@pytest.mark.parametrize("line", ["Nguyễn Văn Mẫu;03365", "Nguyễn Văn Mẫu;03263\nNGUYỄN VĂN MẪU;03263"])
def test_a_person_among_the_confirmed_names_is_not_repeated(tmp_path, line):
    with pytest.raises(InputError, match="…") as refused:
        confirmed(tmp_path, f"ten;ma\n{line}\n")
    assert "mẫu" not in str(refused.value).casefold()


def test_a_file_of_names_with_an_endless_field_is_refused(tmp_path):
    with pytest.raises(InputError, match="ten;ma"):
        confirmed(tmp_path, f"ten;ma\n{'x' * 200_000};03263\n")
