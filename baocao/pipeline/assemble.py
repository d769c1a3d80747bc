"""From an executed notebook to a document: one plain JSON value that the exporters print as it stands.

A notebook that shows a frame (`baocao.analysis.document.Frame`) is a report: its tagged parts are put into
the frame's order and numbered. Any other notebook is printed from top to bottom.

A document has a `title`, a `timestamp` (seconds since 1970), `report` (the frame's lines ready to print, or
None), a `body` (blocks, see `baocao.pipeline.blocks`) and `annexes` (each with `label`, `title`, `landscape`
and `blocks`).
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from baocao.analysis import vietnamese
from baocao.analysis.document import FRAME_MIME, Frame, annex_labels, roman
from baocao.errors import InputError
from baocao.messages import _
from baocao.pipeline.blocks import (
    Node,
    cell_error,
    cell_tags,
    cleaned,
    plain_text,
    read_cell,
    text_node,
    walk,
)

DEEPEST = 3
PLAIN_DATE = datetime.date(1980, 1, 1)
"""A plain notebook has no date of its own, and the clock must not get into the file."""

Cells = Sequence[tuple[int, Any]]
"""Cells with their numbers in the notebook, from 1."""


def assemble(
    notebook: Mapping[str, Any],
    format: str,
    *,
    name: str = "",
    show_code: bool = False,
    folder: Path | None = None,
) -> Node:
    """The document that an executed notebook (nbformat 4) holds, for "html", "pdf" or "docx".

    `name` is the title of a plain notebook without headings; `show_code` prints a plain notebook's code;
    pictures that its Markdown names are looked for in `folder`. Raises `ExportError` naming the cell.
    """
    # An analyst counts the cells of the notebook, not the one in which a run's parameters are put.
    own = [cell for cell in notebook["cells"] if "injected-parameters" not in cell_tags(cell)]
    cells = list(enumerate(own, start=1))
    frame = _frame(cells)
    document = _report(frame, cells, format) if frame else _plain(cells, name, show_code, folder)
    _number_tables_and_figures(document)
    _fill_in_pointers(document)
    return document


def blocks_of(document: Node) -> Iterator[Node]:
    """Every block of a document in the order of print, those inside lists and quotes included."""
    yield from walk(document["body"])
    for annex in document["annexes"]:
        yield from walk(annex["blocks"])


def _number_tables_and_figures(document: Node) -> None:
    """Number them in the order of print; a picture without a text of its own is named by its place."""
    heading, count = document["title"], {"table": 0, "figure": 0}
    for block in blocks_of(document):
        kind = block["type"]
        if kind == "heading":
            heading = plain_text(block["children"])
        elif kind in count:
            count[kind] += 1
            block["number"] = count[kind]
        if kind == "figure":
            name = f"Hình {block['number']}"
            block["alt"] = block["alt"] or f"{name}: {heading}"
            block["label"] = f"{name}. {block['caption']}" if block["caption"] else ""


def _midnight(date: datetime.date) -> int:
    return int(datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC).timestamp())


# --- Plain notebooks ----------------------------------------------------------------------------------------


def _plain(cells: Cells, name: str, show_code: bool, folder: Path | None) -> Node:
    body = [
        block
        for number, cell in cells
        for block in read_cell(number, cell, report=False, show_code=show_code, folder=folder)
    ]
    headings = [block for block in body if block["type"] == "heading"]
    title = plain_text(headings[0]["children"]) if headings else name
    if body and body[0]["type"] == "heading":
        body = body[1:]
    nesting: list[int] = []  # an accessible document skips no level, whatever the notebook does
    for block in body:
        if block["type"] == "heading":
            nesting = [*(level for level in nesting if level < block["level"]), block["level"]]
            block["level"] = len(nesting)
    document = {"title": title or "Notebook", "timestamp": _midnight(PLAIN_DATE), "report": None}
    return document | {"body": body, "annexes": []}


# --- Reports ------------------------------------------------------------------------------------------------


def _frame(cells: Cells) -> Frame | None:
    found = [
        (number, output["data"][FRAME_MIME])
        for number, cell in cells
        for output in cell.get("outputs", ())
        if FRAME_MIME in output.get("data", ())
    ]
    if not found:
        return None
    if len(found) > 1:
        raise cell_error(
            found[1][0],
            _("the frame of the report is shown a second time."),
            _("Show it in one cell only."),
        )
    number, data = found[0]
    try:
        return Frame.from_json(cleaned(data))
    except InputError as error:
        raise cell_error(number, error.message, error.remedy) from None
    except TypeError as error:  # a field too many or too few
        raise cell_error(
            number,
            _("the frame cannot be read: {why}", why=str(error)),
            _("Run the notebook again."),
        ) from None


def _report(frame: Frame, cells: Cells, format: str) -> Node:
    parts = _parts(cells)
    charts = frame.charts.get(format) or frame.charts.get("pdf", "body")
    body = [
        *_outside_sections(parts, "opening"),
        *_sections(parts, frame.sections, charts=charts != "none"),
        *_outside_sections(parts, "closing"),
    ]
    labels = annex_labels(frame.annexes, frame.charts)
    annexes = [_annex(parts, id) | {"label": labels[id]} for id in frame.annexes]

    if charts == "annex":
        body, moved = _with_pointers(body)
        if moved:
            title = [text_node(frame.charts_title)]
            annexes.append({"label": labels[""], "title": title, "landscape": False, "blocks": moved})
    elif charts == "none":
        body = _without_charts(body)
        for annex in annexes:
            annex["blocks"] = _without_charts(annex["blocks"])

    return {
        "title": frame.title,
        "timestamp": _midnight(datetime.date.fromisoformat(frame.date or frame.period_end)),
        "report": {
            "superior": frame.superior,
            "issuer": list(frame.issuer),
            "number": f"Số: {frame.full_number}",
            "place_and_date": f"{frame.place}, {frame.date_in_words}",
            "draft": frame.draft,
            "kind": frame.kind,
            "subject": frame.subject,
            "note": frame.note,
            "addressees": frame.addressee_lines,
            "recipients": frame.recipient_lines,
            "authority": frame.authority,
            "posts": list(frame.posts),
            "signatory": frame.signatory,
            "reference": list(frame.reference),
            "folder": frame.folder,
            "edition": frame.edition,
        },
        "body": body,
        "annexes": annexes,
    }


def _without_charts(blocks: Iterable[Node]) -> list[Node]:
    return [block for block in blocks if not block.get("chart")]


def _with_pointers(body: Iterable[Node]) -> tuple[list[Node], list[Node]]:
    """The body with a paragraph in place of each run of charts, which says where they are (L-01); the charts."""
    blocks, moved = [], []
    for is_chart, run in itertools.groupby(body, lambda block: bool(block.get("chart"))):
        if is_chart:
            charts = list(run)
            moved += charts
            blocks.append(
                {"type": "paragraph", "children": [], "points_to": charts, "cell": charts[0]["cell"]}
            )
        else:
            blocks += run
    return blocks, moved


def _fill_in_pointers(document: Node) -> None:
    """Give the pointers to charts their words, once figures are numbered and annexes labelled."""
    for block in document["body"]:
        charts = block.pop("points_to", None)
        if charts:
            annex = document["annexes"][-1]["label"]  # that of the charts is the last
            names = [f"Hình {chart['number']}" for chart in charts]
            block["children"] = [text_node(f"(Biểu đồ: {vietnamese.listing(names)} tại {annex} kèm theo.)")]
            for chart, name in zip(charts, names, strict=True):
                chart["label"] = chart["label"] or name  # what is pointed at must bear its name


def _parts(cells: Cells) -> dict[str, list[tuple[int, Any]]]:
    """The cells of each tagged part; what stands before the first part is the analyst's own."""
    parts: dict[str, list[tuple[int, Any]]] = {}
    current: list[tuple[int, Any]] | None = None
    for number, cell in cells:
        opened = [
            tag
            for tag in cell_tags(cell)
            if tag in ("opening", "closing") or tag.startswith(("section:", "annex:"))
        ]
        if len(opened) > 1 or any(tag in parts for tag in opened):
            raise cell_error(
                number,
                _("the tag '{tag}' opens a part where another is opened, or opens it again.", tag=opened[-1]),
                _("Give each part one tag, on one cell."),
            )
        for tag in opened:
            current = parts[tag] = []
        if current is not None:
            current.append((number, cell))
    return parts


def _blocks(cells: Iterable[tuple[int, Any]]) -> list[Node]:
    return [block for number, cell in cells for block in read_cell(number, cell, report=True)]


def _outside_sections(parts: Mapping[str, Cells], name: str) -> list[Node]:
    """The blocks of the opening or the closing part, which have no headings."""
    blocks = _blocks(parts.get(name, ()))
    for block in blocks:
        if block["type"] == "heading":
            raise cell_error(
                block["cell"],
                _(
                    "the heading '{text}' stands in the part '{part}'.",
                    text=plain_text(block["children"]),
                    part=name,
                ),
                _("Give the cell a tag 'section:...', or remove the heading."),
            )
    return blocks


def _sections(parts: Mapping[str, Cells], ids: Sequence[str], *, charts: bool) -> list[Node]:
    """The blocks of the sections in this order, their headings numbered I., 1., 2.1. (B-10, B-11, B-16).

    A section with nothing in it, neither of its own nor in its parts, is left out; without `charts` these count for
    nothing.
    """
    counts: list[int] = []
    blocks: list[Node] = []
    above = _sections_above(parts)
    opened = {id: _opened(parts, "section", id) for id in ids}
    for before, id in zip(["", *ids], ids, strict=False):
        if above[id] and before not in _family(above, above[id]):
            raise InputError(
                _("The section '{id}' is a part of '{above}' and cannot stand without it or elsewhere.",
                  id=id, above=above[id]),
                _("In report.toml, list it after '{above}' and before the next section, or take it out.",
                  above=above[id]),
            )  # fmt: skip
    filled = {id for id in ids if len(opened[id] if charts else _without_charts(opened[id])) > 1}
    for id in ids:
        if not _family(above, id) & filled:
            continue
        for block in opened[id]:
            if block["type"] == "heading":
                counts = _counted(counts, block, id)
                number = roman(counts[0]) if len(counts) == 1 else ".".join(map(str, counts[1:]))
                block |= {"number": f"{number}."}
            blocks.append(block | {"section": id})
    _refuse_empty(blocks)
    return blocks


def _sections_above(parts: Mapping[str, Cells]) -> dict[str, str]:
    """The section that each one is a part of in the notebook; "" for those of the highest level."""
    above: dict[str, str] = {}
    open_at: dict[int, str] = {}
    for tag in (tag for tag in parts if tag.startswith("section:")):
        id = tag.removeprefix("section:")
        source = "".join(parts[tag][0][1]["source"]).lstrip()
        level = len(source) - len(source.lstrip("#"))
        open_at = {at: name for at, name in open_at.items() if at < level}
        above[id] = open_at[max(open_at)] if open_at else ""
        open_at[level] = id
    return above


def _family(above: Mapping[str, str], id: str) -> set[str]:
    """A section and all that are parts of it."""
    family = {id}
    for name in above:  # in the notebook's order, so a section comes before its parts
        if above[name] in family:
            family.add(name)
    return family


def _refuse_empty(blocks: Sequence[Node]) -> None:
    """Refuse a heading with nothing under it: neither text nor a heading of a lower level."""
    for heading, after in itertools.zip_longest(blocks, blocks[1:]):
        if heading["type"] != "heading":
            continue
        if after is None or (after["type"] == "heading" and after["level"] <= heading["level"]):
            raise InputError(
                _("There is nothing under the heading '{text}'.", text=plain_text(heading["children"])),
                _("Write the section in narrative.md, or take it out of report.toml."),
            )


def _annex(parts: Mapping[str, Cells], id: str) -> Node:
    blocks = _opened(parts, "annex", id)
    if len(blocks) == 1:
        raise InputError(
            _("There is nothing in the annex '{text}'.", text=plain_text(blocks[0]["children"])),
            _("Show a table in it, or take it out of report.toml."),
        )
    counts: list[int] = []
    for block in blocks:
        if block["type"] == "heading":
            counts = _counted(counts, block, id)
    landscape = "landscape" in cell_tags(parts[f"annex:{id}"][0][1])
    return {"title": blocks[0]["children"], "landscape": landscape, "blocks": blocks[1:]}


def _opened(parts: Mapping[str, Cells], kind: str, id: str) -> list[Node]:
    """The blocks of a section or annex, its heading the first."""
    tag = f"{kind}:{id}"
    if tag not in parts:
        raise InputError(
            _("The report lists '{id}', but no cell of the notebook has the tag '{tag}'.", id=id, tag=tag),
            _("Tag the Markdown cell that holds its heading, or take '{id}' out of report.toml.", id=id),
        )
    blocks = _blocks(parts[tag])
    first = parts[tag][0][0]
    if not blocks or blocks[0]["type"] != "heading" or blocks[0]["cell"] != first:
        raise cell_error(
            first,
            _("the part '{tag}' does not begin with a heading.", tag=tag),
            _("Begin the tagged Markdown cell with a heading ('# ...')."),
        )
    return blocks


def _counted(counts: Sequence[int], heading: Node, id: str) -> list[int]:
    """`counts` of headings per level with this heading counted; no level may be skipped."""
    level = heading["level"]
    if level > min(len(counts) + 1, DEEPEST):
        raise cell_error(
            heading["cell"],
            _("in '{id}', the heading '{text}' is of level {level} and follows one of level {before}.",
              id=id, text=plain_text(heading["children"]), level=level, before=len(counts)),
            _("Use the next level (at most '###'), or list the section above it in report.toml."),
        )  # fmt: skip
    counted = [*counts, 0][:level]
    counted[-1] += 1
    return counted
