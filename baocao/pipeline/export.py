"""A document as one HTML page and as a PDF: accessible, in the legal form, byte for byte the same each time.

Neither asks anything of a network, a browser or the clock; nor does the Word file (`word`). `exporters` offers all
three to nbconvert, for any notebook.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.parsers import expat

import nbformat

from baocao.analysis.document import CHART_MIME, MOTTO, NATION, Table
from baocao.errors import ExportError
from baocao.messages import _
from baocao.pipeline.assemble import assemble, blocks_of
from baocao.pipeline.blocks import Node, cell_error, walk
from baocao.pipeline.fonts import REQUIRED, Font, chosen_font, compiler

TEMPLATES = Path(__file__).parents[1] / "templates"
CODE_FONT = "DejaVu Sans Mono"
"""Comes with Typst, so code looks the same everywhere."""


def export(notebook: nbformat.NotebookNode, format: str, name: str = "", folder: Path | None = None) -> bytes:
    """An executed notebook as a "html", "pdf" or "docx" file; see `assemble` for what a name and a folder are for."""
    document = assemble(notebook, format, name=name, folder=folder)
    if format == "docx":
        from baocao.pipeline.word import render_docx

        return render_docx(document)
    return render_pdf(document) if format == "pdf" else render_html(document).encode()


def facts(formats: Sequence[str]) -> dict[str, Any]:
    """What a report's record says about its files: the font of the PDF, and where it deviates from the form."""
    if "pdf" not in formats:
        return {}
    font = chosen_font()
    deviations = [{"rule": "P-06", "what": f"{font.name} thay cho {REQUIRED}"}] if font.substitute else []
    return {"font": {"name": font.name, "digest": font.digest}, "deviations": deviations}


def warm_up() -> None:
    """In a warm process: what printing does once, short of compiling with Typst, which no process that forks may do."""
    import docx
    import pikepdf  # noqa: F401
    import pypdfium2  # noqa: F401
    import typst  # noqa: F401

    docx.Document()
    page = nbformat.v4.new_output("display_data", {"text/html": "<table><tr><td>1</td></tr></table>"})
    cells = [nbformat.v4.new_markdown_cell("# a\n\nb"), nbformat.v4.new_code_cell(outputs=[page])]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.validate(notebook)
    export(notebook, "html")


# --- HTML ---------------------------------------------------------------------------------------------------


def render_html(document: Node) -> str:
    """The document as one HTML page: style inside, pictures inside, no script, no request."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8") + _pages_of(document["annexes"])
    if document["report"] and document["report"]["draft"]:
        mark = base64.b64encode((TEMPLATES / "draft.svg").read_bytes()).decode()
        style += f'.draft-mark {{ background-image: url("data:image/svg+xml;base64,{mark}"); }}\n'
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return str(
        _template().render(document=document, style=style, style_digest=digest, nation=NATION, motto=MOTTO)
    )


def _pages_of(annexes: Sequence[Node]) -> str:
    """The style of each annex's printed pages: across where it is wide, and numbered apart (L-06)."""
    kinds = []
    for number, annex in enumerate(annexes, 1):
        size = "size: A4 landscape; " if annex["landscape"] else ""
        shown = f"@top-center {{ content: counter(annex-{number}, from-second); }}"
        kinds.append(f"@page annex-{number} {{ {size}counter-increment: annex-{number}; {shown} }}\n")
        kinds.append(f"@media print {{ .annex:nth-of-type({number}) {{ page: annex-{number}; }} }}\n")
    return "".join(kinds)


@functools.cache
def _template() -> Any:
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["picture"] = lambda block: Markup(_picture(block))  # noqa: S704 - escapes its texts
    environment.filters["table"] = _table
    environment.globals["unknown"] = _unknown
    return environment.get_template("report.html.j2")


def _table(block: Node) -> Any:
    from markupsafe import Markup

    return Markup(Table.from_json(block).html())  # noqa: S704 - escapes its texts


def _unknown(node: Node) -> None:
    raise ExportError(
        _("Markdown of kind '{kind}' cannot be printed.", kind=node["type"]),
        _("Please report this together with the notebook."),
    )


def _picture(block: Node) -> str:
    """A picture as HTML: drawn in the page if it is a plain drawing, else an image, where nothing can run."""
    alt = html.escape(block["alt"])
    if block["mime"] == CHART_MIME:
        drawing = _drawing(block["data"], block["alt"], f"hinh{block['number']}-")
        if drawing:
            return drawing
        data = base64.b64encode(block["data"].encode()).decode()
    else:
        data = block["data"]
    return f'<img src="data:{block["mime"]};base64,{data}" alt="{alt}">'


DRAWN = {"svg", "g", "defs", "path", "use", "clipPath", "rect", "circle", "ellipse", "line", "polyline",
         "polygon", "image", "linearGradient", "radialGradient", "stop", "pattern", "text",
         "tspan"}  # fmt: skip
DROPPED = {"metadata", "title", "desc"}
OUTSIDE = re.compile(r"url\((?!#)", re.IGNORECASE)


def _drawing(source: str, alt: str, prefix: str) -> str | None:
    """An SVG picture as an element of the page, its ids made the page's own; None for more than a drawing.

    Style moves into attributes: the page's security policy allows its own style sheet alone.
    """
    drawing = _Drawing(prefix)
    try:
        drawing.read(source)
    except _NotADrawingError:
        return None
    about = {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-label": alt}
    return f"<svg{_written(drawing.root | about)}{''.join(drawing.parts)}"


class _NotADrawingError(Exception):
    """The picture holds something besides a drawing."""


class _Drawing:
    """What a page may hold of an SVG picture, written while it is read."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.root: dict[str, str] = {}
        """The attributes of the outermost element."""
        self.parts: list[str] = []
        """What follows them."""
        self._dropped = 0
        """How many elements that are left out are open."""
        self._style: list[str] | None = None
        """The text of the style sheet that is being read."""

    def read(self, source: str) -> None:
        """Read the picture; `_NotADrawingError` as soon as there is something else in it."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(source, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if self._dropped or tag in DROPPED:
            self._dropped += 1
        elif self._style is not None:
            raise _NotADrawingError
        elif tag == "style":
            self._style = []
        elif tag not in DRAWN or (tag != "svg" and not self.parts):
            raise _NotADrawingError
        elif self.parts:
            self.parts += [f"<{tag}", _written(self._attributes(attributes)), ">"]
        else:
            self.root = self._attributes(attributes)
            self.parts.append(">")

    def _end(self, tag: str) -> None:
        if self._dropped:
            self._dropped -= 1
        elif self._style is not None:
            # matplotlib's rule for all elements, which inherit it
            rule = re.fullmatch(r"\s*\*\s*\{([^{}]*)\}\s*", "".join(self._style))
            if not rule:
                raise _NotADrawingError
            self.root |= self._attributes({"style": rule[1]})
            self._style = None
        elif self.parts[-1] == ">" and len(self.parts) > 1:
            self.parts[-1] = "/>"
        else:
            self.parts.append(f"</{_local(tag)}>")

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)
        elif not self._dropped:
            self.parts.append(html.escape(text, quote=False))

    def _attributes(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """Attributes, and the declarations of a style in the place of the attributes of the same names."""
        own = {_local(name): value for name, value in attributes.items() if not name.startswith("xmlns")}
        for declaration in filter(str.strip, own.pop("style", "").split(";")):
            name, _colon, value = declaration.partition(":")
            own[name.strip()] = value.strip()
        return {name: self._checked(name, value) for name, value in own.items()}

    def _checked(self, name: str, value: str) -> str:
        """An attribute's value; `_NotADrawingError` if it runs something or points at something outside its picture.

        What is XML here is read as HTML later, where capitals make no difference.
        """
        kind = name.lower()
        outside = "(" in value and OUTSIDE.search(value)
        if outside or kind.startswith("on") or not re.fullmatch(r"[\w-]+", name):
            raise _NotADrawingError
        if kind == "id":
            return self._prefix + value
        if kind == "href":
            if not value.startswith(("#", "data:image/png;base64,")):
                raise _NotADrawingError
            return re.sub("^#", f"#{self._prefix}", value)
        return value.replace("url(#", f"url(#{self._prefix}")


def _written(attributes: Mapping[str, str]) -> str:
    return "".join([f' {name}="{html.escape(value)}"' for name, value in attributes.items()])


def _local(name: str) -> str:
    return name.rpartition(":")[2]


# --- PDF ----------------------------------------------------------------------------------------------------


def render_pdf(document: Node, font: Font | None = None) -> bytes:
    """The document as a tagged PDF (PDF/A-2a, PDF/UA-1), set in `font` or the one this machine offers.

    Never call this in a process that forks: a Typst compiler does not survive a fork.
    """
    import typst

    font = font or chosen_font()
    printed = json.loads(json.dumps(document))
    fit_tables(printed)
    _refuse_too_many_recipients(printed)
    for block in blocks_of(printed):
        if block["type"] == "figure":
            block["svg"] = block["data"] if block["mime"] == CHART_MIME else _framed(block)
            del block["data"]
    # A report is set in one font (P-06); a plain notebook prints whatever signs its output holds.
    text = font.name if document["report"] else [font.name, CODE_FONT, "New Computer Modern Math"]
    inputs = {
        "document": json.dumps(printed, ensure_ascii=False),
        "draft": (TEMPLATES / "draft.svg").read_text(encoding="utf-8"),
        "fonts": json.dumps({"text": text, "code": [CODE_FONT, font.name]}),
    }
    try:
        pdf, warnings = compiler(font).compile_with_warnings(
            input=(TEMPLATES / "report.typ").read_bytes(),
            sys_inputs=inputs,
            pdf_standards=["a-2a", "ua-1"],
            timestamp=document["timestamp"],
        )
    except typst.TypstError as error:
        raise _refused(document, error.message) from None
    if warnings:
        raise _refused(document, warnings[0].message)
    return _with_headers(pdf, [block for block in blocks_of(printed) if block["type"] == "table"])


def _refused(document: Node, why: str) -> ExportError:
    """The error for what Typst says, with the cell if it names a text that the font cannot show."""
    quoted = re.search(r'the text `?"(.+?)"`? could', why)
    for block in blocks_of(document):
        if quoted and quoted[1] in json.dumps(block | {"data": ""}, ensure_ascii=False):
            return ExportError(
                _("Cell {cell}: the PDF cannot show '{text}'.", cell=block.get("cell", "?"), text=quoted[1]),
                _("Replace the sign by words."),
            )
    return ExportError(
        _("The PDF could not be made: {why}", why=why), _("Please report this together with the notebook.")
    )


LETTERS_ACROSS = {12: 78, 11: 85, 10: 94, 9: 104, 8: 117}
"""Letters of a table that fit across a portrait page, by size in points (B-15: 10 to 12 is the practice)."""
SMALL_PRINT = {7: 134, 6: 156, 5: 188, 4: 235}
"""The same for tables of a plain notebook, which nobody may be asked to shorten."""
LANDSCAPE = 247 / 160
HIGH = {1.0: 728, LANDSCAPE: 482}
"""Points from the top to the bottom margin, by the page's width as a share of a portrait page's."""
LINE = 1.25
"""The height of a line of a table in letters' sizes, its share of the lines between rows included."""
LONG = 12
LONGEST_WORD = 25
"""Letters of a word in a table before it is broken (report.typ); no number is as long."""


def fit_tables(document: Node) -> None:
    """Give each table the widths of its columns, by what they hold, and a size at which no word is cut.

    Also, if it has groups, how many rows stay on one page. A table of more than `LONG` rows is never in the
    largest size: nineteen communes and their total stay on one page. Raises `ExportError`, naming the cell, for a table
    that is too wide for its page, or whose heading takes half of it.
    """
    pages = [(document["body"], 1.0)]
    pages += [(annex["blocks"], LANDSCAPE if annex["landscape"] else 1.0) for annex in document["annexes"]]
    for blocks, width in pages:
        for table in walk(blocks):
            if table["type"] == "table":
                _fit_table(
                    table, width, LETTERS_ACROSS if document["report"] else LETTERS_ACROSS | SMALL_PRINT
                )


def _fit_table(table: Node, width: float, across: Mapping[int, int]) -> None:
    needs, wants = _column_widths(table)
    sizes = [size for size, room in across.items() if sum(needs) <= room * width]
    if not sizes:
        raise _too_wide(table, needs, round(max(across.values()) * width))
    below = [size for size in sizes if size < max(across)]
    table["size"] = size = max(below if len(table["rows"]) > LONG else sizes)
    room = across[size] * width
    table["widths"] = _shared(needs, wants, room)
    letters = [room * share / sum(table["widths"]) for share in table["widths"]]
    most = HIGH[width] / (size * LINE)
    for column, text in _heads(table["header"]):
        if len(text) > letters[column] * most / 2:
            raise cell_error(
                table.get("cell", "?"),
                _("a heading of its table takes half of the page: {text}", text=f"{text[:60]}..."),
                _("Shorten it, or put the rest under the table as a note."),
            )
    heights = [
        max(len(text) / letters[c] for c, text in enumerate(row)) + 1
        for row in _cells_of(table["rows"], len(letters))
    ]
    kept = _kept_together(table["rows"]) if any(map(_is_group, table["rows"])) else []
    fits = all(sum(heights[first : first + count]) < most / 2 for first, count in enumerate(kept))
    table["kept"] = kept if fits else []


def _cells_of(rows: list[list[str] | str], columns: int) -> Iterator[list[str]]:
    """The rows, each with as many cells as the table has columns; the heading of a group takes little room."""
    for row in rows:
        yield [""] * columns if isinstance(row, str) else row


def _shared(needs: list[int], wants: list[int], room: float) -> list[float]:
    """The columns' shares of the width: by what each would like, as long as none gets less than it needs."""
    if all(room * want / sum(wants) >= need for need, want in zip(needs, wants, strict=True)):
        return [float(want) for want in wants]
    more = sum(wants) - sum(needs)
    spare = (room - sum(needs)) / more if more else 0.0
    return [round(need + spare * (want - need), 2) for need, want in zip(needs, wants, strict=True)]


def _too_wide(table: Node, needs: list[int], room: int) -> ExportError:
    """The error for a table whose words do not find room side by side, even in the smallest letters."""
    texts = [text for row in table["rows"] if not _is_group(row) for text in row]
    words = {
        word
        for text in [*texts, *(text for _column, text in _heads(table["header"]))]
        for word in text.split()
    }
    longest = sorted(words, key=lambda word: (-len(word), word))[:4]
    return cell_error(
        table.get("cell", "?"),
        _("its table of {columns} columns needs {letters} letters side by side, the page has room for {room}.",
          columns=len(needs), letters=sum(needs), room=room),
        _("Split it, put it into an annex across the page (tag landscape), or shorten its words: {words}.",
          words=", ".join(longest)),
    )  # fmt: skip


def _refuse_too_many_recipients(document: Node) -> None:
    """Raise `ExportError` if the block with the signature, which stays on one page, would not."""
    report = document["report"] or {"recipients": ()}
    lines = sum(1 + len(entry) // LETTERS_OF_A_RECIPIENT for entry in report["recipients"])
    if lines > LINES_OF_RECIPIENTS:
        raise ExportError(
            _("The {count} recipients take {lines} lines, and {room} are on a page with the signature.",
              count=len(report["recipients"]), lines=lines, room=LINES_OF_RECIPIENTS),
            _("In report.toml, name them together under recipients (“Các phòng, ban thuộc huyện”), or shorten them."),
        )  # fmt: skip


LETTERS_OF_A_RECIPIENT = 40
"""Letters in a line under "Nơi nhận:", in size 11 on half of the page."""
LINES_OF_RECIPIENTS = 48
"""Lines under "Nơi nhận:" that leave room for the end of the text above."""


def _is_group(row: list[str] | str) -> bool:
    return isinstance(row, str)


def _kept_together(rows: list[list[str] | str]) -> list[int]:
    """How many rows stay on one page, from each row on; 0 for a row that one above it keeps.

    The heading of a group stays with the first two rows of the group.
    """
    kept: list[int] = []
    while rest := rows[len(kept) :]:
        headings = len(list(itertools.takewhile(_is_group, rest)))
        followers = rest[headings : headings + (2 if headings else 1)]
        count = headings + len(list(itertools.takewhile(lambda row: not _is_group(row), followers)))
        kept += [count] + [0] * (count - 1)
    return kept


def _column_widths(table: Node) -> tuple[list[int], list[int]]:
    """The letters that each column needs, for its longest word, and those that it would like."""
    words, lines = [1] * table["columns"], [1] * table["columns"]
    rows = [row for row in table["rows"] if not _is_group(row)]
    bodies = [(column, text, len(text)) for row in rows for column, text in enumerate(row)]
    heads = [
        (column, text, len(text) // 3) for column, text in _heads(table["header"])
    ]  # a heading may take lines
    for column, text, line in bodies + heads:
        words[column] = max(words[column], *(min(len(word), LONGEST_WORD) for word in text.split()), 1)
        lines[column] = max(lines[column], min(line, 36))
    padding = 2
    needs = [word + padding for word in words]
    return needs, [max(pair) + padding for pair in zip(words, lines, strict=True)]


def _heads(header: list[list[Node]]) -> list[tuple[int, str]]:
    """Column and text of each header cell that stands over one column alone."""
    taken: set[tuple[int, int]] = set()
    heads = []
    for row, cells in enumerate(header):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            taken |= {(row + r, column + c) for r in range(cell["rowspan"]) for c in range(cell["colspan"])}
            if cell["colspan"] == 1:
                heads.append((column, cell["text"]))
    return heads


def _framed(block: Node) -> str:
    """A bitmap inside an SVG picture, which is text and so travels in the document."""
    from PIL import Image

    try:
        width, height = Image.open(io.BytesIO(base64.b64decode(block["data"]))).size
    except OSError:
        raise cell_error(
            block.get("cell", "?"), _("its picture cannot be read."), _("Save it again as PNG, JPEG or SVG.")
        ) from None
    size = f'width="{width}" height="{height}"'
    image = f'<image {size} href="data:{block["mime"]};base64,{block["data"]}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">{image}</svg>'


def _with_headers(pdf: bytes, tables: list[Node]) -> bytes:
    """`pdf` with the cells that name a row or a group of rows tagged as headers; `tables` in order of print.

    Typst has the function (`pdf.header-cell`), but behind a switch that its Python package does not offer.
    """
    import pikepdf

    if all(table["row_header"] is None and not table["kept"] for table in tables):
        return pdf
    with pikepdf.open(io.BytesIO(pdf)) as file:
        root = file.Root.StructTreeRoot
        if "/IDTree" in root:
            ids = pikepdf.NameTree(root.IDTree)
        else:
            ids = pikepdf.NameTree.new(file)
            root.IDTree = ids.obj
        for number, (element, table) in enumerate(zip(_tagged(root, "/Table"), tables, strict=True)):
            lines = list(_tagged(element, "/TR"))
            if table["kept"]:
                _remove_struts(lines, table, ids)
            group = ""
            body = lines[len(table["header"]) :]
            for line, (tags, row) in enumerate(zip(body, table["rows"], strict=True)):
                cells, id = list(tags.K), f"R{number}-{line}"
                if _is_group(row):
                    group = id
                    ids[id] = _as_header(cells[0], id, "/Column")
                    _table_attributes(cells[0]).Headers = pikepdf.Array()  # else its rows have every column's
                    continue
                column = table["row_header"]
                if column is not None:
                    ids[id] = _as_header(cells[column], id, "/Row")
                for place, cell in enumerate(cells):
                    _add_headers(cell, [group] if column in (None, place) else [group, id])
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
    return out.getvalue()


def _remove_struts(lines: list[Any], table: Node, ids: Any) -> None:
    """Take the cells that only keep rows together (report.typ) out of the tags; they hold nothing."""
    body = len(table["header"])
    ends = [0] if body else []
    ends += [body + number for number, count in enumerate(table["kept"]) if count]
    for end in ends:
        strut = lines[end].K[-1]
        if "/ID" in strut:
            del ids[str(strut.ID)]
        del lines[end].K[-1]


def _as_header(cell: Any, id: str, scope: str) -> Any:
    """`cell` made a header that other cells know by `id` (ISO 32000-1, 14.8.5.7)."""
    import pikepdf

    cell.S, cell.ID = pikepdf.Name.TH, pikepdf.String(id)
    _table_attributes(cell).Scope = pikepdf.Name(scope)
    return cell


def _add_headers(cell: Any, headers: list[str]) -> None:
    """Name to a cell more of its headers, by their ids; an empty one is none."""
    import pikepdf

    about = _table_attributes(cell)
    known = list(about.get("/Headers", []))
    about.Headers = pikepdf.Array([*known, *(pikepdf.String(id) for id in filter(None, headers))])


def _table_attributes(cell: Any) -> Any:
    """What a cell says about itself as a part of a table."""
    import pikepdf

    attributes = list(cell.get("/A", []))
    about = next((a for a in attributes if a.O == "/Table"), None)
    if about is None:
        cell.A = pikepdf.Array([*attributes, pikepdf.Dictionary(O=pikepdf.Name.Table)])
        about = cell.A[-1]
    return about


def _tagged(element: Any, tag: str) -> Any:
    """The elements of the structure tree under `element` with this tag, in order, outermost only."""
    import pikepdf

    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            if str(child.S) == tag:
                yield child
            else:
                yield from _tagged(child, tag)
