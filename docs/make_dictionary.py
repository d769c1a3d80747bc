"""Make docs/data-dictionary/: what stands in the tables that offices send, as Table Schema and as a page to read.

    python docs/make_dictionary.py

Everything comes from data/tables.toml and data/types.toml; a test says when it has to be made again. The form of the
files is https://specs.frictionlessdata.io/table-schema/; what it has no word for (unit, headings, sums, parts) stands
in properties of our own, as it allows.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from baocao.analysis import tables
from baocao.analysis.tables import PLACE, PLACE_HEADERS, Line, Table, TableColumn
from baocao.analysis.vietnamese import number

ROOT = Path(__file__).resolve().parents[1]
DICTIONARY = ROOT / "docs" / "data-dictionary"
REPORTING = ("tỉnh", "huyện", "quận", "thị xã", "thành phố", "xã", "phường", "đặc khu")
"""The kinds of units that report; a line may be called after its unit."""
TYPES = {"count": "integer", "amount": "number", "percent": "number", "text": "string", "place": "string"}
KINDS = {"count": "số nguyên", "amount": "số", "percent": "số", "text": "chữ", "place": "đơn vị hành chính"}
ROWS = {
    "place": "mỗi đơn vị cấp dưới một dòng (đơn vị không có cấp dưới: một dòng của chính đơn vị)",
    "line": "mỗi nội dung liệt kê đúng một dòng",
    "record": "số dòng tùy thực tế",
}
PLACES = TableColumn(
    name=PLACE,
    headers=PLACE_HEADERS,
    kind="place",
    unique=True,
    note="tên đơn vị; trong bảng sạch là mã đơn vị",
)
PAGE = """# Từ điển số liệu

Trang này và các tệp `.schema.json` do `docs/make_dictionary.py` viết ra từ [data/tables.toml](../../data/tables.toml)
và [data/types.toml](../../data/types.toml): không sửa ở đây. Các tệp theo chuẩn
[Table Schema](https://specs.frictionlessdata.io/table-schema/), thêm các thuộc tính `unit` (đơn vị tính), `headers`
(tiêu đề đã gặp), `sumOf` (bằng tổng các cột), `partOf` (là một phần của cột), `rateOf` (tỷ lệ phần trăm của cột thứ
nhất trên cột thứ hai), `since` (năm đầu tiên có cột này), `optional` (biểu có thể không có cột này; đơn vị có thể không
gửi biểu này) và `lines` (các nội dung của biểu; cũng có `partOf`, `maximum`, và `ofParts`: chỉ hỏi đơn vị có đơn vị cấp
dưới).

Từ điển mô tả các biểu **như đơn vị gửi**, không kể dòng tổng. Ô trống là chưa có số liệu, không phải bằng 0. Bảng sạch
(Parquet) mà `1_clean` giữ lại có cùng các cột, nhưng cột đơn vị ghi mã, cột nội dung ghi tên ngắn. Riêng bảng cơ sở
được xoay dọc thành `place` (mã đơn vị), `type` (tên cột ở đây, cũng là `id` trong types.toml), `count` (số cơ sở),
không có cột `total`, vì cột đó chỉ để đối chiếu.
"""


def files() -> dict[str, str]:
    """What the dictionary's files hold, by name."""
    known = tables.load(ROOT / "data" / "tables.toml", {"unit": "{unit}"})
    types = tomllib.loads((ROOT / "data" / "types.toml").read_text(encoding="utf-8"))["type"]
    schemas = {f"{table.id}.schema.json": _json(schema(table)) for table in known.values()}
    page = [PAGE, *map(_section, known.values()), _types(types)]
    return schemas | {"README.md": "\n".join(page)}


def schema(table: Table) -> dict[str, Any]:
    """The Table Schema of a table: one field per column, what its rows are called first."""
    columns = _columns(table)
    found = {
        "name": table.id,
        "title": table.heading or table.title,
        "description": f"Tệp {table.file}: {ROWS[table.rows]}.",
        "fields": [_field(table, column) for column in columns],
        "missingValues": [""],
        "primaryKey": columns[0].name,
        "optional": table.optional,
        "lines": [_line(table, line) for line in table.lines],
    }
    return {name: value for name, value in found.items() if value}


def _columns(table: Table) -> list[TableColumn]:
    return [*([PLACES] if table.rows == PLACE else []), *table.columns]


def _line(table: Table, line: Line) -> dict[str, Any]:
    """A row that a table must have; a line called after its unit says so."""
    found = {"name": line.id, "title": line.name, "unit": line.unit or table.columns[-1].unit}
    more = {"partOf": line.within, "maximum": line.maximum, "ofParts": line.of_parts}
    return found | {name: value for name, value in more.items() if value}


def _field(table: Table, column: TableColumn) -> dict[str, Any]:
    found = {
        "name": column.name,
        "title": column.title,
        "description": column.note,
        "type": TYPES[column.kind],
        "constraints": _constraints(table, column),
        "unit": column.unit,
        "headers": list(column.headers),
        "sumOf": list(column.sum_of),
        "partOf": column.within,
        "rateOf": list(column.rate_of),
        "since": column.since,
        "optional": not column.required,
    }
    return {name: value for name, value in found.items() if value}


def _constraints(table: Table, column: TableColumn) -> dict[str, Any]:
    """What a value must be; only what a row is called may not be missing."""
    found: dict[str, Any] = {}
    if column == _columns(table)[0]:
        found |= {"required": True, "unique": True}
    if column.kind in ("count", "amount", "percent"):
        found["minimum"] = 0
    if column.maximum is not None:
        found["maximum"] = int(column.maximum) if column.maximum.is_integer() else column.maximum
    if column.values:
        found["enum"] = [value for value in column.values if value]
    if table.lines and column == table.columns[0]:
        names = [line.name.replace("{unit}", unit) for line in table.lines for unit in REPORTING]
        found["enum"] = list(dict.fromkeys(names))
    return found


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _section(table: Table) -> str:
    """A table as a reader wants to see it."""
    titles = {column.name: column.title for column in table.columns}
    adds_up = "có dòng tổng" if table.adds_up else "các dòng không cộng với nhau"
    optional = "; không gửi thì không có các chỉ tiêu lấy từ đây" if table.optional else ""
    optional += "; gửi biểu này thì không phải gửi biểu nào khác" if table.instead else ""
    columns = [
        [f"`{c.name}`", c.headers[0], KINDS[c.kind], c.unit, _rules(c, titles), c.note]
        for c in _columns(table)
    ]
    called = "*(huyện, xã, ...)*"
    texts = {line.id: line.name.replace("{unit}", called) for line in table.lines}
    lines = [
        [f"`{line.id}`", texts[line.id], line.unit or table.columns[-1].unit, _rules_of_line(line, texts)]
        for line in table.lines
    ]
    file = f"Tệp `{table.file}`; {ROWS[table.rows]}; {adds_up}{optional}."
    return "\n".join(
        [
            f"## {table.heading or table.title}",
            "",
            f"{file} [{table.id}.schema.json]({table.id}.schema.json)",
            "",
            *_table(["Tên", "Tiêu đề trong biểu", "Kiểu", "Đơn vị tính", "Quy tắc", "Nghĩa"], columns),
            *(_table(["Tên", "Nội dung", "Đơn vị tính", "Quy tắc"], lines) if lines else []),
        ]
    )


def _rules(column: TableColumn, titles: dict[str, str]) -> str:
    """The rules of a column in words."""
    found = []
    if column.unique:
        found.append("không lặp lại")
    if column.maximum is not None:
        found.append(f"nhiều nhất {number(column.maximum)}")
    if column.values:
        found.append("một trong: " + ", ".join(filter(None, column.values)))
    if column.within:
        found.append(f"không lớn hơn “{titles[column.within]}”")
    if column.sum_of:
        found.append("bằng " + " + ".join(titles[name] for name in column.sum_of))
    if column.rate_of:
        found.append("tỷ lệ của “{}” trên “{}”".format(*(titles[name] for name in column.rate_of)))
    if column.since:
        found.append(f"từ năm {column.since}")
    if not column.required:
        found.append("không bắt buộc có cột")
    return "; ".join(found)


def _rules_of_line(line: Line, texts: dict[str, str]) -> str:
    """The rules of a line in words."""
    found = []
    if line.maximum is not None:
        found.append(f"nhiều nhất {number(line.maximum)}")
    if line.within:
        found.append(f"không lớn hơn “{texts[line.within]}”")
    if line.of_parts:
        found.append("chỉ ở đơn vị có đơn vị cấp dưới")
    return "; ".join(found)


def _types(types: list[dict[str, Any]]) -> str:
    rows = [
        [f"`{entry['id']}`", entry["name"], str(entry.get("since", "")), entry["note"]] for entry in types
    ]
    heading = ["## Loại hình cơ sở", "", "Điều cần biết khi so sánh với năm khác, nơi khác.", ""]
    return "\n".join([*heading, *_table(["Tên", "Loại hình", "Có từ năm", "Ghi chú"], rows)])


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    lines = [header, ["---"] * len(header), *rows]
    return [*("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines), ""]


if __name__ == "__main__":
    DICTIONARY.mkdir(exist_ok=True)
    for stale in {path.name for path in DICTIONARY.iterdir()} - set(files()):
        (DICTIONARY / stale).unlink()
    for name, text in files().items():
        (DICTIONARY / name).write_text(text, encoding="utf-8", newline="\n")
