"""Units: names, codes and dates, compared with the official lists of Tuần Giáo and Điện Biên."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from baocao.analysis import units
from baocao.errors import InputError, UsageError

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


def test_every_unit_has_a_source_a_parent_and_a_folder_of_its_own():
    known = units.load()
    for unit in known:
        assert unit.source
        assert "://" not in unit.source + unit.doubt
        assert unit.level == "province" or any(unit.parent_code == parent.code for parent in known)
        assert unicodedata.is_normalized("NFC", unit.name)
        assert all(any(code == new.code and new.valid_from for new in known) for code in unit.successor_codes)
    for year in (2020, 2026):
        paths = [unit.path for unit in known if unit.exists_on(units.report_day(year))]
        assert len(paths) == len(set(paths))


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
    with pytest.raises(UsageError, match="Bạch Long Vĩ"):
        units.resolve("Bạch Long Vĩ", 2020)
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


def test_parts_follow_the_year_and_unknown_ones_are_an_error():
    assert units.parts(named("Quài Nưa"), 2020) == []
    with pytest.raises(UsageError, match="Mường Chà"):
        units.parts(units.resolve("muong-cha", 2020), 2020)
    with pytest.raises(UsageError, match="2026"):
        units.parts(DISTRICT, 2026)


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


def test_the_package_table_is_shipped_with_the_package():
    assert units.TABLE.is_relative_to(ROOT / "baocao")
    assert units.TABLE.read_text(encoding="utf-8").splitlines()[0] == COLUMNS
