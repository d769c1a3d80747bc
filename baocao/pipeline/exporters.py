"""The HTML page, the PDF and the Word file as nbconvert exporters, for any notebook.

`jupyter nbconvert --to baocao-pdf any.ipynb`
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from traitlets import Bool, Unicode

from baocao.messages import _
from baocao.pipeline.assemble import assemble
from baocao.pipeline.blocks import Node
from baocao.pipeline.export import render_html, render_pdf
from baocao.pipeline.fonts import chosen_font
from baocao.pipeline.word import render_docx


class _DocumentExporter(Exporter):  # type: ignore[misc]  # nbconvert has no types
    """What the exporters share: options and the way to a document."""

    format = ""
    show_code = Bool(False, help=str(_("Print the code of a notebook that is not a report."))).tag(
        config=True
    )

    def _document(self, nb: Any, resources: Any, **kw: Any) -> tuple[Node, Any]:
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources["metadata"]
        folder = Path(about["path"]) if about["path"] else None
        document = assemble(
            notebook, self.format, name=about["name"], show_code=self.show_code, folder=folder
        )
        return document, resources


class HtmlReportExporter(_DocumentExporter):
    """A notebook as one HTML file that loads nothing."""

    format = "html"
    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "Báo cáo (HTML)"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """The page, and nbconvert's resources."""
        document, resources = self._document(nb, resources, **kw)
        return render_html(document), resources


class PdfReportExporter(_DocumentExporter):
    """A notebook as PDF/A-2a and PDF/UA-1."""

    format = "pdf"
    file_extension = ".pdf"
    output_mimetype = "application/pdf"
    export_from_notebook = "Báo cáo (PDF)"
    font = Unicode(
        "", help=str(_("Font family to use; empty: BAOCAO_FONT, or the first of the usual ones."))
    ).tag(config=True)

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:
        """The PDF file, and nbconvert's resources."""
        document, resources = self._document(nb, resources, **kw)
        return render_pdf(document, chosen_font(self.font)), resources


class WordReportExporter(_DocumentExporter):
    """A notebook as a Word file."""

    format = "docx"
    file_extension = ".docx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    export_from_notebook = "Báo cáo (Word)"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:
        """The Word file, and nbconvert's resources."""
        document, resources = self._document(nb, resources, **kw)
        return render_docx(document), resources
